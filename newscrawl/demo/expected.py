"""The records that a perfect reader makes of the newspaper."""

from __future__ import annotations

import re
from typing import Any

from newscrawl.demo.markup import image_path, long_date, short_zone
from newscrawl.demo.stories import PUBLISHER, Newspaper, Picture, Story
from newscrawl.urls import article_id

SITE = "demo"
# A word is a run of letters and digits; apostrophes and hyphens inside it do not end it.
_WORD = re.compile(r"\w+(?:['’‑-]\w+)*")


def truth(newspaper: Newspaper, base_url: str) -> list[dict[str, Any]]:
    """Return the expected record of every story, sorted by address.

    Args:
        newspaper: the newspaper.
        base_url: where it is served, ``http://127.0.0.1:8971/``.

    Returns:
        Dicts with the field names of `newscrawl.items.Article`. Left out are the fields that depend on the crawl
        (``aliases``, ``discovered``, ``sources``, ``fetched_at``, ``job`` …), and ``date_published_raw`` where the
        page gives the date in more than one place.
    """
    base = base_url.rstrip("/")
    return sorted((record(story, base) for story in newspaper.stories), key=_by_url)


def _by_url(record: dict[str, Any]) -> str:
    return str(record["canonical_url"])


def record(story: Story, base: str) -> dict[str, Any]:
    """Return the expected record of *story*, served under *base* (without a slash at the end)."""
    url = base + story.path
    body = "\n".join(block.text for block in story.blocks)
    # The first templates print the day alone.
    timed = story.era != "2010"
    modified = story.modified.isoformat() if timed and story.modified else None
    expected: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "site": SITE,
        "publisher": PUBLISHER,
        "headline": story.headline,
        "description": story.dek or story.meta_description,
        "byline": _byline(story),
        "authors": list(story.byline.authors),
        "author_role": story.byline.role,
        "dateline": story.dateline,
        "date_published": story.published.isoformat() if timed else f"{story.published:%Y-%m-%d}",
        "date_modified": modified,
        "section": story.section.name,
        "breadcrumbs": [name for _, name in story.section.trail],
        "keywords": list(story.keywords),
        "body": body,
        "images": [_image(story, picture, base) for picture in _shown(story)],
        "language": "en-US",
        "paywalled": None if story.free is None else not story.free,
        "corrections": [story.correction] if story.correction else [],
        "comment_count": story.comment_count,
        "pages": len(story.pages),
        "word_count": count_words(body),
        "version": 1,
    }
    if story.copies:
        # Whichever address is met first is fetched.
        del expected["url"]
    # Only what gives the time can have been read: a meta in 2012–13, later an attribute that JSON-LD repeats. Before,
    # the day stands in the byline, in a script and in the address.
    if story.era == "2012":
        expected["date_published_raw"] = short_zone(story.published)
    elif timed:
        expected["date_published_raw"] = story.published.isoformat()
    return expected


def count_words(text: str) -> int:
    """Return the number of words of *text*.

    >>> count_words("It’s a two-word joke.")
    4
    """
    return len(_WORD.findall(text))


def _byline(story: Story) -> str | None:
    line = story.byline.text
    # Until 2013 the day is part of the line.
    return f"{line} / {long_date(story.published)}" if line and story.era in {"2010", "2012"} else line


def _shown(story: Story) -> tuple[Picture, ...]:
    return story.pictures if story.era in {"2014", "2020"} else story.pictures[:1]


def _image(story: Story, picture: Picture, base: str) -> dict[str, Any]:
    size = "full_600" if story.era in {"2010", "2012"} else "standard_1200x800"
    return {
        "url": base + image_path(picture, size),
        "caption": picture.caption,
        "credit": picture.credit,
        "alt": picture.alt,
    }
