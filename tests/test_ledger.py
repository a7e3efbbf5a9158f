"""A run's books: what is counted, listed and judged."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from newscrawl.items import Discovery
from newscrawl.ledger import (
    Ledger,
    Rejects,
    SiteLedger,
    broken_expectations,
    fallen_coverage,
    finish_rejects,
    learn_coverage,
)
from newscrawl.sites import Expectations
from newscrawl.store import Coverage
from tests.pipelines.tiny import article

HOUR = 3600.0


def test_each_fate_is_counted_by_site_and_way() -> None:
    ledger = Ledger()
    ledger.note("paper", "section", "listed", 3)
    ledger.note("paper", "feed", "listed")
    ledger.note("paper", "feed", "known", 0)
    ledger.lose("paper", "feed", "failed", "timeout", "https://paper.example/1")
    ledger.lose("paper", "section", "withdrawn", "gone (410)", "https://paper.example/2")
    ledger.traffic("paper", 1.0, requests=1)
    ledger.traffic("paper", 3.5, size=9)
    report = ledger.report()["paper"]
    assert report["listed"] == 4
    assert report["ways"]["section"]["listed"] == 3
    assert report["ways"]["feed"]["failed"] == {"timeout": 1}
    assert report["failed"] == {"timeout": {"count": 1, "examples": ["https://paper.example/1"]}}
    assert (report["withdrawn"], report["withdrawn_pages"]) == (1, ["https://paper.example/2"])
    assert (report["requests"], report["bytes"], report["seconds"]) == (1, 9, 2.5)
    json.dumps(report)


def test_lines_are_counted_with_what_they_hold() -> None:
    ledger = Ledger()
    ledger.write(
        article(1, byline="By Ada", paywalled=False, date_published="2026-01-02", discovered=Discovery("feed"))
    )
    ledger.write(article(1, version=2, changed=["body"], duplicate_of="0" * 20))
    report = ledger.report()["paper"]
    assert (report["new"], report["updated"], report["copies"]) == (1, 1, 1)
    assert report["ways"]["feed"]["new"] == 1
    assert (report["coverage"]["byline"], report["coverage"]["body"], report["coverage"]["paywalled"]) == (50, 100, 50)
    assert report["newest"].startswith("2026-01-02")


def test_rejected_pages_are_listed_in_a_file_that_is_whole_when_it_has_its_name(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "stem.rejects.jsonl"
    rejects = Rejects(path)
    assert rejects.finish() is None
    for number in range(1500):
        rejects.add({"url": f"https://paper.example/{number}"})
    assert not path.exists()
    assert rejects.finish() == path
    assert [json.loads(line)["url"].rpartition("/")[2] for line in path.read_text("utf-8").splitlines()] == [
        str(number) for number in range(1500)
    ]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_list_of_a_killed_run_is_finished_by_the_next(tmp_path: Path) -> None:
    lists = {name: tmp_path / f"20260102T030405Z-{name}.rejects.jsonl.part" for name in ("dead-1", "alive", "torn")}
    for name, lines in (("dead-1", '{"url": 1}\n{"url": 2}\n{"ur'), ("alive", '{"url": 3}\n'), ("torn", '{"ur')):
        lists[name].write_text(lines)
    for _ in range(2):
        finish_rejects(tmp_path, {"alive"})
        assert {path.name.partition("-")[2]: path.read_text() for path in tmp_path.iterdir()} == {
            "dead-1.rejects.jsonl": '{"url": 1}\n{"url": 2}\n',
            "alive.rejects.jsonl.part": '{"url": 3}\n',
        }
    finish_rejects(tmp_path / "nowhere", ())


def test_a_list_that_cannot_be_written_costs_no_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "reports").write_text("")
    rejects = Rejects(tmp_path / "reports" / "stem.rejects.jsonl")
    rejects.add({"url": "https://paper.example/1"})
    assert rejects.finish() is None
    assert "cannot be written" in caplog.text


def entry(lines: int = 20, listed: int = 9, **filled: int) -> SiteLedger:
    made = SiteLedger(lines=lines, filled=Counter(filled))
    made.ways["section"]["listed"] = listed
    return made


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        (Expectations(), None),
        (Expectations(min_listed=9), None),
        (Expectations(min_listed=10), "paper: 9 links listed, expected at least 10"),
        (Expectations(coverage={"byline": 75}), None),
        (Expectations(coverage={"byline": 76}), "paper: byline on 75 % of 20 articles, expected 76 %"),
        (Expectations(newest_hours=5), None),
        (Expectations(newest_hours=4), "paper: its newest article is 5 hours old, expected at most 4"),
    ],
)
def test_a_broken_expectation_is_a_sentence(expected: Expectations, sentence: str | None) -> None:
    told = broken_expectations("paper", entry(byline=15), expected, HOUR, 6 * HOUR)
    assert told == ([sentence] if sentence else [])


def test_links_on_pages_that_have_not_changed_count_as_listed() -> None:
    made = entry(listed=1)
    made.listed_before = 9
    assert broken_expectations("paper", made, Expectations(min_listed=10), None, 0.0) == []


def test_few_articles_say_nothing_about_coverage() -> None:
    few = entry(lines=9)
    assert broken_expectations("paper", few, Expectations(coverage={"byline": 100}), None, 0.0) == []
    assert fallen_coverage("paper", few, Coverage(articles=100, filled={"byline": 100})) == []
    assert fallen_coverage("paper", entry(), Coverage(articles=49, filled={"byline": 49})) == []
    assert fallen_coverage("paper", entry(), Coverage(articles=50, filled={"byline": 50})) != []


@pytest.mark.parametrize(("before", "found", "fell"), [(90, 13, False), (90, 11, True), (50, 4, False), (29, 0, False)])
def test_a_field_must_fall_far_to_be_missed(before: float, found: int, fell: bool) -> None:
    history = Coverage(articles=100, filled={"byline": before})
    assert bool(fallen_coverage("paper", entry(byline=found), history)) == fell


def test_history_fades() -> None:
    history = learn_coverage(Coverage(articles=500.0, filled={"byline": 500.0}, newest=5.0), entry(lines=500))
    assert (history.articles, history.filled["byline"], history.newest) == (500.0, 250.0, 5.0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"min_listed": -1}, "min_listed is a number"),
        ({"coverage": {"title": 5}}, "no such field"),
        ({"coverage": {"byline": 101}}, "a percentage from 0 to 100"),
        ({"newest_hours": 0}, "a number of hours"),
    ],
)
def test_an_expectation_that_means_nothing_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Expectations(**values)  # type: ignore[arg-type]
