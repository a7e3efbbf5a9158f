"""What changed between two versions of a text, by words, with what stayed the same cut short."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from newscrawl.reportpage.markup import Html, count, join, tag

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_CONTEXT = 12
"""Words shown on either side of a change."""
_COMPARED = 1500
"""Tokens of a passage up to which it is compared by words: the time grows with their square."""
_ALIKE = 0.35
"""The share of its words that a passage must have kept to be compared by words."""
_LONGEST = 900
"""Words of a diff that are shown."""
_READ = 100_000
"""Characters of a text that are compared."""


class Part(NamedTuple):
    """A piece of a diff."""

    kind: str
    """``same``, ``out`` (of the old text) or ``in`` (of the new one)."""

    text: str


def word_diff(old: str, new: str) -> list[Part]:
    r"""Return what became of the words of *old* in *new*; a paragraph is a line.

    >>> [tuple(part) for part in word_diff("It rained on Monday.", "It snowed on Monday.")]
    [('same', 'It '), ('out', 'rained'), ('in', 'snowed'), ('same', ' on Monday.')]
    """
    parts: list[Part] = []
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    # A last line is the same one when others follow it.
    codes = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False).get_opcodes()
    for kind, i, j, k, m in codes:
        if kind == "equal":
            parts += _same_lines(before[i:j], after[k:m])
        else:
            parts += _by_words("".join(before[i:j]), "".join(after[k:m]))
    return _joined(parts)


def _same_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
    """Yield lines that differ in their ends at the most."""
    for one, other in zip(before, after, strict=True):
        if one == other:
            yield Part("same", one)
            continue
        line = one.splitlines()[0] if one.splitlines() else ""
        yield Part("same", line)
        yield from _replaced(one[len(line) :], other[len(line) :])


def _by_words(old: str, new: str) -> Iterator[Part]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start, end = _common(before, after), 0
    if start < min(len(before), len(after)):
        end = _common(before[start:][::-1], after[start:][::-1])
    middle, fresh = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(middle), len(fresh)) > _COMPARED:
        codes = [("replace", 0, len(middle), 0, len(fresh))]
    else:
        codes = list(_without_islands(SequenceMatcher(None, middle, fresh, autojunk=False).get_opcodes(), middle))
    kept = [*before[:start], *before[len(before) - end :]]
    for kind, i, j, _, _ in codes:
        if kind == "equal":
            kept += middle[i:j]
    # Two passages that share little but "the" and commas read better one after the other.
    if _words(kept) < _ALIKE * max(_words(before), _words(after)):
        yield from _replaced(old, new)
        return
    yield Part("same", "".join(before[:start]))
    for kind, i, j, k, m in codes:
        if kind == "equal":
            yield Part("same", "".join(middle[i:j]))
        else:
            yield from _replaced("".join(middle[i:j]), "".join(fresh[k:m]))
    yield Part("same", "".join(before[len(before) - end :]))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many tokens two lists begin with alike."""
    for place, (token, counterpart) in enumerate(zip(one, other, strict=False)):
        if token != counterpart:
            return place
    return min(len(one), len(other))


def _words(tokens: Sequence[str]) -> int:
    return sum(not token.isspace() for token in tokens)


def _replaced(old: str, new: str) -> Iterator[Part]:
    if old:
        yield Part("out", old)
    if new:
        yield Part("in", new)


def _without_islands(
    codes: Sequence[tuple[str, int, int, int, int]], before: Sequence[str]
) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield opcodes where what is equal between two changes holds a word; a space alone belongs to the change."""
    waiting: tuple[str, int, int, int, int] | None = None
    for place, (kind, i, j, k, m) in enumerate(codes):
        island = kind == "equal" and 0 < place < len(codes) - 1 and not "".join(before[i:j]).strip()
        if kind == "equal" and not island:
            if waiting:
                yield waiting
            waiting = None
            yield kind, i, j, k, m
        else:
            waiting = ("replace", waiting[1], j, waiting[3], m) if waiting else ("replace", i, j, k, m)
    if waiting:
        yield waiting


def _has_text(part: Part) -> bool:
    return bool(part.text)


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Return *parts* with neighbours of one kind made one, what went before what came."""
    joined: list[Part] = []
    for part in filter(_has_text, parts):
        if joined and joined[-1].kind == part.kind:
            joined[-1] = Part(part.kind, joined[-1].text + part.text)
        elif len(joined) > 1 and joined[-1].kind == "in" and part.kind == "out" and joined[-2].kind == "out":
            joined[-2] = Part("out", joined[-2].text + part.text)
        else:
            joined.append(part)
    return joined


def shown(old: str, new: str) -> Html:
    """Return the differences of two texts as markup: ``<del>``, ``<ins>`` and some words around them.

    >>> shown("It rained.", "It snowed.")
    'It <del>rained</del><ins>snowed</ins>.'
    """
    pieces: list[Html] = []
    room = _LONGEST
    parts = word_diff(old[:_READ], new[:_READ])
    for place, part in enumerate(parts):
        if room <= 0:
            pieces.append(_gap(sum(len(rest.text.split()) for rest in parts[place:]), "not shown"))
            break
        words = re.findall(r"\s*\S+\s*", part.text)
        if part.kind == "same":
            head = _CONTEXT if place else 0
            tail = _CONTEXT if place + 1 < len(parts) else 0
            left_out = len(words) - head - tail
            if left_out > _CONTEXT:
                rest = "".join(words[len(words) - tail :])
                pieces.append(join("".join(words[:head]), _gap(left_out, "as before"), rest))
                room -= head + tail
            else:
                pieces.append(join(part.text))
                room -= len(words)
            continue
        name = "del" if part.kind == "out" else "ins"
        pieces.append(tag(name, "".join(words[:room]) if len(words) > room else part.text))
        if len(words) > room:
            pieces.append(_gap(len(words) - room, "not shown"))
        room -= len(words)
    return join(*pieces)


def _gap(words: int, what: str) -> Html:
    return tag("span", f" … {count(words, 'word')} {what} … ", class_="gap")
