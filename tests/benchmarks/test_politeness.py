"""What the log of a site says about how it was asked."""

from __future__ import annotations

import pytest

from benchmarks.politeness import CASES, Case, is_kept
from newscrawl.demo.server import Seen

STORY = "/World/2026/0312/A-story"


def seen(time: float, path: str = STORY, status: int = 200) -> Seen:
    return Seen(time, "GET", "127.0.0.1", path, status, None, None, None)


def case(name: str) -> Case:
    return next(case for case in CASES if case.name.startswith(name))


@pytest.mark.parametrize(
    ("name", "log", "measured", "kept"),
    [
        ("Crawl-delay", [seen(0.0), seen(1.0), seen(2.2)], 1.0, True),
        ("Crawl-delay", [seen(0.0, "/robots.txt"), seen(0.1), seen(1.2)], 1.1, True),
        ("Crawl-delay", [seen(0.0), seen(1.0), seen(1.5)], 0.5, False),
        ("429", [seen(0.0, status=429), seen(0.2), seen(4.1)], 4.1, True),
        ("429", [seen(0.0, status=429), seen(2.5), seen(4.1)], 2.5, False),
        ("503", [seen(0.0)], None, False),
        ("AutoThrottle", [seen(0.0), seen(0.1), seen(0.2), seen(0.6)], 0.4, True),
        ("requests after", [seen(0.1 * i) for i in range(6)], 0.0, True),
        ("requests after", [seen(0.1 * i) for i in range(5)] + [seen(9.0, "/World")], 1.0, False),
        ("requests after", [seen(0.0)], None, False),
    ],
)
def test_log_is_held_against_what_a_site_may_expect(
    name: str, log: list[Seen], measured: float | None, kept: bool
) -> None:
    found = case(name).measure(log)
    assert found == (None if measured is None else pytest.approx(measured))
    assert is_kept(case(name), found) is kept
