"""Runs of any size are complete, and their table says what an article costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks._processes import Took
from benchmarks.scale import HEADER, main, row


def test_both_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--articles", "20", "--sites", "2"]) == 0
    one, many = capsys.readouterr().out.strip().split("\n\n")
    assert one.splitlines()[0].split()[:2] == HEADER[0].split()[:2]
    assert one.splitlines()[1].split()[:3] == ["20", "articles", "20"]
    assert many.splitlines()[1].split()[:3] == ["2", "sites", "12"]


def test_an_incomplete_run_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="0 of 5 articles"):
        row("5 articles", 5, Took(code=0, seconds=1.0, peak=1, cpu=1.0), tmp_path)
