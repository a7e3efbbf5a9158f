"""What a page gives for each field: candidates with their source, best first.

The order of the sources stands here and nowhere else: the site's own template, JSON-LD, the metas, the visible markup,
the address. Where another order reads better, the exception stands beside its reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from newscrawl.dates import date_in_url
from newscrawl.extract import markup
from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.jsonld import jsonld_candidates
from newscrawl.extract.meta import meta_candidates
from newscrawl.extract.page import Page
from newscrawl.extract.site import site_candidates

ORDER = ("site", "json-ld", "meta", "markup", "text", "url")

EXCEPTIONS: Mapping[str, tuple[str, ...]] = {
    # JSON-LD and the metas carry titles made for search engines and for sharing; readers see the h1.
    "headline": ("site", "markup", "json-ld", "meta", "url"),
    # The dek that readers see; the metas' descriptions are written for search engines.
    "description": ("site", "markup", "json-ld", "meta"),
    # Metas name the publication as the author more often than the person whom the byline names.
    "authors": ("site", "json-ld", "markup", "meta"),
    # The figures that readers see have captions and credits; data and metas name crops for sharing.
    "images": ("site", "markup", "json-ld", "meta"),
    # Data and metas name the country or the newsroom; readers see the place before the text.
    "dateline": ("site", "markup", "text", "json-ld", "meta"),
    # A site has pages in other languages than its own; what it declares is for pages that do not say.
    "language": ("json-ld", "meta", "markup", "site", "text"),
    # Metas often hold the section's name in the address ("world-news"), the trail the one readers see.
    "section": ("site", "json-ld", "meta", "markup", "url"),
}


def url_candidates(page: Page) -> Candidates:
    """Return what the address says: the day."""
    candidates = no_candidates()
    if day := date_in_url(page.url, page.site):
        candidates["date_published"].append(Candidate(day.isoformat(), "url"))
    return candidates


class Offers:
    """What *page* gives for each field, the best source first.

    What its visible markup gives costs the most and is often not needed: it is looked for, field by field, when its
    turn comes.
    """

    def __init__(self, page: Page) -> None:
        self._markup = markup.Markup(page)
        self._found: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
        for source in (site_candidates, jsonld_candidates, meta_candidates, url_candidates):
            for field, found in source(page).items():
                for candidate in found:
                    self._found[field][candidate.source].append(candidate)

    def add_first(self, field: str, candidate: Candidate) -> None:
        """Let *field* have one more candidate, the first of its source."""
        self._found[field][candidate.source].insert(0, candidate)

    def add(self, field: str, *candidates: Candidate) -> None:
        """Let *field* have more candidates, each the last of its source."""
        for candidate in candidates:
            self._found[field][candidate.source].append(candidate)

    def fields(self) -> list[str]:
        """Return the fields for which there may be candidates."""
        return sorted(self._found.keys() | markup.FIELDS)

    def of(self, field: str) -> Iterator[Candidate]:
        """Yield the candidates for *field* in the order of the sources; of one source, as they came."""
        found = self._found.get(field, {})
        for source in EXCEPTIONS.get(field, ORDER):
            if source == markup.SOURCE:
                yield from self._markup.of(field)
            yield from found.get(source, ())
