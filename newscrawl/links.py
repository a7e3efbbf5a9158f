"""Which links of a page are stories, lists of stories, next pages and feeds, and which box each stood in.

What a `Site` declares comes first, then rules that hold everywhere, then scores learned from links labelled by hand
(`link_model`): an address's form, the words, the place, and what the links beside it and of the same form look like.
It owns nothing about fetching and never asks whether a link is known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import unquote, urljoin

from newscrawl.extract.page import Page
from newscrawl.link_model import (
    KINDS,
    WEIGHTS,
    Address,
    Scores,
    probabilities,
    read_address,
    read_words,
    registered_domain,
    score,
)
from newscrawl.link_words import BOXES, FEED_WORDS, NEXT_WORDS, PAGE_ADDRESS, PREVIOUS_WORDS
from newscrawl.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement
    from parsel import Selector

    from newscrawl.sites import Site

Kind = Literal["article", "listing", "next_page", "feed", "other"]


@dataclass(frozen=True, slots=True)
class Link:
    """One address that a page links to."""

    url: str
    """Absolute, without a fragment, otherwise as written."""

    text: str
    """The fullest of the texts it is linked with; else the words of its title, label or picture."""

    kind: Kind
    """``article``, ``listing``, ``next_page``, ``feed`` or ``other``."""

    via: str
    """The box it stood in: one of the site's own, ``recent_posts``, ``most_read``, ``related``, ``article_pages``,
    ``pagination`` (the next page of a listing), ``pages`` (its other pages), ``breadcrumb``, ``tags``, ``author``, ``body``
    (in the article's text), ``section`` (the main column), ``aside``, ``nav``, ``header``, ``footer``, ``head``
    (``<link>``)."""

    date: str | None = None
    """The day printed beside it, ISO 8601, where it can be read in one way only."""


# How telling a box is: of several that hold one address, the first counts.
_VIA_ORDER = {
    via: rank
    for rank, via in enumerate(
        "recent_posts most_read related article_pages pagination pages breadcrumb author tags body section aside nav header "
        "footer head".split(),
        start=1,
    )
}
_TEMPLATE_CODE = re.compile(r"%7B|\{\{|\$\{|<%|%3C%|\{%|\[\[|%24%7B", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|zip|gz|rar|exe|apk|dmg|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp3|m4a|ogg|wav|mp4|m4v|mov|avi|"
    r"webm|m3u8?|ics|vcf|css|js|json|epub|mobi|woff2?)$",
    re.IGNORECASE,
)
_FEED_FILE = re.compile(r"\.(?:xml|rss|rdf|atom)$|/(?:feed|rss|atom)/?$", re.IGNORECASE)
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json|text/rss", re.IGNORECASE)
_INNER_ADDRESS = re.compile(r"=(?:https?(?::|%3a)(?:/|%2f){2}|(?:/|%2f)[\w%-]+(?:/|%2f)[\w%-]{8,})", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOX_TAGS = frozenset({"ul", "ol", "nav", "table", "aside", "footer", "header", "section", "dl", "menu", "form"})

_MARKS: dict[str, str] = {
    **dict.fromkeys("nav navi navbar navigation menu menus submenu megamenu topnav mainnav sitenav subnav navbox navlist "
                    "hamburger burger offcanvas dropdown flyout sidenav drawer menubar".split(), "@nav"),
    **dict.fromkeys("header masthead topbar sitehead pageheader banner".split(), "@header"),
    **dict.fromkeys("footer sitefooter pagefooter colophon bottom contentinfo footernav".split(), "@footer"),
    **dict.fromkeys("aside sidebar rail complementary rightcol marginal sidecol".split(), "@aside"),
    **dict.fromkeys("breadcrumb breadcrumbs breadcrumblist crumb crumbs".split(), "%breadcrumb"),
    **dict.fromkeys("pagination pager paging paginator pagenav pagenavi pagelinks pages pagenation".split(), "%pages"),
    **dict.fromkeys("author authors byline bylines autor autoren auteur autore autores".split(), "%author"),
    **dict.fromkeys("tags tag taglist tagcloud keywords topics hashtags etiquetas".split(), "%tags"),
    **dict.fromkeys("related relateds recirculation recirc similar recommended recommendations readmore morefrom".split(), "%related"),
    **dict.fromkeys("mostread mostpopular mostviewed popular trending meistgelesen bestseller".split(), "%most_read"),
    **dict.fromkeys("recentposts recententries latestposts".split(), "%recent_posts"),
    **dict.fromkeys("teaser teasers card cards story stories article headline promo item post entry tease".split(), "teaser"),
    **dict.fromkeys("title heading headline".split(), "title"),
    **dict.fromkeys("social share sharing follow sharebar socials".split(), "social"),
    **dict.fromkeys("login signin account user profile subscribe subscription paywall abo".split(), "account"),
    **dict.fromkeys("legal copyright imprint service services meta utility corporate company".split(), "legal"),
    **dict.fromkeys("category categories kicker eyebrow rubric section label channel overline roofline".split(), "kicker"),
    **dict.fromkeys("ad ads advert sponsored sponsor promoted outbrain taboola partner commercial".split(), "ad"),
    **dict.fromkeys("comment comments".split(), "comments"),
    **dict.fromkeys("button btn cta".split(), "button"),
    **dict.fromkeys("logo brand".split(), "logo"),
}  # fmt: skip
_PAIRS = {
    "most-read": "%most_read", "most-popular": "%most_read", "most-viewed": "%most_read", "recent-posts": "%recent_posts",
    "recent-entries": "%recent_posts", "latest-posts": "%recent_posts", "recent-articles": "%recent_posts",
    "latest-news": "%recent_posts", "read-more": "%related", "page-links": "%pages", "nav-links": "%pages",
    "page-numbers": "%pages", "page-nav": "%pages", "bread-crumb": "%breadcrumb",
}  # fmt: skip


@lru_cache(maxsize=8192)
def _marks(attributes: str) -> tuple[str | None, str | None, frozenset[str]]:
    """Return what class, id and role say: a region, a box, and other marks."""
    region = via = None
    marks = set()
    previous = ""
    for word in _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", attributes).lower()):
        mark = _PAIRS.get(f"{previous}-{word}") or _MARKS.get(word)
        if mark is not None:
            if mark[0] == "@":
                region = mark[1:]
            elif mark[0] == "%":
                via = via or mark[1:]
            else:
                marks.add(mark)
        previous = word
    return region, via, frozenset(marks)


class _Place(NamedTuple):
    """What is known of an element as a place for links."""

    region: str
    via: str
    key: int
    box: int
    marks: frozenset[str]
    article: bool


_NOWHERE = _Place("", "", 0, 0, frozenset(), False)
_INLINE_TAGS = frozenset({"p", "blockquote"})


class _Places:
    """The places of a page, each read once."""

    def __init__(self, named: Mapping[HtmlElement, str]) -> None:
        self.named = named
        self.known: dict[HtmlElement, _Place] = {}
        self.inline: dict[HtmlElement, bool] = {}

    def of(self, element: HtmlElement) -> _Place:
        """Return the place that *element* is."""
        known = self.known
        place = known.get(element)
        if place is not None:
            return place
        chain = []
        node: HtmlElement | None = element
        place = _NOWHERE
        while node is not None:
            found = known.get(node)
            if found is not None:
                place = found
                break
            chain.append(node)
            node = node.getparent()
        for node in reversed(chain):
            place = self._inside(node, place)
            known[node] = place
        return place

    def _inside(self, element: HtmlElement, outer: _Place) -> _Place:
        tag = element.tag
        get = element.get
        names = get("class") or ""
        identity = get("id")
        role = get("role")
        attributes = f"{names} {identity or ''} {role or ''}" if identity or role else names
        if itemtype := get("itemtype"):
            attributes += f" {itemtype.rpartition('/')[2]}"
        region, via, marks = _marks(attributes) if attributes else (None, None, frozenset())
        article = outer.article or tag == "article"
        if tag in _BOX_TAGS or tag in {"main", "article"}:
            if tag in {"nav", "aside", "footer", "header"} and not (article and tag in {"header", "footer"}):
                region = tag
            elif tag == "main":
                region = "main"
        if tag in {"body", "html"}:
            region = via = None
            marks = frozenset()
        elif region in {"header", "footer"} and article:
            region = None
        box = id(element) if tag in _BOX_TAGS or via else outer.box
        if region == "nav" and outer.region == "footer":
            region = None
        if outer.via in {"recent_posts", "most_read", "related"} and via in {"recent_posts", "most_read", "related"}:
            via = None
        if tag in _HEADINGS:
            marks |= {"heading"}
        elif tag in {"p", "li", "td", "figure", "figcaption", "time", "form", "button", "blockquote"}:
            marks |= {tag}
        if tag not in _BOX_TAGS:
            marks |= outer.marks
        return _Place(
            region or outer.region,
            self.named.get(element) or via or outer.via,
            hash((outer.key, tag, names)),
            box,
            marks,
            article,
        )

    def is_inline(self, element: HtmlElement) -> bool:
        """Tell whether a link in *element* stands amid running text."""
        node: HtmlElement | None = element
        for _ in range(4):
            if node is None:
                return False
            if node.tag in _INLINE_TAGS or node.tag == "li":
                found = self.inline.get(node)
                if found is None:
                    whole = sum(len(t) for t in node.itertext())
                    linked = sum(len(t) for a in node.iter("a") for t in a.itertext())
                    found = self.inline[node] = whole - linked > 60 and (node.tag != "li" or whole > 2 * linked)
                return found
            node = node.getparent()
        return False


class _Found:
    """One address and all its links on the page."""

    __slots__ = (
        "address", "best", "date", "elements", "features", "group", "kind", "places", "probability", "rel", "scores", "text",
        "url", "via",
    )  # fmt: skip

    def __init__(self, url: str) -> None:
        self.url = url
        self.text = ""
        self.elements: list[HtmlElement] = []
        self.best: HtmlElement | None = None
        self.rel = ""
        self.kind: Kind | None = None
        self.via = ""
        self.date: str | None = None


def _text_of(element: HtmlElement) -> str:
    """Return the words of a link."""
    if len(element) == 0:
        text = element.text
        if text and not text.isspace():
            return " ".join(text.split())
    else:
        text = " ".join(" ".join(element.itertext()).split())
        if text and "{" in text and next(element.iter("style", "script"), None) is not None:
            text = " ".join(
                " ".join(
                    t
                    for e in element.iter()
                    if isinstance(e.tag, str) and e.tag not in {"style", "script"}
                    for t in [e.text or ""]
                ).split()
            )
        if text:
            return text
    label = element.get("title") or element.get("aria-label")
    if not label and len(element):
        image = next(element.iter("img", "svg"), None)
        label = (image.get("alt") or image.get("aria-label") or image.get("title")) if image is not None else None
    return " ".join(label.split()) if label else ""


def _box_elements(page: Page) -> dict[HtmlElement, str]:
    """Return the containers that the site or a heading gives a box's name."""
    named: dict[HtmlElement, str] = {}
    for heading in page.root.iter("h2", "h3", "h4", "h5", "h6", "strong", "summary", "legend"):
        if heading.tag == "strong" and heading.getnext() is not None:
            continue
        text = heading.text if not len(heading) else " ".join(heading.itertext())
        if not text or len(text) > 200:
            continue
        name = _box_name(" ".join(text.split()))
        if name is None:
            continue
        node: HtmlElement | None = heading
        for _ in range(3):
            if node is None or node.getnext() is not None:
                break
            node = node.getparent()
        if node is None:
            continue
        for sibling in node.itersiblings():
            if sibling.tag in _HEADINGS or (sibling.tag == "p" and next(sibling.iter("a"), None) is None):
                break
            named[sibling] = name
    if page.site is not None:
        for name, selector in page.site.boxes.items():
            for container in _selected(page, selector):
                named[container] = name
    return named


@lru_cache(maxsize=2048)
def _box_name(text: str) -> str | None:
    """Return the name of the box that has *text* as its heading.

    >>> _box_name("Recent posts"), _box_name("Meistgelesen"), _box_name("Recent posts show a rise")
    ('recent_posts', 'most_read', None)
    """
    if len(text) > 60:
        return None
    return next((name for name, pattern in BOXES.items() if pattern.match(text)), None)


def _selected(page: Page, selector: str) -> list[HtmlElement]:
    found = page.selector.xpath(selector) if selector.startswith(("/", "./", "(")) else page.selector.css(selector)
    return [s.root for s in found if hasattr(s.root, "iter")]


def _absolute(href: str, base: str, origin: str, scheme: str) -> str | None:
    """Return *href* as an absolute http(s) address without fragment, or None."""
    if "#" in href:
        href = href.partition("#")[0]
    if not href:
        return None
    if href[0] == "/" and href[1:2] != "/" and "/." not in href:
        url = origin + href
    elif href.startswith(("https://", "http://")) and "/." not in href:
        url = href
    elif href.startswith("//") and "/." not in href:
        url = f"{scheme}:{href}"
    else:
        try:
            url = urljoin(base, href)
        except ValueError:
            return None
        if not url.startswith(("https://", "http://")):
            return None
    if not url.isprintable() or " " in url:
        url = re.sub(r"[\t\r\n]", "", url).replace(" ", "%20")
    return url


def _collect(page: Page) -> dict[str, _Found]:
    """Return the addresses that the page's anchors name, in the page's order."""
    base = page.base_url
    scheme, _, rest = base.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    origin = f"{scheme}://{host}"
    found: dict[str, _Found] = {}
    absolutes: dict[str, str | None] = {}
    for element in page.root.iter("a", "area"):
        href = element.get("href")
        if not href:
            continue
        if href in absolutes:
            url = absolutes[href]
        else:
            stripped = href.strip()
            url = None if not stripped or stripped[0] == "#" else _absolute(stripped, base, origin, scheme)
            absolutes[href] = url
        if url is None:
            continue
        link = found.get(url)
        if link is None:
            link = found[url] = _Found(url)
        text = _text_of(element)
        link.elements.append(element)
        if link.best is None or len(text) > len(link.text):
            link.text, link.best = text, element
        if rel := element.get("rel"):
            link.rel += f" {rel.lower()}"
    return found


def _own_domains(page: Page) -> set[str]:
    """Return the registered domains that the page says are its own."""
    hosts = [page.url, *page.meta("og:url"), *(url for url, _ in page.links.get("canonical", ()))]
    return {
        registered_domain(re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]) for url in hosts if "://" in url
    }


def _is_feed(link: _Found, address: Address) -> bool:
    if "comment" in link.url.lower():
        return False
    if _FEED_FILE.search(address.path):
        return "feedlike" in address.features or address.path.endswith((".rss", ".rdf", ".atom"))
    if "feedlike" in address.features and not any(f in address.features for f in ("slug=4", "slug=5-6", "slug=7+")):
        return True
    return len(link.text) < 32 and FEED_WORDS.search(link.text) is not None


_OWN_ARTICLE = re.compile(r"article", re.IGNORECASE)


def _is_article_page(page: Page) -> bool:
    pattern = page.site.article_pattern if page.site else None
    if pattern is not None:
        return pattern.search(_path_and_query(canonical_url(page.url, page.site))) is not None
    return any(_OWN_ARTICLE.search(t) for t in page.meta("og:type")) or "article:published_time" in page.metas


def _path_and_query(url: str) -> str:
    rest = url.partition("://")[2]
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else "/"


def _page_stem(url: str) -> tuple[str, int]:
    """Return *url* without its page mark, and the number of the page (1 where it has none).

    >>> _page_stem("https://example.org/world/page/3/")
    ('example.org/world', 3)
    >>> _page_stem("https://example.org/World/(offset)/20/(view)/all")
    ('example.org/World', 20)
    """
    rest = url.partition("://")[2].removeprefix("www.")
    match = PAGE_ADDRESS.search(rest)
    number = 1
    if match:
        number = int(match[1])
        rest = rest[: match.start()] + rest[match.end() :]
    rest = re.sub(r"/\(view\)/all", "", rest)
    rest = rest.rstrip("?&/")
    return rest.replace("?&", "?"), number


def _mark_pages(page: Page, found: dict[str, _Found], places: _Places, is_article: bool) -> None:
    """Give the page's next pages, and its others, their kind and box."""
    stem, number = _page_stem(page.url)
    # A page mark that is a part of the story's own address (``?p=123``) is none.
    plain = page.url.partition("://")[2].removeprefix("www.").rstrip("/")
    own = {stem, plain}
    numbered: list[tuple[int, _Found]] = []
    following: list[_Found] = []
    head_next = {url.partition("#")[0] for url, _ in page.links.get("next", ())}
    declared: set[str] = set()
    if page.site is not None:
        for template in page.site.templates:
            for selector in template.next_page:
                for element in _selected(page, selector):
                    if href := element.get("href"):
                        declared.add(page.absolute(href).partition("#")[0])
    for link in found.values():
        if link.kind is not None:
            continue
        text = link.text
        if link.url in declared:
            link.kind, link.via = "next_page", "article_pages"
            continue
        in_pages = any(places.of(e).via == "pages" for e in link.elements)
        link_stem, link_number = _page_stem(link.url)
        same = link_stem in own
        is_next = (
            "next" in link.rel.split()
            or link.url in head_next
            or (len(text) < 40 and NEXT_WORDS.search(text) is not None)
        )
        if PREVIOUS_WORDS.search(text) and not NEXT_WORDS.search(text):
            is_next = False
        if (
            same
            and link.url.partition("://")[2].removeprefix("www.").rstrip("/") != plain
            and (link_number != number or in_pages)
        ):
            numbered.append((link_number, link))
            if is_next and link_number > number:
                following.append(link)
        elif is_next and not is_article and (in_pages or "next" in link.rel.split() or link.url in head_next):
            numbered.append((link_number, link))
            following.append(link)
        elif in_pages and not is_article and text.isdigit() and len(text) < 5:
            numbered.append((int(text), link))
    if not following:
        later = [(n, link) for n, link in numbered if n > number]
        if later:
            following = [min(later, key=_number_of)[1]]
    for _, link in numbered:
        if is_article:
            link.kind, link.via = ("next_page" if link in following[:1] else "other"), "article_pages"
        else:
            link.kind, link.via = "next_page", "pagination" if link in following[:1] else "pages"
    for url in head_next:
        absolute = found.get(url)
        if absolute is None and _page_stem(url)[0] in own:
            link = found[url] = _Found(url)
            if not any(
                other.kind == "next_page" and other.via in {"article_pages", "pagination"} for other in found.values()
            ):
                link.kind, link.via = "next_page", "article_pages" if is_article else "pagination"
            else:
                link.kind, link.via = "other", "head"


def _number_of(numbered: tuple[int, _Found]) -> int:
    return numbered[0]


def _declared_kind(link: _Found, address: Address, site: Site) -> Kind | None:
    """Return what the site's declaration says of an address."""
    text = _path_and_query(canonical_url(link.url, site))
    if site.ignore_pattern and (
        site.ignore_pattern.search(text) or site.ignore_pattern.search(_path_and_query(link.url))
    ):
        return "other"
    if address.host not in site.all_hosts:
        return "feed" if _is_feed(link, address) and _same_publication(address.host, site) else "other"
    if site.article_pattern and site.article_pattern.search(text):
        return "article"
    if site.listing_pattern and site.listing_pattern.search(text):
        return "listing"
    return None


def _same_publication(host: str, site: Site) -> bool:
    domain = registered_domain(host)
    return any(registered_domain(own) == domain for own in site.all_hosts)


def _settled_kind(link: _Found, address: Address, own: set[str], names: set[str]) -> Kind | None:
    """Return the kind that rules decide, whatever the publication."""
    if _TEMPLATE_CODE.search(link.url):
        return "other"
    domain = registered_domain(address.host)
    if domain not in own and domain.partition(".")[0] not in names:
        return "other"
    if _is_feed(link, address):
        return "feed"
    if _FILE.search(address.path):
        return "other"
    if address.query and _INNER_ADDRESS.search("=" + address.query.partition("=")[2]):
        return "other"
    if "cdn-cgi" in address.path or "nofollow" in link.rel and "ugc" in link.rel:
        return "other"
    return None


def _prefixes(address: Address) -> list[str]:
    """Return the addresses above *address*: its host and the directories of its path."""
    host = address.host.removeprefix("www.")
    prefixes = []
    path = address.path.strip("/")
    while "/" in path:
        path = path.rpartition("/")[0]
        prefixes.append(f"{host}/{path}")
    return prefixes


def _describe(
    link: _Found, places: _Places, below: Counter[str], page_prefixes: set[str], page_shape: str, host: str
) -> None:
    """Give *link* its own features and scores."""
    address = link.address
    word_features, found_words, word_scores = read_words(link.text)
    element = link.best
    assert element is not None
    place = places.of(element)
    features = [f"in:{place.region or 'none'}"]
    if place.via:
        features.append(f"via:{place.via}")
    for mark in place.marks:
        features.append(f"at:{mark}")
    if place.article:
        features.append("at:article")
    if len(link.elements) > 1:
        features.append("times=2" if len(link.elements) == 2 else "times=3+")
    regions = {places.of(e).region for e in link.elements}
    if len(regions) > 1:
        features.append("in:many")
    if places.is_inline(element):
        features.append("at:inline")
    inner = {child.tag for child in element}
    if inner & _HEADINGS:
        features.append("has:heading")
    if "img" in inner or "picture" in inner or (inner and next(element.iter("img", "picture"), None) is not None):
        features.append("has:image")
    if inner and next(element.iter("svg"), None) is not None:
        features.append("has:icon")
    if inner and not inner & _HEADINGS and next(element.iter("h2", "h3", "h4", "time"), None) is not None:
        features.append("has:heading")
    rel = link.rel
    if rel:
        if "author" in rel:
            features.append("rel:author")
        if "tag" in rel or "category" in rel:
            features.append("rel:tag")
        if "nofollow" in rel:
            features.append("rel:nofollow")
    overlap = len(found_words & address.tokens)
    if overlap:
        features.append(f"overlap={overlap if overlap < 4 else '4+'}")
        if found_words == address.tokens:
            features.append("overlap:equal")
    bare_host = address.host.removeprefix("www.")
    if bare_host != host:
        features.append("host:other")
    stem = f"{bare_host}/{address.path.strip('/')}"
    if address.path.strip("/"):
        under = below.get(stem, 0)
        if under:
            features.append("under=1-2" if under < 3 else "under=3-9" if under < 10 else "under=10+")
        if stem in page_prefixes:
            features.append("over:page")
        if page_shape and address.shape == page_shape:
            features.append("shape:page")
    elif bare_host == host:
        features.append("home")
    link.features = features
    own = score(tuple(features))
    a, w = address.scores, word_scores
    link.scores = (own[0] + a[0] + w[0], own[1] + a[1] + w[1], own[2] + a[2] + w[2])
    link.group = (place.key, place.box, address.shape)


def all_features(link: _Found) -> list[str]:
    """Return the names of all features of a described link, for training."""
    return [*link.address.features, *read_words(link.text)[0], *link.features]


Group = tuple[float, float, float, float]
GROUPS = ("path", "box", "shape")


def group_sums(links: Iterable[_Found]) -> tuple[dict[object, Group], ...]:
    """Return per group of each sort: how many links, and the sums of their probabilities."""
    sums: tuple[dict[object, Group], ...] = ({}, {}, {})
    for link in links:
        a, b, c = link.probability
        for groups, key in zip(sums, link.group, strict=True):
            n, x, y, z = groups.get(key, (0.0, 0.0, 0.0, 0.0))
            groups[key] = (n + 1.0, x + a, y + b, z + c)
    return sums


def company(link: _Found, sums: tuple[dict[object, Group], ...]) -> list[float]:
    """Return what the other links of the link's groups look like: per group three numbers, 0 where it stands alone."""
    values: list[float] = []
    a, b, c = link.probability
    for groups, key in zip(sums, link.group, strict=True):
        n, x, y, z = groups[key]
        n -= 1.0
        if n < 0.5:
            values += (0.0, 0.0, 0.0)
            continue
        weight = 1.0 / (n + 1.0)
        third = n / 3.0
        values += ((x - a - third) * weight, (y - b - third) * weight, (z - c - third) * weight)
    return values


SECOND = tuple(f"{group}:{kind}" for group in GROUPS for kind in KINDS)


def _decide(links: list[_Found]) -> None:
    """Give each described link the kind that its own scores and its company's make likeliest."""
    for link in links:
        link.probability = probabilities(link.scores)
    sums = group_sums(links)
    second = [WEIGHTS.second.get(name, (0.0, 0.0, 0.0)) for name in SECOND]
    for link in links:
        a, b, c = link.scores
        for value, (x, y, z) in zip(company(link, sums), second, strict=True):
            if value:
                a += value * x
                b += value * y
                c += value * z
        link.kind = "article" if a >= b and a >= c else "listing" if b >= c else "other"


def _via(link: _Found, places: _Places, is_article: bool) -> str:
    """Return the most telling of the boxes that *link* stood in."""
    best, best_rank = "", 99
    for element in link.elements:
        place = places.of(element)
        via = place.via
        if via == "pages":
            via = ""
        if not via:
            if is_article and place.region in {"", "main"} and places.is_inline(element):
                via = "body"
            else:
                via = place.region if place.region not in {"", "main"} else "section"
        rank = _VIA_ORDER.get(via, 0)
        if rank < best_rank:
            best, best_rank = via, rank
    return best


def described(page: Page) -> tuple[list[_Found], list[_Found], _Places, bool]:
    """Return all links of *page*, those among them that only scores can tell, described, and where they stand."""
    places = _Places(_box_elements(page))
    found = _collect(page)
    is_article = _is_article_page(page)
    _add_head_feeds(page, found)
    own = _own_domains(page)
    names = {domain.partition(".")[0] for domain in own if "." in domain and not domain[0].isdigit()}
    site = page.site
    for link in found.values():
        address = link.address = read_address(link.url)
        if link.kind is None and site is not None:
            link.kind = _declared_kind(link, address, site)
        if link.kind is None:
            link.kind = _settled_kind(link, address, own, names)
    _mark_pages(page, found, places, is_article)
    open_links = [link for link in found.values() if link.kind is None]
    own_address = read_address(page.url.partition("#")[0])
    below: Counter[str] = Counter()
    for link in found.values():
        if link.kind != "other":
            link.address = read_address(link.url)
            below.update(_prefixes(link.address))
    page_prefixes = set(_prefixes(own_address))
    host = own_address.host.removeprefix("www.")
    for link in open_links:
        _describe(link, places, below, page_prefixes, own_address.shape if is_article else "", host)
    return list(found.values()), open_links, places, is_article


def _add_head_feeds(page: Page, found: dict[str, _Found]) -> None:
    for url, element in page.links.get("alternate", ()):
        if _FEED_TYPES.search(element.get("type") or "") and url.startswith(("http://", "https://")):
            url = url.partition("#")[0]
            title = " ".join((element.get("title") or "").split())
            link = found.setdefault(url, _Found(url))
            link.text = link.text or title
            if "comment" not in url.lower():
                link.kind, link.via = "feed", "head"


def classify_page(page: Page) -> list[Link]:
    """Return the links of *page*, one an address, in the page's order.

    Addresses of no page (``mailto:``, ``javascript:``) and of places on the page itself are left out; nothing in a page
    makes it raise.
    """
    links, undecided, places, is_article = described(page)
    _decide(undecided)
    return [
        Link(link.url, link.text, link.kind or "other", link.via or _via(link, places, is_article), link.date)
        for link in links
    ]


def classify_links(html: bytes | str | Selector, url: str, site: Site | None = None) -> list[Link]:
    """Return the links of the page *html* at *url*, one an address, in the page's order.

    >>> page = '<a href="/world/2024/05/07/a-story-of-some-length.html">A story of some length, told here</a>'
    >>> [(link.kind, link.url) for link in classify_links(page, "https://example.org/")]
    [('article', 'https://example.org/world/2024/05/07/a-story-of-some-length.html')]
    """
    return classify_page(Page.of(html, url, site))


def next_page(links: Iterable[Link]) -> Link | None:
    """Return the link to the next page of the listing or of the article that *links* stood on.

    >>> next_page([Link("https://example.org/world?page=2", "2", "next_page", "pagination")]).url
    'https://example.org/world?page=2'
    """
    return next(
        (link for link in links if link.kind == "next_page" and link.via in {"pagination", "article_pages"}), None
    )
