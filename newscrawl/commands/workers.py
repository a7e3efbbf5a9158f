"""``scrapy workers``: several workers of one crawl on this machine."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError

from newscrawl.extensions.report import summary
from newscrawl.runs import articles_folder

_FATES = ("new", "updated", "known", "refused_before", "outside_window", "withdrawn")
_MOST = 64


def sums(reports: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what runs did together, as stats that `newscrawl.extensions.report.summary` makes a sentence of.

    >>> site = {"new": 2, "duplicate": 1, "failed": {"timeout": {"count": 1, "examples": []}}, "rejected": {}}
    >>> summary(sums([{"sites": {"demo": site}, "segments": ["a.jsonl"]}, {"sites": {"demo": site}, "segments": []}]))
    '4 new, 0 known; 2 duplicates: 2 of all kinds; 2 failed: 2 timeout; written to a.jsonl'
    """
    stats = Counter[str]()
    files: list[str] = []
    for report in reports:
        files += report["segments"]
        for site in report["sites"].values():
            stats.update({f"newscrawl/{fate}": site.get(fate, 0) for fate in _FATES})
            stats["newscrawl/duplicate/of all kinds"] += site["duplicate"]
            stats.update({f"newscrawl/rejected/{reason}": number for reason, number in site["rejected"].items()})
            stats.update({f"newscrawl/failed/{reason}": failed["count"] for reason, failed in site["failed"].items()})
    return {**stats, "newscrawl/written_to": files}


class Command(BaseRunSpiderCommand):
    """Starts workers as ``scrapy crawl`` would, passes signals on to them, and sums up what they did."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return how it is called."""
        return "<number> <spider> [options]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Run several workers of one crawl on this machine; they meet at NEWSCRAWL_REDIS_URL"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run as many workers as *args* says; the exit code is 1 when one failed, or none came to the end."""
        assert self.settings is not None
        if len(args) != 2 or not args[0].isdecimal() or not 0 < int(args[0]) <= _MOST:
            raise UsageError(f"say how many (1 to {_MOST}) and which spider: scrapy workers 3 <spider>")
        if not self.settings.get("NEWSCRAWL_REDIS_URL"):
            raise UsageError(
                "workers meet on a Redis or Valkey server: say where, like -s NEWSCRAWL_REDIS_URL=redis://localhost:6379/0"
            )
        if opts.output or opts.overwrite_output:
            raise UsageError("workers would all write to one file: leave -o and -O out, and read the segments")
        number, spider = int(args[0]), args[1]
        told = [word for name, value in opts.spargs.items() for word in ("-a", f"{name}={value}")]
        told += [word for setting in opts.set for word in ("-s", setting)]
        for name in ("loglevel", "logfile"):
            if value := getattr(opts, name):
                told += [f"--{name}", value]
        crowd = secrets.token_hex(3)
        jobs = [f"{crowd}-{worker}" for worker in range(1, number + 1)]
        codes = _run([["crawl", spider, *told, "-s", f"NEWSCRAWL_JOB={job}"] for job in jobs])
        for worker, code in enumerate(codes, 1):
            if code < 0:
                print(f"worker {worker} was killed ({signal.Signals(-code).name})", file=sys.stderr)
        folder = articles_folder(self.settings).parent / "reports"
        print(f"{spider}: {number} workers: {summary(sums(_reports(folder, jobs)))}", file=sys.stderr)
        # What a killed worker left undone, the others have done.
        if any(code > 0 for code in codes) or 0 not in codes:
            self.exitcode = 1


def _run(commands: list[list[str]]) -> list[int]:
    """Run these commands of Scrapy at once and return their exit codes; signals to this process go to all."""
    processes: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: object) -> None:
        for process in processes:
            with suppress(ProcessLookupError):
                process.send_signal(number)

    # Sessions of their own, so that Ctrl-C reaches them once: twice is Scrapy's word for leaving everything behind.
    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        processes.extend(
            subprocess.Popen(  # noqa: S603 (this very program)
                [sys.executable, "-m", "scrapy", *command], stderr=subprocess.PIPE, start_new_session=True
            )
            for command in commands
        )
        copiers = [Thread(target=_copy, args=(process, n)) for n, process in enumerate(processes, 1)]
        for copier in copiers:
            copier.start()
        for copier in copiers:
            copier.join()
        return [process.wait() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)


def _copy(process: subprocess.Popen[bytes], worker: int) -> None:
    assert process.stderr is not None
    with process.stderr as lines:
        for line in lines:
            sys.stderr.write(f"[{worker}] {line.decode('utf-8', 'replace')}")
            sys.stderr.flush()


def _reports(folder: Path, jobs: Iterable[str]) -> list[dict[str, Any]]:
    paths = [path for job in jobs for path in folder.glob(f"*-{job}.report.json")]
    return [json.loads(path.read_bytes()) for path in paths]
