"""A crawl in trouble: ``python -m benchmarks._dying BEFORE AFTER LIMIT crawl demo …``.

It kills itself before or after the store learns of a batch (its number, 0 for never), and no file it writes may exceed
LIMIT bytes (0 for any size).
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Sequence

from newscrawl import runs
from newscrawl.segments import Sink
from newscrawl.store import Record


class DyingSink(Sink):
    """Kills its process when the lines of a batch are on the disk, just before or after the store learns of them."""

    before = 0
    """The number of the batch before whose recording it dies; 0 for none."""

    after = 0
    """The number of the batch after whose recording it dies; 0 for none."""

    _batch = 0

    def learn(self, records: Sequence[Record]) -> None:
        """Let the store learn, and die before or after it."""
        self._batch += 1
        if self._batch == self.before:
            os.kill(os.getpid(), signal.SIGKILL)
        super().learn(records)
        if self._batch == self.after:
            os.kill(os.getpid(), signal.SIGKILL)


def install(before: int, after: int) -> None:
    """Make this process's runs write through a `DyingSink`."""
    DyingSink.before, DyingSink.after = before, after
    setattr(runs, "Sink", DyingSink)  # noqa: B010 (a type checker refuses the plain assignment)


if __name__ == "__main__":
    from scrapy.cmdline import execute

    install(int(sys.argv[1]), int(sys.argv[2]))
    if limit := int(sys.argv[3]):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    execute(["scrapy", *sys.argv[4:]])
