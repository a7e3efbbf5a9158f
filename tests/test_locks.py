from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from newscrawl import locks

HOLDER = "import sys; from pathlib import Path; from newscrawl import locks; locks.hold(Path(sys.argv[1])); print(1, flush=True); sys.stdin.readline()"  # noqa: E501


def test_a_lock_is_held_by_one_and_free_when_closed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    descriptor = locks.hold(path)
    assert locks.seize(path) is None
    assert locks.share(path) is None
    os.close(descriptor)
    seized = locks.seize(path)
    assert seized is not None
    os.close(seized)


def test_what_is_not_there_is_not_seized_unless_asked(tmp_path: Path) -> None:
    assert locks.seize(tmp_path / "lock") is None
    assert not (tmp_path / "lock").exists()
    descriptor = locks.seize(tmp_path / "lock", create=True)
    assert descriptor is not None
    os.close(descriptor)


def test_sharers_keep_out_only_who_wants_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "gate"
    first, second = locks.share(path), locks.share(path)
    assert first is not None
    assert second is not None
    assert locks.seize(path) is None
    os.close(first)
    assert locks.seize(path) is None
    os.close(second)
    alone = locks.seize(path)
    assert alone is not None
    assert locks.share(path) is None
    os.close(alone)


def test_death_releases_a_lock_at_once(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert locks.seize(path) is None
        process.kill()
        process.wait()
        descriptor = locks.seize(path)
        assert descriptor is not None
        os.close(descriptor)


def test_a_file_that_was_removed_while_it_was_waited_for_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = locks.hold(path)
    held: list[int] = []
    waiting = threading.Thread(target=lambda: held.append(locks.hold(path)))
    waiting.start()
    path.unlink()
    os.close(first)
    waiting.join(10)
    assert path.exists()
    assert os.path.samestat(os.fstat(held[0]), path.stat())
    os.close(held[0])
