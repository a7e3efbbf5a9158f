"""What the addresses of a site's articles have in common, measured on the links that were seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.urls import canonical_url

_FEWEST = 8
"""Addresses of articles without which nothing is evident."""
_RECALL_SURE, _RECALL_LIKELY, _FALSE = 0.97, 0.9, 0.02
_MOST_FOLDERS = 5
_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>\d\d)", r"(?P<day>\d\d)"
# The first that fits wins: those that tell the date come first.
_USUAL = (
    rf"/{_YEAR}/{_MONTH}/{_DAY}/[^/?]+",
    rf"/{_YEAR}/{_MONTH}{_DAY}/[^/?]+",
    rf"/{_YEAR}-{_MONTH}-{_DAY}/[^/?]+",
    rf"/{_YEAR}{_MONTH}{_DAY}/[^/?]+",
    r"/(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>(?:19|20)\d\d)/[^/?]+",
    rf"/{_YEAR}/(?P<month>[a-z]{{3}})/(?P<day>\d\d)/[^/?]+",
    rf"/{_YEAR}/{_MONTH}/[^/?]+",
    rf"[-_/]{_YEAR}-?{_MONTH}-?{_DAY}(?!\d)",
)
_IDS = (
    r"[-_/.,~a-z]\d{5,}(?:\.\w{2,5})?/?$",
    r"[-_/.,~][0-9a-f]{8,}(?:\.\w{2,5})?/?$",
    r"-\d{3,}(?:\.\w{2,5})?/?$",
    r"\.html?$",
    r"/[^/?]+(?:-[^/?-]+){3,}/?$",
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression for articles' addresses, and how it fared."""

    text: str
    articles: int
    of_articles: int
    others: int
    of_others: int

    def __str__(self) -> str:
        """Return how well it tells them apart, in words."""
        articles = f"{self.articles} of {self.of_articles} addresses of articles"
        return f"fits {articles} and {self.others} of {self.of_others} others"


def article_pattern(sure: Collection[str], likely: Collection[str], others: Collection[str]) -> Pattern | None:
    r"""Return what tells the addresses of articles from others on the same site; ``None`` where nothing does well.

    Args:
        sure: addresses of articles.
        likely: addresses that look like articles'.
        others: addresses of listings and other pages.

    >>> articles = [f"https://e.org/{section}/2026/03/{day}/rain" for section in ("a", "b") for day in range(11, 19)]
    >>> article_pattern(articles, [], ["https://e.org/a", "https://e.org/b", "https://e.org/about"]).text
    '/(?P<year>(?:19|20)\\d\\d)/(?P<month>\\d\\d)/(?P<day>\\d\\d)/[^/?]+'
    """
    paths = {_path(url) for url in sure}
    probable = {_path(url) for url in likely} - paths
    foreign = {_path(url) for url in others} - paths - probable
    if len(paths) < _FEWEST:
        return None
    for text in (*_USUAL, *_folders(paths, foreign), *_IDS):
        pattern = re.compile(text)
        fits, may_fit, wrong = (
            sum(pattern.search(p) is not None for p in group) for group in (paths, probable, foreign)
        )
        if (
            fits >= _RECALL_SURE * len(paths)
            and may_fit >= _RECALL_LIKELY * len(probable)
            and wrong <= _FALSE * len(foreign)
        ):
            return Pattern(text, fits + may_fit, len(paths) + len(probable), wrong, len(foreign))
    return None


def _path(url: str) -> str:
    parts = urlsplit(canonical_url(url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _folders(paths: Collection[str], foreign: Collection[str]) -> Iterator[str]:
    """Yield a pattern for the folders at the paths' beginning, where articles alone stand in them."""
    used = Counter(parts[1] for path in paths if len(parts := path.split("/")) > 2)
    others = Counter(parts[1] for path in foreign if len(parts := path.split("/")) > 2 and parts[2])
    own = [name for name, _ in used.most_common() if not others[name]]
    if 0 < len(own) <= _MOST_FOLDERS:
        names = "|".join(re.escape(name) for name in sorted(own))
        yield f"^/(?:{names})/[^/?]+" if len(own) > 1 else f"^/{names}/[^/?]+"
    middle = Counter(part for path in paths for part in set(path.split("/")[1:-1]))
    for name, count in middle.most_common(3):
        if name and count >= _RECALL_SURE * len(paths):
            yield f"/{re.escape(name)}/[^?]+"
