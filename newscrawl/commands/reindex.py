"""``scrapy reindex``: the store made anew from the files."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scrapy.commands import ScrapyCommand

from newscrawl.runs import articles_folder, store_uri
from newscrawl.segments import WriteError, finished, records, recover
from newscrawl.store import Record, StoreError, open_store


class Command(ScrapyCommand):
    """Rebuilds what the store knows of articles; what the files cannot tell (refused addresses …) stays."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Rebuild the store from the .jsonl files"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Rebuild the store, unless a run is alive."""
        assert self.settings is not None
        try:
            self._reindex(articles_folder(self.settings), store_uri(self.settings))
        except (StoreError, WriteError) as error:
            print(f"reindex: {error}", file=sys.stderr)
            self.exitcode = 1

    def _reindex(self, root: Path, uri: str) -> None:
        store = open_store(uri)
        try:
            if jobs := store.live_jobs():
                raise StoreError(f"a run is alive ({', '.join(sorted(jobs))}): start again when it has ended")
            if recovered := recover(root, store):
                print(f"reindex: {recovered}", file=sys.stderr)
            before = store.counts().articles
            read = _Reading(root)
            store.rebuild(read)
            counts = store.counts()
        finally:
            store.close()
        print(
            f"reindex: the store knows {_many(counts.articles, 'article')} (before: {before}), "
            f"read from {_many(read.lines, 'line')} of {_many(read.files, 'file')} in {root}"
        )


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


class _Reading:
    """The records of all finished segments, told about on stderr while they are read."""

    def __init__(self, root: Path) -> None:
        self.root, self.files, self.lines = root, 0, 0

    def __iter__(self) -> Iterator[Record]:
        told = time.monotonic()
        paths = finished(self.root)
        for self.files, path in enumerate(paths, 1):
            for record in records(self.root, path):
                self.lines += 1
                yield record
                if time.monotonic() - told > 1:
                    told = time.monotonic()
                    print(f"reindex: {self.lines} lines, file {self.files} of {len(paths)}", file=sys.stderr)
