"""Al Jazeera, in English."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

ALJAZEERA = Site(
    name="aljazeera",
    url="https://www.aljazeera.com/",
    publisher="Al Jazeera",
    timezone="UTC",
    language="en",
    date_order="DMY",
    sections=(
        "/news/",
        "/africa/",
        "/asia/",
        "/asia-pacific/",
        "/europe/",
        "/latin-america/",
        "/middle-east/",
        "/us-canada/",
        "/economy/",
        "/features/",
        "/opinion/",
        "/sports/",
    ),
    feeds=("/xml/rss/all.xml",),
    sitemaps=("/news-sitemap.xml",),
    article_url=r"^/(?:[a-z-]+/){1,2}\d{4}/\d{1,2}/\d{1,2}/[\w-]+$",
    listing_url=(
        r"^/(?:news|africa|asia(?:-pacific)?|europe|latin-america|middle-east|us-canada|economy|features"
        r"|opinion|sports)/?$"
    ),
    ignore_url=r"/(?:liveblog|gallery)/|^/(?:videos?|program|podcasts?)/",
    closed=True,
    expectations=Expectations(min_listed=50),
)


class AljazeeraSpider(NewsSpider):
    """aljazeera.com."""

    name = "aljazeera"
    site = ALJAZEERA
