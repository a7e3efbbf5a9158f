"""One form for all variants of an address, and nothing thrown together that is two articles."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawl.sites import Site
from newscrawl.urls import article_id, canonical_url, url_key

PATH = "World/terrorism-security/2012/0308/One-patrol-boat-two-flags"
ARTICLE = f"https://www.csmonitor.com/{PATH}"


@pytest.mark.parametrize(
    "variant",
    [
        f"http://www.csmonitor.com/{PATH}",
        f"HTTP://WWW.CSMonitor.com:80/{PATH}",
        f"https://www.csmonitor.com:443/{PATH}",
        f"https://www.csmonitor.com./{PATH}",
        f"http://m.csmonitor.com/{PATH}",
        f"http://www.csmonitor.com/layout/set/print/{PATH}",
        f"http://www.csmonitor.com/layout/set/text/{PATH}",
        f"https://www.csmonitor.com/layout/set/amphtml/{PATH}",
        f"http://m.csmonitor.com/layout/set/print/{PATH}/(page)/2?icid=rss",
        f"http://www.csmonitor.com/text_edition/{PATH}",
        f"http://www.csmonitor.com/{PATH}/(page)/2",
        f"http://www.csmonitor.com/{PATH}/(page)/12/",
        f"http://www.csmonitor.com/{PATH}?icid=rss",
        f"http://www.csmonitor.com/{PATH}?cmpid=addthis_twitter",
        f"http://www.csmonitor.com/{PATH}?nav=87-frontpage-entryNineItem",
        f"http://www.csmonitor.com/{PATH}?utm_source=a&utm_medium=b&fbclid=c",
        f"http://www.csmonitor.com/{PATH}#nextParagraph",
        f"http://www.csmonitor.com/{PATH}/",
        f"http://www.csmonitor.com//{PATH}",
        f"  http://www.csmonitor.com/{PATH}\n",
        f"http://www.csmonitor.com/World/../{PATH}",
        f"http://www.csmonitor.com/./{PATH}",
        f"http://www.csmonitor.com/{PATH.replace('-', '%2D')}",
    ],
)
def test_variants_are_one_article(variant: str) -> None:
    assert canonical_url(variant) == ARTICLE
    assert url_key(variant) == url_key(ARTICLE)
    assert article_id(variant) == article_id(ARTICLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ARTICLE, f"{ARTICLE}."),
        (ARTICLE, f"{ARTICLE}-again"),
        (ARTICLE, ARTICLE.replace("0308", "0309")),
        (ARTICLE, ARTICLE.replace("One-patrol", "one-patrol")),
        ("https://www.csmonitor.com/World/(offset)/20/(view)/all", "https://www.csmonitor.com/World/(view)/all"),
        ("https://example.org/story?id=7", "https://example.org/story?id=8"),
        ("https://example.org/story?id=7", "https://example.org/story"),
        ("https://example.org/a?page=2", "https://example.org/a"),
        ("https://example.org/a?source=archive-1990", "https://example.org/a"),
        ("https://example.org/a?ref=1234", "https://example.org/a"),
        ("https://example.org/a?view=full", "https://example.org/a"),
        ("https://example.org/nav?cid=42", "https://example.org/nav"),
        ("https://news.example.org/a", "https://sport.example.org/a"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
        ("https://example.org/amp", "https://example.org/"),
        ("https://example.org/World/amp", "https://example.org/World"),
    ],
)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)
    assert article_id(one) != article_id(other)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
        ("http://example.org", "https://example.org/"),
        ("https://amp.example.org/a-long-enough-slug", "https://www.example.org/a-long-enough-slug"),
        ("https://m.example.com.pl/a", "https://www.example.com.pl/a"),
        ("https://m.de/a", "https://m.de/a"),
        ("https://mobile.nytimes.example/a", "https://www.nytimes.example/a"),
        ("https://example.org/2024/05/a-long-story/amp/", "https://example.org/2024/05/a-long-story"),
        ("https://example.org/2024/05/a-long-story.amp.html", "https://example.org/2024/05/a-long-story.html"),
        ("http://127.0.0.1:8971/World/2012/0308/A", "http://127.0.0.1:8971/World/2012/0308/A"),
        ("http://localhost/a", "http://localhost/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/Überschrift", "https://example.org/%C3%9Cberschrift"),
        ("https://example.org/%c3%9cberschrift", "https://example.org/%C3%9Cberschrift"),
        ("https://exämple.org/a", "https://xn--exmple-cua.org/a"),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mailto:desk@example.org",
        "javascript:void(0)",
        "/World",
        "http://[broken/a",
        "http://example.org:port/a",
        "a b",
    ],
)
def test_what_is_no_address_comes_back(text: str) -> None:
    assert canonical_url(text) == text


def test_a_sites_rules_come_first() -> None:
    site = Site(
        name="gazette",
        url="https://www.gazette.example/",
        canonical_rules=(
            (r"^https?://print\.gazette\.example/doc/(\d+)\.html", r"https://www.gazette.example/news/\1"),
        ),
    )
    assert canonical_url("http://print.gazette.example/doc/12.html?utm_source=x", site) == (
        "https://www.gazette.example/news/12"
    )
    assert article_id("http://print.gazette.example/doc/12.html", site) == article_id(
        "http://gazette.example/news/12/", site
    )


def test_identifier_never_changes() -> None:
    """Files and stores of earlier versions hold it."""
    assert article_id("http://m.csmonitor.com/World/2012/0308/A?icid=rss") == "977b35abbe87167589e2"


_TEXT = st.text(alphabet=string.ascii_letters + string.digits + "-._~%/()+,;:@!$'&=?#[]{}é \t", max_size=60)


@given(
    scheme=st.sampled_from(["http", "https", "HTTP"]),
    host=st.sampled_from(
        ["example.org", "www.example.org", "m.example.org", "127.0.0.1:8971", "EXAMPLE.org:80", "[::1]"]
    ),
    rest=_TEXT,
)
@example("http", "www.example.org", "/a/b/(page)/2/amp")
@example("http", "www.example.org", "//layout/set/print/x")
@example("http", "www.example.org", "/layout/set/print/layout/set/print/x")
@example("http", "m.example.org", "/text_edition/layout/set/text/a")
def test_canonical_form_is_its_own(scheme: str, host: str, rest: str) -> None:
    once = canonical_url(f"{scheme}://{host}/{rest}")
    assert canonical_url(once) == once


@given(st.text(max_size=80))
def test_nothing_raises(text: str) -> None:
    assert isinstance(canonical_url(text), str)
    assert len(article_id(text)) == 20


@given(
    st.text(alphabet="aZ0.-_/mp", max_size=24),
    st.sampled_from(
        [
            "example.org",
            "m.example.org",
            "a-b.xn--p1ai",
            "127.0.0.1:8971",
            "10.0.0.7",
            "10.0.0.07",
            "10.0.7",
            "256.0.0.1:80",
        ]
    ),
)
@example("a/../b/amp/", "127.0.0.1:8971")
@example("a-story", "127.0.0.1:443")
@example("layout/set/print/a", "example.org")
@example("a/../b/amp/", "example.org")
@example("text_edition", "www.example.org")
@example("a-story-of-some-length.amp.html", "example.org")
def test_an_address_that_is_plain_already_is_read_like_any_other(path: str, host: str) -> None:
    plain = f"http://{host}/{path}"
    # A fragment makes it one that is not plain, and is no part of the canonical form.
    assert canonical_url(plain) == canonical_url(f"{plain}#x")
