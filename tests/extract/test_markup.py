from __future__ import annotations

from typing import Any

import pytest

from newscrawl.extract.markup import Markup
from newscrawl.extract.page import Page

URL = "https://www.example-times.com/world/rain-at-last"
TEXT = "".join(
    f"<p>It rained for the {n}th day, and nobody in the whole town had an umbrella left to lend or to borrow.</p>"
    for n in range(6)
)


def values(body: str, field: str, head: str = "") -> list[Any]:
    page = Page.of(f"<html><head>{head}</head><body>{body}</body></html>", URL)
    return [candidate.value for candidate in Markup(page).of(field)]


def first(body: str, field: str, head: str = "") -> Any:
    return next(iter(values(body, field, head)), None)


def story(*lines: str) -> str:
    return f"<main><article><h1>Rain at last</h1>{''.join(lines)}{TEXT}</article></main>"


OG = '<meta property="og:title" content="Rain at last">'


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        ("<h1>Example Times</h1><h1>Rain at last</h1>", "Rain at last"),
        ("<h1></h1><h1>Rain at last</h1>", "Rain at last"),
        ("<h1>Rain at last, teased</h1>", "Rain at last, teased"),
        ("<aside><h1>Rain</h1></aside><h1>Rain at last in town</h1>", "Rain at last in town"),
        (
            "<ol><li><a href=/>Home</a></li><li><h1>Rain town</h1></li></ol><article><h2>Rain at last</h2></article>",
            "Rain at last",
        ),
        ("<h2>Rain at last</h2>", "Rain at last"),
        ("<h1><span>Weather</span> <span>Rain at last</span></h1>", "Rain at last"),
        ("<h1><span>Rain</span>\n at last</h1>", "Rain at last"),
        ('<div itemprop="headline">Rain at last</div>', "Rain at last"),
        ("<h2>Other news</h2>", None),
    ],
)
def test_headline(body: str, headline: str | None) -> None:
    assert first(body, "headline", OG) == headline


def test_a_kicker_belongs_to_the_headline_where_the_titles_say_so() -> None:
    body = "<article><p>Weather</p><h1>Rain at last</h1></article>"
    assert (
        first(body, "headline", '<meta property="og:title" content="Weather: Rain at last">') == "Weather: Rain at last"
    )
    both = f'{OG}<meta name="twitter:title" content="Weather: Rain at last">'
    assert first(body, "headline", both) == "Rain at last"


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ('<p class="byline">By Ann Example and Ben Sample</p>', "By Ann Example and Ben Sample"),
        ('<p>By <a rel="author" href="/a">Ann Example</a>, Staff writer</p>', "By Ann Example, Staff writer"),
        ('<p>von <a href="/autoren/ann">Ann Example</a></p>', "von Ann Example"),
        ('<div class="c-byline"><span>Ann Example</span><span>Ben Sample</span></div>', "Ann Example Ben Sample"),
        ('<div data-testid="byline">Ann Example</div>', "Ann Example"),
        ("<p>Par Ann Example et Ben Sample</p>", "Par Ann Example et Ben Sample"),
        ('<aside><p class="author">Ann Example</p></aside>', "Ann Example"),
        ('<div class="author">Ann Example<button>Share</button></div>', "Ann Example"),
        ('<p class="byline">By dpa</p>', "By dpa"),
        ('<p class="byline">By Example Press Service / May 3, 2024</p>', "By Example Press Service / May 3, 2024"),
        (
            '<div class="byline">By Ann Example <time>May 3, 2024</time> <a href="#c">9 comments</a></div>',
            "By Ann Example",
        ),
        ('<div class="byline"><time>May 3, 2024</time> By Ann Example</div>', "By Ann Example"),
        (
            '<div class="byline">Published on <time>May 3, 2024</time>, Ann Example</div>',
            "Published on May 3, 2024, Ann Example",
        ),
        ('<div class="byline">By Ann Example<span class="comment-count">9 comments</span></div>', "By Ann Example"),
        ("<div><div>Von dpa</div><div>3. Mai 2024, 14:25 Uhr</div></div>", "Von dpa"),
        ('<div class="byline"><div class="published-by">The Associated Press</div></div>', "The Associated Press"),
        ('<div class="related"><p class="byline">By Other Person</p></div>', None),
        ('<figure><img src="a.jpg"><figcaption class="author">Photo Person</figcaption></figure>', None),
        ("<p>Nobody wrote this.</p>", None),
    ],
)
def test_byline_by_the_headline(line: str, byline: str | None) -> None:
    assert first(story(line), "byline") == byline


def test_a_byline_further_away_counts_only_where_nothing_else_names_an_author() -> None:
    body = f'{story()}<div class="author">Ann Example</div>'
    assert first(body, "byline") == "Ann Example"
    assert first(body, "byline", '<meta name="author" content="Ben Sample">') is None


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ('<time datetime="2024-05-03T17:47+02:00">3 May</time>', "2024-05-03T17:47+02:00", None),
        ('<span itemprop="datePublished" content="2024-05-03">today</span>', "2024-05-03", None),
        ("<p>Published: May 3, 2024</p>", "Published: May 3, 2024", None),
        ("<p>Updated: May 3, 2024</p>", None, "Updated: May 3, 2024"),
        ("<b>Updated</b> May 4, 2024<br><b>Published</b> May 3, 2024", "May 3, 2024", "May 4, 2024"),
        (
            "<p>3. Mai 2024, 15:28 Uhr · Aktualisiert am 4. Mai 2024, 11:37 Uhr</p>",
            "3. Mai 2024, 15:28 Uhr",
            "Aktualisiert am 4. Mai 2024, 11:37 Uhr",
        ),
        ('<p class="date">May 3, 2024 (updated May 4, 2024)</p>', "May 3, 2024", "updated May 4, 2024)"),
        ('<time class="updated" datetime="2024-05-04">x</time>', None, "2024-05-04"),
        ('<div class="post-date"><span>May</span> <span>3</span> <span>2024</span></div>', "May 3 2024", None),
        ('<aside class="related"><time datetime="2020-01-01">x</time></aside>', None, None),
        ('<ul class="recent-posts"><li><span class="date">09.02.2010</span> Old news</li></ul>', None, None),
        ('<div class="comments"><time datetime="2024-05-05">x</time></div>', None, None),
        ("<p>A long line of text that tells what happened on May 3, 2024 in the town.</p>", None, None),
    ],
)
def test_dates(line: str, published: str | None, modified: str | None) -> None:
    assert first(story(line), "date_published") == published
    assert first(story(line), "date_modified") == modified


def test_a_date_behind_a_label_anywhere_in_the_page() -> None:
    assert first(f"{story()}<ul><li><b>Datum</b> 28.04.2023</li></ul>", "date_published") == "28.04.2023"


@pytest.mark.parametrize(
    ("line", "dek"),
    [
        (
            '<p class="standfirst">After a year without rain, the town is wet.</p>',
            "After a year without rain, the town is wet.",
        ),
        ('<p class="lead">Too short</p>', None),
        (
            '<div class="media"><p class="description">A picture of the rain over the town hall on Friday.</p></div>',
            None,
        ),
        (
            '<p class="intro"><a href="/author/ann">Ann Example</a> has written about rain for twenty years now.</p>',
            None,
        ),
    ],
)
def test_dek(line: str, dek: str | None) -> None:
    assert first(story(line), "description") == dek


def test_trail_section_tags_dateline_comments_and_corrections() -> None:
    body = (
        '<nav class="breadcrumbs"><ol><li><a href="/">Home</a> ›</li><li><a href="/world">World</a></li></ol></nav>'
        '<span class="eyebrow">Weather</span>'
        + story('<span class="dateline">Exampleton, Ohio</span><span class="comment-count">12 comments</span>')
        + '<p class="correction">An earlier version of this story gave the wrong day.</p>'
        '<ul class="tags"><li><a href="/t/rain">Rain</a></li><li><a href="/t/town">Town</a></li></ul>'
    )
    assert first(body, "breadcrumbs") == ["Home", "World"]
    assert first(body, "section") == "Weather"
    assert first(body, "keywords") == ["Rain", "Town"]
    assert first(body, "dateline") == "Exampleton, Ohio"
    assert first(body, "comment_count") == "12 comments"
    assert first(body, "corrections") == ["An earlier version of this story gave the wrong day."]


@pytest.mark.parametrize(
    ("above", "trail"),
    [
        ('<ul><li><a href="/world">World</a> / <a href="/world/asia">Asia</a></li></ul>', ["World", "Asia"]),
        ('<ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul>', ["World"]),
        (
            '<ul><li><a href="/World">World</a></li><li class="hide"><a href="/world/africa">Africa</a></li></ul>',
            ["World"],
        ),
        ('<ul><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul>', None),
        ('<ul><li><a href="/world/asia">Asia</a></li><li><a href="/world">World</a></li></ul>', None),
        ('<ul><li><a href="/world/asia/rain-at-last">Rain</a></li></ul>', None),
        ('<ul><li><a href="/">Home</a></li></ul>', None),
        ('<a href="/world">World</a>', None),
    ],
)
def test_a_trail_without_a_name_is_told_by_its_links(above: str, trail: list[str] | None) -> None:
    page = Page.of(
        f"<html><body>{above}{story()}</body></html>", "https://www.example-times.com/world/asia/rain-at-last"
    )
    found = [candidate.value for candidate in Markup(page).of("breadcrumbs")]
    assert found == ([trail] if trail else [])


@pytest.mark.parametrize(
    ("above", "section"),
    [
        ('<ul><li><a href="/s/old-town">Old Town</a></li></ul>', "Old Town"),
        ('<ul><li><a href="/s/old-town">OLD TOWN</a></li></ul>', None),
        ('<ul><li><a href="/s/new-town">New Town</a></li></ul>', None),
        ('<nav class="breadcrumbs"><a href="/s">Local</a></nav><a href="/s/old-town">Old Town</a>', None),
    ],
)
def test_a_section_in_small_letters_is_read_as_the_page_prints_it(above: str, section: str | None) -> None:
    assert first(f"{above}{story()}", "section", '<meta property="article:section" content="old-town">') == section


@pytest.mark.parametrize("name", ["sLoc", "location", "story-location", "spitzmarke"])
def test_dateline_by_its_name(name: str) -> None:
    assert first(story(f'<p class="{name}">Exampleton, Ohio</p>'), "dateline") == "Exampleton, Ohio"
    assert first(story(f'<p class="x{name}y">Exampleton, Ohio</p>'), "dateline") is None


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("<h2>84 Kommentare</h2>", "84 Kommentare"),
        ("<h3>Comments (1,084)</h3>", "Comments (1,084)"),
        ("<h2>Ten comments</h2>", None),
        ("<h2>3 comments that made us think</h2>", None),
    ],
)
def test_a_heading_counts_the_comments(heading: str, count: str | None) -> None:
    assert first(f"{story()}<section>{heading}</section>", "comment_count") == count


PHOTO = (
    '<div><ul class="carousel"><li><a href="/rain_600.jpg"><img src="/rain_300.jpg" alt="Rain"></a></li></ul>'
    '<p class="caption" id="p_caption">It rains.</p><p class="caption" id="p_credit">Ann Example</p></div>'
)


def test_a_picture_in_a_link_to_its_larger_version() -> None:
    assert first(story(PHOTO), "images") == [
        {
            "url": "https://www.example-times.com/rain_600.jpg",
            "caption": "It rains.",
            "credit": "Ann Example",
            "alt": "Rain",
        }
    ]


@pytest.mark.parametrize(
    "body",
    [
        story(PHOTO.replace("/rain_600.jpg", "/other-story")),
        story(f'<div class="related">{PHOTO}</div>'),
        f"{PHOTO}{story()}",
    ],
)
def test_pictures_in_other_links_are_not_the_storys(body: str) -> None:
    assert first(body, "images") is None


def test_pictures_with_caption_and_credit_the_largest_version() -> None:
    figure = (
        '<figure><img src="/s.jpg" srcset="/m.jpg 640w, /l.jpg 1280w" alt="Rain"><figcaption>It rains. '
        '<span class="credit">Ann Example</span></figcaption></figure>'
    )
    found = first(story(figure), "images")
    assert found == [
        {"url": "https://www.example-times.com/l.jpg", "caption": "It rains.", "credit": "Ann Example", "alt": "Rain"}
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>",
        "<h1>",
        "<h1>x</h1>",
        "<div>" * 5_000,
        '<h1 class="byline">Rain</h1>',
        '<time datetime="">',
        "<figure><img></figure>",
    ],
)
def test_poor_pages_do_no_harm(body: str) -> None:
    page = Page.of(body, URL)
    assert not Markup(page).of("authors")
