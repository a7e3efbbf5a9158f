"""The profile counts all that reading an article costs, and prints its three tables."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.profile import PARSE, REST, WHOLE, main, stages_of

HTML = "<title>The tide came late</title><h1>The tide came late</h1>" + "<p>The harbour lay dry until noon. " * 30
URL = "https://example.org/a/the-tide-came-late"


def test_the_stages_are_the_whole() -> None:
    seconds = stages_of(HTML.encode(), URL)
    assert sum(seconds.values()) - seconds[PARSE] == pytest.approx(2 * seconds[WHOLE])
    assert REST in seconds


def test_a_page_without_text_is_profiled() -> None:
    assert stages_of(b"", URL)[WHOLE] > 0


def test_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a_harbour"
    folder.mkdir()
    (folder / "page.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (folder / "truth.json").write_text(json.dumps({"url": URL}), encoding="utf-8")
    assert main([str(tmp_path), "--rounds", "1", "--functions", "3"]) == 0
    stages, pages, functions = capsys.readouterr().out.split("\n\n")
    assert stages.startswith("1 pages")
    assert WHOLE in stages
    assert "a_harbour" in pages
    assert len(functions.splitlines()) == 4


def test_a_crawl_is_profiled(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crawl", "--articles", "20", "--functions", "3"]) == 0
    stages, code, functions = capsys.readouterr().out.split("\n\n")
    assert stages.splitlines()[-1].split()[0] == "whole"
    assert "all fields of an article" in stages
    assert "newscrawl/extract" in code
    assert "twisted" in code
    assert len(functions.strip().splitlines()) == 4
