"""The templates of 2010 to 2013: articles of 2010–11 and of 2012–13, and the listings of both."""

from __future__ import annotations

from newscrawl.demo.markup import (
    Edition,
    Listing,
    attribute,
    children,
    flow,
    footer,
    image_path,
    insert,
    json_text,
    kicker_date,
    link,
    long_date,
    share_links,
    short_zone,
    story_link,
    text,
    title_tag,
    top_sections,
)
from newscrawl.demo.prose import dice, lines
from newscrawl.demo.stories import PUBLISHER, Newspaper, Picture, Section, Story

_NEW_WINDOW = 'target="_blank" title="Print"'
_DOCTYPE = (
    "\ufeff"
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
    '\r\n<html xmlns="http://www.w3.org/1999/xhtml">\r\n'
)


def _article_head(edition: Edition, story: Story, page: int) -> str:
    later = story.era == "2012"
    key = "property" if later else "name"
    url = attribute(edition.url(story.path))
    description = attribute(story.meta_description)
    parts = [
        "<head>\n    <!-- else -->",
        title_tag(story.headline),
        f'<meta name="author" content="{PUBLISHER}" />\n<meta name="copyright" content="{PUBLISHER}" />',
        f'<meta name="description" content="{description}" />',
        f'<meta name="keywords" content="{attribute(",".join(story.keywords))}" />',
        f'<meta {key}="og:site_name" content="{PUBLISHER}" />\n<meta {key}="og:type" content="article" />',
        f'<meta {key}="og:url" content="{url}" />',
        f'<meta {key}="og:title" content="{attribute(story.headline)}" />',
        f'<meta {key}="og:description" content="\n{description} \n" />',
    ]
    if story.pictures:
        thumbnail = edition.url(image_path(story.pictures[0], "thumbnail_90"))
        parts.append(f'<meta {key}="og:image" content="{attribute(thumbnail)}" />')
    if later:
        # The content system escaped the name of the section once too often.
        section = attribute(attribute(attribute(story.section.name)))
        parts.append(f'<meta property="article:published_time" content="{short_zone(story.published)}" />')
        parts.append(f'<meta property="article:section" content="{section}" />')
        if story.modified:
            parts.append(f'<meta property="article:modified_time" content="{short_zone(story.modified)}" />')
    parts += [
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
        '<meta http-equiv="Content-Language" content="en-US" />',
        '<link rel="Home" href="/" title="front page" />\n<link rel="Search" href="/content/search" title="Search" />',
        f'<link rel="canonical" href="{url}" />',
    ]
    if later and page < len(story.pages):
        parts.append(f'<link rel="next" href="{attribute(story.path)}/(page)/{page + 1}" />')
    if later and page > 1:
        parts.append(f'<link rel="prev" href="{attribute(_page_path(story, page - 1))}" />')
    section_name = attribute(story.section.trail[0][1])
    feed = next((s.feed for s in _sections_outwards(story.section) if s.feed), "top")
    parts += [
        f'<link rel="Alternate" type="application/rss+xml" title="{section_name} RSS" href="/feeds/{feed}" />',
        f'<link rel="Alternate" type="application/rss+xml" title="{PUBLISHER} RSS" href="/feeds/top" />',
        '<link rel="stylesheet" type="text/css" href="/extension/base/stylesheets/screen.css" media="screen" />',
        '<script type="text/javascript" src="/extension/base/javascript/common-1.0.js"></script>\n</head>',
    ]
    return "\n".join(parts)


def _sections_outwards(section: Section) -> list[Section]:
    paths = [path for path, _ in reversed(section.trail)]
    every = [section, *(child for top in top_sections() for child in (top, *children(top)))]
    return [next(s for s in every if s.path == path) for path in paths]


def _page_path(story: Story, page: int) -> str:
    return story.path if page == 1 else f"{story.path}/(page)/{page}"


def _masthead(section: Section | None) -> str:
    here = section.trail[0][0] if section else None
    nav = "".join(
        f'<li class="{"selected " * (here == s.path)}m{s.key}"><a href="{s.path}">{text(s.name)}</a></li>\n'
        for s in top_sections()
    )
    trail = ""
    if section:
        crumbs = "\n/\t\t\t\t".join(f'<a href="{path}">{text(name)}</a>' for path, name in section.trail)
        hidden = "".join(
            f'<li class="hide dropdownReplacement"><a href="{s.path}">{text(s.name)}</a></li>'
            for s in children(_sections_outwards(section)[-1])
        )
        trail = f'<div id="sTools"><div id="sNav">\n<ul class=" ">\n<li>{crumbs}</li>\n{hidden}\n</ul></div></div>'
    return (
        '<div class="skipper"> Skip to: <a href="#contentBounds">Content</a><br />\n</div>\n<div id="pageBounds">\n'
        '<div id="mastHead"><div id="mLeader"><ul class="align-horizontal"><li><div id="logo"><a href="/">'
        f'<img src="/extension/base/images/logo_179x46.gif" alt="{PUBLISHER}" /></a></div></li>'
        '<li><div class="hide">Advertisements</div><div class="ad ad728x90">'
        '<a href="/About/Advertise">About these ads</a>'
        "</div></li></ul></div></div>\n"
        f'<div id="mNav">\n<ul>\n{nav}</ul>\n</div>\n{trail}'
    )


def _photo(picture: Picture) -> str:
    large, medium = image_path(picture, "full_600"), image_path(picture, "full_380")
    data = json_text([{"url_sm": medium, "url_lg": large, "caption": picture.caption or ""}])
    return f"""<!-- pgallerycarousel -->
<script type="text/javascript">
//<![CDATA[
var pgallerycarousel_itemList = {data};
//]]>
</script>
<div class="podStoryGal">
<div class="thePhoto">
<ul id="pgallerycarousel" class="jcarousel-skin-storygal">
<li>
<a href="{large}" class="thickbox"><img src="{medium}" alt="{attribute(picture.alt or "")}" /></a>
</li>
</ul>
</div><!-- /thePhoto -->
<div class="podC">
<div class="pod">
<p class="caption" id="pgallerycarousel_caption" title="Photo Caption">{text(picture.caption or "")} </p>
<p class="caption" id="pgallerycarousel_credit" title="Photo Credit">{text(picture.credit or "")}</p>
<span id="pgallerycarousel_related"></span>
</div><!-- /pod -->
<a id="pgallerycarousel_enlarge" class="thickbox pEnlarge">Enlarge</a>
</div><!-- /podC -->
</div><!-- /podStoryGal -->"""


def _byline(story: Story) -> str:
    byline, day = story.byline, long_date(story.published)
    if byline.text is None:
        return ""
    staffline = byline.role or byline.agency
    if story.era == "2010":
        person = f"/About/Contact/Staff-Writers/{byline.names.split(' and ')[0].replace(' ', '-')}"
        names = f'<a href="{attribute(person)}">{text(byline.names)}</a>' if byline.authors else ""
        joint = ",&nbsp;" if names and staffline else ""
        return f'<p class="sByline">\nBy \t\t\t\t\t\n{names}{joint}{text(staffline or "")} / \n{day}\n</p>'
    links = [
        f'<a class="ui-author" href="/About/Staff/{attribute(a.replace(" ", "-"))}">{text(a)}</a>'
        for a in byline.authors
    ]
    names = f"{', '.join(links[:-1])}, and {links[-1]}" if len(links) > 2 else " and ".join(links)
    role = f'<span class="ui-staffline">{text(staffline)}</span>' if staffline else ""
    joint = ",&nbsp;" if names and role else ""
    return f'<p class="sByline">\nBy {names}{joint}{role} / {day}\n</p>'


def _boxes(newspaper: Newspaper, story: Story) -> str:
    parts = ['<a class="hide" href="#nextParagraph">Skip to next paragraph</a>\n<div class="podStoryRel">']
    if story.era == "2012" and story.byline.authors:
        author = story.byline.authors[0]
        parts.append(
            f'<div class="podBrdr ui-author-box"><div class="pod"><h3>{text(author)}</h3><p>{text(author)} covers the '
            f"coast for the {PUBLISHER.removeprefix('The ')} and keeps a boat that leaks.</p></div></div>"
        )
    if story.section.blog:
        posts = "\n".join(
            f'<li>\n<span class="kicker">{kicker_date(p.published)}</span><br>{story_link(p)}\n</li>'
            for p in newspaper.recent_posts(story)
        )
        parts.append(
            f'<h3>Recent posts</h3>\n<div class="podBrdr">\n<div class="pod">\n<ul>\n{posts}\n</ul>\n</div></div>'
        )
    related = _related_items(newspaper, story)
    parts.append(f'<h3>Related Stories</h3>\n<div class="podBrdr"><div class="pod"><ul>{related}</ul></div></div>')
    parts.append('</div><!-- /podStoryRel -->\n<a name="nextParagraph"></a> <!-- Anchor skipper link. -->')
    return "\n".join(parts)


def _related_items(newspaper: Newspaper, story: Story) -> str:
    return "\n".join(
        f'<li><a class="" href="{attribute(s.path)}" title="{attribute(s.headline)}">'
        f"{'<span class=kicker>Blog: </span> ' if s.section.blog else ''}{text(s.headline)}</a></li>"
        for s in newspaper.related(story)
    )


def _page_links(story: Story, page: int) -> str:
    count = len(story.pages)
    if count == 1:
        return ""
    numbers = "<span>&nbsp;|&nbsp;</span>".join(
        str(n) if n == page else f'<a href="{attribute(_page_path(story, n))}">{n}</a>' for n in range(1, count + 1)
    )
    following = ""
    if page < count:
        following = (
            '<div class="ui-brdr-widget ui-button">'
            f'<a href="{attribute(_page_path(story, page + 1))}" id="next-button">\nNext\n'
            '<img title="next" src="/extension/base/images/btn_next.gif">\n</a></div>'
        )
    links = f'<div class="ui-page-links">{numbers}</div>{following}'
    return f'<div class="navigation"><div class="alignment">{links}</div></div>'


def _body(newspaper: Newspaper, story: Story, page: int) -> str:
    toc = f'<a name="eztoc{story.number}_0_1" id="eztoc{story.number}_0_1"></a><h3>{{}}</h3>'
    elements = flow(story.pages[page - 1], subhead=toc)
    rng = dice("2010s", story.number, page)
    other = rng.choice(newspaper.most_viewed(story.path))
    promo = (
        f'<div class="promotion-tag"><p><b>RELATED: </b><a href="{attribute(other.path)}?cmpid=promo"><b>'
        f"{text(other.headline)}</b></a></p></div>"
    )
    offer = link("/Subscribe", "Start your free trial today.")
    extra = f'<div class="body-view-extra"><p>Get the Courier every morning. {offer}</p></div>'
    insert(elements, 5, extra if story.era == "2012" and rng.random() < 0.6 else "")
    insert(elements, 3, promo if rng.random() < 0.6 else "")
    elements.insert(1, _boxes(newspaper, story))
    if page == 1 and story.dateline:
        tag = "span" if story.era == "2010" else "p"
        elements.insert(0, f'<{tag} class="sLoc">{text(story.dateline)}</{tag}>')
    if page == len(story.pages):
        if story.correction:
            elements.append(f'<p class="correction"><em>{text(story.correction)}</em></p>')
        elements.append(
            '<div class="listRelatedStories"><p><b>Related stories</b></p>\n'
            f"<ul>{_related_items(newspaper, story)}</ul></div>"
        )
        if story.byline.authors:
            first = story.byline.authors[0].split()[0]
            elements.append(
                f'<div class="podBrdr"><div class="pod"><p>Follow {text(first)} on '
                '<a href="http://twitter.com/lqcourier">Twitter</a> and join the talk at the quay.</p></div></div>'
            )
    elements.append(_page_links(story, page))
    kind = "sBody cfx" if story.section.blog else "sBody"
    content = "\n".join(elements)
    return f'<div class="{kind}">\n{content}\n</div><!-- /sBody -->'


def article(newspaper: Newspaper, edition: Edition, story: Story, page: int = 1) -> str:
    """Return page *page* of *story*."""
    rng = dice("script", story.number)
    # The script's byline is filled in by whoever saved the page last; not always the writer.
    saved_by = rng.choice(lines("staff")) if rng.random() < 0.5 or not story.byline.authors else story.byline.names
    if story.era == "2010":
        print_path = f"/layout/set/print/content/view/print/{300_000 + story.number}"
    else:
        print_path = f"/layout/set/print{story.path}"
    script = f"""<script type="text/javascript">
var md_headline = {json_text(story.headline)};
var md_byline = {json_text(saved_by)};
var md_base_path = location.pathname;
var md_date_parsed = "{long_date(story.published)}"; var md_staffline = {json_text(story.byline.role or "")};
</script>"""
    toolbar = (
        f'<div class="storyToolbar"><ul><li class="tPrint">{link(print_path, "Print", _NEW_WINDOW)}</li>'
        f"<li>{link('/text_edition' + story.path, 'Text edition')}</li>"
        f"<li>{share_links(edition, story)}</li></ul></div>"
    )
    blog = f'<div>\n<h2 class="blogHdrSmall"><a href={story.section.path}>{text(story.section.name)}</a></h2>\n</div>'
    dek = f'<h2 class="subhead">\n<p>{text(story.dek)} </p></h2>' if story.dek else ""
    photo = _photo(story.pictures[0]) if page == 1 and story.pictures else ""
    byline = _byline(story) if page == 1 else ""
    page_of = (
        f'<h4>(Page {page} of {len(story.pages)})</h4>\t\t<div class="hr divider tight"><hr /></div>'
        if page > 1
        else ""
    )
    head = [photo, toolbar, byline] if story.era == "2010" else [byline, photo, toolbar]
    comments = """<div class="ui-comments">
<a name="comments"></a>
<div class="commLink2"><h3>Read Comments</h3></div>
<div id="show-comments-block" class="ui-show-comments">
<span class="show-comments">View reader comments</span> | <span class="show-comments">Comment on this story</span>
</div>
<div id="comments-box" style="display: none"><div class="comment-terms"><p>
These comments are not screened before they appear. Be kind, be brief, and say nothing that you would not say
on the ferry.
</p></div></div>
</div>"""
    viewed = "\n".join(
        f'<li>\n<a class="" href="{attribute(s.path)}?cmpid=mostviewed">\n{text(s.headline)}\n</a>\n</li>'
        for s in newspaper.most_viewed(story.section.path)
    )
    return "\n".join(
        [
            _DOCTYPE + _article_head(edition, story, page),
            f'<body id="{story.section.trail[0][1].replace(" ", "")}" class="story">',
            _masthead(story.section),
            f'<div id="contentBounds" class="cfx">\n{script}\n<div id="mainColumn">',
            blog if story.section.blog else "",
            f'<h1 class="head">{text(story.headline)}</h1>',
            dek,
            page_of,
            *(part for part in head if part),
            _body(newspaper, story, page),
            f'<div class="bottom-rel"><p><b>More {text(story.section.trail[0][1])}</b></p>'
            f'<a href="{story.section.trail[0][0]}">All stories</a></div>',
            comments,
            "</div><!-- /mainColumn -->",
            '<div id="rightColumn"><h3>Most viewed</h3>',
            f'<div class="podBrdr">\n<div class="pod"><ol>{viewed}</ol></div></div>',
            '<div id="newsletter-container"><p class="headline">FREE daily e-mail newsletter</p>',
            '<form method="post" action="/content/newsletter">'
            '<input type="text" name="EMAIL" value="Your e-mail address" /></form></div></div>',
            "</div>",
            footer(edition, story.published.year),
            "</div></body></html>",
        ]
    )


def listing(edition: Edition, page: Listing) -> str:
    """Return a listing page."""
    stories = "\n".join(
        '<div class="storyBlock">'
        + (
            f'<div class="thumbnail"><a href="{attribute(e.href)}">'
            f'<img src="{e.picture}" width="90" height="60" alt="" /></a></div>'
            if e.picture
            else ""
        )
        + (f'<a href={e.section.path}><span class="kicker">{text(e.section.name)}</span></a>' if e.section else "")
        + f'<h3><a href="{attribute(e.href)}">{text(e.title)}</a></h3>'
        + (f"<p>{text(e.dek)}</p>" if e.dek else "")
        + (f'<p class="date">{long_date(e.date)}</p>' if e.date else "")
        + "</div>"
        for e in page.entries
    )
    boxes = "".join(
        f'<h3>{title}</h3><div class="podBrdr"><div class="pod"><ul>'
        + "".join(f'<li><a href="{attribute(e.href)}">{text(e.title)}</a></li>' for e in entries)
        + "</ul></div></div>"
        for title, entries in (
            ("Most viewed", page.most_viewed),
            ("On the go", page.mobile),
            ("Also on the quay", page.more),
        )
        if entries
    )
    pager = "".join(
        f'<a class="{kind}" href="{attribute(href)}">{words}</a> '
        for kind, href, words in (
            ("prev", page.newer, "&laquo; Newer stories"),
            ("next", page.older, "Older stories &raquo;"),
        )
        if href
    )
    topics = "".join(f'<li><a href="{s.path}">{text(s.name)}</a></li>' for s in page.sections)
    return "\n".join(
        [
            _DOCTYPE + "<head>",
            title_tag(page.title),
            '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
            f'<link rel="canonical" href="{attribute(edition.url(page.path))}" />',
            *(
                [f'<link rel="Alternate" type="application/rss+xml" href="/feeds/{page.section.feed}" />']
                if page.section and page.section.feed
                else []
            ),
            f'</head>\n<body class="section">{_masthead(page.section)}',
            f'<div id="contentBounds"><div id="mainColumn"><h1 class="sectionHead">{text(page.title)}</h1>',
            f'<ul class="topics">{topics}</ul>' if topics else "",
            stories,
            f'<div class="pager">{pager}</div></div>',
            f'<div id="rightColumn">{boxes}</div></div>',
            footer(edition, 2013),
            "</div></body></html>",
        ]
    )
