"""What most people write first: a `CrawlSpider` with rules, and CSS or trafilatura for each article.

Run with ``scrapy runspider crawl_spider.py -a url=http://127.0.1.1:8000/ [-a reader=trafilatura] -O out.jsonl``; it
imports nothing of the project.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from scrapy.http import TextResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule


class RulesSpider(CrawlSpider):
    """Follows listings and articles by rules; three fields of each article."""

    name = "rules"
    custom_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "WARNING"}  # type: ignore[misc]

    def __init__(self, url: str, reader: str = "css", **kwargs: Any) -> None:
        self.start_urls = [url]
        home = re.escape(url)
        self.rules = (
            Rule(
                LinkExtractor(allow=rf"^{home}[A-Z][^?]*/20\d\d/\d{{4}}/[^/?]+$"), callback="parse_article", follow=True
            ),
            Rule(LinkExtractor(allow=rf"^{home}(?!About|Subscribe)[A-Z][\w-]*(?:/[A-Z][\w-]*){{0,2}}$")),
            Rule(LinkExtractor(allow=r"/\(offset\)/\d+/\(view\)/all$", restrict_css="div.pager")),
        )
        self.reader = reader
        super().__init__(**kwargs)

    def parse_article(self, response: TextResponse) -> dict[str, Any]:
        """Return the fields of an article."""
        if self.reader == "trafilatura":
            from trafilatura import bare_extraction  # noqa: PLC0415 (not needed otherwise)

            found = bare_extraction(response.text, url=response.url, with_metadata=True, include_comments=False)
            return {
                "url": response.url,
                "headline": found.title if found else None,
                "date": found.date if found else None,
                "body": found.text if found else None,
            }
        return {
            "url": response.url,
            "headline": response.css("h1::text").get(),
            "date": response.css("time::attr(datetime)").get(),
            "body": "\n".join(response.css("div.eza-body > p::text").getall()),
        }
