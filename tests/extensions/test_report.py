from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from newscrawl.extensions.report import RunReport, failure, summary
from newscrawl.runs import Run
from newscrawl.sites import Expectations, Site
from newscrawl.spiders.base import Publication
from tests.pipelines.fakes import FakeCrawler
from tests.pipelines.tiny import article


def stats(**values: Any) -> dict[str, Any]:
    """Return stats for names in which ``__`` stands for ``/`` and ``_`` in reasons for a space."""
    made = {}
    for name, value in values.items():
        group, _, reason = name.partition("__")
        made[f"newscrawl/{group}/{reason.replace('_', ' ')}" if reason else f"newscrawl/{group}"] = value
    return made


@pytest.mark.parametrize(
    ("made", "line"),
    [
        ({}, "nothing new: 0 known; no file written"),
        (stats(new=150, written_to=["data/a.jsonl"]), "150 new, 0 known; written to data/a.jsonl"),
        (stats(known=150), "nothing new: 150 known; no file written"),
        (stats(unchanged=35), "nothing new: 35 listings unchanged; no file written"),
        (
            stats(updated=1, known=2, unchanged=1, same=3, withdrawn=1, written_to=["a"]),
            "1 updated, 2 known, 1 listing unchanged, 3 looked at again, 1 withdrawn; written to a",
        ),
        (stats(new=1, updated=2, known=3, written_to=["a", "b"]), "1 new, 2 updated, 3 known; written to a, b"),
        (
            stats(new=1, written_to=[f"data/{site}/x.jsonl" for site in "abca"]),
            "1 new, 0 known; written to 4 files in data/a, data/b, data/c",
        ),
        (
            stats(new=150, rejected__bot_wall=1, rejected__too_short=2, written_to=["a"])
            | {"newscrawl/failed/not found (404)": 2},
            "150 new, 0 known; 3 rejected: 2 too short, 1 bot wall; 2 failed: 2 not found (404); written to a",
        ),
        (stats(new=1, duplicate__alias=1), "1 new, 0 known; 1 duplicate: 1 under another address; no file written"),
        (
            stats(new=5, near_duplicates=2, duplicate__near=1),
            "5 new, 2 of them marked as copies, 0 known; 1 duplicate: 1 with nearly the same text; no file written",
        ),
        (
            stats(new=1, duplicate__text=2, duplicate__url=3),
            "1 new, 0 known; 5 duplicates: 3 written before, 2 with the same text; no file written",
        ),
        (
            stats(known=1, refused_before=3, outside_window=4),
            "nothing new: 1 known, 3 skipped (rejected before), 4 outside the dates; no file written",
        ),
        (
            stats(**{f"failed__{letter}": 15 - n for n, letter in enumerate("abcdefghijklmn")}),
            "nothing new: 0 known; 119 failed: 15 a, 14 b, 13 c, 12 d, 11 e, 10 f, 9 g, 8 h, 7 i, 6 j, 5 k, 4 l, "
            "5 for other reasons; no file written",
        ),
    ],
)
def test_a_run_in_one_line(made: dict[str, Any], line: str) -> None:
    assert summary(made) == line


LISTED = stats(start_ok=1, listed=10, requested=10)


@pytest.mark.parametrize(
    ("made", "reason", "sentence"),
    [
        (LISTED | stats(new=10), "finished", None),
        (LISTED | stats(known=10, requested=0), "finished", None),
        (LISTED | stats(new=1, rejected__too_short=9), "finished", None),
        (LISTED | stats(duplicate__text=10), "finished", None),
        (LISTED | stats(outside_window=10, requested=0), "finished", None),
        (stats(start_ok=1, listed=10, refused_before=10), "finished", None),
        (stats(start_ok=1, requested=2, new=2), "finished", None),
        (LISTED | stats(new=3), "max_articles", None),
        (LISTED | stats(new=3), "closespider_pagecount", None),
        (LISTED | stats(new=3, start_failed=5), "finished", None),
        ({}, "finished", None),
        (LISTED | stats(new=9, error="the disk is full: make room"), "finished", "the disk is full: make room"),
        (LISTED | stats(new=9), "shutdown", "stopped from outside"),
        (LISTED | stats(new=9), "start_error", "an error in the spider"),
        (LISTED | stats(new=9), "memusage_exceeded", "more memory"),
        (stats(start_failed=3, failed__timeout=3), "finished", r"none of its start pages .* \(3 timeout\)"),
        (stats(start_failed=3, failed__timeout=1), "closespider_pagecount", "none of its start pages"),
        (stats(start_failed=3), "shutdown", "none of its start pages"),
        (stats(start_ok=2), "finished", "its start pages name no article"),
        (stats(start_ok=2, unchanged=2), "finished", None),
        (LISTED | stats(new=9, broken=["paper: 1", "paper: 2"]), "finished", "paper: 1; paper: 2"),
        (LISTED | stats(rejected__bot_wall=10), "finished", r"none of the 10 articles .* \(10 bot wall\)"),
        (LISTED | stats(failed__timeout=10), "finished", r"none of the 10 articles .* \(10 timeout\)"),
        (LISTED | {"spider_exceptions/count": 2}, "finished", "the spider failed on 2 pages"),
        (LISTED | {"spider_exceptions/count": 1}, "finished", "the spider failed on 1 page:"),
        (LISTED | stats(new=9) | {"spider_exceptions/count": 1}, "finished", None),
    ],
)
def test_a_run_that_found_nothing_or_was_stopped_has_failed(
    made: dict[str, Any], reason: str, sentence: str | None
) -> None:
    told = failure(made, reason)
    if sentence is None:
        assert told is None
    else:
        assert told is not None
        assert re.search(sentence, told)


@pytest.mark.parametrize(
    ("settings", "printed"),
    [
        ({"LOG_LEVEL": "WARNING"}, True),
        ({"LOG_ENABLED": False, "LOG_LEVEL": "DEBUG"}, True),
        ({"LOG_LEVEL": "INFO", "LOG_FILE": "crawl.log"}, True),
        ({"LOG_LEVEL": "INFO"}, False),
        ({"LOG_LEVEL": "DEBUG"}, False),
        ({"LOG_LEVEL": 30}, True),
        ({"LOG_LEVEL": 10}, False),
    ],
)
def test_the_summary_is_told_on_stderr_once(
    tmp_path: Any,
    settings: dict[str, Any],
    printed: bool,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    crawler: Any = FakeCrawler(tmp_path, **settings)
    spider: Any = SimpleNamespace(name="demo")
    crawler.stats.inc_value("newscrawl/start_ok")
    with caplog.at_level("INFO"):
        RunReport.from_crawler(crawler).spider_closed(spider, "finished")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == (2 if printed else 0)
    assert lines[:1] == (["demo: nothing new: 0 known; no file written"] if printed else [])
    assert "demo: the run failed: its start pages name no article" in caplog.text


def ended(
    folder: Path, expectations: Expectations, *, lines: int = 0, reason: str = "finished", **settings: Any
) -> Any:
    """End a run of one site that listed five links and wrote *lines* articles; return its crawler."""
    crawler: Any = FakeCrawler(folder, **settings)
    site = Site(name="paper", url="https://paper.example/", expectations=expectations)
    spider: Any = SimpleNamespace(name="paper", publications=[Publication.of(site)], whole=True)
    report = RunReport.from_crawler(crawler)
    run = Run.of(crawler)
    report.request_sent(Request("https://paper.example/robots.txt"))
    request = Request("https://paper.example/world", cb_kwargs={"publication": spider.publications[0]})
    report.request_sent(request)
    report.response_came(Response(request.url, body=b"12345"), request)
    crawler.stats.set_value("newscrawl/start_ok", 1)
    crawler.stats.set_value("newscrawl/listed", 5)
    run.ledger.note("paper", "section", "listed", 5)
    run.ledger.lose("paper", "feed", "rejected", "login page", "https://paper.example/login")
    for number in range(lines):
        run.ledger.write(article(number, byline="By Ada" if settings.get("bylines", True) else None))
    report.spider_closed(spider, reason)
    return crawler


def test_a_report_lies_in_a_file_also_of_a_run_that_wrote_nothing(tmp_path: Path) -> None:
    crawler = ended(tmp_path, Expectations())
    path = Path(crawler.stats.get_value("newscrawl/report"))
    assert path.parent == tmp_path / "reports"
    assert path.name == f"{Run.of(crawler).stem}.report.json"
    report = json.loads(path.read_text("utf-8"))
    assert (report["failure"], report["broken"], report["reason"]) == (None, [], "finished")
    paper = report["sites"]["paper"]
    assert (paper["requests"], paper["bytes"], paper["rejected"]) == (2, 5, {"login page": 1})
    (reject,) = Path(report["rejects"]).read_text("utf-8").splitlines()
    assert json.loads(reject) == {
        "url": "https://paper.example/login",
        "reason": "login page",
        "kind": "rejected",
        "site": "paper",
        "via": "feed",
    }


def test_no_files_where_none_are_wanted(tmp_path: Path) -> None:
    ended(tmp_path, Expectations(), NEWSCRAWL_REPORT=False)
    assert not (tmp_path / "reports").exists()


def test_a_broken_expectation_fails_the_run_with_a_sentence(tmp_path: Path) -> None:
    crawler = ended(tmp_path, Expectations(min_listed=6))
    told = failure(crawler.stats.get_stats(), "finished")
    assert told == "paper: 5 links listed, expected at least 6"
    assert json.loads(Path(crawler.stats.get_value("newscrawl/report")).read_text())["failure"] == told


def test_a_run_that_was_cut_short_need_not_find_everything(tmp_path: Path) -> None:
    crawler = ended(tmp_path, Expectations(min_listed=6), reason="max_articles")
    assert failure(crawler.stats.get_stats(), "max_articles") is None


def test_coverage_far_below_a_site_s_own_history_fails_the_run(tmp_path: Path) -> None:
    for _ in range(3):
        crawler = ended(tmp_path, Expectations(), lines=20)
        assert failure(crawler.stats.get_stats(), "finished") is None
    for _ in range(2):
        crawler = ended(tmp_path, Expectations(), lines=20, bylines=False)
        told = failure(crawler.stats.get_stats(), "finished")
        assert told == "paper: byline on 0 % of 20 articles, on 100 % before: its pages may have changed"
    assert Run.of(crawler).store.coverage("paper").articles == 60.0, "what is broken is no history"


def test_the_list_of_a_killed_run_gets_its_name_when_the_next_one_begins(tmp_path: Path) -> None:
    crawler: Any = FakeCrawler(tmp_path)
    run = Run.of(crawler)
    run.reports.mkdir(parents=True)
    name = "20260102T030405Z-killed.rejects.jsonl"
    (run.reports / f"{name}.part").write_text('{"url": 1}\n{"ur')

    async def begin_and_end() -> None:
        await run.start()
        await run.finish()

    asyncio.run(begin_and_end())
    run.store.close()
    assert {path.name: path.read_text() for path in run.reports.iterdir()} == {name: '{"url": 1}\n'}
