"""Whole crawls of the miniature newspaper, over HTTP, in processes of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.demo import Newspaper, serve, truth
from newscrawl.demo.server import Served
from tests.crawls import Crawl, crawl


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(Newspaper(), port=0, crawl_delay=0.0, slow_seconds=0.5) as served:
        yield served


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def whole(served: Served, data: Path) -> Crawl:
    return crawl("demo", served, data)


@pytest.fixture(scope="module")
def again(served: Served, data: Path, whole: Crawl) -> Crawl:
    return crawl("demo", served, data)


def test_it_ends_well(whole: Crawl) -> None:
    assert whole.code == 0, whole.told
    assert [file.suffix for file in whole.files] == [".jsonl"]
    assert f"{len(whole.records)} new, " in whole.told.splitlines()[-1]


def test_it_logs_no_error(whole: Crawl) -> None:
    assert [line for line in whole.told.splitlines() if "ERROR" in line or "Traceback" in line] == []


def test_every_article_once_and_nothing_else(whole: Crawl, served: Served) -> None:
    expected = {record["canonical_url"] for record in truth(served.newspaper, served.url)}
    found = Counter(record["canonical_url"] for record in whole.records)
    assert set(found) == expected
    assert set(found.values()) == {1}


FIELDS = sorted({field for record in truth(Newspaper(), "http://127.0.0.1:1/") for field in record})


@pytest.mark.parametrize("field", FIELDS)
def test_the_records_are_the_truth(whole: Crawl, served: Served, field: str) -> None:
    expected = {record["canonical_url"]: record for record in truth(served.newspaper, served.url)}
    wrong = {
        record["canonical_url"]: (expected[record["canonical_url"]][field], record[field])
        for record in whole.records
        if field in expected[record["canonical_url"]] and record[field] != expected[record["canonical_url"]][field]
    }
    assert wrong == {}


def test_every_article_says_how_it_was_found(whole: Crawl) -> None:
    ways = Counter(record["discovered"]["via"] for record in whole.records)
    assert {"section", "recent_posts", "related", "feed", "sitemap"} <= set(ways)
    assert all(record["discovered"]["url"] for record in whole.records)


def test_an_article_costs_one_request(whole: Crawl) -> None:
    pages = sum(record["pages"] for record in whole.records)
    assert len(whole.requests) < 1.3 * pages


def test_the_forbidden_area_is_not_entered(whole: Crawl) -> None:
    assert [path for path in whole.requests if path.startswith(("/proof/", "/content/"))] == []


def test_the_traps_end(whole: Crawl) -> None:
    assert sum("/calendar" in path for path in whole.requests) <= 1
    assert not [path for path in whole.requests if "concat" in path]
    assert max(Counter(whole.requests).values()) <= 3


@pytest.mark.parametrize(
    "reason",
    [
        "bot wall",
        "consent page",
        "login page",
        "not found page",
        "redirect loop",
        "forbidden by robots.txt",
        "too large",
        "not found (404)",
        "gone (410)",
        "status 500",
        "empty page",
    ],
)
def test_nothing_disappears_silently(whole: Crawl, reason: str) -> None:
    assert re.search(rf"\d {re.escape(reason)}", whole.told)


def test_a_second_run_adds_nothing(again: Crawl, whole: Crawl) -> None:
    assert again.code == 0, again.told
    assert "nothing new: " in again.told
    assert again.files == whole.files
    assert again.records == whole.records


def test_a_second_run_downloads_no_article(again: Crawl, whole: Crawl) -> None:
    written = {record["url"] for record in whole.records}
    assert [path for path in again.articles if any(url.endswith(path) for url in written)] == []


def test_sections_keep_to_themselves(served: Served, tmp_path: Path) -> None:
    run = crawl("demo", served, tmp_path, "-a", "sections=/USA/Politics")
    assert run.code == 0, run.told
    assert len(run.records) > 5
    assert all("/USA/Politics/" in record["url"] for record in run.records)
    expected = {
        r["canonical_url"] for r in truth(served.newspaper, served.url) if "/USA/Politics/" in r["canonical_url"]
    }
    listed = {story.path for section in served.newspaper.sections for story in served.newspaper.in_section(section)}
    expected = {url for url in expected if "/" + url.split("/", 3)[3] in listed}
    assert expected <= {record["canonical_url"] for record in run.records}


def test_a_window_is_decided_before_the_download(served: Served, tmp_path: Path) -> None:
    run = crawl("demo", served, tmp_path, "-a", "since=2012-01-01", "-a", "until=2014-06-30")
    assert run.code == 0, run.told
    inside = {
        record["canonical_url"]
        for record in truth(served.newspaper, served.url)
        if "2012-01-01" <= record["date_published"][:10] <= "2014-06-30"
    }
    # What only a box inside an article names is found when that article lies in the window too.
    boxed = {served.url.rstrip("/") + s.path for s in served.newspaper.stories if s.ways <= {"recent", "related"}}
    found = {record["canonical_url"] for record in run.records}
    assert inside - boxed <= found <= inside
    days = [match[1] + match[2] for path in run.articles if (match := re.search(r"/(\d{4})/(\d{4})/", path))]
    assert min(days) >= "20120101"
    assert max(days) <= "20140630"


def test_a_limit_is_kept_and_the_next_run_goes_on(served: Served, tmp_path: Path) -> None:
    first = crawl("demo", served, tmp_path, "-a", "max_articles=7")
    assert (first.code, len(first.records)) == (0, 7), first.told
    second = crawl("demo", served, tmp_path, "-a", "max_articles=4")
    assert (second.code, len(second.records)) == (0, 11), second.told
    assert len({record["id"] for record in second.records}) == 11


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("since=8.3.2012", "write a date as YYYY-MM-DD"),
        ("since=2012-13-01", "write a date as YYYY-MM-DD"),
        ("max_articles=many", "write a whole number"),
    ],
)
def test_a_wrong_argument_is_explained(served: Served, tmp_path: Path, argument: str, sentence: str) -> None:
    run = crawl("demo", served, tmp_path, "-a", argument)
    assert run.code != 0
    assert sentence in run.told
    assert "Traceback" not in run.told


def test_a_site_that_cannot_be_reached_fails(tmp_path: Path) -> None:
    closed = Served.__new__(Served)
    closed.url, closed.log = "http://127.0.0.1:1/", []
    run = crawl("demo", closed, tmp_path, "-s", "RETRY_ENABLED=0")
    assert run.code == 1
    assert "none of its start pages could be fetched" in run.told
    assert run.files == []
