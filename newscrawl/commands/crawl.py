"""``scrapy crawl``, with an exit code that says whether the run did its work."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from newscrawl.extensions.report import failure
from newscrawl.store import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_GARBAGE = (10_000, 10, 10)
"""Thresholds of the garbage collector: a page makes thousands of objects, and nearly all of them go with it."""


class Command(crawl.Command):
    """Scrapy's own command; it also fails when the run found nothing, could not write, or could not begin."""

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Run a spider; the exit code says whether it did its work"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider that *args* names."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl <spider>")
        process = self.crawler_process
        assert process is not None
        known = process.spider_loader.list()
        if args[0] not in known:
            raise UsageError(f"there is no spider called {args[0]!r}; there are: {', '.join(sorted(known))}")
        crawler = self._create_crawler(args[0])
        crawler.signals.connect(_spare_collector, signal=signals.engine_started)
        crawling = process.crawl(crawler, **opts.spargs)
        process.start()
        error = crawling.exception() if isinstance(crawling, asyncio.Future) and crawling.done() else None
        if error is not None:
            self._explain(args[0], error)
        elif process.bootstrap_failed or _failed(crawler):
            self.exitcode = 1

    def _explain(self, spider: str, error: BaseException) -> None:
        self.exitcode = 1
        if isinstance(error, (ValueError, StoreError)):
            print(f"{spider}: the run could not begin: {error}", file=sys.stderr)
            if self.settings is not None and self.settings.get("LOG_FILE"):
                logger.error("The run could not begin: %s", error)
            logger.debug("The error in full", exc_info=error)
        else:
            logger.error("The run could not begin", exc_info=error)
            print(f"{spider}: the run could not begin: {type(error).__name__}: {error}", file=sys.stderr)


def _spare_collector() -> None:
    """Have the garbage collector pass over what has been loaded, and look seldom at what each page leaves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def _failed(crawler: Crawler) -> bool:
    stats = crawler.stats.get_stats()
    return failure(stats, stats.get("finish_reason", "cancelled")) is not None
