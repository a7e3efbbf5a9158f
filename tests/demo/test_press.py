from __future__ import annotations

import gzip
import re
from collections import defaultdict
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree, html

from newscrawl.demo import Newspaper
from newscrawl.demo.feeds import feed_names, feed_stories, fresh
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Press, Reply
from newscrawl.demo.stories import SECTIONS, Story, listing_path
from newscrawl.demo.trap_pages import HUGE
from newscrawl.demo.traps import TRAPS
from newscrawl.urls import canonical_url
from tests.demo.conftest import BASE


def hrefs(reply: Reply) -> list[str]:
    """All addresses that an answer names."""
    if reply.location:
        return [reply.location]
    if not reply.body or len(reply.body) > 1_000_000:
        return []
    if "html" in reply.content_type:
        return list(html.fromstring(reply.body).xpath("//@href"))
    body = gzip.decompress(reply.body) if "gzip" in reply.content_type else reply.body
    return re.findall(r"http://127[^<\s\"]+", body.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def linked_from(press: Press) -> dict[str, set[str]]:
    """Every path of the site that can be reached, with the paths of the pages that link to it."""
    sources: dict[str, set[str]] = defaultdict(set)
    queue = ["/", "/robots.txt", "/sitemap-index.xml"]
    seen = set(queue)
    while queue:
        path = queue.pop()
        offset = re.search(r"\(offset\)/(\d+)", path)
        if path.count("(view)/%7B") > 1 or path.startswith("/calendar/2031/06") or (offset and int(offset[1]) > 300):
            continue
        for href in hrefs(press.get(path)):
            parts = urlsplit(urljoin(BASE + path, href))
            if f"http://{parts.netloc}" == BASE:
                sources[parts.path].add(path)
                if parts.path not in seen:
                    seen.add(parts.path)
                    queue.append(parts.path)
    return sources


def pages_of(story: Story) -> list[str]:
    return [story.path, *(f"{story.path}/(page)/{n}" for n in range(2, len(story.pages) + 1))]


def test_every_story_and_each_of_its_pages_is_served(press: Press, paper: Newspaper) -> None:
    for story in paper.stories:
        for path in pages_of(story):
            reply = press.get(path)
            assert reply.status == 200
            assert reply.etag
            assert reply.last_modified
            tree = html.fromstring(reply.body)
            assert tree.xpath("//link[@rel='canonical']/@href") == [BASE + story.path]
        assert press.get(f"{story.path}/(page)/{len(story.pages) + 1}").status == 404


def test_the_canonical_address_is_its_own_canonical_form(paper: Newspaper) -> None:
    for story in paper.stories:
        assert canonical_url(BASE + story.path) == BASE + story.path


def test_every_story_is_linked_from_somewhere(linked_from: dict[str, set[str]], paper: Newspaper) -> None:
    assert [s.path for s in paper.stories if not linked_from[s.path] - set(pages_of(s))] == []


def test_every_trap_is_linked_from_somewhere(linked_from: dict[str, set[str]], paper: Newspaper) -> None:
    assert [t.path for t in paper.traps if not linked_from[t.path]] == []


def way_of(path: str, stories: dict[str, Story]) -> str:
    """What kind of page links to a story."""
    if path.startswith("/feeds/"):
        return "feed"
    if path.startswith("/sitemap"):
        return "sitemap"
    if "/(offset)/" in path:
        return "older listing"
    if path.partition("/(page)")[0] in stories or path.startswith("/From-the-Wires/"):
        return "article"
    return "listing"


def test_some_stories_can_be_found_in_one_way_only(linked_from: dict[str, set[str]], paper: Newspaper) -> None:
    stories = {s.path: s for s in paper.stories}
    for story in paper.stories:
        if len(story.ways) > 1:
            continue
        # Its own pages and its other forms name it, of course.
        others = {p for p in linked_from[story.path] if story.path not in p and not p.startswith("/layout/")}
        (way,) = story.ways
        expected = {"listing": "older listing", "recent": "article", "related": "article"}.get(way, way)
        assert {way_of(path, stories) for path in others} == {expected}, (story.path, way)
        if way == "recent":
            assert {stories[p.partition("/(page)")[0]].section for p in others if p in stories} == {story.section}


@pytest.mark.parametrize("prefix", ["/layout/set/print", "/layout/set/text", "/layout/set/amphtml", "/text_edition"])
def test_other_forms_name_the_story_as_canonical_and_are_linked(
    press: Press, paper: Newspaper, linked_from: dict[str, set[str]], prefix: str
) -> None:
    linked = 0
    for story in paper.stories:
        reply = press.get(prefix + story.path)
        assert html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href") == [BASE + story.path]
        linked += bool(linked_from[prefix + story.path])
    assert linked > 50


def test_print_pages_of_the_first_years_have_numbers(press: Press, paper: Newspaper) -> None:
    story = next(s for s in paper.stories if s.era == "2010")
    (path,) = [h for h in hrefs(press.get(story.path)) if "/content/view/print/" in h]
    assert hrefs(press.get(path))[0] == BASE + story.path


def test_the_mobile_edition(press: Press, paper: Newspaper) -> None:
    story = next(s for s in paper.stories if "listing" in s.ways)
    reply = press.get(story.path, mobile=True)
    assert html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href") == [BASE + story.path]
    assert story.path in hrefs(press.get("/", mobile=True))
    assert press.get("/World", mobile=True).location == f"{BASE}/World"
    linked = [h for s in SECTIONS for h in hrefs(press.get(s.path)) if h.startswith("http://localhost:8971/")]
    assert len(set(linked)) > 10


def test_tracking_parameters_show_the_same_page(press: Press, paper: Newspaper) -> None:
    path = paper.stories[0].path
    assert press.get(f"{path}?icid=rss").body == press.get(f"{path}?cmpid=x&nav=1").body == press.get(path).body


def test_copies_and_moved_stories_lead_to_one_address(
    press: Press, paper: Newspaper, linked_from: dict[str, set[str]]
) -> None:
    for story in paper.stories:
        for path in story.copies:
            assert linked_from[path]
            reply = press.get(path)
            assert html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href") == [BASE + story.path]
        if story.moved_from:
            assert linked_from[story.moved_from]
            assert press.get(story.moved_from).location == BASE + story.path


def test_listings_show_twenty_a_page_and_all_of_a_section(press: Press, paper: Newspaper) -> None:
    for section in SECTIONS:
        listed = [s.path for s in paper.in_section(section)]
        found: list[str] = []
        for offset in range(0, len(listed), 20):
            links = {h.partition("?")[0] for h in hrefs(press.get(listing_path(section, offset)))}
            shown = listed[offset : offset + 20]
            assert set(shown) <= links
            found += shown
        assert found == listed


def test_older_pages_end_but_in_one_section(press: Press, paper: Newspaper) -> None:
    for section in SECTIONS:
        count = len(paper.in_section(section))
        last = (count - 1) // 20 * 20
        following = listing_path(section, last + 20)
        endless = section.path == "/The-Culture"
        assert (following in hrefs(press.get(listing_path(section, last)))) is endless
        repeated = hrefs(press.get(following))
        assert {s.path for s in paper.in_section(section)[last:]} <= set(repeated)
    assert "/The-Culture/(offset)/4020/(view)/all" in hrefs(press.get("/The-Culture/(offset)/4000/(view)/all"))


def test_feeds_hold_the_newest_fifty_with_a_mark(press: Press, paper: Newspaper) -> None:
    assert {"top", "world", "usa"} <= set(feed_names())
    for name in feed_names():
        tree = etree.fromstring(press.get(f"/feeds/{name}").body)
        links = tree.xpath("//item/link/text()")
        assert links == [f"{BASE}{s.path}?icid=rss" for s in feed_stories(paper, name)]
    assert len(feed_stories(paper, "top")) == 50


def test_sitemaps_hold_every_story_that_is_not_hidden_from_them(press: Press, paper: Newspaper) -> None:
    index = etree.fromstring(press.get("/sitemap-index.xml").body)
    paths = [urlsplit(loc).path for loc in index.xpath("//*[local-name()='loc']/text()")]
    found = [link.removeprefix(BASE) for path in paths for link in hrefs(press.get(path)) if BASE in link]
    assert set(found) - set(paths) == {s.path for s in paper.stories if "sitemap" in s.ways}
    assert any(path.endswith(".xml.gz") for path in paths)
    assert 4 <= len(fresh(paper)) < 50
    news = etree.fromstring(press.get("/sitemap-news-auto-1.xml").body)
    assert len(news.xpath("//*[local-name()='publication_date']")) == len(fresh(paper))


def test_robots_txt_names_the_delay_the_forbidden_area_and_the_sitemap(press: Press) -> None:
    lines = press.get("/robots.txt").body.decode().splitlines()
    assert {"Crawl-delay: 0.05", "Disallow: /proof/", f"Sitemap: {BASE}/sitemap-index.xml"} <= set(lines)


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("not found", 404, b""),
        ("gone", 410, b""),
        ("error", 500, b""),
        ("soft 404", 200, b"Page not found"),
        ("bot wall", 200, b"Checking your browser"),
        ("pdf", 200, b"%PDF-"),
        ("login", 200, b'type="password"'),
        ("consent", 200, b"cookies"),
        ("calendar", 200, b"/calendar/2031/06"),
        ("forbidden one", 200, b"robots.txt"),
    ],
)
def test_traps_do_what_they_say(press: Press, name: str, status: int, words: bytes) -> None:
    reply = press.get(next(t.path for t in TRAPS if t.name == name))
    assert reply.status == status
    assert words in reply.body


def test_the_pdf_the_empty_and_the_huge_page(press: Press) -> None:
    by_name = {t.name: press.get(t.path) for t in TRAPS}
    assert by_name["pdf"].content_type == "application/pdf"
    assert by_name["empty"].body == b""
    assert len(by_name["huge"].body) >= HUGE


def test_the_redirect_loop_comes_back(press: Press) -> None:
    first = next(t.path for t in TRAPS if t.name == "redirect loop")
    second = press.get(first).location
    assert second is not None
    assert press.get(second.removeprefix(BASE)).location == BASE + first


def test_the_endless_ones_go_on(press: Press) -> None:
    month = press.get("/calendar/2031/12")
    assert "/calendar/2032/01" in hrefs(month)
    path = next(t.path for t in TRAPS if t.name == "template link")
    for _ in range(3):
        (deeper,) = [h for h in hrefs(press.get(path)) if h.startswith(path + "/")]
        assert deeper.count("%7Bconcat") == path.count("%7Bconcat") + 1
        path = deeper


def test_charsets_lie(press: Press, paper: Newspaper) -> None:
    by_lie = {s.charset: (s, press.get(s.path)) for s in paper.stories if s.charset != "utf-8"}
    story, reply = by_lie["lying header"]
    assert "ISO-8859-1" in reply.content_type
    assert story.blocks[0].text in reply.body.decode()
    story, reply = by_lie["lying meta"]
    assert b'<meta charset="iso-8859-1">' in reply.body
    assert "charset" not in reply.content_type
    assert story.blocks[0].text in reply.body.decode()
    story, reply = by_lie["lying both"]
    assert "utf-8" in reply.content_type
    assert b'<meta charset="utf-8">' in reply.body
    assert story.blocks[0].text in reply.body.decode("cp1252")


def test_a_section_in_small_letters_is_redirected(press: Press) -> None:
    assert press.get("/usa/politics").location == f"{BASE}/USA/Politics"


def test_changes_show_at_once() -> None:
    paper = Newspaper(size=150)
    press = Press(paper, Edition(BASE, "http://localhost:8971"))
    before = press.get("/World").etag
    story = paper.publish("/World")
    assert press.get(story.path).status == 200
    assert press.get("/World").etag != before
    first = press.get(story.path)
    paper.change(story.path)
    assert press.get(story.path).etag != first.etag
    assert press.get(story.path).last_modified != first.last_modified
    paper.withdraw(story.path)
    assert press.get(story.path).status == 410
    assert story.path not in hrefs(press.get("/World"))
