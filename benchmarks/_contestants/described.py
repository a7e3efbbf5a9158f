"""The newspaper as newscrawl's users would describe it: its front page, and the templates of its make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from newscrawl.spiders.base import NewsSpider
from newscrawl.spiders.demo import DEMO


class DescribedSpider(NewsSpider):
    """The grown newspaper, by its declaration; start it with ``python -m benchmarks.throughput``."""

    name = "described"
    site = replace(DEMO, name="described", sections=("/",), feeds=(), sitemaps=())

    def __init__(self, url: str, **kwargs: Any) -> None:
        self.site = replace(self.site, url=url, hosts=(urlsplit(url).netloc,))
        super().__init__(**kwargs)
