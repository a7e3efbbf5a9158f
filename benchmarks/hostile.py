"""What hostile newspapers do to a run: ``python -m benchmarks.hostile``.

Each is crawled by `scrapy crawl news` in a process of its own, as a user would, from a server in another process. The
good story beside the harm must come out, every hostile page be written or accounted for, nothing inside be asked for,
the run end by itself with code 0 and without a traceback, its memory stay small, and every line be valid.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema

from benchmarks._hostile import ARTICLE, GOOD, HOME, INPUTS, Input, host_of, serving
from benchmarks._processes import MB, run
from newscrawl.schema import article_schema, closed
from newscrawl.segments import entries, finished

MOST_MEMORY = 500 * MB
LONGEST = 300.0
"""Seconds after which a run is killed."""


@dataclass
class Outcome:
    """What came of one newspaper."""

    code: int
    seconds: float
    peak: int
    """Bytes of memory at the most, of the largest process."""

    told: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    """The site's part of the run's report."""

    fates: dict[str, str] = field(default_factory=dict)
    """Path to the reason why the page gave no article."""

    invalid: list[str] = field(default_factory=list)
    """What is wrong with lines that the schema refuses."""

    def fate(self, path: str) -> str | None:
        """Return what came of the page at *path*: ``article``, a reason, or nothing at all."""
        if any(line["url"].endswith(path) for line in self.lines):
            return ARTICLE
        return self.fates.get(path)

    def faults(self, paper: Input) -> list[str]:
        """Return what should not have been."""
        faults = []
        if self.fate(GOOD) != ARTICLE:
            faults.append("the good story is missing")
        for path, (expected, _) in zip(paper.paths, paper.answers, strict=True):
            fate = self.fate(path)
            if expected and not (fate or "").startswith(expected):
                faults.append(f"{path}: {fate}, not {expected}")
            elif fate is None and paper.place == "article":
                faults.append(f"{path}: nobody says what came of it")
        if self.code:
            faults.append(f"exit code {self.code}")
        if "Traceback" in self.told:
            faults.append("a traceback")
        if self.peak >= MOST_MEMORY:
            faults.append(f"{self.peak // MB} MB")
        return faults + self.invalid


def read(data: Path, site: str, outcome: Outcome) -> Outcome:
    """Add to *outcome* what the run of *site* left in *data*."""
    schema = jsonschema.Draft202012Validator(closed(article_schema()))
    for path in finished(data / "articles"):
        for entry in entries(path):
            if entry.values is None:
                outcome.invalid.append(f"a line of {path.name} is no article")
            elif entry.values["site"] == site:
                outcome.lines.append(entry.values)
                outcome.invalid += [f"{e.json_path}: {e.message[:80]}" for e in schema.iter_errors(entry.values)]
    for path in sorted(data.glob("reports/*.report.json")):
        outcome.report = json.loads(path.read_bytes())["sites"].get(site, {})
    for path in sorted(data.glob("reports/*.rejects.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            entry = json.loads(line)
            if entry["site"] == site:
                outcome.fates["/" + entry["url"].partition("://")[2].partition("/")[2]] = entry["reason"]
    return outcome


def crawl(url: str, data: Path, *arguments: str, longest: float = LONGEST) -> Outcome:
    """Crawl *url* in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"url={url}", *arguments]
    with tempfile.TemporaryFile() as told:
        took = run(command, cwd=HOME, env={**os.environ, "NEWSCRAWL_DATA": str(data)}, longest=longest, stderr=told)
        told.seek(0)
        text = told.read().decode(errors="replace")
    return Outcome(took.code, took.seconds, took.peak, text)


def _reasons(outcome: Outcome) -> str:
    rejected: dict[str, int] = outcome.report.get("rejected", {})
    failed = {reason: entry["count"] for reason, entry in outcome.report.get("failed", {}).items()}
    told = [f"rejected: {number} {reason}" for reason, number in rejected.items()]
    return "; ".join(told + [f"failed: {number} {reason}" for reason, number in failed.items()])


def _row(paper: Input, outcome: Outcome) -> str:
    cells = (
        f"{paper.name:<44}",
        f"{len(outcome.lines):>8}",
        f"{outcome.code:>5}",
        f"{outcome.seconds:>9.1f}",
        f"{outcome.peak / MB:>6.0f}",
    )
    return "".join(cells) + f"  {_reasons(outcome)}"


def main() -> int:
    """Run the benchmark; 1 when anything was not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--only", default="", help="inputs whose name has this in it")
    parser.add_argument(
        "--timeout", type=int, default=5, help="seconds a page may take, in place of the project's 30 (%(default)s)"
    )
    parser.add_argument(
        "--longest", type=float, default=LONGEST, help="seconds after which a run is killed (%(default)g)"
    )
    parser.add_argument("--verbose", action="store_true", help="print what the runs said")
    options = parser.parse_args()
    print(f"{'input':<44}{'articles':>8}{'code':>5}{'seconds':>9}{'MB':>6}  what the report says")
    outcomes: list[Outcome] = []
    faults: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as inside, serving(inside.getsockname()[1]) as port:
        inside.setblocking(False)
        for number, paper in enumerate(INPUTS):
            if options.only not in paper.name:
                continue
            site = f"{host_of(number)}:{port}"
            with tempfile.TemporaryDirectory(prefix="newscrawl-hostile") as folder:
                data = Path(folder)
                quick = ("-s", f"DOWNLOAD_TIMEOUT={options.timeout}", "-s", "AUTOTHROTTLE_ENABLED=0")
                outcome = read(
                    data, site, crawl(f"http://{site}/", data, *quick, *paper.arguments, longest=options.longest)
                )
            outcomes.append(outcome)
            print(_row(paper, outcome), flush=True)
            found = outcome.faults(paper)
            try:
                inside.accept()
            except BlockingIOError:
                pass
            else:
                found.append("it asked inside")
            for fault in found:
                print(f"  ! {fault}")
            faults += found
            if options.verbose:
                print(outcome.told)
    lines = sum(len(outcome.lines) for outcome in outcomes)
    invalid = sum(len(outcome.invalid) for outcome in outcomes)
    peak = max((outcome.peak for outcome in outcomes), default=0)
    memory = f"peak memory {peak / MB:.0f} MB (bound {MOST_MEMORY // MB} MB)"
    print(f"\n{len(outcomes)} newspapers, {len(faults)} faults; {memory}; {lines} lines, {invalid} against the schema")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
