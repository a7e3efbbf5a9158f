"""Whole runs in processes of their own: killed, side by side, on a full disk; nothing lost, twice or half."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings

from newscrawl.runs import articles_folder
from newscrawl.segments import finished
from newscrawl.store import open_store
from tests.pipelines.tiny import article

COMMAND = [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.pipelines.tiny"]


def start(folder: Path, **arguments: object) -> subprocess.Popen[str]:
    given = [f"{name}={value}" for name, value in arguments.items()]
    return subprocess.Popen([*COMMAND, str(folder), *given], stderr=subprocess.PIPE, text=True)


def run(folder: Path, **arguments: object) -> tuple[int, str]:
    with start(folder, **arguments) as process:
        _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def headlines(folder: Path) -> list[str]:
    """Return the headlines of all finished files; every line must be whole."""
    content = b"".join(path.read_bytes() for path in finished(folder / "articles"))
    assert content.endswith(b"\n") or not content
    return [json.loads(line)["headline"] for line in content.splitlines()]


def check(folder: Path, count: int) -> None:
    """Every article once, nothing left over, and the store knows where each line is."""
    assert sorted(headlines(folder)) == sorted(f"Story {n}" for n in range(count))
    assert list(folder.glob("articles/*/*.part*")) == []
    with closing(open_store(f"sqlite:///{folder}/newscrawl.db")) as store:
        assert store.counts().articles == count
        assert store.counts().claims == 0
        assert store.live_jobs() == set()
        for known in store.articles():
            with (folder / "articles" / known.segment).open("rb") as file:
                file.seek(known.offset)
                assert json.loads(file.readline())["id"] == known.id


def test_a_second_run_writes_nothing_and_says_so(tmp_path: Path) -> None:
    code, errors = run(tmp_path, count=30)
    (path,) = finished(tmp_path / "articles")
    assert (code, errors.splitlines()[-1]) == (0, f"tiny: 30 new, 0 known; written to {path}")
    code, errors = run(tmp_path, count=30)
    assert (code, errors.splitlines()[-1]) == (0, "tiny: nothing new: 30 known; no file written")
    check(tmp_path, 30)


def test_runs_killed_at_any_moment_lose_and_repeat_nothing(tmp_path: Path) -> None:
    chance = random.Random(5)
    arguments = {"count": 150, "pause": 0.004, "NEWSCRAWL_FLUSH_ITEMS": 7, "NEWSCRAWL_FLUSH_SECONDS": 0.05}
    killed = 0
    for _ in range(5):
        with start(tmp_path, **arguments) as process:
            began = time.monotonic()
            # The interpreter takes a while to come up, and where it is killed matters from then on.
            while process.poll() is None and not list(tmp_path.glob("articles/*/*.part")):
                assert time.monotonic() - began < 60
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
    code, _ = run(tmp_path, **arguments)
    assert code == 0
    assert killed >= 2
    check(tmp_path, 150)


@pytest.mark.parametrize("moment", ["die_before", "die_after"])
def test_a_kill_between_the_disk_and_the_store_or_right_after_it(tmp_path: Path, moment: str) -> None:
    arguments = {"count": 30, "NEWSCRAWL_FLUSH_ITEMS": 5, "pause": 0.001}
    for batch in (1, 2):
        code, _ = run(tmp_path, **arguments, **{moment: batch})
        assert code == -signal.SIGKILL
        assert headlines(tmp_path) == [] or batch == 2
    code, errors = run(tmp_path, **arguments)
    assert code == 0
    assert "recovered from a killed run: 1 file finished" in errors
    assert ("registered" in errors) == (moment == "die_before")
    check(tmp_path, 30)


def test_runs_side_by_side_share_the_work(tmp_path: Path) -> None:
    arguments = {"count": 120, "pause": 0.002, "NEWSCRAWL_FLUSH_ITEMS": 10}
    both = [start(tmp_path, **arguments) for _ in range(2)]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    check(tmp_path, 120)


def test_a_full_disk_is_an_error_in_plain_words_and_the_next_run_goes_on(tmp_path: Path) -> None:
    assert run(tmp_path, count=1)[0] == 0
    code, errors = run(tmp_path, count=400, limit=120_000, NEWSCRAWL_FLUSH_ITEMS=20, pause=0.001)
    assert code == 1
    assert "the disk is full" in errors
    assert "Traceback" not in errors
    assert "not written" in errors
    written = headlines(tmp_path)
    assert 1 <= len(written) < 400
    assert len(set(written)) == len(written)
    assert run(tmp_path, count=400)[0] == 0
    check(tmp_path, 400)


def test_without_files_of_our_own_the_store_learns_when_the_feed_is_stored(tmp_path: Path) -> None:
    feed = tmp_path / "out.jsonl"
    code, errors = run(tmp_path / "data", count=20, NEWSCRAWL_OUTPUT="", feed=feed)
    assert (code, errors.splitlines()[-1]) == (0, f"tiny: 20 new, 0 known; written to {feed}")
    assert len(feed.read_bytes().splitlines()) == 20
    assert finished(tmp_path / "data" / "articles") == []
    _, errors = run(tmp_path / "data", count=20, NEWSCRAWL_OUTPUT="", feed=feed)
    assert "nothing new: 20 known" in errors
    assert len(feed.read_bytes().splitlines()) == 20


def test_what_no_one_has_written_is_not_known(tmp_path: Path) -> None:
    run(tmp_path, count=20, NEWSCRAWL_OUTPUT="")
    broken = tmp_path / "file"
    broken.write_text("")
    run(tmp_path, count=20, NEWSCRAWL_OUTPUT="", feed=broken / "out.jsonl")
    with closing(open_store(f"sqlite:///{tmp_path}/newscrawl.db")) as store:
        assert store.counts().articles == 0


def test_a_store_made_anew_from_the_files_is_the_same(tmp_path: Path) -> None:
    for count in (10, 25):
        run(tmp_path, count=count)
    uri = f"sqlite:///{tmp_path}/newscrawl.db"
    with closing(open_store(uri)) as store:
        store.add_aliases(article(3).id or "", ["print.paper.example/3"])
        before = {known.id: known for known in store.articles()}
    command = [sys.executable, "-m", "scrapy", "reindex", "-s", f"NEWSCRAWL_DATA={tmp_path}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert "the store knows 25 articles (before: 25), read from 25 lines of 2 files" in done.stdout
    with closing(open_store(uri)) as store:
        assert {known.id: known for known in store.articles()} == before
    for path in tmp_path.glob("newscrawl.db*"):
        if path.is_file():
            path.unlink()
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    with closing(open_store(uri)) as store:
        after = {known.id: replace(known, learnt=before[known.id].learnt) for known in store.articles()}
    before[article(3).id or ""] = replace(before[article(3).id or ""], aliases=())
    assert after == before


def test_data_lies_beside_the_project_where_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, deeper, elsewhere = (tmp_path / name for name in ("project", "project/notebooks", "elsewhere"))
    deeper.mkdir(parents=True)
    elsewhere.mkdir()
    (project / "scrapy.cfg").write_text("")
    for folder, expected in ((project, "data/articles"), (deeper, "../data/articles")):
        monkeypatch.chdir(folder)
        assert str(articles_folder(Settings())) == expected
    monkeypatch.chdir(elsewhere)
    assert articles_folder(Settings()) == elsewhere / "data/articles"
    assert articles_folder(Settings({"NEWSCRAWL_DATA": "here"})) == Path("here/articles")
