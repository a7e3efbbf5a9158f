"""Sky News."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

SKYNEWS = Site(
    name="skynews",
    url="https://news.sky.com/",
    publisher="Sky News",
    hosts=("news.sky.com", "feeds.skynews.com"),
    timezone="Europe/London",
    language="en-GB",
    date_order="DMY",
    sections=("/uk", "/world", "/us", "/politics", "/money", "/science-climate-tech", "/entertainment"),
    feeds=(
        "https://feeds.skynews.com/feeds/rss/home.xml",
        "https://feeds.skynews.com/feeds/rss/uk.xml",
        "https://feeds.skynews.com/feeds/rss/world.xml",
        "https://feeds.skynews.com/feeds/rss/us.xml",
        "https://feeds.skynews.com/feeds/rss/politics.xml",
        "https://feeds.skynews.com/feeds/rss/business.xml",
        "https://feeds.skynews.com/feeds/rss/technology.xml",
    ),
    sitemaps=("/sitemap/sitemap-news.xml",),
    article_url=r"^/story/[\w-]+-\d{8,}$",
    listing_url=r"^/(?:uk|world|us|politics|money|science-climate-tech|entertainment)/?$",
    closed=True,
)


class SkynewsSpider(NewsSpider):
    """news.sky.com."""

    name = "skynews"
    site = SKYNEWS
