"""Why a page was read as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.extract.page import Page
from newscrawl.why import CHOSEN, Reading, as_json, explain
from tests.cases import FIXTURES, Case, cases

NOW = datetime(2026, 3, 12, tzinfo=UTC)
URL = "https://paper.example/world/rain-at-last"
PAGE = """
<html lang="en"><title>Rain at last | The Paper</title>
<meta name="author" content="The Paper"><meta property="og:site_name" content="The Paper">
<meta property="article:published_time" content="2026-03-08T09:00:00+00:00">
<script type="application/ld+json">
{{"@type": "NewsArticle", "datePublished": "2026-03-08", "author": "News Desk"}}</script>
<h1>Rain at last</h1><p class="byline">By Ada Weir</p>
<p>{text}<p>{text}<p>{text}
<div class="recent-posts"><h3>Recent posts</h3><ul><li><span class="kicker">01.02.26</span> <a href="/a">A flood</a>
<li><span class="kicker">01.02.26</span> <a href="/b">A drought</a></ul></div>
""".format(text="It rained on the hills, and the reservoirs filled, and the farmers of the valley danced. " * 6)


def reading(html: str = PAGE) -> Reading:
    return explain(Page.of(html, URL), now=NOW)


def verdicts(told: Reading, field: str) -> dict[str, str]:
    return {f"{each.source}: {each.value}": each.verdict for each in told.fields[field]}


def test_each_field_has_one_chosen_candidate_and_it_is_the_article_s() -> None:
    told = reading()
    for field, considered in told.fields.items():
        chosen = [each for each in considered if each.verdict == CHOSEN]
        assert len(chosen) == (1 if getattr(told.article, field) else 0), field
        if chosen:
            assert chosen[0].source == told.article.sources[field], field
    assert verdicts(told, "authors")["markup: Ada Weir"] == CHOSEN


def test_a_candidate_that_nothing_is_left_of_says_why() -> None:
    page = PAGE.replace('<p class="byline">By Ada Weir</p>', "")
    assert verdicts(reading(page), "authors") == {
        "json-ld: News Desk": "names no person",
        "meta: The Paper": "names no person",
    }


def test_a_more_precise_date_of_a_lower_source_wins() -> None:
    told = verdicts(reading(), "date_published")
    assert told["meta: 2026-03-08T09:00:00+00:00"] == CHOSEN
    assert told["json-ld: 2026-03-08"] != CHOSEN


def test_the_dates_of_a_box_are_among_the_losers_with_their_place() -> None:
    boxed = [each for each in reading().fields["date_published"] if each.source == "page"]
    assert [(each.value, each.times) for each in boxed] == [("01.02.26", 2)]
    assert boxed[0].verdict == "in the box “recent_posts”: ul li span.kicker"


def test_a_page_that_is_no_article_says_so() -> None:
    told = reading("<title>Just a moment...</title><h1>Checking your browser</h1>")
    assert told.refused == "bot wall"
    assert "no date of publication" in told.signs


def test_an_empty_page_is_explained_too() -> None:
    assert reading("").refused == "empty page"


@pytest.mark.parametrize("case", cases(), ids=str)
def test_saved_pages_are_explained_as_they_are_read(case: Case) -> None:
    told = explain(case.page, now=case.now)
    assert told.article == case.read(case.site)
    chosen: dict[str, Any] = {
        field: each.source for field, found in told.fields.items() for each in found if each.verdict == CHOSEN
    }
    assert chosen == told.article.sources
    assert (told.refused is not None) >= (case.refused is not None)


def test_the_recent_posts_kicker_loses_on_the_page_it_all_began_with() -> None:
    case = Case(FIXTURES / "csmonitor" / "2012-staff-writer-blog")
    dates = explain(case.page, now=case.now).fields["date_published"]
    assert [each.verdict for each in dates if each.verdict == CHOSEN] == [CHOSEN]
    assert any("recent_posts" in each.verdict for each in dates)


def test_it_can_be_written_as_json() -> None:
    values = as_json(reading())
    assert values["refused"] is None
    assert values["fields"]["authors"][0]["value"]
