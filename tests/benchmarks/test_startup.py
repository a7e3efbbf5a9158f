"""Each command's start is timed, and what it loads is told by package."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from benchmarks.startup import main, parse_imports, seconds_until
from newscrawl.spiders.demo import DemoSpider


def test_both_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rounds", "1", "--most", "5"]) == 0
    times, imports = capsys.readouterr().out.strip().split("\n\n")
    assert [line.split("  ")[0] for line in times.splitlines()[1:]] == [
        "a bare spider (the floor), first request",
        "scrapy crawl demo, first request",
        "scrapy crawl news, first request",
        "scrapy list",
        "import newscrawl.article",
    ]
    assert any(line.startswith("scrapy ") for line in imports.splitlines())


def test_a_crawl_loads_no_server() -> None:
    import newscrawl.settings

    assert [name for name in newscrawl.settings.EXTENSIONS_BASE if "remote" in name] == []


@pytest.mark.parametrize("wanted", [False, True])
def test_cookies_are_loaded_where_they_are_wanted(wanted: bool) -> None:
    settings = get_project_settings()
    settings.set("COOKIES_ENABLED", wanted, priority="cmdline")
    DemoSpider.update_settings(settings)
    own = settings.getdict("DOWNLOADER_MIDDLEWARES_BASE")
    assert any("cookies" in name for name in own) is wanted
    assert any("retry" in name for name in own)


def test_what_importtime_prints() -> None:
    printed = "import time: self [us] | cumulative | imported package\nimport time:  782 |  4330 | scrapy\n"
    assert parse_imports(f"{printed}import time:        12 |         20 |   lxml.etree\n") == {
        "scrapy": 782,
        "lxml.etree": 12,
    }


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(RuntimeError, match=r"ended with 1: .*odd"):
        seconds_until([sys.executable, "-c", "raise SystemExit('odd')"], listener, tmp_path / "log")
