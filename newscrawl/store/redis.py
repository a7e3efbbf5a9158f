"""The shared store: one Redis or Valkey server, any number of workers on any number of machines.

Every change is one Lua script, which the server runs as one step; what a script does a second time does no harm, so
that it can be tried again when the connection broke. A look-up is one or two round trips (about 0.2 ms each on one
machine, plus the network), which is why the project calls every store from threads.

Memory, as measured (``python -m benchmarks.workers --memory 30000``): 0.9 KB an article of two addresses, and 1.2 KB
more for the signature of a text of 600 words with its keys, which `expire_signatures` gives back.
Every address, id and content hash is a 12-byte key in one of a million small hashes, which the server packs.

A run lives as long as its sign of life comes (a thread of its own gives one every quarter of a lease); when the server
itself was away, nobody is taken for dead before a lease is over.
"""
# ruff: noqa: D102 (the contract says what its methods do)

from __future__ import annotations

import base64
import json
import logging
import secrets
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from itertools import islice
from threading import Event, Thread
from typing import Any

from newscrawl.neardups import COMMON, Signed, choose, keys_of
from newscrawl.rechecks import epoch, is_due
from newscrawl.shared.server import Server
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
    WrittenElsewhereError,
    redis_scripts,
    unexpired,
)

logger = logging.getLogger(__name__)

_LATE = 7 * 86400.0
"""Seconds by which the last look at an article may be late; then it is given up."""
_PAGE = 500
_AGAIN = frozenset({
    "ADD", "ADD_ALIASES", "CLAIM", "BEGIN", "REFUSE", "DEFER", "OPEN_LISTING", "CLOSE_LISTINGS", "LOOKED", "WITHDRAW",
})  # fmt: skip
"""What a run writes, which a server that dies may have forgotten."""
_MOST_RECORDS = 5000
"""Records that one script learns; a server stands still meanwhile, about 0.1 ms each."""

# An article is one text: lines for its fields (their order is `_FIELDS`), then one for each further address, a NUL,
# and the keys that lead to it.
_FIELDS = (
    "id", "canonical_url", "site", "content_hash", "version", "segment", "offset", "date_published", "first_seen",
    "last_seen", "learnt", "marks",
)  # fmt: skip


def _digest(kind: str, text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12, person=kind.encode()).digest()


def _address(key: str) -> bytes:
    return _digest("address", key)


def _line(value: object) -> str:
    """Return *value* as it stands in a line of a text; nothing for ``None``."""
    return "" if value is None else str(value).replace("\n", " ").replace("\0", " ")


def _decode(value: bytes | str | None) -> str:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value or ""


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _float(text: str) -> float | None:
    return float(text) if text else None


def _known_article(text: bytes, withdrawn: bytes = b"") -> KnownArticle:
    head, _, _ = text.partition(b"\0")
    values = _decode(head).split("\n")
    named = dict(zip(_FIELDS, values, strict=False))
    return KnownArticle(
        id=named["id"],
        canonical_url=named["canonical_url"],
        aliases=tuple(values[len(_FIELDS) :]),
        site=named["site"],
        content_hash=named["content_hash"] or None,
        version=int(named["version"]),
        segment=named["segment"],
        offset=int(named["offset"]),
        date_published=named["date_published"] or None,
        first_seen=named["first_seen"] or None,
        last_seen=named["last_seen"] or None,
        learnt=float(named["learnt"]),
        marks=base64.b64decode(named["marks"]) if named["marks"] else None,
        withdrawn=_decode(withdrawn) or None,
    )


def _look(article_id: str, text: bytes) -> Look:
    _, url, looked, published, etag, modified, fruitless = _decode(text).split("\n")
    return Look(
        id=article_id,
        url=url,
        looked=float(looked),
        published=_float(published),
        etag=etag or None,
        last_modified=modified or None,
        fruitless=int(fruitless),
    )


class _Beat:
    """The thread that gives a run's sign of life."""

    def __init__(self, store: RedisStore, job: str, token: str) -> None:
        self.token = token
        self._stop = Event()
        self._thread = Thread(target=self._work, args=(store, job), name="newscrawl-sign-of-life", daemon=True)
        self._thread.start()

    def _work(self, store: RedisStore, job: str) -> None:
        while not self._stop.wait(store.server.lease / 4):
            try:
                if not store.scripts["beat"](job, self.token):
                    logger.error("Another run has taken the name %r, as this one gave no sign of life", job)
                    return
            except StoreError as error:
                # Whoever needs an answer says so; the server may yet come back.
                logger.debug("No sign of life could be given: %s", error)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=1.0)


class RedisStore(Store):
    """The store on the Redis or Valkey server at *url* (`newscrawl.shared.server.Server`).

    Raises:
        StoreError: it cannot be reached or used.
    """

    def __init__(self, url: str) -> None:
        self.server = Server(url)
        self._p = self.server.prefix
        scripts = {name: text for name, text in vars(redis_scripts).items() if name.isupper() and isinstance(text, str)}
        library = scripts.pop("LIBRARY")
        self.scripts = {
            name.lower(): self.server.script(library + text, again=name in _AGAIN) for name, text in scripts.items()
        }
        self._held: dict[str, _Beat] = {}
        self._walks: dict[str, float] = {}

    def _key(self, name: str) -> str:
        return f"{self._p}:{name}"

    def _article_key(self, name: str) -> str:
        generation = self.server.run(self.server.client.get, self._key("generation"))
        return f"{self._p}:g{_decode(generation) or '0'}:{name}"

    def ahead(self) -> float:
        return self.server.ahead()

    def known(self, keys: Collection[str]) -> dict[str, float]:
        if not keys:
            return {}
        found = self.scripts["known"](*(_address(key) for key in keys))
        return {key: float(learnt) for key, learnt in zip(keys, found, strict=True) if learnt}

    def _find(self, *digests: bytes) -> KnownArticle | None:
        found = self.scripts["find"](*digests)
        return _known_article(*found) if found else None

    def article(self, key_or_id: str) -> KnownArticle | None:
        return self._find(_address(key_or_id), _digest("id", key_or_id))

    def by_hash(self, content_hash: str, site: str) -> str | None:
        found = self._find(_digest("content", f"{site}\n{content_hash}"))
        return found.id if found else None

    def alike(self, keys: Collection[int], before: str | None = None) -> list[Signed]:
        if not keys:
            return []
        base = self._article_key("")
        fields = [struct.pack("<Q", key) for key in keys]

        def look() -> list[Any]:
            pipeline = self.server.client.pipeline(transaction=False)
            for field in fields:
                pipeline.hget(f"{base}sk:{field[:2].hex()}", field[2:])
            digest = _digest("id", before) if before is not None else b"\0" * 12
            pipeline.hget(f"{base}keys:{digest.hex()[:5]}", digest[2:])
            return pipeline.execute()

        *rows, last = self.server.run(look)
        hits, passed_over = Counter[int](), Counter[int]()
        for row in rows:
            numbers = [int(number) for number in row.split(b",")] if row else []
            if last:
                limit = int(last)
                (hits if len(numbers) < COMMON else passed_over).update(n for n in numbers if n < limit)
            else:
                (hits if len(numbers) < COMMON else passed_over).update(numbers)
        chosen = sorted(choose(hits, passed_over))
        if not chosen:
            return []
        signed = self.server.run(self.server.client.hmget, f"{base}signatures", chosen)
        articles = self.server.run(self.server.client.hmget, f"{base}articles", chosen)
        found = []
        for text, article in zip(signed, articles, strict=True):
            if text and article:
                story, _, signature = text.partition(b"\n")
                found.append(Signed(_decode(article.partition(b"\n")[0]), _decode(story), signature))
        return sorted(found, key=Signed.is_copy)

    def expire_signatures(self, before: datetime, *, dry_run: bool = False) -> int:
        moment = before.timestamp()
        numbers = self.server.run(self.server.client.hkeys, self._article_key("signatures"))
        if dry_run:
            pages = (
                self.server.run(self.server.client.hmget, self._article_key("articles"), numbers[start : start + _PAGE])
                for start in range(0, len(numbers), _PAGE)
            )
            return sum(_known_article(text).learnt < moment for page in pages for text in page if text)
        expired = max(moment, self._expired_before())
        self.server.run(self.server.client.set, self._key("expired"), repr(expired))
        return sum(
            int(self.scripts["expire"](repr(moment), *numbers[start : start + _PAGE]))
            for start in range(0, len(numbers), _PAGE)
        )

    def _expired_before(self) -> float:
        return float(self.server.run(self.server.client.get, self._key("expired")) or 0)

    def articles(self) -> Iterator[KnownArticle]:
        yield from map(_known_article, self._texts(self._article_key("")))

    def _texts(self, base: str) -> Iterator[bytes]:
        last = int(self.server.run(self.server.client.get, f"{base}sequence") or 0)
        for start in range(1, last + 1, _PAGE):
            numbers = range(start, min(start + _PAGE, last + 1))
            for text in self.server.run(self.server.client.hmget, f"{base}articles", list(numbers)):
                if text:
                    yield text

    def add(self, records: Iterable[Record], *, unique: bool = False) -> None:
        listed = list(records)
        arguments = [self._arguments(record) for record in listed]
        for start in range(0, len(listed), _MOST_RECORDS):
            self._add(arguments[start : start + _MOST_RECORDS], unique=unique)

    def _add(self, arguments: Sequence[list[Any]], *, unique: bool = False, generation: str = "") -> None:
        flat = [value for record in arguments for value in record]
        elsewhere = self.scripts["add"](repr(self.now().timestamp()), int(unique), generation, *flat)
        if elsewhere:
            raise WrittenElsewhereError([_decode(article_id) for article_id in elsewhere])

    def _arguments(self, record: Record) -> list[Any]:
        """Return what the script that learns *record* is given."""
        if any(not isinstance(value, str) for value in (record.id, record.canonical_url, record.site, record.segment)):
            raise StoreError(f"the record of {record.id!r} lacks its id, address, site or segment")
        now = self.now().timestamp()
        seen = epoch(record.seen_at) or now
        watched = (
            bool(record.url)
            and record.published is not None
            and max(seen, now - _LATE) < record.published + self.watch_for.total_seconds()
        )
        copied = b""
        if record.duplicate_of:
            copied = _digest("id", record.duplicate_of) + _encode(record.duplicate_of)
        keys = [item for key in record.keys for item in (_address(key), _encode(_line(key)))]
        lines = (
            _line(record.id), _line(record.canonical_url), _line(record.site), _line(record.content_hash),
        )  # fmt: skip
        content = _digest("content", f"{record.site}\n{record.content_hash}") if record.content_hash else b""
        return [
            _digest("id", record.id),
            *map(_encode, lines),
            content,
            record.version,
            _line(record.segment),
            record.offset,
            _line(record.date_published),
            _line(record.seen_at),
            base64.b64encode(record.marks) if record.marks else b"",
            record.signature if record.signature and keys_of(record.signature) else b"",
            copied,
            int(watched),
            _encode(_line(record.url)),
            "" if record.published is None else repr(record.published),
            repr(seen),
            _encode(_line(record.etag)),
            _encode(_line(record.last_modified)),
            len(record.keys),
            *keys,
        ]

    def add_aliases(self, article_id: str, keys: Collection[str]) -> None:
        pairs = [item for key in keys for item in (_address(key), _encode(_line(key)))]
        self.scripts["add_aliases"](_digest("id", article_id), *pairs)

    def claim(self, keys: Collection[str], job: str) -> str | None:
        return _decode(self.scripts["claim"](job, *(_address(key) for key in keys))) or None

    def begin_job(self, job: str) -> None:
        token = secrets.token_hex(8)
        refused = _decode(self.scripts["begin"](job, token))
        if refused == "rebuilding":
            raise StoreError(
                f"the store on {self.server.name} is being rebuilt: start again when `scrapy reindex` is done"
            )
        if refused:
            raise StoreError(
                f"a run called {job!r} is alive (or was {self.server.lease:.0f} seconds ago): wait for its end, or "
                "give this one another name"
            )
        self._held[job] = _Beat(self, job, token)

    def end_job(self, job: str) -> None:
        if beat := self._held.pop(job, None):
            beat.stop()
            self.scripts["end"](job, beat.token)

    def live_jobs(self) -> set[str]:
        return {_decode(job) for job in self.scripts["live"]()}

    def release_dead(self) -> int:
        return int(self.scripts["release_dead"]())

    def refuse(self, keys: Collection[str], reason: str, until: datetime | None = None) -> None:
        moment = int((until or self.now() + self.retry_rejected).timestamp())
        self.scripts["refuse"](_encode(f"{moment} {_line(reason)}"), *(_address(key) for key in keys))

    def refused(self, keys: Collection[str], now: datetime | None = None) -> dict[str, str]:
        if not keys:
            return {}
        moment = (now or self.now()).timestamp()
        rows = self.server.run(self.server.client.hmget, self._key("refused"), [_address(key) for key in keys])
        found = {}
        for key, row in zip(keys, rows, strict=True):
            until, _, reason = _decode(row).partition(" ")
            if until and int(until) > moment:
                found[key] = reason
        return found

    def defer(self, site: str, links: Collection[PendingLink]) -> None:
        flat: list[Any] = []
        for link in links:
            rest = "\n".join((_line(link.key), _line(link.url), json.dumps(link.discovered)))
            flat += (_address(link.key), link.attempts, _encode(rest))
        self.scripts["defer"](site, *flat)

    def pending(self, site: str) -> list[PendingLink]:
        digests = self.server.run(self.server.client.zrange, self._key(f"pending:{site}"), 0, -1)
        found = []
        for start in range(0, len(digests), _PAGE):
            for row in self.scripts["pending"](*digests[start : start + _PAGE]):
                attempts, _, key, url, discovered = _decode(row).split("\n")
                found.append(PendingLink(key, url, json.loads(discovered), int(attempts)))
        return found

    def open_listing(self, root: str, *, started: float, since: str | None = None) -> float:
        self._walks[root] = started
        first, back_to = map(_decode, self.scripts["open_listing"](_address(root), repr(started)))
        if back_to == "never" or back_to > (since or ""):
            return 0.0
        return min(float(first), started) if first else started

    def close_listings(self, roots: Collection[str], *, since: str | None = None) -> None:
        flat = [item for root in roots for item in (_address(root), repr(self._walks.get(root, 0.0)))]
        self.scripts["close_listings"](since or "", *flat)

    def sources(self, site: str) -> dict[str, Source]:
        found = {}
        for address, text in self.server.run(self.server.client.hgetall, self._key(f"sources:{site}")).items():
            values = json.loads(text)
            if values["etag"] is not None or values["last_modified"] is not None:
                key = _decode(address)
                found[key] = Source(key=key, **{**values, "names": tuple(values["names"])})
        return found

    def keep_sources(self, site: str, sources: Collection[Source]) -> None:
        if not sources:
            return
        kept: dict[Any, str] = {
            source.key: json.dumps(
                {
                    "etag": source.etag,
                    "last_modified": source.last_modified,
                    "since": source.since,
                    "names": [dict(name) for name in source.names],
                    "kept": source.kept,
                    "listed": source.listed,
                }
            )
            for source in sources
        }
        self.server.run(partial(self.server.client.hset, self._key(f"sources:{site}"), mapping=kept))

    def due(self, site: str, ages: Collection[timedelta], now: datetime) -> list[Look]:
        moment = now.timestamp()
        over = moment - max((age.total_seconds() for age in ages), default=0.0) - _LATE
        rows = iter(self.scripts["due"](site, repr(over)))
        looks = [_look(_decode(article_id), text) for article_id, text in zip(rows, rows, strict=True)]
        return [
            look for look in looks if look.published is not None and is_due(look.published, look.looked, ages, moment)
        ]

    def looks(self, keys: Collection[str]) -> dict[str, Look]:
        if not keys:
            return {}
        found: dict[str, Look] = {}
        for key, row in zip(keys, self.scripts["looks"](*(_address(key) for key in keys)), strict=True):
            if row and row[4]:
                found[key] = _look(_decode(row[0]), row[4])
            elif row:
                article_id, url, seen, learnt = map(_decode, row[:4])
                found[key] = Look(id=article_id, url=url, looked=epoch(seen) or float(learnt))
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
        seen = at.astimezone(UTC).isoformat(timespec="seconds")
        self.scripts["looked"](
            _digest("id", article_id),
            repr(at.timestamp()),
            seen,
            _encode(_line(etag)),
            _encode(_line(last_modified)),
            int(fruitless),
        )

    def withdraw(self, article_id: str, at: datetime, reason: str) -> bool:
        note = f"{at.astimezone(UTC).isoformat(timespec='seconds')} {reason}"
        return bool(self.scripts["withdraw"](article_id, repr(at.timestamp()), _encode(_line(note))))

    def coverage(self, site: str) -> Coverage:
        text = self.server.run(self.server.client.hget, self._key("coverage"), site)
        return Coverage(**json.loads(text)) if text else Coverage()

    def keep_coverage(self, site: str, coverage: Coverage) -> None:
        values = {"articles": coverage.articles, "filled": dict(coverage.filled), "newest": coverage.newest}
        self.server.run(self.server.client.hset, self._key("coverage"), site, json.dumps(values))

    def sites(self) -> dict[str, int]:
        counted = self.server.run(self.server.client.hgetall, self._article_key("sites"))
        return {
            site: int(number) for site, number in sorted((_decode(s), n) for s, n in counted.items()) if int(number)
        }

    def forget(self, article_ids: Collection[str]) -> int:
        ids = iter(article_ids)
        forgotten = 0
        while page := list(islice(ids, _PAGE)):
            flat = [item for article_id in page for item in (article_id, _digest("id", article_id))]
            forgotten += int(self.scripts["forget"](*flat))
        return forgotten

    def forget_keys(self, keys: Collection[str]) -> None:
        self.scripts["forget_keys"](*(_address(key) for key in keys))

    def forget_sources(self, site: str) -> None:
        roots = [
            _address(_decode(key)) for key in self.server.run(self.server.client.hkeys, self._key(f"sources:{site}"))
        ]

        def forget() -> None:
            pipeline = self.server.client.pipeline(transaction=True)
            for root in roots:
                pipeline.hdel(self._key("listings"), root)
                pipeline.delete(self._key("walks:").encode() + root)
            pipeline.delete(self._key(f"sources:{site}"))
            pipeline.execute()

        self.server.run(forget)

    def rebuild(self, records: Iterable[Record]) -> None:
        token = secrets.token_hex(8)
        if in_use := self.scripts["gate"](token):
            jobs = ", ".join(sorted(map(_decode, in_use)))
            raise StoreError(f"the store on {self.server.name} is in use ({jobs}): start again when that has ended")
        before = self._article_key("")
        fresh = str(int(before.rpartition(":g")[2].rstrip(":")) + 1)
        stale = self.server.keys(f"g{fresh}:*")
        self.server.delete(stale)
        try:
            # Articles without a segment stand in files of others (feed exports), which no one here can read.
            others = [text for text in self._texts(before) if not _known_article(text).segment]
            self._copy(others, before, fresh)
            listed = unexpired(self, records, self._expired_before())
            while page := list(islice(listed, _PAGE)):
                self._add([self._arguments(record) for record in page], generation=fresh)
                self.scripts["gate"](token)
            for text in self._texts(before):
                old = _known_article(text)
                aliases = [item for key in old.aliases for item in (_address(key), _encode(key))]
                seen = old.last_seen or ""
                self.scripts["carry"](fresh, _digest("id", old.id), repr(old.learnt), seen, *aliases)
            self.server.run(self.server.client.set, self._key("generation"), fresh)
        except BaseException:
            self.server.delete(self.server.keys(f"g{fresh}:*"))
            raise
        finally:
            self.server.run(self.server.client.delete, self._key("rebuilding"))
        self.server.delete(self.server.keys(f"{before.removeprefix(f'{self._p}:')}*"))
        self.server.delete([*self.server.keys("claims*"), self._key("claiming")])

    def _copy(self, texts: Iterable[bytes], before: str, fresh: str) -> None:
        """Copy articles as they are into the generation *fresh*, with the keys and signatures that lead to them."""
        for text in texts:
            old = _known_article(text)
            digest = _digest("id", old.id)
            bucket = f"{before}keys:{digest.hex()[:5]}"
            number = self.server.run(self.server.client.hget, bucket, digest[2:])
            signed = self.server.run(self.server.client.hget, f"{before}signatures", number)
            story, _, signature = (signed or b"").partition(b"\n")
            record = Record(
                id=old.id,
                canonical_url=old.canonical_url,
                keys=(),
                site=old.site,
                content_hash=old.content_hash,
                version=old.version,
                segment="",
                offset=old.offset,
                date_published=old.date_published,
                seen_at=old.first_seen,
                marks=old.marks,
                signature=signature or None,
                duplicate_of=_decode(story) if signed and _decode(story) != old.id else None,
            )
            arguments = self._arguments(record)
            # The keys themselves, as what they were made from is not known any more; aliases come with what is carried.
            aliases = {_address(key) for key in old.aliases}
            owned = text.partition(b"\0")[2]
            keys = [owned[at : at + 12] for at in range(12, len(owned), 12)]
            first = [key for key in keys if key not in aliases and key != arguments[5]][:1]
            arguments[-1] = len(first)
            self._add([[*arguments, *(item for key in first for item in (key, b""))]], generation=fresh)

    def counts(self) -> Counts:
        base = self._article_key("")

        def count() -> list[Any]:
            pipeline = self.server.client.pipeline(transaction=True)
            pipeline.hlen(f"{base}articles")
            pipeline.get(f"{base}nkeys")
            for name in ("claims", "refused", "pending", "watched", "withdrawn"):
                pipeline.hlen(self._key(name))
            return pipeline.execute()

        names = ("articles", "keys", "claims", "refused", "pending", "watched", "withdrawn")
        numbers = (int(number or 0) for number in self.server.run(count))
        return Counts(**dict(zip(names, numbers, strict=True)))

    def clear(self) -> None:
        kept = {self._key("jobs").encode(), self._key("tokens").encode()}
        self.server.delete([key for key in self.server.keys("*") if key not in kept])

    def close(self) -> None:
        for beat in self._held.values():
            beat.stop()
        self._held.clear()
        self.server.close()
