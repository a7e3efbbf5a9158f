"""Segments: what is written, what counts, and what is made of the leftovers of killed runs."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl import segments
from newscrawl.items import Article, Image
from newscrawl.segments import Recovered, Sink, WriteError, encode, finished, line_of, open_segment, records, recover
from newscrawl.store import Record, Store, StoreFullError, open_store
from tests.pipelines.tiny import article


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "articles"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{tmp_path}/known.db")) as store:
        yield store


def read(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    assert content.endswith(b"\n") or not content
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def leave(root: Path, content: bytes, name: str = "20260102T030405Z-dead") -> Path:
    folder = root / "paper"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.jsonl.part"
    part.write_bytes(content)
    return part.with_suffix("")


def test_a_line_has_the_fields_in_their_order() -> None:
    data = encode(article(1, images=[Image(url="https://paper.example/a.jpg")]))
    assert list(json.loads(data)) == list(Article.__dataclass_fields__)
    assert json.loads(data)["images"][0]["url"] == "https://paper.example/a.jpg"


@given(st.text(st.characters(categories=None)), st.lists(st.text(st.characters(categories=None))))
@example("\x00\x1f\x7f\x85\u2028\u2029\ud800\udfff\r\n", ["\udc80"])
def test_any_text_makes_one_line_that_reads_back(text: str, texts: list[str]) -> None:
    data = encode(article(1, headline=text, keywords=texts))
    assert data.endswith(b"\n")
    line = data.decode()
    assert len(line.splitlines()) == 1, "no reader sees more than one line"
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in line[:-1])
    back = json.loads(line)["headline"]
    assert back == text.encode("utf-8", "replace").decode()


def test_a_number_that_json_readers_cannot_hold_is_left_out() -> None:
    assert json.loads(encode(article(1, comment_count=10**30)))["comment_count"] is None


def test_a_record_has_every_address_once() -> None:
    made = article(1, url="http://m.paper.example/story-1?utm_source=x", aliases=["https://paper.example/print/1"])
    assert line_of(made).record.keys == ("paper.example/story-1", "paper.example/print/1")


def test_the_store_learns_only_what_the_disk_has(root: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        synced.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", fsync)

    class Watching(Sink):
        def learn(self, records: Sequence[Record]) -> None:
            (part,) = root.glob("*/*.part")
            lines = part.read_bytes()
            assert synced[-1] == len(lines)
            for record in records:
                assert json.loads(lines[record.offset :].partition(b"\n")[0])["id"] == record.id
            super().learn(records)

    sink = Watching(root, store, "stem")
    sink.write([line_of(article(n)) for n in range(3)])
    sink.write([line_of(article(n)) for n in range(3, 5)])
    assert finished(root) == [], "no reader sees a file that is still written"
    assert sink.finish() == [root / "paper" / "stem.jsonl"]
    assert [line["headline"] for line in read(root / "paper" / "stem.jsonl")] == [f"Story {n}" for n in range(5)]
    assert list(root.glob("*/*.part")) == []


def test_every_site_has_its_file_and_no_site_leaves_the_folder(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem")
    names = ["paper", "127.0.0.1:80", "../up", "", "zeitung.münchen.example"]
    sink.write([line_of(article(n, site=name)) for n, name in enumerate(names)])
    files = {str(path.relative_to(root)) for path in sink.finish()}
    assert files == {f"{n}/stem.jsonl" for n in ("paper", "127.0.0.1_80", "_up", "unknown", "zeitung.münchen.example")}
    assert {article.segment for article in store.articles()} == files


def test_a_name_that_is_taken_is_not_used_again(root: Path, store: Store) -> None:
    for number in range(3):
        sink = Sink(root, store, "stem")
        sink.write([line_of(article(number))])
        sink.finish()
    assert [path.name for path in finished(root)] == ["stem.jsonl", "stem-2.jsonl", "stem-3.jsonl"]


def test_without_a_line_there_is_no_file(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem")
    assert sink.finish() == []
    assert not root.exists()


class FullDisk:
    """Lets so many bytes be written."""

    def __init__(self, room: int, monkeypatch: pytest.MonkeyPatch, code: int = errno.ENOSPC) -> None:
        self.room, self._write, self._code = room, os.write, code
        monkeypatch.setattr(os, "write", self.write)

    def write(self, descriptor: int, data: bytes) -> int:
        if not self.room:
            raise OSError(self._code, os.strerror(self._code))
        written = self._write(descriptor, data[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_takes_back_the_batch_and_nothing_else(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    sink = Sink(root, store, "stem")
    sink.write([line_of(article(0))])
    disk = FullDisk(100, monkeypatch, code)
    with pytest.raises(WriteError, match=r"the disk is full.*make room") as failure:
        sink.write([line_of(article(n)) for n in range(1, 4)])
    assert failure.value.full
    disk.room = 10**9
    sink.write([line_of(article(9))])
    (path,) = sink.finish()
    assert [line["headline"] for line in read(path)] == ["Story 0", "Story 9"]
    assert [known.offset for known in store.articles()] == [0, len(encode(article(0)))]


def test_a_store_that_cannot_learn_takes_the_lines_back(root: Path, store: Store) -> None:
    class Forgetful(Sink):
        full = False

        def learn(self, records: Sequence[Record]) -> None:
            if self.full:
                raise StoreFullError("the disk is full: the store")
            super().learn(records)

    sink = Forgetful(root, store, "stem")
    sink.write([line_of(article(0))])
    sink.full = True
    with pytest.raises(WriteError, match="the disk is full: the store") as failure:
        sink.write([line_of(article(1)), line_of(article(2, site="other"))])
    assert failure.value.full
    (path,) = sink.finish()
    assert [line["headline"] for line in read(path)] == ["Story 0"]
    assert list(root.glob("*/*.part")) == []


def test_a_disk_that_fails_otherwise_is_not_called_full(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    FullDisk(0, monkeypatch, errno.EIO)
    with pytest.raises(WriteError, match="cannot be written") as failure:
        Sink(root, store, "stem").write([line_of(article(0))])
    assert not failure.value.full


def whole(*numbers: int) -> bytes:
    return b"".join(encode(article(n)) for n in numbers)


def test_nothing_to_recover_is_nothing_done(root: Path, store: Store) -> None:
    assert recover(root, store) == Recovered()
    assert not recover(root, store)


def test_a_torn_line_is_cut_off_and_whole_lines_are_registered(root: Path, store: Store) -> None:
    path = leave(root, whole(1, 2, 3)[:-7])
    done = recover(root, store)
    torn = len(encode(article(3))) - 7
    assert done == Recovered(files=1, registered=2, torn=torn)
    assert str(done) == (
        f"recovered from a killed run: 1 file finished, 2 articles registered, a torn line of {torn} bytes cut off"
    )
    assert path.read_bytes() == whole(1, 2)
    assert [(known.segment, known.offset) for known in store.articles()] == [
        ("paper/20260102T030405Z-dead.jsonl", 0),
        ("paper/20260102T030405Z-dead.jsonl", len(whole(1))),
    ]
    assert recover(root, store) == Recovered()


def test_a_leftover_without_a_whole_line_is_removed(root: Path, store: Store) -> None:
    leave(root, b"")
    leave(root, whole(1)[:-1], "another")
    done = recover(root, store)
    assert (done.files, done.emptied, done.torn) == (0, 2, len(whole(1)) - 1)
    assert list((root / "paper").iterdir()) == []


def test_a_live_run_is_left_alone(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem")
    sink.write([line_of(article(1))])
    store.begin_job("one")
    store.claim(["a"], "one")
    assert recover(root, store) == Recovered()
    (path,) = sink.finish()
    assert path.read_bytes() == whole(1)


def test_claims_of_the_dead_are_released(root: Path, store: Store) -> None:
    store.claim(["a", "b"], "dead")
    assert recover(root, store) == Recovered(claims=2)


def test_a_line_that_stands_elsewhere_is_taken_out(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem")
    sink.write([line_of(article(2))])
    sink.finish()
    path = leave(root, whole(1, 2, 3, 1))
    done = recover(root, store)
    assert (done.files, done.registered, done.twice) == (1, 2, 2)
    assert path.read_bytes() == whole(1, 3)
    assert {known.id: known.offset for known in store.articles() if "dead" in known.segment} == {
        article(1).id: 0,
        article(3).id: len(whole(1)),
    }


def test_unreadable_lines_between_others_are_taken_out(root: Path, store: Store) -> None:
    path = leave(root, whole(1) + b"\x00\x00\n[1]\n{}\n" + whole(2) + b"\x00\x00\n\x00")
    done = recover(root, store)
    assert (done.files, done.registered, done.unreadable, done.torn) == (1, 2, 3, 4)
    assert path.read_bytes() == whole(1, 2)


def test_a_newer_version_elsewhere_is_kept(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem")
    sink.write([line_of(article(1))])
    sink.finish()
    path = leave(root, encode(article(1, version=2, body="changed")))
    assert recover(root, store).registered == 1
    known = store.article(article(1).id or "")
    assert known is not None
    assert (known.version, known.segment) == (2, f"paper/{path.name}")


def test_recovery_on_a_full_disk_says_so_and_loses_nothing(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave(root, whole(1, 2))

    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(segments, "_sync_folder", full)
        with pytest.raises(WriteError, match="the disk is full"):
            recover(root, store)
    recover(root, store)
    assert path.read_bytes() == whole(1, 2)
    assert store.counts().articles == 2


CONTENT = whole(*range(4))


@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, len(CONTENT)),
    learnt=st.integers(0, 4),
    tail=st.sampled_from([b"", b"\x00", b"\x00" * 9, b'{"id": "x"', b"\n", b"\xff\n"]),
)
def test_any_beginning_of_a_segment_recovers_to_its_whole_lines(cut: int, learnt: int, tail: bytes) -> None:
    ends = [len(whole(*range(n))) for n in range(5)]
    lines = max(n for n in range(5) if ends[n] <= cut)
    with TemporaryDirectory() as folder, closing(open_store(f"sqlite:///{folder}/known.db")) as store:
        root = Path(folder) / "articles"
        path = leave(root, CONTENT[:cut] + tail)
        before = [line_of(article(n)).record for n in range(min(learnt, lines))]
        name = f"paper/{path.name}"
        store.add(_placed(before, name, ends))
        done = recover(root, store)
        assert (path.read_bytes() if path.exists() else b"") == whole(*range(lines))
        assert done.registered == lines - len(before)
        assert [(known.segment, known.offset) for known in store.articles()] == [(name, ends[n]) for n in range(lines)]
        assert [p.name for p in path.parent.iterdir()] == ([path.name] if lines else [])
        assert list(records(root, path) if lines else []) == list(
            _placed([line_of(article(n)).record for n in range(lines)], name, ends)
        )
        assert not recover(root, store)


def _placed(made: Iterable[Record], name: str, ends: list[int]) -> Iterator[Record]:
    from dataclasses import replace

    return (replace(record, segment=name, offset=ends[n]) for n, record in enumerate(made))


def lines_of(path: Path) -> bytes:
    with open_segment(path) as file:
        return file.read()


@pytest.mark.parametrize(("compression", "ending"), [("", ".jsonl"), ("gzip", ".jsonl.gz"), ("zstd", ".jsonl.zst")])
def test_a_segment_can_be_packed_when_it_is_finished(root: Path, store: Store, compression: str, ending: str) -> None:
    sink = Sink(root, store, "stem", compression=compression)
    sink.write([line_of(article(n)) for n in range(3)])
    (path,) = sink.finish()
    assert (path, finished(root)) == (root / "paper" / f"stem{ending}", [path])
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert lines_of(path) == whole(0, 1, 2)
    read_back = list(records(root, path))
    assert [(r.segment, r.offset) for r in read_back] == [(k.segment, k.offset) for k in store.articles()]
    assert {record.segment for record in read_back} == {"paper/stem.jsonl"}
    store.rebuild(read_back)
    assert store.counts().articles == 3
    again = Sink(root, store, "stem")
    again.write([line_of(article(9))])
    assert [p.name for p in again.finish()] == ["stem-2.jsonl"], "a packed segment keeps its name"


@pytest.mark.parametrize("packed_whole", [True, False])
def test_a_run_that_died_while_packing_leaves_every_line_once(root: Path, store: Store, packed_whole: bool) -> None:
    sink = Sink(root, store, "stem", compression="gzip")
    sink.write([line_of(article(n)) for n in range(3)])
    (packed,) = sink.finish()
    leave(root, whole(0, 1, 2), "stem")
    if not packed_whole:
        packed.rename(packed.with_name(f"{packed.name}.new"))
    recover(root, store)
    (path,) = finished(root)
    assert [p.name for p in path.parent.iterdir()] == ["stem.jsonl.gz" if packed_whole else "stem.jsonl"]
    assert lines_of(path) == whole(0, 1, 2)
    assert store.counts().articles == 3


def test_a_segment_that_cannot_be_packed_stays_as_it_is(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(segments, "copyfileobj", full)
    sink = Sink(root, store, "stem", compression="zstd")
    sink.write([line_of(article(1))])
    (path,) = sink.finish()
    assert path.read_bytes() == whole(1)
    assert [p.name for p in path.parent.iterdir()] == ["stem.jsonl"]
    assert "could not be packed" in caplog.text


def test_a_segment_is_finished_when_it_is_large(root: Path, store: Store) -> None:
    sink = Sink(root, store, "stem", max_bytes=len(whole(0, 1)))
    for number in range(12):
        sink.write([line_of(article(number))])
        assert len(list(root.glob("*/*.part"))) == 1
    before = finished(root)
    assert len(before) > 2
    assert all(path.stat().st_size >= len(whole(0)) for path in before)
    files = sink.finish()
    assert files == finished(root), "in the order they were written"
    assert b"".join(lines_of(path) for path in files) == whole(*range(12))


def test_a_segment_is_finished_when_it_is_old(root: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(segments, "monotonic", lambda: now[0])
    sink = Sink(root, store, "stem", max_seconds=60)
    sink.write([line_of(article(1))])
    now[0] += 59
    sink.roll()
    assert finished(root) == []
    now[0] += 1
    sink.roll()
    assert [path.name for path in finished(root)] == ["stem.jsonl"]
    sink.write([line_of(article(2))])
    assert [path.name for path in sink.finish()] == ["stem.jsonl", "stem-2.jsonl"]


def test_the_tenth_segment_comes_after_the_second(root: Path, store: Store) -> None:
    sink = Sink(root, store, "20260102T030405Z-ab12", max_bytes=1)
    for number in range(11):
        sink.write([line_of(article(number))])
    assert b"".join(path.read_bytes() for path in sink.finish()) == whole(*range(11))
    assert b"".join(path.read_bytes() for path in finished(root)) == whole(*range(11))


def test_a_compression_that_there_is_not_is_refused(root: Path, store: Store) -> None:
    with pytest.raises(ValueError, match="NEWSCRAWL_SEGMENT_COMPRESSION=rar: write gzip, zstd, or nothing"):
        Sink(root, store, "stem", compression="rar")
