"""A page of an archive, as it was sent: unpacked, and read as the ``news`` spider reads what it fetches.

Pure: it opens nothing and knows no Scrapy, so that it can run in any process.
"""

from __future__ import annotations

import re
import sys
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from newscrawl.article import load_article
from newscrawl.extract.page import Page
from newscrawl.extract.refusal import LISTING, refusal, unlike_article
from newscrawl.extract.robots import robots_directives, unwanted
from newscrawl.items import Article
from newscrawl.links import Link, classify_page, onward_links
from newscrawl.sites import Site
from newscrawl.urls import canonical_url

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HTML = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
FAULT_OF_OURS = "error while reading"
UNPACKABLE = "not packed as it says"
_TOO_LARGE = "too large when unpacked"
# Boxes that name stories, as opposed to those in the article's text.
_LISTING_PAGES = frozenset({"pagination", "pages"})
_ARTICLE_TYPES = re.compile(r"article|BlogPosting|Report", re.ASCII | re.IGNORECASE)
_MOST_LAYERS = 5
_CHUNK = re.compile(rb"\r?\n?([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n")
_LOOKS_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|article)\b", re.IGNORECASE)


class UnreadableError(Exception):
    """A body is not what its header says; the message is a reason in a few words."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it was sent."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    """HTTP's header fields, names in small letters."""

    now: datetime | None = None
    """When it was fetched, aware."""

    site: str | None = None
    """The name of the declaration it is read by."""


@dataclass(slots=True)
class Reading:
    """What a page gave."""

    article: Article | None = None
    reason: str = ""
    """Why it gave no article."""

    further: str | None = None
    """The address of the article's next page."""

    trace: str | None = None
    """Where our own reading failed, for the log."""


@dataclass(frozen=True)
class PageReader:
    """Reads pages; it holds what does not change from page to page."""

    sites: dict[str, Site] = field(default_factory=dict)
    """Declarations by name."""

    with_html: bool = False
    """Whether `Article.body_html` is wanted."""

    robot: str | None = None
    """Our name, where pages that ask robots not to keep them are left out."""

    max_bytes: int = 1 << 24
    """What a page may have when it is unpacked."""

    def read(self, sent: Sent) -> Reading:
        """Return what *sent* gives; it never fails."""
        try:
            return self._read(sent)
        except UnreadableError as error:
            return Reading(reason=str(error))
        except Exception:
            # A fault of ours on this page must not cost the others.
            return Reading(reason=FAULT_OF_OURS, trace=traceback.format_exc())

    def _read(self, sent: Sent) -> Reading:
        fields = dict(reversed(sent.headers))
        body = unpack(
            sent.body, fields.get("transfer-encoding", ""), fields.get("content-encoding", ""), self.max_bytes
        )
        content_type = fields.get("content-type", "")
        if not is_html(content_type, body):
            return Reading(reason=not_html(content_type))
        page = Page.of(body, sent.url, self.sites.get(sent.site or ""), content_type or None)
        if reason := refusal(page) or self._unwanted(sent, page):
            return Reading(reason=reason)
        article = load_article(page, sent.url, page.site, now=sent.now, with_html=self.with_html)
        # Of a described page only its next page is asked for.
        links = classify_page(page) if page.site is None else onward_links(page, lambda _: True)
        if page.site is None and (reason := _unlike_article(page, article, links)):
            return Reading(reason=reason)
        further = next((link.url for link in links if link.kind == "next_page" and link.via == "article_pages"), None)
        return Reading(article, further=further)

    def _unwanted(self, sent: Sent, page: Page) -> str | None:
        if self.robot is None:
            return None
        headers = [value for name, value in sent.headers if name == "x-robots-tag"]
        return unwanted(robots_directives(headers, page.metas, self.robot))


def _unlike_article(page: Page, article: Article, links: list[Link]) -> str | None:
    """Say why a page of a publication that nobody has described is none of its articles.

    In a crawl it was a link that promised an article; here a page speaks for itself alone. One that does not call
    itself an article is a listing when its own navigation says so, or when it has older or newer pages.
    """
    if reason := unlike_article(page, article, links):
        return reason
    types = [*page.meta("og:type"), *(str(data.get("@type", "")) for data in page.json_ld)]
    if any(_ARTICLE_TYPES.search(name) for name in types) or any(page.meta("article:published_time")):
        return None
    own = canonical_url(page.url)
    listed = any(link.kind == "listing" and canonical_url(link.url) == own for link in links)
    paged = any(link.via in _LISTING_PAGES for link in links)
    return LISTING if listed or paged else None


def not_html(content_type: str) -> str:
    """Return the reason to leave out what is no page.

    >>> not_html("application/pdf;version=1.4"), not_html("")
    ('not HTML but application/pdf', 'not HTML but unknown')
    """
    return f"not HTML but {content_type.partition(';')[0].strip().lower() or 'unknown'}"


def is_html(content_type: str, body: bytes) -> bool:
    r"""Say whether a body is a page: as its type says; without one, by its first kilobyte.

    >>> is_html("text/html; charset=utf-8", b""), is_html("image/png", b"<html>"), is_html("", b"\n<!DOCTYPE html>")
    (True, False, True)
    """
    kind = content_type.partition(";")[0].strip().lower()
    return kind in HTML if kind else _LOOKS_HTML.search(body[:1024]) is not None


def unpack(body: bytes, transfer: str, content: str, max_bytes: int) -> bytes:
    r"""Return *body* without the encodings that its header fields name, if it has them.

    Many archives hold bodies that were unpacked before, under the fields they came with: what does not begin as
    packed data is taken as it is.

    Args:
        body: as it stands in the archive.
        transfer: ``Transfer-Encoding``.
        content: ``Content-Encoding``.
        max_bytes: the most that may come out.

    Raises:
        UnreadableError: it is packed and broken, or becomes too large.

    >>> unpack(b"4\r\nRain\r\n0\r\n\r\n", "chunked", "", 100), unpack(b"<p>Rain", "chunked", "gzip", 100)
    (b'Rain', b'<p>Rain')
    """
    if "chunked" in transfer.lower() and _CHUNK.match(body):
        body = _join_chunks(body)
    layers = [name.strip().lower() for name in f"{content},{transfer}".split(",")]
    names = [name for name in reversed(layers) if name in _UNPACKERS]
    if len(names) > _MOST_LAYERS:
        raise UnreadableError(_TOO_LARGE)
    for name in names:
        begins, unpacker = _UNPACKERS[name]
        if not begins(body):
            continue
        try:
            body = unpacker(body, max_bytes)
        except UnreadableError:
            raise
        except Exception as error:  # each of the libraries has its own
            raise UnreadableError(UNPACKABLE) from error
    return body


def _join_chunks(body: bytes) -> bytes:
    """Return the data of chunks (RFC 9112, 7.1)."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if not size:
            return b"".join(parts)
        if match.end() + size > len(body):
            break
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
    raise UnreadableError("cut off")


def _inflate(body: bytes, max_bytes: int, wbits: int) -> bytes:
    engine = zlib.decompressobj(wbits)
    data = engine.decompress(body, max_bytes)
    if engine.unconsumed_tail:
        raise UnreadableError(_TOO_LARGE)
    if not engine.eof:
        raise UnreadableError("cut off")
    return data


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    return _inflate(body, max_bytes, 31)


def _undeflate(body: bytes, max_bytes: int) -> bytes:
    # Servers send it with zlib's header and without (RFC 9110, 8.4.1.2).
    try:
        return _inflate(body, max_bytes, 15)
    except zlib.error:
        return _inflate(body, max_bytes, -15)


def _unbrotli(body: bytes, max_bytes: int) -> bytes:
    import brotli  # noqa: PLC0415 (comes with fastwarc)

    engine = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    for at in range(0, len(body), 1 << 14):
        parts.append(engine.process(body[at : at + (1 << 14)]))
        size += len(parts[-1])
        if size > max_bytes:
            raise UnreadableError(_TOO_LARGE)
    if not engine.is_finished():
        raise UnreadableError("cut off")
    return b"".join(parts)


def _unzstd(body: bytes, max_bytes: int) -> bytes:
    engine = zstd.ZstdDecompressor()
    data = engine.decompress(body, max_bytes)
    if not engine.eof:
        raise UnreadableError(_TOO_LARGE if len(data) >= max_bytes else "cut off")
    return data


def _is_no_page(body: bytes) -> bool:
    return body.lstrip()[:1] not in {b"", b"<"}


def _begins_gzip(body: bytes) -> bool:
    return body.startswith(b"\x1f\x8b")


def _begins_zstd(body: bytes) -> bool:
    return body.startswith(b"\x28\xb5\x2f\xfd")


# Brotli and deflate have no first bytes of their own.
_UNPACKERS: dict[str, tuple[Callable[[bytes], bool], Callable[[bytes, int], bytes]]] = {
    "gzip": (_begins_gzip, _gunzip),
    "x-gzip": (_begins_gzip, _gunzip),
    "deflate": (_is_no_page, _undeflate),
    "br": (_is_no_page, _unbrotli),
    "zstd": (_begins_zstd, _unzstd),
}
