"""Le Monde."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

LEMONDE = Site(
    name="lemonde",
    url="https://www.lemonde.fr/",
    publisher="Le Monde",
    timezone="Europe/Paris",
    language="fr",
    date_order="DMY",
    sections=(
        "/international/",
        "/politique/",
        "/societe/",
        "/economie/",
        "/planete/",
        "/sciences/",
        "/pixels/",
        "/culture/",
        "/sport/",
        "/idees/",
    ),
    feeds=(
        "/rss/une.xml",
        "/international/rss_full.xml",
        "/politique/rss_full.xml",
        "/societe/rss_full.xml",
        "/economie/rss_full.xml",
        "/sport/rss_full.xml",
    ),
    sitemaps=("/sitemap_news.xml",),
    article_url=r"^/(?:[\w-]+/)+article/\d{4}/\d\d/\d\d/[\w-]+_\d{5,}_\d+\.html$",
    listing_url=r"^/(?:international|politique|societe|economie|planete|sciences|pixels|culture|sport|idees)/?$",
    closed=True,
)


class LemondeSpider(NewsSpider):
    """lemonde.fr."""

    name = "lemonde"
    site = LEMONDE
