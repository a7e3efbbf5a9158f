"""Folha de S.Paulo."""

from __future__ import annotations

from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider

FOLHA = Site(
    name="folha",
    url="https://www1.folha.uol.com.br/",
    publisher="Folha de S.Paulo",
    hosts=("www1.folha.uol.com.br", "www.folha.uol.com.br", "feeds.folha.uol.com.br"),
    timezone="America/Sao_Paulo",
    language="pt-BR",
    date_order="DMY",
    sections=(
        "/poder/",
        "/mundo/",
        "/mercado/",
        "/cotidiano/",
        "/esporte/",
        "/ilustrada/",
        "/ciencia/",
        "/ambiente/",
        "/opiniao/",
    ),
    feeds=(
        "https://feeds.folha.uol.com.br/emcimadahora/rss091.xml",
        "https://feeds.folha.uol.com.br/poder/rss091.xml",
        "https://feeds.folha.uol.com.br/mundo/rss091.xml",
        "https://feeds.folha.uol.com.br/cotidiano/rss091.xml",
        "https://feeds.folha.uol.com.br/esporte/rss091.xml",
    ),
    sitemaps=("/sitemap.xml",),
    article_url=r"^/(?:[\w-]+/)+\d{4}/\d\d/[\w-]+\.shtml$",
    listing_url=r"^/(?:poder|mundo|mercado|cotidiano|esporte|ilustrada|ciencia|ambiente|opiniao)/?$",
    ignore_url=r"^/(?:fsp|webstories|tv|fotografia|galerias)/",
    closed=True,
)


class FolhaSpider(NewsSpider):
    """folha.uol.com.br."""

    name = "folha"
    site = FOLHA
