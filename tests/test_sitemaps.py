"""Sitemaps: indexes, news, gzip, text; constant memory; what a hostile one must not do; narrowing by dates."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.sitemaps import (
    SitemapEntry,
    is_sitemap,
    narrow,
    parse_sitemap,
    period_in_name,
    sitemaps_in_robots,
    usual_places,
)

URL = "https://gazette.example/sitemap.xml"
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?><!-- made at night -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><image:image><image:loc>https://img.example/a.jpg</image:loc></image:image>
 <loc> https://gazette.example/a?x=1&amp;y=2 </loc>
 <lastmod>2024-05-07T10:00:00Z</lastmod>
 <n:news><n:publication><n:name>The Gazette</n:name><n:language>en</n:language></n:publication>
 <n:publication_date>2024-05-07T08:00+02:00</n:publication_date><n:title>Harbour &amp; hill</n:title></n:news></url>
<url><loc>/b</loc><lastmod>2024-05-06</lastmod></url><url><lastmod>2024-05-06</lastmod></url></urlset>"""


def many(count: int) -> bytes:
    return (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + b"".join(
            b"<url><loc>https://gazette.example/%d</loc><lastmod>2024-01-02</lastmod></url>\n" % i for i in range(count)
        )
        + b"</urlset>"
    )


@pytest.mark.parametrize("packing", [0, 1, 2])
def test_news_sitemap(packing: int) -> None:
    body = NEWS
    for _ in range(packing):
        body = gzip.compress(body)
    assert is_sitemap(body)
    sitemap = parse_sitemap(body, URL)
    assert sitemap.kind == "urlset"
    assert list(sitemap.entries) == [
        SitemapEntry(
            "https://gazette.example/a?x=1&y=2",
            "2024-05-07T10:00:00+00:00",
            "Harbour & hill",
            "2024-05-07T08:00:00+02:00",
            "The Gazette",
            "en",
        ),
        SitemapEntry("https://gazette.example/b", "2024-05-06"),
    ]
    assert sitemap.errors == ["1 entries without an address were left out"]


def test_index_without_a_namespace() -> None:
    sitemap = parse_sitemap(
        b"<sitemapindex><sitemap><loc>https://g.example/1.xml.gz</loc></sitemap></sitemapindex>", URL
    )
    assert sitemap.kind == "index"
    assert [e.url for e in sitemap.entries] == ["https://g.example/1.xml.gz"]


def test_text() -> None:
    sitemap = parse_sitemap("\ufeffhttps://g.example/1\r\n\r\nhttps://g.example/2\nno address\n".encode(), URL)
    assert sitemap.kind == "text"
    assert [e.url for e in sitemap.entries] == ["https://g.example/1", "https://g.example/2"]


def test_a_big_one_takes_the_memory_of_a_small_one() -> None:
    def peak(count: int) -> int:
        body = gzip.compress(many(count))
        tracemalloc.start()
        sitemap = parse_sitemap(body, URL)
        assert sum(1 for _ in sitemap.entries) == count
        assert sitemap.errors == []
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(100)
    assert peak(20_000) < 2 * peak(4_000) + 500_000


def test_a_gzip_bomb_ends() -> None:
    body = gzip.compress(b"<urlset><url><loc>/a</loc></url>" + b" " * (64 << 20))
    began = time.process_time()
    sitemap = parse_sitemap(body, URL)
    assert [e.url for e in sitemap.entries] == ["https://gazette.example/a"]
    assert time.process_time() - began < 5
    assert "more than" in sitemap.errors[0]


def test_torn_ones_give_what_stands_before() -> None:
    body = many(3000)
    for torn in (body[: len(body) // 2], gzip.compress(body)[:5000]):
        sitemap = parse_sitemap(torn, URL)
        assert 100 < sum(1 for _ in sitemap.entries) < 3000
        assert sitemap.errors


def test_entities_are_neither_expanded_nor_fetched() -> None:
    body = b"""<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaaaaaaaa">]>
    <urlset><url><loc>https://g.example/&a;&x;b</loc></url><url><loc>https://g.example/c</loc></url></urlset>"""
    urls = [e.url for e in parse_sitemap(body, URL).entries]
    assert "https://g.example/c" in urls
    assert not any("aaaa" in url or "root" in url for url in urls)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<rss/>", b"words", b"\x1f\x8b\x08broken"])
def test_what_is_no_sitemap_is_told(body: bytes) -> None:
    sitemap = parse_sitemap(body, URL)
    assert list(sitemap.entries) == []
    assert sitemap.errors
    assert not is_sitemap(body)


@given(st.binary(max_size=300))
def test_nothing_makes_it_raise(noise: bytes) -> None:
    for body in (
        noise,
        b"<urlset><url><loc>" + noise + b"</loc></url>",
        b"\x1f\x8b" + noise,
        b"https://g.example/\n" + noise,
    ):
        list(parse_sitemap(body, URL).entries)
        is_sitemap(body)


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("sitemap-2013-auto-1.xml", ("2013-01-01", "2013-12-31")),
        ("sitemap-2024-05.xml", ("2024-05-01", "2024-05-31")),
        ("sitemap_202405.xml.gz", ("2024-05-01", "2024-05-31")),
        ("sitemap-20240507.xml", ("2024-05-07", "2024-05-07")),
        ("2024/may.xml", ("2024-05-01", "2024-05-31")),
        ("sitemap?yyyy=2024&mm=05", ("2024-05-01", "2024-05-31")),
        ("sitemap?yyyy=2024&mm=05&dd=07", ("2024-05-07", "2024-05-07")),
        ("2024/5/", ("2024-05-01", "2024-05-31")),
        ("sitemap-articles-12.xml", None),
        ("sitemap-index.xml", None),
        ("sitemap-2013-13.xml", ("2013-01-01", "2013-12-31")),
        ("sitemap-120130507.xml", None),
    ],
)
def test_period_in_name(name: str, period: tuple[str, str] | None) -> None:
    found = period_in_name(f"https://gazette.example/{name}")
    assert (found and (found[0].isoformat(), found[1].isoformat())) == period


def test_narrow() -> None:
    entries = [
        SitemapEntry("https://g.example/s-2012.xml"),
        SitemapEntry("https://g.example/s-2013-01.xml"),
        SitemapEntry("https://g.example/s-2013-05.xml"),
        SitemapEntry("https://g.example/old.xml", lastmod="2013-01-10T00:00:00+00:00"),
        SitemapEntry("https://g.example/new.xml", lastmod="2026-01-10"),
        SitemapEntry("https://g.example/s-2013-02.xml", lastmod="2026-01-10"),
        SitemapEntry("https://g.example/unknown.xml"),
    ]

    def kept(since: date | None, until: date | None) -> list[str]:
        return [e.url.rpartition("/")[2] for e in narrow(entries, since, until)]

    assert kept(date(2013, 1, 24), date(2013, 3, 1)) == ["s-2013-01.xml", "new.xml", "s-2013-02.xml", "unknown.xml"]
    assert kept(None, date(2012, 6, 1)) == ["s-2012.xml", "old.xml", "new.xml", "unknown.xml"]
    assert kept(None, None) == [e.url.rpartition("/")[2] for e in entries]
    # The last day of a month in one zone is the first of the next in another.
    assert "s-2013-01.xml" in kept(date(2013, 2, 1), None)


def test_robots() -> None:
    lines = (
        "\ufeffSitemap: https://g.example/a.xml",
        "User-agent: *",
        "Disallow: /x",
        "sitemap:/b.xml",
        "Sitemap: /b.xml",
        "Sitemap:",
        "Sitemap: ftp://g.example/c.xml",
    )
    found = sitemaps_in_robots("\n".join(lines), "https://g.example/robots.txt")
    assert found == ["https://g.example/a.xml", "https://g.example/b.xml"]


def test_usual_places_are_on_the_host() -> None:
    places = usual_places("https://gazette.example:8000/world/?a=1")
    assert all(place.startswith("https://gazette.example:8000/") for place in places)
    assert "https://gazette.example:8000/feed" in places
    assert usual_places("http://[broken") == []
