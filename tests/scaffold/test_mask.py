"""Invented words: as long as the publisher's, the same for the same, none of the page's own left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.scaffold.mask import Mask

SENTENCE = "The harbourmaster of Bürgerhafen waited for quieter weather, and the pilots waited with her all night long."


def _mask(*texts: str, keep: tuple[str, ...] = (), wide: bool = False) -> Mask:
    mask = Mask(keep, wide=wide)
    mask.learn(texts)
    return mask


def test_a_word_is_the_same_one_everywhere() -> None:
    mask = _mask(SENTENCE)
    words = mask.text(SENTENCE).split()
    assert words[4] == words[11] != "waited"
    assert mask.text("HARBOURMASTER").lower() == mask.text("harbourmaster") == words[1]


def test_an_address_spells_a_word_as_the_text_does() -> None:
    mask = _mask("Brückenöffnung", "brueckenoeffnung", "bruckenoffnung")
    word = mask.text("Brückenöffnung")
    assert "ü" in word
    assert mask.text("brueckenoeffnung") == word.lower().replace("ü", "ue").replace("ö", "oe")
    assert mask.text("bruckenoffnung") == word.lower().replace("ü", "u").replace("ö", "o")


def test_figures_short_words_and_what_is_kept_stay() -> None:
    mask = _mask("In 2024 the Courier counted 1,204 puffins on 3 May", keep=("The Courier",))
    masked = mask.text("In 2024 the Courier counted 1,204 puffins on 3 May")
    assert masked.startswith("In 2024 the Courier ")
    assert "1,204" in masked
    assert masked.endswith(" on 3 May")
    assert "puffins" not in masked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("26.04.2024Harbourtown", "26.04.2024"),
        ("Rowntree26.04.", "26.04."),
        ("lighthouseUmbrella", ""),
        ("lighthouse24", "24"),
    ],
)
def test_what_meets_without_a_space_is_told_apart(text: str, left: str) -> None:
    masked = _mask(text).text(text)
    assert left in masked
    assert not re.search("harbour|rowntree|lighthouse|umbrella", masked, re.IGNORECASE)


@pytest.mark.parametrize("identifier", ["c0rxk4q0pj0o", "deadbeef1234", "G20", "20x40", "7th"])
def test_identifiers_stay(identifier: str) -> None:
    assert _mask(identifier).text(identifier) == identifier


def test_words_that_the_reading_knows_stay_in_labels_alone() -> None:
    label, sentence = (
        "Read more",
        "Whoever wants to learn and read and do ever so much more must come to us every single day",
    )
    assert _mask(label).text(label) == label
    narrow, wide = _mask(sentence), _mask(sentence, wide=True)
    assert " read " not in narrow.text(sentence)
    assert " read " in wide.text(sentence)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (
            "https://e.org/rain/2024/05/07/puddles-everywhere-1234567.html",
            r"https://e\.org/\w{4}/2024/05/07/\w{7}-\w{10}-1234567\.html",
        ),
        ("//cdn.e.org/umbrella_600x400.jpg?quality=80#x", r"//cdn\.e\.org/[a-z]{8}_600x400\.jpg\?\w{7}=80#x"),
        ("data:image/gif;base64,R0lGODlhAQAB", r"data:image/gif;base64,"),
        ("mailto:ada@e.org?subject=Umbrella", "mailto:"),
        ("javascript:void(0)", "javascript:"),
        ("", ""),
        ("/share?Umbrellas+and+puddles&id=1", r"/\w{5}\?\w{9}\+\w{3}\+\w{7}&id=1"),
        ("https://[broken/umbrella", r"\w{5}://\[\w{6}/\w{8}"),
        ("/a/c0rxk4q0pj0o", "/a/c0rxk4q0pj0o"),
        ("https://x.org/share?u=https%3A%2F%2Fe.org%2Fumbrella", r"https://x\.org/\w{5}\?u=https:%2F%2Fe\.org%2F\w{8}"),
    ],
)
def test_addresses_keep_their_form(url: str, form: str) -> None:
    masked = _mask("rain puddles everywhere umbrella broken").address(url)
    assert re.fullmatch(form, masked), masked
    assert "umbrella" not in masked
    assert "puddles" not in masked


def test_scripts_without_spaces_are_masked_letter_by_letter() -> None:
    masked = _mask("灯台の守り人").text("2024年5月、灯台の守り人が語る")
    assert masked.startswith("2024")
    assert not set(masked) & set("灯台守語")


@given(st.text(max_size=80))
def test_a_text_stays_as_long_as_it_was(text: str) -> None:
    mask = _mask(text)
    assert len(mask.text(text)) == len(text)
    assert mask.text(text) == mask.text(text)


@given(st.text(alphabet=st.sampled_from("ab/:?#%&=.-[]é灯 20"), max_size=40))
def test_no_address_raises(url: str) -> None:
    assert isinstance(_mask(url).address(url), str)
    assert isinstance(_mask(url).srcset(url), str)
