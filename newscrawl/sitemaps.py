"""Sitemaps: indexes, sets of addresses, Google News sitemaps, plain lists; where they and the feeds are found.

A sitemap is read as a stream: ten million entries take the memory of one. Gzip is unpacked on the way, up to a bound.
"""

from __future__ import annotations

import re
import zlib
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from newscrawl.dates import parse_date
from newscrawl.urls import LONGEST

MAX_UNPACKED = 2 * 1024 * 1024 * 1024
"""Bytes a packed sitemap may have unpacked: ten million entries take about 1.5 GB; a bomb more."""

_GZIP = b"\x1f\x8b"
_MAX_RATIO = 400  # addresses that differ in a number only pack to a fiftieth
_LEAST_ALLOWED = 16 * 1024 * 1024
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))?")
_CHUNK = 64 * 1024
_ILLEGAL = bytes(c for c in range(32) if c not in b"\t\n\r")
_COMMENTS = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]+)")
_TEXT_LINE = re.compile(rb"\s*https?://[^\s<>]+\s*(?:\n|$)")

Kind = Literal["index", "urlset", "text"]


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One address of a sitemap, or one sitemap of an index."""

    url: str
    """Absolute."""

    lastmod: str | None = None
    """When it was last changed, ISO 8601: a time with its offset or a plain date."""

    news_title: str | None = None
    """The story's title (``news:title``)."""

    news_date: str | None = None
    """When it was published (``news:publication_date``), ISO 8601 likewise."""

    news_name: str | None = None
    """The publication (``news:name``)."""

    news_language: str | None = None
    """Its language (``news:language``)."""


@dataclass(slots=True)
class Sitemap:
    """A sitemap whose entries are read while they are asked for."""

    kind: Kind
    entries: Iterator[SitemapEntry]
    errors: list[str] = field(default_factory=list)
    """What could not be read, in a sentence each; complete when ``entries`` is at its end."""


def is_sitemap(body: bytes) -> bool:
    """Tell whether *body*, packed or not, is a sitemap in XML.

    >>> is_sitemap(b"<?xml version='1.0'?><!-- made --><urlset/>"), is_sitemap(b"<rss/>")
    (True, False)
    """
    head = b"".join(_unpacked(body[:16384], [], 16384))[:8192]
    return _root_name(head) in {"urlset", "sitemapindex"}


def _root_name(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    match = _ROOT.search(_COMMENTS.sub(b"", head))
    return match[1].decode().lower() if match else ""


def _pieces(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    for start in range(0, len(body), _CHUNK):
        yield bytes(view[start : start + _CHUNK])


def _inflated(pieces: Iterable[bytes], errors: list[str]) -> Iterator[bytes]:
    """Yield the gzip members in *pieces* unpacked, a bounded piece at a time."""
    stream = zlib.decompressobj(wbits=31)
    total = 0
    try:
        for packed in pieces:
            rest = packed
            while rest:
                if stream.eof:
                    if not rest.startswith(_GZIP):
                        return
                    stream = zlib.decompressobj(wbits=31)
                piece = stream.decompress(rest, _CHUNK)
                total += len(piece)
                rest = stream.unconsumed_tail or stream.unused_data
                if piece:
                    yield piece
    except zlib.error as error:
        errors.append(f"the gzip data is broken after {total} bytes: {error}")
        return
    if not stream.eof:
        errors.append(f"the gzip data ends too early, after {total} bytes")


def _unpacked(body: bytes, errors: list[str], limit: int = MAX_UNPACKED) -> Iterator[bytes]:
    """Yield *body* in pieces, unpacked (also twice, as some servers do), up to *limit* bytes."""
    pieces = _pieces(body)
    allowed = len(body)
    if body.startswith(_GZIP):
        allowed = min(limit, max(len(body) * _MAX_RATIO, _LEAST_ALLOWED))
        pieces = _inflated(pieces, errors)
        first = next(pieces, b"")
        pieces = chain((first,), pieces)
        if first.startswith(_GZIP):
            pieces = _inflated(pieces, errors)
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > allowed:
            errors.append(f"unpacked it has more than {allowed} bytes; the rest was not read")
            return
        yield piece


def _date(text: str | None) -> str | None:
    text = text.strip() if text else ""
    if _ISO.fullmatch(text):
        # Most are so, and millions of them are read: no need to look at every way to write a date.
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return None
        return f"{text[:-1]}+00:00" if text.endswith("Z") else text
    parsed = parse_date(text) if text and len(text) < 64 else None
    return parsed.iso() if parsed else None


def _clean(text: str | None) -> str | None:
    return (" ".join(text.split()) or None) if text else None


def _address(text: str | None, base: str) -> str | None:
    text = text.strip() if text else None
    if not text or len(text) > LONGEST:
        return None
    if text.startswith(("http://", "https://")):
        return text
    try:
        url = urljoin(base, text)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _entry(element: Any, base: str) -> SitemapEntry | None:
    url = lastmod = title = published = name = language = None
    for child in element:
        tag = _local(child.tag)
        if tag == "loc" and url is None:
            url = _address(child.text, base)
        elif tag == "lastmod":
            lastmod = _date(child.text)
        elif tag == "news":
            for part in child.iter(etree.Element):
                match _local(part.tag):
                    case "title":
                        title = _clean(part.text)
                    case "publication_date":
                        published = _date(part.text)
                    case "name":
                        name = _clean(part.text)
                    case "language":
                        language = _clean(part.text)
    return SitemapEntry(url, lastmod, title, published, name, language) if url else None


def _stream(pieces: Iterable[bytes], base: str, errors: list[str]) -> Iterator[SitemapEntry]:
    """Yield the entries of XML in *pieces*; each is dropped from the tree once it is read."""
    parser = etree.XMLPullParser(
        events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, huge_tree=False,
        recover=True, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    without_address = 0
    events = parser.read_events()
    try:
        for piece in chain(pieces, (None,)):
            if piece is None:
                parser.close()
            else:
                parser.feed(piece.translate(None, _ILLEGAL))
            for _, element in events:
                entry = _entry(element, base)
                if entry is None:
                    without_address += 1
                else:
                    yield entry
                element.clear()
                parent = element.getparent()
                while parent is not None and parent[0] is not element:
                    del parent[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        errors.append(f"broken XML: {error}")
    else:
        if parser.feed_error_log:
            worst = parser.feed_error_log[0]
            errors.append(f"broken XML in line {worst.line}: {worst.message}")
    if without_address:
        errors.append(f"{without_address} entries without an address were left out")


def _lines(pieces: Iterable[bytes], base: str) -> Iterator[SitemapEntry]:
    rest = b""
    for piece in chain(pieces, (b"\n",)):
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[-LONGEST:]
        for line in lines:
            text = line.decode("utf-8", errors="replace").strip().removeprefix("\ufeff")
            if text.startswith(("http://", "https://")) and " " not in text and (url := _address(text, base)):
                yield SitemapEntry(url)


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Return the sitemap *body*, packed or not, that was fetched from *url*.

    It never raises, nor do its entries: what cannot be read is told in ``errors``.

    >>> body = b"<urlset><url><loc>/a</loc><lastmod>2024-05-07</lastmod></url></urlset>"
    >>> sitemap = parse_sitemap(body, "https://e.org/sitemap.xml")
    >>> sitemap.kind, [(entry.url, entry.lastmod) for entry in sitemap.entries], sitemap.errors
    ('urlset', [('https://e.org/a', '2024-05-07')], [])
    """
    errors: list[str] = []
    pieces = _unpacked(body, errors)
    first = next(pieces, b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    root = _root_name(first[:8192])
    pieces = chain((first,), pieces)
    if root in {"urlset", "sitemapindex"}:
        return Sitemap("index" if root == "sitemapindex" else "urlset", _stream(pieces, url, errors), errors)
    if _TEXT_LINE.match(first):
        return Sitemap("text", _lines(pieces, url), errors)
    errors.append(f"it is no sitemap: it begins with {first[:40]!r}" if first else "it is empty")
    return Sitemap("urlset", iter(()), errors)


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH_WORD = r"(?P<word>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_PERIODS = (
    re.compile(rf"(?<!\d){_YEAR}[-_/.]?(?P<month>0[1-9]|1[0-2])[-_/.]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(
        rf"(?:^|&)(?:y{{1,4}}|year)={_YEAR}&(?:m{{1,2}}|month)=(?P<month>\d{{1,2}})"
        r"(?:&(?:d{1,2}|day)=(?P<day>\d{1,2}))?(?:&|$)"
    ),
    re.compile(rf"(?<!\d){_YEAR}[-_/.]?(?P<month>0[1-9]|1[0-2])(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[-_/.](?P<month>[1-9])(?![\d])"),
    re.compile(rf"(?<!\d){_YEAR}[-_/.]?{_MONTH_WORD}(?![a-z])", re.IGNORECASE),
    re.compile(rf"(?<![a-z]){_MONTH_WORD}[-_/.]?{_YEAR}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_YEAR}(?!\d)"),
)  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def period_in_name(url: str) -> tuple[date, date] | None:
    """Return the first and last day that the name of a sitemap speaks of, or None.

    >>> period_in_name("https://e.org/sitemap-2013-auto-1.xml")
    (datetime.date(2013, 1, 1), datetime.date(2013, 12, 31))
    >>> period_in_name("https://e.org/sitemap.xml?yyyy=2024&mm=02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> period_in_name("https://e.org/sitemap-news.xml") is None
    True
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    for text in (unquote(parts.query), unquote(parts.path)):
        for pattern in _PERIODS:
            # The last match: the year in front can be that of the content system's folder.
            match = next(reversed(list(pattern.finditer(text))), None)
            if match is None:
                continue
            groups = match.groupdict()
            year = int(groups["year"])
            month = _MONTHS.index(groups["word"].lower()) + 1 if groups.get("word") else int(groups.get("month") or 0)
            day = int(groups.get("day") or 0)
            try:
                if day:
                    return date(year, month, day), date(year, month, day)
                if month:
                    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
                return date(year, 1, 1), date(year, 12, 31)
            except ValueError:
                continue
    return None


def _day(value: str) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None


def narrow(
    entries: Iterable[SitemapEntry], since: date | None = None, until: date | None = None
) -> Iterator[SitemapEntry]:
    """Yield the sitemaps of an index that can hold something from *since* to *until*, both days included.

    One is left out when it was last changed before *since* (nothing newer can be in it), or when the period in its name
    lies outside the window by more than a day (zones differ). What says nothing is kept.

    >>> index = [SitemapEntry("https://e.org/s-2012.xml"), SitemapEntry("https://e.org/s-2013.xml")]
    >>> [entry.url for entry in narrow(index, since=date(2013, 1, 24))]
    ['https://e.org/s-2013.xml']
    """
    for entry in entries:
        changed = _day(entry.lastmod) if entry.lastmod else None
        if since and changed and (since - changed).days > 1:
            continue
        period = period_in_name(entry.url)
        if period:
            if since and (since - period[1]).days > 1:
                continue
            if until and (period[0] - until).days > 1:
                continue
        yield entry


def sitemaps_in_robots(text: str, url: str | None = None) -> list[str]:
    """Return the sitemaps that a robots.txt names, each once (https://www.sitemaps.org/protocol.html#submit_robots).

    >>> sitemaps_in_robots("Sitemap: /s.xml # all", "https://e.org/robots.txt")
    ['https://e.org/s.xml']
    """
    found: dict[str, None] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().removeprefix("\ufeff").lower() == "sitemap":
            address = _address(value.partition(" #")[0], url or "")
            if address:
                found[address] = None
    return list(found)


def usual_places(url: str) -> list[str]:
    """Return where the feeds and sitemaps of the publication at *url* are likely to be, the likeliest first.

    >>> usual_places("https://example.org/world/")[0]
    'https://example.org/sitemap.xml'
    """
    paths = (
        "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/news-sitemap.xml", "/sitemap-news.xml",
        "/sitemap_news.xml", "/googlenews.xml", "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds/rss.xml",
        "/index.xml", "/feed.json", "/arc/outboundfeeds/rss/", "/arc/outboundfeeds/sitemap-index/",
    )  # fmt: skip
    try:
        return [urljoin(url, path) for path in paths]
    except ValueError:
        return []
