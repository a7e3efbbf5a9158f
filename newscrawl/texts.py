"""Text as it is cleaned and compared everywhere."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Any

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.{0,500}?-->", re.DOTALL)
# Characters that nobody sees: controls, soft hyphens, joiners that break words apart for whoever searches them. The two
# joiners of Indic and Persian writing (U+200C, U+200D) carry meaning and stay.
_UNSEEN = dict.fromkeys(
    (*range(9), *range(14, 32), 0x7F, 0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F))
)


def clean_text(value: Any) -> str:
    r"""Return *value* as text on one line: entities unescaped (also those escaped twice), tags and unseen marks gone.

    >>> clean_text(" Terrorism &amp;amp; Security\n")
    'Terrorism & Security'
    >>> clean_text("<p>Ver\u00adfas\u00adsung</p>")
    'Verfassung'
    """
    text = value if isinstance(value, str) else "" if value is None else str(value)
    for _ in range(3):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    # What nobody sees is not printable either, and this is found out at a hundredth of the price.
    if not text.isprintable():
        text = text.translate(_UNSEEN)
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return *text* as it is compared: NFKC, small letters, quotes, dashes and spaces of one kind.

    >>> fold("“Vote  –  now”") == fold('"Vote - now"')
    True
    """
    text = unicodedata.normalize("NFKC", text)
    # A letter at a time is what `translate` looks at; a text has few of these.
    for mark, plain in _FOLDED_ASCII if text.isascii() else _FOLDED:
        if mark in text:
            text = text.replace(mark, plain)
    return " ".join(text.split()).casefold()


_FOLDED_ASCII = (("`", "'"), ('"', "'"))
_FOLDED = (
    *_FOLDED_ASCII,
    *((quote, "'") for quote in "‘’‚‛´′“”„‟«»‹›″"),
    *((dash, "-") for dash in "‐‑‒–—―−"),
    ("\u00ad", ""),
    ("\u200b", ""),
)
_BARE = re.compile(r"[\W_]+")
_REMEMBERED = 300


def bare(text: str) -> str:
    """Return only the letters and digits of *text*, folded: what is left to compare when all dress is off.

    >>> bare("The Christian Science Monitor.") == bare("the-christian-science-monitor")
    True
    """
    return _bare(text) if len(text) <= _REMEMBERED else _bare.__wrapped__(text)


# Names and titles are compared many times a page.
@lru_cache(maxsize=2048)
def _bare(text: str) -> str:
    return _BARE.sub("", unicodedata.normalize("NFKC", text).casefold())


def any_of(words: str) -> str:
    r"""Return a regular expression for any of *words*; an underscore stands for spaces.

    >>> any_of("news news_desk") == r"news|news\s+desk"
    True
    """
    return "|".join(word.replace("_", r"\s+") for word in words.split())
