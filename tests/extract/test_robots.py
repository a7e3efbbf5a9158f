from __future__ import annotations

import pytest

from newscrawl.extract.page import Page
from newscrawl.extract.robots import robots_directives, unwanted

URL = "https://example.org/a"


@pytest.mark.parametrize(
    ("headers", "html", "expected"),
    [
        ([], "<p>Nothing said.", set()),
        ([b"noindex"], "", {"noindex"}),
        ([b"NoIndex, NoArchive"], "", {"noindex", "noarchive"}),
        ([b"none"], "", {"noindex", "nofollow"}),
        ([b"googlebot: noindex"], "", set()),
        ([b"googlebot: noindex, nofollow"], "", set()),
        ([b"googlebot: noindex", b"NewsCrawl: noarchive"], "", {"noarchive"}),
        ([b"unavailable_after: 25 Jun 2010 15:00:00 PST, noindex"], "", {"noindex"}),
        ([b"\xff\x00:, :,,"], "", set()),
        ([], '<meta name="ROBOTS" content="NOINDEX,follow">', {"noindex", "follow"}),
        ([], '<meta name="googlebot" content="noindex">', set()),
        ([], '<meta name="newscrawl" content="noarchive"><meta name="robots" content="all">', {"noarchive", "all"}),
        ([b"noarchive"], '<meta name="robots" content="max-image-preview:large, noindex">', {"noarchive", "noindex"}),
    ],
)
def test_directives(headers: list[bytes], html: str, expected: set[str]) -> None:
    assert robots_directives(headers, Page.of(html, URL).metas, "newscrawl") == expected


def test_noindex_is_named_first() -> None:
    assert unwanted({"noarchive", "noindex"}) == "noindex"
    assert unwanted(set()) is None
