"""The declaration that is written is the one that was found, and is marked without touching the rest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import newscrawl.spiders
from newscrawl.extract.page import Page
from newscrawl.scaffold.declaration import date_order, source_of, with_verified
from newscrawl.scaffold.patterns import article_pattern
from newscrawl.sites import Site
from tests.cases import spiders

SPIDERS = Path(newscrawl.spiders.__file__).parent


def _built(source: str, name: str) -> Site:
    namespace: dict[str, Any] = {}
    exec(compile(source, "declared.py", "exec"), namespace)
    site = namespace[f"{name.title()}Spider"].site
    assert isinstance(site, Site)
    return site


def test_the_file_declares_what_was_found() -> None:
    site = Site(
        name="gazette",
        url="https://www.gazette.example/",
        publisher='The "Gazette" \\ """of""" Rain\u2028',
        hosts=("www.gazette.example", "feeds.gazette.example"),
        timezone="Europe/London",
        language="en-GB",
        date_order="DMY",
        sections=tuple(f"/section-number-{number}" for number in range(20)),
        feeds=("/feed",),
        article_url=r"/(?P<year>\d{4})/[^/]+$",
        verified="2026-11-22",
    )
    source = source_of(site)
    assert _built(source, "gazette") == site
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize(
    "source",
    [
        'GAZETTE = Site(\n    name="gazette",\n    url="https://e.org/",\n    feeds=(\n        "/a",\n    ),\n)\n',
        'GAZETTE = Site(\n    name="gazette",\n    url="https://e.org/",  # moved\n    verified="2020-01-01",\n)\n',
        'GAZETTE = Site(name="gazette", url="https://e.org/ü")\n',
        'GAZETTE = Site(\n    name="gazette",\n    url="https://e.org/"\n)\n',
        'GAZETTE = Site(\n    name="gazette", url="https://e.org/", verified=None)\n',
    ],
)
def test_a_day_is_written_into_a_declaration_and_nothing_else(source: str) -> None:
    head = "from newscrawl.sites import Site\nfrom newscrawl.spiders.base import NewsSpider\n"
    tail = "\nclass GazetteSpider(NewsSpider):\n    name = 'gazette'\n    site = GAZETTE\n"
    once = with_verified(head + source + tail, "gazette", "2026-11-22")
    assert _built(once, "gazette").verified == "2026-11-22"
    again = with_verified(once, "gazette", "2026-11-23")
    assert again == once.replace("2026-11-22", "2026-11-23")
    plain = re.compile(r"\s*,?\s*verified=[^,)]*,?|[\s,]")
    assert plain.sub("", once) == plain.sub("", head + source + tail)


DESCRIBED = [name for name in spiders() if name != "demo" and isinstance(getattr(spiders()[name], "site", None), Site)]


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_project_s_own_declarations_can_be_marked(name: str) -> None:
    source = (SPIDERS / f"{name}.py").read_text("utf-8")
    marked = with_verified(source, name, "2026-11-22")
    assert set(marked.splitlines()) - set(source.splitlines()) == {'    verified="2026-11-22",'}
    compile(marked, f"{name}.py", "exec")


def test_a_site_made_from_another_cannot_be_marked() -> None:
    with pytest.raises(ValueError, match="it declares no Site"):
        with_verified('DEMO = replace(CSMONITOR, name="demo")', "demo", "2026-11-22")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/05/2024 and 02/03/2024", "DMY"),
        ("05/13/2024", "MDY"),
        ("02/03/2024", None),
        ("13.05.2024 and 05/13/2024", None),
        ("1.2.13.2024 and 45/99/2024", None),
    ],
)
def test_the_order_of_dates_shows_in_days_beyond_12(text: str, order: str | None) -> None:
    assert date_order([Page.of(f"<p>{text}</p>", "https://e.org/a")]) == order


_OTHERS = [f"https://e.org/{name}" for name in "world politics sport about contact help/faq topics/rain".split()]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("/world/2024/05/{n:02}/rain-{n}", r"/(?P<year>(?:19|20)\d\d)/(?P<month>\d\d)/(?P<day>\d\d)/[^/?]+"),
        ("/World/2024/05{n:02}/Rain", r"/(?P<year>(?:19|20)\d\d)/(?P<month>\d\d)(?P<day>\d\d)/[^/?]+"),
        ("/story/c0{n}x", r"^/story/[^/?]+"),
        ("/world/rain-again-1234{n:03}.html", r"[-_/.,~a-z]\d{5,}(?:\.\w{2,5})?/?$"),
        ("/world/rain-and-wind-and-{n}-snow", r"/[^/?]+(?:-[^/?-]+){3,}/?$"),
        ("/world/rain{n}", None),
    ],
)
def test_a_pattern_is_declared_where_the_addresses_have_a_form(form: str, pattern: str | None) -> None:
    articles = [f"https://e.org{form.format(n=n)}?print=true" for n in range(1, 29)]
    found = article_pattern(articles[:20], articles[20:], [*_OTHERS, *articles, "https://e.org/world/weather"])
    assert (found.text if found else None) == pattern


def test_a_form_that_other_pages_share_tells_nothing() -> None:
    articles = [f"https://e.org/p/{number}" for number in range(100000, 100020)]
    people = [f"https://e.org/p/{number}" for number in range(200000, 200020)]
    assert article_pattern(articles, [], people) is None
    assert article_pattern(articles[:5], [], []) is None
