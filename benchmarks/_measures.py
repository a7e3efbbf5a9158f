"""The measures of the extraction benchmark: how near a reading is to the truth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

_WORD = re.compile(r"\w+")
_QUOTES = re.compile(r"[\"'`´‘’‚‛“”„‟«»‹›「」『』]+")
_DASHES = re.compile(r"[-‐-―−–—]+")
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision and recall of one text against another."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return harmonic(self.precision, self.recall)


def harmonic(a: float, b: float) -> float:
    """Return the harmonic mean of two shares.

    >>> harmonic(0.5, 1.0)
    0.6666666666666666
    >>> harmonic(0.0, 0.0)
    0.0
    """
    return 2 * a * b / (a + b) if a + b else 0.0


def shingles(text: str) -> Counter[tuple[str, ...]]:
    r"""Return the bag of 4-shingles of the ``\w+`` tokens of *text*; a shorter text is one shingle.

    >>> sorted(shingles("a b, c d e"))
    [('a', 'b', 'c', 'd'), ('b', 'c', 'd', 'e')]
    """
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)))


def overlap(found: str, truth: str) -> Overlap:
    """Return how much of *found* is in *truth* (precision) and of *truth* in *found* (recall), by shingles.

    >>> overlap("one two three four", "one two three four five").recall
    0.5
    """
    ours, theirs = shingles(found), shingles(truth)
    shared = (ours & theirs).total()
    if not ours and not theirs:
        return Overlap(1.0, 1.0)
    return Overlap(shared / ours.total() if ours else 0.0, shared / theirs.total() if theirs else 0.0)


def fold(text: str | None) -> str:
    """Return *text* without case and with one kind of space, quote and dash.

    >>> fold(" “Ja” –  sagt er") == fold('"ja" - Sagt er')
    True
    """
    text = _DASHES.sub("-", _QUOTES.sub("'", text or ""))
    return " ".join(text.casefold().split())


def with_dek(description: str | None, body: str | None) -> str:
    r"""Return the dek and the body; the body alone where the dek is in it already.

    >>> with_dek("A dek.", "A dek.\nText.")
    'A dek.\nText.'
    >>> with_dek("A dek.", "Text.")
    'A dek.\nText.'
    """
    dek, text = (description or "").strip(), (body or "").strip()
    # A meta description is often the first paragraph cut off, with dots in place of the rest.
    if not dek or " ".join(_WORD.findall(dek)) in " ".join(_WORD.findall(text)):
        return text
    return f"{dek}\n{text}".strip()


def author_counts(found: Iterable[str], truth: Iterable[str]) -> tuple[int, int, int]:
    """Return how many names are right, how many were found, how many there are.

    >>> author_counts(["Ann Lee", "dpa"], ["ann lee"])
    (1, 2, 1)
    """
    ours, theirs = ({" ".join(name.casefold().split()) for name in names} for names in (found, truth))
    return len(ours & theirs), len(ours), len(theirs)


def author_f1(right: int, found: int, there: int) -> float:
    """Return the F1 of the counts; nothing found where nothing is there is right.

    >>> author_f1(0, 0, 0), author_f1(1, 2, 1)
    (1.0, 0.6666666666666666)
    """
    return 2 * right / (found + there) if found + there else 1.0


def date_matches(found: str | None, truth: str) -> tuple[bool, bool | None]:
    """Return whether *found* is on the day of *truth*, in the zone of *truth*, and in its minute.

    Both are ISO 8601. The minute is ``None`` where the truth has no time. A time without a zone is taken to be in the
    truth's.

    >>> date_matches("2024-05-03T17:47+02:00", "2024-05-03 15:47:42+00:00")
    (True, True)
    >>> date_matches("2024-05-03", "2024-05-03 15:47:42+00:00")
    (True, False)
    >>> date_matches("2024-05-04", "2024-05-03 00:00:00")
    (False, None)
    """
    right = datetime.fromisoformat(truth)
    timed = (right.hour, right.minute, right.second) != (0, 0, 0)
    try:
        day: date | None = date.fromisoformat(found or "")
        return day == right.date(), False if timed else None
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(found or "")
    except ValueError:
        return False, False if timed else None
    if moment.tzinfo is not None and right.tzinfo is not None:
        moment = moment.astimezone(right.tzinfo)
    same_day = moment.date() == right.date()
    return same_day, same_day and (moment.hour, moment.minute) == (right.hour, right.minute) if timed else None


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0.0 of nothing.

    >>> mean([1.0, 0.0])
    0.5
    """
    return sum(values) / len(values) if values else 0.0
