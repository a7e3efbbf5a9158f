"""What a link's address, words and place say about its kind, as named features, and the scores learned for them.

A feature is a short name that is there or not. An address's own features are cached: menus repeat on every page of a
site. The weights stand in ``link_weights.json``; `benchmarks.train_links` makes them.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from sys import intern
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from newscrawl.link_words import (
    FEED_ADDRESS,
    FEED_WORDS,
    LISTING,
    NEXT_WORDS,
    PAGE_ADDRESS,
    PREVIOUS_WORDS,
    SERVICE,
    categories,
    fold,
    word_category,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KINDS = ("article", "listing", "other")
"""The kinds that are told by scores, in the order of the weights."""

Scores = tuple[float, float, float]

_SECOND_LEVELS = frozenset(
    "ac asso biz co com edu gen go gob gouv gov govt gv id in info ltd me mil mod ne net nic nom nhs or org plc sch "
    "web".split()
)
_EXTENSION = re.compile(r"\.([a-z]{2,5})$", re.IGNORECASE)
_PAGE_EXTENSIONS = frozenset("html htm shtml xhtml php phtml asp aspx jsp jspx cms do cfm amp ece story art".split())
_DATE = re.compile(
    r"/(?:19|20)\d\d[/-](?:[01]?\d|[a-z]{3})(?:[/-][0-3]?\d)?(?=[/-]|$)|(?<!\d)(?:19|20)\d\d-?[01]\d-?[0-3]\d(?!\d)"
    r"|/[0-3]\d/[01]\d/(?:19|20)\d\d/|/(?:19|20)\d\d/[01]\d[0-3]\d/"
)
_ANY_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOKENS = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"(?<![0-9])\d{5,}(?![0-9])|\d{6,}")
_ID_ONLY = re.compile(r"[a-z]{0,3}[-.]?\d{3,}(?:[.-]\d+)*|[0-9a-f]{12,}|![a-z]?\d+", re.IGNORECASE)
_MIXED = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{8,}")
_HEX = re.compile(r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{16,}$)", re.IGNORECASE)
_ID_NAME = re.compile(r"(?:.*_)?(?:id|p|nid|article|story|news|art|idx|no|key|code|doc|sub|dw)", re.IGNORECASE)
_SEARCH_NAMES = frozenset("q s query search searchword term keyword keywords text suche wort tr k".split())
# Marks of where on the page a link stood, as newsrooms write them: they never choose what is shown.
_TRACK_NAMES = re.compile(
    r"(?:utm|itm|at|wt|n|int)_?\w+|from|iref|ref\w*|src|source|ico|icid|itid|intcmp|cmp\w*|tpcc|xtor|link|"
    r"srsltid|via|nid|nav|origin|campaign|mtm_\w+|pk_\w+|piano\w*|rnd|seccion|__source|wtrid|wt\.\w+|sara_icid|position|module|placement|uah",
    re.IGNORECASE,
)
_TEMPLATE_CODE = re.compile(r"%7B|\{\{|\$\{|<%|%3C%|\{%|\[\[|%24%7B", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|zip|gz|rar|exe|apk|dmg|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp3|m4a|ogg|wav|mp4|"
    r"m4v|mov|avi|webm|m3u8?|ics|vcf|css|js|json|epub|mobi|woff2?)$",
    re.IGNORECASE,
)
_FEED_FILE = re.compile(r"\.(?:xml|rss|rdf|atom|json)$|/(?:feed|rss|atom)/?$", re.IGNORECASE)
_INNER_ADDRESS = re.compile(r"=(?:https?(?::|%3a)(?:/|%2f){2}|(?:/|%2f)[\w%-]+(?:/|%2f)[\w%-]{8,})", re.IGNORECASE)
_ACTION = re.compile(
    r"(?:^|&)(?:replytocom|share|print|action|redirect_to|reply|like|add-to-cart)=|^print$|(?:^|&)(?:s|q)=(?:&|$)"
)
_SERVICES = frozenset(SERVICE)
_LISTINGS = frozenset(LISTING)
_KINDLY = frozenset({"story", "tag", "category", "author", "archive", "news"})


@lru_cache(maxsize=4096)
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


class Form(NamedTuple):
    """What the words and numbers of an address say."""

    above: tuple[str, ...]
    """The stems of the directories above it."""
    shape: str
    """Its form with words, numbers and slugs replaced by signs: addresses of one kind share it."""
    slug: str
    """How many words its last part has, coarsely; ``id`` where it has an identifier instead."""
    tokens: tuple[str, ...]
    """The words of its last part, each once, sorted: no set, which takes seven times the memory."""
    features: tuple[str, ...]
    scores: Scores
    """The sum of the weights of ``features``."""


@dataclass(slots=True, eq=False)
class Address:
    """What an address says by itself."""

    host: str
    """In small letters, without ``www.``; with the port where one is given."""
    domain: str
    """The registered domain."""
    path: str
    query: str
    stem: str
    """Host and path without a final slash."""
    unpaged: str
    """Host, path and query without the number of a page."""
    page: int | None
    """The number of the page."""
    is_junk: bool
    """It leads to no page: template code that was not filled in, a file, a share link with another address in it."""
    is_feed: bool = False
    """It reads like that of a feed or a sitemap."""
    _form: Form | None = None

    @property
    def form(self) -> Form:
        """What its words say: worked out when it is asked for, most links of a described site never need it."""
        if self._form is None:
            self._form = _form_of(self)
        return self._form


@lru_cache(maxsize=4096)
def _shape_of(segment: str) -> str:
    """Return the sign for one part of a path."""
    tokens = _TOKENS.findall(segment)
    if len(tokens) >= 4:
        return "S"
    if segment.isdigit():
        return "Y" if _YEAR.fullmatch(segment) else "d" if len(segment) < 5 else "N"
    digits = sum(map(str.isdigit, segment))
    if digits >= 5:
        return "I"
    if digits >= 2 and len(tokens) == 1 and len(segment) >= 8:
        return "O"
    return "w"


@lru_cache(maxsize=4096)
def _features_of_sub(host: str, domain: str) -> tuple[str, ...]:
    """Return the features of what stands before the registered domain."""
    sub = host[: -len(domain)].rstrip(".") if host != domain else ""
    if not sub or sub in {"www", "m", "mobile"}:
        return ()
    found = {c for t in (sub, *_TOKENS.findall(sub)) if (c := word_category(t))}
    if found & _SERVICES:
        return ("sub", "sub:service", *(f"sub:{c}" for c in sorted(found & _SERVICES)))
    return ("sub", "sub:listing") if found & _LISTINGS else ("sub",)


@lru_cache(maxsize=4096)
def read_address(url: str) -> Address:
    """Return what *url*, absolute and without a fragment, says by itself."""
    rest = url.partition("://")[2]
    cut = len(rest)
    for sign in "/?":
        at = rest.find(sign)
        if 0 <= at < cut:
            cut = at
    host, rest = rest[:cut].rpartition("@")[2].lower().removeprefix("www."), rest[cut:]
    path, _, query = rest.partition("?")
    unpaged, page = _without_page(f"{host}{path}?{query}" if query else f"{host}{path}")
    address = Address(
        # Thousands of addresses are kept, of few hosts and with few features: one text for all that are the same.
        host=intern(host),
        domain=registered_domain(host),
        path=path,
        query=query,
        stem=f"{host}/{path.strip('/')}".rstrip("/"),
        unpaged=unpaged,
        page=page,
        is_junk=_is_junk(url, path, query),
    )
    address.is_feed = _is_feed(address, url)
    return address


def _form_of(address: Address) -> Form:
    host, domain, path, query = address.host, address.domain, address.path, address.query
    segments = [s for s in path.split("/") if s]
    of_sub = _features_of_sub(host, domain)
    features = ["bias", f"depth={min(len(segments), 5)}", *of_sub]
    if of_sub and not segments:
        features.append("sub:root")
    last = segments[-1] if segments else ""
    directories = segments[:-1]
    extension = _EXTENSION.search(last)
    if extension and extension[1].lower() in _PAGE_EXTENSIONS:
        features.append("ext")
        last = last[: extension.start()]
        if last.lower() in {"index", "default", "home", "startseite", "overview", "list"} and directories:
            features.append("ext:index")
            last = directories.pop()
    else:
        extension = None
        if path.endswith("/") and segments:
            features.append("slash")
    shapes = [_shape_of(s) for s in segments]
    if (
        directories
        and _ID_ONLY.fullmatch(last)
        and (
            _shape_of(directories[-1]) == "S"
            or (_shape_of(directories[-1]) == "w" and not categories(directories[-1]) & _KINDLY)
        )
        and not _DATE.search(path)
    ):
        # The words stand before the identifier: /finland/t-18029660, /a-story-of-some-length/157698
        features.append("id:after")
        last = directories.pop()
    names = []
    if query:
        for parameter in query.split("&"):
            name, _, value = parameter.partition("=")
            if not name or (_TRACK_NAMES.fullmatch(name) and len(value) < 200):
                continue
            names.append(name)
            if name.lower() in _SEARCH_NAMES and not value.isdigit():
                features.append("query:search")
            elif _ID_NAME.fullmatch(name) and any(c.isdigit() for c in value):
                features.append("query:id")
            else:
                features.append("query:other")
    if "query:id" in features:
        # The path is a program's; the story is in the query.
        last = ""
        features[1] = "depth=query"
    final = _shape_of(last) if last else ""
    tokens = [t for t in _TOKENS.findall(fold(unquote(last) if "%" in last else last)) if not t.isdigit()]
    n = len([t for t in tokens if (len(t) > 1 or not t.isascii()) and (t.isalpha() or not _MIXED.fullmatch(t))])
    if tokens and not last.isascii():
        n = max(n, sum(map(len, tokens)) // 7)
    slug = str(n) if n < 5 else "5-6" if n < 7 else "7+"
    features.append(f"slug={slug}")
    size = len(last)
    bin_ = "0-5" if size < 6 else "6-12" if size < 13 else "13-20" if size < 21 else "21-35" if size < 36 else "36+"
    features.append(f"size={bin_}")
    dated = False
    if _ANY_DIGIT.search(path):
        dated = _DATE.search(path) is not None
        if dated:
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
        elif any(map(str.isdigit, last)):
            features.append("digit:last")
    if "O" in shapes or final == "O" or _HEX.search(path):
        features.append("opaque")
        if final == "O" or _HEX.search(last):
            features.append("opaque:last")
    if _is_feedlike(address):
        features.append("feedlike")
    # Words of short parts name a section or a service; the words of a slug tell a story.
    found = set()
    for segment in directories:
        if _shape_of(segment) in "wO":
            found |= {f"dir:{category}" for category in categories(segment)}
    if directories and _shape_of(directories[-1]) in "wO":
        found |= {f"up:{category}" for category in categories(directories[-1])}
        if n > 3 and ("up:tag" in found or "up:author" in found):
            found.add("up:tag&slug")
    if (final in {"w", "O"} or n <= 3) and not dated and "number:last" not in features:
        found |= {f"last:{category}" for category in categories(last)}
    elif n <= 5 and not dated and categories(last) & _SERVICES:
        found.add("long:service")
    if found:
        told = [f.partition(":") for f in found]
        listed = {part for part, _, category in told if category in _LISTINGS}
        features.extend([f"{part}:listing" for part in ("dir", "up", "last") if part in listed])
    services = [f for f in found if f.partition(":")[2] in _SERVICES]
    if services:
        features.append("service")
        if any(f.startswith("last") for f in services):
            features.append("service:last")
            if (
                all(len(t) < 3 or word_category(t) in _SERVICES for t in tokens)
                or word_category(fold(last)) in _SERVICES
            ):
                features.append("service:whole")
        if any(f.startswith("up") for f in services):
            features.append("service:up")
    features.extend(sorted(found))
    shape = "/".join(
        [
            host,
            *(
                s if i == 0 and t == "w" and len(shapes) > 1 else t
                for i, (s, t) in enumerate(zip(segments, shapes, strict=True))
            ),
        ]
    )
    if names:
        shape += "?" + "&".join(sorted(names))
    if extension:
        shape += extension[0]
    coarse = (
        "id"
        if not n or (n < 3 and ("number:last" in features or "opaque:last" in features))
        else slug
        if n < 5
        else "5+"
    )
    unique = tuple(map(intern, dict.fromkeys(features)))
    return Form(
        above=tuple(accumulate(segments[:-1], _slash, initial=host)) if segments else (),
        shape=shape,
        slug=coarse,
        tokens=_each_once(tokens),
        features=unique,
        scores=score(unique),
    )


def _each_once(words_found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words_found if len(word) > 2}))


def _slash(above: str, segment: str) -> str:
    return f"{above}/{segment}"


def _is_junk(url: str, path: str, query: str) -> bool:
    return (
        (("%" in url or "{" in url or "[[" in url) and _TEMPLATE_CODE.search(url) is not None)
        or ("." in path and _FILE.search(path) is not None)
        or "/cdn-cgi/" in path
        or (query != "" and (_INNER_ADDRESS.search(f"&{query}") is not None or _ACTION.search(query) is not None))
    )


_FEW_WORDS = frozenset({"slug=0", "slug=1", "slug=2"})


def _is_feedlike(address: Address) -> bool:
    return FEED_ADDRESS.search(address.path) is not None or FEED_ADDRESS.search(address.query) is not None


def _is_feed(address: Address, url: str) -> bool:
    if "comment" in url.lower():
        return False
    if _FEED_FILE.search(address.path):
        return address.path.endswith((".rss", ".rdf", ".atom")) or _is_feedlike(address)
    return _is_feedlike(address) and not _FEW_WORDS.isdisjoint(address.form.features)


def _without_page(address: str) -> tuple[str, int | None]:
    """Return *address*, without its scheme, less its page mark, and the page's number.

    >>> _without_page("example.org/world/page/3/")
    ('example.org/world', 3)
    >>> _without_page("example.org/World/(offset)/20/(view)/all")
    ('example.org/World', 20)
    >>> _without_page("example.org/world?page=2&sort=new")
    ('example.org/world?sort=new', 2)
    """
    match = PAGE_ADDRESS.search(address) if _ANY_DIGIT.search(address) else None
    number = None
    if match:
        number = int(match[1])
        address = address[: match.start()] + address[match.end() :]
    address = address.removesuffix("/(view)/all").rstrip("?&/")
    if "?" not in address and "&" in address:
        address = address.replace("&", "?", 1)
    return address.replace("?&", "?"), number


class Words(NamedTuple):
    """What the words of a link say by themselves."""

    tokens: tuple[str, ...]
    """Each once, sorted."""
    length: str
    """How many there are, coarsely."""
    features: tuple[str, ...]
    scores: Scores
    """The sum of the weights of ``features``."""
    is_feed: bool
    """They name a feed or a sitemap."""
    direction: str
    """``next``, ``previous`` or nothing: what they say of the pages of a listing."""


_MARKS = frozenset('?!:;…„“”«»"')


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff]")


@lru_cache(maxsize=4096)
def read_words(text: str) -> Words:
    """Return what *text*, the words of a link, says by itself."""
    if not text:
        return NO_WORDS
    found_words = words(text)
    n = len(found_words)
    if not text.isascii() and _UNSPACED.search(text):
        n = max(n, len(text) // 3)
    names = [f"words={n if n < 5 else '5-6' if n < 7 else '7-9' if n < 10 else '10+'}"]
    if text[0] == "#":
        names.append("text:hash")
    if not _MARKS.isdisjoint(text):
        names.append("text:mark")
    if ". " in text or text[-1] in ".?!…":
        names.append("text:sentence")
    if "," in text:
        names.append("text:comma")
    if any(map(str.isdigit, text)):
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
        if found & _LISTINGS:
            names.append("text:listing")
            names.extend(f"text:{c}" for c in sorted(found & _LISTINGS))
    features = tuple(map(intern, names))
    direction = ""
    if len(text) < 40:
        direction = "next" if NEXT_WORDS.search(text) else "previous" if PREVIOUS_WORDS.search(text) else ""
    return Words(
        _each_once(found_words),
        "1-2" if n < 3 else "3-4" if n < 5 else "5-7" if n < 8 else "8+",
        features,
        score(features),
        n < 4 and len(text) < 32 and FEED_WORDS.search(text) is not None,
        direction,
    )


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


def score(features: Iterable[str]) -> Scores:
    """Return the sums of the weights of *features*."""
    first = WEIGHTS.first
    a = b = c = 0.0
    for name in features:
        x, y, z = first.get(name, _NONE)
        a += x
        b += y
        c += z
    return a, b, c


NO_WORDS = Words((), "0", ("text:none",), score(("text:none",)), is_feed=False, direction="")
"""What a link without words says."""


def probabilities(scores: Scores) -> Scores:
    """Return *scores* as probabilities (softmax).

    >>> probabilities((0.0, 0.0, 0.0))[0] == 1 / 3
    True
    """
    top = max(scores)
    a, b, c = math.exp(scores[0] - top), math.exp(scores[1] - top), math.exp(scores[2] - top)
    total = a + b + c
    return a / total, b / total, c / total


GROUPS = ("path", "box", "shape")
"""The sorts of company a link has: the same containers above it, the same box, an address of the same form."""

SECOND = tuple(f"{group}:{kind}" for group in GROUPS for kind in KINDS)
"""The features of the second fit: per sort of company what it looks like."""

Group = tuple[int, int, str]


def company(groups: Sequence[Group], likely: Sequence[Scores]) -> list[list[float]]:
    """Return per link the values of `SECOND`: how far the others of its groups lean to each kind, 0 where it is alone.

    Args:
        groups: per link the groups it belongs to, one of each sort.
        likely: per link the probabilities of `KINDS`.
    """
    columns = [_lean([keys[at] for keys in groups], likely) for at in range(len(GROUPS))]
    return [[*path, *box, *shape] for path, box, shape in zip(*columns, strict=True)]


def _lean(keys: Sequence[object], likely: Sequence[Scores]) -> list[Scores]:
    """Return per link how far the others with its key lean to each kind."""
    sums: dict[object, list[float]] = {}
    for key, (a, b, c) in zip(keys, likely, strict=True):
        total = sums.get(key)
        if total is None:
            sums[key] = [1.0, a, b, c]
        else:
            total[0] += 1.0
            total[1] += a
            total[2] += b
            total[3] += c
    result = []
    for key, (a, b, c) in zip(keys, likely, strict=True):
        n, x, y, z = sums[key]
        if n < 1.5:
            result.append(_NONE)
            continue
        third = (n - 1.0) / 3.0
        result.append(((x - a - third) / n, (y - b - third) / n, (z - c - third) / n))
    return result


def decide(scores: Sequence[Scores], groups: Sequence[Group]) -> list[str]:
    """Return the kind of each link, from its own scores and from its company."""
    likely = [probabilities(own) for own in scores]
    columns = [_lean([keys[at] for keys in groups], likely) for at in range(len(GROUPS))]
    weights = [[WEIGHTS.second.get(f"{group}:{kind}", _NONE) for kind in KINDS] for group in GROUPS]
    totals = list(scores)
    for column, ((aa, ab, ac), (ba, bb, bc), (ca, cb, cc)) in zip(columns, weights, strict=True):
        for at, (x, y, z) in enumerate(column):
            a, b, c = totals[at]
            totals[at] = (a + x * aa + y * ba + z * ca, b + x * ab + y * bb + z * cb, c + x * ac + y * bc + z * cc)
    return ["article" if a >= b and a >= c else "listing" if b >= c else "other" for a, b, c in totals]
