"""``docs/settings.md``, made from `newscrawl.settings`: the comment beside a setting is what the page says of it.

``python -m newscrawl.settings_reference`` writes the page; a test keeps it equal to what would be written.
"""

from __future__ import annotations

import ast
import os
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).with_name("settings.py")
_PAGE = Path("docs/settings.md")
_OWN = "NEWSCRAWL_"
_EMPTY = {'""': "", "[]": ""}

_INTRODUCTION = """<!-- Made by python -m newscrawl.settings_reference from newscrawl/settings.py: write there. -->

# Settings

What can be set, what is it when nobody sets it, and why?

A setting is given for one run on its command line, for all runs in `newscrawl/settings.py`:

```sh
scrapy crawl csmonitor -a max_articles=5 -s NEWSCRAWL_BODY_HTML=1
```

Lists are written with commas there (`-s NEWSCRAWL_REQUIRED_FIELDS=headline,body`). Under Scrapyd each line of the list
of newspapers has settings of its own ([deploying.md](deploying.md)). All of Scrapy's settings work as its documentation
says.
"""
_OWN_INTRODUCTION = """## The project's own

| setting | default | what it does |
|---|---|---|
"""
_SCRAPY_INTRODUCTION = """## Scrapy's, where ours differ

| setting | here | Scrapy's | why |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting, or several that a comment describes together."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    """As they stand in the file; where the environment is asked, as they are without it."""

    variable: str | None
    """The environment variable that gives it."""

    above: str
    """The comment above it, on one line."""

    behind: str
    """The comment behind it: Scrapy's default, and the reason after a colon."""


def _without_environment() -> dict[str, Any]:
    kept = dict(os.environ)
    os.environ.clear()
    try:
        return runpy.run_path(str(_SOURCE))
    finally:
        os.environ.update(kept)


def entries() -> list[Entry]:
    """Return what `newscrawl.settings` sets, in its order; mappings of classes are left to the file."""
    source = _SOURCE.read_text("utf-8")
    lines, values = source.splitlines(), _without_environment()
    found: list[Entry] = []
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(target, ast.Name) or node.value is None:
            continue
        if isinstance(node.value, ast.Dict):
            continue
        text = ast.get_source_segment(source, node.value) or ""
        variables = re.findall(r"environ\.get\(\s*\"(\w+)\"", text)
        shown = _shown(values[target.id]) if variables else _EMPTY.get(text, text)
        above = " ".join(_above(lines, node.lineno - 1))
        behind = lines[(node.end_lineno or node.lineno) - 1][node.end_col_offset or 0 :].strip().removeprefix("# ")
        entry = Entry((target.id,), (shown,), variables[0] if variables else None, above, behind)
        if target.id.startswith(_OWN) and not above:
            last = found.pop()
            entry = Entry((*last.names, target.id), (*last.values, shown), None, last.above, "")
        found.append(entry)
    return found


def _above(lines: list[str], number: int) -> Iterator[str]:
    first = number
    while lines[first - 1].startswith("#"):
        first -= 1
    for line in lines[first:number]:
        yield line.removeprefix("# ")


def _shown(value: str) -> str:
    return f'"{value}"' if value else ""


def _code(text: str) -> str:
    return f"`{text}`" if text else "empty"


def _marked(comment: str) -> str:
    """Return a comment as Markdown: names of settings as code, pages as links.

    >>> _marked("Beside NEWSCRAWL_DATA (docs/reports.md).")
    'Beside `NEWSCRAWL_DATA` ([reports.md](reports.md)).'
    """
    linked = re.sub(r"docs/([\w-]+\.md)", r"[\1](\1)", comment.replace("|", "\\|"))
    return re.sub(rf"\b({_OWN}\w+)", r"`\1`", linked).replace("<", "\\<").replace("*", "\\*")


def settings_page() -> str:
    """Return ``docs/settings.md``."""
    own, scrapys = [], []
    for entry in entries():
        names = ", ".join(map(_code, entry.names))
        values = ", ".join(map(_code, entry.values))
        variable = "" if entry.variable is None else f" Environment: `{entry.variable}`."
        default, _, reason = entry.behind.partition(": ")
        if entry.names[0].startswith(_OWN):
            own.append(f"| {names} | {values} | {_marked(entry.above)}{variable} |\n")
        elif default:
            why = _marked(reason or entry.above).rstrip(".")
            scrapys.append(f"| {names} | {values} | {_marked(default)} | {why}{'.' if variable else ''}{variable} |\n")
    return "\n".join([_INTRODUCTION, _OWN_INTRODUCTION + "".join(own), _SCRAPY_INTRODUCTION + "".join(scrapys)])


def main() -> None:
    """Write the page."""
    _PAGE.write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
