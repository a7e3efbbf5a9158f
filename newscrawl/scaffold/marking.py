"""Which piece of a page a value came from, for a person who compares the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.extract.page import UNSEEN, Page, text_of
from newscrawl.texts import bare, clean_text

_AROUND = 40
_LONGEST = 160
_SENTENCE = 8
"""Words, from which on a text is more than a label."""


def pieces_of(page: Page, value: Any, source: str) -> list[str]:
    """Return for each text of *value* the markup on *page* it stands in; nothing for one that stands nowhere so.

    Args:
        page: the page.
        value: a field's value as ``expected.json`` has it: a text, a list of them, pictures.
        source: where it was read, as in `Article.sources`; there it is looked for first.

    >>> page = Page.of("<h1 class=head>Rain at last</h1><p>Rain at last, they say.", "https://e.org/a")
    >>> pieces_of(page, "Rain at last", "markup")
    ['<h1 class="head">Rain at last</h1>']
    """
    found = (next(_places(page, text, source), None) for text in _texts(value))
    return list(dict.fromkeys(piece for piece in found if piece))


def passed_over(page: Page, body: Sequence[str]) -> list[str]:
    """Return the sentences on *page* that *body* does not have, each with the element that it stands in.

    >>> page = Page.of("<p>It rained.<p class=promo>Read our six best stories about rain and snow.", "https://e.org/a")
    >>> passed_over(page, ["It rained."])
    ['p.promo: Read our six best stories about rain and snow.']
    """
    known = bare(" ".join(body))
    found: dict[str, None] = {}
    for element in page.body.iter("p", "li", "blockquote", "h2", "h3"):
        text = text_of(element)
        if len(text.split()) >= _SENTENCE and bare(text) not in known:
            classes = (element.get("class") or "").split() or _classes_above(element)
            found[f"{'.'.join([str(element.tag), *classes[:1]])}: {text}"] = None
    return list(found)


def _classes_above(element: HtmlElement) -> list[str]:
    return next((e.get("class", "").split() for e in element.iterancestors() if e.get("class")), [])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, dict):
        yield from (text for name, text in value.items() if isinstance(text, str) and name != "url")
        if set(value) == {"url"}:
            yield value["url"].rpartition("/")[2]
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def _places(page: Page, text: str, source: str) -> Iterator[str]:
    searches = {"meta": _metas, "json-ld": _data, "url": _address}
    order = [searches.get(source, _elements), _elements, _data, _metas, _address]
    for search in dict.fromkeys(order):
        yield from search(page, text)


def _elements(page: Page, text: str) -> Iterator[str]:
    """Yield the smallest element with just this text, or the attribute with it; then one that holds it among more."""
    wanted = bare(text)
    if not wanted:
        return
    holding: HtmlElement | None = None
    exact: HtmlElement | None = None
    for element in page.body.iter("*"):
        if element.tag in UNSEEN:
            continue
        for name in ("datetime", "content", "alt", "src", "href", "data-src"):
            if (value := element.get(name)) and (value == text or (name != "href" and wanted in bare(value))):
                yield _opening(element)
                return
        found = bare(text_of(element)) if wanted[:1] else ""
        if found == wanted:
            exact = element
        elif exact is None and wanted in found:
            holding = element
    best = exact if exact is not None else holding
    if best is not None:
        yield _written(best)


def _metas(page: Page, text: str) -> Iterator[str]:
    wanted = bare(text)
    for element in (*page.tagged("meta"), *page.tagged("link")):
        given = element.get("content") or element.get("href") or ""
        if wanted and wanted in bare(clean_text(given)):
            yield _opening(element)
    if wanted and wanted == bare(page.root.get("lang") or ""):
        yield _opening(page.root)
    for element in page.tagged("title")[:1]:
        if wanted and wanted in bare(element.text or ""):
            yield _written(element)


def _data(page: Page, text: str) -> Iterator[str]:
    for element in page.tagged("script"):
        script = element.text or ""
        if "ld+json" in (element.get("type") or "") and (found := re.search(re.escape(text), script)):
            before = script.rfind('"', 0, max(0, found.start() - 1))
            begins = max(0, found.start() - _AROUND, script.rfind('"', 0, max(0, before)))
            yield f"JSON-LD … {' '.join(script[begins : found.end() + 1].split())[:_LONGEST]} …"


def _address(page: Page, text: str) -> Iterator[str]:
    if text.replace("-", "") in re.sub(r"\W", "", page.url):
        yield page.url


def _opening(element: HtmlElement) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.items())
    return f"<{element.tag!s}{attributes}>"[:_LONGEST]


def _written(element: HtmlElement) -> str:
    written: str = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    markup = " ".join(written.split())
    return markup if len(markup) <= _LONGEST else f"{markup[: _LONGEST - 1]}…"
