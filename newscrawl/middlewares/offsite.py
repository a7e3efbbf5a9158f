"""Requests that leave the site, and how their spider hears of it."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.downloadermiddlewares import offsite


class ToldOffsiteMiddleware(offsite.OffsiteMiddleware):
    """Scrapy's own, whose refusals the spider hears of.

    Scrapy's refuses a request before it is made, so that its errback is called, and also when it is scheduled, where it
    is lost without a word: an article whose address redirects to another site would stand in no report.
    """

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Leave it to `process_request`."""
