"""What hourly runs add up to: ``python -m benchmarks.week --runs 60``.

The bundled newspaper publishes, changes, withdraws and syndicates stories between runs whose clock is moved on by an
hour each. Then the lines of all runs are read: every version of every story must be there once, in order, as it was
printed. In an hour without news a run may ask for nothing but robots.txt, listings, feeds and sitemaps, each answered
with 304, and for young articles that are due to be looked at again.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.demo.expected import record, truth
from newscrawl.demo.server import Seen, Served, serve
from newscrawl.demo.stories import Newspaper, Story
from newscrawl.rechecks import parse_ages
from newscrawl.segments import entries, finished
from newscrawl.store import open_store

HOME = Path(__file__).resolve().parent.parent
AGES = "1h,6h,24h,3d"
# The fields whose values are compared with what was printed.
COMPARED = ("headline", "body", "date_published", "date_modified", "authors", "word_count")
SECTIONS = ("/World", "/USA/Politics", "/Business", "/World/Ships-Shoals")


@dataclass
class Hour:
    """One run and what happened in the hour before it."""

    number: int
    now: datetime
    published: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    syndicated: list[str] = field(default_factory=list)
    code: int = 0
    told: str = ""
    requests: list[Seen] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """Whether nothing happened in it."""
        return not (self.published or self.changed or self.withdrawn or self.syndicated)


@dataclass
class History:
    """What the newspaper has printed."""

    versions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By id, the records of a story's versions in order."""

    withdrawn: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """By id, when a story was published and withdrawn."""

    def note(self, story: Story, url: str) -> None:
        """Add the story as it is now."""
        made = record(story, url.rstrip("/"))
        self.versions.setdefault(made["id"], []).append(made)


class Week:
    """A newspaper that goes on while it is crawled.

    Args:
        served: where it is served.
        paper: the newspaper.
        seed: another seed, other events.
    """

    def __init__(self, served: Served, paper: Newspaper, seed: int) -> None:
        self.served, self.paper = served, paper
        self.chance = random.Random(seed)
        self.history = History()
        for made in truth(self.paper, served.url):
            self.history.versions[made["id"]] = [made]
        self.known = {story.path for story in self.paper.stories}
        self.ours: list[str] = []

    def pass_hour(self, hour: Hour) -> None:
        """Let an hour's events happen; one in three is quiet."""
        at = hour.now - timedelta(minutes=20)
        self.paper.now = hour.now
        if self.chance.random() < 0.34:
            return
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            story = self._publish(at - timedelta(minutes=len(hour.published)))
            hour.published.append(story.path)
            self.history.note(story, self.served.url)
        touched: set[str] = set()
        for _ in range(self.chance.choice((0, 1, 1, 3))):
            # What nothing lists with a date can change unseen; young ones are looked at anyway.
            listed = [s.path for s in self.paper.stories if "sitemap" in s.ways and s.path in self.known - touched]
            young = [path for path in self.ours if path in listed]
            path = self.chance.choice(young if young and self.chance.random() < 0.6 else listed)
            touched.add(path)
            hour.changed.append(path)
            self.history.note(self._change(path, at), self.served.url)
        candidates = [path for path in self.ours if path in self.known - touched]
        if candidates and self.chance.random() < 0.15:
            path = self.chance.choice(candidates)
            story = self.paper.story(path)
            identity = record(story, self.served.url.rstrip("/"))["id"]
            self.history.withdrawn[identity] = (story.published, at)
            self.served.control.withdraw(path)
            self.ours.remove(path)
            self.known.discard(path)
            hour.withdrawn.append(path)
        if self.ours and self.chance.random() < 0.25:
            self._syndicate(self.chance.choice(self.ours), hour)
        self.ours += hour.published
        self.known.update(hour.published)

    def _publish(self, at: datetime) -> Story:
        with self.served.control.lock:
            return self.paper.publish(self.chance.choice(SECTIONS), at)

    def _change(self, path: str, at: datetime) -> Story:
        with self.served.control.lock:
            return self.paper.change(path, at)

    def _syndicate(self, path: str, hour: Hour) -> None:
        """Print a story under a second address, which names the first as canonical."""
        with self.served.control.lock:
            story = self.paper.story(path)
            copy = f"{path}-syndicated-{hour.number}"
            self.paper.stories[self.paper.stories.index(story)] = replace(story, copies=(*story.copies, copy))
            self.paper.version += 1
        hour.syndicated.append(copy)

    def crawl(self, hour: Hour, data: Path) -> None:
        """Run the crawl of *hour*."""
        before = len(self.served.log)
        settings = {"NEWSCRAWL_NOW": hour.now.isoformat(), "NEWSCRAWL_RECHECK": AGES, "AUTOTHROTTLE_ENABLED": "0"}
        done = subprocess.run(
            [
                sys.executable,
                *("-m", "scrapy", "crawl", "demo", "-a", f"url={self.served.url}"),
                *(word for name, value in settings.items() for word in ("-s", f"{name}={value}")),
            ],
            cwd=HOME,
            env={**os.environ, "NEWSCRAWL_DATA": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )
        hour.code, hour.told = done.returncode, (done.stderr.strip().splitlines() or [""])[-1]
        hour.requests = self.served.log[before:]


@dataclass
class Sum:
    """What all lines together are, held against what was printed."""

    expected: int = 0
    written: int = 0
    lost: int = 0
    twice: int = 0
    disordered: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether it is the history, and nothing else is amiss."""
        return not (self.lost or self.twice or self.disordered or self.wrong or self.notes)


def add_up(data: Path, history: History) -> Sum:
    """Read all lines below *data* and hold them against *history*."""
    done = Sum(expected=sum(map(len, history.versions.values())))
    found: dict[str, list[dict[str, Any]]] = {}
    for path in finished(data / "articles"):
        for entry in entries(path):
            if entry.values is None:
                done.notes.append(f"a line of {path.name} is no article")
            else:
                found.setdefault(entry.values["id"], []).append(entry.values)
                done.written += 1
    for identity, printed in history.versions.items():
        lines = found.pop(identity, [])
        numbers = [line["version"] for line in lines]
        done.disordered += numbers != sorted(numbers)
        done.twice += len(numbers) - len(set(numbers))
        done.lost += max(0, len(printed) - len(set(numbers)))
        done.twice += max(0, len(set(numbers)) - len(printed))
        previous = None
        for line, expected in zip(lines, printed, strict=False):
            differing = [name for name in COMPARED if line[name] != expected[name]]
            if line["previous_hash"] != previous:
                differing.append("previous_hash")
            if (line["version"] > 1) != bool(line["changed"]):
                differing.append("changed")
            if differing:
                done.wrong.append(f"{expected['url']} version {line['version']}: {', '.join(differing)}")
            previous = line["content_hash"]
    done.notes += [f"{lines[0]['url']} is no story of the newspaper" for lines in found.values()]
    return done


def check_withdrawals(data: Path, history: History, runs: Sequence[datetime]) -> list[str]:
    """Return what is wrong with the withdrawals that the store knows of.

    Args:
        data: the crawls' folder.
        history: what the newspaper did.
        runs: when each run began; what is due between two is looked at by the later one.
    """
    notes = []
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        for identity, (published, withdrawn) in history.withdrawn.items():
            found = store.article(identity)
            due = [published + age for age in parse_ages(AGES)]
            looks = [next((run for run in runs if run >= moment), None) for moment in due]
            seen = any(look is not None and withdrawn < look for look in looks)
            if found is None or (found.withdrawn is not None) != seen:
                notes.append(f"{identity}: withdrawn {withdrawn:%d %H:%M}, the store says {found and found.withdrawn}")
    return notes


def _is_article(path: str) -> bool:
    return any(part.isdigit() and len(part) == 4 for part in path.split("/")) and "sitemap" not in path


def check_quiet(hours: list[Hour]) -> list[str]:
    """Return what quiet runs asked for and should not have; the first few settle what fails for good."""
    notes = []
    for hour in hours:
        if hour.quiet and hour.number > 6:
            others = [seen for seen in hour.requests if not _is_article(seen.path) and seen.path != "/robots.txt"]
            notes += [
                f"run {hour.number}: {seen.path} answered with {seen.status}" for seen in others if seen.status != 304
            ]
    return notes


def table(hours: list[Hour]) -> str:
    """Return one line a run."""
    names = ("run", "clock", "publ.", "chan.", "withd.", "synd.", "requests", "304", "listings", "articles", "code")
    lines = ["".join(f"{name:>10}" for name in names) + "  told"]
    for hour in hours:
        kinds = Counter("article" if _is_article(seen.path) else "other" for seen in hour.requests)
        events = (hour.published, hour.changed, hour.withdrawn, hour.syndicated)
        cells = [hour.number, f"{hour.now:%d %H:%M}", *map(len, events), len(hour.requests)]
        cells += [sum(seen.status == 304 for seen in hour.requests), kinds["other"], kinds["article"], hour.code]
        told = hour.told.removeprefix("demo: ").partition("; written to")[0]
        lines.append("".join(f"{cell:>10}" for cell in cells) + f"  {told[:70]}")
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark; 1 when the sum of the lines is not the newspaper's history."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.week", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=60, help="hourly runs after the first (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other events (%(default)s)")
    parser.add_argument("--size", type=int, default=160, help="stories at the beginning (%(default)s)")
    options = parser.parse_args()
    paper = Newspaper(size=options.size)
    start, hours = paper.now, []
    with serve(paper, crawl_delay=0, slow_seconds=0) as served, tempfile.TemporaryDirectory("newscrawl-week") as folder:
        week = Week(served, paper, options.seed)
        for number in range(options.runs + 1):
            hour = Hour(number, start + timedelta(hours=number))
            if number:
                week.pass_hour(hour)
            week.crawl(hour, Path(folder))
            hours.append(hour)
        done = add_up(Path(folder), week.history)
        done.notes += check_withdrawals(Path(folder), week.history, [hour.now for hour in hours])
    done.notes += check_quiet(hours)
    done.notes += [f"run {hour.number} ended with {hour.code}: {hour.told}" for hour in hours if hour.code]
    print(table(hours))
    quiet = [hour for hour in hours if hour.quiet and hour.number]
    print(
        f"\n{len(hours)} runs, {len(quiet)} of them without news; versions printed {done.expected}, lines written "
        f"{done.written}: lost {done.lost}, twice {done.twice}, out of order {done.disordered}, wrong {len(done.wrong)}"
    )
    for note in (*done.wrong, *done.notes):
        print(f"  ! {note}")
    return 0 if done.good else 1


if __name__ == "__main__":
    sys.exit(main())
