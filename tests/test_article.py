from __future__ import annotations

import gc
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from parsel import Selector

from newscrawl.article import content_hash, join_pages, load_article, registered_domain
from newscrawl.items import Article, Image
from newscrawl.sites import Site, Template

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://www.example-times.com/world/2024/0503/Rain-at-last"
TEXT = "".join(
    f"<p>It rained for the {n}th day, and nobody in the whole town had any umbrella to lend or to sell, they said.</p>"
    for n in range(8)
)
DATA = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Rain town: where it rains",
    "author": {"@type": "Person", "name": "Ann Example"},
    "datePublished": "2024-05-03",
    "dateModified": "2024-05-03T10:00:00Z",
    "articleSection": "world",
    "publisher": {"@type": "Organization", "name": "Example Times"},
    "isAccessibleForFree": "False",
}


def page(head: str = "", top: str = "", data: dict[str, Any] | None = None) -> str:
    script = f'<script type="application/ld+json">{json.dumps(data or DATA)}</script>'
    return (
        f'<html lang="en_us"><head><title>Rain at last - Example Times</title>{script}{head}</head><body>'
        '<nav class="breadcrumb"><a href="/">Example Times</a> <a href="/world">World</a></nav>'
        f"<article><h1>Rain at last</h1>{top}{TEXT}</article></body></html>"
    )


def load(html: str, url: str = URL, site: Site | None = None) -> Article:
    return load_article(html, url, site, now=NOW)


def test_a_whole_page() -> None:
    top = (
        '<p class="standfirst">After a year without a drop, the town is wet again.</p>'
        '<p class="byline">By Ann Example, Staff writer</p><time datetime="2024-05-03T08:00:00Z">May 3</time>'
    )
    article = load(page(top=top))
    assert article.headline == "Rain at last"
    assert article.description == "After a year without a drop, the town is wet again."
    assert article.byline == "By Ann Example, Staff writer"
    assert article.authors == ["Ann Example"]
    assert article.author_role == "Staff writer"
    assert article.date_published == "2024-05-03T08:00:00+00:00"
    assert article.date_modified == "2024-05-03T10:00:00+00:00"
    assert article.section == "World"
    assert article.breadcrumbs == ["World"]
    assert article.publisher == "Example Times"
    assert article.site == "example-times.com"
    assert article.language == "en-US"
    assert article.paywalled is True
    assert article.url == article.canonical_url == URL
    assert article.aliases == []
    assert article.body is not None
    assert article.body.startswith("It rained for the 0th day")
    assert article.word_count == 8 * 22
    assert article.content_hash == content_hash(article.headline, article.body)
    assert article.sources["headline"] == "markup"
    assert article.sources["authors"] == "json-ld"
    assert article.sources["section"] == "markup"
    assert article.pages == 1


def test_bytes_text_and_a_ready_selector_read_alike() -> None:
    html = page()
    assert load_article(html.encode(), URL, now=NOW) == load(html) == load_article(Selector(text=html), URL, now=NOW)


@pytest.mark.parametrize("html", ["", b"", "<html>", "\x00", "<h1>", b"\xff\xfe\x00", "<div>" * 20_000, "%PDF-1.4"])
def test_poor_pages_give_an_empty_article(html: str | bytes) -> None:
    article = load_article(html, URL, now=NOW)
    assert article.authors == []
    assert article.url == URL
    assert article.id


@pytest.mark.parametrize("url", ["", "not an address", "http://[", "ftp://example.org/a", "https://"])
def test_odd_addresses_do_no_harm(url: str) -> None:
    assert load_article(page(), url, now=NOW).headline == "Rain at last"


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        (
            '<link rel="canonical" href="/world/2024/0503/Rain-at-last-2?utm_source=x">',
            "/world/2024/0503/Rain-at-last-2",
        ),
        (
            '<link rel="canonical" href="https://other.org/world/2024/0503/Rain-at-last">',
            "/world/2024/0503/Rain-at-last",
        ),
        ('<link rel="canonical" href="https://www.example-times.com/">', "/world/2024/0503/Rain-at-last"),
        ('<link rel="canonical" href="/world">', "/world/2024/0503/Rain-at-last"),
        ('<link rel="canonical" href="mailto:x@example-times.com">', "/world/2024/0503/Rain-at-last"),
        (
            '<meta property="og:url" content="https://www.example-times.com/world/2024/0503/Rain">',
            "/world/2024/0503/Rain",
        ),
        ("", "/world/2024/0503/Rain-at-last"),
    ],
)
def test_canonical_address(head: str, canonical: str) -> None:
    article = load(page(head))
    assert article.canonical_url == f"https://www.example-times.com{canonical}"
    assert (article.aliases == []) is (article.canonical_url == article.url)


def test_aliases_are_the_other_addresses_on_the_same_site() -> None:
    head = (
        f'<link rel="canonical" href="{URL}"><link rel="amphtml" href="https://amp.example-times.com/rain">'
        '<link rel="alternate" media="handheld" href="https://m.example-times.com/rain">'
        '<link rel="alternate" hreflang="de" href="https://www.example-times.com/de/regen">'
        '<link rel="shortlink" href="https://exmpl.tm/1">'
    )
    assert load(page(head), f"{URL}?utm_source=rss#top").aliases == [
        "https://amp.example-times.com/rain",
        "https://m.example-times.com/rain",
        f"{URL}?utm_source=rss",
    ]


def test_the_same_article_has_the_same_identifier_under_all_its_addresses() -> None:
    ids = {load(page(), url).id for url in (URL, f"{URL}?utm_source=rss", URL.replace("www.", "m."), URL + "/")}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("published", "modified", "kept"),
    [
        ("2024-05-03T08:00:00Z", "2024-05-03T08:00:00Z", None),
        ("2024-05-03T08:00:00Z", "2024-05-03T10:00:00+02:00", None),
        ("2024-05-03T08:00:00Z", "2024-05-03T07:00:00Z", None),
        ("2024-05-03T08:00:00Z", "2024-05-03T09:00:00Z", "2024-05-03T09:00:00+00:00"),
        ("2024-05-03", "2024-05-03", None),
        ("2024-05-03", "2024-05-04", "2024-05-04"),
    ],
)
def test_a_modification_that_says_nothing_is_left_out(published: str, modified: str, kept: str | None) -> None:
    article = load(page(data=DATA | {"datePublished": published, "dateModified": modified}))
    assert article.date_modified == kept
    assert ("date_modified" in article.sources) is (kept is not None)


SITE = Site(
    name="example_times",
    url="https://www.example-times.com/",
    publisher="The Example Times",
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    article_url=r"/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/",
    templates=(
        Template(
            name="old",
            when="p.sByline",
            fields={
                "headline": "h1.head",
                "byline": "p.sByline",
                "image_url": "img.big::attr(src)",
                "image_credit": "i.by",
            },
            body=("div.sBody",),
            remove=("div.box",),
        ),
    ),
)


def old_page(byline: str, head: str = "") -> str:
    return (
        f"<html><head>{head}</head><body><h1 class=head>Rain at last</h1><p class=sByline>{byline}</p>"
        '<img class="big" src="/big.jpg"><i class="by">Photo: Ann Example/dpa</i>'
        '<div class="sBody"><p>One.</p><div class="box"><h3>Recent posts</h3><ul><li>09.02.10 Old</li></ul></div>'
        "<blockquote>Two.</blockquote></div></body></html>"
    )


def test_a_sites_template_comes_first() -> None:
    article = load(old_page("By Ann Example,&nbsp;Staff writer / May 3, 2024"), site=SITE)
    assert (article.site, article.publisher, article.language) == ("example_times", "The Example Times", "en-US")
    assert article.byline == "By Ann Example, Staff writer / May 3, 2024"
    assert article.authors == ["Ann Example"]
    assert article.date_published == "2024-05-03"
    assert article.date_published_raw is not None
    assert article.date_published_raw.endswith("May 3, 2024")
    assert article.body == "One.\nTwo."
    assert article.images == [Image("https://www.example-times.com/big.jpg", None, "Ann Example/dpa")]
    assert article.sources["body"] == "site"


def test_a_byline_without_a_person_is_final() -> None:
    head = '<meta name="author" content="Ben Sample"><script>md_byline = "Carl Test"</script>'
    article = load(old_page("By Staff writer / May 3, 2024", head), site=SITE)
    assert article.authors == []
    assert article.author_role == "Staff writer"


def test_the_day_of_the_address_dates_a_page_that_prints_none() -> None:
    article = load(old_page("By Ann Example"), site=SITE)
    assert (article.date_published, article.sources["date_published"]) == ("2024-05-03", "url")


def test_a_printed_time_is_in_the_sites_zone() -> None:
    article = load(old_page("By Ann Example / May 3, 2024 9:24 a.m."), site=SITE)
    assert article.date_published == "2024-05-03T09:24:00-04:00"


def test_pages_are_joined_without_repeating_anything() -> None:
    first = Article(
        url=URL,
        canonical_url=URL,
        headline="Rain",
        description="A dek.",
        body="One.\nTwo.",
        images=[Image("https://example.org/a.jpg")],
        aliases=[f"{URL}?x"],
    )
    second = Article(
        url=f"{URL}/2",
        canonical_url=URL,
        headline="Rain",
        body="A dek.\nTwo.\nThree.",
        images=[Image("https://example.org/a.jpg"), Image("https://example.org/b.jpg")],
        sources={"images": "markup"},
    )
    joined = join_pages(first, [second, Article(body=None)])
    assert joined.body == "One.\nTwo.\nThree."
    assert [image.url for image in joined.images] == ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    assert joined.aliases == sorted([f"{URL}/2", f"{URL}?x"])
    assert joined.pages == 3
    assert joined.word_count == 3
    assert joined.content_hash == content_hash("Rain", "One.\nTwo.\nThree.")


def test_the_hash_minds_words_not_dress() -> None:
    assert content_hash("“Rain” – now", "It  rained.\n") == content_hash('"rain" - NOW', "It rained.")
    assert content_hash("Rain", "It rained.") != content_hash("Rain", "It snowed.")
    assert content_hash("a", "b") != content_hash("a\nb", None)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/a", "bbc.co.uk"),
        ("http://127.0.0.1:8971/a", "127.0.0.1:8971"),
        ("http://localhost/a", "localhost"),
        ("https://user@news.example.com:444/a", "example.com"),
        ("", ""),
        ("http://[", ""),
    ],
)
def test_registered_domain(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


def test_a_page_leaves_nothing_behind() -> None:
    load(page())
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(5):
        load(page())
    gc.collect()
    assert len(gc.get_objects()) - before < 200


def test_the_declared_publisher_goes_before_the_one_that_a_template_reads() -> None:
    template = Template(name="all", when="h1", fields={"publisher": ".paper", "headline": "h1"}, body=("div",))
    site = Site(name="paper", url="https://example.org/", publisher="The Example Times", templates=(template,))
    html = "<h1>Rain</h1><p class=paper>Another Paper</p><div><p>It rained all day in the old town.</p></div>"
    assert load_article(html, "https://example.org/rain", site).publisher == "The Example Times"
