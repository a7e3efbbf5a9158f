"""What is written can be read by every reader of WARC files, and a killed run's file up to its last whole record."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from newscrawl import locks
from newscrawl.archives.records import read_records
from newscrawl.archives.writer import Exchange, WarcWriter, recover

PAGE = gzip.compress(b"<p>It rained." * 50, mtime=0)
ONE = Exchange(
    url="https://paper.example/2026/05/07/rain?page=1",
    at=datetime(2026, 5, 7, 10, 0, 0, 250_000, UTC),
    method="GET",
    request_fields=[(b"User-Agent", b"newscrawl"), (b"Cookie", b"secret"), (b"Authorization", b"secret")],
    request_body=b"",
    status=200,
    reason="OK",
    fields=[
        (b"Content-Type", b"text/html"),
        (b"Content-Encoding", b"gzip"),
        (b"Transfer-Encoding", b"chunked"),
        (b"X-Robots-Tag", b"noarchive"),
        (b"X-Robots-Tag", b"nosnippet"),
    ],
    body=PAGE,
    role="article",
    ip="192.0.2.7",
)


def write(folder: Path, *exchanges: Exchange, max_bytes: int = 0) -> list[Path]:
    writer = WarcWriter(folder, "20260507T100000Z-job", {"software": "newscrawl"}, max_bytes=max_bytes)
    for exchange in exchanges:
        writer.write(exchange)
    writer.finish()
    return writer.files


def test_our_reader_gets_back_what_was_written(tmp_path: Path) -> None:
    (path,) = write(tmp_path, ONE)
    assert path.name == "20260507T100000Z-job.warc.gz"
    info, answer, asked = read_records(path)
    assert [info.kind, answer.kind, asked.kind] == ["warcinfo", "response", "request"]
    assert (answer.url, answer.date, answer.status, answer.body) == (ONE.url, ONE.at, 200, PAGE)
    assert (answer.role, answer.fault) == ("article", None)
    assert answer.headers == (
        ("content-type", "text/html"),
        ("content-encoding", "gzip"),
        ("x-robots-tag", "noarchive"),
        ("x-robots-tag", "nosnippet"),
        ("content-length", str(len(PAGE))),
    )


def test_another_reader_gets_it_too(tmp_path: Path) -> None:
    (path,) = write(tmp_path, ONE, replace(ONE, status=304, body=b""), replace(ONE, cut_off=True))
    kinds, bodies, requests = [], [], []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            kinds.append(record.rec_type)
            assert record.rec_headers.protocol == "WARC/1.1"
            if record.rec_type == "response":
                bodies.append(record.content_stream().read())
            elif record.rec_type == "request":
                requests.append((record.http_headers.protocol, dict(record.http_headers.headers)))
    assert kinds == ["warcinfo", "response", "request", "revisit", "request", "response", "request"]
    assert bodies == [gzip.decompress(PAGE)] * 2
    assert requests[0] == ("GET", {"Host": "paper.example", "User-Agent": "newscrawl"})


def test_digests_are_right(tmp_path: Path) -> None:
    (path,) = write(tmp_path, ONE)

    class Options:
        inputs = (str(path),)
        verbose = False

    checker = Checker(Options())
    checker.process_all()
    assert checker.exit_value == 0


def test_large_files_are_followed_by_others(tmp_path: Path) -> None:
    files = write(tmp_path, ONE, ONE, ONE, max_bytes=1)
    assert [path.name for path in files] == [f"20260507T100000Z-job{n}.warc.gz" for n in ("", "-2", "-3")]
    assert all(next(read_records(path)).kind == "warcinfo" for path in files)


@pytest.mark.parametrize("torn", [0, 1, 100])
def test_what_a_killed_run_left_is_finished(tmp_path: Path, torn: int) -> None:
    (path,) = write(tmp_path, ONE, ONE)
    data = path.read_bytes()
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data[: len(data) - torn])
    path.unlink()
    assert recover(tmp_path) == [path]
    kinds = [record.kind for record in read_records(path)]
    assert kinds == ["warcinfo", "response", "request", "response", "request"][: 5 - bool(torn)]
    assert not part.exists()
    assert recover(tmp_path) == []


def test_what_is_being_written_is_left_alone_and_what_tells_nothing_removed(tmp_path: Path) -> None:
    live, empty = tmp_path / "live.warc.gz.part", tmp_path / "empty.warc.gz.part"
    live.write_bytes(b"x")
    empty.write_bytes(gzip.compress(b"WARC/1.1")[:10])
    holder = locks.seize(live)
    assert holder is not None
    assert recover(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["live.warc.gz.part"]


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    assert recover(tmp_path / "none") == []
