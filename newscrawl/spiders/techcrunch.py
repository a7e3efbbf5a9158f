"""TechCrunch."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

TECHCRUNCH = Site(
    name="techcrunch",
    url="https://techcrunch.com/",
    publisher="TechCrunch",
    timezone="America/Los_Angeles",
    language="en-US",
    date_order="MDY",
    sections=(
        "/latest/",
        "/category/startups/",
        "/category/venture/",
        "/category/artificial-intelligence/",
        "/category/security/",
        "/category/apps/",
        "/category/fintech/",
        "/category/hardware/",
        "/category/transportation/",
    ),
    feeds=("/feed/",),
    sitemaps=("/news-sitemap.xml",),
    article_url=r"^/\d{4}/\d\d/\d\d/[\w-]+$",
    listing_url=r"^/(?:latest|category/[\w-]+)/?$",
    closed=True,
)


class TechcrunchSpider(NewsSpider):
    """techcrunch.com."""

    name = "techcrunch"
    site = TECHCRUNCH
