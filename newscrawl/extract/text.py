"""What an article's own text says about it: the place it was written in, and corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.texts import any_of

SOURCE = "text"

_AGENCY = r"\((?:AP|AFP|Reuters|dpa|EFE|ANSA|UPI|Xinhua|Bloomberg|APA|Kyodo|PTI|ANI|IANS|PA|CP|AAP|Belga|ANP|CMC)\)"
_DAY = r",\s\w+\.?\s\d{1,2}"
# Only what nothing else looks like: a place, then an agency, a day or a country, then a dash. A word in capitals
# alone ("NATO –", "LIVE –") can be anything.
_DATELINE = re.compile(
    rf"""(?:(?P<any>[A-ZÀ-Þ][\w.'’ -]{{2,30}}(?:,\s[A-Z][\w. -]{{2,30}})?)(?:{_DAY})?\s{_AGENCY}
    |(?P<dated>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{{1,30}}[A-ZÀ-Þ]){_DAY}
    |(?P<land>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{{1,30}}[A-ZÀ-Þ],\s[A-Z][\w. -]{{2,30}}?)
    )\s*[—–-]{{1,2}}\s""",
    re.VERBOSE,
)
_NOTES = any_of(
    r"""
    correction corrections clarification editor['’]s_note editors['’]_note korrektur berichtigung richtigstellung
    anm(?:erkung)?\.?_d(?:er)?\.?_red(?:aktion)?\.? rectificatif correctif erratum correcci[óo]n fe_de_errores
    nota_de_la_redacci[óo]n correzione rettifica correctie rectificatie rättelse rettelse
    """
)
_CORRECTION = re.compile(rf"\W*(?:{_NOTES})(?!\w)[^:：]{{0,40}}[:：]\s*\S", re.IGNORECASE)
_LONGEST_CORRECTION = 800


def text_candidates(paragraphs: Sequence[str]) -> Candidates:
    """Return the dateline that the first of *paragraphs* begins with, and the paragraphs that are corrections.

    >>> found = text_candidates(["PORT-AU-PRINCE, Haiti (AP) — It rained.", "Correction: it rained on Friday."])
    >>> found["dateline"][0].value, found["corrections"][0].value
    ('PORT-AU-PRINCE, Haiti', ['Correction: it rained on Friday.'])
    >>> any(text_candidates(["NATO - it rained.", "No correction was made."]).values())
    False
    """
    candidates = no_candidates()
    match = _DATELINE.match(paragraphs[0]) if paragraphs else None
    if match is not None:
        candidates["dateline"].append(Candidate(match[match.lastgroup or 0], SOURCE))
    notes = [text for text in paragraphs if len(text) <= _LONGEST_CORRECTION and _CORRECTION.match(text)]
    if notes:
        candidates["corrections"].append(Candidate(notes, SOURCE))
    return candidates
