from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from newscrawl.pipelines.required import RequiredFieldsPipeline
from newscrawl.runs import Run
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.tiny import article


@pytest.mark.parametrize(
    ("values", "settings", "reason"),
    [
        ({"headline": None}, {}, "no headline"),
        ({"body": ""}, {}, "no body"),
        ({"canonical_url": None, "id": None}, {}, "no canonical url"),
        ({"body": "Three words only"}, {"NEWSCRAWL_MIN_WORDS": 4}, "too short"),
        ({}, {"NEWSCRAWL_REQUIRED_FIELDS": "headline,date_published"}, "no date published"),
    ],
)
def test_an_article_without_what_is_required_is_dropped_and_left_alone(
    tmp_path: Path, values: dict[str, Any], settings: dict[str, Any], reason: str
) -> None:
    crawler: Any = FakeCrawler(tmp_path, **settings)
    pipeline = RequiredFieldsPipeline.from_crawler(crawler)
    with pytest.raises(DropItem, match=f"https://paper.example/story-1: {reason}"):
        asyncio.run(pipeline.process_item(article(1, **values)))
    assert crawler.counts() == {f"rejected/{reason}": 1}
    assert Run.of(crawler).store.refused(["paper.example/story-1"]) == {"paper.example/story-1": reason}


def test_the_article_that_an_empty_page_names_is_not_refused(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path)
    pipeline = RequiredFieldsPipeline.from_crawler(crawler)
    empty = article(1, url="https://paper.example/print/1", aliases=["https://paper.example/moved"], body=None)
    with pytest.raises(DropItem):
        asyncio.run(pipeline.process_item(empty))
    keys = ["paper.example/story-1", "paper.example/print/1", "paper.example/moved"]
    assert Run.of(crawler).store.refused(keys).keys() == set(keys[1:])


@pytest.mark.parametrize("item", [article(1), article(1, body="One"), {"headline": None}, object()])
def test_everything_else_passes_untouched(tmp_path: Path, item: Any) -> None:
    crawler: Any = FakeCrawler(tmp_path)
    pipeline = RequiredFieldsPipeline.from_crawler(crawler)
    assert asyncio.run(pipeline.process_item(item)) is item
    assert crawler.counts() == {}


def test_a_field_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_REQUIRED_FIELDS=["headline", "title"])
    with pytest.raises(ValueError, match="no such fields of Article: title"):
        RequiredFieldsPipeline.from_crawler(crawler)
