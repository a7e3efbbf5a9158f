"""The simulated week must see what it is there to see, and a short one must add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import week
from benchmarks.week import COMPARED, History, add_up

ONE: dict[str, Any] = {
    "id": "x", "url": "https://paper.example/x", **dict.fromkeys(COMPARED, "old"), "version": 1, "previous_hash": None,
    "changed": [], "content_hash": "a",
}  # fmt: skip
TWO = {**ONE, **dict.fromkeys(COMPARED, "new"), "version": 2, "previous_hash": "a", "changed": ["body"]}


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([ONE, TWO], (0, 0, 0, 0)),
        ([ONE], (1, 0, 0, 0)),
        ([], (2, 0, 0, 0)),
        ([ONE, TWO, TWO], (0, 1, 0, 0)),
        ([ONE, TWO, {**TWO, "version": 3}], (0, 1, 0, 0)),
        ([TWO, ONE], (0, 0, 1, 2)),
        ([ONE, {**TWO, "body": "old"}], (0, 0, 0, 1)),
        ([ONE, {**TWO, "previous_hash": "b"}], (0, 0, 0, 1)),
        ([ONE, {**TWO, "changed": []}], (0, 0, 0, 1)),
    ],
)
def test_what_is_lost_twice_disordered_or_wrong_is_seen(
    tmp_path: Path, lines: list[dict[str, Any]], seen: tuple[int, int, int, int]
) -> None:
    folder = tmp_path / "articles" / "paper"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    done = add_up(tmp_path, History({"x": [ONE, TWO]}))
    assert (done.lost, done.twice, done.disordered, len(done.wrong)) == seen
    assert done.good == (seen == (0, 0, 0, 0))


def test_a_line_of_no_story_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "paper"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text(f"{json.dumps(ONE)}\n")
    assert add_up(tmp_path, History()).notes == ["https://paper.example/x is no story of the newspaper"]


def test_a_short_week_adds_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["week", "--runs", "4", "--size", "150", "--seed", "1"])
    assert week.main() == 0, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "lost 0, twice 0, out of order 0, wrong 0" in told
    assert " updated" in told
    assert "listings unchanged" in told
