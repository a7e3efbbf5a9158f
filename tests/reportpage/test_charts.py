"""What becomes of many runs, and of days far apart, in a chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from newscrawl.reportpage.charts import bars, day_bars, hours, period_bars, run_bars
from newscrawl.reportpage.gather import Numbers, RunRow


def runs(number: int, apart: timedelta) -> list[RunRow]:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        RunRow(began + place * apart, 1.0, "news", f"job{place}", "", "", {"a": Numbers(new=2, known=5)})
        for place in range(number)
    ]


def numbers(run: RunRow) -> Numbers | None:
    return run.sites.get("a")


@pytest.mark.parametrize(
    ("number", "apart", "unit", "drawn", "first"),
    [
        (24, timedelta(hours=1), "run", 24, "1 Jan 2026, 00:00"),
        (24 * 30, timedelta(hours=1), "day", 30, "1 Jan 2026"),
        (4 * 365, timedelta(hours=6), "month", 12, "Jan 2026"),
        (100, timedelta(days=100), "year", 28, "2026"),
    ],
)
def test_many_runs_are_drawn_together(number: int, apart: timedelta, unit: str, drawn: int, first: str) -> None:
    told, found = run_bars(runs(number, apart), ("new",), numbers)
    assert (told, len(found), found[0].label) == (unit, drawn, first)
    assert sum(bar.parts["new"] for bar in found) == 2 * number


def test_a_run_without_the_site_keeps_its_place() -> None:
    given = runs(3, timedelta(hours=1))
    given[1].sites.clear()
    assert [bar.parts for bar in run_bars(given, ("new", "known"), numbers)[1]] == [
        {"new": 2, "known": 5},
        {"new": 0, "known": 0},
        {"new": 2, "known": 5},
    ]


def test_days_end_at_the_newest_one_that_is_not_to_come() -> None:
    days = {date(2026, 1, 1): 1, date(2026, 3, 1): 2, date(2026, 3, 3): 3, date(2099, 1, 1): 4}
    found = day_bars(days, date(2026, 3, 10), 5)
    assert [(bar.label, bar.parts["articles"]) for bar in found] == [
        ("27 Feb 2026", 0),
        ("28 Feb 2026", 0),
        ("1 Mar 2026", 2),
        ("2 Mar 2026", 0),
        ("3 Mar 2026", 3),
    ]
    assert day_bars({date(2099, 1, 1): 4}, date(2026, 3, 10)) == []


def test_periods_are_months_or_years() -> None:
    unit, found = period_bars({date(2025, 11, 5): 1, date(2026, 2, 1): 2})
    assert (unit, [bar.label for bar in found]) == ("month", ["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"])
    unit, found = period_bars({date(2010, 11, 5): 1, date(2026, 2, 1): 2})
    assert (unit, len(found), found[0], found[-1].parts["articles"]) == ("year", 17, ("2010", {"articles": 1}), 2)
    unit, found = period_bars({date(1, 1, 1): 1, date(9999, 12, 31): 2})
    assert (unit, [bar.label for bar in found]) == ("year", ["1", "9999"])


def test_nothing_can_be_drawn() -> None:
    assert 'aria-label="Runs: nothing"' in bars("Runs", [])
    assert hours({}).count('class="l0"') == 7 * 24
