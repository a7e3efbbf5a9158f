"""The Christian Science Monitor, 2010 to today: its declaration, and the rules that sites of its make share."""

from __future__ import annotations

from newscrawl.sites import Expectations, Site, Template
from newscrawl.spiders.base import NewsSpider

# What stands in the text since 2014 and is not of it.
_LATER_BOXES = (
    "aside.injection",
    ".article-story-promo",
    ".newsletter-email-signup",
    "#paywall",
    "#inbody-related-stories",
    ".promo_links",
    ".eza-callout",
    ".eza-dateline",
    ".correction",
    "figure",
)

TEMPLATES = (
    Template(
        name="2010-2013",
        when="div.sBody, p.sByline",
        fields={
            "headline": "h1.head",
            # A <p> ends the <h2> it stands in for libxml2: the dek is the paragraph after an empty h2.subhead.
            "description": ("h2.subhead", "h2.subhead + p"),
            "byline": "p.sByline",
            "dateline": ".sLoc",
            "section": ("h2.blogHdrSmall a", "#sNav li:first-child a:last-of-type"),
            "breadcrumbs": "//*[@id='sNav']//li[not(contains(@class, 'hide'))][1]/a",
            "image_url": (
                '#pgallerycarousel a.thickbox[href*="_full_600"]::attr(href)',
                "#pgallerycarousel img::attr(src)",
            ),
            "image_caption": "#pgallerycarousel_caption",
            "image_credit": "#pgallerycarousel_credit",
            "image_alt": "#pgallerycarousel img::attr(alt)",
        },
        body=("div.sBody",),
        remove=(
            "a.hide",
            ".sLoc",
            ".podStoryRel",
            ".podStorySidebars",
            ".podBrdr",
            ".podStoryGal",
            ".body-view-extra",
            ".promotion-tag",
            ".bottom-rel",
            ".listRelatedStories",
            ".navigation",
            ".ui-page-links",
            "#next-button",
            ".ui-comments",
            ".storyToolbar",
            ".correction",
        ),
        next_page=("a#next-button", ".ui-page-links a"),
    ),
    Template(
        name="2014-2019",
        when="h1#headline:not(.eza-title), h2#summary",
        fields={
            "headline": "h1#headline",
            "description": "h2#summary",
            "byline": (".story-byline", "//li[contains(concat(' ', @class, ' '), ' author-container ')]/..", ".byline"),
            "author_role": ".author-container .staffline, .staffline",
            "dateline": ".eza-dateline",
            "date_published": "time#date-published::attr(datetime)",
            "image_caption": ".eza-caption",
            "image_credit": ".eza-credit",
        },
        body=("div.eza-body",),
        remove=(*_LATER_BOXES, ".eza-caption", ".eza-credit"),
        next_page=("a#next-button", ".ui-page-links a"),
    ),
    Template(
        name="2020s",
        when="h1#headline.eza-title, article#story-content",
        fields={
            "headline": "h1#headline",
            "description": "div#summary",
            "byline": (".eza-byline", "ul.story-bylines"),
            "authors": "ul.story-bylines li.author .staff-name",
            "author_role": "span.staffline",
            "dateline": "span.eza-dateline",
            "date_published": "time[datetime]::attr(datetime)",
            "image_caption": ".eza-caption",
            "image_credit": ".eza-credit",
        },
        # A short "story-one" can stand beside the long version.
        body=("article#story-content div.eza-body:not(.story-one)", "article#story-content div.eza-body"),
        remove=(*_LATER_BOXES, ".eza-correction"),
    ),
)

CSMONITOR = Site(
    name="csmonitor",
    url="https://www.csmonitor.com/",
    publisher="The Christian Science Monitor",
    hosts=("www.csmonitor.com", "m.csmonitor.com", "csmonitor.com", "rss.csmonitor.com"),
    timezone="America/New_York",
    language="en-US",
    date_order="MDY",
    sections=(
        "/World",
        "/World/Africa",
        "/World/Americas",
        "/World/Asia-Pacific",
        "/World/Asia-South-Central",
        "/World/Europe",
        "/World/Middle-East",
        "/World/terrorism-security",
        "/World/Security-Watch",
        "/World/Backchannels",
        "/World/Global-News",
        "/USA",
        "/USA/Politics",
        "/USA/Politics/monitor_breakfast",
        "/USA/Military",
        "/USA/Justice",
        "/USA/Society",
        "/USA/Education",
        "/Commentary",
        "/Business",
        "/Environment",
        "/Technology",
        "/Science",
        "/The-Culture",
        "/Books",
    ),
    feeds=(
        "https://rss.csmonitor.com/feeds/top",
        "https://rss.csmonitor.com/feeds/world",
        "https://rss.csmonitor.com/feeds/usa",
        "https://rss.csmonitor.com/feeds/politics",
        "https://rss.csmonitor.com/feeds/wam",
        "https://rss.csmonitor.com/feeds/commentary",
    ),
    sitemaps=("/sitemap-index.xml", "/sitemap-news-auto-1.xml"),
    article_url=r"^/[A-Za-z][^?]*?/(?P<year>(?:19|20)\d\d)/(?P<month>\d\d)(?P<day>\d\d)/[^/?]+",
    listing_url=r"^(?:/(?!About|content|extension|layout|search|Subscribe|var)[A-Z][\w-]*(?:/[A-Za-z][\w-]*){0,3})"
    r"(?:/\(view\)/all)?/?$",
    # Pages of unrendered template code are endless.
    ignore_url=r"%7[Bb]|\{|concat\(|/\(view\)/(?!all(?:$|/))|^/(?:About|content|extension|search|Subscribe|var)/",
    templates=TEMPLATES,
    expectations=Expectations(
        # Its front sections alone name more; agencies' and unsigned pieces have no author, and weekends bring little.
        min_listed=100,
        coverage={"authors": 70, "description": 80, "date_published": 98, "section": 90},
        newest_hours=96,
    ),
)


class CsmonitorSpider(NewsSpider):
    """csmonitor.com."""

    name = "csmonitor"
    site = CSMONITOR
