"""The records that a perfect reader who has not been told about the German paper makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newscrawl.article import registered_domain
from newscrawl.demo.expected import count_words
from newscrawl.demo.german.stories import PUBLISHER, GermanNewspaper, Picture, Story
from newscrawl.urls import article_id


def truth(newspaper: GermanNewspaper, base_url: str) -> list[dict[str, Any]]:
    """Return the expected record of every story, sorted by address.

    Args:
        newspaper: the newspaper.
        base_url: where it is served, ``http://127.0.0.1:8971/``.

    Returns:
        Dicts with the field names of `newscrawl.items.Article`; see `record` for what is left out.
    """
    base = base_url.rstrip("/")
    return sorted((record(story, base) for story in newspaper.stories), key=_by_url)


def _by_url(found: dict[str, Any]) -> str:
    return str(found["canonical_url"])


def record(story: Story, base: str) -> dict[str, Any]:
    """Return the expected record of *story*, served under *base* (without a slash at the end).

    Left out are the fields that depend on the crawl, ``date_published_raw`` (pages give the date in several places),
    and what is a matter of taste: ``breadcrumbs`` of a page that prints its section alone; ``dateline`` where an
    agency's place line is part of the text; ``body`` and ``word_count`` of a live blog, whose entries are articles of
    a kind; ``images`` of a video, whose picture is the player's.
    """
    url = base + story.path
    expected: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "site": registered_domain(url),
        "publisher": PUBLISHER,
        "headline": story.headline,
        "description": story.dek or story.meta_description,
        "byline": story.byline,
        "authors": list(story.authors),
        "author_role": None,
        "date_published": _date(story, story.published),
        "date_modified": _modified(story),
        "section": story.section.name,
        "keywords": list(story.keywords),
        "language": story.language,
        "paywalled": None if story.free is None else not story.free,
        "corrections": [story.correction] if story.correction else [],
        "comment_count": story.comment_count,
        "pages": len(story.pages),
        "version": 1,
    }
    if story.trail_shown:
        expected["breadcrumbs"] = [name for _, name in story.section.trail]
    if story.place_line is None:
        expected["dateline"] = None
    if story.kind != "live":
        body = "\n".join(block.text for block in story.blocks)
        expected["body"] = f"{story.place_line} – {body}" if story.place_line else body
        expected["word_count"] = count_words(expected["body"])
    if story.kind != "video":
        expected["images"] = [_image(picture, base) for picture in story.pictures]
    return expected


def _date(story: Story, moment: datetime) -> str:
    """Return *moment* with the precision that the page gives: what only readers see has no zone, or is a day alone."""
    if story.fault != "missing" or story.stamp == "time element":
        return moment.isoformat()
    return moment.replace(tzinfo=None).isoformat() if story.stamp == "plain time" else f"{moment:%Y-%m-%d}"


def _modified(story: Story) -> str | None:
    if story.modified is None:
        return None
    modified = _date(story, story.modified)
    return modified if modified != _date(story, story.published) else None


def _image(picture: Picture, base: str) -> dict[str, Any]:
    return {"url": base + picture.path, "caption": picture.caption, "credit": picture.credit, "alt": picture.alt}
