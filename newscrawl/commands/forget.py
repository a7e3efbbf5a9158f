"""``scrapy forget``: articles out of the store, so that they are fetched again, or parts of what it keeps of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.commands.known import find
from newscrawl.rechecks import epoch, parse_age
from newscrawl.runs import store_uri
from newscrawl.store import Coverage, KnownArticle, Store, StoreError, open_store
from newscrawl.urls import url_key

_SHOWN = 10
_BATCH = 20_000


class Command(ScrapyCommand):
    """Forgets by address, site or age. The .jsonl files stay; ``scrapy reindex`` brings back what stands in them."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return how it is called."""
        return "[<URL or id> ...] [--site NAME [--coverage]] [--older-than AGE [--signatures]] [--dry-run]"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Forget articles by address, site or age"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add this command's options."""
        super().add_options(parser)
        parser.add_argument("--site", help="articles of this site only; alone: all of them, and how its listings stood")
        parser.add_argument("--older-than", metavar="AGE", help="articles last seen longer ago than this: 90d, 52w")
        parser.add_argument("--coverage", action="store_true", help="only how many articles of --site have which field")
        parser.add_argument(
            "--signatures",
            action="store_true",
            help="only what copies of articles learnt longer ago than --older-than would be recognised by",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be forgotten, and forget nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Forget what *args* and *opts* name."""
        assert self.settings is not None
        if opts.signatures and (not opts.older_than or args or opts.site):
            raise UsageError("--signatures needs --older-than, and goes with nothing else: they are kept for all sites")
        if not (args or opts.site or opts.older_than):
            raise UsageError("what? Name addresses or ids, --site or --older-than")
        if opts.coverage and not opts.site:
            raise UsageError("--coverage needs --site")
        try:
            age = parse_age(opts.older_than) if opts.older_than else None
        except ValueError as error:
            raise UsageError(f"--older-than {error}") from None
        try:
            store = open_store(store_uri(self.settings))
            try:
                if jobs := store.live_jobs():
                    raise StoreError(f"a run is alive ({', '.join(sorted(jobs))}): start again when it has ended")
                if opts.coverage:
                    self._forget_coverage(store, opts)
                elif opts.signatures and age:
                    self._forget_signatures(store, opts, age)
                else:
                    self._forget(store, args, opts, age)
            finally:
                store.close()
        except StoreError as error:
            print(f"forget: {error}", file=sys.stderr)
            self.exitcode = 1

    def _forget_coverage(self, store: Store, opts: argparse.Namespace) -> None:
        articles = store.coverage(opts.site).articles
        if not opts.dry_run:
            store.keep_coverage(opts.site, Coverage(newest=store.coverage(opts.site).newest))
        print(f"forget: {_would(opts)} which fields the last {articles:.0f} articles of {opts.site} had")

    def _forget_signatures(self, store: Store, opts: argparse.Namespace, age: timedelta) -> None:
        number = store.expire_signatures(datetime.now(UTC) - age, dry_run=opts.dry_run)
        of = f"{number} article{'' if number == 1 else 's'}"
        print(f"forget: {_would(opts)} the signatures of {of}; they stay known, copies of them are not recognised")

    def _forget(self, store: Store, args: list[str], opts: argparse.Namespace, age: timedelta | None) -> None:
        now = datetime.now(UTC).timestamp()
        before = now - age.total_seconds() if age else None
        chosen = list(self._named(store, args, opts)) if args else list(_chosen(store, opts.site, before))
        for article in chosen[:_SHOWN]:
            print(f"  {article.canonical_url}")
        if len(chosen) > _SHOWN:
            print(f"  and {len(chosen) - _SHOWN} more")
        if not opts.dry_run:
            ids = [article.id for article in chosen]
            for start in range(0, len(ids), _BATCH):
                store.forget(ids[start : start + _BATCH])
            # An unchanged listing would hide what is to be fetched again; what is only old is not.
            for site in () if age else {*(article.site for article in chosen), *filter(None, [opts.site])}:
                store.forget_sources(site)
        print(f"forget: {_would(opts)} {len(chosen)} article{'' if len(chosen) == 1 else 's'}; the .jsonl files stay")

    def _named(self, store: Store, args: list[str], opts: argparse.Namespace) -> Iterator[KnownArticle]:
        for word in args:
            article = find(store, word)
            key = url_key(word)
            if article is not None:
                yield article
            elif store.refused([key]):
                print(f"  {word} (rejected)")
                if not opts.dry_run:
                    store.forget_keys([key])
            else:
                print(f"forget: {word} is not known", file=sys.stderr)
                self.exitcode = 1


def _would(opts: argparse.Namespace) -> str:
    return "would forget" if opts.dry_run else "forgot"


def _chosen(store: Store, site: str | None, before: float | None) -> Iterator[KnownArticle]:
    for article in store.articles():
        if site is not None and article.site != site:
            continue
        if before is None or (epoch(article.last_seen) or article.learnt) < before:
            yield article
