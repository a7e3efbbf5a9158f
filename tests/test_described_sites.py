"""What the declarations of well-known sites say of addresses: invented ones, of the forms that those sites use."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from scrapy import Request
from scrapy.http import XmlResponse
from scrapy.utils.test import get_crawler

from newscrawl.dates import date_in_url
from newscrawl.links import classify_links
from newscrawl.runs import Run
from newscrawl.sites import Site
from newscrawl.sites_reference import sites_page
from newscrawl.spiders.base import NewsSpider
from newscrawl.urls import canonical_url
from tests.cases import spiders

HASH = "0123456789abcdef0123456789abcdef"
UUID = "01234567-89ab-cdef-0123-456789abcdef"


@dataclass(frozen=True, slots=True)
class Forms:
    """Addresses of one site, paths or whole."""

    articles: tuple[str, ...]
    others: tuple[str, ...]
    """What is neither followed as an article nor walked as a listing."""

    listings: tuple[str, ...] = ()
    """Listings besides the declared sections."""


FORMS = {
    "abc_net_au": Forms(
        articles=("/news/2026-03-12/harbour-crane-wakes-suburb/106012345",),
        others=("/news/topic/harbours", "/news/newschannel", "/listen/programs/am", "/news/2026-03-12"),
    ),
    "aljazeera": Forms(
        articles=(
            "/news/2026/3/12/harbour-crane-wakes-suburb",
            "/features/longform/2026/11/2/the-crane-that-woke-a-suburb",
        ),
        others=("/news/liveblog/2026/3/12/harbour-live", "/video/newsfeed/2026/3/12/crane", "/author/ada-crane"),
    ),
    "ansa": Forms(
        articles=(
            f"/sito/notizie/mondo/2026/03/12/la-gru-del-porto.-svegliato-il-quartiere_{UUID}.html",
            f"/canale_ambiente/notizie/acqua/2026/03/12/la-gru-del-porto_{UUID}.html",
        ),
        others=(f"/sito/videogallery/mondo/2026/03/12/la-gru_{UUID}.html", "/sito/notizie/mondo/cronaca.shtml"),
    ),
    "apnews": Forms(
        articles=(f"/article/harbour-crane-suburb-{HASH}", f"/article/{HASH}"),
        others=(f"/video/harbour-crane-{HASH}", "/hub/harbours", "/live/harbour-crane-updates", "/article/harbour"),
    ),
    "bbc": Forms(
        articles=(
            "/news/articles/c0abcd12efgo",
            "/sport/football/articles/c0abcd12efgo",
            "/mundo/articles/c0abcd12efgo",
            "/news/world-europe-61234567",
            "/news/61234567",
            "/travel/article/20260312-the-crane-that-woke-a-suburb",
            "https://www.bbc.co.uk/news/uk-england-london-61234567",
        ),
        others=("/news/live/c0abcd12efgt", "/news/videos/c0abcd12efgo", "/weather/2643743", "/sport/football/teams"),
        listings=("/news/world/australia", "https://www.bbc.co.uk/news/world"),
    ),
    "cbc": Forms(
        articles=("/news/canada/ottawa/harbour-crane-suburb-1.7123456", "/news/world/harbour-crane-9.7012345"),
        others=("/news/politics/author/ada-crane-1.4712345", "/news/corrections-clarifications-1.5812345"),
    ),
    "cbsnews": Forms(
        articles=("/news/harbour-crane-wakes-suburb/", "/newyork/news/harbour-crane-wakes-suburb/"),
        others=("/video/harbour-crane-wakes-suburb/", "/live/", "/live-updates/harbour-crane/", "/pictures/cranes/"),
    ),
    "cnbc": Forms(
        articles=("/2026/03/12/harbour-crane-wakes-suburb.html",),
        others=("/video/2026/03/12/harbour-crane.html", "/quotes/CRANE", "/select/best-cranes/"),
    ),
    "cnn": Forms(
        articles=(
            "/2026/03/12/europe/harbour-crane-suburb-intl",
            "/2026/03/12/europe/harbour-crane-suburb-intl/index.html",
            "https://edition.cnn.com/2026/03/12/business/harbour-crane",
        ),
        others=("/world/live-news/harbour-crane-03-12-26", "/videos/world/2026/03/12/crane", "/profiles/ada-crane"),
    ),
    "dw": Forms(
        articles=("/en/harbour-crane-wakes-suburb/a-71234567", "/de/hafenkran-weckt-vorort-%C3%A4rger/a-71234567"),
        others=("/en/harbour-crane/video-71234567", "/en/harbours/t-71234567", "/en/legal-notice/s-32456"),
    ),
    "eldiario": Forms(
        articles=("/politica/grua-puerto-despierta-barrio_1_12312345.html", "/opinion/tribuna/grua_129_12312345.html"),
        others=("/juegos/game/word", "/autores/ada_grua/", "/edcreativo/grua-puerto_1_12312345.html"),
    ),
    "elpais": Forms(
        articles=("/internacional/2026-03-12/una-grua-despierta-al-barrio.html", "/ciencia/2026-03-12/la-grua.html"),
        others=("/noticias/gruas/", "/videos/2026-03-12/una-grua.html", "/suscripciones/", "/autor/ada-grua/"),
    ),
    "euronews": Forms(
        articles=("/2026/03/12/harbour-crane-wakes-suburb", "/my-europe/2026/03/12/harbour-crane-wakes-suburb"),
        others=("/video/2026/03/12/harbour-crane", "/tag/harbours", "/programs/spotlight", "/2026/03/12"),
    ),
    "folha": Forms(
        articles=("/mundo/2026/03/guindaste-acorda-bairro.shtml", "/colunas/ada/2026/03/guindaste.shtml"),
        others=("/fotografia/2026/03/guindaste.shtml", "/webstories/mundo/2026/03/guindaste/", "/mundo/2026/03/"),
    ),
    "france24": Forms(
        articles=("/en/europe/20260312-harbour-crane-wakes-suburb", "/fr/europe/20260312-une-grue-reveille"),
        others=("/en/video/20260312-harbour-crane", "/en/tv-shows/focus/20260312-harbour-crane", "/en/tag/harbours/"),
    ),
    "guardian": Forms(
        articles=("/world/2026/mar/12/harbour-crane-wakes-suburb", "/uk-news/2026/mar/12/harbour-crane"),
        others=("/world/live/2026/mar/12/harbour-live", "/world/gallery/2026/mar/12/cranes", "/profile/ada-crane"),
    ),
    "independent": Forms(
        articles=("/news/world/harbour-crane-suburb-b2912345.html", "/news/uk/harbour-crane-a9123456.html"),
        others=("/service/cookies-a6123456.html", "/topic/harbours", "/author/ada", "/sport/free-bets-b2512345.html"),
    ),
    "lemonde": Forms(
        articles=(
            "/international/article/2026/03/12/une-grue-reveille-le-quartier_6712345_3210.html",
            "/en/international/article/2026/03/12/a-crane-wakes-the-suburb_6712345_4.html",
        ),
        others=("/international/live/2026/03/12/en-direct_6712345_3210.html", "/signataires/ada-grue/", "/jeux/"),
    ),
    "nbcnews": Forms(
        articles=("/world/europe/harbour-crane-wakes-suburb-rcna212345", "/news/us-news/harbour-crane-n1123456"),
        others=("/video/harbour-crane-212345678912", "/politics/live-blog/harbour-crane-rcna212345", "/select/cranes"),
    ),
    "npr": Forms(
        articles=(
            "/2026/03/12/nx-s1-5612345/harbour-crane-suburb",
            "/2026/03/12/g-s1-61234/harbour-crane-suburb",
            "/2024/03/12/1231234567/harbour-crane-suburb",
            "/sections/world/2024/03/12/1231234567/harbour-crane-suburb",
        ),
        others=("/podcasts/510289/planet-crane", "/people/1234567/ada-crane", "/transcripts/1231234567"),
        listings=("/sections/health-shots/",),
    ),
    "nrk": Forms(
        articles=(
            "/norge/havnekran-vekte-bydelen-1.17212345",
            "/sport/xl/kranforer-fra-havna.-na-er-han-hjemme-1.17212345",
        ),
        others=("/emne/havner-1.8812345", "/etikk/opphavsrett-pa-nrk.no-1.2812345", "/sport/sendeplan/"),
    ),
    "pbs_newshour": Forms(
        articles=("/newshour/world/harbour-crane-wakes-suburb",),
        others=("/newshour/show/march-12-2026-harbour-crane", "/newshour/author/ada-crane", "/show/cranes"),
        listings=("/newshour/world/page/2",),
    ),
    "propublica": Forms(
        articles=("/article/harbour-crane-wakes-suburb",),
        others=("/series/the-harbour-files", "/people/ada-crane", "/datastore/dataset/cranes"),
        listings=("/topics/harbours",),
    ),
    "rte": Forms(
        articles=("/news/world/2026/0312/1561234-harbour-crane/", "/news/2026/0312/1561234-harbour-crane/"),
        others=("/player/series/cranes/10001234", "/radio/radio1/clips/22512345/", "/news/world/2026/0312/"),
    ),
    "rzeczpospolita": Forms(
        articles=("/polityka/art43212345-dzwig-obudzil-dzielnice", "https://sport.rp.pl/zeglarstwo/art43212345-dzwig"),
        others=("/tag/22312-porty", "/autor/9112-ada-dzwig", "/podcasty"),
        listings=("/wydarzenia/swiat/polityka",),
    ),
    "skynews": Forms(
        articles=("/story/harbour-crane-wakes-suburb-13512345",),
        others=("/video/harbour-crane-wakes-suburb-13512345", "/topic/harbours-1234", "/author/ada-crane-123"),
    ),
    "spiegel": Forms(
        articles=(
            f"/wirtschaft/unternehmen/hafenkran-weckt-vorort-a-{UUID}",
            "/wirtschaft/hafenkran-weckt-vorort-a-1123456.html",
        ),
        others=("/thema/haefen/", f"/video/hafenkran-video-a-{UUID}", "/impressum/"),
    ),
    "tagesschau": Forms(
        articles=(
            "/inland/innenpolitik/hafenkran-vorort-100.html",
            "/inland/regional/hamburg/vorort-geweckt,hafenkran-102.html",
        ),
        others=("/multimedia/video/video-1412345.html", "/newsticker/liveblog-hafen-100.html", "/archiv"),
    ),
    "techcrunch": Forms(
        articles=("/2026/03/12/harbour-crane-maker-raises-a-round/",),
        others=("/author/ada-crane/", "/tag/cranes/", "/events/crane-con/", "/2026/03/12/"),
        listings=("/category/robotics/",),
    ),
    "yomiuri": Forms(
        articles=("/world/20260312-OYT1T50123/", "/topics/20260312-SYT8T5512345/"),
        others=("/pluralphoto/20260312-OYT1I50123/", "/stream/20260312/", "/help/toukou/"),
    ),
}  # fmt: skip
SITES = {name: spider.site for name, spider in spiders().items() if name in FORMS}

every_site = pytest.mark.parametrize("name", sorted(FORMS))


def kinds(site: Site, addresses: tuple[str, ...]) -> dict[str, str]:
    """Return what the links of one of the site's listings are."""
    items = "".join(f'<li><a href="{address}">Harbour crane wakes a whole suburb</a></li>' for address in addresses)
    found = classify_links(f"<main><ul>{items}</ul></main>", urljoin(site.url, site.sections[0]), site)
    by_url = {link.url: link.kind for link in found}
    return {address: by_url[urljoin(site.url, address)] for address in addresses}


def test_thirty_sites_are_described() -> None:
    assert len(SITES) == 30
    foreign = {name for name, site in SITES.items() if not (site.language or "").startswith("en")}
    assert len(foreign) == 10


@every_site
def test_articles_are_followed(name: str) -> None:
    forms = FORMS[name]
    assert set(kinds(SITES[name], forms.articles).values()) == {"article"}, kinds(SITES[name], forms.articles)


@every_site
def test_days_in_addresses_are_read(name: str) -> None:
    site = SITES[name]
    dated = [url for url in FORMS[name].articles if re.search(r"2026\W?(?:0?3|mar)\W?12", url)]
    assert {date_in_url(urljoin(site.url, url), site) for url in dated} <= {date(2026, 3, 12)}


@every_site
def test_sections_are_walked(name: str) -> None:
    site = SITES[name]
    # A listing's own address is no link to another one.
    listings = tuple(dict.fromkeys((*site.sections, *FORMS[name].listings)))
    walked = kinds(site, listings)
    assert {listing for listing, kind in walked.items() if kind != "listing"} == set()


@every_site
def test_nothing_else_is_followed(name: str) -> None:
    followed = kinds(SITES[name], FORMS[name].others)
    assert {address: kind for address, kind in followed.items() if kind in {"article", "listing"}} == {}


@every_site
def test_feeds_and_sitemaps_are_no_articles(name: str) -> None:
    site = SITES[name]
    assert site.article_pattern is not None
    for url in (*site.sections, *site.feeds, *site.sitemaps):
        parts = urlsplit(canonical_url(urljoin(site.url, url), site))
        assert not site.article_pattern.search(parts.path), url


@every_site
def test_a_declaration_is_complete(name: str) -> None:
    site = SITES[name]
    assert site.closed, "links that no one has described would lead through the whole site"
    assert site.publisher
    assert site.timezone
    assert site.language
    assert site.sections
    assert site.feeds or site.sitemaps
    assert all(url.startswith("https://") for url in (*site.feeds, *site.sitemaps) if "://" in url)
    for urls in (site.sections, site.feeds, site.sitemaps):
        assert [url for url, number in Counter(urls).items() if number > 1] == []


def test_variants_of_an_address_are_one_article() -> None:
    story = "/2026/03/12/europe/harbour-crane"
    variants = {
        f"https://{host}.cnn.com{story}{tail}"
        for host in ("www", "edition", "us")
        for tail in ("", "/index.html", "/index.html?iid=x#y")
    }
    canonical = {canonical_url(url, SITES["cnn"]).partition("?")[0] for url in variants}
    assert canonical == {f"https://www.cnn.com{story}"}
    assert canonical_url("https://www.bbc.co.uk/news/articles/c0abcd12efgo", SITES["bbc"]) == (
        "https://www.bbc.com/news/articles/c0abcd12efgo"
    )


@pytest.fixture
def techcrunch(tmp_path: Path) -> Iterator[NewsSpider]:
    crawler = get_crawler(spiders()["techcrunch"], {"NEWSCRAWL_DATA": str(tmp_path)})
    yield spiders()["techcrunch"].from_crawler(crawler)
    Run.of(crawler).store.close()


def test_of_a_feed_what_the_declaration_names_is_asked_for_as_it_is_written(techcrunch: NewsSpider) -> None:
    addresses = (
        "https://techcrunch.com/2026/03/12/harbour-crane-maker-raises-a-round/?utm_source=rss",
        "http://www.techcrunch.com/2026/03/12/second-harbour-crane/",
        "https://techcrunch.com/podcast/2026/03/12/cranes-aloud/",
        "https://techcrunch.com/events/crane-con/",
    )
    items = "".join(f"<item><title>Crane</title><link>{address}</link></item>" for address in addresses)
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    url = "https://techcrunch.com/feed/"

    async def read() -> list[str]:
        response = XmlResponse(url, body=feed, request=Request(url))
        return [request.url async for request in techcrunch.parse_feed(response, techcrunch.publications[0])]

    assert asyncio.run(read()) == [
        "https://techcrunch.com/2026/03/12/harbour-crane-maker-raises-a-round/",
        "https://www.techcrunch.com/2026/03/12/second-harbour-crane",
    ]


def test_the_page_of_sites_is_up_to_date() -> None:
    page = Path(__file__).parents[1] / "docs/sites.md"
    assert page.read_text("utf-8") == sites_page(), "write it anew: python -m newscrawl.sites_reference"
