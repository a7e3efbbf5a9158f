"""``scrapy known``: what the store knows, in numbers, or the history of one article."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from newscrawl.runs import articles_folder, store_uri
from newscrawl.segments import entries, finished
from newscrawl.store import KnownArticle, Store, StoreError, open_store
from newscrawl.urls import url_key


class Command(ScrapyCommand):
    """Shows how much is known, or everything about one article."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return how it is called."""
        return "[<URL or id> ...]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Show what the store knows: counts, or the history of an article"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print counts, or the history of each article in *args*; the exit code is 1 when one is not known."""
        assert self.settings is not None
        root = articles_folder(self.settings)
        try:
            store = open_store(store_uri(self.settings))
            try:
                lines = (
                    list(_counts(store))
                    if not args
                    else [line for word in args for line in self._one(store, root, word)]
                )
            finally:
                store.close()
        except StoreError as error:
            print(f"known: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        print("\n".join(lines))

    def _one(self, store: Store, root: Path, word: str) -> Iterator[str]:
        found = find(store, word)
        if found is not None:
            yield from _history(found, root)
            return
        self.exitcode = 1
        key = url_key(word)
        reason = store.refused([key]).get(key)
        yield f"{word}: rejected: {reason}" if reason else f"{word}: not known"


def find(store: Store, word: str) -> KnownArticle | None:
    """Return the article whose address or id *word* is."""
    return store.article(url_key(word)) if "://" in word else store.article(word)


def _counts(store: Store) -> Iterator[str]:
    counts = store.counts()
    for name, number in store.sites().items():
        yield f"{number:>9}  {name}"
    yield f"{counts.articles:>9}  articles under {counts.keys} addresses, ids and texts"
    yield f"{counts.watched:>9}  to be looked at again"
    yield f"{counts.withdrawn:>9}  withdrawn"
    yield f"{counts.pending:>9}  links waiting to be fetched"
    yield f"{counts.refused:>9}  addresses that gave no article"


def _history(article: KnownArticle, root: Path) -> Iterator[str]:
    yield article.canonical_url
    told = {
        "id": article.id,
        "site": article.site,
        "published": article.date_published,
        "first seen": article.first_seen,
        "last seen": article.last_seen,
        "withdrawn": article.withdrawn,
        "other addresses": ", ".join(article.aliases),
    }
    yield from (f"  {name}: {value}" for name, value in told.items() if value)
    for place, line in _versions(article, root):
        changed = f", changed: {', '.join(line['changed'])}" if line.get("changed") else ""
        yield f"  version {line.get('version', 1)}: {line.get('fetched_at')}, {place}{changed}: {line.get('headline')}"


def _versions(article: KnownArticle, root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the lines of an article in its site's segments, with their places; the store knows the newest only."""
    folder = Path(article.segment).parts[0] if article.segment else None
    for path in finished(root):
        if path.parent.name == folder:
            for entry in entries(path):
                if entry.values is not None and entry.values.get("id") == article.id:
                    yield f"{path.relative_to(root)} at {entry.offset}", entry.values
