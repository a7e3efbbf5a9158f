"""Whole crawls by the ``news`` spider of newspapers that nobody has described to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.demo import GermanNewspaper, Newspaper, serve, truth
from newscrawl.demo.server import Served
from tests.crawls import Crawl, crawl, run_scrapy


@pytest.fixture(scope="module")
def english() -> Iterator[Served]:
    with serve(Newspaper(), port=0, crawl_delay=0.0, slow_seconds=0.2) as served:
        yield served


@pytest.fixture(scope="module")
def german() -> Iterator[Served[GermanNewspaper]]:
    with serve(GermanNewspaper(), port=0, crawl_delay=0.0, slow_seconds=0.2) as served:
        yield served


@pytest.fixture(scope="module")
def english_run(english: Served, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl("news", english, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def german_run(german: Served[GermanNewspaper], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl("news", german, tmp_path_factory.mktemp("data"))


def test_it_finds_what_the_described_spider_finds(english: Served, english_run: Crawl) -> None:
    assert english_run.code == 0, english_run.told
    expected = {record["canonical_url"] for record in truth(english.newspaper, english.url)}
    assert Counter(record["canonical_url"] for record in english_run.records) == Counter(expected)


@pytest.mark.parametrize(
    "field",
    ["headline", "description", "authors", "date_published", "date_modified", "publisher", "language", "keywords"],
)
def test_it_reads_the_head_as_the_described_spider_does(english: Served, english_run: Crawl, field: str) -> None:
    expected = {record["canonical_url"]: record[field] for record in truth(english.newspaper, english.url)}
    wrong = {r["url"]: (expected[r["canonical_url"]], r[field]) for r in english_run.records}
    assert {url: pair for url, pair in wrong.items() if pair[0] != pair[1]} == {}


def test_the_body_is_read_without_a_template(english: Served, english_run: Crawl) -> None:
    expected = {record["canonical_url"]: record["body"] for record in truth(english.newspaper, english.url)}
    right = sum(record["body"] == expected[record["canonical_url"]] for record in english_run.records)
    assert right >= 0.98 * len(expected)


def test_endless_listings_end(english_run: Crawl) -> None:
    assert len(english_run.requests) <= 1.33 * len(english_run.records)
    assert sum("/calendar" in path for path in english_run.requests) <= 2


def test_another_paper_of_another_make(german: Served[GermanNewspaper], german_run: Crawl) -> None:
    assert german_run.code == 0, german_run.told
    expected = {record["canonical_url"] for record in truth(german.newspaper, german.url)}
    found = Counter(record["canonical_url"] for record in german_run.records)
    assert max(found.values()) == 1
    assert len(expected & found.keys()) >= 0.98 * len(expected)
    assert len(found.keys() - expected) <= 0.01 * len(expected)


def test_its_traps_end(german_run: Crawl) -> None:
    assert len(german_run.requests) < 330
    assert sum("/veranstaltungen" in path or "/suche" in path for path in german_run.requests) <= 3


def test_several_sites_share_one_run(
    english: Served, german: Served[GermanNewspaper], english_run: Crawl, german_run: Crawl, tmp_path: Path
) -> None:
    run = crawl("news", english, tmp_path, "-a", f"url={english.url},{german.url}", "-a", "since=2026-06-01")
    assert run.code == 0, run.told
    expected = {
        record["canonical_url"]
        for record in (*english_run.records, *german_run.records)
        if (record["date_published"] or "") >= "2026-06-01"
    }
    found = {record["canonical_url"] for record in run.records}
    assert {record["site"] for record in run.records} == {f"127.0.0.1:{english.port}", f"127.0.0.1:{german.port}"}
    # Some are named by older articles only.
    assert found <= expected
    assert len(found) > 0.8 * len(expected)


def test_ways_can_be_chosen(english: Served, tmp_path: Path) -> None:
    run = crawl("news", english, tmp_path, "-a", "via=sitemaps", "-a", "max_pages=30")
    assert run.code == 0, run.told
    assert {record["discovered"]["via"] for record in run.records} <= {"sitemap", "news_sitemap"}
    # What is on its way when the limit is reached still comes in.
    assert len(run.requests) <= 30 + 32


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("url=", "which site?"),
        ("url=ftp://example.org/", "write the address of a site"),
        ("via=telepathy", "telepathy is no way"),
        ("urls_file=/no/such/file", "cannot be read"),
        ("max_pages=few", "write a whole number"),
    ],
)
def test_a_wrong_argument_is_explained(tmp_path: Path, argument: str, sentence: str) -> None:
    done = run_scrapy(tmp_path, "crawl", "news", "-a", "url=http://127.0.0.1:1/", "-a", argument)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
