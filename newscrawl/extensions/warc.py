"""What a run fetches is kept as WARC files, so that a better reading of it can be made later without a request."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.python import to_bytes
from twisted.web.http import RESPONSES

from newscrawl import __version__
from newscrawl.archives.records import require_library
from newscrawl.archives.writer import Exchange, WarcWriter, recover
from newscrawl.runs import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_MOST_WAITING = 64


class WarcFiles:
    """Writes every answer, as it came, and its request to ``NEWSCRAWL_DATA/warc/<UTC start>-<job>.warc.gz``.

    A run that was killed leaves a ``.part``; the next run that writes WARC files finishes it. A file that cannot be
    written ends the writing, not the run, and makes the run count as failed.

    Settings: ``NEWSCRAWL_WARC`` (on or off), ``NEWSCRAWL_WARC_BYTES`` (the size from which on another file is begun).

    Stats: ``newscrawl/warc_files``: their paths.

    Raises:
        NotConfigured: from `from_crawler`, when it is off.
        ValueError: from `from_crawler`, the library is not there.
    """

    def __init__(self, crawler: Crawler) -> None:
        run = Run.of(crawler)
        self._crawler, self._run = crawler, run
        self._folder = run.root.parent / "warc"
        settings = crawler.settings
        about = {
            "software": f"newscrawl/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "http-header-user-agent": settings["USER_AGENT"],
            "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "isPartOf": run.job,
        }
        self._writer = WarcWriter(self._folder, run.stem, about, max_bytes=settings.getint("NEWSCRAWL_WARC_BYTES"))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="newscrawl-warc")
        self._waiting: deque[Future[None]] = deque()
        self._failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected to the answers and the run's beginning and end."""
        if not crawler.settings.getbool("NEWSCRAWL_WARC"):
            raise NotConfigured
        require_library()
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.response_came, signal=signals.response_downloaded)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    async def spider_opened(self) -> None:
        """Finish what killed runs left."""
        try:
            recovered = await asyncio.to_thread(recover, self._folder)
        except OSError as error:
            logger.warning("What a killed run left in %s cannot be finished: %s", self._folder, error.strerror or error)
            return
        for path in recovered:
            logger.warning("Finished %s, which a killed run left", path)

    def response_came(self, response: Response, request: Request, spider: Spider) -> None:
        """Have an answer written soon; when the disk is far behind, the crawl waits for it."""
        if self._failed:
            return
        exchange = Exchange(
            url=request.url,
            at=self._run.now(),
            method=request.method,
            request_fields=_fields(request),
            request_body=request.body,
            status=response.status,
            reason=_reason(response.status),
            fields=_fields(response),
            body=response.body,
            role=_role(request),
            ip=str(response.ip_address) if response.ip_address else None,
            cut_off="dataloss" in response.flags,
        )
        self._waiting.append(self._thread.submit(self._writer.write, exchange))
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > _MOST_WAITING):
            self._done(self._waiting.popleft())

    async def spider_closed(self) -> None:
        """Write what waits and give the last file its final name."""
        self._waiting.append(self._thread.submit(self._writer.finish))
        while self._waiting:
            writing = self._waiting.popleft()
            # Its error is looked at here, or asyncio would print it once more.
            await asyncio.gather(asyncio.wrap_future(writing), return_exceptions=True)
            self._done(writing)
        self._thread.shutdown(wait=False)
        if self._writer.files:
            self._crawler.stats.set_value("newscrawl/warc_files", [str(path) for path in self._writer.files])

    def _done(self, writing: Future[None]) -> None:
        error = writing.exception()
        if error is None or self._failed:
            return
        self._failed = True
        why = (error.strerror if isinstance(error, OSError) else None) or repr(error)
        sentence = f"what was fetched cannot be written to {self._folder}: {why}; the WARC files end there"
        logger.error("%s", sentence, exc_info=None if isinstance(error, OSError) else error)
        self._crawler.stats.set_value("newscrawl/error", sentence)


def _fields(message: Request | Response) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in message.headers.items() for value in values]


def _role(request: Request) -> str:
    """Return what a request's answer is taken for, by the callback that reads it: ``article`` for ``parse_article``."""
    name = getattr(request.callback, "__name__", "")
    return name.removeprefix("parse_") if name.startswith("parse_") else "other"


def _reason(status: int) -> str:
    return to_bytes(RESPONSES.get(status, b"Unknown")).decode("latin-1")
