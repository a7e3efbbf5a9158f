"""Feeds: every format, the faults that real ones have, and what a hostile one must not do."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.feeds import is_feed, parse_feed

URL = "https://gazette.example/feeds/all"


def rss(items: str, head: str = "", root: str = '<rss version="2.0">') -> bytes:
    return f"{root}<channel><title>The Gazette</title>{head}{items}</channel></rss>".encode()


def test_rss_2() -> None:
    body = rss(
        """<item><title>Harbour &amp; hill</title><link>https://gazette.example/a</link>
        <guid isPermaLink="false">tag:1</guid><pubDate>Mon, 06 Sep 2021 10:15:00 +0200</pubDate>
        <description>&lt;p&gt;Two   words&lt;/p&gt;</description>
        <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><![CDATA[Ada Moor]]></dc:creator></item>"""
    )
    feed = parse_feed(body, URL)
    assert feed.title == "The Gazette"
    assert feed.errors == []
    (entry,) = feed.entries
    assert entry.url == "https://gazette.example/a"
    assert entry.title == "Harbour & hill"
    assert entry.date == "2021-09-06T10:15:00+02:00"
    assert entry.summary == "Two words"
    assert entry.authors == ("Ada Moor",)
    assert entry.id == "tag:1"


def test_rss_091_without_dates() -> None:
    feed = parse_feed(rss("<item><title>T</title><link>/a</link></item>", root='<rss version="0.91">'), URL)
    assert [(e.url, e.date) for e in feed.entries] == [("https://gazette.example/a", None)]


def test_rdf_items_beside_the_channel() -> None:
    body = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
     <channel rdf:about="https://gazette.example/"><title>G</title></channel>
     <item rdf:about="https://gazette.example/b"><title>B</title><dc:date>2021-09-06T10:15:00Z</dc:date></item></rdf:RDF>"""
    feed = parse_feed(body, URL)
    assert feed.title == "G"
    assert [(e.url, e.date) for e in feed.entries] == [("https://gazette.example/b", "2021-09-06T10:15:00+00:00")]


def test_atom_with_bases_and_several_links() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example/x/">
     <title type="html">Gazette &amp;amp; Co</title><link rel="next" href="?page=2"/><link rel="self" href="self"/>
     <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Bold <b>word</b></div></title>
      <link rel="replies" href="r"/><link rel="alternate" type="application/json" href="j"/>
      <link rel="alternate" type="text/html" href="y/1"/><id>urn:1</id>
      <published>2024-01-01T00:00:00+02:00</published><updated>2024-01-02T03:04:05Z</updated>
      <author><name>Ada Moor</name><email>a@gazette.example</email></author></entry>
     <entry xml:base="/z/"><link href="2"/></entry></feed>"""
    feed = parse_feed(body, URL)
    assert feed.title == "Gazette & Co"
    assert feed.next == "https://gazette.example/x/?page=2"
    first, second = feed.entries
    assert first.url == "https://gazette.example/x/y/1"
    assert first.title == "Bold word"
    assert (first.date, first.updated) == ("2024-01-01T00:00:00+02:00", "2024-01-02T03:04:05+00:00")
    assert first.authors == ("Ada Moor",)
    assert second.url == "https://gazette.example/z/2"


def test_json_feed() -> None:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Gazette",
        "next_url": "/feed.json?p=2",
        "items": [
            {
                "id": 1,
                "url": "/a",
                "title": "A",
                "date_published": "2024-05-07T08:00:00Z",
                "authors": [{"name": "Ada"}],
            },
            {"id": "https://gazette.example/b", "summary": "S", "author": {"name": "Bo"}},
            {"id": "c"},
            "nonsense",
        ],
    }
    feed = parse_feed(json.dumps(data).encode(), URL)
    assert feed.next == "https://gazette.example/feed.json?p=2"
    assert [(e.url, e.authors) for e in feed.entries] == [
        ("https://gazette.example/a", ("Ada",)),
        ("https://gazette.example/b", ("Bo",)),
    ]
    assert feed.entries[0].date == "2024-05-07T08:00:00+00:00"
    assert feed.errors == ["the item 'c' has no address"]


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>http://short.example/x</link><feedburner:origLink xmlns:feedburner='f'>http://g.example/a</feedburner:origLink>",
         "http://g.example/a"),
        ("<guid>https://gazette.example/guid</guid>", "https://gazette.example/guid"),
        ("<guid isPermaLink='false'>https://gazette.example/no</guid><link>/yes</link>", "https://gazette.example/yes"),
        ("<link>\n  /spaced\n </link>", "https://gazette.example/spaced"),
        ("<link><![CDATA[/a?b=1&c=2]]></link>", "https://gazette.example/a?b=1&c=2"),
        ("<link>http://[broken</link>", None),
        ("<link>mailto:x@y.example</link>", None),
    ],
)  # fmt: skip
def test_which_link(item: str, url: str | None) -> None:
    feed = parse_feed(rss(f"<item><title>T</title>{item}</item>"), URL)
    assert [e.url for e in feed.entries] == ([url] if url else [])
    assert bool(feed.errors) is (url is None)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Caf&eacute; &nbsp;open", "Café open"),
        ("A &amp;amp; B", "A & B"),
        ("A &amp;amp;amp; B", "A & B"),
        ("<![CDATA[<b>A</b> &amp; B]]>", "A & B"),
        ("5 &lt; 6", "5 < 6"),
    ],
)
def test_titles_are_plain_text(written: str, title: str) -> None:
    feed = parse_feed(rss(f"<item><title>{written}</title><link>/a</link></item>"), URL)
    assert feed.entries[0].title == title


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Mon, 06 Sep 2021 00:01:00 GMT", "2021-09-06T00:01:00+00:00"),
        ("2021-09-06", "2021-09-06"),
        ("2021-09-06T10:00:00", "2021-09-06"),
        ("soon", None),
    ],
)
def test_a_date_has_a_zone_or_is_a_day(written: str, date: str | None) -> None:
    feed = parse_feed(rss(f"<item><link>/a</link><pubDate>{written}</pubDate></item>"), URL)
    assert feed.entries[0].date == date


STORY = "<rss><channel><item><title>Zürich</title><link>/a</link></item></channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        f"\ufeff\n\n  <?xml version='1.0' encoding='utf-8'?>{STORY}".encode(),
        f"<?xml version='1.0' encoding='iso-8859-1'?>{STORY}".encode("latin-1"),
        f"<?xml version='1.0' encoding='utf-8'?>{STORY}".encode("cp1252"),
        f"<?xml version='1.0' encoding='utf-16'?>{STORY}".encode("utf-16"),
        STORY.replace("Zürich", "Zürich\x0b\x00").encode(),
    ],
)
def test_encodings_and_what_stands_before(body: bytes) -> None:
    feed = parse_feed(body, URL)
    assert [(e.title, e.url) for e in feed.entries] == [("Zürich", "https://gazette.example/a")]
    assert is_feed(body)


def test_a_torn_feed_gives_what_stands_before_the_tear() -> None:
    whole = rss("".join(f"<item><title>T{i}</title><link>/{i}</link></item>" for i in range(20)))
    feed = parse_feed(whole[: len(whole) // 2], URL)
    assert 5 < len(feed.entries) < 20
    assert "broken XML" in feed.errors[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<html><body>Sign in</body></html>", "no feed"),
        (b"plain words", "no "),
        (b"{]", "broken JSON"),
        (b'{"a": 1}', "no JSON Feed"),
        (b'{"items": 3}', None),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, words: str | None) -> None:
    feed = parse_feed(body, URL)
    assert feed.entries == []
    assert words in feed.errors[0] if words else feed.errors == []


def test_entities_are_neither_expanded_nor_fetched() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">'
        + b"".join(
            b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((c + 1,) + (c,) * 10) for c in range(97, 106)
        )
        + b"]><rss><channel><item><title>T &x; &j; U</title><link>/a</link></item></channel></rss>"
    )
    began = time.process_time()
    feed = parse_feed(body, URL)
    assert time.process_time() - began < 1
    assert feed.entries[0].url == "https://gazette.example/a"
    assert len(feed.entries[0].title or "") < 20
    assert "root" not in (feed.entries[0].title or "")


def test_ten_megabytes_are_read_in_time() -> None:
    items = "".join(
        f"<item><title>T{i}</title><link>/{i}</link><description>{'w ' * 500}</description></item>" for i in range(9000)
    )
    began = time.process_time()
    assert len(parse_feed(rss(items), URL).entries) == 9000
    assert time.process_time() - began < 10


@given(st.binary(max_size=300))
def test_nothing_makes_it_raise(noise: bytes) -> None:
    parse_feed(noise, URL)
    parse_feed(b"<rss><channel><item><link>" + noise + b"</link><pubDate>" + noise, URL)
    parse_feed(b'{"items":[' + noise, URL)
    is_feed(noise)


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b"<urlset/>", b"<!-- <rss> --><html>"])
def test_other_things_are_no_feed(body: bytes) -> None:
    assert not is_feed(body)
