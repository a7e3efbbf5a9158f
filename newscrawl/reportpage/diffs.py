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
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part("same", "".join(before[i:j])))
        else:
            parts += _by_words("".join(before[i:j]), "".join(after[k:m]))
    return _joined(parts)


def _by_words(old: str, new: str) -> Iterator[Part]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if not (before and after) or max(len(before), len(after)) > _COMPARED:
        yield from _replaced(old, new)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    # Two passages that share little but "the" and commas read better one after the other.
    if matcher.ratio() < 0.4:
        yield from _replaced(old, new)
        return
    for kind, i, j, k, m in _without_islands(matcher.get_opcodes(), before):
        if kind == "equal":
            yield Part("same", "".join(before[i:j]))
        else:
            yield from _replaced("".join(before[i:j]), "".join(after[k:m]))


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


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Return *parts* with neighbours of one kind made one, what went before what came."""
    joined: list[Part] = []
    for part in parts:
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
