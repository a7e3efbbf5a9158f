"""`NewsSpider`: the only callbacks of the project.

It turns a `Site` into requests and passes pages on to those who read them. It selects nothing, cleans nothing and opens
no file; what is known is asked of the store in a thread.

What makes a crawl complete across crashes:

- A listing's older pages are followed while they show articles that were unknown when the last *finished* walk of this
  listing began. A run that dies leaves its listings open, and the next one walks past what the dead one had written.
- Links found inside an article are kept in the store before that article is written: the article is not fetched again,
  so nobody would find them a second time. So is every article whose download failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.article import join_pages, load_article
from newscrawl.dates import date_in_url
from newscrawl.extensions.politeness import ForNextRun, Politeness
from newscrawl.extract.page import Page
from newscrawl.extract.refusal import BOT_WALL, EMPTY, refusal
from newscrawl.feeds import parse_feed
from newscrawl.items import Article, Discovery
from newscrawl.links import Link, classify_page
from newscrawl.runs import Run
from newscrawl.sitemaps import narrow, parse_sitemap
from newscrawl.store import PendingLink, StoreError
from newscrawl.urls import canonical_url, url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.sites import Site
    from newscrawl.store import Store

P = ParamSpec("P")
T = TypeVar("T")

# Articles come before the pages that list more of them, and those before other listings: little is left to remember.
_ARTICLE, _PAGE, _NEXT, _LISTING = 30, 40, 20, 10
# Boxes inside an article that name further articles of the same making.
_FOLLOWED_BOXES = frozenset({"recent_posts", "related"})
_GONE = frozenset({404, 410})
_SITEMAP_MAXSIZE = 64 * 1024 * 1024  # a sitemap has 50 MB at the most (sitemaps.org)


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
class Walk:
    """One listing and its older pages, as far as this run has followed them."""

    root: str
    """The canonical address of its first page."""

    fresh_since: float
    """Articles that the store learned at or after this time (seconds since the epoch) do not end the walk."""

    shown: set[str] = field(default_factory=set)
    """Keys of the articles that its pages have shown."""

    pages: int = 0


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
    job: str

    def __init__(
        self,
        sections: str | None = None,
        since: str | None = None,
        until: str | None = None,
        max_articles: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.window = Window.of(since, until)
        self.sections = [urljoin(self.site.url, text.strip()) for text in (sections or "").split(",") if text.strip()]
        try:
            self.max_articles = int(max_articles) if max_articles else None
        except ValueError:
            raise ValueError(f"max_articles={max_articles}: write a whole number") from None
        self.allowed_domains = sorted({host.rpartition(":")[0] or host for host in self.site.all_hosts})
        self._seen: set[str] = set()
        self._written = 0
        self._closing: asyncio.Future[None] | None = None
        self._listings: set[str] = set()
        self._walked: list[str] = []
        self._accepted = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider, connected to the run's store."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        run = Run.of(crawler)
        spider.store, spider.job = run.store, run.job
        crawler.signals.connect(spider.article_written, signal=signals.item_scraped)
        crawler.signals.connect(spider.article_dropped, signal=signals.item_dropped)
        crawler.signals.connect(spider.run_finished, signal=signals.spider_closed)
        return spider

    # -- what is remembered ------------------------------------------------------------------------------------------

    async def _ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a store's method in a thread, as it may wait for a disk or a network; its failure ends the run."""
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except StoreError as error:
            raise CloseSpider(Run.of(self.crawler).fail(error)) from error

    def count(self, stat: str, by: int = 1) -> None:
        """Add to the run's stat ``newscrawl/<stat>``."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newscrawl/{stat}", by)

    def _key(self, url: str) -> str:
        return url_key(url, self.site)

    async def _refuse(self, url: str, reason: str, *aliases: str) -> None:
        """Record that the page at *url* is no article, so that it is not fetched again soon."""
        self.count(f"rejected/{reason}")
        self.logger.info("Rejected %s: %s", url, reason)
        await self._ask(self.store.refuse, {self._key(address) for address in (url, *aliases)}, reason)

    # -- requests ----------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Yield what earlier runs left undone, then the listings, feeds and sitemaps."""
        self.started = datetime.now(UTC).timestamp()
        for link in await self._ask(self.store.pending, self.site.name):
            if self._follows(link.url):
                self._seen.add(link.key)
                self.count("requested")
                yield self._article(link.url, Discovery(**link.discovered), attempts=link.attempts)
        for url in self.sections or [urljoin(self.site.url, section) for section in self.site.sections]:
            if request := await self._listing(url):
                yield request
        if not self.sections:
            for url in self.site.feeds:
                yield Request(
                    urljoin(self.site.url, url), self.parse_feed, errback=self.start_failed, priority=_LISTING
                )
            for url in self.site.sitemaps:
                yield self._sitemap(urljoin(self.site.url, url))

    def _article(self, url: str, discovered: Discovery, *, attempts: int = 0) -> Request:
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            priority=_ARTICLE,
            cb_kwargs={"discovered": discovered, "attempts": attempts},
        )

    async def _listing(self, url: str) -> Request | None:
        """Return the request that begins to walk the listing at *url*, or ``None`` when this run has begun it."""
        root = canonical_url(url, self.site)
        if root in self._listings:
            return None
        self._listings.add(root)
        fresh_since = 0.0
        if self.window.until is None:
            since = self.window.since.isoformat() if self.window.since else None
            fresh_since = await self._ask(self.store.open_listing, root, started=self.started, since=since)
        walk = Walk(root, fresh_since)
        return Request(
            url, self.parse_listing, errback=self.listing_failed, priority=_LISTING, cb_kwargs={"walk": walk}
        )

    def _sitemap(self, url: str) -> Request:
        return Request(
            url,
            self.parse_sitemap,
            errback=self.start_failed,
            priority=_LISTING,
            meta={"download_maxsize": _SITEMAP_MAXSIZE},
        )

    def _follows(self, url: str) -> bool:
        """Say whether *url* lies under the sections that were asked for."""
        if not self.sections:
            return True
        path = urlsplit(canonical_url(url, self.site)).path.lower() + "/"
        return any(path.startswith(urlsplit(section).path.lower().rstrip("/") + "/") for section in self.sections)

    async def _sift(self, links: Iterable[Link], found_at: str, walk: Walk | None = None) -> tuple[list[Request], bool]:
        """Return requests for the articles among *links* that are wanted and unknown, and whether to walk on.

        Walking on is worth it when the page showed, for the first time in this walk, an article in the window that was
        unknown when the walk began, or when all it showed is newer than the window.
        """
        found: dict[str, tuple[Link, str, date | None]] = {}
        for link in links:
            url = canonical_url(link.url, self.site)
            key = self._key(url)
            if key in found:
                continue
            printed = date.fromisoformat(link.date[:10]) if link.date else None
            found[key] = (link, url, date_in_url(url, self.site) or printed)
        self.count("listed", sum(key not in self._seen for key in found))
        inside = {key: entry for key, entry in found.items() if entry[2] is None or entry[2] in self.window}
        self.count("outside_window", len(found) - len(inside))
        known = await self._ask(self.store.known, inside)
        refused = await self._ask(self.store.refused, inside.keys() - known.keys())
        go_on = False
        if walk is not None:
            new_to_walk = inside.keys() - walk.shown
            walk.shown.update(inside)
            go_on = any(
                key in self._seen or key not in known or known[key] >= walk.fresh_since
                for key in new_to_walk
                if key not in refused
            ) or bool(found and not inside and self._all_newer(entry[2] for entry in found.values()))
        requests = []
        for key, (link, url, _) in inside.items():
            if key in self._seen:
                continue
            self._seen.add(key)
            if key in known:
                self.count("known")
            elif key in refused:
                self.count("refused_before")
            elif self._follows(url):
                self.count("requested")
                discovered = Discovery(via=link.via, url=found_at, text=link.text or None, date=link.date)
                requests.append(self._article(url if self.site.article_url else link.url, discovered))
        return requests, go_on

    def _all_newer(self, days: Iterable[date | None]) -> bool:
        until = self.window.until
        return until is not None and all(day is not None and day > until for day in days)

    # -- callbacks ---------------------------------------------------------------------------------------------------

    async def parse_listing(self, response: Response, walk: Walk) -> AsyncIterator[Request]:
        """Follow a listing's articles, its older page while that promises more, and the listings it names."""
        self.count("listing_pages")
        self.count("start_ok")
        page = self._page(response)
        if page is None or (reason := self._refusal(page)) is not None:
            self.count(f"failed/listing: {'not HTML' if page is None else reason}")
            return
        links = classify_page(page)
        _forget_tree(response)
        requests, go_on = await self._sift((link for link in links if link.kind == "article"), response.url, walk)
        for request in requests:
            yield request
        walk.pages += 1
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
            self._walked.append(walk.root)
        for link in links:
            if link.kind == "listing" and self._follows(link.url) and (listing := await self._listing(link.url)):
                yield listing

    async def parse_feed(self, response: Response) -> AsyncIterator[Request]:
        """Follow a feed's entries."""
        self.count("start_ok")
        feed = parse_feed(response.body, response.url)
        if feed.errors:
            self.count("failed/feed: broken")
            self.logger.warning(
                "The feed %s is broken and was read as far as it goes: %s", response.url, feed.errors[0]
            )
        links = [Link(entry.url, entry.title or "", "article", "feed", entry.date) for entry in feed.entries]
        for request in (await self._sift(links, response.url))[0]:
            yield request

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Request]:
        """Follow a sitemap's articles, or the sitemaps that an index names."""
        self.count("start_ok")
        sitemap = parse_sitemap(response.body, response.url)
        if sitemap.kind == "index":
            for entry in narrow(sitemap.entries, self.window.since, self.window.until):
                yield self._sitemap(entry.url)
            return
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
                if self._is_article(entry.url)
            ]
            for request in (await self._sift(links, response.url))[0]:
                yield request
        if sitemap.errors:
            self.count("failed/sitemap: broken")
            self.logger.warning("The sitemap %s is broken, read as far as it goes: %s", response.url, sitemap.errors[0])

    def _is_article(self, url: str) -> bool:
        parts = urlsplit(canonical_url(url, self.site))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        ignored = self.site.ignore_pattern is not None and self.site.ignore_pattern.search(path)
        return not ignored and (self.site.article_pattern is None or bool(self.site.article_pattern.search(path)))

    async def parse_article(
        self, response: Response, discovered: Discovery, attempts: int, parts: tuple[Article, ...] = ()
    ) -> AsyncIterator[Request | Article]:
        """Read an article, join its further pages to it, and follow what its boxes name."""
        try:
            article, links, reason = self._read(response)
        except Exception:
            # A fault of ours on this page must cost neither the run nor, when it is mended, the article.
            self.logger.exception("Could not read %s", response.url)
            await self._defer(response.url, discovered, attempts, "error while reading")
            return
        finally:
            _forget_tree(response)
        if article is None:
            if parts:
                self.count(f"failed/article page: {reason}")
                if self._is_wanted(parts[0]):
                    yield self._finish(parts, discovered)
            elif reason == EMPTY:
                # Nothing at all is a fault that may pass, not an answer.
                await self._defer(response.url, discovered, attempts, reason)
            else:
                await self._refuse(response.url, reason, response.request.url if response.request else response.url)
            return
        redirects: list[str] = response.meta.get("redirect_urls", [])
        article.aliases = sorted({*article.aliases, *redirects} - {article.canonical_url or ""})
        parts = (*parts, article)
        boxed = [link for link in links if link.kind == "article" and link.via in _FOLLOWED_BOXES]
        requests, _ = await self._sift((link for link in boxed if self._follows(link.url)), response.url)
        if requests:
            await self._ask(self.store.defer, self.site.name, [_pending(self._key(r.url), r) for r in requests])
        further = next((link.url for link in links if link.kind == "next_page" and link.via == "article_pages"), None)
        if further and len(parts) < self.settings.getint("NEWSCRAWL_MAX_ARTICLE_PAGES"):
            yield Request(
                further,
                self.parse_article,
                errback=self.article_page_failed,
                priority=_PAGE,
                cb_kwargs={"discovered": discovered, "attempts": attempts, "parts": parts},
            )
        elif self._is_wanted(article):
            yield self._finish(parts, discovered)
        for request in requests:
            yield request

    def _read(self, response: Response) -> tuple[Article | None, list[Link], str]:
        """Return the article and the links of a page, or why it is no article."""
        page = self._page(response)
        if page is None:
            return None, [], _kind_of(response)
        if reason := self._refusal(page):
            return None, [], reason
        return load_article(page, response.url, self.site, now=datetime.now(UTC)), classify_page(page), ""

    def _is_wanted(self, article: Article) -> bool:
        day = date.fromisoformat(article.date_published[:10]) if article.date_published else None
        if day is not None and day not in self.window:
            self.count("outside_window")
            return False
        if self.max_articles is not None and self._accepted >= self.max_articles:
            return False
        self._accepted += 1
        return True

    def _finish(self, parts: tuple[Article, ...], discovered: Discovery) -> Article:
        article = join_pages(parts[0], parts[1:]) if len(parts) > 1 else parts[0]
        article.discovered = discovered
        article.fetched_at = datetime.now(UTC).isoformat(timespec="seconds")
        article.job = self.job
        return article

    # -- what went wrong ---------------------------------------------------------------------------------------------

    async def article_failed(self, failure: Failure) -> None:
        """Keep an article that could not be fetched for the next run; let go of what is gone for good."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kwargs = request.cb_kwargs
        reason = _reason(failure)
        error = failure.value
        if isinstance(error, HttpError) and error.response.status in _GONE:
            self.count(f"failed/{reason}")
            await self._ask(self.store.refuse, {self._key(request.url)}, reason)
        elif isinstance(error, IgnoreRequest) and not isinstance(error, (HttpError, ForNextRun)):
            await self._refuse(request.url, reason)
        else:
            await self._defer(request.url, kwargs["discovered"], kwargs["attempts"], reason)

    async def _defer(self, url: str, discovered: Discovery, attempts: int, reason: str) -> None:
        self.count(f"failed/{reason}")
        self.logger.info("Failed %s: %s", url, reason)
        if attempts + 1 >= self.settings.getint("NEWSCRAWL_MAX_ATTEMPTS"):
            await self._ask(self.store.refuse, {self._key(url)}, f"gave up: {reason}")
            return
        link = PendingLink(self._key(url), url, asdict(discovered), attempts + 1)
        await self._ask(self.store.defer, self.site.name, [link])

    async def article_page_failed(self, failure: Failure) -> AsyncIterator[Article]:
        """Write an article without the page of it that could not be fetched."""
        self.count(f"failed/article page: {_reason(failure)}")
        request: Request = failure.request  # type: ignore[attr-defined]
        parts: tuple[Article, ...] = request.cb_kwargs["parts"]
        if self._is_wanted(parts[0]):
            yield self._finish(parts, request.cb_kwargs["discovered"])

    def listing_failed(self, failure: Failure) -> None:
        """Count a listing that could not be fetched; its walk stays open for the next run."""
        self.count(f"failed/listing: {_reason(failure)}")
        self._start_failed(failure)

    def start_failed(self, failure: Failure) -> None:
        """Count a feed or sitemap that could not be fetched."""
        self.count(f"failed/feed or sitemap: {_reason(failure)}")
        self._start_failed(failure)

    def _start_failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        self.count("start_failed")
        self.logger.info("Failed %s: %s", request.url, _reason(failure))

    # -- signals -----------------------------------------------------------------------------------------------------

    def article_written(self, item: Any) -> None:
        """End the run when as many articles as were asked for have passed the pipelines."""
        self._written += isinstance(item, Article)
        if self.max_articles is not None and self._written == self.max_articles:
            assert self.crawler.engine is not None
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="max_articles"))

    def article_dropped(self, item: Any) -> None:
        """Make room for another article when one was dropped."""
        self._accepted -= isinstance(item, Article)

    def run_finished(self, reason: str) -> None:
        """Note which listings were walked to their end; only a run that came to its own end, all written, knows."""
        if reason == "finished" and self._walked and not Run.of(self.crawler).failed:
            since = self.window.since.isoformat() if self.window.since else None
            self.store.close_listings(self._walked, since=since)

    def _page(self, response: Response) -> Page | None:
        if not isinstance(response, TextResponse) or response.selector.type != "html":
            return None
        return Page.of(response.selector, response.url, self.site)

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


def _kind_of(response: Response) -> str:
    kind = (response.headers.get("Content-Type") or b"unknown").decode("latin-1").partition(";")[0].strip()
    return f"not HTML but {kind}"


def _forget_tree(response: Response) -> None:
    # The response and its selector hold each other: left to the garbage collector, trees pile up to half a gigabyte.
    if isinstance(response, TextResponse):
        response._cached_selector = None


def _pending(key: str, request: Request) -> PendingLink:
    return PendingLink(key, request.url, asdict(request.cb_kwargs["discovered"]), 0)


def _reason(failure: Failure) -> str:
    """Say in a few words why a request failed."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        return {404: "not found (404)", 410: "gone (410)"}.get(status, f"status {status}")
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return {"Forbidden by robots.txt": "forbidden by robots.txt", "max redirections reached": "redirect loop"}.get(
            text, text or "ignored"
        )
    names = {
        "CannotResolveHostError": "host name not found",
        "DownloadConnectionRefusedError": "connection refused",
        "DownloadTimeoutError": "timeout",
        "DownloadCancelledError": "too large",
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
