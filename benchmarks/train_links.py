"""Learn the weights of `newscrawl.link_model` from links labelled by hand.

``python -m benchmarks.train_links LINKS_FOLDER… NEWS_FOLDER [--write]`` prints the score of a cross-validation that
leaves whole publishers out, and with ``--write`` fits all of them and writes ``newscrawl/link_weights.json``. It needs
numpy (``requirements-bench.txt``).

Two fits: the first scores a link by its own features; the second adds what the links in the same place, in the same box
and of the same form look like by the first. The second is fitted on what the first says of publishers it has not seen.

Each page is learned from twice: as it is, and with the words of its addresses replaced by identifiers, as many content
systems write them; few of the labelled publishers do, and a model that leans on slugs alone fails on the others.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.links import LabelledPage, load, score_table
from newscrawl import link_model, links
from newscrawl.extract.page import Page
from newscrawl.link_model import KINDS, probabilities
from newscrawl.link_places import Places

np: Any = importlib.import_module("numpy")
Array: TypeAlias = Any
WEIGHTS_FILE = Path(link_model.__file__).with_name("link_weights.json")
WORDLESS = 0.2
"""The weight of a link in a page whose addresses have lost their words."""
_CLASSES = {"article": 0, "listing": 1, "other": 2}


class Example:
    """The undecided links of one page, with their features."""

    def __init__(self, page: LabelledPage, *, wordless: bool = False) -> None:
        self.page = page
        self.wordless = wordless
        parsed = page.parsed()
        originals = _hide_words(parsed) if wordless else {}
        self.places = Places.on(parsed)
        everything, _ = links.described(parsed, self.places)
        undecided = [link for link in everything if link.kind is None]
        self.settled = {link.url.rstrip("?"): link.kind for link in everything if link.kind is not None}
        self.originals = originals
        self.links = undecided
        self.features = [links.all_features(link) for link in undecided]
        labels = {row.url.rstrip("?"): row for row in page.rows}
        rows = [labels.get(originals.get(link.url, link.url).rstrip("?")) for link in undecided]
        self.labels = np.array([_CLASSES.get(row.label, -1) if row else -1 for row in rows], dtype=int)
        self.weights = np.array(
            [(0.3 if row and row.unsure else 1.0) * (WORDLESS if wordless else 1.0) for row in rows]
        )
        self.x = np.zeros((0, 0))


def _wordless(url: str, *, opaque: bool) -> str:
    """Return *url* with an identifier instead of its slugs."""
    start, slash, path = url.partition("://")[2].partition("?")[0].partition("/")
    kept = [p for p in path.split("/") if p and len(re.findall(r"[^\W_]+", p)) < 4 and not p.isdigit()]
    number = int(hashlib.sha256(url.encode()).hexdigest(), 16)
    identifier = f"c{np.base_repr(number, 36)[:11].lower()}" if opaque else str(10_000_000 + number % 89_999_999)
    return f"https://{start}{slash}{'/'.join([*kept, identifier])}"


def _hide_words(page: Page) -> dict[str, str]:
    """Replace the slugs in the page's addresses by identifiers; return what the new addresses were."""
    originals: dict[str, str] = {}
    base = page.base_url
    opaque = hashlib.sha256(page.url.encode()).digest()[0] % 2 == 0
    for element in page.root.iter("a"):
        url = page.absolute(element.get("href") or "", base).partition("#")[0]
        if url.startswith(("http://", "https://")) and link_model.read_address(url).form.slug in {"4", "5+"}:
            new = _wordless(url, opaque=opaque)
            originals[new] = url
            element.set("href", new)
    if link_model.read_address(page.url).form.slug in {"4", "5+"}:
        page.url = _wordless(page.url, opaque=opaque)
    return originals


def fit(x: Array, y: Array, weight: Array, penalty: Array, offset: Array | None = None) -> Array:
    """Return the weights of a softmax regression with a quadratic penalty (accelerated gradient descent)."""
    n, width = x.shape
    target = np.eye(3)[y]
    w = np.zeros((width, 3))
    ahead = w.copy()
    base = np.zeros((n, 3)) if offset is None else offset
    vector = np.ones(width)
    for _ in range(20):
        vector = x.T @ (weight * (x @ vector))
        norm = float(np.linalg.norm(vector))
        vector /= norm or 1.0
    step = 1.0 / (0.5 * norm + float(penalty.max()))
    momentum = 1.0
    for _ in range(600):
        logits = base + x @ ahead
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        gradient = x.T @ (weight[:, None] * (p - target)) + penalty[:, None] * ahead
        new = ahead - step * gradient
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - w)
        w, momentum = new, following
    return w - w.mean(axis=1, keepdims=True)


def _first(train: Sequence[Example], penalty: float) -> Array:
    x = np.concatenate([e.x[e.labels >= 0] for e in train])
    y = np.concatenate([e.labels[e.labels >= 0] for e in train])
    weight = np.concatenate([e.weights[e.labels >= 0] for e in train])
    return fit(x, y, weight, np.full(x.shape[1], penalty))


def _company(example: Example, logits: Array) -> Array:
    likely = [probabilities((float(a), float(b), float(c))) for a, b, c in logits]
    values = link_model.company([link.groups for link in example.links], likely)
    return np.array(values).reshape(len(example.links), len(link_model.SECOND))


def _folds(examples: Sequence[Example], count: int) -> list[list[Example]]:
    publishers = sorted({e.page.publisher for e in examples})
    return [[e for e in examples if publishers.index(e.page.publisher) % count == fold] for fold in range(count)]


def learn(train: Sequence[Example], penalty: float, second_penalty: float) -> tuple[Array, Array]:
    """Return the weights of both fits."""
    company, offsets, labels, weights = [], [], [], []
    for fold in _folds(train, 6):
        rest = [e for e in train if e not in fold]
        w = _first(rest, penalty)
        for example in fold:
            logits = example.x @ w
            known = example.labels >= 0
            company.append(_company(example, logits)[known])
            offsets.append(logits[known])
            labels.append(example.labels[known])
            weights.append(example.weights[known])
    x = np.concatenate(company)
    second = fit(
        x, np.concatenate(labels), np.concatenate(weights), np.full(x.shape[1], second_penalty), np.concatenate(offsets)
    )
    return _first(train, penalty), second


def predict(example: Example, first: Array, second: Array) -> dict[str, str]:
    """Return the kind of each of the page's links."""
    logits = example.x @ first
    logits = logits + _company(example, logits) @ second
    told = {link.url: KINDS[int(k)] for link, k in zip(example.links, logits.argmax(axis=1), strict=True)}
    kinds = {example.originals.get(url, url).rstrip("?"): kind for url, kind in told.items()}
    return {**kinds, **{url: str(kind) for url, kind in example.settled.items()}}


def _columns(examples: Sequence[Example], least: int) -> list[str]:
    """Return the features that at least *least* publishers have."""
    publishers: dict[str, set[str]] = {}
    for example in examples:
        for features, label in zip(example.features, example.labels, strict=True):
            if label >= 0:
                for name in features:
                    publishers.setdefault(name, set()).add(example.page.publisher)
    return sorted(name for name, seen in publishers.items() if len(seen) >= least)


def _fill(examples: Sequence[Example], columns: list[str]) -> None:
    index = {name: i for i, name in enumerate(columns)}
    for example in examples:
        example.x = np.zeros((len(example.links), len(columns)))
        for row, features in enumerate(example.features):
            for name in features:
                if name in index:
                    example.x[row, index[name]] = 1.0


def cross_validate(
    examples: list[Example], penalty: float, second_penalty: float, folds: int
) -> dict[tuple[str, bool], dict[str, str]]:
    """Return the kinds that models which have not seen a page's publisher give its links, by page and wordlessness."""
    result: dict[tuple[str, bool], dict[str, str]] = {}
    for fold in _folds(examples, folds):
        rest = [e for e in examples if e not in fold]
        _fill(examples, _columns(rest, 2))
        first, second = learn(rest, penalty, second_penalty)
        for example in fold:
            result[example.page.name, example.wordless] = predict(example, first, second)
    return result


def _write(examples: list[Example], penalty: float, second_penalty: float) -> None:
    columns = _columns(examples, 2)
    _fill(examples, columns)
    first, second = learn(examples, penalty, second_penalty)

    def triple(values: Array) -> list[float]:
        return [round(float(v), 3) for v in values]

    count = sum(int((e.labels >= 0).sum()) for e in examples if not e.wordless)
    publishers = len({e.page.publisher for e in examples})
    data = {
        "note": (
            "Made by benchmarks/train_links.py: softmax regressions on links labelled by hand "
            f"({count} links of {publishers} publishers). Per feature the weights of {', '.join(KINDS)}."
        ),
        "first": {name: triple(values) for name, values in zip(columns, first, strict=True)},
        "second": {name: triple(values) for name, values in zip(link_model.SECOND, second, strict=True)},
    }
    rows = json.dumps(data, indent=1, ensure_ascii=False)
    WEIGHTS_FILE.write_text(_one_line_lists(rows) + "\n", encoding="utf-8")


def _one_line_lists(text: str) -> str:
    return re.sub(r"\[\s+([^\[\]]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)


def main(arguments: Sequence[str] | None = None, show: Callable[[str], None] = print) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("links", type=Path, nargs="+", help="folder(s) of labelled links, the folder of pages last")
    parser.add_argument("--penalty", type=float, default=2.0)
    parser.add_argument("--second-penalty", type=float, default=3.0)
    parser.add_argument("--folds", type=int, default=100, help="100: one publisher at a time")
    parser.add_argument("--wrong", action="store_true", help="list the links told wrongly")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    *folders, news = options.links
    pages = [page for folder in folders for page in load(folder, news)]
    examples = [Example(page, wordless=wordless) for page in pages for wordless in (False, True)]
    count = min(options.folds, len({p.publisher for p in pages}))
    kinds = cross_validate(examples, options.penalty, options.second_penalty, count)
    table = {
        "publishers left out": [(page, kinds[page.name, False]) for page in pages],
        "… without slugs": [(page, kinds[page.name, True]) for page in pages],
    }
    show(score_table(table))
    if options.wrong:
        missed: Counter[str] = Counter()
        for page in pages:
            for row in page.rows:
                got = kinds[page.name, False].get(row.url.rstrip("?"), "missing")
                if got != row.kind:
                    missed[page.publisher] += 1
                    unsure = "?" if row.unsure else " "
                    told = f"{row.kind:8}{unsure}-> {got:8} {row.url[:120]} | {row.anchor[:40]}"
                    show(f"{page.publisher[:14]:14} {told}")
        show(str(missed.most_common()))
    if options.write:
        _write(examples, options.penalty, options.second_penalty)
        show(f"written: {WEIGHTS_FILE}")


if __name__ == "__main__":
    main()
