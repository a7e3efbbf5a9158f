"""The language of texts whose pages do not say it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newscrawl.article import load_article
from newscrawl.extract import language
from newscrawl.extract.language import language_candidates
from newscrawl.sites import Site

TEXTS = {
    "en": "Nobody waits for the ferry at the harbor any more, now that the bridge across the river has been opened. ",
    "fr": "Plus personne n'attend le bac au port, depuis que le pont qui traverse la rivière a été inauguré hier. ",
    "pl": "Nikt już nie czeka w porcie na prom, odkąd otwarto most łączący oba brzegi szerokiej rzeki pod miastem. ",
    "he": "איש אינו ממתין עוד למעבורת בנמל מאז שנפתח הגשר החדש מעל הנהר הרחב שליד העיר הגדולה והישנה. ",
    "ja": "川にかかる新しい橋が開通してから、港で渡し船を待つ人はもういない。町の人たちは少しさびしいと言う。",
}


@pytest.mark.parametrize("tag", TEXTS)
def test_a_text_of_some_length_has_a_language(tag: str) -> None:
    text = TEXTS[tag] * 8
    assert [candidate.value for candidate in language_candidates([text])["language"]] == [tag]


@pytest.mark.parametrize(
    "text",
    ["", TEXTS["fr"] * 2, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 " * 20, "\ud800" * 999],
    ids=["none", "short", "numbers", "broken"],
)
def test_no_language_is_better_than_a_wrong_one(text: str) -> None:
    assert not language_candidates([text])["language"]


@pytest.mark.parametrize(
    ("attribute", "declared", "language", "source"),
    [
        ("", None, "pl", "text"),
        ("lang=all", None, "pl", "text"),
        ("lang=cs", None, "cs", None),
        ("", "cs", "cs", "site"),
    ],
)
def test_the_page_and_the_declaration_come_first(
    attribute: str, declared: str | None, language: str, source: str | None
) -> None:
    paragraphs = "".join(f"<p>{TEXTS['pl']}{number}</p>" for number in range(9))
    page = f"<html {attribute}><body><article><h1>Most otwarty</h1>{paragraphs}</article>"
    site = Site(name="paper", url="https://paper.example/", language=declared) if declared else None
    article = load_article(page, "https://paper.example/2026/03/01/most-otwarty", site)
    assert article.language == language
    assert source in {None, article.sources["language"]}


def test_without_the_library_there_is_no_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gcld3", None)
    language._identifier.cache_clear()
    assert not language_candidates([TEXTS["en"] * 8])["language"]
    monkeypatch.undo()
    language._identifier.cache_clear()
    assert language_candidates([TEXTS["en"] * 8])["language"]


def test_the_library_is_loaded_by_the_first_text_that_needs_it() -> None:
    code = (
        "import sys\nfrom newscrawl.article import load_article\n"
        "text = sys.argv[1]\n"
        "for head in ('<html lang=en>', '<html>'):\n"
        "    load_article(f'{head}<body><article><h1>Ferry</h1><p>{text}', 'https://paper.example/2026/03/01/ferry')\n"
        "    print('gcld3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, TEXTS["en"] * 8], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
