"""The records of a WARC file, one after the other; what is damaged is told and passed over.

It knows files and HTTP's outer form; it reads no page. It needs fastwarc (``requirements-archive.txt``).
"""

from __future__ import annotations

import errno
import glob
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MISSING: Final = (
    "WARC files are read and written with fastwarc, which is not installed: pip install -r requirements-archive.txt "
    "(or pip install 'newscrawl[archive]')"
)
DAMAGED: Final = "damaged record"
CUT_OFF: Final = "cut off"
TOO_LARGE: Final = "too large"
PAGE_ROLE: Final = "Newscrawl-Page"
"""The WARC field by which a crawl of ours says what it took a page for: ``article``, ``listing``, ``feed`` …"""
ENDINGS: Final = (".warc", ".warc.gz", ".warc.zst")
"""What the files of a folder that are archives end with."""

logger = logging.getLogger(__name__)

# The first bytes of a gzip member (RFC 1952), of a Zstandard frame (RFC 8878), and of a record that is not packed.
_STARTS = {".gz": b"\x1f\x8b\x08", ".zst": b"\x28\xb5\x2f\xfd", "": b"WARC/1."}
_BLOCK = 1 << 20
_EDGE = 1 << 16
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})", re.IGNORECASE)


def require_library() -> None:
    """See that WARC files can be read.

    Raises:
        ValueError: the library is not there; the message says what to do.
    """
    if find_spec("fastwarc") is None:
        raise ValueError(MISSING)


@dataclass(slots=True)
class Record:
    """One record of a WARC file, or a stretch of it that is none."""

    offset: int
    """Where it begins in the file, in bytes; in a file packed as a whole, where that begins."""

    kind: str = ""
    """``response``, ``request``, ``revisit``, ``resource`` … (``WARC-Type``)."""

    url: str = ""
    """``WARC-Target-URI``."""

    date: datetime | None = None
    """When it was captured, aware (``WARC-Date``; where that is none, HTTP's ``Date``)."""

    status: int | None = None
    """HTTP's status; ``None`` where the record holds no HTTP response."""

    headers: tuple[tuple[str, str], ...] = ()
    """HTTP's header fields, names in small letters."""

    body: bytes = b""
    """What follows HTTP's header, as it came over the wire; empty for what is no page."""

    role: str = ""
    """What a crawl of ours took the page for (`PAGE_ROLE`)."""

    fault: str | None = None
    """Why it cannot be used (`DAMAGED`, `CUT_OFF`, `TOO_LARGE`)."""

    def header(self, name: str) -> str:
        """Return the first field called *name* (small letters), or nothing."""
        return next((value for known, value in self.headers if known == name), "")


def find_archives(text: str) -> list[Path]:
    """Return the files that *text* names: paths, folders and patterns (``glob``), comma-separated, each file once.

    Raises:
        ValueError: there is nothing by one of these names.
    """
    found: dict[Path, None] = {}
    for name in (part.strip() for part in text.split(",")):
        if not name:
            continue
        path = Path(name).expanduser()
        if path.is_dir():
            paths = sorted(file for file in path.iterdir() if file.name.endswith(ENDINGS))
        elif path.exists():
            paths = [path]
        else:
            paths = sorted(Path(match) for match in glob.glob(str(path), recursive=True) if Path(match).is_file())  # noqa: PTH207
        if not paths:
            what = f"no file that ends with {', '.join(ENDINGS)} in it" if path.is_dir() else "no such file"
            raise ValueError(f"path={name}: {what}")
        found.update(dict.fromkeys(path.resolve() for path in paths))
    if not found:
        raise ValueError("which archives? Add -a path=CC-NEWS-20260101000000-00001.warc.gz, a folder or a pattern")
    return list(found)


def identity(path: Path) -> str:
    """Return what tells the file *path* from others, wherever it lies: made of its size, its beginning and its end.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        digest = blake2b(file.read(_EDGE), digest_size=16)
        size = file.seek(0, 2)
        file.seek(max(0, size - _EDGE))
        digest.update(file.read(_EDGE))
    digest.update(str(size).encode())
    return digest.hexdigest()


def parse_http(block: bytes) -> tuple[int | None, tuple[tuple[str, str], ...], bytes]:
    r"""Return status, header fields and body of an HTTP response; a status of ``None`` for what is none.

    >>> parse_http(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Rain")
    (200, (('content-type', 'text/html'),), b'<p>Rain')
    >>> parse_http(b"<p>Rain")
    (None, (), b'<p>Rain')
    """
    status = _STATUS.match(block)
    if status is None:
        return None, (), block
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    fields: list[tuple[str, str]] = []
    for line in head.decode("latin-1").splitlines()[1:]:
        if line[:1] in {" ", "\t"} and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip().lower(), value.strip()))
    return int(status[1]), tuple(fields), body


def read_records(path: Path, max_bytes: int = 1 << 24) -> Iterator[Record]:
    """Yield the records of the file *path*: plain, or packed with gzip or Zstandard, a record or the whole at a time.

    Only ``response`` and ``resource`` records come with their bodies. Behind a stretch that cannot be read, which is
    one record of kind ``""``, reading goes on with the next record that can.

    Args:
        path: the file.
        max_bytes: longer records come without a body, as `TOO_LARGE`.

    Raises:
        OSError: the file cannot be read, or holds no WARC record.
    """
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415 (an extra)

    with path.open("rb") as file:
        start = _start_of(file.read(8), path)
        at: int | None = 0
        damage: Record | None = None
        found = False
        while at is not None:
            file.seek(at)
            try:
                for raw in ArchiveIterator(file, parse_http=False):
                    at, found = raw.stream_pos, True
                    if damage is not None and damage.offset != at:
                        yield damage
                    damage = None
                    record = _record(raw, max_bytes)
                    if record.fault == DAMAGED:
                        damage = record
                    else:
                        yield record
                break
            except OSError as error:
                if damage is None:
                    logger.info("%s is damaged behind byte %d: %s", path, at, error)
                    damage = Record(at, fault=DAMAGED)
            at = _next_start(file, start, at + 1)
        if damage is not None and found:
            yield damage
        if not found:
            raise OSError(errno.EINVAL, "it holds no WARC record", str(path))


def _start_of(begin: bytes, path: Path) -> bytes:
    """Return what each record of a file begins with, by its first bytes; by its name where those are damaged."""
    return next((s for s in _STARTS.values() if begin.startswith(s)), _STARTS.get(path.suffix, _STARTS[""]))


def _record(raw: WarcRecord, max_bytes: int) -> Record:
    """Return what is needed of a record; its body is read now or never."""
    fields = raw.headers
    # Some writers of WARC/1.0 took the grammar's angle brackets for part of the address.
    url = (fields.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    record = Record(raw.stream_pos, (fields.get("WARC-Type") or "").lower(), url, _moment(fields.get("WARC-Date")))
    record.role = fields.get(PAGE_ROLE) or ""
    if record.kind not in {"response", "resource"}:
        return record
    if raw.content_length > max_bytes:
        record.fault = TOO_LARGE
        return record
    try:
        block = raw.reader.read()
    except OSError:
        record.fault = DAMAGED
        return record
    if record.kind == "resource":
        record.body = block
        record.headers = (("content-type", fields.get("Content-Type") or ""),)
        record.status = 200
    else:
        record.status, record.headers, record.body = parse_http(block)
    if record.date is None:
        record.date = _http_date(record.header("date"))
    if len(block) < raw.content_length or fields.get("WARC-Truncated") or _is_short(record):
        record.fault = CUT_OFF
    return record


def _is_short(record: Record) -> bool:
    """Tell whether a body ends before HTTP says; the length of one that was packed, or sent in chunks, says nothing."""
    length = record.header("content-length")
    packed = record.header("content-encoding") or record.header("transfer-encoding")
    return not packed and length.isascii() and length.isdigit() and int(length) > len(record.body)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _next_start(file: BufferedReader, start: bytes, at: int) -> int | None:
    """Return where, at *at* or behind it, a record may begin."""
    file.seek(at)
    kept = b""
    while block := file.read(_BLOCK):
        text = kept + block
        if (found := text.find(start)) >= 0:
            return at - len(kept) + found
        kept = text[-len(start) + 1 :]
        at += len(block)
    return None
