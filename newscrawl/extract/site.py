"""What a site's own template says: the first and most trusted source.

Nothing is cleaned here.
"""

from __future__ import annotations

from collections.abc import Iterator

from newscrawl.bylines import split_byline
from newscrawl.extract.body_walk import Block, blocks_of
from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.page import Page, text_of
from newscrawl.extract.selectors import find, is_on, select_elements
from newscrawl.sites import Template

SOURCE = "site"
_MANY = frozenset({"authors", "breadcrumbs", "corrections", "keywords"})
_IMAGE = ("image_url", "image_caption", "image_credit", "image_alt")


def template_of(page: Page) -> Template | None:
    """Return the template of the page's site that reads it, or ``None``."""
    if page.site is None:
        return None
    return next((template for template in page.site.templates if is_on(page, template.when)), None)


def _texts(page: Page, selectors: str | tuple[str, ...]) -> Iterator[str]:
    """Yield the texts that the first selector with a text in it gives."""
    for selector in (selectors,) if isinstance(selectors, str) else selectors:
        texts = [found if isinstance(found, str) else text_of(found) for found in find(page, selector)]
        texts = [text for text in texts if text.strip()]
        if texts:
            yield from texts
            return


def site_body(page: Page) -> list[Block]:
    """Return the blocks of the body as the site's template marks them; none without a template."""
    template = template_of(page)
    return _body(page, template) if template else []


def _body(page: Page, template: Template) -> list[Block]:
    removed = {element for selector in template.remove for element in select_elements(page, selector)}
    for selector in template.body:
        containers = dict.fromkeys(select_elements(page, selector))
        # A container inside another one is read with it.
        passed_over = removed | containers.keys()
        outer = [e for e in containers if e not in removed and passed_over.isdisjoint(e.iterancestors())]
        if blocks := [block for container in outer for block in blocks_of(container, removed)]:
            return blocks
    return []


def site_candidates(page: Page) -> Candidates:
    """Return what the site's template gives for each field it declares.

    Where the template has a byline and the page prints it, authors and role come from there or not at all: the
    candidates are final.
    """
    candidates = no_candidates()
    template = template_of(page)
    if template is None:
        return candidates

    def give(field: str, value: object, *, final: bool = False) -> None:
        if value or final:
            candidates[field].append(Candidate(value, SOURCE, final=final))

    for field, selectors in template.fields.items():
        if field in _IMAGE:
            continue
        texts = list(_texts(page, selectors))
        if texts:
            give(field, texts if field in _MANY else texts[0])
    if byline := candidates.get("byline"):
        text = byline[0].value
        for field in ("authors", "author_role"):
            give(field, text, final=True)
        give("date_published", split_byline(text).date_text)
    image = {name.removeprefix("image_"): next(_texts(page, template.fields.get(name, ())), None) for name in _IMAGE}
    if image["url"]:
        give("images", [{**image, "url": page.absolute(image["url"])}])
    give("body", [block.text for block in _body(page, template)])
    return candidates
