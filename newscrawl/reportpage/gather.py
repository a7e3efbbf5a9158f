"""Reading what the page tells: each line of the segments once, and the reports of the runs.

What is kept does not grow with the lines: counts of all, the heads of the newest articles, the texts of those that
changed. Lines, reports and whole files that cannot be read are counted and told, they stop nothing.
"""

from __future__ import annotations

import logging
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from heapq import nlargest
from math import sqrt
from pathlib import Path
from typing import Any

import orjson

from newscrawl.ledger import COVERED
from newscrawl.rechecks import day_of, epoch, published_at
from newscrawl.segments import entries, open_segment

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

logger = logging.getLogger(__name__)

MOST_ARTICLES = 20_000
"""Articles whose heads the page has, the newest."""
MOST_HISTORIES = 100
"""Changed articles whose differences the page has, the newest."""
MOST_EXAMPLES = 5
_UNREADABLE = (OSError, EOFError, zlib.error, zstd.ZstdError)
_TOLD_RUN = 10
"""Articles of a run from which on a share of them is compared."""
_MARKED = 0.1
"""By how much a field's coverage must have changed to be marked, besides three standard deviations."""


@dataclass(slots=True)
class Head:
    """What the page tells of an article: its newest line without the text."""

    values: dict[str, Any]
    published: float | None
    """Seconds since the epoch, as for the other times here."""
    fetched: float | None
    places: list[tuple[int, Path, int]]
    """Version, file and offset of each of its lines."""

    @property
    def newness(self) -> float:
        """What articles are sorted by: the date of publication, else when it was fetched.

        A date later than that is wrong, and would keep its article at the head for years.
        """
        if self.published is None or self.fetched is None:
            return self.published or self.fetched or 0.0
        return min(self.published, self.fetched)


@dataclass(slots=True)
class Numbers:
    """What a run brought of one site, or of several."""

    new: int = 0
    updated: int = 0
    known: int = 0
    duplicate: int = 0
    rejected: int = 0
    failed: int = 0

    def add(self, other: Numbers) -> None:
        """Add another run's."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class RunRow:
    """One run's report."""

    started: datetime
    seconds: float
    spider: str
    job: str
    summary: str
    failure: str
    sites: dict[str, Numbers]

    @property
    def total(self) -> Numbers:
        """Its sites' numbers together."""
        total = Numbers()
        for numbers in self.sites.values():
            total.add(numbers)
        return total


@dataclass(slots=True)
class Reason:
    """A reason for which pages gave no article."""

    kind: str
    """``rejected``, ``failed`` or ``withdrawn``."""
    reason: str
    number: int = 0
    sites: set[str] = field(default_factory=set)
    examples: dict[str, None] = field(default_factory=dict)
    """Some addresses, the newest runs' first."""


@dataclass(slots=True)
class Way:
    """What one way of discovery brought."""

    articles: int = 0
    listed: int = 0
    rejected: int = 0
    failed: int = 0


@dataclass(slots=True)
class Lines:
    """How many lines of a site or a run have which field."""

    number: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    began: float = float("inf")

    def share(self, name: str) -> float:
        """Return the share of lines that have a field, 0 to 1."""
        return self.filled[name] / self.number if self.number else 0.0

    def add(self, other: Lines) -> None:
        """Add another's."""
        self.number += other.number
        self.filled.update(other.filled)


@dataclass(slots=True)
class Covered:
    """A field's coverage on one site."""

    share: float
    before: float | None = None
    """The share in the runs before the newest one, where that differs from them by more than chance."""
    now: float | None = None
    """The share in the newest run, likewise."""


@dataclass(slots=True)
class Gathered:
    """All that the page tells."""

    heads: list[Head] = field(default_factory=list)
    """The newest articles, newest first."""
    articles: int = 0
    lines: int = 0
    updates: int = 0
    copies: int = 0
    unreadable: int = 0
    troubles: list[str] = field(default_factory=list)
    """Sentences about files that could not be read."""
    sites: Counter[str] = field(default_factory=Counter)
    """Articles of each site, most first."""
    coverage: dict[str, dict[str, Covered]] = field(default_factory=dict)
    runs: list[RunRow] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Articles by weekday (0 is Monday) and hour, as the newspaper's clock showed them."""
    days: Counter[date] = field(default_factory=Counter)
    undated: int = 0
    timeless: int = 0
    """Articles of which only the day is known."""
    histories: list[tuple[Head, list[dict[str, Any]]]] = field(default_factory=list)
    """Articles of several versions, and these, oldest first."""


def gather(
    segments: Iterable[Path],
    reports: Iterable[Path],
    *,
    sites: Collection[str] = (),
    since: date | None = None,
    most: int = MOST_ARTICLES,
    only_jobs: bool = False,
) -> Gathered:
    """Read *segments*, oldest first, and the runs' reports in the folders *reports*.

    Args:
        segments: files of lines, packed or not.
        reports: folders with ``….report.json`` and ``….rejects.jsonl``, each once.
        sites: the sites to tell of; all when empty.
        since: the first day; earlier runs, and lines fetched earlier, are left out.
        most: articles whose heads are kept.
        only_jobs: tell of no runs but those that wrote the lines.
    """
    reading = _Reading(sites, since, most)
    for path in segments:
        reading.read_segment(path)
    found = reading.finish()
    folders = list(reports)
    read = _Reports(found, sites, since, reading.jobs if only_jobs else None)
    for folder in folders:
        for path in sorted(folder.glob("*.report.json")):
            read.report(path)
    for folder in folders:
        # Newest first: examples are likeliest to be still there.
        for path in sorted(folder.glob("*.rejects.jsonl"), reverse=True):
            read.rejects(path)
    found.runs.sort(key=_started)
    found.reasons = sorted(read.reasons.values(), key=_most_first)
    found.ways = dict(sorted(found.ways.items(), key=_most_articles))
    return found


def _started(run: RunRow) -> datetime:
    return run.started


def _most_first(reason: Reason) -> tuple[int, str, str]:
    return -reason.number, reason.kind, reason.reason


def _most_articles(item: tuple[str, Way]) -> tuple[int, int, str]:
    return -item[1].articles, -item[1].listed, item[0]


class _Reading:
    """The lines of all segments, on their way into `Gathered`."""

    def __init__(self, sites: Collection[str], since: date | None, most: int) -> None:
        self._sites, self._since, self._most = sites, since, most
        self._found = Gathered()
        self._heads: dict[str, Head] = {}
        self._ids: set[str] = set()
        self._lines: dict[str, dict[str, Lines]] = defaultdict(lambda: defaultdict(Lines))
        """By site and run."""
        self.jobs: set[str] = set()

    def read_segment(self, path: Path) -> None:
        found = self._found
        try:
            for entry in entries(path):
                if entry.values is None:
                    found.unreadable += 1
                else:
                    self._line(entry.values, path, entry.offset)
        except _UNREADABLE as error:
            found.troubles.append(f"{path} could not be read to its end: {_said(error)}")

    def _line(self, values: dict[str, Any], path: Path, offset: int) -> None:
        site = string(values.get("site")) or "unknown"
        published, fetched = string(values.get("date_published")), string(values.get("fetched_at"))
        fetched_day = day_of(fetched)
        if (self._sites and site not in self._sites) or (self._since and fetched_day and fetched_day < self._since):
            return
        found, job = self._found, string(values.get("job")) or ""
        found.lines += 1
        self.jobs.add(job)
        lines = self._lines[site][job]
        lines.number += 1
        lines.filled.update(name for name in COVERED if values.get(name) not in (None, "", []))
        lines.began = min(lines.began, epoch(fetched) or lines.began)
        number = _version(values)
        found.updates += number > 1
        name = string(values.get("id")) or string(values.get("canonical_url")) or ""
        if name not in self._ids:
            self._ids.add(name)
            self._count(values, site, published)
        old = self._heads.get(name)
        places = [*(old.places if old else ()), (number, path, offset)]
        if old and _version(old.values) > number:
            old.places = places
            return
        kept = {key: value for key, value in values.items() if key not in _TEXTS}
        self._heads[name] = Head(kept, published_at(published, fetched), epoch(fetched), places)
        if len(self._heads) > 2 * self._most:
            self._prune()

    def _count(self, values: dict[str, Any], site: str, published: str | None) -> None:
        found = self._found
        found.articles += 1
        found.sites[site] += 1
        found.copies += bool(values.get("duplicate_of"))
        discovered = values.get("discovered")
        via = string(discovered.get("via")) if isinstance(discovered, dict) else None
        found.ways.setdefault(via or "unknown", Way()).articles += 1
        if (day := day_of(published)) is None:
            found.undated += 1
            return
        found.days[day] += 1
        moment = _moment(published) if "T" in (published or "") else None
        if moment is None:
            found.timeless += 1
        else:
            found.hours[moment.weekday(), moment.hour] += 1

    def _prune(self) -> None:
        kept = nlargest(self._most, self._heads.items(), key=_newness_of)
        self._heads = dict(kept)

    def finish(self) -> Gathered:
        found = self._found
        found.heads = [head for _, head in nlargest(self._most, self._heads.items(), key=_newness_of)]
        found.sites = Counter(dict(found.sites.most_common()))
        found.coverage = {site: self._coverage(site) for site in found.sites}
        changed = (head for head in found.heads if len({number for number, _, _ in head.places}) > 1)
        newest = nlargest(MOST_HISTORIES, changed, key=_fetched_of)
        lines = dict(_lines_at([place for head in newest for place in head.places]))
        for head in newest:
            versions = {number: lines[path, at] for number, path, at in head.places if (path, at) in lines}
            found.histories.append((head, [versions[number] for number in sorted(versions)]))
        return found

    def _coverage(self, site: str) -> dict[str, Covered]:
        runs = sorted(self._lines[site].values(), key=_began_of)
        whole, before = Lines(), Lines()
        for lines in runs:
            whole.add(lines)
        told = [lines for lines in runs if lines.number >= _TOLD_RUN]
        for lines in told[:-1]:
            before.add(lines)
        return {name: _covered(name, whole, before, told[-1] if len(told) > 1 else None) for name in COVERED}


_TEXTS = frozenset({"body", "body_html", "images", "date_published_raw"})


def _newness_of(item: tuple[str, Head]) -> float:
    return item[1].newness


def _fetched_of(head: Head) -> float:
    return head.fetched or 0.0


def _began_of(lines: Lines) -> float:
    return lines.began


def _covered(name: str, whole: Lines, before: Lines, newest: Lines | None) -> Covered:
    share = whole.share(name)
    if newest is None:
        return Covered(share)
    old, new = before.share(name), newest.share(name)
    # The pooled share: an old one of 0 or 1 would make any difference more than chance.
    pooled = (before.filled[name] + newest.filled[name]) / (before.number + newest.number)
    chance = sqrt(pooled * (1 - pooled) * (1 / before.number + 1 / newest.number))
    return Covered(share, old, new) if abs(new - old) >= max(_MARKED, 3 * chance) else Covered(share)


def _lines_at(places: Iterable[tuple[int, Path, int]]) -> Iterator[tuple[tuple[Path, int], dict[str, Any]]]:
    """Yield the lines at *places*, each file opened once; those that have vanished meanwhile are left out."""
    files: dict[Path, set[int]] = defaultdict(set)
    for _, path, offset in places:
        files[path].add(offset)
    for path, offsets in files.items():
        try:
            with open_segment(path) as file:
                for offset in sorted(offsets):
                    file.seek(offset)
                    yield (path, offset), orjson.loads(file.readline())
        except (*_UNREADABLE, orjson.JSONDecodeError) as error:
            logger.warning("Versions in %s are left out: %s", path, _said(error))


class _Reports:
    """The runs' reports and their lists of pages that gave no article, on their way into `Gathered`."""

    def __init__(
        self, found: Gathered, sites: Collection[str], since: date | None, jobs: Collection[str] | None
    ) -> None:
        self._found, self._sites, self._since, self._jobs = found, sites, since, jobs
        self.reasons: dict[tuple[str, str], Reason] = {}
        self._reported: set[str] = set()
        """The runs whose reports give the numbers; of the others only a list of pages is left."""

    def _wanted(self, site: str | None) -> bool:
        return not self._sites or site in self._sites

    def report(self, path: Path) -> None:
        try:
            values = orjson.loads(path.read_bytes())
            started = datetime.fromisoformat(values["started"])
            parts: dict[str, Any] = values["sites"]
            numbers = {name: _numbers(part) for name, part in parts.items() if self._wanted(name)}
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            self._found.troubles.append(f"{path} is no report of a run: {_said(error)}")
            return
        self._reported.add(_stem(path))
        job = string(values.get("job")) or ""
        if (
            (parts and not numbers)
            or (self._since and started.date() < self._since)
            or (self._jobs is not None and job not in self._jobs)
        ):
            return
        seconds = values.get("seconds")
        self._found.runs.append(
            RunRow(
                started=started if started.tzinfo else started.replace(tzinfo=UTC),
                seconds=seconds if isinstance(seconds, int | float) else 0.0,
                spider=string(values.get("spider")) or "",
                job=job,
                summary=string(values.get("summary")) or "",
                failure=string(values.get("failure")) or "",
                sites=numbers,
            )
        )
        for name in numbers:
            self._site(name, parts[name])

    def _site(self, name: str, part: dict[str, Any]) -> None:
        for kind in ("rejected", "failed"):
            for reason, number in _counts(part.get(kind)).items():
                entry = self._reason(kind, reason)
                entry.number += number
                entry.sites.add(name)
        if gone := _whole(part.get("withdrawn")):
            entry = self._reason("withdrawn", "page gone (404, 410)")
            entry.number += gone
            entry.sites.add(name)
            _exemplify(entry, part.get("withdrawn_pages"))
        ways = part.get("ways")
        for via, counts in ways.items() if isinstance(ways, dict) else ():
            way = self._found.ways.setdefault(via, Way())
            if not isinstance(counts, dict):
                continue
            way.listed += _whole(counts.get("listed"))
            way.rejected += sum(_counts(counts.get("rejected")).values())
            way.failed += sum(_counts(counts.get("failed")).values())

    def rejects(self, path: Path) -> None:
        stem = _stem(path)
        stamp, _, job = stem.partition("-")
        day = _moment(stamp)
        if (self._since and day and day.date() < self._since) or (self._jobs is not None and job not in self._jobs):
            return
        orphan = stem not in self._reported
        try:
            with path.open("rb") as file:
                for line in file:
                    self._reject(orjson.loads(line), counted=orphan)
        except (OSError, orjson.JSONDecodeError, AttributeError) as error:
            self._found.troubles.append(f"{path} could not be read to its end: {_said(error)}")

    def _reject(self, values: dict[str, Any], *, counted: bool) -> None:
        site, kind, reason = (string(values.get(name)) or "unknown" for name in ("site", "kind", "reason"))
        if not self._wanted(site):
            return
        # The report counts withdrawn pages without their reasons.
        entry = self._reason(kind, "page gone (404, 410)" if kind == "withdrawn" else reason)
        _exemplify(entry, [values.get("url")])
        if counted:
            entry.number += 1
            entry.sites.add(site)

    def _reason(self, kind: str, reason: str) -> Reason:
        return self.reasons.setdefault((kind, reason), Reason(kind, reason))


def _exemplify(entry: Reason, urls: Any) -> None:
    for url in urls if isinstance(urls, list) else ():
        if isinstance(url, str) and len(entry.examples) < MOST_EXAMPLES:
            entry.examples[url] = None


def _stem(path: Path) -> str:
    return path.name.removesuffix(".report.json").removesuffix(".rejects.jsonl")


def _numbers(part: dict[str, Any]) -> Numbers:
    return Numbers(
        **{name: _whole(part.get(name)) for name in ("new", "updated", "known", "duplicate")},
        **{name: sum(_counts(part.get(name)).values()) for name in ("rejected", "failed")},
    )


def _counts(value: Any) -> dict[str, int]:
    """Return reasons and their numbers; what failed has its number in an object with examples."""
    if not isinstance(value, dict):
        return {}
    return {
        str(reason): _whole(number.get("count") if isinstance(number, dict) else number)
        for reason, number in value.items()
    }


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _version(values: dict[str, Any]) -> int:
    return _whole(values.get("version")) or 1


def string(value: Any) -> str | None:
    """Return *value* where it is a text: a line may come from anywhere."""
    return value if isinstance(value, str) and value else None


def strings(value: Any) -> list[str]:
    """Return the texts in a list.

    >>> strings(["a", 1, "b"]), strings("a")
    (['a', 'b'], [])
    """
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


def _said(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
