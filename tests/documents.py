"""The commands that the documents show, and a shell in which they are run one after the other."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.deploying.server import send


class Step(NamedTuple):
    """One command, or a block of them, and what the document says that it prints."""

    command: str
    printed: str | None


def steps(document: str) -> Iterator[Step]:
    """Yield the commands of the fenced blocks: each of ``console`` with what it prints, each block of ``sh``."""
    for kind, block in re.findall(r"^```(sh|console)\n(.*?)^```$", document, re.DOTALL | re.MULTILINE):
        if kind == "sh":
            yield Step(block, None)
        else:
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, printed = re.fullmatch(r"((?:.*\\\n)*.*)\n?((?s:.*))", part).groups()  # type: ignore[union-attr]
                yield Step(command, printed.strip())


class Shell:
    """A bash in which one step follows the other."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._file = folder / "step"
        self._process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """Run *command* and return its exit code and all that it printed."""
        printed = self._file.with_suffix(".out")
        self._file.write_text(command)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f". {self._file} < /dev/null > {printed} 2>&1; echo $?\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline()), printed.read_text("utf-8").strip()

    def close(self) -> None:
        """End it, and what a step may have left running in the background."""
        send(self._process.pid, signal.SIGKILL)
        self._process.communicate()
