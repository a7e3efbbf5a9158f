"""What a page's ``<meta>`` elements, ``<html lang>`` and ``<title>`` say about its article."""

from __future__ import annotations

import re

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.jsonld import is_logo
from newscrawl.extract.page import Page

SOURCE = "meta"

# Field to the metas that give one value, the more exact name first. The names are those of Open Graph, Twitter cards,
# Dublin Core, Parse.ly, Sailthru, Swiftype, Google News and the content systems of newspapers.
_ONE = {
    "headline": (
        "og:title", "twitter:title", "parsely-title", "dc.title", "dcterms.title", "hdl", "sailthru.title", "title",
        "cxenseparse:recs:title", "headline",
    ),
    "description": ("og:description", "description", "twitter:description", "dc.description", "sailthru.description"),
    "date_published": (
        "article:published_time", "datepublished", "og:article:published_time", "article:published", "parsely-pub-date",
        "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
        "sailthru.date",
        "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publish_date", "publish-date", "pubdate",
        "publication_date", "publication-date", "published_time", "date_published", "publicationdate",
        "article.published",
        "article:date", "article.created", "ptime", "pdate", "originalpublicationdate", "og:published_time",
        "og:pubdate",
        "bt:pubdate", "displaydate", "analyticsattributes.articledate", "rnews:datepublished", "created", "date",
        "article_date_original", "last-published", "vr:published_time", "datecreated", "timestamp",
    ),
    "date_modified": (
        "article:modified_time", "datemodified", "og:updated_time", "article:updated_time", "article:modified",
        "og:modified_time",
        "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "article.updated", "utime", "bt:moddate",
        "modified",
        "revised", "revision_date", "cxenseparse:recs:modifiedtime", "updated_time",
    ),
    "section": (
        "article:section", "og:article:section", "parsely-section", "section", "articlesection",
        "cxenseparse:recs:articlesection",
        "sailthru.section", "category", "prism.section", "dc.subject.section", "analyticsattributes.subchannel", "cg",
    ),
    "language": ("og:locale", "language", "content-language", "dc.language", "dcterms.language", "inlanguage"),
    "publisher": (
        "og:site_name", "article:publisher_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher",
        "al:android:app_name", "cre",
    ),
    "comment_count": ("commentcount", "comment_count"),
    "dateline": ("dateline",),
}  # fmt: skip
_AUTHOR_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline", "dc.creator", "dcterms.creator",
    "article:author_name", "authors", "og:article:author", "cxenseparse:author", "cxenseparse:recs:author",
    "twitter:data1",
    "article.author", "rbauthors", "og:author",
)  # fmt: skip
_KEYWORD_NAMES = (
    "article:tag",
    "og:article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "cxenseparse:recs:keywords",
)
_LOCKED = {
    "locked": True,
    "premium": True,
    "paid": True,
    "metered": True,
    "subscription": True,
    "free": False,
    "open": False,
}


def meta_candidates(page: Page) -> Candidates:
    """Return what the metas give for the article's fields."""
    candidates = no_candidates()

    def give(field: str, value: object) -> None:
        if value not in (None, "", []):
            candidates[field].append(Candidate(value, SOURCE))

    metas = page.metas
    for field, names in _ONE.items():
        for name in names:
            if name in metas:
                give(field, metas[name][0])
    for name in _AUTHOR_NAMES:
        if name == "twitter:data1" and not re.search(
            r"by|auth|von|por|par", " ".join(metas.get("twitter:label1", ())), re.IGNORECASE
        ):
            continue
        give("authors", [text for text in metas.get(name, ()) if "//" not in text and ".com/" not in text])
    for name in _KEYWORD_NAMES:
        give("keywords", list(metas.get(name, ())))
    language = (
        page.root.get("lang")
        or page.root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or page.root.get("xml:lang")
    )
    if language:
        candidates["language"].insert(0, Candidate(language, SOURCE))
    for text in page.meta(
        "og:image:secure_url",
        "og:image",
        "twitter:image",
        "twitter:image:src",
        "parsely-image-url",
        "sailthru.image.full",
    ):
        alt = next(iter(page.meta("og:image:alt", "twitter:image:alt")), None)
        if not is_logo(page, text):
            give("images", [{"url": page.absolute(text), "alt": alt}])
    for text in page.meta(
        "article:content_tier", "content_tier", "og:article:content_tier", "isaccessibleforfree", "paywall"
    ):
        if (locked := _LOCKED.get(text.strip().lower())) is not None:
            give("paywalled", locked)
            break
    title = next(iter(page.tagged("title")), None)
    if title is not None and title.text:
        give("headline", title.text)
    return candidates
