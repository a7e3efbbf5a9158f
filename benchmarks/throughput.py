"""What a crawl costs, beside the floor and other tools: ``python -m benchmarks.throughput [--peers VENV]``.

All fetch one newspaper (`benchmarks._grown`: pages of 80 to 300 KB), served from a process of its own, from its front
page on, without delays: newscrawl complete (all fields, deduplication, exactly-once export, the store), described by a
declaration and as any site; the floor (Scrapy, one parse, one pass over the links, three fields); a CrawlSpider with
rules; and the tools that a ``--peers`` environment has. Each is a process whose whole life is measured, with the
processes it starts. Rounds are interleaved, figures their medians; seconds and pages a second say little on a machine
that others use, CPU seconds more.

"right" are the articles whose headline, day and text are the newspaper's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from benchmarks import _processes
from benchmarks._grown import Grown, served
from benchmarks._measures import date_matches, fold, overlap
from benchmarks._processes import MB, Took
from benchmarks.extraction import table

HOME = Path(__file__).resolve().parent.parent
_CONTESTANTS = HOME / "benchmarks" / "_contestants"
_RIGHT = 0.9
FLOOR = "floor"
_PLAIN = {"AUTOTHROTTLE_ENABLED": "0", "DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8"}
Articles = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run took."""

    articles: int
    headlines: int
    days: int
    texts: int
    right: int
    pages: int
    seconds: float
    cpu: float
    peak: float
    """Megabytes of the process; of its children, the largest."""

    failure: str = ""

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds an article."""
        return 1000 * self.cpu / self.articles if self.articles else 0.0


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one of them is started, and where what it found lies."""

    name: str
    command: Callable[[str, Path], list[str]]
    """From the newspaper's address and an empty folder."""
    inside: bool = False
    """Whether it runs in this project, with its settings."""


def _settings(given: Mapping[str, str]) -> list[str]:
    return [part for name, value in given.items() for part in ("-s", f"{name}={value}")]


def newscrawl_command(spider: str, url: str, folder: Path, *arguments: str) -> list[str]:
    """Return the command that crawls *url* (empty: what *arguments* name) complete, without delays, into *folder*."""
    settings = {**_PLAIN, "NEWSCRAWL_DATA": str(folder), "NEWSCRAWL_PROGRESS": "off"}
    settings["SPIDER_MODULES"] = "newscrawl.spiders,benchmarks._contestants.described"
    given = [*([f"url={url}"] if url else []), *arguments]
    line = [sys.executable, "-m", "scrapy", "crawl", spider, *_settings(settings)]
    return [*line, *(part for argument in given for part in ("-a", argument))]


def _ours(spider: str, *arguments: str) -> Callable[[str, Path], list[str]]:
    return lambda url, folder: newscrawl_command(spider, url, folder, *arguments)


def _scrapy(python: str, script: str, *arguments: str) -> Callable[[str, Path], list[str]]:
    def command(url: str, folder: Path) -> list[str]:
        line = [python, "-m", "scrapy", "runspider", str(_CONTESTANTS / script), "-a", f"url={url}"]
        line += [part for argument in arguments for part in ("-a", argument)]
        return [*line, *_settings(_PLAIN), "-O", str(folder / "out.jsonl")]

    return command


def _peer(python: str, tool: str) -> Callable[[str, Path], list[str]]:
    return lambda url, folder: [python, str(_CONTESTANTS / "peers.py"), tool, url, str(folder / "out.jsonl")]


def _has(python: str, module: str) -> bool:
    code = f"import sys, importlib.util as u; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", code], check=False, capture_output=True).returncode == 0


def contestants(peers: Sequence[Path]) -> tuple[list[Contestant], list[str]]:
    """Return the contestants, the floor first, and sentences for those that no environment in *peers* has."""
    found = [
        Contestant(FLOOR, _scrapy(sys.executable, "floor.py")),
        Contestant("newscrawl, described", _ours("described"), inside=True),
        Contestant("newscrawl, any site", _ours("news", "via=sections,boxes"), inside=True),
        Contestant("CrawlSpider", _scrapy(sys.executable, "crawl_spider.py")),
    ]
    missing = []
    pythons = [str(venv / "bin" / "python") for venv in peers]
    wanted: tuple[tuple[str, tuple[str, ...], Callable[[str], Callable[[str, Path], list[str]]]], ...] = (
        (
            "CrawlSpider, trafilatura",
            ("trafilatura", "scrapy"),
            lambda python: _scrapy(python, "crawl_spider.py", "reader=trafilatura"),
        ),
        ("trafilatura, URLs given", ("trafilatura",), lambda python: _peer(python, "trafilatura")),
        ("Fundus, sitemap", ("fundus",), lambda python: _peer(python, "fundus")),
        ("newspaper4k, build", ("newspaper",), lambda python: _peer(python, "newspaper4k")),
        ("news-please, URLs given", ("newsplease",), lambda python: _peer(python, "news-please")),
    )
    for name, modules, make in wanted:
        python = next((python for python in pythons if all(_has(python, module) for module in modules)), None)
        if python is None:
            missing.append(f"{name}: no --peers environment has {' and '.join(modules)}")
        else:
            found.append(Contestant(name, make(python)))
    return found, missing


def read_lines(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what a contestant wrote to *folder*, in newscrawl's names of fields."""
    for path in (*folder.glob("out.jsonl"), *folder.glob("articles/*/*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                found = json.loads(line)
                if "canonical_url" not in found:
                    found |= {"canonical_url": found["url"], "date_published": found.pop("date", None)}
                yield found


def judge(lines: Iterator[dict[str, Any]], truth: Articles) -> tuple[int, int, int, int, int]:
    """Return how many articles were found, and of how many headline, day, text, and all three are right."""
    seen: set[str] = set()
    headlines = days = texts = right = 0
    for line in lines:
        url = line["canonical_url"]
        if url not in truth or url in seen:
            continue
        seen.add(url)
        real = truth[url]
        headline = fold(line["headline"]) == fold(real["headline"])
        day = date_matches(str(line["date_published"] or "")[:10], real["date_published"])[0]
        text = overlap(line["body"] or "", real["body"]).f1 >= _RIGHT
        headlines, days, texts, right = (
            headlines + headline,
            days + day,
            texts + text,
            right + (headline and day and text),
        )
    return len(seen), headlines, days, texts, right


def _answered(url: str) -> int:
    with urlopen(f"{url}-/answered") as answer:
        return int(answer.read())


def launch(command: list[str], folder: Path, *, inside: bool = True, most_seconds: float = 86_400) -> Took:
    """Run *command* until it ends or is ended, its output going to ``log`` in *folder*.

    Args:
        command: what to run.
        folder: an empty folder.
        inside: run it in this project, whose settings count then, or in *folder*.
        most_seconds: after which it is killed.
    """
    where = HOME if inside else folder
    with (folder / "log").open("wb") as log:
        return _processes.run(command, cwd=where, env=os.environ, longest=most_seconds, stdout=log, stderr=log)


def run(contestant: Contestant, url: str, truth: Articles, most_seconds: float = 3600) -> Measured:
    """Have *contestant* crawl the newspaper at *url*, and return what it took."""
    with tempfile.TemporaryDirectory(prefix="throughput-") as made:
        folder = Path(made)
        before = _answered(url)
        command = contestant.command(url, folder)
        usage = launch(command, folder, inside=contestant.inside, most_seconds=most_seconds)
        failure = f"ended with {usage.code}: {_last_words(folder / 'log')}" if usage.code else ""
        counts = (0, 0, 0, 0, 0) if failure else judge(read_lines(folder), truth)
        return Measured(*counts, _answered(url) - before, usage.seconds, usage.cpu, usage.peak / MB, failure)


def _last_words(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "it said nothing"


def _middle(runs: Sequence[Measured], what: Callable[[Measured], float]) -> float:
    return median(what(one) for one in runs)


def rows_of(results: Mapping[str, Sequence[Measured]]) -> list[list[str]]:
    """Return the rows of the table, medians of the runs of each contestant."""
    floor = _middle(results[FLOOR], lambda one: one.cpu_ms) if FLOOR in results else 0.0
    rows = []
    for name, runs in results.items():
        failure = next((one.failure for one in runs if one.failure), "")
        if failure:
            rows.append([name, failure])
            continue
        cpu = _middle(runs, lambda one: one.cpu_ms)
        last = runs[-1]
        rows.append(
            [
                name,
                f"{last.pages}",
                f"{_middle(runs, lambda one: one.pages / one.seconds):.0f}",
                f"{cpu:.1f}",
                f"{cpu / floor:.2f}" if floor and cpu else "–",
                f"{_middle(runs, lambda one: one.peak):.0f}",
                *(f"{number}" for number in (last.articles, last.headlines, last.days, last.texts, last.right)),
            ]
        )
    return rows


HEADER = (
    "contestant", "pages", "pages/s", "CPU ms/article", "× floor", "peak MB", "articles", "headline", "day", "text",
    "right",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when newscrawl did not find what the floor found."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--articles", type=int, default=5000, metavar="N", help="of the newspaper (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--peers", type=Path, action="append", default=[], metavar="VENV", help="an environment with other tools"
    )
    parser.add_argument("--only", default="", metavar="NAMES", help="beginnings of names, comma-separated")
    parser.add_argument(
        "--most-seconds", type=float, default=3600, metavar="S", help="after which a run is ended (%(default)s)"
    )
    options = parser.parse_args(arguments)
    entrants, missing = contestants(options.peers)
    chosen = tuple(name.strip().lower() for name in options.only.split(",") if name.strip())
    if chosen:
        entrants = [one for one in entrants if one.name.lower().startswith(chosen)]
    results: dict[str, list[Measured]] = {one.name: [] for one in entrants}
    with served(options.articles) as (url,):
        truth = {record["canonical_url"]: record for record in _truth(url, options.articles)}
        for number in range(max(1, options.rounds)):
            for one in entrants:
                measured = run(one, url, truth, options.most_seconds)
                results[one.name].append(measured)
                told = measured.failure or f"{measured.cpu_ms:.1f} ms, {measured.seconds:.1f} s"
                print(f"round {number + 1}, {one.name}: {told}", file=sys.stderr, flush=True)
    print(f"{options.articles} articles, {max(1, options.rounds)} rounds")
    print(table(HEADER, rows_of(results)))
    for sentence in missing if not chosen else ():
        print(sentence)
    ours = [runs[-1].articles for name, runs in results.items() if name.startswith("newscrawl")]
    return int(any(found < options.articles for found in ours))


def _truth(url: str, size: int) -> Iterator[dict[str, Any]]:
    return Grown.at(url.rstrip("/"), size).truth()


if __name__ == "__main__":
    sys.exit(main())
