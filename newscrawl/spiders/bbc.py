"""BBC News: what its English sections and feeds list; its pages in other languages are read as well."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

BBC = Site(
    name="bbc",
    url="https://www.bbc.com/",
    publisher="BBC News",
    hosts=("www.bbc.com", "bbc.com", "www.bbc.co.uk", "feeds.bbci.co.uk"),
    timezone="Europe/London",
    language="en-GB",
    date_order="DMY",
    sections=(
        "/news",
        "/news/uk",
        "/news/politics",
        "/news/world",
        "/news/world/africa",
        "/news/world/asia",
        "/news/world/europe",
        "/news/world/latin_america",
        "/news/world/middle_east",
        "/news/world/us_and_canada",
        "/news/business",
        "/news/technology",
        "/news/science_and_environment",
        "/news/health",
        "/sport",
    ),
    feeds=(
        "https://feeds.bbci.co.uk/news/rss.xml",
        "https://feeds.bbci.co.uk/news/uk/rss.xml",
        "https://feeds.bbci.co.uk/news/world/rss.xml",
        "https://feeds.bbci.co.uk/news/politics/rss.xml",
        "https://feeds.bbci.co.uk/news/business/rss.xml",
        "https://feeds.bbci.co.uk/news/technology/rss.xml",
        "https://feeds.bbci.co.uk/news/health/rss.xml",
        "https://feeds.bbci.co.uk/news/science_and_environment/rss.xml",
    ),
    # Its news sitemaps mix forty languages.
    article_url=(
        r"^/[a-z]+(?:/[\w-]+)*/articles/c\w{8,}$|^/news/(?:[a-z]+-)*\d{7,}$"
        r"|^/\w+/article/\d{8}-[\w-]+$"
    ),
    listing_url=(
        r"^/(?:news(?:/(?:uk|politics|business|technology|health|science_and_environment|world(?:/\w+)?))?"
        r"|sport)/?$"
    ),
    canonical_rules=((r"^https?://(?:www\.)?bbc\.co\.uk(?=/|$)", "https://www.bbc.com"),),
    closed=True,
    expectations=Expectations(min_listed=100),
)


class BbcSpider(NewsSpider):
    """bbc.com."""

    name = "bbc"
    site = BBC
