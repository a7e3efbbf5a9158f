"""How well and how fast articles are read: ``python -m benchmarks.extraction FOLDER``.

A folder of cases, each a folder of its own with ``page.html.gz`` (or ``page1.html.gz``, ``page2.html.gz`` … for an
article of several pages) and ``truth.json``. A truth with ``body_nosummary`` is measured (shingles of the body, folded
headline, sets of authors, date by day and minute); one without is compared field by field, and a wrong field makes the
exit code 1.

Each tool reads every page once for its quality, and again for its time: in rounds, page by page in turn with a bare
lxml parse of the same bytes, so that the ratios hold on a busy machine. Times are CPU time of one core, the garbage
collector's included; of the rounds the median counts. The first reading, with what is loaded and compiled only then, is
a column of its own.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import importlib
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import lxml.html

from benchmarks._measures import (
    Overlap,
    author_counts,
    author_f1,
    date_matches,
    fold,
    harmonic,
    mean,
    overlap,
    with_dek,
)
from benchmarks._peers import PEERS, MissingPeerError, Reader, Reading
from newscrawl.extract.body import Model, extract_body
from newscrawl.extract.page import Page

_FIELDS = ("body", "body_nosummary", "headline", "authors", "date")


@dataclass(frozen=True)
class Case:
    """One article with its truth."""

    name: str
    pages: tuple[str, ...]
    truth: dict[str, Any]

    @property
    def publisher(self) -> str:
        """The publication, as its truth or its folder names it."""
        return str(self.truth.get("publisher") or re.sub(r"_?\d.*$", "", self.name))


@dataclass
class Score:
    """What one tool made of the cases."""

    with_dek: list[Overlap] = field(default_factory=list)
    body: list[Overlap] = field(default_factory=list)
    headline: list[bool] = field(default_factory=list)
    authors: list[tuple[int, int, int]] = field(default_factory=list)
    day: list[bool] = field(default_factory=list)
    minute: list[bool] = field(default_factory=list)
    first: float = 0.0
    rounds: list[float] = field(default_factory=list)
    by_page: list[dict[str, float]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """CPU seconds for all pages."""
        return statistics.median(self.rounds) if self.rounds else self.first

    def add(self, reading: Reading, truth: dict[str, Any]) -> None:
        """Measure one reading."""
        body = reading.get("body") or ""
        self.with_dek.append(overlap(with_dek(reading.get("description"), body), truth["body"]))
        self.body.append(overlap(body, truth["body_nosummary"]))
        self.headline.append(fold(reading.get("headline")) == fold(truth.get("headline")))
        self.authors.append(author_counts(reading.get("authors") or (), truth.get("authors") or ()))
        page = {
            "body": self.with_dek[-1].f1,
            "body_nosummary": self.body[-1].f1,
            "headline": float(self.headline[-1]),
            "authors": author_f1(*self.authors[-1]),
        }
        if truth.get("date_published"):
            day, minute = date_matches(reading.get("date"), truth["date_published"])
            self.day.append(day)
            page["date"] = float(day)
            if minute is not None:
                self.minute.append(minute)
                page["date"] = (day + minute) / 2
        self.by_page.append(page)
        self.readings.append(reading)

    def row(self, parse_seconds: float) -> list[str]:
        """Return the cells of the table's line."""
        right, found, there = (sum(column) for column in zip(*self.authors, strict=True))
        pages = len(self.by_page)
        return [
            *_f1_cells(self.with_dek),
            *_f1_cells(self.body),
            f"{mean(self.headline):.3f}",
            f"{author_f1(right, found, there):.3f}/{mean([author_f1(*counts) for counts in self.authors]):.3f}",
            f"{mean(self.day):.3f}/{mean(self.minute):.3f}",
            f"{1000 * self.first / pages:.1f}",
            f"{1000 * self.seconds / pages:.1f}",
            f"{pages / self.seconds:.1f}" if self.seconds else "–",
            f"{self.seconds / parse_seconds:.2f}",
        ]


def _f1_cells(overlaps: Sequence[Overlap]) -> list[str]:
    precision, recall = mean([o.precision for o in overlaps]), mean([o.recall for o in overlaps])
    return [f"{harmonic(precision, recall):.4f}", f"{precision:.3f}", f"{recall:.3f}"]


def load_cases(folder: Path) -> list[Case]:
    """Return the cases under *folder*, by name.

    Raises:
        SystemExit: there is none.
    """
    cases = []
    for truth in sorted(folder.glob("*/truth.json")):
        pages = tuple(
            gzip.decompress(path.read_bytes()).decode() for path in sorted(truth.parent.glob("page*.html.gz"))
        )
        if pages:
            cases.append(Case(truth.parent.name, pages, json.loads(truth.read_text(encoding="utf-8"))))
    if not cases:
        raise SystemExit(f"{folder}: no case found; a case is a folder with truth.json and page.html.gz")
    return cases


def read_whole(html: bytes | str, url: str) -> Reading:
    """Return all fields, as `newscrawl.article.load_article` reads them."""
    load_article = importlib.import_module("newscrawl.article").load_article
    article = load_article(html, url)
    return {
        "headline": article.headline,
        "authors": article.authors,
        "date": article.date_published,
        "description": article.description,
        "body": article.body,
    }


def read_body(html: bytes | str, url: str, model: Model | None = None) -> Reading:
    """Return the body and its dek alone."""
    body = extract_body(Page.of(html, url), model) if model else extract_body(Page.of(html, url))
    return {"description": body.dek, "body": body.text}


_OF_BYTES = (read_whole, read_body)


def _score(name: str, read: Reader, cases: Sequence[Case]) -> Score:
    """Return what *read* makes of the pages, and how long the first look takes."""
    score = Score()
    for case in cases:
        html = _input(read, case)
        start = time.process_time()
        try:
            reading = read(html, case.truth["url"])
        except Exception as error:
            print(f"{name} fails on {case.name}: {type(error).__name__}: {error}", file=sys.stderr)
            reading = {}
        score.first += time.process_time() - start
        score.add(reading, case.truth)
    return score


def _input(read: Reader, case: Case) -> Any:
    """Return the page as bytes, as it comes from the network, for what reads bytes; as text for peers."""
    return case.pages[0].encode() if read in _OF_BYTES else case.pages[0]


def parse(html: bytes) -> None:
    """Parse *html* with lxml and do nothing with it: what every reading is measured by."""
    lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))


def seconds_of(function: Callable[..., object], *arguments: object) -> float:
    """Return the CPU seconds that a call takes; 0 for one that fails."""
    start = time.process_time()
    try:
        function(*arguments)
    except Exception:
        return 0.0
    return time.process_time() - start


def _measure_time(
    readers: Mapping[str, Reader], scores: Mapping[str, Score], cases: Sequence[Case], rounds: int
) -> float:
    """Add the seconds of *rounds* readings to *scores*; return those of a bare parse."""
    parses = []
    for _ in range(max(rounds, 1)):
        total = dict.fromkeys(readers, 0.0)
        parsed = 0.0
        for case in cases:
            parsed += seconds_of(parse, case.pages[0].encode())
            for name, read in readers.items() if rounds else ():
                total[name] += seconds_of(read, _input(read, case), case.truth["url"])
        parses.append(parsed)
        for name, seconds in total.items() if rounds else ():
            scores[name].rounds.append(seconds)
    return statistics.median(parses)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of text; the first column is set to the left."""
    widths = [max(len(row[at]) for row in (header, *rows)) for at in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, *rows)
    )


def _differences(found: str, truth: str, limit: int = 12) -> list[str]:
    lines = [" ".join(line.split()) for line in found.splitlines() if line.strip()]
    right = [" ".join(line.split()) for line in truth.splitlines() if line.strip()]
    changes = [
        f"      {line[0]} {line[2:150]}" for line in difflib.ndiff(right, lines) if line[0] in "+-" and len(line) > 2
    ]
    return [*changes[:limit], *([f"      … {len(changes) - limit} more"] if len(changes) > limit else [])]


def _print_worst(score: Score, cases: Sequence[Case], name: str, count: int) -> None:
    ranked = sorted(range(len(cases)), key=lambda at: score.by_page[at].get(name, 1.0))
    print(f"\nWorst pages by {name} (- in the truth alone, + in ours alone):")
    for at in ranked[:count]:
        value = score.by_page[at].get(name, 1.0)
        if value == 1.0:
            break
        truth, reading = cases[at].truth, score.readings[at]
        print(f"  {value:.3f}  {cases[at].name}")
        if name == "body":
            lines = _differences(with_dek(reading.get("description"), reading.get("body")), truth["body"])
        elif name == "body_nosummary":
            lines = _differences(reading.get("body") or "", truth["body_nosummary"])
        else:
            there = truth.get("date_published" if name == "date" else name)
            lines = [f"      - {there}", f"      + {reading.get(name)}"]
        print("\n".join(lines))


def measure(cases: Sequence[Case], options: argparse.Namespace) -> None:
    """Print the table for cases with a measured truth, and the worst pages.

    Raises:
        SystemExit: a peer that is not known.
    """
    readers: dict[str, Reader] = {}
    if not options.body_only:
        try:
            read_whole(cases[0].pages[0], cases[0].truth["url"])
            readers["newscrawl"] = read_whole
        except ImportError as error:
            print(f"newscrawl.article cannot be imported ({error}): only the body is measured", file=sys.stderr)
    readers["newscrawl, body alone"] = read_body
    if options.leave_out:
        readers["newscrawl, body, publisher left out"] = _leave_out(cases)
    for peer in filter(None, options.peers.split(",")):
        try:
            readers[peer] = PEERS[peer]()
        except KeyError:
            raise SystemExit(f"--peers: {peer!r} is not known; known: {', '.join(PEERS)}") from None
        except MissingPeerError as error:
            print(error, file=sys.stderr)
    for read in readers.values():
        read(cases[0].pages[0], cases[0].truth["url"])
    scores = {name: _score(name, read, cases) for name, read in readers.items()}
    seconds = _measure_time(readers, scores, cases, options.rounds)
    header = [
        "",
        "with dek F1",
        "P",
        "R",
        "body F1",
        "P",
        "R",
        "headline",
        "authors",
        "day/minute",
        "first ms",
        "ms",
        "pages/s",
        "× lxml",
    ]
    rows = [[name, *score.row(seconds)] for name, score in scores.items()]
    rows.append(
        ["lxml parse", *["–"] * 10, f"{1000 * seconds / len(cases):.1f}", f"{len(cases) / seconds:.1f}", "1.00"]
    )
    print(f"{len(cases)} pages\n{table(header, rows)}")
    if options.worst:
        subject = "newscrawl, body, publisher left out" if options.leave_out else next(iter(scores))
        _print_worst(scores[subject], cases, options.field, options.worst)


def _leave_out(cases: Sequence[Case]) -> Reader:
    """Return a reader whose weights for a page were learned without its publisher's pages."""
    train = importlib.import_module("benchmarks.train_body")
    models: dict[str, Model] = train.leave_out_models(cases)
    by_url = {case.truth["url"]: models[case.publisher] for case in cases}

    def read(html: str, url: str) -> Reading:
        return read_body(html, url, by_url[url])

    return read


def _same(found: Any, truth: Any) -> bool:
    return bool(found == truth)


def _compare(case: Case) -> list[tuple[str, bool, str, str]]:
    """Return (field, right, truth, value) of a case that is compared field by field."""
    load = importlib.import_module("newscrawl.article")
    site = importlib.import_module("newscrawl.spiders.csmonitor").CSMONITOR
    links = importlib.import_module("newscrawl.links")
    truth = case.truth
    urls = truth.get("page_urls") or [truth["url"]]
    read: Callable[..., Any] = partial(load.load_article, site=site)
    articles = [read(html, url) for html, url in zip(case.pages, urls, strict=True)]
    article = load.join_pages(articles[0], articles[1:])
    lead = article.images[0] if article.images else None
    posts = [link for link in links.classify_links(case.pages[0], urls[0], site) if link.via == "recent_posts"]
    values: dict[str, Any] = {
        "image_caption": lead and lead.caption,
        "image_credit": lead and lead.credit,
        "recent_posts": len(posts),
        "page_urls": urls if article.pages == len(urls) else f"{article.pages} pages joined",
    }
    rows = []
    for name, there in truth.items():
        found = values[name] if name in values else getattr(article, name)
        if name == "body" and not _same(found, there):
            at = next(
                (i for i, (a, b) in enumerate(zip(found or "", there, strict=False)) if a != b),
                min(len(found or ""), len(there)),
            )
            rows.append(
                (name, False, f"…{there[max(0, at - 40) : at + 80]}", f"…{(found or '')[max(0, at - 40) : at + 80]}")
            )
        else:
            rows.append((name, _same(found, there), str(there), str(found)))
    return rows


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:70]}… ({len(text)} characters)"


def compare(cases: Sequence[Case]) -> int:
    """Print truth beside value for every field; return 1 when one is wrong."""
    wrong = 0
    for case in cases:
        print(f"\n{case.name}")
        for name, right, truth, value in _compare(case):
            wrong += not right
            print(f"  {'ok   ' if right else 'WRONG'} {name}")
            print(f"        truth {_short(truth) if right else truth!r}")
            print(f"        value {_short(value) if right else value!r}")
    print(f"\n{wrong} fields wrong" if wrong else "\nEvery field is right.")
    return 1 if wrong else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="a folder of cases")
    parser.add_argument("--peers", default="", help=f"tools to compare with, comma-separated: {', '.join(PEERS)}")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often the time is measured (3)")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also print the N worst pages")
    parser.add_argument("--field", choices=_FIELDS, default="body", help="the field they are the worst by")
    parser.add_argument(
        "--leave-out", action="store_true", help="also score the body with its publisher left out of the training"
    )
    parser.add_argument("--body-only", action="store_true", help="leave the other fields out")
    options = parser.parse_args(arguments)
    cases = load_cases(options.folder)
    measured = [case for case in cases if "body_nosummary" in case.truth]
    compared = [case for case in cases if "body_nosummary" not in case.truth]
    if measured:
        measure(measured, options)
    return compare(compared) if compared else 0


if __name__ == "__main__":
    sys.exit(main())
