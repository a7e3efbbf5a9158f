"""What earlier crawls know: the contract that every backend keeps, and how one is opened.

A store answers and records; it never decides. Addresses are handed in as `newscrawl.urls.url_key` gives them. The
``.jsonl`` files are the truth: what a store holds of articles can be rebuilt from them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.neardups import Signed


class StoreError(Exception):
    """The store cannot be used; the message says for a person why and what to do."""


class StoreFullError(StoreError):
    """The store could not write because the disk or the quota is full."""


class WrittenElsewhereError(StoreError):
    """Another run has written these articles first; nothing was learnt.

    Args:
        ids: the articles', `Record.id`.
    """

    def __init__(self, ids: Collection[str]) -> None:
        super().__init__(f"written by another run already: {', '.join(ids)}")
        self.ids = frozenset(ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a store learns of one written line."""

    id: str
    """`newscrawl.items.Article.id`."""

    canonical_url: str
    """The address in its one form."""

    keys: tuple[str, ...]
    """``url_key()`` of the canonical URL, then of every other address of the article."""

    site: str
    """Content hashes are compared within a site only."""

    content_hash: str | None = None
    """`newscrawl.items.Article.content_hash`."""

    version: int = 1
    """1, or higher for a changed article."""

    segment: str = ""
    """The finished file below the articles' folder, with ``/``: ``demo/20260102T030405Z-ab12.jsonl``."""

    offset: int = 0
    """Where the line begins in it, in bytes."""

    date_published: str | None = None
    """`newscrawl.items.Article.date_published`."""

    seen_at: str | None = None
    """When the page was fetched, ISO 8601 in UTC."""

    url: str | None = None
    """The address to ask for when it is looked at again."""

    published: float | None = None
    """When it was published, seconds since the epoch; without it, it is looked at again only when a feed says so."""

    marks: bytes | None = None
    """`newscrawl.versions.marks` of the line."""

    etag: str | None = None
    """The page's validators (RFC 9110, 8.8); they say nothing of the other pages of an article of several."""

    last_modified: str | None = None

    signature: bytes | None = None
    """`newscrawl.neardups.sign` of the text; without it, no copy of it is found."""

    duplicate_of: str | None = None
    """`newscrawl.items.Article.duplicate_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What a store knows of an article: its newest version."""

    id: str
    canonical_url: str
    aliases: tuple[str, ...]
    site: str
    content_hash: str | None
    version: int
    segment: str
    offset: int
    date_published: str | None
    first_seen: str | None
    last_seen: str | None
    learnt: float
    """When the store learnt its first version, seconds since the epoch."""

    marks: bytes | None = None
    withdrawn: str | None = None
    """When it was found withdrawn, and how: ``2026-03-08T06:00:00+00:00 gone (410)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A known article that may be looked at again."""

    id: str
    url: str
    """The address to ask for."""

    looked: float
    """When it was last looked at, seconds since the epoch."""

    published: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    fruitless: int = 0
    """Looks in a row that a feed's or sitemap's date led to and that found nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A listing, feed or sitemap when every article that it named had been written, refused or kept as pending."""

    key: str
    """Its address: a listing's in its one form, a feed's or sitemap's as it is asked for."""

    etag: str | None = None
    last_modified: str | None = None

    since: str | None = None
    """ISO date of the oldest articles that were dealt with; ``None`` for all."""

    names: tuple[Mapping[str, str], ...] = ()
    """What it named besides articles (listings, feeds, sitemaps), to be followed when it has not changed."""

    kept: float = 0.0
    """When that was, seconds since the epoch."""

    listed: int = 0
    """The number of articles it named."""


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A link to an article that is yet to be fetched, kept for a later run."""

    key: str
    """Its address as `url_key` gives it."""

    url: str
    """The address to ask for."""

    discovered: dict[str, Any]
    """How it was found: the fields of `newscrawl.items.Discovery`."""

    attempts: int = 0
    """How often it was asked for without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a store holds."""

    articles: int
    keys: int
    claims: int
    refused: int
    pending: int
    watched: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of a site's articles have which field, older ones counting less."""

    articles: float = 0.0
    filled: Mapping[str, float] = field(default_factory=dict)
    newest: float | None = None
    """When the site's newest article was published, seconds since the epoch."""


def _clock() -> datetime:
    return datetime.now(UTC)


class Store(ABC):
    """The contract. Every method may be called from any thread and raises `StoreError` when the backend fails.

    Look-ups (`known`, `refused`, `article`, `by_hash`) cost microseconds however much is known, and never wait for a
    write; `alike` is many of them. Everything else may wait for the disk or the network and does not belong on the
    reactor's thread.
    """

    job: str = ""
    """The run that uses this store; set by whoever opens it."""

    retry_rejected: timedelta = timedelta(days=7)
    """How long `refuse` refuses, where it is not told."""

    watch_for: timedelta = timedelta(0)
    """How old an article can become and still be looked at again by itself."""

    now: Callable[[], datetime] = staticmethod(_clock)
    """The time, aware; a run with a clock of its own sets it."""

    def ahead(self) -> float:
        """Return the seconds that the clock all users of the store agree on is ahead of this machine's."""
        return 0.0

    @abstractmethod
    def known(self, keys: Collection[str]) -> dict[str, float]:
        """Return those of *keys* that are addresses of a written article, and when it was learnt (epoch seconds)."""

    @abstractmethod
    def article(self, key_or_id: str) -> KnownArticle | None:
        """Return the article that has this address (as a key) or this id."""

    @abstractmethod
    def by_hash(self, content_hash: str, site: str) -> str | None:
        """Return the id of the article of *site* whose newest or earlier version has this content."""

    @abstractmethod
    def alike(self, keys: Collection[int], before: str | None = None) -> list[Signed]:
        """Return the signed articles that share keys (`newscrawl.neardups.keys_of`) with *keys*: the likeliest.

        They are those that `newscrawl.neardups.choose` chooses, originals before copies, each in the order they were
        learnt. Keys that `newscrawl.neardups.COMMON` stories share are passed over.

        Args:
            keys: what the text is looked up by.
            before: the id of an article; if it is known, only those that were learnt before it count.
        """

    @abstractmethod
    def expire_signatures(self, before: datetime, *, dry_run: bool = False) -> int:
        """Forget the signatures of articles that were learnt before *before* (aware); return their number.

        The articles stay known; copies of them are not found any more, also after a rebuild: the store remembers
        *before*.

        Args:
            before: aware.
            dry_run: forget nothing.
        """

    @abstractmethod
    def articles(self) -> Iterator[KnownArticle]:
        """Yield every article, in the order they were learnt."""

    @abstractmethod
    def add(self, records: Iterable[Record], *, unique: bool = False) -> None:
        """Learn *records*, all or none, durably; their claims end.

        An address that belongs to an article keeps it. A record of a known article counts when its version is higher,
        or when it tells the line's new place in the same segment; otherwise only its addresses are learnt.

        Args:
            records: what to learn.
            unique: refuse all when the line of one stands in another segment already.

        Raises:
            WrittenElsewhereError: one does, where that is to be told.
        """

    @abstractmethod
    def add_aliases(self, article_id: str, keys: Collection[str]) -> None:
        """Learn more addresses of a known article; unknown ids are passed over."""

    @abstractmethod
    def claim(self, keys: Collection[str], job: str) -> str | None:
        """Claim *keys* (addresses, or other words that stand for one article) for *job*, all or none.

        Returns:
            ``None`` when they are *job*'s now, else the job that has one of them. A claim says nothing about what is
            known: look that up after claiming, because a job records an article before its claim ends.
        """

    @abstractmethod
    def begin_job(self, job: str) -> None:
        """Announce a live run. It ends with `end_job`, or with the process.

        Raises:
            StoreError: a live run has this name already, or the store is being rebuilt.
        """

    @abstractmethod
    def end_job(self, job: str) -> None:
        """Release the claims of *job* and take it off the live ones."""

    @abstractmethod
    def live_jobs(self) -> set[str]:
        """Return the runs that are alive, on whatever machine."""

    @abstractmethod
    def release_dead(self) -> int:
        """Release the claims of runs that are dead, once their leftovers are recovered; return their number."""

    @abstractmethod
    def refuse(self, keys: Collection[str], reason: str, until: datetime | None = None) -> None:
        """Remember addresses that gave no article, so that they are not asked for again before *until* (aware).

        They are pending no longer. Without *until* it is `retry_rejected` from now.
        """

    @abstractmethod
    def refused(self, keys: Collection[str], now: datetime | None = None) -> dict[str, str]:
        """Return those of *keys* that are refused at *now* (aware; else the clock's time), with the reason."""

    @abstractmethod
    def defer(self, site: str, links: Collection[PendingLink]) -> None:
        """Keep links of *site* until their articles are known or refused; the higher number of attempts counts."""

    @abstractmethod
    def pending(self, site: str) -> list[PendingLink]:
        """Return the links of *site* that are kept, in the order they were found."""

    @abstractmethod
    def open_listing(self, root: str, *, started: float, since: str | None = None) -> float:
        """Note that a walk of the listing *root* began at *started* (epoch seconds).

        Args:
            root: the canonical address of the listing.
            started: when the run began.
            since: ISO date of the oldest articles it is walked for; ``None`` for all.

        Returns:
            The time from which on known articles say nothing about where this walk may end: *started* when earlier
            walks have seen everything that far back, the beginning of the first of the walks since then that died, and
            0 when no walk has ever come to an end that far back.
        """

    @abstractmethod
    def close_listings(self, roots: Collection[str], *, since: str | None = None) -> None:
        """Note that the walks that this store object opened of the listings *roots* came to their end."""

    @abstractmethod
    def sources(self, site: str) -> dict[str, Source]:
        """Return the listings, feeds and sitemaps of *site* that gave validators, by their keys."""

    @abstractmethod
    def keep_sources(self, site: str, sources: Collection[Source]) -> None:
        """Remember how these listings, feeds and sitemaps of *site* stood."""

    @abstractmethod
    def due(self, site: str, ages: Collection[timedelta], now: datetime) -> list[Look]:
        """Return the articles of *site* that have reached one of *ages* since they were last looked at."""

    @abstractmethod
    def looks(self, keys: Collection[str]) -> dict[str, Look]:
        """Return what is known of the last look at those of *keys* that are addresses of an article."""

    @abstractmethod
    def looked(
        self,
        article_id: str,
        at: datetime,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        fruitless: bool = False,
    ) -> None:
        """Note that an article was looked at and had not changed.

        Args:
            article_id: `KnownArticle.id`; unknown ones are passed over.
            at: when, aware.
            etag: the page's new validators; those known are kept where it has none.
            last_modified: likewise.
            fruitless: whether a feed or sitemap had said that it would have changed.
        """

    @abstractmethod
    def withdraw(self, article_id: str, at: datetime, reason: str) -> bool:
        """Note that an article's page is gone; return whether that is news."""

    @abstractmethod
    def coverage(self, site: str) -> Coverage:
        """Return how many of the site's articles had which field."""

    @abstractmethod
    def keep_coverage(self, site: str, coverage: Coverage) -> None:
        """Remember it."""

    @abstractmethod
    def sites(self) -> dict[str, int]:
        """Return the number of articles of each site; it reads them all."""

    @abstractmethod
    def forget(self, article_ids: Collection[str]) -> int:
        """Forget articles with all their addresses; return how many of them there were."""

    @abstractmethod
    def forget_keys(self, keys: Collection[str]) -> None:
        """Forget that addresses are refused or pending."""

    @abstractmethod
    def forget_sources(self, site: str) -> None:
        """Forget how the listings, feeds and sitemaps of *site* stood and how far they were walked."""

    @abstractmethod
    def rebuild(self, records: Iterable[Record]) -> None:
        """Replace all articles by *records*, all or nothing.

        What the files cannot tell stays: addresses found after an article was written, what is pending or refused, and
        how far the listings were walked.

        Raises:
            StoreError: a run is alive.
        """

    @abstractmethod
    def counts(self) -> Counts:
        """Return how much is known."""

    @abstractmethod
    def clear(self) -> None:
        """Forget everything."""

    @abstractmethod
    def close(self) -> None:
        """End this store's use of files and connections; twice does no harm."""


def unexpired(store: Store, records: Iterable[Record], before: float) -> Iterator[Record]:
    """Yield *records*, those of articles that *store* learnt before *before* (epoch seconds) without their signatures.

    For a rebuild: what has expired stays expired.
    """
    for record in records:
        known = store.article(record.id) if before and record.signature else None
        yield replace(record, signature=None) if known and known.learnt < before else record


def open_store(uri: str) -> Store:
    """Return the store at *uri*, made when it is not there yet.

    ``sqlite:///data/newscrawl.db`` is relative to the working directory, ``sqlite:////var/lib/newscrawl.db`` absolute.
    ``redis://host:6379/0`` is on a Redis or Valkey server (`newscrawl.shared.server.Server`).

    Raises:
        StoreError: no such backend, or it cannot be opened.
    """
    kind, _, rest = uri.partition("://")
    if kind == "sqlite":
        if not rest.startswith("/") or rest in {"/", "//"}:
            raise StoreError(
                f"the store's address {uri!r} is not understood: write sqlite:///folder/file.db, "
                "or sqlite:////folder/file.db for an absolute path"
            )
        from newscrawl.store.sqlite import SqliteStore  # noqa: PLC0415 (a backend is loaded when it is used)

        return SqliteStore(Path(rest[1:]))
    if kind in {"redis", "rediss", "valkey", "valkeys", "unix"}:
        from newscrawl.store.redis import RedisStore  # noqa: PLC0415 (an extra that need not be installed)

        return RedisStore(uri)
    raise StoreError(
        f"the store's address {uri!r} has no known kind: use sqlite:///folder/file.db, or redis://host:6379/0"
    )
