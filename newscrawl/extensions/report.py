"""What a run tells: one line in plain words, one more when it failed, and a report in a file.

The words are made from the run's stats by pure functions, so that the exit code and they cannot disagree; the report
from the run's books (`newscrawl.ledger`).
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import orjson
from scrapy import Request, Spider, signals
from scrapy.http import Response

from newscrawl.ledger import broken_expectations, fallen_coverage, learn_coverage
from newscrawl.runs import Run
from newscrawl.spiders.base import publication_of
from newscrawl.store import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_DUPLICATES = {
    "url": "written before",
    "alias": "under another address",
    "text": "with the same text",
    "near": "with nearly the same text",
    "other_job": "written by another run",
}
# Reasons of Scrapy and of this project to close a spider before it is done, and what to do.
_STOPPED = {
    "shutdown": "it was stopped from outside before it was done: start it again and it goes on",
    "cancelled": "it was cancelled before it was done: start it again and it goes on",
    "start_error": "an error in the spider kept it from asking for all its start pages: see the log",
    "memusage_exceeded": "it used more memory than MEMUSAGE_LIMIT_MB allows: what was written counts",
    "disk_full": "the disk is full: make room and start it again",
    "cannot_write": "articles could not be written: see the log",
    "store_failed": "the store could not be used: see the log",
}
_MOST_REASONS = 12


def _number(stats: Mapping[str, Any], name: str) -> int:
    return int(stats.get(f"newscrawl/{name}", 0))


def _reasons(stats: Mapping[str, Any], group: str) -> dict[str, int]:
    prefix = f"newscrawl/{group}/"
    found = {
        name.removeprefix(prefix): int(value) for name, value in stats.items() if name.startswith(prefix) and value
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _told(reasons: Mapping[str, int]) -> str:
    told = [f"{number} {reason}" for reason, number in list(reasons.items())[:_MOST_REASONS]]
    rest = sum(reasons.values()) - sum(list(reasons.values())[:_MOST_REASONS])
    return ", ".join([*told, f"{rest} for other reasons"] if rest else told)


def summary(stats: Mapping[str, Any]) -> str:
    """Return one line that says what a run has done.

    Args:
        stats: the crawler's stats; ``newscrawl/written_to`` is a list of paths, the other ``newscrawl/…`` are counts.

    >>> summary({"newscrawl/new": 2, "newscrawl/known": 1, "newscrawl/written_to": ["data/articles/demo/x.jsonl"]})
    '2 new, 1 known; written to data/articles/demo/x.jsonl'
    >>> summary({"newscrawl/known": 150, "newscrawl/rejected/bot wall": 1, "newscrawl/rejected/no headline": 2})
    'nothing new: 150 known; 3 rejected: 2 no headline, 1 bot wall; no file written'
    """
    new, updated = _number(stats, "new"), _number(stats, "updated")
    duplicates = {_DUPLICATES.get(why, why): number for why, number in _reasons(stats, "duplicate").items()}
    known, unchanged = _number(stats, "known"), _number(stats, "unchanged")
    counts = [f"{known} known"] if known or not unchanged else []
    if before := _number(stats, "refused_before"):
        counts.append(f"{before} skipped (rejected before)")
    if outside := _number(stats, "outside_window"):
        counts.append(f"{outside} outside the dates")
    if unchanged:
        counts.append(f"{unchanged} listing{'s' if unchanged > 1 else ''} unchanged")
    if same := _number(stats, "same"):
        counts.append(f"{same} looked at again")
    if withdrawn := _number(stats, "withdrawn"):
        counts.append(f"{withdrawn} withdrawn")
    written = [f"{new} new"] if new else []
    if updated:
        written.append(f"{updated} updated")
    if copies := _number(stats, "near_duplicates"):
        written.append(f"{copies} of them marked as copies")
    parts = [", ".join([*written, *counts]) if written else f"nothing new: {', '.join(counts)}"]
    if duplicates:
        number = sum(duplicates.values())
        parts.append(f"{number} duplicate{'s' if number > 1 else ''}: {_told(duplicates)}")
    groups = ((group, _reasons(stats, group)) for group in ("rejected", "failed"))
    parts += [f"{sum(reasons.values())} {group}: {_told(reasons)}" for group, reasons in groups if reasons]
    files = stats.get("newscrawl/written_to") or []
    if len(files) > 3:
        folders = sorted({str(Path(file).parent) for file in files})
        parts.append(f"written to {len(files)} files in {', '.join(folders)}")
    else:
        parts.append(f"written to {', '.join(files)}" if files else "no file written")
    return "; ".join(parts)


def failure(stats: Mapping[str, Any], reason: str) -> str | None:
    """Return a sentence that says why a run failed and what to do, or ``None`` when it did its work.

    A run that knew every article already has done its work; one that found no article at all has not.

    Args:
        stats: the crawler's stats.
        reason: why the spider was closed, as Scrapy says it.

    >>> failure({"newscrawl/listed": 150, "newscrawl/known": 150, "newscrawl/start_ok": 3}, "finished")
    >>> failure({"newscrawl/start_failed": 1, "newscrawl/failed/listing: connection refused": 1}, "finished")
    'none of its start pages could be fetched (1 listing: connection refused): see that the network and the site are up'
    """
    if error := stats.get("newscrawl/error"):
        return str(error)
    # Several workers are judged by what they did together, once.
    own, stats = stats, stats.get("newscrawl/crawl", stats)
    start_ok, start_failed = _number(stats, "start_ok"), _number(stats, "start_failed")
    failed = _reasons(stats, "failed")
    if start_failed and not start_ok:
        return (
            f"none of its start pages could be fetched ({_told(failed) or start_failed}): see that the network and the "
            "site are up"
        )
    if reason in _STOPPED:
        return _STOPPED[reason]
    listed, asked = _number(stats, "listed"), _number(stats, "requested")
    if start_ok and not listed and not asked and not _number(stats, "unchanged"):
        return (
            "its start pages name no article: see that the addresses are those of listings, or that the site has not "
            "changed its pages"
        )
    seen = ("new", "updated", "known", "refused_before", "outside_window", "unchanged", "same", "withdrawn")
    useful = sum(_number(stats, name) for name in seen) + sum(_reasons(stats, "duplicate").values())
    rejected = _reasons(stats, "rejected")
    if asked and not useful and (rejected or failed):
        return f"none of the {asked} articles it asked for could be read ({_told({**rejected, **failed})})"
    if broken := own.get("newscrawl/broken"):
        return "; ".join(broken)
    exceptions = int(stats.get("spider_exceptions/count", 0))
    if exceptions and not useful:
        return f"the spider failed on {exceptions} page{'s' if exceptions > 1 else ''}: see the log"
    return None


class RunReport:
    """Prints the summary when a run ends, also when the log is quiet, logs it, and writes the report.

    The report is ``NEWSCRAWL_DATA/reports/<UTC start>-<job>.report.json``; beside it lies ``….rejects.jsonl`` where
    pages gave no article.

    Setting: ``NEWSCRAWL_REPORT`` (off: no files).
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        level = settings.get("LOG_LEVEL")
        level = logging.getLevelNamesMapping().get(level, logging.NOTSET) if isinstance(level, str) else level
        shown = settings.getbool("LOG_ENABLED") and not settings.get("LOG_FILE")
        self._print = not (shown and level <= logging.INFO)
        self._files = settings.getbool("NEWSCRAWL_REPORT", True)
        self._sites: dict[str, str] = {}
        """Host to the site that it belongs to."""
        self._others: list[tuple[str, float, int, int]] = []
        """Requests of which only the host is known: for robots.txt."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected to the run's requests and its end."""
        report = cls(crawler)
        crawler.signals.connect(report.request_sent, signal=signals.request_reached_downloader)
        crawler.signals.connect(report.response_came, signal=signals.response_downloaded)
        crawler.signals.connect(report.spider_closed, signal=signals.spider_closed)
        return report

    def request_sent(self, request: Request) -> None:
        """Count a request."""
        self._count_traffic(request, requests=1, size=0)

    def response_came(self, response: Response, request: Request) -> None:
        """Count the bytes of an answer's body, as they came."""
        self._count_traffic(request, requests=0, size=len(response.body))

    def _count_traffic(self, request: Request, *, requests: int, size: int) -> None:
        run = Run.begun(self._crawler)
        if run is None:
            return
        host, publication = urlsplit(request.url).netloc, publication_of(request)
        if publication is None:
            self._others.append((host, time.monotonic(), requests, size))
        else:
            self._sites.setdefault(host, publication.name)
            run.ledger.traffic(publication.name, time.monotonic(), requests=requests, size=size)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Tell what the run has done."""
        run = Run.begun(self._crawler)
        if run is not None:
            for host, at, requests, size in self._others:
                run.ledger.traffic(self._sites.get(host, host), at, requests=requests, size=size)
            self._judge(run, spider, reason)
        stats = self._crawler.stats.get_stats()
        told = [summary(stats)]
        sentence = failure(stats, reason)
        if sentence:
            told.append(f"the run failed: {sentence}")
        for text in told:
            logger.info("%s: %s", spider.name, text)
            if self._print:
                # Nobody may be reading any more: a terminal that was closed, a Scrapyd that was stopped before its job.
                with suppress(OSError):
                    print(f"{spider.name}: {text}", file=sys.stderr)
        if run is not None and self._files:
            self._write(run, spider, reason, told[0], sentence)

    def _judge(self, run: Run, spider: Spider, reason: str) -> None:
        """Hold the run against what its sites declare and against their history; a sound one becomes history."""
        if run.failed:
            return
        declared = {p.name: p.site.expectations for p in getattr(spider, "publications", ()) if p.site is not None}
        broken: list[str] = []
        try:
            for name in {**run.ledger.sites, **declared}:
                entry = run.ledger.sites[name]
                history = run.store.coverage(name)
                learnt = learn_coverage(history, entry)
                fallen = fallen_coverage(name, entry, history)
                # A run that was cut short, or asked for a part only, need not find everything.
                alone = getattr(spider, "shared", None) is None
                if name in declared and reason == "finished" and alone and getattr(spider, "whole", False):
                    now = run.now().timestamp()
                    broken += broken_expectations(name, entry, declared[name], learnt.newest, now)
                broken += fallen
                if entry.lines and not fallen:
                    run.store.keep_coverage(name, learnt)
        except StoreError as error:
            logger.warning("The run could not be held against its history: %s", error)
        if broken:
            self._crawler.stats.set_value("newscrawl/broken", broken)

    def _write(self, run: Run, spider: Spider, reason: str, told: str, sentence: str | None) -> None:
        stats = self._crawler.stats.get_stats()
        ended = run.now()
        report = {
            "spider": spider.name,
            "job": run.job,
            "started": run.began.isoformat(timespec="seconds"),
            "ended": ended.isoformat(timespec="seconds"),
            "seconds": round((ended - run.began).total_seconds(), 3),
            "reason": reason,
            "failure": sentence,
            "summary": told,
            "broken": stats.get("newscrawl/broken", []),
            "requests": sum(entry.requests for entry in run.ledger.sites.values()),
            "bytes": sum(entry.bytes for entry in run.ledger.sites.values()),
            "segments": stats.get("newscrawl/written_to", []),
            "rejects": None,
            "sites": run.ledger.report(),
        }
        path = run.reports / f"{run.stem}.report.json"
        try:
            run.reports.mkdir(parents=True, exist_ok=True)
            rejects = run.ledger.rejects.finish() if run.ledger.rejects else None
            report["rejects"] = str(rejects) if rejects else None
            part = path.with_name(f"{path.name}.part")
            part.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            part.rename(path)
        except OSError as error:
            logger.warning("The report %s cannot be written: %s", path, error.strerror or error)
        else:
            self._crawler.stats.set_value("newscrawl/report", str(path))
