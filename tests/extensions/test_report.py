from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl.extensions.report import RunReport, failure, summary
from tests.pipelines.fakes import FakeCrawler


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
