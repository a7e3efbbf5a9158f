"""The Guardian: its British, American, Australian and international editions are one site."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import NewsSpider

GUARDIAN = Site(
    name="guardian",
    url="https://www.theguardian.com/",
    publisher="The Guardian",
    timezone="Europe/London",
    language="en-GB",
    date_order="DMY",
    sections=(
        "/world",
        "/uk-news",
        "/us-news",
        "/australia-news",
        "/politics",
        "/environment",
        "/science",
        "/global-development",
        "/business",
        "/technology",
        "/sport",
        "/football",
        "/culture",
        "/commentisfree",
    ),
    feeds=(
        "/world/rss",
        "/uk-news/rss",
        "/us-news/rss",
        "/politics/rss",
        "/environment/rss",
        "/business/rss",
        "/technology/rss",
        "/sport/rss",
    ),
    sitemaps=("/sitemaps/news.xml",),
    article_url=r"^(?:/[\w-]+)+/(?:19|20)\d\d/[a-z]{3}/\d\d/[\w-]+$",
    listing_url=(
        r"^/(?:world|(?:uk|us|australia)-news|politics|environment|science|global-development|business"
        r"|technology|sport|football|culture|commentisfree)/?$"
    ),
    ignore_url=r"/(?:live|video|gallery|audio|picture|ng-interactive)/\d{4}/|^/info/",
    closed=True,
    expectations=Expectations(min_listed=100),
)


class GuardianSpider(NewsSpider):
    """theguardian.com."""

    name = "guardian"
    site = GUARDIAN
