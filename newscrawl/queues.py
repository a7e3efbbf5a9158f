"""Which site's requests leave the scheduler next, and where the others wait."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import WeakKeyDictionary

import orjson
from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

from newscrawl.items import Discovery

if TYPE_CHECKING:
    from newscrawl.spiders.base import NewsSpider

logger = logging.getLogger(__name__)

_REFILL = 5.0
"""Seconds in which Scrapy's engine looks for work again by itself, at the latest (its heartbeat)."""

_MOST_LIVE = 1_000
"""Requests that wait in memory, of all sites; each takes 1 to 3 KB there."""
_FEW_LIVE = 16
"""Requests that every queue may have there all the same: what leaves soon is not put away."""
_PACK = 100
_ARTICLE_KWARGS = frozenset({"publication", "discovered", "attempts"})


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


class PackingQueue:
    """Scrapy's last-in-first-out queue in memory, of which the older part waits on the disk when it becomes long.

    Nothing outlives the run: what is to be kept for the next one is the store's. A request for an article is packed as
    JSON, a hundred of them together; any other stays in memory, there are few.
    """

    def __init__(self, crawler: Crawler, packs: _Packs | None = None) -> None:
        self.crawler = crawler
        self._packs = packs or _Packs.of(crawler)
        self._live: deque[Request] = deque()
        self._packed: list[tuple[int, int]] = []
        self._count_packed = 0
        self._few = _FEW_LIVE

    @classmethod
    def from_crawler(cls, crawler: Crawler, _key: str) -> Self:
        """Return an empty queue."""
        return cls(crawler)

    def __len__(self) -> int:
        return len(self._live) + self._count_packed

    def push(self, request: Request) -> None:
        """Put *request* on top."""
        self._live.append(request)
        self._packs.live += 1
        if self._packs.live > self._packs.most_live and len(self._live) > self._few:
            self._pack()

    def pop(self) -> Request | None:
        """Return the request on top, ``None`` where there is none."""
        if not self._live and self._packed:
            self._unpack()
        if not self._live:
            return None
        self._packs.live -= 1
        return self._live.pop()

    def peek(self) -> Request | None:
        """Return the request on top and leave it there."""
        if not self._live and self._packed:
            self._unpack()
        return self._live[-1] if self._live else None

    def close(self) -> None:
        """Let go of what waits."""
        self._packs.live -= len(self._live)
        for number, _ in self._packed:
            self._packs.take(number)
        self._live.clear()
        self._packed.clear()
        self._count_packed = 0

    def _pack(self) -> None:
        """Put away what has waited longest; what cannot be packed is left, oldest of all."""
        assert self.crawler.spider is not None
        values: list[list[Any]] = []
        left: list[Request] = []
        # By these they are found again.
        publications = {id(publication) for publication in getattr(self.crawler.spider, "publications", ())}
        oldest = list(islice(self._live, min(_PACK, len(self._live) // 2)))
        for request in oldest:
            value = _values(request, self.crawler.spider)
            if value is not None and id(request.cb_kwargs["publication"]) in publications:
                values.append(value)
            else:
                left.append(request)
        number = self._packs.put(values) if values else None
        if number is None:
            self._few = 2 * len(self._live)
            return
        for _ in oldest:
            self._live.popleft()
        self._live.extendleft(reversed(left))
        self._packs.live -= len(values)
        self._packed.append((number, len(values)))
        self._count_packed += len(values)

    def _unpack(self) -> None:
        number, count = self._packed.pop()
        self._count_packed -= count
        # Only requests of such a spider were packed.
        spider = cast("NewsSpider", self.crawler.spider)
        self._live.extend(_requests(self._packs.take(number), spider))
        self._packs.live += count


class _Packs:
    """Requests that wait on the disk, in a file without a name: it is gone with the process."""

    def __init__(self, most_live: int = _MOST_LIVE) -> None:
        self.most_live = most_live
        self.live = 0
        # SQLite's own temporary database: it uses its space again, waits for no disk and needs no clearing up.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE packs (number INTEGER PRIMARY KEY, requests BLOB NOT NULL)")

    @classmethod
    def of(cls, crawler: Crawler) -> _Packs:
        """Return those of *crawler*, shared by all its queues."""
        if crawler not in _packs:
            _packs[crawler] = cls()
        return _packs[crawler]

    def put(self, values: list[list[Any]]) -> int | None:
        """Put requests away; return the number of their pack, ``None`` where they cannot be."""
        try:
            text = orjson.dumps(values)
            return self._database.execute("INSERT INTO packs (requests) VALUES (?)", (text,)).lastrowid
        except orjson.JSONEncodeError:  # half a character in a feed's title
            return None
        except sqlite3.OperationalError as error:
            logger.warning("What waits to be asked for stays in memory, as the disk does not take it: %s", error)
            return None

    def take(self, number: int) -> list[list[Any]]:
        """Return, and let go of, the requests of the pack *number*."""
        (text,) = self._database.execute("SELECT requests FROM packs WHERE number = ?", (number,)).fetchone()
        self._database.execute("DELETE FROM packs WHERE number = ?", (number,))
        values: list[list[Any]] = orjson.loads(text)
        return values


_packs: WeakKeyDictionary[Crawler, _Packs] = WeakKeyDictionary()


def _values(request: Request, spider: Spider) -> list[Any] | None:
    """Return what *request* for an article is made of; ``None`` for one that says more than where that is."""
    kwargs = request.cb_kwargs
    if (
        kwargs.keys() != _ARTICLE_KWARGS
        or request.callback != getattr(spider, "parse_article", None)
        or not request.meta.keys() <= {"depth"}
        or not request.headers.keys() <= {b"Referer"}
        or request.method != "GET"
        or request.body
        or request.cookies
        or request.flags
        or request.dont_filter
    ):
        return None
    found: Discovery = kwargs["discovered"]
    return [
        request.url,
        request.priority,
        request.meta,
        [text.decode("latin-1") for text in request.headers.getlist("Referer")],
        kwargs["publication"].name,
        (found.via, found.url, found.text, found.date),
        kwargs["attempts"],
    ]


def _requests(values: list[list[Any]], spider: NewsSpider) -> Iterator[Request]:
    publications = {publication.name: publication for publication in spider.publications}
    for url, priority, meta, referer, name, discovered, attempts in values:
        yield Request(
            url,
            spider.parse_article,
            errback=spider.article_failed,
            priority=priority,
            meta=meta,
            headers={b"Referer": [text.encode("latin-1") for text in referer]} if referer else None,
            cb_kwargs={
                "publication": publications[name],
                "discovered": Discovery(*discovered),
                "attempts": attempts,
            },
        )
