"""What the network can do to a run: each answer ends with a reason, and the run goes on."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from types import SimpleNamespace

import brotli
import pytest
from backports import zstd
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import Settings

from benchmarks._hostile import HEADLINE, HOME, INPUTS, Input, host_of, serving
from benchmarks.hostile import Outcome, read
from benchmarks.hostile import crawl as crawl_papers
from newscrawl.article import load_article
from newscrawl.downloading import HEAD_MAXSIZE
from newscrawl.extract.page import Page, text_of
from newscrawl.extract.refusal import is_too_much
from newscrawl.feeds import MAX_ENTRIES, parse_feed
from newscrawl.links import classify_links
from newscrawl.middlewares.addresses import FOREIGN_SCHEME, PRIVATE, AddressGuardMiddleware
from newscrawl.middlewares.compression import TOO_LARGE
from newscrawl.sites import Site
from tests.netlab import Ended, Lab, Seen, crawl, reply

MAXSIZE = 1024 * 1024
TIMEOUT = 2.0
_ZEROS = bytes(64 * MAXSIZE)
_CHUNK = b"10000\r\n" + bytes(0x10000) + b"\r\n"
_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


def _layered(times: int) -> bytes:
    body = b"<p>Deep."
    for _ in range(times):
        body = gzip.compress(body)
    return body


def _packed(encoding: str) -> bytes:
    if encoding == "br":
        packer = brotli.Compressor(quality=1)
        return bytes(packer.process(_ZEROS) + packer.finish())
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "zstd": zstd.compress,
    }
    return pack[encoding](_ZEROS)


async def _pour(writer: asyncio.StreamWriter, head: bytes, piece: bytes, *, pause: float = 0.0) -> None:
    writer.write(head)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


async def _silence() -> None:
    await asyncio.Event().wait()


class Hostile:
    """The server, by path."""

    def __init__(self) -> None:
        self.bombs = {encoding: _packed(encoding) for encoding in ("gzip", "deflate", "br", "zstd")}
        self.lab: Lab

    def __call__(self, seen: Seen, writer: asyncio.StreamWriter) -> Awaitable[None] | None:
        kind, _, rest = seen.path.removeprefix("/").partition("/")
        port = self.lab.port
        match kind:
            case "robots.txt":
                # The last line lies beyond what is read.
                reply(writer, b"User-agent: *\nDisallow: /never\n" + b"# padding\n" * 60_000 + b"Disallow: /\n")
            case "bomb":
                reply(writer, self.bombs[rest], Content_Encoding=rest)
            case "layers":
                times = int(rest)
                reply(writer, _layered(times), Content_Encoding=", ".join(["gzip"] * times))
            case "not-packed":
                reply(writer, b"<p>Plain text.", Content_Encoding=rest)
            case "large":
                return _pour(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 31457280\r\n\r\n", bytes(0x10000))
            case "endless":
                return _pour(writer, _CHUNKED, _CHUNK)
            case "endless-head":
                return _pour(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: of the same\r\n" * 100, pause=0.01)
            case "drip":
                return _pour(writer, _CHUNKED, b"1\r\nx\r\n", pause=0.1)
            case "drip-head":
                return _pour(writer, b"HTTP/1.1 200 OK\r\n", b"x", pause=0.1)
            case "silent":
                return _silence()
            case "short":
                reply(writer, b"<p>Cut", Content_Length="4000")
            case "not-http":
                writer.write(b"\x00\xff SSH-2.0-nothing\r\n\r\n")
            case "says":
                reply(writer, b"%PDF-1.7\n\x00\x01", Content_Type=rest)
            case "html-as":
                reply(writer, b"<!doctype html><title>A page</title><p>Text.", Content_Type=rest)
            case "to":
                targets = {
                    "metadata": "http://169.254.169.254/latest/meta-data/",
                    "ten": "http://10.0.0.1/",
                    "loopback": f"http://127.0.0.1:{port}/inside",
                    "localhost": f"http://localhost:{port}/inside",
                    "six": f"http://[::ffff:127.0.0.1]:{port}/inside",
                    "decimal": f"http://2130706433:{port}/inside",
                    "name": f"http://inside.example:{port}/inside",
                    "file": "file:///etc/passwd",
                    "ftp": "ftp://127.0.0.1/inside",
                    "broken": "http://[nonsense/",
                    "itself": "/to/itself",
                }
                reply(writer, b"", status=302, Location=targets[rest])
            case _:
                reply(writer)
        return None


TIMED_OUT = "took longer than"
REASONS = [
    ("/bomb/gzip", ["IgnoreRequest", TOO_LARGE]),
    ("/bomb/deflate", ["IgnoreRequest", TOO_LARGE]),
    ("/bomb/br", ["IgnoreRequest", TOO_LARGE]),
    ("/bomb/zstd", ["IgnoreRequest", TOO_LARGE]),
    ("/layers/9", ["IgnoreRequest", TOO_LARGE]),
    ("/not-packed/gzip", ["ResponseDataLossError", "is not packed as it says"]),
    ("/not-packed/deflate", ["ResponseDataLossError", "is not packed as it says"]),
    ("/not-packed/br", ["ResponseDataLossError", "is not packed as it says"]),
    ("/not-packed/zstd", ["ResponseDataLossError", "is not packed as it says"]),
    ("/large", ["DownloadCancelledError", "larger than download max size"]),
    ("/endless", ["DownloadCancelledError", ""]),
    ("/endless-head", ["DownloadCancelledError", "bytes of headers"]),
    ("/drip", ["DownloadTimeoutError", TIMED_OUT]),
    ("/drip-head", ["DownloadTimeoutError", TIMED_OUT]),
    ("/silent", ["DownloadTimeoutError", TIMED_OUT]),
    ("/short", ["ResponseDataLossError", ""]),
    ("/not-http", ["DownloadFailedError", ""]),
    ("/to/metadata", ["IgnoreRequest", PRIVATE]),
    ("/to/ten", ["IgnoreRequest", PRIVATE]),
    ("/to/loopback", ["IgnoreRequest", PRIVATE]),
    ("/to/localhost", ["IgnoreRequest", PRIVATE]),
    ("/to/six", ["IgnoreRequest", PRIVATE]),
    ("/to/decimal", ["IgnoreRequest", PRIVATE]),
    ("/to/name", ["IgnoreRequest", PRIVATE]),
    ("/to/file", ["IgnoreRequest", FOREIGN_SCHEME]),
    ("/to/ftp", ["IgnoreRequest", FOREIGN_SCHEME]),
    ("/to/broken", ["IgnoreRequest", FOREIGN_SCHEME]),
    ("/to/itself", ["IgnoreRequest", "redirect loop"]),
    ("/never", ["IgnoreRequest", "Forbidden by robots.txt"]),
]
LINKS = [
    "http://192.168.1.1/admin",
    "http://[fe80::1]/",
    "http://localhost:1/",
    "file:///etc/passwd",
    "data:text/html,x",
]
PAGES = [
    ("/layers/3", "HtmlResponse"),
    ("/says/text/html", "HtmlResponse"),
    ("/html-as/image/png", "HtmlResponse"),
    ("/html-as/application/octet-stream", "HtmlResponse"),
    ("/html-as/nonsense", "HtmlResponse"),
]


@pytest.fixture(scope="module")
def run() -> Iterator[tuple[Lab, Ended]]:
    """One run of a public newspaper (by its name) that does all this."""
    hostile = Hostile()
    with Lab(hostile) as lab:
        hostile.lab = lab
        paths = [path for path, _ in REASONS] + [path for path, _ in PAGES]
        urls = [lab.url("news.example", path) for path in paths]
        links = [lab.url(1, "/inside"), lab.url("inside.example", "/inside"), *LINKS]
        ended = crawl(
            [*urls, *links, lab.url("news.example", "/last")],
            site=lab.url("news.example", "/"),
            AUTOTHROTTLE_ENABLED=False,
            CONCURRENT_REQUESTS=16,
            CONCURRENT_REQUESTS_PER_DOMAIN=8,
            DOWNLOAD_MAXSIZE=MAXSIZE,
            DOWNLOAD_TIMEOUT=TIMEOUT,
            RETRY_TIMES=0,
            NEWSCRAWL_PRIVATE_HOSTS=[f"news.example:{lab.port}"],
            NEWSCRAWL_WALL_LIMIT=100,
            TWISTED_DNS_RESOLVER="tests.netlab.Names",
        )
        yield lab, ended


@pytest.mark.parametrize(("path", "expected"), REASONS, ids=[path for path, _ in REASONS])
def test_ends_with_a_reason(run: tuple[Lab, Ended], path: str, expected: list[str]) -> None:
    lab, ended = run
    error, message = ended.outcomes[lab.url("news.example", path)]
    assert error == expected[0]
    assert expected[1] in message


@pytest.mark.parametrize(("path", "kind"), PAGES, ids=[path for path, _ in PAGES])
def test_lying_type_arrives_as_what_it_says(run: tuple[Lab, Ended], path: str, kind: str) -> None:
    lab, ended = run
    assert ended.outcomes[lab.url("news.example", path)][:3] == ["page", "200", kind]


def test_links_inside_are_refused(run: tuple[Lab, Ended]) -> None:
    lab, ended = run
    inside = [lab.url(1, "/inside"), lab.url("inside.example", "/inside"), *LINKS]
    expected = [["IgnoreRequest", PRIVATE]] * 5 + [["IgnoreRequest", FOREIGN_SCHEME]] * 2
    assert [ended.outcomes[url] for url in inside] == expected
    assert not [seen for seen in lab.log if seen.path == "/inside"]


def guarded(url: str, declared: str, *, proxy: str | None = None, private_hosts: Sequence[str] = ()) -> str | None:
    """Return why *url* is refused to a spider that declares *declared*."""
    crawler = SimpleNamespace(
        settings=Settings({"NEWSCRAWL_PRIVATE_HOSTS": [*private_hosts]}),
        spider=SimpleNamespace(sites=[Site(name="a", url=declared)]),
    )
    guard = AddressGuardMiddleware.from_crawler(crawler)  # type: ignore[arg-type]
    try:
        # Without a look-up there is nothing to wait for.
        guard.process_request(Request(url, meta={"proxy": proxy})).send(None)
    except StopIteration:
        return None
    except IgnoreRequest as error:
        return str(error)
    raise AssertionError("it waits")


@pytest.mark.parametrize(
    ("url", "declared", "private_hosts", "reason"),
    [
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/", [], None),
        ("http://127.0.0.1:6379/a", "http://127.0.0.1:8000/", [], PRIVATE),
        ("http://127.0.0.2:8000/a", "http://127.0.0.1:8000/", [], PRIVATE),
        ("http://[::1]:8000/a", "http://[::1]:8000/", [], None),
        ("http://10.0.0.7/a", "https://example.org/", [], PRIVATE),
        ("http://10.0.0.7/a", "https://example.org/", ["10.0.0.7"], None),
        ("http://10.0.0.7:81/a", "https://example.org/", ["10.0.0.7:80"], PRIVATE),
        ("http://203.0.113.9/a", "https://example.org/", [], PRIVATE),
    ],
)
def test_private_addresses_are_for_who_named_them(
    url: str, declared: str, private_hosts: list[str], reason: str | None
) -> None:
    assert guarded(url, declared, private_hosts=private_hosts) == reason


def test_names_are_the_proxys_to_look_up() -> None:
    proxy = "http://10.0.0.2:3128"
    assert guarded("http://inside.example/a", "https://example.org/", proxy=proxy) is None
    assert guarded("http://10.0.0.7/a", "https://example.org/", proxy=proxy) == PRIVATE


def test_run_goes_on_and_stays_small(run: tuple[Lab, Ended]) -> None:
    lab, ended = run
    assert ended.outcomes[lab.url("news.example", "/last")][:2] == ["page", "200"]
    assert ended.stats["finish_reason"] == "finished"
    assert "Traceback" not in ended.log
    assert ended.peak < 500 * 1024 * 1024


# What is too much for a page is that at no scale; what takes arguments is too slow.
TOGETHER = [paper for paper in INPUTS if not paper.arguments and not paper.name.startswith("1,000,000")]
ALONE = next(paper for paper in INPUTS if paper.name == "sitemap: ten million entries")


@dataclass
class Papers:
    """What a run left of many newspapers."""

    whole: Outcome
    data: Path
    port: int
    asked_inside: bool = False

    def of(self, paper: Input) -> Outcome:
        site = f"{host_of(INPUTS.index(paper))}:{self.port}"
        return read(self.data, site, replace(self.whole, lines=[], fates={}, invalid=[]))


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """One run of all hostile newspapers, small ones."""
    data = tmp_path_factory.mktemp("data")
    settings = {"DOWNLOAD_TIMEOUT": 4, "RETRY_TIMES": 0, "AUTOTHROTTLE_ENABLED": 0, "DOWNLOAD_MAXSIZE": MAXSIZE // 4}
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    with socket.create_server(("127.0.0.1", 0)) as inside, serving(inside.getsockname()[1], 1 / 64) as port:
        inside.setblocking(False)
        urls = ",".join(f"http://{host_of(INPUTS.index(paper))}:{port}/" for paper in TOGETHER)
        papers = Papers(crawl_papers(urls, data, *options, longest=100), data, port)
        with suppress(BlockingIOError):
            inside.accept()
            papers.asked_inside = True
    return papers


@pytest.mark.parametrize("paper", TOGETHER, ids=lambda paper: paper.name)
def test_newspaper_does_no_harm(papers: Papers, paper: Input) -> None:
    assert papers.of(paper).faults(paper) == []


def test_nothing_inside_is_asked_for(papers: Papers) -> None:
    assert not papers.asked_inside


@pytest.mark.parametrize("name", ["lying charsets", "lying types", "NULs", "broken UTF-8", "5,000 cookies"])
def test_headline_is_read_all_the_same(papers: Papers, name: str) -> None:
    paper = next(paper for paper in TOGETHER if paper.name == name)
    outcome = papers.of(paper)
    read_right = [line["headline"] for line in outcome.lines if "hostile" in line["url"]]
    assert read_right
    assert set(read_right) == {HEADLINE}


SMALL_SHARES = "import newscrawl.spiders.base as base, scrapy.cmdline as line; base._SHARE = 20; line.execute()"


def test_sitemap_is_read_by_shares_to_its_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside, serving(inside.getsockname()[1], 70 / 10_000_000) as port:
        site = f"{host_of(INPUTS.index(ALONE))}:{port}"
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                SMALL_SHARES,
                "crawl",
                "news",
                "-a",
                f"url=http://{site}/",
                "-s",
                "AUTOTHROTTLE_ENABLED=0",
            ],
            cwd=HOME,
            env={**os.environ, "NEWSCRAWL_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    report = read(tmp_path, site, Outcome(done.returncode, 0.0, 0, done.stderr)).report
    assert report["listed"] == 71
    assert report["failed"]["not found (404)"]["count"] == 70
    assert report["new"] == 1


def test_head_is_bounded_not_its_lines() -> None:
    assert 5000 * len("Set-Cookie: a=b; Path=/") < HEAD_MAXSIZE


@pytest.mark.parametrize(
    ("body", "too_much"),
    [
        (b"<p class=a>Text</p>" * 79_000, False),
        (b"<br>" * 80_001, True),
        (b"</p>" * 80_001, True),
        (b'<p data-all="' + b"a=1 " * 100_000 + b'">', False),
        (b"<p " + b'a=">" ' * 600, True),
        (b"<p " + b"=" + b" a'" * 600, True),
        (b"<p " + b'a="1"' * 600, True),
        (b'<p a="' * 600, True),
    ],
)
def test_pages_that_are_too_much(body: bytes, too_much: bool) -> None:
    assert is_too_much(body) is too_much


@pytest.mark.parametrize("opened", [b"<div>", b"<b class=x>\n", b"<Section>"])
def test_text_below_a_hundred_thousand_levels_is_read(opened: bytes) -> None:
    page = Page.of(opened * 100_000 + b"<p>Deep down.</p>", "https://example.org/a")
    assert text_of(page.root) == "Deep down."


def test_what_is_cut_keeps_what_stood_before() -> None:
    page = Page.of(b"<p>Before.</p>" + b"<b>x" * 5_000, "https://example.org/a")
    assert text_of(page.root).startswith("Before. x")


@pytest.mark.parametrize("token", [b"x@", b"Doe-", b"<!--", b"1.", b"\xe2\x80\x93"])
def test_long_bylines_take_little_time(token: bytes) -> None:
    page = b"<h1>Title</h1><p class=byline>By " + token * 5_000 + b"</p>" + b"<p>Words of the story.</p>" * 50
    begun = process_time()
    assert load_article(page, "https://example.org/2026/03/12/a").headline == "Title"
    assert process_time() - begun < 3.0


def test_addresses_of_absurd_length_are_no_links() -> None:
    links = classify_links(b"<a href=/" + b"9" * 100_000 + b">Long</a><a href=/b>Short</a>", "https://example.org/a")
    assert [link.url for link in links] == ["https://example.org/b"]
    item = "<item><link>https://example.org/{}</link></item>"
    feed = parse_feed(
        f"<rss><channel>{item.format('9' * 5000)}{item.format('b')}</channel></rss>".encode(), "https://e.org/"
    )
    assert [entry.url for entry in feed.entries] == ["https://example.org/b"]


def test_feed_of_too_many_entries_is_read_as_far_as_it_goes() -> None:
    item = "<item><link>https://example.org/{}</link></item>"
    body = f"<rss><channel>{''.join(item.format(i) for i in range(MAX_ENTRIES + 1))}</channel></rss>"
    feed = parse_feed(body.encode(), "https://example.org/rss")
    assert (len(feed.entries), len(feed.errors)) == (MAX_ENTRIES, 1)
    assert "more than" in feed.errors[0]


def test_page_is_read_in_the_charset_it_names_where_its_server_names_a_wrong_one() -> None:
    html = "<meta charset=cp1250><p>Łódź".encode("cp1250")
    assert text_of(Page.of(html, "https://example.org/a", content_type="text/html; charset=utf-8").root) == "Łódź"
