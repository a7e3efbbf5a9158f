"""One robots.txt for all who ask: the rules are read from it, and so are the sitemaps it names."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import robotstxt
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from newscrawl.downloading import is_robots


class OrderlyRobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Scrapy's own, whose rules hold for every request, also while a host's robots.txt is on its way.

    Scrapy 2.19 has the requests that come meanwhile await one Deferred, which gives its result to the first of them and
    ``None``, no rules at all, to the others (``Deferred.asFuture``).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules of the request's host."""
        async with self._turns[urlsplit(request.url).netloc]:
            return await super().robot_parser(request)


class SharedRobotsMiddleware:
    """Answers a spider's request for a robots.txt with what Scrapy's `RobotsTxtMiddleware` has just been given.

    It stands after that one (100), which asks for the rules of a host before it lets any request pass, and before all
    others, so that it sees answers unpacked and redirects followed. What is not asked for twice stays as it is.
    """

    def __init__(self) -> None:
        self._answers: dict[str, Response] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls()

    def process_request(self, request: Request) -> Response | None:
        """Return the answer that is at hand; each is given out once."""
        if request.meta.get("dont_obey_robotstxt") or not is_robots(request.url):
            return None
        return self._answers.pop(request.url, None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the answer that the rules are read from."""
        asked = next(iter(request.meta.get("redirect_urls", ())), request.url)
        if request.meta.get("dont_obey_robotstxt") and is_robots(asked):
            self._answers[asked] = response.replace(request=None)
        return response
