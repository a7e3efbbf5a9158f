"""Copies with small changes are told: the wire story under another headline, cut, or with a paragraph added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem, NotConfigured

from newscrawl.items import Article
from newscrawl.neardups import THRESHOLD, Match, RecentTexts, Signed, keys_of, nearest, sign
from newscrawl.runs import Run
from newscrawl.segments import address_keys
from newscrawl.urls import article_id, url_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

POLICIES = ("mark", "drop", "off")
# More than wait for the disk at most times.
_RECENT = 256


class NearDuplicatesPipeline:
    """Fills `Article.duplicate_of` and `Article.similarity` where an earlier article has nearly the same text.

    Texts are compared with all of earlier runs and this one, on any site. Two runs at the same time do not see each
    other's last articles. A text that is too short to tell (`newscrawl.neardups.sign`) is never a copy.

    Settings: ``NEWSCRAWL_NEAR_DUPLICATES``: ``mark``; ``drop`` (a copy that has more text than its original is still
    kept and marked); ``off``. ``NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD``: the similarity from which on it is a copy.

    Raises:
        NotConfigured: from `from_crawler`, when it is off.
        ValueError: a setting makes no sense.
    """

    def __init__(self, run: Run, policy: str = "mark", threshold: float = THRESHOLD) -> None:
        if policy not in POLICIES:
            raise ValueError(f"NEWSCRAWL_NEAR_DUPLICATES is {policy!r}: it can be {', '.join(POLICIES)}")
        if not 0 < threshold <= 1:
            raise ValueError(f"NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD is {threshold}: it is above 0 and at most 1")
        self._run, self._policy, self._threshold = run, policy, threshold
        self._recent = RecentTexts()
        self._addresses: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline with the crawler's settings, connected to its run."""
        policy = str(crawler.settings.get("NEWSCRAWL_NEAR_DUPLICATES", "mark")).strip().lower()
        if policy == "off":
            raise NotConfigured
        threshold = crawler.settings.getfloat("NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD", THRESHOLD)
        return cls(Run.of(crawler), policy, threshold)

    async def open_spider(self) -> None:
        """Begin the run, if no other pipeline has."""
        await self._run.start()

    async def process_item(self, item: Any) -> Any:
        """Return *item*, marked where it is a copy, or drop it with the reason."""
        address = isinstance(item, Article) and (item.canonical_url or item.url)
        if not address:
            return item
        item.id = item.id or article_id(address)
        item.duplicate_of = item.similarity = None
        signature, match, is_dropped = await self._run.ask(self._look_up, item, address)
        if signature is None:
            return item
        if match:
            if is_dropped:
                await self._drop(item, match)
            self._run.count("near_duplicates")
            item.duplicate_of, item.similarity = match.id, match.similarity
        self._run.signatures[item.id] = signature
        return item

    def _look_up(self, item: Article, address: str) -> tuple[bytes | None, Match | None, bool]:
        """Return the signature of *item*, what it is a copy of, and whether it is to be dropped for that.

        The store's thread calls it for one article after the other: of two copies at once the second finds the first.
        """
        assert item.id is not None
        self._let_go()
        signature = sign(item.body)
        if signature is None:
            return None, None, False
        keys = keys_of(signature)
        known = {one.id: one for one in self._run.store.alike(keys, before=item.id)}
        # What this run found is later than the first version of an article that is known already.
        if item.version == 1:
            known.update((one.id, one) for one in self._recent.alike(keys))
        known.pop(item.id, None)
        match = nearest(signature, known.values(), self._threshold)
        if match and self._policy == "drop" and match.covered >= self._threshold and item.version == 1:
            return signature, match, True
        self._recent.add(Signed(item.id, match.story if match else item.id, signature))
        self._addresses[item.id] = url_key(address)
        return signature, match, False

    def _let_go(self) -> None:
        """Forget the recent texts that the store knows by now."""
        if len(self._recent) > _RECENT:
            for one in [one for one in self._recent if self._addresses[one] not in self._run.taken]:
                self._recent.forget(one)
                del self._addresses[one]

    async def _drop(self, item: Article, match: Match) -> None:
        self._run.count("duplicate/near")
        self._run.ledger.note(item.site, item.discovered.via if item.discovered else None, "duplicate")
        keys = address_keys(item.canonical_url or item.url or "", [item.url, *item.aliases])
        self._run.taken.update(dict.fromkeys(keys, match.id))
        await self._run.learn_aliases(match.id, keys)
        raise DropItem(f"{item.canonical_url}: nearly the text of the article {match.id}")
