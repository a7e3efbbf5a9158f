"""Der Spiegel."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

SPIEGEL = Site(
    name="spiegel",
    url="https://www.spiegel.de/",
    publisher="DER SPIEGEL",
    timezone="Europe/Berlin",
    language="de",
    date_order="DMY",
    sections=(
        "/schlagzeilen/",
        "/politik/deutschland/",
        "/ausland/",
        "/wirtschaft/",
        "/panorama/",
        "/wissenschaft/",
        "/netzwelt/",
        "/kultur/",
        "/sport/",
    ),
    feeds=("/schlagzeilen/index.rss", "/politik/index.rss"),
    sitemaps=("/sitemaps/news-de.xml",),
    article_url=r"^/(?:[\w-]+/)+[\w.-]+-a-(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{5,}(?:\.html)?)$",
    listing_url=(
        r"^/(?:schlagzeilen|politik/deutschland|ausland|wirtschaft|panorama|wissenschaft|netzwelt|kultur"
        r"|sport)/?$"
    ),
    ignore_url=r"^/(?:video|audio|fotostrecke|dienste|backstage)/",
    closed=True,
)


class SpiegelSpider(NewsSpider):
    """spiegel.de."""

    name = "spiegel"
    site = SPIEGEL
