"""The JSON Schema and the field reference of `Article`, made from the item's own types and docstrings.

``python -m newscrawl.schema`` writes ``schema/article.schema.json`` and ``docs/article-fields.md``; a test keeps both
equal to what it would write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from newscrawl.items import Article

VERSION = "1.0"
"""Grows in its second part when a field is added, in its first when one changes its meaning or goes."""

_SCHEMA = Path("schema/article.schema.json")
_REFERENCE = Path("docs/article-fields.md")


def article_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line of output."""
    schema: dict[str, Any] = ItemAdapter.get_json_schema(Article)
    for name, prop in schema["properties"].items():
        prop["description"] = " ".join(prop.get("description", name).split()).replace("``", "")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Article",
        "version": VERSION,
        **schema,
    }


def _type_of(prop: dict[str, Any]) -> str:
    if "anyOf" in prop:
        return " or ".join(dict.fromkeys(_type_of(option) for option in prop["anyOf"]))
    kind = prop.get("type", "object")
    if kind == "array":
        return f"list of {_type_of(prop['items'])}"
    if isinstance(kind, list):
        return " or ".join(sorted(kind, key=lambda name: name == "null"))
    return str(kind)


def article_reference() -> str:
    """Return the field reference as Markdown."""
    lines = [
        "# The fields of an article",
        "",
        f"One line of a `.jsonl` file is one article with these fields (schema version {VERSION}; the JSON Schema is",
        "`schema/article.schema.json`). This page is made from `newscrawl/items.py` by `python -m newscrawl.schema`.",
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
    """Write both files."""
    for path, text in ((_SCHEMA, schema_text()), (_REFERENCE, article_reference())):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
