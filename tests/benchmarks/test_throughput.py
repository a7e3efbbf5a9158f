"""The comparison runs what it names, measures it with its children, and judges it by the newspaper's truth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks._grown import Grown, served
from benchmarks.throughput import (
    FLOOR,
    HEADER,
    Contestant,
    Measured,
    contestants,
    judge,
    launch,
    main,
    rows_of,
    run,
)

TRUTH = {
    "u": {"headline": "A “quay”", "date_published": "2026-03-01T10:00:00-05:00", "body": "one two three four five"}
}


def line(**changes: Any) -> dict[str, Any]:
    found = {"canonical_url": "u", "headline": 'A "quay"', "date_published": "2026-03-01", "body": TRUTH["u"]["body"]}
    return found | changes


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        (line(), (1, 1, 1, 1, 1)),
        (line(headline="Another"), (1, 0, 1, 1, 0)),
        (line(date_published=None), (1, 1, 0, 1, 0)),
        (line(body=None), (1, 1, 1, 0, 0)),
        (line(canonical_url="elsewhere"), (0, 0, 0, 0, 0)),
    ],
)
def test_what_is_right(found: dict[str, Any], counts: tuple[int, ...]) -> None:
    assert judge(iter([found, found]), TRUTH) == counts


def test_a_process_is_measured_with_its_children(tmp_path: Path) -> None:
    burn = "import time; t = time.process_time()\nwhile time.process_time() < t + 0.3: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); sys.exit(3)"
    usage = launch([sys.executable, "-c", code], tmp_path)
    assert usage.code == 3
    assert usage.cpu >= 0.3
    assert usage.peak > 1024 * 1024


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    usage = launch([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, most_seconds=0.2)
    assert usage.code == -9
    assert usage.seconds < 30


def test_a_failure_is_told_with_its_last_words() -> None:
    measured = Measured(0, 0, 0, 0, 0, 0, 1.0, 1.0, 1.0, "ended with 1: no such module")
    assert rows_of({"x": [measured]}) == [["x", "ended with 1: no such module"]]


def test_ratios_are_those_of_medians_to_the_floor() -> None:
    def of(cpu: float) -> Measured:
        return Measured(10, 10, 10, 10, 10, 12, 2.0, cpu, 50.0)

    rows = rows_of({FLOOR: [of(0.05), of(0.05), of(9.0)], "ours": [of(0.1), of(0.1), of(0.1)]})
    cells = dict(zip(HEADER, rows[1], strict=True))
    assert (cells["CPU ms/article"], cells["× floor"], cells["pages/s"]) == ("10.0", "2.00", "6")


def test_peers_that_are_not_there_are_named() -> None:
    found, missing = contestants([])
    assert [one.name for one in found] == [FLOOR, "newscrawl, described", "newscrawl, any site", "CrawlSpider"]
    assert len(missing) == 5


def test_newscrawl_and_the_floor_find_the_same() -> None:
    floor, described, *_ = contestants([])[0]
    with served(20) as (url,):
        truth = {record["canonical_url"]: record for record in Grown.at(url.rstrip("/"), 20).truth()}
        least, ours = run(floor, url, truth), run(described, url, truth)
    assert (least.failure, ours.failure) == ("", "")
    assert least.articles == ours.articles == ours.right == 20
    assert 20 < ours.pages <= least.pages + 2


def test_a_contestant_that_fails() -> None:
    broken = Contestant("broken", lambda url, folder: [sys.executable, "-c", "raise SystemExit('it broke')"])
    with served(6) as (url,):
        measured = run(broken, url, {})
    assert measured.failure == "ended with 1: it broke"


def test_a_table_of_nothing_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--articles", "6", "--rounds", "1", "--only", "nobody"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[0] == "contestant"
