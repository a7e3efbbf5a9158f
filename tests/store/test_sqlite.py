"""What is particular to the SQLite store: its file, its versions, threads and processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from newscrawl.store import Record, StoreError, StoreFullError
from newscrawl.store.sqlite import MIGRATIONS, SqliteStore
from tests.store.test_contract import record


def test_a_store_is_brought_to_the_newest_schema(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    with closing(SqliteStore(path)) as store:
        store.add([record(1)])
    with closing(SqliteStore(path)) as store:
        assert store.counts().articles == 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="later version of newscrawl"):
        SqliteStore(path)


def test_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    path.write_bytes(b"no database at all, but long enough to be looked at by SQLite as if it were one" * 99)
    with pytest.raises(StoreError, match="scrapy reindex"):
        SqliteStore(path)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        SqliteStore(tmp_path / "file" / "known.db")


def test_a_full_disk_is_told_from_other_faults_and_nothing_is_half_learnt(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "known.db")) as store:
        store.add([record(1)])
        (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
        store._writer.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreFullError, match="disk is full"):
            store.add(record(n) for n in range(2, 2000))
        assert store.counts().articles == 1
        store._writer.execute("PRAGMA max_page_count=4294967294")
        store.add(record(n) for n in range(2, 2000))
        assert store.counts().articles == 1999


def test_look_ups_do_not_wait_for_a_write(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "known.db")) as store, closing(SqliteStore(tmp_path / "known.db")) as other:
        store.add([record(1)])
        with other._write() as db:
            other._add(db, [record(2)])
            began = time.perf_counter()
            assert store.known(["paper.example/1", "paper.example/2"]).keys() == {"paper.example/1"}
            assert store.article("paper.example/1") is not None
            assert time.perf_counter() - began < 5
        assert store.known(["paper.example/2"])


def test_threads_share_one_store(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "known.db")) as store, ThreadPoolExecutor(8) as pool:

        def work(number: int) -> str | None:
            job = f"job{number % 2}"
            got = store.claim([f"paper.example/{number}"], job)
            store.add([record(number)])
            assert store.known([f"paper.example/{number}"])
            return got

        assert set(pool.map(work, range(200))) == {None}
        assert store.counts().articles == 200


PROCESS = """
import sys
from pathlib import Path
from newscrawl.store.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.begin_job(sys.argv[2])
print(sum(store.claim([str(n)], sys.argv[2]) is None for n in range(300)), flush=True)
sys.stdin.readline()
"""


def test_processes_that_start_together_share_claims_until_they_are_killed(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    command = [sys.executable, "-c", PROCESS, str(path)]
    running = [
        subprocess.Popen([*command, job], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for job in ("one", "two")
    ]
    try:
        got = [int(process.stdout.readline()) for process in running if process.stdout]
        assert sum(got) == 300, "each key belongs to exactly one of them"
        with closing(SqliteStore(path)) as store:
            assert store.live_jobs() == {"one", "two"}
            running[0].kill()
            running[0].wait()
            assert store.live_jobs() == {"two"}
            assert store.release_dead() == got[0]
            assert store.counts().claims == got[1]
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_nobody_begins_while_the_store_is_rebuilt(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "known.db")) as store, closing(SqliteStore(tmp_path / "known.db")) as other:

        def records() -> Iterator[Record]:
            with pytest.raises(StoreError, match="being rebuilt"):
                other.begin_job("one")
            yield record(1)

        store.rebuild(records())
        other.begin_job("one")
