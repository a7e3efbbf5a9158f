"""`NewsSpider`: the only callbacks of the project.

It turns a `Site` into requests and passes pages on to those who read them. It selects nothing, cleans nothing and opens
no file; what is known is asked of the store in a thread.

What makes a crawl complete across crashes:

- A listing's older pages are followed while they show articles that were unknown when the last *finished* walk of this
  listing began. A run that dies leaves its listings open, and the next one walks past what the dead one had written.
- Links found inside an article are kept in the store before that article is written: the article is not fetched again,
  so nobody would find them a second time. So is every article whose download failed.
- What a listing, feed or sitemap was like (its validators) is remembered when the run has come to its end, everything
  it named written, refused or kept: the answer that nothing has changed can hide nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.addresses import AddressSet
from newscrawl.article import join_pages, load_article
from newscrawl.dates import date_in_url
from newscrawl.extensions.politeness import LEFT_ALONE, ForNextRun, Politeness
from newscrawl.extract.page import Page, select
from newscrawl.extract.refusal import BOT_WALL, EMPTY, TOO_MUCH, begins_as_html, is_too_much, refusal
from newscrawl.extract.robots import robots_directives, unwanted
from newscrawl.feeds import parse_feed
from newscrawl.items import Article, Discovery
from newscrawl.links import Link, classify_page, onward_links
from newscrawl.middlewares.redirect import LeadsToKnown
from newscrawl.rechecks import is_newer
from newscrawl.runs import Fetched, Run
from newscrawl.sitemaps import narrow, parse_sitemap
from newscrawl.store import Look, PendingLink, Source, StoreError
from newscrawl.urls import article_id, canonical_url, url_key, without_tracking

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newscrawl.shared.scheduler import SharedCrawl
    from newscrawl.sites import Site
    from newscrawl.store import Store

P = ParamSpec("P")
T = TypeVar("T")

# Articles come before the pages that list more of them, and those before other listings: little is left to remember.
_ARTICLE, _PAGE, _AGAIN, _NEXT, _LISTING, _REST = 30, 40, 25, 20, 10, -10
_NOT_MODIFIED = 304
_TOO_LARGE = "too large"
OFFSITE = "on another site"
_LED_NOWHERE = "leads to an article that was not read"
_GONE = frozenset({404, 410})
_WALLED = frozenset({BOT_WALL, LEFT_ALONE})
_SITEMAP_MAXSIZE = 64 * 1024 * 1024  # a sitemap has 50 MB at the most (sitemaps.org)
_MOST_SITEMAPS = 50_000  # of an index (sitemaps.org)
_INDEXES_DEEP = 3
_SHARE = 20_000
"""Articles of a sitemap that are asked for before it is read further: a request that waits takes 0.4 KB of the disk."""
_COOKIES = "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"
_MOST_SEEN = 1_000_000
"""Addresses that need no request and are remembered all the same, to be counted once."""


@dataclass(slots=True, frozen=True)
class Window:
    """The days a run is asked for; both ends belong to it, ``None`` leaves one open."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    @classmethod
    def of(cls, since: str | None, until: str | None) -> Window:
        """Return the window for two ISO dates.

        Raises:
            ValueError: one is not a date, or they are in the wrong order.
        """
        days: dict[str, date | None] = {"since": None, "until": None}
        for name, text in (("since", since), ("until", until)):
            if text:
                try:
                    days[name] = date.fromisoformat(text)
                except ValueError:
                    raise ValueError(f"{name}={text}: write a date as YYYY-MM-DD, like {name}=2012-03-08") from None
        window = cls(**days)
        if window.since and window.until and window.since > window.until:
            raise ValueError(f"since={since} is after until={until}: no day lies between them")
        return window


@dataclass(slots=True)
class Publication:
    """One publication of a run: where it begins, and what is known of it."""

    name: str
    """The site's name, or the registered domain of a publication without a declaration; what the store calls it."""

    url: str
    """The home page."""

    site: Site | None = None

    sections: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()

    barren: int = 0
    """Listing pages in a row that gave no unknown article."""

    known_sources: dict[str, Source] = field(default_factory=dict)
    """Its listings, feeds and sitemaps as earlier runs left them."""

    @classmethod
    def of(cls, site: Site) -> Publication:
        """Return the publication that *site* declares."""
        return cls(
            site.name,
            site.url,
            site,
            tuple(urljoin(site.url, url) for url in site.sections),
            tuple(urljoin(site.url, url) for url in site.feeds),
            tuple(urljoin(site.url, url) for url in site.sitemaps),
        )

    def canonical(self, url: str) -> str:
        """Return the one form of *url*."""
        return canonical_url(url, self.site)

    def key(self, url: str) -> str:
        """Return what the store knows *url* by."""
        return url_key(url, self.site)


@dataclass(slots=True)
class Walk:
    """One listing and its older pages, as far as this run has followed them."""

    publication: Publication

    root: str
    """The canonical address of its first page."""

    fresh_since: float
    """Articles that the store learned at or after this time (seconds since the epoch) do not end the walk."""

    shown: AddressSet = field(default_factory=AddressSet)
    """Keys of the articles that its pages have shown."""

    listed: int = 0
    """The number of those that pages read by other workers have shown first."""

    pages: int = 0

    depth: int = 0
    """How many listings lie between it and the ones that the run began with."""

    source: Source | None = None
    """How its first page stood."""

    named: dict[str, dict[str, str]] = field(default_factory=dict)
    """By address, what its pages named besides articles."""


@dataclass(slots=True, frozen=True)
class Led:
    """Addresses that were found to lead to an article which is on its way."""

    publication: Publication

    via: str
    """How the first of them was found."""

    urls: list[str]


class NewsSpider(Spider):
    """Crawls the publication that `site` declares.

    Arguments (``-a name=value``), all optional:

    - ``sections``: comma-separated addresses of listings; only these and what lies under them are followed.
    - ``since``, ``until``: dates, ``YYYY-MM-DD``; decided from the address or the listing where these tell, before the
      download.
    - ``max_articles``: stop when so many articles have been written.
    """

    site: Site
    store: Store
    run: Run
    job: str
    shared: SharedCrawl | None = None
    """This worker's part, where several crawl together."""

    def __init__(
        self,
        sections: str | None = None,
        since: str | None = None,
        until: str | None = None,
        max_articles: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.publications = self.publications_to_crawl()
        self.window = Window.of(since, until)
        home = self.publications[0].url
        self.sections = [urljoin(home, text.strip()) for text in (sections or "").split(",") if text.strip()]
        try:
            self.max_articles = int(max_articles) if max_articles else None
        except ValueError:
            raise ValueError(f"max_articles={max_articles}: write a whole number") from None
        self.allowed_domains = self.domains_to_crawl()
        self._seen = AddressSet()
        self._passed_over = AddressSet()
        self._sitemaps_asked: set[str] = set()
        self._written = 0
        self._closing: asyncio.Future[None] | None = None
        self._listings: set[str] = set()
        self._walked: list[Walk] = []
        self._read_sources: list[tuple[Publication, Source]] = []
        self._looked: set[str] = set()
        self._accepted = 0
        self._led: dict[str, list[Led]] = defaultdict(list)
        self._refusals: dict[str, str] = {}
        self._alias_of: dict[str, str] = {}

    def publications_to_crawl(self) -> list[Publication]:
        """Return what the run is about."""
        return [Publication.of(self.site)]

    def domains_to_crawl(self) -> list[str]:
        """Return the domains whose addresses may be requested."""
        return sorted({host.rpartition(":")[0] or host for host in self.site.all_hosts})

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Have several workers share one crawl where ``NEWSCRAWL_REDIS_URL`` says where they meet.

        Cookies that are off are left out of Scrapy's own list: it would load them, and an HTTP client with them.
        """
        super().update_settings(settings)
        if not settings.getbool("COOKIES_ENABLED"):
            own = settings.getdict("DOWNLOADER_MIDDLEWARES_BASE")
            own.pop(_COOKIES, None)
            settings.set("DOWNLOADER_MIDDLEWARES_BASE", own, priority="spider")
        if cls._is_shared(settings):
            handler = "newscrawl.shared.pace.PacedDownloadHandler"
            settings.set("SCHEDULER", "newscrawl.shared.scheduler.SharedScheduler", priority="spider")
            settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, priority="spider")

    @classmethod
    def _is_shared(cls, settings: BaseSettings) -> bool:
        # A spider that begins in a way of its own does not know how to share it.
        return bool(settings.get("NEWSCRAWL_REDIS_URL")) and cls.start is NewsSpider.start

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider, connected to the run's store."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if job := kwargs.get("_job"):
            # So Scrapyd tells the id of its job; a setting of the job itself goes before it.
            crawler.settings.set("NEWSCRAWL_JOB", job, priority="project")
        spider.run = run = Run.of(crawler)
        spider.store, spider.job = run.store, run.job
        if cls._is_shared(crawler.settings):
            from newscrawl.shared.scheduler import SharedCrawl  # noqa: PLC0415 (an extra that need not be installed)

            told = {name: value for name, value in kwargs.items() if not name.startswith("_")}
            spider.shared = SharedCrawl.of(crawler, run, told)
        crawler.signals.connect(spider.article_written, signal=signals.item_scraped)
        crawler.signals.connect(spider.article_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.article_lost, signal=signals.item_error)
        crawler.signals.connect(spider.run_finished, signal=signals.spider_closed)
        return spider

    # -- what is remembered ------------------------------------------------------------------------------------------

    async def _ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a store's method in a thread, as it may wait for a disk or a network; its failure ends the run."""
        return await self._unless_it_fails(self.run.thread.ask(function, *args, **kwargs))

    async def _ask_of_a_page(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same for a page, of which many are on their way."""
        return await self._unless_it_fails(self.run.thread.ask_with_others(function, *args, **kwargs))

    async def _unless_it_fails(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            return await answer
        except StoreError as error:
            raise CloseSpider(self.run.fail(error)) from error

    def count(self, stat: str, by: int = 1) -> None:
        """Add to the run's stat ``newscrawl/<stat>``."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newscrawl/{stat}", by)

    def _count_links(self, publication: Publication, what: str, ways: Iterable[str]) -> None:
        """Count links of a site, by the way each was found."""
        for via, number in Counter(ways).items():
            self.count(what, number)
            self.run.ledger.note(publication.name, via, what, number)

    def _lose(self, publication: Publication, via: str, what: str, reason: str, url: str) -> None:
        """Count and list a page that gave no article."""
        self.count(f"{what}/{reason}")
        self.run.ledger.lose(publication.name, via, what, reason, url)
        if reason in _WALLED:
            self.run.ledger.note(publication.name, via, "walled")

    async def _refuse(self, publication: Publication, via: str, reason: str, *urls: str) -> None:
        """Record that the page at *urls* is no article, so that it is not fetched again soon."""
        self._lose(publication, via, "rejected", reason, urls[0])
        self.logger.info("Rejected %s: %s", urls[0], reason)
        led = self._take_led(publication, urls)
        for other in led:
            self._lose(publication, other.via, "rejected", reason, other.urls[0])
        keys = {publication.key(url) for url in chain(urls, *(other.urls for other in led))}
        self._refusals.update(dict.fromkeys(keys, reason))
        await self._ask(self.store.refuse, keys, reason)

    # -- requests ----------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Yield what earlier runs left undone, then the listings, feeds and sitemaps."""
        self.started = await self.shared.join() if self.shared else self.run.now().timestamp()
        for publication in self.publications:
            publication.known_sources = await self._ask(self.store.sources, publication.name)
        if self.shared is None:
            async for request in self._first_requests():
                yield request
        elif await self.shared.takes_start():
            try:
                async for request in self._first_requests():
                    yield request
            except Exception:
                # Nobody could make them, and all would wait.
                await self.shared.stop("start_error")
                raise
            self.shared.start_done()

    async def _first_requests(self) -> AsyncIterator[Request]:
        for publication in self.publications:
            for link in await self._ask(self.store.pending, publication.name):
                if self._follows(link.url, publication):
                    self._seen.add(link.key)
                    self.count("requested")
                    yield self._article(publication, link.url, Discovery(**link.discovered), attempts=link.attempts)
            for look in await self._ask(self.store.due, publication.name, self.run.ages, self.run.now()):
                day = datetime.fromtimestamp(look.published or 0.0, UTC).date()
                if day in self.window and self._follows(look.url, publication):
                    yield self._again(publication, look, look.url, Discovery(via="recheck"))
            async for request in self.start_of(publication):
                yield request

    @property
    def whole(self) -> bool:
        """Whether the run deals with everything that its listings, feeds and sitemaps name."""
        return self.window.until is None and not self.sections

    async def start_of(self, publication: Publication) -> AsyncIterator[Request]:
        """Yield the first requests to *publication*: the sections that were asked for, or all it declares."""
        for url in self.sections or publication.sections:
            if request := await self._listing(publication, url):
                yield request
        if not self.sections:
            for url in publication.feeds:
                yield self._feed(publication, url)
            for url in publication.sitemaps:
                yield self._sitemap(publication, url)

    def _article(self, publication: Publication, url: str, discovered: Discovery, *, attempts: int = 0) -> Request:
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            priority=_ARTICLE,
            cb_kwargs={"publication": publication, "discovered": discovered, "attempts": attempts},
        )

    def _again(
        self, publication: Publication, look: Look, url: str, discovered: Discovery, *, told: bool = False
    ) -> Request:
        """Return the request that looks at a known article again."""
        self._looked.add(look.id)
        self.count("rechecked")
        request = self._article(publication, url, discovered)
        request.cb_kwargs.update(again=look, told=told)
        return _conditional(request.replace(priority=_AGAIN), look.etag, look.last_modified)

    def _as_known(self, request: Request, publication: Publication, key: str) -> Request:
        """Have *request* to a listing, feed or sitemap answered only if that has changed since it was dealt with."""
        request.meta["source"] = key
        source = publication.known_sources.get(key)
        if source is None or not self.whole:
            return request
        since = self.window.since.isoformat() if self.window.since else ""
        # Once in a while everything is read, also for what was rejected and may be asked for again.
        stale = self.started - source.kept > self.store.retry_rejected.total_seconds()
        if stale or (source.since or "") > since:
            return request
        return _conditional(request, source.etag, source.last_modified)

    def _source_of(self, response: Response, named: Iterable[dict[str, str]] = (), listed: int = 0) -> Source | None:
        """Return how the listing, feed or sitemap stands that was answered with *response*; one only guessed, not."""
        key = response.meta.get("source")
        if key is None:
            return None
        since = self.window.since.isoformat() if self.window.since else None
        return Source(
            key=key,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            since=since,
            names=tuple(named),
            kept=self.started,
            listed=listed,
        )

    async def _unchanged(self, response: Response, publication: Publication, depth: int = 0) -> list[Request]:
        """Return requests for what a page that has not changed named besides articles."""
        self.count("start_ok")
        self.count("unchanged")
        source = publication.known_sources[response.meta["source"]]
        self.run.ledger.sites[publication.name].listed_before += source.listed
        requests: list[Request] = []
        for name in source.names:
            if name["kind"] == "sitemap":
                if name["url"] not in self._sitemaps_asked:
                    requests.append(self._sitemap(publication, name["url"]))
            elif name["kind"] == "listing" and (listing := await self._listing(publication, name["url"], depth + 1)):
                requests.append(listing)
        feeds = [Link(name["url"], "", "feed", "head") for name in source.names if name["kind"] == "feed"]
        return [*requests, *self.further_sources(publication, feeds)]

    async def _listing(self, publication: Publication, url: str, depth: int = 0) -> Request | None:
        """Return the request that begins to walk the listing at *url*, or ``None`` when this run has begun it."""
        root = publication.canonical(url)
        if root in self._listings:
            return None
        self._listings.add(root)
        fresh_since = 0.0
        if self.window.until is None:
            since = self.window.since.isoformat() if self.window.since else None
            fresh_since = await self._ask(self.store.open_listing, root, started=self.started, since=since)
        walk = Walk(publication, root, fresh_since, depth=depth)
        request = Request(
            url, self.parse_listing, errback=self.listing_failed, priority=_LISTING - depth, cb_kwargs={"walk": walk}
        )
        if fresh_since < self.started:
            # An earlier walk did not come to its end: this one must see for itself.
            request.meta["source"] = root
            return request
        return self._as_known(request, publication, root)

    def _feed(self, publication: Publication, url: str) -> Request:
        request = Request(
            url,
            self.parse_feed,
            errback=self.start_failed,
            priority=_LISTING,
            cb_kwargs={"publication": publication},
        )
        return self._as_known(request, publication, url)

    def _sitemap(self, publication: Publication, url: str, depth: int = 0) -> Request:
        self._sitemaps_asked.add(url)
        request = Request(
            url,
            self.parse_sitemap,
            errback=self.start_failed,
            priority=_LISTING,
            cb_kwargs={"publication": publication, "depth": depth},
            meta={"download_maxsize": _SITEMAP_MAXSIZE},
        )
        return self._as_known(request, publication, url)

    def _follows(self, url: str, publication: Publication) -> bool:
        """Say whether *url* lies under the sections that were asked for."""
        if not self.sections:
            return True
        path = urlsplit(publication.canonical(url)).path.lower() + "/"
        return any(path.startswith(urlsplit(section).path.lower().rstrip("/") + "/") for section in self.sections)

    async def _sift(
        self,
        publication: Publication,
        links: Iterable[Link],
        found_at: str,
        walk: Walk | None = None,
        updates: Mapping[str, str] | None = None,
    ) -> tuple[list[Request], bool]:
        """Return requests for the articles among *links* that are wanted and unknown, and whether to walk on.

        Known ones that have changed by *updates* (link's address to ISO date) are looked at again.

        Walking on is worth it when the page showed, for the first time in this walk, an article in the window that was
        unknown when the walk began, or when all it showed is newer than the window.
        """
        site = publication.site
        found: dict[str, tuple[Link, str, date | None]] = {}
        for link in links:
            url = publication.canonical(link.url)
            key = publication.key(url)
            if key in found:
                continue
            printed = date.fromisoformat(link.date[:10]) if link.date else None
            found[key] = (link, url, date_in_url(url, site) or printed)
        inside = {key: entry for key, entry in found.items() if entry[2] is None or entry[2] in self.window}
        # What has been seen is of interest only where a walk or a date of change asks for it.
        asked = inside if walk is not None or updates else [key for key in inside if key not in self._seen]
        known, refused = await self._ask_of_a_page(self._known_and_refused, asked) if asked else ({}, {})
        go_on = False
        if walk is not None:
            if self.shared is not None:
                new_to_walk = await self.shared.first_shown(walk, inside)
            else:
                new_to_walk = {key for key in inside if key not in walk.shown}
            walk.shown.update(new_to_walk)
            go_on = any(
                self._has_asked_for(key) or key not in known or known[key] >= walk.fresh_since
                for key in new_to_walk
                if key not in refused
            ) or bool(found and not inside and self._all_newer(entry[2] for entry in found.values()))
        requests = await self._changed(publication, known, inside, found_at, updates or {})
        # No waiting from here on: two pages that are read at once must not count a link twice.
        self._count_links(publication, "listed", (found[key][0].via for key in found if key not in self._seen))
        outside = [found[key][0].via for key in found.keys() - inside.keys() if key not in self._seen]
        self._count_links(publication, "outside_window", outside)
        self._pass_over(found.keys() - inside.keys())
        for key, (link, url, _) in inside.items():
            if key in self._seen:
                continue
            if key in known or key in refused:
                self._pass_over([key])
                self._count_links(publication, "known" if key in known else "refused_before", [link.via])
            elif self._follows(url, publication):
                self._seen.add(key)
                self.count("requested")
                discovered = Discovery(via=link.via, url=found_at, text=link.text or None, date=link.date)
                requests.append(self._article(publication, _address(publication, link.url, url), discovered))
        return requests, go_on

    def _known_and_refused(self, keys: Collection[str]) -> tuple[dict[str, float], dict[str, str]]:
        """Return what the store knows of *keys*; asked in one thread's turn, as each costs more than the answer."""
        known = self.store.known(keys)
        return known, self.store.refused([key for key in keys if key not in known])

    def _pass_over(self, keys: Collection[str]) -> None:
        """Remember addresses that need no request; a sitemap can name more of them than the memory holds."""
        if len(self._seen) < _MOST_SEEN:
            new = [key for key in keys if key not in self._seen]
            self._seen.update(new)
            self._passed_over.update(new)

    def _has_asked_for(self, key: str) -> bool:
        return key in self._seen and key not in self._passed_over

    async def _changed(
        self,
        publication: Publication,
        known: Collection[str],
        found: Mapping[str, tuple[Link, str, date | None]],
        found_at: str,
        updates: Mapping[str, str],
    ) -> list[Request]:
        """Return requests for the known articles that are newer than when they were last looked at."""
        told = {key: updates[found[key][0].url] for key in known if found[key][0].url in updates}
        if not told or not self.run.ages:
            return []
        now, requests = self.run.now().timestamp(), []
        for key, look in (await self._ask(self.store.looks, told)).items():
            link, url, _ = found[key]
            if (
                look.id not in self._looked
                and is_newer(told[key], look.looked, now, look.fruitless)
                and self._follows(url, publication)
            ):
                discovered = Discovery(via=link.via, url=found_at, text=link.text or None, date=told[key])
                address = _address(publication, link.url, url)
                requests.append(self._again(publication, look, address, discovered, told=True))
        return requests

    def _all_newer(self, days: Iterable[date | None]) -> bool:
        until = self.window.until
        return until is not None and all(day is not None and day > until for day in days)

    # -- callbacks ---------------------------------------------------------------------------------------------------

    async def parse_listing(self, response: Response, walk: Walk) -> AsyncIterator[Request]:
        """Follow a listing's articles, its older page while that promises more, and the listings it names."""
        publication = walk.publication
        if response.status == _NOT_MODIFIED:
            self._has_ended(walk)
            for request in await self._unchanged(response, publication, walk.depth):
                yield request
            return
        self.count("listing_pages")
        self.count("start_ok")
        page = self._page(response, publication)
        if page is None or (reason := self._refusal(page)) is not None:
            why = reason if page is not None else _no_page(response)
            self._lose(publication, "listing", "failed", f"listing: {why}", response.url)
            return
        links = classify_page(page)
        articles = (link for link in links if link.kind == "article")
        requests, go_on = await self._sift(publication, articles, response.url, walk)
        walk.pages += 1
        if walk.pages == 1:
            walk.source = self._source_of(response)
        publication.barren = 0 if go_on else publication.barren + 1
        named = [
            link.url
            for link in links
            if link.kind == "listing" and self._follows(link.url, publication) and self.opens_listing(link, walk)
        ]
        walk.named.update((url, {"kind": "listing", "url": url}) for url in named)
        feeds = (link.url for link in links if link.kind == "feed" and link.via == "head")
        walk.named.update((url, {"kind": "feed", "url": url}) for url in feeds)
        # All at once and first, so that no sitemap that names them as well has them taken for articles.
        listings = await asyncio.gather(*(self._listing(publication, url, walk.depth + 1) for url in named))
        for request in requests:
            yield request
        older = next((link for link in links if link.kind == "next_page" and link.via == "pagination"), None)
        if older and go_on and walk.pages < self.settings.getint("NEWSCRAWL_MAX_LISTING_PAGES"):
            yield Request(
                older.url,
                self.parse_listing,
                errback=self.listing_failed,
                priority=_NEXT,
                cb_kwargs={"walk": walk},
            )
        elif self.window.until is None:
            self._has_ended(walk)
        for request in (*filter(None, listings), *self.further_sources(publication, links)):
            yield request

    def _has_ended(self, walk: Walk) -> None:
        if self.shared is not None:
            self.shared.walked(walk)
        else:
            self._walked.append(walk)

    def _was_read(self, publication: Publication, source: Source) -> None:
        if self.shared is not None:
            self.shared.read_source(publication, source)
        else:
            self._read_sources.append((publication, source))

    def opens_listing(self, link: Link, walk: Walk) -> bool:
        """Say whether the listing that a page of *walk* names is to be walked; a declaration names the right ones."""
        return True

    def further_sources(self, publication: Publication, links: list[Link]) -> list[Request]:
        """Return requests for the feeds that a listing names; a declaration has its own."""
        return []

    async def parse_feed(self, response: Response, publication: Publication) -> AsyncIterator[Request]:
        """Follow a feed's entries."""
        if response.status == _NOT_MODIFIED:
            await self._unchanged(response, publication)
            return
        self.count("start_ok")
        feed = parse_feed(response.body, response.url)
        if feed.errors:
            self._lose(publication, "feed", "failed", "feed: broken", response.url)
            self.logger.warning(
                "The feed %s is broken and was read as far as it goes: %s", response.url, feed.errors[0]
            )
        links = [
            Link(entry.url, entry.title or "", "article", "feed", entry.date)
            for entry in feed.entries
            if not self.is_refused(entry.url, publication)
        ]
        updates = {entry.url: entry.updated for entry in feed.entries if entry.updated}
        for request in (await self._sift(publication, links, response.url, updates=updates))[0]:
            yield request
        if not feed.errors and (source := self._source_of(response, listed=len(links))):
            self._was_read(publication, source)

    async def parse_sitemap(
        self, response: Response, publication: Publication, depth: int = 0
    ) -> AsyncIterator[Request]:
        """Follow a sitemap's articles, or the sitemaps that an index names."""
        if response.status == _NOT_MODIFIED:
            for request in await self._unchanged(response, publication):
                yield request
            return
        self.count("start_ok")
        sitemap = parse_sitemap(response.body, response.url)
        named: list[dict[str, str]] = []
        listed = 0
        if sitemap.kind == "index" and depth == _INDEXES_DEEP:
            sitemap.errors.append("an index of indexes of indexes: what it names is not read")
            sitemap.entries = iter(())
        elif sitemap.kind == "index":
            for entry in narrow(sitemap.entries, self.window.since, self.window.until):
                if len(named) == _MOST_SITEMAPS:
                    sitemap.errors.append(f"it names more than {_MOST_SITEMAPS} sitemaps: the others are not read")
                    break
                if entry.url not in self._sitemaps_asked:
                    named.append({"kind": "sitemap", "url": entry.url})
                    yield self._sitemap(publication, entry.url, depth + 1)
            sitemap.entries = iter(())
        asked = 0
        for batch in _batches(sitemap.entries, 500):
            links = [
                Link(
                    entry.url,
                    entry.news_title or "",
                    "article",
                    "news_sitemap" if entry.news_date or entry.news_title else "sitemap",
                    entry.news_date,
                )
                for entry in batch
                if self.is_article_address(entry.url, publication)
            ]
            listed += len(links)
            updates = {entry.url: entry.lastmod for entry in batch if entry.lastmod}
            for request in (await self._sift(publication, links, response.url, updates=updates))[0]:
                asked += 1
                yield request
            if asked >= _SHARE:
                # After all that waits now: it is read again, past what has been asked for by then.
                assert response.request is not None
                yield response.request.replace(priority=_REST, dont_filter=True)
                return
        if not sitemap.errors and (source := self._source_of(response, named, listed=listed)):
            self._was_read(publication, source)
        if sitemap.errors:
            self._lose(publication, "sitemap", "failed", "sitemap: broken", response.url)
            self.logger.warning("The sitemap %s is broken, read as far as it goes: %s", response.url, sitemap.errors[0])

    def is_article_address(self, url: str, publication: Publication) -> bool:
        """Say whether an address of a sitemap is an article's."""
        site = publication.site
        if site is None:
            return True
        path = _path_and_query(publication.canonical(url))
        ignored = site.ignore_pattern is not None and site.ignore_pattern.search(path)
        return not ignored and (site.article_pattern is None or bool(site.article_pattern.search(path)))

    def is_refused(self, url: str, publication: Publication) -> bool:
        """Say whether the declaration forbids to follow what a feed gives as an article."""
        site = publication.site
        if site is None:
            return False
        if site.closed:
            return not self.is_article_address(url, publication)
        return site.ignore_pattern is not None and bool(
            site.ignore_pattern.search(_path_and_query(publication.canonical(url)))
        )

    async def parse_article(
        self,
        response: Response,
        publication: Publication,
        discovered: Discovery,
        attempts: int,
        parts: tuple[Article, ...] = (),
        *,
        again: Look | None = None,
        told: bool = False,
    ) -> AsyncIterator[Request | Article]:
        """Read an article, join its further pages to it, and follow what its boxes name."""
        if again is not None and response.status == _NOT_MODIFIED:
            self.count("same")
            self.run.ledger.note(publication.name, discovered.via, "unchanged")
            await self._ask(self.store.looked, again.id, self.run.now(), fruitless=told)
            return
        asked = response.request.url if response.request else response.url
        try:
            article, links, reason = self._read(response, publication)
        except Exception:
            # A fault of ours on this page must cost neither the run nor, when it is mended, the article.
            self.logger.exception("Could not read %s", response.url)
            await self._defer(publication, response.url, discovered, attempts, "error while reading", again=again)
            return
        if article is None:
            if parts:
                self._lose(publication, discovered.via, "failed", f"article page: {reason}", response.url)
                if again is None and await self._accepts(parts[0]):
                    yield self._finish(parts, discovered)
            elif again is not None:
                # Nothing is known of the article's text then, and nothing is to be forgotten.
                self._lose(publication, discovered.via, "failed", reason, response.url)
            elif reason == EMPTY:
                # Nothing at all is a fault that may pass, not an answer.
                await self._defer(publication, response.url, discovered, attempts, reason)
            else:
                await self._refuse(publication, discovered.via, reason, response.url, asked)
            return
        redirects: list[str] = response.meta.get("redirect_urls", [])
        for other in self._take_led(publication, {asked, response.url, *redirects}):
            self._count_alias(other)
            redirects = [*redirects, *other.urls]
        article.aliases = sorted({*article.aliases, *redirects} - {article.canonical_url or ""})
        parts = (*parts, article)
        boxed = [link for link in links if link.kind == "article"]
        requests, _ = await self._sift(publication, self.boxes_to_follow(boxed), response.url)
        if requests:
            pending = [_pending(publication.key(request.url), request) for request in requests]
            await self._ask_of_a_page(self.store.defer, publication.name, pending)
        further = next((link.url for link in links if link.kind == "next_page"), None)
        if further and len(parts) < self.settings.getint("NEWSCRAWL_MAX_ARTICLE_PAGES"):
            yield Request(
                further,
                self.parse_article,
                errback=self.article_page_failed,
                priority=_PAGE,
                cb_kwargs={
                    "publication": publication,
                    "discovered": discovered,
                    "attempts": attempts,
                    "parts": parts,
                    "again": again,
                    "told": told,
                },
            )
        elif await self._accepts(article):
            finished = self._finish(parts, discovered)
            validators = (_header(response, "ETag"), _header(response, "Last-Modified"))
            # The first of several pages says nothing of the others.
            etag, last_modified = validators if len(parts) == 1 else (None, None)
            assert finished.id is not None
            self.run.fetched[finished.id] = Fetched(etag, last_modified, again, told)
            yield finished
        for request in requests:
            yield request

    def boxes_to_follow(self, links: list[Link]) -> list[Link]:
        """Return those links of an article's boxes that lead to further articles of the run."""
        return links

    def _read(self, response: Response, publication: Publication) -> tuple[Article | None, list[Link], str]:
        """Return the article and the onward links of a page that were not seen yet, or why it is no article."""
        page = self._page(response, publication)
        if page is None:
            return None, [], _no_page(response) or ""
        if reason := self._refusal(page) or self._unwanted(response, page):
            return None, [], reason
        with_html = self.settings.getbool("NEWSCRAWL_BODY_HTML")
        article = load_article(page, response.url, publication.site, now=self.run.now(), with_html=with_html)
        if reason := self.not_an_article(page, article):
            return None, [], reason
        return article, onward_links(page, partial(self._has_met, publication)), ""

    def _has_met(self, publication: Publication, url: str) -> bool:
        """Say whether the run has seen the article at *url*; the same stand in the boxes of page after page."""
        # Most are written as they are known: to see that costs a tenth of working out what variants have in common.
        plain = url.partition("://")[2].removeprefix("www.").rstrip("/")
        return plain in self._seen or publication.key(url) in self._seen

    def not_an_article(self, page: Page, article: Article) -> str | None:
        """Say why a page is no article after all; a declaration has said which addresses are."""
        return None

    async def _accepts(self, article: Article) -> bool:
        return self._is_wanted(article) and (self.shared is None or await self.shared.accepts(article))

    def _is_wanted(self, article: Article) -> bool:
        day = date.fromisoformat(article.date_published[:10]) if article.date_published else None
        if day is not None and day not in self.window:
            self.count("outside_window")
            return False
        if self.max_articles is not None and self.shared is None and self._accepted >= self.max_articles:
            return False
        self._accepted += 1
        return True

    def _finish(self, parts: tuple[Article, ...], discovered: Discovery) -> Article:
        article = join_pages(parts[0], parts[1:]) if len(parts) > 1 else parts[0]
        article.discovered = discovered
        article.fetched_at = self.run.now().isoformat(timespec="seconds")
        article.job = self.job
        return article

    # -- what went wrong ---------------------------------------------------------------------------------------------

    async def article_failed(self, failure: Failure) -> None:
        """Keep an article that could not be fetched for the next run; let go of what is gone for good."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kwargs = request.cb_kwargs
        reason = reason_of(failure)
        error = failure.value
        publication: Publication = kwargs["publication"]
        via: str = kwargs["discovered"].via
        again: Look | None = kwargs.get("again")
        asked: str = next(iter(request.meta.get("redirect_urls", ())), request.url)
        if isinstance(error, LeadsToKnown):
            await self._learn_alias(publication, via, request)
        elif again is not None:
            if isinstance(error, HttpError) and error.response.status in _GONE:
                if await self._ask(self.store.withdraw, again.id, self.run.now(), reason):
                    self.count("withdrawn")
                    self.run.ledger.lose(publication.name, via, "withdrawn", reason, request.url)
                    self.logger.info("Withdrawn %s: %s", request.url, reason)
            else:
                self._lose(publication, via, "failed", reason, request.url)
        elif reason == _TOO_LARGE or (isinstance(error, HttpError) and error.response.status in _GONE):
            self._lose(publication, via, "failed", reason, asked)
            await self._ask(self.store.refuse, {publication.key(asked), publication.key(request.url)}, reason)
        elif reason == OFFSITE and asked == request.url:
            # Another site's address is that site's to refuse.
            self._lose(publication, via, "rejected", reason, asked)
        elif isinstance(error, IgnoreRequest) and not isinstance(error, (HttpError, ForNextRun)):
            await self._refuse(publication, via, reason, asked)
        else:
            # A request that was never made is no attempt.
            attempts = kwargs["attempts"] - isinstance(error, ForNextRun)
            await self._defer(publication, asked, kwargs["discovered"], attempts, reason)

    async def leads_to_known(self, request: Request) -> bool:
        """Say whether *request* was redirected to an article that is known, or that the run has asked for."""
        kwargs = request.cb_kwargs
        if "discovered" not in kwargs or kwargs.get("again") is not None or kwargs.get("parts"):
            return False
        publication: Publication = kwargs["publication"]
        key = publication.key(request.url)
        if key in {publication.key(url) for url in request.meta["redirect_urls"]}:
            return False
        if await self._ask(self.store.known, [key]):
            return True
        if self.shared is not None:
            # What was asked for may have been left undone by a worker that died, and come back as this very request.
            return False
        # What was refused may be a wall that all redirects lead to: each counts.
        return self._has_asked_for(key) and not await self._ask(self.store.refused, [key])

    async def _learn_alias(self, publication: Publication, via: str, request: Request) -> None:
        """Let the store know the addresses that led to a known article, now or when that is written."""
        key = publication.key(request.url)
        urls: list[str] = request.meta["redirect_urls"]
        known = self._passing(publication, request.url)
        if known is None and (article := await self._ask(self.store.article, key)):
            known = article.id
        known = known or self._passing(publication, request.url)
        if known is None and (reason := self._refusals.get(key)):
            # Its page came while the store was asked.
            await self._refuse(publication, via, reason, *urls)
            return
        if known is None:
            self._led[key].append(Led(publication, via, urls))
            return
        led = [Led(publication, via, urls), *self._take_led(publication, urls)]
        for other in led:
            self._count_alias(other)
        keys = [publication.key(url) for other in led for url in other.urls]
        self._alias_of.update(dict.fromkeys(keys, known))
        await self.run.learn_aliases(known, keys)

    def _passing(self, publication: Publication, url: str) -> str | None:
        """Return the id of the article at *url* if it is between its page and the store."""
        key, own = publication.key(url), article_id(publication.canonical(url))
        return self._alias_of.get(key) or self.run.taken.get(key) or (own if own in self.run.fetched else None)

    def _take_led(self, publication: Publication, urls: Iterable[str]) -> list[Led]:
        """Return, and let go of, all that led to *urls*, by whatever way."""
        found: list[Led] = []
        waiting = list(urls)
        while waiting:
            led = self._led.pop(publication.key(waiting.pop()), [])
            found += led
            waiting += chain.from_iterable(other.urls for other in led)
        return found

    def _count_alias(self, led: Led) -> None:
        self.count("duplicate/alias")
        self.run.ledger.note(led.publication.name, led.via, "duplicate")

    async def _defer(
        self,
        publication: Publication,
        url: str,
        discovered: Discovery,
        attempts: int,
        reason: str,
        *,
        again: Look | None = None,
    ) -> None:
        self._lose(publication, discovered.via, "failed", reason, url)
        self.logger.info("Failed %s: %s", url, reason)
        if again is not None:
            return
        if attempts + 1 >= self.settings.getint("NEWSCRAWL_MAX_ATTEMPTS"):
            await self._ask(self.store.refuse, {publication.key(url)}, f"gave up: {reason}")
            return
        link = PendingLink(publication.key(url), url, asdict(discovered), attempts + 1)
        await self._ask(self.store.defer, publication.name, [link])

    async def article_page_failed(self, failure: Failure) -> AsyncIterator[Article]:
        """Write an article without the page of it that could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        publication, via = request.cb_kwargs["publication"], request.cb_kwargs["discovered"].via
        self._lose(publication, via, "failed", f"article page: {reason_of(failure)}", request.url)
        parts: tuple[Article, ...] = request.cb_kwargs["parts"]
        # Of a known article that would be a version that never was.
        if request.cb_kwargs["again"] is None and await self._accepts(parts[0]):
            yield self._finish(parts, request.cb_kwargs["discovered"])

    def listing_failed(self, failure: Failure) -> None:
        """Count a listing that could not be fetched; its walk stays open for the next run."""
        self._start_failed(failure, "listing")

    def start_failed(self, failure: Failure) -> None:
        """Count a feed or sitemap that could not be fetched."""
        self._start_failed(failure, "feed or sitemap")

    def _start_failed(self, failure: Failure, kind: str) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        publication = publication_of(request)
        assert publication is not None
        self._lose(publication, kind, "failed", f"{kind}: {reason_of(failure)}", request.url)
        self.count("start_failed")
        self.logger.info("Failed %s: %s", request.url, reason_of(failure))

    # -- signals -----------------------------------------------------------------------------------------------------

    def article_written(self, item: Any) -> None:
        """End the run when as many articles as were asked for have passed the pipelines."""
        self._written += isinstance(item, Article)
        if self.max_articles is not None and self.shared is None and self._written == self.max_articles:
            self.end("max_articles")

    def end(self, reason: str) -> None:
        """Close the run; what was fetched is still written."""
        if self.crawler.engine is not None and self._closing is None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def article_dropped(self, item: Any) -> None:
        """Make room for another article when one was dropped."""
        self._accepted -= isinstance(item, Article)
        if isinstance(item, Article) and item.id:
            self.run.fetched.pop(item.id, None)

    async def article_lost(self, item: Any) -> None:
        """Keep an article for the next run when a pipeline failed on it."""
        if isinstance(item, Article) and item.url and item.discovered:
            publication = next((p for p in self.publications if p.name == item.site), self.publications[0])
            fetched = self.run.fetched.pop(item.id or "", None)
            again = fetched.again if fetched else None
            await self._defer(publication, item.url, item.discovered, 0, "error while writing", again=again)

    def run_finished(self, reason: str) -> None:
        """Note which listings were walked to their end, and how all sources stood.

        Only a run that came to its own end, all written, knows.
        """
        for other in chain.from_iterable(self._led.values()):
            self._lose(other.publication, other.via, "failed", _LED_NOWHERE, other.urls[0])
        if reason != "finished" or self.run.failed or self.shared is not None:
            return
        since = self.window.since.isoformat() if self.window.since else None
        if self._walked:
            self.store.close_listings([walk.root for walk in self._walked], since=since)
        assert self.crawler.stats is not None
        if not self.whole or self.max_articles is not None or self.crawler.stats.get_value("spider_exceptions/count"):
            return
        kept: dict[str, list[Source]] = {}
        for walk in self._walked:
            if walk.source is not None:
                source = replace(walk.source, names=tuple(walk.named.values()), listed=len(walk.shown))
                kept.setdefault(walk.publication.name, []).append(source)
        for publication, source in self._read_sources:
            kept.setdefault(publication.name, []).append(source)
        for name, sources in kept.items():
            self.store.keep_sources(name, sources)

    def close_books(self, roots: list[str], sources: list[tuple[str, Source]]) -> None:
        """Note the same for a crawl that several workers shared, as `run_finished` does for a run of one.

        Args:
            roots: the listings that were walked to their end.
            sources: how all sources stood, each with its site; none when a page could not be dealt with.
        """
        since = self.window.since.isoformat() if self.window.since else None
        for root in roots:
            # Whoever closes a walk must have opened it; this changes nothing else.
            self.store.open_listing(root, started=self.started, since=since)
        self.store.close_listings(roots, since=since)
        if not self.whole or self.max_articles is not None:
            return
        for name in {name for name, _ in sources}:
            self.store.keep_sources(name, [source for site, source in sources if site == name])

    def _page(self, response: Response, publication: Publication) -> Page | None:
        if _no_page(response):
            return None
        # Not response.selector: it believes a charset that the bytes contradict, and tree and response hold each other,
        # so that trees pile up to half a gigabyte before the garbage collector comes.
        kind = response.headers.get("Content-Type")
        selector = select(response.body, response.url, kind.decode("latin-1") if kind else None)
        return Page(selector, response.url, publication.site)

    def _unwanted(self, response: Response, page: Page) -> str | None:
        """Say which of its makers' directives keeps *page* out, where those are respected."""
        if not self.settings.getbool("NEWSCRAWL_RESPECT_NOINDEX"):
            return None
        headers = response.headers.getlist("X-Robots-Tag")
        return unwanted(robots_directives(headers, page.metas, self.settings["BOT_NAME"]))

    def _refusal(self, page: Page) -> str | None:
        """Say why *page* is not what was asked for, and let politeness know of walls."""
        reason = refusal(page)
        if politeness := self.crawler.get_extension(Politeness):
            host = urlsplit(page.url).netloc
            if reason == BOT_WALL:
                politeness.note_wall(host)
            else:
                politeness.note_page(host)
        return reason


def publication_of(request: Request) -> Publication | None:
    """Return what a request of a spider is about; robots.txt is asked for by others."""
    walk: Walk | None = request.cb_kwargs.get("walk")
    publication: Publication | None = walk.publication if walk else request.cb_kwargs.get("publication")
    return publication


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip() or None if value else None


def _path_and_query(url: str) -> str:
    """Return what a declaration's patterns are searched in."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _address(publication: Publication, url: str, canonical: str) -> str:
    """Return the address under which to ask for the article that a link to *url* names."""
    written = without_tracking(url)
    # Only a declaration says that all variants can be had under the canonical address; a final slash that is not there
    # where a site wants one costs a redirect.
    return written if publication.site is None or written.removesuffix("/") == canonical else canonical


def _conditional(request: Request, etag: str | None, last_modified: str | None) -> Request:
    """Have *request* answered with 304 where what it asks for has not changed (RFC 9110, 13.1)."""
    for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
        if value:
            request.headers[name] = value
            request.meta["handle_httpstatus_list"] = [_NOT_MODIFIED]
    return request


def _no_page(response: Response) -> str | None:
    """Say why what came is not to be read as a page."""
    if isinstance(response, HtmlResponse) or begins_as_html(response.body):
        return TOO_MUCH if is_too_much(response.body) else None
    kind = (response.headers.get("Content-Type") or b"unknown").decode("latin-1").partition(";")[0].strip()
    return f"not HTML but {kind}"


def _pending(key: str, request: Request) -> PendingLink:
    return PendingLink(key, request.url, asdict(request.cb_kwargs["discovered"]), 0)


def reason_of(failure: Failure) -> str:
    """Say in a few words why a request failed."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return {404: "not found (404)", 410: "gone (410)"}.get(status, f"status {status}")
    if isinstance(error, IgnoreRequest):
        text = re.sub(r"^Filtered offsite request.*", OFFSITE, str(error))
        return {"Forbidden by robots.txt": "forbidden by robots.txt", "max redirections reached": "redirect loop"}.get(
            text, text or "ignored"
        )
    names = {
        "CannotResolveHostError": "host name not found",
        "DownloadConnectionRefusedError": "connection refused",
        "DownloadTimeoutError": "timeout",
        "DownloadCancelledError": _TOO_LARGE,
        "DownloadFailedError": "broken answer",
        "ResponseDataLossError": "cut off",
    }
    return names.get(type(error).__name__, type(error).__name__)


def _batches(entries: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
