"""The bundled miniature newspaper, read by csmonitor's own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from newscrawl.sites import Expectations
from newscrawl.spiders.base import NewsSpider
from newscrawl.spiders.csmonitor import CSMONITOR

DEMO = replace(
    CSMONITOR,
    name="demo",
    url="http://127.0.0.1:8971/",
    hosts=(),
    publisher="The Lantern Quay Courier",
    sections=("/World", "/USA"),
    feeds=("/feeds/top",),
    sitemaps=("/sitemap-index.xml",),
    # Nobody wakes up when a miniature stops publishing.
    expectations=Expectations(),
)


class DemoSpider(NewsSpider):
    """The miniature newspaper; start it with ``python -m newscrawl.demo``."""

    name = "demo"
    site = DEMO

    def __init__(self, url: str = DEMO.url, **kwargs: Any) -> None:
        # Its address is known when it runs only; its mobile edition is the same port of "localhost".
        parts = urlsplit(url)
        mobile = f"localhost:{parts.port}"
        rule = (rf"^http://{mobile}(?=/|$)", f"http://{parts.netloc}")
        self.site = replace(DEMO, url=url, hosts=(parts.netloc, mobile), canonical_rules=(rule,))
        super().__init__(**kwargs)
