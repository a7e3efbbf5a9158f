"""The benchmark of archives must count what was read, and say which peers it could not ask."""

from __future__ import annotations

import gzip
import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import archive
from benchmarks.archive import BASE, Line, make_warc, measure, peers, served
from newscrawl.archives.records import read_records

TRUTH = {f"{BASE}/{n}": {"headline": f"Rain {n}", "body": "It rained and it rained on all of us."} for n in range(3)}


def test_the_file_holds_the_newspaper(tmp_path: Path) -> None:
    path, expected = make_warc(tmp_path, 150)
    pages = {record.url for record in read_records(path) if record.kind == "response"}
    assert len(expected) == 150
    assert expected.keys() < pages, "and their further pages"


def test_what_is_right_is_counted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    lines: list[list[str | None]] = [[url, one["headline"], one["body"]] for url, one in TRUTH.items()]
    lines[1][1], lines[2][2] = "Snow", None
    code = f"import pathlib; pathlib.Path({str(out)!r}).write_text({json.dumps(lines)!r}); sum(range(10**6))"

    def found() -> Iterator[tuple[str, str, str]]:
        yield from json.loads(out.read_text())

    line = measure("peer", [sys.executable, "-c", code], found, TRUTH)
    assert (line.articles, line.right) == (3, 1)
    assert line.cpu > 0
    assert f"{3 / line.seconds:.1f}" in str(line)
    failed = measure("peer", [sys.executable, "-c", "raise SystemExit('no such thing')"], found, TRUTH)
    assert (failed.articles, failed.note) == (0, "failed: ['no such thing']")


def test_peers_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.warc.gz").write_bytes(b"x")
    monkeypatch.setattr("benchmarks.archive.importlib.util.find_spec", {}.get)
    told = [str(line) for line in peers(tmp_path / "a.warc.gz", {"fundus": None, "news-please": None}, {})]
    assert [line.split()[0] for line in told] == ["fundus", "news-please"]
    assert all("not installed" in line for line in told)


def test_a_folder_is_served(tmp_path: Path) -> None:
    (tmp_path / "paths.gz").write_bytes(gzip.compress(b"a\n"))
    with served(tmp_path) as url, urllib.request.urlopen(f"{url}paths.gz") as answer:
        assert gzip.decompress(answer.read()) == b"a\n"


def test_ratios_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"x")
    monkeypatch.setattr(archive, "ours", lambda *_: Line("newscrawl", 100, None, 10.0, 5.0))
    monkeypatch.setattr(
        archive, "peers", lambda *_: iter([Line("peer", 100, 90, 40.0, 10.0), Line("b", 0, None, 0, 0)])
    )
    monkeypatch.setattr("sys.argv", ["archive", "--warc", str(path)])
    assert archive.main() == 0
    assert "newscrawl is 4.0 times as fast, 2.0 times a core" in capsys.readouterr().out
