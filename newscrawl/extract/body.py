"""The article's text: which blocks of a page are of it, and which is its dek."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from newscrawl.extract.body_features import Context, squeeze
from newscrawl.extract.body_model import Model, default_model
from newscrawl.extract.body_walk import NO_TEXT, Block, Kind, blocks_of, walk
from newscrawl.extract.page import Page

__all__ = ["Block", "Body", "Kind", "Model", "blocks_of", "context_of", "extract_body"]

_NOT_OF_AN_ARTICLE = NO_TEXT | frozenset(("nav", "button", "footer", "dialog"))
# A paragraph shorter than this (in characters) says nothing about where the article stands.
_TELLING = 60
# With less text in paragraphs than this, or with less of it in one place, the whole page is looked at.
_ENOUGH = 800
_MOST = 0.9
_DEEPEST = 400
_LIKELY = 0.5


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
        return Body()
    scores, deks = (model or default_model()).scores(context, rows)
    body = Body()
    dek = max(range(len(rows)), key=deks.__getitem__)
    # A dek has an element of its own; the first of several paragraphs in one element is text.
    if deks[dek] > _LIKELY and context.node_runs[context.runs[dek].node] == 1:
        body.dek = context.runs[dek].text
    seen: set[str] = set()
    for at, run in enumerate(context.runs):
        if scores[at] <= _LIKELY or (body.dek is not None and run.text == body.dek):
            continue
        if len(run.text) > _TELLING:
            if run.text in seen:
                continue
            seen.add(run.text)
        body.blocks.append(Block(run.kind, run.text, context.nodes[run.node].element))
    return body


def context_of(page: Page) -> Context:
    """Return the blocks of the part of the page that holds its headline and its paragraphs."""
    body = next(page.root.iter("body"), page.root)
    nodes, runs = walk(_region(page, body), (), _NOT_OF_AN_ARTICLE)
    return Context(page, nodes, runs)


def _region(page: Page, body: HtmlElement) -> HtmlElement:
    """Return the smallest element that holds the headline and nearly all paragraphs; *body* where that is not clear.

    What stands between a headline and the last paragraphs is inside by the nature of a tree, so that no part of an
    article is lost however it is split; menus, sidebars and footers mostly are.
    """
    parents: dict[HtmlElement, int] = {}
    total = 0
    for paragraph in body.iter("p"):
        length = sum(map(len, paragraph.itertext()))
        if length > _TELLING and (parent := paragraph.getparent()) is not None:
            parents[parent] = parents.get(parent, 0) + length
            total += length
    if total < _ENOUGH:
        return body
    held: dict[HtmlElement, int] = {}
    for parent, length in parents.items():
        steps = 0
        around: HtmlElement | None = parent
        while around is not None and around is not body:
            held[around] = held.get(around, 0) + length
            around = around.getparent()
            steps += 1
            if steps > _DEEPEST:
                return body
    enough = [element for element, length in held.items() if length >= _MOST * total]
    if not enough:
        return body
    # Inner elements were met before those around them.
    region: HtmlElement | None = min(enough, key=held.__getitem__)
    headings = list(body.iter("h1"))
    if not headings:
        return body
    titles = {squeeze(title) for title in page.meta("og:title", "twitter:title")}
    heading = next((h for h in headings if squeeze("".join(h.itertext())) in titles), headings[0])
    around_heading = set(heading.iterancestors())
    while region is not None and region not in around_heading:
        region = region.getparent()
    return body if region is None else region
