from __future__ import annotations

import json
import re
from collections import defaultdict
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from lxml import etree, html

from newscrawl.demo.german import GermanNewspaper
from newscrawl.demo.german.feeds import feed_path, feed_stories, fresh
from newscrawl.demo.german.press import GermanPress
from newscrawl.demo.german.stories import SECTIONS
from newscrawl.demo.german.templates import SERVICE_PAGES
from newscrawl.demo.german.traps import TRAPS
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Reply
from newscrawl.urls import canonical_url
from tests.demo.conftest import BASE


def hrefs(reply: Reply) -> list[str]:
    """All addresses that an answer names."""
    if reply.location:
        return [reply.location]
    if not reply.body or reply.content_type.startswith("image"):
        return []
    if "html" in reply.content_type:
        return list(html.fromstring(reply.body).xpath("//@href"))
    return re.findall(r"http://127[^<\s\"]+", reply.body.decode().replace("&amp;", "&"))


@pytest.fixture(scope="module")
def linked_from(german_press: GermanPress) -> dict[str, set[str]]:
    """Every address of the site that can be reached, without marks, with the addresses that link to it."""
    sources: dict[str, set[str]] = defaultdict(set)
    queue = ["/", "/robots.txt"]
    seen = set(queue)
    while queue:
        here = queue.pop()
        if here.startswith("/veranstaltungen/2031/06") or "&" in here or "altstadt/altstadt/altstadt" in here:
            continue
        for href in hrefs(german_press.get(here)):
            parts = urlsplit(urljoin(BASE + here, href))
            page = parse_qs(parts.query).get("seite")
            there = parts.path + (f"?{parts.query}" if page or parts.path == "/suche" else "")
            if f"http://{parts.netloc}" == BASE:
                sources[there].add(here)
                if there not in seen:
                    seen.add(there)
                    queue.append(there)
    return sources


def test_every_story_and_each_of_its_pages_is_served(german_press: GermanPress, german: GermanNewspaper) -> None:
    for story in german.stories:
        assert canonical_url(BASE + story.path) == BASE + story.path
        for page in range(1, len(story.pages) + 1):
            reply = german_press.get(f"{story.path}?seite={page}")
            assert reply.status == 200
            assert reply.etag
            assert reply.last_modified
            assert html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href") == [BASE + story.path]
        assert german_press.get(f"{story.path}?seite={len(story.pages) + 1}").status == 404
        assert german_press.get(f"{story.path}?print=true").body == german_press.get(story.path).body


def test_every_story_and_every_trap_is_linked_from_somewhere(
    linked_from: dict[str, set[str]], german: GermanNewspaper
) -> None:
    assert [s.path for s in german.stories if not linked_from[s.path] - {s.path, f"{s.path}?seite=2"}] == []
    assert [t.path for t in german.traps if not linked_from[t.path]] == []
    assert [path for path, _ in SERVICE_PAGES if not linked_from[path]] == []


def test_nothing_else_is_broken(linked_from: dict[str, set[str]], german_press: GermanPress) -> None:
    broken = {path for path in linked_from if german_press.get(path).status >= 400}
    assert broken == {t.path for t in TRAPS if t.expect == "failed"} - {"/artikel/c0r1ng5umr1ngo"}


def way_of(path: str, stories: set[str]) -> str:
    """What kind of page links to a story."""
    if path.startswith(("/rss/", "/atom/")):
        return "feed"
    if path.startswith("/sitemaps/"):
        return "sitemap"
    if path.startswith("/thema/"):
        return "topic"
    if path.startswith("/autor/"):
        return "author"
    return "related" if path.partition("?")[0] in stories else "section"


def test_some_stories_can_be_found_in_one_way_only(linked_from: dict[str, set[str]], german: GermanNewspaper) -> None:
    paths = {s.path for s in german.stories}
    for story in german.stories:
        if len(story.ways) == 1:
            others = {p for p in linked_from[story.path] if not p.startswith(story.path)}
            assert {way_of(path, paths) for path in others} == story.ways, story.path


def test_listings_show_sixteen_a_page_and_all_of_a_section(german_press: GermanPress, german: GermanNewspaper) -> None:
    for section in SECTIONS:
        listed = {s.path for s in german.in_section(section)}
        found: set[str] = set()
        path, pages = section.path, 0
        while path:
            tree = html.fromstring(german_press.get(path).body)
            links = tree.xpath("//a[contains(@class, 'teaser__link')]/@href")
            assert len(set(links) & listed) <= 16
            found |= set(links)
            path = next(iter(tree.xpath("//a[@rel='next']/@href")), "")
            pages += 1
        assert listed <= found
        assert german_press.get(f"{section.path}?seite={pages + 1}").status == 404


def test_feeds_hold_the_newest(german_press: GermanPress, german: GermanNewspaper) -> None:
    tree = etree.fromstring(german_press.get("/rss/alle.xml").body)
    marked = [f"{BASE}{s.path}?utm_source=rss&utm_medium=feed" for s in feed_stories(german)]
    assert tree.xpath("//item/link/text()") == marked
    for section in SECTIONS:
        tree = etree.fromstring(german_press.get(feed_path(section)).body)
        links = tree.xpath("//*[local-name()='entry']/*[local-name()='link']/@href")
        assert links == [BASE + s.path for s in feed_stories(german, section)]


def test_sitemaps_hold_every_story_that_is_not_hidden_from_them(
    german_press: GermanPress, german: GermanNewspaper
) -> None:
    index = hrefs(german_press.get("/sitemaps/index.xml"))
    found = {url.removeprefix(BASE) for sitemap in index for url in hrefs(german_press.get(sitemap.removeprefix(BASE)))}
    assert {s.path for s in german.stories if "sitemap" in s.ways} == found & {s.path for s in german.stories}
    assert 4 <= len(fresh(german)) < 50


def test_robots_txt_names_the_sitemap_on_some_runs() -> None:
    for named in (True, False):
        press = GermanPress(GermanNewspaper(size=150, robots_sitemap=named), Edition(BASE, BASE), 0.25)
        lines = press.get("/robots.txt").body.decode().splitlines()
        assert (f"Sitemap: {BASE}/sitemaps/index.xml" in lines) is named
        assert {"Crawl-delay: 0.25", "Disallow: /intern/"} <= set(lines)


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("not found", 404, "Seite nicht gefunden"),
        ("gone", 410, "gelöscht"),
        ("error", 500, "Rotation"),
        ("soft 404", 200, "Seite nicht gefunden"),
        ("bot wall", 200, "Sind Sie ein Mensch?"),
        ("consent", 200, "Bevor Sie fortfahren"),
        ("login", 200, 'type="password"'),
        ("dossier", 200, "article--dossier"),
        ("calendar", 200, "/veranstaltungen/2031/06"),
        ("forbidden", 200, "robots.txt"),
        ("horoscope", 200, "Widder"),
    ],
)
def test_traps_do_what_they_say(german_press: GermanPress, name: str, status: int, words: str) -> None:
    reply = german_press.get(next(t.path for t in TRAPS if t.name == name))
    assert reply.status == status
    assert words in reply.body.decode()


def test_the_endless_ones_go_on(german_press: GermanPress) -> None:
    assert "/veranstaltungen/2032/01" in hrefs(german_press.get("/veranstaltungen/2031/12"))
    query = "/suche?q=ammel"
    for number in (2, 3, 4):
        query = next(h for h in hrefs(german_press.get(query)) if h.startswith("/suche"))
        assert query.count("sort=") == number - 1
        assert query.endswith(f"page={number}")
    path = "/lokales/altstadt"
    for _ in range(3):
        deeper = urlsplit(urljoin(BASE + path, "altstadt/altstadt")).path
        assert "altstadt/altstadt" in hrefs(german_press.get(path))
        assert deeper == f"{path}/altstadt"
        path = deeper
    first = next(t.path for t in TRAPS if t.name == "redirect loop")
    second = german_press.get(first).location
    assert second is not None
    assert german_press.get(second.removeprefix(BASE)).location == BASE + first
    assert german_press.get(next(t.path for t in TRAPS if t.name == "empty")).body == b""


def scripts(press: GermanPress, path: str) -> list[str]:
    return list(html.fromstring(press.get(path).body).xpath("//script[@type='application/ld+json']/text()"))


def test_data_have_the_faults_they_are_said_to_have(german_press: GermanPress, german: GermanNewspaper) -> None:
    for story in german.stories:
        found = scripts(german_press, story.path)
        if story.fault == "missing":
            assert found == []
            continue
        (script,) = found
        if story.fault in {"trailing comma", "line break in a string"}:
            with pytest.raises(ValueError, match=r"Illegal trailing comma|Expecting|Invalid control character"):
                json.loads(script)
            continue
        data = json.loads(script)
        assert ("@graph" in data) is (story.fault == "graph")
        if story.fault == "graph":
            data = data["@graph"][-1]
        assert (data["headline"] == story.headline) is (story.fault != "search headline")
        assert ("publisher" in data) is (story.fault != "no publisher")
        assert (data["dateModified"] < data["datePublished"]) is (story.fault == "modified before published")
        if story.authors:
            author = data["author"] if isinstance(data["author"], dict) else data["author"][0]
            assert (author["@type"] == "Organization") is (story.fault == "organisation as author")


def test_changes_show_at_once() -> None:
    paper = GermanNewspaper(size=150)
    press = GermanPress(paper, Edition(BASE, BASE))
    before = press.get("/politik").etag
    story = paper.publish()
    first = press.get(story.path)
    assert first.status == 200
    assert press.get("/politik").etag != before
    paper.change(story.path)
    assert press.get(story.path).etag != first.etag
    paper.withdraw(story.path)
    assert press.get(story.path).status == 410
    assert story.path not in hrefs(press.get("/politik"))
