from __future__ import annotations

from typing import Any

import pytest

from newscrawl.extract.candidates import Candidate, no_candidates
from newscrawl.items import Article
from newscrawl.loaders import ArticleLoader


def load(field: str, *values: tuple[Any, str], final: str | None = None, **context: Any) -> Article:
    candidates = no_candidates()
    candidates[field] = [Candidate(value, source, final=source == final) for value, source in values]
    loader = ArticleLoader(**context)
    loader.add_candidates(candidates)
    return loader.load_item()


def test_the_first_that_is_not_empty_is_chosen_and_named() -> None:
    article = load("headline", ("  ", "markup"), ("Rain", "json-ld"), ("Teaser", "meta"))
    assert article.headline == "Rain"
    assert article.sources == {"headline": "json-ld"}


def test_nothing_chosen_leaves_the_field_as_it_is() -> None:
    assert load("headline", ("", "markup")) == Article()
    assert load("authors", ("AP", "markup")) == Article()


def test_after_a_final_candidate_nothing_fills_in() -> None:
    article = load("authors", ("By Staff writer / March 8, 2012", "site"), ("Ann Example", "meta"), final="site")
    assert article.authors == []
    assert load("authors", ("", "site"), ("Ann Example", "meta")).authors == ["Ann Example"]


@pytest.mark.parametrize(
    ("data", "seen", "authors"),
    [
        (["Ed Editor"], "By Ann Example", ["Ann Example"]),
        (["Ann Example"], "By Ann Example and Ben Sample", ["Ann Example", "Ben Sample"]),
        (["Ann Example", "Ben Sample"], "By Ann Example", ["Ann Example", "Ben Sample"]),
        (["Ann Maria Example"], "By Ann Example", ["Ann Maria Example"]),
        (["Ann Example"], "By dpa", ["Ann Example"]),
    ],
)
def test_the_byline_is_believed_where_it_names_others_or_more(data: list[str], seen: str, authors: list[str]) -> None:
    assert load("authors", (data, "json-ld"), (seen, "markup")).authors == authors


@pytest.mark.parametrize(
    ("values", "chosen"),
    [
        (("2024-05-03", "2024-05-03T17:47:00+02:00"), "2024-05-03T17:47:00+02:00"),
        (("2024-05-03", "2024-05-04T17:47:00+02:00"), "2024-05-03"),
        (("2024-05-03T17:47", "2024-05-03T15:47:00Z"), "2024-05-03T15:47:00+00:00"),
        (("2024-05-03T00:00:00+02:00", "2024-05-03T17:47:00+02:00"), "2024-05-03T17:47:00+02:00"),
        (("2024-05-03T17:47:00Z", "2024-05-03T17:47:00+02:00"), "2024-05-03T17:47:00+02:00"),
        (("2024-05-03T15:47:00Z", "2024-05-03T17:47:00+02:00"), "2024-05-03T15:47:00+00:00"),
        (("no date", "2024-05-03"), "2024-05-03"),
    ],
)
def test_the_best_sources_day_at_the_most_precise_time(values: tuple[str, str], chosen: str) -> None:
    article = load("date_published", *((value, "json-ld") for value in values), dates={"now": None})
    assert article.date_published == chosen
    assert article.date_published_raw in values


def test_every_field_of_the_article_that_is_extracted_has_a_cleaner() -> None:
    context: dict[str, Any] = {"names": ["Example Times"], "titles": ["Rain"]}
    assert load("breadcrumbs", (["Example Times", "World", "Rain"], "markup"), **context).breadcrumbs == ["World"]
    assert load("keywords", ("Rain; Town", "meta")).keywords == ["Rain", "Town"]
    assert load("paywalled", ("False", "json-ld")).paywalled is False
    assert load("comment_count", ("1,204 comments", "markup")).comment_count == 1204
    assert load("section", ("Home", "meta"), ("World &amp;amp; Asia", "markup")).section == "World & Asia"
    assert load("publisher", ("https://example.org", "json-ld"), ("Example Times", "meta")).publisher == "Example Times"
    assert load("body", (["One.", "", "Two."], "markup")).body == "One.\nTwo."


@pytest.mark.parametrize(
    ("given", "printed", "section"),
    [
        ("old town", "Old Town", "Old Town"),
        ("old-town", "Old Town", "Old Town"),
        ("old town", "New Town", "old town"),
        ("Old town", "Old Town", "Old town"),
    ],
)
def test_a_section_in_small_letters_is_written_as_printed(given: str, printed: str, section: str) -> None:
    assert load("section", (given, "json-ld"), (printed, "markup")).section == section
