"""Which site's requests leave the scheduler next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from time import monotonic
from typing import Any

from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

_REFILL = 5.0
"""Seconds in which Scrapy's engine looks for work again by itself, at the latest (its heartbeat)."""


class _Ready(DownloaderInterface):
    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """Return (active downloads, slot) of the slots that would not only make a further request wait."""
        begun = Counter(self.downloader.get_slot_key(request) for request in self.downloader.active)
        return [
            (active, slot)
            for active, slot in super().stats(possible_slots)
            if self._has_room(self.downloader.slots.get(slot), begun[slot])
        ]

    def _has_room(self, slot: Slot | None, begun: int) -> bool:
        if slot is None:
            # Its robots.txt may still be on the way, and all its requests wait for that.
            return begun < self.downloader.domain_concurrency
        waiting = begun - len(slot.transferring)
        if slot.lastseen > monotonic():
            return waiting < 1
        if slot.delay > 0:
            return waiting < 1 + min(slot.concurrency, int(_REFILL / slot.delay))
        return waiting < 2 * slot.concurrency


class FairPriorityQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue by site, without letting a slow or paused site fill the downloader.

    The downloader holds ``CONCURRENT_REQUESTS`` requests of all sites together, those that only wait for their site's
    delay among them: sixteen of a site with ``Crawl-delay: 60`` would stop every other site for a quarter of an hour.
    So a site has no more waiting than it can send until the engine looks again.
    """

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _Ready(crawler)
