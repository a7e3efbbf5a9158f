"""NBC News."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

NBCNEWS = Site(
    name="nbcnews",
    url="https://www.nbcnews.com/",
    publisher="NBC News",
    hosts=("www.nbcnews.com", "nbcnews.com", "feeds.nbcnews.com"),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=("/us-news", "/world", "/politics", "/business", "/health", "/science", "/tech-media"),
    feeds=(
        "https://feeds.nbcnews.com/nbcnews/public/news",
        "https://feeds.nbcnews.com/nbcnews/public/us-news",
        "https://feeds.nbcnews.com/nbcnews/public/world",
        "https://feeds.nbcnews.com/nbcnews/public/politics",
        "https://feeds.nbcnews.com/nbcnews/public/business",
        "https://feeds.nbcnews.com/nbcnews/public/health",
    ),
    sitemaps=("/sitemap/nbcnews/sitemap-news",),
    article_url=r"^/(?:[\w-]+/)+[\w-]+-(?:rcna|ncna|n)\d{4,}$",
    listing_url=r"^/(?:us-news|world|politics|business|health|science|tech-media)/?$",
    ignore_url=r"/(?:live-blog|video|slideshow|embedded-video)/|^/(?:select|shopping)/",
    closed=True,
    expectations=Expectations(min_listed=25),
)


class NbcnewsSpider(NewsSpider):
    """nbcnews.com."""

    name = "nbcnews"
    site = NBCNEWS
