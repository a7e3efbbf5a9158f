from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.dates import date_in_url, parse_date
from newscrawl.sites import Site

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2013-01-24", "2013-01-24"),
        ("20130124", "2013-01-24"),
        ("2013-1-4", "2013-01-04"),
        ("2013-01-24T09:24-05", "2013-01-24T09:24:00-05:00"),
        ("2013-01-24T09:24:33.123+0100", "2013-01-24T09:24:33+01:00"),
        ("2013-01-24 09:24:33 UTC", "2013-01-24T09:24:33+00:00"),
        ("2013-01-24T09:24:33Z", "2013-01-24T09:24:33+00:00"),
        ("2013-01-24T09:24", "2013-01-24T09:24:00"),
        ("2013-01-24T00:00:00", "2013-01-24"),
        ("2013-01-24T00:00:00+01:00", "2013-01-24T00:00:00+01:00"),
        ("2013-01-24T24:00:00Z", "2013-01-25T00:00:00+00:00"),
        ("1359037440", "2013-01-24T14:24:00+00:00"),
        ("1359037440000", "2013-01-24T14:24:00+00:00"),
        ("Thu, 24 Jan 2013 09:24:00 -0500", "2013-01-24T09:24:00-05:00"),
        ("Sat Oct 25 15:26:09 CEST 2025", "2025-10-25T15:26:09+02:00"),
        ("January 24, 2013", "2013-01-24"),
        ("Jan. 24th 2013, 9:24 p.m. ET", "2013-01-24T21:24:00-05:00"),
        ("Published 4:30 PM EDT, May 2, 2024", "2024-05-02T16:30:00-04:00"),
        ("July 2, 2024 12:05 a.m. PST", "2024-07-02T00:05:00-07:00"),
        ("October 23, 2025 5:50 pm CET", "2025-10-23T17:50:00+02:00"),
        ("12. März 2026, 14.30 Uhr", "2026-03-12T14:30:00"),
        ("1er mars 2012 à 14h30", "2012-03-01T14:30:00"),
        ("7 de septiembre de 2010", "2010-09-07"),
        ("28 квітня 2024, 18:05", "2024-04-28T18:05:00"),
        ("2024年4月28日 午後3時30分", "2024-04-28T15:30:00"),
        ("2024. 4. 28. 오후 3:30", "2024-04-28T15:30:00"),
        ("28 Tháng 4, 2024 10:00", "2024-04-28T10:00:00"),
        ("24.04.2024, 15:24", "2024-04-24T15:24:00"),
        ("By Gloria Example, Staff writer / September 7, 2010", "2010-09-07"),
    ],
)
def test_reads_a_date_with_its_precision(text: str, iso: str) -> None:
    parsed = parse_date(text, now=NOW)
    assert parsed is not None
    assert parsed.iso() == iso


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", None, True, "yesterday's news", "July 2024", "Tuesday", "09.02.10", "05/07/2024", "1970-01-01", "0",
        "1066-10-14", "2038-01-01", "2013-02-30", "2013-13-01T00:00", "7 min", "3 Minuten", "12 comments", "in 1990.",
        "x" * 5000, "2013-01-24T99:99", "31 April 2020",
    ],
)  # fmt: skip
def test_refuses_what_is_no_date_of_an_article(text: Any) -> None:
    assert parse_date(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "settings", "iso"),
    [
        ("05/07/2024", {"order": "DMY"}, "2024-07-05"),
        ("05/07/2024", {"order": "MDY"}, "2024-05-07"),
        ("05/07/2024", {"languages": ["en-US"]}, "2024-05-07"),
        ("05/07/2024", {"languages": ["en-GB"]}, "2024-07-05"),
        ("05/07/2024", {"languages": ["fr"]}, "2024-07-05"),
        ("09.02.10", {"order": "MDY"}, "2010-09-02"),
        ("09.02.10", {"order": "YMD"}, "2009-02-10"),
        ("13/07/2024", {}, "2024-07-13"),
        ("24 أبريل 2024", {"languages": ["ar"]}, "2024-04-24"),
        ("२४ अप्रैल २०२४", {"languages": ["hi"]}, "2024-04-24"),
        ("3 hours ago", {"languages": ["en"]}, "2026-11-22T09:00:00+00:00"),
        ("vor 3 Stunden", {"languages": ["de-DE"], "tz": ZoneInfo("Europe/Berlin")}, "2026-11-22T10:00:00+01:00"),
        ("yesterday", {"languages": ["en"]}, "2026-11-21"),
        ("March 8, 2012 9:24", {"tz": ZoneInfo("America/New_York")}, "2012-03-08T09:24:00-05:00"),
        ("2012-07-08 09:24", {"tz": ZoneInfo("America/New_York")}, "2012-07-08T09:24:00-04:00"),
        ("2012-07-08T09:24Z", {"tz": ZoneInfo("America/New_York")}, "2012-07-08T09:24:00+00:00"),
    ],
)
def test_order_language_zone_and_now_are_the_callers(text: str, settings: dict[str, Any], iso: str) -> None:
    parsed = parse_date(text, now=NOW, **settings)
    assert parsed is not None
    assert parsed.iso() == iso


def test_relative_dates_need_now() -> None:
    assert parse_date("3 hours ago", languages=["en"]) is None


def test_a_date_just_ahead_of_now_is_another_zones_today() -> None:
    assert parse_date("2026-11-24", now=NOW) is not None
    assert parse_date("2026-11-25", now=NOW) is None


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    parsed = parse_date(text, now=NOW, languages=["en"])
    assert parsed is None or parsed.day() <= date(2026, 11, 24)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2026, 1, 1)))  # noqa: DTZ001
def test_reads_what_it_writes(value: datetime) -> None:
    written = parse_date(value.replace(tzinfo=UTC, microsecond=0).isoformat(), now=NOW)
    if value.date() == date(1970, 1, 1):
        assert written is None
    else:
        assert written is not None
        assert parse_date(written.iso(), now=NOW) == written


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/World/2013/0124/A-slug", date(2013, 1, 24)),
        ("/2013/01/24/slug.html", date(2013, 1, 24)),
        ("/2013/1/4/slug", date(2013, 1, 4)),
        ("/2013/jan/24/slug", date(2013, 1, 24)),
        ("/news/2013-01-24-slug", date(2013, 1, 24)),
        ("/news/slug-20130124.html", date(2013, 1, 24)),
        ("/2013/02/30/slug", None),
        ("/2024/05/slug", None),
        ("/story/12345678", None),
        ("/a?next=/2013/01/24/", None),
    ],
)
def test_date_in_url(path: str, day: date | None) -> None:
    assert date_in_url(f"https://example.org{path}") == day


def test_the_sites_own_pattern_comes_first() -> None:
    site = Site(
        name="example",
        url="https://example.org/",
        article_url=r"/(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d{4})/",
    )
    assert date_in_url("https://example.org/24-01-2013/slug-2014-05-06", site) == date(2013, 1, 24)
