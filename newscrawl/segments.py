"""The files of articles: how a line gets into one, when it counts, and what becomes of a killed run's.

A segment is called ``….jsonl.part`` and is locked while its run lives; a file called ``….jsonl`` is complete and never
changes; it may be packed when it is finished (``….jsonl.gz``, ``….jsonl.zst``), which changes neither its lines nor
where each begins. A line counts when it is on the disk and then in the store, in this order. Nothing here knows Scrapy.
"""

from __future__ import annotations

import errno
import gzip
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from shutil import copyfileobj
from time import monotonic
from typing import IO, Any, NamedTuple, cast

import orjson

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from newscrawl import locks
from newscrawl.items import Article
from newscrawl.neardups import sign
from newscrawl.rechecks import published_at
from newscrawl.store import Record, Store, StoreError, StoreFullError, WrittenElsewhereError
from newscrawl.urls import article_id, url_key
from newscrawl.versions import marks

logger = logging.getLogger(__name__)

FINISHED = ".jsonl"
COMPRESSIONS = {"": "", "gzip": ".gz", "zstd": ".zst"}
"""What a finished segment may be packed with, and the ending that its name gets."""
PART = ".jsonl.part"
_FRESH = ".new"
# EFBIG is a limit of file size (setrlimit(2)): to whoever must make room it is the same as a full disk.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# DEL, C1 controls, U+2028 and U+2029 may stand in JSON, but some readers break a line at them (Python's splitlines).
_UNSAFE = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
_PERHAPS_UNSAFE = (b"\x7f", b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9")


class WriteError(Exception):
    """Lines could not be written and none of them counts; the message says for a person why and what to do."""

    def __init__(self, message: str, *, full: bool) -> None:
        super().__init__(message)
        self.full = full


class Line(NamedTuple):
    """One article on its way into a segment."""

    data: bytes
    """A JSON object and a newline."""

    record: Record
    """What the store shall learn; segment and offset are filled in when the line is written."""


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def _mend(value: Any) -> Any:
    """Return *value* with what has no place in JSON replaced: lone surrogates, numbers beyond 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mend(item) for item in value]
    return None if isinstance(value, int) and value.bit_length() > 63 else value


def encode(article: Article) -> bytes:
    r"""Return *article* as one line of JSON: UTF-8, its fields in their order, a newline at the end.

    >>> encode(Article(headline="One line\u2028another \ud800")).split(b",")[6]
    b'"headline":"One line\\u2028another ?"'
    """
    try:
        data = orjson.dumps(article, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        data = orjson.dumps(_mend(asdict(article)), option=orjson.OPT_APPEND_NEWLINE)
    # Told apart by bytes that few lines have: the pattern goes over all of them at thirty times the price.
    return _UNSAFE.sub(_escape, data) if any(mark in data for mark in _PERHAPS_UNSAFE) else data


def address_keys(canonical_url: str, others: Iterable[str | None]) -> tuple[str, ...]:
    """Return the keys of an article: that of its canonical URL, then those of its other addresses, each once."""
    return tuple(dict.fromkeys(url_key(url) for url in (canonical_url, *others) if url))


def _record(get: Callable[[str], Any], signature: bytes | None) -> Record:
    canonical = get("canonical_url") or get("url") or ""
    return Record(
        id=get("id") or article_id(canonical),
        canonical_url=canonical,
        keys=address_keys(canonical, [get("url"), *(get("aliases") or ())]),
        site=get("site") or "",
        content_hash=get("content_hash"),
        version=get("version") or 1,
        date_published=get("date_published"),
        seen_at=get("fetched_at"),
        url=get("url") or canonical,
        published=published_at(get("date_published"), get("fetched_at")),
        marks=marks(get),
        signature=signature,
        duplicate_of=get("duplicate_of"),
    )


def _read_record(values: dict[str, Any]) -> Record:
    body = values.get("body")
    return _record(values.get, sign(body) if isinstance(body, str) else None)


def line_of(article: Article, signature: bytes | None = None) -> Line:
    """Return *article* as a line to be written; with the *signature* of its text, copies of it are found."""
    return Line(encode(article), _record(lambda name: getattr(article, name), signature))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_segment(path: Path) -> IO[bytes]:
    """Open the segment *path*, packed or not, to read its lines as bytes."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if path.suffix == ".zst":
        return cast("IO[bytes]", zstd.open(path))
    return path.open("rb")


def _open_packed(path: Path, compression: str) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb") if compression == "gzip" else zstd.open(path, "wb"))


def segment_name(root: Path, path: Path) -> str:
    """Return what the store calls the segment *path* below *root*, whether it is finished, packed or not."""
    name = path.relative_to(root).as_posix().removesuffix(".part")
    return name.removesuffix(".gz").removesuffix(".zst")


def _finished_forms(path: Path) -> list[Path]:
    """Return what the segment *path* (``….jsonl``) may be called when it is finished."""
    return [path.with_name(f"{path.name}{ending}") for ending in COMPRESSIONS.values()]


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text).lstrip(".") or "unknown"


class SegmentWriter:
    """One ``.part`` file of this run: made, locked, written, and cut back when something fails.

    Args:
        root: the articles' folder.
        site: whose articles; the folder in it.
        stem: the name without ending; a number is added where it is taken.
        compression: one of `COMPRESSIONS`.

    Raises:
        OSError: from any method that touches the file.
    """

    def __init__(self, root: Path, site: str, stem: str, compression: str = "") -> None:
        folder = root / _file_name(site)
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(folder.parent)
        names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
        paths = (folder / f"{name}{FINISHED}" for name in names)
        self.path = next(
            path for path in paths if not any(f.exists() for f in (path.with_suffix(PART), *_finished_forms(path)))
        )
        self.name = self.path.relative_to(root).as_posix()
        self.part = self.path.with_suffix(PART)
        self.began = monotonic()
        self._compression = compression
        self._descriptor = locks.hold(self.part)
        # A file whose name is not on the disk is lost with the power, whatever was synced into it.
        _sync_folder(folder)
        self.committed = 0
        self.lines = 0
        self._written = 0
        self._lines = 0

    def append(self, lines: Sequence[bytes]) -> list[int]:
        """Write *lines*, wait until the disk has them, and return where each begins."""
        offsets, position = [], self._written
        for line in lines:
            offsets.append(position)
            position += len(line)
        rest = memoryview(b"".join(lines))
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        os.fsync(self._descriptor)
        self._written = position
        self._lines += len(lines)
        return offsets

    def commit(self) -> None:
        """Let what was appended count."""
        self.committed, self.lines = self._written, self._lines

    def cut_back(self) -> None:
        """Take off what does not count."""
        os.ftruncate(self._descriptor, self.committed)
        os.lseek(self._descriptor, self.committed, os.SEEK_SET)
        os.fsync(self._descriptor)
        self._written, self._lines = self.committed, self.lines

    def finish(self) -> None:
        """Give the file its final name; one without a line is removed."""
        try:
            if self._written != self.committed:
                self.cut_back()
            if self.lines and self._compression:
                self._pack()
            elif self.lines:
                self.part.rename(self.path)
            else:
                self.part.unlink()
            _sync_folder(self.path.parent)
        finally:
            os.close(self._descriptor)

    def _pack(self) -> None:
        packed = self.path.with_name(f"{self.path.name}{COMPRESSIONS[self._compression]}")
        fresh = packed.with_name(f"{packed.name}{_FRESH}")
        try:
            with self.part.open("rb") as plain, _open_packed(fresh, self._compression) as file:
                copyfileobj(plain, file, 1 << 20)
            with fresh.open("rb") as written:
                os.fsync(written.fileno())
        except OSError as error:
            # The lines are safe as they are.
            logger.warning("%s stays as it is, it could not be packed: %s", self.path, error.strerror or error)
            fresh.unlink(missing_ok=True)
            self.part.rename(self.path)
            return
        fresh.rename(packed)
        _sync_folder(packed.parent)
        self.part.unlink()
        self.path = packed


class Sink:
    """The segments of one run, one a site, and the order of commitment.

    Args:
        root: the articles' folder.
        store: what learns of the lines.
        stem: the name of the run's files, without ending: UTC start and job.
        max_bytes: a segment of this size is finished and another begun; 0 for any size.
        max_seconds: likewise for its age.
        compression: what finished segments are packed with, one of `COMPRESSIONS`.

    Raises:
        ValueError: there is no such compression.
    """

    def __init__(
        self,
        root: Path,
        store: Store,
        stem: str,
        *,
        max_bytes: int = 0,
        max_seconds: float = 0.0,
        compression: str = "",
    ) -> None:
        if compression not in COMPRESSIONS:
            known = ", ".join(filter(None, COMPRESSIONS))
            raise ValueError(f"NEWSCRAWL_SEGMENT_COMPRESSION={compression}: write {known}, or nothing for none")
        self._root, self._store, self._stem = root, store, stem
        self._max_bytes, self._max_seconds, self._compression = max_bytes, max_seconds, compression
        self._writers: dict[str, SegmentWriter] = {}
        self._files: list[Path] = []
        self.elsewhere: frozenset[str] = frozenset()
        """The ids of what was left out of the last `write`."""

    def write(self, lines: Sequence[Line]) -> None:
        """Write *lines*, wait for the disk, then let the store learn of them: all or none.

        Left out (`elsewhere`) are those that another run has written meanwhile, taking this one for dead.

        Raises:
            WriteError: none of them counts; the files are cut back to the last line that does.
        """
        self.elsewhere = frozenset[str]()
        while rest := [line for line in lines if line.record.id not in self.elsewhere]:
            try:
                self._write(rest)
            except WrittenElsewhereError as error:
                self.elsewhere |= error.ids
            else:
                return

    def _write(self, lines: Sequence[Line]) -> None:
        sites: dict[str, list[Line]] = {}
        for line in lines:
            sites.setdefault(line.record.site, []).append(line)
        records: list[Record] = []
        self.roll()
        try:
            for site, group in sites.items():
                if site not in self._writers:
                    self._writers[site] = SegmentWriter(self._root, site, self._stem, self._compression)
                writer = self._writers[site]
                offsets = writer.append([line.data for line in group])
                records += [
                    replace(line.record, segment=writer.name, offset=offset)
                    for line, offset in zip(group, offsets, strict=True)
                ]
            self.learn(records)
        except (OSError, StoreError) as error:
            for site in sites:
                if site in self._writers:
                    # What cannot be cut back now is recovered by the next run.
                    with suppress(OSError):
                        self._writers[site].cut_back()
            if isinstance(error, WrittenElsewhereError):
                raise
            raise self._explained(error) from error
        for site in sites:
            self._writers[site].commit()

    def learn(self, records: Sequence[Record]) -> None:
        """Let the store learn of lines that are on the disk."""
        self._store.add(records, unique=True)

    def roll(self) -> None:
        """Finish the segments that are large or old enough.

        Raises:
            WriteError: one could not be renamed; the next run does it.
        """
        for site, writer in list(self._writers.items()):
            large = 0 < self._max_bytes <= writer.committed
            if large or 0 < self._max_seconds <= monotonic() - writer.began:
                self._finish(site)

    def finish(self) -> list[Path]:
        """Finish every segment and return all files of the run, in the order they were finished.

        Raises:
            WriteError: one could not be renamed; the next run does it.
        """
        for site in list(self._writers):
            self._finish(site)
        return self._files

    def _finish(self, site: str) -> None:
        writer = self._writers.pop(site)
        try:
            writer.finish()
        except OSError as error:
            raise self._explained(error) from error
        if writer.lines:
            self._files.append(writer.path)

    def _explained(self, error: OSError | StoreError) -> WriteError:
        if isinstance(error, StoreError):
            return WriteError(str(error), full=isinstance(error, StoreFullError))
        if error.errno in _FULL:
            return WriteError(
                f"the disk is full: articles cannot be written to {self._root} ({error.strerror}); make room and start "
                "again: what was written counts, the rest is fetched then",
                full=True,
            )
        return WriteError(f"articles cannot be written to {self._root}: {error.strerror or error}", full=False)


class Entry(NamedTuple):
    """One line of a file, as it was found."""

    offset: int
    size: int
    values: dict[str, Any] | None
    """The article, or ``None`` for a line that is torn or no article."""


def entries(path: Path) -> Iterator[Entry]:
    """Yield the lines of the file *path*, whole or not."""
    offset = 0
    with open_segment(path) as file:
        for raw in file:
            values = None
            if raw.endswith(b"\n"):
                with suppress(orjson.JSONDecodeError):
                    values = orjson.loads(raw)
            article = values if isinstance(values, dict) and (values.get("id") or values.get("canonical_url")) else None
            yield Entry(offset, len(raw), article)
            offset += len(raw)


def finished(root: Path) -> list[Path]:
    """Return the finished segments below *root*, packed or not, oldest first by name."""
    return sorted((path for ending in COMPRESSIONS.values() for path in root.glob(f"*/*{FINISHED}{ending}")), key=_age)


def _age(path: Path) -> tuple[str, int, str]:
    """Return what sorts segments: the tenth of a run comes after its second, and its first has no number."""
    stem = path.name.partition(FINISHED)[0]
    match = re.fullmatch(r"(.*)-(\d{1,6})", stem)
    return (match[1], int(match[2]), path.parent.name) if match else (stem, 1, path.parent.name)


def records(root: Path, path: Path) -> Iterator[Record]:
    """Yield what the store shall know of the segment *path* below *root*; lines that are no articles are left out."""
    name = segment_name(root, path)
    for entry in entries(path):
        if entry.values is not None:
            yield replace(_read_record(entry.values), segment=name, offset=entry.offset)


@dataclass(slots=True)
class Recovered:
    """What was done about the leftovers of killed runs."""

    files: int = 0
    """Segments that got their final name."""

    emptied: int = 0
    """Leftovers without a whole line, removed."""

    registered: int = 0
    """Whole lines that the store did not know."""

    torn: int = 0
    """Bytes of torn last lines, cut off."""

    unreadable: int = 0
    """Lines amidst others that are no JSON, taken out."""

    twice: int = 0
    """Lines that stand in another segment, taken out."""

    claims: int = 0
    """Claims of dead runs, released."""

    def __bool__(self) -> bool:
        return self != Recovered()

    def __str__(self) -> str:
        parts = [
            (self.files, "{} file finished", "{} files finished"),
            (self.registered, "{} article registered", "{} articles registered"),
            (self.torn, "a torn line of {} byte cut off", "a torn line of {} bytes cut off"),
            (self.emptied, "{} empty file removed", "{} empty files removed"),
            (self.unreadable, "{} unreadable line taken out", "{} unreadable lines taken out"),
            (self.twice, "{} line that stands elsewhere taken out", "{} lines that stand elsewhere taken out"),
            (self.claims, "{} claim released", "{} claims released"),
        ]
        done = [(one if number == 1 else many).format(number) for number, one, many in parts if number]
        return f"recovered from a killed run: {', '.join(done)}"


def recover(root: Path, store: Store) -> Recovered:
    """Finish the segments that killed runs left below *root* and release these runs' claims.

    Live runs are not touched; a second process that recovers at the same time waits. Doing it again, also after being
    killed in the middle, does no harm.

    Raises:
        WriteError: the disk does not take it.
        StoreError: the store does not.
    """
    done = Recovered()
    try:
        root.mkdir(parents=True, exist_ok=True)
        gate = locks.hold(root / ".recovery")
        try:
            for part in sorted(root.glob(f"*/*{PART}")):
                lock = locks.seize(part)
                if lock is not None:
                    try:
                        while not _recover_segment(root, part, store, done):
                            pass
                    finally:
                        os.close(lock)
            done.claims = store.release_dead()
        finally:
            os.close(gate)
    except OSError as error:
        full = error.errno in _FULL
        raise WriteError(
            f"what a killed run left in {root} cannot be recovered: {'the disk is full' if full else error.strerror}",
            full=full,
        ) from error
    return done


def _recover_segment(root: Path, part: Path, store: Store, done: Recovered) -> bool:
    """Finish a leftover; return whether that is done, or another run has written one of its lines meanwhile."""
    name = segment_name(root, part)
    for form in _finished_forms(root / name):
        form.with_name(f"{form.name}{_FRESH}").unlink(missing_ok=True)
        if form.exists():
            # It died between packing the segment, every line of which counted, and removing what it was packed from.
            part.unlink()
            _sync_folder(part.parent)
            return True
    places: list[tuple[int, int]] = []
    kept: list[Record] = []
    bad: list[Entry] = []
    seen: set[tuple[str, int]] = set()
    new = twice = whole = end = 0
    for entry in entries(part):
        if entry.values is None:
            bad.append(entry)
            continue
        whole = entry.offset + entry.size
        record = replace(_read_record(entry.values), segment=name, offset=end)
        known = store.article(record.id)
        this = (record.id, record.version)
        if this in seen or (known and known.segment != name and known.version == record.version):
            twice += 1
            continue
        seen.add(this)
        new += known is None or known.version < record.version
        places.append((entry.offset, entry.size))
        kept.append(record)
        end += entry.size
    _keep(part, places)
    try:
        store.add(kept, unique=True)
    except WrittenElsewhereError:
        return False
    if kept:
        part.rename(root / name)
        done.files += 1
    else:
        part.unlink()
        done.emptied += 1
    _sync_folder(part.parent)
    done.registered += new
    done.twice += twice
    done.torn += sum(entry.size for entry in bad if entry.offset >= whole)
    done.unreadable += sum(entry.offset < whole for entry in bad)
    return True


def _keep(part: Path, places: Sequence[tuple[int, int]]) -> None:
    """Leave only the lines at *places* (offset, size) in the file *part*, and see that the disk has it so."""
    size = sum(length for _, length in places)
    if not places or sum(places[-1]) == size:
        with part.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())
        return
    fresh = part.with_name(f"{part.name}.new")
    with part.open("rb") as old, fresh.open("wb") as file:
        for offset, length in places:
            old.seek(offset)
            file.write(old.read(length))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(part)
    _sync_folder(part.parent)
