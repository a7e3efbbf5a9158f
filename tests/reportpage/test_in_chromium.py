"""The report as a reader has it: in a real Chromium."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from newscrawl.items import Discovery
from newscrawl.reportpage.gather import gather
from newscrawl.reportpage.page import page as written
from newscrawl.segments import finished
from tests.browser import axe_source, chromium
from tests.reportpage import made

Opened = Callable[..., Page]

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror=window.hit=2>\u2028<!--<script>\x1b\u202e&amp;'\""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a file as a reader does; it must ask for nothing else, and nothing in it may fail."""
    contexts, asked, faults = [], [], []

    def open_page(path: Path, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:,"))] == []
    assert faults == []


def report(folder: Path) -> Path:
    found = gather(finished(folder / "articles"), [folder / "reports"])
    path = folder / "report.html"
    path.write_text(written(found, made.NOW), "utf-8")
    return path


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usual")
    made.weeks(folder, articles=360, runs=9)
    return report(folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that comes from outside is an attack: fields, addresses, reasons, names, sentences."""
    folder = tmp_path_factory.mktemp("hostile")
    chance = random.Random(3)
    values: dict[str, Any] = dict.fromkeys(
        ("headline", "description", "byline", "author_role", "dateline", "section", "language", "body"), HOSTILE
    )
    lists = {name: [HOSTILE] for name in ("authors", "keywords", "corrections")}
    address = "javascript:window.hit=3"
    common = values | lists | {"sources": {"headline": HOSTILE}, "discovered": Discovery(via=HOSTILE)}
    first = made.article(1, chance, **common, url=address)
    copy = made.article(2, chance, **common, url="data:text/html,<script>1</script>", duplicate_of=first.id)
    later = made.changed(first, chance)
    later.body = f"{HOSTILE} more\n{HOSTILE}"
    for number, articles in enumerate(([first, copy], [later])):
        made.run(
            folder,
            number,
            made.NOW + timedelta(hours=number),
            articles,
            spider=HOSTILE,
            summary=HOSTILE,
            failure=HOSTILE,
            sites={HOSTILE: {"new": 1, "rejected": {HOSTILE: 2}, "failed": {HOSTILE: {"count": 1}}}},
        )
    for path in (folder / "reports").glob("*.rejects.jsonl"):
        path.write_text('{"url":"javascript:window.hit=4","reason":"<b>x","kind":"rejected","site":"a","via":"b"}\n')
    return report(folder)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    chance = random.Random(1)
    for _ in made.write(folder, "20260630T000000Z-job", [made.article(number, chance) for number in range(10_000)]):
        pass
    return report(folder)


def rows(page: Page) -> list[str]:
    return page.locator("#rows > tr:not(.more) th button").all_inner_texts()


# Without the policy that allows but one script, so that it is the escaping that is tried.
@pytest.mark.parametrize("bypass_csp", [True, False])
def test_whatever_pages_say_stays_text(opened: Opened, hostile: Path, bypass_csp: bool) -> None:
    page = opened(hostile, bypass_csp=bypass_csp)
    for summary in page.locator("details > summary").all():
        summary.click()
    for button in page.locator("#rows button").all():
        button.click()
    page.locator("#search").fill("</script>")
    page.locator("#site").select_option("valley_times")
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    assert page.locator("a[href]:not([href^='#'])").count() == 0
    shown = HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
    assert shown in (page.locator("#newest h3").first.text_content() or "")
    assert HOSTILE in (page.locator("#rows th button").first.text_content() or "")
    assert page.locator("#refused tbody tr").count() == 3


def test_only_its_own_script_and_style_count(browser: Browser, usual: Path) -> None:
    with closing(browser.new_page()) as page:
        page.goto(usual.as_uri())
        page.evaluate(
            """document.body.insertAdjacentHTML("beforeend",
                "<img src=x onerror='window.hit=1'><p id=put style='color:red'>x</p>");
            document.body.append(Object.assign(document.createElement("script"), {textContent: "window.hit=2"}))"""
        )
        expect(page.locator("#put")).not_to_have_css("color", "rgb(255, 0, 0)")
        assert page.evaluate("window.hit") is None


def test_the_table_is_searched_and_sorted_by_keyboard(opened: Opened, usual: Path) -> None:
    page = opened(usual)
    assert rows(page)[0].endswith("year 0")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("YÉAR 217 quíll")
    expect(page.locator("#hits")).to_have_text("1 of 360 articles")
    assert rows(page)[0].endswith("year 217")
    page.keyboard.type("/x")
    expect(page.locator("#hits")).to_have_text("0 of 360 articles")
    page.keyboard.press("Escape")
    expect(page.locator("#hits")).to_have_text("360 articles")

    headline = page.locator("th button[data-key=headline]")
    while page.evaluate("document.activeElement.dataset.key") != "headline":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    ascending = rows(page)
    assert ascending == sorted(ascending, key=lambda text: (text.rpartition(" ")[0], int(text.rpartition(" ")[2])))
    page.keyboard.press("Space")
    expect(headline.locator("..")).to_have_attribute("aria-sort", "descending")
    assert rows(page)[0] > ascending[-1]


def test_an_article_opens_and_closes_by_keyboard(opened: Opened, usual: Path) -> None:
    page = opened(usual)
    button = page.locator("#rows button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    told = page.locator("tr.more")
    expect(told).to_contain_text("Staff writers")
    assert told.locator("div", has_text="headline").locator(".source").inner_text() == "json-ld"
    expect(told.locator("a")).to_have_attribute("href", "https://www.harbour-post.example/" + _path(page))
    page.keyboard.press("Enter")
    expect(told).to_have_count(0)


def _path(page: Page) -> str:
    return (page.locator("tr.more a").get_attribute("href") or "").partition(".example/")[2]


def test_the_table_turns_its_pages_and_keeps_the_focus(opened: Opened, usual: Path) -> None:
    page = opened(usual)
    seen = []
    following = page.locator("#next")
    following.focus()
    while True:
        seen += rows(page)
        if following.is_disabled():
            break
        page.keyboard.press("Enter")
    assert len(seen) == len(set(seen)) == 360
    expect(page.locator("#previous")).to_be_focused()
    page.locator("#kind").select_option("versions")
    expect(page.locator("#hits")).to_have_text("6 of 360 articles")
    page.locator("#kind").select_option("copies")
    page.locator("#site").select_option("nordlicht")
    assert {row.inner_text() for row in page.locator("#rows td:nth-child(2)").all()} == {"nordlicht"}


def test_the_first_stop_of_the_keyboard_skips_to_the_report(opened: Opened, usual: Path) -> None:
    page = opened(usual)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def lightness(page: Page) -> int:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


@pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
def test_the_system_chooses_the_colours_unless_the_reader_does(
    opened: Opened, usual: Path, scheme: str, other: str
) -> None:
    page = opened(usual, color_scheme=scheme)
    assert (lightness(page) > 600) is (scheme == "light")
    page.locator("#theme").select_option(other)
    assert (lightness(page) > 600) is (other == "light")
    page.reload()
    assert (lightness(page) > 600) is (other == "light")
    page.emulate_media(media="print")
    assert lightness(page) > 600
    expect(page.locator("nav")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_nothing_is_wider_than_the_screen(opened: Opened, usual: Path, hostile: Path, width: int) -> None:
    for path in (usual, hostile):
        page = opened(path, viewport={"width": width, "height": 800})
        _open_everything(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        headline = page.locator("#rows th").first.bounding_box()
        assert headline is not None
        assert headline["width"] > min(width / 3, 200)


def _open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.locator("#rows button").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(opened: Opened, usual: Path, scheme: str, width: int) -> None:
    page = opened(usual, color_scheme=scheme, viewport={"width": width, "height": 800})
    _open_everything(page)
    page.evaluate(axe_source())
    found = page.evaluate("axe.run()")
    told = [(one["impact"], one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 20


def test_without_scripts_all_but_the_table_is_there(opened: Opened, usual: Path) -> None:
    page = opened(usual, java_script_enabled=False)
    expect(page.locator("#articles")).to_contain_text("The table needs JavaScript")
    expect(page.locator("#table")).to_be_hidden()
    assert page.locator("#runs svg rect.new").count() >= 9
    expect(page.locator("#newest li")).to_have_count(12)
    expect(page.locator("#versions details")).to_have_count(6)


def test_charts_say_what_they_show(opened: Opened, usual: Path) -> None:
    page = opened(usual)
    chart = page.get_by_role("img", name="Articles and pages by run: 9 bars, together 360 new, 6 updated")
    expect(chart).to_have_count(1)
    assert chart.locator("g").first.locator("title").text_content() == "28 Jun 2026, 06:00: 40 new, 1 failed"
    heights = [float(rect.get_attribute("height") or 0) for rect in chart.locator("rect.new").all()]
    assert heights == [pytest.approx(100 * 40 / 60, abs=0.01)] * 9
    expect(page.locator("#fields")).to_contain_text("valley_times: authors on 0 %, on 100 % before")
    assert page.locator("#fields td .down").count() == 2


def test_ten_thousand_articles_are_at_hand_at_once(opened: Opened, large: Path) -> None:
    assert large.stat().st_size < 10_000_000
    page = opened(large)
    expect(page.locator("#hits")).to_have_text("10,000 articles")
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 3000
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domComplete") < 5000
    assert page.locator("#rows tr").count() == 50
    with bounded(page, 1500):
        page.locator("#search").fill("year 9999")
        expect(page.locator("#hits")).to_have_text("1 of 10,000 articles")
    with bounded(page, 1500):
        page.locator("#search").fill("")
        page.locator("th button[data-key=headline]").click()
        expect(page.locator("#hits")).to_have_text("10,000 articles")
        assert rows(page)[0].startswith("The bridge counts the bridge")


@contextmanager
def bounded(page: Page, milliseconds: float) -> Iterator[None]:
    began = page.evaluate("performance.now()")
    yield
    assert page.evaluate("performance.now()") - began < milliseconds
