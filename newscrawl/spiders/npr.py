"""NPR, the public radio of the United States."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

NPR = Site(
    name="npr",
    url="https://www.npr.org/",
    publisher="NPR",
    hosts=("www.npr.org", "npr.org", "feeds.npr.org", "googlecrawl.npr.org"),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/sections/news/",
        "/sections/national/",
        "/sections/world/",
        "/sections/politics/",
        "/sections/business/",
        "/sections/health/",
        "/sections/science/",
        "/sections/climate/",
        "/sections/culture/",
    ),
    feeds=(
        "https://feeds.npr.org/1001/rss.xml",
        "https://feeds.npr.org/1003/rss.xml",
        "https://feeds.npr.org/1004/rss.xml",
        "https://feeds.npr.org/1014/rss.xml",
        "https://feeds.npr.org/1006/rss.xml",
        "https://feeds.npr.org/1007/rss.xml",
        "https://feeds.npr.org/1128/rss.xml",
    ),
    sitemaps=("https://googlecrawl.npr.org/news/sitemap_news.xml",),
    article_url=r"^/(?:sections/[\w-]+/)?\d{4}/\d\d/\d\d/(?:[a-z]+-s\d-)?\d+/[\w-]+$",
    listing_url=r"^/sections/[\w-]+/?$",
    closed=True,
    expectations=Expectations(min_listed=50),
)


class NprSpider(NewsSpider):
    """npr.org."""

    name = "npr"
    site = NPR
