"""The Associated Press."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

APNEWS = Site(
    name="apnews",
    url="https://apnews.com/",
    publisher="Associated Press",
    # Its metas give UTC without saying so.
    timezone="UTC",
    language="en-US",
    date_order="MDY",
    sections=(
        "/world-news",
        "/us-news",
        "/politics",
        "/business",
        "/science",
        "/health",
        "/technology",
        "/climate-and-environment",
        "/sports",
        "/entertainment",
        "/oddities",
        "/religion",
    ),
    sitemaps=("/news-sitemap-content.xml",),
    article_url=r"^/article/(?:[\w-]+-)?[0-9a-f]{32}$",
    listing_url=(
        r"^/(?:(?:world|us)-news|politics|business|science|health|technology|climate-and-environment|sports"
        r"|entertainment|oddities|religion)/?$"
    ),
    closed=True,
    expectations=Expectations(min_listed=100),
)


class ApnewsSpider(NewsSpider):
    """apnews.com."""

    name = "apnews"
    site = APNEWS
