"""Our sentences through the real Spidermon."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings
from spidermon.core.actions import Action  # type: ignore[import-untyped]
from spidermon.runners import MonitorRunner  # type: ignore[import-untyped]

from newscrawl.monitors import Monitors, RunSuite
from tests.crawls import run_scrapy

TELEGRAM = "spidermon.contrib.actions.telegram.notifiers.SendTelegramMessageSpiderFinished"
SOUND = {"newscrawl/start_ok": 1, "newscrawl/listed": 9, "newscrawl/known": 9, "finish_reason": "finished"}
told: list[list[str]] = []


class Tell(Action):  # type: ignore[misc]
    """Keeps what failed."""

    def run_action(self) -> None:
        told.append([result.item.name for result in self.result.monitors_failed_results])


@pytest.mark.parametrize(
    ("stats", "reasons"),
    [
        (SOUND, None),
        (SOUND | {"newscrawl/broken": ["paper: 9 links listed, expected at least 20", "paper: old"]},
         ["paper: 9 links listed, expected at least 20; paper: old"]),
        (SOUND | {"newscrawl/error": "the disk is full: make room"}, ["the disk is full: make room"]),
        (SOUND | {"newscrawl/walled/b.example": 0, "newscrawl/walled/a.example": 3},
         ["left alone, as they turn us away: a.example, b.example"]),
        (SOUND | {"finish_reason": "memusage_exceeded", "newscrawl/broken": ["paper: old"]}, [
            "it used more memory than MEMUSAGE_LIMIT_MB allows: what was written counts", "paper: old"]),
    ],
    ids=["sound", "broken", "error", "walled", "two"],
)  # fmt: skip
def test_each_sentence_reaches_the_actions(stats: dict[str, Any], reasons: list[str] | None) -> None:
    told.clear()
    settings = Settings({"NEWSCRAWL_MONITOR_ACTIONS": [f"{__name__}.Tell"]})
    crawler = SimpleNamespace(settings=settings, stats=SimpleNamespace(get_stats=lambda: stats))
    MonitorRunner().run(RunSuite(crawler=crawler), crawler=crawler, stats=stats)  # type: ignore[arg-type]
    assert [sorted(lines) for lines in told] == ([sorted(reasons)] if reasons else [])


def test_the_add_on_leaves_other_suites_alone() -> None:
    settings = Settings({"SPIDERMON_ENGINE_STOP_MONITORS": ["ours.Suite"]})
    Monitors().update_settings(settings)
    assert settings.getlist("SPIDERMON_ENGINE_STOP_MONITORS") == ["ours.Suite", "newscrawl.monitors.RunSuite"]
    assert settings.getbool("SPIDERMON_ENABLED")


def test_a_failed_crawl_is_told_by_an_action_of_spidermons(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        done = run_scrapy(
            tmp_path, "crawl", "news", "-a", f"url={url}", "-s", 'ADDONS={"newscrawl.monitors.Monitors": 500}',
            "-s", f"NEWSCRAWL_MONITOR_ACTIONS={TELEGRAM}", "-s", "SPIDERMON_TELEGRAM_FAKE=1", "-s", "LOG_LEVEL=INFO",
            "-s", "SPIDERMON_TELEGRAM_SENDER_TOKEN=x", "-s", "SPIDERMON_TELEGRAM_RECIPIENTS=x", "-s", "RETRY_ENABLED=0",
        )  # fmt: skip
    assert done.returncode == 1
    message = done.stderr.partition("spider finished with errors!")[2]
    assert re.search(r"none of its start pages could be fetched \(.*connection refused", message)
