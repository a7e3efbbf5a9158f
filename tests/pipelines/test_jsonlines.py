from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import CloseSpider, DropItem

from newscrawl.pipelines.jsonlines import JsonLinesPipeline
from newscrawl.runs import Run
from newscrawl.segments import finished
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.tiny import article


def headlines(folder: Path) -> list[str]:
    lines = b"".join(path.read_bytes() for path in finished(folder / "articles")).splitlines()
    return [json.loads(line)["headline"] for line in lines]


async def settle(crawler: Any) -> None:
    """Wait until the writing that has begun is done."""
    await asyncio.gather(*Run.of(crawler)._tasks)


def test_lines_reach_the_disk_when_so_many_wait(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_FLUSH_ITEMS=2, NEWSCRAWL_FLUSH_SECONDS=60)

    async def crawl() -> None:
        pipeline = JsonLinesPipeline.from_crawler(crawler)
        await pipeline.open_spider()
        for number in range(2):
            item = article(number)
            assert await pipeline.process_item(item) is item
        await settle(crawler)
        await pipeline.process_item(article(2))
        await settle(crawler)

    asyncio.run(crawl())
    assert crawler.counts()["new"] == 2
    (part,) = tmp_path.glob("articles/paper/*.jsonl.part")
    assert part.read_bytes().count(b"\n") == 2


def test_lines_reach_the_disk_when_they_have_waited(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_FLUSH_SECONDS=0.01)

    async def crawl() -> None:
        pipeline = JsonLinesPipeline.from_crawler(crawler)
        await pipeline.open_spider()
        await pipeline.process_item(article(1))
        await asyncio.sleep(0.1)
        await settle(crawler)
        assert crawler.counts()["new"] == 1
        await pipeline.close_spider()

    asyncio.run(crawl())
    assert headlines(tmp_path) == ["Story 1"]
    (path,) = finished(tmp_path / "articles")
    assert crawler.counts()["written_to"] == [str(path)]
    assert path.name.endswith(f"-{Run.of(crawler).job}.jsonl")


def test_other_items_pass_untouched(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path)

    async def crawl() -> None:
        pipeline = JsonLinesPipeline.from_crawler(crawler)
        item = {"headline": "A"}
        assert await pipeline.process_item(item) is item
        await pipeline.close_spider()

    asyncio.run(crawl())
    assert finished(tmp_path / "articles") == []


def test_a_full_disk_closes_the_crawl_and_the_next_run_writes_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_FLUSH_ITEMS=1)
    real_write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if b"Story 2" in bytes(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(descriptor, data)

    async def crawl() -> None:
        pipeline = JsonLinesPipeline.from_crawler(crawler)
        await pipeline.open_spider()
        for number in (1, 2):
            await pipeline.process_item(article(number))
            await Run.of(crawler).flush()
        with pytest.raises(DropItem, match="nothing can be written"):
            await pipeline.process_item(article(3))
        await pipeline.close_spider()
        await Run.of(crawler)._close()

    monkeypatch.setattr(os, "write", full)
    asyncio.run(crawl())
    assert headlines(tmp_path) == ["Story 1"]
    assert crawler.closed == ["disk_full"]
    counts = crawler.counts()
    assert (counts["new"], counts["failed/not written"]) == (1, 2)
    assert "make room and start again" in counts["error"]
    fresh: Any = FakeCrawler(tmp_path)
    assert Run.of(fresh).store.known(["paper.example/story-1", "paper.example/story-2"]).keys() == {
        "paper.example/story-1"
    }


def test_a_run_whose_name_is_alive_does_not_begin(tmp_path: Path) -> None:
    first: Any = FakeCrawler(tmp_path, NEWSCRAWL_JOB="nightly")
    second: Any = FakeCrawler(tmp_path, NEWSCRAWL_JOB="nightly")

    async def crawl() -> None:
        await Run.of(first).start()
        with pytest.raises(CloseSpider) as closing:
            await JsonLinesPipeline.from_crawler(second).open_spider()
        assert closing.value.reason == "store_failed"
        await Run.of(second)._close()
        assert Run.of(first).store.live_jobs() == {"nightly"}

    asyncio.run(crawl())
    assert "nightly" in second.counts()["error"]


def test_files_that_the_store_does_not_know_are_spoken_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "articles" / "paper"
    folder.mkdir(parents=True)
    (folder / "old.jsonl").write_text("{}\n")
    crawler: Any = FakeCrawler(tmp_path)
    asyncio.run(Run.of(crawler).start())
    assert "scrapy reindex" in caplog.text


def test_names_of_runs_are_fit_for_files(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_JOB="../a b/ü")
    assert Run.of(crawler).job == "___a_b_ü"


def test_an_error_of_ours_while_writing_ends_the_run_and_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_FLUSH_ITEMS=1)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("what nobody thought of")

    async def crawl() -> None:
        pipeline = JsonLinesPipeline.from_crawler(crawler)
        await pipeline.open_spider()
        monkeypatch.setattr(Run.of(crawler).sink, "write", broken)
        await pipeline.process_item(article(1))
        await settle(crawler)

    asyncio.run(crawl())
    assert crawler.closed == ["cannot_write"]
    assert crawler.counts()["error"] == "articles could not be written: ZeroDivisionError: what nobody thought of"
    assert crawler.counts()["failed/not written"] == 1
