"""Each version of an article is written once: in a run, across runs, and by runs at the same time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from newscrawl.items import Article
from newscrawl.runs import Fetched, Run
from newscrawl.segments import address_keys
from newscrawl.store import KnownArticle, Look, PendingLink
from newscrawl.urls import article_id
from newscrawl.versions import COUNTED, differing, marks_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class DuplicatesPipeline:
    """Drops an `Article` that is known by its address, by another of its addresses, or by its headline and text.

    An article that was looked at again passes when it has changed, as the next version of what is known
    (`newscrawl.versions` says which changes count), and is dropped when it has not.

    Texts are compared within a site: elsewhere the same text is another publication of it. The addresses of what is
    dropped become aliases of what is kept, so that they cost no request the next time.
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
        """Return *item*, or drop it with the reason."""
        address = isinstance(item, Article) and (item.canonical_url or item.url)
        if not address:
            return item
        run = self._run
        item.id = item.id or article_id(address)
        keys = address_keys(address, [item.url, *item.aliases])
        fetched = run.fetched.get(item.id)
        text = [f"text of {item.site}: {item.content_hash}"] if item.content_hash else []
        words = [*keys, *text]
        for key in words:
            if key in run.taken:
                await self._drop(item, self._why(key, keys), run.taken[key], keys)
        # Taken before anything is awaited, so that a second copy in this run meets it.
        run.taken.update(dict.fromkeys(words, item.id))
        try:
            why = original = None
            if not (fetched and fetched.again) or not await self._is_version(item, fetched, fetched.again, keys, words):
                why, original = await run.ask(self._look_up, item, keys, words)
            if why is not None:
                await self._drop(item, why, original, keys)
        except BaseException:
            for key in words:
                run.taken.pop(key, None)
            raise
        return item

    async def _is_version(
        self, item: Article, fetched: Fetched, again: Look, keys: tuple[str, ...], words: list[str]
    ) -> bool:
        """Make *item* the next version of what is known; False where that is another article by now.

        Raises:
            DropItem: nothing that counts has changed, or another run writes the change.
        """
        run = self._run
        known, other_job, moved = await run.ask(self._look_up_known, again, keys, words)
        if known is None:
            return False
        if moved:
            await run.ask(run.store.looked, again.id, fetched.at or run.now(), fruitless=fetched.told)
            return False
        assert item.id is not None
        run.fetched.pop(item.id, None)
        item.id = known.id
        run.fetched[item.id] = fetched
        changed = differing(known.marks, marks_of(item)) if known.marks else []
        if not COUNTED.intersection(changed) and (known.marks or known.content_hash == item.content_hash):
            await run.ask(
                run.store.looked,
                known.id,
                fetched.at or run.now(),
                etag=fetched.etag,
                last_modified=fetched.last_modified,
                fruitless=fetched.told,
            )
            run.count("same")
            run.ledger.note(item.site, _via(item), "unchanged")
            raise DropItem(f"{item.canonical_url}: unchanged")
        if other_job is not None:
            run.count("duplicate/other_job")
            run.ledger.note(item.site, _via(item), "duplicate")
            raise DropItem(f"{item.canonical_url}: another run is writing its new version")
        item.version, item.previous_hash, item.changed = known.version + 1, known.content_hash, changed
        run.taken.update(dict.fromkeys(words, item.id))
        return True

    def _look_up_known(
        self, again: Look, keys: tuple[str, ...], words: list[str]
    ) -> tuple[KnownArticle | None, str | None, bool]:
        """Claim a known article; return it, the other run that has claimed it, and whether another has its address."""
        store = self._run.store
        other_job = store.claim(words, self._run.job)
        owner = store.article(keys[0])
        return store.article(again.id), other_job, owner is not None and owner.id != again.id

    def _look_up(self, item: Article, keys: tuple[str, ...], words: list[str]) -> tuple[str | None, str | None]:
        """Claim *item*; return why it is to be dropped and the id of what it is a copy of."""
        store = self._run.store
        # First the claim, then the look-up: a run records an article before its claim ends.
        other_job = store.claim(words, self._run.job)
        known = store.known(keys)
        if known:
            first = next(key for key in keys if key in known)
            article = store.article(first)
            return self._why(first, keys), article.id if article else None
        if item.content_hash and (same := store.by_hash(item.content_hash, item.site or "")):
            return "text", same
        return (None if other_job is None else "other_job"), None

    @staticmethod
    def _why(key: str, keys: tuple[str, ...]) -> str:
        return "url" if key == keys[0] else "alias" if key in keys else "text"

    async def _drop(self, item: Article, why: str, original: str | None, keys: tuple[str, ...]) -> None:
        self._run.count(f"duplicate/{why}")
        self._run.ledger.note(item.site, _via(item), "duplicate")
        if original is not None:
            await self._run.learn_aliases(original, keys)
        if why == "other_job":
            # That run may yet die; who wrote it is looked up when this link's turn comes.
            self._run.contested.add(item.id or "")
            found = asdict(item.discovered) if item.discovered else {"via": "start"}
            link = PendingLink(keys[0], item.url or item.canonical_url or "", found)
            await self._run.ask(self._run.store.defer, item.site or "", [link])
        reasons = {
            "url": "written before",
            "alias": "written before under another address",
            "text": "the same text stands under another address",
            "other_job": "another run is writing it",
        }
        raise DropItem(f"{item.canonical_url}: {reasons[why]}")


def _via(item: Article) -> str | None:
    return item.discovered.via if item.discovered else None
