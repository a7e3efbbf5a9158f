"""Euronews, in English."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

EURONEWS = Site(
    name="euronews",
    url="https://www.euronews.com/",
    publisher="Euronews",
    timezone="Europe/Paris",
    language="en",
    date_order="DMY",
    sections=(
        "/just-in",
        "/my-europe",
        "/my-europe/europe-news",
        "/news/international",
        "/business",
        "/next",
        "/green",
        "/health",
        "/culture",
        "/travel",
    ),
    feeds=("/rss",),
    sitemaps=("/sitemaps/en/latest-news.xml",),
    article_url=r"^/(?:[\w-]+/)*\d{4}/\d\d/\d\d/[\w-]+$",
    listing_url=(
        r"^/(?:just-in|my-europe(?:/europe-news)?|news/international|business|next|green|health|culture"
        r"|travel)/?$"
    ),
    ignore_url=r"^/(?:video|nocomment|programs)/",
    closed=True,
)


class EuronewsSpider(NewsSpider):
    """euronews.com."""

    name = "euronews"
    site = EURONEWS
