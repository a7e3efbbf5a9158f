from __future__ import annotations

import json
import sys
from types import FrameType

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


NEWSLETTER = (
    '<div class="newsletter-teaser"><h3>The Lamp at Dawn</h3><p>Our newsletter brings you the harbour at six.</p></div>'
)


def article(*parts: str) -> str:
    """Return an article; parts that are no markup become paragraphs."""
    inner = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    return f'<main><article><h1>The ferry closes</h1><div class="article-body">{inner}</div></article></main>'


def blocks(markup: str, remove: str | None = None) -> list[tuple[str, str]]:
    container = Page.of(f"<div id=x>{markup}</div>", "https://example.org/a").root.get_element_by_id("x")
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


@pytest.mark.parametrize(
    "box",
    [
        NEWSLETTER,
        '<div class="box"><h3>The Lamp at Dawn</h3><p>Our newsletter brings you all that matters.</p></div>',
        '<div class="box"><div><h3>The Lamp at Dawn</h3></div><p>Our newsletter brings you all that matters.</p></div>',
        '<aside class="factbox"><h3>At a glance: ferries</h3><ul><li>Cost: 211 crowns</li><li>Since: 1885</li></ul>'
        "</aside>",
        '<aside class="factbox"><p class="font-bold">Ferries: the figures</p><ul><li>Since: 1885</li></ul></aside>',
    ],
)
def test_the_heading_of_a_box_goes_with_it(box: str) -> None:
    assert read(article(*SENTENCES[:3], box, *SENTENCES[3:])) == SENTENCES


@pytest.mark.parametrize(
    "quote",
    [
        '<aside class="pull"><p>Nobody asked the people who use it</p></aside>',
        '<blockquote class="pullquote">“Nobody asked the people who use it”</blockquote>',
        "<blockquote><p>Nobody asked the people who use it.</p></blockquote>",
    ],
)
def test_pull_quotes_go(quote: str) -> None:
    assert read(article(*SENTENCES[:3], quote, *SENTENCES[3:])) == SENTENCES


@pytest.mark.parametrize(
    "line",
    [
        '<p class="read-more"><strong>Read more: <a href="/b">The bridge that nobody wanted</a></strong></p>',
        '<p><strong>Read also:</strong> <a href="/b">The bridge that nobody wanted</a></p>',
        '<p><b>Our dossier:</b> <a href="/b">The bridge that nobody wanted</a>.</p>',
    ],
)
def test_lines_that_lead_elsewhere_go(line: str) -> None:
    assert read(article(*SENTENCES[:3], line, *SENTENCES[3:])) == SENTENCES


def test_a_sentence_with_a_link_behind_a_colon_stays() -> None:
    sentence = (
        "One thing was clear to all: <a href='/b'>the bridge</a> would have to carry what the ferry had carried, "
        "and nobody had asked it."
    )
    plain = sentence.replace("<a href='/b'>", "").replace("</a>", "")
    assert read(article(*SENTENCES[:3], f"<p>{sentence}</p>", *SENTENCES[3:])) == [
        *SENTENCES[:3],
        plain,
        *SENTENCES[3:],
    ]


def test_a_drop_cap_begins_the_text() -> None:
    first = f'<p class="has-dropcap"><span class="dropcap">{SENTENCES[0][0]}</span>{SENTENCES[0][1:]}</p>'
    lead = '<header class="lead"><p class="standfirst">The last boat leaves, and few will miss it.</p></header>'
    body = article(first, *SENTENCES[1:]).replace("</h1>", f"</h1>{lead}")
    assert read(body) == SENTENCES


def test_a_box_between_a_list_and_its_introduction() -> None:
    listed = ["A vote in March", "The end of the toll of 1973", "227 crowns for ropes, to be paid by May"]
    items = f"<ul>{''.join(f'<li>{item}</li>' for item in listed)}</ul>"
    intro = "The petition asks for three things:"
    body = article(*SENTENCES[:3], f"<p>{intro}</p>", NEWSLETTER, items, *SENTENCES[3:])
    assert read(body) == [*SENTENCES[:3], intro, *listed, *SENTENCES[3:]]


def test_a_subhead_between_boxes_stays() -> None:
    subhead = '<h2 class="article-body__subhead">A quarrel about the till</h2>'
    more = '<div class="read-also"><span>Read also</span><a href="/b">The bridge that nobody wanted</a></div>'
    facts = '<aside class="factbox"><h3>At a glance</h3><ul><li>Since: 1885</li></ul></aside>'
    advert = '<div class="ad-slot"><span class="ad-slot__label">Advertisement</span></div>'
    first, second = article(*SENTENCES[:3], facts), f'<div class="article-body">{subhead}{more}</div>'
    third = f'<div class="article-body">{paragraphs(SENTENCES[3:])}</div>'
    body = first.replace("</article>", f"{advert}{second}{advert}{third}</article>")
    assert read(body) == [*SENTENCES[:3], "A quarrel about the till", *SENTENCES[3:]]


def test_a_dek_without_a_name() -> None:
    dek = "The last boat leaves, and few will miss it. The council has a plan for the pier, the baker has none."
    above = (
        f"<div>Harbour</div><h1>The ferry closes</h1><p>{dek}</p>"
        "<div><div>By Ada Quill</div><div>1 November 2026, 06:43</div></div>"
    )
    parts = "".join(f"<section>{paragraphs(SENTENCES[at : at + 2])}</section>" for at in (0, 2, 4))
    page = f"<html><body><main><div><div>{above}{parts}</div></div></main></body></html>"
    found = extract_body(Page.of(page, "https://example.org/a"))
    assert found.dek == dek
    assert found.text.split("\n") == SENTENCES


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
    assert isinstance(extract_body(page).text, str)


def test_big_pages_take_linear_work() -> None:
    def calls(times: int) -> int:
        mixed = f"{paragraphs()}<h2>What is planned</h2><ul><li>Two boats</li></ul><blockquote>It is so.</blockquote>"
        page = Page.of(f"<h1>The ferry closes</h1><article>{mixed * times}</article>", "https://example.org/")
        assert page.root is not None
        count = 0

        def note(frame: FrameType, event: str, argument: object) -> None:
            nonlocal count
            count += 1

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            extract_body(page)
        finally:
            sys.setprofile(before)
        return count

    calls(1)
    assert calls(300) < 11 * calls(30)


def test_a_page_of_which_one_short_line_alone_is_taken_comes_to_an_end() -> None:
    html = (
        "<h1>Rain at last in the valley</h1><div><p>A fire at a paper mill closed the road on Monday and</p>"
        "<ul><li><a href='/a'>One</a></li></ul></div>"
    )
    assert extract_body(Page.of(html, "https://example.org/world/rain-at-last-in-the-valley")).text == ""
