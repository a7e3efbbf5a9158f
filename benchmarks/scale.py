"""What grows with the size of a crawl, and what does not: ``python -m benchmarks.scale``.

Two tables: runs over one newspaper of more and more articles (``--articles 5000,20000``; 200,000 take hours on a small
machine), and runs over more and more newspapers in one process (``--sites 250,1000``), each at an address of this
machine of its own, found by its robots.txt and sitemaps. Pages are as heavy as real ones (`benchmarks._grown`). What
the store costs at ten million articles is `benchmarks.store`'s.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks._grown import served
from benchmarks._processes import MB, Took
from benchmarks.extraction import table
from benchmarks.throughput import launch, newscrawl_command, read_lines

OF_A_SITE = 6
HEADER = ("one run over", "articles", "CPU ms/article", "peak MB", "seconds", "store KB/article", "lines KB/article")


def row(name: str, expected: int, usage: Took, folder: Path) -> list[str]:
    """Return a run's row of the table.

    Raises:
        RuntimeError: not every article was written.
    """
    found = len({line["id"] for line in read_lines(folder)})
    if usage.code or found < expected:
        raise RuntimeError(f"{name}: {found} of {expected} articles were written, the run ended with {usage.code}")
    store = sum(path.stat().st_size for path in folder.glob("newscrawl.db*") if path.is_file())
    lines = sum(path.stat().st_size for path in folder.glob("articles/*/*.jsonl"))
    numbers = (1000 * usage.cpu / found, usage.peak / MB, usage.seconds, store / found / 1000, lines / found / 1000)
    return [name, f"{found}", *(f"{number:.1f}" for number in numbers)]


def one_site(articles: int) -> list[str]:
    """Crawl a newspaper of so many articles and return its row."""
    with served(articles, warm=False) as (url,), tempfile.TemporaryDirectory(prefix="scale-") as made:
        folder = Path(made)
        usage = launch(newscrawl_command("described", url, folder), folder)
        return row(f"{articles} articles", articles, usage, folder)


def many_sites(sites: int) -> list[str]:
    """Crawl so many newspapers in one process and return their row."""
    with served(OF_A_SITE, sites=sites) as urls, tempfile.TemporaryDirectory(prefix="scale-") as made:
        folder = Path(made)
        listed = folder / "sites.txt"
        listed.write_text("\n".join(urls), encoding="utf-8")
        command = newscrawl_command("news", "", folder, f"urls_file={listed}", "via=sitemaps")
        return row(f"{sites} sites", sites * OF_A_SITE, launch(command, folder), folder)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--articles", type=_numbers, default=[5000, 20_000], metavar="N,N", help="(5000,20000)")
    parser.add_argument("--sites", type=_numbers, default=[250, 1000], metavar="N,N", help="(250,1000)")
    options = parser.parse_args(arguments)
    for make, sizes in ((one_site, options.articles), (many_sites, options.sites)):
        rows = []
        for size in sizes:
            rows.append(make(size))
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
        if rows:
            print(f"{table(HEADER, rows)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
