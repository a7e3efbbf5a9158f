from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from newscrawl.items import Article
from newscrawl.pipelines.duplicates import DuplicatesPipeline
from newscrawl.pipelines.jsonlines import JsonLinesPipeline
from newscrawl.runs import Run
from newscrawl.segments import finished
from newscrawl.store import StoreFullError
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.tiny import article

COPY = {
    "url": article(1, url="http://m.paper.example/story-1?utm_source=x"),
    "alias": article(2, aliases=["https://paper.example/story-1"], content_hash=None),
    "text": article(3, content_hash=article(1).content_hash),
}


async def crawl(crawler: Any, items: list[Any], *, at_once: bool = False) -> list[str]:
    """Put *items* through the pipelines of one run; return what became of each."""
    duplicates, lines = DuplicatesPipeline.from_crawler(crawler), JsonLinesPipeline.from_crawler(crawler)

    async def process(item: Any) -> str:
        try:
            await lines.process_item(await duplicates.process_item(item))
        except DropItem as error:
            return str(error).partition(": ")[2]
        return "kept"

    await duplicates.open_spider()
    if at_once:
        done = await asyncio.gather(*map(process, items))
    else:
        done = [await process(item) for item in items]
    await lines.close_spider()
    await Run.of(crawler)._close()
    return list(done)


def crawler_of(folder: Path) -> Any:
    return FakeCrawler(folder)


def run(folder: Path, *items: Any, at_once: bool = False, **settings: Any) -> tuple[list[str], dict[str, Any]]:
    crawler: Any = FakeCrawler(folder, **settings)
    return asyncio.run(crawl(crawler, list(items), at_once=at_once)), crawler.counts()


@pytest.mark.parametrize("why", list(COPY))
@pytest.mark.parametrize("at_once", [True, False], ids=["at-once", "one-by-one"])
def test_a_copy_in_the_same_run_is_dropped(tmp_path: Path, why: str, at_once: bool) -> None:
    done, counts = run(tmp_path, article(1), COPY[why], at_once=at_once)
    assert done[0] == "kept"
    assert done[1] != "kept"
    assert (counts["new"], counts[f"duplicate/{why}"]) == (1, 1)


@pytest.mark.parametrize("why", list(COPY))
def test_a_copy_in_a_later_run_is_dropped_and_its_addresses_cost_nothing_after_it(tmp_path: Path, why: str) -> None:
    run(tmp_path, article(1))
    done, counts = run(tmp_path, COPY[why])
    assert done != ["kept"]
    assert counts == {f"duplicate/{why}": 1}
    crawler = crawler_of(tmp_path)
    known = Run.of(crawler).store.known(["paper.example/story-1", "paper.example/story-2", "paper.example/story-3"])
    assert len(known) == (1 if why == "url" else 2)


def test_an_alias_of_an_article_that_is_not_written_yet_is_learnt_with_it(tmp_path: Path) -> None:
    run(tmp_path, article(1), COPY["text"], NEWSCRAWL_FLUSH_SECONDS=60)
    crawler = crawler_of(tmp_path)
    found = Run.of(crawler).store.article("paper.example/story-3")
    assert found is not None
    assert found.id == article(1).id


def test_the_same_text_on_another_site_is_another_publication(tmp_path: Path) -> None:
    elsewhere = article(1, canonical_url="https://other.example/a", url="https://other.example/a", site="other")
    done, counts = run(tmp_path, article(1), elsewhere)
    assert done == ["kept", "kept"]
    assert counts["new"] == 2


def test_an_article_that_a_live_run_has_claimed_is_left_to_it(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_JOB="other")
    other = Run.of(crawler)
    other.store.begin_job("other")
    other.store.claim(["paper.example/story-1"], "other")
    done, counts = run(tmp_path, article(1), article(2))
    assert done == ["another run is writing it", "kept"]
    assert counts["duplicate/other_job"] == 1
    assert [link.url for link in other.store.pending("paper")] == ["https://paper.example/story-1"]
    other.store.close()
    done, _ = run(tmp_path, article(1))
    assert done == ["kept"], "the claim of a dead run lapses"
    assert Run.of(crawler_of(tmp_path)).store.pending("paper") == []


def test_an_article_without_address_or_of_another_kind_passes(tmp_path: Path) -> None:
    items = [{"headline": "A"}, {"headline": "A"}, Article(headline="A"), Article(headline="A")]
    crawler = crawler_of(tmp_path)
    pipeline = DuplicatesPipeline.from_crawler(crawler)

    async def process() -> list[Any]:
        return [await pipeline.process_item(item) for item in items]

    assert asyncio.run(process()) == items
    assert crawler.counts() == {}


def test_an_id_is_made_from_the_address_where_it_is_missing(tmp_path: Path) -> None:
    run(tmp_path, article(1, id=None))
    (path,) = finished(tmp_path / "articles")
    assert f'"id":"{article(1).id}"'.encode() in path.read_bytes()


def test_a_store_that_fails_closes_the_crawl_and_drops_the_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crawler = crawler_of(tmp_path)

    def full(*_: Any) -> None:
        raise StoreFullError("the disk is full: the store")

    monkeypatch.setattr(Run.of(crawler).store, "claim", full)
    done = asyncio.run(crawl(crawler, [article(1)]))
    assert done == ["the disk is full: the store"]
    assert crawler.closed == ["disk_full"]
    assert crawler.counts() == {"error": "the disk is full: the store", "failed/not written": 1}
    assert "the disk is full" in caplog.text
