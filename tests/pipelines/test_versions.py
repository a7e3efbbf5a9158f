"""A known article that was looked at again: a new version where it has changed, nothing where it has not."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from newscrawl.items import Article, Image
from newscrawl.pipelines.required import RequiredFieldsPipeline
from newscrawl.runs import Fetched, Run
from newscrawl.segments import finished
from newscrawl.store import Look
from newscrawl.urls import article_id
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.test_duplicates import crawl, run
from tests.pipelines.tiny import article as story

FIRST: dict[str, Any] = {"headline": "Rain", "body": "It rained.", "content_hash": "a" * 64, "authors": ["Ada Example"]}


def article(**values: Any) -> Article:
    return story(1, **{**FIRST, **values})


def look_again(folder: Path, item: Article, **fetched: Any) -> tuple[list[str], dict[str, Any]]:
    crawler: Any = FakeCrawler(folder)
    began = Run.of(crawler)
    known = began.store.article(article().id or "")
    assert known is not None
    look = Look(id=known.id, url=known.canonical_url, looked=0.0)
    assert item.id is not None
    began.fetched[item.id] = Fetched(again=look, **fetched)
    return asyncio.run(crawl(crawler, [item])), crawler.counts()


def lines(folder: Path) -> list[dict[str, Any]]:
    content = b"".join(path.read_bytes() for path in finished(folder / "articles"))
    return sorted((json.loads(line) for line in content.splitlines()), key=lambda line: int(line["version"]))


@pytest.mark.parametrize(
    "changed",
    [
        {"headline": "Rain at last"},
        {"body": "It rained hard.", "content_hash": "b" * 64},
        {"description": "At last."},
        {"authors": ["Ada Example", "Ben Example"]},
        {"corrections": ["It rained on Tuesday."]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_change_of_what_is_said_is_a_new_version(tmp_path: Path, changed: dict[str, Any]) -> None:
    run(tmp_path, article())
    done, counts = look_again(tmp_path, article(**changed))
    assert (done, counts) == (["kept"], {"updated": 1, "written_to": counts["written_to"]})
    first, second = lines(tmp_path)
    assert (first["version"], first["previous_hash"], first["changed"]) == (1, None, [])
    assert (second["id"], second["version"], second["previous_hash"]) == (first["id"], 2, first["content_hash"])
    assert second["changed"] == [next(iter(changed))]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"headline": "“Rain”"},
        {"date_modified": "2026-01-03T00:00:00+00:00"},
        {"keywords": ["weather"]},
        {"comment_count": 5},
        {"images": [Image(url="https://paper.example/a.jpg?w=600")]},
    ],
    ids=str,
)
def test_a_change_of_its_dress_is_none(tmp_path: Path, changed: dict[str, Any]) -> None:
    run(tmp_path, article(headline="Rain" if "headline" not in changed else '"Rain"'))
    done, counts = look_again(tmp_path, article(**changed), etag='"x"')
    assert (done, counts) == (["unchanged"], {"same": 1})
    assert len(lines(tmp_path)) == 1


def test_what_changed_besides_is_named_with_what_counts(tmp_path: Path) -> None:
    run(tmp_path, article())
    look_again(tmp_path, article(body="It rained hard.", date_modified="2026-01-03", content_hash="b" * 64))
    assert lines(tmp_path)[1]["changed"] == ["date_modified", "body"]


def test_versions_go_on_also_back_to_what_was(tmp_path: Path) -> None:
    run(tmp_path, article())
    for body, content_hash in (("It rained hard.", "b"), ("It rained.", "a")):
        done, _ = look_again(tmp_path, article(body=body, content_hash=content_hash * 64))
        assert done == ["kept"]
    assert [(line["version"], line["previous_hash"] and line["previous_hash"][0]) for line in lines(tmp_path)] == [
        (1, None),
        (2, "a"),
        (3, "b"),
    ]


def test_an_article_that_moved_keeps_its_id(tmp_path: Path) -> None:
    run(tmp_path, article())
    url = "https://paper.example/moved"
    moved = article(id=article_id(url), canonical_url=url, body="It rained hard.", content_hash="b" * 64)
    done, _ = look_again(tmp_path, moved)
    assert done == ["kept"]
    assert [line["id"] for line in lines(tmp_path)] == [article().id] * 2


def test_an_article_that_became_part_of_another_is_no_version(tmp_path: Path) -> None:
    run(tmp_path, article(), story(2))
    merged = story(2, url=article().url, body="Both.", content_hash="c" * 64)
    done, counts = look_again(tmp_path, merged)
    assert done == ["written before"]
    assert counts["duplicate/url"] == 1
    assert [line["version"] for line in lines(tmp_path)] == [1, 1]


def test_a_change_that_another_run_writes_is_left_to_it(tmp_path: Path) -> None:
    run(tmp_path, article())
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_JOB="other")
    other = Run.of(crawler)
    other.store.begin_job("other")
    other.store.claim(["paper.example/story-1"], "other")
    done, _ = look_again(tmp_path, article(body="It rained hard.", content_hash="b" * 64))
    assert done == ["another run is writing its new version"]
    assert other.store.pending("paper") == []
    other.store.close()


def test_a_page_that_lost_its_text_does_not_have_the_article_refused(tmp_path: Path) -> None:
    run(tmp_path, article())
    crawler: Any = FakeCrawler(tmp_path)
    began = Run.of(crawler)
    item = article(body=None)
    assert item.id is not None
    began.fetched[item.id] = Fetched(again=Look(id=item.id, url=item.url or "", looked=0.0))
    with pytest.raises(DropItem, match="no body"):
        asyncio.run(RequiredFieldsPipeline.from_crawler(crawler).process_item(item))
    assert began.store.refused(["paper.example/story-1"]) == {}


def test_the_next_look_is_conditional(tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_RECHECK="1h")
    began = Run.of(crawler)
    item = article(date_published=now, fetched_at=now)
    assert item.id is not None
    began.fetched[item.id] = Fetched('"x"', "Fri, 02 Jan 2026 00:00:00 GMT")
    asyncio.run(crawl(crawler, [item]))
    look = Run.of(_again(tmp_path)).store.looks(["paper.example/story-1"])["paper.example/story-1"]
    assert (look.etag, look.last_modified) == ('"x"', "Fri, 02 Jan 2026 00:00:00 GMT")


def _again(folder: Path) -> Any:
    return FakeCrawler(folder)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"NEWSCRAWL_RECHECK": "soon"}, "NEWSCRAWL_RECHECK=soon: 'soon' is no age"),
        ({"NEWSCRAWL_NOW": "2026-01-01"}, "NEWSCRAWL_NOW=2026-01-01: write an ISO 8601 time with its offset"),
        ({"NEWSCRAWL_SEGMENT_COMPRESSION": "rar"}, "NEWSCRAWL_SEGMENT_COMPRESSION=rar"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_explained(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    crawler: Any = FakeCrawler(tmp_path, **settings)
    with pytest.raises(ValueError, match=sentence):
        Run.of(crawler)


def test_a_run_believes_the_time_it_is_given(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_NOW="2031-05-06T07:08:09+00:00")
    began = Run.of(crawler)
    assert began.stem.startswith("20310506T070809Z-")
    assert began.store.now().year == 2031
