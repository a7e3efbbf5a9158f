"""WARC files as others write them: CC-NEWS's kinds of records, in every packing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from newscrawl.demo import Newspaper
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Press

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOW = datetime(2026, 5, 7, 10, 0, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=UTF-8"}


def record(
    kind: str, block: bytes, *, url: str | None = None, at: datetime | str | None = NOW, **fields: str | None
) -> bytes:
    """Return a record; fields are named with ``_`` for ``-``, and ``None`` takes one out."""
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}" if isinstance(at, datetime) else at
    identity = UUID(bytes=hashlib.sha256(block + kind.encode() + str(url).encode()).digest()[:16])
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{identity}>",
        "WARC-Date": moment,
        "WARC-Target-URI": url,
        "Content-Type": f"application/http; msgtype={'request' if kind == 'request' else 'response'}",
        "WARC-Block-Digest": "sha1:" + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode(),
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, headers: dict[str, str] | None = None, status: int = 200) -> bytes:
    fields = HTML if headers is None else headers
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + body


def response(
    url: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    status: int = 200,
    at: datetime | str | None = NOW,
    **fields: str | None,
) -> bytes:
    return record("response", http(body, headers, status), url=url, at=at, **fields)


def warcinfo() -> bytes:
    about = b"isPartOf: CC-NEWS\r\nformat: WARC File Format 1.0\r\nsoftware: StormCrawler\r\nrobots: checked\r\n\r\n"
    name = "CC-NEWS-20260507100000-00001.warc.gz"
    return record("warcinfo", about, Content_Type="application/warc-fields", WARC_Filename=name)


def request(url: str) -> bytes:
    return record("request", b"GET / HTTP/1.1\r\nHost: e\r\n\r\n", url=url)


def metadata(url: str) -> bytes:
    return record("metadata", b"fetchTimeMs: 250\r\n", url=url, Content_Type="application/warc-fields")


def revisit(url: str) -> bytes:
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    return record("revisit", http(b""), url=url, WARC_Profile=profile)


def pack(records: Iterable[bytes], how: str = "gzip") -> bytes:
    """Return a file of *records*: ``gzip`` or ``zstd`` a record, ``plain``, or ``whole`` in one gzip member."""
    if how == "gzip":
        return b"".join(gzip.compress(one, 6, mtime=0) for one in records)
    if how == "zstd":
        return b"".join(zstd.compress(one, options={zstd.CompressionParameter.checksum_flag: 1}) for one in records)
    return b"".join(records) if how == "plain" else gzip.compress(b"".join(records), mtime=0)


def crawled(url: str, body: bytes) -> dict[str, str]:
    """Return HTTP's fields as today's CC-NEWS has them: those of the line under names of the crawler's own."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "X-Crawler-Content-Encoding": "gzip",
        "X-Crawler-Transfer-Encoding": "chunked",
        "Content-Length": str(len(body)),
    }


def paper(base: str, stories: int = 40) -> tuple[Newspaper, dict[str, bytes]]:
    """Return a newspaper and the pages of its first stories and of two of several pages, by address."""
    newspaper = Newspaper()
    press = Press(newspaper, Edition(base, base.replace("://www.", "://m.")))
    pages: dict[str, bytes] = {}
    several = [story for story in newspaper.stories[stories:] if len(story.pages) > 1][:2]
    for story in (*newspaper.stories[:stories], *several):
        paths = [story.path, *(f"{story.path}/(page)/{number}" for number in range(2, len(story.pages) + 1))]
        pages.update((f"{base}{path}", press.get(path).body) for path in paths)
    return newspaper, pages


def cc_news(pages: dict[str, bytes], extra: Sequence[bytes] = ()) -> list[bytes]:
    """Return the records of a file as CC-NEWS has them."""
    records = [warcinfo()]
    for url, body in pages.items():
        records += [request(url), response(url, body, crawled(url, body), WARC_IP_Address="192.0.2.7")]
        records.append(metadata(url))
    return [*records, *extra]
