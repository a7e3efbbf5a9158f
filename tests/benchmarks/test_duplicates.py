"""The benchmark of duplicates must see what it is there to see."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.duplicates import EDITS, Ours, Score, Text, fill, look_ups, score, table, texts_of
from newscrawl.demo.stories import Newspaper
from newscrawl.neardups import shingles
from newscrawl.store.sqlite import SqliteStore

PAPER = Newspaper(size=150)


def test_right_wrong_and_missed_marks_are_counted() -> None:
    answers = {"a": None, "b": None, "a1": ("a", 0.9), "a2": ("b", 0.7), "b1": None, "c": ("a1", 0.6)}
    texts = [
        Text(name, "", "notice added" if name[1:] else "original", of=name[0] if name[1:] else None) for name in answers
    ]
    scores = score(texts, lambda name, _: answers[name])
    assert scores["notice added"] == Score(texts=3, copies=3, marked=2, right=1, similarities=[0.9, 0.7])
    assert scores["original"] == Score(texts=3, copies=0, marked=1, right=0, similarities=[0.6])
    assert (scores["notice added"].precision, scores["notice added"].recall) == (1 / 2, 1 / 3)
    assert "0.500   0.333" in table("ours", scores)


def test_an_original_that_comes_after_its_copy_is_a_copy() -> None:
    scores = score([Text("a1", "", "cut", of="a"), Text("a", "", "original")], lambda *_: None)
    assert (scores["cut"].copies, scores["original"].copies) == (0, 1)


@pytest.mark.parametrize("kind", EDITS)
def test_edits_change_the_text_and_leave_enough_of_it(kind: str) -> None:
    story = PAPER.stories[0]
    whole = "\n".join(block.text for block in story.blocks)
    edited = EDITS[kind](story, random.Random(1))
    ours, theirs = set(shingles(whole)), set(shingles(edited))
    assert edited != whole
    assert len(ours & theirs) > 0.5 * min(len(ours), len(theirs))


def test_texts_are_the_same_every_time_and_come_mixed() -> None:
    texts = texts_of(PAPER, 1)
    assert texts == texts_of(PAPER, 1)
    assert len({text.id for text in texts}) == len(texts)
    met: set[str] = set()
    late = 0
    for text in texts:
        late += text.kind == "original" and text.id in met
        met.add(text.of or text.id)
    assert 0 < late < len(PAPER.stories)


def test_copies_are_found_and_nothing_else(tmp_path: Path) -> None:
    with closing(Ours(tmp_path / "known.db")) as ours:
        scores = score(texts_of(PAPER, 1)[:450], ours)
    copies, marked, right = (sum(getattr(s, name) for s in scores.values()) for name in ("copies", "marked", "right"))
    assert copies > 100
    assert right >= 0.93 * copies
    assert right >= 0.99 * marked


def test_a_filled_store_is_one_that_look_ups_work_in(tmp_path: Path) -> None:
    originals = [text for text in texts_of(PAPER, 1) if text.kind == "original"]
    told = look_ups(tmp_path, originals, [300, 900])
    assert told.count("75/75 found") == 2
    with closing(SqliteStore(tmp_path / "flat.db")) as store:
        fill(store, 1000)
        assert store.counts().articles == 1000
        keys = store._reader.execute("SELECT count(*) FROM signature_keys").fetchone()[0]
    assert keys == pytest.approx(20_000, rel=0.01)
