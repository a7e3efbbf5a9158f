"""Differences of texts, as they are shown."""

from __future__ import annotations

import random
import re
from time import monotonic

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.reportpage.diffs import shown, word_diff
from tests.reportpage import made

TEXTS = st.lists(st.sampled_from(["rain", "Rain", "the", "fell", ".", ",", " ", "  ", "\n", "«", "é"])).map("".join)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_a_diff(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(part.text for part in parts if part.kind != "in") == old
    assert "".join(part.text for part in parts if part.kind != "out") == new


def test_changed_words_that_only_a_space_parts_are_one_change() -> None:
    parts = word_diff("They met on cold Monday morning at noon.", "They met on warm Tuesday evening at noon.")
    assert [part.text for part in parts if part.kind != "same"] == ["cold Monday morning", "warm Tuesday evening"]


def test_a_passage_that_was_written_anew_is_told_whole() -> None:
    old, new = "The council met in the old hall.", "Nobody expected a ferry, least of all its crew."
    assert shown(old, new) == f"<del>{old}</del><ins>{new}</ins>"


def test_a_paragraph_behind_the_last_one_is_all_that_changed() -> None:
    parts = word_diff("One stood.\nTwo fell.", "One stood.\nTwo fell.\nThree rose.\nFour sat.")
    assert [tuple(part) for part in parts] == [
        ("same", "One stood.\nTwo fell."),
        ("in", "\nThree rose.\nFour sat."),
    ]


def test_what_stayed_is_cut_short_with_some_words_around_the_change() -> None:
    words = " ".join(f"w{number}" for number in range(100))
    assert shown(f"{words} x", f"{words} y") == (
        '<span class="gap"> … 88 words as before … </span>'
        f"{' '.join(f'w{number}' for number in range(88, 100))} <del>x</del><ins>y</ins>"
    )


def test_a_very_long_change_is_cut_and_says_so() -> None:
    told = shown("", "word " * 5000)
    assert len(re.findall("word ", told.partition("<span")[0])) == 900
    assert "4,100 words not shown" in told


def test_one_word_of_a_very_long_paragraph_is_found() -> None:
    words = "one two three four " * 5000
    parts = word_diff(f"{words}old {words}", f"{words}new {words}")
    assert [part.text for part in parts if part.kind != "same"] == ["old", "new"]


def test_long_texts_take_no_time() -> None:
    chance = random.Random(2)
    old = made.text(chance, 20_000).replace("\n", " ")
    new = old.replace("town", "village")
    began = monotonic()
    shown(old, new)
    shown("a\n" * 50_000, "b\n" * 50_000)
    assert monotonic() - began < 5


def test_markup_in_a_text_stays_text() -> None:
    assert shown("<b>", "<i>") == "&lt;<del>b</del><ins>i</ins>&gt;"
