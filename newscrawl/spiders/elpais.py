"""El País, in Spanish."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

ELPAIS = Site(
    name="elpais",
    url="https://elpais.com/",
    publisher="El País",
    hosts=("elpais.com", "www.elpais.com", "feeds.elpais.com"),
    timezone="Europe/Madrid",
    language="es",
    date_order="DMY",
    sections=(
        "/internacional/",
        "/espana/",
        "/economia/",
        "/sociedad/",
        "/ciencia/",
        "/tecnologia/",
        "/cultura/",
        "/deportes/",
        "/opinion/",
    ),
    feeds=(
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/portada",
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/section/ultimas-noticias/portada",
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/section/internacional/portada",
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/section/espana/portada",
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/section/economia/portada",
        "https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/section/deportes/portada",
    ),
    article_url=r"^/(?:[\w-]+/)+\d{4}-\d\d-\d\d/[\w-]+\.html$",
    listing_url=r"^/(?:internacional|espana|economia|sociedad|ciencia|tecnologia|cultura|deportes|opinion)/?$",
    ignore_url=r"^/(?:videos?|podcasts)/",
    closed=True,
)


class ElpaisSpider(NewsSpider):
    """elpais.com."""

    name = "elpais"
    site = ELPAIS
