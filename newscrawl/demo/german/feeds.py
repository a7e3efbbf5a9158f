"""What machines read of the German paper: RSS and Atom feeds, sitemaps, robots.txt."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from newscrawl.demo.german.stories import PUBLISHER, SECTIONS, GermanNewspaper, Section, Story
from newscrawl.demo.german.templates import DOMAIN
from newscrawl.demo.markup import Edition, text

FEED_ITEMS = 40
SITEMAP_INDEX = "/sitemaps/index.xml"
NEWS_SITEMAP = "/sitemaps/news.xml"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def feed_path(section: Section) -> str:
    """Return the path of the Atom feed of *section*."""
    return f"/atom/{section.key}.xml"


def feed_stories(paper: GermanNewspaper, section: Section | None = None) -> list[Story]:
    """Return what the feed of *section*, or of the whole paper, holds, newest first."""
    stories = paper.in_section(section, "feed") if section else [s for s in paper.stories if "feed" in s.ways]
    return stories[:FEED_ITEMS]


def rss(paper: GermanNewspaper, edition: Edition) -> str:
    """Return the feed of the whole paper as RSS 2.0."""
    entries = "\n".join(
        f"<item><title><![CDATA[{s.headline}]]></title><link>{edition.url(s.path)}?utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="false">bote-{s.number}</guid><pubDate>{format_datetime(s.published)}</pubDate>'
        f"<description><![CDATA[<p>{text(s.meta_description)}</p>]]></description></item>"
        for s in feed_stories(paper)
    )
    return (
        f'{_XML}<rss version="2.0"><channel><title>{PUBLISHER}</title><link>{edition.base}/</link>'
        f"<description>Nachrichten aus dem Ammeltal</description><language>de</language>\n{entries}\n</channel></rss>\n"
    )


def atom(paper: GermanNewspaper, edition: Edition, section: Section) -> str:
    """Return the feed of *section* as Atom (RFC 4287)."""
    stories = feed_stories(paper, section)
    entries = "\n".join(
        f"<entry><id>tag:{DOMAIN},2020:{s.number}</id><title>{text(s.headline)}</title>"
        f'<link rel="alternate" type="text/html" href="{edition.url(s.path)}"/>'
        f"<published>{s.published.isoformat()}</published><updated>{s.changed_at.isoformat()}</updated>"
        f"<summary>{text(s.meta_description)}</summary></entry>"
        for s in stories
    )
    updated = max((s.changed_at for s in stories), default=paper.now)
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><id>{edition.url(feed_path(section))}</id>'
        f"<title>{PUBLISHER}: {text(section.name)}</title><updated>{updated.isoformat()}</updated>"
        f'<link rel="self" href="{edition.url(feed_path(section))}"/>\n{entries}\n</feed>\n'
    )


def robots(paper: GermanNewspaper, edition: Edition, crawl_delay: float) -> str:
    """Return robots.txt."""
    delay = f"Crawl-delay: {crawl_delay:g}\n" if crawl_delay else ""
    sitemap = f"\nSitemap: {edition.url(SITEMAP_INDEX)}\n" if paper.robots_sitemap else ""
    return f"User-agent: *\n{delay}Disallow: /intern/\n{sitemap}"


def _in_sitemaps(paper: GermanNewspaper) -> list[Story]:
    return [s for s in paper.stories if "sitemap" in s.ways]


def sitemap_paths(paper: GermanNewspaper) -> dict[str, int]:
    """Return the yearly sitemaps: path to year, latest first."""
    years = sorted({s.published.year for s in _in_sitemaps(paper)}, reverse=True)
    return {f"/sitemaps/artikel-{year}.xml": year for year in years}


def sitemap_index(paper: GermanNewspaper, edition: Edition) -> str:
    """Return the index of the sitemaps."""
    rows = [f"<sitemap><loc>{edition.url(NEWS_SITEMAP)}</loc></sitemap>"]
    rows.append(f"<sitemap><loc>{edition.url('/sitemaps/rubriken.xml')}</loc></sitemap>")
    for path, year in sitemap_paths(paper).items():
        last = max(s.changed_at for s in _in_sitemaps(paper) if s.published.year == year)
        rows.append(f"<sitemap><loc>{edition.url(path)}</loc><lastmod>{last.isoformat()}</lastmod></sitemap>")
    return f'{_XML}<sitemapindex xmlns="{_SITEMAPS}">\n' + "\n".join(rows) + "\n</sitemapindex>\n"


def sitemap(paper: GermanNewspaper, edition: Edition, year: int) -> str:
    """Return the sitemap of the stories of *year*."""
    rows = "\n".join(
        f"<url><loc>{edition.url(s.path)}</loc><lastmod>{s.changed_at.isoformat()}</lastmod></url>"
        for s in _in_sitemaps(paper)
        if s.published.year == year
    )
    return f'{_XML}<urlset xmlns="{_SITEMAPS}">\n{rows}\n</urlset>\n'


def section_sitemap(edition: Edition) -> str:
    """Return the sitemap that holds no story: sections and service pages."""
    paths = (*(s.path for s in SECTIONS), "/impressum", "/datenschutz", "/abo")
    rows = "\n".join(f"<url><loc>{edition.url(path)}</loc><changefreq>daily</changefreq></url>" for path in paths)
    return f'{_XML}<urlset xmlns="{_SITEMAPS}">\n{rows}\n</urlset>\n'


def fresh(paper: GermanNewspaper) -> list[Story]:
    """Return what the news sitemap holds: two days (Google's rule for news sitemaps)."""
    newest = max([paper.now, *(s.published for s in paper.stories)])
    return [s for s in _in_sitemaps(paper) if s.published >= newest - timedelta(days=2)]


def news_sitemap(paper: GermanNewspaper, edition: Edition) -> str:
    """Return the news sitemap."""
    rows = "\n".join(
        f"<url><loc>{edition.url(s.path)}</loc><news:news><news:publication><news:name>{PUBLISHER}</news:name>"
        "<news:language>de</news:language></news:publication>"
        f"<news:publication_date>{s.published.isoformat()}</news:publication_date>"
        f"<news:title>{text(s.headline)}</news:title></news:news></url>"
        for s in fresh(paper)
    )
    return (
        f'{_XML}<urlset xmlns="{_SITEMAPS}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{rows}\n</urlset>\n"
    )
