"""What one line of output is: its JSON Schema, its types for DuckDB and the field reference, made from `Article`.

``python -m newscrawl.schema`` writes ``schema/`` and ``docs/article-fields.md``; a test keeps them equal to what it
would write. ``schema/article-<version>.json`` is a version as it was published: it is written once and never again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from newscrawl.items import Article

VERSION = "1.0"
"""Grows in its second part when a field is added, in its first when one goes, or changes its type or meaning."""

_FOLDER = Path("schema")
_REFERENCE = Path("docs/article-fields.md")

_ID = {"pattern": "^[0-9a-f]{20}$"}
_HASH = {"pattern": "^[0-9a-f]{64}$"}
_DAY_OR_TIME = {"pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}([+-]\d{2}:\d{2})?)?$"}
_FORMS: dict[str, dict[str, Any]] = {
    "id": _ID,
    "duplicate_of": _ID,
    "content_hash": _HASH,
    "previous_hash": _HASH,
    "date_published": _DAY_OR_TIME,
    "date_modified": _DAY_OR_TIME,
    "fetched_at": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00$"},
    "pages": {"minimum": 1},
    "version": {"minimum": 1},
    "word_count": {"minimum": 0},
    "comment_count": {"minimum": 0},
    "similarity": {"minimum": 0, "maximum": 1},
}
"""What is promised of a field besides its type."""

_DUCKDB = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


def article_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line of output.

    Fields that it does not name pass: a reader of today is not to stumble over the fields of tomorrow.
    """
    schema: dict[str, Any] = ItemAdapter.get_json_schema(Article)
    for name, prop in schema["properties"].items():
        prop.update(_FORMS.get(name, {}))
        text = prop.get("description", name).replace("``None``", "null").replace("``", "")
        prop["description"] = " ".join(text.split())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:newscrawl:article:{VERSION}",
        "title": "Article",
        "version": VERSION,
        **_opened(schema),
    }


def _opened(part: Any) -> Any:
    if isinstance(part, list):
        return [_opened(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _opened(value) for key, value in part.items() if not (key == "additionalProperties" and value is False)
    }


def closed(part: Any) -> Any:
    """Return the schema *part* as one that refuses what it does not name, for those who write.

    >>> closed({"type": "object", "properties": {"id": {"type": "string"}}})["additionalProperties"]
    False
    """
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    made = {key: closed(value) for key, value in part.items()}
    return {**made, "additionalProperties": False} if isinstance(made.get("properties"), dict) else made


def breaks(old: dict[str, Any], new: dict[str, Any], where: str = "") -> list[str]:
    """Return what a reader of the schema *old* could stumble over in a line of *new*, a sentence each.

    A field may be added, anywhere, and a description reworded; nothing else.

    >>> was = {"type": "object", "properties": {"pages": {"type": "integer"}}}
    >>> breaks(was, {"type": "object", "properties": {"pages": {"type": "integer"}, "tags": {"type": "array"}}})
    []
    >>> breaks(was, {"type": "object", "properties": {"pages": {"type": "string"}}})
    ['pages: type was "integer" and is "string"']
    >>> breaks(was, {"type": "object", "properties": {}})
    ['pages: gone']
    """
    found: list[str] = []
    ours, theirs = dict(old.get("properties", {})), dict(new.get("properties", {}))
    for name, part in ours.items():
        place = f"{where}{name}"
        found += breaks(part, theirs[name], f"{place}.") if name in theirs else [f"{place}: gone"]
    at = where.rstrip(".") or "the line"
    for key in sorted((old.keys() | new.keys()) - {"properties", "description", "default", "title", "version", "$id"}):
        before, after = old.get(key), new.get(key)
        if key == "items" and before and after:
            found += breaks(before, after, f"{at}[].")
        elif key == "anyOf" and before and after and len(before) == len(after):
            for one, other in zip(before, after, strict=True):
                found += breaks(one, other, where)
        elif before != after:
            found.append(f"{at}: {key} was {json.dumps(before)} and is {json.dumps(after)}")
    return found


def _options(prop: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a value of *prop* may be, each of one type."""
    if "anyOf" in prop:
        return [option for part in prop["anyOf"] for option in _options(part)]
    kind = prop["type"]
    return [{**prop, "type": one} for one in (kind if isinstance(kind, list) else [kind])]


def _type_of(prop: dict[str, Any]) -> str:
    names = [
        f"list of {_type_of(option['items'])}" if option["type"] == "array" else str(option["type"])
        for option in _options(prop)
    ]
    return " or ".join(sorted(names, key=lambda name: name == "null"))


def _duckdb_type(prop: dict[str, Any]) -> str:
    (option,) = (option for option in _options(prop) if option["type"] != "null")
    if option["type"] == "array":
        return f"{_duckdb_type(option['items'])}[]"
    if option["type"] == "object" and "properties" in option:
        fields = ", ".join(f'"{name}" {_duckdb_type(part)}' for name, part in option["properties"].items())
        return f"STRUCT({fields})"
    if option["type"] == "object":
        return f"MAP(VARCHAR, {_duckdb_type(option['additionalProperties'])})"
    return _DUCKDB[option["type"]]


def duckdb_macro() -> str:
    """Return SQL that makes ``read_articles(files)`` in DuckDB: ``read_json`` with the types of the JSON Schema."""
    columns = (f"    {name}: '{_duckdb_type(prop)}'" for name, prop in article_schema()["properties"].items())
    return "\n".join(
        [
            f"-- Articles, schema version {VERSION}; made by python -m newscrawl.schema.",
            "CREATE OR REPLACE MACRO read_articles(files) AS TABLE",
            "FROM read_json(files, format = 'newline_delimited', columns = {",
            ",\n".join(columns),
            "});",
            "",
        ]
    )


def article_reference() -> str:
    """Return the field reference as Markdown."""
    lines = [
        "# The fields of an article",
        "",
        "What stands in a line, in what form, and what when the page does not give it?",
        "",
        f"One line of a `.jsonl` file is one article with these fields (schema version {VERSION}; the JSON Schema is",
        "`schema/article.schema.json`). This page is made from `newscrawl/items.py` by `python -m newscrawl.schema`;",
        "[data-pipelines.md](data-pipelines.md) tells how to read the fields, and what may change.",
        "",
    ]
    schema = article_schema()

    def table(properties: dict[str, Any]) -> None:
        lines.extend(["| field | type | what |", "|---|---|---|"])
        for name, prop in properties.items():
            text = " ".join(prop.get("description", "").split()).replace("``", "`").replace("|", "\\|")
            lines.append(f"| `{name}` | {_type_of(prop)} | {text} |")
        lines.append("")

    table(schema["properties"])
    nested = {
        "images": ("An image", schema["properties"]["images"]["items"]),
        "discovered": ("How it was found", schema["properties"]["discovered"]["anyOf"][1]),
    }
    for field, (title, part) in nested.items():
        lines.extend([f"## {title}: `{field}`", ""])
        table(part["properties"])
    return "\n".join(lines)


def schema_text() -> str:
    """Return the JSON Schema as it is written."""
    return json.dumps(article_schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all files; a version that has been published stays as it is."""
    _FOLDER.mkdir(exist_ok=True)
    published = _FOLDER / f"article-{VERSION}.json"
    if not published.exists():
        published.write_text(schema_text(), encoding="utf-8")
    (_FOLDER / "article.schema.json").write_text(schema_text(), encoding="utf-8")
    (_FOLDER / "article.duckdb.sql").write_text(duckdb_macro(), encoding="utf-8")
    _REFERENCE.write_text(article_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
