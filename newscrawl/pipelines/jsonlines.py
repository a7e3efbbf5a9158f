"""Articles become lines of the run's segments; the store learns of them when the disk has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from newscrawl.items import Article
from newscrawl.runs import Run
from newscrawl.segments import line_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class JsonLinesPipeline:
    """Writes every `Article` to ``NEWSCRAWL_DATA/articles/<site>/<UTC start>-<job>.jsonl``.

    With ``NEWSCRAWL_OUTPUT`` empty it writes nothing. The store then learns of the articles when Scrapy's feed exports
    (``-O``) are closed and stored, not before: what a crash takes from a feed must be fetched again.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline, connected to the crawler's run."""
        return cls(Run.of(crawler))

    async def open_spider(self) -> None:
        """Begin the run, if no other pipeline has."""
        await self._run.start()

    async def process_item(self, item: Any) -> Any:
        """Return *item* and have it written soon."""
        if isinstance(item, Article):
            if self._run.failed:
                self._run.count("failed/not written")
                raise DropItem(f"{item.canonical_url}: nothing can be written any more")
            line = line_of(item, self._run.signatures.pop(item.id or "", None))
            if fetched := self._run.fetched.pop(item.id or "", None):
                record = replace(line.record, etag=fetched.etag, last_modified=fetched.last_modified)
                line = line._replace(record=record)
            await self._run.write(line, item)
        return item

    async def close_spider(self) -> None:
        """Wait until everything is written and the files have their final names."""
        await self._run.finish()
