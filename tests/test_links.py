"""Links: what the site declares, what holds everywhere, what scores tell, boxes, pages, dates, hostile hrefs."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from newscrawl.extract.page import Page
from newscrawl.links import Link, classify_links, classify_page, next_page
from newscrawl.sites import Site, Template

HOME = "https://www.gazette.example/"
STORY = "https://www.gazette.example/world/2024/0507/Harbour-town-counts-its-boats-after-the-storm"
GAZETTE = Site(
    name="gazette",
    url=HOME,
    date_order="MDY",
    article_url=r"^/[a-z]+/(?P<year>\d{4})/(?P<month>\d\d)(?P<day>\d\d)/[^/?]+",
    listing_url=r"^/(?:world|usa|blog)(?:/[a-z-]+)?$",
    ignore_url=r"/calendar/|sessionid=",
    boxes={"recent_posts": "div.newest", "staff_picks": "//div[@id='picks']"},
    templates=(Template(name="2010s", when="h1.head", next_page=("a#next-button", ".ui-page-links a")),),
)


def links(html: str, url: str = HOME, site: Site | None = None) -> dict[str, Link]:
    found = classify_links(html, url, site)
    assert len({link.url for link in found}) == len(found)
    return {link.url: link for link in found}


def one(html: str, url: str = HOME, site: Site | None = None) -> Link:
    (link,) = links(html, url, site).values()
    return link


def kinds(html: str, url: str = HOME, site: Site | None = None) -> list[str]:
    return [link.kind for link in classify_links(html, url, site)]


# --- addresses


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a/b.html#top", "https://www.gazette.example/a/b.html"),
        ("  /a b ", "https://www.gazette.example/a%20b"),
        ("../x", "https://www.gazette.example/x"),
        ("x", "https://www.gazette.example/world/x"),
        ("?p=2", "https://www.gazette.example/world/?p=2"),
        ("//m.gazette.example/x", "https://m.gazette.example/x"),
        ("HTTPS://www.gazette.example/X", "https://www.gazette.example/X"),
        ("/a\n/b", "https://www.gazette.example/a/b"),
        ("/a/../b", "https://www.gazette.example/b"),
        ("/Slug-with-dots...", "https://www.gazette.example/Slug-with-dots..."),
        ("/ä?q=ö", "https://www.gazette.example/ä?q=ö"),
    ],
)
def test_addresses_are_absolute_and_else_as_written(href: str, url: str) -> None:
    assert one(f'<a href="{href}">x</a>', "https://www.gazette.example/world/").url == url


@pytest.mark.parametrize(
    "href",
    [
        "",
        " ",
        "#top",
        "mailto:a@gazette.example",
        "tel:+1",
        "javascript:void(0)",
        "data:text/html,x",
        "http://[::1",
        "ftp://x/y",
    ],
)
def test_addresses_of_no_page_are_left_out(href: str) -> None:
    assert classify_links(f'<a href="{href}">x</a><a>y</a><a name="z">z</a>', HOME) == []


def test_base_href_counts() -> None:
    assert one('<base href="/archive/"><a href="x">x</a>').url == "https://www.gazette.example/archive/x"


def test_one_link_an_address_with_its_fullest_text_and_most_telling_box() -> None:
    html = """<nav><a href="/world/a-b-c-d-e">Boats</a></nav>
    <div class="most-read"><a href="/world/a-b-c-d-e#x"><img alt="pier"></a>
    <a href="/world/a-b-c-d-e">  Boats counted
      after the <b>storm</b> </a></div>"""
    link = one(html)
    assert link.text == "Boats counted after the storm"
    assert link.via == "most_read"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ('<img alt="The pier at dawn">', "The pier at dawn"),
        ('<svg aria-label="Home"></svg>', "Home"),
        ("<style>.a{b:c}</style>Read<script>x={}</script> it", "Read it"),
        ("a<!-- no -->b", "ab"),
        ("", ""),
    ],
)
def test_text(inner: str, text: str) -> None:
    assert one(f'<a href="/x">{inner}</a>').text == text


# --- what the site declares


def test_declared_patterns() -> None:
    html = """<a href="/world/2024/0507/Boats">Boats</a>
    <a href="/blog/harbour">A blog with a long and telling name here</a>
    <a href="/world/calendar/2024/0507/Boats">May</a><a href="/world/2024/0508/Nets?sessionid=3">Nets</a>
    <a href="http://m.gazette.example/layout/set/print/world/2024/0509/Ropes/(page)/2">Ropes</a>
    <a href="https://shop.gazette.example/world/2024/0507/Boats">Buy</a>
    <a href="https://else.example/world/2024/0507/Boats">Boats</a>"""
    assert kinds(html, HOME, GAZETTE) == ["article", "listing", "other", "other", "article", "other", "other"]


def test_a_share_link_with_an_articles_address_is_other() -> None:
    html = f'<a href="/share?u={STORY}">Share</a><a href="/go?to=%2Fworld%2F2024%2F0507%2FBoats">Go</a>'
    assert kinds(html, HOME, GAZETTE) == ["other", "other"]


def test_a_closed_site_is_followed_where_it_was_described_only() -> None:
    slugs = "Harbour-town-counts-its-boats", "A-storm-is-on-its-way", "The-ferry-that-nobody-took"
    items = "".join(f"<li><a href='/letters/{slug}-71234'>{slug.replace('-', ' ')}</a></li>" for slug in slugs)
    described = "<a href='/usa/2024/0508/Slug'>A ferry comes home</a><a href='/usa'>USA</a>"
    html = f"<main><ul>{items}</ul>{described}<a rel=next href='/world?page=2'>Next</a></main>"
    assert kinds(html, f"{HOME}world", GAZETTE) == ["article"] * 4 + ["listing", "next_page"]
    closed = replace(GAZETTE, closed=True)
    assert kinds(html, f"{HOME}world", closed) == ["other"] * 3 + ["article", "listing", "next_page"]


@pytest.mark.parametrize("code", ["%7Bconcat(x)%7D", "{{url}}", "${url}", "<%= url %>"])
def test_template_code_is_other(code: str) -> None:
    href = f"/world/2024/0507/{code}"
    assert {link.kind for link in classify_links(f"<a href='{href}'>Boats</a>", HOME)} == {"other"}
    assert {link.kind for link in classify_links(f"<a href='{href}'>Boats</a>", HOME, GAZETTE)} == {"other"}


def test_the_sites_boxes_name_the_way() -> None:
    html = """<div class="newest related"><a href="/world/2024/0507/A">A</a></div>
    <div id="picks"><ul class="most-read"><li><a href="/world/2024/0507/B">B</a></li></ul></div>"""
    assert [link.via for link in classify_links(html, HOME, GAZETTE)] == ["recent_posts", "most_read"]


# --- boxes


@pytest.mark.parametrize(
    ("html", "via"),
    [
        ("<div><h3>Recent posts</h3><ul><li>{}</li></ul></div>", "recent_posts"),
        ("<div><div class=top><h3>Meistgelesen</h3></div><ul><li>{}</li></ul></div>", "most_read"),
        ("<div><h3>Recent posts</h3><ul></ul><h3>Lire aussi</h3><ul><li>{}</li></ul></div>", "related"),
        ("<div><h3>Recent posts</h3><ul></ul><p>Words of the story.</p><p>{}</p></div>", "section"),
        ("<section class='c-most-popular'>{}</section>", "most_read"),
        ("<ol class='breadcrumbs'><li>{}</li></ol>", "breadcrumb"),
        ("<p class='byline'>{}</p>", "author"),
        ("<ul class='tag-list'><li>{}</li></ul>", "tags"),
        ("<nav>{}</nav>", "nav"),
        ("<div class='mainNav'>{}</div>", "nav"),
        ("<header>{}</header>", "header"),
        ("<footer><div class='menu'>{}</div></footer>", "footer"),
        ("<article><footer>{}</footer></article>", "section"),
        ("<aside>{}</aside>", "aside"),
        ("<main><div>{}</div></main>", "section"),
    ],
)
def test_via(html: str, via: str) -> None:
    page = html.format('<a href="/world/2024/05/07/harbour-town-counts-its-boats">Harbour town counts its boats</a>')
    assert one(page).via == via


def test_a_link_in_the_storys_text_is_body() -> None:
    text = "The harbour master had counted them twice before the wind rose, and once more when it fell, he said."
    html = f'<article><p>{text} <a href="/world/2024/05/06/wind-rises-over-the-harbour">wind</a> {text}</p></article>'
    assert one(html, STORY).via == "body"
    assert one(html, HOME).via == "section"


# --- pages


PAGER = '<div class="pagination">{}</div>'


def paging(html: str, url: str, site: Site | None = None) -> tuple[str | None, list[str]]:
    found = classify_links(html, url, site)
    following = next_page(found)
    others = [link.url for link in found if link.kind == "next_page" and link is not following]
    return (following.url if following else None), others


@pytest.mark.parametrize(
    ("url", "hrefs", "following"),
    [
        ("/world", ["/world?page=1", "/world?page=2", "/world?page=3"], "/world?page=2"),
        ("/world?page=2", ["/world", "/world?page=2", "/world?page=3"], "/world?page=3"),
        ("/world", ["/world", "/world/page/2/", "/world/page/3/"], "/world/page/2/"),
        ("/world/page/2/", ["/world/", "/world/page/2/", "/world/page/3/"], "/world/page/3/"),
        ("/world/page/3/", ["/world/", "/world/page/2/"], None),
        ("/World", ["/World/(offset)/20/(view)/all", "/World/(offset)/40/(view)/all"], "/World/(offset)/20/(view)/all"),
        ("/World/(offset)/20/(view)/all", ["/World", "/World/(offset)/40/(view)/all"], "/World/(offset)/40/(view)/all"),
        ("/politik", ["/politik", "/politik/2", "/politik/3"], "/politik/2"),
        ("/politik", ["/politik?seite=2"], "/politik?seite=2"),
        ("/list.php?cat=4", ["/list.php?cat=4&start=20", "/list.php?cat=4&start=40"], "/list.php?cat=4&start=20"),
    ],
)
def test_numbered_pages(url: str, hrefs: Sequence[str], following: str | None) -> None:
    first = 1 if hrefs[0].rstrip("/") == url.partition("/page")[0].partition("/(")[0].partition("?page")[0] else 2
    if "page=1" in hrefs[0]:
        first = 1
    anchors = " ".join(f'<a href="{href}">{number}</a>' for number, href in enumerate(hrefs, start=first))
    expected = f"https://www.gazette.example{following}" if following else None
    assert paging(PAGER.format(anchors), f"https://www.gazette.example{url}")[0] == expected


@pytest.mark.parametrize(
    "words",
    [
        "Next",
        "Older",
        "Older posts »",
        "Previous articles",
        "»",
        "Weiter",
        "Ältere Beiträge",
        "Suivant",
        "Siguiente",
        "次へ",
        "Далее",
    ],
)
def test_words_for_next(words: str) -> None:
    html = PAGER.format(f'<a href="/world/newer">« Newer</a> <a href="/world/after-abc">{words}</a>')
    assert paging(html, "https://www.gazette.example/world") == ("https://www.gazette.example/world/after-abc", [])


def test_rel_next_in_head_and_anchor() -> None:
    head = '<link rel="next" href="/world/page/2/"><link rel="canonical" href="/world/">'
    assert paging(head, "https://www.gazette.example/world/")[0] == "https://www.gazette.example/world/page/2/"
    both = head + '<a rel="next" href="/world/page/2/">More stories</a>'
    assert paging(both, "https://www.gazette.example/world/") == ("https://www.gazette.example/world/page/2/", [])


def test_other_pages_of_a_listing_are_pages() -> None:
    html = PAGER.format('<a href="/world">1</a><a href="/world?page=3">3</a><a href="/world?page=4">4</a>')
    found = links(html, "https://www.gazette.example/world?page=2")
    assert [(link.kind, link.via) for link in found.values()] == [
        ("next_page", "pages"),
        ("next_page", "pagination"),
        ("next_page", "pages"),
    ]


@pytest.mark.parametrize("site", [None, GAZETTE])
def test_the_pages_of_an_article(site: Site | None) -> None:
    head = '<meta property="og:type" content="article"><h1 class="head">Boats</h1>'
    pager = (
        '<p class="ui-page-links"><a href="{0}">1</a> | <a href="{0}/(page)/2">2</a> <a href="{0}/(page)/3">3</a></p>'
    )
    story = "/" + STORY.split("/", 3)[3]
    first = links(head + pager.format(story), STORY, site)
    assert [(link.kind, link.via) for link in first.values()][1:] == [
        ("next_page", "article_pages"),
        ("other", "article_pages"),
    ]
    second = classify_links(head + pager.format(story), f"{STORY}/(page)/2", site)
    following = next_page(second)
    assert following is not None
    assert following.url == f"{STORY}/(page)/3"
    assert next_page(classify_links(head + pager.format(story), f"{STORY}/(page)/3", site)) is None


def test_the_next_story_is_not_the_next_page() -> None:
    head = '<meta property="og:type" content="article">'
    link = one(f'{head}<a rel="next" href="/world/2024/0508/Nets-mended-in-the-old-hall">Next</a>', STORY)
    assert link.kind == "article"


# --- feeds


def test_feeds() -> None:
    html = """<link rel="Alternate" type="application/rss+xml" title="All" href="/rss/all">
    <link rel="alternate" type="application/atom+xml" href="/comments/feed/">
    <link rel="alternate" hreflang="de" href="https://de.gazette.example/">
    <a href="/feeds/world.xml">World</a><a href="/world?rss">World</a><a href="/feed">Feed</a>
    <a href="/services/57">RSS</a>
    <a href="/sitemap.xml">Sitemap</a>
    <a href="/world/2024/05/07/rss-readers-are-back-say-their-makers">RSS readers are back, say their makers</a>"""
    found = links(html)
    assert [link.kind for link in found.values() if link.via != "head"] == ["feed"] * 5 + ["article"]
    heads = {link.url.rpartition(".example")[2]: link.kind for link in found.values() if link.via == "head"}
    assert heads == {"/rss/all": "feed", "/comments/feed/": "other"}


def test_an_articles_own_feed_is_that_of_its_comments() -> None:
    html = f'<link rel="alternate" type="application/rss+xml" href="{STORY}/feed/">'
    assert one(html, STORY).kind == "other"


# --- what the scores tell, without a site: an invented front page of each make


def front(
    menu: Sequence[tuple[str, str]], stories: Sequence[tuple[str, str]], service: Sequence[tuple[str, str]]
) -> str:
    def anchors(pairs: Sequence[tuple[str, str]], form: str) -> str:
        return "".join(form.format(href, text) for href, text in pairs)

    return f"""<html><body><header><nav><ul>{anchors(menu, '<li><a href="{}">{}</a></li>')}</ul></nav></header>
    <main>{anchors(stories, '<div class="teaser"><h2><a href="{}">{}</a></h2><p>A few words more.</p></div>')}</main>
    <footer><ul>{anchors(service, '<li><a href="{}">{}</a></li>')}</ul></footer></body></html>"""


TITLES = [
    "Harbour town counts its boats after the storm",
    "Old lighthouse keeper hands over the keys",
    "Council votes for the longer pier by one voice",
    "Why the ferry no longer stops at the island",
    "Fishermen mend their nets in the school hall",
]
MAKES = {
    "dates and slugs": "/world/2024/05/0{n}/{slug}",
    "slug and number": "/{slug}-100{n}28.html",
    "opaque": "/articles/c{n}rxk4q{n}pj0o",
    "number only": "/a/1284{n}77",
    "number then slug": "/news/1286{n}51/{slug}/",
    "cms": "/city/articleshow/11289850{n}.cms",
    "query": "/story.php?id=48{n}11",
    "page.do": "/news/view.do?idx=77{n}12",
}


@pytest.mark.parametrize("make", MAKES)
def test_a_front_page_of_any_make(make: str) -> None:
    stories = [
        (MAKES[make].format(n=n, slug=re.sub(r"\W+", "-", title.lower())), title)
        for n, title in enumerate(TITLES, start=1)
    ]
    menu = [("/world", "World"), ("/politics", "Politics"), ("/sport/football", "Football"), ("/culture/", "Culture")]
    service = [
        ("/login", "Sign in"),
        ("/privacy-policy", "Privacy policy"),
        ("/about-us", "About us"),
        ("/contact", "Contact"),
        ("/subscribe", "Subscribe"),
    ]
    found = links(front(menu, stories, service))
    assert [link.kind for link in found.values()] == ["listing"] * 4 + ["article"] * 5 + ["other"] * 5
    assert [link.via for link in found.values()] == ["nav"] * 4 + ["section"] * 5 + ["footer"] * 5


LANGUAGES = {
    "de": (
        "/politik/ Politik|/wirtschaft/ Wirtschaft|/kultur/ Kultur|/sport/ Sport",
        "/impressum Impressum|/datenschutz Datenschutz|/agb AGB|/abo Abo|/kontakt Kontakt",
    ),
    "fr": (
        "/politique Politique|/economie Économie|/culture Culture|/sport Sport",
        "/mentions-legales Mentions légales|/cgu CGU|/contact Contact|/abonnement S’abonner|/connexion Se connecter",
    ),
    "es": (
        "/politica/ Política|/economia/ Economía|/cultura/ Cultura|/deportes/ Deportes",
        "/aviso-legal/ Aviso legal|/privacidad/ Privacidad|/contacto/ Contacto|/publicidad/ Publicidad|/faq/ FAQ",
    ),
    "ja": (
        "/politics/ 政治|/economy/ 経済|/sports/ スポーツ|/culture/ 文化",
        "/kiyaku/ 利用規約|/privacy/ プライバシー|/toiawase/ お問い合わせ|/login/ ログイン|/koukoku/ 広告掲載",
    ),
    "pl": (
        "/polityka Polityka|/gospodarka Gospodarka|/kultura Kultura|/sport Sport",
        "/regulamin Regulamin|/prywatnosc Prywatność|/kontakt Kontakt|/reklama Reklama|/prenumerata Prenumerata",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_and_services_in_many_languages(language: str) -> None:
    def pairs(text: str) -> list[tuple[str, str]]:
        return [(href, words) for href, _, words in (pair.partition(" ") for pair in text.split("|"))]

    menu, service = map(pairs, LANGUAGES[language])
    stories = [
        (f"/a/2024/05/0{n}/{re.sub(r'[^a-z]+', '-', title.lower())}", title) for n, title in enumerate(TITLES, start=1)
    ]
    found = kinds(front(menu, stories, service))
    assert found == ["listing"] * 4 + ["article"] * 5 + ["other"] * 5


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("/", "listing"),
        ("https://gazette.example", "listing"),
        ("https://gazette.co.example/", "other"),
        ("/files/report.pdf", "other"),
        ("/images/pier.jpg", "other"),
        ("https://www.facebook.example/gazette", "other"),
        ("/cdn-cgi/l/email-protection", "other"),
        ("/world/2024/05/07/harbour-town-counts-its-boats/?replytocom=12", "other"),
        ("/world/2024/05/07/harbour-town-counts-its-boats/?share=mail", "other"),
        ("/?s=", "other"),
    ],
)
def test_rules_that_hold_everywhere(href: str, kind: str) -> None:
    assert one(f'<a href="{href}">Gazette</a>').kind == kind


def test_hosts_that_a_page_evidently_uses() -> None:
    html = """<link rel="canonical" href="https://gazette.example/">
    <meta property="og:url" content="https://thegazette.test/">
    <a href="https://thegazette.test/world/harbour-town-counts-its-boats-10028">Harbour town counts its boats</a>
    <a href="https://gazette.co.uk/world/harbour-town-counts-its-nets-10029">Harbour town counts its nets</a>
    <a href="https://another.example/world/harbour-town-counts-its-oars-10030">Harbour town counts its oars</a>"""
    assert kinds(html, "https://gazette.com/") == ["article", "article", "other"]


# --- dates


@pytest.mark.parametrize(
    ("item", "date"),
    [
        ('<li><span class="kicker">01.24.13</span> {}</li>', "2013-01-24"),
        ("<li>{} <span>05/07/2024</span></li>", "2024-05-07"),
        ('<li>{}<time datetime="2024-05-07T23:30:00-04:00">today</time></li>', "2024-05-07"),
        ("<li>{} May 7, 2024</li>", "2024-05-07"),
        ("<li>{} 05/07/2024, changed 05/08/2024</li>", None),
        ("<li>{} page 3 of 14</li>", None),
        ("<li>{}</li>", None),
    ],
)
def test_dates_beside_links(item: str, date: str | None) -> None:
    html = "<div class=newest><ul>" + item.format('<a href="/world/2024/0507/A">A</a>') + "<li>05.09.24</li></ul></div>"
    assert one(html, HOME, GAZETTE).date == date


def test_a_date_that_two_orders_read_differently_needs_the_site() -> None:
    anchor = '<a href="/world/2024/05/07/harbour-town-counts-its-boats">Harbour town counts its boats</a>'
    assert one(f'<html lang="en"><ul><li>05/07/2024 {anchor}</li></ul></html>').date is None
    assert one(f'<html lang="en"><ul><li>05/17/2024 {anchor}</li></ul></html>').date == "2024-05-17"
    assert one(f'<html lang="de"><ul><li>7. Mai 2024 {anchor}</li></ul></html>').date == "2024-05-07"


def test_each_story_has_its_own_date() -> None:
    stories = "".join(
        f'<div class="card"><time datetime="2024-05-0{n}"></time><a href="/w/2024/05/0{n}/boats-and-nets-and-oars">'
        f'Boats and nets and oars, part {n}</a> <a href="/w/2024/05/0{n}/boats-and-nets-and-oars">More</a></div>'
        for n in range(1, 5)
    )
    assert [link.date for link in classify_links(f"<main>{stories}</main>", HOME)] == [
        f"2024-05-0{n}" for n in range(1, 5)
    ]


# --- bounds


def test_a_page_is_parsed_once_and_not_changed() -> None:
    selector = Selector(text='<p>Words <a href="/world">World</a></p>')
    before = selector.get()
    page = Page.of(selector, HOME)
    assert classify_page(page) == classify_links(selector, HOME)
    assert selector.get() == before


@given(st.text(max_size=60), st.text(max_size=30))
def test_nothing_makes_it_raise(href: str, text: str) -> None:
    anchor = f'<a href="{href}" rel="next">{text}</a><a href=\'{href}\'>{text}</a><link rel="next" href="{href}">'
    classify_links(anchor, HOME)
    classify_links(f"{text}{anchor}{text}", f"{HOME}{href}", GAZETTE)
    classify_links(anchor.encode("utf-8", "surrogatepass"), href)


@pytest.mark.parametrize(
    "html", ["", " ", "<!-- -->", "<a href=/x>", "<" * 2000, "<div>" * 3000 + '<a href="/x">x</a>']
)
def test_odd_pages(html: str) -> None:
    classify_links(html, HOME)


def test_many_links_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        items = (f'<li><a href="/{count}/{n}/a-story-{n}">A story {n} of {count}</a></li>' for n in range(count))
        page = Page.of(f"<ul>{''.join(items)}</ul>", HOME)
        assert page.root is not None
        began = time.process_time()
        classify_page(page)
        return time.process_time() - began

    seconds(100)
    assert seconds(6000) < 60 * seconds(400)
