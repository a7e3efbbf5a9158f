"""elDiario.es."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

ELDIARIO = Site(
    name="eldiario",
    url="https://www.eldiario.es/",
    publisher="elDiario.es",
    timezone="Europe/Madrid",
    language="es",
    date_order="DMY",
    sections=(
        "/politica/",
        "/internacional/",
        "/economia/",
        "/sociedad/",
        "/cultura/",
        "/tecnologia/",
        "/desalambre/",
        "/ballenablanca/",
    ),
    feeds=("/rss/", "/rss/politica/", "/rss/sociedad/"),
    sitemaps=("/sitemap_google_news_25b87.xml",),
    article_url=r"^/(?:[\w-]+/)+[\w-]+_\d+_\d{6,}\.html$",
    listing_url=r"^/(?:politica|internacional|economia|sociedad|cultura|tecnologia|desalambre|ballenablanca)/?$",
    ignore_url=r"^/(?:edcreativo|spin|guia-ocio)/",
    closed=True,
)


class EldiarioSpider(NewsSpider):
    """eldiario.es."""

    name = "eldiario"
    site = ELDIARIO
