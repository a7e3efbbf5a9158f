"""Log lines a person can read: a dropped item is named by its reason, not printed whole."""

from __future__ import annotations

from typing import Any

from scrapy import Spider, logformatter
from scrapy.http import Response
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure


class LogFormatter(logformatter.LogFormatter):
    """Scrapy's own, without the items."""

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
