"""CNN: its American and international editions are one site."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

CNN = Site(
    name="cnn",
    url="https://www.cnn.com/",
    publisher="CNN",
    hosts=("www.cnn.com", "cnn.com", "edition.cnn.com", "us.cnn.com"),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/us",
        "/world",
        "/world/africa",
        "/world/americas",
        "/world/asia",
        "/world/australia",
        "/world/china",
        "/world/europe",
        "/world/india",
        "/world/middle-east",
        "/world/united-kingdom",
        "/politics",
        "/business",
        "/health",
        "/science",
        "/climate",
        "/entertainment",
        "/travel",
    ),
    sitemaps=("/sitemap/news.xml",),
    article_url=r"^/\d{4}/\d\d/\d\d/(?:[a-z-]+/){1,2}[\w-]+$",
    listing_url=r"^/(?:us|world(?:/[a-z-]+)?|politics|business|health|science|climate|entertainment|travel)/?$",
    ignore_url=r"/(?:live-news|gallery|video)/",
    canonical_rules=(
        (r"^https?://(?:edition|us)\.cnn\.com(?=/|$)", "https://www.cnn.com"),
        (r"/index\.html(?=$|[?#])", ""),
    ),
    closed=True,
)


class CnnSpider(NewsSpider):
    """cnn.com."""

    name = "cnn"
    site = CNN
