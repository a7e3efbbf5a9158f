"""From a tree to blocks of text, in reading order: what `body` chooses from.

One pass, no recursion: a page nested 100,000 levels deep costs what its size costs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Literal

from lxml.html import HtmlElement

Kind = Literal["paragraph", "subhead", "quotation", "item"]

INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q rb rp rt ruby s samp
    small span strike strong sub sup time tt u var wbr
    """.split()
)
"""Elements that stand in the line: they end no block and add no space (HTML 15.3, "phrasing content")."""

NO_TEXT = frozenset(
    """
    script style noscript template head svg math iframe object embed applet audio video canvas map picture img source
    input textarea select option optgroup datalist progress meter noframes title
    """.split()
)
"""Elements whose content is not shown as text."""

# What is passed over, and ends no block.
_NO_BREAK = INLINE | NO_TEXT | {"button"}
_SUBHEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_KINDS: dict[str, Kind] = {
    "blockquote": "quotation",
    "li": "item",
    "dd": "item",
    "dt": "item",
    **dict.fromkeys(_SUBHEADS, "subhead"),
}
# Soft hyphens and marks without width break words apart for whoever searches them.
_UNSEEN = ("\u00ad", "\u200b", "\u2060", "\ufeff")
_STRONG = frozenset("b strong em i".split())


@dataclass(slots=True)
class Block:
    """One paragraph, subhead, quotation or list item."""

    kind: Kind
    text: str
    """On one line, spaces normalised, never empty."""

    element: HtmlElement
    """The element it stands in; several blocks share it where ``<br><br>`` separates them."""


@dataclass(slots=True)
class Node:
    """A block-level element with text in it, in document order."""

    element: HtmlElement
    tag: str
    parent: int
    """Position of the block-level element around it; its own for the first."""

    classes: str | None
    """Its class attribute."""


@dataclass(slots=True)
class Run:
    """The text of one block with what scoring needs to know about it."""

    text: str
    node: int
    """Position of the innermost block-level element around the text."""

    kind: Kind
    linked: int
    """Characters inside links."""

    links: int
    """Links that begin in it."""

    strong: int
    """Characters in bold or italics."""


def clean(text: str) -> str:
    r"""Return *text* on one line, without marks that have no width.

    >>> clean(" a\u00a0\n b\u00adc ")
    'a bc'
    """
    if not text.isascii():
        for mark in _UNSEEN:
            if mark in text:
                text = text.replace(mark, "")
    return " ".join(text.split())


# What an element is to the text around it.
_BLOCK, _IN_LINE, _LINK, _BOLD, _BREAK, _PASSED_OVER = range(6)


@cache
def _roles(skip_tags: frozenset[str]) -> dict[Any, int]:
    """Return the role of each tag that is no block."""
    roles = dict.fromkeys(INLINE, _IN_LINE) | dict.fromkeys(_STRONG, _BOLD) | {"a": _LINK, "br": _BREAK}
    return roles | dict.fromkeys(skip_tags, _PASSED_OVER)


def walk(
    container: HtmlElement, remove: Collection[HtmlElement] = (), skip_tags: frozenset[str] = NO_TEXT
) -> tuple[list[Node], list[Run]]:
    """Return the runs of text in *container* and the block-level elements around them, in reading order.

    Elements of *remove* and of *skip_tags* are passed over with all they hold.
    """
    nodes = [Node(container, str(container.tag), 0, container.get("class"))]
    runs: list[Run] = []
    # The blocks that are open here; as many of them as hold a text so far have a node.
    opened: list[HtmlElement] = [container]
    made = [0]
    kinds: list[Kind] = [_KINDS.get(nodes[0].tag, "paragraph")]
    pieces: list[str] = []
    linked = links = strong = 0
    link_depth = strong_depth = breaks = 0
    role_of = _roles(skip_tags).get

    def flush() -> None:
        nonlocal linked, strong
        if text := clean("".join(pieces)):
            while len(made) < len(opened):
                element = opened[len(made)]
                tag: str = element.tag  # type: ignore[assignment]
                nodes.append(Node(element, tag, made[-1], element.get("class")))
                kinds.append(_KINDS.get(tag) or kinds[made[-1]])
                made.append(len(nodes) - 1)
            runs.append(Run(text, made[-1], kinds[made[-1]], linked, links, strong))
        pieces.clear()
        linked = strong = 0

    def take(text: str) -> None:
        nonlocal linked, strong, breaks
        if text.isspace():
            if pieces:
                pieces.append(" ")
            return
        pieces.append(text)
        breaks = 0
        if link_depth or strong_depth:
            length = len(text.strip())
            if link_depth:
                linked += length
            if strong_depth:
                strong += length

    # All elements around the one at hand, each with its role. `etree.iterwalk` would say when one ends, but costs more
    # than to see it from the next one's parent.
    around: list[HtmlElement] = [container]
    roles = [_BLOCK]
    passed_over: set[HtmlElement] = set()
    for element in chain(container.iter("*"), (None,)):
        if element is container:
            if text := element.text:
                take(text)
            continue
        parent = element.getparent() if element is not None else container
        if passed_over and parent in passed_over:
            passed_over.add(element)  # type: ignore[arg-type]
            continue
        while around[-1] is not parent:
            ended, role = around.pop(), roles.pop()
            if role == _BLOCK:
                if pieces:
                    flush()
                links = breaks = 0
                opened.pop()
                if len(made) > len(opened):
                    made.pop()
            elif role == _LINK:
                link_depth -= 1
            elif role == _BOLD:
                strong_depth -= 1
            elif role == _PASSED_OVER:
                passed_over.clear()
                if ended.tag not in _NO_BREAK:
                    if pieces:
                        flush()
                    links = breaks = 0
            if text := ended.tail:
                take(text)
        if element is None:
            break
        role = role_of(element.tag, _BLOCK)
        if remove and element in remove:
            role = _PASSED_OVER
        around.append(element)
        roles.append(role)
        if role == _PASSED_OVER:
            passed_over.add(element)
            continue
        if role == _BLOCK:
            if pieces:
                flush()
            links = breaks = 0
            opened.append(element)
        elif role == _LINK:
            link_depth += 1
            links += 1
        elif role == _BOLD:
            strong_depth += 1
        elif role == _BREAK:
            breaks += 1
            if breaks > 1:
                if pieces:
                    flush()
                links = breaks = 0
            elif pieces:
                pieces.append(" ")
            continue
        if text := element.text:
            take(text)
    if pieces:
        flush()
    return nodes, runs


def blocks_of(container: HtmlElement, remove: Iterable[HtmlElement] = ()) -> list[Block]:
    """Return every paragraph, subhead, quotation and list item of *container*, in reading order.

    Text outside any paragraph counts, ``<br><br>`` separates paragraphs, inline markup adds no space, ``<br>`` does,
    and what is empty is left out. Elements of *remove* are left out with all they hold.
    """
    nodes, runs = walk(container, frozenset(remove))
    return [Block(run.kind, run.text, nodes[run.node].element) for run in runs]
