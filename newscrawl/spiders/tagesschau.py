"""tagesschau, the news of ARD."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

TAGESSCHAU = Site(
    name="tagesschau",
    url="https://www.tagesschau.de/",
    publisher="tagesschau",
    timezone="Europe/Berlin",
    language="de",
    date_order="DMY",
    sections=("/inland", "/ausland", "/wirtschaft", "/wissen", "/investigativ", "/faktenfinder"),
    feeds=(
        "/infoservices/alle-meldungen-100~rss2.xml",
        "/inland/index~rss2.xml",
        "/ausland/index~rss2.xml",
        "/wirtschaft/index~rss2.xml",
        "/wissen/index~rss2.xml",
    ),
    article_url=(
        r"^/(?:inland|ausland|wirtschaft|wissen|investigativ|faktenfinder"
        r"|kultur)/(?:[\w-]+/)*[\w,-]+-\d{3}\.html$"
    ),
    listing_url=r"^/(?:inland|ausland|wirtschaft|wissen|investigativ|faktenfinder)/?$",
    closed=True,
)


class TagesschauSpider(NewsSpider):
    """tagesschau.de."""

    name = "tagesschau"
    site = TAGESSCHAU
