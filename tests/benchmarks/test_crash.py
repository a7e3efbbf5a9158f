"""The crash benchmark must see what it is there to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crash import Tally, table


@pytest.mark.parametrize(
    ("files", "seen"),
    [
        ({"a.jsonl": '{"id":"x"}\n{"id":"y"}\n'}, (2, 0, 0, 0)),
        ({"a.jsonl": '{"id":"x"}\n', "b.jsonl": '{"id":"y"}\n'}, (2, 0, 0, 0)),
        ({"a.jsonl": '{"id":"x"}\n'}, (1, 1, 0, 0)),
        ({}, (0, 2, 0, 0)),
        ({"a.jsonl": '{"id":"x"}\n', "b.jsonl": '{"id":"y"}\n{"id":"x"}\n'}, (3, 0, 1, 0)),
        ({"a.jsonl": '{"id":"x"}\n{"id":"y"}'}, (2, 0, 0, 1)),
        ({"a.jsonl": '{"id":"x"}\n{"id":"y'}, (1, 1, 0, 2)),
        ({"a.jsonl": '{"id":"x"}\nnull\n'}, (1, 1, 0, 1)),
        ({"a.jsonl": '{"id":"x"}\n{"id":"y"}\n', "b.jsonl.part": ""}, (2, 0, 0, 1)),
    ],
)
def test_what_is_lost_twice_or_torn_is_seen(
    tmp_path: Path, files: dict[str, str], seen: tuple[int, int, int, int]
) -> None:
    (tmp_path / "paper").mkdir()
    for name, content in files.items():
        (tmp_path / "paper" / name).write_text(content)
    tally = Tally("killed", runs=1)
    tally.read(tmp_path, {"x": "", "y": ""})
    assert (tally.written, tally.lost, tally.twice, tally.torn) == seen
    assert tally.good == (seen == (2, 0, 0, 0))


def test_lines_of_other_articles_and_a_benchmark_without_runs_are_no_success(tmp_path: Path) -> None:
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "a.jsonl").write_text('{"id":"x"}\n{"id":"z"}\n')
    tally = Tally("killed", runs=1)
    tally.read(tmp_path, {"x": ""})
    assert not tally.good
    assert "1 lines that are no article" in table([tally])
    assert not Tally("killed").good


@pytest.mark.parametrize(
    ("versions", "lost", "twice"),
    [([1], 1, 0), ([1, 2], 0, 0), ([2], 1, 0), ([1, 2, 2], 0, 1), ([1, 3], 1, 0)],
)
def test_versions_are_there_once_without_a_gap_and_the_newest_is_what_is_printed(
    tmp_path: Path, versions: list[int], lost: int, twice: int
) -> None:
    (tmp_path / "paper").mkdir()
    lines = [f'{{"id":"x","version":{version},"body":"{"new" if version > 1 else "old"}"}}\n' for version in versions]
    (tmp_path / "paper" / "a.jsonl").write_text("".join(lines))
    tally = Tally("killed", runs=1)
    tally.read(tmp_path, {"x": "new"})
    assert (tally.lost, tally.twice) == (lost, twice)
    assert tally.good == (versions == [1, 2])
