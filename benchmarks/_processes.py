"""A command run to its end, with what it took.

Linux hands the parent's peak memory on to a child that it starts (``ru_maxrss`` outlives ``execve``): the command is
therefore started by a process that is small itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MB = 1024 * 1024

_STARTER = """
import os, sys
told = int(sys.argv[1])
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
code = os.waitstatus_to_exitcode(status)
os.write(told, f"{code} {used.ru_maxrss} {used.ru_utime + used.ru_stime}".encode())
"""


@dataclass(frozen=True, slots=True)
class Took:
    """What a command took."""

    code: int
    """Its exit code; less than 0 for a signal."""
    seconds: float
    peak: int
    """Bytes, of the largest of its processes that it waited for."""
    cpu: float
    """Seconds, its children's included."""


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    longest: float,
    stdout: IO[bytes] | None = None,
    stderr: IO[bytes] | None = None,
) -> Took:
    """Run *command*, for *longest* seconds at the most."""
    begun = time.monotonic()
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as told:
        process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _STARTER, str(theirs), *command],
            cwd=cwd,
            env=env,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(theirs,),
            start_new_session=True,
        )
        os.close(theirs)
        killer = threading.Timer(longest, _end, (process,))
        killer.start()
        process.wait()
        killer.cancel()
        words = told.read().split()
    seconds = time.monotonic() - begun
    if not words:
        return Took(-signal.SIGKILL, seconds, 0, 0.0)
    return Took(int(words[0]), seconds, int(words[1]) * 1024, float(words[2]))


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
