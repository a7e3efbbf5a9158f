"""Weighs what is known of each block, in two passes of logistic regression.

The second knows what the first said of the neighbours.

The weights lie in ``body_weights.json``, which says how they were made; ``benchmarks/train_body.py`` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from operator import mul
from typing import Any

from newscrawl.extract.body_features import MARKS, NUMBERS, TOP, Context, Row

AROUND: tuple[str, ...] = (
    "itself",
    "before_1",
    "before_2",
    "before_3",
    "after_1",
    "after_2",
    "after_3",
    "best_before",
    "best_after",
    "like_mean",
    "like_share",
    "parent_mean",
    "parent_share",
    "home_mean",
    "home_share",
    "between",
    "near",
    "mean_before",
    "mean_after",
    "heading_after_1",
    "heading_after_2",
    "heading_before_1",
    "item_parent_mean",
    "short_between",
)
"""What the second pass knows beside the first one's rows."""


@dataclass(frozen=True)
class Weights:
    """One logistic regression over marks, numbers and, in the second pass, the surroundings."""

    bias: float
    marks: tuple[float, ...]
    numbers: tuple[float, ...]
    sums: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, float], numbers: Sequence[str]) -> Weights:
        """Return the weights by name; a name that is absent weighs nothing."""
        return cls(
            values.get("bias", 0.0),
            tuple(values.get(name, 0.0) for name in MARKS),
            tuple(values.get(name, 0.0) for name in numbers),
        )

    def of_marks(self, marks: int) -> float:
        """Return the bias and the weights of all *marks*."""
        total = self.sums.get(marks)
        if total is None:
            total, rest = self.bias, marks
            while rest:
                low = rest & -rest
                total += self.marks[low.bit_length() - 1]
                rest ^= low
            if len(self.sums) < _REMEMBERED:
                self.sums[marks] = total
        return total


_REMEMBERED = 20_000


@dataclass(frozen=True)
class Model:
    """The two passes for the text, and a third look at the same for the dek."""

    first: Weights
    second: Weights
    dek: Weights

    @classmethod
    def of(cls, values: Mapping[str, Mapping[str, float]]) -> Model:
        """Return the model with the named weights of ``first``, ``second`` and ``dek``."""
        both = (*NUMBERS, *AROUND)
        return cls(
            Weights.of(values["first"], NUMBERS), Weights.of(values["second"], both), Weights.of(values["dek"], both)
        )

    def first_scores(self, rows: Sequence[Row]) -> list[float]:
        """Return for each block how likely it is of the text, by itself."""
        first = self.first
        return [_logistic(first.of_marks(row.marks) + _dot(first.numbers, row.numbers)) for row in rows]

    def scores(self, context: Context, rows: Sequence[Row]) -> tuple[list[float], list[float]]:
        """Return for each block how likely it is of the text, and how likely the dek."""
        scores = self.first_scores(rows)
        second, dek = self.second, self.dek
        text, deks = [], []
        for row, around in zip(rows, surroundings(context, scores), strict=True):
            numbers = row.numbers + around
            text.append(_logistic(second.of_marks(row.marks) + _dot(second.numbers, numbers)))
            top = row.marks & TOP
            deks.append(_logistic(dek.of_marks(row.marks) + _dot(dek.numbers, numbers)) if top else 0.0)
        return text, deks


def _dot(weights: Sequence[float], values: Sequence[float]) -> float:
    return float(sum(map(mul, weights, values)))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -_FAR else 0.0


_FAR = 500


@cache
def default_model() -> Model:
    """Return the model that comes with the package."""
    text = resources.files("newscrawl.extract").joinpath("body_weights.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)
    return Model.of(values)


def _grouped(
    keys: Sequence[Hashable], scores: Sequence[float], sizes: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return for each block its group's mean score without itself, and its group's part of the best group's sum."""
    sums: dict[Hashable, float] = {}
    weights: dict[Hashable, float] = {}
    for key, score, size in zip(keys, scores, sizes, strict=True):
        sums[key] = sums.get(key, 0.0) + score * size
        weights[key] = weights.get(key, 0.0) + size
    top = max(sums.values()) or 1.0
    means, shares = [], []
    for key, score, size in zip(keys, scores, sizes, strict=True):
        others = weights[key] - size
        means.append((sums[key] - score * size) / others if others > 0.5 else 0.5)
        shares.append(sums[key] / top)
    return means, shares


def surroundings(context: Context, scores: Sequence[float]) -> list[tuple[float, ...]]:
    """Return what the first pass says of each block and of those around it, in the order of `AROUND`."""
    count = len(scores)
    if not count:
        return []
    runs = context.runs
    sizes = [math.sqrt(len(run.text)) for run in runs]
    parents = [context.frame[run.node] for run in runs]
    homes = [context.home[parent] for parent in parents]
    like, like_share = _grouped(context.signatures, scores, sizes)
    among, among_share = _grouped(parents, scores, sizes)
    home, home_share = _grouped(homes, scores, sizes)
    padded = [0.0] * 5 + list(scores) + [0.0] * 5
    best_after = [0.0] * (count + 1)
    for at in range(count - 1, -1, -1):
        best_after[at] = max(best_after[at + 1], scores[at])
    best_before = 0.0
    around: list[tuple[float, ...]] = []
    for at, score in enumerate(scores):
        b5, b4, b3, b2, b1, _, a1, a2, a3, a4, a5 = padded[at : at + 11]
        heading = runs[at].kind == "subhead"
        item = runs[at].kind == "item"
        short = context.words[at] < 12
        around.append(
            (
                math.log((score + 1e-4) / (1 - score + 1e-4)) / 5,
                b1,
                b2,
                b3,
                a1,
                a2,
                a3,
                best_before,
                best_after[at + 1],
                like[at],
                like_share[at],
                among[at],
                among_share[at],
                home[at],
                home_share[at],
                b1 * a1,
                min(max(b1, b2, b3), max(a1, a2, a3)),
                (b1 + b2 + b3 + b4 + b5) / 5,
                (a1 + a2 + a3 + a4 + a5) / 5,
                a1 if heading else 0.0,
                a2 if heading else 0.0,
                b1 if heading else 0.0,
                among[at] if item else 0.0,
                min(max(b1, b2), max(a1, a2)) if short else 0.0,
            )
        )
        best_before = max(best_before, score)
    return around
