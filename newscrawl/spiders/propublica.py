"""ProPublica."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

PROPUBLICA = Site(
    name="propublica",
    url="https://www.propublica.org/",
    publisher="ProPublica",
    hosts=("www.propublica.org", "propublica.org", "feeds.propublica.org"),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=("/", "/topics/criminal-justice", "/topics/education", "/topics/technology"),
    feeds=("https://feeds.propublica.org/propublica/main",),
    article_url=r"^/article/[\w-]+$",
    listing_url=r"^/(?:topics/[\w-]+/?)?$",
    closed=True,
)


class PropublicaSpider(NewsSpider):
    """propublica.org."""

    name = "propublica"
    site = PROPUBLICA
