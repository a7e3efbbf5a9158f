"""That a selector finds what libxml2 finds for it, and in the same order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newscrawl.extract.page import Page
from newscrawl.extract.selectors import Found, find, find_all, select_elements

URL = "https://www.gazette.example/World/2024/a"
SELECTORS = (
    "*",
    "p",
    "P.a",
    ".a",
    ".a.b",
    "#x",
    "p#x",
    "div#x.a",
    "div p",
    "div > p",
    "p + p",
    "p ~ .b",
    ".a p + .b",
    "div .a > p",
    "div > p ~ p.a",
    "p:not(.a)",
    "div:not(.a):not(#x) p",
    "p:first-child",
    "p:last-child",
    "p.a:first-of-type",
    "div:last-of-type > p",
    "p:nth-child(2)",
    "div:has(> p)",
    "[title]",
    "p[title='t']",
    "p[title*=t]",
    "p[TITLE^=t]",
    "p[title$=u]",
    "p[title~=t]",
    "p[title!=t]",
    "p[title='']",
    "p[title*='']",
    "p::text",
    "div.a ::text",
    "p::attr(title)",
    "p, .a",
    "#x, p.b, div",
    "p::attr(title), div::attr(class)",
    ".é",
)

names = st.sampled_from(["a", "b", "a b", "b  a\n", "\ta", "ab", "a\xa0b", "é", ""])
attributes = st.fixed_dictionaries(
    {},
    optional={"class": names, "id": st.sampled_from(["x", "y", ""]), "title": st.sampled_from(["t", "t u", "u", ""])},
)
elements: st.SearchStrategy[Any] = st.recursive(
    st.tuples(st.sampled_from(["p", "div"]), attributes, st.just([])),
    lambda inner: st.tuples(st.just("div"), attributes, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def _html(element: tuple[str, dict[str, str], list[object]]) -> str:
    tag, given_attributes, inner = element
    written = "".join(f' {name}="{value}"' for name, value in given_attributes.items())
    return f"<{tag}{written}>t<!-- c -->{''.join(map(_html, inner))}</{tag}>"  # type: ignore[arg-type]


def _by_libxml2(page: Page, selector: str) -> Found:
    return list(etree.XPath(HTMLTranslator().css_to_xpath(selector))(page.root))


@settings(deadline=None)
@given(st.lists(elements, min_size=1, max_size=4))
def test_css_finds_what_libxml2_finds(made: list[tuple[str, dict[str, str], list[object]]]) -> None:
    page = Page.of(f"<body>{''.join(map(_html, made))}", URL)
    for selector in SELECTORS:
        assert find_all(page, selector) == _by_libxml2(page, selector), selector


@pytest.mark.parametrize(
    ("selectors", "texts"),
    [
        (("h1.big", "h1"), ["one"]),
        ("//h1 | //p", ["one", "two"]),
        ("(string(//p))", ["two"]),
        ("p, h1", ["one", "two"]),
        ((), []),
    ],
)
def test_the_first_that_finds_something_wins(selectors: str | tuple[str, ...], texts: list[str]) -> None:
    page = Page.of("<h1>one</h1><p>two</p>", URL)
    assert [one if isinstance(one, str) else one.text for one in find(page, selectors)] == texts


def test_texts_are_no_elements() -> None:
    page = Page.of("<h1>one</h1><p>two</p>", URL)
    assert select_elements(page, "p::text") == []
    assert [element.tag for element in select_elements(page, "p")] == ["p"]
