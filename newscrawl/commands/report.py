"""``scrapy report``: runs and articles as a page for people."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.reportpage.markup import count
from newscrawl.runs import articles_folder
from newscrawl.segments import COMPRESSIONS, FINISHED, finished

if TYPE_CHECKING:
    from newscrawl.reportpage.gather import Gathered


class Command(ScrapyCommand):
    """Writes one HTML file that needs no network: what runs brought and what their articles are like."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return how it is called."""
        return "[options] [<segment, folder or pattern> ...]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Write a page about runs and their articles: one HTML file"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", default="report.html", help="default: report.html")
        parser.add_argument("--site", action="append", default=[], help="only this site; may be given several times")
        parser.add_argument("--since", metavar="YYYY-MM-DD", help="only runs and articles fetched from this day on")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the page; the exit code is 1 when there is nothing to tell or it cannot be written."""
        from newscrawl.reportpage.gather import gather  # noqa: PLC0415 (Scrapy loads every command for each)

        assert self.settings is not None
        since = _day(opts.since)
        root = articles_folder(self.settings)
        try:
            segments = (
                list(dict.fromkeys(path for word in args for path in _segments(word))) if args else finished(root)
            )
            folders = [root.parent / "reports", *(path.resolve().parent.parent.parent / "reports" for path in segments)]
            found = gather(segments, _each_once(folders), sites=opts.site, since=since, only_jobs=bool(args))
            size = _write(found, root, opts)
        except _NothingError as error:
            print(f"report: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        for trouble in found.troubles:
            print(f"report: {trouble}", file=sys.stderr)
        print(
            f"report: {count(found.articles, 'article')} of {count(len(found.sites), 'site')}, "
            f"{count(len(found.runs), 'run')}: {opts.output} ({size / 1e6:.1f} MB)"
        )


class _NothingError(Exception):
    """There is no page; the message says for a person why and what to do."""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"--since={text}: write a date as YYYY-MM-DD") from None


def _segments(word: str) -> Iterator[Path]:
    """Yield the segments that *word* names: a file, a folder with segments below it, a pattern."""
    path = Path(word)
    if path.is_dir():
        names = (f"**/*{FINISHED}{ending}" for ending in COMPRESSIONS.values())
        found = [file for name in names for file in path.glob(name)]
    elif path.is_file():
        found = [path]
    else:
        found = [file for file in Path(path.anchor).glob(word.removeprefix(path.anchor)) if file.is_file()]
    if not found:
        raise _NothingError(f"{word}: there is no such segment; a finished one is called …{FINISHED}, ….gz or ….zst")
    yield from sorted(found, key=_name)


def _name(path: Path) -> str:
    return path.name


def _each_once(folders: Sequence[Path]) -> list[Path]:
    return list({folder.resolve(): folder for folder in folders}.values())


def _why_nothing(found: Gathered, root: Path, opts: argparse.Namespace) -> str:
    if found.troubles:
        return found.troubles[0]
    asked = [f"of {', '.join(opts.site)}"] if opts.site else []
    asked += [f"since {opts.since}"] if opts.since else []
    if asked:
        return f"there is no article and no run {' '.join(asked)}"
    return f"there is neither an article in {root} nor a run's report beside it: crawl first, or name segments"


def _write(found: Gathered, root: Path, opts: argparse.Namespace) -> int:
    """Write the page and return its size in bytes; a page that was there stays until the new one is whole."""
    from newscrawl.reportpage.page import page  # noqa: PLC0415 (Scrapy loads every command for each)

    if not (found.lines or found.runs):
        raise _NothingError(_why_nothing(found, root, opts))
    path = Path(opts.output)
    data = page(found, datetime.now(UTC)).encode("utf-8", "replace")
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise _NothingError(f"{path} cannot be written: {error.strerror or error}") from error
    return len(data)
