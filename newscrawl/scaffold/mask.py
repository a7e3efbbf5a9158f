"""Invented words for a publisher's: the same word becomes the same one, as long and with capitals at the same places.

So a headline still agrees with its title, its JSON-LD and its address, and a page reads as before, with other words.
Figures stay, and the words that the reading itself knows: months, "by", "Read more", the names of a page's parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from newscrawl.link_words import fold
from newscrawl.scaffold.vocabulary import is_known

# A character reference or the beginning of a tag inside a text; else a run of letters and digits.
_TOKEN = re.compile(r"&(?:#\w{1,8}|[A-Za-z]\w{1,31});|</?[A-Za-z]\w*|[^\W_]+")
# Two words, or a word and a figure, whose elements meet without a space.
_MEETING = re.compile("(?<=[a-zß-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_WORD_AND_FIGURE = re.compile(r"(\d*)([^\W\d_]{4,})(\d*)")
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_SPACES = re.compile(r"(\s+)")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s/?#]\S*", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(mailto|tel|sms|javascript|whatsapp|data|about|blob):", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
# Inside a text: a label before a colon or in brackets, "(Photo: …", and a month.
_LABELLED = re.compile(
    r"[(\[]\s*([^\W\d_]+)|([^\W\d_]+)\s*[:：]|\d(?:st|nd|rd|th|[.º])?(?:\sde)?\s([^\W\d_]+)|([^\W\d_]+)\.?\s\d"
)
_SAFE = "!$&'()*+,;=:@~-._|%"
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_SHORT = 2
"""Words so short are no one's: initials, "of", "le"."""
_LABEL = 12
"""A text of so many words or fewer may be a label or a byline; of a longer one only the beginning may be."""
_OPENING = 3
_ALIKE = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}


class Mask:
    """Words and what stands for them.

    Args:
        keep: words that stay: the publication's name, its sections.
        wide: keep the words that the reading knows wherever they stand, not only as a label or at a text's beginning.
    """

    def __init__(self, keep: Collection[str] = (), *, wide: bool = False) -> None:
        self._kept = {fold(word) for text in keep for word in _words(text)}
        self._wide = wide
        self._labels: set[str] = set()
        self._invented: dict[str, str] = {}
        self._taken: set[str] = set()

    def learn(self, texts: Iterable[str]) -> None:
        """Learn which words are in use, and which of them in labels; before anything is masked."""
        small: set[str] = set()
        for text in texts:
            found = [_small(word) for word in _words(text)]
            small.update(found)
            self._labels.update(found if len(found) <= _LABEL else found[:_OPENING])
            self._labels.update(_small("".join(groups)) for groups in _LABELLED.findall(text))
        # A word with accents comes first: it settles how addresses spell what stands for it.
        for word in sorted(small, key=_plain_last):
            self._word(word)

    def text(self, text: str) -> str:
        """Return *text* in invented words; it is as long as before."""
        return _TOKEN.sub(self._token, text)

    def address(self, url: str) -> str:
        """Return *url* with invented words in path, query and fragment; of a ``mailto:`` or ``data:`` only that."""
        url = url.strip()
        if scheme := _OTHER_SCHEME.match(url):
            kind = url.partition(",")[0] if scheme[1].lower() == "data" and "," in url[:80] else scheme[0]
            return f"{kind}," if scheme[1].lower() == "data" else kind
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.text(url)
        path = "/".join(self._part(part) for part in parts.path.split("/"))
        query = "&".join(
            name + mark + self._part(value) if mark else self._part(name)
            for name, mark, value in (parameter.partition("=") for parameter in parts.query.split("&"))
        )
        return urlunsplit(parts._replace(path=path, query=query, fragment=self._part(parts.fragment)))

    def srcset(self, value: str) -> str:
        """Return a list of addresses with widths, masked."""
        return re.sub(r"[^\s,][^\s]*[^\s,]", self._candidate, value)

    def _candidate(self, match: re.Match[str]) -> str:
        text = match[0]
        return self.address(text) if "/" in text else text

    def value(self, text: str) -> str:
        """Return *text* masked as what it is: an address, words, or words with addresses among them."""
        stripped = text.strip()
        if _ADDRESS.fullmatch(stripped) or (stripped[:1] == "/" and not re.search(r"\s", stripped)):
            return self.address(stripped)
        if "//" not in text:
            return self.text(text)
        return "".join(self._piece(piece) for piece in _SPACES.split(text))

    def _part(self, part: str) -> str:
        if not part:
            return part
        if not _ESCAPED.search(part):
            return quote(self._file(part), safe=_SAFE)
        plain = unquote(part)
        masked = self.address(plain) if _ADDRESS.fullmatch(plain) else " ".join(map(self._piece, plain.split(" ")))
        return quote(masked, safe=_SAFE.rstrip("%"))

    def _file(self, name: str) -> str:
        kind = _EXTENSION.search(name)
        return self.text(name[: kind.start()]) + kind[0] if kind else self.text(name)

    def _piece(self, piece: str) -> str:
        return self.address(piece) if _ADDRESS.fullmatch(piece) else self.text(piece)

    def _token(self, match: re.Match[str]) -> str:
        token = match[0]
        if token[0] in "&<":
            return token
        if _UNSPACED.search(token):
            return "".join(_shifted(c) if _UNSPACED.match(c) else c for c in token)
        return "".join(_in_case(self._word(_small(part)), part) if part.isalpha() else part for part in _parts(token))

    def _word(self, small: str) -> str:
        known = self._invented.get(small)
        if known is None:
            known = self._invented[small] = small if self._stays(small) else self._invent(small)
            self._taken.add(known)
            for spell in (fold, _spelt):
                other = spell(small)
                if other != small and len(spell(known)) == len(other):
                    self._invented.setdefault(other, spell(known))
        return known

    def _stays(self, small: str) -> bool:
        if len(small) <= _SHORT or fold(small) in self._kept:
            return True
        return (self._wide or small in self._labels) and is_known(small)

    def _invent(self, small: str) -> str:
        for attempt in count():
            word = _invented(small, attempt)
            if attempt > _MOST_ATTEMPTS or (word not in self._taken and not is_known(word)):
                return word
        raise AssertionError


_MOST_ATTEMPTS = 40


def _words(text: str) -> list[str]:
    tokens = (token for token in _TOKEN.findall(text) if token[0] not in "&<")
    return [part for token in tokens for part in _parts(token) if part.isalpha()]


def _parts(token: str) -> list[str]:
    """Return the words and figures that *token* is made of; an identifier is one piece, and no word."""
    if token.isalpha():
        return _MEETING.split(token)
    mixed = _WORD_AND_FIGURE.fullmatch(token)
    if mixed is None or _HEX.fullmatch(token):
        return [token]
    return [mixed[1], *_MEETING.split(mixed[2]), mixed[3]]


def _small(word: str) -> str:
    return "".join(lower if len(lower := c.lower()) == 1 else c for c in word)


def _plain_last(word: str) -> tuple[bool, str]:
    return word.isascii(), word


def _spelt(word: str) -> str:
    return "".join(_ALIKE.get(c, c) for c in word)


def _in_case(invented: str, word: str) -> str:
    return "".join(
        c.upper() if like.isupper() and len(c.upper()) == 1 else c for c, like in zip(invented, word, strict=True)
    )


def _invented(small: str, attempt: int) -> str:
    """Return a word that can be spoken: consonants and vowels by turns; letters beyond a-z stay among their like."""
    vowel = False
    letters: list[str] = []
    for at, letter in enumerate(small):
        dice = blake2b(f"{small}/{attempt}/{at}".encode(), digest_size=2).digest()
        if at == 0:
            vowel = dice[1] % 3 == 0
        if "a" <= letter <= "z":
            pool = _VOWELS if vowel else _CONSONANTS
            letters.append(pool[dice[0] % len(pool)])
        elif letter.isascii() or unicodedata.name(letter, "").startswith("LATIN"):
            letters.append(letter)
            vowel = unicodedata.normalize("NFKD", letter)[0] in _VOWELS
        else:
            pool = _alike(letter)
            letters.append(pool[dice[0] % len(pool)])
        vowel = not vowel
    return "".join(letters)


@lru_cache(maxsize=4096)
def _alike(letter: str) -> str:
    """Return the small letters near *letter* in Unicode that are of its script."""
    first = ord(letter) & ~0x7F
    near = (chr(code) for code in range(first, first + 0x80))
    return "".join(c for c in near if c.isalpha() and _small(c) == c and _script(c) == _script(letter)) or letter


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=16384)
def _shifted(letter: str) -> str:
    """Return another letter of a script without spaces: where words are not told apart, every letter has its own."""
    pool = _alike(letter) if letter.isalpha() else letter
    return pool[blake2b(letter.encode(), digest_size=1).digest()[0] % len(pool)]
