"""Of two lines of one article, written by a worker that was taken for dead and by another, the first recorded stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newscrawl.segments import Sink, line_of, recover
from newscrawl.store import Store
from tests.pipelines.tiny import article
from tests.store.test_contract import store, uri

__all__ = ["store", "uri"]


def test_a_line_that_comes_second_is_left_out(store: Store, tmp_path: Path) -> None:
    first, second = Sink(tmp_path, store, "1"), Sink(tmp_path, store, "2")
    first.write([line_of(article(1))])
    second.write([line_of(article(number)) for number in (2, 1, 3)])
    assert second.elsewhere == {article(1).id}
    second.write([line_of(article(1))])
    assert second.elsewhere == {article(1).id}
    second.write([line_of(article(4)), line_of(article(1, version=2))])
    assert second.elsewhere == frozenset()
    (path,) = second.finish()
    lines = path.read_text("utf-8").splitlines()
    assert [(article(n).id or "") in line for n, line in zip((2, 3, 4, 1), lines, strict=True)] == [True] * 4
    for number in (2, 3, 4):
        known = store.article(article(number).id or "")
        assert known is not None
        assert path.read_bytes()[known.offset :].splitlines()[0] == line_of(article(number)).data.rstrip()


def test_a_leftover_line_that_is_written_elsewhere_meanwhile_is_taken_out(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    class Dying(Sink):
        def learn(self, records: object) -> None:
            raise KilledError

    dying = Dying(tmp_path / "articles", store, "1")
    with pytest.raises(KilledError):
        dying.write([line_of(article(1)), line_of(article(2))])
    for writer in dying._writers.values():
        os.close(writer._descriptor)
    look_up = store.article

    def written_meanwhile(key_or_id: str) -> object:
        # Another worker writes it between the look-up and the recording of what was left over.
        known = look_up(key_or_id)
        monkeypatch.undo()
        other = Sink(tmp_path / "articles", store, "2")
        other.write([line_of(article(1))])
        other.finish()
        return known

    monkeypatch.setattr(store, "article", written_meanwhile)
    done = recover(tmp_path / "articles", store)
    assert (done.files, done.registered, done.twice) == (1, 1, 1)
    files = sorted(tmp_path.glob("articles/*/*"))
    assert [file.suffix for file in files] == [".jsonl", ".jsonl"]
    assert [len(file.read_bytes().splitlines()) for file in files] == [1, 1]
