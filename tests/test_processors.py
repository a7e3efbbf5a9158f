from __future__ import annotations

from typing import Any

import pytest

from newscrawl import processors
from newscrawl.texts import clean_text


def test_the_publication_is_not_its_own_author() -> None:
    assert processors.clean_authors("Deutsche Beispielwelle", ["db"]) == []
    assert processors.clean_authors(["Example Post"], ["The Example Post", "example post"]) == []


def test_a_single_word_is_believed_only_of_an_entry_marked_as_a_person() -> None:
    assert processors.clean_authors(["Suharto"]) == ["Suharto"]
    assert processors.clean_authors("Suharto") == []
    assert processors.clean_authors(["admin"]) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Terrorism &amp;amp; Security", "Terrorism & Security"),
        ("R&D and AT&T", "R&D and AT&T"),
        ("a\u200bb\u00adc\ufeffd", "abcd"),
        ("می\u200cروم", "می\u200cروم"),
        ("  two\n lines\xa0here ", "two lines here"),
        ("<p>One</p><p>two</p>", "One two"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        (None, ""),
        (7, "7"),
    ],
)
def test_clean_text(value: Any, text: str) -> None:
    assert clean_text(value) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Rain - Example Times", "Rain"),
        ("Rain | World | Example Times", "Rain | World"),
        ("Example Times | Rain", "Rain"),
        ("Rain — the long wait", "Rain — the long wait"),
        ("Rain – Example Times – example-times.com", "Rain"),
        ("Example Times", "Example Times"),
    ],
)
def test_a_headline_loses_the_publication(text: str, clean: str) -> None:
    assert processors.clean_headline(text, ["Example Times", "example-times.com"]) == clean


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("It rains. (Photo: Ann Example)", "It rains.", "Ann Example"),
        ("It rains. Foto: dpa", "It rains.", "dpa"),
        ("It rains © Example Agency", "It rains", "Example Agency"),
        ("It rains.", "It rains.", None),
        ("A photo of the rain.", "A photo of the rain.", None),
    ],
)
def test_a_credit_is_split_from_its_caption(caption: str, text: str, credit: str | None) -> None:
    assert processors.split_credit(caption) == (text, credit)


@pytest.mark.parametrize("value", [None, [], {}, [{}], [{"url": None}], [{"url": "data:image/png;base64,xx"}], "x"])
def test_poor_images_are_left_out(value: Any) -> None:
    assert processors.clean_images(value) == []


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en_US", "en-US"),
        ("de-de", "de-DE"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr_Latn_RS.UTF-8", "sr-Latn-RS"),
        ("xx", ""),
        ("", ""),
        ("und", ""),
        ("Deutsch", "de"),
        ("en, fr", "en"),
    ],
)
def test_language_tags(value: str, tag: str) -> None:
    assert processors.clean_language(value) == tag


def test_words_are_counted_in_any_script() -> None:
    assert processors.count_words("Rain fell – at last.") == 4
    assert processors.count_words("ฝนตก") == 4
    assert processors.count_words(None) == 0


@pytest.mark.parametrize(
    ("value", "line"),
    [("PARIS (Reuters) —", "PARIS"), ("Exampleton, Ohio -", "Exampleton, Ohio"), ("x" * 200, "")],
)
def test_dateline(value: str, line: str) -> None:
    assert processors.clean_dateline(value) == line
