"""What a page gives for each field: candidates with their source, best first.

The order of the sources stands here and nowhere else: the site's own template, JSON-LD, the metas, the visible markup,
the address. Where another order reads better, the exception stands beside its reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from newscrawl.dates import date_in_url
from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.jsonld import jsonld_candidates
from newscrawl.extract.markup import markup_candidates
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


def candidates(page: Page) -> Candidates:
    """Return all candidates for all fields of *page*, best first."""
    merged = no_candidates()
    for source in (site_candidates, jsonld_candidates, meta_candidates, markup_candidates, url_candidates):
        for field, values in source(page).items():
            merged[field].extend(values)
    return in_order(merged)


def in_order(candidates: Candidates) -> Candidates:
    """Return *candidates* with each field's in the order of the sources; of one source, as they came."""
    for field, found in candidates.items():
        if len(found) > 1:
            order = EXCEPTIONS.get(field, ORDER)
            candidates[field] = [candidate for name in order for candidate in found if candidate.source == name]
    return candidates
