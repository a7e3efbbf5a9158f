"""WARC files instead of the network: their pages are read, judged, deduplicated and written as those of ``news`` are.

Records are handled in the order they stand in, whichever process reads a page first: the first of two copies stays the
first, and a killed run that is started again does what an undisturbed one does.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import signals

from newscrawl.archives.pages import FAULT_OF_OURS, HTML, UNPACKABLE, PageReader, Reading, Sent, not_html
from newscrawl.archives.pool import DIED, TOO_SLOW, ReaderPool, cores
from newscrawl.archives.records import (
    CUT_OFF,
    DAMAGED,
    TOO_LARGE,
    Record,
    find_archives,
    identity,
    read_records,
    require_library,
)
from newscrawl.article import registered_domain
from newscrawl.dates import date_in_url
from newscrawl.extract.refusal import EMPTY
from newscrawl.items import Article, Discovery
from newscrawl.rechecks import day_of
from newscrawl.runs import Fetched
from newscrawl.spiders.base import NewsSpider, Publication
from newscrawl.spiders.news import described_sites, is_trap
from newscrawl.store import Look, Source
from newscrawl.urls import without_tracking

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

_VIA = "archive"
_NOT_ARTICLE = "not an article's address"
_REVISIT = "revisit of an earlier capture"
_NOT_MODIFIED = "not modified (304)"
_REDIRECT = "redirect"
_OUTSIDE = "outside the window"
_UNWRITTEN = "error while writing"
_NO_FIRST_PAGE = "page of an article whose first page is not there"
# What a better copy or a later version of ours may mend; the rest is an answer.
_FAILURES = frozenset({DAMAGED, CUT_OFF, TOO_LARGE, UNPACKABLE, EMPTY, FAULT_OF_OURS, DIED, TOO_SLOW})
_PAGE_KINDS = frozenset({"response", "resource", "revisit"})
# The second page of an article and those behind it, by their addresses.
_FURTHER = re.compile(r"(?:/\(page\)/|/page/|[?&](?:page|p|seite)=)(?:[2-9]|[1-3]\d)/?$", re.IGNORECASE)
# What a crawl of ours took for a listing, a feed or robots.txt is none of its pages of articles.
_ARTICLE_ROLES = frozenset({"", "article"})
_BATCH = 16
_QUEUE = 8
"""Records that wait for their turn, for each process that reads: enough to keep them busy behind a slow page."""
_ON_THEIR_WAY = 64
"""Articles in the pipelines at a time; the readers wait while there are more."""
_LOOK_AGAIN = 0.05
"""Seconds; an item's end is told a moment before it counts."""
_HELD = 1000
"""Articles that wait for their further pages at a time, and pages that wait for their article."""
_REDIRECTS = 20_000


class _ClosingError(Exception):
    """The run is being closed: what has not been handed on is left to the next one."""


@dataclass(slots=True)
class _Entry:
    """A record whose turn has yet to come."""

    record: Record
    publication: Publication
    reason: str = ""
    """Why it is not read."""

    reading: asyncio.Task[Reading] | None = None
    again: Look | None = None
    """What is known of an article that it may be a later version of."""


@dataclass(slots=True)
class _Held:
    """An article that waits for its further pages."""

    path: Path
    entry: _Entry
    parts: list[Article]


class ArchiveSpider(NewsSpider):
    """Reads WARC files, CC-NEWS ones among them, and no network.

    Arguments (``-a name=value``); the first is required, ``since``, ``until`` and ``max_articles`` are as everywhere:

    - ``path``: the files: paths, folders and patterns, comma-separated.
    - ``sites``: only pages of these hosts or registered domains, comma-separated.
    - ``processes``: how many read pages at a time; by default ``NEWSCRAWL_ARCHIVE_PROCESSES``, else one a core.
    - ``again``: 1 reads files that were read to their end before, too.

    A publication that has a declaration (`described_sites`) is read by it. A file that was read to its end is known by
    its size, beginning and end, wherever it lies, and passed over. A page counts as fetched when it was captured: a
    later capture of an article can be its next version, an earlier one is none.
    """

    name = "archive"

    def __init__(
        self,
        path: str | None = None,
        sites: str | None = None,
        processes: str | int | None = None,
        again: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        require_library()
        if "sections" in kwargs:
            raise ValueError("sections=… is of no use here: archives have no listings to follow; there is sites=…")
        super().__init__(**kwargs)
        self.paths = find_archives(path or "")
        self.only = frozenset(name.strip().lower() for name in (sites or "").split(",") if name.strip())
        try:
            self.processes = int(processes or 0)
        except ValueError:
            raise ValueError(f"processes={processes}: write a whole number") from None
        self.again = str(again or "").lower() not in {"", "0", "false", "no"}
        self._hosts: dict[str, Publication | None] = {}
        self._queue: deque[_Entry] = deque()
        self._handed: set[str] = set()
        self._waiting: OrderedDict[str, _Held] = OrderedDict()
        self._early: OrderedDict[str, tuple[_Entry, Reading]] = OrderedDict()
        self._redirects: OrderedDict[str, str] = OrderedDict()
        self._on_their_way = 0
        self._moved = asyncio.Event()
        self._looking: asyncio.TimerHandle | None = None
        self._lost = False
        self._pool: ReaderPool | None = None
        self._articles: Counter[Path] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider, connected to the run."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._came_out, signal=signal)
        return spider

    @classmethod
    def _is_shared(cls, settings: BaseSettings) -> bool:
        """Say that a run shares no requests with other workers, as it makes none."""
        return False

    def publications_to_crawl(self) -> list[Publication]:
        """Return what stands for all of them: whose pages there are is seen when they come."""
        return [Publication(_VIA, "")]

    def domains_to_crawl(self) -> list[str]:
        """Return no domain: nothing is requested."""
        return []

    # -- the files ---------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Article]:  # type: ignore[override]
        """Yield the articles of the files, in the order they stand in."""
        settings = self.settings
        reader = PageReader(
            {site.name: site for site in described_sites().values()},
            with_html=settings.getbool("NEWSCRAWL_BODY_HTML"),
            robot=settings["BOT_NAME"] if settings.getbool("NEWSCRAWL_RESPECT_NOINDEX") else None,
            max_bytes=settings.getint("DOWNLOAD_MAXSIZE"),
        )
        processes = self.processes or settings.getint("NEWSCRAWL_ARCHIVE_PROCESSES") or cores()
        self._pool = ReaderPool(reader, processes)
        done: dict[Path, Source] = {}
        try:
            known = await self._ask(self.store.sources, _VIA)
            for path in self.paths:
                try:
                    source = await asyncio.to_thread(self._source, path)
                    if not self.again and (before := self._read_before(known, source)):
                        self._pass_by(before)
                        continue
                    async for article in self._file(path, self._pool):
                        yield article
                except OSError as error:
                    self._cannot_read(path, error)
                    continue
                self.count("start_ok")
                done[path] = source
                await self._remember(done)
            for held in [*self._waiting.values()]:
                async for article in self._release(held):
                    yield article
            for entry, _ in self._early.values():
                self._lose(entry.publication, _VIA, "rejected", _NO_FIRST_PAGE, entry.record.url)
            await self._remember(done)
            self._judge()
        except _ClosingError:
            return
        finally:
            self._pool.close()

    def _source(self, path: Path) -> Source:
        """Return what the store knows a file by, under the arguments that choose among its pages."""
        key = identity(path)
        asked = f"{self.window.since or ''}..{self.window.until or ''} {','.join(sorted(self.only))}"
        name = {"kind": _VIA, "url": path.name}
        return Source(key=f"{key} {asked}" if asked != ".. " else key, etag=key, names=(name,))

    @staticmethod
    def _read_before(known: Mapping[str, Source], source: Source) -> Source | None:
        """Return how the file was left that was read to its end, with the same arguments or with none."""
        return known.get(source.etag or "") or known.get(source.key)

    def _pass_by(self, before: Source) -> None:
        self.count("start_ok")
        self.count("archives_known")
        for name in ("listed", "known"):
            self.count(name, before.listed)

    def _cannot_read(self, path: Path, error: OSError) -> None:
        why = f"archive: {error.strerror or error}"
        self.logger.warning("%s cannot be read: %s", path, error.strerror or error)
        self._lose(self.publications[0], _VIA, "failed", why, path.as_uri())
        self.count("start_failed")

    async def _remember(self, done: dict[Path, Source]) -> None:
        """Have files that were read to their end passed over from now on; one that waits for more pages is none yet."""
        await self._settle()
        stats = self.crawler.stats
        assert stats is not None
        # What another run is writing may yet be left to us.
        left = self._lost or stats.get_value("newscrawl/duplicate/other_job") or self.max_articles is not None
        if left or self.run.failed or not self.run.output:
            return
        waiting = {held.path for held in self._waiting.values()}
        sources = [
            replace(source, kept=self.run.now().timestamp(), listed=self._articles[path])
            for path, source in done.items()
            if path not in waiting
        ]
        await self._ask(self.store.keep_sources, _VIA, sources)
        for path in done.keys() - waiting:
            del done[path]

    def _judge(self) -> None:
        """Say in our own words why a run found nothing; those of a crawl speak of sites."""
        stats = self.crawler.stats
        assert stats is not None
        value = stats.get_value
        sentence = ""
        if not value("newscrawl/start_ok"):
            sentence = "none of the archives could be read: see the log for the reason of each"
        elif not value("newscrawl/listed") and not value("newscrawl/archives_known"):
            whose = f" of {', '.join(sorted(self.only))}" if self.only else ""
            sentence = f"the archives hold no page that can be an article{whose}: see the report for what they hold"
        if sentence:
            stats.set_value("newscrawl/error", sentence)

    async def _file(self, path: Path, pool: ReaderPool) -> AsyncIterator[Article]:
        """Yield the articles of one file."""
        records = read_records(path, self.settings.getint("DOWNLOAD_MAXSIZE"))
        ahead = asyncio.ensure_future(asyncio.to_thread(_next, records))
        try:
            while batch := await ahead:
                if self._is_closing:
                    raise _ClosingError
                ahead = asyncio.ensure_future(asyncio.to_thread(_next, records))
                pages = [(record, publication) for record in batch if (publication := self._owner(record))]
                looks = await self._ask(self.store.looks, {p.key(record.url) for record, p in pages})
                for record, publication in pages:
                    entry = _Entry(record, publication, self._reason(record, publication))
                    if not entry.reason:
                        key = publication.key(record.url)
                        if key in self._handed:
                            # Another page or capture of what is on its way: what became of that comes first.
                            async for article in self._turns(path, 0):
                                yield article
                        if without_tracking(record.url) not in self._waiting:
                            if key in self._handed:
                                await self._settle()
                                looks |= await self._ask(self.store.looks, [key])
                            if not self._is_new(path, entry, looks.get(key)):
                                continue
                        self._handed.add(key)
                        entry.reading = asyncio.ensure_future(pool.read(_sent(record, publication)))
                    else:
                        record.body = b""
                    self._queue.append(entry)
                    async for article in self._turns(path, _QUEUE * pool.processes):
                        yield article
            async for article in self._turns(path, 0):
                yield article
        finally:
            ahead.cancel()
            while self._queue:
                if (reading := self._queue.popleft().reading) is not None:
                    reading.cancel()

    # -- one record --------------------------------------------------------------------------------------------------

    def _owner(self, record: Record) -> Publication | None:
        """Return whose page a record holds; ``None`` for records of other kinds, and for sites not asked for."""
        self.count(f"records/{record.kind or DAMAGED}")
        if not record.kind:
            self._lose(self.publications[0], _VIA, "failed", DAMAGED, f"{_VIA}:{record.offset}")
            return None
        if record.kind not in _PAGE_KINDS or record.role not in _ARTICLE_ROLES:
            return None
        publication = self._publication(record.url)
        if publication is None:
            self.count("other_site")
        return publication

    def _publication(self, url: str) -> Publication | None:
        """Return the publication of an address, if it is one of the web and was asked for."""
        try:
            parts = urlsplit(url)
            host, name = parts.netloc.lower(), (parts.hostname or "")
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or not name:
            return None
        if host not in self._hosts:
            site, domain = described_sites().get(host), registered_domain(url)
            asked = not self.only or bool(self.only & {host, name, name.removeprefix("www."), domain})
            found = Publication.of(site) if site else Publication(domain, url)
            self._hosts[host] = found if asked else None
        return self._hosts[host]

    def _reason(self, record: Record, publication: Publication) -> str:
        """Say why a record is not read, by what it says of itself."""
        if record.kind == "revisit":
            return _REVISIT
        if record.fault:
            return record.fault
        if record.status is None:
            return "no HTTP response"
        if record.status == 304:
            return _NOT_MODIFIED
        if 300 <= record.status < 400:
            return _REDIRECT
        if record.status != 200:
            return {404: "not found (404)", 410: "gone (410)"}.get(record.status, f"status {record.status}")
        kind = record.header("content-type")
        if kind and kind.partition(";")[0].strip().lower() not in HTML:
            return not_html(kind)
        if not self.is_article_address(record.url, publication):
            return _NOT_ARTICLE
        day = date_in_url(record.url, publication.site)
        return "" if day is None or day in self.window else _OUTSIDE

    def is_article_address(self, url: str, publication: Publication) -> bool:
        """Say whether an address can be an article's."""
        if publication.site is not None:
            return super().is_article_address(url, publication)
        parts = urlsplit(url)
        return bool(parts.path.strip("/") or parts.query) and not is_trap(url)

    def _is_new(self, path: Path, entry: _Entry, look: Look | None) -> bool:
        """Say whether an article is unknown, or was captured later than it is known; count those that are neither."""
        if look is None:
            return True
        record = entry.record
        # Another of its addresses, or another of its pages, says nothing of a change.
        same = without_tracking(record.url) == without_tracking(look.url)
        if self.run.ages and same and record.date is not None and int(record.date.timestamp()) > look.looked:
            entry.again = look
            return True
        if not _FURTHER.search(without_tracking(record.url)):
            self._articles[path] += 1
            self._count_links(entry.publication, "listed", [_VIA])
            self._count_links(entry.publication, "known", [_VIA])
        return False

    async def _turns(self, path: Path, most: int) -> AsyncIterator[Article]:
        """Yield the articles of the entries whose turn it is, waiting for them until at most *most* are left."""
        while self._queue and (
            len(self._queue) > most or (reading := self._queue[0].reading) is None or reading.done()
        ):
            entry = self._queue[0]
            found = await entry.reading if entry.reading else Reading(reason=entry.reason)
            self._queue.popleft()
            async for article in self._turn(path, entry, found):
                yield article

    async def _turn(self, path: Path, entry: _Entry, reading: Reading) -> AsyncIterator[Article]:
        """Deal with what became of one record."""
        record, publication = entry.record, entry.publication
        address = without_tracking(record.url)
        if entry.reason == _REDIRECT:
            self._redirect(record)
            return
        if entry.reason == _OUTSIDE:
            self._count_links(publication, "listed", [_VIA])
            self._count_links(publication, "outside_window", [_VIA])
            return
        if reading.reason == DIED:
            # Whoever killed it, it may not have been for the page.
            self._lost = True
        if reading.trace:
            self.logger.error("Could not read %s: %s", record.url, reading.trace)
        held = self._waiting.pop(address, None)
        if held is not None:
            if reading.article is None:
                async for article in self._incomplete(held, reading.reason, record.url):
                    yield article
                return
            held.parts.append(reading.article)
        elif entry.reading is not None:
            self._count_links(publication, "listed", [_VIA])
            self.count("requested")
        if reading.article is None:
            self._handed.discard(publication.key(record.url))
            failed = reading.reason in _FAILURES or reading.reason.startswith(("status ", "not found (", "gone ("))
            self._lose(publication, _VIA, "failed" if failed else "rejected", reading.reason, record.url)
            return
        self._redirected(reading.article)
        if held is None and _FURTHER.search(address):
            self._early[address] = (entry, reading)
            if len(self._early) > _HELD:
                lost, _ = self._early.popitem(last=False)[1]
                self._lose(lost.publication, _VIA, "rejected", _NO_FIRST_PAGE, lost.record.url)
            return
        async for article in self._await_pages(held or _Held(path, entry, [reading.article]), reading.further):
            yield article

    async def _await_pages(self, held: _Held, further: str | None) -> AsyncIterator[Article]:
        """Have an article wait for its next page, if it has one that is yet to come."""
        most = self.settings.getint("NEWSCRAWL_MAX_ARTICLE_PAGES")
        while further and len(held.parts) < most:
            address = without_tracking(further)
            early = self._early.pop(address, None)
            if early is None:
                self._waiting[address] = held
                if len(self._waiting) > _HELD:
                    async for article in self._release(next(iter(self._waiting.values()))):
                        yield article
                return
            part = early[1]
            assert part.article is not None
            held.parts.append(part.article)
            further = part.further
        async for article in self._finished(held):
            yield article

    async def _release(self, held: _Held) -> AsyncIterator[Article]:
        """Yield an article without the page that it waits for."""
        address = next(address for address, other in self._waiting.items() if other is held)
        del self._waiting[address]
        async for article in self._incomplete(held, "not in the archive", address):
            yield article

    async def _incomplete(self, held: _Held, reason: str, url: str) -> AsyncIterator[Article]:
        """Yield an article without a page of it; of a known article that would be a version that never was."""
        self._lose(held.entry.publication, _VIA, "failed", f"article page: {reason}", url)
        if held.entry.again is None:
            async for article in self._finished(held):
                yield article

    async def _finished(self, held: _Held) -> AsyncIterator[Article]:
        """Yield an article that is complete, if it is wanted, when there is room for it in the pipelines."""
        record = held.entry.record
        if not self._wants(held.parts[0]):
            return
        found = Discovery(via=_VIA, url=f"{held.path.name}#{record.offset}")
        article = self._finish(tuple(held.parts), found)
        moment = record.date or self.run.now()
        article.fetched_at = moment.astimezone(UTC).isoformat(timespec="seconds")
        if held.entry.again is not None:
            assert article.id is not None
            self.run.fetched[article.id] = Fetched(again=held.entry.again, at=moment)
        self._articles[held.path] += 1
        while self._on_their_way >= _ON_THEIR_WAY:
            await self._moves()
        if self._is_closing:
            raise _ClosingError
        self._on_their_way += 1
        yield article

    def _wants(self, article: Article) -> bool:
        day = day_of(article.date_published)
        if day is not None and day not in self.window:
            self.count("outside_window")
            return False
        if self.max_articles is not None and self._accepted >= self.max_articles:
            return False
        self._accepted += 1
        return True

    def _redirect(self, record: Record) -> None:
        """Keep where an address leads: it is an alias of the article there."""
        try:
            target = urljoin(record.url, record.header("location"))
        except ValueError:
            return
        self._redirects[without_tracking(target)] = record.url
        if len(self._redirects) > _REDIRECTS:
            self._redirects.popitem(last=False)

    def _redirected(self, article: Article) -> None:
        """Give an article the addresses that led to its page."""
        addresses: list[str] = []
        at = article.url
        while at and (at := self._redirects.get(without_tracking(at))) and at not in addresses:
            addresses.append(at)
        article.aliases = sorted({*article.aliases, *addresses} - {article.canonical_url or ""})

    # -- the pipelines -----------------------------------------------------------------------------------------------

    async def _moves(self) -> None:
        """Wait until an article has come out of the pipelines."""
        self._moved.clear()
        await self._moved.wait()

    async def _settle(self) -> None:
        """Wait until everything handed on is written and known."""
        while self._on_their_way:
            await self._moves()
        await self.run.flush()
        self._handed.clear()

    @property
    def _is_closing(self) -> bool:
        """Whether the run is being closed: nothing else makes the engine back out, as no page is downloaded."""
        return self.crawler.engine is not None and self.crawler.engine.needs_backout()

    def _came_out(self, item: Any) -> None:
        if isinstance(item, Article):
            self._on_their_way -= 1
            self._moved.set()
            # It is counted as on its way for a moment longer.
            self._look_again()

    def _let_close(self) -> None:
        """Have a closing engine see that the last article has come out of the pipelines.

        Scrapy 2.19 looks for that when a response has been dealt with, not when an item of `start` has, and would wait
        for ever.
        """
        engine = self.crawler.engine
        slot = engine.scraper.slot if engine is not None else None
        if engine is None or slot is None or not self._is_closing or (slot.closing is not None and slot.closing.called):
            return
        if slot.closing is not None:
            engine.scraper._check_if_closing()
        self._look_again()

    def _look_again(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._looking = asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._let_close)

    async def article_lost(self, item: Any) -> None:
        """Have the file read again by the next run when a pipeline failed on one of its articles."""
        if isinstance(item, Article):
            self._lost = True
            publication = self._publication(item.url or "") or self.publications[0]
            self._lose(publication, _VIA, "failed", _UNWRITTEN, item.url or "")

    def run_finished(self, reason: str) -> None:
        """End the processes, also those of a run that was cut short."""
        if self._pool is not None:
            self._pool.close()


def _next(records: Iterator[Record]) -> list[Record]:
    return list(islice(records, _BATCH))


def _sent(record: Record, publication: Publication) -> Sent:
    site = publication.site.name if publication.site else None
    return Sent(record.url, record.body, record.headers, record.date, site)
