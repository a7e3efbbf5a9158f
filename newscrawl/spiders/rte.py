"""RTÉ, the public broadcaster of Ireland."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

RTE = Site(
    name="rte",
    url="https://www.rte.ie/",
    publisher="RTÉ",
    timezone="Europe/Dublin",
    language="en-IE",
    date_order="DMY",
    sections=(
        "/news/",
        "/news/ireland/",
        "/news/world/",
        "/news/business/",
        "/news/politics/",
        "/sport/",
        "/entertainment/",
    ),
    feeds=(
        "/feeds/rss/?index=/news/",
        "/feeds/rss/?index=/news/ireland/",
        "/feeds/rss/?index=/news/world/",
        "/feeds/rss/?index=/news/business/",
    ),
    article_url=r"^/[a-z]+/(?:[\w-]+/)*\d{4}/\d{4}/\d{6,}-[\w-]+$",
    listing_url=r"^/(?:news(?:/(?:ireland|world|business|politics))?|sport|entertainment)/?$",
    ignore_url=r"^/(?:player|radio|tv|archives)/",
    closed=True,
)


class RteSpider(NewsSpider):
    """rte.ie."""

    name = "rte"
    site = RTE
