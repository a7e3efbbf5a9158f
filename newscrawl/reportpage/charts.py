"""Charts as inline SVG and tables; their colours stand in ``page.css``.

A chart's SVG has no text: it is stretched to the room that there is, the words around it are HTML and keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from newscrawl.reportpage.gather import Numbers, RunRow
from newscrawl.reportpage.markup import Html, count, join, tag

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEVELS = 5
"""Shades of a heat map, 0 for nothing."""
_MOST_BARS = 92
_FEW = 4
SOME = 16
"""Bars that do not need the page's whole width."""


class Bar(NamedTuple):
    """One bar of a chart."""

    label: str
    parts: Mapping[str, int]
    """From below: the name of each part, which is its CSS class, and its height."""


def bars(title: str, given: Sequence[Bar], *, small: bool = False) -> Html:
    """Return a chart of stacked bars.

    Args:
        title: what it shows, for those who do not see it.
        given: the bars from left to right.
        small: one of several side by side.
    """
    highest = nice(max((sum(bar.parts.values()) for bar in given), default=0))
    drawn = [_bar(place, bar, highest) for place, bar in enumerate(given)]
    grid = [
        tag("line", x1=0, x2=len(given), y1=y, y2=y, vector_effect="non-scaling-stroke", class_="grid")
        for y in (0.5, 50, 99.5)
    ]
    picture = tag(
        "svg",
        *grid,
        *drawn,
        viewBox=f"0 0 {max(1, len(given))} 100",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"{title}: {_told(given)}",
    )
    axis = tag(
        "div", *(tag("span", f"{mark:,}") for mark in (highest, highest // 2, 0)), class_="y", aria_hidden="true"
    )
    ends = [given[0].label, given[-1].label] if len(given) > 1 else [bar.label for bar in given]
    labels = tag("div", *(tag("span", end) for end in ends), class_="x", aria_hidden="true")
    width = "few" if len(given) <= _FEW else "some" if len(given) <= SOME else "many"
    return tag("div", axis, picture, labels, class_=f"bars {width}{' small' if small else ''}")


def _bar(place: int, bar: Bar, highest: int) -> Html:
    pieces, top = [], 100.0
    for name, number in bar.parts.items():
        if number:
            height = 100 * number / highest
            top -= height
            pieces.append(
                tag("rect", class_=name, x=f"{place + 0.12:g}", width="0.76", y=f"{top:.2f}", height=f"{height:.2f}")
            )
    # The whole column answers to the mouse, else a low bar could not be asked.
    pieces.append(tag("rect", class_="ask", x=place, width=1, y=0, height=100))
    told = ", ".join(f"{number:,} {name}" for name, number in bar.parts.items() if number) or "nothing"
    return tag("g", tag("title", f"{bar.label}: {told}"), *pieces)


def _told(given: Sequence[Bar]) -> str:
    sums: dict[str, int] = {}
    for bar in given:
        for name, number in bar.parts.items():
            sums[name] = sums.get(name, 0) + number
    told = ", ".join(f"{number:,} {name}" for name, number in sums.items())
    return f"{count(len(given), 'bar')}, together {told}" if given else "nothing"


def nice(number: int) -> int:
    """Return the round number at which an axis up to *number* ends.

    >>> nice(0), nice(7), nice(34), nice(1201)
    (2, 8, 40, 2000)
    """
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * size >= number:
                return step * size
        size *= 10


def legend(names: Iterable[str]) -> Html:
    """Return the names of a chart's parts beside their colours."""
    return tag("ul", *(tag("li", tag("i", class_=name), name) for name in names), class_="legend")


def run_bars(
    runs: Sequence[RunRow], names: Sequence[str], numbers: Callable[[RunRow], Numbers | None]
) -> tuple[str, list[Bar]]:
    """Return the runs as bars, and what one bar is: ``run``, or ``day``, ``month`` where there are many runs.

    Args:
        runs: oldest first.
        names: of `Numbers`, from below.
        numbers: what to show of a run; ``None`` for nothing.
    """
    for unit, form in (("run", "%-d %b %Y, %H:%M"), ("day", "%-d %b %Y"), ("month", "%b %Y"), ("year", "%Y")):
        groups: dict[object, Numbers] = {}
        labels: dict[object, str] = {}
        for place, run in enumerate(runs):
            label = run.started.strftime(form)
            key: object = place if unit == "run" else label
            labels[key] = label
            if found := numbers(run):
                groups.setdefault(key, Numbers()).add(found)
        if len(labels) <= _MOST_BARS or unit == "year":
            none = Numbers()
            return unit, [
                Bar(label, {name: getattr(groups.get(key, none), name) for name in names})
                for key, label in labels.items()
            ]
    raise AssertionError("the last unit is taken whatever its number")


def day_bars(days: Mapping[date, int], until: date, number: int = 60) -> list[Bar]:
    """Return the last *number* days up to the newest of *days* that is not after *until*, empty ones too."""
    past = [day for day in days if day <= until]
    if not past:
        return []
    last = max(past)
    first = max(min(past), last - timedelta(days=number - 1))
    shown = (first + timedelta(days=place) for place in range((last - first).days + 1))
    return [Bar(f"{day:%-d %b %Y}", {"articles": days.get(day, 0)}) for day in shown]


def period_bars(days: Mapping[date, int]) -> tuple[str, list[Bar]]:
    """Return all of *days* by month, or by year where there are too many months, and which it is."""
    months: dict[tuple[int, int], int] = {}
    years: dict[int, int] = {}
    for day, number in days.items():
        months[day.year, day.month] = months.get((day.year, day.month), 0) + number
        years[day.year] = years.get(day.year, 0) + number
    if not months:
        return "month", []
    (year, month), last = min(months), max(months)
    span = (last[0] - year) * 12 + last[1] - month + 1
    if span > _MOST_BARS:
        # Wrong dates can be centuries away.
        shown = _filled(years) if max(years) - min(years) < _MOST_BARS else sorted(years)
        return "year", [Bar(str(one), {"articles": years.get(one, 0)}) for one in shown]
    told = ((year + (month - 1 + step) // 12, (month - 1 + step) % 12 + 1) for step in range(span))
    return "month", [Bar(f"{date(*one, 1):%b %Y}", {"articles": months.get(one, 0)}) for one in told]


def _filled(years: Collection[int]) -> range:
    return range(min(years), max(years) + 1)


def hours(numbers: Mapping[tuple[int, int], int]) -> Html:
    """Return a heat map of weekdays and hours, a table whose numbers are read out and shown by shades."""
    highest = max(numbers.values(), default=0)
    head = tag(
        "tr",
        tag("td"),
        *(tag("th", tag("span", hour, class_=None if hour % 6 == 0 else "unseen"), scope="col") for hour in range(24)),
    )
    rows = [
        tag("tr", tag("th", name, scope="row"), *(_hour(numbers.get((day, hour), 0), highest) for hour in range(24)))
        for day, name in enumerate(WEEKDAYS)
    ]
    caption = tag("caption", "Articles by weekday and hour of publication", class_="unseen")
    return tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="hours")


def _hour(number: int, highest: int) -> Html:
    level = 0 if not number else 1 + (LEVELS - 2) * number // highest
    return tag("td", tag("span", number, class_="unseen"), class_=f"l{level}", title=count(number, "article"))


def shade(share: float) -> int:
    """Return the shade of a share, 0 to 1.

    >>> [shade(share) for share in (0, 0.3, 0.5, 0.9, 0.99)]
    [0, 1, 2, 3, 4]
    """
    return sum(share > edge for edge in (0, 0.4, 0.75, 0.95))


def share_bar(share: float) -> Html:
    """Return a bar for a share of 1, to stand beside its number."""
    drawn = tag("rect", class_="articles", x=0, y=0, height=1, width=f"{100 * share:.1f}")
    return tag("svg", drawn, viewBox="0 0 100 1", preserveAspectRatio="none", class_="share", aria_hidden="true")


def shades() -> Html:
    """Return the legend of a heat map."""
    steps = (tag("i", class_=f"l{level}") for level in range(LEVELS))
    return tag("p", "none ", join(*steps), " most", class_="shades")
