"""``scrapy verify``: a declaration held against its live site."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.extract.page import Page
from newscrawl.feeds import is_feed, parse_feed
from newscrawl.fetching import FetchedPage, StoppedError, fetch_rounds
from newscrawl.items import Article
from newscrawl.links import classify_page
from newscrawl.scaffold.declaration import with_verified
from newscrawl.scaffold.project import NoCheckoutError, Project
from newscrawl.sitemaps import is_sitemap, parse_sitemap
from newscrawl.sites import Site
from newscrawl.terminal import console, shortened, table
from newscrawl.why import explain

if TYPE_CHECKING:
    from newscrawl.fetching import Rounds

_ARTICLES = 3
_TOLD = (
    "headline", "description", "byline", "authors", "date_published", "section", "body", "images", "language",
    "publisher",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    """``robots.txt``, ``home page``, ``section``, ``feed``, ``sitemap`` or ``article``."""
    url: str
    found: str
    ok: bool


@dataclass
class Verification:
    """What a live site shows of its declaration."""

    site: Site
    now: datetime
    checks: list[Check] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all that is declared is there, and articles read well."""
        return all(check.ok for check in self.checks)

    @property
    def coverage(self) -> dict[str, int]:
        """In how many of the articles each field was found."""
        return {name: sum(bool(getattr(article, name)) for article in self.articles) for name in _TOLD}

    def rounds(self) -> Rounds:
        """Yield the addresses to fetch and take in what came."""
        site, robots = self.site, urljoin(self.site.url, "/robots.txt")
        came = yield [robots, site.url]
        self._robots(robots, came[robots])
        listings = {site.url: "home page"}
        stories = [self._listing("home page", site.url, came[site.url])]
        places = [
            (what, urljoin(site.url, url))
            for what, urls in (("section", site.sections), ("feed", site.feeds), ("sitemap", site.sitemaps))
            for url in urls
        ]
        came = yield list(dict.fromkeys(url for _, url in places if url not in listings))
        for what, url in places:
            if url in came:
                stories.append(self._place(what, url, came[url]))
        chosen = list(_by_turns(stories))[:_ARTICLES]
        if not chosen:
            self.checks.append(Check("article", site.url, "nothing that it lists is an article's address", ok=False))
            return
        came = yield chosen
        for url in chosen:
            self._article(url, came[url])

    def _robots(self, url: str, came: FetchedPage) -> None:
        found = (
            "found" if came.status == 200 else "none: all is allowed" if came.status in {404, 410} else _answer(came)
        )
        self.checks.append(Check("robots.txt", url, found, ok=came.status in {200, 404, 410}))

    def _place(self, what: str, url: str, came: FetchedPage) -> list[str]:
        if what == "section" or _failed(came):
            return self._listing(what, url, came)
        if what == "feed":
            entries = [entry.url for entry in parse_feed(came.body, came.url).entries] if is_feed(came.body) else []
            self.checks.append(Check(what, url, f"{len(entries)} entries", ok=bool(entries)))
            return entries
        sitemap = parse_sitemap(came.body, came.url) if is_sitemap(came.body) else None
        count = sum(1 for _ in sitemap.entries) if sitemap else 0
        named = "sitemaps" if sitemap and sitemap.kind == "index" else "addresses"
        self.checks.append(Check(what, url, f"{count} {named}" if sitemap else "no sitemap", ok=count > 0))
        return []

    def _listing(self, what: str, url: str, came: FetchedPage) -> list[str]:
        if _failed(came):
            self.checks.append(Check(what, url, _answer(came), ok=False))
            return []
        links = classify_page(Page.of(came.body, came.url, self.site, came.content_type))
        stories = [link.url for link in links if link.kind == "article"]
        self.checks.append(Check(what, url, f"{len(stories)} links to articles", ok=bool(stories)))
        return stories

    def _article(self, url: str, came: FetchedPage) -> None:
        if _failed(came):
            self.checks.append(Check("article", url, _answer(came), ok=False))
            return
        reading = explain(Page.of(came.body, came.url, self.site, came.content_type), now=self.now)
        article = reading.article
        missing = [name for name in ("headline", "date_published", "body") if not getattr(article, name)]
        if reading.refused or missing:
            self.checks.append(Check("article", url, reading.refused or f"no {', no '.join(missing)}", ok=False))
            return
        self.articles.append(article)
        found = f"{article.word_count} words, {article.date_published}: {article.headline}"
        self.checks.append(Check("article", url, found, ok=True))


def _by_turns(lists: list[list[str]]) -> Iterator[str]:
    seen: set[str] = set()
    for at in range(max(map(len, lists), default=0)):
        for urls in lists:
            if at < len(urls) and urls[at] not in seen:
                seen.add(urls[at])
                yield urls[at]


def _failed(came: FetchedPage) -> bool:
    return came.failure is not None or came.status != 200


def _answer(came: FetchedPage) -> str:
    return came.failure or f"status {came.status}"


class Command(ScrapyCommand):
    """Holds a declaration against its live site: what answers, what it lists, how three articles read."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        """Return how it is called."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Hold a site's declaration against the live site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--mark", action="store_true", help="when all is well, write today into the declaration")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Verify the site that *args* names; the exit code is 1 when something is amiss, 2 without a look."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy verify csmonitor")
        (name,) = args
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        if name not in loader.list():
            self._refuse(f"there is no spider called {name!r}: `scrapy list` shows them all")
            return
        site = getattr(loader.load(name), "site", None)
        if not isinstance(site, Site):
            self._refuse(f"{name} declares no site: there is nothing to verify")
            return
        verification = Verification(site, datetime.now(UTC))
        try:
            fetch_rounds(self.crawler_process, verification.rounds())
        except StoppedError as error:
            self._refuse(str(error))
            return
        if opts.json:
            print(json.dumps(_as_json(verification), ensure_ascii=False))
        else:
            _show(verification)
        if not verification.ok:
            self.exitcode = 1
        elif opts.mark:
            self._mark(name, verification.now)

    def _mark(self, name: str, now: datetime) -> None:
        day = now.date().isoformat()
        try:
            file = Project.here().spiders / f"{name}.py"
            file.write_text(with_verified(file.read_text("utf-8"), name, day), encoding="utf-8")
        except (NoCheckoutError, OSError, ValueError) as error:
            self._refuse(f'the declaration could not be marked: {error}; write verified="{day}" into it')
            return
        print(f"Marked as verified on {day}.", file=sys.stderr)

    def _refuse(self, why: str) -> None:
        print(f"verify: {why}", file=sys.stderr)
        self.exitcode = 2


def _as_json(verification: Verification) -> dict[str, Any]:
    return {
        "site": verification.site.name,
        "ok": verification.ok,
        "checks": [asdict(check) for check in verification.checks],
        "articles": len(verification.articles),
        "coverage": verification.coverage,
    }


def _show(verification: Verification) -> None:
    from rich.text import Text  # noqa: PLC0415 (no crawl needs it)

    out = console()
    checks = table("what", "address", "found")
    for check in verification.checks:
        style = "" if check.ok else "bold red"
        mark = "" if check.ok else "✗ "
        checks.add_row(check.what, Text(shortened(check.url)), Text(mark + shortened(check.found), style=style))
    out.print(checks)
    count = len(verification.articles)
    if count:
        coverage = table("field", f"in {count} articles")
        for name, found in verification.coverage.items():
            coverage.add_row(name, Text(str(found), style="" if found == count else "yellow"))
        out.print(coverage)
    wrong = sum(not check.ok for check in verification.checks)
    verdict = Text("all is well", style="green") if not wrong else Text(f"{wrong} amiss", style="bold red")
    out.print(Text(f"{verification.site.name}: "), verdict, sep="")
