"""One run of a crawl: its name, the store that all its parts share, and the way of articles to the disk.

The disk is never waited for on the reactor's thread: lines are gathered and written, synced and recorded in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
from collections.abc import Callable, Collection, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary, ref

from scrapy import signals
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.conf import closest_scrapy_cfg

from newscrawl.items import Article
from newscrawl.ledger import Ledger, Rejects, finish_rejects
from newscrawl.rechecks import parse_ages, parse_now
from newscrawl.segments import Line, Sink, WriteError, finished, recover
from newscrawl.store import Look, Record, StoreError, StoreFullError, open_store
from newscrawl.store.thread import StoreThread

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

_runs: WeakKeyDictionary[Crawler, Run] = WeakKeyDictionary()


def store_uri(settings: BaseSettings) -> str:
    """Return the store's address: ``NEWSCRAWL_STORE``, ``NEWSCRAWL_REDIS_URL``, else a file in ``NEWSCRAWL_DATA``."""
    given = settings.get("NEWSCRAWL_STORE")
    if given or not (url := settings.get("NEWSCRAWL_REDIS_URL")):
        return given or f"sqlite:///{articles_folder(settings).parent / 'newscrawl.db'}"
    address, _, query = url.partition("?")
    told = {name: settings.get(f"NEWSCRAWL_REDIS_{name.upper()}") for name in ("lease", "patience", "prefix")}
    options = [*filter(None, [query]), urlencode({name: value for name, value in told.items() if value})]
    return f"{address}?{'&'.join(filter(None, options))}"


def articles_folder(settings: BaseSettings) -> Path:
    """Return the folder of the segments, below ``NEWSCRAWL_DATA``.

    Where that is not set it is ``data`` beside the closest ``scrapy.cfg``, or in the working directory where there is
    none: in a Scrapyd egg.
    """
    if given := settings.get("NEWSCRAWL_DATA"):
        return Path(given) / "articles"
    project = closest_scrapy_cfg()
    return (Path(os.path.relpath(Path(project).parent)) if project else Path.cwd()) / "data" / "articles"


@dataclass(slots=True)
class Fetched:
    """What a pipeline needs to know of an article's page besides the article."""

    etag: str | None = None
    last_modified: str | None = None

    again: Look | None = None
    """What was known when it was asked for, where it was looked at again."""

    told: bool = False
    """Whether a feed or sitemap had said that it would have changed."""

    at: datetime | None = None
    """When the page was fetched, aware, where that was not in this run."""


class Run:
    """What the parts of one crawl share. Get it with `of`; pipelines `start` and `finish` it.

    Settings: ``NEWSCRAWL_DATA``, ``NEWSCRAWL_STORE``, ``NEWSCRAWL_JOB`` (the run's name; made up when empty),
    ``NEWSCRAWL_OUTPUT`` (empty: no files of our own), ``NEWSCRAWL_FLUSH_ITEMS`` and ``NEWSCRAWL_FLUSH_SECONDS`` (lines
    go to the disk when so many wait, or so long), ``NEWSCRAWL_RETRY_REJECTED`` (days), ``NEWSCRAWL_RECHECK`` (ages at
    which an article is looked at again), ``NEWSCRAWL_NOW`` (ISO 8601; the time at which the run begins, for trials),
    ``NEWSCRAWL_REPORT`` (off: no report is written), ``NEWSCRAWL_SEGMENT_BYTES``, ``NEWSCRAWL_SEGMENT_SECONDS`` and
    ``NEWSCRAWL_SEGMENT_COMPRESSION`` (when a segment is finished before the run ends, and what it is packed with).

    Raises:
        StoreError: from `of`, when the store cannot be opened.
        ValueError: from `of`, a setting that cannot be understood.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = ref(crawler)
        given = parse_now(settings.get("NEWSCRAWL_NOW"))
        self._ahead = given - datetime.now(UTC) if given else timedelta(0)
        self.ages = parse_ages(settings.get("NEWSCRAWL_RECHECK", ""))
        self.job = re.sub(r"[^\w-]", "_", settings.get("NEWSCRAWL_JOB") or secrets.token_hex(4))
        self.root = articles_folder(settings)
        self.output = settings.get("NEWSCRAWL_OUTPUT", "jsonlines").strip().lower() not in {"", "0", "none", "false"}
        self._batch = max(1, settings.getint("NEWSCRAWL_FLUSH_ITEMS", 25))
        self._seconds = settings.getfloat("NEWSCRAWL_FLUSH_SECONDS", 1.0)
        self.store = open_store(store_uri(settings))
        self.thread = StoreThread()
        """Whoever needs an answer of the store asks for it here; a run has one such thread."""
        if given is None:
            # Workers on several machines must agree on the time.
            self._ahead = timedelta(seconds=self.store.ahead())
        self.store.job = self.job
        self.store.retry_rejected = timedelta(days=settings.getfloat("NEWSCRAWL_RETRY_REJECTED", 7.0))
        self.store.watch_for = max(self.ages, default=timedelta(0))
        self.store.now = self.now
        self.began = self.now()
        self.stem = f"{self.began:%Y%m%dT%H%M%SZ}-{self.job}"
        self._roll_seconds = settings.getfloat("NEWSCRAWL_SEGMENT_SECONDS", 0.0)
        self.sink = Sink(
            self.root,
            self.store,
            self.stem,
            max_bytes=settings.getint("NEWSCRAWL_SEGMENT_BYTES", 0),
            max_seconds=self._roll_seconds,
            compression=settings.get("NEWSCRAWL_SEGMENT_COMPRESSION", "").strip().lower(),
        )
        self.reports = self.root.parent / "reports"
        reporting = settings.getbool("NEWSCRAWL_REPORT", True)
        self.ledger = Ledger(Rejects(self.reports / f"{self.stem}.rejects.jsonl") if reporting else None)
        self.taken: dict[str, str] = {}
        """Keys of this run's articles that the store does not know yet, and the articles' ids."""
        self.fetched: dict[str, Fetched] = {}
        """By the ids of the articles that are on their way through the pipelines."""
        self.contested: set[str] = set()
        """The ids of articles that another run was writing when this one would have."""
        self.signatures: dict[str, bytes] = {}
        """Signatures of texts that are yet to become lines, by the articles' ids."""
        self.accepted = 0
        """Lines that were taken to be written."""
        self.committed = 0
        """How many of them, in the order they came, are on the disk and in the store."""
        # One thread, so that batches are written in the order they came.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newscrawl-writer")
        self._lines: list[Line] = []
        self._articles: list[Article] = []
        self._aliases: list[tuple[str, Collection[str]]] = []
        self._kept: list[Record] = []
        self._flushing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._rolling: asyncio.Task[None] | None = None
        self._started: asyncio.Task[None] | None = None
        self._finished: asyncio.Task[None] | None = None
        self._failed = False
        self._closed = False
        crawler.signals.connect(self._opened, signal=signals.spider_opened)

    @classmethod
    def of(cls, crawler: Crawler) -> Run:
        """Return the run of *crawler*, the same one for every caller."""
        if crawler not in _runs:
            _runs[crawler] = cls(crawler)
        return _runs[crawler]

    def now(self) -> datetime:
        """Return the time, in UTC, of the one clock that the whole run reads."""
        return datetime.now(UTC) + self._ahead

    @classmethod
    def begun(cls, crawler: Crawler) -> Run | None:
        """Return the run of *crawler*, if any part of it has asked for one."""
        return _runs.get(crawler)

    @property
    def crawler(self) -> Crawler:
        """The crawler it belongs to."""
        crawler = self._crawler()
        assert crawler is not None, "a run ends before its crawler"
        return crawler

    def count(self, stat: str, by: int = 1) -> None:
        """Add to the stat ``newscrawl/<stat>``."""
        self.crawler.stats.inc_value(f"newscrawl/{stat}", by)

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store something for an item, in a thread, because it may wait for the disk.

        Raises:
            DropItem: the store failed; the crawl is closed, and the item is left to the next run.
        """
        try:
            return await self.thread.ask_with_others(function, *args, **kwargs)
        except StoreError as error:
            self._stop(error)
            self.count("failed/not written")
            raise DropItem(f"the store failed: {error}") from error

    async def start(self) -> None:
        """Announce the run and recover what killed ones left; any number of callers, done once.

        Raises:
            CloseSpider: it cannot begin; the sentence is logged and stands in the stat ``newscrawl/error``.
        """
        if self._started is None:
            self._started = asyncio.ensure_future(self._start())
        await self._started

    async def _start(self) -> None:
        if not self.crawler.settings.get("NEWSCRAWL_DATA") and not closest_scrapy_cfg():
            logger.warning(
                "NEWSCRAWL_DATA is not set: articles, and what is known of them, are kept in %s, in the working "
                "directory of what started this run",
                self.root.parent,
            )
        try:
            await asyncio.to_thread(self.store.begin_job, self.job)
            recovered = await asyncio.to_thread(recover, self.root, self.store)
            if recovered:
                logger.warning("In %s: %s", self.root, recovered)
            await asyncio.to_thread(finish_rejects, self.reports, self.store.live_jobs())
            empty = next(self.store.articles(), None) is None
            if empty and (files := await asyncio.to_thread(finished, self.root)):
                logger.warning(
                    "The store knows no article, but %s and others lie in %s: `scrapy reindex` makes it know them",
                    files[0].name,
                    self.root,
                )
        except (WriteError, StoreError) as error:
            raise CloseSpider(self.fail(error)) from error
        if self._roll_seconds > 0:
            self._rolling = asyncio.ensure_future(self._roll())

    async def _roll(self) -> None:
        """Finish segments that are old enough, also while nothing new comes."""
        while not self._failed:
            await asyncio.sleep(max(0.05, self._roll_seconds / 4))
            await self._try(self.sink.roll)

    def _opened(self) -> None:
        # Connected this late, the closing comes after that of the spider, which still asks the store.
        self.crawler.signals.connect(self._feeds_closed, signal=signals.feed_exporter_closed)
        self.crawler.signals.connect(self._spider_closed, signal=signals.spider_closed)

    @property
    def failed(self) -> bool:
        """Whether writing has failed; nothing more can be written then."""
        return self._failed

    async def write(self, line: Line, article: Article) -> None:
        """Take *article* as its *line* to be written soon; it returns at once unless the disk is far behind."""
        self.accepted += 1
        if not self.output:
            self.committed += 1
            self.ledger.write(article)
            self._kept.append(line.record)
            self.count("updated" if line.record.version > 1 else "new")
            return
        self._lines.append(line)
        self._articles.append(article)
        if len(self._lines) >= self._batch * 8:
            await self.flush()
        elif len(self._lines) >= self._batch:
            self._flush_soon()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._flush_soon)

    async def learn_aliases(self, article_id: str, keys: Collection[str]) -> None:
        """Let the store know more addresses of an article, which may yet be on its way to the disk."""
        if article_id in self.taken.values():
            self._aliases.append((article_id, keys))
        else:
            await self.ask(self.store.add_aliases, article_id, keys)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _flush_soon(self) -> None:
        self._in_background(self.flush())

    async def flush(self) -> None:
        """Write what waits and return when the disk and the store have it; a failure closes the crawl."""
        async with self._flushing:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            lines, self._lines = self._lines, []
            articles, self._articles = self._articles, []
            aliases: list[tuple[str, Collection[str]]] = []
            if not self._kept:
                aliases, self._aliases = self._aliases, []
            if lines and await self._try(self.sink.write, lines):
                self.committed += len(lines)
                if elsewhere := self.sink.elsewhere:
                    self.count("duplicate/other_job", len(elsewhere))
                    self._let_go(line.record for line in lines if line.record.id in elsewhere)
                    lines = [line for line in lines if line.record.id not in elsewhere]
                    articles = [article for article in articles if article.id not in elsewhere]
                updated = sum(line.record.version > 1 for line in lines)
                for stat, number in (("new", len(lines) - updated), ("updated", updated)):
                    if number:
                        self.count(stat, number)
                for article in articles:
                    self.ledger.write(article)
                self._let_go(line.record for line in lines)
            elif lines:
                self.count("failed/not written", len(lines))
            for article_id, keys in aliases:
                await self._try(self.store.add_aliases, article_id, keys)

    async def _try(self, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Call *function* in the writing thread; the first failure closes the crawl, and nothing is tried after it."""
        if self._failed:
            return False
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, partial(function, *args, **kwargs))
        except (WriteError, StoreError) as error:
            self._stop(error)
            return False
        except Exception as error:
            # Whatever it is, what it was to write is not written, and a run that goes on would hide it.
            logger.exception("An error in the writing thread")
            self._stop(WriteError(f"articles could not be written: {type(error).__name__}: {error}", full=False))
            return False
        return True

    def _stop(self, error: WriteError | StoreError) -> None:
        if not self._failed:
            reason = self.fail(error)
            if self._finished is None and self.crawler.engine.running:
                self._in_background(self.crawler.engine.close_spider_async(reason=reason))

    def fail(self, error: WriteError | StoreError) -> str:
        """Note that the run cannot go on because of *error*; return the reason to close the spider with."""
        full = isinstance(error, StoreFullError) or (isinstance(error, WriteError) and error.full)
        reason = "disk_full" if full else "cannot_write" if isinstance(error, WriteError) else "store_failed"
        if not self._failed:
            self._failed = True
            self.crawler.stats.set_value("newscrawl/error", str(error))
            logger.error("%s", error)
        return reason

    def _let_go(self, records: Iterable[Record]) -> None:
        ids = {record.id for record in records}
        for key in [key for key, article_id in self.taken.items() if article_id in ids]:
            del self.taken[key]

    async def finish(self) -> None:
        """Write what waits and give the files their final names; any number of callers, done once."""
        if self._finished is None:
            self._finished = asyncio.ensure_future(self._finish())
        await self._finished

    async def _finish(self) -> None:
        await self.flush()
        if self._rolling is not None:
            self._rolling.cancel()
        try:
            files = await asyncio.get_running_loop().run_in_executor(self._thread, self.sink.finish)
        except WriteError as error:
            self.fail(error)
        else:
            written_to = [str(path) for path in files] if self.output else list(self.crawler.settings.getdict("FEEDS"))
            if written_to:
                self.crawler.stats.set_value("newscrawl/written_to", written_to)

    async def _spider_closed(self) -> None:
        await self.finish()
        # Feeds are stored while this signal is handled, or just before.
        if not self._kept or self.crawler.get_extension(FeedExporter) is None:
            await self._close()

    async def _feeds_closed(self) -> None:
        if self._kept and self._feeds_are_stored():
            await self._try(self.store.add, self._kept)
        self._kept = []
        await self.flush()
        await self.finish()
        await self._close()

    def _feeds_are_stored(self) -> bool:
        # A feed whose file cannot even be opened is counted neither as stored nor as failed.
        names = [name.rpartition("/")[0] for name in self.crawler.stats.get_stats()]
        return "feedexport/success_count" in names and "feedexport/failed_count" not in names

    async def _close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self.thread.ask(self.store.end_job, self.job)
            except StoreError as error:
                logger.info("The run's claims could not be released, the next run does it: %s", error)
            self.store.close()
            self._thread.shutdown(wait=False)
