"""A few pages fetched outside a run, for the commands that look at a page or a site.

Nothing of a run is there: no store, no files, no report. Robots.txt, the honest user agent and the intervals are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider

from newscrawl.spiders.base import reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.crawler import CrawlerProcessBase
    from scrapy.http import Response
    from twisted.python.failure import Failure

_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {"newscrawl.extensions.politeness.Politeness": 100},
    "LOG_LEVEL": "ERROR",
}


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What came of one address."""

    url: str
    """Where it led to in the end."""

    status: int = 0
    """The HTTP status; 0 where nothing came."""

    body: bytes = b""
    content_type: str | None = None
    failure: str | None = None
    """Why nothing came, in words."""


def fetch_pages(process: CrawlerProcessBase, urls: Sequence[str]) -> list[FetchedPage]:
    """Fetch *urls* politely and return what came of each, in their order. A process does this once."""
    pages: dict[str, FetchedPage] = {}

    class FewPages(Spider):
        name = "fetching"
        custom_settings = _SETTINGS

        def __init__(self, **kwargs: Any) -> None:
            # Whoever names a private address may go there (middlewares/addresses.py).
            super().__init__(start_urls=list(urls), **kwargs)

        async def start(self) -> AsyncIterator[Request]:
            for url in urls:
                meta = {"handle_httpstatus_list": range(400, 600)}
                yield Request(url, self.keep, errback=self.lose, meta=meta, cb_kwargs={"asked": url})

        def keep(self, response: Response, asked: str) -> None:
            kind = response.headers.get("Content-Type")
            kind_text = kind.decode("latin-1") if kind else None
            pages[asked] = FetchedPage(response.url, response.status, response.body, kind_text)

        def lose(self, failure: Failure) -> None:
            asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
            pages[asked] = FetchedPage(asked, failure=reason_of(failure))

    process.crawl(FewPages)
    process.start()
    return [pages.get(url, FetchedPage(url, failure="the crawler could not start")) for url in urls]
