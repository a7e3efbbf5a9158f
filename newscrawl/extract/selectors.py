"""The selectors of declarations, run on a page.

A page has a handful of elements for the names that a selector asks for, and none for most: CSS is therefore matched
from its last part backwards, beginning with the elements that the page's own indexes have for it. XPath, and the CSS
that is seldom written, is left to libxml2, which goes over all elements for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import parser as css
from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from newscrawl.extract.page import Page, class_names

Found = list[HtmlElement | str]


class _BeyondUs(Exception):  # noqa: N818 (no error: libxml2 takes over)
    """A selector that is left to libxml2."""


@dataclass(frozen=True, slots=True)
class _Simple:
    """What one part of a selector says of an element: ``a.thickbox[href]:not(.hide)``."""

    tag: str | None
    identity: str | None
    classes: tuple[str, ...]
    tests: tuple[Callable[[HtmlElement], bool], ...]

    def candidates(self, page: Page) -> Sequence[HtmlElement]:
        """Return elements of *page* among which are all that it fits, in page order."""
        if self.identity is not None:
            return page.identified(self.identity)
        if self.classes:
            return page.classed(self.classes[0])
        return page.elements if self.tag is None else page.tagged(self.tag)

    def may_be_on(self, page: Page) -> bool:
        """Tell whether it may fit an element of *page*."""
        if self.identity is not None:
            return self.identity in page.elements_by_id
        if self.classes:
            return page.has_class(self.classes[0])
        return self.tag is None or bool(page.places_of(self.tag))

    def fits(self, element: HtmlElement) -> bool:
        """Tell whether it fits *element*."""
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.identity is not None and element.get("id") != self.identity:
            return False
        if self.classes and not class_names(element.get("class") or "").issuperset(self.classes):
            return False
        return all(test(element) for test in self.tests)


@dataclass(frozen=True, slots=True)
class _Chain:
    """A selector without commas."""

    last: _Simple
    before: tuple[tuple[str, _Simple], ...]
    """From its end to its beginning: a combinator, and what stands before it."""
    take: Callable[[HtmlElement], list[str]] | None
    """For ``::text`` and ``::attr(name)``: what is taken of an element."""

    def on(self, page: Page) -> Sequence[HtmlElement]:
        """Return the elements of *page* that it selects, in page order."""
        for _, simple in self.before:
            if not simple.may_be_on(page):
                return ()
        return [e for e in self.last.candidates(page) if self.last.fits(e) and _follows(e, self.before)]


def _follows(element: HtmlElement, before: tuple[tuple[str, _Simple], ...]) -> bool:
    if not before:
        return True
    (combinator, simple), rest = before[0], before[1:]
    if combinator == " ":
        return any(simple.fits(other) and _follows(other, rest) for other in element.iterancestors())
    if combinator == "~":
        return any(simple.fits(other) and _follows(other, rest) for other in element.itersiblings(preceding=True))
    other = element.getparent() if combinator == ">" else element.getprevious()
    return other is not None and simple.fits(other) and _follows(other, rest)


def _is_end(element: HtmlElement, *, preceding: bool, of_type: bool) -> bool:
    return all(of_type and sibling.tag != element.tag for sibling in element.itersiblings(preceding=preceding))


_ENDS = {
    f"{name}-{kind}": (preceding, of_type)
    for name, preceding in (("first", True), ("last", False))
    for kind, of_type in (("child", False), ("of-type", True))
}


def _attribute_test(node: css.Attrib) -> Callable[[HtmlElement], bool]:
    if node.namespace:
        raise _BeyondUs
    name, wanted = node.attrib.lower(), "" if node.value is None else node.value.value
    if node.operator == "exists":
        return lambda element: element.get(name) is not None
    if node.operator == "=":
        return lambda element: element.get(name) == wanted
    if node.operator == "*=" and wanted:
        return lambda element: wanted in element.get(name, "")
    if node.operator == "^=" and wanted:
        return lambda element: element.get(name, "").startswith(wanted)
    if node.operator == "$=" and wanted:
        return lambda element: element.get(name, "").endswith(wanted)
    raise _BeyondUs


def _pseudo_test(name: str) -> Callable[[HtmlElement], bool]:
    if name not in _ENDS:
        raise _BeyondUs
    preceding, of_type = _ENDS[name]
    return lambda element: _is_end(element, preceding=preceding, of_type=of_type)


def _simple(node: Any) -> _Simple:
    """Return what *node* says of an element; *node* has no combinator."""
    identity: str | None = None
    classes: list[str] = []
    tests: list[Callable[[HtmlElement], bool]] = []
    while not isinstance(node, css.Element):
        if isinstance(node, css.Class):
            classes.insert(0, node.class_name)
        elif isinstance(node, css.Hash) and identity is None:
            identity = node.id
        elif isinstance(node, css.Attrib):
            tests.append(_attribute_test(node))
        elif isinstance(node, css.Pseudo):
            tests.append(_pseudo_test(node.ident))
        elif isinstance(node, css.Negation):
            refused = _simple(node.subselector)
            tests.append(lambda element, refused=refused: not refused.fits(element))  # type: ignore[misc]
        else:
            raise _BeyondUs
        node = node.selector
    if node.namespace:
        raise _BeyondUs
    return _Simple(node.element.lower() if node.element else None, identity, tuple(classes), tuple(tests))


def _take(pseudo: Any) -> Callable[[HtmlElement], list[str]] | None:
    if pseudo is None:
        return None
    if isinstance(pseudo, css.FunctionalPseudoElement) and pseudo.name == "attr":
        name = pseudo.arguments[0].value or ""
        return lambda element: [value] if (value := element.get(name)) is not None else []
    raise _BeyondUs


def _chain(selector: css.Selector) -> _Chain:
    node: Any = selector.parsed_tree
    parts: list[tuple[str, _Simple]] = []
    last: _Simple | None = None
    combinator = ""
    while isinstance(node, css.CombinedSelector):
        simple = _simple(node.subselector)
        if last is None:
            last = simple
        else:
            parts.append((combinator, simple))
        combinator, node = node.combinator, node.selector
    first = _simple(node)
    if last is None:
        return _Chain(first, (), _take(selector.pseudo_element))
    return _Chain(last, (*parts, (combinator, first)), _take(selector.pseudo_element))


def _chains(selector: str) -> tuple[_Chain, ...] | None:
    try:
        chains = tuple(_chain(one) for one in css.parse(selector))
    except _BeyondUs:
        return None
    return chains if len(chains) == 1 or not any(chain.take for chain in chains) else None


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> tuple[_Chain, ...] | etree.XPath:
    if selector.startswith(("/", "./", "(")):
        return etree.XPath(selector, namespaces={"re": "http://exslt.org/regular-expressions"})
    return _chains(selector) or etree.XPath(HTMLTranslator().css_to_xpath(selector))


def is_on(page: Page, selector: str) -> bool:
    """Tell whether *selector* finds something on *page*."""
    compiled = _compiled(selector)
    if isinstance(compiled, etree.XPath) or compiled[0].take is not None:
        return bool(find_all(page, selector))
    return any(chain.on(page) for chain in compiled)


def find_all(page: Page, selector: str) -> Found:
    """Return what *selector* finds on *page*, in page order: elements, or texts for ``::text`` and ``::attr(name)``.

    Args:
        page: the page.
        selector: CSS as parsel has it, or XPath when it begins with ``/``, ``./`` or ``(``.

    >>> page = Page.of("<ul class='tags'><li><a href='/a'>A</a><li><a>B</a></ul>", "https://example.org/")
    >>> find_all(page, "ul.tags > li a::attr(href)"), [a.text for a in find_all(page, ".tags li:last-child > a")]
    (['/a'], ['B'])
    """
    compiled = _compiled(selector)
    if isinstance(compiled, etree.XPath):
        found = compiled(page.root)
        return list(found) if isinstance(found, list) else [str(found)]
    if len(compiled) > 1:
        several = [found for chain in compiled if (found := chain.on(page))]
        if len(several) < 2:
            return [*several[0]] if several else []
        places = {page.places[element]: element for found in several for element in found}
        return [places[place] for place in sorted(places)]
    (chain,) = compiled
    if chain.take is None:
        return list(chain.on(page))
    return [text for element in chain.on(page) for text in chain.take(element)]


def find(page: Page, selectors: str | tuple[str, ...]) -> Found:
    """Return what the first of *selectors* that finds something finds on *page*, as `find_all` does."""
    for selector in (selectors,) if isinstance(selectors, str) else selectors:
        if found := find_all(page, selector):
            return found
    return []


def select_elements(page: Page, selector: str) -> list[HtmlElement]:
    """Return the elements of *page* that *selector* finds; texts are left out."""
    return [found for found in find_all(page, selector) if isinstance(found, HtmlElement)]
