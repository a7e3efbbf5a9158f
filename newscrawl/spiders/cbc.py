"""CBC, the English-language public broadcaster of Canada."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

CBC = Site(
    name="cbc",
    url="https://www.cbc.ca/",
    publisher="CBC News",
    timezone="America/Toronto",
    language="en-CA",
    sections=(
        "/news",
        "/news/canada",
        "/news/world",
        "/news/politics",
        "/news/business",
        "/news/health",
        "/news/science",
        "/news/climate",
        "/news/indigenous",
        "/news/entertainment",
        "/sports",
    ),
    feeds=("/webfeed/rss/rss-topstories", "/webfeed/rss/rss-world", "/webfeed/rss/rss-canada"),
    article_url=r"^/(?:news|sports|arts|radio)/(?:[\w-]+/)*[\w-]+-[19]\.\d{6,}$",
    listing_url=(
        r"^/(?:news(?:/(?:canada|world|politics|business|health|science|climate|indigenous|entertainment))?"
        r"|sports)/?$"
    ),
    ignore_url=r"/(?:author|photos)/|^/news/(?:about-cbc-|corrections-clarifications|email-cbc-|public-appearances)",
    closed=True,
)


class CbcSpider(NewsSpider):
    """cbc.ca."""

    name = "cbc"
    site = CBC
