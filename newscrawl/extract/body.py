"""The article's text: which blocks of a page are of it, and which is its dek."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

from lxml.html import HtmlElement

from newscrawl.extract.body_features import Context, squeeze
from newscrawl.extract.body_model import Model, default_model
from newscrawl.extract.body_rules import find_dek, settle
from newscrawl.extract.body_walk import NO_TEXT, Block, Kind, blocks_of, clean, walk
from newscrawl.extract.page import Page

__all__ = ["Block", "Body", "Kind", "Model", "blocks_of", "context_of", "extract_body"]

_NOT_OF_AN_ARTICLE = NO_TEXT | frozenset(("nav", "button", "footer", "dialog"))
# A paragraph shorter than this (in characters) says nothing about where the article stands.
_TELLING = 60
# With less text in paragraphs than this, or with less of it in one place, the whole page is looked at.
_ENOUGH = 800
_MOST = 0.9
_MOST_STEPS = 100_000
# The share of JSON-LD's text below which what is shown counts as cut.
_CUT = 0.4
# So many characters at either end of so many paragraphs are asked for in JSON-LD's text.
_PROBE, _PROBED = 40, 3
_LINE_END = re.compile(r"\n|</p\s*>|<br\s*/?>(?:\s*<br\s*/?>)+|</(?:h[1-6]|li|blockquote|div)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,1000}>")


@dataclass
class Body:
    """The text of an article."""

    blocks: list[Block] = field(default_factory=list)
    """Paragraphs, subheads, quotations and list items in reading order."""

    dek: str | None = None
    """The dek, where it was found among the blocks; it is not one of `blocks`."""

    @property
    def text(self) -> str:
        """The blocks, a newline between."""
        return "\n".join(block.text for block in self.blocks)


def extract_body(page: Page, model: Model | None = None) -> Body:
    """Return the article's text and its dek; an empty `Body` for a page without any."""
    context = context_of(page)
    rows = context.rows()
    if not rows:
        return Body(_hidden_text(page, []))
    scores, deks = (model or default_model()).scores(context, rows)
    body = Body()
    dek = find_dek(context, rows, scores, deks)
    if dek is not None:
        body.dek = context.runs[dek].text
    chosen = settle(context, rows, scores, body.dek)
    body.blocks = [
        Block(run.kind, run.text, context.nodes[run.node].element) for run in (context.runs[at] for at in chosen)
    ]
    body.blocks = _hidden_text(page, body.blocks) or body.blocks
    return body


def _hidden_text(page: Page, shown: Sequence[Block]) -> list[Block]:
    """Return JSON-LD's paragraphs where they go on far beyond what the page shows; else nothing.

    Pages cut for readers without a subscription, and pages that scripts fill, often carry the whole text there. What
    is shown must be part of it: a page may describe another article too.
    """
    length = sum(len(block.text) for block in shown)
    for thing in page.json_ld:
        text = thing.get("articleBody")
        if not isinstance(text, str) or len(text) < _ENOUGH or len(text) * _CUT < length:
            continue
        lines = [clean(_TAG.sub("", unescape(line))) for line in _LINE_END.split(text)]
        lines = [line for line in lines if line]
        if sum(map(len, lines)) * _CUT < length:
            continue
        whole = " ".join(lines)
        told = [block.text for block in shown if len(block.text) > _TELLING]
        if all(line[:_PROBE] in whole or line[-_PROBE:] in whole for line in told[:_PROBED]):
            return [Block("paragraph", line, page.root) for line in lines]
    return []


def context_of(page: Page) -> Context:
    """Return the blocks of the part of the page that holds its headline and its paragraphs."""
    nodes, runs = walk(_region(page, page.body), (), _NOT_OF_AN_ARTICLE)
    return Context(page, nodes, runs)


def _region(page: Page, body: HtmlElement) -> HtmlElement:
    """Return the smallest element that holds the headline and nearly all paragraphs; *body* where that is not clear.

    What stands between a headline and the last paragraphs is inside by the nature of a tree, so that no part of an
    article is lost however it is split; menus, sidebars and footers mostly are.
    """
    parents: dict[HtmlElement, int] = {}
    total = 0
    for paragraph in page.tagged("p"):
        length = sum(map(len, paragraph.itertext()))
        if length > _TELLING and (parent := paragraph.getparent()) is not None:
            parents[parent] = parents.get(parent, 0) + length
            total += length
    if total < _ENOUGH:
        return body
    held: dict[HtmlElement, int] = {}
    steps = 0
    for parent, length in parents.items():
        around: HtmlElement | None = parent
        while around is not None and around is not body:
            held[around] = held.get(around, 0) + length
            around = around.getparent()
            steps += 1
            if steps > _MOST_STEPS:
                return body
    enough = [element for element, length in held.items() if length >= _MOST * total]
    if not enough:
        return body
    # Inner elements were met before those around them.
    region: HtmlElement | None = min(enough, key=held.__getitem__)
    headings = page.tagged("h1")
    if not headings:
        return body
    titles = {squeeze(title) for title in page.meta("og:title", "twitter:title")}
    heading = next((h for h in headings if squeeze("".join(h.itertext())) in titles), headings[0])
    around_heading = set(heading.iterancestors())
    while region is not None and region not in around_heading:
        region = region.getparent()
    return body if region is None else region
