"""What holds for every spider of the project, whoever adds the next."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from newscrawl import settings
from newscrawl.runs import Run
from newscrawl.sites import Site
from newscrawl.spiders.base import NewsSpider
from newscrawl.urls import canonical_url
from tests.cases import FIXTURES, cases, spiders

SPIDERS = spiders()
# What a spider cannot start without.
ARGUMENTS = {"news": {"url": "https://www.gazette.example/"}, "archive": {"path": __file__}}
SITES = [name for name, spider in SPIDERS.items() if isinstance(getattr(spider, "site", None), Site)]
# The bundled newspaper renders its pages; pages of sites without templates are read as those of any site.
WITH_PAGES = [name for name in SITES if SPIDERS[name].site.templates and name != "demo"]
POLITE = {"ROBOTSTXT_OBEY": True, "AUTOTHROTTLE_ENABLED": True, "DOWNLOAD_VERIFY_CERTIFICATES": True}


@pytest.fixture
def spider(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewsSpider]:
    declared = {name: value for name, value in vars(settings).items() if name.isupper()}
    crawler = get_crawler(SPIDERS[request.param], declared | {"NEWSCRAWL_DATA": str(tmp_path)})
    made = SPIDERS[request.param].from_crawler(crawler, **ARGUMENTS.get(request.param, {}))
    yield made
    Run.of(crawler).store.close()


every_spider = pytest.mark.parametrize("name", sorted(SPIDERS))
every_started_spider = pytest.mark.parametrize("spider", sorted(SPIDERS), indirect=True)
every_crawling_spider = pytest.mark.parametrize("spider", sorted(SPIDERS.keys() - {"archive"}), indirect=True)


def test_there_are_spiders() -> None:
    assert {"csmonitor", "demo"} <= SPIDERS.keys()


@every_spider
def test_file_name_and_class_agree(name: str) -> None:
    spider = SPIDERS[name]
    assert spider.__module__ == f"newscrawl.spiders.{name}"
    camel = "".join(part.capitalize() for part in name.split("_")) + "Spider"
    # The base of all spiders has the name that "news" would have.
    assert spider.__name__ == {"NewsSpider": "NewsAnySpider"}.get(camel, camel)
    assert inspect.getdoc(spider), f"{spider.__name__} has no docstring"


@pytest.mark.parametrize("name", SITES)
def test_the_site_is_called_like_the_spider(name: str) -> None:
    assert SPIDERS[name].site.name == name


@pytest.mark.parametrize("name", WITH_PAGES)
def test_saved_pages_show_an_article_and_a_listing(name: str) -> None:
    kinds = {case.meta["type"] for case in cases(name)}
    assert {"article", "listing"} <= kinds, f"save pages of {name} in {FIXTURES / name} (see CONTRIBUTING.md)"


def test_every_folder_of_saved_pages_has_a_spider() -> None:
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} <= SPIDERS.keys()


def test_a_host_belongs_to_one_site() -> None:
    # Sites are found by host: of two that claim one, the second would take the first one's pages.
    hosts = Counter(host for name in SITES for host in SPIDERS[name].site.all_hosts)
    assert [host for host, number in hosts.items() if number > 1] == []


@pytest.mark.parametrize("name", SITES)
def test_a_described_site_has_no_callbacks(name: str) -> None:
    own = {
        attribute
        for class_ in SPIDERS[name].__mro__
        if issubclass(class_, NewsSpider) and class_ is not NewsSpider
        for attribute in vars(class_)
    }
    base = {attribute for attribute, value in vars(NewsSpider).items() if inspect.isfunction(value)} - {"__init__"}
    overridden = own & base
    assert not overridden, f"{name} overrides {', '.join(sorted(overridden))}: declare in the Site what differs"
    assert not {attribute for attribute in own if attribute.startswith("parse")}


@every_spider
def test_no_spider_is_impolite(name: str) -> None:
    own: dict[str, Any] = getattr(SPIDERS[name], "custom_settings", None) or {}
    assert {setting: own[setting] for setting in POLITE if setting in own} == {
        setting: value for setting, value in POLITE.items() if setting in own
    }
    assert "USER_AGENT" not in own, "who we are is said once, in settings.py"


@every_started_spider
def test_settings_stay_polite(spider: NewsSpider) -> None:
    assert {setting: spider.settings.getbool(setting) for setting in POLITE} == POLITE
    assert "newscrawl" in spider.settings["USER_AGENT"]


@every_crawling_spider
def test_start_yields_requests(spider: NewsSpider) -> None:
    async def start() -> list[Any]:
        return [request async for request in spider.start()]

    requests = asyncio.run(start())
    assert requests
    assert all(isinstance(request, Request) for request in requests)
    urls = [request.url for request in requests]
    assert len(set(urls)) == len(urls)
    site = getattr(spider, "site", None)
    if spider.name in SITES:
        assert site is not None
        assert len(urls) == len(site.sections) + len(site.feeds) + len(site.sitemaps)
        assert {url.split("/")[2] for url in urls} <= site.all_hosts


@pytest.mark.parametrize("name", SITES)
def test_declared_patterns_tell_the_saved_pages_apart(name: str) -> None:
    site = SPIDERS[name].site
    for case in cases(name):
        path = canonical_url(case.meta["url"], site).removeprefix(site.url.rstrip("/"))
        if site.article_pattern is not None:
            is_article = site.article_pattern.search(path) is not None
            assert is_article == (case.meta["type"] != "listing"), case
        assert site.ignore_pattern is None or not site.ignore_pattern.search(path), case


@pytest.mark.parametrize("name", SITES)
def test_declared_sections_are_listings(name: str) -> None:
    site = SPIDERS[name].site
    if site.listing_pattern is not None:
        assert [section for section in site.sections if not site.listing_pattern.search(section)] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"since": "8 March"}, "since=8 March: write a date as YYYY-MM-DD"),
        ({"until": "2012-13-01"}, "until=2012-13-01: write a date"),
        ({"since": "2012-03-09", "until": "2012-03-08"}, "since=2012-03-09 is after until=2012-03-08"),
        ({"max_articles": "many"}, "max_articles=many: write a whole number"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (the sentence is checked below)
        SPIDERS["csmonitor"](**arguments)
    assert sentence in str(refused.value)
