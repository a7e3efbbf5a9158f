from __future__ import annotations

from typing import Any

import pytest
from lxml.html import HtmlElement

from newscrawl.extract.page import Page
from newscrawl.extract.pictures import figures, largest


def read(body: str) -> list[dict[str, Any]]:
    page = Page.of(f"<html><body>{body}</body></html>", "https://www.example-times.com/a/b")
    return [image for _, image in figures(page, page.root, is_teaser)]


def is_teaser(element: HtmlElement) -> bool:
    return element.get("class") == "teaser"


@pytest.mark.parametrize(
    ("figure", "image"),
    [
        (
            '<figure><picture><source srcset="l.webp 1600w"><img src="s.jpg"></picture></figure>',
            {"url": "https://www.example-times.com/a/l.webp", "caption": None, "credit": None, "alt": None},
        ),
        (
            '<figure><img src="data:image/gif;base64,R0" data-src="/x.jpg" alt="Rain">'
            '<figcaption>It rains. <span class="copyright">Ann</span></figcaption></figure>',
            {
                "url": "https://www.example-times.com/x.jpg",
                "caption": "It rains.",
                "credit": "Ann",
                "alt": "Rain",
            },
        ),
        (
            '<figure><img src="/x.jpg"><div class="image-caption">It rains.</div><i class="credit">Ben</i></figure>',
            {"url": "https://www.example-times.com/x.jpg", "caption": "It rains.", "credit": "Ben", "alt": None},
        ),
        (
            '<figure><a href="/large.jpg?x=1"><img src="/x.jpg"></a><p id="photo-credit">Ben</p></figure>',
            {"url": "https://www.example-times.com/large.jpg?x=1", "caption": None, "credit": "Ben", "alt": None},
        ),
        (
            '<figure><a href="/small.jpg"><img src="/x.jpg" srcset="/l.jpg 1200w"></a></figure>',
            {"url": "https://www.example-times.com/l.jpg", "caption": None, "credit": None, "alt": None},
        ),
    ],
)
def test_a_figure(figure: str, image: dict[str, Any]) -> None:
    assert read(figure) == [image]


@pytest.mark.parametrize(
    "figure",
    [
        "<figure></figure>",
        "<figure><img></figure>",
        '<figure><img src="/icon.png" width="40" height="40"></figure>',
        '<figure class="teaser"><img src="/x.jpg"></figure>',
        '<figure><img src="data:image/gif;base64,R0"></figure>',
    ],
)
def test_what_is_no_picture_of_the_story(figure: str) -> None:
    assert read(figure) == []


@pytest.mark.parametrize(
    ("srcset", "url"),
    [
        ("a.jpg 1x, b.jpg 2x", "b.jpg"),
        ("https://x.org/a.jpg?r=1,2 320w, https://x.org/b.jpg?r=1,2 640w", "https://x.org/b.jpg?r=1,2"),
        ("a.jpg", "a.jpg"),
    ],
)
def test_largest(srcset: str, url: str) -> None:
    found = largest(srcset)
    assert found is not None
    assert found[0] == url


def test_nothing_in_an_empty_srcset() -> None:
    assert largest(" , ") is None
