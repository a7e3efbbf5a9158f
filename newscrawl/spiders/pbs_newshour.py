"""PBS News Hour."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

PBS_NEWSHOUR = Site(
    name="pbs_newshour",
    url="https://www.pbs.org/newshour/",
    publisher="PBS News",
    hosts=("www.pbs.org",),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/newshour/nation",
        "/newshour/world",
        "/newshour/politics",
        "/newshour/economy",
        "/newshour/science",
        "/newshour/health",
        "/newshour/arts",
        "/newshour/education",
    ),
    feeds=(
        "/newshour/feeds/rss/headlines",
        "/newshour/feeds/rss/world",
        "/newshour/feeds/rss/politics",
        "/newshour/feeds/rss/economy",
    ),
    sitemaps=("/newshour/sitemaps/news",),
    article_url=r"^/newshour/(?:nation|world|politics|economy|science|health|arts|education)/\w+(?:-\w+){2,}$",
    listing_url=r"^/newshour/(?:nation|world|politics|economy|science|health|arts|education)(?:/page/\d+)?/?$",
    closed=True,
    expectations=Expectations(min_listed=20),
)


class PbsNewshourSpider(NewsSpider):
    """pbs.org/newshour."""

    name = "pbs_newshour"
    site = PBS_NEWSHOUR
