"""Bytes become text as in a browser, and nothing that a server sends breaks the reading."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement
from parsel import Selector

from newscrawl.extract.page import Page, select, text_of

URL = "https://example.org/a/b"
WORDS = "Café – “naïve” straße"


def _read(html: bytes | str) -> str:
    return text_of(Page.of(html, URL).root)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{WORDS}</p>".encode(),
        f"\ufeff<p>{WORDS}</p>".encode(),
        f"<meta charset=utf-8><p>{WORDS}</p>".encode(),
        f'<meta charset="iso-8859-1"><p>{WORDS}</p>'.encode(),
        f'<meta http-equiv="Content-Type" content="text/html; charset=us-ascii"><p>{WORDS}</p>'.encode(),
        f'<meta charset="no-such-encoding"><p>{WORDS}</p>'.encode(),
        f"<p>{WORDS}</p>".encode("cp1252"),
        f"<meta charset=iso-8859-1><p>{WORDS}</p>".encode("cp1252"),
        f"<meta charset=utf-8><p>{WORDS}</p>".encode("cp1252"),
        f"<p>{WORDS}</p>".encode("utf-16"),
        f"<p>{WORDS}</p>",
        f"\ufeff<p>{WORDS}</p>",
        f'<?xml version="1.0" encoding="utf-8"?><p>{WORDS}</p>',
        f'<?xml version="1.0" encoding="iso-8859-1"?><p>{WORDS}</p>'.encode("cp1252"),
    ],
)
def test_encodings(html: bytes | str) -> None:
    assert _read(html) == WORDS


def test_utf8_under_another_name() -> None:
    assert _read('<meta charset="iso-8859-1"><p>Straße</p>'.encode()) == "Straße"
    assert _read('<meta charset="windows-1251"><p>Страница</p>'.encode()) == "Страница"


def test_a_right_declaration_is_believed() -> None:
    assert _read('<meta charset="windows-1251"><p>Страница</p>'.encode("cp1251")) == "Страница"
    assert _read('<meta charset="shift_jis"><p>ページ</p>'.encode("shift_jis")) == "ページ"
    assert _read('<meta charset="gb2312"><p>新闻</p>'.encode("gb18030")) == "新闻"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("text/html; charset=windows-1251", "cp1251"),
        ("text/html; charset=iso-8859-1", "utf-8"),
        ("text/html; charset=utf-8", "utf-8"),
        ("text/html; charset=no-such-encoding", "utf-8"),
        ("text/html", "utf-8"),
    ],
)
def test_header(header: str, encoding: str) -> None:
    assert text_of(Page.of("<p>Страница</p>".encode(encoding), URL, content_type=header).root) == "Страница"


def test_one_broken_letter_does_not_change_the_others() -> None:
    assert _read(f"<meta charset=utf-8><p>{WORDS} ".encode() + b"\xe2\x80</p>").startswith(WORDS)
    long = f"<meta charset=utf-8><p>{WORDS * 50}".encode()
    assert WORDS * 49 in _read(long[:-1])


@pytest.mark.parametrize("length", [2**15 - 1, 2**15, 2**16 - 2])
def test_a_letter_across_two_pieces(length: int) -> None:
    html = b"<!--".ljust(length - 3) + f"--><p>{WORDS}</p>".encode()
    for start in range(4):
        assert _read(b" " * start + html) == WORDS


def test_nul_bytes_vanish() -> None:
    assert _read(b"<p>o\x00ne</p>\x00<p>two</p>") == "one two"


@pytest.mark.parametrize("html", [b"", "", b"\xef\xbb\xbf", b"\x00\x00", b"   ", "<!-- -->", "<", "<?php", "\ud800"])
def test_nothing_to_read(html: bytes | str) -> None:
    page = Page.of(html, URL)
    assert text_of(page.root) in {"", "<", "?"}
    assert page.metas == {}
    assert page.links == {}
    assert page.base_url == URL


@given(st.binary(max_size=300))
def test_no_bytes_raise(html: bytes) -> None:
    page = Page.of(html, URL)
    text_of(page.root)
    assert page.metas.keys() >= set()
    assert page.base_url


@given(st.text(alphabet="<>/!-='\" abpdivh1meta\x00é", max_size=120))
def test_no_text_raises(html: str) -> None:
    text_of(Page.of(html, URL).root)


def test_deep_nesting_is_read() -> None:
    assert _read("<div>" * 1900 + "deep") == "deep"
    assert isinstance(_read("<div>" * 100_000 + "too deep"), str)


def test_a_ready_tree_is_not_parsed_again() -> None:
    selector = Selector(text="<p>x</p>", type="html")
    assert select(selector, URL) is selector
    assert Page.of(selector, URL).root is selector.root


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one<br>two</p>", "one two"),
        ("<p>on<b>e</b> t<i>w</i>o</p>", "one two"),
        ("<div>one<p>two</p>three</div>", "one two three"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("<p>one<!-- no -->two<script>x()</script>three</p>", "onetwothree"),
        ("<p>one<style>p{}</style><noscript>no</noscript> two</p>", "one two"),
        ("<p>one&nbsp;two &amp; three</p>", "one two & three"),
        ("<p>a<svg><text>no</text></svg>b<template><p>no</p></template></p>", "ab"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert _read(html) == text


@pytest.mark.parametrize(
    ("html", "href", "absolute"),
    [
        ("", "c", "https://example.org/a/c"),
        ("", " /c\n", "https://example.org/c"),
        ("<base href='/x/'>", "c", "https://example.org/x/c"),
        ("<base><base href='//cdn.example.net/'>", "c", "https://cdn.example.net/c"),
        ("<base href='http://[bad'>", "c", "https://example.org/a/c"),
        ("", "http://[bad", "http://[bad"),
        ("", "?p=2", "https://example.org/a/b?p=2"),
        ("", "/c?", "https://example.org/c"),
        ("", "/c/../d", "https://example.org/d"),
        ("", "//example.net/c", "https://example.net/c"),
        ("", "HTTPS://example.org/c", "https://example.org/c"),
    ],
)
def test_addresses(html: str, href: str, absolute: str) -> None:
    assert Page.of(html, URL).absolute(href) == absolute


_PIECES = [
    "http://",
    "https://",
    "/",
    "//",
    "a",
    "b.c",
    ".",
    "..",
    "?",
    "#",
    "=",
    "&",
    ";",
    ":",
    "%20",
    "@",
    " ",
    "8",
    "Ü",
]


@given(
    st.sampled_from(
        [URL, "https://example.org:8/x/", "http://example.org?q", "HTTP://Ex.org/a", "http://[bad", "x", ""]
    ),
    st.lists(st.sampled_from(_PIECES), max_size=7).map("".join),
)
def test_addresses_are_joined_as_everywhere(url: str, href: str) -> None:
    page = Page.of("<p>", url)
    try:
        joined = urljoin(page.base_url, href.strip())
    except ValueError:
        joined = href.strip()
    assert page.absolute(href) == joined


def test_elements_by_tag_in_page_order() -> None:
    page = Page.of("<title>a</title><p>1<div><p>2</div><P>3<svg><title>b</title></svg>", URL)
    assert [element.text for element in page.tagged("p")] == ["1", "2", "3"]
    assert [element.text for element in page.tagged("title")] == ["a", "b"]
    assert not page.tagged("nav")
    assert page.body.tag == "body"


def test_elements_are_all_of_one_class() -> None:
    assert {type(element) for element in Page.of("<form><input><p>a</form>", URL).elements} == {HtmlElement}


def test_metas_and_links_by_any_spelling() -> None:
    page = Page.of(
        """<head><META NAME="Author" CONTENT=" A "><meta property="OG:title" content="T"><meta name="x" content="">
        <meta itemprop="datePublished" content="2020-01-01"><meta name="author" content="B">
        <link rel="Alternate  feed" href="/f"><link rel=canonical href=" c "><link rel="next"></head>""",
        URL,
    )
    assert page.metas == {"author": ["A", "B"], "og:title": ["T"], "datepublished": ["2020-01-01"]}
    assert list(page.meta("og:title", "author")) == ["T", "A", "B"]
    assert {rel: [href for href, _ in found] for rel, found in page.links.items()} == {
        "alternate": ["https://example.org/f"],
        "feed": ["https://example.org/f"],
        "canonical": ["https://example.org/a/c"],
    }


@pytest.mark.parametrize("begin", ["<main><article>", "<article>", "<header><p>A paper</p></header><section>"])
def test_a_body_without_its_tag_is_a_body(begin: str) -> None:
    page = Page.of(f"<!doctype html><title>T</title><meta name=a content=b>{begin}<h1>H</h1><p>x</p> y", URL)
    head, body = page.root
    assert [element.tag for element in head] == ["title", "meta"]
    assert text_of(body).endswith("H x y")


def test_a_body_that_begins_in_the_head_is_put_together() -> None:
    page = Page.of("<!doctype html><title>T</title><main><h1>H</h1></main><p>x</p>", URL)
    head, body = page.root
    assert ([element.tag for element in head], [element.tag for element in body]) == (["title"], ["main", "p"])


def test_a_ready_tree_is_read_without_its_comments_and_stays_as_it_is() -> None:
    ready = Selector("<p>one<!-- a --> two<b>three</b><!-- b -->four</p>")
    page = Page.of(ready, URL)
    assert [element.text for element in page.tagged("p", "b")] == ["one two", "three"]
    assert page.tagged("b")[0].tail == "four"
    assert "<!-- a -->" in ready.get()
