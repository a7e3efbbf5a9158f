"""The templates of the 2020s: articles and listings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newscrawl.demo.era2014 import figure
from newscrawl.demo.markup import (
    Edition,
    Listing,
    attribute,
    clock,
    flow,
    footer,
    image_path,
    insert,
    json_text,
    list_items,
    long_date,
    share_links,
    story_items,
    story_link,
    text,
    title_tag,
    top_sections,
)
from newscrawl.demo.prose import dice
from newscrawl.demo.stories import PUBLISHER, Newspaper, Story


def _json_ld(edition: Edition, story: Story) -> dict[str, Any]:
    byline = story.byline
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": edition.url(story.path) + "#article",
        "url": edition.url(story.path),
        "mainEntityOfPage": edition.url(story.path),
        "headline": story.search_headline or story.headline,
        "description": story.meta_description,
        "datePublished": story.published.isoformat(),
        "dateModified": story.changed_at.isoformat(),
        "articleSection": story.section.name,
        "inLanguage": "en-US",
        "publisher": {"@id": edition.url("/#organization")},
    }
    if byline.authors:
        article["author"] = [
            {"@type": "Person", "name": name, "url": edition.url(f"/About/Staff/{name.replace(' ', '-')}")}
            for name in byline.authors
        ]
    else:
        article["author"] = {"@type": "Organization", "name": byline.agency or PUBLISHER}
    if story.pictures:
        picture = story.pictures[0]
        article["image"] = {
            "@type": "ImageObject",
            "url": edition.url(image_path(picture, "standard_1200x800")),
            "width": 1200,
        }
    if story.keywords:
        article["keywords"] = ", ".join(story.keywords)
    if story.free is not None:
        article["isAccessibleForFree"] = story.free
        if not story.free:
            article["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".eza-body"}
    trail = [
        {"@type": "ListItem", "position": position, "name": name, "item": edition.url(path)}
        for position, (path, name) in enumerate(story.section.trail, start=1)
    ]
    organization = {
        "@type": "Organization",
        "@id": edition.url("/#organization"),
        "name": PUBLISHER,
        "url": edition.url("/"),
    }
    graph = [organization, {"@type": "BreadcrumbList", "itemListElement": trail}, article]
    return {"@context": "https://schema.org", "@graph": graph}


def _byline(story: Story) -> str:
    byline = story.byline
    if byline.text is None:
        return ""
    after = byline.role or byline.agency
    staffline = f'<span class="staffline">{text(after)}</span>' if after else ""
    rows = []
    count = len(byline.authors)
    for number, name in enumerate(byline.authors):
        last = number == count - 1
        before = "By " if number == 0 else ("and " if last else "")
        comma = "," if (not last and count > 2) or (last and staffline) else ""
        link = f'<a class="staff-name" href="/About/Staff/{attribute(name.replace(" ", "-"))}">{text(name)}</a>'
        rows.append(f'<li class="author">{before}{link}{comma}</li>')
    if not rows:
        return f'<div class="eza-byline">By {staffline}</div>'
    items = "\n".join(rows)
    return f'<div class="eza-byline"><ul class="story-bylines">\n{items}\n</ul> {staffline}</div>'


def _top() -> str:
    nav = "".join(f'<li><a href="{s.path}">{text(s.name)}</a></li>' for s in top_sections())
    return (
        f'<header class="site-header"><a class="logo" href="/">{PUBLISHER}</a>'
        f'<nav aria-label="Sections"><ul>{nav}</ul></nav>'
        '<a class="btn" href="/Subscribe">Subscribe</a><a href="/login">Log in</a></header>'
    )


def _time(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{long_date(moment)}, {clock(moment)}</time>'


def article(newspaper: Newspaper, edition: Edition, story: Story, page: int = 1) -> str:
    """Return page *page* of *story*."""
    rng = dice("2020", story.number)
    elements = flow(story.pages[page - 1], subhead='<h2 class="eza-subhead">{}</h2>')
    related = newspaper.related(story)
    if len(story.pictures) > 1:
        insert(elements, 5, figure(story.pictures[1], lead=False))
    insert(
        elements,
        7,
        '<div id="inbody-related-stories"><h4>Related stories</h4><ul>' + story_items(related) + "</ul></div>",
    )
    if rng.random() < 0.5:
        insert(elements, 3, f'<div class="eza-callout"><p>“{text(story.blocks[1].text)}”</p></div>')
    if rng.random() < 0.5:
        insert(
            elements,
            4,
            '<aside class="injection"><div class="newsletter-email-signup"><h4>Stories that travel well</h4>'
            "<p>A letter from the quay, three mornings a week.</p>"
            '<form action="/content/newsletter"><input type="email" name="email"><button>Sign up</button></form>'
            "</div></aside>",
        )
    if story.free is False:
        elements.append(
            '<div id="paywall"><h3>You have read your free stories for this month</h3>'
            '<p>Subscribe to keep the lamp lit.</p><a href="/Subscribe">See offers</a></div>'
        )
    if rng.random() < 0.4:
        elements.append(f'<p class="promo_links">{story_link(related[-1], "?cmpid=endpromo")}</p>')
    if story.correction:
        elements.append(f'<div class="eza-correction"><p>{text(story.correction)}</p></div>')
    content = "\n".join(elements)
    body = f'<div class="eza-body">\n{content}\n</div>'
    if story.quick_read:
        body = (
            '<div class="story-half story-one"><h5>Quick Read</h5><div class="eza-body story-one">'
            f"<p>{text(story.quick_read)}</p></div></div>\n"
            f'<div class="story-half story-two"><h5>Deep Read</h5>{body}</div>'
        )
    dek = f'<div id="summary" class="eza-summary"><p>{text(story.dek)}</p></div>' if story.dek else ""
    dateline = f'<span class="eza-dateline">{text(story.dateline)}</span>' if story.dateline else ""
    photo = figure(story.pictures[0], lead=True) if story.pictures else ""
    image = ""
    if story.pictures:
        image = (
            f'<meta property="og:image" content="{edition.url(image_path(story.pictures[0], "standard_1200x800"))}">\n'
        )
    updated = ""
    if story.modified:
        updated = f' <span class="updated">Updated {_time(story.modified)}</span>'
    posts = ""
    if story.section.blog:
        posts = (
            '<section class="recent-posts"><h4>Recent posts</h4><ul>'
            + story_items(newspaper.recent_posts(story))
            + "</ul></section>"
        )
    viewed = story_items(newspaper.most_viewed(story.section.path), "?cmpid=mostviewed")
    bio = ""
    if story.byline.authors:
        name = text(story.byline.authors[0])
        bio = f'<div class="author-bio"><p>{name} reports on small places with large ideas.</p></div>'
    return f"""<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{title_tag(story.search_headline or story.headline)}
<meta name="description" content="{attribute(story.meta_description)}">
<meta name="author" content="{PUBLISHER}">
<meta property="og:site_name" content="{PUBLISHER}">
<meta property="og:type" content="article">
<meta property="og:title" content="{attribute(story.search_headline or story.headline)}">
<meta property="og:description" content="{attribute(story.meta_description)}">
<meta property="og:url" content="{attribute(edition.url(story.path))}">
{image}<link rel="canonical" href="{attribute(edition.url(story.path))}">
<link rel="amphtml" href="{attribute(edition.base)}/layout/set/amphtml{attribute(story.path)}">
<link rel="alternate" type="application/rss+xml" title="{PUBLISHER}" href="/feeds/top">
<script type="application/ld+json">{json_text(_json_ld(edition, story))}</script>
</head>
<body class="story">
{_top()}
<main>
<div class="eza-section"><a href="{story.section.path}">{text(story.section.name)}</a></div>
<h1 id="headline" class="eza-title">{text(story.headline)}</h1>
{dek}
{photo}
{_byline(story)}
{dateline}
<div class="eza-dates">{_time(story.published)}{updated}</div>
<div class="share-bar">{share_links(edition, story)} <a href="/layout/set/print{attribute(story.path)}">Print</a></div>
<article id="story-content">
{body}
</article>
{bio}
</main>
<aside class="rail">{posts}<h4>Most viewed</h4><ol>{viewed}</ol></aside>
<div class="cookie-note" hidden><p>We use cookies to remember that you were here.</p><button>Accept</button></div>
{footer(edition, story.published.year)}
</body>
</html>
"""


def listing(edition: Edition, page: Listing) -> str:
    """Return a listing page."""
    stories = "\n".join(
        f'<li><a class="ezc-csm-story-link" href="{attribute(e.href)}">'
        + (f'<img src="{e.picture}" alt="" loading="lazy">' if e.picture else "")
        + f'<span class="story-title">{text(e.title)}</span>'
        + (f'<span class="story-summary">{text(e.dek)}</span>' if e.dek else "")
        + "</a>"
        + (f'<time datetime="{e.date.isoformat()}">{long_date(e.date)}</time>' if e.date else "")
        + "</li>"
        for e in page.entries
    )
    boxes = "".join(
        f'<section class="{kind}"><h4>{title}</h4><ul>{list_items(entries)}</ul></section>'
        for kind, title, entries in (
            ("most-viewed", "Most viewed", page.most_viewed),
            ("on-the-go", "On the go", page.mobile),
            ("also", "Also on the quay", page.more),
        )
        if entries
    )
    older = f'<a class="load-more" rel="next" href="{attribute(page.older)}">Older stories</a>' if page.older else ""
    newer = f'<a class="load-newer" rel="prev" href="{attribute(page.newer)}">Newer stories</a>' if page.newer else ""
    feed = ""
    if page.section and page.section.feed:
        feed = f'<link rel="alternate" type="application/rss+xml" href="/feeds/{page.section.feed}">'
    topics = "".join(f'<a href="{s.path}">{text(s.name)}</a> ' for s in page.sections)
    return f"""<!DOCTYPE html>
<html lang="en-US">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
{title_tag(page.title)}
<link rel="canonical" href="{attribute(edition.url(page.path))}">{feed}
</head>
<body class="listing">
{_top()}
<main><h1>{text(page.title)}</h1>
<nav class="subsections">{topics}</nav>
<ul class="ezc-list">
{stories}
</ul>
<div class="pager">{newer} {older}</div></main>
<aside class="rail">{boxes}</aside>
{footer(edition, 2026)}
</body></html>
"""
