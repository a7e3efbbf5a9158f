from __future__ import annotations

from typing import Any

import pytest

from newscrawl.extract.meta import meta_candidates
from newscrawl.extract.page import Page


def values(head: str, field: str, html: str = "<html>") -> list[Any]:
    page = Page.of(f"{html}<head>{head}</head><body></body></html>", "https://www.example-times.com/a")
    return [candidate.value for candidate in meta_candidates(page)[field]]


def test_the_more_exact_name_comes_first() -> None:
    head = (
        '<meta name="date" content="2020-01-01"><meta property="article:published_time" content="2013-01-24T09:24-05">'
    )
    assert values(head, "date_published") == ["2013-01-24T09:24-05", "2020-01-01"]


def test_an_address_is_no_author() -> None:
    head = (
        '<meta property="article:author" content="https://example.org/ann"><meta name="author" content="Ann Example">'
    )
    assert values(head, "authors")[0] == ["Ann Example"]


@pytest.mark.parametrize(("label", "found"), [("Written by", [["Ann Example"]]), ("Reading time", [])])
def test_a_twitter_card_names_the_author_only_under_its_label(label: str, found: list[list[str]]) -> None:
    head = f'<meta name="twitter:label1" content="{label}"><meta name="twitter:data1" content="Ann Example">'
    assert values(head, "authors") == found


def test_the_language_of_the_document_comes_first() -> None:
    assert values('<meta property="og:locale" content="en_US">', "language", '<html lang="de-AT">') == [
        "de-AT",
        "en_US",
    ]


@pytest.mark.parametrize(("tier", "paywalled"), [("locked", [True]), ("METERED", [True]), ("free", [False]), ("?", [])])
def test_content_tier(tier: str, paywalled: list[bool]) -> None:
    assert values(f'<meta property="article:content_tier" content="{tier}">', "paywalled") == paywalled


def test_images_are_absolute() -> None:
    found = values('<meta property="og:image" content="/a.jpg"><meta property="og:image:alt" content="Rain">', "images")
    assert found == [[{"url": "https://www.example-times.com/a.jpg", "alt": "Rain"}]]


def test_tags_of_the_article_come_before_keywords() -> None:
    head = '<meta name="keywords" content="a, b"><meta property="article:tag" content="x">'
    assert values(head, "keywords") == [["x"], ["a, b"]]


def test_the_title_is_the_last_headline() -> None:
    head = '<title>Rain - Example Times</title><meta property="og:title" content="Rain">'
    assert values(head, "headline") == ["Rain", "Rain - Example Times"]


@pytest.mark.parametrize(
    ("name", "is_picture"),
    [
        ("rain.jpg", True),
        ("logo-maker-burns.jpg", True),
        ("logo.png", False),
        ("sitelogo_og.png", False),
        ("times-logo-1200x630.png", False),
        ("the-logo-that-failed.jpg", True),
        ("catalogo.jpg", True),
    ],
)
def test_a_logo_is_no_picture_of_the_story(name: str, is_picture: bool) -> None:
    found = values(f'<meta property="og:image" content="/i/{name}?w=1">', "images")
    assert [image["url"] for [image] in found] == [f"https://www.example-times.com/i/{name}?w=1"] * is_picture


def test_what_the_data_call_the_logo_is_no_picture() -> None:
    data = '{"@type": "NewsArticle", "publisher": {"name": "Example Times", "logo": {"url": "/i/default.png"}}}'
    script = f'<script type="application/ld+json">{data}</script>'
    picture = '<meta property="og:image" content="https://www.example-times.com/i/default.png">'
    assert values(picture, "images")
    assert values(picture + script, "images") == []
