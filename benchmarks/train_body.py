"""Makes the weights by which blocks are judged: ``python -m benchmarks.train_body FOLDER``.

FOLDER holds pages and truths as `benchmarks.extraction` takes them. Prints the score with every publisher left out of
the training of its own pages (ten parts, no publisher in two), which is the honest one, and writes the weights made
from all pages to ``newscrawl/extract/body_weights.json``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement

from benchmarks._measures import harmonic, mean, overlap, shingles, with_dek
from benchmarks.extraction import Case, load_cases, read_body
from newscrawl.extract.body import context_of
from newscrawl.extract.body_features import HEADING_IN_FLOW, ITEM_IN_FLOW, MARKS, NUMBERS, Context, Row, squeeze
from newscrawl.extract.body_model import AROUND, Model, surroundings
from newscrawl.extract.page import Page

_PARTS = 10
_INNER_PARTS = 5
_WEIGHTS = Path(__file__).parent.parent / "newscrawl" / "extract" / "body_weights.json"
_NOTE = (
    "Made by benchmarks/train_body.py from {pages} news pages of {publishers} publishers: logistic regression over what"
    " newscrawl/extract/body_features.py knows of a block (first), the same with the first one's view of the blocks"
    " around it (second), and for the dek. Positive speaks for the article's text. With every publisher left out of the"
    " training of its own pages: body F1 {body:.4f}, with the dek {dek:.4f}."
)


@dataclass
class Example:
    """One page: its blocks, what is known of them, and what they are."""

    case: Case
    context: Context
    rows: list[Row]
    text: list[bool]
    dek: list[bool]
    weights: list[float]


def _belongs(text: str, lines: set[str], whole: str, bag: Any) -> bool:
    """Return whether a block is of the truth: most of its shingles, or for a short one a line of its own."""
    own = shingles(text)
    bare = squeeze(text)
    if own.total() < 3 or len(next(iter(own))) < 4:
        return bare in lines or (len(bare) > 12 and bare in whole)
    return bool((own & bag).total() > own.total() / 2)


def _as_divs(root: HtmlElement) -> None:
    for element in root.iter("p"):
        element.tag = "div"


def _as_lines(root: HtmlElement) -> None:
    for element in list(root.iter("p")):
        element.tag = "span"
        for _ in range(2):
            element.addnext(element.makeelement("br"))


def _without_names(root: HtmlElement) -> None:
    for element in root.iter():
        for name in ("class", "id", "role"):
            element.attrib.pop(name, None)


def _with_lists(root: HtmlElement) -> None:
    for parent in dict.fromkeys(element.getparent() for element in root.iter("p")):
        paragraphs = [] if parent is None else [child for child in parent if child.tag == "p"]
        for at in range(3, len(paragraphs) - 5, 8):
            group = paragraphs[at : at + 3]
            items = group[0].makeelement("ul")
            group[0].addprevious(items)
            for paragraph in group:
                text = " ".join("".join(paragraph.itertext()).split()[:10])
                paragraph.clear()
                paragraph.tag, paragraph.text = "li", text.rstrip(".,;")
                items.append(paragraph)


# How sites of another make would write the page, and what that weighs beside the page as it is; lists are rare here.
_VARIANTS: tuple[tuple[Callable[[HtmlElement], None], float], ...] = (
    (_as_divs, 0.15),
    (_as_lines, 0.15),
    (_without_names, 0.15),
    (_with_lists, 0.5),
)


def examples_of(case: Case) -> list[Example]:
    """Return the page, and the page as sites of another make would write it."""
    return [example(case), *(example(case, rewrite, share) for rewrite, share in _VARIANTS)]


def example(case: Case, rewrite: Callable[[HtmlElement], None] | None = None, share: float = 1.0) -> Example:
    """Return the page with its blocks labelled by its truth."""
    page = Page.of(case.pages[0], case.truth["url"])
    if rewrite:
        rewrite(page.root)
    context = context_of(page)
    rows = context.rows()
    truth, summary = case.truth["body_nosummary"], case.truth.get("summary") or ""
    lines, whole, bag = {squeeze(line) for line in truth.split("\n")}, squeeze(truth), shingles(truth)
    bare_summary = squeeze(summary)
    text, dek = [], []
    for run in context.runs:
        bare = squeeze(run.text)
        text.append(_belongs(run.text, lines, whole, bag))
        dek.append(
            len(bare) > 15 and (bare == bare_summary or (bare in bare_summary and len(bare) * 2 > len(bare_summary)))
        )
    weights = [share * min((shingles(run.text).total() + 1) ** 0.5, 12.0) for run in context.runs]
    # A truth that has no list items (or no subheads) at all was made without them, and says nothing about these.
    for kind, mark in (("item", ITEM_IN_FLOW), ("subhead", HEADING_IN_FLOW)):
        own = [
            at
            for at, (run, row) in enumerate(zip(context.runs, rows, strict=True))
            if run.kind == kind and row.marks & mark
        ]
        if rewrite or not any(text[at] for at in own):
            for at in own:
                weights[at] *= text[at]
    return Example(case, context, rows, text, dek, weights)


class _Fit:
    """A logistic regression over rows of marks and numbers, with sklearn."""

    def __init__(
        self, rows: Sequence[Sequence[float]], labels: Sequence[bool], weights: Sequence[float], c: float
    ) -> None:
        numpy = importlib.import_module("numpy")
        linear = importlib.import_module("sklearn.linear_model")
        matrix = numpy.asarray(rows, dtype=float)
        centre, spread = matrix.mean(axis=0), matrix.std(axis=0)
        # What hardly ever occurs must not be stretched to the same spread as the rest.
        spread[spread < 0.03] = 1.0
        model = linear.LogisticRegression(C=c, max_iter=500)
        model.fit((matrix - centre) / spread, numpy.asarray(labels, dtype=int), sample_weight=numpy.asarray(weights))
        self.weights = model.coef_[0] / spread
        self.bias = float(model.intercept_[0] - (self.weights * centre).sum())

    def named(self, names: Sequence[str]) -> dict[str, float]:
        """Return the weights by name."""
        pairs = zip(names, self.weights, strict=True)
        return {"bias": round(self.bias, 4), **{name: round(float(w), 4) for name, w in pairs if abs(w) >= 0.0005}}


def _flat(row: Row, around: Sequence[float] = ()) -> list[float]:
    return [*(float(row.marks >> at & 1) for at in range(len(MARKS))), *row.numbers, *around]


def _first(examples: Sequence[Example]) -> dict[str, float]:
    rows = [_flat(row) for one in examples for row in one.rows]
    labels = [label for one in examples for label in one.text]
    weights = [weight for one in examples for weight in one.weights]
    return _Fit(rows, labels, weights, 0.1).named((*MARKS, *NUMBERS))


def _first_scores(values: dict[str, float], one: Example) -> list[float]:
    model = Model.of({"first": values, "second": {}, "dek": {}})
    return model.first_scores(one.rows)


def _parts(publishers: Sequence[str], count: int = _PARTS) -> dict[str, int]:
    names = sorted(set(publishers))
    random.Random(0).shuffle(names)
    return {name: at % count for at, name in enumerate(names)}


def train(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Return the named weights; the second pass learns from first scores that did not know the page's publisher."""
    parts = _parts([one.case.publisher for one in examples], _INNER_PARTS)
    around: dict[int, list[tuple[float, ...]]] = {}
    for part in range(_INNER_PARTS):
        inside = [one for one in examples if parts[one.case.publisher] != part]
        outside = [one for one in examples if parts[one.case.publisher] == part]
        if not inside or not outside:
            continue
        values = _first(inside)
        for one in outside:
            around[id(one)] = surroundings(one.context, _first_scores(values, one))
    rows = [_flat(row, more) for one in examples for row, more in zip(one.rows, around[id(one)], strict=True)]
    weights = [weight for one in examples for weight in one.weights]
    names = (*MARKS, *NUMBERS, *AROUND)
    return {
        "first": _first(examples),
        "second": _Fit(rows, [label for one in examples for label in one.text], weights, 0.03).named(names),
        "dek": _Fit(rows, [label for one in examples for label in one.dek], weights, 0.03).named(names),
    }


def leave_out_models(cases: Sequence[Case]) -> dict[str, Model]:
    """Return for each publisher a model that was trained without its pages."""
    examples = [one for case in cases for one in examples_of(case)]
    parts = _parts([case.publisher for case in cases])
    models: dict[str, Model] = {}
    for part in range(_PARTS):
        model = Model.of(train([one for one in examples if parts[one.case.publisher] != part]))
        models.update({name: model for name, own in parts.items() if own == part})
    return models


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the honest score, write the weights; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_body", description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="a folder of cases")
    parser.add_argument("--output", type=Path, default=_WEIGHTS, help="where the weights go")
    options = parser.parse_args(arguments)
    cases = [case for case in load_cases(options.folder) if "body_nosummary" in case.truth]
    models = leave_out_models(cases)
    bodies, deks = [], []
    for case in cases:
        reading = read_body(case.pages[0], case.truth["url"], models[case.publisher])
        bodies.append(overlap(reading["body"], case.truth["body_nosummary"]))
        deks.append(overlap(with_dek(reading["description"], reading["body"]), case.truth["body"]))
    scores = [harmonic(mean([o.precision for o in those]), mean([o.recall for o in those])) for those in (bodies, deks)]
    note = _NOTE.format(
        pages=len(cases), publishers=len({case.publisher for case in cases}), body=scores[0], dek=scores[1]
    )
    print(note)
    values = train([one for case in cases for one in examples_of(case)])
    options.output.write_text(json.dumps({"note": note, **values}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
