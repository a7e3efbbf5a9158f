"""What is seen of a site: its sections, feeds and sitemaps, and stories of different makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from newscrawl.demo import GermanNewspaper, Newspaper
from newscrawl.fetching import FetchedPage
from newscrawl.links import Link
from newscrawl.scaffold.declaration import declare
from newscrawl.scaffold.survey import NoSiteError, Survey
from newscrawl.urls import without_tracking
from tests.scaffold.papers import BASE, run

NOW = datetime.fromisoformat("2026-11-21T12:00:00+01:00")


def _survey(newspaper: Any, instead: dict[str, FetchedPage] | None = None) -> tuple[Survey, list[str]]:
    survey = Survey(f"{BASE}/", NOW)
    return survey, run(survey.rounds(), newspaper, instead)


def test_a_site_is_seen_with_few_requests() -> None:
    paper = GermanNewspaper()
    survey, asked = _survey(paper)
    assert [url.removeprefix(BASE) for url in survey.sections] == [
        *("/politik", "/wirtschaft", "/lokales", "/kultur", "/sport", "/wissen"),
        *("/politik/land", "/lokales/altstadt", "/lokales/nordhafen"),
    ]
    assert survey.below == {f"{BASE}{path}" for path in ("/politik/land", "/lokales/altstadt", "/lokales/nordhafen")}
    assert f"{BASE}/rss/alle.xml" in survey.feeds
    assert [url.removeprefix(BASE) for url in survey.sitemaps] == ["/sitemaps/index.xml", "/sitemaps/news.xml"]
    assert len(asked) == len(set(asked)) <= 40
    paths = {story.path for story in paper.stories}
    assert {without_tracking(url).removeprefix(BASE) for url in survey.sure} <= paths
    assert len({reading.article.section for _, reading in survey.samples()}) >= 3


def test_a_story_of_each_template_is_kept() -> None:
    paper = GermanNewspaper()
    makes = {story.path: story.make for story in paper.stories}
    survey, _ = _survey(paper)
    assert {makes[page.url.removeprefix(BASE)] for page, _ in survey.samples()} == {"bem", "utility"}


def test_the_english_paper_is_declared_with_the_dates_of_its_addresses() -> None:
    survey, _ = _survey(Newspaper())
    site, remarks = declare("courier", survey)
    assert site.publisher == "The Lantern Quay Courier"
    assert site.language == "en-US"
    assert site.article_url is not None
    match = site.article_pattern and site.article_pattern.search("/World/2013/0124/A-slug")
    assert match
    assert match.groupdict() == {"year": "2013", "month": "01", "day": "24"}
    assert any(remark.startswith("article_url fits ") for remark in remarks)


def test_many_sections_are_sections_and_a_folder_of_topics_is_none() -> None:
    menu = [f"/section{letter}" for letter in "abcdefghi"] + [f"/thema/{letter}{letter}" for letter in "abcdefghi"]
    menu += [f"/sectiona/{letter}{letter}" for letter in "abcdefghi"]
    links = [Link(BASE + path, path, "listing", "nav") for path in menu]
    found = Survey(f"{BASE}/", NOW)._sections([*links, Link(f"{BASE}/sectionb?page=2", "2", "listing", "nav")])
    assert [url.removeprefix(BASE) for url in found] == [path for path in menu if not path.startswith("/thema")]


def test_a_sitemap_that_nobody_names_is_looked_for_where_they_usually_are() -> None:
    survey, asked = _survey(GermanNewspaper(robots_sitemap=False))
    assert survey.sitemaps == []
    assert f"{BASE}/sitemap.xml" in asked
    assert not any("sitemap" in remark for remark in survey.remarks), "a wrong guess is no one's fault"


def test_what_does_not_answer_is_told_and_left_out() -> None:
    robots = FetchedPage(f"{BASE}/robots.txt", 200, b"Sitemap: /gone.xml")
    gone = FetchedPage(f"{BASE}/gone.xml", 404)
    section = FetchedPage(f"{BASE}/kultur", failure="the download took too long")
    survey, _ = _survey(GermanNewspaper(), {page.url: page for page in (robots, gone, section)})
    assert f"{BASE}/kultur" not in survey.sections
    assert f"{BASE}/kultur: the download took too long" in survey.remarks
    assert f"robots.txt names {BASE}/gone.xml, which is no sitemap (status 404)" in survey.remarks


@pytest.mark.parametrize(
    ("front", "sentence"),
    [
        (FetchedPage(f"{BASE}/", failure="forbidden by robots.txt"), "could not be fetched: forbidden by robots.txt"),
        (FetchedPage(f"{BASE}/", 403), "could not be fetched: status 403"),
        (FetchedPage(f"{BASE}/", 200, b"<h1>Hello</h1><p>We sell umbrellas."), "no link on it leads to an article"),
    ],
)
def test_no_site_is_a_sentence(front: FetchedPage, sentence: str) -> None:
    with pytest.raises(NoSiteError, match=sentence):
        _survey(GermanNewspaper(), {front.url: front})
