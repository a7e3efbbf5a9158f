"""Each value is shown with the piece of the page that it stands in."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.extract.page import Page
from newscrawl.scaffold.marking import passed_over, pieces_of

PAGE = Page.of(
    """<html lang="en-GB"><head><title>Rain at last | Gazette</title><meta name="author" content="Ada Rowntree">
    <script type="application/ld+json">{"headline": "Rain at last", "datePublished": "2024-05-07"}</script></head><body>
    <main><h1 class="head">Rain at last</h1><p class="by">By <a href="/a/ada">Ada Rowntree</a></p>
    <time datetime="2024-05-07T10:00Z">7 May</time><p>It rained, said <b>Ada</b>.</p>
    <figure><img src="/img/rain.jpg" alt="Wet street"><figcaption>A street</figcaption></figure></main></html>""",
    "https://www.gazette.example/2024/05/07/rain",
)


@pytest.mark.parametrize(
    ("value", "source", "pieces"),
    [
        ("Rain at last", "markup", ['<h1 class="head">Rain at last</h1>']),
        ("Rain at last", "json-ld", ['JSON-LD … "headline": "Rain at last" …']),
        ("Ada Rowntree", "meta", ['<meta name="author" content="Ada Rowntree">']),
        (["Ada Rowntree"], "markup", ['<a href="/a/ada">Ada Rowntree</a>']),
        ("2024-05-07T10:00Z", "markup", ['<time datetime="2024-05-07T10:00Z">']),
        ("2024-05-07", "url", ["https://www.gazette.example/2024/05/07/rain"]),
        ("en-GB", "meta", ['<html lang="en-GB">']),
        (
            [{"url": "https://g.example/img/rain.jpg", "alt": "Wet street"}],
            "markup",
            ['<img src="/img/rain.jpg" alt="Wet street">'],
        ),
        ("Nowhere", "markup", []),
        ("…", "markup", []),
        (None, "", []),
        (True, "json-ld", []),
    ],
)
def test_pieces(value: Any, source: str, pieces: list[str]) -> None:
    assert pieces_of(PAGE, value, source) == pieces


def test_labels_are_not_passed_over() -> None:
    assert passed_over(PAGE, ["It rained, said Ada."]) == []
