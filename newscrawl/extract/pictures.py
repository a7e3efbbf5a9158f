"""The pictures of a story: address of the largest version, caption, credit, alternative text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newscrawl.extract.names import is_named
from newscrawl.extract.page import Page, text_of

_CREDIT = re.compile(
    r"credit|copyright|photographer|(?<![a-z])(?:source|rights?|author|fotograf|quelle|bildquelle|bildnachweis|agency|agentur|fuente|creator)(?![a-z])",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"caption|legend|bildunterschrift|image-?text|bildtext|didascalia|pie-?(?:de-?)?foto|figcaption", re.IGNORECASE
)
_SOURCES = ("data-srcset", "srcset", "data-src", "data-original", "data-lazy-src", "src")
_NAMING = ("class", "itemprop", "data-testid", "id")
_WORDED = frozenset({"span", "div", "p", "small", "cite", "em", "i", "strong", "figcaption", "a", "footer"})
_SIZE = re.compile(r"\s+(\d+(?:\.\d+)?)([wx])$")
_SMALLEST = 120


def largest(srcset: str) -> tuple[str, float] | None:
    """Return the address and the size of the largest version in a ``srcset``.

    >>> largest("a.jpg 320w, b.jpg?x=1,2 1280w, c.jpg 640w")
    ('b.jpg?x=1,2', 1280.0)
    """
    best: tuple[str, float] | None = None
    for part in re.split(r",\s+|,(?=https?:|//)", srcset):
        entry = part.strip().rstrip(",")
        match = _SIZE.search(entry)
        size = float(match[1]) * (1000 if match[2] == "x" else 1) if match else 1.0
        url = entry[: match.start()] if match else entry
        if url and (best is None or size > best[1]):
            best = (url, size)
    return best


def _address(image: HtmlElement) -> str | None:
    """Return the largest version that *image*, or the picture element around it, names."""
    best: tuple[str, float] | None = None
    sources = [image]
    # libxml2 knows no empty <source>: what follows one stands in it.
    picture = next((e for e in islice(image.iterancestors(), 6) if e.tag == "picture"), None)
    if picture is not None:
        sources += [e for e in picture.iter("source") if "video" not in (e.get("type") or "")]
    for element in sources:
        for name in _SOURCES:
            value = (element.get(name) or "").strip()
            if not value or value.startswith("data:"):
                continue
            found = largest(value) if name.endswith("srcset") else (value, 0.5)
            if found and (best is None or found[1] > best[1]):
                best = found
    return best[0] if best else None


_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)$", re.IGNORECASE)


def _linked_address(image: HtmlElement) -> str | None:
    """Return the picture file that the link around *image* leads to: its larger version."""
    link = next((e for e in islice(image.iterancestors(), 4) if e.tag == "a"), None)
    href = (link.get("href") or "").strip() if link is not None else ""
    return href if _PICTURE_FILE.search(re.split(r"[?#]", href, maxsplit=1)[0]) and "File:" not in href else None


def linked_pictures(
    page: Page, elements: Iterable[HtmlElement], around: Collection[HtmlElement], in_box: Callable[[HtmlElement], bool]
) -> list[tuple[HtmlElement, dict[str, Any]]]:
    """Return the pictures among *elements* that stand in a link to their larger version, outside figures.

    Args:
        page: the page.
        elements: where to look, in page order.
        around: the elements around the headline, which hold more than a picture.
        in_box: tells what is not of the story.
    """
    found: list[tuple[HtmlElement, dict[str, Any]]] = []
    for image in elements:
        if image.tag != "img" or (address := _linked_address(image)) is None or _is_tiny(image):
            continue
        if in_box(image) or any(e.tag == "figure" for e in image.iterancestors()):
            continue
        caption, credit = _words_around(image, around)
        found.append(
            (image, {"url": page.absolute(address), "caption": caption, "credit": credit, "alt": image.get("alt")})
        )
    return found


def _words_around(image: HtmlElement, around: Collection[HtmlElement]) -> tuple[str | None, str | None]:
    """Return caption and credit from the smallest element around *image* that has any and no other picture."""
    for ancestor in islice(image.iterancestors(), 6):
        if ancestor in around or any(other is not image for other in ancestor.iter("img")):
            break
        caption, credit = _words(ancestor)
        if caption or credit:
            return caption, credit
    return None, None


def _is_tiny(image: HtmlElement) -> bool:
    sizes = [int(value) for name in ("width", "height") if (value := image.get(name) or "").isdigit()]
    return bool(sizes) and max(sizes) < _SMALLEST and min(sizes) > 0


def figures(
    page: Page, scope: HtmlElement, in_box: Callable[[HtmlElement], bool]
) -> list[tuple[HtmlElement, dict[str, Any]]]:
    """Return the figures under *scope* that are not in a box, each with its image, in page order."""
    found: list[tuple[HtmlElement, dict[str, Any]]] = []
    for figure in islice(scope.iter("figure"), 60) if page.tagged("figure") else ():
        image = next(figure.iter("img"), None)
        if image is None or _is_tiny(image) or in_box(figure):
            continue
        # A list of versions says how large each is; what a link leads to may be smaller.
        versions = image.get("srcset") or image.get("data-srcset")
        address = _address(image) if versions else _linked_address(image) or _address(image)
        if not address:
            continue
        caption, credit = _words(figure)
        found.append(
            (figure, {"url": page.absolute(address), "caption": caption, "credit": credit, "alt": image.get("alt")})
        )
    return found


def _words(figure: HtmlElement) -> tuple[str | None, str | None]:
    """Return caption and credit as printed; the credit is cut out of the caption that holds it."""
    caption_element = next(figure.iter("figcaption"), None)
    credit: str | None = None
    caption: str | None = None
    for element in figure.iter():
        if element.tag not in _WORDED:
            continue
        attributes = dict(element.items())
        names = " ".join([attributes.get(name, "") for name in _NAMING])
        if names.isspace():
            continue
        if credit is None and element.tag != "figcaption" and is_named(names, _CREDIT):
            credit = text_of(element) or None
        elif caption_element is None and caption is None and is_named(names, _CAPTION):
            caption_element = element
    if caption_element is not None:
        caption = text_of(caption_element)
        if credit and caption.endswith(credit) and caption != credit:
            caption = caption[: -len(credit)].rstrip(" |-–—(/")
        elif credit and caption.startswith(credit) and caption != credit:
            caption = caption[len(credit) :].lstrip(" |-–—)/")
        elif credit == caption:
            caption = None
    return caption or None, credit
