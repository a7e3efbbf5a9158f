"""The item: one `Article` is one line of output.

Names are schema.org's NewsArticle terms in snake_case. A field that the page does not give is ``None`` (or an empty
list), never a guess. The docstring under each field is its documentation: the JSON Schema and the field reference are
made from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Image:
    """A picture of an article (schema.org ``ImageObject``)."""

    url: str
    """Absolute URL of the largest version the page names (``contentUrl``)."""

    caption: str | None = None
    """The caption as printed, without the credit (``caption``)."""

    credit: str | None = None
    """Photographer and agency as printed, without "Photo:" and the like (``creditText``)."""

    alt: str | None = None
    """The picture's alternative text, where it has one."""


@dataclass(slots=True)
class Discovery:
    """How an article was found."""

    via: str
    """The way: ``section``, ``recent_posts``, ``related``, ``feed``, ``sitemap``, ``news_sitemap``, ``recheck`` …"""

    url: str | None = None
    """The page, feed or sitemap that named it."""

    text: str | None = None
    """The words of the link, or the title in the feed."""

    date: str | None = None
    """The date beside the link or in the feed, ISO 8601."""


@dataclass(slots=True)
class Article:
    """A news article (schema.org ``NewsArticle``)."""

    id: str | None = None
    """Stable identifier: 20 hexadecimal digits made from the canonical URL, the same in every run and on every machine
    (``identifier``)."""

    url: str | None = None
    """The address it was fetched from, absolute (``url``)."""

    canonical_url: str | None = None
    """One form for all variants of the address: mobile, print, AMP, tracking parameters (``mainEntityOfPage``)."""

    aliases: list[str] = field(default_factory=list)
    """Its other addresses that were seen: redirects, alternates the page names, variants that linked to it; sorted."""

    site: str | None = None
    """The name of the site's declaration, or the registered domain for a site that has none."""

    publisher: str | None = None
    """The publication's name (``publisher``)."""

    headline: str | None = None
    """The headline as shown to readers, without the site's name (``headline``)."""

    description: str | None = None
    """The dek as shown to readers; the meta description only where the page shows no dek (``description``)."""

    byline: str | None = None
    """The whole byline as printed, on one line."""

    authors: list[str] = field(default_factory=list)
    """Persons only, in order, without roles, titles and agencies (``author``)."""

    author_role: str | None = None
    """Their role as printed: "Staff writer", "Correspondents" (``author.jobTitle``)."""

    dateline: str | None = None
    """The place line as printed: "Port-au-Prince, Haiti" (``dateline``)."""

    date_published: str | None = None
    """ISO 8601: a time with its UTC offset, a plain date where the page gives only a day; a time without offset where
    neither the page nor the site's declaration tells the zone (``datePublished``)."""

    date_modified: str | None = None
    """ISO 8601 in the same forms; ``None`` where it says no more than ``date_published`` (``dateModified``)."""

    date_published_raw: str | None = None
    """The text or attribute that ``date_published`` was read from."""

    section: str | None = None
    """The section as printed: "Terrorism & Security" (``articleSection``)."""

    breadcrumbs: list[str] = field(default_factory=list)
    """The trail of sections, outermost first, without the home page and the headline (``BreadcrumbList``)."""

    keywords: list[str] = field(default_factory=list)
    """Tags, in the page's order, each once (``keywords``)."""

    body: str | None = None
    """Paragraphs, subheads, quotations and list items in reading order, a newline between; no captions, promotions,
    boxes, biographies or comments (``articleBody``)."""

    body_html: str | None = None
    """The same as sanitised HTML, where ``NEWSCRAWL_BODY_HTML`` is on."""

    images: list[Image] = field(default_factory=list)
    """Its pictures, the lead image first (``image``)."""

    language: str | None = None
    """BCP 47 tag from the page, else from the site's declaration, else of the text itself (``inLanguage``)."""

    paywalled: bool | None = None
    """``true``, ``false``, or ``null`` when the page does not tell (the reverse of ``isAccessibleForFree``)."""

    corrections: list[str] = field(default_factory=list)
    """Correction and editor's notes as printed (``correction``)."""

    comment_count: int | None = None
    """The number of readers' comments, where the page prints one (``commentCount``)."""

    pages: int = 1
    """How many pages were joined (``pagination``)."""

    word_count: int = 0
    """Number of words of ``body`` (``wordCount``)."""

    content_hash: str | None = None
    """SHA-256, hexadecimal, of the normalised headline and body."""

    version: int = 1
    """1 for the first line about this article, one more for each changed one (``version``)."""

    previous_hash: str | None = None
    """``content_hash`` of the version before."""

    changed: list[str] = field(default_factory=list)
    """The fields that differ from the version before."""

    duplicate_of: str | None = None
    """``id`` of an article with nearly the same text, where near-duplicates are marked (``isBasedOn``)."""

    similarity: float | None = None
    """The share of the shorter of the two texts, by runs of four words, that stands in the longer one, 0 to 1; an
    estimate from their signatures."""

    discovered: Discovery | None = None
    """How it was found."""

    sources: dict[str, str] = field(default_factory=dict)
    """Per field, where its value came from: ``site``, ``json-ld``, ``meta``, ``markup``, ``url``, ``text``."""

    fetched_at: str | None = None
    """When the page was fetched, ISO 8601 in UTC."""

    job: str | None = None
    """The run that wrote the line."""
