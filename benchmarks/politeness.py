"""How a site is asked, by its own log: ``python -m benchmarks.politeness``.

The bundled newspaper is crawled as a user would, while it asks for an interval, answers 429 and 503 with Retry-After,
is slow, or puts a bot wall before its stories. What counts is when its requests arrived.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from newscrawl.demo.press import Reply
from newscrawl.demo.server import Seen, serve
from newscrawl.demo.stories import Newspaper

HOME = Path(__file__).resolve().parent.parent
STORIES = 150
INTERVAL = 1.0
"""Seconds that robots.txt asks for."""
PAUSE = 4
"""Seconds of Retry-After."""
SLOW = 0.6
"""Seconds that a slow site takes for each story."""
WALLS = 5
"""Walls in a row after which a site is left alone: the project's default."""
# Part of an interval by which the log may be off: two processes share what measures it.
_EARLY = 0.1
# Seconds in which requests arrive that were on their way when the answer that forbids them was written.
_UNDER_WAY = 1.0


@dataclass
class Case:
    """One site and what it may expect."""

    name: str
    expected: float
    measure: Callable[[list[Seen]], float | None]
    """The number to hold against *expected*; ``None`` when the log has nothing to measure."""

    unit: str = "s"
    at_most: bool = False
    busy: tuple[int, int] = (503, 1)
    crawl_delay: float = 0.0
    arguments: tuple[str, ...] = ("-s", "AUTOTHROTTLE_ENABLED=0")
    change: Callable[[str, Reply], Reply] | None = None


def _times(log: list[Seen]) -> list[float]:
    return sorted(seen.time for seen in log)


def _smallest(log: list[Seen]) -> float | None:
    times = [seen.time for seen in sorted(log, key=lambda seen: seen.time) if seen.path != "/robots.txt"]
    return min((later - earlier for earlier, later in pairwise(times)), default=None)


def _pauses(log: list[Seen]) -> Iterator[float]:
    times = _times(log)
    for seen in log:
        if seen.status in {429, 503}:
            yield next((time for time in times if time > seen.time + _UNDER_WAY), seen.time) - seen.time


def _smallest_pause(log: list[Seen]) -> float | None:
    return min(_pauses(log), default=None)


def _story_interval(log: list[Seen]) -> float | None:
    """Return the mean interval of the second half, when AutoThrottle knows the site."""
    times = _times([seen for seen in log if _is_story(seen.path)])
    half = times[len(times) // 2 :]
    return (half[-1] - half[0]) / (len(half) - 1) if len(half) > 1 else None


def _after_walls(log: list[Seen]) -> float | None:
    walls = [seen.time for seen in log if _is_story(seen.path)]
    return float(sum(seen.time > walls[WALLS - 1] + _UNDER_WAY for seen in log)) if len(walls) >= WALLS else None


def _is_story(path: str) -> bool:
    return any(part.isdigit() and len(part) == 4 for part in path.split("/"))


def _slowly(path: str, reply: Reply) -> Reply:
    return replace(reply, slow=_is_story(path))


def _walled(path: str, reply: Reply) -> Reply:
    wall = b"<title>Just a moment...</title><h1>Checking your browser</h1><p>Please enable JavaScript and cookies.</p>"
    return Reply(200, wall) if _is_story(path) else reply


def _changed(get: Callable[..., Reply], change: Callable[[str, Reply], Reply]) -> Callable[..., Reply]:
    def changed(target: str, *, mobile: bool = False) -> Reply:
        return change(target, get(target, mobile=mobile))

    return changed


CASES = (
    Case(f"Crawl-delay: {INTERVAL:g}", INTERVAL, _smallest, crawl_delay=INTERVAL, arguments=("-a", "max_articles=12")),
    Case(f"429, Retry-After: {PAUSE}", PAUSE, _smallest_pause, busy=(429, PAUSE)),
    Case(f"503, Retry-After: {PAUSE}", PAUSE, _smallest_pause, busy=(503, PAUSE)),
    Case(
        f"AutoThrottle, {SLOW:g} s a story",
        SLOW / 2,
        _story_interval,
        change=_slowly,
        arguments=("-a", "max_articles=24"),
    ),
    Case(f"requests after {WALLS} walls", 0, _after_walls, "", at_most=True, change=_walled),
)


def crawl(case: Case) -> list[Seen]:
    """Crawl the newspaper of *case* and return its log."""
    with (
        serve(Newspaper(size=STORIES), crawl_delay=case.crawl_delay, slow_seconds=SLOW, busy=case.busy) as served,
        tempfile.TemporaryDirectory(prefix="newscrawl-politeness") as folder,
    ):
        if case.change is not None:
            served.press.get = _changed(served.press.get, case.change)  # type: ignore[method-assign]
        subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "demo", "-a", f"url={served.url}", *case.arguments],
            cwd=HOME,
            env={**os.environ, "NEWSCRAWL_DATA": folder},
            capture_output=True,
            timeout=300,
            check=False,
        )
        return list(served.log)


def is_kept(case: Case, measured: float | None) -> bool:
    """Say whether *measured* is what the site of *case* may expect."""
    if measured is None:
        return False
    return measured <= case.expected if case.at_most else measured >= case.expected * (1 - _EARLY)


def main() -> int:
    """Run the benchmark; 1 when a site was asked otherwise than it may expect."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.politeness", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.parse_args()
    print(f"{'site':<28}{'requests':>10}{'expected':>12}{'seen':>10}  kept")
    good = True
    for case in CASES:
        log = crawl(case)
        measured = case.measure(log)
        kept = is_kept(case, measured)
        good &= kept
        expected = f"{'<=' if case.at_most else '>='} {case.expected:g} {case.unit}"
        seen = "nothing" if measured is None else f"{measured:.2f} {case.unit}"
        print(f"{case.name:<28}{len(log):>10}{expected:>12}{seen:>10}  {'yes' if kept else 'NO'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
