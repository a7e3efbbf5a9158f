"""What became of every link and page of a run, by site and by the way it was found; nothing disappears silently.

It counts and judges; it fetches nothing and asks no store.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import orjson

from newscrawl.items import Article
from newscrawl.rechecks import published_at
from newscrawl.sites import Expectations
from newscrawl.store import Coverage
from newscrawl.versions import MARKED

logger = logging.getLogger(__name__)

COVERED = (*MARKED, "comment_count")
"""The fields whose coverage is told."""

_EXAMPLES = 5
_REASONED = ("rejected", "failed")
_ENOUGH = 10
"""Lines of a run from which on shares of them mean something."""
_LEARNT = 50
"""Articles from which on a site's own history means something."""
_MEMORY = 500.0
"""Articles that the history remembers; older ones fade."""
_FALL = 0.3
"""How far below its history the share of a field must fall, at the least."""
_ALIKE = 2.0
"""So many articles of a run say as much as one chosen by chance: they are of few sections, whose fields are alike."""
_SPILL = 50
_PART = ".part"
_REJECTS = ".rejects.jsonl"


@dataclass(slots=True)
class SiteLedger:
    """One site's part of a run."""

    ways: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By way of discovery, how many links and pages met which fate."""

    reasons: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {what: defaultdict(Counter) for what in _REASONED}
    )
    """For what was rejected and what failed: by way, how many for which reason."""

    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By reason of failure, some addresses."""

    withdrawn: list[str] = field(default_factory=list)
    listed_before: int = 0
    """Links on listings, feeds and sitemaps that have not changed since they were read."""

    lines: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    newest: float | None = None
    """When the newest article that was written was published, seconds since the epoch."""

    requests: int = 0
    bytes: int = 0
    began: float | None = None
    ended: float | None = None

    def sum(self, what: str) -> int:
        """Return how many met a fate, by whatever way they were found."""
        return sum(counts[what] for counts in self.ways.values())


class Rejects:
    """The file of pages that gave no article, one JSON object a line; made when there is one.

    Args:
        path: its final name; it has ``.part`` behind it while the run goes on, and is finished by `finish_rejects` when
            that is killed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._part = path.with_name(f"{path.name}{_PART}")
        self._waiting: list[bytes] = []
        self._failed = False

    def add(self, entry: dict[str, Any]) -> None:
        """Add a page."""
        self.count += 1
        self._waiting.append(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        if len(self._waiting) >= _SPILL:
            self._write()

    def finish(self) -> Path | None:
        """Give the file its final name and return it, or ``None`` where there is none."""
        self._write()
        if self._failed or not self.count:
            return None
        self._part.rename(self.path)
        return self.path

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._failed or not waiting:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._part.open("ab") as file:
                file.write(b"".join(waiting))
        except OSError as error:
            self._failed = True
            logger.warning("The list of rejected pages %s cannot be written: %s", self.path, error.strerror or error)


def finish_rejects(folder: Path, live: Collection[str]) -> None:
    """Give the files of rejected pages that killed runs left in *folder* their final names, without a torn last line.

    Args:
        folder: that of the reports.
        live: the runs that are alive.
    """
    for part in folder.glob(f"*{_REJECTS}{_PART}"):
        path = part.with_name(part.name.removesuffix(_PART))
        job = path.name.removesuffix(_REJECTS).partition("-")[2]
        if job in live:
            continue
        try:
            with part.open("r+b") as file:
                whole = file.read().rfind(b"\n") + 1
                file.truncate(whole)
            if whole:
                part.rename(path)
            else:
                part.unlink()
        except FileNotFoundError:
            continue  # another run that began at this moment has done it
        except OSError as error:
            logger.warning("The list of rejected pages %s cannot be finished: %s", part, error.strerror or error)


class Ledger:
    """The books of one run.

    Args:
        rejects: where pages that gave no article are listed; ``None`` for nowhere.
    """

    def __init__(self, rejects: Rejects | None = None) -> None:
        self.sites: dict[str, SiteLedger] = defaultdict(SiteLedger)
        self.rejects = rejects

    def note(self, site: str | None, via: str | None, what: str, by: int = 1) -> None:
        """Count links or pages of *site*, found by *via*, that met the fate *what*."""
        if by:
            self.sites[site or "unknown"].ways[via or "unknown"][what] += by

    def lose(self, site: str | None, via: str | None, what: str, reason: str, url: str) -> None:
        """Count and list a page that was ``rejected``, ``failed`` or found ``withdrawn``."""
        self.note(site, via, what)
        entry = self.sites[site or "unknown"]
        if what in entry.reasons:
            entry.reasons[what][via or "unknown"][reason] += 1
            if what == "failed" and len(entry.examples[reason]) < _EXAMPLES:
                entry.examples[reason].append(url)
        else:
            entry.withdrawn.append(url)
        if self.rejects is not None:
            self.rejects.add({"url": url, "reason": reason, "kind": what, "site": site, "via": via})

    def write(self, article: Article) -> None:
        """Count an article that has been written."""
        via = article.discovered.via if article.discovered else None
        self.note(article.site, via, "updated" if article.version > 1 else "new")
        entry = self.sites[article.site or "unknown"]
        if article.duplicate_of:
            self.note(article.site, via, "copies")
        entry.lines += 1
        entry.filled.update(name for name in COVERED if getattr(article, name) not in (None, "", []))
        published = published_at(article.date_published, article.fetched_at)
        if published is not None:
            entry.newest = max(published, entry.newest or published)

    def traffic(self, site: str, at: float, *, requests: int = 0, size: int = 0) -> None:
        """Count requests and the bytes of answers, at a time in seconds."""
        entry = self.sites[site]
        entry.requests += requests
        entry.bytes += size
        entry.began = at if entry.began is None else min(entry.began, at)
        entry.ended = at if entry.ended is None else max(entry.ended, at)

    def report(self) -> dict[str, Any]:
        """Return the sites' parts as plain values."""
        return {name: _plain(entry) for name, entry in sorted(self.sites.items())}


_FATES = (
    "listed",
    "known",
    "new",
    "updated",
    "copies",
    "unchanged",
    "duplicate",
    "refused_before",
    "outside_window",
    "walled",
    "withdrawn",
)


def _plain(entry: SiteLedger) -> dict[str, Any]:
    ways = {
        via: {
            **{what: counts[what] for what in _FATES},
            **{what: dict(entry.reasons[what][via]) if via in entry.reasons[what] else {} for what in _REASONED},
        }
        for via, counts in sorted(entry.ways.items())
    }
    totals: dict[str, Counter[str]] = {what: Counter() for what in _REASONED}
    for what, by_way in entry.reasons.items():
        for counts in by_way.values():
            totals[what].update(counts)
    newest = datetime.fromtimestamp(entry.newest, UTC).isoformat() if entry.newest is not None else None
    return {
        **{what: entry.sum(what) for what in _FATES},
        "listed_on_unchanged_pages": entry.listed_before,
        "rejected": dict(totals["rejected"].most_common()),
        "failed": {
            reason: {"count": number, "examples": entry.examples[reason]}
            for reason, number in totals["failed"].most_common()
        },
        "withdrawn_pages": entry.withdrawn,
        "requests": entry.requests,
        "bytes": entry.bytes,
        "seconds": round(entry.ended - entry.began, 3) if entry.began is not None and entry.ended is not None else 0.0,
        "newest": newest,
        "coverage": {name: round(100 * entry.filled[name] / entry.lines, 1) for name in COVERED} if entry.lines else {},
        "ways": ways,
    }


def broken_expectations(
    name: str, entry: SiteLedger, expected: Expectations, newest: float | None, now: float
) -> list[str]:
    """Return a sentence for each expectation of a site that a run has not met.

    Args:
        name: the site's.
        entry: its part of the run.
        expected: what it declares.
        newest: when its newest known article was published, seconds since the epoch.
        now: the time, likewise.

    >>> broken_expectations("paper", SiteLedger(), Expectations(min_listed=5, newest_hours=24), 0.0, 90000.0)
    ['paper: 0 links listed, expected at least 5', 'paper: its newest article is 25 hours old, expected at most 24']
    """
    broken = []
    listed = entry.sum("listed") + entry.listed_before
    if listed < expected.min_listed:
        broken.append(f"{name}: {listed} links listed, expected at least {expected.min_listed}")
    if entry.lines >= _ENOUGH:
        for what, percent in expected.coverage.items():
            found = 100 * entry.filled[what] / entry.lines
            if found < percent:
                broken.append(f"{name}: {what} on {found:.0f} % of {entry.lines} articles, expected {percent:g} %")
    if expected.newest_hours is not None and newest is not None:
        hours = (now - newest) / 3600
        if hours > expected.newest_hours:
            broken.append(
                f"{name}: its newest article is {hours:.0f} hours old, expected at most {expected.newest_hours:g}"
            )
    elif expected.newest_hours is not None:
        broken.append(f"{name}: no article of a known date, expected one of the last {expected.newest_hours:g} hours")
    return broken


def fallen_coverage(name: str, entry: SiteLedger, history: Coverage) -> list[str]:
    """Return a sentence for each field that far fewer articles of the run have than those of earlier runs.

    It takes ten articles of the run and fifty before it, a fall by 30 points and by three standard deviations.

    >>> entry = SiteLedger(lines=20, filled=Counter(byline=3, section=15))
    >>> fallen_coverage("paper", entry, Coverage(articles=100.0, filled={"byline": 90.0, "section": 80.0}))
    ['paper: byline on 15 % of 20 articles, on 90 % before: its pages may have changed']
    """
    if entry.lines < _ENOUGH or history.articles < _LEARNT:
        return []
    fallen = []
    for what in COVERED:
        before, found = history.filled.get(what, 0.0) / history.articles, entry.filled[what] / entry.lines
        if before - found > max(_FALL, 3 * sqrt(_ALIKE * before * (1 - before) / entry.lines)):
            fallen.append(
                f"{name}: {what} on {100 * found:.0f} % of {entry.lines} articles, on {100 * before:.0f} % before: "
                "its pages may have changed"
            )
    return fallen


def learn_coverage(history: Coverage, entry: SiteLedger) -> Coverage:
    """Return *history* with a run's articles; what is older than the last few hundred fades."""
    newest = max((moment for moment in (history.newest, entry.newest) if moment is not None), default=None)
    total = history.articles + entry.lines
    scale = min(1.0, _MEMORY / total) if total else 1.0
    filled = {
        name: round((history.filled.get(name, 0.0) + entry.filled[name]) * scale, 3)
        for name in COVERED
        if history.filled.get(name) or entry.filled[name]
    }
    return Coverage(articles=round(total * scale, 3), filled=filled, newest=newest)
