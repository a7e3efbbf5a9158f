"""Deutsche Welle: what its English sections list; its pages in other languages are read as well."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

DW = Site(
    name="dw",
    url="https://www.dw.com/",
    publisher="Deutsche Welle",
    hosts=("www.dw.com", "dw.com", "rss.dw.com"),
    timezone="Europe/Berlin",
    language="en",
    sections=(
        "/en/top-stories/s-9097",
        "/en/world/s-1429",
        "/en/germany/s-1432",
        "/en/europe/s-1433",
        "/en/africa/s-12756",
        "/en/asia/s-12758",
        "/en/business/s-1431",
        "/en/science/s-12526",
        "/en/environment/s-11798",
        "/en/culture/s-1441",
    ),
    feeds=("https://rss.dw.com/xml/rss-en-all", "https://rss.dw.com/xml/rss-en-world"),
    sitemaps=("/en/news-sitemap.xml",),
    article_url=r"^/[a-z-]+/[^/]+/a-\d{6,}$",
    listing_url=r"^/en/[\w-]+/s-(?:9097|1429|143[1-3]|1275[68]|12526|11798|1441)$",
    closed=True,
    expectations=Expectations(min_listed=20),
)


class DwSpider(NewsSpider):
    """dw.com/en."""

    name = "dw"
    site = DW
