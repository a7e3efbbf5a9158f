"""Selectors that beat the generic reading, and no others.

The generic reading finds a line on some pages of a site and misses it on others: too short for a dek, a byline without
"by". Where the element that it was found in has a name of its own, and the pages without have just one of that name, a
rule reads it everywhere. A rule is proposed only if, on the pages seen, it changes nothing but what was missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from newscrawl.article import load_article
from newscrawl.extract.page import UNSEEN, Page, text_of
from newscrawl.extract.selectors import find
from newscrawl.items import Article
from newscrawl.sites import Site, Template
from newscrawl.texts import bare

_FIELDS = ("description", "byline", "dateline", "section")
_SEEN = "markup"
_FEWEST_WITNESSES = 2
# A class that says what an element is, not how it looks.
_TELLING = re.compile(r"[A-Za-z][A-Za-z]{2,}(?:[_-]+[A-Za-z]{2,})*")
# What depends on the template itself, or on a field that a rule reads better.
_NOT_COMPARED = frozenset(
    {"site", "sources", "content_hash", "word_count", "fetched_at", "id", "publisher", "language"}
)
_FOLLOWING = {"byline": {"authors", "author_role"}}


def better_rules(pages: Sequence[tuple[Page, Article]], site: Site, now: datetime) -> tuple[Template | None, list[str]]:
    """Return a template of the rules that beat the generic reading on *pages*, or ``None``; and a remark for each.

    Args:
        pages: articles of the site with their generic reading.
        site: its declaration, without templates.
        now: when they were read.
    """
    fields: dict[str, str | tuple[str, ...]] = {}
    remarks: list[str] = []
    for field in _FIELDS:
        for selector in _selectors(pages, field):
            missed = _missed(pages, field, selector)
            with_rule = replace(site, templates=(_template({field: selector}),))
            if missed and _only_adds(field, with_rule, [page for page, _ in pages], missed, now):
                fields[field] = selector
                remarks.append(
                    f"{field}: {selector} reads what the generic reading misses on {len(missed)} of {len(pages)} pages"
                )
                break
    if not fields:
        return None, []
    return _template(fields), remarks


def _template(fields: dict[str, str | tuple[str, ...]]) -> Template:
    return Template(name="today", when=", ".join(str(selector) for selector in fields.values()), fields=fields)


def _selectors(pages: Sequence[tuple[Page, Article]], field: str) -> Iterator[str]:
    """Yield selectors of the elements that *field* was found in, those with the most witnesses first."""
    witnesses: dict[str, int] = {}
    for page, article in pages:
        if article.sources.get(field) == _SEEN:
            element = _element_with(page, getattr(article, field))
            for name in (element.get("class") or "").split() if element is not None else ():
                if _TELLING.fullmatch(name) and element is not None:
                    selector = f"{element.tag!s}.{name}"
                    witnesses[selector] = witnesses.get(selector, 0) + 1
    yield from (
        s for s in sorted(witnesses, key=witnesses.__getitem__, reverse=True) if witnesses[s] >= _FEWEST_WITNESSES
    )


def _element_with(page: Page, text: str) -> HtmlElement | None:
    """Return the innermost element that says *text* and nothing else."""
    wanted, found = bare(text), None
    for element in page.body.iter("*"):
        if element.tag not in UNSEEN and bare(text_of(element)) == wanted:
            found = element
    return found


def _missed(pages: Sequence[tuple[Page, Article]], field: str, selector: str) -> list[Page]:
    """Return the pages with one element for *selector* where *field* was not read from what readers see."""
    missed = []
    for page, article in pages:
        elements = [element for element in find(page, selector) if isinstance(element, HtmlElement)]
        if article.sources.get(field) == _SEEN:
            if [bare(text_of(element)) for element in elements] not in ([], [bare(getattr(article, field))]):
                return []
        elif len(elements) > 1:
            return []
        elif elements and bare(text_of(elements[0])):
            missed.append(page)
    return missed


def _only_adds(field: str, with_rule: Site, pages: Sequence[Page], missed: Sequence[Page], now: datetime) -> bool:
    """Tell whether the rule gives *field* on the pages that miss it, and leaves all else as it is."""
    for page in pages:
        before, after = (_compared(page, site, now) for site in (replace(with_rule, templates=()), with_rule))
        differing = {name for name in before if before[name] != after[name]}
        allowed = {field} | _FOLLOWING.get(field, set()) if page in missed else set()
        if differing - allowed or (page in missed and (field not in differing or not after[field])):
            return False
    return True


def _compared(page: Page, site: Site, now: datetime) -> dict[str, Any]:
    article = asdict(load_article(Page(page.selector, page.url, site), page.url, site, now=now))
    return {name: value for name, value in article.items() if name not in _NOT_COMPARED}
