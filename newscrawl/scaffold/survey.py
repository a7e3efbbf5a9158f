"""Looking at a site: which pages to ask for, and what they show. It fetches nothing itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from newscrawl.article import registered_domain
from newscrawl.extract.page import Page
from newscrawl.feeds import is_feed, parse_feed
from newscrawl.links import Link, classify_page
from newscrawl.sitemaps import SitemapEntry, is_sitemap, parse_sitemap, sitemaps_in_robots, usual_places
from newscrawl.spiders.news import is_trap
from newscrawl.urls import canonical_url
from newscrawl.why import Reading, explain

if TYPE_CHECKING:
    from newscrawl.fetching import FetchedPage, Rounds

_MENUS = frozenset({"nav", "header", "footer", "breadcrumb"})
_MOST_SECTIONS, _MOST_BELOW, _MOST_FEEDS, _MOST_SITEMAPS = 14, 10, 14, 4
_LIKE_EACH_OTHER = 8
"""Listings in one folder that is no section itself, from which on they are topics, tags or people."""
_FEWEST_STORIES = 3
"""Links to stories that a section shows at the least."""
_ASKED_ARTICLES, _KEPT_ARTICLES = 9, 4
_FEWEST_WORDS = 60
_ONE_MAKE = 0.75
"""The part of the classes that two pages of one template share at the least."""
_NEWS = re.compile(r"news|nachrichten|actualit|noticias|notizie", re.IGNORECASE)


class NoSiteError(Exception):
    """There is nothing to look at; the message says why."""


@dataclass
class Survey:
    """What was seen of a site."""

    url: str
    """Its home page, as it was asked for; then where that led."""

    now: datetime
    sections: list[str] = field(default_factory=list)
    """Listings that its menus name and that show stories."""

    below: set[str] = field(default_factory=set)
    """Those of them that another one's page names below itself: a crawl finds them there."""

    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    readings: list[tuple[Page, Reading]] = field(default_factory=list)
    """Articles, read the generic way."""

    listing: Page | None = None
    """The section that shows most stories."""

    sure: set[str] = field(default_factory=set)
    """Addresses of articles: feeds and news sitemaps name them, or they have been read."""

    likely: set[str] = field(default_factory=set)
    """Addresses of links that look like articles'."""

    others: set[str] = field(default_factory=set)
    """Addresses of listings and of other pages of the site."""

    pages: int = 0
    """How many pages were fetched."""

    remarks: list[str] = field(default_factory=list)
    """What a person should know: what did not answer, what was not found."""

    def rounds(self) -> Rounds:
        """Yield the addresses to fetch, round by round, and take in what came.

        Raises:
            NoSiteError: the home page does not answer, or no page that it leads to reads as an article.
        """
        robots = urljoin(self.url, "/robots.txt")
        came = yield [self.url, robots]
        front = self._front(came[self.url])
        links = self._take_links(front)
        named = sitemaps_in_robots(_text(came[robots]), robots) if came[robots].status == 200 else []
        guessed = [] if named else [url for url in usual_places(self.url) if "sitemap" in urlsplit(url).path][:3]
        sections = self._sections(links)
        if left := sections[_MOST_SECTIONS:]:
            self.remarks.append(f"{len(left)} more sections were not looked at: {', '.join(left[:5])} …")
        sections = sections[:_MOST_SECTIONS]
        feeds = _head_feeds(links)
        shown: dict[str, list[Link]] = {self.url: links}
        came = yield list(dict.fromkeys([*sections, *feeds[:_MOST_FEEDS], *(named or guessed)[:_MOST_SITEMAPS]]))
        self.pages += len(came)
        children = self._take_sitemaps(came, named or guessed, named=bool(named))
        self._take_feeds(came, feeds)
        self._take_sections(came, sections, shown)

        named_below = self._below(shown)
        self.below.update(named_below)
        below = [url for url in named_below if url not in shown][:_MOST_BELOW]
        more_feeds = [url for links in shown.values() for url in _head_feeds(links) if url not in feeds]
        more_feeds = list(dict.fromkeys(more_feeds))[: _MOST_FEEDS - len(self.feeds)]
        came = yield list(dict.fromkeys([*below, *more_feeds, *children]))
        self.pages += len(came)
        self._take_sitemaps(came, children, named=False)
        self._take_feeds(came, more_feeds)
        self._take_sections(came, below, shown)
        self.sections.sort(key=[*sections, *below].index)

        chosen = self._stories(shown)
        if not chosen:
            raise NoSiteError(f"{self.url}: no link on it leads to an article; is it a newspaper's front page?")
        came = yield chosen
        self.pages += len(came)
        self._take_articles(came)
        if not self.readings:
            raise NoSiteError(f"{self.url}: none of its pages reads as an article: {'; '.join(self.remarks)}")

    def _front(self, came: FetchedPage) -> Page:
        if came.failure or came.status != 200:
            raise NoSiteError(f"{self.url} could not be fetched: {came.failure or f'status {came.status}'}")
        self.pages += 2
        self.url = came.url
        return Page.of(came.body, came.url, None, came.content_type)

    def _take_links(self, page: Page) -> list[Link]:
        links = [link for link in classify_page(page) if self._is_own(link.url) or link.kind == "feed"]
        for link in links:
            if link.kind == "article":
                self.likely.add(link.url)
            elif link.kind in {"listing", "other"}:
                self.others.add(link.url)
        return links

    def _is_own(self, url: str) -> bool:
        return registered_domain(url) == registered_domain(self.url)

    def _sections(self, links: Sequence[Link]) -> list[str]:
        """Return the listings in the menus, without whole folders of topics; what is named once."""
        menu = [link.url for link in links if link.kind == "listing" and link.via in _MENUS and not is_trap(link.url)]
        urls: dict[str, str] = {}
        for url in menu:
            if urlsplit(url).path.strip("/") and not urlsplit(url).query:
                urls.setdefault(canonical_url(url), url)
        folders = Counter(_folder(url) for url in urls.values())
        own = {urlsplit(url).path.strip("/") for url in urls.values()}
        return [
            url
            for url in urls.values()
            if (folder := _folder(url)) in own or not folder or folders[folder] < _LIKE_EACH_OTHER
        ]

    def _below(self, shown: Mapping[str, Sequence[Link]]) -> list[str]:
        """Return the listings that sections name below themselves."""
        found: dict[str, None] = {}
        for section in self.sections:
            above = urlsplit(section).path.rstrip("/") + "/"
            links = [link for link in shown[section] if urlsplit(link.url).path.startswith(above)]
            found.update(dict.fromkeys(self._sections(links)))
        return list(found)

    def _take_sections(
        self, came: Mapping[str, FetchedPage], urls: Iterable[str], shown: dict[str, list[Link]]
    ) -> None:
        for url in urls:
            page = self._page(came.get(url), url)
            if page is None:
                continue
            links = shown[url] = self._take_links(page)
            stories = _stories_of(links)
            if len(stories) < _FEWEST_STORIES:
                continue
            self.sections.append(url)
            if self.listing is None or len(stories) > len(_stories_of(classify_page(self.listing))):
                self.listing = page

    def _take_feeds(self, came: Mapping[str, FetchedPage], urls: Iterable[str]) -> None:
        for url in urls:
            got = came.get(url)
            if got is None or got.status != 200 or not is_feed(got.body):
                if got is not None:
                    self.remarks.append(f"{url} is named as a feed and is none ({_what_came(got)})")
                continue
            entries = [entry.url for entry in parse_feed(got.body, got.url).entries if self._is_own(entry.url)]
            if entries:
                self.feeds.append(url)
                self.sure.update(entries)

    def _take_sitemaps(self, came: Mapping[str, FetchedPage], urls: Sequence[str], *, named: bool) -> list[str]:
        """Take in sitemaps; return those that an index names and that are worth a look: for news, else the newest."""
        children: list[str] = []
        for url in urls:
            got = came.get(url)
            if got is None:
                continue
            if got.status != 200 or not is_sitemap(got.body):
                if named:
                    self.remarks.append(f"robots.txt names {url}, which is no sitemap ({_what_came(got)})")
                continue
            sitemap = parse_sitemap(got.body, got.url)
            entries = list(sitemap.entries)
            news = [entry for entry in entries if entry.news_date or entry.news_title]
            if sitemap.kind == "index":
                recent = sorted(entries, key=_changed, reverse=True)[:1]
                for_news = [entry for entry in entries if _NEWS.search(urlsplit(entry.url).path.rpartition("/")[2])]
                children += [entry.url for entry in for_news[:2] or recent]
                self.sitemaps.append(url)
            elif news:
                self.sitemaps.append(url)
                self.sure.update(entry.url for entry in news)
            elif named:
                self.sitemaps.append(url)
        return children

    def _stories(self, shown: Mapping[str, Sequence[Link]]) -> list[str]:
        """Return articles to look at, by turns from each section, the surest first."""
        turns = [[link.url for link in _stories_of(links)] for links in shown.values()]
        for stories in turns:
            stories.sort(key=self.sure.__contains__, reverse=True)
        found: dict[str, str] = {}
        for at in range(max(map(len, turns), default=0)):
            for stories in turns:
                if at < len(stories) and not is_trap(stories[at]):
                    found.setdefault(canonical_url(stories[at]), stories[at])
        return [url for url in found.values() if self._is_own(url)][:_ASKED_ARTICLES]

    def _take_articles(self, came: Mapping[str, FetchedPage]) -> None:
        for url, got in came.items():
            page = self._page(got, url)
            if page is None:
                continue
            self._take_links(page)
            reading = explain(page, now=self.now)
            article = reading.article
            if reading.refused or not article.date_published or article.word_count < _FEWEST_WORDS:
                self.remarks.append(f"{url} was passed over: {reading.refused or 'it has no date, or hardly a text'}")
                continue
            self.sure.add(url)
            self.readings.append((page, reading))

    def _page(self, got: FetchedPage | None, url: str) -> Page | None:
        if got is None:
            return None
        if got.failure or got.status != 200:
            self.remarks.append(f"{url}: {_what_came(got)}")
            return None
        return Page.of(got.body, got.url, None, got.content_type)

    def samples(self) -> list[tuple[Page, Reading]]:
        """Return the articles to keep: one of each template first, then of other sections."""
        makes: list[frozenset[str]] = []
        first: list[tuple[Page, Reading]] = []
        rest: list[tuple[Page, Reading]] = []
        for page, reading in self.readings:
            make = frozenset(name for element in page.elements for name in (element.get("class") or "").split())
            if any(_shared(make, other) >= _ONE_MAKE for other in makes):
                rest.append((page, reading))
            else:
                makes.append(make)
                first.append((page, reading))
        known = {reading.article.section for _, reading in first}
        rest.sort(key=_is_of(known))
        return [*first, *rest][:_KEPT_ARTICLES]


def _is_of(sections: set[str | None]) -> Callable[[tuple[Page, Reading]], bool]:
    def is_of(sample: tuple[Page, Reading]) -> bool:
        return sample[1].article.section in sections

    return is_of


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _folder(url: str) -> str:
    """Return the path above the last part."""
    return urlsplit(url).path.strip("/").rpartition("/")[0]


def _text(came: FetchedPage) -> str:
    return came.body.decode("utf-8", errors="replace")


def _what_came(came: FetchedPage) -> str:
    return came.failure or (f"status {came.status}" if came.status != 200 else came.content_type or "no type given")


def _head_feeds(links: Iterable[Link]) -> list[str]:
    """Return the feeds in a page's head; WordPress names that of its readers' comments, too."""
    feeds = (link.url for link in links if link.kind == "feed" and link.via == "head")
    return [url for url in feeds if "/comments/" not in url]


def _stories_of(links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.kind == "article" and link.via not in _MENUS]


def _changed(entry: SitemapEntry) -> str:
    return entry.lastmod or ""
