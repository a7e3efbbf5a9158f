"""What readers see, and microdata: headline, byline, dates, dek, trail … from the page's own markup.

One walk over the tree sorts the elements by what their names (tag, class, itemprop, rel …) say; only those few are then
looked at closely, those around the headline first. What stands in boxes, teasers and comments is never of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.jsonld import article_object
from newscrawl.extract.page import Page, text_of
from newscrawl.extract.pictures import figures
from newscrawl.processors import bare, clean_text, split_byline

SOURCE = "markup"

# Words in class, data-testid, data-component, itemprop and rel that tell what an element is, as content systems of
# several languages write them.
_KINDS = {
    "byline": r"by-?_?lines?|(?<![a-z])autor(?:en|es|a|i|in|zeile|info|line|box)?(?![a-z])|authors?(?![a-z]{2})|(?<![a-z])auteurs?(?![a-z])"
    r"|written-?by|(?<![a-z])writers?(?![a-z])|reporter|(?<![a-z])(?:signature|firma|journalist|verfasser|redakteur|penulis|yazar|skribent)(?![a-z])",
    "published": r"pub(?:lish(?:ed)?)?[-_]?(?:date|time|on|at|info)|date[-_]?(?:pub|time|published|created|line)|posted[-_]?on|(?:post|entry|article|story|news)[-_]*date|time-?stamp"
    r"|(?<![a-z])(?:date|datum|datetime|fecha|pubdate|time|published|publication|erscheinungsdatum|tanggal|tarih)(?![a-z])",
    "modified": r"modified|updated|last-?mod|update-?(?:date|time)|aktualisiert",
    "dek": r"(?<![a-z])(?:dek|deck|standfirst|stand-first|subhead(?:line|ing)?|sub-?title|sub-?headline|lead|lede|lead-?text|vorspann|intro|introduction|chapo|chapeau"
    r"|sapeau|sommario|bajada|entradilla|ingress|manchet|underrubrik|excerpt|synopsis|sottotitolo|occhiello|lid|strap(?:line)?|article-?summary|description|summary)(?![a-z])",
    "section": r"(?<![a-z])(?:section-?_?(?:name|label|title|link)|eyebrow|category|rubrik|ressort|channel-?name|topic-?label)(?![a-z])",
    "trail": r"bread-?_?crumbs?|brotkrumen|migas|fil-?d-?ariane",
    "dateline": r"(?<![a-z])(?:dateline|story-?location|article-?location|dateline-?location)(?![a-z])",
    "correction": r"(?<![a-z])(?:corrections?|editors?-?note)(?![a-z])",
    "comments": r"comments?[-_]*(?:count|number|total|counter)|(?:count|num|number)[-_]*comments?",
    "tags": r"(?<![a-z])(?:article-?tags?|tag-?list|tags-?list|post-?tags|story-?tags|tags-?links|tags|article-?topics|keywords|schlagwort\w*)(?![a-z])",
}  # fmt: skip
_KIND = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _KINDS.items()}
# Containers whose content belongs to other stories, to readers or to the house.
_FOREIGN = re.compile(
    r"comment|related|recommend|teaser|side-?bar|most-?(?:read|popular|viewed|shared)|(?<![a-z])popular|trending|newsletter|promo|advert|footer"
    r"|(?<![a-z])(?:nav|menu|ads?|widget|card|listing|feed|recent|latest|ticker|modal|dialog|tooltip|gallery)(?![a-z])|carousel|slider"
    r"|more-?(?:news|stories|from|on)|read-?(?:more|next|also)|see-?also|outbrain|taboola|cookie|consent|recirc|onward|subscri|signup|(?<![a-z])bio(?![a-z])",
    re.IGNORECASE,
)  # fmt: skip
_FOREIGN_TAGS = frozenset(
    {"aside", "nav", "footer", "form", "figure", "figcaption", "blockquote", "dialog", "select", "table"}
)
_AUTHOR_ADDRESS = re.compile(
    r"/(?:authors?|autor(?:en|es|in|i)?|auteurs?|autores?|journalists?|journalistes?|staff|profiles?|profil|by|reporters?|columnists?|contributors?|"
    r"redaktion|redakteure?|redacteur|writers?|firmas|autore|penulis|yazar|yazarlar|forfatter|skribent|correspondents?)/[^/?#]",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\s*(?:by|von|par|por|di|av|af|door|oleh|text|autor(?:in)?|von:|author|written by|penulis|yazan|автор|文)\s*[:：]?\s*\S",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|modifi|aktualis|geändert|stand\b|mis à jour|actualiz|aggiornat|atualizad|bijgewerkt|gewijzigd|opdater|oppdater|uppdater|päivit|güncel|edited|diperbarui|обновл|оновл|更新|수정|cập nhật",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"publi|posted|erstellt|veröffentlicht|erschienen|created|first|pubbl|gepubliceerd|geplaatst|oprettet|julkaistu|yayın|giriş|опубл|公開|配信|입력|등록|đăng|diterbitkan|dato|datum|date|fecha|data",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"\s*(?:date|datum|published(?: on)?|publi[ée]e? le|fecha|data|posted(?: on)?|veröffentlicht(?: am)?|erschienen(?: am)?|publicado(?: el)?|pubblicato(?: il)?|dato|tarih|дата|опубликовано|公開日|配信日)\s*[:：]?\s*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

_NAMED = etree.XPath("//*[@itemprop or @rel or @data-testid or @data-component or @itemtype]", smart_strings=False)
# How far around the headline its own lines stand, in elements.
_AFTER, _BEFORE = 160, 40
_SMALL = 40


@lru_cache(maxsize=32768)
def _kinds_of(names: str) -> tuple[str, ...]:
    """Return what *names* tell about their element."""
    return tuple(kind for kind, pattern in _KIND.items() if pattern.search(names))


@lru_cache(maxsize=32768)
def _is_foreign_name(names: str) -> bool:
    return _FOREIGN.search(names) is not None


def _is_small(element: HtmlElement, most: int = _SMALL) -> bool:
    return sum(1 for _ in islice(element.iter(), most + 1)) <= most


class Story:
    """The elements of a page that tell about its story, found in one walk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.elements: list[HtmlElement] = []
        self.headings: list[int] = []
        self.times: list[int] = []
        self.kinds: dict[str, list[int]] = {kind: [] for kind in _KIND}
        elements, kinds = self.elements, self.kinds
        for place, element in enumerate(page.root.iter("*")):
            elements.append(element)
            tag = element.tag
            if tag == "h1":
                self.headings.append(place)
            elif tag == "time":
                self.times.append(place)
            names = element.get("class")
            if names:
                for kind in _kinds_of(names):
                    kinds[kind].append(place)
        self._add_named()
        self.headline, self.place = self._headline()

    def _add_named(self) -> None:
        """Sort in what names other than classes tell."""
        self.props: dict[str, list[HtmlElement]] = {}
        self.rels: list[int] = []
        named = _NAMED(self.page.root)
        if not named:
            return
        places = {element: place for place, element in enumerate(self.elements)}
        touched: set[str] = set()
        for element in named:
            place = places[element]
            for prop in (element.get("itemprop") or "").lower().split():
                self.props.setdefault(prop, []).append(element)
            if "author" in (element.get("rel") or "").lower().split():
                self.rels.append(place)
            for name in ("data-testid", "data-component"):
                if value := element.get(name):
                    for kind in _kinds_of(value):
                        self.kinds[kind].append(place)
                        touched.add(kind)
            if (element.get("itemtype") or "").endswith("BreadcrumbList"):
                self.kinds["trail"].append(place)
                touched.add("trail")
        for kind in touched:
            self.kinds[kind] = sorted(set(self.kinds[kind]))

    def _headline(self) -> tuple[str | None, int]:
        """Return the h1 that is the story's, and its place: of several, the one most like the page's titles."""
        titles = {bare(clean_text(title)) for title in self.page.meta("og:title", "twitter:title")}
        titles.add(bare(clean_text(article_object(self.page).get("headline"))))
        titles.update(bare(element.text or "") for element in islice(self.page.root.iter("title"), 1))
        titles.discard("")
        best: tuple[float, str, int] | None = None
        for place in self.headings[:20]:
            element = self.elements[place]
            text = text_of(element)
            key = bare(text)
            if not key:
                continue
            score = _likeness(key, titles) - self.in_box(element)
            if best is None or score > best[0]:
                best = (score, text, place)
        if best is None:
            return self._headline_by_prop()
        return best[1], best[2]

    def _headline_by_prop(self) -> tuple[str | None, int]:
        for element in self.props.get("headline", ()):
            text = element.get("content") or text_of(element)
            if text and not self.in_box(element):
                return text, self.elements.index(element)
        return None, 0

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds the story: the nearest article or main element around the headline, else the page's body."""
        if self.headline:
            for ancestor in self.elements[self.place].iterancestors("article", "main", "body"):
                return ancestor
        return next(self.page.root.iter("main", "body"), self.page.root)

    @cached_property
    def around(self) -> frozenset[HtmlElement]:
        """The elements around the headline, from the page's root down."""
        return frozenset(self.elements[self.place].iterancestors()) if self.headline else frozenset()

    def in_box(self, element: HtmlElement) -> bool:
        """Tell whether *element* stands in a box of other stories, in comments, or in the page's frame."""
        around = self.around if "place" in self.__dict__ else frozenset()
        for ancestor in (element, *element.iterancestors()):
            if ancestor in around or ancestor.tag in {"body", "main", "html"}:
                return False
            if ancestor.tag in _FOREIGN_TAGS and ancestor is not element:
                return True
            if ancestor.tag == "article" and around and not _is_story(ancestor):
                return True
            names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
            if names != " " and ancestor is not element and _is_foreign_name(names):
                return True
        return False

    def is_near(self, place: int) -> bool:
        """Tell whether *place* is by the headline."""
        return self.headline is not None and self.place - _BEFORE <= place <= self.place + _AFTER

    def of(self, places: Iterable[int], *, near: bool, most: int = _SMALL) -> Iterator[HtmlElement]:
        """Yield the small elements at *places* that are not in a box, near the headline or not."""
        for place in places:
            if self.is_near(place) is near or not self.headline:
                element = self.elements[place]
                if (
                    element.tag not in {"body", "main", "article", "html"}
                    and _is_small(element, most)
                    and not self.in_box(element)
                ):
                    yield element

    @cached_property
    def lines(self) -> list[tuple[int, HtmlElement, str]]:
        """The short lines after the headline: innermost elements with a text of their own."""
        lines = []
        if self.headline is None:
            return []
        for place in range(self.place + 1, min(self.place + _AFTER, len(self.elements))):
            element = self.elements[place]
            text = (element.text or "").strip()
            if text and element.tag not in {"script", "style", "noscript", "svg", "title"}:
                lines.append((place, element, text))
        return lines


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


def _bylines(story: Story, *, near: bool) -> Iterator[tuple[list[str], str]]:
    """Yield author entries with the byline that holds them, the surest first."""
    links = [e for e in story.of(story.rels, near=near) if e.tag == "a" and not _is_headingish(e)]
    if near:
        window = range(max(0, story.place - _BEFORE), min(story.place + _AFTER, len(story.elements)))
        addressed = (
            p
            for p in window
            if story.elements[p].tag == "a" and _AUTHOR_ADDRESS.search(story.elements[p].get("href") or "")
        )
        links += [e for e in story.of(addressed, near=True) if e not in links and not _is_headingish(e)]
    marked = [e for e in story.of(story.kinds["byline"], near=near) if not _is_headingish(e)]
    texts = [text for e in links if 2 < len(text := text_of(e)) < 80]
    if texts and (not near or len(texts) < 12):
        yield texts, _printed(story, links[0], marked)
    inner = [e for e in marked if not any(other is not e and e in other.iterancestors() for other in marked)]
    texts = [text for e in inner if 2 < len(text := text_of(e)) < 200]
    if texts:
        yield texts[:12], _printed(story, inner[0], marked)
    outer = [e for e in marked if not any(other is not e and other in e.iterancestors() for other in marked)]
    texts = [text for e in outer if 2 < len(text := text_of(e)) < 200]
    if texts:
        yield texts[:6], texts[0]
    if near:
        for _, element, text in story.lines:
            if len(text) < 120 and _BY.match(text + " x") and not story.in_box(element):
                whole = text_of(element) if _is_small(element) else text
                if (
                    len(whole) <= 30
                    and bare(whole) == bare(text)
                    and element.getparent() is not None
                    and _is_small(element.getparent())
                ):
                    whole = text_of(element.getparent())
                if len(whole) < 200 and _BY.match(whole):
                    yield [whole], whole


def _is_headingish(element: HtmlElement) -> bool:
    return element.tag in {"h1", "h2", "script", "style", "meta", "link", "img", "svg", "input", "button"}


def _printed(story: Story, element: HtmlElement, marked: list[HtmlElement]) -> str:
    """Return the whole byline around *element*: the largest byline element around it that is still a line."""
    best = text_of(element)
    for ancestor in islice(element.iterancestors(), 4):
        if ancestor in story.around or not _is_small(ancestor):
            break
        if ancestor in marked or ancestor.tag == "p" or _BY.match((ancestor.text or "") + "x"):
            text = text_of(ancestor)
            if len(text) > 200:
                break
            best = text
    return best


def _give_people(story: Story, candidates: Candidates) -> None:
    """Give authors and byline: what microdata says, then the byline by the headline, then, where neither it nor the
    page's data names anybody, one further away.

    A byline that names an agency, the house or only a role says that there is no author: nothing after it counts.
    """
    props = [e for prop in ("author", "creator") for e in story.props.get(prop, ()) if not story.in_box(e)]
    names = [name for e in props if _is_small(e) and (name := _prop_name(e))]
    if names:
        candidates["authors"].append(Candidate("; ".join(names), SOURCE))
    for near in (True, False):
        if not near and (names or _has_named_author(story.page)):
            return
        for texts, byline in _bylines(story, near=near):
            entry = split_byline("; ".join(texts))
            if not (entry.authors or entry.agencies or entry.role):
                continue
            candidates["authors"].append(Candidate("; ".join(texts), SOURCE, final=True))
            candidates["byline"].append(Candidate(byline, SOURCE))
            candidates["author_role"].append(Candidate(byline, SOURCE))
            return


def _has_named_author(page: Page) -> bool:
    return bool(article_object(page).get("author")) or any(
        "//" not in text for text in page.meta("author", "article:author")
    )


def _prop_name(element: HtmlElement) -> str:
    for inner in element.iter():
        if "name" in (inner.get("itemprop") or "").split():
            return inner.get("content") or text_of(inner)
    return element.get("content") or (
        "" if element.get("itemscope") is not None and element.tag == "meta" else text_of(element)[:200]
    )


def _give_dates(story: Story, candidates: Candidates) -> None:
    published: list[str] = []
    modified: list[str] = []
    for prop, values in (("datepublished", published), ("datecreated", published), ("datemodified", modified)):
        for element in story.props.get(prop, ()):
            if not story.in_box(element):
                values.append(_date_text(element))
    for near in (True, False):
        for element in story.of(story.times, near=near):
            label = _label(element)
            into = modified if _UPDATED.search(label) and not _PUBLISHED.search(label) else published
            into.append(_date_text(element))
        for kind, values in (("published", published), ("modified", modified)):
            for element in story.of(story.kinds[kind], near=near):
                text = _date_text(element)
                if len(text) <= 120 and any(c.isdigit() for c in text):
                    updated = kind == "published" and _UPDATED.search(text) and not _PUBLISHED.search(text)
                    (modified if updated else values).append(text)
        if near:
            published.extend(
                text
                for _, element, text in story.lines
                if len(text) <= 60 and _YEAR.search(text) and not story.in_box(element) and not _UPDATED.search(text)
            )
    if not published:
        published.extend(_labelled_dates(story))
    for text in dict.fromkeys(published[:20]):
        if text:
            candidates["date_published"].append(Candidate(text, SOURCE))
    for text in dict.fromkeys(modified[:10]):
        if text:
            candidates["date_modified"].append(Candidate(text, SOURCE))


def _labelled_dates(story: Story) -> Iterator[str]:
    """Yield what follows a label such as "Date:" anywhere in the page, outside boxes."""
    for element in story.elements:
        for text in (f"{element.text or ''} {element.tail or ''}" if _is_label(element) else element.text or "",):
            if len(text) < 80 and _DATE_LABEL.match(text) and _YEAR.search(text) and not story.in_box(element):
                yield _DATE_LABEL.sub("", text)


def _is_label(element: HtmlElement) -> bool:
    text = (element.text or "").strip()
    return 3 < len(text) < 25 and len(element) == 0 and _DATE_LABEL.match(text) is not None


def _date_text(element: HtmlElement) -> str:
    return element.get("content") or element.get("datetime") or element.get("data-datetime") or text_of(element)[:200]


def _label(element: HtmlElement) -> str:
    """Return what stands beside a date and says which one it is."""
    parent = element.getparent()
    before = element.getprevious()
    texts = [element.get("class") or "", element.text or "", element.get("title") or ""]
    if before is not None:
        texts += [
            before.tail or "",
            text_of(before)[-60:] if isinstance(before.tag, str) and _is_small(before, 5) else "",
        ]
    elif parent is not None:
        texts.append((parent.text or "")[-60:])
    if parent is not None and _is_small(parent, 6):
        texts.append(parent.get("class") or "")
    return " ".join(texts)


def _give_rest(story: Story, candidates: Candidates) -> None:
    def give(field_name: str, value: Any) -> None:
        if value not in (None, "", []):
            candidates[field_name].append(Candidate(value, SOURCE))

    give("headline", story.headline)
    head = bare(story.headline or "")
    for element in story.of(story.kinds["dek"], near=True, most=25):
        if story.elements[story.place] in element.iter():
            continue
        text = text_of(element)
        if 40 <= len(text) <= 700 and bare(text) != head and element.tag not in {"a", "h1", "li", "ul", "button"}:
            give("description", text)
            break
    for place in story.kinds["trail"]:
        element = story.elements[place]
        if _is_small(element, 80):
            crumbs = (
                [text_of(e) for e in element.iter("li", "a")]
                if next(element.iter("li"), None) is None
                else [text_of(e) for e in element.iter("li")]
            )
            if 1 <= len([c for c in crumbs if c]) <= 8:
                give("breadcrumbs", [c.strip(" /›»>|") for c in crumbs if c])
                break
    for element in story.props.get("articlesection", ()):
        give("section", element.get("content") or text_of(element))
    for element in story.of(story.kinds["section"], near=True, most=8):
        if 2 < len(text := text_of(element)) < 40:
            give("section", text)
            break
    for element in story.of(story.kinds["dateline"], near=True, most=8):
        text = text_of(element)
        if 2 < len(text) < 80 and not any(c.isdigit() for c in text):
            give("dateline", text)
            break
    corrections = [
        text_of(e)
        for near in (True, False)
        for e in story.of(story.kinds["correction"], near=near)
        if e.tag in {"p", "div", "section", "aside", "span"}
    ]
    give("corrections", [text for text in corrections if len(text) > 20])
    for place in story.kinds["comments"]:
        element = story.elements[place]
        if _is_small(element, 6) and re.search(r"\d", text := text_of(element)) and len(text) < 40:
            give("comment_count", text)
            break
    for place in story.kinds["tags"]:
        element = story.elements[place]
        if _is_small(element, 80) and element.tag not in {"body", "article"}:
            tags = [text for e in element.iter("a") if 1 < len(text := text_of(e)) < 60]
            if 1 <= len(tags) <= 25:
                give("keywords", tags)
                break
    give("images", figures(story.page, story.scope, story.in_box))


def markup_candidates(page: Page) -> Candidates:
    """Return what the visible markup and its microdata give for the article's fields."""
    candidates = no_candidates()
    story = Story(page)
    _give_people(story, candidates)
    _give_dates(story, candidates)
    _give_rest(story, candidates)
    return candidates
