"""The other forms of a story: print, text and AMP editions, and the mobile site. All name the story as canonical."""

from __future__ import annotations

from newscrawl.demo.markup import Edition, attribute, flow, image_path, json_text, long_date, text, title_tag
from newscrawl.demo.stories import PUBLISHER, Newspaper, Story


def _head(edition: Edition, story: Story, extra: str = "") -> str:
    return (
        f'<head><meta charset="utf-8">{title_tag(story.headline)}'
        f'<link rel="canonical" href="{attribute(edition.url(story.path))}">'
        f'<meta name="description" content="{attribute(story.meta_description)}">{extra}</head>'
    )


def _text(story: Story) -> str:
    byline = f"<p>{text(story.byline.text)} / {long_date(story.published)}</p>" if story.byline.text else ""
    dek = f"<p><i>{text(story.dek)}</i></p>" if story.dek else ""
    return f"<h1>{text(story.headline)}</h1>{dek}{byline}{''.join(flow(story.blocks))}"


def printed(edition: Edition, story: Story) -> str:
    """Return the print edition: all pages in one."""
    return (
        f'<!DOCTYPE html><html lang="en-US">{_head(edition, story)}'
        '<body class="print" onload="window.print()">'
        f'<p class="from">{PUBLISHER}</p>{_text(story)}'
        f"<p>Full address: {text(edition.url(story.path))}</p></body></html>"
    )


def plain(edition: Edition, story: Story) -> str:
    """Return the text edition."""
    return (
        f'<!DOCTYPE html><html lang="en-US">{_head(edition, story)}<body>'
        f'<p><a href="/">{PUBLISHER}</a> | text edition</p>'
        f"<hr>{_text(story)}<hr></body></html>"
    )


def amp(edition: Edition, story: Story) -> str:
    """Return the AMP edition."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": edition.url(story.path),
        "headline": story.headline,
        "datePublished": story.published.isoformat(),
    }
    image = ""
    if story.pictures:
        image = (
            f'<amp-img src="{image_path(story.pictures[0], "standard_600x400")}" width="600" height="400"></amp-img>'
        )
    script = f'<script type="application/ld+json">{json_text(data)}</script>'
    return (
        f'<!doctype html><html amp lang="en-US">{_head(edition, story, script)}<body><header>{PUBLISHER}</header>'
        f"<article>{image}{_text(story)}</article></body></html>"
    )


def mobile(newspaper: Newspaper, edition: Edition, story: Story) -> str:
    """Return the page of the mobile site."""
    more = "".join(f'<li><a href="{attribute(s.path)}">{text(s.headline)}</a></li>' for s in newspaper.related(story))
    return (
        f'<!DOCTYPE html><html lang="en-US">{_head(edition, story)}<body class="m"><a href="/">{PUBLISHER} mobile</a>'
        f'<article>{_text(story)}</article><ul class="more">{more}</ul>'
        f'<p><a href="{attribute(edition.url(story.path))}">Full site</a></p></body></html>'
    )


def mobile_front(newspaper: Newspaper, edition: Edition) -> str:
    """Return the mobile site's front page."""
    plain_stories = [s for s in newspaper.stories if "listing" in s.ways][:12]
    items = "".join(f'<li><a href="{attribute(s.path)}">{text(s.headline)}</a></li>' for s in plain_stories)
    return (
        f'<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>{PUBLISHER} mobile</title>'
        f'<link rel="canonical" href="{edition.base}/"></head>'
        f'<body class="m"><h1>{PUBLISHER}</h1><ul>{items}</ul></body></html>'
    )
