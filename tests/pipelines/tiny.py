"""A spider that yields made-up articles without a network: what pipelines and commands are tried with.

Run as a program it is one crawl in a process of its own: ``python -m tests.pipelines.tiny <folder> [name=value …]``.
Names in capitals are settings, ``count`` and ``pause`` are the spider's; ``die_before`` and ``die_after`` number the
batch before or after whose recording the process kills itself, ``limit`` is the size that no file may exceed.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from benchmarks._dying import install
from newscrawl.extensions.report import failure
from newscrawl.items import Article
from newscrawl.runs import Run
from newscrawl.store import Store
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
        spider.store = Run.of(crawler).store
        return spider

    async def start(self) -> AsyncIterator[Any]:
        # Items of start() alone would be noticed by the engine's heartbeat only, seconds later.
        yield scrapy.Request("data:,", callback=self.parse, meta={"download_slot": "tiny"})

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
    settings = Settings()
    settings.setmodule("newscrawl.settings", priority="project")
    settings.set("SPIDER_MODULES", [])
    # What guards against the network has nothing to do here, and knows no data: addresses.
    settings.set("DOWNLOADER_MIDDLEWARES", {})
    settings.set("EXTENSIONS", {"newscrawl.extensions.report.RunReport": 500})
    settings.set("NEWSCRAWL_DATA", folder)
    given = dict(argument.split("=", 1) for argument in arguments)
    for name in filter(str.isupper, given):
        settings.set(name, given[name])
    if feed := given.get("feed"):
        settings.set("FEEDS", {feed: {"format": "jsonlines"}})
    if limit := given.get("limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    install(int(given.get("die_before", 0)), int(given.get("die_after", 0)))
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(TinySpider)
    process.crawl(crawler, **{name: value for name, value in given.items() if name in {"count", "pause"}})
    process.start()
    stats = crawler.stats.get_stats()
    return 1 if failure(stats, stats.get("finish_reason", "cancelled")) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
