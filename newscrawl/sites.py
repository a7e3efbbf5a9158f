"""What a spider declares about its publication: typed, checked when built.

A declaration holds no code. What it leaves out is read the generic way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cssselect import GenericTranslator, SelectorError

from newscrawl.items import Article

DateOrder = Literal["MDY", "DMY", "YMD"]
_EXTRACTED = frozenset(f.name for f in fields(Article)) | {"image_url", "image_caption", "image_credit", "image_alt"}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_selector(where: str, selector: str) -> None:
    if selector.startswith(("/", "./", "(")):
        from lxml import etree  # noqa: PLC0415 (only declarations with XPath need it)

        try:
            etree.XPath(selector, namespaces={"re": "http://exslt.org/regular-expressions"})
        except etree.XPathSyntaxError as error:
            raise ValueError(f"{where}: {selector!r} is not XPath: {error}") from None
        return
    try:
        # parsel's own pseudo-elements are checked by parsel; the rest must be CSS.
        GenericTranslator().css_to_xpath(re.sub(r"::(?:text|attr\([^)]*\))\s*$", "", selector))
    except SelectorError as error:
        raise ValueError(f"{where}: {selector!r} is not a CSS selector: {error}") from None


def _check_pattern(where: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{where}: {pattern!r} is not a regular expression: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What a run of a healthy site finds; where it does not, the run fails with a sentence.

    Raises:
        ValueError: one that cannot be met or means nothing.
    """

    min_listed: int = 0
    """Links to articles that its listings, feeds and sitemaps name, at the least, known ones included."""

    coverage: Mapping[str, float] = field(default_factory=dict)
    """Field of `Article` to the percentage of articles that have it, at the least; judged in runs of ten articles."""

    newest_hours: float | None = None
    """How old its newest article is at the most."""

    def __post_init__(self) -> None:
        if self.min_listed < 0:
            raise ValueError(f"Expectations: min_listed is a number of links, not {self.min_listed}")
        for name, percent in self.coverage.items():
            if name not in Article.__dataclass_fields__:
                raise ValueError(f"Expectations: coverage[{name!r}]: Article has no such field")
            if not 0 <= percent <= 100:
                raise ValueError(f"Expectations: coverage[{name!r}] is a percentage from 0 to 100, not {percent}")
        if self.newest_hours is not None and self.newest_hours <= 0:
            raise ValueError(f"Expectations: newest_hours is a number of hours, not {self.newest_hours}")


@dataclass(frozen=True, kw_only=True)
class Template:
    """The selectors of one page template of a site; sites change theirs every few years.

    A selector is CSS, or XPath when it begins with ``/``, ``./`` or ``(``. Several are tried in order; the first that
    gives something wins. ``::text`` and ``::attr(name)`` work as in parsel; an element without them gives all its text.
    """

    name: str
    """What its makers or readers call it: ``2010s``."""

    when: str
    """The page is of this template when this selector finds something."""

    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Article field to selector(s); also ``image_url``, ``image_caption``, ``image_credit``, ``image_alt`` for the lead
    image."""

    body: tuple[str, ...] = ()
    """The container(s) of the article's text."""

    remove: tuple[str, ...] = ()
    """What stands inside the body and is not of the text: promotions, boxes, captions."""

    next_page: tuple[str, ...] = ()
    """The link to the article's next page."""

    def __post_init__(self) -> None:
        where = f"Template {self.name!r}"
        _check_selector(f"{where}, when", self.when)
        for name, selectors in self.fields.items():
            if name not in _EXTRACTED:
                raise ValueError(f"{where}: {name!r} is not a field of Article; known: {', '.join(sorted(_EXTRACTED))}")
            for selector in (selectors,) if isinstance(selectors, str) else selectors:
                _check_selector(f"{where}, {name}", selector)
        for group in ("body", "remove", "next_page"):
            value = getattr(self, group)
            if isinstance(value, str):
                raise ValueError(f"{where}: {group} is a tuple of selectors, not a single text: write ({value!r},)")  # noqa: TRY004
            for selector in value:
                _check_selector(f"{where}, {group}", selector)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A publication: where its articles are listed, how its addresses read, what its templates look like.

    Only ``name`` and ``url`` are required. Regular expressions are searched in the path (and query) of an address.

    Raises:
        ValueError: a declaration that cannot work, with the place and what to write instead.
    """

    name: str
    """snake_case; the spider, its file and its folder of test pages are called the same."""

    url: str
    """The home page."""

    publisher: str | None = None
    """The publication's name, as `Article.publisher` gives it."""

    hosts: tuple[str, ...] = ()
    """Hosts its articles and listings stand on, ``host`` or ``host:port``; sub-domains are not implied. Default: the
    home page's, with and without ``www.``."""

    timezone: str | None = None
    """IANA name of the zone that times without one are in: ``America/New_York``."""

    language: str | None = None
    """BCP 47 tag of its articles: ``en-US``."""

    date_order: DateOrder | None = None
    """How it writes dates in digits; ``MDY`` for 03/08/2012 = 8 March."""

    sections: tuple[str, ...] = ()
    """Listing pages to begin with, absolute or relative to ``url``."""

    feeds: tuple[str, ...] = ()
    """RSS, Atom or JSON feeds, absolute or relative to ``url``."""

    sitemaps: tuple[str, ...] = ()
    """Sitemaps and sitemap indexes, absolute or relative to ``url``."""

    article_url: str | None = None
    """What an article's address looks like; named groups ``year``, ``month``, ``day`` give its date."""

    listing_url: str | None = None
    """What the address of a listing looks like."""

    ignore_url: str | None = None
    """Addresses that are never followed; stronger than the two above."""

    closed: bool = False
    """Follow nothing that neither ``article_url`` nor ``listing_url`` names, the next pages of listings and articles
    aside; otherwise such links are judged the generic way."""

    canonical_rules: tuple[tuple[str, str], ...] = ()
    """Pairs (regular expression, replacement) that turn the whole address of a variant into the canonical one."""

    boxes: Mapping[str, str] = field(default_factory=dict)
    """Name of a box of links (``recent_posts``, ``related``) to the selector of its container."""

    templates: tuple[Template, ...] = ()
    """Page templates; the first whose ``when`` matches reads the page."""

    expectations: Expectations = field(default_factory=Expectations)
    """What a run finds while all is well."""

    verified: str | None = None
    """The day of the last ``scrapy verify`` that found all well, ``YYYY-MM-DD``; ``None`` where no one has checked the
    declaration against the live site."""

    def __post_init__(self) -> None:
        where = f"Site {self.name!r}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"{where}: name must be snake_case: small letters, digits and underscores")
        if not _is_address(self.url):
            raise ValueError(f"{where}: url must be an absolute http(s) address, not {self.url!r}")
        for group in ("hosts", "sections", "feeds", "sitemaps"):
            if isinstance(getattr(self, group), str):
                raise ValueError(f"{where}: {group} is a tuple of texts, not a single text")  # noqa: TRY004
        for host in self.hosts:
            if "/" in host:
                raise ValueError(f"{where}: hosts holds host names, not addresses: {host!r}")
        if self.timezone is not None:
            try:
                ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError(f"{where}: timezone {self.timezone!r} is not an IANA zone name") from None
        if self.verified is not None and not _is_day(self.verified):
            raise ValueError(f"{where}: verified is a day, YYYY-MM-DD, not {self.verified!r}")
        if self.date_order not in {None, "MDY", "DMY", "YMD"}:
            raise ValueError(f"{where}: date_order is 'MDY', 'DMY' or 'YMD', not {self.date_order!r}")
        for group in ("article_url", "listing_url", "ignore_url"):
            if (pattern := getattr(self, group)) is not None:
                _check_pattern(f"{where}, {group}", pattern)
        if self.closed and self.article_url is None:
            raise ValueError(f"{where}: closed needs an article_url, or no article would be followed")
        for pattern, replacement in self.canonical_rules:
            _check_pattern(f"{where}, canonical_rules", pattern)
            try:
                re.sub(pattern, replacement, "")
            except re.error as error:
                raise ValueError(
                    f"{where}, canonical_rules: {replacement!r} does not fit {pattern!r}: {error}"
                ) from None
        for name, selector in self.boxes.items():
            _check_selector(f"{where}, boxes[{name!r}]", selector)
        names = [template.name for template in self.templates]
        if len(set(names)) < len(names):
            raise ValueError(f"{where}: two templates have the same name: {', '.join(names)}")

    @cached_property
    def compiled_canonical_rules(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """``canonical_rules``, compiled."""
        return tuple((re.compile(pattern), replacement) for pattern, replacement in self.canonical_rules)

    @cached_property
    def article_pattern(self) -> re.Pattern[str] | None:
        """``article_url``, compiled."""
        return re.compile(self.article_url) if self.article_url else None

    @cached_property
    def listing_pattern(self) -> re.Pattern[str] | None:
        """``listing_url``, compiled."""
        return re.compile(self.listing_url) if self.listing_url else None

    @cached_property
    def ignore_pattern(self) -> re.Pattern[str] | None:
        """``ignore_url``, compiled."""
        return re.compile(self.ignore_url) if self.ignore_url else None

    @cached_property
    def kinds_of_addresses(self) -> dict[tuple[str, str], str | None]:
        """What the declaration says of addresses, as `newscrawl.links` works it out; each with its page's domain."""
        return {}

    @cached_property
    def all_hosts(self) -> frozenset[str]:
        """``hosts``, or the home page's host with and without ``www.``."""
        if self.hosts:
            return frozenset(self.hosts)
        host = urlsplit(self.url).netloc.rpartition("@")[2]
        return frozenset({host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"})

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """``timezone`` as an object."""
        return ZoneInfo(self.timezone) if self.timezone else None
