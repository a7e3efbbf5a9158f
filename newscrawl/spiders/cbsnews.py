"""CBS News and its local stations."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

CBSNEWS = Site(
    name="cbsnews",
    url="https://www.cbsnews.com/",
    publisher="CBS News",
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/us/",
        "/world/",
        "/politics/",
        "/health/",
        "/moneywatch/",
        "/science/",
        "/technology/",
        "/entertainment/",
    ),
    feeds=(
        "/latest/rss/main",
        "/latest/rss/us",
        "/latest/rss/world",
        "/latest/rss/politics",
        "/latest/rss/health",
        "/latest/rss/moneywatch",
        "/latest/rss/science",
        "/latest/rss/technology",
        "/latest/rss/entertainment",
    ),
    sitemaps=("/xml-sitemap/news.xml",),
    article_url=r"^/(?:[a-z]+/)?news/[\w-]+$",
    listing_url=r"^/(?:us|world|politics|health|moneywatch|science|technology|entertainment)/?$",
    closed=True,
    expectations=Expectations(min_listed=100),
)


class CbsnewsSpider(NewsSpider):
    """cbsnews.com."""

    name = "cbsnews"
    site = CBSNEWS
