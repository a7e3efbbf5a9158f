"""The Independent."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

INDEPENDENT = Site(
    name="independent",
    url="https://www.independent.co.uk/",
    publisher="The Independent",
    timezone="Europe/London",
    language="en-GB",
    date_order="DMY",
    sections=(
        "/news/uk",
        "/news/uk/politics",
        "/news/world",
        "/us",
        "/news/business",
        "/news/health",
        "/news/science",
        "/space",
        "/climate-change",
        "/tech",
        "/sport",
        "/voices",
        "/arts-entertainment",
        "/life-style",
    ),
    feeds=("/news/uk/rss", "/news/world/rss"),
    sitemaps=("/sitemaps/googlenews",),
    article_url=r"^/(?:[\w-]+/)+[\w-]+-[ab]?\d{7,}\.html$",
    listing_url=(
        r"^/(?:news/(?:uk(?:/politics)?|world|business|health|science)|us|space|climate-change|tech|sport"
        r"|voices|arts-entertainment|life-style)/?$"
    ),
    ignore_url=r"^/(?:service|advisor|extras|games)/|/(?:free-bets|betting-sites|online-casinos)-",
    closed=True,
    expectations=Expectations(min_listed=50),
)


class IndependentSpider(NewsSpider):
    """independent.co.uk."""

    name = "independent"
    site = INDEPENDENT
