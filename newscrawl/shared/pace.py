"""How often a site is asked by all workers together: each request takes its turn just before it is sent.

The interval is what the worker's own slot has (``DOWNLOAD_DELAY``, AutoThrottle) or what the site has asked for
(Crawl-delay, 429), whichever is longer; rests (Retry-After) and walls hold for all.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request

from newscrawl.downloading import BoundedDownloadHandler
from newscrawl.extensions.politeness import LATER, LEFT_ALONE, RUN_ENDED, ForNextRun, Politeness, host_of
from newscrawl.shared.scheduler import SharedCrawl
from newscrawl.store import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class PacedDownloadHandler(BoundedDownloadHandler):
    """Sends a request when it is its site's turn."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shared_crawler = crawler

    async def download_request(self, request: Request) -> Response:
        """Return the response, after the wait that is due.

        Raises:
            ForNextRun: the site is left alone, or wants to be for long.
        """
        crawl = SharedCrawl.begun(self._shared_crawler)
        if crawl is not None and crawl.frontier.generation:
            await self._wait(crawl, request)
        return await super().download_request(request)

    async def _wait(self, crawl: SharedCrawl, request: Request) -> None:
        key = str(request.meta["download_slot"])
        slot = self._shared_crawler.engine.downloader.slots.get(key)
        politeness = self._shared_crawler.get_extension(Politeness)
        least = politeness.delay_of(key) if politeness else 0.0
        try:
            wait, rest, alone = await asyncio.to_thread(
                crawl.frontier.pace, host_of(key), delay=slot.delay if slot else 0.0, least=least, reserve=True
            )
        except StoreError as error:
            # Without the others' word nothing is sent.
            crawl.fail(error)
            raise ForNextRun(RUN_ENDED) from error
        if politeness and alone:
            politeness.leave_alone(key)
            raise ForNextRun(LEFT_ALONE)
        if politeness and rest > politeness.max_retry_after:
            politeness.pause(key, rest)
            raise ForNextRun(LATER)
        until = monotonic() + wait
        while (left := until - monotonic()) > 0:
            await asyncio.sleep(min(left, 1.0))
            if crawl.closing:
                # Its turn may be a minute away.
                raise ForNextRun(RUN_ENDED)
