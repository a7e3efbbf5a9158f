"""A real Scrapyd on loopback, and clones of the project, as it stands in the working tree, to deploy to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPBasicAuthHandler, HTTPPasswordMgrWithDefaultRealm, ProxyHandler, build_opener

from tests.watched import sitecustomize

ROOT = Path(__file__).parent.parent.parent
SECONDS = 120.0
"""How long a test waits for what takes a few."""

_NOT_TRACKED = (".*", "data", "build", "dist", "*.egg-info", "__pycache__")
_GIT = ("git", "-c", "user.name=A tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false")


def repository(folder: Path) -> Path:
    """Make a repository of the working tree in *folder*, to be cloned from."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_TRACKED))
    shutil.copy(ROOT / ".gitignore", folder)
    commit(folder, "init", "--quiet")
    return folder


def commit(folder: Path, *before: str) -> None:
    """Commit all that stands in *folder*, after the git command *before*, if one is given."""
    for command in (before, ("add", "--all"), ("commit", "--quiet", "--message", "As it stands")):
        if command:
            subprocess.run([*_GIT, *command], cwd=folder, check=True)


def wait(condition: Callable[[], Any], what: str) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < SECONDS, f"{what} takes too long"
        time.sleep(0.05)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a user whose home is *home*, with this Python's programs and no proxy on the way."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR", sitecustomize.FOLDER) if name in os.environ}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        # Lines are watched as everywhere; and newscrawl itself must come from the egg.
        "PYTHONPATH": str(Path(sitecustomize.__file__).parent),
        **more,
    }


@dataclass
class Scrapyd:
    """A Scrapyd that answers on ``port``; ``folder`` is its working directory."""

    port: int
    folder: Path
    user: tuple[str, str]
    process: subprocess.Popen[bytes] = field(repr=False)

    def __post_init__(self) -> None:
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.url, *self.user)
        self._opener = build_opener(ProxyHandler({}), HTTPBasicAuthHandler(passwords))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def get(self, method: str, **query: str) -> dict[str, Any]:
        return self._answer(f"{self.url}{method}.json?{urlencode(query)}", None)

    def post(self, method: str, *settings: str, **form: str) -> dict[str, Any]:
        pairs = [("project", "newscrawl"), *form.items(), *(("setting", setting) for setting in settings)]
        return self._answer(f"{self.url}{method}.json", urlencode(pairs).encode())

    def _answer(self, url: str, data: bytes | None) -> dict[str, Any]:
        with self._opener.open(url, data, timeout=SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        assert answer["status"] == "ok", answer
        return answer

    def schedule(self, spider: str, jobid: str, *settings: str, **arguments: str) -> None:
        quick = ("AUTOTHROTTLE_ENABLED=0", *settings)
        assert self.post("schedule", *quick, spider=spider, jobid=jobid, **arguments)["jobid"] == jobid

    def cancel(self, job: str) -> None:
        assert self.post("cancel", job=job)["prevstate"] == "running"

    def is_finished(self, job: str) -> bool:
        return bool(self.get("status", job=job)["currstate"] == "finished")

    def wait_for(self, *jobs: str) -> None:
        for job in jobs:
            wait(partial(self.is_finished, job), f"job {job}")

    def log_of(self, spider: str, job: str) -> str:
        path = self.folder / "logs" / "newscrawl" / spider / f"{job}.log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def log(self) -> str:
        """What Scrapyd itself has said."""
        return (self.folder / "scrapyd.log").read_text("utf-8")

    def outcome(self, job: str) -> str:
        """How Scrapyd says that *job* ended."""
        (line,) = (line for line in self.log.splitlines() if f"job='{job}'" in line and "Process started" not in line)
        return line.partition("] ")[2].partition(" project=")[0]

    def stop(self) -> None:
        """Stop it as systemd does: it and its jobs are told to end, and killed if they do not."""
        group = self.process.pid
        try:
            if send(group, signal.SIGTERM):
                self.process.wait(SECONDS)
                wait(lambda: not send(group, 0), "stopping Scrapyd's jobs")
        finally:
            send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Send a signal to a group of processes and say whether there is one of them left."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def running(
    folder: Path, port: int, user: tuple[str, str], command: list[str], env: dict[str, str]
) -> Iterator[Scrapyd]:
    """Start Scrapyd by *command* in *folder*, where its configuration lies, and stop it and its jobs in the end."""
    with (folder / "scrapyd.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    scrapyd = Scrapyd(port, folder, user, process)

    def answers() -> bool:
        assert process.poll() is None, scrapyd.log
        try:
            return bool(scrapyd.get("daemonstatus"))
        except URLError:
            return False

    try:
        wait(answers, "starting Scrapyd")
        yield scrapyd
    finally:
        scrapyd.stop()
