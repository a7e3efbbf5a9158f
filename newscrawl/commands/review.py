"""``scrapy review``: what is expected of a site's saved pages, beside the pages; and a person's signature under it."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.scaffold.cases import FIELDS, Case, cases_in, sign
from newscrawl.scaffold.marking import passed_over, pieces_of
from newscrawl.scaffold.project import NoCheckoutError, Project
from newscrawl.terminal import console, shortened, table

_MOST_LINKS, _MOST_PASSED_OVER = 12, 12
_NOT_PRINTED = frozenset({"site", "body", "language"})


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation beside the page."""

    field: str
    expected: Any
    read: Any
    """What is read today."""
    source: str
    pieces: list[str]
    """The markup that it stands in."""

    @property
    def met(self) -> bool:
        """Whether the page reads as expected."""
        return bool(self.expected == self.read)


class Command(ScrapyCommand):
    """Shows each expected field beside the page it is read from, and signs what a person has compared."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        """Return how it is called."""
        return "[options] <spider> [case]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Compare what is expected of a site's saved pages with the pages, and sign"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--sign", action="store_true", help="sign what is shown, without asking; needs --by")
        parser.add_argument("--by", metavar="NAME", help="who has compared it (asked for where it is not given)")
        parser.add_argument("--all", action="store_true", help="show signed cases too")
        parser.add_argument("--json", action="store_true", help="one JSON object a case, and no questions")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Review the cases that *args* names; the exit code is 1 while one is unsigned, 2 when nothing can be shown."""
        if len(args) not in {1, 2}:
            raise UsageError("name a spider, and a case if you like: scrapy review csmonitor 2013-ui-author")
        if opts.sign and not (opts.by or "").strip():
            raise UsageError("who signs? Add --by NAME")
        try:
            cases = _cases(Project.here(), *args)
            waiting = [case for case in cases if not case.meta.get("reviewed")]
            for case in cases if opts.all or opts.json or len(args) == 2 else waiting:
                self._review(case, opts)
            open_cases = [case for case in _cases(Project.here(), *args) if not case.meta.get("reviewed")]
        except (NoCheckoutError, ValueError, OSError) as error:
            print(f"review: {error}", file=sys.stderr)
            self.exitcode = 2
            return
        except _EnoughError:
            self.exitcode = 1
            return
        if open_cases:
            self.exitcode = 1
            print(
                f"{len(open_cases)} of {len(cases)} not signed: {', '.join(c.folder.name for c in open_cases)}",
                file=sys.stderr,
            )
        elif not opts.json:
            print(f"All {len(cases)} signed. Next: make test, and with a network: scrapy verify {args[0]}")

    def _review(self, case: Case, opts: argparse.Namespace) -> None:
        if opts.json:
            print(json.dumps(_as_json(case), ensure_ascii=False))
        else:
            _show(case)
        if opts.sign:
            sign(case, opts.by.strip())
            if not opts.json:
                print(f"signed by {opts.by.strip()}\n")
        elif not opts.json and not case.meta.get("reviewed") and sys.stdin.isatty():
            self._ask(case, opts)

    def _ask(self, case: Case, opts: argparse.Namespace) -> None:
        while True:
            match _answer("[s]ign, [e]dit, s[k]ip or [q]uit? ").strip().lower()[:1]:
                case "s":
                    opts.by = (opts.by or "").strip() or _answer("Your name: ").strip()
                    if opts.by:
                        sign(case, opts.by)
                        return
                case "e":
                    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
                    subprocess.run([*editor, str(case.folder / "expected.json")], check=False)  # noqa: S603 (the user's own)
                    case = Case(case.folder)
                    _show(case)
                case "k":
                    return
                case "q":
                    raise _EnoughError


class _EnoughError(Exception):
    """The person wants no more."""


def _answer(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        raise _EnoughError from None


def _cases(project: Project, spider: str, name: str | None = None) -> list[Case]:
    cases = cases_in(project.fixtures, spider)
    if not cases:
        raise ValueError(
            f"{project.shown(project.fixtures / spider)} holds no saved pages: make some with scrapy newsite"
        )
    if name is not None:
        known = ", ".join(case.folder.name for case in cases)
        cases = [case for case in cases if case.folder.name == name]
        if not cases:
            raise ValueError(f"{spider} has no case called {name!r}; there are: {known}")
    return cases


def rows_of(case: Case) -> list[Row]:
    """Return what is expected of *case*, or read from its page, part by part."""
    read, expected = case.reading(), case.expected
    sources = case.article.sources if case.meta["type"] == "article" else {}
    names = [name for name in (*FIELDS, "refusal", "older") if name in read or name in expected]
    return [
        Row(
            name,
            expected.get(name),
            read.get(name),
            sources.get(name, ""),
            []
            if name in _NOT_PRINTED
            else pieces_of(case.page, expected.get(name, read.get(name)), sources.get(name, "")),
        )
        for name in names
    ]


def _links(case: Case) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the expected links, and what is amiss with them today."""
    wanted: list[dict[str, Any]] = case.expected.get("links", [])
    found = {link.url: asdict(link) for link in case.links}
    amiss = [link["url"] for link in wanted if {name: found.get(link["url"], {}).get(name) for name in link} != link]
    return wanted, amiss


def _empty(case: Case) -> list[str]:
    if case.meta["type"] != "article":
        return []
    return [name for name in FIELDS if name not in case.expected and name not in {"aliases", "pages"}]


def _as_json(case: Case) -> dict[str, Any]:
    return {
        "case": str(case),
        "about": case.meta.get("about"),
        "url": case.meta["url"],
        "reviewed": bool(case.meta.get("reviewed")),
        "reviewed_by": case.meta.get("reviewed_by"),
        "fields": {
            row.field: {k: v for k, v in asdict(row).items() if k != "field"} | {"met": row.met}
            for row in rows_of(case)
        },
        "empty": _empty(case),
        "links_amiss": _links(case)[1],
    }


def _show(case: Case) -> None:
    from rich.text import Text  # noqa: PLC0415 (no crawl needs it)

    out = console()
    signed = f"signed by {case.meta.get('reviewed_by') or 'a person'}" if case.meta.get("reviewed") else "not signed"
    out.print(Text(f"{case}", style="bold cyan"), Text(f" · {case.meta['type']} · {signed}"), sep="")
    out.print(Text(shortened(case.meta["url"]), style="cyan"))
    fields = table("field", "expected", "source", "on the page")
    for row in rows_of(case):
        if row.field == "body" and row.met:
            continue
        values, pieces = _lines(row.expected), [shortened(piece) for piece in row.pieces]
        value = Text("\n".join(values) if values else "nothing")
        if not row.met:
            value.append(f"\nread today: {'; '.join(_lines(row.read)) or 'nothing'}", style="bold red")
        fields.add_row(row.field, value, row.source, Text("\n".join(pieces), style="dim"))
    out.print(fields)
    if case.meta["type"] == "article":
        body: list[str] = case.expected.get("body") or []
        out.print(Text(f"The text, {len(body)} paragraphs:"))
        for paragraph in body:
            out.print(Text(f"  {shortened(paragraph)}"), no_wrap=True, overflow="ellipsis")
        if left := passed_over(case.page, body):
            out.print(Text("Not of the text:"))
            for line in left[:_MOST_PASSED_OVER]:
                out.print(Text(f"  {shortened(line)}", style="dim"), no_wrap=True, overflow="ellipsis")
    if empty := _empty(case):
        out.print(Text(f"Expected to be empty: {', '.join(empty)}", style="dim"))
    wanted, amiss = _links(case)
    if wanted:
        out.print(Text(f"{len(wanted)} links expected:"))
        links = table("found in", "link", "address")
        for link in wanted[:_MOST_LINKS]:
            address = link["url"].removeprefix(_root(case.meta["url"]))
            links.add_row(str(link.get("via", "")), Text(shortened(link.get("text", ""))), Text(shortened(address)))
        out.print(links)
        if len(wanted) > _MOST_LINKS:
            out.print(Text(f"  … and {len(wanted) - _MOST_LINKS} more in expected.json"))
    for url in amiss:
        out.print(Text(shortened(f"  read otherwise today: {url}"), style="bold red"))
    out.print(Text(f"The page: {case.folder / 'page.html'}", style="dim"), soft_wrap=True)


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _lines(value: Any) -> list[str]:
    if value is None or value == []:
        return []
    if isinstance(value, list):
        return [f"{n}. {shortened(_plain(entry))}" for n, entry in enumerate(value, start=1)]
    return [shortened(str(value))]


def _plain(entry: Any) -> str:
    return " · ".join(f"{k}: {v}" for k, v in entry.items()) if isinstance(entry, dict) else str(entry)
