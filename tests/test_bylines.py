from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.bylines import Byline, split_byline


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("By Ann Example", ["Ann Example"]),
        ("by Ann Example and Ben Sample", ["Ann Example", "Ben Sample"]),
        ("By Ann Example, Ben Sample and Carl Test", ["Ann Example", "Ben Sample", "Carl Test"]),
        ("By Ann Example, Ben Sample, and Carl Test", ["Ann Example", "Ben Sample", "Carl Test"]),
        ("Ann Example & Ben Sample", ["Ann Example", "Ben Sample"]),
        ("By Ann Example in Berlin and Ben Sample in Paris", ["Ann Example", "Ben Sample"]),
        ("By Ray Calloway Jr., Staff writer", ["Ray Calloway Jr."]),
        ("Von Anna Beispiel und Bernd Muster", ["Anna Beispiel", "Bernd Muster"]),
        ("Von: Anna Beispiel", ["Anna Beispiel"]),
        ("Ein Kommentar von Anna Beispiel", ["Anna Beispiel"]),
        ("Von Anna Beispiel, dpa", ["Anna Beispiel"]),
        ("Par Jeanne Exemple, Luc Essai et Zoé Modèle", ["Jeanne Exemple", "Luc Essai", "Zoé Modèle"]),
        ("Por Juan Ejemplo y Eva Prueba", ["Juan Ejemplo", "Eva Prueba"]),
        ("di Maria Esempio e Luca Prova", ["Maria Esempio", "Luca Prova"]),
        ("Door Jan Voorbeeld en Piet de Proef", ["Jan Voorbeeld", "Piet de Proef"]),
        ("Av Kari Eksempel og Ola Prøve", ["Kari Eksempel", "Ola Prøve"]),
        ("Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("Mabel O'Shaughnessy", ["Mabel O'Shaughnessy"]),
        ("Jean-Paul Exemple-Martin", ["Jean-Paul Exemple-Martin"]),
        ("J. R. Example", ["J. R. Example"]),
        ("ANN EXAMPLE", ["ANN EXAMPLE"]),
        ("Dr. Anna Beispiel", ["Anna Beispiel"]),
        ("記者 山田太郎", ["山田太郎"]),
        ("김철수 기자", ["김철수"]),
        ("Автор: Анна Примерова и Иван Образцов", ["Анна Примерова", "Иван Образцов"]),
        ("محمد المثال", ["محمد المثال"]),
        ("Ann Example (AP)", ["Ann Example"]),
        ("By Ann Example / The Example Times / May 3, 2024", ["Ann Example"]),
        ("By Ann Example | Photographs by Ben Sample", ["Ann Example"]),
        ("Text: Ann Example Foto: Ben Sample", ["Ann Example"]),
        ("By Ann Example with files from Ben Sample", ["Ann Example"]),
        ("By Ann Example, ann@example.org", ["Ann Example"]),
        ("Ann Example @annexample", ["Ann Example"]),
        ("Ann Example 3 May 2024", []),
        ("By Staff writer / March 8, 2012", []),
        ("Staff", []),
        ("Editorial Board", []),
        ("Redaktion", []),
        ("AP", []),
        ("The Associated Press", []),
        ("Reuters", []),
        ("dpa/AFP", []),
        ("Example Times Newsroom", []),
        ("example-times.com", []),
        ("The Example Times", []),
        ("john-smith", []),
        ("ann@example.org", []),
        ("Read more", []),
        ("Share this article", []),
        ("The rain has come at last to the town in the west.", []),
        ("https://example.org/ann", []),
        ("", []),
        ("By", []),
        ("x" * 5000, []),
    ],
)
def test_authors_of_a_byline(text: str, authors: list[str]) -> None:
    assert list(split_byline(text, ["The Example Times"]).authors) == authors


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("By Ann Example, Staff writer", "Staff writer"),
        ("By Ann Example and Ben Sample, Correspondents / March 21, 2011", "Correspondents"),
        ("By Staff writer / March 8, 2012", "Staff writer"),
        ("Von Anna Beispiel, Korrespondentin", "Korrespondentin"),
        ("Ann Example", None),
        ("By dpa", None),
    ],
)
def test_role_of_a_byline(text: str, role: str | None) -> None:
    assert split_byline(text).role == role


def test_agencies_and_the_date_are_kept_apart() -> None:
    assert split_byline("By Ann Example, Reuters / May 3, 2024") == Byline(
        ("Ann Example",), None, "May 3, 2024", ("Reuters",)
    )


@given(st.text(max_size=300))
def test_no_byline_raises_or_names_nobody(text: str) -> None:
    assert all(author.strip() for author in split_byline(text, ["Example"]).authors)
