from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem, NotConfigured

from newscrawl.items import Article
from newscrawl.pipelines.duplicates import DuplicatesPipeline
from newscrawl.pipelines.jsonlines import JsonLinesPipeline
from newscrawl.pipelines.neardups import NearDuplicatesPipeline
from newscrawl.runs import Run
from newscrawl.segments import finished, records
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.tiny import article
from tests.test_neardups import WIRE, prose

HALF = " ".join(WIRE.split()[:300])


def elsewhere(number: int, body: str, **values: Any) -> Article:
    url = f"https://other.example/{number}"
    return article(number + 1000, canonical_url=url, url=url, site="other", body=body, **values)


async def crawl(crawler: Any, items: list[Any], *, at_once: bool) -> list[Any]:
    """Put *items* through the pipelines of one run; return them, or the reason of the drop."""
    duplicates, near = DuplicatesPipeline.from_crawler(crawler), NearDuplicatesPipeline.from_crawler(crawler)
    lines = JsonLinesPipeline.from_crawler(crawler)

    async def process(item: Any) -> Any:
        try:
            return await lines.process_item(await near.process_item(await duplicates.process_item(item)))
        except DropItem as error:
            return str(error).partition(": ")[2]

    await near.open_spider()
    tasks = map(process, items)
    done = list(await asyncio.gather(*tasks)) if at_once else [await task for task in tasks]
    await lines.close_spider()
    await Run.of(crawler)._close()
    return done


def run(folder: Path, *items: Any, at_once: bool = False, **settings: Any) -> tuple[list[Any], dict[str, Any]]:
    crawler: Any = FakeCrawler(folder, **settings)
    return asyncio.run(crawl(crawler, list(items), at_once=at_once)), crawler.counts()


def marks(items: list[Any]) -> list[tuple[str | None, float | None]]:
    return [(item.duplicate_of, item.similarity) for item in items]


def test_a_copy_in_the_same_run_is_marked(tmp_path: Path) -> None:
    first = article(1, body=WIRE)
    done, counts = run(tmp_path, first, article(2, body=prose("b", 300)), elsewhere(3, HALF))
    assert marks(done) == [(None, None), (None, None), (first.id, 1.0)]
    assert (counts["near_duplicates"], counts["new"]) == (1, 3)
    lines = [line for path in finished(tmp_path / "articles") for line in path.read_text().splitlines()]
    assert [json.loads(line)["duplicate_of"] for line in lines if "other.example" in line] == [first.id]


def test_of_two_copies_at_once_the_later_is_marked(tmp_path: Path) -> None:
    first, copy = article(1, body=WIRE), elsewhere(3, HALF)
    done, counts = run(tmp_path, first, article(2, body=prose("b", 300)), copy, at_once=True)
    # Which of the two comes first to the pipeline is the threads' affair.
    assert [item.duplicate_of for item in done] in ([None, None, first.id], [copy.id, None, None])
    assert (counts["near_duplicates"], counts["new"]) == (1, 3)


def test_a_copy_in_a_later_run_is_marked(tmp_path: Path) -> None:
    first = article(1, body=WIRE)
    run(tmp_path, first)
    done, counts = run(tmp_path, elsewhere(2, f"{prose('lead', 50)} {HALF}"))
    ((original, similarity),) = marks(done)
    assert original == first.id
    assert similarity is not None
    assert 0.7 < similarity < 0.95
    assert counts["near_duplicates"] == 1


def test_a_copy_is_found_after_more_articles_than_wait_for_the_disk(tmp_path: Path) -> None:
    others = [article(n, body=prose(n, 60)) for n in range(2, 700)]
    first = article(1, body=WIRE)
    done, _ = run(tmp_path, first, *others, elsewhere(1, HALF), NEWSCRAWL_FLUSH_ITEMS=25)
    assert {mark for mark, _ in marks(done[:-1])} == {None}
    assert done[-1].duplicate_of == first.id


def test_without_files_of_our_own_copies_are_found_within_the_run(tmp_path: Path) -> None:
    others = [article(n, body=prose(n, 60)) for n in range(2, 400)]
    first = article(1, body=WIRE)
    done, _ = run(tmp_path, first, *others, elsewhere(1, HALF), NEWSCRAWL_OUTPUT="")
    assert done[-1].duplicate_of == first.id


def test_dropped_copies_cost_nothing_after_it(tmp_path: Path) -> None:
    first = article(1, body=WIRE)
    done, counts = run(tmp_path, first, elsewhere(2, HALF), NEWSCRAWL_NEAR_DUPLICATES="drop")
    assert done[1] == f"nearly the text of the article {first.id}"
    assert (counts["duplicate/near"], counts["new"]) == (1, 1)
    store = Run.of(FakeCrawler(tmp_path)).store  # type: ignore[arg-type]
    known = store.article("other.example/2")
    assert known is not None
    assert known.id == first.id


def test_a_copy_with_more_text_is_kept_where_copies_are_dropped(tmp_path: Path) -> None:
    first = article(1, body=HALF)
    run(tmp_path, first)
    done, counts = run(tmp_path, elsewhere(2, f"{WIRE} {prose('more', 300)}"), NEWSCRAWL_NEAR_DUPLICATES="drop")
    assert done[0].duplicate_of == first.id
    assert counts["new"] == 1


def test_a_new_version_is_no_copy_of_itself_nor_of_its_copies(tmp_path: Path) -> None:
    first = article(1, body=WIRE)
    run(tmp_path, first, elsewhere(2, f"{WIRE} {prose('added', 200)}"))
    crawler: Any = FakeCrawler(tmp_path)

    async def look_again() -> Any:
        pipeline = NearDuplicatesPipeline.from_crawler(crawler)
        await pipeline.open_spider()
        item = await pipeline.process_item(elsewhere(3, f"{WIRE} {prose('third', 200)}"))
        again = await pipeline.process_item(article(1, body=f"{WIRE} {prose('changed', 30)}", version=2))
        await Run.of(crawler)._close()
        return [item, again]

    assert [mark for mark, _ in marks(asyncio.run(look_again()))] == [first.id, None]


def test_a_mark_that_came_with_an_item_is_not_believed(tmp_path: Path) -> None:
    done, _ = run(tmp_path, article(1, body=WIRE, duplicate_of="x", similarity=1.0), article(2, body="Rain."))
    assert marks(done) == [(None, None), (None, None)]


def test_other_items_and_articles_without_address_pass(tmp_path: Path) -> None:
    items = [{"body": WIRE}, Article(body=WIRE), Article(body=WIRE)]
    done, counts = run(tmp_path, *items)
    assert done == items
    assert "near_duplicates" not in counts


def test_what_is_written_is_signed_for_a_rebuild_as_for_the_run(tmp_path: Path) -> None:
    run(tmp_path, article(1, body=WIRE), article(2, body="Rain."))
    root = tmp_path / "articles"
    again = [record for path in finished(root) for record in records(root, path)]
    store = Run.of(FakeCrawler(tmp_path)).store  # type: ignore[arg-type]
    before = store.alike(range(0)), [one.signature is not None for one in again]
    assert before == ([], [True, False])
    store.rebuild(again)
    done, _ = run(tmp_path, elsewhere(2, HALF))
    assert done[0].duplicate_of == article(1).id


def test_off_signs_nothing(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path, NEWSCRAWL_NEAR_DUPLICATES="off")
    with pytest.raises(NotConfigured):
        NearDuplicatesPipeline.from_crawler(crawler)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"NEWSCRAWL_NEAR_DUPLICATES": "merge"}, "'merge': it can be mark, drop, off"),
        ({"NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD": "0"}, "above 0 and at most 1"),
        ({"NEWSCRAWL_NEAR_DUPLICATE_THRESHOLD": "60"}, "above 0 and at most 1"),
    ],
)
def test_a_setting_without_sense_is_refused(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    crawler: Any = FakeCrawler(tmp_path, **settings)
    with pytest.raises(ValueError, match=sentence):
        NearDuplicatesPipeline.from_crawler(crawler)
