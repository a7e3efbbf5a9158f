"""ANSA, the Italian news agency."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

ANSA = Site(
    name="ansa",
    url="https://www.ansa.it/",
    publisher="ANSA",
    timezone="Europe/Rome",
    language="it",
    date_order="DMY",
    sections=(
        "/sito/notizie/mondo/mondo.shtml",
        "/sito/notizie/cronaca/cronaca.shtml",
        "/sito/notizie/politica/politica.shtml",
        "/sito/notizie/economia/economia.shtml",
        "/sito/notizie/cultura/cultura.shtml",
        "/sito/notizie/sport/sport.shtml",
    ),
    feeds=(
        "/sito/ansait_rss.xml",
        "/sito/notizie/mondo/mondo_rss.xml",
        "/sito/notizie/cronaca/cronaca_rss.xml",
        "/sito/notizie/politica/politica_rss.xml",
        "/sito/notizie/economia/economia_rss.xml",
        "/sito/notizie/cultura/cultura_rss.xml",
    ),
    article_url=(
        r"^/(?:\w+/)?(?:notizie|news)/(?:[\w-]+/)*\d{4}/\d\d/\d\d/[^/]+"
        r"_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html$"
    ),
    listing_url=r"^/sito/notizie/(mondo|cronaca|politica|economia|cultura|sport)/\1\.shtml$",
    closed=True,
)


class AnsaSpider(NewsSpider):
    """ansa.it."""

    name = "ansa"
    site = ANSA
