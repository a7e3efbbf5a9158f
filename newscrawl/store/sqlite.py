"""The embedded store: one SQLite file, any number of processes of one machine.

Every address, id and content hash is one 16-byte key of one index, so that a look-up is a single descent of a B-tree
and nothing is loaded at the start. Live runs hold a lock beside the database (``<file>-jobs/``).
"""
# ruff: noqa: D102 (the contract says what its methods do)

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import finalize

from newscrawl import locks
from newscrawl.neardups import COMMON, Signed, choose, keys_of
from newscrawl.rechecks import epoch, is_due
from newscrawl.store import (
    Counts,
    Coverage,
    KnownArticle,
    Look,
    PendingLink,
    Record,
    Source,
    Store,
    StoreError,
    StoreFullError,
    WrittenElsewhereError,
    unexpired,
)

# Each entry brings a database from the version before to its own number; entries are never changed, only added.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE segments (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE articles (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL, canonical_url TEXT NOT NULL, aliases TEXT NOT NULL, site TEXT NOT NULL,
        content_hash BLOB, version INTEGER NOT NULL, segment INTEGER NOT NULL, place INTEGER NOT NULL,
        date_published TEXT, first_seen TEXT, last_seen TEXT, learnt REAL NOT NULL
    );
    CREATE TABLE keys (key BLOB PRIMARY KEY, article INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE claims (key BLOB PRIMARY KEY, job TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE refused (key BLOB PRIMARY KEY, reason TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE pending (
        n INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, site TEXT NOT NULL, address TEXT NOT NULL, url TEXT NOT NULL,
        discovered TEXT NOT NULL, attempts INTEGER NOT NULL
    );
    CREATE INDEX pending_of_site ON pending (site, n);
    CREATE TABLE listings (root BLOB PRIMARY KEY, back_to TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE walks (root BLOB NOT NULL, started REAL NOT NULL, PRIMARY KEY (root, started)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE articles ADD COLUMN marks BLOB;
    CREATE TABLE sources (
        key BLOB PRIMARY KEY, site TEXT NOT NULL, address TEXT NOT NULL, etag TEXT, last_modified TEXT, since TEXT,
        names TEXT NOT NULL, kept REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sources_of_site ON sources (site);
    CREATE TABLE watched (
        key BLOB PRIMARY KEY, site TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, published REAL,
        looked REAL NOT NULL, etag TEXT, last_modified TEXT, fruitless INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX watched_of_site ON watched (site, published);
    CREATE TABLE withdrawn (key BLOB PRIMARY KEY, note TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE coverage (site TEXT PRIMARY KEY, articles REAL NOT NULL, filled TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE signatures (article INTEGER PRIMARY KEY, story TEXT NOT NULL, signature BLOB NOT NULL);
    CREATE TABLE signature_keys (
        key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE sources ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE coverage ADD COLUMN newest REAL;
    """,
    """
    CREATE TABLE moments (name TEXT PRIMARY KEY, moment REAL NOT NULL) WITHOUT ROWID;
    """,
)
_FORGET_ARTICLES = (
    "DELETE FROM keys",
    "DELETE FROM articles",
    "DELETE FROM segments",
    "DELETE FROM claims",
    "DELETE FROM signatures",
    "DELETE FROM signature_keys",
)
_FORGET_SEGMENTS = (
    "DELETE FROM keys WHERE article NOT IN (SELECT n FROM others)",
    "DELETE FROM articles WHERE n NOT IN (SELECT n FROM others)",
    "DELETE FROM signatures WHERE article NOT IN (SELECT n FROM others)",
    "DELETE FROM signature_keys WHERE article NOT IN (SELECT n FROM others)",
    "DELETE FROM segments WHERE name <> ''",
    "DELETE FROM claims",
)
_FORGET_THE_REST = (
    "DELETE FROM refused",
    "DELETE FROM pending",
    "DELETE FROM listings",
    "DELETE FROM walks",
    "DELETE FROM sources",
    "DELETE FROM watched",
    "DELETE FROM withdrawn",
    "DELETE FROM coverage",
    "DELETE FROM moments",
)
_FORGET_SOURCES = (
    "DELETE FROM listings WHERE root IN (SELECT key FROM sources WHERE site = ?)",
    "DELETE FROM walks WHERE root IN (SELECT key FROM sources WHERE site = ?)",
    "DELETE FROM sources WHERE site = ?",
)
_FORGET_ONE = (
    "DELETE FROM watched WHERE key = ?",
    "DELETE FROM withdrawn WHERE key = ?",
)
# An address that belongs to an article is neither refused nor pending.
_SETTLE = ("DELETE FROM refused WHERE key = ?", "DELETE FROM pending WHERE key = ?")
_SETTLE_ALL = (
    "DELETE FROM claims WHERE key IN ({})",
    "DELETE FROM refused WHERE key IN ({})",
    "DELETE FROM pending WHERE key IN ({})",
)
_COUNTS = """
    SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM keys), (SELECT count(*) FROM claims),
           (SELECT count(*) FROM refused), (SELECT count(*) FROM pending), (SELECT count(*) FROM watched),
           (SELECT count(*) FROM withdrawn)
"""
_ARTICLE = """
    SELECT a.id, a.canonical_url, a.aliases, a.site, a.content_hash, a.version, s.name, a.place, a.date_published,
           a.first_seen, a.last_seen, a.learnt, a.marks
    FROM articles a JOIN segments s ON s.n = a.segment
"""
# Only ENOSPC comes as FULL; quotas and size limits come as the others (sqlite.org/rescode.html).
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
_BUSY_SECONDS = 60
_LATE = 7 * 86400.0
"""Seconds by which the last look at an article may be late; then it is given up."""
_LOOK_FIELDS = ("id", "url", "looked", "published", "etag", "last_modified", "fruitless")
_LOOK = "SELECT id, url, looked, published, etag, last_modified, fruitless FROM watched"
_PAGE = 500
_AT_ONCE = (4, 16, 64)
"""Values of one statement: few lengths, so that SQLite keeps the statements ready."""
_EXPIRED = "signatures expired before"


def _digest(kind: str, text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=kind.encode()).digest()


def _address(key: str) -> bytes:
    return _digest("address", key)


def _pack(content_hash: str | None) -> bytes | str | None:
    try:
        packed = bytes.fromhex(content_hash or "")
    except ValueError:
        return content_hash
    return packed if packed and packed.hex() == content_hash else content_hash


def _unpack(content_hash: bytes | str | None) -> str | None:
    return content_hash.hex() if isinstance(content_hash, bytes) else content_hash


def _select(connection: sqlite3.Connection, query: str, values: Sequence[Any], *first: object) -> list[tuple[Any, ...]]:
    """Return the rows of *query* for all *values*, which stand for ``{}`` in it, *first* before them.

    Each statement lets other threads run, and then waits for them: few statements are far faster than one a value.
    """
    rows: list[tuple[Any, ...]] = []
    for at in range(0, len(values), _AT_ONCE[-1]):
        part = values[at : at + _AT_ONCE[-1]]
        size = next(size for size in _AT_ONCE if size >= len(part))
        filled = [*part, *[part[-1]] * (size - len(part))]
        rows += connection.execute(query.format(",".join("?" * size)), [*first, *filled]).fetchall()
    return rows


def _known_article(row: tuple[Any, ...]) -> KnownArticle:
    return KnownArticle(
        id=row[0],
        canonical_url=row[1],
        aliases=tuple(row[2].split("\n")) if row[2] else (),
        site=row[3],
        content_hash=_unpack(row[4]),
        version=row[5],
        segment=row[6],
        offset=row[7],
        date_published=row[8],
        first_seen=row[9],
        last_seen=row[10],
        learnt=row[11],
        marks=row[12],
    )


def _close(connections: list[sqlite3.Connection], held: dict[str, tuple[int, int]]) -> None:
    for connection in connections:
        connection.close()
    for descriptors in held.values():
        for descriptor in descriptors:
            os.close(descriptor)
    connections.clear()
    held.clear()


class SqliteStore(Store):
    """The store in the SQLite file *path*, which is made, with its folder, when it is not there.

    Raises:
        StoreError: it cannot be opened, is damaged, or was made by a later version of newscrawl.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._jobs_folder = path.with_name(f"{path.name}-jobs")
        self._held: dict[str, tuple[int, int]] = {}
        self._walks: dict[str, float] = {}
        self._connections: list[sqlite3.Connection] = []
        self._closing = finalize(self, _close, self._connections, self._held)
        try:
            self._jobs_folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the store's folder {path.parent} cannot be made: {error.strerror}") from error
        try:
            with self._errors():
                # FULL: a finished file never changes, so a power cut must not take back what the store learnt of it.
                self._writer, self._writing = self._connect("FULL", 4), RLock()
                self._migrate()
                # NORMAL: claims need to outlive a process, not a power cut, after which no job is alive. Links
                # that wait are in the log before what rests on them, and the log comes to the disk in its order.
                self._claimer, self._claiming = self._connect("NORMAL", 1), RLock()
                self._reader, self._reading = self._connect("NORMAL", 4), RLock()
        except StoreError:
            self.close()
            raise

    def _connect(self, synchronous: str, cache: int) -> sqlite3.Connection:
        """Return a connection with a *cache* of so many megabytes; beyond it the system's own has what is in use."""
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connections.append(connection)
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError as error:
                # The change to WAL does not wait for other processes by itself.
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute(f"PRAGMA cache_size=-{cache}000")
        return connection

    def _migrate(self) -> None:
        with self._transaction(self._writer):
            (version,) = self._writer.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise StoreError(
                    f"the store {self.path} was made by a later version of newscrawl (schema {version}, this one knows "
                    f"{len(MIGRATIONS)}): install that version, or move the file away and run `scrapy reindex`"
                )
            for number, script in enumerate(MIGRATIONS[version:], version + 1):
                for statement in filter(str.strip, script.split(";")):
                    self._writer.execute(statement)
                self._writer.execute(f"PRAGMA user_version={number}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code in _FULL:
                raise StoreFullError(
                    f"the disk is full: the store {self.path} could not be written ({error})"
                ) from error
            if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
                advice = (
                    "it is damaged: move it away and run `scrapy reindex`, which makes it anew from the .jsonl files"
                )
            elif code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
                advice = f"see that this user may write to {self.path.parent}"
            elif code == sqlite3.SQLITE_BUSY:
                advice = f"another process has kept it locked for {_BUSY_SECONDS} seconds"
            else:
                advice = "see that its disk is well"
            raise StoreError(f"the store {self.path} cannot be used ({error}): {advice}") from error

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._writing, self._errors(), self._transaction(self._writer):
            yield self._writer

    def _find(self, digest: bytes) -> KnownArticle | None:
        with self._reading, self._errors():
            row = self._reader.execute(
                f"{_ARTICLE} JOIN keys k ON k.article = a.n WHERE k.key = ?", (digest,)
            ).fetchone()
        return _known_article(row) if row else None

    def known(self, keys: Collection[str]) -> dict[str, float]:
        find = "SELECT k.key, a.learnt FROM keys k JOIN articles a ON a.n = k.article WHERE k.key IN ({})"
        digests = {key: _address(key) for key in keys}
        with self._reading, self._errors():
            learnt = dict(_select(self._reader, find, list(digests.values())))
        return {key: learnt[digest] for key, digest in digests.items() if digest in learnt}

    def article(self, key_or_id: str) -> KnownArticle | None:
        found = self._find(_address(key_or_id)) or self._find(_digest("id", key_or_id))
        if found is None:
            return None
        with self._reading, self._errors():
            find = "SELECT note FROM withdrawn WHERE key = ?"
            row = self._reader.execute(find, (_digest("id", found.id),)).fetchone()
        return replace(found, withdrawn=row[0]) if row else found

    def by_hash(self, content_hash: str, site: str) -> str | None:
        article = self._find(_digest("content", f"{site}\n{content_hash}"))
        return article.id if article else None

    def alike(self, keys: Collection[int], before: str | None = None) -> list[Signed]:
        hits, passed_over = Counter[int](), Counter[int]()
        find = "SELECT key, article FROM signature_keys WHERE key IN ({})"
        articles: dict[int, list[int]] = defaultdict(list)
        with self._reading, self._errors():
            for key, article in _select(self._reader, find, list(keys)):
                articles[key].append(article)
        for numbers in articles.values():
            (hits if len(numbers) < COMMON else passed_over).update(numbers)
        last = None
        if before is not None and hits:
            with self._reading, self._errors():
                last = self._reader.execute(
                    "SELECT article FROM keys WHERE key = ?", (_digest("id", before),)
                ).fetchone()
        if last:
            for counted in (hits, passed_over):
                for number in [number for number in counted if number >= last[0]]:
                    del counted[number]
        find = (
            "SELECT s.article, a.id, s.story, s.signature FROM signatures s JOIN articles a ON a.n = s.article "
            "WHERE s.article IN ({})"
        )
        with self._reading, self._errors():
            found = sorted(_select(self._reader, find, list(choose(hits, passed_over))))
        return sorted((Signed(*row[1:]) for row in found), key=Signed.is_copy)

    def expire_signatures(self, before: datetime, *, dry_run: bool = False) -> int:
        moment = before.timestamp()
        with self._write() as db:
            old = db.execute(
                "SELECT s.article FROM signatures s JOIN articles a ON a.n = s.article WHERE a.learnt < ?", (moment,)
            ).fetchall()
            if dry_run:
                return len(old)
            db.execute(
                "INSERT INTO moments VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
                "SET moment = max(moment, excluded.moment)",
                (_EXPIRED, moment),
            )
            return sum(self._unsign(db, number) for (number,) in old)

    def articles(self) -> Iterator[KnownArticle]:
        after = 0
        while True:
            with self._reading, self._errors():
                rows = self._reader.execute(
                    _ARTICLE.replace("SELECT", "SELECT a.n,", 1) + " WHERE a.n > ? ORDER BY a.n LIMIT ?",
                    (after, _PAGE),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                yield _known_article(row[1:])
            after = rows[-1][0]

    def add(self, records: Iterable[Record], *, unique: bool = False) -> None:
        with self._write() as db:
            elsewhere = self._add(db, records)
            if unique and elsewhere:
                raise WrittenElsewhereError(elsewhere)

    def _add(self, db: sqlite3.Connection, records: Iterable[Record]) -> list[str]:
        """Learn *records*; return the ids of those whose line stands in another segment."""
        elsewhere = []
        ended: list[bytes] = []
        now = self.now().timestamp()
        segments: dict[str, int] = {}
        for record in records:
            if record.segment not in segments:
                db.execute("INSERT OR IGNORE INTO segments (name) VALUES (?)", (record.segment,))
                (segments[record.segment],) = db.execute(
                    "SELECT n FROM segments WHERE name = ?", (record.segment,)
                ).fetchone()
            segment = segments[record.segment]
            identity = _digest("id", record.id)
            row = db.execute(
                "SELECT a.n, a.version, a.segment FROM keys k JOIN articles a ON a.n = k.article WHERE k.key = ?",
                (identity,),
            ).fetchone()
            values = (
                _pack(record.content_hash), record.version, segment, record.offset, record.date_published, record.marks,
            )  # fmt: skip
            if row is None:
                number = db.execute(
                    "INSERT INTO articles (id, canonical_url, aliases, site, content_hash, version, segment, place, "
                    "date_published, marks, first_seen, last_seen, learnt) "
                    "VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (record.id, record.canonical_url, record.site, *values, record.seen_at, record.seen_at, now),
                ).lastrowid
                db.execute("INSERT INTO keys VALUES (?, ?)", (identity, number))
                self._sign(db, number, record)
            else:
                number, version, old_segment = row
                if record.version == version and segment != old_segment:
                    elsewhere.append(record.id)
                if record.version > version or (record.version == version and segment == old_segment):
                    db.execute(
                        "UPDATE articles SET content_hash = ?, version = ?, segment = ?, place = ?, "
                        "date_published = ?, marks = ?, last_seen = ? WHERE n = ?",
                        (*values, record.seen_at, number),
                    )
                    self._unsign(db, number)
                    self._sign(db, number, record)
            assert number is not None
            self._watch(db, identity, record, now)
            ended += [identity, *(_address(key) for key in record.keys)]
            if record.content_hash:
                content = _digest("content", f"{record.site}\n{record.content_hash}")
                db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (content, number))
                ended.append(content)
            if record.keys:
                db.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (_address(record.keys[0]), number))
                self._learn_aliases(db, number, record.keys[1:])
            if len(ended) >= _PAGE:
                self._settle(db, ended)
                ended = []
        self._settle(db, ended)
        return elsewhere

    @staticmethod
    def _settle(db: sqlite3.Connection, digests: list[bytes]) -> None:
        for statement in _SETTLE_ALL:
            _select(db, statement, digests)

    def _watch(self, db: sqlite3.Connection, identity: bytes, record: Record, now: float) -> None:
        """Have an article looked at again that was seen before it was as old as that goes."""
        seen = epoch(record.seen_at) or now
        oldest = self.watch_for.total_seconds()
        if not record.url or record.published is None or max(seen, now - _LATE) >= record.published + oldest:
            return
        db.execute(
            "INSERT INTO watched VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (key) DO UPDATE "
            "SET url = excluded.url, published = excluded.published, looked = excluded.looked, etag = excluded.etag, "
            "last_modified = excluded.last_modified, fruitless = 0 WHERE excluded.looked >= looked",
            (
                identity, record.site, record.id, record.url, record.published, seen, record.etag, record.last_modified,
            ),
        )  # fmt: skip

    @staticmethod
    def _sign(db: sqlite3.Connection, number: int | None, record: Record) -> None:
        """Keep the signature of a record, unless all its keys lead to other articles already."""
        if record.signature is None:
            return
        story = record.id
        if record.duplicate_of:
            row = db.execute(
                "SELECT s.story FROM keys k JOIN signatures s ON s.article = k.article WHERE k.key = ?",
                (_digest("id", record.duplicate_of),),
            ).fetchone()
            story = row[0] if row else record.duplicate_of
        stories: dict[int, list[str]] = defaultdict(list)
        find = (
            "SELECT k.key, s.story FROM signature_keys k JOIN signatures s ON s.article = k.article WHERE k.key IN ({})"
        )
        keys = keys_of(record.signature)
        for key, of in _select(db, find, keys):
            stories[key].append(of)
        # Copies bring only what their original does not have: a story often printed is no set phrase.
        kept = [
            (key, number)
            for key in keys
            if len(stories[key]) < COMMON and (story == record.id or story not in stories[key])
        ]
        if kept:
            db.executemany("INSERT INTO signature_keys VALUES (?, ?)", kept)
            db.execute("INSERT INTO signatures VALUES (?, ?, ?)", (number, story, record.signature))

    @staticmethod
    def _unsign(db: sqlite3.Connection, number: int) -> bool:
        row = db.execute("SELECT signature FROM signatures WHERE article = ?", (number,)).fetchone()
        if row:
            keys = [(key, number) for key in keys_of(row[0])]
            db.executemany("DELETE FROM signature_keys WHERE key = ? AND article = ?", keys)
            db.execute("DELETE FROM signatures WHERE article = ?", (number,))
        return row is not None

    @staticmethod
    def _learn_aliases(db: sqlite3.Connection, number: int, keys: Iterable[str]) -> None:
        insert = "INSERT OR IGNORE INTO keys VALUES (?, ?)"
        learnt = [key.replace("\n", " ") for key in keys if db.execute(insert, (_address(key), number)).rowcount]
        if learnt:
            db.execute(
                "UPDATE articles SET aliases = ltrim(aliases || char(10) || ?, char(10)) WHERE n = ?",
                ("\n".join(learnt), number),
            )

    def add_aliases(self, article_id: str, keys: Collection[str]) -> None:
        with self._write() as db:
            row = db.execute("SELECT article FROM keys WHERE key = ?", (_digest("id", article_id),)).fetchone()
            if row:
                self._learn_aliases(db, row[0], keys)
                for statement in _SETTLE:
                    db.executemany(statement, [(_address(key),) for key in keys])

    def claim(self, keys: Collection[str], job: str) -> str | None:
        digests = [_address(key) for key in keys]
        with self._claiming, self._errors(), self._transaction(self._claimer):
            others = _select(self._claimer, "SELECT job FROM claims WHERE job <> ? AND key IN ({})", digests, job)
            if others:
                return str(others[0][0])
            self._claimer.executemany("INSERT OR REPLACE INTO claims VALUES (?, ?)", [(key, job) for key in digests])
        return None

    def begin_job(self, job: str) -> None:
        gate = locks.share(self._jobs_folder / ".gate")
        if gate is None:
            raise StoreError(f"the store {self.path} is being rebuilt: start again when `scrapy reindex` is done")
        for _ in range(50):
            lock = locks.seize(self._jobs_folder / job, create=True)
            if lock is not None:
                self._held[job] = (gate, lock)
                return
            # Another run may be looking whether this one is alive; that takes it a moment.
            time.sleep(0.02)
        os.close(gate)
        raise StoreError(f"a run called {job!r} is alive: wait for its end, or give this one another name")

    def end_job(self, job: str) -> None:
        if held := self._held.pop(job, None):
            self._release(job)
            (self._jobs_folder / job).unlink(missing_ok=True)
            for descriptor in held:
                os.close(descriptor)

    def _release(self, job: str) -> int:
        with self._claiming, self._errors(), self._transaction(self._claimer):
            return self._claimer.execute("DELETE FROM claims WHERE job = ?", (job,)).rowcount

    def _is_alive(self, job: str) -> bool:
        if job in self._held:
            return True
        path = self._jobs_folder / job
        lock = locks.seize(path)
        if lock is None:
            return path.exists()
        path.unlink(missing_ok=True)
        os.close(lock)
        return False

    def live_jobs(self) -> set[str]:
        names = [path.name for path in self._jobs_folder.iterdir() if path.name != ".gate"]
        return {name for name in names if self._is_alive(name)}

    def release_dead(self) -> int:
        with self._claiming, self._errors():
            jobs = [row[0] for row in self._claimer.execute("SELECT DISTINCT job FROM claims")]
        return sum(self._release(job) for job in jobs if not self._is_alive(job))

    def refuse(self, keys: Collection[str], reason: str, until: datetime | None = None) -> None:
        moment = int((until or self.now() + self.retry_rejected).timestamp())
        digests = [_address(key) for key in keys]
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", [(key, reason, moment) for key in digests]
            )
            db.executemany("DELETE FROM pending WHERE key = ?", [(key,) for key in digests])

    def refused(self, keys: Collection[str], now: datetime | None = None) -> dict[str, str]:
        find, moment = (
            "SELECT key, reason FROM refused WHERE until > ? AND key IN ({})",
            (now or self.now()).timestamp(),
        )
        digests = {key: _address(key) for key in keys}
        with self._reading, self._errors():
            reasons = dict(_select(self._reader, find, list(digests.values()), moment))
        return {key: reasons[digest] for key, digest in digests.items() if digest in reasons}

    def defer(self, site: str, links: Collection[PendingLink]) -> None:
        # Nobody waits for the disk: whatever is learnt later, of the article that named them, takes them there with it.
        with self._claiming, self._errors(), self._transaction(self._claimer):
            self._claimer.executemany(
                "INSERT INTO pending (key, site, address, url, discovered, attempts) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET attempts = max(attempts, excluded.attempts)",
                [
                    (_address(link.key), site, link.key, link.url, json.dumps(link.discovered), link.attempts)
                    for link in links
                ],
            )

    def pending(self, site: str) -> list[PendingLink]:
        with self._reading, self._errors():
            rows = self._reader.execute(
                # Another run can have written the article between its look-up and its being kept here.
                "SELECT address, url, discovered, attempts FROM pending p WHERE site = ? "
                "AND NOT EXISTS (SELECT 1 FROM keys k WHERE k.key = p.key) ORDER BY n",
                (site,),
            ).fetchall()
        return [PendingLink(address, url, json.loads(found), attempts) for address, url, found, attempts in rows]

    def open_listing(self, root: str, *, started: float, since: str | None = None) -> float:
        key = _address(root)
        self._walks[root] = started
        with self._write() as db:
            (first,) = db.execute("SELECT min(started) FROM walks WHERE root = ?", (key,)).fetchone()
            db.execute("INSERT OR IGNORE INTO walks VALUES (?, ?)", (key, started))
            row = db.execute("SELECT back_to FROM listings WHERE root = ?", (key,)).fetchone()
        if row is None or row[0] > (since or ""):
            return 0.0
        return started if first is None else min(float(first), started)

    def close_listings(self, roots: Collection[str], *, since: str | None = None) -> None:
        with self._write() as db:
            for root in roots:
                key = _address(root)
                # It has seen what the walks that died before it left; one that began later may yet die.
                db.execute("DELETE FROM walks WHERE root = ? AND started <= ?", (key, self._walks.get(root, 0.0)))
                db.execute(
                    "INSERT INTO listings VALUES (?, ?) ON CONFLICT (root) DO UPDATE "
                    "SET back_to = min(back_to, excluded.back_to)",
                    (key, since or ""),
                )

    def sources(self, site: str) -> dict[str, Source]:
        with self._reading, self._errors():
            rows = self._reader.execute(
                "SELECT address, etag, last_modified, since, names, kept, listed FROM sources "
                "WHERE site = ? AND (etag IS NOT NULL OR last_modified IS NOT NULL)",
                (site,),
            ).fetchall()
        return {
            address: Source(
                key=address,
                etag=etag,
                last_modified=modified,
                since=since,
                names=tuple(json.loads(names)),
                kept=kept,
                listed=listed,
            )
            for address, etag, modified, since, names, kept, listed in rows
        }

    def keep_sources(self, site: str, sources: Collection[Source]) -> None:
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        _address(source.key), site, source.key, source.etag, source.last_modified, source.since,
                        json.dumps([dict(name) for name in source.names]), source.kept, source.listed,
                    )
                    for source in sources
                ],
            )  # fmt: skip

    def due(self, site: str, ages: Collection[timedelta], now: datetime) -> list[Look]:
        moment = now.timestamp()
        over = moment - max((age.total_seconds() for age in ages), default=0.0) - _LATE
        with self._write() as db:
            db.execute("DELETE FROM watched WHERE site = ? AND published <= ? AND fruitless = 0", (site, over))
        with self._reading, self._errors():
            rows = self._reader.execute(
                f"{_LOOK} WHERE site = ? AND published > ? ORDER BY published", (site, over)
            ).fetchall()
        looks = [Look(**dict(zip(_LOOK_FIELDS, row, strict=True))) for row in rows]
        return [
            look for look in looks if look.published is not None and is_due(look.published, look.looked, ages, moment)
        ]

    def looks(self, keys: Collection[str]) -> dict[str, Look]:
        find = (
            "SELECT a.id, a.canonical_url, a.last_seen, a.learnt FROM keys k JOIN articles a ON a.n = k.article "
            "WHERE k.key = ?"
        )
        found: dict[str, Look] = {}
        with self._reading, self._errors():
            for key in keys:
                row = self._reader.execute(find, (_address(key),)).fetchone()
                if row is None:
                    continue
                watched = self._reader.execute(f"{_LOOK} WHERE key = ?", (_digest("id", row[0]),)).fetchone()
                if watched:
                    found[key] = Look(**dict(zip(_LOOK_FIELDS, watched, strict=True)))
                else:
                    found[key] = Look(id=row[0], url=row[1], looked=epoch(row[2]) or row[3])
        return found

    def looked(
        self,
        article_id: str,
        at: datetime,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        fruitless: bool = False,
    ) -> None:
        key, moment = _digest("id", article_id), at.timestamp()
        with self._write() as db:
            row = db.execute(
                "SELECT a.n, a.site, a.canonical_url FROM keys k JOIN articles a ON a.n = k.article WHERE k.key = ?",
                (key,),
            ).fetchone()
            if row is None:
                return
            seen = at.astimezone(UTC).isoformat(timespec="seconds")
            db.execute(
                "UPDATE articles SET last_seen = max(coalesce(last_seen, ?), ?) WHERE n = ?", (seen, seen, row[0])
            )
            db.execute("DELETE FROM withdrawn WHERE key = ?", (key,))
            if fruitless:
                db.execute(
                    "INSERT OR IGNORE INTO watched (key, site, id, url, looked) VALUES (?, ?, ?, ?, ?)",
                    (key, row[1], article_id, row[2], moment),
                )
            db.execute(
                "UPDATE watched SET looked = max(looked, ?), etag = coalesce(?, etag), "
                "last_modified = coalesce(?, last_modified), fruitless = fruitless + ? WHERE key = ?",
                (moment, etag, last_modified, int(fruitless), key),
            )

    def withdraw(self, article_id: str, at: datetime, reason: str) -> bool:
        key, note = _digest("id", article_id), f"{at.astimezone(UTC).isoformat(timespec='seconds')} {reason}"
        with self._write() as db:
            db.execute("UPDATE watched SET looked = max(looked, ?) WHERE key = ?", (at.timestamp(), key))
            return db.execute("INSERT OR IGNORE INTO withdrawn VALUES (?, ?)", (key, note)).rowcount > 0

    def coverage(self, site: str) -> Coverage:
        with self._reading, self._errors():
            row = self._reader.execute(
                "SELECT articles, filled, newest FROM coverage WHERE site = ?", (site,)
            ).fetchone()
        return Coverage(articles=row[0], filled=json.loads(row[1]), newest=row[2]) if row else Coverage()

    def keep_coverage(self, site: str, coverage: Coverage) -> None:
        with self._write() as db:
            db.execute(
                "INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?)",
                (site, coverage.articles, json.dumps(dict(coverage.filled)), coverage.newest),
            )

    def sites(self) -> dict[str, int]:
        with self._reading, self._errors():
            rows = self._reader.execute("SELECT site, count(*) FROM articles GROUP BY site ORDER BY site").fetchall()
        return dict(rows)

    def forget(self, article_ids: Collection[str]) -> int:
        ids = [(_digest("id", article_id),) for article_id in article_ids]
        with self._write() as db:
            found = {db.execute("SELECT article FROM keys WHERE key = ?", key).fetchone() for key in ids}
            numbers = [row for row in found if row]
            for (number,) in numbers:
                self._unsign(db, number)
            # One walk through all keys (0.1 s a million), however many articles: an index by article would make every
            # write dearer, for what is seldom done.
            db.execute("CREATE TEMP TABLE forgotten (n INTEGER PRIMARY KEY)")
            db.executemany("INSERT INTO forgotten VALUES (?)", numbers)
            db.execute("DELETE FROM keys WHERE article IN (SELECT n FROM forgotten)")
            db.execute("DELETE FROM articles WHERE n IN (SELECT n FROM forgotten)")
            db.execute("DROP TABLE forgotten")
            for statement in _FORGET_ONE:
                db.executemany(statement, ids)
        return len(numbers)

    def forget_keys(self, keys: Collection[str]) -> None:
        with self._write() as db:
            for statement in _SETTLE:
                db.executemany(statement, [(_address(key),) for key in keys])

    def forget_sources(self, site: str) -> None:
        with self._write() as db:
            for statement in _FORGET_SOURCES:
                db.execute(statement, (site,))

    def rebuild(self, records: Iterable[Record]) -> None:
        gate = None if self._held else locks.seize(self._jobs_folder / ".gate", create=True)
        if gate is None:
            jobs = ", ".join(sorted(self.live_jobs())) or "another rebuild"
            raise StoreError(f"the store {self.path} is in use ({jobs}): start again when that has ended")
        try:
            with self._write() as db:
                db.execute("CREATE TEMP TABLE before AS SELECT id, aliases, learnt, last_seen FROM articles")
                # Articles without a segment stand in files of others (feed exports), which no one here can read.
                db.execute(
                    "CREATE TEMP TABLE others AS SELECT a.n FROM articles a JOIN segments s ON s.n = a.segment "
                    "WHERE s.name = ''"
                )
                for statement in _FORGET_SEGMENTS:
                    db.execute(statement)
                expired = db.execute("SELECT moment FROM moments WHERE name = ?", (_EXPIRED,)).fetchone()
                # The reading connection still sees what was known before.
                self._add(db, unexpired(self, records, expired[0]) if expired else records)
                for article_id, aliases, learnt, seen in db.execute(
                    "SELECT id, aliases, learnt, last_seen FROM before"
                ):
                    row = db.execute("SELECT article FROM keys WHERE key = ?", (_digest("id", article_id),)).fetchone()
                    if row:
                        self._learn_aliases(db, row[0], filter(None, aliases.split("\n")))
                        db.execute(
                            "UPDATE articles SET learnt = ?, last_seen = max(coalesce(?, last_seen), last_seen) "
                            "WHERE n = ?",
                            (learnt, seen, row[0]),
                        )
                db.execute("DROP TABLE before")
                db.execute("DROP TABLE others")
        finally:
            os.close(gate)

    def counts(self) -> Counts:
        with self._reading, self._errors():
            numbers = self._reader.execute(_COUNTS).fetchone()
        names = ("articles", "keys", "claims", "refused", "pending", "watched", "withdrawn")
        return Counts(**dict(zip(names, numbers, strict=True)))

    def clear(self) -> None:
        with self._write() as db:
            for statement in (*_FORGET_ARTICLES, *_FORGET_THE_REST):
                db.execute(statement)

    def close(self) -> None:
        self._closing()
