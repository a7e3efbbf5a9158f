"""The grown newspaper is made from numbers alone: heavy, whole, and the same each time."""

from __future__ import annotations

import re
from urllib.request import Request, urlopen

import pytest
from lxml import html

from benchmarks._grown import LEAST_KB, MOST_KB, Grown, GrownPaper, served
from newscrawl.article import load_article
from newscrawl.demo.stories import SECTIONS, listing_path
from newscrawl.sitemaps import parse_sitemap

BASE = "http://127.0.1.1:8000"


@pytest.fixture(scope="module")
def grown() -> Grown:
    return Grown.at(BASE, 60)


def body_of(grown: Grown, path: str) -> bytes:
    found = grown.get(path)
    assert found is not None, path
    return found[0]


def test_pages_are_as_heavy_as_real_ones(grown: Grown) -> None:
    for number in range(1, 41):
        page = body_of(grown, grown.paper.by_number(number).path)
        assert LEAST_KB * 1000 <= len(page) <= (MOST_KB + 5) * 1000
        links = set(html.fromstring(page).xpath("//a/@href"))
        assert 55 <= len(links) <= 150


def test_articles_are_those_of_the_truth(grown: Grown) -> None:
    for record in list(grown.truth())[:10]:
        article = load_article(body_of(grown, record["url"].removeprefix(BASE)), record["url"])
        assert (article.headline, article.date_published) == (record["headline"], record["date_published"])
        assert article.canonical_url == record["canonical_url"]


def test_the_front_page_leads_to_every_article(grown: Grown) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        page = body_of(grown, waiting.pop()).decode()
        for href in re.findall(r'href="(/[A-Z][^"?]*)"', page):
            if href not in seen and not href.startswith(("/About", "/Subscribe")):
                seen.add(href)
                waiting.append(href)
    assert {story.path for story in map(grown.paper.by_number, range(1, 61))} <= seen


def test_the_sitemap_names_every_article(grown: Grown) -> None:
    assert [e.url for e in parse_sitemap(body_of(grown, "/sitemap.xml"), BASE).entries] == [f"{BASE}/sitemap-0.xml"]
    named = [entry.url for entry in parse_sitemap(body_of(grown, "/sitemap-0.xml"), BASE).entries]
    assert named == [record["url"] for record in grown.truth()]


def test_another_host_has_other_stories(grown: Grown) -> None:
    other = Grown.at("http://127.0.1.2:8000", 60)
    assert grown.paper.by_number(1).headline != other.paper.by_number(1).headline
    assert Grown.at(BASE, 60).paper.by_number(7) == grown.paper.by_number(7)


@pytest.mark.parametrize(
    "path",
    [
        "/World/2026/0101/Nothing-7",
        "/World/2026/0101/Nothing",
        "/nowhere",
        "/sitemap-1.xml",
        listing_path(SECTIONS[0], 40),
        "/World/(offset)/x/(view)/all",
    ],
)
def test_what_is_not_there(grown: Grown, path: str) -> None:
    assert grown.get(path) is None


def test_a_paper_of_one_story_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 3 others"):
        GrownPaper(size=1)


def test_a_small_paper_has_stories_beside_each(grown: Grown) -> None:
    assert len(list(Grown.at(BASE, 6).truth())) == 6
    assert all(len(GrownPaper(size=6).related(GrownPaper(size=6).by_number(n))) == 3 for n in range(1, 7))


def test_it_is_served_packed_and_plain() -> None:
    with served(6, sites=2) as urls:
        assert [url.partition(":8")[0].partition(":")[0] for url in urls] == ["http", "http"]
        with urlopen(urls[1]) as plain, urlopen(Request(urls[1], headers={"Accept-Encoding": "gzip"})) as packed:
            assert plain.headers["Content-Encoding"] is None
            assert packed.headers["Content-Encoding"] == "gzip"
            assert len(packed.read()) < len(plain.read())
        with urlopen(f"{urls[0]}-/answered") as answer:
            assert answer.read() == b"2"
