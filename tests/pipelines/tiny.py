"""A spider that yields made-up articles without a network: what pipelines and commands are tried with.

Run as a program it is one crawl of its own process: ``python -m tests.pipelines.tiny <folder> [setting=value …]``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.project import get_project_settings

from newscrawl.extensions.report import failure
from newscrawl.items import Article
from newscrawl.store import Store, crawler_store
from newscrawl.urls import article_id, url_key


def article(number: int, **values: Any) -> Article:
    url = f"https://paper.example/story-{number}"
    made: dict[str, Any] = {
        "url": url,
        "canonical_url": url,
        "site": "paper",
        "headline": f"Story {number}",
        "body": f"Text of story {number}. " + "word " * (number * 37 % 400),
        "content_hash": f"{number:064x}",
        "fetched_at": "2026-01-02T03:04:05+00:00",
    }
    made.update(values)
    made.setdefault("id", article_id(made["canonical_url"]) if made["canonical_url"] else None)
    return Article(**made)


class TinySpider(scrapy.Spider):
    """Yields ``articles`` or, without them, ``count`` made-up ones that the store does not know."""

    name = "tiny"
    articles: list[Any] | None = None
    store: Store

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> TinySpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.store = crawler_store(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        # Items of start() alone would be noticed by the engine's heartbeat only, seconds later.
        yield scrapy.Request("data:,", callback=self.parse)

    async def parse(self, response: Any) -> AsyncIterator[Any]:
        items = self.articles
        if items is None:
            items = [article(number) for number in range(int(getattr(self, "count", 10)))]
        stats = self.crawler.stats
        stats.inc_value("newscrawl/start_ok")
        for item in items:
            stats.inc_value("newscrawl/listed")
            if isinstance(item, Article) and self.store.known([url_key(item.canonical_url or "")]):
                stats.inc_value("newscrawl/known")
                continue
            await asyncio.sleep(float(getattr(self, "pause", 0)))
            yield item


def main(folder: str, *arguments: str) -> int:
    settings = get_project_settings()
    settings.setmodule("newscrawl.settings", priority="project")
    settings.set("SPIDER_MODULES", [])
    settings.set("NEWSCRAWL_DATA", folder)
    spider_arguments = {}
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name.isupper():
            settings.set(name, value)
        else:
            spider_arguments[name] = value
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(TinySpider)
    process.crawl(crawler, **spider_arguments)
    process.start()
    stats = crawler.stats.get_stats()
    return 1 if failure(stats, stats.get("finish_reason", "")) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
