"""Rzeczpospolita."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

RZECZPOSPOLITA = Site(
    name="rzeczpospolita",
    url="https://www.rp.pl/",
    publisher="Rzeczpospolita",
    hosts=(
        "www.rp.pl",
        "rp.pl",
        "cyfrowa.rp.pl",
        "edukacja.rp.pl",
        "energia.rp.pl",
        "historia.rp.pl",
        "klimat.rp.pl",
        "kobieta.rp.pl",
        "logistyka.rp.pl",
        "moto.rp.pl",
        "pieniadze.rp.pl",
        "radar.rp.pl",
        "regiony.rp.pl",
        "sport.rp.pl",
        "sukces.rp.pl",
        "turystyka.rp.pl",
    ),
    timezone="Europe/Warsaw",
    language="pl",
    date_order="DMY",
    sections=(
        "/wydarzenia",
        "/wydarzenia/swiat",
        "/ekonomia",
        "/prawo",
        "/publicystyka",
        "/zdrowie",
        "/nieruchomosci",
        "/plus-minus",
    ),
    feeds=("/rss_main", "/rss/1019"),
    sitemaps=("/sitemaps/news-sitemap.xml",),
    article_url=r"^/[\w-]+/art\d{5,}-[\w-]+$",
    listing_url=(
        r"^/(?:wydarzenia(?:/swiat(?:/[\w-]+)?)?|ekonomia|prawo|publicystyka|zdrowie|nieruchomosci"
        r"|plus-minus)/?$"
    ),
    closed=True,
)


class RzeczpospolitaSpider(NewsSpider):
    """rp.pl."""

    name = "rzeczpospolita"
    site = RZECZPOSPOLITA
