"""A declaration that cannot work is refused with a sentence that says where and what to write."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.sites import Site, Template

URL = "https://www.gazette.example/"


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"name": "The Gazette"}, "Site 'The Gazette': name must be snake_case: small letters, digits and underscores"),
        ({"name": "2gazette"}, "snake_case"),
        ({"url": "www.gazette.example"}, "url must be an absolute http(s) address, not 'www.gazette.example'"),
        ({"url": "ftp://gazette.example/"}, "url must be an absolute http(s) address"),
        ({"url": "https:///World"}, "url must be an absolute http(s) address"),
        ({"url": "https://[gazette/"}, "url must be an absolute http(s) address"),
        ({"sections": "/World"}, "sections is a tuple of texts, not a single text"),
        ({"feeds": "/feeds/top"}, "feeds is a tuple of texts"),
        ({"sitemaps": "/sitemap.xml"}, "sitemaps is a tuple of texts"),
        ({"hosts": "gazette.example"}, "hosts is a tuple of texts"),
        ({"hosts": ("https://gazette.example/",)}, "hosts holds host names, not addresses: 'https://gazette.example/'"),
        ({"timezone": "New York"}, "timezone 'New York' is not an IANA zone name"),
        ({"timezone": "../etc/passwd"}, "is not an IANA zone name"),
        ({"timezone": ""}, "is not an IANA zone name"),
        ({"date_order": "MM/DD"}, "date_order is 'MDY', 'DMY' or 'YMD', not 'MM/DD'"),
        ({"verified": "22 November 2026"}, "verified is a day, YYYY-MM-DD, not '22 November 2026'"),
        ({"verified": "20261122"}, "verified is a day"),
        ({"article_url": "(["}, "article_url: '([' is not a regular expression"),
        ({"closed": True}, "closed needs an article_url"),
        ({"listing_url": "*"}, "listing_url: '*' is not a regular expression"),
        ({"ignore_url": "(?P<x"}, "ignore_url: '(?P<x' is not a regular expression"),
        ({"canonical_rules": (("(", ""),)}, "canonical_rules: '(' is not a regular expression"),
        ({"canonical_rules": (("(a)", r"\2"),)}, r"canonical_rules: '\\2' does not fit '(a)'"),
        ({"boxes": {"related": "div["}}, "boxes['related']: 'div[' is not a CSS selector"),
        ({"boxes": {"related": "//div["}}, "boxes['related']: '//div[' is not XPath"),
        (
            {"templates": (Template(name="a", when="h1"), Template(name="a", when="h2"))},
            "two templates have the same name: a, a",
        ),
    ],
)
def test_nonsense_is_refused(declared: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (the sentence is checked below)
        Site(**({"name": "gazette", "url": URL} | declared))
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("Site ")


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"when": "h1["}, "Template 'old', when: 'h1[' is not a CSS selector"),
        ({"when": ""}, "Template 'old', when: '' is not a CSS selector"),
        ({"fields": {"title": "h1"}}, "Template 'old': 'title' is not a field of Article; known: "),
        ({"fields": {"headline": "h1:::text"}}, "Template 'old', headline: 'h1:::text' is not a CSS selector"),
        ({"fields": {"headline": ("h1", "//h2[")}}, "Template 'old', headline: '//h2[' is not XPath"),
        ({"fields": {"headline": "h1:first-paragraph"}}, "'h1:first-paragraph' is not a CSS selector"),
        ({"body": "div.text"}, "body is a tuple of selectors, not a single text: write ('div.text',)"),
        ({"remove": "aside"}, "remove is a tuple of selectors"),
        ({"remove": ("aside", "p..x")}, "Template 'old', remove: 'p..x' is not a CSS selector"),
        ({"next_page": "a.next"}, "next_page is a tuple of selectors"),
    ],
)
def test_nonsense_in_a_template_is_refused(declared: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (the sentence is checked below)
        Template(**({"name": "old", "when": "h1"} | declared))
    assert sentence in str(refused.value)


def test_misspelled_part_is_refused() -> None:
    with pytest.raises(TypeError, match="section"):
        Site(name="gazette", url=URL, section=("/World",))  # type: ignore[call-arg]


def test_selectors_of_every_kind_are_taken() -> None:
    Template(
        name="new",
        when="(//h1)[1]",
        fields={
            "headline": ("h1::text", "./body//h1/text()"),
            "image_url": "img::attr(src)",
            "keywords": "//a[re:test(@href, '/tags?/')]",
            "section": "h2:has(a), nav > a:nth-of-type(2), p:not(.x)",
        },
        body=("article",),
        remove=("aside", "//p[starts-with(., 'Read')]"),
    )


@pytest.mark.parametrize(
    ("declared", "hosts"),
    [
        ({}, {"www.gazette.example", "gazette.example"}),
        ({"url": "https://gazette.example"}, {"www.gazette.example", "gazette.example"}),
        ({"url": "http://127.0.0.1:8971/"}, {"127.0.0.1:8971", "www.127.0.0.1:8971"}),
        ({"hosts": ("gazette.example", "m.gazette.example")}, {"gazette.example", "m.gazette.example"}),
    ],
)
def test_hosts(declared: dict[str, Any], hosts: set[str]) -> None:
    assert Site(**({"name": "gazette", "url": URL} | declared)).all_hosts == hosts


def test_a_declaration_cannot_be_changed() -> None:
    site = Site(name="gazette", url=URL)
    with pytest.raises(AttributeError):
        site.name = "other"  # type: ignore[misc]
