"""A page cut down to its markup reads as the page did, and has none of its sentences."""

from __future__ import annotations

import json
import re
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.demo import GermanNewspaper, Newspaper
from newscrawl.demo.papers import AnyNewspaper
from newscrawl.extract.page import Page
from newscrawl.scaffold.cutting import cut, differences, texts_of
from newscrawl.scaffold.mask import Mask
from tests.scaffold.papers import pages_of

_URL = "https://www.gazette.example/world/2024/05/07/puddles-everywhere"


def _cut(page: Page, *keep: str, wide: bool = False) -> tuple[bytes, Mask]:
    mask = Mask(keep, wide=wide)
    mask.learn(texts_of(page))
    return cut(page, mask), mask


@pytest.mark.parametrize(
    "newspaper",
    [GermanNewspaper(), GermanNewspaper(seed=5, size=150), Newspaper(), Newspaper(seed=11, size=150)],
    ids=["german", "german of another seed", "english", "english of another seed"],
)
def test_the_reading_of_the_cut_page_is_the_cut_reading_of_the_page(newspaper: AnyNewspaper) -> None:
    for page in pages_of(newspaper, every=23):
        html, mask = _cut(page, newspaper.publisher, wide=True)
        assert differences(page, html, mask) == [], page.url


@pytest.mark.parametrize("wide", [False, True])
def test_no_sentence_of_the_page_is_left(wide: bool) -> None:
    for newspaper in (GermanNewspaper(), Newspaper()):
        for page in pages_of(newspaper, every=40):
            html, _ = _cut(page, newspaper.publisher, wide=wide)
            before = [text.split() for text in page.body.xpath("//p/text()")]
            after = [text.split() for text in Page.of(html, page.url).body.xpath("//p/text()")]
            for one, other in zip(before, after, strict=True):
                kept = [a == b and len(a) > 3 and a.isalpha() for a, b in zip(one, other, strict=True)]
                longest = max((len(list(run)) for same, run in groupby(kept) if same), default=0)
                assert longest <= 4, (one, other)


# Syllables that begin no word which the reading knows.
words = st.lists(st.sampled_from("zuv köf teb ralu mip gon délo kix wuf".split()), min_size=1, max_size=4).map("".join)
phrases = st.lists(words, min_size=3, max_size=9).map(" ".join)
names = st.lists(words.map(str.title), min_size=2, max_size=3).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(
    headline=phrases,
    dek=phrases,
    author=names,
    paragraphs=st.lists(st.lists(words, min_size=25, max_size=50).map(" ".join), min_size=3, max_size=6),
    broken=st.sampled_from(["", ",", "\n"]),
    label=st.sampled_from(["By", "Von", "Par", "By our correspondent"]),
    dated=st.sampled_from(
        ['<time datetime="2024-05-07T10:00:00Z">7 May</time>', "May 7, 2024", "7. Mai 2024, 12:30 Uhr"]
    ),
)
def test_generated_pages(
    headline: str, dek: str, author: str, paragraphs: list[str], broken: str, label: str, dated: str
) -> None:
    data = {"@type": "NewsArticle", "headline": headline, "author": {"@type": "Person", "name": author}}
    script = json.dumps(data)[:-1] + broken + "}"
    page = Page.of(
        f"""<html lang="en"><head><title>{headline} | The Gazette</title><meta property="og:title" content="{headline}">
        <meta property="og:site_name" content="The Gazette"><link rel="canonical" href="{_URL}">
        <script type="application/ld+json">{script}</script><script>var x = "{headline}"</script></head><body>
        <nav><a href="/world">World</a><a href="/login">Log in</a></nav><main><article><h1>{headline}</h1>
        <p class="dek">{dek}</p><p class="byline">{label} <a href="/author/x">{author}</a></p>
        <p class="date">{dated}</p>
        <div class="story">{"".join(f"<p>{text.capitalize()}.</p>" for text in paragraphs)}</div></article></main>
        <aside><h2>Related stories</h2><ul><li><a href="/world/2024/05/06/more-rain">More rain</a></ul></aside>""",
        _URL,
    )
    html, mask = _cut(page, "The Gazette", wide=True)
    assert differences(page, html, mask) == []


def test_what_is_not_markup_is_gone() -> None:
    page = Page.of(
        """<html><head><style>p { color: puce }</style><script src="/x.js">track("umbrellas")</script></head><body>
        <!-- built by Ada on the umbrella machine --><h1 onclick="umbrella()" data-state='{"umbrella": 1}'
        style="color: umbrella">Rain</h1><p style="display:none; x: umbrella" class="umbrella-class">U&shy;m</p>
        <input type="hidden" value="umbrella"><b data-testid="Best umbrella shops" data-time="1725369093">x</b>
        <img src="data:image/png;base64,AAAA" srcset="/umbrella-1.jpg 1x, /umbrella-2.jpg 2x">
        <svg><path d="M0 0"/></svg></body></html>""",
        _URL,
    )
    html = _cut(page)[0].decode()
    assert html.count("umbrella") == 1
    assert 'data-time="1725369093"' in html
    assert 'class="umbrella-class"' in html
    assert 'style="display:none"' in html
    assert not re.search(r"puce|track|onclick|M0 0|AAAA|built by|\u00ad", html)
    assert re.search(r'srcset="/[a-z]{8}-1\.jpg 1x, /[a-z]{8}-2\.jpg 2x"', html)


def test_the_page_itself_is_not_changed() -> None:
    page = pages_of(GermanNewspaper(), every=100)[0]
    before = list(page.root.itertext())
    _cut(page)
    assert list(page.root.itertext()) == before


def test_a_difference_is_told() -> None:
    page = Page.of("<html lang=en><h1>Rain at last</h1><p>" + "It rained and rained. " * 30, _URL)
    html, mask = _cut(page)
    assert differences(page, html.replace(b"h1", b"h6"), mask)[:1] == ["headline"]
