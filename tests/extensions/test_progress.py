"""The live display, on real pseudo-terminals, and the lines in the log instead of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from newscrawl.demo import Newspaper, serve
from newscrawl.demo.server import Served
from newscrawl.extensions.progress import as_table
from newscrawl.ledger import Ledger
from tests.crawls import ROOT

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
QUICK = ("-s", "AUTOTHROTTLE_ENABLED=0", "-a", "max_articles=12")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(Newspaper(), port=0, crawl_delay=0.0, slow_seconds=0.1) as newspaper:
        yield newspaper


def on_terminal(served: Served, data: Path, columns: int, *arguments: str, **environment: str) -> str:
    """Return what a crawl writes to a terminal of this width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    given = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "demo", "-a", f"url={served.url}", *QUICK, *arguments],
        cwd=ROOT,
        env={**given, "TERM": "xterm-256color", "NEWSCRAWL_DATA": str(data), **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:  # Linux's word for the end of a terminal
        pass
    finally:
        os.close(ours)
        process.wait(60)
    return written.decode()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_nothing_is_wider_than_the_terminal_and_it_is_given_back(served: Served, tmp_path: Path, columns: int) -> None:
    told = on_terminal(served, tmp_path, columns)
    live, _, after = told.rpartition("\x1b[?25h")
    assert "\x1b[?25l" in live, "the cursor is hidden while the display lives"
    assert "\x1b[?25l" not in after, "and comes back"
    lines = [ESCAPE.sub("", line) for line in re.split(r"[\r\n]+", told)]
    shown = [line for line in lines if not line.startswith(("demo: ", "the run"))]
    assert max(map(cell_len, shown)) <= columns
    assert re.search(r"demo · 0:00:\d\d · [\d.]+ pages/s", ESCAPE.sub("", live))
    assert "12 new" in after


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_what_failed_is_told_however_narrow_it_is(columns: int) -> None:
    ledger = Ledger()
    for name in ("harbour_post", "a-very-long-name-of-a-site.example:8080", "読売新聞オンライン"):
        ledger.note(name, "section", "new", 1200)
        ledger.lose(name, "section", "failed", "status 500", "https://e.org/")
    told = [line.rstrip() for line in as_table(ledger.sites, columns, most=8).plain.splitlines()]
    assert max(map(cell_len, told)) <= columns
    assert {"pages", "new", "known", "rejected", "failed"} <= set(told[0].split())
    numbers = [line for line in told if "1,200" in line]
    assert len({cell_len(line) for line in numbers}) == 1, "the columns stand under each other"
    assert "3,600" in told[-1], "all sites together"
    assert any("a-very-long-name" in line for line in told)


def test_colour_is_left_out_where_nobody_wants_it(served: Served, tmp_path: Path) -> None:
    told = on_terminal(served, tmp_path, 80, NO_COLOR="1")
    assert not re.search(r"\x1b\[(?:3|4|9)\d", told)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ((), {"TERM": "dumb"}),
        ((), {"NEWSCRAWL_PROGRESS": "off"}),
        (("-s", "NEWSCRAWL_PROGRESS=off"), {}),
        (("-s", "LOG_LEVEL=INFO"), {}),
    ],
)
def test_no_display_where_it_would_disturb(
    served: Served, tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    told = on_terminal(served, tmp_path, 80, *arguments, **environment)
    assert "\x1b" not in told
    assert "12 new" in told


def test_what_is_logged_goes_above_the_display(served: Served, tmp_path: Path) -> None:
    told = on_terminal(served, tmp_path, 100, "-s", "NEWSCRAWL_PROGRESS=on", "-s", "LOG_LEVEL=INFO")
    lines = [ESCAPE.sub("", line).strip() for line in re.split(r"[\r\n]+", told)]
    logged = [line for line in lines if "[scrapy." in line or "[newscrawl." in line]
    assert logged
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[", line) for line in logged), "no line is torn"


def test_another_word_is_refused_in_a_sentence(served: Served, tmp_path: Path) -> None:
    told = on_terminal(served, tmp_path, 80, "-s", "NEWSCRAWL_PROGRESS=loud")
    assert "NEWSCRAWL_PROGRESS=loud: write one of auto, on, off" in told
