from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from newscrawl.items import Article, Discovery, Image
from newscrawl.schema import VERSION, article_reference, article_schema, breaks, closed, duckdb_macro, schema_text

ROOT = Path(__file__).parent.parent
SCHEMA = article_schema()
CLOSED = closed(SCHEMA)
PUBLISHED = sorted((ROOT / "schema").glob("article-*.json"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("schema/article.schema.json", schema_text()),
        ("schema/article.duckdb.sql", duckdb_macro()),
        ("docs/article-fields.md", article_reference()),
    ],
)
def test_what_is_made_from_the_item_is_up_to_date(path: str, text: str) -> None:
    assert (ROOT / path).read_text("utf-8") == text, "run python -m newscrawl.schema"


def test_every_field_is_described() -> None:
    for name, prop in SCHEMA["properties"].items():
        assert prop["description"] != name, name


def test_this_version_is_what_was_published() -> None:
    published = json.loads((ROOT / f"schema/article-{VERSION}.json").read_text("utf-8"))
    told = "the fields are no longer those of this version: raise VERSION in newscrawl/schema.py, then run the module"
    assert breaks(published, SCHEMA) + breaks(SCHEMA, published) == [], told


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_readers_of_an_earlier_version_can_read_this_one(path: Path) -> None:
    old = json.loads(path.read_text("utf-8"))
    assert old["version"] == path.stem.removeprefix("article-")
    if old["version"].partition(".")[0] == VERSION.partition(".")[0]:
        assert breaks(old, SCHEMA) == [], "such a change is a new first part of VERSION"


def changed(*path: str | int, **values: Any) -> dict[str, Any]:
    """Return the schema with *values* at *path*; None takes a key out."""
    schema = deepcopy(SCHEMA)
    part: Any = schema
    for step in path:
        part = part[step]
    for key, value in values.items():
        if value is None:
            del part[key]
        else:
            part[key] = value
    return schema


@pytest.mark.parametrize(
    "new",
    [
        changed("properties", tags={"type": "array", "items": {"type": "string"}}),
        changed("properties", "images", "items", "properties", width={"type": ["null", "integer"]}),
        changed("properties", "discovered", "anyOf", 1, "properties", rank={"type": ["null", "integer"]}),
        changed("properties", "id", description="The same in other words."),
        changed(version="1.9"),
    ],
)
def test_what_may_change(new: dict[str, Any]) -> None:
    assert breaks(SCHEMA, new) == []
    jsonschema_rs.validate(new, asdict(Article(**ARTICLE)))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (changed("properties", dateline=None), "dateline: gone"),
        (changed("properties", "pages", type="string"), 'pages: type was "integer" and is "string"'),
        (changed("properties", "headline", type="string"), "headline: type was"),
        (changed("properties", "authors", "items", type="object"), "authors[]: type was"),
        (changed("properties", "images", "items", "properties", credit=None), "images[].credit: gone"),
        (changed("properties", "images", "items", required=None), "images[]: required was"),
        (changed("properties", "discovered", "anyOf", 1, "properties", via=None), "discovered.via: gone"),
        (changed("properties", "discovered", anyOf=[{"type": "null"}]), "discovered: anyOf was"),
        (changed("properties", "sources", additionalProperties=None), "sources: additionalProperties was"),
        (changed("properties", "date_published", pattern="."), "date_published: pattern was"),
        (changed(required=["id"]), 'the line: required was null and is ["id"]'),
    ],
)
def test_what_never_changes_in_a_version(new: dict[str, Any], told: str) -> None:
    (found,) = breaks(SCHEMA, new)
    assert found.startswith(told)


ARTICLE: dict[str, Any] = {
    "id": "0" * 20,
    "date_published": "2012-01-13T17:51:00-05:00",
    "images": [Image(url="https://example.org/a.jpg")],
    "discovered": Discovery(via="section"),
}


@pytest.mark.parametrize("date", ["2012-01-13T17:51:00-05:00", "2012-01-13T17:51:00", "2012-01-13", None])
def test_articles_are_valid(date: str | None) -> None:
    jsonschema_rs.validate(CLOSED, asdict(Article(**{**ARTICLE, "date_published": date})))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("authors", "Jo Doe"),
        ("pages", "2"),
        ("headline", 7),
        ("surprise", 1),
        ("id", "x"),
        ("date_published", "2012"),
        ("date_published", "2012-01-13 17:51"),
        ("fetched_at", "2012-01-13T17:51:00-05:00"),
        ("images", [{"url": "https://example.org/a.jpg", "surprise": 1}]),
        ("discovered", {"via": "section", "surprise": 1}),
    ],
)
def test_other_things_are_not(field: str, value: object) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(CLOSED, {**asdict(Article(**ARTICLE)), field: value})


def test_a_reader_lets_the_fields_of_tomorrow_pass() -> None:
    line = {**asdict(Article(**ARTICLE)), "surprise": 1}
    line["images"][0]["surprise"] = 1
    jsonschema_rs.validate(SCHEMA, line)
