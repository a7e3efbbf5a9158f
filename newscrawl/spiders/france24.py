"""France 24: what its English sections list; its pages in other languages are read as well."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

FRANCE24 = Site(
    name="france24",
    url="https://www.france24.com/",
    publisher="France 24",
    timezone="Europe/Paris",
    language="en",
    date_order="DMY",
    sections=(
        "/en/africa/",
        "/en/americas/",
        "/en/asia-pacific/",
        "/en/europe/",
        "/en/france/",
        "/en/middle-east/",
        "/en/business/",
        "/en/culture/",
        "/en/sport/",
    ),
    feeds=("/en/rss",),
    sitemaps=("/sitemaps/en/news.xml",),
    article_url=r"^/(?:en|fr|es|ar)/(?:[^/]+/){1,2}\d{8}-[^/]+$",
    listing_url=r"^/en/(?:africa|americas|asia-pacific|europe|france|middle-east|business|culture|sport)/?$",
    ignore_url=r"^/\w\w/(?:v[ií]deos?|tv-shows|podcasts?|programs)/",
    closed=True,
    expectations=Expectations(min_listed=50),
)


class France24Spider(NewsSpider):
    """france24.com/en."""

    name = "france24"
    site = FRANCE24
