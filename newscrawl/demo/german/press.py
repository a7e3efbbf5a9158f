"""Which address of the German paper shows what: a path in, a complete answer out."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs

from newscrawl.demo.german import feeds, templates, trap_pages
from newscrawl.demo.german.stories import ALL_WAYS, PAGE_SIZE, PUBLISHER, SECTIONS, GermanNewspaper, Section, Story
from newscrawl.demo.german.templates import Entry, Listing, entry_of
from newscrawl.demo.german.traps import LOOP_BACK, TRAPS
from newscrawl.demo.markup import Edition, text
from newscrawl.demo.press import PIXEL, Reply

# Traps without an end must not fill the memory.
_CACHED_PAGES = 20_000
_CALENDAR = re.compile(r"^/veranstaltungen/(?P<year>\d{4})/(?P<month>\d{2})(?P<day>/\d{2})?$")
_REPEATED = re.compile(r"^/lokales/altstadt(?:/altstadt)+$")
_ALTSTADT = next(s for s in SECTIONS if s.path == "/lokales/altstadt")
_PAGE_TRAPS = tuple(t for t in TRAPS if t.expect in {"failed", "rejected"})


@dataclass
class GermanPress:
    """Prints the pages of the German paper; pages are kept until the paper changes."""

    newspaper: GermanNewspaper
    edition: Edition
    crawl_delay: float = 0.05
    _version: int = field(init=False, default=-1)
    _cache: dict[str, Reply] = field(init=False, default_factory=dict)
    _stories: dict[str, Story] = field(init=False, default_factory=dict)

    def get(self, target: str, *, mobile: bool = False) -> Reply:
        """Return the answer for the request target *target* (a path, perhaps with a query, as sent).

        *mobile* makes no difference: the paper has one edition for all screens.
        """
        if self._version != self.newspaper.version:
            self._cache.clear()
            self._stories = {s.path: s for s in self.newspaper.stories}
            self._version = self.newspaper.version
        path, _, query = target.partition("?")
        page = (parse_qs(query).get("seite") or ["1"])[0]
        key = target if path == "/suche" else f"{path}?{page}"
        reply = self._cache.get(key)
        if reply is None:
            reply = self._page(path, int(page) if page.isdecimal() else 1, query)
            if len(self._cache) >= _CACHED_PAGES:
                self._cache.clear()
            self._cache[key] = reply
        return reply

    def _reply(self, html: str | bytes, changed: datetime, content_type: str = "text/html; charset=utf-8") -> Reply:
        body = html.encode() if isinstance(html, str) else html
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        stamp = format_datetime(changed.astimezone(UTC).replace(microsecond=0), usegmt=True)
        return Reply(200, body, content_type, etag=etag, last_modified=stamp)

    @property
    def _latest(self) -> datetime:
        return max(s.changed_at for s in self.newspaper.stories)

    def _page(self, path: str, page: int, query: str) -> Reply:
        if (story := self._stories.get(path)) is not None:
            if page > len(story.pages):
                return self._missing()
            return self._reply(templates.article(self.newspaper, self.edition, story, page), story.changed_at)
        if path in self.newspaper.withdrawn:
            return Reply(410, trap_pages.notice("Nicht mehr verfügbar", "<p>Dieser Artikel wurde zurückgezogen.</p>"))
        if path.startswith("/img/"):
            return Reply(200, PIXEL, "image/gif")
        for answer in (self._machine(path), self._trap(path, query), self._listing(path, page), self._service(path)):
            if answer is not None:
                return answer
        return self._missing()

    def _missing(self) -> Reply:
        return Reply(404, trap_pages.notice("Seite nicht gefunden", "<p>Hier steht nichts.</p>"))

    def _machine(self, path: str) -> Reply | None:
        paper, edition = self.newspaper, self.edition
        if path == "/robots.txt":
            return Reply(200, feeds.robots(paper, edition, self.crawl_delay).encode(), "text/plain; charset=utf-8")
        if path == "/rss/alle.xml":
            return self._reply(feeds.rss(paper, edition), self._latest, "application/rss+xml; charset=utf-8")
        if path.startswith("/atom/"):
            section = next((s for s in SECTIONS if feeds.feed_path(s) == path), None)
            if section is None:
                return None
            return self._reply(feeds.atom(paper, edition, section), self._latest, "application/atom+xml; charset=utf-8")
        if not path.startswith("/sitemaps/"):
            return None
        year = feeds.sitemap_paths(paper).get(path)
        if year is not None:
            xml = feeds.sitemap(paper, edition, year)
        elif path == feeds.SITEMAP_INDEX:
            xml = feeds.sitemap_index(paper, edition)
        elif path == feeds.NEWS_SITEMAP:
            xml = feeds.news_sitemap(paper, edition)
        elif path == "/sitemaps/rubriken.xml":
            xml = feeds.section_sitemap(edition)
        else:
            return None
        return self._reply(xml, self._latest, "application/xml")

    def _trap(self, path: str, query: str) -> Reply | None:
        if match := _CALENDAR.match(path):
            one_day = match["day"] is not None
            return Reply(200, trap_pages.calendar(int(match["year"]), int(match["month"]), one_day=one_day))
        if _REPEATED.match(path):
            return self._reply(self._section(_ALTSTADT, 1, path), self._latest)
        if path == "/suche":
            return Reply(200, trap_pages.search(query or "q=", self._open()[:12]))
        if path.startswith("/intern/"):
            return Reply(200, trap_pages.notice("Entwurf", "<p>Nicht für Leser bestimmt, sagt robots.txt.</p>"))
        if path == LOOP_BACK:
            return Reply(302, location=self.edition.url(next(t.path for t in TRAPS if t.name == "redirect loop")))
        trap = next((t for t in TRAPS if t.path == path), None)
        match trap.name if trap else "":
            case "gone":
                return Reply(410, trap_pages.notice("Nicht mehr verfügbar", "<p>Dieser Artikel ist gelöscht.</p>"))
            case "error":
                return Reply(500, trap_pages.notice("Ein Fehler ist aufgetreten", "<p>Die Rotation steht still.</p>"))
            case "redirect loop":
                return Reply(302, location=self.edition.url(LOOP_BACK))
            case "soft 404":
                return Reply(200, trap_pages.soft_404(self.newspaper.most_read(path)))
            case "bot wall":
                return Reply(200, trap_pages.BOT_WALL)
            case "consent":
                return Reply(200, trap_pages.consent())
            case "login":
                assert trap is not None
                return Reply(200, trap_pages.login(self.edition, trap))
            case "dossier":
                assert trap is not None
                stories = [s for s in self.newspaper.in_section(_ALTSTADT) if s.ways == ALL_WAYS][:12]
                return Reply(200, trap_pages.dossier(self.edition, trap, stories))
            case "empty":
                return Reply(200)
            case "e-paper" | "classified":
                assert trap is not None
                return Reply(200, trap_pages.service(trap.title))
            case _:
                return None

    def _open(self) -> list[Story]:
        return [s for s in self.newspaper.stories if s.ways == ALL_WAYS]

    def _listing(self, path: str, page: int) -> Reply | None:
        section = next((s for s in SECTIONS if s.path == path), None)
        if path == "/":
            html = self._front()
        elif section is not None:
            if page > self._last_page(section):
                return self._missing()
            html = self._section(section, page, path)
        elif path.startswith("/thema/"):
            name = self.newspaper.topics().get(path.removeprefix("/thema/"))
            if name is None:
                return None
            html = self._plain_listing(path, name, self.newspaper.on_topic(name), "Alle Artikel zum Thema")
        elif path.startswith("/autor/"):
            name = self.newspaper.writers().get(path.removeprefix("/autor/"))
            if name is None:
                return None
            html = self._plain_listing(path, name, self.newspaper.by_author(name), "Redaktion. Alle Beiträge von")
        else:
            return None
        return self._reply(html, self._latest)

    def _last_page(self, section: Section) -> int:
        return max(1, -(-len(self.newspaper.in_section(section)) // PAGE_SIZE))

    def _section(self, section: Section, page: int, path: str) -> str:
        stories = self.newspaper.in_section(section)
        shown = stories[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        entries = [entry_of(s) for s in shown]
        if page == 1:
            # Traps stand among the stories, where a reader would meet them.
            for number, trap in enumerate(_PAGE_TRAPS[SECTIONS.index(section) :: len(SECTIONS)]):
                entries.insert(2 + 4 * number, Entry(trap.path, trap.title))
        extra: tuple[tuple[str, str], ...] = (("/kleinanzeigen", "Kleinanzeigen"), ("/suche?q=ammel", "Suche: Ammel"))
        if section is _ALTSTADT:
            # Written without a slash in front: relative to the page, so it grows.
            extra += (("altstadt/altstadt", "Mehr aus der Altstadt"),)
        own = f"{section.path}?seite="
        return templates.listing(
            self.edition,
            Listing(
                path=path if page == 1 else f"{own}{page}",
                title=section.name,
                groups=(("", tuple(entries)),),
                most_read=tuple(self.newspaper.most_read(section.path)),
                newest=tuple(self._open()[:6]),
                below=tuple((s.path, s.name) for s in templates.children(section)),
                extra=extra,
                feed=feeds.feed_path(section),
                newer=(f"{own}{page - 1}" if page > 2 else section.path) if page > 1 else None,
                older=f"{own}{page + 1}" if page < self._last_page(section) else None,
            ),
        )

    def _plain_listing(self, path: str, name: str, stories: list[Story], intro: str) -> str:
        return templates.listing(
            self.edition,
            Listing(
                path=path,
                title=name,
                groups=(("", tuple(entry_of(s) for s in stories)),),
                most_read=tuple(self.newspaper.most_read(path)),
                newest=tuple(self._open()[:6]),
                intro=f"<p>{text(intro)} {text(name)}</p>",
            ),
        )

    def _front(self) -> str:
        """Return the front page: the newest stories of every section, topics, and a way into every trap."""
        groups = [("Aktuell", tuple(entry_of(s) for s in self._open()[:8]))]
        for section in templates.top_sections():
            listed = self.newspaper.in_section(section)[:4]
            groups.append((section.name, tuple(entry_of(s) for s in listed)))
        by_name = {t.name: t for t in TRAPS}
        extra = tuple(
            (by_name[name].path, by_name[name].title) for name in ("calendar", "forbidden", "classified", "e-paper")
        )
        return templates.listing(
            self.edition,
            Listing(
                path="/",
                title=PUBLISHER,
                groups=tuple(groups),
                most_read=tuple(self.newspaper.most_read("/")),
                newest=tuple(self._open()[:10]),
                below=tuple((f"/thema/{slug}", name) for slug, name in self.newspaper.topics().items()),
                extra=extra,
                feed="/rss/alle.xml",
            ),
        )

    def _service(self, path: str) -> Reply | None:
        if path == "/feeds":
            rows = "".join(f'<li><a href="{feeds.feed_path(s)}">{text(s.name)} (Atom)</a></li>' for s in SECTIONS)
            return Reply(
                200, trap_pages.notice("RSS-Feeds", f'<ul><li><a href="/rss/alle.xml">Alle</a></li>{rows}</ul>')
            )
        name = dict(templates.SERVICE_PAGES).get(path)
        return Reply(200, trap_pages.service(name)) if name else None
