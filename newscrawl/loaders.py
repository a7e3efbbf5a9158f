"""From candidates to an `Article`: the wiring of cleaners to fields. What a cleaner does stands in `processors`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itemloaders import ItemLoader

from newscrawl import processors
from newscrawl.dates import ParsedDate, parse_date
from newscrawl.extract.candidates import Candidate
from newscrawl.items import Article
from newscrawl.texts import bare, clean_text, fold


class Clean:
    """Input processor: the candidates with their values cleaned, without those that come out empty.

    What follows a final candidate is left out. A cleaner's further parameters are filled from the loader's context.

    Args:
        cleaner: cleans one value.
        until: says whether the first that is not empty is enough, for an output processor that may compare it with
            others; candidates after it are then not asked for.
    """

    def __init__(self, cleaner: Callable[..., Any], *, until: Callable[[Candidate], bool] | None = None) -> None:
        self.cleaner = cleaner
        self.until = until
        self.wanted = tuple(inspect.signature(cleaner).parameters)[1:]

    def __call__(self, candidates: Iterable[Candidate], loader_context: Any = None) -> list[Candidate]:
        """Return the cleaned candidates."""
        context = loader_context or {}
        arguments = {name: context[name] for name in self.wanted if name in context}
        kept: list[Candidate] = []
        for candidate in candidates:
            value = self.cleaner(candidate.value, **arguments)
            if value not in (None, "", []):
                kept.append(Candidate(value, candidate.source, candidate.final))
            elif candidate.final:
                kept.append(Candidate(None, candidate.source, final=True))
            if candidate.final or (len(kept) == 1 and (self.until is None or self.until(kept[0]))):
                break
        return kept


class First:
    """Output processor: the best candidate."""

    def __call__(self, candidates: Sequence[Candidate], loader_context: Any = None) -> Candidate | None:
        """Return the first of *candidates*."""
        return candidates[0] if candidates else None


class SeenAuthors:
    """Output processor: the best source's authors; but the byline that readers see where it names others, or more.

    Content systems put the editor who published a page, or only the first author, into the page's data.
    """

    @staticmethod
    def is_settled(best: Candidate) -> bool:
        """Say whether no other candidate matters."""
        return best.source != "json-ld" or not best.value

    def __call__(self, candidates: Sequence[Candidate], loader_context: Any = None) -> Candidate | None:
        """Return the one of *candidates* that readers would name."""
        if not candidates:
            return None
        best = candidates[0]
        if self.is_settled(best):
            return best
        known = {bare(name) for name in best.value}
        words = {word for name in best.value for word in fold(name).split()}
        for seen in candidates:
            if seen.source == "markup" and seen.value:
                names = {bare(name) for name in seen.value}
                others = not any(word in words for name in seen.value for word in fold(name).split())
                return seen if others or known < names else best
        return best


class PrintedSection:
    """Output processor: the best source's section; one in small letters, as addresses have it, as it is printed."""

    @staticmethod
    def is_settled(best: Candidate) -> bool:
        """Say whether no other candidate matters."""
        return best.value is None or best.value != best.value.lower()

    def __call__(self, candidates: Sequence[Candidate], loader_context: Any = None) -> Candidate | None:
        """Return the best of *candidates*, or the one that has its letters with capitals."""
        if not candidates:
            return None
        best = candidates[0]
        if self.is_settled(best):
            return best
        key = bare(best.value)
        return next((c for c in candidates if c.value and c.value != best.value and bare(c.value) == key), best)


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date with the text it was read from."""

    raw: str
    parsed: ParsedDate


def read_date(value: Any, dates: Any = None) -> DateRead | None:
    """Return the date in *value*; *dates* holds `parse_date`'s keyword arguments."""
    text = clean_text(value)
    parsed = parse_date(text, **(dates or {}))
    return DateRead(text, parsed) if parsed else None


_MOST = 3
"""The precision of an instant."""


class MostPrecise:
    """Output processor: the best source's day, at the time that a lower source gives for that day.

    An instant in UTC whose wall clock a lower source repeats with an offset is a local time wrongly marked as UTC, a
    usual mistake of content systems: the offset is believed.
    """

    @staticmethod
    def is_settled(best: Candidate) -> bool:
        """Say whether no other candidate matters: it is as precise as can be, with an offset of its own."""
        return best.value is None or (_precision(best) == _MOST and bool(best.value.parsed.value.utcoffset()))

    def __call__(self, candidates: Sequence[Candidate], loader_context: Any = None) -> Candidate | None:
        """Return the most precise of *candidates*."""
        if not candidates:
            return None
        best = candidates[0]
        if best.value is None:
            return best
        zone = ((loader_context or {}).get("dates") or {}).get("tz")
        day = best.value.parsed.day(zone)
        same = [c for c in candidates if c.value is not None and c.value.parsed.day(zone) == day]
        chosen = max(same, key=_precision)
        return next((c for c in same if _is_same_clock_elsewhere(chosen, c)), chosen)


def _is_same_clock_elsewhere(chosen: Candidate, other: Candidate) -> bool:
    one, two = chosen.value.parsed, other.value.parsed
    if not (one.is_instant and two.is_instant) or one.value.utcoffset():
        return False
    clocks = [parsed.value.replace(tzinfo=None, second=0, microsecond=0) for parsed in (one, two)]
    return bool(two.value.utcoffset()) and clocks[0] == clocks[1]


def _precision(candidate: Candidate) -> int:
    parsed = candidate.value.parsed
    if not parsed.is_time:
        return 0
    midnight = parsed.value.hour == parsed.value.minute == parsed.value.second == 0
    return (_MOST if parsed.is_instant else 2) - (2 if midnight else 0)


class ArticleLoader(ItemLoader):
    """Chooses and cleans.

    Context: ``names`` (the publication's names), ``dates`` (keyword arguments of `parse_date`).
    """

    default_item_class = Article
    default_input_processor = Clean(clean_text)
    default_output_processor = First()

    headline_in = Clean(processors.clean_headline)
    description_in = Clean(processors.clean_description)
    byline_in = Clean(processors.clean_byline)
    authors_in = Clean(processors.clean_authors, until=SeenAuthors.is_settled)
    authors_out = SeenAuthors()
    author_role_in = Clean(processors.clean_role)
    dateline_in = Clean(processors.clean_dateline)
    date_published_in = Clean(read_date, until=MostPrecise.is_settled)
    date_published_out = MostPrecise()
    date_modified_in = Clean(read_date)
    publisher_in = Clean(processors.clean_publisher)
    section_in = Clean(processors.clean_section, until=PrintedSection.is_settled)
    section_out = PrintedSection()
    breadcrumbs_in = Clean(processors.clean_breadcrumbs)
    keywords_in = Clean(processors.clean_keywords)
    images_in = Clean(processors.clean_images)
    language_in = Clean(processors.clean_language)
    paywalled_in = Clean(processors.clean_flag)
    corrections_in = Clean(processors.clean_list)
    comment_count_in = Clean(processors.clean_count)
    body_in = Clean(processors.join_paragraphs)

    def add_candidates(self, candidates: Mapping[str, Iterable[Candidate]]) -> None:
        """Add every field's candidates: `add_value` for many, each field's processor called as it is.

        Of each field no more are asked for than its processor needs.
        """
        for field, offered in candidates.items():
            if cleaned := getattr(self, f"{field}_in", self.default_input_processor)(offered, self.context):
                self._values.setdefault(field, []).extend(cleaned)

    def load_item(self) -> Article:
        """Return the article, with ``sources`` saying where each chosen value came from."""
        article: Article = self.item
        for field, values in self._values.items():
            chosen: Candidate | None = getattr(self, f"{field}_out", self.default_output_processor)(
                values, self.context
            )
            if chosen is None or chosen.value is None:
                continue
            article.sources[field] = chosen.source
            if isinstance(chosen.value, DateRead):
                setattr(article, field, chosen.value.parsed.iso())
                if field == "date_published":
                    article.date_published_raw = chosen.value.raw
            else:
                setattr(article, field, chosen.value)
        return article
