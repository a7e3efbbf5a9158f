"""Scrapy's side of a shared crawl: requests come from the frontier and go to it, a few ahead of the downloader.

The reactor never waits for the server: what it has to tell is gathered and told in a thread, many things in one step,
which also brings the next requests. A request counts as done when its callbacks have ended, its items have passed the
pipelines and their lines are on the disk and in the store; redirects and retries of it stay with the worker.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import blake2b
from time import monotonic
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar
from weakref import WeakKeyDictionary

import orjson
from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.squeues import FifoMemoryQueue
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from newscrawl.extensions.politeness import RUN_ENDED, ForNextRun, Politeness
from newscrawl.items import Article
from newscrawl.queues import FairPriorityQueue
from newscrawl.segments import WriteError, recover
from newscrawl.shared.frontier import FINISHED, Answer, Exchange, Frontier
from newscrawl.shared.requests import ForeignRequestError, decode, encode, once
from newscrawl.store import Source, StoreError
from newscrawl.store.redis import RedisStore

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.runs import Run
    from newscrawl.spiders.base import NewsSpider, Publication, Walk

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

_LEASE = "newscrawl_lease"
_LEAST_PAUSE, _MOST_PAUSE = 0.02, 0.5
"""Seconds between two steps: while there is much to tell, and while there is nothing to do."""
_MOST_PUSHED = 200
"""Requests told in one step; the server stands still meanwhile, some milliseconds."""
_AHEAD = 4
_MOST_AT_ONCE = 64
"""Requests where ``CONCURRENT_REQUESTS`` sets no limit."""
_REFILL = 5.0
_REAP = 1.0

_crawls: WeakKeyDictionary[Crawler, SharedCrawl] = WeakKeyDictionary()


def crawl_name(spider: str, arguments: dict[str, Any]) -> str:
    """Return what the workers of a crawl call it: the spider, and a hash of its arguments.

    >>> crawl_name("demo", {}), crawl_name("demo", {"since": "2012-03-01"})
    ('demo', 'demo-1f3afcf1')
    """
    if not arguments:
        return spider
    told = orjson.dumps({name: str(value) for name, value in arguments.items()}, option=orjson.OPT_SORT_KEYS)
    return f"{spider}-{blake2b(told, digest_size=4).hexdigest()}"


def _page(article: Article) -> str:
    """Return what tells the page of *article* from others with the same canonical address."""
    return " ".join([article.url or "", *article.aliases])


@dataclass(slots=True, eq=False)
class _Lease:
    id: str
    slot: str
    request: Request
    queued: bool = True
    """Whether it waits here for the downloader."""
    mark: int | None = None
    """Which line of the run must be safe before it is done; ``None`` while it is being worked on."""
    contested: float | None = None
    """When another worker was found to be writing its article, who may yet die (monotonic)."""


class SharedCrawl:
    """A worker's part in a crawl. Get it with `of`; the spider tells it what others must know.

    Settings: ``NEWSCRAWL_CRAWL`` (what the workers call the crawl; made from the spider and its arguments when empty).
    """

    def __init__(self, crawler: Crawler, run: Run, name: str) -> None:
        store = run.store
        if not isinstance(store, RedisStore):
            raise StoreError("NEWSCRAWL_REDIS_URL needs its own store: leave NEWSCRAWL_STORE empty")
        self.crawler, self.run = crawler, run
        self.frontier = Frontier(store.server, crawler.settings.get("NEWSCRAWL_CRAWL") or name, run.job)
        self.over: str | None = None
        """Why the crawl is over, if it is."""
        self._winner = False
        self._start = "open"
        self._wants_start = False
        self._changed = asyncio.Event()
        self._told = Exchange()
        self._counted: Counter[str] = Counter()
        self._leases: dict[str, _Lease] = {}
        self._local: FairPriorityQueue | None = None
        self._wake = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        self._reaped = monotonic()
        self._idle = _LEAST_PAUSE
        self._tasks: set[asyncio.Task[None]] = set()
        crawler.signals.connect(self._article_written, signal=signals.item_scraped)
        crawler.signals.connect(self._article_dropped, signal=signals.item_dropped)

    @classmethod
    def of(cls, crawler: Crawler, run: Run, arguments: dict[str, Any]) -> SharedCrawl:
        """Return the part of *crawler*, the same one for every caller."""
        if crawler not in _crawls:
            assert crawler.spidercls is not None
            _crawls[crawler] = cls(crawler, run, crawl_name(crawler.spidercls.name, arguments))
        return _crawls[crawler]

    @classmethod
    def begun(cls, crawler: Crawler) -> SharedCrawl | None:
        """Return the part of *crawler*, if it has one."""
        return _crawls.get(crawler)

    @property
    def _spider(self) -> NewsSpider:
        from newscrawl.spiders.base import NewsSpider  # noqa: PLC0415 (it imports this module when it is needed)

        assert isinstance(self.crawler.spider, NewsSpider)
        return self.crawler.spider

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the frontier in a thread.

        Raises:
            CloseSpider: the server does not answer.
        """
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except StoreError as error:
            raise CloseSpider(self.run.fail(error)) from error

    # -- for the spider ----------------------------------------------------------------------------------------------

    async def join(self) -> float:
        """Take part in the crawl, or begin it; return when it began, seconds since the epoch."""
        while not await self.ask(self.frontier.join, self.run.now().timestamp()):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(_MOST_PAUSE)
        if politeness := self.crawler.get_extension(Politeness):
            politeness.share = self._share_politeness
        self._working = asyncio.ensure_future(self._work())
        return self.frontier.started

    def _share_politeness(self, host: str, **told: Any) -> None:
        """Let the other workers know what a site has asked for."""

        async def share() -> None:
            # Whoever sends to it next is told of a server that is away.
            with suppress(StoreError):
                await asyncio.to_thread(partial(self.frontier.pace, host, **told))

        task = asyncio.ensure_future(share())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def takes_start(self) -> bool:
        """Wait until the first requests are made; return whether this worker is to make them."""
        self._wants_start = True
        while not self.over and self._start not in {"mine", "done"}:
            self._wake.set()
            await self._changed.wait()
        self._wants_start = False
        return self._start == "mine" and not self.over

    def start_done(self) -> None:
        """Note that all first requests are made."""
        self._told.began = True
        self._wake.set()

    async def stop(self, reason: str) -> None:
        """Have all workers end before everything is fetched."""
        await self.ask(self.frontier.stop, reason)
        self._wake.set()

    async def first_shown(self, walk: Walk, keys: Collection[str]) -> set[str]:
        """Return those of *keys* that this page of *walk* shows first."""
        return await self.ask(self.frontier.first_shown, walk.root, walk.pages, list(keys))

    async def accepts(self, article: Article) -> bool:
        """Say whether *article* is among the first ``max_articles`` of the crawl."""
        most = self._spider.max_articles
        return most is None or await self.ask(self.frontier.accept, _page(article), most)

    async def _article_written(self, item: Any) -> None:
        most = self._spider.max_articles
        if most is None or not isinstance(item, Article):
            return
        if await self.ask(self.frontier.written, _page(item)) == most:
            await self.stop("max_articles")

    async def _article_dropped(self, item: Any, response: Response | Failure | None) -> None:
        if isinstance(item, Article) and item.id in self.run.contested:
            self.run.contested.discard(item.id)
            request: Request | None = getattr(response, "request", None)
            if request is not None and (lease := self._leases.get(request.meta.get(_LEASE, ""))):
                lease.contested = monotonic()
        if self._spider.max_articles is not None and isinstance(item, Article):
            await self.ask(self.frontier.unaccept, _page(item))

    def walked(self, walk: Walk) -> None:
        """Note that a listing has come to its end."""
        source = None
        if walk.source is not None:
            listed = walk.listed + len(walk.shown)
            source = asdict(replace(walk.source, names=tuple(walk.named.values()), listed=listed))
        self._told.walked[walk.root] = orjson.dumps([walk.publication.name, walk.root, source])

    def read_source(self, publication: Publication, source: Source) -> None:
        """Note that a feed or sitemap was read."""
        self._told.sources[source.key] = orjson.dumps([publication.name, asdict(source)])

    def give_back(self, request: Request) -> bool:
        """Leave *request*, which this worker could not make any more, to the others; False when it is not leased."""
        lease = self._leases.pop(request.meta.get(_LEASE, ""), None)
        if lease is not None:
            self._told.back.append(lease.id)
        return lease is not None

    # -- for the scheduler -------------------------------------------------------------------------------------------

    def fail(self, error: StoreError) -> None:
        """End this worker's part because of *error*; what it holds goes to the others."""
        self.over = self.run.fail(error)
        self._spider.end(self.over)

    def open(self) -> None:
        """Make the queue of requests that are about to be made."""
        self._local = FairPriorityQueue(self.crawler, FifoMemoryQueue, "")

    def enqueue(self, request: Request) -> None:
        """Take a new request for all workers, or what becomes of one of this worker's."""
        lease_id = request.meta.get(_LEASE)
        if lease_id is None:
            slot = self.crawler.engine.downloader.get_slot_key(request)
            self._told.push.append((once(request), slot, request.priority, encode(request, self._spider)))
            self._wake.set()
        elif lease := self._leases.get(lease_id):
            lease.request, lease.queued = request, True
            assert self._local is not None
            self._local.push(request)

    def next(self) -> Request | None:
        """Return the request to make next."""
        self._settle()
        assert self._local is not None
        request = self._local.pop() if len(self._local) else None
        if request is not None and (lease := self._leases.get(request.meta[_LEASE])):
            lease.queued = False
        if len(self._local) < _AHEAD or self._told:
            self._wake.set()
        return request

    def _settle(self) -> None:
        """Find out which leases are done."""
        slot = self.crawler.engine._slot
        in_progress: Collection[Request] = slot.inprogress if slot is not None else ()
        for lease in list(self._leases.values()):
            if lease.mark is None and not lease.queued and lease.request not in in_progress:
                lease.mark = self.run.accepted
            if lease.contested is not None:
                if lease.mark is not None and monotonic() - lease.contested > self.frontier.server.lease / 3:
                    # Once more, by whomever: it is written by then, or free.
                    self.give_back(lease.request)
            elif lease.mark is not None and self.run.committed >= lease.mark and not self.run.failed:
                self._told.done.append(lease.id)
                del self._leases[lease.id]

    # -- the work ----------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            while not self.over:
                try:
                    await asyncio.wait_for(self._wake.wait(), self._idle)
                except TimeoutError:
                    self._idle = min(self._idle * 2, _MOST_PAUSE)
                self._wake.clear()
                self._settle()
                self._take(await self._exchange())
                await asyncio.sleep(_LEAST_PAUSE)
        except Exception as error:
            if not isinstance(error, StoreError):
                logger.exception("The shared crawl failed")
                error = StoreError(f"the shared crawl failed: {error}")
            self.fail(error)
        finally:
            self._changed.set()

    async def _exchange(self) -> Answer:
        told, self._told = self._told, Exchange()
        if len(told.push) > _MOST_PUSHED:
            # What follows from a request must be told before that it is done.
            self._told = replace(told, push=told.push[_MOST_PUSHED:])
            told = Exchange(push=told.push[:_MOST_PUSHED])
            self._wake.set()
        told.stats = self._new_counts()
        engine = self.crawler.engine
        open_to_more = engine.running and not self.run.failed and not self.closing
        active = Counter(lease.slot for lease in self._leases.values() if lease.mark is None)
        downloader = engine.downloader
        want = (downloader.total_concurrency or _MOST_AT_ONCE) + _AHEAD - active.total() if open_to_more else 0
        most = 2 * downloader.domain_concurrency
        room = {slot: self._most(slot) - active[slot] for slot in {*active, *downloader.slots}}
        reap = monotonic() - self._reaped > _REAP
        if reap:
            self._reaped = monotonic()
        try:
            answer = await asyncio.to_thread(
                self.frontier.exchange,
                told,
                want=max(0, want),
                room=room,
                most=most,
                take=self._wants_start and open_to_more,
                reap=reap,
                held=[*self._leases, *(["start"] if self._start == "mine" else [])],
            )
        except StoreError:
            # What was not heard is not done, and what was leased in vain goes back by itself.
            self._told.done.clear()
            raise
        self._winner = answer.winner
        return answer

    def _most(self, slot: str) -> int:
        """Return how many requests of a site this worker may hold: what it can send until more can come."""
        downloader = self.crawler.engine.downloader
        held = downloader.slots.get(slot)
        if held is None or held.delay <= 0:
            return 2 * int(downloader.domain_concurrency)
        return 2 + min(held.concurrency, int(_REFILL / held.delay))

    @property
    def closing(self) -> bool:
        """Whether this worker makes no further requests."""
        slot = self.crawler.engine._slot
        return slot is None or slot.closing is not None

    def _new_counts(self) -> dict[str, float]:
        stats = {
            name: value
            for name, value in self.crawler.stats.get_stats().items()
            if (name.startswith("newscrawl/") or name == "spider_exceptions/count") and isinstance(value, (int, float))
        }
        new = {name: value - self._counted[name] for name, value in stats.items() if value != self._counted[name]}
        self._counted.update(new)
        return new

    def _take(self, answer: Answer) -> None:
        if answer.leased or self._told or self._leases:
            self._idle = _LEAST_PAUSE * 5
        if answer.back:
            logger.warning("A worker gave no sign of life: %d requests of it go to others", answer.back)
        self._start = answer.start
        self._changed.set()
        self._changed.clear()
        for leased in answer.leased:
            self._lease(leased.id, leased.text)
        if answer.over and self.over is None:
            self.over = answer.over
            if answer.over != FINISHED:
                self._spider.end(answer.over)
        slot = self.crawler.engine._slot
        if slot is not None and (answer.leased or self.over):
            # What engine.crawl() does for a request that comes by itself.
            slot.nextcall.schedule()

    def _lease(self, lease_id: str, text: bytes) -> None:
        try:
            request = decode(text, self._spider)
        except ForeignRequestError as error:
            logger.warning("A request of another worker cannot be made here: %s", error)
            self.run.count("failed/made for another worker")
            self._told.done.append(lease_id)
            return
        request.meta[_LEASE] = lease_id
        if request.errback is not None:
            request.errback = partial(self._failed, request.errback)
        slot = self.crawler.engine.downloader.get_slot_key(request)
        self._leases[lease_id] = _Lease(lease_id, slot, request)
        assert self._local is not None
        self._local.push(request)

    def _failed(self, errback: Callable[[Failure], Any], failure: Failure) -> Any:
        if isinstance(failure.value, ForNextRun) and str(failure.value) == RUN_ENDED:
            request: Request = failure.request  # type: ignore[attr-defined]
            if self.give_back(request):
                return None
        return errback(failure)

    async def close(self, reason: str) -> None:
        """End this worker's part: what it has not done goes back, and who saw the crawl's end closes its books."""
        if self._working is None:
            return
        self.over = self.over or reason
        self._wake.set()
        await self._working
        self._settle()
        try:
            while self._told:
                await self._exchange()
            if self._winner:
                await self._close_books(reason)
            else:
                await asyncio.to_thread(self.frontier.leave)
                self.crawler.stats.set_value("newscrawl/crawl", {})
            # A worker of this machine that died in this crawl would leave its file until the next one.
            if recovered := await asyncio.to_thread(recover, self.run.root, self.run.store):
                logger.warning("In %s: %s", self.run.root, recovered)
        except (StoreError, WriteError) as error:
            logger.warning("The crawl could not be left in order; its other workers go on: %s", error)

    async def _close_books(self, reason: str) -> None:
        sums = await asyncio.to_thread(self.frontier.sums)
        self.crawler.stats.set_value("newscrawl/crawl", sums)
        if reason == FINISHED and not self.run.failed:
            walked, sources = await asyncio.to_thread(self.frontier.books)
            ended = [orjson.loads(text) for text in walked]
            stood = [*map(orjson.loads, sources), *((site, source) for site, _, source in ended if source is not None)]
            kept = [(site, Source(**{**source, "names": tuple(source["names"])})) for site, source in stood]
            whole = not sums.get("spider_exceptions/count")
            await asyncio.to_thread(self._spider.close_books, [root for _, root, _ in ended], kept if whole else [])
        await asyncio.to_thread(self.frontier.wipe)


class SharedScheduler(BaseScheduler):
    """The scheduler of a worker."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the scheduler."""
        return cls(crawler)

    @property
    def _crawl(self) -> SharedCrawl:
        crawl = SharedCrawl.begun(self._crawler)
        assert crawl is not None, "a spider with a shared crawl takes part in it (NewsSpider.from_crawler)"
        return crawl

    def open(self, spider: Spider) -> None:
        """Make ready."""
        self._crawl.open()

    def close(self, reason: str) -> Deferred[None]:
        """Give back what was not done."""
        return deferred_from_coro(self._crawl.close(reason))

    def has_pending_requests(self) -> bool:
        """Say whether the crawl goes on, wherever."""
        return self._crawl.over is None

    def enqueue_request(self, request: Request) -> bool:
        """Take *request*; one that is the same as another is passed over later."""
        self._crawl.enqueue(request)
        return True

    def next_request(self) -> Request | None:
        """Return the request to make next, if one is at hand."""
        return self._crawl.next()
