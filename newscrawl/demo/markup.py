"""Pieces of HTML that the templates of all years share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from newscrawl.demo.prose import Block
from newscrawl.demo.stories import DOMAIN_TITLE, PUBLISHER, SECTIONS, Picture, Section, Story


def text(value: str) -> str:
    """Return *value* as HTML text."""
    return escape(value, quote=False)


def attribute(value: str) -> str:
    """Return *value* for a quoted attribute."""
    return escape(value)


def long_date(moment: datetime) -> str:
    """Return the day as the paper prints it.

    >>> long_date(datetime(2010, 9, 7))
    'September 7, 2010'
    """
    return f"{moment:%B} {moment.day}, {moment.year}"


def clock(moment: datetime) -> str:
    """Return the time of day as the paper prints it.

    >>> clock(datetime(2016, 3, 4, 13, 5))
    '1:05 p.m. ET'
    """
    return f"{(moment.hour - 1) % 12 + 1}:{moment:%M} {'a.m.' if moment.hour < 12 else 'p.m.'} ET"


def kicker_date(moment: datetime) -> str:
    """Return the day as the boxes of the early years print it.

    >>> kicker_date(datetime(2013, 1, 24))
    '01.24.13'
    """
    return f"{moment:%m.%d.%y}"


def short_zone(moment: datetime) -> str:
    """Return ISO 8601 without seconds and with the zone's hours alone, as the pages of 2012 and 2013 have it.

    >>> short_zone(datetime.fromisoformat("2013-01-24T09:24:00-05:00"))
    '2013-01-24T09:24-05'
    """
    return f"{moment:%Y-%m-%dT%H:%M}{moment:%z}"[:-2]


def json_text(value: Any) -> str:
    """Return *value* as JSON that can stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def inline(block: Block) -> str:
    """Return the text of *block* with its link or emphasis."""
    html = text(block.text)
    if block.link:
        words, href = block.link
        html = html.replace(text(words), f'<a href="{attribute(href)}">{text(words)}</a>', 1)
    if block.emphasis:
        html = html.replace(text(block.emphasis), f"<em>{text(block.emphasis)}</em>", 1)
    return html


def flow(blocks: Sequence[Block], *, subhead: str = "<h3>{}</h3>", quote_inner: str = "<p>{}</p>") -> list[str]:
    """Return *blocks* as elements, neighboring items joined into one list."""
    elements: list[str] = []
    items: list[str] = []
    for block in blocks:
        if block.kind != "item" and items:
            elements.append(f"<ul>{''.join(items)}</ul>")
            items = []
        match block.kind:
            case "item":
                items.append(f"<li>{inline(block)}</li>")
            case "subhead":
                elements.append(subhead.format(inline(block)))
            case "quote":
                elements.append(f"<blockquote>{quote_inner.format(inline(block))}</blockquote>")
            case _:
                elements.append(f"<p>{inline(block)}</p>")
    if items:
        elements.append(f"<ul>{''.join(items)}</ul>")
    return elements


def insert(elements: list[str], at: int, html: str) -> None:
    """Put *html* behind the *at*-th element, or nowhere when there are fewer."""
    if html and at < len(elements):
        elements.insert(at, html)


@dataclass(frozen=True, slots=True)
class Edition:
    """The addresses that a page is printed with."""

    base: str
    """``http://127.0.0.1:8971``: no slash at the end."""
    mobile: str
    """The same for the mobile edition."""

    def url(self, path: str) -> str:
        """Return the absolute canonical address of *path*."""
        return self.base + path


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a listing, with what stands beside it."""

    href: str
    title: str
    dek: str | None = None
    date: datetime | None = None
    section: Section | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing page shows."""

    path: str
    title: str
    section: Section | None
    entries: tuple[Entry, ...]
    most_viewed: tuple[Entry, ...] = ()
    mobile: tuple[Entry, ...] = ()
    more: tuple[Entry, ...] = ()
    """Other things in the side column."""
    sections: tuple[Section, ...] = ()
    newer: str | None = None
    older: str | None = None


def entry_of(story: Story, query: str = "") -> Entry:
    """Return the listing entry of *story*."""
    picture = image_path(story.pictures[0], "thumbnail_90") if story.pictures else None
    return Entry(story.path + query, story.headline, story.dek, story.published, story.section, picture)


def image_path(picture: Picture, size: str) -> str:
    """Return the path of *picture* as eZ Publish makes it: ``…/<name>/<number>-1-eng-US/<name>_<size>.jpg``."""
    folder = f"/var/ezflow_site/storage/images/media/images/{picture.name}/{picture.number}-1-eng-US"
    return f"{folder}/{picture.name}_{size}.jpg"


def top_sections() -> list[Section]:
    """Return the sections of the navigation."""
    return [section for section in SECTIONS if len(section.trail) == 1]


def children(section: Section) -> list[Section]:
    """Return the sub-sections and blogs directly below *section*."""
    return [s for s in SECTIONS if len(s.trail) == len(section.trail) + 1 and s.path.startswith(section.path + "/")]


def link(href: str, words: str, attributes: str = "") -> str:
    """Return a link.

    >>> link("/a", "B & C", 'rel="next"')
    '<a href="/a" rel="next">B &amp; C</a>'
    """
    return f'<a href="{attribute(href)}"{attributes and " "}{attributes}>{text(words)}</a>'


def story_link(story: Story, query: str = "") -> str:
    """Return a link to *story* with its headline."""
    return link(story.path + query, story.headline)


def story_items(stories: Iterable[Story], query: str = "") -> str:
    """Return links to *stories* as list items."""
    return "".join(f"<li>{story_link(story, query)}</li>" for story in stories)


def share_links(edition: Edition, story: Story) -> str:
    """Return links that carry the story's address in their query."""
    url, title = quote(edition.url(story.path), safe=""), quote(story.headline, safe="")
    return (
        f'<a class="share" href="http://www.facebook.com/sharer.php?u={url}&amp;t={title}">Share</a> '
        f'<a class="share" href="http://twitter.com/share?url={url}&amp;text={title}">Tweet</a> '
        f'<a class="share" href="/share?via=mail&amp;url={url}">E-mail</a>'
    )


SERVICE_PAGES: tuple[tuple[str, str], ...] = (
    ("/About", "About us"),
    ("/About/Contact", "Contact us"),
    ("/About/Privacy-Policy", "Privacy policy"),
    ("/About/Terms", "Terms of service"),
    ("/About/Advertise", "Advertise"),
    ("/About/Careers", "Careers"),
    ("/About/Corrections", "Corrections policy"),
    ("/Subscribe", "Subscribe"),
    ("/login", "Log in"),
    ("/e-paper", "E-paper"),
    ("/rss", "RSS feeds"),
)


def footer(edition: Edition, year: int) -> str:
    """Return the links at the foot of every page."""
    links = " | ".join(f'<a href="{path}">{name}</a>' for path, name in SERVICE_PAGES)
    return (
        f'<div id="footer"><p>{links} | <a href="{edition.mobile}/">Mobile edition</a> | '
        '<a href="/content/search">Search</a></p>'
        f'<p class="copyright">© {year} {PUBLISHER}. All rights reserved.</p></div>'
    )


def title_tag(words: str) -> str:
    """Return the title element, with the publication's name behind the words."""
    return f"<title>{text(words)} - {DOMAIN_TITLE}</title>"


def list_items(entries: Iterable[Entry]) -> str:
    """Return *entries* as list items with a link each."""
    return "".join(f"<li>{link(e.href, e.title)}</li>" for e in entries)
