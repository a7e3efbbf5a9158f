"""``scrapy list``, and with ``-v`` what the spiders' sites are and whether they have been checked live."""

from __future__ import annotations

import argparse

from scrapy.commands import list as scrapy_list
from scrapy.spiderloader import get_spider_loader

from newscrawl.sites import Site
from newscrawl.terminal import console, table


class Command(scrapy_list.Command):
    """Scrapy's own command, which Scrapyd reads: a name a line; with ``-v`` a table for people."""

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "List available spiders; with -v their sites, and which were checked live"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument(
            "-v", "--verbose", action="store_true", help="address, language, and the last scrapy verify"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """List the project's spiders."""
        if not opts.verbose:
            super().run(args, opts)
            return
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        rows = table("spider", "site", "language", "verified")
        unverified = 0
        for name in sorted(loader.list()):
            site = getattr(loader.load(name), "site", None)
            if isinstance(site, Site):
                bundled = site.url.startswith("http://127.")
                unverified += not (site.verified or bundled)
                rows.add_row(name, site.url, site.language or "", site.verified or ("" if bundled else "unverified"))
            else:
                rows.add_row(name, "any", "", "")
        console().print(rows)
        if unverified:
            print(f"{unverified} not yet held against their live sites: scrapy verify NAME --mark")
