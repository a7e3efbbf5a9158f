"""What knowing much costs: ``python -m benchmarks.store``, and with ``--full`` ten million addresses.

A store is filled with so many articles of two addresses each; then a process of its own opens it, as a run does, and
tells how long that took, what memory it uses, and what the look-ups cost: known and unknown addresses, one at a time
and forty together (the links of a page), an article, a text's hash, a batch of 25 learnt.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from newscrawl.store import Record
from newscrawl.store.sqlite import SqliteStore

SIZES = (100_000, 1_000_000)
FULL = 10_000_000
_ADDRESSES = 2
_BATCH = 200_000


def address(number: int, form: int = 0) -> str:
    """Return an address of article *number* as `newscrawl.urls.url_key` gives it."""
    return f"{'m.' if form else ''}paper{number % 50}.example/world/2026/0102/a-headline-of-some-words-{number}"


def article(number: int) -> Record:
    """Return what a run would tell of article *number*."""
    return Record(
        id=f"{number:020x}",
        canonical_url=f"https://{address(number)}",
        keys=tuple(address(number, form) for form in range(_ADDRESSES)),
        site=f"paper{number % 50}",
        content_hash=blake2b(number.to_bytes(8), digest_size=32).hexdigest(),
        segment=f"paper{number % 50}/20260102T030405Z-ab12.jsonl",
        offset=number * 4000,
        date_published="2026-01-02T03:04:05+00:00",
        seen_at="2026-01-02T04:04:05+00:00",
    )


def fill(path: Path, first: int, last: int) -> None:
    """Let the store at *path* learn the articles from *first* to before *last*, without waiting for the disk."""
    with closing(SqliteStore(path)) as store:
        # What is measured is looking up and opening; a crawl learns 25 at a time and waits for the disk.
        store._writer.execute("PRAGMA synchronous=OFF")
        store._writer.execute("PRAGMA cache_size=-400000")
        for at in range(first, last, _BATCH):
            store.add(article(number) for number in range(at, min(at + _BATCH, last)))


def _cost(repeat: int, function: Callable[[int], object], chance: random.Random, below: int) -> tuple[float, float]:
    """Return the median and the 99 % of what *function* takes, in microseconds."""
    costs = []
    for _ in range(repeat):
        number = chance.randrange(below)
        began = time.perf_counter()
        function(number)
        costs.append(1e6 * (time.perf_counter() - began))
    return statistics.median(costs), statistics.quantiles(costs, n=100)[98]


def _peak_memory() -> float:
    """Return the most memory that this process has had so far, in megabytes (Linux, proc(5))."""
    # getrusage() would tell that of the process that started this one.
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


def measure(path: Path, known: int) -> dict[str, float]:
    """Open the store at *path* in this process and return what that and the look-ups cost."""
    before = _peak_memory()
    began = time.perf_counter()
    store = SqliteStore(path)
    store.begin_job("benchmark")
    store.release_dead()
    next(store.articles(), None)
    done = {"start_ms": 1000 * (time.perf_counter() - began)}
    chance = random.Random(1)
    tasks: dict[str, Callable[[int], object]] = {
        "known": lambda n: store.known([address(n, n % _ADDRESSES)]),
        "unknown": lambda n: store.known([address(n + 10 * FULL)]),
        "page": lambda n: store.known([address(n + 997 * link) for link in range(40)]),
        "article": lambda n: store.article(address(n)),
        "text": lambda n: store.by_hash(f"{n:064x}", "paper1"),
    }
    for name, task in tasks.items():
        done[name], done[f"{name}_99"] = _cost(1000, task, chance, known)
    added = [10 * FULL + number for number in range(1000)]
    began = time.perf_counter()
    for at in range(0, len(added), 25):
        store.add(article(number) for number in added[at : at + 25])
    done["batch_ms"] = 1000 * (time.perf_counter() - began) / (len(added) / 25)
    done["memory_mb"] = _peak_memory() - before
    store.end_job("benchmark")
    store.close()
    return done


def main() -> int:
    """Run the benchmark; 1 when a look-up among the most takes over ten times one among the fewest."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--full", action="store_true", help="up to ten million addresses: some minutes and gigabytes")
    parser.add_argument("--measure", nargs=2, metavar=("FILE", "KNOWN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(Path(options.measure[0]), int(options.measure[1]))))
        return 0
    medians = []
    print("microseconds, median / 99 %:      known         unknown    forty of a page      article     text's hash")
    with tempfile.TemporaryDirectory(prefix="newscrawl-store-") as folder:
        for addresses in (*SIZES, FULL) if options.full else SIZES:
            path = Path(folder) / f"{addresses}.db"
            began = time.perf_counter()
            fill(path, 0, addresses // _ADDRESSES)
            filled = time.perf_counter() - began
            size = path.stat().st_size / 1e6
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.store", "--measure", str(path), str(addresses // _ADDRESSES)],
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            cost = json.loads(told)
            medians.append(cost["known"])
            columns = "".join(
                f"{cost[name]:>9.0f} /{cost[f'{name}_99']:>5.0f}"
                for name in ("known", "unknown", "page", "article", "text")
            )
            print(f"{addresses:>10,} addresses{'':>5}{columns}")
            print(
                f"{'':>12}start {cost['start_ms']:.0f} ms, memory +{cost['memory_mb']:.0f} MB, a batch of 25 learnt in "
                f"{cost['batch_ms']:.1f} ms, file {size:,.0f} MB, filled in {filled:.0f} s"
            )
            path.unlink()
    return 0 if max(medians) <= 10 * min(medians) else 1


if __name__ == "__main__":
    sys.exit(main())
