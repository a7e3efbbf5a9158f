"""Processes that read pages, as many as there are cores; one that dies is replaced, and its page is tried again."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import cast

from newscrawl.archives.pages import PageReader, Reading, Sent

logger = logging.getLogger(__name__)

TOO_SLOW = "took too long to read"
DIED = "its reading was killed"
_TRIES = 3


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, reader: PageReader, seconds: float) -> None:
        self._reader, self._seconds = reader, seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._closed = False

    def read(self, sent: Sent) -> Reading:
        """Have a page read; it waits."""
        for _ in range(_TRIES):
            try:
                pipe = self._pipe or self._start()
                pipe.send(sent)
                if not pipe.poll(self._seconds):
                    self.stop()
                    return Reading(reason=TOO_SLOW)
                return cast("Reading", pipe.recv())
            except (EOFError, OSError) as error:
                logger.info("A process that reads pages died on %s: %s", sent.url, error or type(error).__name__)
                self.stop()
                if self._closed:
                    break
        return Reading(reason=DIED)

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        # What an egg or a notebook has put on the path must be found there too.
        path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "newscrawl.archives.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._pipe = ours
        ours.send(self._reader)
        return ours

    @property
    def pid(self) -> int | None:
        """The process's id, if there is one."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process for good; who waits for it is told so."""
        self._closed = True
        if process := self._process:
            process.kill()

    def stop(self) -> None:
        """End the process, whatever it does; the next page starts another."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class ReaderPool:
    """Reads pages in processes of its own.

    Args:
        reader: how pages are read.
        processes: how many at a time.
        seconds: what one page may take, the start of its process included.
    """

    def __init__(self, reader: PageReader, processes: int, seconds: float = 60.0) -> None:
        self.processes = processes
        self._workers = [_Worker(reader, seconds) for _ in range(processes)]
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="newscrawl-reader")

    async def read(self, sent: Sent) -> Reading:
        """Return what a page gave, when a process has had time for it."""
        worker = await self._idle.get()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, worker.read, sent)
        finally:
            self._idle.put_nowait(worker)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are alive."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def close(self) -> None:
        """End all processes; what they were reading is lost."""
        for worker in self._workers:
            worker.close()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.stop()
