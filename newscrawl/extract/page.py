"""The page that every extractor reads: one parsed tree, its address, and what is read from it more than once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement
from parsel import Selector
from w3lib.encoding import html_to_unicode, resolve_encoding

from newscrawl.sites import Site

if TYPE_CHECKING:
    from collections.abc import Iterable


def _no_better_guess(body: bytes) -> str:
    """Tell UTF-8 from the one-byte encoding that the web means when it says nothing (WHATWG Encoding, 4.2)."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def select(html: bytes | str | Selector, url: str) -> Selector:
    """Return the tree of *html*; a ready `Selector` comes back as it is.

    Bytes are decoded as a browser would: byte order mark, declaration in the page, UTF-8, Windows-1252. A declaration
    that the bytes contradict is not believed.
    """
    if isinstance(html, Selector):
        return html
    if isinstance(html, bytes):
        encoding, text = html_to_unicode(None, html, auto_detect_fun=_no_better_guess)
        if "�" in text and resolve_encoding(encoding) != "utf-8":
            text = html.decode(_no_better_guess(html), errors="replace")
        html = text
    return Selector(text=html.removeprefix("\ufeff").replace("\x00", "") or "<html></html>", type="html", base_url=url)


_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp small span
    strike strong sub sup time tt u var wbr
    """.split()
)
_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object"})


def text_of(element: HtmlElement) -> str:
    """Return the text of *element* as a reader sees it: on one line, block boundaries and ``<br>`` as spaces, scripts
    and comments left out.
    """
    parts = [element.text or ""]
    unseen: HtmlElement | None = None
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            if unseen is None:
                parts.append(node.tail or "")
        elif node is element:
            continue
        elif event == "start":
            if unseen is None and node.tag in _UNSEEN:
                unseen = node
            elif unseen is None:
                if node.tag not in _INLINE:
                    parts.append(" ")
                parts.append(node.text or "")
        elif unseen is None or unseen is node:
            unseen = None
            if node.tag not in _INLINE:
                parts.append(" ")
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())


@dataclass(eq=False)
class Page:
    """A parsed page. Extractors read it and never change it."""

    selector: Selector
    url: str
    site: Site | None = None

    @classmethod
    def of(cls, html: bytes | str | Selector, url: str, site: Site | None = None) -> Page:
        """Return the page for *html*, parsed if it is not yet."""
        return cls(select(html, url), url, site)

    @cached_property
    def root(self) -> HtmlElement:
        """The tree's root element, for what is faster without parsel."""
        root = self.selector.root
        return root if isinstance(root, HtmlElement) else select("", self.url).root

    @cached_property
    def base_url(self) -> str:
        """What relative addresses are relative to (``<base href>``)."""
        href = next((e.get("href") for e in self.root.iter("base") if e.get("href")), None)
        return self.absolute(href, self.url) if href else self.url

    def absolute(self, href: str, base: str | None = None) -> str:
        """Return *href* as an absolute address; what cannot be joined comes back as it is."""
        try:
            return urljoin(base or self.base_url, href.strip())
        except ValueError:
            return href.strip()

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of ``<meta>`` by lower-cased name, property or itemprop, in page order, empty ones left out."""
        metas: dict[str, list[str]] = {}
        for element in self.root.iter("meta"):
            content = (element.get("content") or "").strip()
            if content:
                for attribute in ("name", "property", "itemprop", "http-equiv"):
                    if name := element.get(attribute):
                        metas.setdefault(name.strip().lower(), []).append(content)
        return metas

    def meta(self, *names: str) -> Iterable[str]:
        """Yield the contents of the metas called *names*, in the order of the names."""
        for name in names:
            yield from self.metas.get(name, ())

    @cached_property
    def links(self) -> dict[str, list[tuple[str, HtmlElement]]]:
        """``<link>`` elements by lower-cased rel: (absolute href, element)."""
        links: dict[str, list[tuple[str, HtmlElement]]] = {}
        for element in self.root.iter("link"):
            if href := element.get("href"):
                for rel in (element.get("rel") or "").lower().split():
                    links.setdefault(rel, []).append((self.absolute(href), element))
        return links

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """The page's JSON-LD objects, ``@graph`` and lists flattened; what cannot be read is left out."""
        from newscrawl.extract.jsonld import objects  # noqa: PLC0415 (jsonld reads pages)

        return objects(self.root)
