"""Articles a second from WARC: ``python -m benchmarks.archive``, beside Fundus's and news-please's CC-NEWS readers.

All read one file, one after the other, each in a process of its own whose whole life is measured, and CPU seconds with
those of the processes it starts. The file is made of the bundled newspaper, as nobody has described it to us, in
CC-NEWS's form, and once more at an address that has a declaration; ``--warc`` takes another. "right" are the articles
whose headline and text are those of the newspaper.

The peers are used where they are installed (``requirements-bench.txt``), or ``--fundus`` and ``--news-please`` name the
Python of an environment that has them.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import importlib.util
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks._measures import overlap
from newscrawl.archives.pool import cores
from newscrawl.archives.writer import Exchange, WarcWriter
from newscrawl.demo import Newspaper, truth
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Press

HOME = Path(__file__).resolve().parent.parent
BASE = "https://courier.example.org"
DESCRIBED = "https://www.csmonitor.com"
"""The address whose declaration fits the newspaper's templates."""
STEM = "CC-NEWS-20240115000000-00001"
_FOLDER = "crawl-data/CC-NEWS/2024/01"
_RIGHT = 0.9
Told = Callable[[], Iterator[tuple[str, str, str]]]


@dataclass
class Line:
    """What one reader did."""

    name: str
    articles: int
    right: int | None
    seconds: float
    cpu: float
    note: str = ""

    def __str__(self) -> str:
        if not self.articles:
            return f"{self.name:<32}{self.note}"
        right = "" if self.right is None else str(self.right)
        rates = f"{self.articles / self.seconds:>12.1f}{self.articles / self.cpu:>16.1f}"
        return f"{self.name:<32}{self.articles:>9}{right:>8}{self.seconds:>9.1f}{self.cpu:>8.1f}{rates}  {self.note}"


def make_warc(folder: Path, size: int, base: str = BASE) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Write the pages of the newspaper at *base* as WARC; return the file, and what a perfect reader makes of it."""
    newspaper = Newspaper(size=size)
    press = Press(newspaper, Edition(base, base.replace("www.", "m.")))
    writer = WarcWriter(folder, STEM, {"software": "benchmarks.archive", "isPartOf": "CC-NEWS"})
    for story in newspaper.stories:
        paths = [story.path, *(f"{story.path}/(page)/{number}" for number in range(2, len(story.pages) + 1))]
        for path in paths:
            writer.write(
                Exchange(
                    url=f"{base}{path}",
                    at=datetime(2026, 12, 31, tzinfo=UTC),
                    method="GET",
                    request_fields=[],
                    request_body=b"",
                    status=200,
                    reason="OK",
                    fields=[(b"Content-Type", b"text/html; charset=utf-8")],
                    body=press.get(path).body,
                )
            )
    writer.finish()
    return writer.files[0], {record["canonical_url"]: record for record in truth(newspaper, f"{base}/")}


def measure(name: str, command: list[str], found: Told, expected: dict[str, dict[str, Any]], note: str = "") -> Line:
    """Run a reader and return what it did."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        return Line(name, 0, None, seconds, cpu, f"failed: {done.stderr.strip().splitlines()[-1:]}")
    articles = {url: (title, text) for url, title, text in found()}
    right = sum(
        title == expected[url]["headline"] and overlap(text or "", expected[url]["body"]).f1 >= _RIGHT
        for url, (title, text) in articles.items()
        if url in expected
    )
    return Line(name, len(articles), right if expected else None, seconds, cpu, note)


def ours(path: Path, processes: int, expected: dict[str, dict[str, Any]], how: str = "") -> Line:
    """Read with the spider ``archive``, all the way to finished segments and a store that knows them."""
    with tempfile.TemporaryDirectory(prefix="newscrawl-archive-") as data:
        command = [sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"path={path}", "-a"]
        command += [f"processes={processes}", "-s", f"NEWSCRAWL_DATA={data}"]

        def found() -> Iterator[tuple[str, str, str]]:
            for file in Path(data).glob("articles/*/*.jsonl"):
                for line in file.read_text("utf-8").splitlines():
                    record = json.loads(line)
                    yield record["canonical_url"], record["headline"], record["body"]

        name = f"newscrawl, {processes} reader{'s' if processes > 1 else ''}"
        return measure(f"{name}{how}", command, found, expected, "all fields, deduplicated, exactly once")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def peers(path: Path, pythons: dict[str, str | None], expected: dict[str, dict[str, Any]]) -> Iterator[Line]:
    """Read with those peers that are there."""
    script = str(HOME / "benchmarks" / "_archive_peers.py")
    with tempfile.TemporaryDirectory(prefix="newscrawl-peers-") as made:
        folder, out = Path(made), Path(made) / "found.jsonl"

        def found() -> Iterator[tuple[str, str, str]]:
            for line in out.read_text("utf-8").splitlines():
                yield json.loads(line)

        (folder / _FOLDER).mkdir(parents=True)
        shutil.copyfile(path, folder / _FOLDER / f"{STEM}.warc.gz")
        shutil.copyfile(path, folder / f"{STEM}.warc.gz")
        (folder / _FOLDER / "warc.paths.gz").write_bytes(gzip.compress(f"{_FOLDER}/{STEM}.warc.gz\n".encode()))
        for name, module in (("fundus", "fundus"), ("news-please", "newsplease")):
            python = pythons[name] or (sys.executable if importlib.util.find_spec(module) else None)
            if python is None:
                yield Line(name, 0, None, 0, 0, f"not installed (--{name} PYTHON)")
            elif name == "fundus":
                with served(folder) as server:
                    command = [python, script, name, str(out), server, f"{BASE}/"]
                    note = "reads over HTTP only: from this machine; a parser written for these templates"
                    yield measure("Fundus", command, found, expected, note)
            else:
                command = [python, script, name, str(out), made, f"{STEM}.warc.gz"]
                yield measure(name, command, found, expected, "its own reader of a file it has; one process")


def main() -> int:
    """Run the benchmark; 1 when we read nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--size", type=int, default=640, help="stories of the newspaper (%(default)s)")
    parser.add_argument(
        "--warc", type=Path, help="a file to read instead; Fundus then finds publishers of its own only"
    )
    parser.add_argument("--fundus", metavar="PYTHON", help="of an environment with fundus")
    parser.add_argument("--news-please", metavar="PYTHON", help="of an environment with news-please")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newscrawl-warc-") as folder:
        expected: dict[str, dict[str, Any]] = {}
        path = options.warc
        if path is None:
            path, expected = make_warc(Path(folder), options.size)
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB; this machine has {cores()} cores")
        print(f"{'':<32}{'articles':>9}{'right':>8}{'seconds':>9}{'CPU':>8}{'a second':>12}{'a CPU second':>16}")
        lines = []
        pythons = {"fundus": options.fundus, "news-please": options.news_please}
        for number in sorted({1, cores()}):
            lines.append(ours(path, number, expected))
            print(lines[-1], flush=True)
        if options.warc is None:
            described, known = make_warc(Path(folder) / "described", options.size, DESCRIBED)
            lines.append(ours(described, cores(), known, ", described"))
            print(lines[-1], flush=True)
        best = max(lines, key=_rate)
        for line in peers(path, pythons, expected):
            print(line, flush=True)
            if line.articles:
                whole = (best.articles / best.seconds) / (line.articles / line.seconds)
                print(f"{'':<32}newscrawl is {whole:.1f} times as fast, {_rate(best) / _rate(line):.1f} times a core")
    return 0 if best.articles else 1


def _rate(line: Line) -> float:
    return line.articles / line.cpu if line.articles else 0.0


if __name__ == "__main__":
    sys.exit(main())
