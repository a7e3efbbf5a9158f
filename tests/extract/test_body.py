from __future__ import annotations

import json
import time

import pytest
from lxml import html as lxml_html

from newscrawl.extract.body import blocks_of, extract_body
from newscrawl.extract.page import Page

SENTENCES = [
    "The harbour council voted on Tuesday to close the old ferry line, which has carried workers for sixty years.",
    "“Nobody asked the people who use it,” said Mira Holt, who runs a bakery beside the landing stage.",
    "A second vote is due in March, after the engineers have measured the pier and written down what it would cost.",
    "Until then the boats run twice a day, and the fare stays at two crowns, as it has been since the winter.",
    "The mayor, asked whether she would take the ferry herself, said that she preferred to walk over the bridge.",
    "In the evening some forty people stood at the railing and watched the last crossing of the day come in.",
]


def read(body: str, head: str = "") -> list[str]:
    page = Page.of(f"<html><head>{head}</head><body>{body}</body></html>", "https://example.org/a")
    return [block.text for block in extract_body(page).blocks]


def paragraphs(sentences: list[str] = SENTENCES) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def blocks(markup: str, remove: str | None = None) -> list[tuple[str, str]]:
    container = lxml_html.fromstring(f"<div>{markup}</div>")
    removed = container.xpath(remove) if remove else ()
    return [(block.kind, block.text) for block in blocks_of(container, removed)]


def test_blocks_in_reading_order() -> None:
    markup = (
        "Bare text <b>in</b> front<p>One</p>between<h2>Head</h2>"
        "<blockquote><p>Said</p></blockquote><ul><li>Item</li></ul>"
    )
    assert blocks(markup) == [
        ("paragraph", "Bare text in front"),
        ("paragraph", "One"),
        ("paragraph", "between"),
        ("subhead", "Head"),
        ("quotation", "Said"),
        ("item", "Item"),
    ]


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>drop<span>cap</span>ped</p>", ["dropcapped"]),
        ("<p>one<br>two</p>", ["one two"]),
        ("one<br><br>two<br/>\n<br/>three", ["one", "two", "three"]),
        ("<p>a&nbsp;b\n  c</p><p> &nbsp; </p>", ["a b c"]),
        ("<p>soft\u00adhyphen</p>", ["softhyphen"]),
        ("one<!-- no text -->two<script>var x</script> three", ["onetwo three"]),
        ("<p>one<div>two</div>three</p>", ["one", "two", "three"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
    ],
)
def test_spacing(markup: str, texts: list[str]) -> None:
    assert [text for _, text in blocks(markup)] == texts


def test_removed_elements_leave_their_tails() -> None:
    assert blocks("<p>one <a class='x'>gone</a>two</p><div class='x'>box</div>three", "//*[@class='x']") == [
        ("paragraph", "one two"),
        ("paragraph", "three"),
    ]


def test_the_container_may_be_a_paragraph() -> None:
    assert [block.text for block in blocks_of(lxml_html.fromstring("<p>one <b>two</b></p>"))] == ["one two"]


def test_the_page_is_not_changed() -> None:
    page = Page.of(f"<article><h1>A ferry</h1>{paragraphs()}</article>", "https://example.org/a")
    before = lxml_html.tostring(page.root)
    extract_body(page)
    assert lxml_html.tostring(page.root) == before


def test_plain_article() -> None:
    assert read(f"<article><h1>The ferry closes</h1>{paragraphs()}</article>") == SENTENCES


def test_surroundings_are_left_out() -> None:
    links = "".join(f'<li><a href="/{n}">Another story about something else</a></li>' for n in range(12))
    body = (
        f"<header><ul>{links}</ul></header><main><article><h1>The ferry closes</h1>"
        f'<div class="byline">By Ada Quill</div><figure><img src="a.jpg">'
        "<figcaption>The pier. Photo: A. Lens</figcaption>"
        f'</figure>{paragraphs(SENTENCES[:3])}<div class="newsletter-signup"><p>Sign up for our newsletter.</p></div>'
        f'{paragraphs(SENTENCES[3:])}</article></main><aside class="most-read"><ul>{links}</ul></aside>'
        f'<div id="comments"><p>I took that boat every day of my life, and I miss it already.</p></div>'
        f"<footer><p>All rights reserved. Nothing on this page may be printed without asking us.</p></footer>"
    )
    assert read(body) == SENTENCES


def test_an_article_in_several_containers() -> None:
    first, second, third = SENTENCES[:2], SENTENCES[2:4], SENTENCES[4:]
    box = '<div class="ad-slot"><span>Advertisement</span></div>'
    body = box.join(f'<div class="text-block">{paragraphs(part)}</div>' for part in (first, second, third))
    assert read(f"<main><h1>The ferry closes</h1>{body}</main>") == SENTENCES


def test_paragraphs_separated_by_breaks() -> None:
    assert read(f"<h1>The ferry closes</h1><div>{'<br><br>'.join(SENTENCES)}</div>") == SENTENCES


@pytest.mark.parametrize("markup", ["", "<html></html>", "<html><body></body></html>", "<!-- nothing -->", "text"])
def test_next_to_nothing(markup: str) -> None:
    body = extract_body(Page.of(markup, "https://example.org/"))
    assert isinstance(body.text, str)


def test_lists_quotations_and_subheads_stay() -> None:
    items = ["Two boats on weekdays", "One on Sundays, if the wind allows it", "None in January"]
    listed = "".join(f"<li>{item}</li>" for item in items)
    quotation = "<blockquote><p>We will walk, and we will be late, and we will say why.</p></blockquote>"
    body = (
        f"<article><h1>The ferry closes</h1>{paragraphs(SENTENCES[:2])}<h2>What is planned</h2>"
        f"<p>The council has promised the following:</p><ul>{listed}</ul>"
        f"{quotation}{paragraphs(SENTENCES[2:])}</article>"
    )
    page = Page.of(f"<html><body>{body}</body></html>", "https://example.org/a")
    found = [(block.kind, block.text) for block in extract_body(page).blocks]
    assert ("subhead", "What is planned") in found
    assert [text for kind, text in found if kind == "item"] == items
    assert ("quotation", "We will walk, and we will be late, and we will say why.") in found
    assert len(found) == len(SENTENCES) + 6


def test_pull_quotes_and_read_more_lines_go() -> None:
    quote = '<aside class="pull"><p>Nobody asked the people who use it</p></aside>'
    more = '<p class="read-more"><strong>Read more: <a href="/b">The bridge that nobody wanted</a></strong></p>'
    body = f"{paragraphs(SENTENCES[:3])}{quote}{more}{paragraphs(SENTENCES[3:])}"
    assert read(f"<article><h1>The ferry closes</h1>{body}</article>") == SENTENCES


def test_loose_ends_go() -> None:
    body = f"<p>Old Ferry, Oregon</p>{paragraphs()}<h2>More about this</h2>"
    assert read(f"<article><h1>The ferry closes</h1>{body}</article>") == SENTENCES


def test_the_dek_is_not_in_the_body() -> None:
    dek = "Sixty years of crossings end with a vote of five to four, and a bakery that opens early loses its customers."
    body = (
        f'<main><header><h1>The ferry closes</h1><p class="standfirst">{dek}</p></header>'
        f'<div class="article-body">{paragraphs()}</div></main>'
    )
    head = f'<meta name="description" content="{dek}">'
    found = extract_body(Page.of(f"<html><head>{head}</head><body>{body}</body></html>", "https://example.org/a"))
    assert found.dek == dek
    assert found.text.split("\n") == SENTENCES


def json_ld(text: str) -> str:
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": text}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def test_a_cut_page_is_read_from_its_data() -> None:
    whole = SENTENCES * 2
    head = json_ld("\n".join(whole))
    assert read(f"<article><h1>The ferry closes</h1>{paragraphs(SENTENCES[:2])}</article>", head) == whole


def test_data_about_another_story_is_not_taken() -> None:
    head = json_ld("\n".join(["A mill by the river was sold to a man who makes kites, and he is not sorry."] * 20))
    assert read(f"<article><h1>The ferry closes</h1>{paragraphs()}</article>", head) == SENTENCES


@pytest.mark.parametrize(
    "text",
    ["<p>" * 50, "<" * 5000, "&#xD800;&#0;" * 200, "x" * 1000],
)
def test_data_that_is_nonsense(text: str) -> None:
    assert isinstance(extract_body(Page.of(f"<head>{json_ld(text)}</head><body>", "https://example.org/")).text, str)


def test_deep_nesting() -> None:
    depth = 100_000
    page = Page.of(f"<body>{'<div>' * depth}{paragraphs()}{'</div>' * depth}", "https://example.org/")
    start = time.perf_counter()
    assert isinstance(extract_body(page).text, str)
    assert time.perf_counter() - start < 20


def test_big_pages_take_linear_time() -> None:
    def seconds(times: int) -> float:
        page = Page.of(f"<h1>The ferry closes</h1><article>{paragraphs() * times}</article>", "https://example.org/")
        assert page.root is not None
        start = time.perf_counter()
        extract_body(page)
        return time.perf_counter() - start

    small, large = min(seconds(200) for _ in range(3)), seconds(2000)
    assert large < 30 * small
