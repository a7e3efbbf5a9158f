"""What a page tells robots about itself: ``<meta name="robots">`` and the X-Robots-Tag header.

Directives as Google documents them for both ("Robots meta tag, data-nosnippet, and X-Robots-Tag specifications").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_DIRECTIVES = frozenset(
    "all none index noindex follow nofollow noarchive nocache nosnippet noimageindex notranslate indexifembedded noai "
    "noimageai".split()
)
# Written with a colon of their own: not the name of a robot.
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def robots_directives(headers: Iterable[bytes | str], metas: Mapping[str, Sequence[str]], bot_name: str) -> set[str]:
    """Return what a page asks of the robot *bot_name*, lower-cased.

    ``none`` is spelt out; what has a value (``max-snippet:50``) is left out.

    Args:
        headers: The values of its X-Robots-Tag headers.
        metas: Contents by lower-cased name (`Page.metas`).
        bot_name: Product token of the user agent, ``newscrawl``.

    >>> sorted(robots_directives([b"otherbot: noarchive", "newscrawl: none"], {}, "newscrawl"))
    ['nofollow', 'noindex']
    >>> robots_directives([], {"robots": ["NoArchive, max-snippet:50"]}, "newscrawl")
    {'noarchive'}
    """
    bot_name = bot_name.lower()
    found: set[str] = set()
    for header in headers:
        addressed = True
        for part in (header.decode("latin-1") if isinstance(header, bytes) else header).lower().split(","):
            name, colon, rest = part.partition(":")
            if colon and name.strip() in _WITH_VALUE:
                continue
            if colon:
                addressed, part = name.strip() == bot_name, rest  # noqa: PLW2901 (what follows the robot's name)
            if addressed:
                found.add(part.strip())
    for content in (*metas.get("robots", ()), *metas.get(bot_name, ())):
        found.update(part.strip() for part in content.lower().split(","))
    if "none" in found:
        found |= {"noindex", "nofollow"}
    return found & _DIRECTIVES - {"none"}


def unwanted(directives: set[str]) -> str | None:
    """Return the directive by which a page asks not to be kept, ``None`` where it does not mind.

    >>> unwanted({"nofollow", "noarchive"}), unwanted({"nosnippet"})
    ('noarchive', None)
    """
    return next((name for name in ("noindex", "noarchive") if name in directives), None)
