"""The floor: what a crawl costs that parses once, goes over the links once and takes three fields.

Run with ``scrapy runspider floor.py -a url=http://127.0.1.1:8000/ -O out.jsonl``; it imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import HtmlResponse, Response

ARTICLE = re.compile(r"^(?:http://[^/]+)?/[A-Z][^?]*/20\d\d/\d{4}/[^/?#]+$")
LISTING = re.compile(r"^(?!/About|/Subscribe)(?:/[A-Z][\w-]*){1,3}(?:/\(offset\)/\d+/\(view\)/all)?$")


class FloorSpider(Spider):
    """Follows every address once; a set of them stands before the making of requests."""

    name = "floor"
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "LOG_LEVEL": "WARNING",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "CONCURRENT_ITEMS": 8,
    }

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.seen = {url}

    async def start(self) -> AsyncIterator[Request]:
        """Begin with the front page."""
        yield Request(self.url, self.parse_page)

    def parse_page(self, response: Response) -> Iterator[Any]:
        """Yield the article of a page, if it is one, and requests for what is new on it."""
        if not isinstance(response, HtmlResponse):
            return
        selector = response.selector
        path = response.url.removeprefix(self.url.rstrip("/"))
        if ARTICLE.match(path):
            yield {
                "url": response.url,
                "headline": selector.css("h1::text").get(),
                "date": selector.css("time::attr(datetime)").get(),
                "body": "\n".join(selector.css("div.eza-body > p::text").getall()),
            }
        for href in set(selector.root.xpath("//a/@href")):
            if ARTICLE.match(href) or LISTING.match(href):
                url = urljoin(response.url, href)
                if url not in self.seen and url.startswith(self.url):
                    self.seen.add(url)
                    yield Request(url, self.parse_page)
        # Response and selector hold each other until the garbage collector comes; this frees them now.
        response._cached_selector = None
