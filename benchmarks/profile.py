"""Where the time goes: of reading an article, ``python -m benchmarks.profile FOLDER``, of a crawl, ``… profile crawl``.

Three tables for a folder of cases (as `benchmarks.extraction` reads it): by stage, by page, by function. Stages and
pages are CPU time of one core, the garbage collector's included, and medians of rounds in which every page is read in
turn with a bare lxml parse of the same bytes. A profiler slows small functions more than large ones: the table of
functions tells where to look, not how much there is to gain.

A crawl is that of `benchmarks.throughput`, described by a declaration, and made twice: with watches on its stages, and
with a profiler on the reactor's thread.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks._grown import HOME, served
from benchmarks.extraction import Case, load_cases, parse, seconds_of, table
from newscrawl.article import load_article
from newscrawl.extract.body import context_of
from newscrawl.extract.body_model import default_model
from newscrawl.extract.jsonld import jsonld_candidates
from newscrawl.extract.markup import Markup
from newscrawl.extract.meta import meta_candidates
from newscrawl.extract.page import Page

PARSE, WHOLE, REST = "a bare lxml parse", "all fields of an article", "settle the text, choose, clean"
MARKUP = "visible markup, as far as it is asked for"
Seconds = dict[str, float]


def stages_of(html: bytes, url: str) -> Seconds:
    """Return the CPU seconds of each stage of reading a page, of the whole, and of parsing it with lxml alone."""
    seconds = {PARSE: seconds_of(parse, html)}

    def timed(stage: str, function: Callable[..., Any], *arguments: object) -> Any:
        start = time.process_time()
        result = function(*arguments)
        seconds[stage] = time.process_time() - start
        return result

    page = timed("decode and parse", Page.of, html, url)
    timed("list the elements", page.tagged, "html")
    timed("JSON-LD", jsonld_candidates, page)
    timed("metas", meta_candidates, page)
    context = timed("find the text's blocks", context_of, page)
    rows = timed("describe the blocks", context.rows)
    timed("weigh the blocks", default_model().scores, context, rows)
    del page, context, rows
    parts = sum(seconds.values()) - seconds[PARSE]
    with _watched(Markup, "of") as taken:
        timed(WHOLE, load_article, html, url)
    return seconds | {MARKUP: sum(taken), REST: seconds[WHOLE] - parts - sum(taken)}


@contextmanager
def _watched(owner: type, name: str) -> Iterator[list[float]]:
    """Note the CPU seconds of each call of a method while the context lasts."""
    method, taken = getattr(owner, name), list[float]()

    def watched(*arguments: object) -> object:
        start = time.process_time()
        result = method(*arguments)
        taken.append(time.process_time() - start)
        return result

    with patch.object(owner, name, watched):
        yield taken


def _stage_rows(rounds: Sequence[Sequence[Seconds]]) -> list[list[str]]:
    pages = len(rounds[0])
    times = {stage: median(sum(page[stage] for page in one) for one in rounds) for stage in rounds[0][0]}
    times[WHOLE] = times.pop(WHOLE)
    return [[stage, f"{1000 * s / pages:.2f}", f"{s / times[PARSE]:.2f}"] for stage, s in times.items()]


def _page_rows(rounds: Sequence[Sequence[Seconds]], cases: Sequence[Case], most: int) -> list[list[str]]:
    times = [{stage: median(one[at][stage] for one in rounds) for stage in rounds[0][at]} for at in range(len(cases))]
    slowest = sorted(range(len(cases)), key=lambda at: times[at][WHOLE], reverse=True)
    rows = []
    for at in slowest[:most]:
        whole, bare = times[at].pop(WHOLE), times[at].pop(PARSE)
        html = cases[at].pages[0].encode()
        elements = len(Page.of(html, cases[at].truth["url"]).elements)
        costliest = max(times[at], key=times[at].__getitem__)
        rows.append(
            [
                cases[at].name,
                f"{1000 * whole:.1f}",
                f"{whole / bare:.1f}" if bare else "–",
                f"{len(html) / 1000:.0f}",
                str(elements),
                f"{costliest} {1000 * times[at][costliest]:.1f}",
            ]
        )
    return rows


def _top_functions(profile: pstats.Stats, pages: int, most: int) -> list[list[str]]:
    stats: dict[tuple[str, int, str], tuple[Any, ...]] = profile.stats  # type: ignore[attr-defined]
    whole = sum(entry[2] for entry in stats.values())
    costly = sorted(stats.items(), key=lambda entry: entry[1][2], reverse=True)[:most]
    return [
        [
            f"{Path(file).stem}.{name}" if line else name,
            f"{100 * own / whole:.1f}",
            f"{100 * total / whole:.1f}",
            f"{calls / pages:.1f}",
        ]
        for (file, line, name), (_, calls, own, total, *_) in costly
    ]


def layer_of(file: str) -> str:
    """Return whose code a file is.

    >>> layer_of("/x/newscrawl/extract/page.py"), layer_of("/lib/site-packages/scrapy/http/request/__init__.py")
    ('newscrawl/extract', 'scrapy')
    """
    if "site-packages/" in file:
        return file.split("site-packages/", 1)[1].partition("/")[0].removesuffix(".py")
    if "newscrawl/" in file:
        inside = file.rsplit("newscrawl/", 1)[1]
        return f"newscrawl/{inside.partition('/')[0] if '/' in inside else inside}"
    return "Python's library"


def layers(profile: pstats.Stats) -> list[tuple[str, float]]:
    """Return the shares of a profile's time by whose code spends it; what is written in C counts for its callers."""
    stats: dict[tuple[str, int, str], tuple[Any, ...]] = profile.stats  # type: ignore[attr-defined]
    seconds = Counter[str]()
    for (file, line, _), (_, _, own, _, callers) in stats.items():
        if line:
            seconds[layer_of(file)] += own
        else:
            for (caller, _, _), times in callers.items():
                seconds[layer_of(caller)] += times[2]
    whole = seconds.total()
    return [(name, spent / whole) for name, spent in seconds.most_common()]


def _crawl(url: str, folder: Path, *module: str) -> None:
    settings = {"AUTOTHROTTLE_ENABLED": "0", "NEWSCRAWL_DATA": str(folder), "NEWSCRAWL_PROGRESS": "off"}
    settings["SPIDER_MODULES"] = "benchmarks._contestants.described"
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", *module, "crawl", "described", "-a", f"url={url}", *given]
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    subprocess.run(command, cwd=HOME, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def profile_crawl(articles: int, most: int) -> str:
    """Return the tables of a crawl of so many *articles*."""
    with served(articles) as (url,), tempfile.TemporaryDirectory(prefix="profile-") as made:
        folder = Path(made)
        _crawl(url, folder / "staged", "benchmarks._contestants.staged", str(folder / "stages.json"))
        _crawl(url, folder / "profiled", "cProfile", "-o", str(folder / "profile"), "-m", "scrapy")
        stages: Seconds = json.loads((folder / "stages.json").read_text("utf-8"))
        profile = pstats.Stats(str(folder / "profile"))
    whole = stages.pop("whole")
    stages["the rest: closing, other threads"] = whole - sum(stages.values())
    rows = [
        [stage, f"{1000 * spent / articles:.2f}", f"{100 * spent / whole:.0f}"]
        for stage, spent in sorted(stages.items(), key=lambda entry: -entry[1])
    ]
    rows.append(["whole", f"{1000 * whole / articles:.2f}", "100"])
    shares = [[name, f"{100 * share:.1f}"] for name, share in layers(profile) if share >= 0.005]
    header = ("function", "own %", "with what it calls %", "calls an article")
    return "\n\n".join(
        [
            table((f"stage, {articles} articles", "CPU ms an article", "%"), rows),
            table(("whose code, profiled", "own %"), shares),
            table(header, _top_functions(profile, articles, most)),
        ]
    )


def _function_rows(cases: Sequence[Case], most: int) -> list[list[str]]:
    pages = [(case.pages[0].encode(), case.truth["url"]) for case in cases]
    profiler = cProfile.Profile()
    profiler.enable()
    for html, url in pages:
        load_article(html, url)
    profiler.disable()
    return _top_functions(pstats.Stats(profiler), len(pages), most)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help='a folder of cases, or "crawl"')
    parser.add_argument("--articles", type=int, default=800, metavar="N", help="of a crawl (800)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often every page is read (3)")
    parser.add_argument("--pages", type=int, default=15, metavar="N", help="how many of the slowest pages (15)")
    parser.add_argument("--functions", type=int, default=30, metavar="N", help="how many of the functions (30)")
    options = parser.parse_args(arguments)
    if str(options.folder) == "crawl":
        print(profile_crawl(options.articles, options.functions))
        return 0
    cases = load_cases(options.folder)
    for case in cases:
        load_article(case.pages[0].encode(), case.truth["url"])
    rounds = [
        [stages_of(case.pages[0].encode(), case.truth["url"]) for case in cases] for _ in range(max(options.rounds, 1))
    ]
    print(f"{len(cases)} pages\n{table(('stage', 'ms a page', '× lxml'), _stage_rows(rounds))}")
    header = ("slowest pages", "ms", "× lxml", "KB", "elements", "the costliest stage, ms")
    print(f"\n{table(header, _page_rows(rounds, cases, options.pages))}")
    header_of_functions = ("function", "own %", "with what it calls %", "calls a page")
    print(f"\n{table(header_of_functions, _function_rows(cases, options.functions))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
