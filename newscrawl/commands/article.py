"""``scrapy article``: one page, read and shown as a person wants to see it."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.extract.page import Page
from newscrawl.fetching import FetchedPage, fetch_pages
from newscrawl.items import Article
from newscrawl.sites import Site
from newscrawl.spiders.news import described_sites
from newscrawl.terminal import console, harmless, shortened, table
from newscrawl.why import CHOSEN, Reading, as_json, explain

if TYPE_CHECKING:
    from rich.console import Console

_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}[:/]|www\.", re.IGNORECASE)
_SHORT = 240
_FOR_PROGRAMS = frozenset(
    {"id", "canonical_url", "aliases", "site", "date_published_raw", "pages", "content_hash", "version"}
)
"""Fields that are shown last: nobody looks at a page for them."""
_SOURCES = {
    "site": "the site's declaration",
    "json-ld": "the page's JSON-LD",
    "meta": "its meta tags",
    "markup": "what readers see",
    "url": "its address",
    "text": "the words of its text",
    "page": "seen on the page, no candidate",
}


class Command(ScrapyCommand):
    """Reads one page and shows its fields, and why each is what it is."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        """Return how it is called."""
        return "[options] <URL or file>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Read one page and show its fields, and with --why every candidate for them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--why", action="store_true", help="every candidate of each field, and why one was chosen")
        parser.add_argument("--body", action="store_true", help="only the text")
        parser.add_argument("--json", action="store_true", help="one JSON object; with --why the candidates too")
        parser.add_argument("--url", help="the address that a saved page had; else what the page calls its own")
        parser.add_argument("--site", help="read it as this spider's site; 'none' reads it the generic way")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show the page that *args* names; the exit code is 1 when it is no article, 2 when it could not be read."""
        if len(args) != 1:
            raise UsageError("name one page: scrapy article <URL or file>")
        try:
            page = self._page(args[0], opts)
        except _UnreadableError as error:
            print(f"article: {error}", file=sys.stderr)
            self.exitcode = 2
            return
        reading = explain(page, now=datetime.now(UTC))
        if reading.refused:
            self.exitcode = 1
        if opts.json:
            print(json.dumps(as_json(reading) if opts.why else asdict(reading.article), ensure_ascii=False))
        elif opts.body:
            print(harmless((reading.article.body or "").replace("\n", "\n\n")))
        else:
            _show(reading, why=opts.why)

    def _page(self, word: str, opts: argparse.Namespace) -> Page:
        if "://" in word:
            fetched = self._fetch(word)
            body, url, kind = fetched.body, fetched.url, fetched.content_type
        else:
            if not Path(word).exists() and _HOST.match(word):
                raise _UnreadableError(f"there is no file {word}; a page on the network begins with https://")
            body, kind = _read(Path(word)), None
            url = opts.url or _own_address(Page.of(body, "")) or Path(word).resolve().as_uri()
        return Page.of(body, url, self._site(opts.site, url), kind)

    def _site(self, name: str | None, url: str) -> Site | None:
        if name == "none":
            return None
        if name is None:
            return described_sites().get(urlsplit(url).netloc)
        assert self.crawler_process is not None
        if name not in self.crawler_process.spider_loader.list():
            raise _UnreadableError(f"there is no spider called {name!r}: `scrapy list` shows them all")
        site = getattr(self.crawler_process.spider_loader.load(name), "site", None)
        return site if isinstance(site, Site) else None

    def _fetch(self, url: str) -> FetchedPage:
        assert self.crawler_process is not None
        page = fetch_pages(self.crawler_process, [url])[0]
        if page.failure:
            raise _UnreadableError(f"{url} could not be fetched: {page.failure}")
        if page.status != 200:
            print(f"article: the site answered with status {page.status}", file=sys.stderr)
        return page


class _UnreadableError(Exception):
    """There is no page to read; the message says why."""


def _read(path: Path) -> bytes:
    try:
        body = path.read_bytes()
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    except OSError as error:
        raise _UnreadableError(f"{path} cannot be read: {error.strerror or error}") from None
    except (EOFError, zlib.error):
        raise _UnreadableError(f"{path} is gzip, and torn") from None


def _own_address(page: Page) -> str | None:
    addresses = [href for href, _ in page.links.get("canonical", ())] + list(page.meta("og:url"))
    return next((url for url in addresses if url.startswith(("http://", "https://"))), None)


def _show(reading: Reading, *, why: bool) -> None:
    from rich.text import Text  # noqa: PLC0415 (no crawl needs it)

    terminal = console()
    article = reading.article
    verdict = Text("an article", style="green") if not reading.refused else Text(reading.refused, style="bold red")
    terminal.print(Text(harmless(article.url or ""), style="cyan"), Text(" · "), verdict, sep="", soft_wrap=True)
    if not why:
        fields = table("field", "value", "source")
        for name, value in sorted(_printed(article), key=_is_for_programs):
            style = "dim" if name in _FOR_PROGRAMS else ""
            fields.add_row(name, Text(shortened(value, _SHORT), style=style), article.sources.get(name, ""))
        terminal.print(fields)
        _tell_sources(terminal, article.sources.values())
        return
    terminal.print(Text(f"Why {'no' if reading.refused else 'an'} article:"))
    if reading.refused:
        terminal.print(Text(f"  it was taken for: {reading.refused}", style="bold red"))
    for sign in reading.signs:
        terminal.print(Text(f"  {harmless(sign)}"))
    candidates = table("field", "source", "candidate", "verdict")
    for name, told in reading.fields.items():
        for number, each in enumerate(told):
            style = "bold green" if each.verdict == CHOSEN else "dim"
            times = f" (×{each.times})" if each.times > 1 else ""
            candidates.add_row(
                "" if number else name,
                each.source,
                Text(shortened(each.value, _SHORT), style=style),
                Text(harmless(each.verdict) + times, style=style),
            )
        candidates.add_section()
    terminal.print(candidates)
    _tell_sources(terminal, (each.source for told in reading.fields.values() for each in told))


def _is_for_programs(field: tuple[str, str]) -> bool:
    return field[0] in _FOR_PROGRAMS


def _tell_sources(terminal: Console, used: Iterable[str]) -> None:
    """Say what the names of the sources that are *used* mean."""
    from rich.text import Text  # noqa: PLC0415

    there = set(used)
    if told := [f"{name}: {meaning}" for name, meaning in _SOURCES.items() if name in there]:
        terminal.print(Text(f"Sources: {'; '.join(told)}.", style="dim"))


def _printed(article: Article) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in asdict(article).items():
        if name in {"sources", "url", "body_html"} or value in (None, "", [], {}):
            continue
        rows.append((name, _value(name, value)))
    return rows


def _value(name: str, value: Any) -> str:
    if name == "images":
        return "; ".join(image["url"] + (f" ({image['caption']})" if image.get("caption") else "") for image in value)
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
