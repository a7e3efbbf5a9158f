"""What holds whatever the weights say of a block: for lists, boxes, pull quotes and lines that lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.extract.body_features import (
    ABOVE,
    AWAY,
    ECHO,
    FLOW,
    FLOW_SHARE,
    HEADING_IN_FLOW,
    ITEM_IN_FLOW,
    QUOTES,
    Context,
    Row,
)
from newscrawl.extract.body_walk import INLINE, Node, Run

_LIKELY = 0.5
# A subhead between the article's paragraphs, and a dek above them, need less.
_LIKELY_SUBHEAD = 0.25
_LIKELY_DEK = 0.2
# A paragraph shorter than this (in characters) may stand in a text twice.
_LONG = 60
# With so many words or fewer the first line is a label: a place, a date, a name; with a full stop, with so few.
_LABEL, _NAME = 6, 2
# In words: how long the heading of a box, a line that leads elsewhere and a pull quote may be.
_HEADING, _LINE, _QUOTE = 15, 40, (4, 60)
# Bound, so that a page full of quotations takes no more than its share of time.
_MOST_QUOTATIONS = 50
# In characters: how long the label before a link may be, and what may stand behind it.
_POINTER = re.compile(r"[^:：]{2,40}[:：]\s*")
_BEHIND = 3


def find_dek(context: Context, rows: Sequence[Row], scores: Sequence[float], deks: Sequence[float]) -> int | None:
    """Return the position of the dek among the blocks of *context*; None where there is none."""
    best = max(range(len(rows)), key=deks.__getitem__)
    # A dek has an element of its own; the first of several paragraphs in one element is text.
    if context.node_runs[context.runs[best].node] != 1:
        return None
    if deks[best] > _LIKELY or (deks[best] > _LIKELY_DEK and _stands_apart(context, rows, scores, best)):
        return best
    return None


def _stands_apart(context: Context, rows: Sequence[Row], scores: Sequence[float], at: int) -> bool:
    """Tell whether a paragraph stands alone under the headline, with a byline or the like between it and the text."""
    if rows[at].marks & ABOVE != ABOVE or not context.mass[at] or rows[at].numbers[FLOW_SHARE] > FLOW:
        return False
    following = next((later for later in range(at + 1, len(rows)) if scores[later] > _LIKELY), None)
    return following is not None and following > at + 1 and rows[following].numbers[FLOW_SHARE] > FLOW


def settle(context: Context, rows: Sequence[Row], scores: list[float], dek: str | None) -> list[int]:
    """Return the positions of the blocks of *context* that are the text; *scores* is changed.

    Args:
        context: the page's blocks.
        rows: what is known of each.
        scores: how likely each is of the text.
        dek: the dek, which is not of the text.
    """
    _judge_lists_as_one(context, scores)
    _raise_drop_caps(context, rows, scores)
    _raise_introduced_lists(context, rows, scores)
    _raise_subheads(context, rows, scores)
    chosen = [
        at
        for at, score in enumerate(scores)
        if score > _LIKELY
        and context.runs[at].text != dek
        and not _leads_elsewhere(context.runs[at], context.words[at], rows[at])
    ]
    chosen = _without_box_headings(context, rows, _without_echoes(context, rows, chosen))
    return _without_loose_ends(context, chosen)


def _judge_lists_as_one(context: Context, scores: list[float]) -> None:
    """Give the items of one list the same score: they stand or fall together."""
    for items in _lists(context):
        mean = sum(scores[at] for at in items) / len(items)
        for at in items:
            scores[at] = mean


def _lists(context: Context) -> list[list[int]]:
    lists: dict[int, list[int]] = {}
    for at, run in enumerate(context.runs):
        node = context.nodes[run.node]
        if node.tag == "li":
            lists.setdefault(node.parent, []).append(at)
    return list(lists.values())


def _raise_introduced_lists(context: Context, rows: Sequence[Row], scores: list[float]) -> None:
    """Take a list among the paragraphs that a line of the text with a colon introduces, whatever box is between."""
    lists = {items[0]: items for items in _lists(context)}
    introduces, score = False, 0.0
    for at, run in enumerate(context.runs):
        items = lists.get(at, [])
        if introduces and items and all(rows[item].marks & ITEM_IN_FLOW for item in items):
            for item in items:
                scores[item] = max(scores[item], score)
        if scores[at] > _LIKELY:
            introduces, score = run.text[-1] in ":：" and rows[at].numbers[FLOW_SHARE] > FLOW, scores[at]


def _raise_drop_caps(context: Context, rows: Sequence[Row], scores: list[float]) -> None:
    """Take a paragraph whose first letter is set apart: only running text begins so."""
    for at, run in enumerate(context.runs):
        flows = rows[at].numbers[FLOW_SHARE] > FLOW
        if flows and context.mass[at] and scores[at] < _LIKELY and _has_drop_cap(context.nodes[run.node]):
            scores[at] = 1.0


def _raise_subheads(context: Context, rows: Sequence[Row], scores: list[float]) -> None:
    """Take subheads between the article's paragraphs, also where boxes hide that text follows."""
    text = [at for at, score in enumerate(scores) if score > _LIKELY and context.mass[at]]
    for at in range(text[0] + 1, text[-1]) if text else ():
        if rows[at].marks & HEADING_IN_FLOW and scores[at] > _LIKELY_SUBHEAD:
            scores[at] = 1.0


def _has_drop_cap(node: Node) -> bool:
    """Tell whether an element begins with an inline one that holds a letter, and the word goes on behind it."""
    first = next(iter(node.element), None)
    if first is None or first.tag not in INLINE or len(first) or (node.element.text or "").strip(QUOTES):
        return False
    letter = (first.text or "").strip().strip(QUOTES)
    return len(letter) == 1 and letter.isalpha() and (first.tail or " ")[0].isalpha()


def _leads_elsewhere(run: Run, words: float, row: Row) -> bool:
    """Tell whether a short line is a pointer: a label that the trade knows, or any with a colon, and then a link."""
    if run.kind != "paragraph" or not run.links or words > _LINE:
        return False
    if row.marks & AWAY and run.linked * 2 > len(run.text):
        return True
    label = _POINTER.match(run.text)
    return label is not None and run.links == 1 and 0 <= len(run.text) - label.end() - run.linked <= _BEHIND


def _without_box_headings(context: Context, rows: Sequence[Row], chosen: Sequence[int]) -> list[int]:
    """Leave out the heading of a box of which nothing else is taken."""
    nodes = context.nodes
    taken = [0] * len(nodes)
    for at in chosen:
        taken[context.runs[at].node] += 1
    for at in range(len(nodes) - 1, 0, -1):
        taken[nodes[at].parent] += taken[at]
    flowing = {
        context.kind_of_frame(context.frame[run.node])
        for run, row in zip(context.runs, rows, strict=True)
        if row.numbers[FLOW_SHARE] > FLOW
    }
    known = set(chosen)

    def heads_nothing(at: int) -> bool:
        if at + 1 == len(rows) or at + 1 in known or context.ends[at] or context.words[at] > _HEADING:
            return False
        box = context.frame[context.runs[at].node]
        if taken[box] > 1 or context.kind_of_frame(box) in flowing:
            return False
        while box and taken[nodes[box].parent] == 1 and context.kind_of_frame(nodes[box].parent) not in flowing:
            box = nodes[box].parent
        following = context.runs[at + 1].node
        while following > box:
            following = nodes[following].parent
        return following == box

    return [at for at in chosen if not heads_nothing(at)]


def _without_loose_ends(context: Context, chosen: list[int]) -> list[int]:
    """Leave out what no text begins or ends with: a place or a label before it, a subhead behind it."""
    runs = context.runs
    first, last = 0, len(chosen)
    while first < last:
        at = chosen[first]
        shortest = _NAME if context.ends[at] else _LABEL
        if runs[at].kind != "paragraph" or context.words[at] > shortest:
            break
        first += 1
    while first < last and runs[chosen[last - 1]].kind == "subhead":
        last -= 1
    return chosen[first:last]


def _without_echoes(context: Context, rows: Sequence[Row], chosen: Sequence[int]) -> list[int]:
    """Leave out what is said again: copies of a long block, and pull quotes."""
    texts = [context.runs[at].text for at in chosen]
    everything = "\n".join(texts)
    seen: set[str] = set()
    kept, quotations = [], 0
    for at, text in zip(chosen, texts, strict=True):
        if len(text) > _LONG:
            if text in seen:
                continue
            seen.add(text)
        quotation = context.runs[at].kind == "quotation" and _QUOTE[0] <= context.words[at] <= _QUOTE[1]
        quotations += quotation
        quotation = quotation and quotations <= _MOST_QUOTATIONS
        if (rows[at].marks & ECHO or quotation) and everything.count(text.strip(QUOTES)) > 1:
            continue
        kept.append(at)
    return kept
