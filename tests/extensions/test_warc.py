"""A crawl keeps what it fetched; the spider ``archive`` makes the same articles of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from newscrawl.archives.records import read_records
from newscrawl.demo import Newspaper, serve
from newscrawl.demo.server import Served
from newscrawl.extensions.warc import WarcFiles
from newscrawl.runs import Run
from tests.crawls import ROOT, Crawl, crawl
from tests.spiders.test_archive import run

ON = ("-s", "NEWSCRAWL_WARC=1")
# What must differ: which run it was, when it read, and how it came to the page.
OF_THE_RUN = frozenset({"job", "discovered", "fetched_at"})


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(Newspaper(size=150), port=0, crawl_delay=0.0, slow_seconds=0.1) as served:
        yield served


@pytest.fixture(scope="module")
def crawled(served: Served, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Crawl]:
    data = tmp_path_factory.mktemp("crawled")
    return data, crawl("news", served, data, *ON)


def facts(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        record["canonical_url"]: {name: value for name, value in record.items() if name not in OF_THE_RUN}
        for record in records
    }


def test_an_archive_gives_the_same_articles(crawled: tuple[Path, Crawl], tmp_path: Path) -> None:
    data, before = crawled
    assert before.code == 0, before.told
    done = run(tmp_path, data / "warc")
    assert done.code == 0, done.told
    assert len(done.records) == len(before.records) >= 150
    assert facts(done.records) == facts(before.records)


def test_every_answer_is_there_as_it_came(crawled: tuple[Path, Crawl]) -> None:
    data, before = crawled
    (path,) = (data / "warc").iterdir()
    records = list(read_records(path))
    asked = [f"/{record.url.split('/', 3)[3]}" for record in records if record.kind == "request"]
    # One page of the newspaper is larger than the crawl takes.
    assert len(before.requests) - 1 <= len(asked) <= len(before.requests)
    assert set(asked) <= set(before.requests)
    assert {record.fault for record in records} == {None}
    assert {"article", "listing", "feed", "sitemap", "other"} <= {record.role for record in records}


def test_a_killed_crawl_leaves_what_the_next_one_finishes(served: Served, tmp_path: Path) -> None:
    arguments = ["-a", f"url={served.url}", "-s", f"NEWSCRAWL_DATA={tmp_path}", "-s", "AUTOTHROTTLE_ENABLED=0", *ON]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "news", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while sum(path.stat().st_size for path in tmp_path.glob("warc/*.part")) < 100_000:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    (part,) = tmp_path.glob("warc/*")
    assert part.name.endswith(".part")
    again = crawl("news", served, tmp_path, *ON)
    assert again.code == 0, again.told
    assert f"Finished {part.with_suffix('')}" in again.told
    assert len(list(tmp_path.glob("warc/*.warc.gz"))) == 2
    assert list(tmp_path.glob("warc/*.part")) == []
    # Articles whose answers died with the first run before they were written were asked for again.
    done = run(tmp_path / "other", tmp_path / "warc")
    assert facts(done.records).keys() >= facts(again.records).keys()


def test_a_folder_that_cannot_be_written_ends_the_archive_and_not_the_crawl(served: Served, tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("no folder")
    done = crawl("news", served, tmp_path, *ON, "-a", "max_pages=5", "-a", "via=sections")
    assert done.code == 1
    assert "what was fetched cannot be written to" in done.told
    assert "Traceback" not in done.told


def test_it_is_off_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        WarcFiles.from_crawler(get_crawler(settings_dict={"NEWSCRAWL_DATA": str(tmp_path)}))


def test_a_missing_library_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawl.archives.records.find_spec", {}.get)
    crawler = get_crawler(settings_dict={"NEWSCRAWL_DATA": str(tmp_path), "NEWSCRAWL_WARC": True})
    with pytest.raises(ValueError, match=r"pip install -r requirements-archive\.txt"):
        WarcFiles.from_crawler(crawler)
    assert Run.begun(crawler) is None
