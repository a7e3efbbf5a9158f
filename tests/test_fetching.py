"""A few pages fetched round by round, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

from newscrawl.demo import Newspaper, serve
from tests.crawls import ROOT

_CODE = """
import os, signal, sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings
from newscrawl.fetching import StoppedError, fetch_rounds

base, how = sys.argv[1:]
process = AsyncCrawlerProcess(get_project_settings())

def rounds():
    came = yield [base, base, base + "nowhere", base + "proof/World"]
    print([(page.status, page.failure) for page in came.values()])
    came = yield []
    print(came)
    if how == "raises":
        raise KeyError("of the rounds")
    if how == "is stopped":
        os.kill(os.getpid(), signal.SIGINT)
    more = [base + f"World?page={number}" for number in range(30)]
    came = yield more
    print(list(came) == more)

try:
    fetch_rounds(process, rounds())
except (KeyError, StoppedError) as error:
    print(type(error).__name__, error)
"""


def _run(how: str) -> str:
    with serve(Newspaper(size=150), crawl_delay=0) as served:
        done = subprocess.run(
            [sys.executable, "-c", _CODE, served.url, how],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_rounds_follow_each_other() -> None:
    first, second, third = _run("ends").splitlines()
    assert first == "[(200, None), (404, None), (0, 'forbidden by robots.txt')]"
    assert (second, third) == ("{}", "True")


def test_what_goes_wrong_between_rounds_is_raised() -> None:
    assert _run("raises").splitlines()[-1] == "KeyError 'of the rounds'"


def test_who_stops_it_is_told_that_it_is_not_done() -> None:
    assert _run("is stopped").splitlines()[-1] == "StoppedError it was stopped before it was done"
