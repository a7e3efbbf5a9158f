"""How well `newscrawl.links` tells links apart, beside two rules and the peers that are installed.

``python -m benchmarks.links LINKS_FOLDER NEWS_FOLDER`` reads ``*.jsonl`` of labelled links (``page_path``,
``page_url``, ``url``, ``anchor``, ``label``, ``unsure``) and the pages they stood on (``<page>/page.html.gz``).
"""

from __future__ import annotations

import argparse
import gzip
import html
import importlib
import importlib.util
import json
import logging
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html

from newscrawl.extract.page import Page
from newscrawl.links import classify_page

KINDS = ("article", "listing", "feed", "next_page", "other")
Told = Sequence[tuple["LabelledPage", Mapping[str, str]]]


@dataclass(frozen=True)
class Row:
    """One labelled link."""

    url: str
    anchor: str
    label: str
    unsure: bool
    region: str = ""

    @property
    def kind(self) -> str:
        """The label as `newscrawl.links` calls it."""
        return "next_page" if self.label == "pagination" else self.label


@dataclass
class LabelledPage:
    """A page and its labelled links."""

    name: str
    publisher: str
    url: str
    html: bytes
    rows: list[Row] = field(default_factory=list)

    def parsed(self) -> Page:
        """Return the page, parsed anew."""
        return Page.of(self.html, self.url)


def _bare_page(rows: Sequence[Row]) -> bytes:
    """Return the links as a page, for those whose own is not there."""
    anchors = (f'<div><a href="{html.escape(row.url)}">{html.escape(row.anchor)}</a></div>' for row in rows)
    return f"<html><body>{''.join(anchors)}</body></html>".encode()


def load(folder: Path, news: Path) -> list[LabelledPage]:
    """Return the labelled pages of *folder*, their HTML from *news*."""
    pages: dict[str, LabelledPage] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            name = data["page_path"].removesuffix(".html.gz").replace("/", "-")
            page = pages.setdefault(name, LabelledPage(name, data["publisher"], data["page_url"], b""))
            page.rows.append(
                Row(data["url"], data["anchor"], data["label"], bool(data["unsure"]), data.get("region", ""))
            )
    for page in pages.values():
        file = news / page.name / "page.html.gz"
        page.html = gzip.decompress(file.read_bytes()) if file.exists() else _bare_page(page.rows)
    return list(pages.values())


def slug_rule(row: Row) -> str:
    """Tell an article by four words in the last part of its address."""
    path = re.sub(r"^https?://[^/]+|[?#].*$|\.\w+$", "", row.url)
    return "article" if len(re.findall(r"[^\W\d_]+", path.rstrip("/").rpartition("/")[2])) >= 4 else "listing"


def anchor_rule(row: Row) -> str:
    """Tell an article by 25 characters in the words of its link."""
    return "article" if len(row.anchor) >= 25 else "listing"


def peers() -> dict[str, Callable[[Row], str]]:
    """Return the rules of the peers that are installed; they only know articles."""
    rules: dict[str, Callable[[Row], str]] = {}
    logging.getLogger("tldextract").disabled = True  # it tells at length that it cannot fetch its list
    for name, module, function in (("courlan", "courlan", "check_url"), ("newspaper4k", "newspaper.urls", "valid_url")):
        if importlib.util.find_spec(module.partition(".")[0]) is None:
            continue
        with warnings.catch_warnings(action="ignore"):
            check: Callable[[str], object] = getattr(importlib.import_module(module), function)
        rules[name] = _checked_by(check)
    return rules


def _checked_by(check: Callable[[str], object]) -> Callable[[Row], str]:
    def rule(row: Row) -> str:
        return "article" if check(row.url) else "other"

    return rule


def _f1(right: int, told: int, true: int) -> tuple[float, float, float]:
    precision = right / told if told else 0.0
    recall = right / true if true else 0.0
    return precision, recall, 2 * right / (told + true) if told + true else 0.0


def scores(told: Told, unsure: bool = False) -> dict[str, tuple[float, float, float, int]]:
    """Return per kind, and for following at all, precision, recall, F1 and the number of true ones."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for page, kinds in told:
        for row in page.rows:
            if row.unsure is not unsure:
                continue
            got = kinds.get(row.url.rstrip("?"), "other")
            for name, is_true, is_said in (
                *((kind, row.kind == kind, got == kind) for kind in KINDS),
                ("follow", row.kind != "other", got != "other"),
            ):
                true[name] += is_true
                said[name] += is_said
                right[name] += is_true and is_said
    return {name: (*_f1(right[name], said[name], true[name]), true[name]) for name in (*KINDS, "follow")}


def score_table(results: Mapping[str, Told], unsure: bool = False) -> str:
    """Return the scores as a table."""
    lines = [f"{'':22}" + "".join(f"{kind:>24}" for kind in (*KINDS, "follow"))]
    for name, told in results.items():
        row = scores(told, unsure)
        lines.append(f"{name:22}" + "".join(f"  {p:.3f} {r:.3f} {f:.3f} {n:4d}" for p, r, f, n in row.values()))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("links", type=Path, help="folder of labelled links")
    parser.add_argument("news", type=Path, help="folder of the pages they stood on")
    parser.add_argument("--wrong", type=int, default=5, help="how many of the worst pages to show")
    options = parser.parse_args(arguments)
    pages = load(options.links, options.news)
    if not pages:
        raise SystemExit(f"no labelled links (*.jsonl) in {options.links}")
    results: dict[str, list[tuple[LabelledPage, Mapping[str, str]]]] = {"newscrawl": []}
    seconds = []
    for page in pages:
        parsed = page.parsed()
        began = time.process_time()
        found = classify_page(parsed)
        seconds.append(time.process_time() - began)
        results["newscrawl"].append((page, {link.url.rstrip("?"): link.kind for link in found}))
    rules: dict[str, Callable[[Row], str]] = {"four words in slug": slug_rule, "25 characters": anchor_rule, **peers()}
    for name, rule in rules.items():
        results[name] = [(page, {row.url.rstrip("?"): rule(row) for row in page.rows}) for page in pages]
    count = sum(len(page.rows) for page in pages)
    print(f"{count} links of {len(pages)} pages; per kind precision, recall, F1, number")
    print("(for publishers that the weights were learned from, benchmarks.train_links tells the score without them)\n")
    print(score_table(results))
    print(f"\nunsure labels ({sum(row.unsure for page in pages for row in page.rows)}):")
    print(score_table({"newscrawl": results["newscrawl"]}, unsure=True))
    wrong = []
    for page, kinds in results["newscrawl"]:
        misses = [row for row in page.rows if not row.unsure and kinds.get(row.url.rstrip("?"), "missing") != row.kind]
        wrong.append((len(misses), page, kinds, misses))
    print("\nworst pages:")
    for number, page, kinds, misses in sorted(wrong, key=lambda w: -w[0])[: options.wrong]:
        print(f"{page.name}: {number} of {len(page.rows)}")
        for row in misses:
            print(f"    {row.kind} -> {kinds.get(row.url.rstrip('?'), 'missing')}: {row.url[:110]} | {row.anchor[:50]}")
    again = []
    parsing = []
    for page in pages:
        began = time.process_time()
        lxml.html.document_fromstring(page.html, parser=lxml.html.HTMLParser(encoding="utf-8"))
        parsing.append(time.process_time() - began)
        parsed = page.parsed()
        began = time.process_time()
        classify_page(parsed)
        again.append(time.process_time() - began)
    addresses = sum(len(kinds) for _, kinds in results["newscrawl"]) / len(pages)
    first, later, parse = (1000 * sum(times) / len(pages) for times in (seconds, again, parsing))
    print(
        f"\nof one core, per page of {addresses:.0f} addresses: {later:.1f} ms, {later / parse:.2f} × parsing it with "
        f"lxml; {first:.1f} ms with nothing remembered from other pages"
    )


if __name__ == "__main__":
    main()
