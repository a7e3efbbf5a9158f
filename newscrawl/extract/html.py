"""The text of an article as HTML that is safe to show: blocks, and inside them emphasis and links."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from html import escape
from itertools import groupby

import nh3
from lxml import etree

from newscrawl.extract.body_walk import Block
from newscrawl.extract.page import text_of

_TAGS = {"paragraph": "p", "subhead": "h2", "quotation": "blockquote", "item": "li"}
_KEPT = {"a", "em", "strong", "b", "i", "sub", "sup", "code", "q", "cite"}


def _inner(block: Block, base_url: str) -> str:
    if text_of(block.element) != block.text:
        # It shares its element with other blocks, or with what is left out.
        return escape(block.text, quote=False)
    element = deepcopy(block.element)
    element.tail = None
    element.make_links_absolute(base_url, resolve_base_href=False, handle_failures="ignore")
    html = etree.tostring(element, encoding="unicode", method="html")
    cleaned = nh3.clean(html, tags=_KEPT, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)
    return " ".join(cleaned.split())


def body_html(blocks: Sequence[Block], base_url: str) -> str:
    """Return *blocks* as HTML, one a line: ``p``, ``h2``, ``blockquote``, and ``ul`` with ``li``.

    Inside them only emphasis and absolute http(s) links are left (https://nh3.readthedocs.io). The page is not changed.

    Args:
        blocks: the blocks of the body, in reading order.
        base_url: what relative links are relative to.
    """
    lines: list[str] = []
    for is_item, group in groupby(blocks, key=_is_item):
        inner = [f"<{_TAGS[block.kind]}>{_inner(block, base_url)}</{_TAGS[block.kind]}>" for block in group]
        lines.extend(["<ul>", *inner, "</ul>"] if is_item else inner)
    return "\n".join(lines)


def _is_item(block: Block) -> bool:
    return block.kind == "item"
