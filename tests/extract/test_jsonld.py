from __future__ import annotations

import json
from typing import Any

import pytest

from newscrawl.extract.jsonld import article_object, jsonld_candidates, objects
from newscrawl.extract.page import Page

URL = "https://www.example-times.com/world/rain-at-last"
STORY = {"@type": "NewsArticle", "headline": "Rain at last", "datePublished": "2024-05-03T17:47:00+02:00"}


def page(*scripts: str, body: str = "") -> Page:
    blocks = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return Page.of(f"<html><head>{blocks}</head><body>{body}</body></html>", URL)


def value(data: dict[str, Any], field: str) -> Any:
    found = jsonld_candidates(page(json.dumps(data)))[field]
    return found[0].value if found else None


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Rain"}',
        '<!-- {"@type": "NewsArticle", "headline": "Rain"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Rain"}\n//]]>',
        '/*<![CDATA[*/{"@type": "NewsArticle", "headline": "Rain"}/*]]>*/',
        '{"@type": "NewsArticle", "headline": "Rain",}',
        '[{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "Rain"},]',
        '{"@type": "NewsArticle", "description": "two\nlines\tand a tab", "headline": "Rain"}',
        '{"@type": "NewsArticle", "description": "a \\d bad escape", "headline": "Rain"}',
        '{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "Rain"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "Rain"}}',
        '{"@type": "NewsArticle", "headline": "Rain"};',
        '{"@type": "NewsArticle", "headline": "Rain"} {"@type": "WebSite"}',
        '{"@type": "WebSite"} {"@type": "NewsArticle", "headline": "Rain"}',
    ],
)
def test_reads_broken_json(script: str) -> None:
    assert article_object(page(script)).get("headline") == "Rain"


@pytest.mark.parametrize(
    "script", ["", "null", "{", "[1, 2", '"text"', "<html>", "[" * 100_000, '{"a":' * 50_000, "\x00"]
)
def test_what_cannot_be_read_is_left_out(script: str) -> None:
    found = page(script)
    assert objects(found) == []
    assert article_object(found) == {}
    assert not any(jsonld_candidates(found).values())


@pytest.mark.parametrize(
    "junk", [None, 7, True, "text", [], {}, [None], [[]], {"@type": 5}, [{"@type": None}], {"name": {}}]
)
def test_values_of_any_type_do_no_harm(junk: Any) -> None:
    fields = (
        "headline description author creator dateline datePublished dateModified articleSection keywords about image "
        "inLanguage isAccessibleForFree hasPart correction commentCount publisher mainEntityOfPage url thumbnailUrl"
    )
    data = dict.fromkeys(fields.split(), junk) | {"@type": "NewsArticle"}
    trail = {"@type": "BreadcrumbList", "itemListElement": junk}
    found = jsonld_candidates(page(json.dumps([data, trail, junk])))
    assert set(found) <= {
        "headline", "description", "authors", "author_role", "dateline", "date_published", "date_modified", "section",
        "keywords", "images", "language", "paywalled", "corrections", "comment_count", "publisher", "breadcrumbs",
    }  # fmt: skip


def test_the_most_telling_type_wins_then_the_address() -> None:
    other = STORY | {"headline": "Another", "url": "https://www.example-times.com/world/another"}
    mine = STORY | {"mainEntityOfPage": {"@id": URL}}
    site = {"@type": "WebPage", "headline": "The page", "url": URL, "datePublished": "2020-01-01"}
    assert article_object(page(json.dumps([site, other, mine])))["headline"] == "Rain at last"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Example", ["Ann Example"]),
        ({"@type": "Person", "name": "Ann Example"}, ["Ann Example"]),
        ([{"@type": "Person", "name": "Ann Example"}, "Ben Sample"], ["Ann Example", "Ben Sample"]),
        ({"@type": "Person", "name": ["Ann Example", "Ben Sample"]}, ["Ann Example", "Ben Sample"]),
        ({"@type": "Person", "givenName": "Ann", "familyName": "Example"}, ["Ann Example"]),
        (
            [{"@type": "Organization", "name": "Example Times"}, {"@type": "Person", "name": "Ann Example"}],
            ["Ann Example"],
        ),
        ({"@type": ["Person", "Organization"], "name": "Ann Example"}, ["Ann Example"]),
        ({"@type": "NewsMediaOrganization", "name": "Example Times"}, None),
    ],
)
def test_authors(author: Any, names: list[str] | None) -> None:
    assert value(STORY | {"author": author}, "authors") == names


def test_an_author_that_is_only_a_reference_is_looked_up() -> None:
    graph = {"@graph": [STORY | {"author": {"@id": "#ann"}}, {"@type": "Person", "@id": "#ann", "name": "Ann Example"}]}
    assert value(graph, "authors") == ["Ann Example"]


@pytest.mark.parametrize(
    ("data", "paywalled"),
    [
        ({"isAccessibleForFree": True}, False),
        ({"isAccessibleForFree": "True"}, False),
        ({"isAccessibleForFree": "false"}, True),
        ({"isAccessibleForFree": "http://schema.org/False"}, True),
        ({"isAccessibleForFree": True, "hasPart": {"isAccessibleForFree": "False", "cssSelector": ".x"}}, True),
        ({"hasPart": [{"isAccessibleForFree": False}]}, True),
        ({"isAccessibleForFree": "perhaps"}, None),
        ({}, None),
    ],
)
def test_paywalled(data: dict[str, Any], paywalled: bool | None) -> None:
    assert value(STORY | data, "paywalled") is paywalled


def test_a_trail_is_ordered_by_position() -> None:
    entries = [
        {"@type": "ListItem", "position": "2", "item": {"@id": "/asia", "name": "Asia"}},
        {"@type": "ListItem", "position": 1, "name": "World"},
        {"@type": "ListItem", "position": {}, "name": "Rain"},
    ]
    assert sorted(value({"@type": "BreadcrumbList", "itemListElement": entries}, "breadcrumbs")) == [
        "Asia",
        "Rain",
        "World",
    ]
    assert value({"@type": "BreadcrumbList", "itemListElement": entries[:2]}, "breadcrumbs") == ["World", "Asia"]


def test_images_in_their_forms() -> None:
    image = {
        "@type": "ImageObject",
        "contentUrl": "https://example.org/b.jpg",
        "width": 1200,
        "creditText": "Ann Example",
    }
    found = value(STORY | {"image": ["https://example.org/a.jpg", image, {"@type": "ImageObject"}, None]}, "images")
    assert [entry["url"] for entry in found] == ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    assert found[1]["credit"] == "Ann Example"


def test_the_publishers_logo_is_no_picture_of_the_article() -> None:
    publisher = {"name": "Example Times", "logo": "/i/default.png"}
    data = {**STORY, "image": ["/i/default.png", "/i/rain.jpg"], "publisher": publisher}
    assert value(data, "images") == [{"url": "/i/rain.jpg"}]
    assert value({**data, "image": "/i/default.png"}, "images") is None
