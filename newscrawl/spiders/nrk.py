"""NRK, the public broadcaster of Norway."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

NRK = Site(
    name="nrk",
    url="https://www.nrk.no/",
    publisher="NRK",
    timezone="Europe/Oslo",
    language="no",
    date_order="DMY",
    sections=(
        "/nyheter/",
        "/norge/",
        "/urix/",
        "/sport/",
        "/kultur/",
        "/livsstil/",
        "/viten/",
        "/ytring/",
        "/dokumentar/",
    ),
    feeds=(
        "/norge/toppsaker.rss",
        "/urix/toppsaker.rss",
        "/sport/toppsaker.rss",
        "/kultur/toppsaker.rss",
        "/livsstil/toppsaker.rss",
        "/viten/toppsaker.rss",
        "/dokumentar/toppsaker.rss",
    ),
    article_url=r"^/(?:[\w-]+/)+[^/]+-1\.\d{6,}$",
    listing_url=r"^/(?:nyheter|norge|urix|sport|kultur|livsstil|viten|ytring|dokumentar)/?$",
    ignore_url=r"^/(?:emne|etikk|informasjon)/",
    closed=True,
)


class NrkSpider(NewsSpider):
    """nrk.no."""

    name = "nrk"
    site = NRK
