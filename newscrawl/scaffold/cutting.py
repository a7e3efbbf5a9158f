"""A page cut down to its markup: tags, classes, dates and addresses' form stay, a publisher's words and scripts do not.

What is read from a cut page is what is read from the page, in the mask's words; `differences` says where it is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.article import load_article
from newscrawl.extract.page import Page
from newscrawl.extract.refusal import refusal
from newscrawl.links import classify_page
from newscrawl.scaffold.mask import Mask

_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr
    """.split()
)
_UNSEEN_MARKS = str.maketrans("", "", "\u00ad\u200b\u200e\u200f\u2060\ufeff")
_AS_THEY_ARE = frozenset(
    """
    class type rel itemprop itemtype itemscope property name http-equiv charset lang xml:lang hreflang media role width
    height datetime dir hidden loading sizes method target for colspan rowspan align data-testid data-component
    data-datetime data-timestamp data-date data-time data-type data-template aria-hidden aria-modal
    {http://www.w3.org/XML/1998/namespace}lang
    """.split()
)
_ADDRESSES = frozenset(
    "href src action cite poster data-src data-original data-lazy-src data-href data-url data-lazy".split()
)
_DROPPED = re.compile(
    r"on\w+|srcdoc|integrity|nonce|crossorigin|d|points|transform|viewbox|fill|stroke.*|xmlns.*|jsaction|style|value"
)
# Style is read for what is hidden or set to the right.
_TELLING_STYLE = re.compile(r"display:\s*none|text-align:\s*right", re.IGNORECASE)
_LONGEST_VALUE = 120
_METAS_AS_THEY_ARE = re.compile(
    r"viewport|robots|googlebot.*|generator|theme-color|referrer|charset|.*:?locale|.*:type|twitter:card|.*content_tier"
    r"|content-(?:type|language)|language|.*:(?:width|height)|format-detection|rating|isaccessibleforfree|paywall"
)
_JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.DOTALL)
_JSON_AS_THEY_ARE = frozenset(
    """
    @type @context @language inLanguage encodingFormat isAccessibleForFree availableLanguage
    datePublished dateModified dateCreated uploadDate position
    """.split()
)


def cut(page: Page, mask: Mask) -> bytes:
    """Return *page*, which is not changed, as HTML with invented words; *mask* has learned its texts (`texts_of`)."""
    root = deepcopy(page.root)
    spans = _spans(root)
    whole = mask.text("".join(text for text, _, _ in spans))
    at = 0
    for text, element, slot in spans:
        if element is not None:
            setattr(element, slot, whole[at : at + len(text)])
        at += len(text)
    for element in root.iter():
        if not isinstance(element.tag, str):
            element.text = ""
            continue
        if element.tag == "script":
            element.text = _script(element, mask)
        elif element.tag == "style":
            element.text = ""
        _attributes(element, mask)
    html: bytes = etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
    return html


def texts_of(page: Page) -> Iterator[str]:
    """Yield the texts of *page* by blocks, those of its attributes, addresses and data among them."""
    yield from "".join(text for text, _, _ in _spans(page.root)).split("\n")
    for element in page.root.iter("*"):
        for name, value in element.items():
            if name not in _AS_THEY_ARE and len(value) < 4_000:
                yield from re.split(r"[/?&=#]", value) if name in _ADDRESSES or "//" in value else (value,)
        if element.tag == "script" and _is_data(element):
            for match in _JSON_TEXT.finditer(element.text or ""):
                yield _plain(match[1]) or match[1]


def masked_reading(page: Page, mask: Mask, now: datetime | None = None) -> dict[str, Any]:
    """Return what is read from *page*, article and links, in the words of *mask*."""
    return _reading(page, now, mask)


def differences(page: Page, html: bytes, mask: Mask, now: datetime | None = None) -> list[str]:
    """Return what of the reading (fields of `Article`, ``links``, ``refusal``) the cut page *html* gives otherwise."""
    cut_page = Page.of(html, mask.address(page.url), page.site)
    before, after = masked_reading(page, mask, now), _reading(cut_page, now, None)
    return [name for name, value in before.items() if after[name] != value]


_NOT_COMPARED = frozenset({"id", "content_hash", "body_html", "fetched_at", "job"})


def _reading(page: Page, now: datetime | None, mask: Mask | None) -> dict[str, Any]:
    words = mask.text if mask else str
    address = mask.address if mask else str
    article = asdict(load_article(page, page.url, page.site, now=now))
    reading = {name: value for name, value in article.items() if name not in _NOT_COMPARED}
    for name in ("url", "canonical_url"):
        reading[name] = reading[name] and address(reading[name])
    reading["aliases"] = sorted(address(url) for url in reading["aliases"])
    for name in (
        "headline", "description", "byline", "author_role", "dateline", "section", "body", "publisher",
        "date_published_raw",
    ):  # fmt: skip
        reading[name] = reading[name] and words(reading[name])
    for name in ("authors", "breadcrumbs", "keywords", "corrections"):
        reading[name] = [words(text) for text in reading[name]]
    reading["images"] = [
        {key: value and (address if key == "url" else words)(value) for key, value in image.items()}
        for image in reading["images"]
    ]
    reading["links"] = [(address(link.url), link.kind, link.via, link.date) for link in classify_page(page)]
    reading["refusal"] = refusal(page)
    return reading


def _spans(root: HtmlElement) -> list[tuple[str, HtmlElement | None, str]]:
    """Return the texts of the page in order, each with its place; a line break between the texts of two blocks.

    A word that is set in two elements is one word to a reader, and is masked as one.
    """
    spans: list[tuple[str, HtmlElement | None, str]] = []

    def take(element: HtmlElement, slot: str) -> None:
        if text := getattr(element, slot):
            squeezed = re.sub(r"\s+", " ", text.translate(_UNSEEN_MARKS))
            spans.append((squeezed, element, slot))

    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            if element.tag not in _INLINE:
                spans.append(("\n", None, ""))
            if element.tag not in {"script", "style"}:
                take(element, "text")
            continue
        if event == "end" and element.tag not in _INLINE:
            spans.append(("\n", None, ""))
        if element is not root:
            take(element, "tail")
    return spans


def _is_data(element: HtmlElement) -> bool:
    return "ld+json" in (element.get("type") or "").lower()


def _script(element: HtmlElement, mask: Mask) -> str:
    if not _is_data(element):
        return ""
    key = ""

    def masked(match: re.Match[str]) -> str:
        nonlocal key
        if match[2]:
            key = match[1]
            return match[0]
        if key in _JSON_AS_THEY_ARE:
            return match[0]
        text = _plain(match[1])
        if text is None:
            return f'"{mask.value(match[1])}"'
        return _quoted(mask.value(text), like=match[1])

    # A broken text stays broken in its way: only what stands between the quotation marks is another.
    return _JSON_TEXT.sub(masked, element.text or "").replace("</", "<\\/")


def _plain(literal: str) -> str | None:
    try:
        plain = json.loads(f'"{literal}"', strict=False)
    except ValueError:
        return None
    return plain if isinstance(plain, str) else None


def _quoted(text: str, like: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    # A raw line break in a text is a fault that the reading mends.
    return written.replace("\\n", "\n") if "\n" in like else written


def _attributes(element: HtmlElement, mask: Mask) -> None:
    for name, value in element.items():
        new = _attribute(element, name.lower(), value, mask)
        if new is None:
            del element.attrib[name]
        elif new != value:
            element.set(name, new)


def _attribute(element: HtmlElement, name: str, value: str, mask: Mask) -> str | None:
    if element.tag == "script":
        return value if name == "type" else None
    if name == "style" and (found := _TELLING_STYLE.search(value)):
        return found[0]
    if name in _AS_THEY_ARE and not (name.startswith("data-") and " " in value and value[:1].isalpha()):
        return value
    if name in _ADDRESSES:
        return mask.address(value)
    if name in {"srcset", "data-srcset"}:
        return mask.srcset(value)
    if name == "content" and element.tag == "meta":
        named = (element.get("name") or element.get("property") or element.get("http-equiv") or "").lower()
        return value if _METAS_AS_THEY_ARE.fullmatch(named) else mask.value(value)
    if _DROPPED.fullmatch(name):
        return None
    if name.startswith("data-") and (len(value) > _LONGEST_VALUE or value.lstrip()[:1] in {"{", "["}):
        return None
    if name == "id":
        return mask.text(value) if len(re.findall(r"[a-z]+", value)) > 3 else value
    return mask.value(value)
