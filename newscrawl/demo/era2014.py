"""The templates of 2014 to 2019: articles and listings."""

from __future__ import annotations

from typing import Any

from newscrawl.demo.markup import (
    Edition,
    Listing,
    attribute,
    flow,
    footer,
    image_path,
    insert,
    json_text,
    link,
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
from newscrawl.demo.stories import PUBLISHER, Newspaper, Picture, Story


def _json_ld(edition: Edition, story: Story) -> dict[str, Any]:
    byline = story.byline
    data: dict[str, Any] = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": edition.url(story.path)},
        "headline": story.headline,
        "description": story.meta_description,
        "datePublished": story.published.isoformat(),
        "dateModified": story.changed_at.isoformat(),
        "articleSection": story.section.name,
        "publisher": {
            "@type": "Organization",
            "name": PUBLISHER,
            "logo": {"@type": "ImageObject", "url": edition.url("/logo.png")},
        },
    }
    if byline.authors:
        data["author"] = [{"@type": "Person", "name": name} for name in byline.authors]
    else:
        # Nobody signed: the system fills in whom it has, and calls it a person.
        data["author"] = {"@type": "Person", "name": byline.agency or PUBLISHER}
    if story.pictures:
        url = edition.url(image_path(story.pictures[0], "standard_1200x800"))
        data["image"] = {"@type": "ImageObject", "url": url, "width": 1200, "height": 800}
    if story.keywords:
        data["keywords"] = list(story.keywords)
    return data


def _byline(story: Story) -> str:
    byline = story.byline
    if byline.text is None:
        return ""
    after = byline.role or byline.agency
    staffline = f'<span class="staffline">{text(after)}</span>' if after else ""
    rows: list[str] = []
    count = len(byline.authors)
    for number, name in enumerate(byline.authors):
        last = number == count - 1
        before = "By " if number == 0 else ("and " if last else "")
        comma = "," if (not last and count > 2) or (last and staffline) else ""
        link = f'<a rel="author" href="/About/Staff/{attribute(name.replace(" ", "-"))}">{text(name)}</a>'
        rows.append(f"{before}{link}{comma}{' ' + staffline if last else ''}")
    if not rows:
        rows = [f"By {staffline}"]
    return (
        '<ul class="author-list">\n' + "\n".join(f'<li class="author-container">{row}</li>' for row in rows) + "\n</ul>"
    )


def figure(picture: Picture, *, lead: bool) -> str:
    """Return *picture* with its caption and credit."""
    small, large = image_path(picture, "standard_600x400"), image_path(picture, "standard_1200x800")
    caption = f'<div class="eza-caption">{text(picture.caption)}</div>' if picture.caption else ""
    credit = f'<div class="eza-credit">{text(picture.credit)}</div>' if picture.credit else ""
    return (
        f'<figure class="eza-image{" lead" if lead else ""}"><img src="{small}" srcset="{small} 600w, {large} 1200w" '
        f'alt="{attribute(picture.alt or "")}" width="600" height="400">\n'
        f"<figcaption>{caption}{credit}</figcaption></figure>"
    )


def _top() -> str:
    nav = "".join(f'<li><a href="{s.path}">{text(s.name)}</a></li>' for s in top_sections())
    return (
        f'<header id="site-header"><a class="logo" href="/">{PUBLISHER}</a> <a href="/Subscribe">Subscribe</a> '
        f'<a href="/login">Log in</a><nav id="main-nav"><ul>{nav}</ul></nav></header>'
    )


def article(newspaper: Newspaper, edition: Edition, story: Story, page: int = 1) -> str:
    """Return page *page* of *story*."""
    rng = dice("2014", story.number)
    elements = flow(story.pages[page - 1], subhead="<h2>{}</h2>")
    other, another = newspaper.related(story)[:2]
    insert(
        elements,
        4,
        '<aside class="injection"><h4>Related</h4><ul>' + story_items(newspaper.related(story)) + "</ul></aside>",
    )
    if len(story.pictures) > 1:
        insert(elements, 6, figure(story.pictures[1], lead=False))
    if rng.random() < 0.6:
        insert(
            elements,
            2,
            f'<div class="article-story-promo"><a href="{attribute(other.path)}?cmpid=inline">'
            f"<span>Recommended:</span> {text(other.headline)}</a></div>",
        )
    if rng.random() < 0.5:
        insert(
            elements,
            7,
            '<div class="newsletter-email-signup"><p>Get the stories you care about delivered to your inbox.</p>'
            '<form action="/content/newsletter"><input name="email" placeholder="Email address">'
            "<button>Sign up</button></form></div>",
        )
    if rng.random() < 0.4:
        elements.append(f'<p class="promo_links"><b>Next up:</b> {story_link(another)}</p>')
    if story.correction:
        elements.append(f'<div class="correction"><p>{text(story.correction)}</p></div>')
    content = "\n".join(elements)
    dateline = f'<span class="eza-dateline">{text(story.dateline)}</span>\n' if story.dateline else ""
    dek = f'<h2 id="summary" class="eza-summary">{text(story.dek)}</h2>' if story.dek else ""
    photo = figure(story.pictures[0], lead=True) if story.pictures else ""
    updated = ""
    if story.modified:
        stamp, day = story.modified.isoformat(), long_date(story.modified)
        updated = f'<time id="date-updated" datetime="{stamp}">Updated {day}</time>'
    tags = "".join(f'<meta property="article:tag" content="{attribute(tag)}">\n' for tag in story.keywords)
    crumbs = " &rsaquo; ".join(f'<a href="{path}">{text(name)}</a>' for path, name in story.section.trail)
    comments = ""
    if story.comment_count is not None:
        unit = "comment" if story.comment_count == 1 else "comments"
        comments = f'<a class="comment-count" href="#comments">{story.comment_count} {unit}</a>'
    posts = ""
    if story.section.blog:
        posts = (
            '<div class="recent-posts"><h3>Recent posts</h3><ul>'
            + "".join(
                f'<li><time>{s.published:%m.%d.%y}</time> <a href="{attribute(s.path)}">{text(s.headline)}</a></li>'
                for s in newspaper.recent_posts(story)
            )
            + "</ul></div>"
        )
    viewed = story_items(newspaper.most_viewed(story.section.path), "?cmpid=mostviewed")
    image = ""
    if story.pictures:
        image = (
            f'<meta property="og:image" content="{edition.url(image_path(story.pictures[0], "standard_600x400"))}">\n'
        )
    bio = ""
    if story.byline.authors:
        name = story.byline.authors[0]
        desk = link("https://twitter.com/lqcourier", "@lqcourier")
        bio = f'<div class="author-bio"><p>{text(name)} writes from the coast. Follow the desk {desk}.</p></div>'
    return f"""<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
{title_tag(story.headline)}
<meta name="description" content="{attribute(story.meta_description)}">
<meta name="author" content="{PUBLISHER}">
<meta property="og:site_name" content="{PUBLISHER}">
<meta property="og:type" content="article">
<meta property="og:title" content="{attribute(story.headline)}">
<meta property="og:description" content="{attribute(story.meta_description)}">
<meta property="og:url" content="{attribute(edition.url(story.path))}">
{image}{tags}<link rel="canonical" href="{attribute(edition.url(story.path))}">
<link rel="amphtml" href="{attribute(edition.base)}/layout/set/amphtml{attribute(story.path)}">
<link rel="alternate" media="only screen and (max-width: 640px)" href="{attribute(edition.mobile + story.path)}">
<link rel="alternate" type="application/rss+xml" title="{PUBLISHER}" href="/feeds/top">
<script type="application/ld+json" id="meta-schema-org">{json_text(_json_ld(edition, story))}</script>
</head>
<body class="story {story.section.key}">
{_top()}
<main>
<nav class="eza-breadcrumb">{crumbs}</nav>
<article>
<h1 id="headline">{text(story.headline)}</h1>
{dek}
<div class="byline-row">{_byline(story)}
<time id="date-published" datetime="{story.published.isoformat()}">{long_date(story.published)}</time>
{updated}{comments}</div>
<div class="toolbar">{share_links(edition, story)}
{link("/layout/set/print" + story.path, "Print", 'rel="nofollow"')}
{link("/layout/set/text" + story.path, "Text")}</div>
{photo}
{dateline}<div class="eza-body">
{content}
</div>
{bio}
</article>
<section id="comments"><h3>Reader comments</h3><p>Comments are closed for this story.</p></section>
</main>
<aside class="right-rail">{posts}<h3>Most viewed</h3><ol class="most-viewed">{viewed}</ol></aside>
{footer(edition, story.published.year)}
</body>
</html>
"""


def listing(edition: Edition, page: Listing) -> str:
    """Return a listing page."""
    stories = "\n".join(
        '<div class="ezv-listing ezc-csm-story">'
        + (f'<a class="thumb" href="{attribute(e.href)}"><img src="{e.picture}" alt=""></a>' if e.picture else "")
        + (f'<span class="kicker"><a href="{e.section.path}">{text(e.section.name)}</a></span>' if e.section else "")
        + f'<h3 class="story-headline"><a href="{attribute(e.href)}">{text(e.title)}</a></h3>'
        + (f'<div class="story-summary">{text(e.dek)}</div>' if e.dek else "")
        + (f'<time datetime="{e.date.isoformat()}">{long_date(e.date)}</time>' if e.date else "")
        + "</div>"
        for e in page.entries
    )
    boxes = "".join(
        f'<section class="{kind}"><h3>{title}</h3><ul>{list_items(entries)}</ul></section>'
        for kind, title, entries in (
            ("most-viewed", "Most viewed", page.most_viewed),
            ("mobile", "On the go", page.mobile),
            ("also", "Also on the quay", page.more),
        )
        if entries
    )
    older = f'<a class="more-stories" rel="next" href="{attribute(page.older)}">More stories</a>' if page.older else ""
    newer = f'<a rel="prev" href="{attribute(page.newer)}">Newer stories</a>' if page.newer else ""
    feed = ""
    if page.section and page.section.feed:
        feed = f'<link rel="alternate" type="application/rss+xml" href="/feeds/{page.section.feed}">'
    topics = "".join(f'<li><a href="{s.path}">{text(s.name)}</a></li>' for s in page.sections)
    return f"""<!DOCTYPE html>
<html lang="en-US">
<head><meta charset="utf-8">
{title_tag(page.title)}
<link rel="canonical" href="{attribute(edition.url(page.path))}">{feed}
</head>
<body class="section">
{_top()}
<main><h1>{text(page.title)}</h1>
<ul class="subsections">{topics}</ul>
{stories}
<div class="pager">{newer} {older}</div></main>
<aside class="right-rail">{boxes}</aside>
{footer(edition, 2018)}
</body></html>
"""
