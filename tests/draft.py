"""Write a saved page's ``expected.json`` as the project reads it today, for a person to correct.

    python -m tests.draft tests/fixtures/<spider>/<case> [--url URL] [--type article|listing|refused]

The folder holds ``page.html``. The draft counts as unreviewed, and its tests fail until someone has compared it with
the page and says so in ``meta.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.items import Article
from tests.cases import Case

_BOXES = frozenset({"recent_posts", "related", "article_pages", "pagination", "section"})


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def draft(folder: Path, url: str | None = None, kind: str | None = None, *, now: datetime) -> None:
    """Write ``expected.json`` and ``meta.json`` of *folder*.

    Raises:
        ValueError: there is no page, or no address for it.
    """
    if not (folder / "page.html").is_file():
        raise ValueError(f"{folder} has no page.html: save the page there first")
    known = folder / "meta.json"
    meta = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    meta = {"about": "", "url": url, "now": now.isoformat(timespec="seconds"), "type": "article", **meta}
    meta |= {name: value for name, value in (("url", url), ("type", kind)) if value} | {"reviewed": False}
    if not meta["url"]:
        raise ValueError(f"{known} names no url: give the page's address with --url")
    _write(known, meta)
    case = Case(folder)
    expected: dict[str, Any] = {}
    if meta["type"] == "article":
        empty = asdict(Article())
        expected = {name: value for name, value in case.fields.items() if value != empty[name]}
    if meta["type"] == "refused":
        expected["refusal"] = case.refused
    else:
        links = [asdict(link) for link in case.links if link.via in _BOXES and link.kind in {"article", "next_page"}]
        expected["links"] = [{name: value for name, value in link.items() if value} for link in links]
    if meta["type"] == "listing":
        expected["kinds"] = {"article": [link.url for link in case.links if link.kind == "article"]}
        expected["older"] = case.older
    _write(folder / "expected.json", expected)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence when it could not."""
    parser = argparse.ArgumentParser(prog="python -m tests.draft", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="the page's address, where meta.json does not name it")
    parser.add_argument("--type", choices=("article", "listing", "refused"), dest="kind")
    options = parser.parse_args(arguments)
    try:
        draft(options.folder.resolve(), options.url, options.kind, now=datetime.now(UTC))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"Wrote {options.folder / 'expected.json'}: compare it with the page, then set reviewed to true in meta.json."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
