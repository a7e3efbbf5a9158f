"""What a link's address, words and place say about its kind, as named features, and the scores learned for them.

A feature is a short name that is there or not. An address's own features are cached: menus repeat on every page of a
site. The weights stand in ``link_weights.json``; `benchmarks.train_links` makes them.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from newscrawl.link_words import FEED_ADDRESS, LISTING, SERVICE, categories, fold, word_category, words

KINDS = ("article", "listing", "other")
"""The kinds that are told by scores, in the order of the weights."""

Scores = tuple[float, float, float]

_SECOND_LEVELS = frozenset(
    "ac asso biz co com edu gen go gob gouv gov govt gv id in info ltd me mil mod ne net nic nom nhs or org plc sch web".split()
)
_EXTENSION = re.compile(r"\.([a-z]{2,5})$", re.IGNORECASE)
_PAGE_EXTENSIONS = frozenset("html htm shtml xhtml php phtml asp aspx jsp jspx cms do cfm amp ece story art".split())
_DATE = re.compile(
    r"/(?:19|20)\d\d[/-](?:[01]?\d|[a-z]{3})(?:[/-][0-3]?\d)?(?=[/-]|$)|(?<!\d)(?:19|20)\d\d-?[01]\d-?[0-3]\d(?!\d)|/[0-3]\d/[01]\d/(?:19|20)\d\d/"
    r"|/(?:19|20)\d\d/[01]\d[0-3]\d/"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOKENS = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"(?<![0-9])\d{5,}(?![0-9])|\d{6,}")
_HEX = re.compile(r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{16,}$)", re.IGNORECASE)
_ID_QUERY = re.compile(
    r"(?:^|&)(?:[a-z_]*id|p|nid|article|story|news|art|idx|no|key|code|doc|sub)=[\w-]*\d{2,}", re.IGNORECASE
)
_SERVICES = frozenset(SERVICE)
_LISTINGS = frozenset(LISTING)


def registered_domain(host: str) -> str:
    """Return the part of *host* that is registered: the public suffix is guessed from its form.

    >>> registered_domain("news.example.co.uk"), registered_domain("m.example.com"), registered_domain("127.0.0.1:80")
    ('example.co.uk', 'example.com', '127.0.0.1:80')
    """
    labels = host.lower().rstrip(".").split(".")
    if len(labels) < 3 or labels[-1].partition(":")[0].isdigit():
        return ".".join(labels)
    if len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


class Address(NamedTuple):
    """What an address says by itself."""

    host: str
    path: str
    query: str
    shape: str
    """Its form with words, numbers and slugs replaced by signs: addresses of one kind share it."""
    tokens: frozenset[str]
    """The words of its last part."""
    features: tuple[str, ...]
    scores: Scores
    """The sum of the weights of ``features``."""


def _shape_of(segment: str) -> str:
    """Return the sign for one part of a path."""
    tokens = _TOKENS.findall(segment)
    if len(tokens) >= 4:
        return "S"
    if segment.isdigit():
        return "Y" if _YEAR.fullmatch(segment) else "d" if len(segment) < 5 else "N"
    digits = sum(c.isdigit() for c in segment)
    if digits >= 5:
        return "I"
    if digits >= 2 and len(tokens) == 1 and len(segment) >= 8:
        return "O"
    return "w"


@lru_cache(maxsize=16384)
def read_address(url: str) -> Address:
    """Return what *url*, absolute and without a fragment, says by itself."""
    rest = url.partition("://")[2]
    cut = len(rest)
    for sign in "/?":
        at = rest.find(sign)
        if 0 <= at < cut:
            cut = at
    host, rest = rest[:cut].rpartition("@")[2].lower(), rest[cut:]
    path, _, query = rest.partition("?")
    segments = [s for s in path.split("/") if s]
    domain = registered_domain(host)
    sub = host[: -len(domain)].rstrip(".") if host != domain else ""
    sub = sub.removeprefix("www.")
    features = ["bias", f"depth={min(len(segments), 5)}"]
    if sub and sub not in {"www", "m", "mobile"}:
        features.append("sub")
        found = {word_category(t) for t in _TOKENS.findall(sub)} | {word_category(sub)}
        if found & _SERVICES:
            features.append("sub:service")
            features.extend(f"sub:{c}" for c in sorted(found & _SERVICES, key=str))
        elif found & _LISTINGS:
            features.append("sub:listing")
        if not segments:
            features.append("sub:root")
    last = segments[-1] if segments else ""
    extension = _EXTENSION.search(last)
    if extension and extension[1].lower() in _PAGE_EXTENSIONS:
        features.append("ext")
        last = last[: extension.start()]
        if last.lower() in {"index", "default", "home"}:
            features.append("ext:index")
            last = segments[-2] if len(segments) > 1 else ""
    elif path.endswith("/") and segments:
        features.append("slash")
    tokens = [t for t in _TOKENS.findall(fold(last)) if not t.isdigit()]
    n = sum(1 for t in tokens if len(t) > 1 or not t.isascii())
    if n == 1 and not last.isascii():
        n = max(1, len(last) // 3)
    features.append(f"slug={n if n < 5 else '5-6' if n < 7 else '7+'}")
    size = len(last)
    features.append(
        f"size={'0-5' if size < 6 else '6-12' if size < 13 else '13-20' if size < 21 else '21-35' if size < 36 else '36+'}"
    )
    if _DATE.search(path):
        features.append("date")
    elif _YEAR.search(path):
        features.append("year")
    numbers = _LONG_NUMBER.findall(path)
    if numbers:
        features.append("number")
        if any(number in last for number in numbers):
            features.append("number:last")
            if last.isdigit():
                features.append("number:only")
    elif any(c.isdigit() for c in last):
        features.append("digit:last")
    shapes = [_shape_of(s) for s in segments]
    if "O" in shapes or _HEX.search(path):
        features.append("opaque")
        if shapes[-1] == "O" or _HEX.search(last):
            features.append("opaque:last")
    if query:
        features.append("query")
        if _ID_QUERY.search(query):
            features.append("query:id")
    if FEED_ADDRESS.search(path) or FEED_ADDRESS.search(query):
        features.append("feedlike")
    # Words of short parts name a section or a service; the words of a slug tell a story.
    found = set()
    for i, segment in enumerate(segments):
        final = i == len(segments) - 1
        if (
            shapes[i] in "wO"
            or (final and n <= 3 and "number:last" not in features)
            or (not final and shapes[i] == "I")
        ):
            for category in categories(last if final else segment):
                found.add(f"{'last' if final else 'dir'}:{category}")
    if n in {4, 5} and shapes and shapes[-1] == "S" and not numbers:
        found |= {f"long:{'service'}" for c in categories(last) if c in _SERVICES}
    services = {f for f in found if f.partition(":")[2] in _SERVICES}
    if services:
        features.append("service")
        if any(f.startswith("last") for f in services):
            features.append("service:last")
    features.extend(sorted(found))
    shape = "/".join(
        [host, *(s if i == 0 and shapes[i] == "w" and len(shapes) > 1 else shapes[i] for i, s in enumerate(segments))]
    )
    if query:
        shape += "?" + "&".join(sorted(p.partition("=")[0] for p in query.split("&")))
    if extension:
        shape += extension[0]
    return Address(
        host, path, query, shape, frozenset(t for t in tokens if len(t) > 2), tuple(features), score(tuple(features))
    )


@lru_cache(maxsize=16384)
def read_words(text: str) -> tuple[tuple[str, ...], frozenset[str], Scores]:
    """Return the features of a link's words, the words themselves, and the features' scores."""
    if not text:
        features: tuple[str, ...] = ("text:none",)
        return features, frozenset(), score(features)
    found_words = words(text)
    n = len(found_words)
    if not text.isascii() and any(
        "\u0e00" <= c <= "\u0eff" or "\u1000" <= c <= "\u109f" or "\u3040" <= c <= "\u9fff" for c in text
    ):
        n = max(n, len(text) // 3)
    bin_ = n if n < 5 else "5-6" if n < 7 else "7-9" if n < 10 else "10+"
    names = [f"words={bin_}"]
    if text[0] == "#":
        names.append("text:hash")
    if any(c in '?!:;…„“”«»"' for c in text):
        names.append("text:mark")
    if ". " in text or text[-1] in ".?!…":
        names.append("text:sentence")
    if "," in text:
        names.append("text:comma")
    if any(c.isdigit() for c in text):
        names.append("text:digit")
    if text.isupper():
        names.append("text:upper")
    if n <= 6:
        found = categories(text)
        if found & _SERVICES:
            names.append("text:service")
            names.extend(f"text:{c}" for c in sorted(found & _SERVICES))
            if n <= 2:
                names.append("text:service:short")
        names.extend(f"text:{c}" for c in sorted(found & _LISTINGS))
    features = tuple(names)
    return features, frozenset(w for w in found_words if len(w) > 2), score(features)


class Weights(NamedTuple):
    """The learned weights: one triple a feature, in the order of `KINDS`."""

    first: dict[str, Scores]
    second: dict[str, Scores]


def _load() -> Weights:
    try:
        data = json.loads(resources.files("newscrawl").joinpath("link_weights.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Weights({}, {})
    return Weights(
        {name: (a, b, c) for name, (a, b, c) in data["first"].items()},
        {name: (a, b, c) for name, (a, b, c) in data["second"].items()},
    )


WEIGHTS = _load()
_NONE: Scores = (0.0, 0.0, 0.0)


def score(features: tuple[str, ...]) -> Scores:
    """Return the sums of the weights of *features*."""
    first = WEIGHTS.first
    a = b = c = 0.0
    for name in features:
        x, y, z = first.get(name, _NONE)
        a += x
        b += y
        c += z
    return a, b, c


def probabilities(scores: Scores) -> Scores:
    """Return *scores* as probabilities (softmax).

    >>> probabilities((0.0, 0.0, 0.0))[0] == 1 / 3
    True
    """
    top = max(scores)
    a, b, c = math.exp(scores[0] - top), math.exp(scores[1] - top), math.exp(scores[2] - top)
    total = a + b + c
    return a / total, b / total, c / total
