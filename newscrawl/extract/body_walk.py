"""From a tree to blocks of text, in reading order: what `body` chooses from.

One pass, no recursion: a page nested 100,000 levels deep costs what its size costs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from lxml import etree
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

_SUBHEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_KINDS: dict[str, Kind] = {
    "blockquote": "quotation",
    "li": "item",
    "dd": "item",
    "dt": "item",
    **dict.fromkeys(_SUBHEADS, "subhead"),
}
# Soft hyphens and marks without width break words apart for whoever searches them.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_STRONG = frozenset("b strong em i".split())
_HAS_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")


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
    """A block-level element on the way, in document order."""

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
    if _HAS_UNSEEN.search(text):
        text = text.translate(_UNSEEN)
    return " ".join(text.split())


def walk(
    container: HtmlElement, remove: Collection[HtmlElement] = (), skip_tags: Collection[str] = NO_TEXT
) -> tuple[list[Node], list[Run]]:
    """Return the block-level elements of *container* and the runs of text in them, in reading order.

    Elements of *remove* and of *skip_tags* are passed over with all they hold.
    """
    nodes = [Node(container, container.tag if isinstance(container.tag, str) else "", 0, container.get("class"))]
    runs: list[Run] = []
    node = 0
    kinds: list[Kind] = [_KINDS.get(nodes[0].tag, "paragraph")]
    pieces: list[str] = []
    linked = links = strong = 0
    link_depth = strong_depth = breaks = 0
    skipping: HtmlElement | None = None

    def flush() -> None:
        nonlocal linked, links, strong, breaks
        if pieces:
            if text := clean("".join(pieces)):
                runs.append(Run(text, node, kinds[node], linked, links, strong))
            pieces.clear()
            linked = strong = 0
        links = breaks = 0

    walker = etree.iterwalk(container, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag: str = element.tag  # type: ignore[assignment]
        if event == "start":
            if element is not container and (tag in skip_tags or (remove and element in remove)):
                skipping = element
                walker.skip_subtree()
                continue
            text = element.text
            if element is container:
                pass
            elif tag in INLINE:
                if tag == "a":
                    link_depth += 1
                    links += 1
                elif tag in _STRONG:
                    strong_depth += 1
            elif tag == "br":
                breaks += 1
                if breaks > 1:
                    flush()
                elif pieces:
                    pieces.append(" ")
                continue
            else:
                flush()
                nodes.append(Node(element, tag, node, element.get("class")))
                kinds.append(_KINDS.get(tag) or kinds[node])
                node = len(nodes) - 1
        elif event == "end":
            if element is container:
                flush()
                break
            text = element.tail
            if element is skipping:
                skipping = None
                if tag not in INLINE and tag not in NO_TEXT and tag != "button":
                    flush()
            elif tag in INLINE:
                if tag == "a":
                    link_depth -= 1
                elif tag in _STRONG:
                    strong_depth -= 1
            elif tag != "br":
                flush()
                node = nodes[node].parent
        else:
            text = element.tail
        if not text:
            continue
        if text.isspace():
            if pieces:
                pieces.append(" ")
            continue
        pieces.append(text)
        breaks = 0
        if link_depth or strong_depth:
            length = len(text.strip())
            if link_depth:
                linked += length
            if strong_depth:
                strong += length
    return nodes, runs


def blocks_of(container: HtmlElement, remove: Iterable[HtmlElement] = ()) -> list[Block]:
    """Return every paragraph, subhead, quotation and list item of *container*, in reading order.

    Text outside any paragraph counts, ``<br><br>`` separates paragraphs, inline markup adds no space, ``<br>`` does,
    and what is empty is left out. Elements of *remove* are left out with all they hold.
    """
    nodes, runs = walk(container, frozenset(remove))
    return [Block(run.kind, run.text, nodes[run.node].element) for run in runs]
