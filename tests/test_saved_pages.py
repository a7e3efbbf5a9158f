"""Every saved page reads as a person said it should: one result for each field of each page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from newscrawl.extract.page import Page
from newscrawl.items import Article
from newscrawl.links import ONWARD_BOXES, classify_page, onward_links
from newscrawl.spiders.csmonitor import CSMONITOR
from newscrawl.urls import article_id, canonical_url
from tests.cases import FIELDS, Case, cases

CASES = {str(case): case for case in cases()}
_TYPES = {"article", "listing", "refused"}


def _of_type(*types: str) -> list[Case]:
    return [case for case in CASES.values() if case.meta["type"] in types]


def _checks(*types: str, part: str) -> Iterator[Any]:
    for case in _of_type(*types):
        for number, wanted in enumerate(case.expected.get(part, ())):
            yield pytest.param(case, wanted, id=f"{case}:{part}-{number}")


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_a_person_has_reviewed_it(case: Case) -> None:
    assert case.meta.get("reviewed") is True, (
        f"The expectation of {case} was written by a program: compare {case.folder / 'expected.json'} with the page, "
        f"mend what is wrong, and sign: scrapy review {case.folder.parent.name} {case.folder.name}"
    )
    assert case.meta["type"] in _TYPES, f"{case}: type is one of {', '.join(sorted(_TYPES))}"
    assert case.meta["about"], f"{case}: say in meta.json what the case is there to show"


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_refusal(case: Case) -> None:
    assert case.refused == case.expected.get("refusal")


@pytest.mark.parametrize(
    ("case", "field"),
    [pytest.param(case, field, id=f"{case}:{field}") for case in _of_type("article") for field in FIELDS],
)
def test_field(case: Case, field: str) -> None:
    """A field that the expectation leaves out must be empty: what a page does not give is not made up."""
    assert case.fields[field] == case.expected.get(field, getattr(Article(), field))


@pytest.mark.parametrize("case", _of_type("article"), ids=str)
def test_address(case: Case) -> None:
    assert case.article.url == case.meta["url"]
    assert case.article.canonical_url not in case.article.aliases


@pytest.mark.parametrize("case", _of_type("article"), ids=str)
def test_its_boxes_do_not_mislead_a_reader_who_knows_no_templates(case: Case) -> None:
    article = case.read(None)
    assert (article.date_published or "")[:10] == case.expected["date_published"][:10]
    assert article.headline == case.expected["headline"]
    assert article.authors == case.expected.get("authors", [])


def test_an_identifier_is_of_one_article() -> None:
    """Page 2 has page 1's, since it is the same article; two posts of one day have two."""
    addresses: dict[str | None, set[str | None]] = {}
    for case in _of_type("article"):
        addresses.setdefault(case.article.id, set()).add(case.article.canonical_url)
        for link in case.expected.get("links", ()):
            addresses.setdefault(article_id(link["url"]), set()).add(canonical_url(link["url"]))
    assert {len(urls) for urls in addresses.values()} == {1}
    assert len(addresses) == len(set().union(*addresses.values()))


@pytest.mark.parametrize(("case", "wanted"), list(_checks("article", "listing", part="links")))
def test_link(case: Case, wanted: dict[str, str]) -> None:
    found = [link for link in case.links if link.url == wanted["url"]]
    assert len(found) == 1, f"{wanted['url']} is there {len(found)} times"
    assert {name: getattr(found[0], name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("case", "box"),
    [
        pytest.param(case, box, id=f"{case}:{box}")
        for case in _of_type("article")
        for box in sorted({link["via"] for link in case.expected.get("links", ())})
    ],
)
def test_box_holds_nothing_else(case: Case, box: str) -> None:
    wanted = [link["url"] for link in case.expected["links"] if link["via"] == box]
    assert sorted(link.url for link in case.links if link.via == box) == sorted(wanted)


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        pytest.param(case, kind, id=f"{case}:{kind}")
        for case in _of_type("article", "listing")
        for kind in case.expected.get("kinds", ())
    ],
)
def test_no_other_link_is_of_the_kind(case: Case, kind: str) -> None:
    assert sorted(link.url for link in case.links if link.kind == kind) == sorted(case.expected["kinds"][kind])


@pytest.mark.parametrize("case", _of_type("listing"), ids=str)
def test_older_page(case: Case) -> None:
    assert case.older == case.expected["older"]


@pytest.mark.parametrize("case", _of_type("article"), ids=str)
@pytest.mark.parametrize("how", ["closed", "open", "undeclared"])
def test_its_onward_links_are_those_that_all_its_links_show(case: Case, how: str) -> None:
    site = None if how == "undeclared" else replace(CSMONITOR, closed=how == "closed")
    page = Page.of((case.folder / "page.html").read_bytes(), case.meta["url"], site)
    wanted = [
        link
        for link in classify_page(page)
        if (link.kind, link.via) == ("next_page", "article_pages")
        or (link.kind == "article" and link.via in ONWARD_BOXES)
    ]
    assert onward_links(page) == wanted
    every_second = {link.url for link in wanted[::2] if link.kind == "article"}
    assert onward_links(page, every_second.__contains__) == [link for link in wanted if link.url not in every_second]
    pages = [link for link in wanted if link.kind == "next_page"]
    assert onward_links(page, lambda url: True) == pages
