"""The page that every extractor reads: one parsed tree, its address, and what is read from it more than once."""

from __future__ import annotations

import re
from codecs import utf_8_decode
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HtmlEntity
from parsel import Selector
from w3lib.encoding import html_to_unicode, resolve_encoding

from newscrawl.sites import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def _utf8(html: bytes, content_type: str | None) -> bytes:
    """Return *html* as UTF-8; what is UTF-8 comes back as it is, whatever the page says of itself."""
    # Text in another encoding is hardly ever valid UTF-8.
    is_ascii = html.isascii()
    if not is_ascii and _is_utf8(html):
        return html
    encoding, declared = html_to_unicode(content_type, html, auto_detect_fun=_no_better_guess)
    if "�" in declared and not is_ascii:
        # Not one letter beyond ASCII came out right: this is no UTF-8. One that is broken among others is a slip.
        slip = resolve_encoding(encoding) == "utf-8" and not html.decode(errors="ignore").isascii()
        declared = declared if slip else _one_byte(html)
    return declared.encode(errors="replace")


def _one_byte(html: bytes) -> str:
    """Return *html* in the encoding that the page itself names, where its server named a wrong one, else as usual."""
    declared = html_to_unicode(None, html, auto_detect_fun=_no_better_guess)[1]
    return declared if "<" in declared and "�" not in declared else html.decode("cp1252", errors="replace")


def _is_utf8(html: bytes) -> bool:
    view, at = memoryview(html), 0
    try:
        # Piece by piece: the memory for a whole page of text takes longer to get than the text to read.
        while at < len(html):
            at += utf_8_decode(view[at : at + _PIECE], "strict", at + _PIECE >= len(html))[1]
    except UnicodeDecodeError:
        return False
    return True


_PIECE = 1 << 15


def _no_better_guess(body: bytes) -> str:
    """Name the one-byte encoding that the web means when it says nothing (WHATWG Encoding, 4.2)."""
    return "utf-8" if body.isascii() else "cp1252"


# lxml.html's own look-up runs Python code for every element that is touched; this one does not.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement, entity=HtmlEntity)
_NO_TAGS = (etree.Comment, etree.ProcessingInstruction)


def _parse(html: bytes, url: str) -> HtmlElement:
    parser = etree.HTMLParser(recover=True, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_CLASSES)
    data = html.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").strip()
    root = etree.fromstring(data, parser, base_url=url) if data else None
    if root is not None and _is_cut(root):
        root = etree.fromstring(_RUN.sub(rb"\1", data), parser, base_url=url)
    return cast("HtmlElement", etree.fromstring(b"<html></html>", parser, base_url=url) if root is None else root)


_DEEPEST = 2_000
# A tag opened again and again: the page reads the same with one.
_RUN = re.compile(
    rb"(<(div|span|section|b|i|u|em|strong|big|small|font|center)\b[^<>]*+>)(?:\s*+<\2\b[^<>]*+>){50,}+", re.IGNORECASE
)


def _is_cut(root: etree._Element) -> bool:
    """Tell whether the tree ends in a depth beyond which libxml2 reads nothing more of the page."""
    depth = 0
    node = root
    while len(node):
        node = node[-1]
        depth += 1
    return depth >= _DEEPEST


def select(html: bytes | str | Selector, url: str, content_type: str | None = None) -> Selector:
    """Return the tree of *html*, without comments; a ready `Selector` comes back as it is.

    Bytes are decoded as UTF-8 where they are that, else as a browser would: byte order mark, *content_type* (the HTTP
    header), declaration in the page, Windows-1252. A declaration that the bytes contradict is not believed.

    What is nested more than 2,000 levels deep is lost (libxml2's limit), unless one tag was opened again and again.
    """
    if isinstance(html, Selector):
        return html
    encoded = _utf8(html, content_type) if isinstance(html, bytes) else html.encode(errors="replace")
    return Selector(root=_with_body(_parse(encoded, url)), type="html", base_url=url)


def _without_comments(selector: Selector) -> Selector:
    root = selector.root
    if not isinstance(root, etree._Element) or next(root.iter(*_NO_TAGS), None) is None:
        return selector
    root = deepcopy(root)
    etree.strip_tags(root, *_NO_TAGS)
    return Selector(root=root, type="html")


_STRAY = etree.XPath(
    "head/*[not(self::title or self::meta or self::link or self::base or self::script or self::style or self::noscript"
    " or self::template)][1]"
)


def _with_body(root: HtmlElement) -> HtmlElement:
    """Return *root* with a body; HTML lets its tags be left out (HTML, 13.1.2.4), and minifiers do.

    libxml2 does not know that ``<main>``, ``<article>`` and their like end the head, and puts all the rest into it.
    """
    for stray in _STRAY(root):
        head, body = stray.getparent(), root.find("body")
        if body is None:
            body = etree.SubElement(root, "body")
        body[:0] = head[head.index(stray) :]
    return root


_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr
    """.split()
)
UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object"})
"""Elements whose text no reader sees."""


def text_of(element: HtmlElement) -> str:
    """Return the text of *element* as a reader sees it, on one line.

    Block boundaries and ``<br>`` are spaces; scripts and comments are left out.
    """
    if len(element) == 0:
        return " ".join((element.text or "").split())
    parts = [element.text or ""]
    unseen: HtmlElement | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node is element:
            continue
        if event == "start":
            if unseen is None and node.tag in UNSEEN:
                unseen = node
            elif unseen is None:
                if node.tag not in _INLINE:
                    parts.append(" ")
                parts.append(node.text or "")
        elif unseen is None or unseen is node:
            if node.tag not in _INLINE and unseen is None:
                parts.append(" ")
            unseen = None
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())


_CLASS = re.compile(r"[^ \t\n\r\f]+")


@lru_cache(maxsize=16384)
def class_names(attribute: str) -> frozenset[str]:
    """Return the classes that a class *attribute* names.

    >>> sorted(class_names(" card card--wide u-flex "))
    ['card', 'card--wide', 'u-flex']
    """
    return frozenset(_CLASS.findall(attribute))


@cache
def _attributes(name: str) -> etree.XPath:
    return etree.XPath(f"descendant-or-self::*/@{name}")


_FOR_BROWSERS = frozenset(
    """stylesheet preload prefetch modulepreload preconnect dns-prefetch icon shortcut mask-icon apple-touch-icon
    apple-touch-icon-precomposed apple-touch-startup-image manifest""".split()
)
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?:/[\w%~.,+@/:-]*)?(?:\?[\w%~.,+@/:=&-]+)?", re.ASCII)
_PLAIN_PATH = re.compile(r"/(?:[\w%~.,+@:-][\w%~.,+@/:-]*)?(?:\?[\w%~.,+@/:=&-]+)?", re.ASCII)


@dataclass(eq=False)
class Page:
    """A parsed page: nothing but elements and texts. Extractors read it and never change it."""

    selector: Selector
    url: str
    site: Site | None = None

    @classmethod
    def of(
        cls, html: bytes | str | Selector | Page, url: str, site: Site | None = None, content_type: str | None = None
    ) -> Page:
        """Return the page for *html*, parsed if it is not yet; a ready page comes back as it is."""
        if isinstance(html, Page):
            return html
        if isinstance(html, Selector):
            return cls(_without_comments(html), url, site)
        return cls(select(html, url, content_type), url, site)

    @cached_property
    def root(self) -> HtmlElement:
        """The tree's root element, for what is faster without parsel."""
        root = self.selector.root
        return root if isinstance(root, HtmlElement) else select("", self.url).root

    @cached_property
    def elements(self) -> list[HtmlElement]:
        """All elements in page order. While the page lives they are at hand, so that each later walk is cheap."""
        return list(self.root.iter("*"))

    @cached_property
    def tags(self) -> list[str]:
        """The tag of each of `elements`."""
        return [element.tag for element in self.elements]  # type: ignore[misc]

    @cached_property
    def _by_tag(self) -> dict[str, list[int]]:
        by_tag: dict[str, list[int]] = defaultdict(list)
        for place, tag in enumerate(self.tags):
            by_tag[tag].append(place)
        return by_tag

    def tagged(self, *tags: str) -> Sequence[HtmlElement]:
        """Return the elements called one of *tags*, in page order: cheaper than to walk the tree for them."""
        elements = self.elements
        return [elements[place] for place in self.places_of(*tags)]

    def places_of(self, *tags: str) -> Sequence[int]:
        """Return where among `elements` those called one of *tags* are."""
        by_tag = self._by_tag
        if len(tags) == 1:
            return by_tag.get(tags[0], ())
        return sorted(chain.from_iterable(by_tag.get(tag, ()) for tag in tags))

    @cached_property
    def classes_at(self) -> dict[str, list[int]]:
        """The class attributes of the page, each with where among `elements` it stands: few, on many elements."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, element in enumerate(self.elements):
            if names := element.get("class"):
                places[names].append(place)
        return places

    @cached_property
    def _by_class(self) -> dict[str, list[list[int]]]:
        by_class: dict[str, list[list[int]]] = defaultdict(list)
        for names, places in self.classes_at.items():
            for name in class_names(names):
                by_class[name].append(places)
        return by_class

    def has_class(self, name: str) -> bool:
        """Tell whether an element has the class *name*."""
        return name in self._by_class

    def classed(self, name: str) -> Sequence[HtmlElement]:
        """Return the elements of the class *name*, in page order."""
        several = self._by_class.get(name, ())
        places = several[0] if len(several) == 1 else sorted(chain.from_iterable(several))
        return [self.elements[place] for place in places]

    def attributed(self, name: str) -> Iterator[tuple[HtmlElement, str]]:
        """Yield the elements with the attribute *name*, and its value, in page order.

        Where few have it, to ask libxml2 once costs a quarter of asking all elements.
        """
        for value in _attributes(name)(self.root):
            yield value.getparent(), str(value)

    @cached_property
    def elements_by_id(self) -> dict[str, list[HtmlElement]]:
        """The elements that have an id, by that."""
        by_id: dict[str, list[HtmlElement]] = defaultdict(list)
        for element, identity in self.attributed("id"):
            by_id[identity].append(element)
        return by_id

    def identified(self, identity: str) -> Sequence[HtmlElement]:
        """Return the elements with the id *identity*, in page order."""
        return self.elements_by_id.get(identity, ())

    @cached_property
    def _inner_texts(self) -> dict[HtmlElement, str]:
        return {}

    def inner_text(self, element: HtmlElement) -> str:
        """Return all texts in *element*, as they stand, with a space between; the headings are asked for them often."""
        text = self._inner_texts.get(element)
        if text is None:
            text = " ".join(element.itertext()) if len(element) else element.text or ""
            self._inner_texts[element] = text
        return text

    @cached_property
    def places(self) -> dict[HtmlElement, int]:
        """The position of each of `elements` among them."""
        return {element: place for place, element in enumerate(self.elements)}

    @cached_property
    def body(self) -> HtmlElement:
        """The body; the root where there is none."""
        return next(iter(self.tagged("body")), self.root)

    @cached_property
    def base_url(self) -> str:
        """What relative addresses are relative to (``<base href>``)."""
        href = next((href for element in self.tagged("base") if (href := element.get("href"))), "")
        try:
            base = urljoin(self.url, href.strip())
        except ValueError:
            return self.url
        return base if base.startswith(("http://", "https://")) else self.url

    def absolute(self, href: str, base: str | None = None) -> str:
        """Return *href* as an absolute address; what cannot be joined comes back as it is."""
        href = href.strip()
        try:
            if base is None:
                # What nearly all hrefs look like; `urljoin` would say the same, at ten times the price.
                if _PLAIN_ADDRESS.fullmatch(href):
                    return href
                if _PLAIN_PATH.fullmatch(href) and "/." not in href:
                    return f"{self._origin}{href}"
            return urljoin(base or self.base_url, href)
        except ValueError:
            return href

    @cached_property
    def _origin(self) -> str:
        return urljoin(self.base_url, "/").removesuffix("/")

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of ``<meta>`` by lower-cased name, property or itemprop, in page order, empty ones left out."""
        metas: dict[str, list[str]] = {}
        for element in self.tagged("meta"):
            attributes = dict(element.items())
            content = attributes.get("content", "").strip()
            if content:
                for attribute in ("name", "property", "itemprop", "http-equiv"):
                    if name := attributes.get(attribute):
                        metas.setdefault(name.strip().lower(), []).append(content)
        return metas

    def meta(self, *names: str) -> Iterable[str]:
        """Yield the contents of the metas called *names*, in the order of the names."""
        for name in names:
            yield from self.metas.get(name, ())

    @cached_property
    def links(self) -> dict[str, list[tuple[str, HtmlElement]]]:
        """``<link>`` elements by lower-cased rel: (absolute href, element); those for the browser only are left out."""
        links: dict[str, list[tuple[str, HtmlElement]]] = {}
        for element in self.tagged("link"):
            if href := element.get("href"):
                for rel in set((element.get("rel") or "").lower().split()) - _FOR_BROWSERS:
                    links.setdefault(rel, []).append((self.absolute(href), element))
        return links

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """The page's JSON-LD objects, ``@graph`` and lists flattened; what cannot be read is left out."""
        from newscrawl.extract.jsonld import objects  # noqa: PLC0415 (jsonld reads pages)

        return objects(self)

    @cached_property
    def article_data(self) -> dict[str, Any]:
        """The JSON-LD object that describes the page's article; an empty one where there is none."""
        from newscrawl.extract.jsonld import find_article  # noqa: PLC0415 (jsonld reads pages)

        return find_article(self)

    @cached_property
    def logos(self) -> frozenset[str]:
        """The addresses that the page's JSON-LD calls the publication's logo."""
        from newscrawl.extract.jsonld import find_logos  # noqa: PLC0415 (jsonld reads pages)

        return find_logos(self)
