"""ABC News of Australia."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

ABC_NET_AU = Site(
    name="abc_net_au",
    url="https://www.abc.net.au/",
    publisher="ABC News",
    timezone="Australia/Sydney",
    language="en-AU",
    date_order="DMY",
    sections=(
        "/news/",
        "/news/justin",
        "/news/politics",
        "/news/world",
        "/news/business",
        "/news/health",
        "/news/science",
        "/news/environment",
        "/news/sport",
    ),
    feeds=("/news/feed/51120/rss.xml", "/news/feed/45910/rss.xml", "/news/feed/51892/rss.xml"),
    article_url=r"^/news/(?:[a-z-]+/)?\d{4}-\d\d-\d\d/[\w-]+/\d{6,}$",
    listing_url=r"^/news(?:/(?:justin|politics|world|business|health|science|environment|sport))?/?$",
    closed=True,
)


class AbcNetAuSpider(NewsSpider):
    """abc.net.au/news."""

    name = "abc_net_au"
    site = ABC_NET_AU
