"""``docs/deploying.md`` followed word by word: every command that needs no other machine and no root is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from newscrawl.demo import Newspaper, serve
from newscrawl.segments import finished
from tests.deploying.server import ROOT, Scrapyd, commit, environment, repository, running, wait
from tests.documents import Shell, steps
from tests.valkeys import free_port

DOCUMENT = (ROOT / "docs/deploying.md").read_text("utf-8")

NOT_RUN = {
    "useradd --system --create-home --home-dir /srv/newscrawl --shell /bin/bash newscrawl": "makes a user",
    "python3 -m venv ~/venv": "the environment of the tests stands in its place",
    "~/venv/bin/pip install -r ~/source/requirements.txt 'scrapyd>=1.6' 'scrapyd-client>=2.0.3' 'setuptools>=80'": (
        "asks a package index"
    ),
    "~/venv/bin/pip install -r ~/source/requirements.txt": "asks a package index",
    "systemctl daemon-reload": "the units are checked instead",
    "systemctl enable --now scrapyd": "the test starts what the unit starts",
    "systemctl enable --now newscrawl-hourly.timer": "the test starts what the unit starts",
    "systemctl stop newscrawl-hourly.timer": "there is no timer",
    "systemctl start newscrawl-hourly.timer": "there is no timer",
}


class Here(NamedTuple):
    """What stands in the tests for what the document names."""

    home: Path
    origin: Path
    scrapyd: int
    demo: int
    newspaper: str

    def of(self, text: str) -> str:
        """Return *text* of the document with all that is different here."""
        for there, here in (
            ("https://git.example.org/newscrawl.git", str(self.origin)),
            ("/srv/newscrawl", str(self.home)),
            ("/etc/systemd/system/", f"{self.home}/units/"),
            ("http_port = 6800", f"http_port = {self.scrapyd}\npoll_interval = 0.2"),
            (":6800", f":{self.scrapyd}"),
            ("sleep 10", "sleep 1"),
            ("8971", str(self.demo)),
            # The newspapers of the hourly list are on other machines.
            ("csmonitor     csmonitor\n", f"csmonitor demo url={self.newspaper} max_articles=2\n"),
            ("https://www.example-times.com/ setting=DOWNLOAD_DELAY=2", f"{self.newspaper} setting=DOWNLOAD_DELAY=0.5"),
        ):
            text = text.replace(there, here)
        return text


def pattern(printed: str) -> str:
    """Return a regular expression for what the document shows: a line of "…" is any lines, in a line it is any text."""
    lines = (r"(?s:.*)" if line == "…" else re.escape(line).replace("…", ".*") for line in printed.splitlines())
    return "\n".join(lines)


def unit(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


class Server:
    """The machine of the document: what its steps have made so far."""

    def __init__(self, here: Here, stack: ExitStack) -> None:
        self.here, self._stack = here, stack
        self.shell = Shell(here.home, environment(here.home))
        stack.callback(self.shell.close)
        self.skipped: set[str] = set()
        self.printed = ""
        """What the last step has printed."""
        self._steps = steps(DOCUMENT)

    def follow(self, until: str) -> None:
        """Run the steps up to the one in which *until* stands, and that one."""
        for step in self._steps:
            self.skipped |= {line for line in step.command.splitlines() if line in NOT_RUN}
            kept = "".join(line + "\n" for line in step.command.splitlines() if line not in NOT_RUN)
            code, self.printed = self.shell.run(self.here.of(kept))
            assert code == 0, f"{step.command}\n{self.printed}"
            if step.printed is not None:
                expected = pattern(self.here.of(step.printed))
                assert re.fullmatch(expected, self.printed), f"{step.command}\n{self.printed}"
            if until in step.command:
                return
        raise AssertionError(f"no step has {until!r} in it")

    def start(self) -> Scrapyd:
        """Start what scrapyd.service starts, as systemd would."""
        text = (self.here.home / "units/scrapyd.service").read_text()
        (command,), (folder,), (file,) = (unit(text, n) for n in ("ExecStart", "WorkingDirectory", "EnvironmentFile"))
        pairs = (line.partition("=") for line in Path(file).read_text().splitlines())
        given = {name: value.strip('"') for name, _, value in pairs}
        user = given["SCRAPYD_USERNAME"], given["SCRAPYD_PASSWORD"]
        env = environment(self.here.home, **given)
        scrapyd = running(Path(folder), self.here.scrapyd, user, command.split(), env)
        return self._stack.enter_context(scrapyd)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    home = tmp_path_factory.mktemp("home")
    (home / "units").mkdir()
    (home / "venv").symlink_to(sys.prefix)
    origin = repository(tmp_path_factory.mktemp("origin") / "newscrawl")
    with serve(Newspaper(size=150), crawl_delay=0.0, slow_seconds=0.0) as served:
        here = Here(home, origin, free_port(), free_port(), served.url)
        config = origin / "scrapy.cfg"
        config.write_text(here.of(config.read_text()))
        commit(origin)
        yield here


def test_every_command_runs_as_printed(here: Here) -> None:
    data = here.home / "data"
    missing = [program for program in ("bash", "curl", "git") if not shutil.which(program)]
    assert missing == [], "install them: docs/deploying.md uses them"
    with ExitStack() as stack:
        server = Server(here, stack)
        server.follow("systemctl enable --now scrapyd\n")
        scrapyd = server.start()
        server.follow("systemctl enable --now newscrawl-hourly.timer\n")
        check_units(here.home / "units")

        tidy, hourly = unit((here.home / "units/newscrawl-hourly.service").read_text(), "ExecStart")
        code, told = server.shell.run(hourly)
        assert code == 0, told
        csmonitor, times = re.findall(r'"jobid": "(.*?)"', told)
        scrapyd.wait_for(csmonitor)
        wait(lambda: any(part.stat().st_size for part in data.glob(f"articles/*/*-{times}.jsonl.part")), "an article")
        code, told = server.shell.run(hourly)
        assert code == 0, told
        assert "example-times: its last job has not ended" in told
        assert told.count('"status": "ok"') == 1

        scrapyd.stop()
        assert list(data.glob("articles/*/*.part")) == []
        assert len(list(data.glob(f"articles/*/*-{times}.jsonl"))) == 1
        assert len(list(data.glob(f"reports/*-{times}.report.json"))) == 1
        scrapyd = server.start()
        assert scrapyd.is_finished("first")

        written = sum(path.read_bytes().count(b"\n") for path in finished(data / "articles"))
        check_tidy(server, tidy, data)
        server.follow("scrapy known")
        assert re.search(rf"^ +{written}  articles", server.printed, re.MULTILINE), server.printed
        server.follow("delversion.json")
        assert len(scrapyd.get("listversions", project="newscrawl")["versions"]) == 1
        server.follow("systemctl start newscrawl-hourly.timer")
        assert [step.command for step in server._steps] == []
        assert server.skipped == set(NOT_RUN)


def check_units(folder: Path) -> None:
    """Every program that a unit names is there, and systemd, where there is one, understands all of them."""
    units = sorted(folder.iterdir())
    assert [path.suffix for path in units] == [".service", ".timer", ".service"]
    for path in units:
        for command in unit(path.read_text(), "ExecStart"):
            assert shutil.which(command.split()[0]), command
    if systemd := shutil.which("systemd-analyze"):
        done = subprocess.run([systemd, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
        assert done.stderr == ""


def check_tidy(server: Server, tidy: str, data: Path) -> None:
    """Old segments are moved when they are finished, old reports removed, and all stays known."""
    first, *others = finished(data / "articles")
    long_ago = time.time() - 100 * 24 * 3600
    part = first.with_name("dead.jsonl.part")
    part.touch()
    (old_report,) = data.glob("reports/*-first.report.json")
    for path in (first, part, old_report):
        os.utime(path, (long_ago, long_ago))
    code, told = server.shell.run(tidy)
    assert code == 0, told
    assert finished(data / "articles") == others
    assert (server.here.home / "archive" / first.relative_to(data / "articles")).exists()
    assert part.exists()
    assert not old_report.exists()
    part.unlink()
