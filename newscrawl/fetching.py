"""A few pages fetched outside a run, for the commands that look at a page or a site.

Nothing of a run is there: no store, no files, no report. Robots.txt, the honest user agent and the intervals are.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import GEN_CLOSED, getgeneratorstate
from typing import TYPE_CHECKING, Any, TypeAlias

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


class StoppedError(Exception):
    """Not all was fetched: somebody stopped the process, or it could not start."""


Rounds: TypeAlias = Generator[Sequence[str], Mapping[str, FetchedPage], None]
"""Addresses to fetch, what came of each, the next addresses …"""


def fetch_pages(process: CrawlerProcessBase, urls: Sequence[str]) -> list[FetchedPage]:
    """Fetch *urls* politely and return what came of each, in their order. A process does this once."""
    pages: dict[str, FetchedPage] = {}

    def once() -> Rounds:
        pages.update((yield urls))

    # Of a process that was stopped there are the pages that came before.
    with suppress(StoppedError):
        fetch_rounds(process, once())
    return [pages.get(url, FetchedPage(url, failure="the crawler could not start")) for url in urls]


def fetch_rounds(process: CrawlerProcessBase, rounds: Rounds) -> None:
    """Fetch politely what *rounds* asks for: it yields addresses, gets what came of each, and yields the next.

    A process does this once. What *rounds* raises is raised here.

    Raises:
        StoppedError: the process was stopped before *rounds* came to its end.
    """
    pages: dict[str, FetchedPage] = {}
    first = tuple(next(rounds, ()))
    waiting = dict.fromkeys(first)
    errors: list[Exception] = []

    class FewPages(Spider):
        name = "fetching"
        custom_settings = _SETTINGS

        def __init__(self, **kwargs: Any) -> None:
            # Whoever names a private address may go there (middlewares/addresses.py).
            super().__init__(start_urls=first, **kwargs)

        async def start(self) -> AsyncIterator[Request]:
            for request in self.ask():
                yield request

        def ask(self) -> list[Request]:
            meta = {"handle_httpstatus_list": range(400, 600)}
            return [
                Request(url, self.keep, errback=self.lose, meta=dict(meta), cb_kwargs={"asked": url}, dont_filter=True)
                for url in waiting
            ]

        def keep(self, response: Response, asked: str) -> list[Request]:
            kind = response.headers.get("Content-Type")
            kind_text = kind.decode("latin-1") if kind else None
            return self.came(asked, FetchedPage(response.url, response.status, response.body, kind_text))

        def lose(self, failure: Failure) -> list[Request]:
            asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
            return self.came(asked, FetchedPage(asked, failure=reason_of(failure)))

        def came(self, asked: str, page: FetchedPage) -> list[Request]:
            pages[asked] = page
            while pages.keys() == waiting.keys():
                answers = {url: pages[url] for url in waiting}
                pages.clear()
                waiting.clear()
                try:
                    waiting.update(dict.fromkeys(rounds.send(answers)))
                except StopIteration:
                    break
                except Exception as error:  # Scrapy would log it and end as if all were well.
                    errors.append(error)
                    break
                if waiting:
                    return self.ask()
            return []

    if not first:
        return
    process.crawl(FewPages)
    process.start()
    if errors:
        raise errors[0]
    if getgeneratorstate(rounds) != GEN_CLOSED:
        raise StoppedError("it was stopped before it was done")
