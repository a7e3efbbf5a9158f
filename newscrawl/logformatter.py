"""Log lines a person can read: a dropped item is named by its reason, and what the summary tells has no traceback."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Spider, logformatter
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure

_TOLD_BY_REPORT = (
    "downloadermiddlewares.robotstxt",
    "downloadermiddlewares.httpcompression",
    "core.downloader.handlers.http11",
)


class LogFormatter(logformatter.LogFormatter):
    """Scrapy's own, without the items."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the formatter, and keep Scrapy from telling at length what the report says in a word.

        That is: a page of traceback for each robots.txt not reached, a line or two for each page that is too large or
        cut off.
        """
        if crawler.settings["LOG_LEVEL"] != "DEBUG":
            for name in _TOLD_BY_REPORT:
                logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)
        return super().from_crawler(crawler)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Return the line for a dropped item."""
        line = super().dropped(item, exception, response, spider)
        return {**line, "msg": "Dropped: %(exception)s", "args": {"exception": exception}}

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """Return the line for an item that passed the pipelines."""
        line = super().scraped(item, response, spider)
        return {**line, "msg": "Scraped %(url)s", "args": {"url": getattr(item, "url", type(item).__name__)}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Return the line for an item on which a pipeline failed; the traceback follows it."""
        line = super().item_error(item, exception, response, spider)
        return {**line, "msg": "Error processing %(url)s", "args": {"url": getattr(item, "url", type(item).__name__)}}
