"""Addresses: one form for all variants of one, and the identifier made from it.

It knows spellings that mean the same everywhere (case, default ports, tracking parameters) and the variants that
content systems make of an article (mobile host, print, AMP, page 2). What holds for one site only stands in its `Site`.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

if TYPE_CHECKING:
    from newscrawl.sites import Site

LONGEST = 4096
"""Characters of an address that is followed: sitemaps.org allows 2,048, and escapes can make them more."""

# Parameters that say where a reader came from, never what is shown: the click identifiers of advertisers and networks,
# and newsrooms' own campaign marks.
_TRACKING_PREFIXES = (
    "utm_", "at_medium", "at_campaign", "at_custom", "at_link", "at_ptr", "fb_", "guce_", "mkt_", "ns_", "wt_",
)  # fmt: skip
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid msclkid yclid ttclid twclid wbraid gbraid igshid li_fat_id mc_cid mc_eid _ga _gl
    _hsenc _hsmi _openstat __twitter_impression icid cmpid ocid wtrid xtor spm smid smtyp ref_src refsrc ref_url
    referer referrer ftag ito tracking trackingid tracking_id trk trkid s_cid s_kwcid sref guccounter cvid amp
    amp_js_v amp_gsa outputtype
    """.split()
)
# Names that are tracking marks only with such values; with others they choose what is shown.
_TRACKING_VALUES = {
    "nav": r"[\w-]*",
    "cid": r"(?:rss|sm|social|nl)\b.*",
    "source": r"rss|feed|newsletter|twitter|facebook",
    "ref": r"rss|tw|twitter|fb|facebook|nl|share|home(?:page)?",
    "output": r"amp|print",
    "print": r"1|true|yes",
    "view": r"print",
}
_MOBILE_HOST = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.[^.]+)")
# Path forms of eZ Publish (layout/set, (page), text_edition), WordPress (/amp), and their like.
_VARIANT_PATHS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^/layout/set/(?:print|text|amphtml|mobile|rss)(?=/)", re.IGNORECASE), ""),
    (re.compile(r"^/text_edition(?=/)", re.IGNORECASE), ""),
    (re.compile(r"/\((?:page)\)/\d+(?=/|$)", re.IGNORECASE), ""),
    (re.compile(r"(?<=.{12})/amp/?$|(?<=.{12})\.amp(?=$|\.html?$)", re.IGNORECASE), ""),
)


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    values = _TRACKING_VALUES.get(name)
    return values is not None and re.fullmatch(values, value, re.IGNORECASE) is not None


# What nearly all addresses of stories look like: nothing but its scheme and a final slash can be to change. A number
# or a port of its own keeps the scheme.
_NUMBER = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PLAIN_HOST = r"(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}"
_NUMBERED_HOST = rf"{_NUMBER}(?:\.{_NUMBER}){{3}}(?::(?:[1-9]\d{{3}}|[1-5]\d{{4}}))?"
_PLAIN = re.compile(rf"(?:https?://({_PLAIN_HOST})|(https?://{_NUMBERED_HOST}))((?:/\.*[\w-][\w.-]*)*)/?", re.ASCII)
_PERHAPS_VARIANT = re.compile(r"/(?:layout|text_edition)(?:/|$)|[/.]amp(?:\.html?)?$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _canonical(url: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    url = url.strip()
    for pattern, replacement in rules:
        url = pattern.sub(replacement, url)
    if plain_form := _PLAIN.fullmatch(url):
        host, numbered, path = plain_form.groups()
        if not (host and _MOBILE_HOST.match(host)) and not _PERHAPS_VARIANT.search(path):
            return f"{numbered or f'https://{host}'}{path or '/'}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return url
    host = parts.hostname.rstrip(".")
    mobile = _MOBILE_HOST.match(host)
    if mobile:
        host = f"www.{host[mobile.end() :]}"
    scheme = parts.scheme
    if port in {80, 443, None} and "." in host and not host.replace(".", "").isdigit():
        # One article stands under both schemes for years when a site moves to TLS.
        scheme, port = "https", None
    netloc = f"[{host}]" if ":" in host else host
    if port:
        netloc = f"{netloc}:{port}"
    plain = parts.path.replace(";", "%3B")  # or what follows the last one would be spelled otherwise
    safe = urlsplit(canonicalize_url(urlunsplit(SplitResult(scheme, netloc, plain, parts.query, ""))))
    path, plain = "", safe.path
    while path != plain:  # a variant of a variant: the second page of the print view
        path = plain
        for pattern, replacement in _VARIANT_PATHS:
            plain = pattern.sub(replacement, plain)
        plain = re.sub(r"/{2,}", "/", plain).rstrip("/") or "/"
    query = "&".join(p for p in safe.query.split("&") if p and not _is_tracking(p))
    return urlunsplit(SplitResult(scheme, safe.netloc, path, query, ""))


def canonical_url(url: str, site: Site | None = None) -> str:
    """Return the one form of *url* that all its variants share.

    The scheme becomes ``https`` (hosts without a name or with a port of their own keep theirs), the mobile or AMP host
    the ``www`` one; print, text and AMP forms, page numbers in the path, tracking parameters, the fragment and a final
    slash go; the query is sorted. With *site*, its ``canonical_rules`` come first. What is not an http(s) URL comes
    back as it is.

    >>> canonical_url("HTTP://m.csmonitor.com/World/2013/0124/A-slug./(page)/2?icid=rss#x")
    'https://www.csmonitor.com/World/2013/0124/A-slug.'
    >>> canonical_url("http://www.csmonitor.com/layout/set/print/World/2013/0124/A-slug")
    'https://www.csmonitor.com/World/2013/0124/A-slug'
    >>> canonical_url("https://example.org/story?id=7&utm_source=x&fbclid=abc")
    'https://example.org/story?id=7'
    """
    return _canonical(url, site.compiled_canonical_rules if site else ())


def without_tracking(url: str) -> str:
    """Return *url* without its fragment and the parameters that only say where a reader came from.

    >>> without_tracking("https://example.org/story?utm_source=x&id=7#top")
    'https://example.org/story?id=7'
    """
    url = url.partition("#")[0]
    address, mark, query = url.partition("?")
    kept = "&".join(p for p in query.split("&") if p and not _is_tracking(p)) if mark else ""
    return f"{address}?{kept}" if kept else address


def url_key(url: str, site: Site | None = None) -> str:
    """Return what two addresses of one article have in common: the canonical URL without scheme and ``www.``.

    >>> url_key("http://www.example.org/a/") == url_key("https://example.org/a")
    True
    """
    return _key(url, site.compiled_canonical_rules if site else ())


@lru_cache(maxsize=4096)
def _key(url: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    return _canonical(url, rules).split("://", 1)[-1].removeprefix("www.")


def article_id(url: str, site: Site | None = None) -> str:
    """Return the identifier of the article at *url*: 20 hexadecimal digits, the same on every machine.

    >>> article_id("http://m.csmonitor.com/World/2013/0124/A?cmpid=x") == article_id(
    ...     "https://www.csmonitor.com/World/2013/0124/A"
    ... )
    True
    """
    return hashlib.sha256(url_key(url, site).encode()).hexdigest()[:20]
