"""A rule is written where it reads what the generic reading misses, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.article import load_article
from newscrawl.extract.page import Page
from newscrawl.items import Article
from newscrawl.scaffold.declaration import source_of
from newscrawl.scaffold.rules import better_rules
from newscrawl.sites import Site

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SITE = Site(name="gazette", url="https://www.gazette.example/")
LONG = "The harbour is empty, the pilots are waiting, and nobody in town knows when the next ship will come in."


def _read(number: int, scribe: str, *, class_: str = "scribe", also: str = "") -> tuple[Page, Article]:
    html = f"""<html lang="en"><head><title>Story {number} of the harbour</title>
        <meta property="article:published_time" content="2026-11-2{number}T10:00:00Z"></head><body><article>
        <h1>Story {number} of the harbour</h1><p class="standfirst">{LONG}</p><p class="{class_}">{scribe}</p>
        <div class="text">
        {"".join(f"<p>Paragraph {n} tells of ships and tides, and of the men who wait for both.</p>" for n in range(9))}
        </div>{also}</article></body></html>"""
    url = f"https://www.gazette.example/story-{number}"
    page = Page.of(html, url)
    return page, load_article(page, url, now=NOW)


def test_a_byline_that_is_too_bare_to_be_known_for_one_is_read_by_its_name() -> None:
    pages = [_read(1, "By Ada Rowntree"), _read(2, "By Bento Carda"), _read(0, "Dmitri Vandersloot")]
    assert pages[2][1].byline is None, "the generic reading misses it"
    template, remarks = better_rules(pages, SITE, NOW)
    assert template is not None
    assert template.fields == {"byline": "p.scribe"}
    assert remarks == ["byline: p.scribe reads what the generic reading misses on 1 of 3 pages"]
    site = replace(SITE, templates=(template,))
    page = pages[2][0]
    assert load_article(page.selector, page.url, site, now=NOW).authors == ["Dmitri Vandersloot"]
    namespace: dict[str, Any] = {}
    exec(source_of(site), namespace)
    assert namespace["GAZETTE"] == site


@pytest.mark.parametrize(
    "last",
    [
        _read(0, "By Dmitri Vandersloot"),
        _read(0, ""),
        _read(0, "Dmitri Vandersloot", class_="mt-4"),
        _read(0, "Dmitri Vandersloot", also='<p class="scribe">Somebody Else</p>'),
    ],
    ids=["nothing is missed", "the page has none", "it has no such name", "two have the name"],
)
def test_no_rule_without_need(last: tuple[Page, Article]) -> None:
    assert better_rules([_read(1, "By Ada Rowntree"), _read(2, "By Bento Carda"), last], SITE, NOW) == (None, [])


def test_one_page_is_no_witness() -> None:
    assert better_rules([_read(1, "By Ada Rowntree"), _read(0, "Dmitri Vandersloot")], SITE, NOW) == (None, [])
