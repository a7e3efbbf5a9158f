"""Articles without what makes them articles are dropped, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from newscrawl.items import Article
from newscrawl.runs import Run
from newscrawl.segments import address_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

REQUIRED_FIELDS = ("headline", "body", "canonical_url")


class RequiredFieldsPipeline:
    """Drops an `Article` that lacks a required field, and has its address left alone for a while.

    Settings: ``NEWSCRAWL_REQUIRED_FIELDS`` (names of fields; default headline, body, canonical_url),
    ``NEWSCRAWL_MIN_WORDS`` (words of a body at the least; default 1).
    """

    def __init__(self, run: Run, fields: Sequence[str] = REQUIRED_FIELDS, min_words: int = 1) -> None:
        unknown = set(fields) - set(Article.__dataclass_fields__)
        if unknown:
            raise ValueError(f"NEWSCRAWL_REQUIRED_FIELDS: no such fields of Article: {', '.join(sorted(unknown))}")
        self._run, self._fields, self._min_words = run, tuple(fields), min_words

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline with the crawler's settings."""
        settings = crawler.settings
        fields = settings.getlist("NEWSCRAWL_REQUIRED_FIELDS", list(REQUIRED_FIELDS))
        return cls(Run.of(crawler), fields, settings.getint("NEWSCRAWL_MIN_WORDS", 1))

    async def process_item(self, item: Any) -> Any:
        """Return *item*, or drop it with the reason."""
        if not isinstance(item, Article) or (reason := self._reason(item)) is None:
            return item
        self._run.count(f"rejected/{reason}")
        via = item.discovered.via if item.discovered else None
        self._run.ledger.lose(item.site, via, "rejected", reason, item.url or "")
        fetched = self._run.fetched.get(item.id or "")
        if item.url and not (fetched and fetched.again):
            # Not its canonical URL: a page that shows no article may name one that does.
            await self._run.ask(self._run.store.refuse, address_keys(item.url, item.aliases), reason)
        raise DropItem(f"{item.url}: {reason}")

    def _reason(self, article: Article) -> str | None:
        for field in self._fields:
            if not getattr(article, field):
                return f"no {field.replace('_', ' ')}"
        words = (article.body or "").split(None, self._min_words)  # no further than need be
        if len(words) < self._min_words and "body" in self._fields:
            return "too short"
        return None
