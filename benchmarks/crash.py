"""What a killed crawl costs: ``python -m benchmarks.crash --kills 20``.

The bundled newspaper is crawled by processes that are killed with SIGKILL (at random moments; between the disk and the
store; with two at once; while stories change) or find the disk full, and are started again until one comes to its end.
Then the files are read: every article of the newspaper must be there, each of its versions once and the newest as it
stands now, and every line must be whole.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import orjson

from newscrawl.demo.expected import truth
from newscrawl.demo.server import Served, serve
from newscrawl.demo.stories import Newspaper

HOME = Path(__file__).resolve().parent.parent
# A crawl of the newspaper takes some seconds, the first of which goes into starting.
SECONDS = 4.0
DISKS_KB = (64, 300, 700, 1500, 2500)


Expected = dict[str, str]
"""The newspaper's articles: id to text."""


@dataclass
class Tally:
    """What came of one way to die, over all its crawls."""

    name: str
    runs: int = 0
    killed: int = 0
    expected: int = 0
    written: int = 0
    lost: int = 0
    twice: int = 0
    torn: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was lost, nothing written twice, no line torn, and every run ended as it should."""
        return not (self.lost or self.twice or self.torn or self.notes) and self.runs > 0

    def read(self, articles: Path, expected: Expected) -> None:
        """Add what the files below *articles* hold."""
        found: dict[str, dict[int, str]] = {}
        written = 0
        for path in articles.glob("*/*.jsonl*"):
            if path.suffix != ".jsonl":
                self.torn += 1
                self.notes.append(f"left over: {path.name}")
                continue
            content = path.read_bytes()
            self.torn += not content.endswith(b"\n")
            for line in content.splitlines():
                try:
                    values = orjson.loads(line)
                    versions = found.setdefault(values["id"], {})
                    written += 1
                    version = values.get("version", 1)
                    self.twice += version in versions
                    versions[version] = values.get("body", "")
                except (orjson.JSONDecodeError, KeyError, TypeError):
                    self.torn += 1
        self.expected += len(expected)
        self.written += written
        for identity, body in expected.items():
            versions = found.pop(identity, {})
            self.lost += sorted(versions) != list(range(1, len(versions) + 1)) or not versions
            if versions and versions[max(versions)] != body:
                self.lost += 1
                self.notes.append(f"{identity}: its newest version is not what the newspaper prints")
        if found:
            self.notes.append(f"{len(found)} lines that are no article of the newspaper")


class Crawls:
    """Starts crawls of one newspaper into one folder."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data = url, data

    def start(self, *, before: int = 0, after: int = 0, limit: int = 0, flush: int = 25) -> subprocess.Popen[str]:
        """Start a crawl; see `benchmarks._dying` for *before*, *after* and *limit*."""
        command = [sys.executable, "-m", "benchmarks._dying", str(before), str(after), str(limit), "crawl", "demo"]
        command += [
            "-a",
            f"url={self.url}",
            "-s",
            f"NEWSCRAWL_DATA={self.data}",
            "-s",
            f"NEWSCRAWL_FLUSH_ITEMS={flush}",
        ]
        return subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self, tally: Tally) -> None:
        """Run a crawl to its end."""
        with self.start() as process:
            _, errors = process.communicate()
        tally.runs += 1
        if process.returncode != 0:
            tally.notes.append(f"a run that was left alone ended with {process.returncode}: {errors.strip()[-300:]}")


def _kill(process: subprocess.Popen[str], seconds: float, tally: Tally) -> bool:
    """Kill *process* after *seconds*; say whether it was still alive then."""
    tally.runs += 1
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        tally.killed += 1
        return True
    return False


Round = Callable[[Crawls, Tally, int, random.Random], None]


def texts(newspaper: Newspaper, url: str) -> Expected:
    """Return the texts that the newspaper prints now."""
    return {record["id"]: record["body"] for record in truth(newspaper, url)}


class Changing:
    """Kills crawls at random moments and changes stories in between, known ones and others."""

    def __init__(self, newspaper: Newspaper, served: Served) -> None:
        self.newspaper, self.served = newspaper, served
        self._left = sorted(story.path for story in newspaper.stories if "sitemap" in story.ways)

    def __call__(self, crawls: Crawls, tally: Tally, kills: int, chance: random.Random) -> None:
        """Kill crawls until *kills* are killed or one comes to its end, then change what an undisturbed one finds."""
        crawls.finish(tally)
        while tally.killed < kills:
            self._change(chance)
            with crawls.start(flush=3) as process:
                if not _kill(process, chance.uniform(0, SECONDS), tally):
                    break
        self._change(chance)

    def _change(self, chance: random.Random) -> None:
        for path in chance.sample(self._left, min(6, len(self._left))):
            self._left.remove(path)
            with self.served.control.lock:
                # In the coming second: a page can have been fetched in this one.
                self.newspaper.change(path, datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1))
        time.sleep(1.1)


def at_random(crawls: Crawls, tally: Tally, kills: int, chance: random.Random) -> None:
    """Kill crawls at random moments until *kills* are killed or one has come to its end."""
    while tally.killed < kills:
        with crawls.start() as process:
            if not _kill(process, chance.uniform(0, SECONDS), tally):
                return


def between(crawls: Crawls, tally: Tally, kills: int, chance: random.Random) -> None:
    """Kill crawls when a batch is on the disk and the store does not know it, or just does."""
    for _ in range(min(4, kills - tally.killed)):
        before = chance.randint(1, 6)
        moment = {"before": before} if chance.random() < 0.7 else {"after": before}
        with crawls.start(flush=8, **moment) as process:
            _, errors = process.communicate()
        tally.runs += 1
        if process.returncode == -signal.SIGKILL:
            tally.killed += 1
        elif process.returncode != 0:
            tally.notes.append(f"a run ended with {process.returncode}: {errors.strip()[-300:]}")


def two_at_once(crawls: Crawls, tally: Tally, kills: int, chance: random.Random) -> None:
    """Let two crawls work side by side and kill one of them, then the other."""
    for _ in range(2):
        with crawls.start() as first, crawls.start() as second:
            began = time.monotonic()
            _kill(first, chance.uniform(1, SECONDS), tally)
            _kill(second, max(0.0, chance.uniform(1, 2 * SECONDS) - (time.monotonic() - began)), tally)
        if tally.killed >= kills:
            return


def rounds(name: str, round_: Round, *, url: str, expected: Callable[[], Expected], kills: int, seed: int) -> Tally:
    """Repeat *round_*, each time with a fresh folder and ended by an undisturbed run, until *kills* are killed."""
    tally, chance = Tally(name), random.Random(f"{name} {seed}")
    while tally.killed < kills and not tally.notes:
        with tempfile.TemporaryDirectory(prefix="newscrawl-crash-") as folder:
            crawls = Crawls(url, Path(folder))
            round_(crawls, tally, kills, chance)
            crawls.finish(tally)
            tally.read(Path(folder) / "articles", expected())
    return tally


@contextmanager
def _tmpfs(folder: Path, kilobytes: int) -> Iterator[Callable[[int], None]]:
    """Mount a small file system of its own on *folder*; what is given resizes it (kilobytes)."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or not mount or not unmount:
        raise PermissionError("only root may mount")
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "newscrawl-crash", str(folder)]
    if subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        raise PermissionError("mounting is not allowed here")

    def resize(size: int) -> None:
        subprocess.run([mount, "-o", f"remount,size={size}k", str(folder)], check=True, capture_output=True)

    try:
        yield resize
    finally:
        subprocess.run([unmount, str(folder)], check=True)


def full_disk(url: str, expected: Expected) -> Tally:
    """Let crawls run into full disks of several sizes, then make room and let them go on."""
    tally = Tally("disk full")
    for kilobytes in DISKS_KB:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newscrawl-crash-")))
            crawls = Crawls(url, folder)
            try:
                resize = stack.enter_context(_tmpfs(folder, kilobytes))
                limit, how = 0, "a tmpfs"
            except PermissionError:
                resize, limit, how = None, kilobytes * 1024, "a limit of file size (RLIMIT_FSIZE)"
            tally.name = f"disk full, {how}"
            with crawls.start(limit=limit) as process:
                _, errors = process.communicate()
            tally.runs += 1
            if process.returncode == 0:
                tally.notes.append(f"{kilobytes} KB were enough, or a run on a full disk ended with 0")
            elif "disk is full" not in errors or "Traceback" in errors:
                tally.notes.append(f"{kilobytes} KB: no plain words: {errors.strip()[-500:]}")
            if resize:
                resize(64 * 1024)
            crawls.finish(tally)
            tally.read(folder / "articles", expected)
    return tally


def table(tallies: list[Tally]) -> str:
    """Return the tallies as lines of text."""
    names = ("runs", "killed", "expected", "written", "lost", "twice", "torn")
    width = max(len(tally.name) for tally in tallies)
    lines = [" " * width + "".join(f"{name:>10}" for name in names)]
    for tally in tallies:
        lines.append(f"{tally.name:<{width}}" + "".join(f"{getattr(tally, name):>10}" for name in names))
        lines += [f"  ! {note}" for note in tally.notes]
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark; 1 when anything was lost, written twice or torn."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=20, help="crawls to kill at random moments (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other moments (%(default)s)")
    parser.add_argument("--size", type=int, default=320, help="stories of the newspaper (%(default)s)")
    options = parser.parse_args()
    newspaper = Newspaper(size=options.size)
    few = max(2, options.kills // 4)
    with serve(newspaper, crawl_delay=0, slow_seconds=0.2) as served:
        expected = partial(texts, newspaper, served.url)
        run = partial(rounds, url=served.url, expected=expected, seed=options.seed)
        tallies = [
            run("killed at random", at_random, kills=options.kills),
            run("killed between disk and store", between, kills=few),
            run("two at once, both killed", two_at_once, kills=few),
            full_disk(served.url, expected()),
            run("killed while stories change", Changing(newspaper, served), kills=few),
        ]
    print(table(tallies))
    return 0 if all(tally.good for tally in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
