"""How often a site is asked, and when it is left alone: the state behind it, one entry a host.

Crawl-delay of robots.txt, Retry-After and walls act on the host's download slot, as AutoThrottle does. What a single
response says is read by `newscrawl.middlewares.politeness`; which page is a wall is the spider's to say.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy.core.downloader import Downloader, Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

LEFT_ALONE = "left alone: bot walls"
LATER = "asked to come back later"
RUN_ENDED = "the run ended"
_LEAST_DELAY = 0.01
"""Seconds; a slot without any delay does not look at the time of its last request."""
_SLOWER_FROM = 0.5
"""Seconds; where a site without a delay begins when it says that it is asked too often."""


class ForNextRun(IgnoreRequest):
    """The request is not made in this run, through no fault of its own: it is to be kept for the next one."""


@dataclass(slots=True)
class _Host:
    delay: float = 0.0
    """Seconds between two requests, at the least."""

    until: float = 0.0
    """No request before this time (monotonic)."""

    struck: float = 0.0
    """When it last said that it is asked too often (monotonic)."""

    strikes: int = 0
    """Statuses that turn us away, in a row."""

    walls: int = 0
    """Pages that were walls, in a row."""

    alone: bool = False


def host_of(host: str) -> str:
    """Return what a host is called here, its download slot: without the port, in small letters.

    >>> host_of("Example.org:8080"), host_of("[::1]:80"), host_of("::1")
    ('example.org', '::1', '::1')
    """
    host = host.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


class Politeness:
    """Keeps every host's delay, pause and walls, and holds its download slot to them.

    Settings: ``NEWSCRAWL_MAX_CRAWL_DELAY`` and ``NEWSCRAWL_MAX_RETRY_AFTER`` (seconds), ``NEWSCRAWL_WALL_LIMIT``.

    Stats: ``newscrawl/crawl_delay/<host>`` (seconds), ``newscrawl/paused/<host>`` (pauses), ``newscrawl/walled/<host>``
    (requests that were not made because the host is left alone; there for every such host, also with 0).
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler = crawler
        self.stats = crawler.stats
        self.max_crawl_delay = crawler.settings.getfloat("NEWSCRAWL_MAX_CRAWL_DELAY")
        self.max_retry_after = crawler.settings.getfloat("NEWSCRAWL_MAX_RETRY_AFTER")
        self.wall_limit = crawler.settings.getint("NEWSCRAWL_WALL_LIMIT")
        self._hosts: dict[str, _Host] = {}
        self.share: Callable[..., None] | None = None
        """Tells other workers of a host's ``rest`` (seconds) or that it is left ``alone``, where there are others."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, listening."""
        extension = cls(crawler)
        connect = crawler.signals.connect
        connect(extension._opened, signal=signals.spider_opened)
        connect(extension._closed, signal=signals.spider_closed)
        connect(extension._scheduled, signal=signals.request_scheduled)
        connect(extension._robots_parsed, signal=signals.robots_parsed)
        connect(extension._reached, signal=signals.request_reached_downloader)
        # AutoThrottle, connected before, has set the slot's delay by then, and the slot sends nothing in between.
        connect(extension._downloaded, signal=signals.response_downloaded)
        return extension

    # -- what others say and ask -------------------------------------------------------------------------------------

    def note_wall(self, host: str) -> None:
        """Count a page of *host* that was a bot wall; too many in a row and it is left alone."""
        state = self._host(host)
        state.walls += 1
        if state.walls >= self.wall_limit:
            self.leave_alone(host)

    def note_page(self, host: str) -> None:
        """Count a good page of *host* (an article, a listing with links): its walls were no policy."""
        state = self._host(host)
        state.walls = state.strikes = 0

    def note_answer(self, host: str) -> None:
        """Count an answer of *host* with a good status; whether it is a good page, the spider knows."""
        self._host(host).strikes = 0

    def note_turned_away(self, host: str) -> None:
        """Count an answer of *host* with a status that turns us away (403)."""
        state = self._host(host)
        state.strikes += 1
        if state.strikes >= self.wall_limit:
            self.leave_alone(host)

    def note_too_many(self, host: str, sent: float, *, slower: bool) -> None:
        """Count an answer of *host* that asks for fewer requests (429, or 503 with Retry-After).

        Args:
            host: Its name.
            sent: When the request left (monotonic): those that were under way at the last such answer say nothing new.
            slower: Ask at half the pace from now on.
        """
        state = self._host(host)
        if sent <= state.struck:
            return
        state.struck = monotonic()
        if slower:
            slot = self._downloader.slots.get(host_of(host))
            delay = max(state.delay, slot.delay if slot else 0.0, _SLOWER_FROM / 2) * 2
            state.delay = max(state.delay, min(delay, self.crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")))
        self.note_turned_away(host)

    def pause(self, host: str, seconds: float) -> None:
        """Make no request to *host* for so many *seconds*; what waits to be sent goes back to the scheduler."""
        state = self._host(host)
        now = monotonic()
        if now + seconds <= state.until:
            return
        if state.until <= now:
            self.stats.inc_value(f"newscrawl/paused/{host_of(host)}")
        state.until = now + seconds
        if self.share is not None:
            self.share(host_of(host), rest=seconds)
        logger.info("%s asks for %.0f seconds of rest", host, seconds)
        if slot := self._downloader.slots.get(host_of(host)):
            self._hold(state, slot)
            # One waits in the slot, which wakes up by itself; the rest must not fill the downloader for other sites.
            self._let_go(slot, LATER if seconds > self.max_retry_after else None)

    def leave_alone(self, host: str) -> None:
        """Make no further request to *host* in this run."""
        state = self._host(host)
        if state.alone:
            return
        state.alone = True
        key = host_of(host)
        if self.share is not None:
            self.share(key, alone=True)
        self.stats.set_value(f"newscrawl/walled/{key}", 0)
        logger.warning(
            "%s answers with bot walls or turns us away, %d times in a row: it is left alone for the rest of this run. "
            "Ask its publisher for access, or try again later and more slowly (DOWNLOAD_DELAY).",
            host,
            self.wall_limit,
        )
        if slot := self._downloader.slots.get(key):
            self.stats.inc_value(f"newscrawl/walled/{key}", len(slot.queue))
            self._let_go(slot, LEFT_ALONE)

    def left_alone(self, host: str) -> bool:
        """Say whether *host* is left alone for the rest of the run."""
        return self._host(host).alone

    def delay_of(self, host: str) -> float:
        """Return the seconds between two requests that *host* has asked for, at the least."""
        return self._host(host).delay

    def check(self, request: Request) -> None:
        """Let *request* pass to its host's download slot.

        Raises:
            ForNextRun: its host is left alone, or asked for more rest than a run waits for.
        """
        key = self._downloader.get_slot_key(request)
        state = self._host(key)
        if state.alone:
            self.stats.inc_value(f"newscrawl/walled/{key}")
            raise ForNextRun(LEFT_ALONE)
        if state.until - monotonic() > self.max_retry_after:
            raise ForNextRun(LATER)

    # -- the slots ---------------------------------------------------------------------------------------------------

    @property
    def _downloader(self) -> Downloader:
        assert self.crawler.engine is not None
        return self.crawler.engine.downloader

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host_of(host), _Host())

    @staticmethod
    def _hold(state: _Host, slot: Slot) -> None:
        if state.delay:
            slot.delay = max(slot.delay, state.delay)
            slot.jitter = 0.0  # it would go below the delay as often as above
        if state.until > monotonic():
            slot.delay = max(slot.delay, _LEAST_DELAY)
            slot.jitter = min(slot.jitter, 0.5)
            slot.lastseen = max(slot.lastseen, state.until)

    @staticmethod
    def _let_go(slot: Slot, reason: str | None) -> None:
        """Empty the slot's queue: with *reason* its requests fail, without all but one go back to the scheduler.

        A downloader that answers with a request has it scheduled again, which is how redirects work.
        """
        while len(slot.queue) > (0 if reason else 1):
            request, answer = slot.queue.pop()
            if reason:
                answer.errback(ForNextRun(reason))
            else:
                answer.callback(request.replace(dont_filter=True))  # type: ignore[arg-type]

    def _let_go_when_closing(self) -> None:
        engine = self.crawler.engine
        if engine is None or engine.scraper.slot is None:
            return
        busy = engine.downloader.needs_backout() or engine.scraper.slot.needs_backout()
        if not engine.running or (engine.needs_backout() and not busy):
            # Scrapy waits for every request that it has begun; these might take as long as the site's pause.
            for slot in self._downloader.slots.values():
                self._let_go(slot, RUN_ENDED)

    # -- signals -----------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._watch = create_looping_call(self._let_go_when_closing)
        self._watch.start(1.0, now=False)

    def _closed(self) -> None:
        self._watch.stop()

    @staticmethod
    def _scheduled(request: Request) -> None:
        # A redirect inherits the slot of the host that it came from, and would be asked at that one's pace.
        redirects: list[str] = request.meta.get("redirect_urls", [])
        slot = request.meta.get("download_slot")
        host = urlparse_cached(request).hostname
        if redirects and slot != host and slot == urlparse_cached(Request(redirects[-1])).hostname:
            del request.meta["download_slot"]

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        settings = self.crawler.settings
        delay = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"])
        if delay is None or not delay > 0:
            return
        hostname = urlparse_cached(request).hostname or ""
        if delay > self.max_crawl_delay:
            logger.warning(
                "robots.txt of %s asks for %g seconds between requests; it gets %g (NEWSCRAWL_MAX_CRAWL_DELAY)",
                hostname,
                delay,
                self.max_crawl_delay,
            )
            delay = self.max_crawl_delay
        for key in {hostname, self._downloader.get_slot_key(request)}:
            state = self._host(key)
            # Several ports or schemes of a host share a slot.
            state.delay = max(state.delay, delay)
            if slot := self._downloader.slots.get(key):
                self._hold(state, slot)
        self.stats.max_value(f"newscrawl/crawl_delay/{hostname}", delay)

    def _reached(self, request: Request) -> None:
        # The slot may be a new one: Scrapy throws idle ones away.
        key = request.meta["download_slot"]
        if (state := self._hosts.get(host_of(key))) and (slot := self._downloader.slots.get(key)):
            self._hold(state, slot)

    def _downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        self._reached(request)
