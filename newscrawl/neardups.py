"""Nearly the same text: signatures that are small to keep, and what two of them say about their texts.

A signature is the bottom of a text's hashed shingles: MinHash with a single hash function (Broder, "On the resemblance
and containment of documents", 1997). Unlike the MinHash of many functions it tells how much of one text stands in the
other, whatever their lengths, so that a text is known in its first half; and a passage that many texts share can be
left out of the comparison.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

import xxhash

T = TypeVar("T")

THRESHOLD = 0.6
"""From this similarity on two texts are nearly the same; with every tenth word changed it is 0.66."""

COMMON = 8
"""A key that so many different stories have is no sign of any of them, and is not kept for more."""

CANDIDATES = 16
"""So many known texts are compared with one, at the most: those that share the most keys with it."""

WITNESSES = 3
"""So many texts that have keys of too many stories come along, to show all that these stories share."""

# Another number when the same text gets another signature: those of different versions are not compared.
_VERSION = 1
# Compared are 128 hashes (a standard error of 0.04 for texts of one length); looked up are the lowest of them.
_HELD = 128
_FEWEST_KEYS, _SHINGLES_A_KEY, _MOST_KEYS = 16, 24, 64

# A character of a script without spaces is a word, and so many of them are about four words of other scripts.
_HAN = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_THAI = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WIDTH = 4
_WIDTHS = {"han": 8, "thai": 12}
# A shorter text is its set phrases more than anything else: 40 words, 80 Chinese characters.
_FEWEST_WIDTHS = 10
# Vowel signs of Indic scripts belong to their words, though \w leaves them out; U+0964 and U+0965 are full stops.
_WORD = re.compile(r"[\w\u0900-\u0963\u0966-\u0dff]+")
_INDIC = re.compile("[\u0900-\u0dff]")
_PLAIN_WORD = re.compile(r"\w+")
_WORD_OR_CHARACTER = re.compile(rf"(?P<han>[{_HAN}])|(?P<thai>[{_THAI}])|[^\W{_HAN}{_THAI}]+")
_SPACELESS = re.compile(f"[{_HAN}{_THAI}]")
# Points of Arabic and Hebrew, joiners, soft hyphens: one newsroom sets them, another does not.
_OPTIONAL = re.compile("[\u00ad\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]+")

# With a smaller share of the longer text the shorter one is an item of a round-up, or a long quotation.
_LEAST_OF_LONGER = 0.25
# Shared hashes that are evidence enough.
_FEWEST_SHARED = 12


class Signed(NamedTuple):
    """A text that is known."""

    id: str
    """`newscrawl.items.Article.id`."""

    story: str
    """The id of the first article with this text: its own, or that of the article it is a copy of."""

    signature: bytes
    """What `sign` made of it."""

    def is_copy(self) -> bool:
        """Return whether it is a copy of another article."""
        return self.story != self.id


class Match(NamedTuple):
    """What a text is a copy of."""

    id: str
    """The known article."""

    story: str
    """`Signed.story` of it."""

    similarity: float
    """The share of the shorter text's shingles that stand in the longer one, 0 to 1, as the signatures tell it."""

    covered: float
    """The share of the new text's shingles that stand in the known one."""


def shingles(text: str) -> list[str]:
    """Return the overlapping runs of four words of *text* (eight characters of Chinese or Japanese), each once.

    >>> shingles("Rain, they say: more Rain.")
    ['rain they say more', 'they say more rain']
    >>> shingles("今日は一日中雨でしょう。")[0]
    '今 日 は 一 日 中 雨 で'
    """
    return list(dict.fromkeys(_runs(*_words(text))))


def _runs(words: list[str], width: int) -> Iterator[str]:
    """Return the overlapping runs of so many *words*."""
    return map(" ".join, zip(*(islice(words, at, None) for at in range(width)), strict=False))


def _words(text: str) -> tuple[list[str], int]:
    """Return the words of *text* and how many make a shingle."""
    text = unicodedata.normalize("NFKC", text).casefold()
    # Which letters there are is found out faster than where; few texts have any of these.
    letters = "".join(set(text))
    if _OPTIONAL.search(letters):
        text = _OPTIONAL.sub("", text)
    if not _SPACELESS.search(letters):
        return (_WORD if _INDIC.search(letters) else _PLAIN_WORD).findall(text), _WIDTH
    words, scripts = [], Counter[str | None]()
    for match in _WORD_OR_CHARACTER.finditer(text):
        words.append(match[0])
        scripts[match.lastgroup] += 1
    ((script, _),) = scripts.most_common(1)
    return words, _WIDTHS.get(script or "", _WIDTH)


def sign(text: str | None) -> bytes | None:
    """Return the signature of *text*, at most 800 bytes; ``None`` where the text is too short to be known by it.

    >>> sign("Rain is expected.") is None
    True
    >>> len(sign(" ".join(map(str, range(500)))))
    598
    """
    words, width = _words(text or "")
    digest = xxhash.xxh3_64_intdigest
    # 63 bits: SQLite's integers have a sign.
    try:
        distinct = {digest(run.encode()) >> 1 for run in _runs(words, width)}
    except UnicodeEncodeError:  # half a character
        distinct = {digest(run.encode("utf-8", "replace")) >> 1 for run in _runs(words, width)}
    if len(distinct) < _FEWEST_WIDTHS * width:
        return None
    hashes = sorted(distinct)
    held = hashes[:_HELD]
    keys = min(_MOST_KEYS, max(_FEWEST_KEYS, len(hashes) // _SHINGLES_A_KEY))
    tops = [number >> 31 for number in held[keys:]]
    return struct.pack(f"<BBI{keys}Q{len(tops)}I", _VERSION, keys, len(hashes), *held[:keys], *tops)


class _Signature(NamedTuple):
    size: int
    """Of the text, in shingles."""
    keys: tuple[int, ...]
    tops: tuple[int, ...]
    """The upper halves of all hashes, ascending."""


def _read(signature: bytes) -> _Signature:
    head = struct.calcsize("<BBI")
    if len(signature) < head or signature[0] != _VERSION:
        return _Signature(0, (), ())
    _, keys, size = struct.unpack_from("<BBI", signature)
    rest = len(signature) - head - 8 * keys
    if rest < 0 or rest % 4:
        return _Signature(0, (), ())
    numbers = struct.unpack_from(f"<{keys}Q{rest // 4}I", signature, head)
    own = numbers[:keys]
    return _Signature(size, own, (*[key >> 31 for key in own], *numbers[keys:]))


def keys_of(signature: bytes) -> tuple[int, ...]:
    """Return what *signature* is looked up by: its lowest hashes, 63-bit numbers; none for another version's."""
    return _read(signature).keys


def nearest(signature: bytes, known: Iterable[Signed], threshold: float = THRESHOLD) -> Match | None:
    """Return what the text of *signature* is a copy of: the first of *known* that is near enough.

    Near enough is a `Match.similarity` of *threshold*, where the shared part is at least a quarter of the longer text.
    What *signature* shares with several stories of *known* at once counts for nothing.
    """
    new = _read(signature)
    ours = set(new.tops)
    candidates = [(one, old, ours.intersection(old.tops)) for one in known for old in (_read(one.signature),)]
    common = _set_phrases((one.story, both) for one, _, both in candidates)
    for one, old, both in candidates:
        if len(both - common) < _FEWEST_SHARED:
            continue
        # Beyond the last hash of a full signature nothing is known of its text.
        limit = min((text.tops[-1] for text in (new, old) if len(text.tops) == _HELD), default=1 << 32)
        held = {number for number in ours if number <= limit} - common
        others = {number for number in old.tops if number <= limit} - common
        shared, shorter = len(held & others), min(len(held), len(others))
        if shared < max(_FEWEST_SHARED, threshold * shorter):
            continue
        similarity = shared / shorter
        if similarity * min(new.size, old.size) >= _LEAST_OF_LONGER * max(new.size, old.size):
            return Match(one.id, one.story, round(similarity, 2), round(shared / len(held), 2))
    return None


def _set_phrases(shared: Iterable[tuple[str, set[int]]]) -> set[int]:
    """Return what several stories have in common with a text, given what each known text has in common with it."""
    stories: dict[str, set[int]] = {}
    for story, both in shared:
        stories.setdefault(story, set()).update(both)
    number_of = Counter(number for numbers in stories.values() for number in numbers)
    return {number for number, stories_with_it in number_of.items() if stories_with_it >= WITNESSES}


def choose(hits: Counter[T], passed_over: Counter[T]) -> set[T]:
    """Return which known texts to compare with.

    Args:
        hits: the texts that share keys with the new one, and how many.
        passed_over: the same of the keys that `COMMON` stories share.
    """
    if not hits:
        return set()
    return {text for text, _ in (*hits.most_common(CANDIDATES), *passed_over.most_common(WITNESSES))}


class RecentTexts:
    """Signed texts that the store does not know yet, looked up as the store does it."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[int, Signed]] = {}
        self._added = 0
        self._by_key: dict[int, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def add(self, text: Signed) -> None:
        """Let *text* be found; an earlier one with its id is forgotten."""
        self.forget(text.id)
        self._added += 1
        self._texts[text.id] = self._added, text
        for key in keys_of(text.signature):
            holders = self._by_key.setdefault(key, {})
            if len(holders) < COMMON and (text.id == text.story or text.story not in holders.values()):
                holders[text.id] = text.story

    def forget(self, article_id: str) -> None:
        """Let a text be found no more."""
        _, text = self._texts.pop(article_id, (0, None))
        for key in keys_of(text.signature) if text else ():
            # It can have left the key to others.
            holders = self._by_key.get(key, {})
            holders.pop(article_id, None)
            if not holders:
                self._by_key.pop(key, None)

    def alike(self, keys: Iterable[int]) -> list[Signed]:
        """Return the texts that share keys with *keys*: the likeliest, originals first, as they were added."""
        hits, passed_over = Counter[str](), Counter[str]()
        for key in keys:
            holders = self._by_key.get(key, {})
            (hits if len(holders) < COMMON else passed_over).update(holders.keys())
        chosen = sorted(self._texts[article_id] for article_id in choose(hits, passed_over))
        return sorted((text for _, text in chosen), key=Signed.is_copy)
