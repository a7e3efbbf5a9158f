"""Which language a text is in, for pages that do not say: from the text alone, or not at all.

CLD3 (Google's network for Chrome; the package ``cld3-py``, 0.7 MB) is loaded by the first text that needs it, in 15 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.text import SOURCE

_LEAST = 300
"""Characters; in shorter texts Japanese is taken for Chinese, and a quotation for the whole."""
_MOST = 2000
_SURE = 0.9
_MODERN = {"iw": "he", "jw": "jv"}
"""Codes that BCP 47 has replaced."""


@cache
def _identifier() -> Any:
    try:
        import gcld3  # type: ignore[import-untyped]  # noqa: PLC0415 (few pages need it)
    except ImportError:
        return None  # it costs a guess, and not every platform has it
    return gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=4 * _MOST)


def language_candidates(paragraphs: Sequence[str]) -> Candidates:
    """Return the language of a text (BCP 47), where there is enough of it and no doubt.

    >>> text = "Am Hafen wartet niemand mehr auf die Fähre, seit die Brücke über den Fluss eröffnet worden ist. " * 4
    >>> language_candidates([text])["language"][0].value
    'de'
    >>> any(language_candidates([text[:99]]).values())
    False
    """
    candidates = no_candidates()
    text = "\n".join(paragraphs)[:_MOST].encode("utf-8", "ignore").decode()
    identifier = _identifier() if len(text) >= _LEAST else None
    if identifier is not None:
        found = identifier.FindLanguage(text)
        if found.is_reliable and found.probability >= _SURE:
            candidates["language"].append(Candidate(_MODERN.get(found.language, found.language), SOURCE))
    return candidates
