"""What a site's template finds, and that it finds nothing where it does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.extract.page import Page
from newscrawl.extract.selectors import find
from newscrawl.extract.site import site_candidates, template_of
from newscrawl.sites import Site, Template
from newscrawl.spiders.csmonitor import CSMONITOR

URL = "https://www.gazette.example/World/2024/a"
OLD = Template(
    name="old",
    when="div.story",
    fields={
        "headline": ("h1.big", "h1"),
        "description": ("h2.dek", "h2.dek + p"),
        "byline": "p.by",
        "keywords": "ul.tags a",
        "breadcrumbs": "//nav/a",
        "date_published": "time::attr(datetime)",
        "image_url": ("a.large::attr(href)", "img::attr(src)"),
        "image_caption": "figcaption",
        "image_alt": "img::attr(alt)",
    },
    body=("div.text", "div.story"),
    remove=("aside", "//p[starts-with(., 'Read more')]"),
)
NEW = Template(name="new", when="article", fields={"headline": "h1"})
SITE = Site(name="gazette", url="https://www.gazette.example/", templates=(OLD, NEW))


def _values(html: str, site: Site | None = SITE) -> dict[str, Any]:
    found = site_candidates(Page.of(html, URL, site))
    return {field: [candidate.value for candidate in candidates] for field, candidates in found.items()}


def _story(inside: str) -> str:
    return f"<div class=story>{inside}</div>"


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<div class='story'></div><article></article>", "old"),
        ("<article></article>", "new"),
        ("<div class='storyline'></div>", None),
        ("", None),
    ],
)
def test_the_first_template_that_fits_reads_the_page(html: str, name: str | None) -> None:
    template = template_of(Page.of(html, URL, SITE))
    assert (template.name if template else None) == name


@pytest.mark.parametrize("site", [None, Site(name="bare", url="https://www.gazette.example/")])
def test_no_template_no_values(site: Site | None) -> None:
    assert _values(_story("<h1>Head</h1>"), site) == {}


@pytest.mark.parametrize(
    ("html", "field", "values"),
    [
        ("<h1>a</h1><h1 class=big>b</h1>", "headline", ["b"]),
        ("<h1>a</h1><h1 class=big> </h1>", "headline", ["a"]),
        ("<h1 class=big>b<br>c</h1>", "headline", ["b c"]),
        ("<h2 class=dek></h2><p>the dek</p><p>not</p>", "description", ["the dek"]),
        ("<h2 class=dek><p>the dek</p></h2>", "description", ["the dek"]),
        ("<ul class=tags><li><a>x</a><li><a> </a><li><a>y</a></ul>", "keywords", [["x", "y"]]),
        ("<nav><a>World</a> / <a>Africa</a></nav>", "breadcrumbs", [["World", "Africa"]]),
        ("<time datetime='2024-05-07'>", "date_published", ["2024-05-07"]),
        ("<time>yesterday</time>", "date_published", None),
    ],
)
def test_fields(html: str, field: str, values: list[Any] | None) -> None:
    assert _values(_story(html)).get(field) == values


def test_every_value_comes_from_the_site() -> None:
    found = site_candidates(Page.of(_story("<h1>a</h1><p class=by>By A B / May 7, 2024</p>"), URL, SITE))
    assert {candidate.source for candidates in found.values() for candidate in candidates} == {"site"}


def test_the_byline_has_the_last_word_on_authors() -> None:
    found = site_candidates(Page.of(_story("<p class=by>By Staff writer / May 7, 2024</p>"), URL, SITE))
    for field in ("authors", "author_role"):
        assert [candidate.final for candidate in found[field]] == [True]
    assert [candidate.value for candidate in found["date_published"]] == ["May 7, 2024"]


def test_a_byline_without_a_date_dates_nothing() -> None:
    assert "date_published" not in _values(_story("<p class=by>By April May, Staff writer</p>"))


def test_without_a_byline_nothing_is_final() -> None:
    found = site_candidates(Page.of(_story("<h1>a</h1><p>text</p>"), URL, SITE))
    assert not any(candidate.final for candidates in found.values() for candidate in candidates)


@pytest.mark.parametrize(
    ("html", "image"),
    [
        (
            "<img src='/s.jpg' alt='x'><a class=large href='l.jpg'></a><figcaption>Cap</figcaption>",
            {"url": "https://www.gazette.example/World/2024/l.jpg", "caption": "Cap", "credit": None, "alt": "x"},
        ),
        (
            "<img src='/s.jpg' alt=''>",
            {"url": "https://www.gazette.example/s.jpg", "caption": None, "credit": None, "alt": None},
        ),
        ("<figcaption>Cap</figcaption>", None),
    ],
)
def test_lead_image(html: str, image: dict[str, Any] | None) -> None:
    assert _values(_story(html)).get("images") == ([[image]] if image else None)


@pytest.mark.parametrize(
    ("html", "body"),
    [
        ("<div class=text><p>a</p>b<aside><p>ad</p></aside><p>c</p></div><p>out</p>", ["a", "b", "c"]),
        ("<div class=text><p>a</p></div><p>out</p><div class=text><p>b</p></div>", ["a", "b"]),
        ("<div class=text><p>a</p><div class=text><p>b</p></div></div>", ["a", "b"]),
        ("<div class=text> <aside>ad</aside></div><p>all there is</p>", ["all there is"]),
        ("<div class=text><p>a</p><p>Read more: b</p></div>", ["a"]),
        ("<aside><div class=text><p>a</p></div></aside>", None),
    ],
)
def test_body(html: str, body: list[str] | None) -> None:
    assert _values(_story(html)).get("body") == ([body] if body else None)


def test_find_takes_the_first_selector_that_finds() -> None:
    page = Page.of("<p>a</p><b>x</b>", URL)
    assert find(page, ("i::text", "b::text", "p::text")) == ["x"]
    assert find(page, "i") == []
    assert find(page, "//p/text()") == ["a"]
    assert find(page, "/html[count(//p) = 2]") == []


@given(st.text(alphabet="<>/='\" abdivphclsSByLtory12", max_size=150))
def test_no_page_raises(html: str) -> None:
    site_candidates(Page.of(f"<div class=sBody>{html}<p class=sByline>", "https://www.csmonitor.com/World", CSMONITOR))
