"""Any publication by its address: its sections, feeds and sitemaps are found, its pages read the generic way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from twisted.python.failure import Failure

from newscrawl.article import registered_domain
from newscrawl.extract.page import Page
from newscrawl.extract.refusal import unlike_article
from newscrawl.items import Article
from newscrawl.links import Link, classify_page
from newscrawl.sitemaps import is_sitemap, sitemaps_in_robots, usual_places
from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider, Publication, Walk

WAYS = frozenset({"sections", "feeds", "sitemaps", "boxes"})
# Where a publication names its sections; topics, tags and authors, named elsewhere, repeat what those list.
_SECTION_PLACES = frozenset({"nav", "header", "footer", "breadcrumb"})
_MAX_DEPTH = 3
_MAX_BARREN = 40
_MAX_FEEDS = 30
_MAX_SEGMENTS = 10
_MAX_PARAMETERS = 3


def is_trap(url: str) -> bool:
    """Say whether *url* looks as if links on its page would make it longer for ever.

    >>> is_trap("https://example.org/news/a/news/a/news/a"), is_trap("https://example.org/news/world")
    (True, False)
    """
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    names = [parameter.partition("=")[0] for parameter in parts.query.split("&") if parameter]
    return (
        len(segments) > _MAX_SEGMENTS
        or any(count > 2 for count in Counter(segments).values())
        or len(names) > _MAX_PARAMETERS
        or len(set(names)) < len(names)
    )


@cache
def described_sites() -> dict[str, Site]:
    """Return the declarations of the project's other spiders, by host."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["newscrawl.spiders"]}))
    sites: dict[str, Site] = {}
    for name in loader.list():
        site = getattr(loader.load(name), "site", None)
        if isinstance(site, Site) and not site.url.startswith("http://127."):
            sites.update(dict.fromkeys(site.all_hosts, site))
    return sites


class NewsAnySpider(NewsSpider):
    """Any news site, or several of them in one run.

    Arguments besides those of `NewsSpider`; one of the first two is required:

    - ``url``: the address of a publication, or several, comma-separated.
    - ``urls_file``: a file with such an address a line; empty lines and lines that begin with ``#`` do not count.
    - ``via``: which ways of discovery to use, comma-separated: ``sections``, ``feeds``, ``sitemaps``, ``boxes``.
    - ``max_pages``: stop when so many pages, listings and feeds among them, have been fetched.

    A publication that has a declaration of its own (`described_sites`) is read by it.
    """

    name = "news"

    def __init__(
        self,
        url: str | None = None,
        urls_file: str | None = None,
        via: str | None = None,
        max_pages: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        self._urls = [text.strip() for text in (url or "").split(",") if text.strip()]
        if urls_file:
            try:
                lines = Path(urls_file).read_text("utf-8").splitlines()
            except OSError as error:
                raise ValueError(f"urls_file={urls_file} cannot be read: {error.strerror}") from None
            self._urls += [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not self._urls:
            raise ValueError("which site? Add -a url=https://www.example.org/ or -a urls_file=sites.txt")
        self.ways = {way.strip() for way in via.split(",")} if via else set(WAYS)
        if unknown := self.ways - WAYS:
            raise ValueError(f"via={via}: {', '.join(sorted(unknown))} is no way; there are {', '.join(sorted(WAYS))}")
        try:
            self.max_pages = int(max_pages) if max_pages else None
        except ValueError:
            raise ValueError(f"max_pages={max_pages}: write a whole number") from None
        self._pages = 0
        self._feeds: dict[str, set[str]] = defaultdict(set)
        self._sitemaps: set[str] = set()
        super().__init__(**kwargs)
        # Whoever starts a run on a private address may go there (middlewares/addresses.py).
        self.start_urls = [publication.url for publication in self.publications]

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> NewsAnySpider:
        """Return the spider, connected to the run."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.page_fetched, signal=signals.response_received)
        return spider

    def publications_to_crawl(self) -> list[Publication]:
        """Return a publication for each address that was given, each registered domain once."""
        publications: dict[str, Publication] = {}
        for url in self._urls:
            address = url if "://" in url else f"https://{url}"
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"url={url}: write the address of a site, like https://www.example.org/")
            site = described_sites().get(parts.netloc)
            if site is not None:
                publications.setdefault(site.name, Publication.of(site))
            else:
                name = registered_domain(address)
                publications.setdefault(name, Publication(name, address))
        return list(publications.values())

    def domains_to_crawl(self) -> list[str]:
        """Return the registered domains of the publications."""
        domains = {urlsplit(f"//{p.name}").hostname or p.name for p in self.publications if p.site is None}
        for publication in self.publications:
            if publication.site is not None:
                domains |= {host.rpartition(":")[0] or host for host in publication.site.all_hosts}
        return sorted(domains)

    @property
    def whole(self) -> bool:
        """Whether the run deals with everything that its listings, feeds and sitemaps name."""
        return super().whole and self.ways == WAYS

    async def start_of(self, publication: Publication) -> AsyncIterator[Request]:
        """Yield the first requests: what a declaration names, else the home page and robots.txt."""
        if publication.site is not None:
            async for request in super().start_of(publication):
                yield request
            return
        if self.sections or "sections" in self.ways:
            for url in self.sections or [publication.url]:
                if listing := await self._listing(publication, url):
                    yield listing
        elif "feeds" in self.ways:
            kwargs = {"publication": publication}
            yield Request(publication.url, self.parse_front, errback=self.start_failed, cb_kwargs=kwargs)
        if "sitemaps" in self.ways and not self.sections:
            yield Request(
                urljoin(publication.url, "/robots.txt"),
                self.parse_robots,
                errback=self.no_robots,
                priority=20,
                cb_kwargs={"publication": publication},
            )

    def parse_front(self, response: Response, publication: Publication) -> list[Request]:
        """Follow the feeds that the home page names, and nothing else of it."""
        page = self._page(response, publication)
        return self.further_sources(publication, classify_page(page)) if page else []

    def parse_robots(self, response: Response, publication: Publication) -> list[Request]:
        """Follow the sitemaps that robots.txt names, else try the usual places."""
        sitemaps = sitemaps_in_robots(response.body.decode("utf-8", errors="replace"), response.url)
        return self._sitemaps_at(sitemaps, publication) or self._usual_places(publication)

    def no_robots(self, failure: Failure) -> list[Request]:
        """Try the usual places of sitemaps on a site without robots.txt."""
        request: Request = failure.request  # type: ignore[attr-defined]
        return self._usual_places(request.cb_kwargs["publication"])

    def _usual_places(self, publication: Publication) -> list[Request]:
        places = [url for url in usual_places(publication.url) if "sitemap" in urlsplit(url).path]
        # First where one has stood.
        return self._guess(publication, sorted(places, key=lambda url: url not in publication.known_sources))

    def _guess(self, publication: Publication, places: list[str]) -> list[Request]:
        if not places:
            return []
        request = self._sitemap(publication, places[0])
        kwargs = {"publication": publication, "places": places[1:]}
        return [request.replace(callback=self.parse_guess, errback=self.wrong_guess, cb_kwargs=kwargs)]

    async def parse_guess(
        self, response: Response, publication: Publication, places: list[str]
    ) -> AsyncIterator[Request]:
        """Follow a sitemap that stood where one was guessed to be."""
        if response.status == 200 and not is_sitemap(response.body):
            for request in self._guess(publication, places):
                yield request
            return
        async for request in self.parse_sitemap(response, publication):
            yield request

    def wrong_guess(self, failure: Failure) -> list[Request]:
        """Try the next place; that nothing stood at a guessed one is no failure."""
        request: Request = failure.request  # type: ignore[attr-defined]
        return self._guess(request.cb_kwargs["publication"], request.cb_kwargs["places"])

    def _sitemaps_at(self, urls: list[str], publication: Publication) -> list[Request]:
        new = [url for url in dict.fromkeys(urls) if url not in self._sitemaps]
        self._sitemaps.update(new)
        return [self._sitemap(publication, url) for url in new]

    def is_article_address(self, url: str, publication: Publication) -> bool:
        """Say whether an address of a sitemap can be an article's: not one that is walked as a listing."""
        if publication.site is not None:
            return super().is_article_address(url, publication)
        return publication.canonical(url) not in self._listings and not is_trap(url)

    def opens_listing(self, link: Link, walk: Walk) -> bool:
        """Say whether a listing is to be walked: a section by its place, near the home page, on a fruitful way."""
        if walk.publication.site is not None:
            return True
        return (
            "sections" in self.ways
            and link.via in _SECTION_PLACES
            and walk.depth < _MAX_DEPTH
            and walk.publication.barren < _MAX_BARREN
            and bool(walk.shown)
            and not is_trap(link.url)
            and (walk.depth == 0 or self._is_below(link.url, walk))
        )

    @staticmethod
    def _is_below(url: str, walk: Walk) -> bool:
        """Say whether *url* is a section of the section that is walked; the rest the home page names, or is a topic."""
        above = urlsplit(walk.root).path.rstrip("/") + "/"
        return urlsplit(walk.publication.canonical(url)).path.startswith(above)

    def further_sources(self, publication: Publication, links: list[Link]) -> list[Request]:
        """Return requests for the feeds that a page names in its head."""
        if publication.site is not None or "feeds" not in self.ways or self.sections:
            return []
        feeds = [link.url for link in links if link.kind == "feed" and link.via == "head"]
        asked = self._feeds[publication.name]
        new = [url for url in feeds if url not in asked][: max(0, _MAX_FEEDS - len(asked))]
        asked.update(new)
        return [self._feed(publication, url) for url in new]

    def not_an_article(self, page: Page, article: Article) -> str | None:
        """Say why a page that was taken for an article is none: nobody has said what this site's addresses mean."""
        if page.site is not None:
            return None
        return unlike_article(page, article, _links_of(page))

    def boxes_to_follow(self, links: list[Link]) -> list[Link]:
        """Return the links of an article's boxes, unless the run was told not to."""
        return links if "boxes" in self.ways else []

    def page_fetched(self, response: Response, request: Request, spider: NewsSpider) -> None:
        """End the run when as many pages as were allowed have been fetched."""
        self._pages += 1
        if self.max_pages is not None and self._pages == self.max_pages:
            self.end("max_pages")


def _links_of(page: Page) -> Iterator[Link]:
    """Yield the links of *page*, classified when the first is asked for: most pages need none to be told."""
    yield from classify_page(page)
