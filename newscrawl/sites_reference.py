"""``docs/sites.md``: the sites that have a declaration, made from the declarations.

``python -m newscrawl.sites_reference`` writes the page; a test keeps it equal to what would be written.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.sites import Site
from newscrawl.spiders.news import described_sites

_PAGE = Path("docs/sites.md")
_INTRODUCTION = """<!-- Made by python -m newscrawl.sites_reference from newscrawl/spiders/: write there. -->

# Described sites

Which sites are known by name, and which of them has somebody checked?

Any site can be crawled by its address (`scrapy crawl news -a url=…`). These have a declaration of their own: their
sections, feeds and news sitemaps are known, and what their addresses mean. `scrapy crawl <spider>` crawls one; `news`
and `archive` read their pages by the same declaration.

Whatever address of such a site `news` is given, it begins with the declared sections; `-a sections=…` names others.
Most are closed: links to videos, live tickers, galleries, topics and authors are not followed.

Their addresses were gathered from public sources. "Verified" is the day on which somebody last held the declaration
against the live site with `scrapy verify <spider> --mark`; until then it is unverified, and a section may have moved. A
run says so: its report lists every section, feed and sitemap that could not be read.

A declaration sets what is read, not what may be read: robots.txt and the pace of
[politeness-and-law.md](politeness-and-law.md) hold as everywhere.

| spider | publication | language | time zone | sections | feeds | sitemaps | verified |
|---|---|---|---|---|---|---|---|
"""


def _row(site: Site) -> str:
    host = urlsplit(site.url).netloc.removeprefix("www.")
    cells = (
        f"`{site.name}`",
        f"[{site.publisher or host}]({site.url})",
        site.language or "",
        site.timezone or "",
        *(str(len(urls) or "") for urls in (site.sections, site.feeds, site.sitemaps)),
        site.verified or "unverified",
    )
    return f"| {' | '.join(cells)} |\n"


def sites_page() -> str:
    """Return ``docs/sites.md``."""
    sites = {site.name: site for site in described_sites().values()}
    return _INTRODUCTION + "".join(_row(sites[name]) for name in sorted(sites))


def main() -> None:
    """Write the page."""
    _PAGE.write_text(sites_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
