"""HTML made of Python values: whatever is not markup already is escaped, so that nothing can be forgotten."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlsplit

import orjson

from newscrawl.terminal import harmless

_VOID = frozenset({"meta", "link", "input"})
# "<" ends a script element and begins a comment in it; the others break lines in old readers of JavaScript.
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: Any) -> Html:
    """Return *value* as markup: escaped unless it is `Html`, ``None`` as nothing.

    >>> text("<script> & Sons"), text(Html("<b>")), text(None)
    ('&lt;script&gt; &amp; Sons', '<b>', '')
    """
    if isinstance(value, Html):
        return value
    return Html("" if value is None else escape(harmless(str(value))))


def join(*parts: Any) -> Html:
    """Return *parts* as markup, one after the other."""
    return Html("".join(map(text, parts)))


def tag(name: str, /, *children: Any, **attributes: Any) -> Html:
    """Return an element.

    Args:
        name: the element's.
        children: text, which is escaped, or `Html`.
        attributes: ``class_`` stands for ``class``, ``aria_label`` for ``aria-label``; ``None`` and ``False`` are left
            out, ``True`` is an attribute without a value.

    >>> tag("td", "a < b", class_="n", colspan=2, hidden=True, title=None)
    '<td class="n" colspan="2" hidden>a &lt; b</td>'
    """
    given = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name_given = key.rstrip("_").replace("_", "-")
        given.append(f" {name_given}" if value is True else f' {name_given}="{text(value)}"')
    opening = f"<{name}{''.join(given)}>"
    return Html(opening if name in _VOID else f"{opening}{join(*children)}</{name}>")


def link(url: str | None, label: Any) -> Html:
    """Return a link to *url*, or its *label* alone where that is no address of the web.

    >>> link("https://paper.example/a?b&c", "Story")
    '<a href="https://paper.example/a?b&amp;c" rel="noopener noreferrer">Story</a>'
    >>> link("javascript:alert(1)", "Story")
    'Story'
    """
    return tag("a", label, href=url, rel="noopener noreferrer") if is_web(url) else text(label)


def is_web(url: str | None) -> bool:
    """Say whether *url* is an address that a reader may be sent to.

    >>> is_web("https://paper.example/"), is_web("JAVASCRIPT://paper.example/%0aalert(1)"), is_web("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(url or "")
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def embedded(value: Any) -> Html:
    r"""Return *value* as JSON that may stand in a script element.

    >>> embedded(["</script>"])
    '["\\u003c/script\\u003e"]'
    """
    return Html(orjson.dumps(value).decode().translate(_IN_SCRIPT))


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number and what it counts.

    >>> count(1, "article"), count(12345, "story", "stories")
    ('1 article', '12,345 stories')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
