"""What readers see, and microdata: headline, byline, dates, dek, trail … from the page's own markup.

The elements are sorted by what their names (tag, class, itemprop, rel …) say; only those few are then looked at
closely, those around the headline first. What stands in boxes, teasers and comments is never of the article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.bylines import is_organisation, is_prefixed, split_byline
from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.jsonld import article_object, breadcrumb_trails, jsonld_author_names, jsonld_images
from newscrawl.extract.names import (
    AUTHOR_ADDRESS,
    BOXES,
    BUTTON,
    BY,
    CAPTIONED,
    COMMENTS_COUNTED,
    DATE_LABEL,
    HIDDEN,
    KINDS,
    OTHERS,
    PICTURE_BOXES,
    PUBLISHED,
    UPDATED,
    is_named,
    kinds_of,
)
from newscrawl.extract.page import Page, text_of
from newscrawl.extract.pictures import figures, linked_pictures
from newscrawl.texts import bare, clean_text

SOURCE = "markup"

_OTHERS_TAGS = frozenset({"nav", "form", "figcaption", "blockquote", "dialog", "select"})
_BOX_TAGS = frozenset({"aside", "nav", "form", "figure", "figcaption", "blockquote", "dialog", "select", "table"})
_NAMING = ("data-testid", "data-component")
# What has no words in it says nothing about the story, whatever it is called: pictures and what is for the browser.
_WORDLESS = frozenset(
    """
    br circle clippath defs ellipse g hr img input line lineargradient link mask path polygon polyline rect script
    source stop style svg symbol use
    """.split()
)
_UNREAD = frozenset({"script", "style", "noscript", "title", "button"})
_BLOCKS = frozenset({"div", "p", "li", "ul", "br", "section", "header", "address", "h2", "h3", "h4", "td", "tr"})
_LONGEST_BYLINE = 160
_LONGEST_LINK = 300
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)|\d{8}|T\d\d:")
_BETWEEN_DATES = re.compile(r"\s*[·•|]\s*|\s+[–—/-]\s+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGIT = re.compile(r"\d")

# The signature under a story, set to the right: Vietnamese, Turkish and Spanish papers sign so.
_SIGNED = etree.XPath("//p[contains(@style, 'right') and not(.//a)]", smart_strings=False)
# How far around the headline its own lines stand, in elements.
_AFTER, _BEFORE = 160, 40
_LONG, _PARAGRAPHS = 80, 3
_SMALL = 40
_LONGEST_TRAIL = 8


def _is_small(element: HtmlElement, most: int = _SMALL) -> bool:
    if len(element) == 0:
        return True
    return len(list(islice(element.iter(), most + 1))) <= most


class Story:
    """The elements of a page that tell about its story."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.elements = page.elements
        self.headings = page.places_of("h1", "h2")
        self.headline, self.place = self._headline()
        self.end = self._end()

    @cached_property
    def props(self) -> dict[str, list[HtmlElement]]:
        """The elements that microdata names, by their properties in small letters."""
        props: dict[str, list[HtmlElement]] = {}
        for element, value in self.page.attributed("itemprop"):
            if element.tag not in _WORDLESS:
                for prop in value.lower().split():
                    props.setdefault(prop, []).append(element)
        return props

    @cached_property
    def kinds(self) -> dict[str, list[int]]:
        """Where the elements are whose names tell of each kind of thing."""
        page, tags = self.page, self.page.tags
        found: dict[str, set[int]] = {kind: set() for kind in KINDS}
        for names, places in page.classes_at.items():
            for kind in kinds_of(names):
                found[kind].update(places)
        for attribute in _NAMING:
            for element, names in page.attributed(attribute):
                for kind in kinds_of(names):
                    found[kind].add(page.places[element])
        return {kind: sorted(p for p in places if tags[p] not in _WORDLESS) for kind, places in found.items()}

    def _headline(self) -> tuple[str | None, int]:
        """Return the headline that readers see, and its place.

        Of several h1 it is the one most like the page's titles. An h1 in the trail is made for search engines, and some
        pages have none: there an h2 with the very words of a title is the headline.
        """
        page = self.page
        titles = [article_object(page).get("headline"), *page.meta("og:title", "twitter:title")]
        titles += [element.text for element in page.tagged("title")[:1]]
        worded = {bare(title): title for title in reversed([clean_text(title) for title in titles])}
        worded.pop("", None)
        best: tuple[float, str, int] | None = None
        for place in self.headings[:80]:
            element = self.elements[place]
            first = element.tag == "h1"
            if not first and (best is None or best[0] > 2) and best is not None:
                continue
            text = text_of(element) if _is_small(element) else ""
            key = bare(text)
            if not key or (not first and key not in worded):
                continue
            score = (
                _likeness(key, worded)
                - self.in_box(element)
                - (2 if first and _is_in_trail(element) else 0)
                - (not first)
            )
            if best is None or score > best[0]:
                best = (score, _worded(element, text, worded), place)
        if best is None:
            return self._headline_by_prop()
        return self._with_kicker(best[1], best[2], worded), best[2]

    def _with_kicker(self, text: str, place: int, worded: Mapping[str, str]) -> str:
        """Return the headline with the kicker above it where all the page's titles that hold the headline have both."""
        key = bare(text)
        longer = {title_key: title for title_key, title in worded.items() if title_key.endswith(key)}
        if not key or key in longer:
            return text
        above = [bare(text_of(e)) for p in range(max(0, place - 6), place) if _is_small(e := self.elements[p], 4)]
        for title_key, title in longer.items():
            if title_key[: -len(key)] in above:
                return title
        return text

    def _headline_by_prop(self) -> tuple[str | None, int]:
        for element in self.props.get("headline", ()):
            text = element.get("content") or text_of(element)
            if text and not self.in_box(element):
                return text, self.elements.index(element)
        return None, 0

    def _end(self) -> int:
        """Return the place where the headline's own lines end: in the first paragraphs, or at the next h1."""
        paragraphs = 0
        for place in range(self.place + 1, min(self.place + _AFTER, len(self.elements))):
            element = self.elements[place]
            if element.tag == "h1" and not self.in_box(element) and self._is_other(element):
                return place
            paragraphs += element.tag == "p" and len(element.text or "") > _LONG
            if paragraphs > _PARAGRAPHS:
                return place
        return min(self.place + _AFTER, len(self.elements))

    def _is_other(self, element: HtmlElement) -> bool:
        article = next(element.iterancestors("article"), None)
        return article is not None and article not in self.around

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds the story: the nearest article or main element around the headline, or the body."""
        if self.headline:
            for ancestor in self.elements[self.place].iterancestors("article", "main", "body"):
                return ancestor
        return next(self.page.root.iter("main", "body"), self.page.root)

    @cached_property
    def around(self) -> frozenset[HtmlElement]:
        """The elements around the headline, from the page's root down."""
        return frozenset(self.elements[self.place].iterancestors()) if self.headline else frozenset()

    def in_box(
        self, element: HtmlElement, *, foreign: re.Pattern[str] = BOXES, tags: frozenset[str] = _BOX_TAGS
    ) -> bool:
        """Tell whether *element* stands in a box of other stories, in comments, or in the page's frame."""
        around = self.around if "place" in self.__dict__ else frozenset()
        for ancestor in element.iterancestors():
            if ancestor in around or ancestor.tag in {"body", "main", "html"}:
                return False
            if ancestor.tag in tags and not (ancestor.tag in {"figure", "figcaption"} and _is_byline_figure(ancestor)):
                return True
            if ancestor.tag == "footer" and next(ancestor.iterancestors("article"), None) is None:
                return True
            if ancestor.tag == "article" and around and not _is_story(ancestor):
                return True
            names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
            if names != " " and is_named(names, foreign):
                return True
        return False

    def in_others(self, element: HtmlElement) -> bool:
        """Tell whether *element* stands among other stories or comments; a box about the author is no bar."""
        return self.in_box(element, foreign=OTHERS, tags=_OTHERS_TAGS)

    def in_teasers(self, element: HtmlElement) -> bool:
        """Tell whether *element* stands among teasers or in the page's frame; a gallery is no bar."""
        return self.in_box(element, foreign=PICTURE_BOXES, tags=_OTHERS_TAGS)

    def is_near(self, place: int) -> bool:
        """Tell whether *place* is by the headline."""
        return self.headline is not None and self.place - _BEFORE <= place < self.end

    def of(
        self,
        places: Iterable[int],
        *,
        near: bool,
        most: int = _SMALL,
        in_box: Callable[[HtmlElement], bool] | None = None,
    ) -> Iterator[HtmlElement]:
        """Yield the small elements at *places* that are not in a box, near the headline or not."""
        in_box = in_box or self.in_box
        for place in places:
            if self.is_near(place) is near or not self.headline:
                element = self.elements[place]
                if (
                    element.tag not in {"body", "main", "article", "html"}
                    and _is_small(element, most)
                    and not in_box(element)
                ):
                    yield element

    @cached_property
    def trail(self) -> list[str]:
        """The entries of the page's trail."""
        return _trail(self)

    @cached_property
    def texts(self) -> list[tuple[HtmlElement, str, str]]:
        """The texts of the headline's own lines, each with its element and the text before it."""
        texts: list[tuple[HtmlElement, str, str]] = []
        before = ""
        if self.headline is None:
            return texts
        start = max(0, self.place - 8)
        for place, element in enumerate(self.elements[start : self.end], start):
            if element.tag in {"script", "style", "noscript", "title", "option"} or place == self.place:
                continue
            for text in (element.text, element.tail):
                if text and (text := " ".join(text.split())):
                    texts.append((element, text, before))
                    before = text
        return texts

    @cached_property
    def lines(self) -> list[tuple[int, HtmlElement, str]]:
        """The short lines after the headline: innermost elements with a text of their own."""
        lines = []
        if self.headline is None:
            return []
        for place, element in enumerate(self.elements[self.place + 1 : self.end], self.place + 1):
            text = (element.text or "").strip()
            if text and element.tag not in {"script", "style", "noscript", "svg", "title"}:
                lines.append((place, element, text))
        return lines


def _is_byline_figure(figure: HtmlElement) -> bool:
    """Tell whether a figure holds the author's portrait with the byline."""
    return next(figure.iter("address", "time"), None) is not None or any(
        "author" in (a.get("rel") or "") for a in figure.iter("a")
    )


def _is_in_trail(element: HtmlElement) -> bool:
    """Tell whether a heading is the last entry of the page's trail: in a list, or on a line after its links."""
    parent = element.getparent()
    if parent is None:
        return False
    if parent.tag in {"li", "ol", "ul"} or "breadcrumb" in (element.get("class") or ""):
        return True
    links = [sibling for sibling in element.itersiblings(preceding=True) if sibling.tag in {"a", "li", "span"}]
    return len(links) >= 2 and sum(sibling.tag == "a" for sibling in links) >= 2


def _worded(element: HtmlElement, text: str, worded: Mapping[str, str]) -> str:
    """Return a heading's text; where it is put together of parts, as the title with the same words writes it.

    Where only a part of it has the very words of a title, the rest is a kicker.
    """
    if len(element) == 0:
        return text
    if (title := worded.get(bare(text))) is not None:
        return title
    for part in element.iter():
        if part is not element and (title := worded.get(bare(text_of(part)))) is not None:
            return title
    return text


def _likeness(key: str, titles: Iterable[str]) -> float:
    best = 0.0
    for title in titles:
        if key == title:
            return 3.0
        if len(key) > 8 and (key in title or title in key):
            best = max(best, 2 * min(len(key), len(title)) / max(len(key), len(title)))
    return best


def _is_story(article: HtmlElement) -> bool:
    """Tell whether an ``<article>`` without the headline holds the story: some paragraphs, not a linked heading."""
    return sum(1 for p in article.iter("p") if len(p.text or "") > 60) >= 3


def _of_authors(story: Story) -> Iterator[int]:
    """Yield where the links are that the page marks as leading to an author."""
    for place in story.page.places_of("a"):
        if "author" in (story.elements[place].get("rel") or ""):
            yield place


def _bylines(story: Story, *, near: bool) -> Iterator[tuple[list[str], str]]:
    """Yield author entries with the byline that holds them, the surest first."""
    in_box = story.in_others if near else story.in_box
    links = list(story.of(_of_authors(story), near=near, in_box=in_box))
    if near:
        start = max(0, story.place - _BEFORE)
        addressed = (
            place
            for place, e in enumerate(story.elements[start : story.end], start)
            if e.tag == "a" and AUTHOR_ADDRESS.search(e.get("href") or "")
        )
        links += [e for e in story.of(addressed, near=True, in_box=in_box) if e not in links and not _is_headingish(e)]
    marked = [
        e
        for e in story.of(story.kinds["byline"], near=near, in_box=in_box)
        if not _is_headingish(e) and next(e.iterancestors("figure"), None) is None and text_of(e)
    ]
    links = [e for e in links if 2 < len(text_of(e)) < _LONGEST_LINK]
    texts = [text_of(e) for e in links]
    if texts and (not near or len(texts) < 12):
        yield texts, _printed(story, links[0], marked)
    outer = [e for e in marked if not any(other is not e and other in e.iterancestors() for other in marked)]
    inner = [e for e in marked if not any(other is not e and e in other.iterancestors() for other in marked)]
    for elements in (inner, outer):
        texts = [text for e in elements[:12] for text in _pieces(e)]
        if texts:
            yield texts, _printed(story, elements[0], marked)
        texts = [text for e in elements[:12] if 2 < len(text := text_of(e)) < 200]
        if texts:
            yield texts, _printed(story, elements[0], marked)
    if near:
        for _, element, text in story.lines:
            if len(text) < 120 and BY.match(text + " x") and not in_box(element):
                around = element
                if (
                    bare(text) == bare(text_of(element))
                    and len(text) <= 30
                    and (parent := element.getparent()) is not None
                ):
                    around = parent if parent not in story.around and _is_small(parent) else element
                whole = _line(around) if _is_small(around) else text
                if len(whole) < 200 and BY.match(whole):
                    yield _pieces(around) if around is not element or len(element) else [whole], whole


def _raw_pieces(element: HtmlElement, *, dates: bool = True) -> Iterator[str]:
    """Yield the texts that stand under *element*, node by node, with a space where a block begins or ends.

    Without *dates*, elements of dates and counters before the first text are left out, and the first after it ends all.
    """
    yield element.text or ""
    any_text = bool((element.text or "").strip())
    unread: HtmlElement | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node is element or (unread is not None and node is not unread):
            continue
        space = " " if node.tag in _BLOCKS else ""
        if event == "start" and not dates and _is_date_part(node):
            if any_text:
                return
            unread = node
        elif event == "start" and node.tag in _UNREAD:
            unread = node
        elif event == "start":
            any_text = any_text or bool((node.text or "").strip())
            yield f"{space}{node.text or ''}"
        else:
            unread = None
            any_text = any_text or bool((node.tail or "").strip())
            yield f"{space}{node.tail or ''}"


def _is_date_part(element: HtmlElement) -> bool:
    """Tell whether an element beside a byline holds the date or the number of comments, and nobody's name."""
    if element.tag == "time":
        return True
    kinds = kinds_of(element.get("class") or "")
    if "byline" not in kinds and not {"published", "modified", "comments"}.isdisjoint(kinds):
        return _is_small(element) and any(c.isdigit() for c in text_of(element))
    text = " ".join((element.text or "").split())
    return element.tag in _BLOCKS and text[:1].isalnum() and _YEAR.search(text) is not None and _is_date_line(text)


def _pieces(element: HtmlElement) -> list[str]:
    """Return the texts of more than a character that stand under *element*, node by node."""
    return [text for raw in _raw_pieces(element) if len(text := " ".join(raw.split())) > 1]


def _is_headingish(element: HtmlElement) -> bool:
    return element.tag in {"h1", "script", "style", "meta", "link", "img", "svg", "input", "button"}


def _printed(story: Story, element: HtmlElement, marked: list[HtmlElement]) -> str:
    """Return the whole byline around *element*: the largest byline element around it that is still a line."""
    best = _line(element)
    for ancestor in islice(element.iterancestors(), 4):
        if ancestor in story.around or not _is_small(ancestor):
            break
        if ancestor in marked or ancestor.tag == "p" or BY.match((ancestor.text or "") + "x"):
            line = _line(ancestor)
            if len(line) > _LONGEST_BYLINE:
                break
            best = line
    return best


def _line(element: HtmlElement) -> str:
    """Return the text under *element* on one line, up to what belongs to a button, a date or a counter of its own.

    Where nobody is named before the date, the line goes on behind it. Words that only markup parts get a space between.
    """
    line = _joined(_raw_pieces(element, dates=False))
    if line and not _names_somebody(line) and _names_somebody(whole := _joined(_raw_pieces(element))):
        return whole
    return line


def _names_somebody(line: str) -> bool:
    entry = split_byline(line)
    return bool(entry.authors or entry.agencies or entry.role) or is_organisation(line)


def _joined(pieces: Iterable[str]) -> str:
    line = ""
    for text in pieces:
        if BUTTON.match(text.strip()):
            break
        if line[-1:].isalnum() and text[:1].isalnum():
            line += " "
        line += text
    return " ".join(line.split())


def _give_people(story: Story, candidates: Candidates) -> None:
    """Give authors and byline.

    What microdata says comes first, then the byline by the headline, then, where neither it nor the page's data names
    anybody, one further away. A byline that names an agency, the house or only a role says that there is no author:
    nothing after it counts.
    """
    props = [e for prop in ("author", "creator") for e in story.props.get(prop, ()) if not story.in_box(e)]
    names = [name for e in props if _is_small(e) and (name := _prop_name(e))]
    if names:
        candidates["authors"].append(Candidate("; ".join(names), SOURCE))
    house: str | None = None
    for near in (True, False):
        if not near and (names or _has_named_author(story.page)):
            break
        nobody: str | None = None
        for texts, byline in _bylines(story, near=near):
            entry = split_byline("; ".join(texts))
            if entry.authors:
                _give_byline(candidates, "; ".join(texts), byline, entry.role or split_byline(byline).role)
                return
            if nobody is None and (entry.agencies or entry.role):
                nobody = byline
            if house is None and is_prefixed(byline) and is_organisation(byline):
                house = byline
        if nobody is not None:
            _give_byline(candidates, nobody, nobody, split_byline(nobody).role)
            return
    if house is not None:
        candidates["byline"].append(Candidate(house, SOURCE))
    if names or _has_named_author(story.page):
        return
    for element in _SIGNED(story.page.root):
        if _is_small(element, 5) and len(split_byline(text := text_of(element)).authors) == 1 and len(text) < 40:
            candidates["authors"].append(Candidate(text, SOURCE))


def _give_byline(candidates: Candidates, authors: str, byline: str, role: str | None) -> None:
    candidates["authors"].append(Candidate(authors, SOURCE, final=True))
    candidates["byline"].append(Candidate(byline, SOURCE))
    candidates["author_role"].append(Candidate(role, SOURCE))


def _has_named_author(page: Page) -> bool:
    given = [*jsonld_author_names(page), *page.meta("author", "article:author")]
    return any(split_byline(name, single=True).authors for name in given)


def _prop_name(element: HtmlElement) -> str:
    for inner in element.iter():
        if "name" in (inner.get("itemprop") or "").split():
            return inner.get("content") or text_of(inner)
    return element.get("content") or (
        "" if element.get("itemscope") is not None and element.tag == "meta" else text_of(element)[:200]
    )


def _give_dates(story: Story, candidates: Candidates) -> None:
    """Give the dates: microdata, ``<time>`` and printed dates by the headline, then those further away."""
    published: list[str] = []
    modified: list[str] = []

    def sort_in(text: str, label: str) -> None:
        (modified if UPDATED.search(label) and not PUBLISHED.search(label) else published).append(text)

    for prop, values in (("datepublished", published), ("datecreated", published), ("datemodified", modified)):
        values += [_date_text(element) for element in story.props.get(prop, ()) if not story.in_others(element)]
    for element in story.of(story.page.places_of("time"), near=True, in_box=story.in_others):
        sort_in(_date_text(element), _label(element))
    for element, text, before in story.texts:
        if _YEAR.search(text):
            label = before if len(before) < 40 else ""
            for part in dated_parts(text):
                if _is_date_line(part) and not story.in_others(element):
                    sort_in(part, f"{label} {part}")
                label = ""
    for near in (True, False):
        in_box = story.in_others if near else story.in_box
        if not near:
            for element in story.of(story.page.places_of("time"), near=False):
                if _YEAR.search(text := _date_text(element)):
                    sort_in(text, _label(element))
        for kind in ("published", "modified"):
            for element in story.of(story.kinds[kind], near=near, in_box=in_box):
                parts = dated_parts(_date_text(element))
                for text in parts:
                    if _is_date_line(text) and any(c.isdigit() for c in text) and (near or _YEAR.search(text)):
                        sort_in(text, text if kind == "published" or len(parts) > 1 else kind)
    if not published:
        published.extend(_labelled_dates(story))
    for field_name, texts in (("date_published", published), ("date_modified", modified)):
        candidates[field_name].extend(Candidate(text, SOURCE) for text in dict.fromkeys(texts[:20]) if text)


def dated_parts(text: str) -> list[str]:
    """Return the dates of a line that prints two, each with its label; any other line as it is.

    >>> dated_parts("3 May 2024, 9:10 · Updated 4 May 2024"), dated_parts("May 3, 2024 (updated May 4, 2024)")
    (['3 May 2024, 9:10', 'Updated 4 May 2024'], ['May 3, 2024', 'updated May 4, 2024)'])
    """
    if len(_YEAR.findall(text)) < 2:
        return [text]
    parts = _BETWEEN_DATES.split(text)
    if len(parts) > 1 and all(_YEAR.search(part) for part in parts):
        return parts
    label = UPDATED.search(text)
    if label is not None and _YEAR.search(text[: label.start()]) and _YEAR.search(text[label.start() :]):
        return [text[: label.start()].rstrip(" (["), text[label.start() :]]
    return [text]


def _is_date_line(text: str) -> bool:
    """Tell whether *text* is a date, with its label perhaps, and no sentence with a date in it."""
    return len(text) <= _LONG and _DAY.search(text) is not None and sum(c.isalpha() for c in text) <= 36


def _labelled_dates(story: Story) -> Iterator[str]:
    """Yield what follows a label such as "Date:" anywhere in the page, outside boxes."""
    for element in story.elements:
        text = element.text
        if not text or DATE_LABEL.match(text) is None:
            continue
        if 3 < len(text.strip()) < 25 and len(element) == 0:
            text = f"{text} {element.tail or ''}"
        if len(text) < 80 and _YEAR.search(text) and not story.in_box(element):
            yield DATE_LABEL.sub("", text)


def _date_text(element: HtmlElement) -> str:
    for name in ("content", "datetime", "data-datetime", "data-timestamp", "data-date", "data-time"):
        if value := element.get(name):
            return value
    return text_of(element)[:200]


def _label(element: HtmlElement) -> str:
    """Return what stands beside a date and says which one it is."""
    parent = element.getparent()
    before = element.getprevious()
    texts = [element.get("class") or "", text_of(element), element.get("title") or ""]
    if before is not None:
        texts += [
            before.tail or "",
            text_of(before)[-60:] if _is_small(before, 5) else "",
        ]
    elif parent is not None:
        texts.append((parent.text or "")[-60:])
    if parent is not None and _is_small(parent, 6):
        texts.append(parent.get("class") or "")
    return " ".join(texts)


def _dek(story: Story) -> str | None:
    """Return the dek by the headline: what its name says is one, and is neither caption nor byline."""
    head = bare(story.headline or "")
    for element in story.of(story.kinds["dek"], near=True, most=25):
        if element in story.around or element.tag in {"a", "h1", "li", "ul", "button", "summary"}:
            continue
        text = text_of(element)
        if not 40 <= len(text) <= 700 or bare(text) == head or "©" in text:
            continue
        if any(CAPTIONED.search(e.get("class") or "") for e in (element, *islice(element.iterancestors(), 3))):
            continue
        if not any(AUTHOR_ADDRESS.search(link.get("href") or "") for link in element.iter("a")):
            return text
    return None


def _is_portrait(figure: HtmlElement) -> bool:
    """Tell whether a figure is of the byline: the author's portrait."""
    if _is_byline_figure(figure):
        return True
    return any(
        "byline" in kinds_of(e.get("class") or "") for e in (figure, *islice(figure.iterancestors(), 4)) if _is_small(e)
    )


def _pictures(story: Story) -> list[dict[str, Any]]:
    """Return the story's figures; before them the picture of the page's data, where none stands by the headline."""
    found = [
        (figure, image) for figure, image in figures(story.page, story.scope, story.in_box) if not _is_portrait(figure)
    ]
    if not found and story.headline:
        scope = frozenset(story.scope.iter("img"))
        following = (e for e in islice(story.elements, story.place, None) if e in scope)
        return [image for _, image in linked_pictures(story.page, following, story.around, story.in_teasers)]
    near = {id(element) for element in story.elements[max(0, story.place - _BEFORE) : story.end]}
    if found and not any(id(figure) in near for figure, _ in found):
        given = jsonld_images(article_object(story.page).get("image"))
        return [*given[:1], *(image for _, image in found)]
    return [image for _, image in found]


def _trail(story: Story) -> list[str]:
    """Return the entries of the page's trail: what its name says is one, else what its links say."""
    for place in story.kinds["trail"]:
        element = story.elements[place]
        if _is_small(element, 80):
            items = list(element.iter("li")) or list(element.iter("a"))
            crumbs = [text for e in items if (text := text_of(e))]
            if 1 <= len(crumbs) <= _LONGEST_TRAIL:
                return [text.strip(" /›»>|") for text in crumbs]
    return _linked_trail(story)


def _linked_trail(story: Story) -> list[str]:
    """Return the entries of the list above the headline whose every shown link leads one level further to the story.

    A list of other sections beside has links that lead elsewhere; a link alone, outside a list, is the section's label.
    """
    here = _path(story.page.url)
    for element in story.elements[: story.place if story.headline else 0]:
        if element.tag not in {"ul", "ol", "nav"} or not _is_small(element, 80):
            continue
        links = _leading_down(element, here, story.page)
        if 0 < len(links) <= _LONGEST_TRAIL:
            return [text_of(a) for a in links]
    return []


def _leading_down(element: HtmlElement, here: list[str], page: Page) -> list[HtmlElement]:
    """Return the shown links in *element*, without one home before them, if each leads further to *here*; else none."""
    links: list[HtmlElement] = []
    level, first = 0, True
    for a in element.iter("a"):
        href = a.get("href")
        if not href or _is_hidden(a, element):
            continue
        path = _path(page.absolute(href))
        if path or not first:
            if len(path) <= level or path == here or path != here[: len(path)]:
                return []
            links.append(a)
            level = len(path)
        first = False
    return links


def _path(url: str) -> list[str]:
    """Return the parts of an address's path, in small letters."""
    try:
        return [part for part in urlsplit(url).path.lower().split("/") if part]
    except ValueError:
        return []


def _is_hidden(element: HtmlElement, within: HtmlElement) -> bool:
    """Tell whether the markup says that *element*, or what holds it inside *within*, is not shown."""
    for e in (element, *element.iterancestors()):
        if e is within:
            return False
        if e.get("hidden") is not None or HIDDEN.search(f"{e.get('class') or ''} {e.get('style') or ''}"):
            return True
    return False


def _printed_section(story: Story) -> str | None:
    """Return the link by which the page prints a section that its data names in small letters, as addresses do.

    A page with a trail prints its section there.
    """
    given = [_first_section(article_object(story.page)), *story.page.meta("article:section", "section")]
    keys = {bare(text) for text in given if text and text == text.lower()} - {""}
    if keys:
        for link in story.page.tagged("a"):
            text = " ".join((link.text or "").split())
            if bare(text) in keys and text != text.lower() and not text.isupper() and text[-1].isalnum():
                return text
    return None


def _first_section(data: Mapping[str, Any]) -> str | None:
    value = data.get("articleSection")
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) else None


def _give_headline(story: Story, candidates: Candidates) -> None:
    _give(candidates, "headline", story.headline)


def _give_dek(story: Story, candidates: Candidates) -> None:
    _give(candidates, "description", _dek(story))


def _give_trail(story: Story, candidates: Candidates) -> None:
    _give(candidates, "breadcrumbs", story.trail)


def _give_sections(story: Story, candidates: Candidates) -> None:
    for element in story.props.get("articlesection", ()):
        _give(candidates, "section", element.get("content") or text_of(element))
    for element in story.of(story.kinds["section"], near=True, most=8):
        if 2 < len(text := text_of(element)) < 40:
            _give(candidates, "section", text)
            break
    if not story.trail and next(iter(breadcrumb_trails(story.page)), None) is None:
        _give(candidates, "section", _printed_section(story))


def _give_dateline(story: Story, candidates: Candidates) -> None:
    for element in story.of(story.kinds["dateline"], near=True, most=8):
        text = text_of(element)
        if 2 < len(text) < 80 and not any(c.isdigit() for c in text):
            _give(candidates, "dateline", text)
            break


def _give_corrections(story: Story, candidates: Candidates) -> None:
    corrections = [
        text_of(e)
        for near in (True, False)
        for e in story.of(story.kinds["correction"], near=near)
        if e.tag in {"p", "div", "section", "aside", "span"}
    ]
    _give(candidates, "corrections", [text for text in corrections if len(text) > 20])


def _give_comment_count(story: Story, candidates: Candidates) -> None:
    for place in story.kinds["comments"]:
        element = story.elements[place]
        if _is_small(element, 6) and _DIGIT.search(text := text_of(element)) and len(text) < 40:
            _give(candidates, "comment_count", text)
            return
    for element in story.page.tagged("h2", "h3", "h4")[:200]:
        if _DIGIT.search(story.page.inner_text(element)) and _is_small(element, 6):
            text = text_of(element)
            if COMMENTS_COUNTED.fullmatch(text):
                _give(candidates, "comment_count", text)
                return


def _give_tags(story: Story, candidates: Candidates) -> None:
    for place in story.kinds["tags"]:
        element = story.elements[place]
        if _is_small(element, 80) and element.tag not in {"body", "article"}:
            tags = [text for e in element.iter("a") if 1 < len(text := text_of(e)) < 60]
            if 1 <= len(tags) <= 25:
                _give(candidates, "keywords", tags)
                break


def _give_pictures(story: Story, candidates: Candidates) -> None:
    _give(candidates, "images", _pictures(story))


def _give(candidates: Candidates, field: str, value: Any) -> None:
    if value not in (None, "", []):
        candidates[field].append(Candidate(value, SOURCE))


_GIVERS = {
    "headline": _give_headline,
    "description": _give_dek,
    "authors": _give_people,
    "byline": _give_people,
    "author_role": _give_people,
    "dateline": _give_dateline,
    "date_published": _give_dates,
    "date_modified": _give_dates,
    "section": _give_sections,
    "breadcrumbs": _give_trail,
    "keywords": _give_tags,
    "images": _give_pictures,
    "corrections": _give_corrections,
    "comment_count": _give_comment_count,
}
FIELDS = frozenset(_GIVERS)
"""What the visible markup may give."""


class Markup:
    """What the visible markup of *page* and its microdata give, each field looked for when it is first asked for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._found = no_candidates()
        self._given: set[Callable[[Story, Candidates], None]] = set()

    @cached_property
    def _story(self) -> Story:
        return Story(self._page)

    def of(self, field: str) -> list[Candidate]:
        """Return the candidates for *field*."""
        give = _GIVERS.get(field)
        if give is not None and give not in self._given:
            self._given.add(give)
            give(self._story, self._found)
        return self._found.get(field, [])
