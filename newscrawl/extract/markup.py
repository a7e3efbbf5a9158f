"""What readers see, and microdata: headline, byline, dates, dek, trail, pictures … from the page's own markup.

One walk over the tree sorts the elements by what their names (tag, class, id, itemprop, rel) say; only those few are
then looked at closely. What stands in boxes, teasers and comments is never of the article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml.html import HtmlElement

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.page import Page, text_of
from newscrawl.processors import bare

SOURCE = "markup"

# Names in class, id, itemprop, rel and data-testid that tell what an element is; in the languages of content systems.
_KINDS = {
    "byline": r"by-?_?lines?\b|bylines?|\bautor(?:en|es|a|i)?(?:zeile|info|line|box)?\b|authors?\b|autore\b|auteurs?\b|writtenby|(?:^|[\s_-])writer|"
    r"\bcredits?-author|contributors?\b|reporter-?name|signature\b|firma\b",
    "published": r"pub(?:lish(?:ed)?)?-?_?(?:date|time|on|at)|date-?_?pub|datepublished|posted-?on|post-?date|entry-?date|timestamp|time-?stamp|"
    r"(?:^|[\s_-])(?:date|datum|datetime|fecha|pubdate|dateline-date|artikeldatum|time|datetime|published)\b",
    "dek": r"(?:^|[\s_-])(?:dek|deck|standfirst|subhead(?:line|ing)?|subtitle|sub-?title|teaser-?text|lead|lede|leadtext|vorspann|intro|chapo|chapeau|"
    r"abstract|summary|sapeau|sommario|bajada|entradilla|ingress|manchet|underrubrik|excerpt|description|kicker-?text|synopsis)\b",
    "section": r"(?:^|[\s_-])(?:section-?(?:name|label|title)|eyebrow|category|rubrik|ressort|channel-?name|kicker|overline|topic-?label)\b",
    "trail": r"bread-?_?crumbs?|brotkrumen|migas|fil-?d-?ariane",
    "dateline": r"(?:^|[\s_-])(?:dateline|story-?location|article-?location|location|ort|place)\b",
    "correction": r"\b(?:corrections?|editors?-?note|correction-note|article-correction)\b",
    "comments": r"comments?-?_?(?:count|number|total|link|button)|commentcount|count-?comments",
    "tags": r"(?:^|[\s_-])(?:tags?|tag-?list|article-?tags|topics?|keywords|schlagw\w+)(?:\b|__)",
}
_KIND = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _KINDS.items()}
# Containers whose content belongs to other stories, to readers or to the house.
_FOREIGN = re.compile(
    r"comment|related|recommend|teaser|sidebar|side-bar|most-?(?:read|popular|viewed)|popular|trending|newsletter|promo|advert|\bads?\b|"
    r"footer|\bnav|menu|widget|carousel|more-?(?:news|stories|from|on)|read-?(?:more|next|also)|outbrain|taboola|share|social|cookie|consent|modal|latest|"
    r"ticker|recent|(?:^|[\s_-])list(?:ing)?(?:$|[\s_-])|card|recirc|onward|paywall",
    re.IGNORECASE,
)
_FOREIGN_TAGS = frozenset({"aside", "nav", "footer", "form"})
_NAMED = ("class", "id", "itemprop", "rel", "data-testid", "data-component", "property")


@lru_cache(maxsize=16384)
def _kinds_of(names: str) -> tuple[str, ...]:
    """Return what *names* tell about their element."""
    return tuple(kind for kind, pattern in _KIND.items() if pattern.search(names))


@lru_cache(maxsize=16384)
def _is_foreign(names: str) -> bool:
    return _FOREIGN.search(names) is not None


@dataclass
class Found:
    """Elements of a page by kind, in page order, with their place in it."""

    headings: list[tuple[int, HtmlElement]] = field(default_factory=list)
    times: list[tuple[int, HtmlElement]] = field(default_factory=list)
    figures: list[tuple[int, HtmlElement]] = field(default_factory=list)
    kinds: dict[str, list[tuple[int, HtmlElement]]] = field(default_factory=lambda: defaultdict(list))


def survey(root: HtmlElement) -> Found:
    """Sort the page's elements; one walk."""
    found = Found()
    for place, element in enumerate(root.iter("*")):
        tag = element.tag
        if tag == "h1":
            found.headings.append((place, element))
        elif tag == "time":
            found.times.append((place, element))
        elif tag == "figure":
            found.figures.append((place, element))
        attributes = element.attrib
        names = attributes.get("class", "")
        for name in ("id", "itemprop", "rel", "data-testid"):
            if value := attributes.get(name):
                names = f"{names} {value}"
        if names:
            for kind in _kinds_of(names):
                found.kinds[kind].append((place, element))
    return found


def _names(element: HtmlElement) -> str:
    return " ".join(value for name in ("class", "id", "role", "data-testid") if (value := element.get(name)))


def is_foreign(element: HtmlElement) -> bool:
    """Tell whether *element* stands in a box of other stories, in comments, or in the page's frame."""
    for ancestor in element.iterancestors():
        if ancestor.tag in {"body", "main", "article"}:
            return False
        if ancestor.tag in _FOREIGN_TAGS or _is_foreign(_names(ancestor)):
            return True
    return False


def markup_candidates(page: Page) -> Candidates:
    """Return what the visible markup gives for the article's fields."""
    candidates = no_candidates()
    found = survey(page.root)

    def give(field_name: str, value: Any) -> None:
        if value not in (None, "", []):
            candidates[field_name].append(Candidate(value, SOURCE))

    headline, place = _headline(page, found)
    give("headline", headline)
    for _, element in found.kinds["byline"]:
        if not is_foreign(element):
            text = text_of(element)
            if 3 < len(text) < 200:
                give("byline", text)
                give("authors", text)
                give("author_role", text)
    for _, element in found.times:
        if not is_foreign(element):
            give("date_published", element.get("datetime") or text_of(element))
    for _, element in found.kinds["published"]:
        if not is_foreign(element):
            give("date_published", element.get("content") or element.get("datetime") or text_of(element)[:200])
    return candidates


def _headline(page: Page, found: Found) -> tuple[str | None, int]:
    """Return the h1 that is the story's: of several, the one most like the page's titles."""
    titles = [
        bare(title)
        for title in (*page.meta("og:title", "twitter:title"), *(str(d.get("headline", "")) for d in page.json_ld))
    ]
    best: tuple[int, str, int] | None = None
    for index, (place, element) in enumerate(found.headings):
        text = text_of(element)
        if len(text) < 2:
            continue
        key = bare(text)
        score = 2 if key and any(key == title or key in title or (title and title in key) for title in titles) else 0
        if best is None or score > best[0]:
            best = (score, text, place)
    return (best[1], best[2]) if best else (None, 0)
