"""Where on a page a link stands: its landmark (menu, footer, main column), its box, the marks of its containers.

A place is read once an element and then known; what class names mean is cached across pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newscrawl.extract.selectors import select_elements
from newscrawl.link_model import Scores, score
from newscrawl.link_words import BOXES, SERVICE, categories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.extract.page import Page

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOX_TAGS = frozenset({"ul", "ol", "nav", "table", "aside", "footer", "header", "section", "dl", "menu", "form"})
_LANDMARKS = frozenset({"nav", "aside", "footer", "header"})
_MARKED_TAGS = frozenset({"p", "li", "td", "figure", "figcaption", "time", "form", "button", "blockquote"})
_ROLED_TAGS = frozenset({"nav", "ol", "ul", "section", "aside", "header", "footer"})
_ROLED_BY = ("class", "id", "role", "aria-label", "itemtype")
_HEADS = HEADINGS - {"h1"} | {"strong", "summary", "legend"}
_INLINE_TAGS = frozenset({"p", "blockquote", "li"})
_STORY_BOXES = frozenset({"recent_posts", "most_read", "related"})
_HEADED = frozenset({"head:service", "head:listing"})
_NOTHING: frozenset[str] = frozenset()
_WORDS = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# Words of class, id and role to what they say: "@" a landmark, "%" a box, else a mark.
_MARK_WORDS = {
    "@nav": "nav navi navbar navigation menu menus submenu megamenu topnav mainnav sitenav subnav navbox navlist "
    "hamburger burger offcanvas dropdown flyout sidenav drawer menubar",
    "@header": "header masthead topbar sitehead pageheader banner",
    "@footer": "footer sitefooter pagefooter colophon bottom contentinfo footernav",
    "@aside": "aside sidebar rail complementary rightcol marginal sidecol",
    "%breadcrumb": "breadcrumb breadcrumbs breadcrumblist crumb crumbs",
    "%pages": "pagination pager paging paginator pagenav pagenavi pagelinks pages pagenation",
    "%author": "author authors byline bylines autor autoren auteur autore autores",
    "%tags": "tags tag taglist tagcloud keywords topics hashtags etiquetas",
    "%related": "related relateds recirculation recirc similar recommended recommendations readmore morefrom",
    "%most_read": "mostread mostpopular mostviewed popular trending meistgelesen bestseller",
    "%recent_posts": "recentposts recententries latestposts",
    "teaser": "teaser teasers card cards story stories article promo item post entry tease",
    "title": "title heading headline",
    "social": "social share sharing follow sharebar socials",
    "account": "login signin account user profile subscribe subscription paywall abo",
    "legal": "legal copyright imprint service services meta utility corporate company",
    "kicker": "category categories kicker eyebrow rubric section label channel overline roofline",
    "ad": "ad ads advert sponsored sponsor promoted outbrain taboola partner commercial",
    "comments": "comment comments",
    "button": "button btn cta",
    "logo": "logo brand",
}
_PAIR_WORDS = {
    "%most_read": "most-read most-popular most-viewed",
    "%recent_posts": "recent-posts recent-entries latest-posts recent-articles latest-news",
    "%related": "read-more",
    "%pages": "page-links nav-links page-numbers page-nav",
    "%breadcrumb": "bread-crumb",
}
_MARKS = {word: mark for mark, words in _MARK_WORDS.items() for word in words.split()}
_PAIRS = {word: mark for mark, words in _PAIR_WORDS.items() for word in words.split()}


@lru_cache(maxsize=16384)
def _marks(attributes: str) -> tuple[str | None, str | None, frozenset[str]]:
    """Return what class, id and role say: a landmark, a box, and other marks."""
    region = via = None
    marks = set()
    previous = ""
    for word in _WORDS.findall(_CAMEL.sub(" ", attributes).lower()):
        mark = _PAIRS.get(f"{previous}-{word}") or _MARKS.get(word)
        if mark is not None:
            if mark[0] == "@":
                region = mark[1:]
            elif mark[0] == "%":
                via = via or mark[1:]
            else:
                marks.add(mark)
        previous = word
    return region, via, frozenset(marks)


@lru_cache(maxsize=16384)
def _may_speak_of(boxes: frozenset[str], names: str) -> bool:
    """Tell whether *names*, a class or the like, has a word by which an element can be one of *boxes*."""
    return not _words_of(boxes).isdisjoint(_WORDS.findall(_CAMEL.sub(" ", names).lower()))


@cache
def _words_of(boxes: frozenset[str]) -> frozenset[str]:
    pairs = (word.partition("-")[0] for word, mark in _PAIRS.items() if mark[1:] in boxes)
    return frozenset(chain((word for word, mark in _MARKS.items() if mark[1:] in boxes), pairs))


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What an element's tags and classes, and those above it, say. One object for all that say the same."""

    region: str
    """``nav``, ``header``, ``footer``, ``aside``, ``main`` or nothing."""
    via: str
    """The box, or nothing."""
    marks: frozenset[str]
    """What the containers up to the box are."""
    article: bool
    """Whether it is in an ``<article>``."""
    is_box: bool
    """Whether the element holds a list, a menu or a section of its own."""
    may_be_inline: bool
    """Whether it is in a paragraph or a list item."""
    name: str
    """The box, else the landmark; nothing in the main column, and the landmark of a list of pages."""
    features: tuple[str, ...]
    scores: Scores


@lru_cache(maxsize=16384)
def _setting(region: str, via: str, marks: frozenset[str], article: bool, is_box: bool) -> Setting:
    names = [f"in:{region or 'none'}", *sorted(f"at:{mark}" for mark in marks)]
    if via:
        names.append(f"via:{via}")
    if article:
        names.append("at:article")
    name = via if via and via != "pages" else "" if region == "main" else region
    return Setting(region, via, marks, article, is_box, bool(marks & _INLINE_TAGS), name, tuple(names), score(names))


_NOWHERE = _setting("", "", _NOTHING, False, False)


@lru_cache(maxsize=65536)
def _inside(outer: Setting, tag: str, attributes: str) -> Setting:
    """Return the setting of an element with *tag* and *attributes*, the words of these, that stands in *outer*."""
    region, via, marks = _marks(attributes) if attributes else (None, None, _NOTHING)
    article = outer.article or tag == "article"
    if tag in _LANDMARKS:
        if not (article and tag in {"header", "footer"}):
            region = tag
    elif tag == "main":
        region = "main"
    elif tag in {"body", "html"}:
        region = via = None
        marks = _NOTHING
    if (region in {"header", "footer"} and article) or (region == "nav" and outer.region == "footer"):
        region = None
    if via in _STORY_BOXES and outer.via in _STORY_BOXES:
        via = None
    if tag in HEADINGS:
        marks |= {"heading"}
    elif tag in _MARKED_TAGS:
        marks |= {tag}
    boxed = tag in BOX_TAGS
    if not boxed:
        marks |= outer.marks
    elif "li" not in outer.marks:
        marks |= outer.marks & _HEADED
    return _setting(region or outer.region, via or outer.via, marks, article, boxed or via is not None)


@lru_cache(maxsize=4096)
def _named(setting: Setting, name: str | None, speaks: frozenset[str]) -> Setting:
    """Return *setting* in the box *name*, under a heading that *speaks* of something."""
    return _setting(setting.region, name or setting.via, setting.marks | speaks, setting.article, setting.is_box)


Place = tuple[Setting, int, int]
"""A setting; a number that all elements with the same tags and classes above them share; one for all in a box."""


class Places:
    """The places of a page, each read once."""

    def __init__(self, named: Mapping[HtmlElement, str], headed: Mapping[HtmlElement, frozenset[str]]) -> None:
        self._named = named
        self._headed = headed
        self._special = named.keys() | headed.keys()
        self._known: dict[HtmlElement, Place] = {}
        self._inline: dict[HtmlElement, bool] = {}

    @classmethod
    def on(cls, page: Page) -> Places:
        """Return the places of *page*, its boxes named by the site and by their headings."""
        return cls(*_boxes(page))

    def of(self, element: HtmlElement) -> Place:
        """Return the place that *element* is."""
        known = self._known
        place = known.get(element)
        if place is not None:
            return place
        chain = [element]
        node = element.getparent()
        while node is not None and (place := known.get(node)) is None:
            chain.append(node)
            node = node.getparent()
        setting, key, box = place or (_NOWHERE, 0, 0)
        special = self._special
        for node in reversed(chain):
            tag: str = node.tag  # type: ignore[assignment]
            if tag in _ROLED_TAGS:
                attributes = dict(node.items())
                names = attributes.get("class", "")
                words = " ".join([attributes.get(name, "") for name in _ROLED_BY])
            else:
                names = words = node.get("class", "")
                if identity := node.get("id"):
                    words = f"{names} {identity}"
            setting = _inside(setting, tag, words)
            if special and node in special:
                setting = _named(setting, self._named.get(node), self._headed.get(node, _NOTHING))
            key = hash((key, tag, names))
            if setting.is_box:
                box = id(node)
            place = known[node] = (setting, key, box)
        return place or (_NOWHERE, 0, 0)

    def perhaps(self, boxes: frozenset[str], page: Page) -> list[HtmlElement]:
        """Return elements of *page* in which stands whatever stands in one of *boxes*, and more."""
        found = [element for element, name in self._named.items() if name in boxes]
        for names, places in page.classes_at.items():
            if _may_speak_of(boxes, names):
                found += [page.elements[place] for place in places]
        for name, elements in page.elements_by_id.items():
            if _may_speak_of(boxes, name):
                found += elements
        for element in page.tagged(*_ROLED_TAGS):
            attributes = (element.get(name) for name in _ROLED_BY[2:])
            if any(names and _may_speak_of(boxes, names) for names in attributes):
                found.append(element)
        return found

    def is_inline(self, element: HtmlElement) -> bool:
        """Tell whether a link in *element* stands amid running text."""
        node: HtmlElement | None = element
        for _ in range(4):
            if node is None:
                return False
            if node.tag in _INLINE_TAGS:
                found = self._inline.get(node)
                if found is None:
                    text = len((node.text or "").strip()) + sum(len(child.tail.strip()) for child in node if child.tail)
                    found = self._inline[node] = text > 60
                return found
            node = node.getparent()
        return False


@lru_cache(maxsize=2048)
def read_heading(text: str) -> tuple[str | None, frozenset[str]]:
    """Return the name of the box that has *text* as its heading, or what the heading speaks of.

    >>> read_heading("Recent posts")[0], read_heading("Meistgelesen")[0], read_heading("Recent posts show a rise")[0]
    ('recent_posts', 'most_read', None)
    """
    if len(text) > 60:
        return None, _NOTHING
    name = next((name for name, pattern in BOXES.items() if pattern.match(text)), None)
    found = categories(text) if name is None and len(text) < 40 else _NOTHING
    if found & SERVICE.keys():
        return name, frozenset({"head:service"})
    return name, frozenset({"head:listing"} if found else ())


def _boxes(page: Page) -> tuple[dict[HtmlElement, str], dict[HtmlElement, frozenset[str]]]:
    """Return the containers that the site or a heading gives a box's name, and what other headings speak of."""
    named: dict[HtmlElement, str] = {}
    headed: dict[HtmlElement, frozenset[str]] = {}
    for heading in page.tagged(*_HEADS):
        if heading.tag == "strong" and heading.getnext() is not None:
            continue
        text = page.inner_text(heading)
        if not text or len(text) > 200:
            continue
        name, speaks = read_heading(" ".join(text.split()))
        if name is None and not speaks:
            continue
        node: HtmlElement | None = heading
        for _ in range(3):
            if node is None or node.getnext() is not None:
                break
            node = node.getparent()
        if node is None:
            continue
        for sibling in node.itersiblings():
            if sibling.tag in HEADINGS or (sibling.tag == "p" and next(sibling.iter("a"), None) is None):
                break
            if name is not None:
                named[sibling] = name
            elif sibling.tag != "p":
                headed[sibling] = speaks
    if page.site is not None:
        for name, selector in page.site.boxes.items():
            for container in select_elements(page, selector):
                named[container] = name
    return named, headed
