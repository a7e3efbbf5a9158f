"""What machines read: RSS feeds, sitemaps, robots.txt."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

from newscrawl.demo.markup import Edition, attribute, text
from newscrawl.demo.stories import PUBLISHER, SECTIONS, Newspaper, Story

FEED_ITEMS = 50
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def feed_names() -> list[str]:
    """Return the names of the feeds."""
    return ["top", *(s.feed for s in SECTIONS if s.feed)]


def feed_stories(newspaper: Newspaper, name: str) -> list[Story]:
    """Return what the feed *name* holds, newest first."""
    section = next((s for s in SECTIONS if s.feed == name), None)
    stories = newspaper.in_section(section, "feed") if section else [s for s in newspaper.stories if "feed" in s.ways]
    return stories[:FEED_ITEMS]


def rss(newspaper: Newspaper, edition: Edition, name: str) -> str:
    """Return the feed *name* as RSS 2.0."""
    items = "\n".join(
        "<item>"
        f"<title>{text(s.headline)}</title><link>{text(edition.url(s.path))}?icid=rss</link>"
        f'<guid isPermaLink="false">lqc-{s.number}</guid><pubDate>{format_datetime(s.published)}</pubDate>'
        f"<category>{text(s.section.name)}</category>"
        + "".join(f"<dc:creator>{text(author)}</dc:creator>" for author in s.byline.authors)
        + f"<description>{text(s.meta_description)}</description></item>"
        for s in feed_stories(newspaper, name)
    )
    return (
        f'{_XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{PUBLISHER} | {name}</title><link>{edition.base}/</link>"
        "<description>Stories from the quay</description><language>en-us</language>"
        f'<atom:link rel="self" type="application/rss+xml" href="{edition.base}/feeds/{name}"/>\n'
        f"{items}\n</channel></rss>\n"
    )


def robots(edition: Edition, crawl_delay: float) -> str:
    """Return robots.txt."""
    return (
        f"# {PUBLISHER}\nUser-agent: *\nCrawl-delay: {crawl_delay:g}\nDisallow: /proof/\nDisallow: /content/\n\n"
        f"Sitemap: {edition.base}/sitemap-index.xml\n"
    )


def _in_sitemaps(newspaper: Newspaper) -> list[Story]:
    return [s for s in newspaper.stories if "sitemap" in s.ways]


def sitemap_years(newspaper: Newspaper) -> list[int]:
    """Return the years that have a sitemap, latest first."""
    return sorted({s.published.year for s in _in_sitemaps(newspaper)}, reverse=True)


def sitemap_path(year: int) -> str:
    """Return the path of the sitemap of *year*; those of the first years are compressed."""
    return f"/sitemap-{year}-auto-1.xml" + (".gz" if year <= 2013 else "")


def sitemap_index(newspaper: Newspaper, edition: Edition) -> str:
    """Return the index of the sitemaps."""
    rows = [f"<sitemap><loc>{edition.base}/sitemap-news-auto-1.xml</loc></sitemap>"]
    for year in sitemap_years(newspaper):
        last = max(s.changed_at for s in _in_sitemaps(newspaper) if s.published.year == year)
        rows.append(
            f"<sitemap><loc>{edition.base}{sitemap_path(year)}</loc><lastmod>{last.isoformat()}</lastmod></sitemap>"
        )
    return (
        f'{_XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(rows)
        + "\n</sitemapindex>\n"
    )


def sitemap(newspaper: Newspaper, edition: Edition, year: int) -> str:
    """Return the sitemap of *year*."""
    rows = "\n".join(
        f"<url><loc>{text(edition.url(s.path))}</loc><lastmod>{s.changed_at.isoformat()}</lastmod></url>"
        for s in _in_sitemaps(newspaper)
        if s.published.year == year
    )
    return f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n'


def fresh(newspaper: Newspaper) -> list[Story]:
    """Return what the news sitemap holds: two days (Google's rule for news sitemaps)."""
    newest = max([newspaper.now, *(s.published for s in newspaper.stories)])
    oldest: datetime = newest - timedelta(days=2)
    return [s for s in _in_sitemaps(newspaper) if s.published >= oldest]


def news_sitemap(newspaper: Newspaper, edition: Edition) -> str:
    """Return the news sitemap."""
    rows = "\n".join(
        f"<url><loc>{text(edition.url(s.path))}</loc><news:news><news:publication><news:name>{PUBLISHER}</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{s.published.isoformat()}</news:publication_date>"
        f"<news:title>{text(s.headline)}</news:title>"
        f"<news:keywords>{text(', '.join(s.keywords))}</news:keywords></news:news></url>"
        for s in fresh(newspaper)
    )
    return (
        f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}\n</urlset>\n'
    )


def directory(edition: Edition) -> str:
    """Return the list of feeds for the RSS page."""
    rows = "".join(f'<li><a href="/feeds/{name}">{attribute(name)}</a></li>' for name in feed_names())
    return f"<ul>{rows}</ul><p>All feeds of {edition.base}.</p>"
