"""When a known article is looked at again: while it is young, and when a feed or sitemap says that it changed."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_HOUR, _DAY = 3600.0, 86400.0
_MOST_PATIENCE = 30 * _DAY


def parse_ages(text: str) -> tuple[timedelta, ...]:
    """Return the ages in *text*, youngest first: ``1h,6h,24h,3d``; units are m, h, d and w.

    Raises:
        ValueError: one of them is no age.

    >>> parse_ages("3d, 90m")
    (datetime.timedelta(seconds=5400), datetime.timedelta(days=3))
    >>> parse_ages("")
    ()
    """
    try:
        ages = {parse_age(word) for word in text.split(",") if word.strip()}
    except ValueError as error:
        raise ValueError(f"NEWSCRAWL_RECHECK={text}: {error}, or nothing for never") from None
    return tuple(sorted(ages))


def parse_age(text: str) -> timedelta:
    """Return the age in *text*: a number and m, h, d or w.

    Raises:
        ValueError: it is none.

    >>> parse_age("1.5h")
    datetime.timedelta(seconds=5400)
    """
    match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)([mhdw])", text.strip().lower())
    if not match or not float(match[1]):
        raise ValueError(f"{text.strip()!r} is no age: write 1h, 6h, 3d or 52w")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


def published_at(published: str | None, seen: str | None) -> float | None:
    """Return when an article was published, in seconds since the epoch, or ``None`` when nobody knows.

    A day without a time is taken for the moment when the article was first seen where that lies within a day of it,
    else for its noon.

    Args:
        published: ISO 8601, a time or a day.
        seen: when its page was fetched, ISO 8601.

    >>> published_at("1970-01-02T01:00:00+01:00", None)
    86400.0
    >>> published_at("1970-01-02", "1970-01-02T15:00:00+00:00"), published_at("1970-01-02", "2026-01-01T00:00:00+00:00")
    (140400.0, 129600.0)
    >>> published_at("no date", None) is published_at(None, "1970-01-02T15:00:00+00:00") is None
    True
    """
    moment = epoch(published)
    if moment is None or published is None:
        return None
    if "T" in str(published):
        return moment
    noon, first = moment + _DAY / 2, epoch(seen)
    return first if first is not None and abs(first - noon) <= 1.5 * _DAY else noon


def epoch(text: str | None) -> float | None:
    """Return an ISO 8601 date in seconds since the epoch; without an offset it is taken for UTC, ``None`` for no date.

    >>> epoch("1970-01-02"), epoch("soon")
    (86400.0, None)
    """
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def is_due(published: float, looked: float, ages: Collection[timedelta], now: float) -> bool:
    """Say whether an article has reached one of *ages* since it was last looked at; times are seconds since the epoch.

    >>> is_due(0.0, 60.0, parse_ages("1h,6h"), 3600.0), is_due(0.0, 3700.0, parse_ages("1h,6h"), 4000.0)
    (True, False)
    """
    return any(looked < published + age.total_seconds() <= now for age in ages)


def is_newer(updated: str | None, looked: float, now: float, fruitless: int = 0) -> bool:
    """Say whether a feed's or sitemap's date is a reason to look at an article again.

    A day without a time is one when it is over: until then it says nothing about what may yet change. A date in the
    future is none before it has come. Sites that give the present moment for every article make themselves ignored:
    the first look that found nothing new makes the next one wait an hour, each further one four times as long.

    Args:
        updated: when the article was changed, ISO 8601.
        looked: when it was last looked at, seconds since the epoch.
        now: seconds since the epoch.
        fruitless: looks for such a reason, in a row, that found nothing new.

    >>> is_newer("1970-01-01T02:00:00+00:00", 3600.0, 9000.0), is_newer("1970-01-01T00:30:00+00:00", 3600.0, 9000.0)
    (True, False)
    >>> is_newer("1970-01-01", 3600.0, 9000.0), is_newer("1970-01-01", 3600.0, 90000.0)
    (False, True)
    >>> is_newer("1970-01-01T02:00:00+00:00", 3600.0, 9000.0, fruitless=2)
    False
    """
    moment = epoch(updated)
    if moment is None or updated is None:
        return False
    if "T" not in updated:
        moment += _DAY
    patience = min(_HOUR * 4 ** min(fruitless - 1, 9), _MOST_PATIENCE) if fruitless else 0.0
    return looked < moment <= now and now - looked >= patience


def parse_now(text: str | None) -> datetime | None:
    """Return the time that ``NEWSCRAWL_NOW`` gives, aware, or ``None`` when it gives none.

    Raises:
        ValueError: it is no ISO 8601 time with its offset.

    >>> parse_now("2026-03-08T06:00:00+00:00").isoformat()
    '2026-03-08T06:00:00+00:00'
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"NEWSCRAWL_NOW={text}: write an ISO 8601 time with its offset: 2026-03-08T06:00:00+00:00")
    return moment


def day_of(text: str | None) -> date | None:
    """Return the day of an ISO 8601 date, or ``None``.

    >>> day_of("2026-03-08T06:00:00+00:00"), day_of(None)
    (datetime.date(2026, 3, 8), None)
    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
