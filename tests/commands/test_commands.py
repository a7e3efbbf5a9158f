"""``scrapy crawl`` and ``scrapy reindex`` as a person runs them: exit codes and words."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.store import open_store


def scrapy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "tests.commands.project", "NEWSCRAWL_DATA": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )


def test_a_run_that_did_its_work_exits_with_0(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "crawl", "paper", "-a", "count=3")
    assert (done.returncode, done.stdout) == (0, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("paper: 3 new, 0 known; written to ")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["paper", "-a", "count=0"], 1, "paper: the run failed: its start pages name no article"),
        (["picky"], 1, "picky: the run could not begin: since=yesterday: write a date as YYYY-MM-DD"),
        (
            ["paper", "-s", "NEWSCRAWL_STORE=mysql://x"],
            1,
            "the run could not begin: the store's address 'mysql://x' has no known kind",
        ),
        (["paper", "-s", "NEWSCRAWL_REQUIRED_FIELDS=title"], 1, "no such fields of Article: title"),
        (["nobody"], 2, "there is no spider called 'nobody'; there are: buggy, paper, picky"),
        ([], 2, "name one spider"),
    ],
)
def test_a_run_that_did_not_says_why_without_a_traceback(
    tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    done = scrapy(tmp_path, "crawl", *arguments)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_the_program_is_shown_in_full(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "crawl", "buggy")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "buggy: the run could not begin: RuntimeError: no such luck" in done.stderr


def test_reindexing_waits_for_no_run_and_finishes_leftovers(tmp_path: Path) -> None:
    scrapy(tmp_path, "crawl", "paper", "-a", "count=3")
    (path,) = tmp_path.glob("articles/*/*.jsonl")
    path.with_name("20260101T000000Z-dead.jsonl.part").write_bytes(b'{"id": "x", "canonical_url": "https://a.example/')
    with closing(open_store(f"sqlite:///{tmp_path}/newscrawl.db")) as store:
        store.begin_job("nightly")
        done = scrapy(tmp_path, "reindex")
        assert done.returncode == 1
        assert "reindex: a run is alive (nightly): start again when it has ended" in done.stderr
    done = scrapy(tmp_path, "reindex")
    assert done.returncode == 0
    assert "1 empty file removed" in done.stderr
    assert "the store knows 3 articles (before: 3), read from 3 lines of 1 file in" in done.stdout


def test_a_damaged_store_is_spoken_of(tmp_path: Path) -> None:
    (tmp_path / "newscrawl.db").write_bytes(b"this is no database " * 999)
    done = scrapy(tmp_path, "reindex")
    assert done.returncode == 1
    assert "move it away and run `scrapy reindex`" in done.stderr
