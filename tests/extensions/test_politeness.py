from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from newscrawl.extensions.politeness import LATER, LEFT_ALONE, RUN_ENDED
from tests.netlab import Ended, Lab, Seen, crawl, reply

DELAY = 0.6
PAUSE = 2
EARLY = 0.15  # how much nearer requests may arrive than they left, on a machine that is busy with other things
PAGES = 12
WALL_LIMIT = 4
SLOWEST = 0.1

CRAWL_DELAY, RETRY_AFTER, QUICK, UNTIL_DATE, TURNS_AWAY, WALL, LONG, NEVER_ENOUGH, SOME_FORBIDDEN, ABSURD = range(1, 11)


class Newspapers:
    """What each host answers."""

    def __init__(self) -> None:
        self.asked: Counter[int] = Counter()

    def __call__(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        host = int(seen.host.rpartition(".")[2])
        if seen.path == "/robots.txt":
            delays = {CRAWL_DELAY: DELAY, ABSURD: 86400.0}
            text = f"User-agent: *\nCrawl-delay: {delays[host]}\n" if host in delays else ""
            reply(writer, text.encode())
            return
        self.asked[host] += 1
        number = self.asked[host]
        if host == RETRY_AFTER and number == 1:
            reply(writer, status=429, Retry_After=str(PAUSE))
        elif host == UNTIL_DATE and number == 1:
            date = datetime.now(UTC) + timedelta(seconds=PAUSE + 1)
            reply(writer, status=503, Retry_After=format_datetime(date, usegmt=True))
        elif host == TURNS_AWAY or (host == SOME_FORBIDDEN and number % 2):
            reply(writer, status=403)
        elif host == WALL:
            reply(writer, b"<title>Just a moment...</title>")
        elif host == LONG:
            reply(writer, status=429, Retry_After="3600")
        elif host == NEVER_ENOUGH:
            reply(writer, status=429, Retry_After="0.2")
        elif seen.path == "/moved":
            port = writer.get_extra_info("sockname")[1]
            reply(writer, status=301, Location=f"http://127.0.0.{CRAWL_DELAY}:{port}/here")
        else:
            reply(writer)


@pytest.fixture(scope="module")
def day() -> Iterator[tuple[Lab, Newspapers, Ended]]:
    """One run over ten hosts, each with its own idea of how it wants to be asked."""
    newspapers = Newspapers()
    numbers = {CRAWL_DELAY: 6, QUICK: 40, ABSURD: 2, UNTIL_DATE: 3}
    with Lab(newspapers, hosts=ABSURD) as lab:
        urls = [lab.url(host, f"/{n}") for host in range(1, ABSURD + 1) for n in range(numbers.get(host, PAGES))]
        ended = crawl(
            [*urls, lab.url(QUICK, "/moved")],
            AUTOTHROTTLE_START_DELAY=0.02,
            AUTOTHROTTLE_MAX_DELAY=SLOWEST,
            DOWNLOAD_DELAY_JITTER=1.0,
            CONCURRENT_REQUESTS=12,
            CONCURRENT_REQUESTS_PER_DOMAIN=2,
            RETRY_TIMES=0,
            NEWSCRAWL_MAX_CRAWL_DELAY=0.9,
            NEWSCRAWL_WALL_LIMIT=WALL_LIMIT,
        )
        yield lab, newspapers, ended


def outcomes(lab: Lab, ended: Ended, host: int) -> list[list[str]]:
    start = lab.url(host, "/")
    return [outcome for url, outcome in ended.outcomes.items() if url.startswith(start)]


def test_every_request_comes_to_an_end(day: tuple[Lab, Newspapers, Ended]) -> None:
    _, _, ended = day
    assert len(ended.outcomes) == 6 + 40 + 2 + 3 + 6 * PAGES + 1
    assert ended.stats["finish_reason"] == "finished"
    assert "Traceback" not in ended.log


@pytest.mark.parametrize(("host", "delay"), [(CRAWL_DELAY, DELAY), (ABSURD, 0.9)])
def test_crawl_delay_is_the_least_interval(day: tuple[Lab, Newspapers, Ended], host: int, delay: float) -> None:
    lab, _, ended = day
    times = lab.times(host)
    assert len(times) == (8 if host == CRAWL_DELAY else 3)  # robots.txt, the pages, and the one that moved here
    assert min(later - earlier for earlier, later in pairwise(times)) >= delay - EARLY
    assert ended.stats[f"newscrawl/crawl_delay/127.0.0.{host}"] == delay


def test_absurd_crawl_delay_is_told(day: tuple[Lab, Newspapers, Ended]) -> None:
    assert f"127.0.0.{ABSURD} asks for 86400 seconds between requests; it gets 0.9" in day[2].log


def test_retry_after_pauses_the_whole_site(day: tuple[Lab, Newspapers, Ended]) -> None:
    lab, _, ended = day
    times = lab.times(RETRY_AFTER)
    # robots.txt, at the most two under way at once, then nothing until the rest is over.
    assert sum(time < times[1] + PAUSE - EARLY for time in times) <= 3
    assert ended.stats[f"newscrawl/paused/127.0.0.{RETRY_AFTER}"] == 1


def test_site_that_was_asked_too_often_is_asked_more_slowly(day: tuple[Lab, Newspapers, Ended]) -> None:
    lab, _, _ = day
    after = lab.times(RETRY_AFTER)[3:]
    assert (after[-1] - after[0]) / (len(after) - 1) > 0.8 * SLOWEST


@pytest.mark.parametrize("host", [RETRY_AFTER, UNTIL_DATE])
def test_request_comes_again_without_using_a_retry(day: tuple[Lab, Newspapers, Ended], host: int) -> None:
    lab, _, ended = day
    results = outcomes(lab, ended, host)
    assert {tuple(result[:2]) for result in results} == {("page", "200")}
    assert "retry/count" not in ended.stats


def test_retry_after_can_be_a_date(day: tuple[Lab, Newspapers, Ended]) -> None:
    lab, _, _ = day
    _, first, *later = lab.times(UNTIL_DATE)
    # Another one may be under way when the first answer comes; the date lies two to three seconds ahead.
    assert not [time for time in later if first + 0.3 < time < first + PAUSE - EARLY]


def test_other_sites_go_on_meanwhile(day: tuple[Lab, Newspapers, Ended]) -> None:
    lab, _, _ = day
    begin = lab.times(RETRY_AFTER)[1]
    during = [time for time in lab.times(QUICK) if begin < time < begin + PAUSE]
    assert len(during) >= 30


@pytest.mark.parametrize("host", [TURNS_AWAY, WALL, NEVER_ENOUGH])
def test_site_of_walls_is_left_alone(day: tuple[Lab, Newspapers, Ended], host: int) -> None:
    lab, newspapers, ended = day
    left = outcomes(lab, ended, host).count(["ForNextRun", LEFT_ALONE])
    # Those under way, two at the most, when the limit was reached.
    assert WALL_LIMIT <= newspapers.asked[host] <= 2 * WALL_LIMIT + 1
    assert left >= PAGES - newspapers.asked[host]
    assert ended.stats[f"newscrawl/walled/127.0.0.{host}"] >= PAGES - newspapers.asked[host]
    assert f"127.0.0.{host}" in ended.log


def test_site_that_forbids_some_pages_is_not_left_alone(day: tuple[Lab, Newspapers, Ended]) -> None:
    _, newspapers, ended = day
    assert newspapers.asked[SOME_FORBIDDEN] == PAGES
    assert f"newscrawl/walled/127.0.0.{SOME_FORBIDDEN}" not in ended.stats


def test_long_rest_is_kept_for_the_next_run(day: tuple[Lab, Newspapers, Ended]) -> None:
    lab, newspapers, ended = day
    assert newspapers.asked[LONG] <= 2
    assert outcomes(lab, ended, LONG) == [["ForNextRun", LATER]] * PAGES
    assert ended.seconds < 15


def test_run_that_is_ended_does_not_sit_out_the_rest() -> None:
    def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.path == "/robots.txt":
            reply(writer, b"")
        else:
            reply(writer, status=503, Retry_After="60")

    with Lab(answer) as lab:
        ended = crawl(
            [lab.url(1, "/a"), lab.url(1, "/b")],
            EXTENSIONS={
                "newscrawl.extensions.politeness.Politeness": 100,
                "scrapy.extensions.closespider.CloseSpider": 500,
            },
            CLOSESPIDER_TIMEOUT=1,
        )
    assert ended.seconds < 10
    assert ended.stats["finish_reason"] == "closespider_timeout"
    assert ["ForNextRun", RUN_ENDED] in ended.outcomes.values()


def test_paused_site_does_not_fill_the_downloader() -> None:
    """The quick site has one request at a time, so the paused one could take every place in between."""
    asked: Counter[str] = Counter()

    def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        asked[seen.host] += seen.path != "/robots.txt"
        number = asked[seen.host]
        if seen.path == "/robots.txt":
            reply(writer, b"User-agent: *\nCrawl-delay: 0.3" if seen.host == "127.0.0.1" else b"")
        elif seen.host == "127.0.0.1" and number == 1:
            reply(writer, status=429, Retry_After=str(PAUSE))
        elif seen.host == "127.0.0.2" and number < 15:
            reply(writer, f"next /{number}".encode())
        else:
            reply(writer)

    with Lab(answer, hosts=2) as lab:
        ended = crawl(
            [*(lab.url(1, f"/{n}") for n in range(5)), lab.url(2, "/")],
            AUTOTHROTTLE_START_DELAY=0.02,
            AUTOTHROTTLE_MAX_DELAY=0.05,
            CONCURRENT_REQUESTS=4,
        )
        assert len(ended.outcomes) == 5 + 15
        # Besides each request and the one put off: those that were waiting in the slot when the pause began.
        assert ended.stats["scheduler/enqueued"] > 5 + 15 + 1
        assert sum(time < lab.times(1)[1] + PAUSE for time in lab.times(2)) == 1 + 15
