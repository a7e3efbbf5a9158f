from __future__ import annotations

import pytest

from newscrawl.extract.text import text_candidates


@pytest.mark.parametrize(
    ("paragraph", "place"),
    [
        ("PARIS (Reuters) - It rained.", "PARIS"),
        ("Paris (AFP) – It rained.", "Paris"),
        ("PORT-AU-PRINCE, Haiti (AP) — It rained.", "PORT-AU-PRINCE, Haiti"),
        ("PUTRAJAYA, Nov 22 — It rained.", "PUTRAJAYA"),
        ("ST. JOHN'S, Canada — It rained.", "ST. JOHN'S, Canada"),
        ("PARIS — It rained.", None),
        ("LIVE - It rained.", None),
        ("It rained in Paris (Reuters said so).", None),
        ("The NATO (AP) files.", None),
        ("", None),
    ],
)
def test_dateline(paragraph: str, place: str | None) -> None:
    found = text_candidates([paragraph, "PARIS (Reuters) - Not the first."])["dateline"]
    assert [candidate.value for candidate in found] == ([place] if place else [])


def test_corrections_are_paragraphs_that_say_so() -> None:
    notes = [
        "Correction: it rained on Friday.",
        "Editor’s note: this was first printed in March.",
        "Anm. d. Red.: Es regnete am Freitag.",
    ]
    others = ["The correction: nobody wanted it.", "Corrections officers said nothing.", "Correction: " + "x" * 900]
    found = text_candidates([others[0], *notes, *others[1:]])["corrections"]
    assert [candidate.value for candidate in found] == [notes]


def test_no_text_no_candidates() -> None:
    assert not text_candidates([])
