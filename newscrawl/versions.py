"""What makes a changed article a new version: its fields as short marks, and which of them count.

A mark is four bytes of a digest, so that the store can say which fields differ without the text of the version before,
which may lie in a file on another machine.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import orjson

from newscrawl.items import Article
from newscrawl.texts import fold

MARKED = (
    "headline",
    "description",
    "byline",
    "authors",
    "author_role",
    "dateline",
    "date_published",
    "date_modified",
    "section",
    "breadcrumbs",
    "keywords",
    "body",
    "images",
    "language",
    "paywalled",
    "corrections",
)
"""The fields whose differences are told in `Article.changed`; only ever added to, at the end."""

COUNTED = frozenset({"headline", "description", "byline", "authors", "body", "corrections"})
"""The fields of which one must differ to make a new version: what the newspaper says, and who says it.

Not the date of modification, which many sites set anew without changing a word; not pictures, whose addresses carry
sizes and signatures; not section, keywords and comments, which a site rearranges and readers add to.
"""

_FOLDED = frozenset({"headline", "description", "byline", "body"})
_SIZE = 4


def marks(get: Callable[[str], Any]) -> bytes:
    """Return the marks of an article, four bytes for each of `MARKED`.

    Args:
        get: gives a field's value by its name, as a dataclass's or as its line of JSON reads.

    >>> one = Article(headline="Rain", body="It rained.")
    >>> two = Article(headline="Rain", body="It  rained.", keywords=["weather"])
    >>> differing(marks(lambda name: getattr(one, name)), marks(lambda name: getattr(two, name)))
    ['keywords']
    """
    return b"".join(_mark(name, get(name)) for name in MARKED)


def marks_of(article: Article) -> bytes:
    """Return the marks of *article*."""
    return marks(lambda name: getattr(article, name))


def _mark(name: str, value: Any) -> bytes:
    if not value and value is not False:
        return bytes(_SIZE)
    if name in _FOLDED:
        value = fold(str(value))
    elif name == "images":
        # Without the query: it holds sizes and signatures.
        value = [str(_of(image, "url")).partition("?")[0] for image in value]
    try:
        data = orjson.dumps(value)
    except TypeError:
        data = repr(value).encode("utf-8", "replace")
    return blake2b(data, digest_size=_SIZE).digest()


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def differing(old: bytes, new: bytes) -> list[str]:
    """Return the names of the fields whose marks differ; fields that one of the two does not have say nothing."""
    return [
        name
        for place, name in enumerate(MARKED)
        if (start := place * _SIZE) < min(len(old), len(new))
        and old[start : start + _SIZE] != new[start : start + _SIZE]
    ]
