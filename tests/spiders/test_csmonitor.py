"""The addresses of csmonitor.com: which are articles, which list them, which lead nowhere."""

from __future__ import annotations

from datetime import date

import pytest

from newscrawl.dates import date_in_url
from newscrawl.extract.page import Page
from newscrawl.extract.site import template_of
from newscrawl.links import classify_links
from newscrawl.spiders.csmonitor import CSMONITOR, TEMPLATES

HOME = "https://www.csmonitor.com"
SLUG = "A-truce-put-to-sea"


def _kind(href: str) -> str:
    (link,) = classify_links(
        f'<main><ul><li><a href="{href}">A truce put to sea</a></ul></main>', f"{HOME}/World", CSMONITOR
    )
    return link.kind


@pytest.mark.parametrize(
    "href",
    [
        f"/World/2012/0308/{SLUG}",
        f"/World/terrorism-security/2012/0308/{SLUG}",
        f"/USA/Election-2010/Vox-Populi/2010/0907/{SLUG}",
        f"/USA/Politics/monitor_breakfast/2012/0308/{SLUG}",
        f"/World/2012/0308/{SLUG}.",
        "/World/2012/0308/Who-asked.-Nobody-did",
        f"/World/2012/0308/{SLUG}?icid=rss",
        f"/layout/set/print/World/2012/0308/{SLUG}",
        f"http://m.csmonitor.com/World/2012/0308/{SLUG}",
        f"/The-Culture/Family/2023/1231/{SLUG}#comments",
    ],
)
def test_articles(href: str) -> None:
    assert _kind(href) == "article"


@pytest.mark.parametrize("href", [*CSMONITOR.sections, "/USA/Politics/The-Vote", "/Books/Book-Reviews/"])
def test_listings(href: str) -> None:
    assert _kind(href) == "listing"


def test_the_whole_list_is_the_way_on() -> None:
    assert _kind("/World/(view)/all") == "next_page"


@pytest.mark.parametrize(
    "href",
    [
        "/About/Contact-Us-Feedback",
        "/Subscribe",
        "/content/advancedsearch",
        "/extension/csm_base/design/x.css",
        f"/content/email?story=/World/2012/0308/{SLUG}",
        f"http://proof.csmonitor.com/World/2012/0308/{SLUG}",
        f"http://www.example.org/World/2012/0308/{SLUG}",
        f"http://www.facebook.com/sharer.php?u=http%3A%2F%2Fwww.csmonitor.com%2FWorld%2F2012%2F0308%2F{SLUG}",
        "/World/(view)/%7Bconcat('/(offset)/',$offset)%7D",
        f"/World/(view)/%7bconcat()%7d/2012/0308/{SLUG}",
        "/World/(view)/print",
        f"/World/{{{{$node.url}}}}/2012/0308/{SLUG}",
        "/var/ezflow_site/storage/images/x.jpg",
    ],
)
def test_what_leads_nowhere(href: str) -> None:
    assert _kind(href) == "other"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        (f"/World/2012/0308/{SLUG}", date(2012, 3, 8)),
        (f"/World/Security-Watch/terrorism-security/2013/0124/{SLUG}/(page)/2", date(2013, 1, 24)),
        (f"/World/2012/0231/{SLUG}", None),
        ("/World/terrorism-security", None),
    ],
)
def test_date_in_the_address(path: str, day: date | None) -> None:
    assert date_in_url(HOME + path, CSMONITOR) == day


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<h1 class=head>x</h1><p class=sByline>By</p>", "2010-2013"),
        ("<div class='sBody cfx'></div>", "2010-2013"),
        ("<h1 id=headline>x</h1><h2 id=summary>y</h2>", "2014-2019"),
        ("<h1 id=headline class=eza-title>x</h1><div id=summary></div>", "2020s"),
        ("<article id=story-content></article>", "2020s"),
        ("<h1>Subscribe</h1>", None),
    ],
)
def test_the_era_is_told_by_the_page(html: str, name: str | None) -> None:
    template = template_of(Page.of(html, f"{HOME}/World/2012/0308/{SLUG}", CSMONITOR))
    assert (template.name if template else None) == name


def test_every_era_reads_the_fields_of_the_head() -> None:
    for template in TEMPLATES:
        assert {"headline", "description", "byline", "dateline"} <= template.fields.keys()
        assert template.body
