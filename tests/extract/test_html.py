from __future__ import annotations

from newscrawl.article import join_pages, load_article
from newscrawl.extract.body_walk import blocks_of
from newscrawl.extract.html import body_html
from newscrawl.extract.page import Page
from newscrawl.spiders.csmonitor import CSMONITOR

URL = "https://www.csmonitor.com/World/2012/0308/A-story"


def html_of(markup: str) -> str:
    page = Page.of(f"<div id=x>{markup}</div>", URL)
    return body_html(blocks_of(page.root.get_element_by_id("x")), page.base_url)


def test_blocks_keep_their_kind() -> None:
    made = html_of("<p>One.</p><h3>Two</h3><blockquote>Three.</blockquote><ul><li>Four<li>Five</ul><p>Six.</p>")
    assert made.split("\n") == [
        "<p>One.</p>",
        "<h2>Two</h2>",
        "<blockquote>Three.</blockquote>",
        "<ul>",
        "<li>Four</li>",
        "<li>Five</li>",
        "</ul>",
        "<p>Six.</p>",
    ]


def test_emphasis_and_absolute_links_are_all_that_is_kept() -> None:
    made = html_of(
        '<p style="color:red">A <em class=x>fine</em> <a href="/World" onclick="x()">day</a> &amp; more.</p>'
    )
    assert made == '<p>A <em>fine</em> <a href="https://www.csmonitor.com/World">day</a> &amp; more.</p>'


def test_nothing_dangerous_passes() -> None:
    made = html_of('<p>A <a href="javascript:alert(1)">trap</a> <img src=x onerror=alert(1)> <b>here</b>.</p>')
    assert "javascript" not in made
    assert "onerror" not in made
    assert "<b>here</b>" in made


def test_text_between_line_breaks_is_escaped() -> None:
    assert html_of("One &lt;b&gt;.<br><br>Two.") == "<p>One &lt;b&gt;.</p>\n<p>Two.</p>"


def test_an_article_has_it_where_it_is_wanted() -> None:
    page = "<h1 class=head>A story</h1><div class=sBody><p>One <i>word</i>.</p><p>Two words.</p></div>"
    assert load_article(page, URL, CSMONITOR).body_html is None
    article = load_article(page, URL, CSMONITOR, with_html=True)
    assert article.body_html == "<p>One <i>word</i>.</p>\n<p>Two words.</p>"


def test_pages_are_joined() -> None:
    first, second = (
        load_article(f"<h1 class=head>A story</h1><div class=sBody>{body}</div>", URL, CSMONITOR, with_html=True)
        for body in ("<p>One.</p><p>Two.</p>", "<p>Two.</p><p>Three.</p>")
    )
    assert join_pages(first, [second]).body_html == "<p>One.</p>\n<p>Two.</p>\n<p>Three.</p>"
