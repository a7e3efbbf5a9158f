"""What the extractors hand to the loader."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value that a source gives for a field, uncleaned."""

    value: Any
    """A text, or for fields of many values a list of texts; for ``images`` an `Image`-like dict; for ``body`` a list of
    paragraphs."""

    source: str
    """``site``, ``json-ld``, ``meta``, ``markup``, ``url`` or ``text``."""

    final: bool = False
    """The source says that this is all there is: where it comes out empty, lower sources must not fill in."""


Candidates = defaultdict[str, list[Candidate]]
"""Field to its candidates, best first."""


def no_candidates() -> Candidates:
    """Return an empty collection."""
    return defaultdict(list)
