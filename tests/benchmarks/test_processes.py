"""What a command took, whoever starts it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from benchmarks._processes import run


def test_the_memory_of_who_starts_it_does_not_count(tmp_path: Path) -> None:
    ballast = b"x" * 200_000_000
    took = run([sys.executable, "-c", "raise SystemExit(3)"], cwd=tmp_path, env=os.environ, longest=30)
    assert took.code == 3
    assert 1_000_000 < took.peak < 100_000_000 < len(ballast)
    assert 0 < took.cpu < 10


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    took = run([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path, env=os.environ, longest=0.5)
    assert took.code == -signal.SIGKILL
    assert took.seconds < 20
