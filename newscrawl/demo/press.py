"""Which address shows what: a path in, a complete answer out. It serves nothing and keeps no state but its cache."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import unquote

from newscrawl.demo import era2010, era2014, era2020, feeds, trap_pages, variants
from newscrawl.demo.markup import (
    SERVICE_PAGES,
    Edition,
    Entry,
    Listing,
    children,
    entry_of,
    text,
    top_sections,
)
from newscrawl.demo.stories import PAGE_SIZE, PUBLISHER, SECTIONS, Era, Newspaper, Section, Story, listing_path
from newscrawl.demo.trap_pages import notice
from newscrawl.demo.traps import ENDLESS_SECTION, LOOP_BACK, TRAPS

_ARTICLES: dict[Era, Callable[[Newspaper, Edition, Story, int], str]] = {
    "2010": era2010.article,
    "2012": era2010.article,
    "2014": era2014.article,
    "2020": era2020.article,
}
# A listing is made with the template of its newest story.
_LISTINGS: dict[Era, Callable[[Edition, Listing], str]] = {
    "2010": era2010.listing,
    "2012": era2010.listing,
    "2014": era2014.listing,
    "2020": era2020.listing,
}
# Traps without an end must not fill the memory.
_CACHED_PAGES = 20_000
_OFFSET = re.compile(r"^(?P<section>/.+?)/\(offset\)/(?P<offset>\d+)(?:/\(view\)/all)?$")
_PAGE = re.compile(r"^(?P<path>/.+)/\(page\)/(?P<page>\d+)$")
_CALENDAR = re.compile(r"^/calendar/(?P<year>\d{4})/(?P<month>\d{2})(?P<day>/\d{2})?$")
_ARTICLE_LIKE = re.compile(r"^(?:/proof)?(?P<section>/.+?)/\d{4}/\d{4}/")
_SITEMAP = re.compile(r"^/sitemap-(?P<year>\d{4})-auto-1\.xml(?:\.gz)?$")
# What every picture is answered with: nobody looks at it.
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    busy_first: bool = False
    """The first request for it is to be answered with 503."""
    slow: bool = False
    """It is to be sent late."""


@dataclass
class Press:
    """Prints the pages of a newspaper for one pair of addresses; pages are kept until the newspaper changes."""

    newspaper: Newspaper
    edition: Edition
    crawl_delay: float = 0.05
    _version: int = field(init=False, default=-1)
    _cache: dict[tuple[bool, str], Reply] = field(init=False, default_factory=dict)
    _stories: dict[str, Story] = field(init=False, default_factory=dict)
    _copies: dict[str, Story] = field(init=False, default_factory=dict)
    _moved: dict[str, Story] = field(init=False, default_factory=dict)

    def get(self, target: str, *, mobile: bool = False) -> Reply:
        """Return the answer for the request target *target* (a path, perhaps with a query, as sent)."""
        if self._version != self.newspaper.version:
            self._read()
        path = target.partition("?")[0]
        key = (mobile, path)
        reply = self._cache.get(key)
        if reply is None:
            reply = self._mobile(unquote(path)) if mobile else self._page(path)
            if len(self._cache) >= _CACHED_PAGES:
                self._cache.clear()
            self._cache[key] = reply
        return reply

    def _read(self) -> None:
        self._cache.clear()
        self._stories = {s.path: s for s in self.newspaper.stories}
        self._copies = {path: s for s in self.newspaper.stories for path in s.copies}
        self._moved = {s.moved_from: s for s in self.newspaper.stories if s.moved_from}
        self._version = self.newspaper.version

    def _reply(self, html: str | bytes, changed: datetime, content_type: str = "text/html; charset=utf-8") -> Reply:
        body = html.encode() if isinstance(html, str) else html
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        stamp = format_datetime(changed.astimezone(UTC).replace(microsecond=0), usegmt=True)
        return Reply(200, body, content_type, etag=etag, last_modified=stamp)

    @property
    def _latest(self) -> datetime:
        return max(s.changed_at for s in self.newspaper.stories)

    def _page(self, raw: str) -> Reply:
        path = unquote(raw)
        if (story := self._stories.get(path)) is not None:
            return self._story(story)
        if story := self._copies.get(path):
            return self._reply(self._article(story, 1), story.changed_at)
        if story := self._moved.get(path):
            return Reply(301, location=self.edition.url(story.path))
        if path in self.newspaper.withdrawn:
            return Reply(410, notice("This story has been withdrawn", "<p>It is no longer part of the Courier.</p>"))
        if path.startswith("/var/"):
            return Reply(200, PIXEL, "image/gif")
        for answer in (self._machine, self._trap, self._other_form, self._listing, self._service):
            if (reply := answer(path)) is not None:
                return reply
        return Reply(404, notice("Page not found", "<p>The tide has taken this page, or there never was one.</p>"))

    def _article(self, story: Story, page: int) -> str:
        return _ARTICLES[story.era](self.newspaper, self.edition, story, page)

    def _story(self, story: Story) -> Reply:
        html = self._article(story, 1)
        reply = self._reply(html, story.changed_at)
        busy, slow = story.path == self.newspaper.busy_path, story.path == self.newspaper.slow_path
        content_type, body = reply.content_type, reply.body
        match story.charset:
            case "lying header":
                content_type = "text/html; charset=ISO-8859-1"
            case "lying meta":
                content_type = "text/html"
                body = html.replace('<meta charset="utf-8">', '<meta charset="iso-8859-1">').encode()
            case "lying both":
                body = html.encode("cp1252", errors="xmlcharrefreplace")
        return Reply(200, body, content_type, None, reply.etag, reply.last_modified, busy_first=busy, slow=slow)

    def _machine(self, path: str) -> Reply | None:
        paper, edition = self.newspaper, self.edition
        if path == "/robots.txt":
            return Reply(200, feeds.robots(edition, self.crawl_delay).encode(), "text/plain; charset=utf-8")
        if path == "/sitemap-index.xml":
            return self._reply(feeds.sitemap_index(paper, edition), self._latest, "application/xml")
        if path == "/sitemap-news-auto-1.xml":
            return self._reply(feeds.news_sitemap(paper, edition), self._latest, "application/xml")
        if (match := _SITEMAP.match(path)) and int(match["year"]) in feeds.sitemap_years(paper):
            year = int(match["year"])
            if path != feeds.sitemap_path(year):
                return None
            xml = feeds.sitemap(paper, edition, year)
            last = max(s.changed_at for s in paper.stories if s.published.year == year)
            if path.endswith(".gz"):
                return self._reply(gzip.compress(xml.encode(), mtime=0), last, "application/gzip")
            return self._reply(xml, last, "application/xml")
        name = path.removeprefix("/feeds/")
        if path.startswith("/feeds/") and name in feeds.feed_names():
            return self._reply(feeds.rss(paper, edition, name), self._latest, "application/rss+xml; charset=utf-8")
        return None

    def _trap(self, path: str) -> Reply | None:
        if match := _CALENDAR.match(path):
            year, month = int(match["year"]), int(match["month"])
            return Reply(200, trap_pages.calendar(year, month, one_day=match["day"] is not None))
        if path.startswith("/proof/"):
            return Reply(200, notice("A draft", trap_pages.DRAFT))
        if "/(view)/{concat(" in path:
            world = SECTIONS[0]
            # Every page links to itself with the unrendered piece once more.
            deeper = f"{path.replace('{', '%7B').replace('}', '%7D')}/(view)/%7Bconcat($node.url_alias)%7D"
            return self._reply(self._print_listing(world, 0, (Entry(deeper, "More in World"),)), self._latest)
        trap = next((t for t in TRAPS if t.path == path), None)
        if path == LOOP_BACK:
            return Reply(302, location=self.edition.url(next(t.path for t in TRAPS if t.name == "redirect loop")))
        if trap is None:
            return None
        match trap.name:
            case "not found":
                return Reply(404, notice("Page not found", "<p>The tide has taken this page.</p>"))
            case "gone":
                return Reply(410, notice("Gone", "<p>This story has been taken back.</p>"))
            case "error":
                return Reply(500, notice("Something went wrong", "<p>The presses have stopped.</p>"))
            case "redirect loop":
                return Reply(302, location=self.edition.url(LOOP_BACK))
            case "soft 404":
                return Reply(200, trap_pages.soft_404(self.newspaper.most_viewed(path)))
            case "bot wall":
                return Reply(200, trap_pages.BOT_WALL)
            case "empty":
                return Reply(200)
            case "huge":
                return Reply(200, trap_pages.huge(self.edition, trap))
            case "pdf":
                return Reply(200, trap_pages.PDF, "application/pdf")
            case "login":
                return Reply(200, trap_pages.login(self.edition, trap))
            case "consent":
                return Reply(200, trap_pages.consent())
            case _:
                return None

    def _other_form(self, path: str) -> Reply | None:
        for prefix, maker in (
            ("/layout/set/print", variants.printed),
            ("/layout/set/text", variants.plain),
            ("/text_edition", variants.plain),
            ("/layout/set/amphtml", variants.amp),
        ):
            rest = path.removeprefix(prefix)
            if path.startswith(prefix + "/") and (story := self._stories.get(rest) or self._by_number(rest)):
                return self._reply(maker(self.edition, story), story.changed_at)
        if (match := _PAGE.match(path)) and (story := self._stories.get(match["path"])):
            page = int(match["page"])
            if 1 <= page <= len(story.pages):
                return self._reply(self._article(story, page), story.changed_at)
        return None

    def _by_number(self, rest: str) -> Story | None:
        number = rest.removeprefix("/content/view/print/")
        if number == rest or not number.isdecimal():
            return None
        return next((s for s in self.newspaper.stories if 300_000 + s.number == int(number)), None)

    def _listing(self, path: str) -> Reply | None:
        if path == "/":
            return self._reply(self._front(), self._latest)
        offset = 0
        if match := _OFFSET.match(path):
            path, offset = match["section"], int(match["offset"])
        section = next((s for s in SECTIONS if s.path == path), None)
        if section is not None:
            return self._reply(self._print_listing(section, offset), self._latest)
        small = next((s for s in SECTIONS if s.path.lower() == path), None)
        return Reply(301, location=self.edition.url(small.path)) if small else None

    def _print_listing(self, section: Section, offset: int, extra: tuple[Entry, ...] = ()) -> str:
        stories = self.newspaper.in_section(section)
        last = (len(stories) - 1) // PAGE_SIZE * PAGE_SIZE
        offset -= offset % PAGE_SIZE
        start = min(offset, last)
        shown = stories[start : start + PAGE_SIZE]
        entries = [entry_of(s) for s in shown]
        if start == 0:
            # Traps stand among the stories, where a reader would meet them.
            for number, trap in enumerate(t for t in TRAPS if _home_of(t.path) == section.path):
                entries.insert(3 + 5 * number, Entry(trap.path, trap.title, section=section))
            copies = [Entry(path, s.headline, s.dek, s.published, s.section) for s in stories for path in s.copies]
            moved = [Entry(s.moved_from, s.headline, s.dek, s.published, s.section) for s in stories if s.moved_from]
            entries[6:6] = copies + moved
        endless = section.path == ENDLESS_SECTION
        older = None
        if offset + PAGE_SIZE < len(stories) or endless:
            older = listing_path(section, offset + PAGE_SIZE)
        newer = listing_path(section, max(0, offset - PAGE_SIZE)) if offset else None
        page = Listing(
            path=listing_path(section, offset),
            title=section.name,
            section=section,
            entries=tuple(entries),
            most_viewed=tuple(entry_of(s, "?cmpid=mostviewed") for s in self.newspaper.most_viewed(section.path)),
            mobile=tuple(
                Entry(self.edition.mobile + s.path, s.headline)
                for s in self.newspaper.most_viewed(section.path + "/mobile")[:3]
            ),
            more=self._side(section) + extra,
            sections=tuple(children(section)),
            newer=newer,
            older=older,
        )
        return _LISTINGS[shown[0].era](self.edition, page)

    def _side(self, section: Section) -> tuple[Entry, ...]:
        endless = (t for t in TRAPS if t.expect == "bounded")
        return tuple(Entry(t.path, t.title) for t in endless if t.path.startswith(("/calendar/", f"{section.path}/(")))

    def _front(self) -> str:
        listed = [s for s in self.newspaper.stories if "listing" in s.ways]
        page = Listing(
            path="/",
            title=PUBLISHER,
            section=None,
            entries=tuple(entry_of(s) for s in listed[:15]),
            most_viewed=tuple(entry_of(s, "?cmpid=mostviewed") for s in self.newspaper.most_viewed("/")),
            mobile=tuple(
                Entry(self.edition.mobile + s.path, s.headline) for s in self.newspaper.most_viewed("/mobile")[:3]
            ),
            more=(Entry("/calendar/2031/05", "Calendar of events"), Entry("/e-paper", "Today's paper as a PDF")),
            sections=tuple(top_sections()),
        )
        return era2020.listing(self.edition, page)

    def _service(self, path: str) -> Reply | None:
        if path == "/rss":
            return Reply(200, notice("RSS feeds", feeds.directory(self.edition)))
        name = dict(SERVICE_PAGES).get(path)
        if name is None and path.startswith(("/About/", "/share", "/content/")):
            name = path.rpartition("/")[2].replace("-", " ").capitalize()
        if name is None:
            return None
        return Reply(200, notice(name, f"<p>{text(name)}: what {PUBLISHER} has to say about it fits in one line.</p>"))

    def _mobile(self, path: str) -> Reply:
        if path == "/":
            return self._reply(variants.mobile_front(self.newspaper, self.edition), self._latest)
        if path == "/robots.txt":
            return Reply(200, b"User-agent: *\nDisallow: /proof/\n", "text/plain; charset=utf-8")
        if story := self._stories.get(path):
            return self._reply(variants.mobile(self.newspaper, self.edition, story), story.changed_at)
        return Reply(302, location=self.edition.url(path))


def _home_of(path: str) -> str | None:
    """Return the section that lists the article-like *path*.

    >>> _home_of("/proof/World/2024/0506/A-draft"), _home_of("/calendar/2031/05")
    ('/World', None)
    """
    match = _ARTICLE_LIKE.match(path)
    return match["section"] if match else None
