"""The newspapers that `benchmarks.hostile` crawls: each has one good story, and one thing that is meant to do harm.

Every newspaper has an address of its own on loopback, all on one port: ``127.0.1.1``, ``127.0.1.2`` … What a page
answers is an iterator of raw bytes, head included, and of pauses in seconds; it may go on for ever.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import brotli

from benchmarks._processes import MB
from newscrawl.extract.refusal import MOST_ELEMENTS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HOME = Path(__file__).resolve().parent.parent
GOOD = "/world/2026/03/12/the-ferry-sails-again-after-a-long-winter"
HEADLINE = "Zürich, Łódź – a tale of two harbours"
"""Of every hostile page that can still be read as a story."""

_WORDS = """harbour winter ferry council river bridge captain evening market teacher village engine letter garden
morning station island cargo weather sailor budget museum library season railway window concert hospital mountain
orchard bakery lantern theatre visitor festival ledger keeper signal tunnel crossing""".split()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and what an answer to it may need to know."""

    path: str
    base: str
    """The newspaper's address, without a slash at its end."""

    inside: int
    """A port of loopback where nobody may ask for anything."""

    scale: float
    """What sizes are multiplied with: 1 for those that are told, less for a quick trial."""

    def size(self, number: int) -> int:
        """Return *number* scaled."""
        return max(1, int(number * self.scale))


Answer = Callable[[Ask], Iterator[bytes | float]]
Place = Literal["article", "home", "feed", "sitemap", "robots"]


@dataclass(frozen=True)
class Input:
    """One newspaper.

    Attributes:
        name: what is wrong with it.
        place: which of its pages.
        answers: what these pages answer, by what must come of each: ``article``, or how its reason begins.
        arguments: what `scrapy crawl` is given besides.
    """

    name: str
    place: Place
    answers: tuple[tuple[str, Answer], ...]
    arguments: tuple[str, ...] = ()

    @property
    def paths(self) -> list[str]:
        """The addresses of its hostile pages."""
        if self.place == "article":
            return [f"/world/2026/03/11/hostile-story-number-{i}-of-the-day" for i in range(len(self.answers))]
        return {"home": ["/"], "feed": ["/feed.xml"], "sitemap": ["/sitemap.xml"], "robots": ["/robots.txt"]}[
            self.place
        ]


# -- pages -----------------------------------------------------------------------------------------------------------


def reply(body: bytes, kind: str = "text/html; charset=utf-8", *, status: str = "200 OK", more: str = "") -> bytes:
    """Return an answer that keeps the rules."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return head.encode("latin-1") + body


def story(seed: str, headline: str = HEADLINE, *, head: str = "", end: str = "") -> str:
    """Return a page with an invented story of 300 words."""
    chance = random.Random(seed)
    paragraphs = "".join(
        f"<p>{' '.join(chance.choices(_WORDS, k=50)).capitalize()}, said the {chance.choice(_WORDS)}.</p>\n"
        for _ in range(6)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title>{head}</head><body><article><h1>{headline}</h1>"
        f'<p class="byline">By <a rel=author href="/staff/mara">Mara Lindqvist</a></p>'
        f'<time datetime="2026-03-12T08:00:00+00:00">12 March 2026</time>\n{paragraphs}</article>{end}</body></html>'
    )


def _page(body: bytes | str, kind: str = "text/html; charset=utf-8", *, more: str = "") -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        yield reply(body.encode() if isinstance(body, str) else body, kind, more=more)

    return answer


def _story(
    *,
    headline: str = HEADLINE,
    head: Callable[[Ask], str] | str = "",
    end: Callable[[Ask], str] | str = "",
    kind: str = "text/html; charset=utf-8",
    encoding: str = "utf-8",
    more: str = "",
) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        parts = {name: part(ask) if callable(part) else part for name, part in (("head", head), ("end", end))}
        yield reply(story(ask.base + ask.path, headline, **parts).encode(encoding, errors="replace"), kind, more=more)

    return answer


def _changed(change: Callable[[Ask, bytes], bytes], kind: str = "text/html; charset=utf-8") -> Answer:
    """Return the answer with a story's bytes after *change*."""

    def answer(ask: Ask) -> Iterator[bytes | float]:
        yield reply(change(ask, story(ask.base + ask.path).encode()), kind)

    return answer


def _raw(*pieces: bytes | float) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        yield from pieces

    return answer


# -- packed ----------------------------------------------------------------------------------------------------------


@cache
def _bomb(encoding: str, size: int) -> bytes:
    zeros = bytes(min(size, 8 * MB))
    times = max(1, size // len(zeros))
    if encoding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join([*(packer.process(zeros) for _ in range(times)), packer.finish()])
    if encoding == "zstd":
        pressed = zstd.ZstdCompressor()
        return b"".join([*(pressed.compress(zeros) for _ in range(times)), pressed.flush()])
    # A piece that was flushed in full can stand any number of times; nobody comes to the checksum at the end.
    squeezer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    first, piece = (squeezer.compress(zeros) + squeezer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + piece * (times - 1) + squeezer.flush()


def _packed(encoding: str, times: int = 1, size: int = 1024 * MB) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        body = _bomb(encoding, ask.size(size))
        for _ in range(times - 1):
            body = gzip.compress(body)
        named = ", ".join([encoding] * times)
        yield reply(body, more=f"Content-Encoding: {named}\r\n")

    return answer


# -- without an end --------------------------------------------------------------------------------------------------

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_CHUNK = b"10000\r\n" + b"<p>More. " * 7281 + b"1234567\r\n"


def _endless(head: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        yield head
        while True:
            yield piece
            yield pause

    return answer


def _large(head: bytes, size: int, *, chunked: bool = False) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        whole = ask.size(size)
        yield head.replace(b"LENGTH", str(whole).encode())
        for _ in range(whole // 65536):
            yield _CHUNK if chunked else _CHUNK[7:-2]
        if chunked:
            yield b"0\r\n\r\n"

    return answer


# -- markup ----------------------------------------------------------------------------------------------------------


def _nested(tag: str, depth: int) -> Answer:
    def change(ask: Ask, page: bytes) -> bytes:
        levels = ask.size(depth)
        opened = b"".join(b"<%s>" % tag.encode() for _ in range(levels))
        return page.replace(b"<article>", opened + b"<article>")

    return _changed(change)


def _links(number: int) -> Answer:
    return _story(end=lambda ask: "".join(f"<a href={i:x}>b" for i in range(ask.size(number))))


def _stories(number: int) -> Answer:
    """Return the answer with a home page of so many links to stories."""

    def answer(ask: Ask) -> Iterator[bytes | float]:
        links = "".join(f"<a href=/2026/03/{i:x}>" for i in range(ask.size(number)))
        yield reply(f"<h2><a href={GOOD}>The ferry sails again after a long winter</a></h2>{links}".encode())

    return answer


def _json_ld(text: Callable[[Ask], str] | str) -> Answer:
    def head(ask: Ask) -> str:
        return f'<script type="application/ld+json">{text(ask) if callable(text) else text}</script>'

    return _story(head=head)


def _graph(ask: Ask) -> str:
    ring = ",".join(
        f'{{"@type":"NewsArticle","@id":"#{i}","author":{{"@id":"#{i + 1}"}},"mainEntity":{{"@id":"#{i - 1}"}},'
        f'"isPartOf":{{"@graph":[{{"@id":"#{i}"}}]}}}}'
        for i in range(ask.size(20_000))
    )
    return f'{{"@context":"https://schema.org","@graph":[{ring}]}}'


_ABSURD = (
    "0000-00-00", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", "2200-01-01", "99/99/9999",
    "9999-12-31T23:59:59-14:00", "1e308", "-1", "10000-01-01T00:00:00Z", "2026-02-30T25:61:61Z", "9" * 5000,
)  # fmt: skip


def _dated(date: str) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        page = story(ask.base + ask.path, head=f'<meta property="article:published_time" content="{date}">')
        yield reply(
            page.replace('datetime="2026-03-12T08:00:00+00:00">12 March 2026', f'datetime="{date}">{date}').encode()
        )

    return answer


# -- XML -------------------------------------------------------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
_DTD = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY l9 "{"ha" * 50_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "http": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:INSIDE/entity">]>',
    "dtd": '<!DOCTYPE x SYSTEM "http://127.0.0.1:INSIDE/x.dtd">'
    '<!-- --><!DOCTYPE y [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
}


def _feed(dtd: str) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        text = "&l9;" * (ask.size(20_000) if dtd == "quadratic" else 1)
        item = f"<item><title>Ferry {text}</title><link>{ask.base}{GOOD}</link><pubDate>{text}</pubDate></item>"
        xml = f'<?xml version="1.0"?>{_DTD[dtd]}<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'
        yield reply(xml.replace("INSIDE", str(ask.inside)).encode(), "application/rss+xml")

    return answer


def _sitemap(dtd: str) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        text = "&l9;" * (ask.size(20_000) if dtd == "quadratic" else 1)
        entry = (
            f"<url><loc>{ask.base}{GOOD}</loc></url><url><loc>{ask.base}/{text}</loc><lastmod>{text}</lastmod></url>"
        )
        xml = f'<?xml version="1.0"?>{_DTD[dtd]}<urlset>{entry}</urlset>'
        yield reply(xml.replace("INSIDE", str(ask.inside)).encode(), "application/xml")

    return answer


def _entries(ask: Ask) -> Iterator[bytes]:
    yield f"<urlset><url><loc>{ask.base}{GOOD}</loc></url>".encode()
    lines = (f"<url><loc>{ask.base}/2026/03/12/{number}</loc></url>" for number in range(ask.size(10_000_000)))
    while batch := b"".join(line.encode() for line, _ in zip(lines, range(5000), strict=False)):
        yield batch
    yield b"</urlset>"


def _ten_million(ask: Ask) -> Iterator[bytes | float]:
    """Answer with a packed sitemap that is made while it is sent."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nConnection: close\r\n\r\n"
    squeezer = zlib.compressobj(6, wbits=31)
    for piece in _entries(ask):
        if packed := squeezer.compress(piece):
            yield packed
    yield squeezer.flush()


def _index(*names: str) -> Answer:
    """Return the answer with an index of the sitemaps *names*, after one that names the story."""

    def answer(ask: Ask) -> Iterator[bytes | float]:
        here = ask.path.rpartition("-")[2].partition(".")[0]
        level = int(here) if here.isdigit() else 0
        named = [name.replace("NEXT", str(level + 1)) for name in names]
        xml = "".join(f"<sitemap><loc>{ask.base}{name}</loc></sitemap>" for name in ("/good-sitemap.xml", *named))
        yield reply(f"<sitemapindex>{xml}</sitemapindex>".encode(), "application/xml")

    return answer


def _large_index(ask: Ask) -> Iterator[bytes | float]:
    names = "".join(f"<sitemap><loc>/s{i}.xml</loc></sitemap>" for i in range(ask.size(1_000_000)))
    yield reply(f"<sitemapindex><sitemap><loc>/good-sitemap.xml</loc></sitemap>{names}</sitemapindex>".encode())


def _large_feed(ask: Ask) -> Iterator[bytes | float]:
    items = "".join(f"<item><link>/2026/03/12/{i}</link></item>" for i in range(ask.size(300_000)))
    yield reply(
        f"<rss><channel><item><link>{GOOD}</link></item>{items}</channel></rss>".encode(), "application/rss+xml"
    )


def _deep_feed(ask: Ask) -> Iterator[bytes | float]:
    deep = "<a>" * ask.size(100_000)
    yield reply(f"<rss><channel><item><link>{GOOD}</link></item><item>{deep}".encode(), "application/rss+xml")


def _deep_sitemap(ask: Ask) -> Iterator[bytes | float]:
    deep = "<a>" * ask.size(100_000)
    yield reply(f"<urlset><url><loc>{ask.base}{GOOD}</loc></url><url><loc>{deep}".encode(), "application/xml")


def _deep_json(ask: Ask) -> Iterator[bytes | float]:
    deep = "[" * ask.size(100_000)
    yield reply(f'{{"version":"https://jsonfeed.org/version/1.1","items":{deep}'.encode(), "application/feed+json")


# -- redirects -------------------------------------------------------------------------------------------------------


def _to(target: str) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        location = target.replace("INSIDE", str(ask.inside)).replace("NEXT", f"{ask.path}-")
        location = location.replace("HERE", ask.base.split("/")[2].partition(":")[0])
        yield f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()

    return answer


def _outward(ask: Ask) -> Iterator[bytes | float]:
    """Answer with a home page whose links lead everywhere but here."""
    targets = (
        f"http://127.0.0.1:{ask.inside}/2026/03/12/a-story-inside",
        "http://169.254.169.254/latest/meta-data/2026/03/12/a-story",
        "http://10.0.0.1/2026/03/12/a-story-of-the-router",
        "http://[::1]/2026/03/12/a-story-of-six",
        f"http://localhost:{ask.inside}/2026/03/12/a-story-at-home",
        "http://newspaper.invalid/2026/03/12/a-story-elsewhere",
        "file:///etc/2026/03/12/passwd-is-a-long-story",
        "javascript:alert(1)//2026/03/12/a-story",
        "data:text/html,/2026/03/12/a-story",
        "http://[nonsense/2026/03/12/a-story-without-a-host",
        "//2026/03/12/a-story-of-slashes",
        f"{GOOD}%0d%0aSet-Cookie:a=b",
        "/2026/03/12/..%2f..%2f..%2fetc%2fpasswd-a-story",
        "/2026/03/12/a\nstory\twith\rbreaks-in-its-address",
        "/2026/03/12/a-story-with-\x01\x02\x7f-in-its-address",
        "/2026/03/12/" + "a-very-long-story-" * 5000,
    )
    links = "".join(
        f'<h2><a href="{target}">A story that leads somewhere else today</a></h2>' for target in (*targets, GOOD)
    )
    yield reply(f"<!doctype html><title>Home</title>{links}".encode())


_CONTROL = "A title\x00 with\x01 control\x1b[31m\x7f characters\x85\u2028 and\u202e\ufeff line\nbreaks\r\n in it"


def _garbled(ask: Ask, page: bytes) -> bytes:
    return page.replace(HEADLINE.encode(), _CONTROL.encode())


def _with_nuls(ask: Ask, page: bytes) -> bytes:
    return page.replace(b" ", b" \x00").replace(b"<p>", b"<\x00p>")


def _broken_utf8(ask: Ask, page: bytes) -> bytes:
    return page.replace(b"said", b"s\xff\xfe\xc3\x28a\xed\xa0\x80id")


def _attribute(ask: Ask, page: bytes) -> bytes:
    return page.replace(b"<article>", b'<article class="' + b"x " * ask.size(MB // 2) + b'">')


def _one_line(ask: Ask, page: bytes) -> bytes:
    words = " ".join(_WORDS).encode() + b" "
    return page.replace(b"\n", b" ").replace(
        b"</article>", b"<p>" + words * ask.size(10 * MB // len(words)) + b"</article>"
    )


def _padded(ask: Ask, page: bytes) -> bytes:
    return page.replace(b"</h1>", b" " * ask.size(5 * MB) + b"</h1>").replace(
        b"<p>", b"<p>" + b"\n\t " * ask.size(MB // 3), 1
    )


def _paragraphs(number: int) -> Answer:
    def change(ask: Ask, page: bytes) -> bytes:
        return page.replace(b"</article>", b"<p>An end.\n" * ask.size(number) + b"</article>")

    return _changed(change)


_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64


def _sized(length: bytes) -> Answer:
    def answer(ask: Ask) -> Iterator[bytes | float]:
        yield (
            _OK + b"Content-Length: " + length + b"\r\nConnection: close\r\n\r\n" + story(ask.base + ask.path).encode()
        )

    return answer


def _cut(ask: Ask) -> Iterator[bytes | float]:
    yield _CHUNKED + b"4000\r\n" + story(ask.base).encode()[:1000]


ARTICLE = "article"
_TOO_LARGE = "too large"
_TOO_MUCH = "too much markup"
# A bit less than what is read.
_MANY = MOST_ELEMENTS - 500

INPUTS: tuple[Input, ...] = (
    *(
        Input(f"{encoding} bomb, 1 GB unpacked", "article", (("too large when unpacked", _packed(encoding)),))
        for encoding in ("gzip", "deflate", "br", "zstd")
    ),
    Input("gzip in gzip in gzip, 1 GB", "article", (("too large when unpacked", _packed("gzip", 3)),)),
    Input("gzip nine times", "article", (("too large when unpacked", _packed("gzip", 9)),)),
    Input(
        "says it is packed, is not",
        "article",
        tuple(("cut off", _story(more=f"Content-Encoding: {name}\r\n")) for name in ("gzip", "deflate", "br", "zstd")),
    ),
    Input("30 MB page", "article", ((_TOO_LARGE, _large(_OK + b"Content-Length: LENGTH\r\n\r\n", 30 * MB)),)),
    Input("30 MB page, in chunks", "article", ((_TOO_LARGE, _large(_CHUNKED, 30 * MB, chunked=True)),)),
    Input("30 MB page, until the end", "article", ((_TOO_LARGE, _large(_OK + b"\r\n", 30 * MB)),)),
    Input("body without an end", "article", ((_TOO_LARGE, _endless(_CHUNKED, _CHUNK)),)),
    Input("body without an end, a byte at a time", "article", (("timeout", _endless(_CHUNKED, b"1\r\nx\r\n", 0.1)),)),
    Input("headers without an end", "article", ((_TOO_LARGE, _endless(_OK, b"X-More: of the same\r\n" * 500)),)),
    Input(
        "one header, folded without an end", "article", ((_TOO_LARGE, _endless(_OK + b"X: y\r\n", b" more\r\n" * 500)),)
    ),
    Input(
        "100 Continue without an end", "article", ((_TOO_LARGE, _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500)),)
    ),
    Input("headers, a byte at a time", "article", (("timeout", _endless(_OK, b"x", 0.1)),)),
    Input("a header line of 10 MB", "article", (("broken answer", _raw(_OK + b"X: " + b"y" * 10 * MB + b"\r\n\r\n")),)),
    Input("no answer at all", "article", (("timeout", _raw(3600.0)),)),
    Input(
        "lying charsets",
        "article",
        (
            (ARTICLE, _story(kind="text/html; charset=iso-8859-7")),
            (ARTICLE, _story(kind="text/html", head="<meta charset=utf-16>")),
            (ARTICLE, _story(kind="text/html; charset=nonsense", head="<meta charset=shift_jis>")),
            (ARTICLE, _story(kind="text/html; charset=utf-8", encoding="cp1250", head="<meta charset=cp1250>")),
            (ARTICLE, _story(kind="text/html; charset=utf-7")),
        ),
    ),
    Input(
        "lying types",
        "article",
        (
            (ARTICLE, _story(kind="application/octet-stream")),
            (ARTICLE, _story(kind="application/json")),
            (ARTICLE, _story(kind="image/png")),
            (ARTICLE, _story(kind="no type at all; ;=")),
            ("", _page(_PNG)),
            ("", _page(b"%PDF-1.7\n" + bytes(range(256)) * 64)),
            ("not HTML", _page(_PNG, "image/png")),
        ),
    ),
    Input("NULs", "article", ((ARTICLE, _changed(_with_nuls)),)),
    Input("broken UTF-8", "article", ((ARTICLE, _changed(_broken_utf8)),)),
    Input("nested 50,000 deep", "article", ((ARTICLE, _nested("div", 50_000)), (ARTICLE, _nested("b", 50_000)))),
    Input("nested 100,000 deep", "article", (("", _nested("div", 100_000)),)),
    Input("an attribute of a megabyte", "article", ((ARTICLE, _changed(_attribute)),)),
    Input("a line of 10 MB", "article", ((ARTICLE, _changed(_one_line)),)),
    Input("6 MB of spaces", "article", ((ARTICLE, _changed(_padded)),)),
    Input("1,000,000 paragraphs", "article", ((_TOO_MUCH, _paragraphs(1_000_000)),)),
    Input("1,000,000 links in a story", "article", ((_TOO_MUCH, _links(1_000_000)),)),
    Input(
        "700,000 stories on the home page",
        "home",
        ((f"listing: {_TOO_MUCH}", _stories(700_000)),),
        ("-a", "max_pages=60"),
    ),
    Input(f"{_MANY:,} paragraphs", "article", (("", _paragraphs(_MANY)),)),
    Input(f"{_MANY:,} links in a story", "article", (("", _links(_MANY)),)),
    Input(f"{_MANY:,} stories on the home page", "home", (("", _stories(_MANY)),), ("-a", "max_pages=60")),
    Input("a home page that leads elsewhere", "home", (("", _outward),)),
    Input("control characters in a title", "article", ((ARTICLE, _changed(_garbled)),)),
    Input("absurd dates", "article", tuple((ARTICLE, _dated(date)) for date in _ABSURD)),
    Input(
        "broken JSON-LD",
        "article",
        tuple(
            (ARTICLE, _json_ld(text))
            for text in (
                '{"@type":"NewsArticle","headline":',
                '{"headline":{"a":[1,2',
                "]]>-->",
                '"\\ud800"',
                "NaN",
                '{"@type":7,"headline":[[]],"author":{"name":{"name":1e999}},"datePublished":{},"image":-1}',
            )
        ),
    ),
    Input("JSON-LD of 12 MB", "article", ((ARTICLE, _json_ld(lambda ask: '{"a":"' + "x" * ask.size(12 * MB) + '"}')),)),
    Input(
        "JSON-LD of 20 MB", "article", ((_TOO_LARGE, _json_ld(lambda ask: '{"a":"' + "x" * ask.size(20 * MB) + '"}')),)
    ),
    Input("JSON-LD nested 100,000 deep", "article", ((ARTICLE, _json_ld(lambda ask: '{"a":[' * ask.size(100_000))),)),
    Input("JSON-LD that names itself", "article", ((ARTICLE, _json_ld(_graph)),)),
    Input(
        "says it is another site's",
        "article",
        (
            (
                ARTICLE,
                _story(
                    head='<link rel=canonical href="https://newspaper.invalid/a/story"><base href="https://newspaper.invalid/">'
                ),
            ),
            (
                ARTICLE,
                _story(
                    head='<meta property="og:url" content="http://127.0.0.1/other">'
                    '<link rel=canonical href="javascript:1">'
                ),
            ),
            (
                ARTICLE,
                _story(head='<link rel=canonical href="http://[nonsense"><link rel=amphtml href="file:///etc/passwd">'),
            ),
        ),
    ),
    Input(
        "redirects inside",
        "article",
        tuple(
            ("on another site", _to(target))
            for target in (
                "http://169.254.169.254/latest/meta-data/",
                "http://127.0.0.1:INSIDE/",
                "http://10.0.0.1/",
                "http://localhost:INSIDE/",
                "http://[::ffff:127.0.0.1]:INSIDE/",
                "http://2130706433:INSIDE/",
                "http://0x7f.1:INSIDE/",
                "http://0:INSIDE/",
            )
        ),
    ),
    Input("redirects to another port", "article", (("private address", _to("http://HERE:INSIDE/")),)),
    Input(
        "redirects out of the web",
        "article",
        tuple(
            ("neither http nor https", _to(target))
            for target in (
                "file:///etc/passwd",
                "ftp://127.0.0.1/",
                "data:text/html,x",
                "javascript:1",
                "http://[nonsense/",
            )
        ),
    ),
    Input("redirects without an end", "article", (("redirect loop", _to("NEXT")),)),
    Input("a redirect to itself", "article", (("redirect loop", _to("")),)),
    Input("a redirect to 15 KB of address", "article", (("broken answer", _to("NEXT" + "x" * 3000)),)),
    Input("5,000 cookies", "article", ((ARTICLE, _story(more="Set-Cookie: a=b; Path=/\r\n" * 5000)),)),
    Input(
        "wrong Content-Length",
        "article",
        (
            ("cut off", _sized(b"100000")),
            ("", _sized(b"40")),
            ("", _sized(b"-1")),
            ("", _sized(b"many")),
            ("", _sized(b"9" * 40)),
            ("", _sized(b"5, 6")),
        ),
    ),
    Input("cut in the middle", "article", (("cut off", _cut),)),
    Input(
        "no HTTP",
        "article",
        tuple(
            ("", _raw(data))
            for data in (
                b"<h1>Hello</h1>",
                b"\x00\xff SSH-2.0-nothing\r\n\r\n",
                b"HTTP/1.1 999999 OK\r\n\r\n<p>x",
                b"HTTP/9.9 200\r\n\r\nx",
                b"HTTP/1.1 000 \r\n\r\nx",
            )
        ),
    ),
    *(
        Input(f"feed: {name}", "feed", (("", _feed(dtd)),))
        for dtd, name in {
            "laughs": "a billion laughs",
            "quadratic": "100 KB 20,000 times",
            "file": "entity from a file",
            "http": "entity from inside",
            "dtd": "DTD from inside",
        }.items()
    ),
    Input("feed: 300,000 stories", "feed", (("feed: broken", _large_feed),), ("-a", "max_pages=60")),
    Input("feed: nested 100,000 deep", "feed", (("feed: broken", _deep_feed),)),
    Input("feed: JSON nested 100,000 deep", "feed", (("feed: broken", _deep_json),)),
    *(
        Input(f"sitemap: {name}", "sitemap", (("", _sitemap(dtd)),))
        for dtd, name in {
            "laughs": "a billion laughs",
            "quadratic": "100 KB 20,000 times",
            "file": "entity from a file",
            "http": "entity from inside",
            "dtd": "DTD from inside",
        }.items()
    ),
    Input(
        "sitemap: ten million entries",
        "sitemap",
        (("", _ten_million),),
        ("-a", "max_pages=60", "-s", "DOWNLOAD_TIMEOUT=120"),
    ),
    Input(
        "sitemap: a bomb, 1 GB unpacked",
        "sitemap",
        (("sitemap: broken", lambda ask: iter([reply(_bomb("gzip", ask.size(1024 * MB)))])),),
    ),
    Input("sitemap: an index that names itself", "sitemap", (("", _index("/sitemap.xml", "/sitemap.xml?again")),)),
    Input("sitemap: indexes without an end", "sitemap", (("", _index("/sitemap-NEXT.xml")),)),
    Input("sitemap: an index of 1,000,000", "sitemap", (("", _large_index),), ("-a", "max_pages=60")),
    Input("sitemap: nested 100,000 deep", "sitemap", (("sitemap: broken", _deep_sitemap),)),
    Input("robots.txt of 500 MB", "robots", (("", _large(_OK + b"Content-Length: LENGTH\r\n\r\n", 500 * MB)),)),
    Input("robots.txt without an end", "robots", (("", _endless(_CHUNKED, _CHUNK)),)),
    Input("robots.txt, a byte at a time", "robots", (("", _endless(_CHUNKED, b"1\r\nx\r\n", 0.1)),)),
    Input("robots.txt that is no text", "robots", (("", _page(bytes(range(256)) * 4096, "text/plain")),)),
)


# -- the server ------------------------------------------------------------------------------------------------------


def host_of(number: int) -> str:
    """Return the address of the newspaper *number* of `INPUTS`."""
    return f"127.0.1.{number + 1}"


def _home(paths: Sequence[str]) -> bytes:
    links = "".join(
        f'<h2><a href="{path}">{path.rpartition("/")[2].replace("-", " ").capitalize()}</a></h2>' for path in paths
    )
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    return f"<!doctype html><html><head><title>Home</title>{feed}</head><body>{links}</body></html>".encode()


class Press:
    """Answers for all newspapers."""

    def __init__(self, inside: int, scale: float) -> None:
        self.inside, self.scale = inside, scale
        self.port = 0

    def answer(self, number: int, path: str) -> Iterator[bytes | float]:
        """Return what the newspaper *number* answers."""
        paper = INPUTS[number]
        ask = Ask(path, f"http://{host_of(number)}:{self.port}", self.inside, self.scale)
        for hostile, (_, answer) in zip(paper.paths, paper.answers, strict=True):
            whole = hostile == path or (hostile != "/" and path.startswith(hostile.removesuffix(".xml")))
            if whole and not (paper.place == "article" and path[len(hostile) :][:1].isdigit()):
                return answer(ask)
        return iter([self._usual(paper, ask)])

    def _usual(self, paper: Input, ask: Ask) -> bytes:
        match ask.path:
            case "/":
                return reply(_home([*(paper.paths if paper.place == "article" else ()), GOOD]))
            case "/robots.txt":
                name = "/sitemap.xml" if paper.place == "sitemap" else "/good-sitemap.xml"
                return reply(f"User-agent: *\nAllow: /\nSitemap: {ask.base}{name}\n".encode(), "text/plain")
            case "/good-sitemap.xml":
                return reply(f"<urlset><url><loc>{ask.base}{GOOD}</loc></url></urlset>".encode(), "application/xml")
            case "/feed.xml":
                return reply(b"<rss version='2.0'><channel><title>x</title></channel></rss>", "application/rss+xml")
            case path if path == GOOD:
                return reply(story(ask.base, "The ferry sails again after a long winter").encode())
        return reply(b"<title>Not found</title>", status="404 Not Found")

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            path = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ", 2)[1]
            number = int(writer.get_extra_info("sockname")[0].rpartition(".")[2]) - 1
            for piece in self.answer(number, path):
                if isinstance(piece, float):
                    await asyncio.sleep(piece)
                else:
                    writer.write(piece)
                    await writer.drain()
        writer.close()

    async def serve(self) -> None:
        """Serve until the end, once the port has been printed."""
        for number in range(len(INPUTS)):
            server = await asyncio.start_server(self.talk, host_of(number), self.port)
            self.port = server.sockets[0].getsockname()[1]
        print(self.port, flush=True)
        await asyncio.Event().wait()


@contextmanager
def serving(inside: int, scale: float = 1.0) -> Iterator[int]:
    """Serve all newspapers from a process of their own, and yield the port.

    Args:
        inside: a port of loopback where nobody may ask for anything.
        scale: what sizes are multiplied with.
    """
    command = [sys.executable, "-m", "benchmarks._hostile", str(inside), str(scale)]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


if __name__ == "__main__":
    asyncio.run(Press(int(sys.argv[1]), float(sys.argv[2])).serve())
