"""What a run of the ``news`` spider does not ask for, because it has the answer."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.utils.test import get_crawler

from newscrawl.middlewares.robots import SharedRobotsMiddleware
from newscrawl.spiders.demo import DemoSpider
from newscrawl.store import open_store
from newscrawl.urls import url_key
from tests.crawls import run_scrapy

STORY, OLD, OLDER = (
    f"/2026/03/01/{name}-keepers-count-the-terns" for name in ("harbor", "once-harbor", "twice-harbor")
)
WALL, TO_WALL = (f"/2026/03/02/{name}-mayor-closes-the-bridge" for name in ("quiet", "loud"))
LOST, TO_LOST = (f"/2026/03/03/{name}-ferry-runs-at-night" for name in ("slow", "fast"))
MOVED = {OLDER: OLD, OLD: STORY, TO_WALL: WALL, TO_LOST: LOST}
TEXT = " ".join(f"The keepers of pier {number} counted the terns twice before breakfast." for number in range(30))
PAGES = {
    STORY: f"<title>Terns</title><body><article><h1>Keepers count the terns</h1><p>{TEXT}</p></article>",
    WALL: "<title>Just a moment...</title><body><h1>Checking your browser</h1>"
    "<script src=/challenge-platform/a.js></script>",
    "/": "<title>Paper</title><body><main>"
    + "".join(
        f"<h2><a href={path}>A headline of {path[12:].replace('-', ' ')}</a></h2>" for path in (STORY, WALL, LOST)
    )
    + "</main><footer><a href=/feeds>RSS feeds</a></footer>",
    "/sitemap_index.xml": "<urlset>"
    + "".join(f"<url><loc>{path}</loc></url>" for path in (*MOVED, STORY))
    + "</urlset>",
}


class Paper(ThreadingHTTPServer):
    """A newspaper without a robots.txt; ``log`` has the path and the validator of each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Paper

    def do_GET(self) -> None:
        self.server.log.append((self.path, self.headers["If-None-Match"]))
        body = PAGES.get(self.path, "").encode()
        moved = MOVED.get(self.path)
        unchanged = bool(body) and self.headers["If-None-Match"] == '"1"'
        self.send_response(301 if moved else 304 if unchanged else 200 if body else 404)
        if moved:
            self.send_header("Location", moved)
        if body:
            self.send_header("ETag", '"1"')
        self.send_header("Content-Type", "application/xml" if self.path.endswith(".xml") else "text/html")
        self.send_header("Content-Length", "0" if unchanged else str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def paper() -> Iterator[Paper]:
    with Paper() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def runs(
    paper: Paper, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[list[tuple[str, str | None]]], str]:
    """Return the data of two runs, what each asked for, and what the first one told."""
    data, asked, told = tmp_path_factory.mktemp("data"), [], []
    for _ in range(2):
        paper.log.clear()
        done = run_scrapy(data, "crawl", "news", "-a", f"url={paper.url}", "-s", "AUTOTHROTTLE_ENABLED=0")
        assert done.returncode == 0, done.stderr
        asked.append(list(paper.log))
        told.append(done.stderr)
    return data, asked, told[0]


def test_redirects_to_what_the_run_has_met_end_there(
    paper: Paper, runs: tuple[Path, list[list[tuple[str, str | None]]], str]
) -> None:
    data, (first, _), told = runs
    times = Counter(path for path, _ in first)
    assert times[STORY] == times["/robots.txt"] == 1
    assert "under another address" in told
    store = open_store(f"sqlite:///{data}/newscrawl.db")
    try:
        article = store.article(url_key(f"{paper.url}{STORY}"))
        assert article is not None
        assert {url_key(f"{paper.url}{path}") for path in (OLD, OLDER)} <= set(article.aliases)
    finally:
        store.close()


def test_what_led_to_no_article_is_told_with_its_reason(
    runs: tuple[Path, list[list[tuple[str, str | None]]], str],
) -> None:
    _, _, told = runs
    assert re.search(r"2 rejected: 2 bot wall", told)
    assert "not found (404)" in told
    assert len(re.findall(r"failed: ", told)) == 1


def test_a_guessed_sitemap_is_remembered(runs: tuple[Path, list[list[tuple[str, str | None]]], str]) -> None:
    _, (first, second), _ = runs
    assert [path for path, _ in first if "sitemap" in path] == ["/sitemap.xml", "/sitemap_index.xml"]
    assert [seen for seen in second if "sitemap" in seen[0]] == [("/sitemap_index.xml", '"1"')]


def test_an_unchanged_page_leads_where_it_led_before(
    runs: tuple[Path, list[list[tuple[str, str | None]]], str],
) -> None:
    _, (first, second), _ = runs
    assert ("/", '"1"') in second
    assert "/feeds" not in {path for path, _ in (*first, *second)}


def test_robots_txt_is_shared_wherever_it_stands() -> None:
    shared = SharedRobotsMiddleware()
    moved = {"dont_obey_robotstxt": True, "redirect_urls": ["https://paper.example/robots.txt"]}
    asked = Request("https://www.paper.example/robots.txt", meta=moved)
    answer = TextResponse(asked.url, body=b"Sitemap: /s.xml", request=asked)
    assert shared.process_response(asked, answer) is answer
    assert shared.process_request(asked) is None
    own = Request("https://paper.example/robots.txt")
    given = shared.process_request(own)
    assert isinstance(given, Response)
    assert (given.body, given.request) == (b"Sitemap: /s.xml", None)
    assert shared.process_request(own) is None
    page = Request("https://paper.example/")
    assert shared.process_response(page, Response(page.url)).url == page.url
    assert shared.process_request(page) is None


def test_a_redirect_to_what_was_refused_meanwhile_is_refused_too(tmp_path: Path) -> None:
    async def run() -> tuple[dict[str, str], dict[str, object]]:
        crawler = get_crawler(DemoSpider, {"NEWSCRAWL_DATA": str(tmp_path)})
        spider = DemoSpider.from_crawler(crawler)
        publication = spider.publications[0]
        wall, old = f"{publication.url}wall", f"{publication.url}old"
        await spider._refuse(publication, "section", "bot wall", wall)
        await spider._learn_alias(publication, "feed", Request(wall, meta={"redirect_urls": [old]}))
        assert not spider._led
        refused = spider.store.refused([publication.key(wall), publication.key(old)])
        spider.store.close()
        assert crawler.stats is not None
        return refused, crawler.stats.get_stats()

    refused, stats = asyncio.run(run())
    assert [*refused.values()] == ["bot wall"] * 2
    assert stats["newscrawl/rejected/bot wall"] == 2
