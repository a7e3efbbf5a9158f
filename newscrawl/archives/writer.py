"""WARC files (WARC/1.1, a gzip member a record) of what a crawl fetches. Nothing here knows Scrapy.

As with segments, a file is called ``….warc.gz.part`` and is locked while it is being written; one called ``….warc.gz``
is complete and never changes. It needs fastwarc (``requirements-archive.txt``).
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit
from uuid import uuid4

from newscrawl import locks
from newscrawl.archives.records import PAGE_ROLE

logger = logging.getLogger(__name__)

ENDING = ".warc.gz"
PART = f"{ENDING}.part"
_BLOCK = 1 << 20
_NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# What opens doors has no place in an archive.
_SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
# The body stands as a whole, as it was packed, whatever way it came over the line.
_OF_THE_LINE = frozenset({b"transfer-encoding", b"content-length", b"connection", b"keep-alive"})

Fields = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer."""

    url: str
    at: datetime
    """When the answer had come, aware."""

    method: str
    request_fields: Fields
    request_body: bytes
    status: int
    reason: str
    fields: Fields
    body: bytes
    """As it was packed (``Content-Encoding``)."""

    role: str = ""
    """What the page is taken for: ``article``, ``listing``, ``feed`` …"""

    ip: str | None = None
    cut_off: bool = False
    """Whether the connection ended before the body did."""


class WarcWriter:
    """The WARC files of one run, one after the other.

    Args:
        folder: where they lie.
        stem: their name without ending; a number is added from the second on.
        about: what the ``warcinfo`` record says (``application/warc-fields``).
        max_bytes: a file of this size is finished and another begun; 0 for any size.

    Raises:
        OSError: from any method that touches a file.
    """

    def __init__(self, folder: Path, stem: str, about: dict[str, str], *, max_bytes: int = 0) -> None:
        self._folder, self._about, self._max_bytes = folder, about, max_bytes
        self._names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
        self._file: IO[bytes] | None = None
        self._path = folder
        self._lock = -1
        self.files: list[Path] = []
        """The finished ones."""

    def write(self, exchange: Exchange) -> None:
        """Add a request and its answer."""
        answer, asked = f"<urn:uuid:{uuid4()}>", f"<urn:uuid:{uuid4()}>"
        data = _response(exchange, answer) + _request(exchange, asked, answer)
        if self._file is None:
            self._open(exchange.at)
        assert self._file is not None
        at = self._file.tell()
        try:
            self._file.write(data)
            self._file.flush()
        except OSError:
            # A torn record would make what comes behind it unreadable.
            os.ftruncate(self._file.fileno(), at)
            raise
        if 0 < self._max_bytes <= at + len(data):
            self.finish()

    def finish(self) -> None:
        """Give the file that is being written its final name."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            os.fsync(file.fileno())
            file.close()
            final = self._path.with_name(self._path.name.removesuffix(".part"))
            self._path.rename(final)
            self.files.append(final)
        finally:
            os.close(self._lock)

    def _open(self, now: datetime) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = next(name for name in self._names if not (self._folder / f"{name}{ENDING}").exists())
        self._path = self._folder / f"{name}{PART}"
        self._lock = locks.hold(self._path)
        self._file = self._path.open("ab")
        self._file.write(_warcinfo(self._about, f"{name}{ENDING}", now))


def _record(kind: str, fields: dict[str, str], block: bytes, identity: str, at: datetime) -> bytes:
    """Return one record as a gzip member."""
    from fastwarc.stream_io import GzipWriter  # noqa: PLC0415 (an extra)
    from fastwarc.warc import WarcRecord, WarcRecordType  # noqa: PLC0415

    record = WarcRecord()
    record.init_headers(record_type=getattr(WarcRecordType, kind))
    headers = record.headers
    headers["WARC-Record-ID"] = identity
    headers["WARC-Date"] = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    for name, value in fields.items():
        headers[name] = value
    record.set_bytes_content(block)
    out = BytesIO()
    with GzipWriter(out, compression_level=6) as packed:
        record.write(packed, checksum_data=True)
        packed.finish()
    return out.getvalue()


def _warcinfo(about: dict[str, str], name: str, now: datetime) -> bytes:
    block = "".join(f"{key}: {value}\r\n" for key, value in about.items()).encode()
    fields = {"Content-Type": "application/warc-fields", "WARC-Filename": name}
    return _record("warcinfo", fields, block, f"<urn:uuid:{uuid4()}>", now)


def _response(exchange: Exchange, identity: str) -> bytes:
    fields = {"WARC-Target-URI": exchange.url, "Content-Type": "application/http; msgtype=response"}
    if exchange.role:
        fields[PAGE_ROLE] = exchange.role
    if exchange.ip:
        fields["WARC-IP-Address"] = exchange.ip
    if exchange.cut_off:
        fields["WARC-Truncated"] = "disconnect"
    kept = [(name, value) for name, value in exchange.fields if name.lower() not in _OF_THE_LINE]
    if exchange.status == 304:
        fields["WARC-Profile"] = _NOT_MODIFIED_PROFILE
        head = _http_head(f"HTTP/1.1 304 {exchange.reason}", kept)
        return _record("revisit", fields, head, identity, exchange.at)
    kept.append((b"Content-Length", str(len(exchange.body)).encode()))
    head = _http_head(f"HTTP/1.1 {exchange.status} {exchange.reason}", kept)
    return _record("response", fields, head + exchange.body, identity, exchange.at)


def _request(exchange: Exchange, identity: str, answer: str) -> bytes:
    parts = urlsplit(exchange.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    fields = [(name, value) for name, value in exchange.request_fields if name.lower() not in _SECRET]
    if not any(name.lower() == b"host" for name, _ in fields):
        fields.insert(0, (b"Host", parts.netloc.rpartition("@")[2].encode()))
    about = {
        "WARC-Target-URI": exchange.url,
        "WARC-Concurrent-To": answer,
        "Content-Type": "application/http; msgtype=request",
    }
    block = _http_head(f"{exchange.method} {target} HTTP/1.1", fields) + exchange.request_body
    return _record("request", about, block, identity, exchange.at)


def _http_head(first: str, fields: Fields) -> bytes:
    lines = [first.encode("latin-1", "replace"), *(name + b": " + value for name, value in fields)]
    return b"\r\n".join([*lines, b"", b""])


def recover(folder: Path) -> list[Path]:
    """Finish the files that killed runs left in *folder*: cut behind the last whole record; return them.

    Files that are being written are not touched.

    Raises:
        OSError: one cannot be read or written.
    """
    recovered: list[Path] = []
    for part in sorted(folder.glob(f"*{PART}")):
        lock = locks.seize(part)
        if lock is None:
            continue
        try:
            whole, members = _whole_members(part)
            if members < 2:
                # A warcinfo record alone tells of nothing.
                part.unlink()
                continue
            os.ftruncate(lock, whole)
            os.fsync(lock)
            final = part.with_name(part.name.removesuffix(".part"))
            part.rename(final)
            recovered.append(final)
        finally:
            os.close(lock)
    return recovered


def _whole_members(path: Path) -> tuple[int, int]:
    """Return where the last whole gzip member of a file ends, and how many of them there are."""
    end = members = 0
    with path.open("rb") as file:
        engine, at = zlib.decompressobj(31), 0
        data = file.read(_BLOCK)
        while data:
            try:
                engine.decompress(data)
            except zlib.error:
                break
            if engine.eof:
                at += len(data) - len(engine.unused_data)
                end, members = at, members + 1
                data, engine = engine.unused_data, zlib.decompressobj(31)
            else:
                at += len(data)
                data = b""
            data = data or file.read(_BLOCK)
    return end, members
