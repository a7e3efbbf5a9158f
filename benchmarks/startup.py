"""What it takes until a crawl asks for its first page: ``python -m benchmarks.startup``.

Two tables: commands from their start until the first request reaches a server (or until they end, where they ask for
nothing), medians of interleaved runs; and what the modules cost that a crawl has loaded by then, the project's by name,
others by package.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.extraction import table

HOME = Path(__file__).resolve().parent.parent
_FLOOR = HOME / "benchmarks" / "_contestants" / "floor.py"
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_MOST_SECONDS = 60.0


def commands(url: str, folder: Path) -> dict[str, list[str]]:
    """Return what is timed, by what it is called; each ends itself or asks for *url*."""
    scrapy = [sys.executable, "-m", "scrapy"]
    crawl = [*scrapy, "crawl", "-s", f"NEWSCRAWL_DATA={folder}", "-s", "NEWSCRAWL_PROGRESS=off"]
    return {
        "a bare spider (the floor), first request": [*scrapy, "runspider", str(_FLOOR), "-a", f"url={url}"],
        "scrapy crawl demo, first request": [*crawl, "demo", "-a", f"url={url}"],
        "scrapy crawl news, first request": [*crawl, "news", "-a", f"url={url}"],
        "scrapy list": [*scrapy, "list"],
        "import newscrawl.article": [sys.executable, "-c", "import newscrawl.article"],
    }


def seconds_until(command: Sequence[str], listener: socket.socket, log: Path) -> float:
    """Return the seconds from the start of *command* to its first connection to *listener*, or to its end.

    Raises:
        RuntimeError: it failed before either.
    """
    listener.settimeout(0.002)
    begun = time.monotonic()
    with log.open("wb") as out:
        # The floor is no part of the project, whose settings it would load.
        where = log.parent if str(_FLOOR) in command else HOME
        process = subprocess.Popen(command, cwd=where, stdout=out, stderr=out, env=os.environ, start_new_session=True)
    try:
        while True:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                if process.poll() is not None:
                    break
                if time.monotonic() - begun > _MOST_SECONDS:
                    raise RuntimeError(f"{' '.join(command)}: no request in {_MOST_SECONDS:.0f} seconds") from None
            else:
                seconds = time.monotonic() - begun
                connection.close()
                return seconds
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {log.read_text('utf-8')[-300:]}")
    return time.monotonic() - begun


def parse_imports(printed: str) -> Counter[str]:
    """Return the microseconds that each module took by itself, from what ``-X importtime`` *printed*."""
    return Counter({name: int(own) for own, name in _IMPORT.findall(printed)})


def _grouped(imports: Counter[str]) -> Counter[str]:
    groups = Counter[str]()
    for name, own in imports.items():
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or package.startswith("_"):
            package = "Python's library"
        groups[name if package == "newscrawl" else package] += own
    return groups


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.startup", description=(__doc__ or "").split("\n\n", maxsplit=1)[0]
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="(%(default)s)")
    parser.add_argument("--most", type=int, default=25, metavar="N", help="rows of the table of imports (%(default)s)")
    options = parser.parse_args(arguments)
    times: dict[str, list[float]] = {}
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory(prefix="startup-") as made:
        folder = Path(made)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        entrants = commands(url, folder)
        for number in range(max(1, options.rounds)):
            for name, command in entrants.items():
                times.setdefault(name, []).append(seconds_until(command, listener, folder / f"log-{number}"))
        crawl = entrants["scrapy crawl demo, first request"]
        told = folder / "imports"
        seconds_until([crawl[0], "-X", "importtime", *crawl[1:]], listener, told)
        imports = parse_imports(told.read_text("utf-8", errors="replace"))
    rows = [[name, f"{median(taken):.2f}", f"{min(taken):.2f}", f"{max(taken):.2f}"] for name, taken in times.items()]
    print(table(("until the first request, or the end", "seconds", "least", "most"), rows))
    costly = _grouped(imports).most_common(options.most)
    print(f"\n{len(imports)} modules, {sum(imports.values()) / 1000:.0f} ms, importtime's own cost included")
    print(table(("module or package", "ms"), [[name, f"{own / 1000:.1f}"] for name, own in costly]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
