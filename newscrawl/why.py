"""Why a page was read as it was: every candidate of every field with what became of it, and what speaks for an article.

For people who look at one page; a crawl never comes here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawl.article import read_page
from newscrawl.dates import parse_date
from newscrawl.extract.candidates import Candidate
from newscrawl.extract.page import UNSEEN, Page, text_of
from newscrawl.extract.refusal import refusal, unlike_article
from newscrawl.items import Article
from newscrawl.link_places import Places
from newscrawl.links import Link, classify_page
from newscrawl.loaders import ArticleLoader, DateRead

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CHOSEN = "chosen"
"""The verdict on the candidate that became the field's value."""

_EMPTY = {
    "authors": "names no person",
    "byline": "is no byline",
    "date_published": "is no date that an article can have",
    "date_modified": "is no date that an article can have",
    "dateline": "is no place",
    "headline": "says nothing but the publication's name",
    "description": "says what the headline says, or nothing",
}
_HIGHER_LOST = {
    "authors": "the byline that readers see names others, or more",
    "date_published": "a lower source has the time, or its zone",
    "section": "in small letters, as addresses have it",
}
_DATES = frozenset({"date_published", "date_modified"})
_DATE_SHAPE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b|\d{4}-\d\d-\d\d")
_MOST_PASSED_OVER = 12


@dataclass(frozen=True, slots=True)
class Considered:
    """One value that a field could have had."""

    value: str
    """As it would have been written; as it stands on the page where nothing was left of it."""

    source: str
    """As in `Article.sources`; ``page`` for what no extractor took for a candidate."""

    verdict: str
    """`CHOSEN`, or why it was not."""

    times: int = 1
    """How often it stands there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A page, read and explained."""

    article: Article
    fields: dict[str, list[Considered]]
    """Per field of `Article` its candidates, best source first, then what was passed over."""

    refused: str | None
    """Why the page is no article, in the words of a run's report; ``None`` where it is one."""

    signs: list[str]
    """What speaks for or against an article, a sentence each."""


def explain(page: Page, *, now: datetime | None = None) -> Reading:
    """Return how *page* is read, and why.

    Args:
        page: the page; it is read as `newscrawl.article.load_article` reads it.
        now: the time of the reading, aware.
    """
    article, offers, loader = read_page(page, now=now)
    fields = {field: _considered(loader, field, list(offers.of(field))) for field in offers.fields()}
    if article.date_modified is None:
        fields["date_modified"] = [
            replace(each, verdict="no later than the publication") if each.verdict == CHOSEN else each
            for each in fields.get("date_modified", ())
        ]
    if article.section and not any(each.verdict == CHOSEN for each in fields.get("section", ())):
        fields.setdefault("section", []).insert(0, Considered(article.section, article.sources["section"], CHOSEN))
    taken = {each.value for each in fields.get("date_published", ())}
    fields.setdefault("date_published", []).extend(_passed_over_dates(page, taken))
    fields.setdefault("headline", []).extend(_passed_over_headings(page, article))
    links = classify_page(page)
    refused = _refused(page, article, links)
    told = {field: fields[field] for field in Article.__dataclass_fields__ if fields.get(field)}
    return Reading(article, told, refused, list(_signs(page, article, links)))


def _considered(loader: ArticleLoader, field: str, candidates: Sequence[Candidate]) -> list[Considered]:
    chosen: Candidate | None = loader.get_output_value(field)
    clean = loader.get_input_processor(field)
    cleaned = [clean([replace(candidate, final=False)], loader.context) for candidate in candidates]
    values = [_shown(kept[0].value) if kept else None for kept in cleaned]
    best = _shown(chosen.value) if chosen is not None and chosen.value is not None else None
    place = next(
        (i for i, c in enumerate(candidates) if chosen and best and c.source == chosen.source and values[i] == best),
        None,
    )
    told: list[Considered] = []
    silent: str | None = None
    for index, candidate in enumerate(candidates):
        value = values[index]
        if index == place:
            verdict = CHOSEN
        elif silent is not None:
            verdict = f"not asked: what {silent} says is all there is"
        elif value is None:
            verdict = _EMPTY.get(field, "nothing is left of it when it is cleaned")
        elif best is not None and value.partition(" (")[0] == best.partition(" (")[0]:
            verdict = "says the same"
        elif best is not None and field in _DATES and value[:10] == best[:10]:
            verdict = "the same day, no more precise"
        elif place is not None and index < place:
            verdict = _HIGHER_LOST.get(field, "passed over for a better one")
        else:
            verdict = "a lower source"
        told.append(Considered(value or _shown(candidate.value), candidate.source, verdict))
        silent = silent or (candidate.source if candidate.final else None)
    return _merged(told)


def _shown(value: Any) -> str:
    if isinstance(value, DateRead):
        return value.parsed.iso() if value.parsed.iso() == value.raw else f"{value.parsed.iso()} ({value.raw})"
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(part) for part in value)
    if isinstance(value, dict):
        return str(value.get("url") or value)
    return str(getattr(value, "url", value))


def _merged(told: Sequence[Considered]) -> list[Considered]:
    counts: dict[Considered, int] = {}
    for each in told:
        counts[each] = counts.get(each, 0) + 1
    return [replace(each, times=times) for each, times in counts.items()]


def _passed_over_dates(page: Page, taken: set[str]) -> list[Considered]:
    """Return what looks like a date on the page and was never a candidate, with the place that speaks against it."""
    places = Places.on(page)
    told: list[Considered] = []
    for element in page.root.iter("*"):
        if element.tag in UNSEEN or next(element.iterancestors(*UNSEEN), None) is not None:
            continue
        stated = element.get("datetime") if element.tag == "time" else None
        for piece in (stated, element.text, element.tail):
            text = " ".join((piece or "").split())
            if not 6 <= len(text) <= 40 or not any(c.isdigit() for c in text):
                continue
            if not _DATE_SHAPE.search(text) and parse_date(text) is None:
                continue
            if not any(text in value for value in taken):
                told.append(Considered(text, "page", _place(places, element)))
    return _merged(told)[:_MOST_PASSED_OVER]


def _place(places: Places, element: HtmlElement) -> str:
    setting = places.of(element)[0]
    path = [element, *element.iterancestors()][:3]
    where = " ".join(_named(node) for node in reversed(path) if node.tag not in {"html", "body"})
    if setting.via:
        return f"in the box “{setting.via}”: {where}"
    if setting.region in {"nav", "header", "footer", "aside"}:
        return f"in the page's {setting.region}: {where}"
    return f"not in the headline's own lines: {where}"


def _named(element: HtmlElement) -> str:
    name = element.get("id")
    classes = (element.get("class") or "").split()
    tag = str(element.tag)
    return f"{tag}#{name}" if name else ".".join([tag, *classes[:1]])


def _passed_over_headings(page: Page, article: Article) -> Iterator[Considered]:
    for element in page.root.iter("h1"):
        text = text_of(element)
        if text and text not in (article.headline or "") and (article.headline or "") not in text:
            yield Considered(text, "page", "another h1, less like the page's titles")


def _refused(page: Page, article: Article, links: Sequence[Link]) -> str | None:
    if reason := refusal(page):
        return reason
    for field in ("headline", "body"):
        if not getattr(article, field):
            return f"no {field}"
    if page.site is not None:
        return None
    return unlike_article(page, article, links)


def _signs(page: Page, article: Article, links: Sequence[Link]) -> Iterator[str]:
    types = sorted({str(data["@type"]) for data in page.json_ld if data.get("@type")})
    yield f"JSON-LD calls it: {', '.join(types)}" if types else "no JSON-LD"
    if kinds := sorted(set(page.meta("og:type"))):
        yield f"og:type says: {', '.join(kinds)}"
    if article.date_published:
        yield f"a date of publication, from {article.sources['date_published']}"
    else:
        yield "no date of publication"
    yield f"{article.word_count} words in {len((article.body or '').split(chr(10)))} paragraphs"
    yield f"{sum(link.kind == 'article' for link in links)} links to articles"
    if page.site is not None and page.site.article_pattern is not None:
        fits = page.site.article_pattern.search(urlsplit(page.url).path)
        yield f"its address {'has' if fits else 'has not'} the form that {page.site.name} declares for articles"
    if robots := sorted(set(page.meta("robots"))):
        yield f"meta robots says: {', '.join(robots)}"


def as_json(reading: Reading) -> dict[str, Any]:
    """Return *reading* as plain values."""
    return {
        "refused": reading.refused,
        "signs": reading.signs,
        "article": asdict(reading.article),
        "fields": {field: [asdict(each) for each in told] for field, told in reading.fields.items()},
    }
