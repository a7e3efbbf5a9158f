"""CNBC."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

CNBC = Site(
    name="cnbc",
    url="https://www.cnbc.com/",
    publisher="CNBC",
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/world/",
        "/markets/",
        "/business/",
        "/economy/",
        "/finance/",
        "/technology/",
        "/politics/",
        "/health-and-science/",
        "/energy/",
        "/climate/",
        "/media/",
        "/investing/",
        "/personal-finance/",
    ),
    feeds=("/id/100003114/device/rss/rss.html", "/id/100727362/device/rss/rss.html"),
    sitemaps=("/sitemap_news.xml",),
    article_url=r"^/\d{4}/\d\d/\d\d/[\w-]+\.html$",
    listing_url=(
        r"^/(?:world|markets|business|economy|finance|technology|politics|health-and-science|energy|climate"
        r"|media|investing|personal-finance)/?$"
    ),
    closed=True,
    expectations=Expectations(min_listed=50),
)


class CnbcSpider(NewsSpider):
    """cnbc.com."""

    name = "cnbc"
    site = CNBC
