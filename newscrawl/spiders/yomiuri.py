"""Yomiuri Shimbun."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

YOMIURI = Site(
    name="yomiuri",
    url="https://www.yomiuri.co.jp/",
    publisher="読売新聞",
    timezone="Asia/Tokyo",
    language="ja",
    date_order="YMD",
    sections=(
        "/news/",
        "/national/",
        "/politics/",
        "/economy/",
        "/world/",
        "/sports/",
        "/science/",
        "/culture/",
        "/editorial/",
    ),
    sitemaps=("/sitemap-news-latest.xml",),
    article_url=r"^/[a-z-]+(?:/[\w-]+)*/\d{8}-[A-Z0-9]{9,}$",
    listing_url=r"^/(?:news|national|politics|economy|world|sports|science|culture|editorial)/?$",
    ignore_url=r"^/(?:pluralphoto|photograph|stream)/",
    closed=True,
)


class YomiuriSpider(NewsSpider):
    """yomiuri.co.jp."""

    name = "yomiuri"
    site = YOMIURI
