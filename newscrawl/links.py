"""Which links of a page are stories, lists of stories, next pages and feeds, and which box each stood in.

What a `Site` declares comes first, then rules that hold everywhere, then scores learned from links labelled by hand
(`link_model`): an address's form, the words, the place (`link_places`), and what the links beside it and those of the
same form look like. It owns nothing about fetching and never asks whether a link is known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urljoin, urlsplit

from newscrawl.dates import parse_date
from newscrawl.extract.page import Page
from newscrawl.extract.selectors import select_elements
from newscrawl.link_model import NO_WORDS, Address, Group, Scores, Words, decide, read_address, read_words, score
from newscrawl.link_places import BOX_TAGS, HEADINGS, Place, Places
from newscrawl.urls import LONGEST, canonical_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.html import HtmlElement
    from parsel import Selector

    from newscrawl.sites import DateOrder, Site

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
    """The most telling of the boxes it stood in: one of the site's own, ``recent_posts``, ``most_read``, ``related``,
    ``article_pages`` (the article's next page), ``pagination`` (the listing's next page), ``pages`` (its other pages),
    ``breadcrumb``, ``author``, ``tags``, ``body`` (in the article's text), ``section`` (the main column), ``aside``,
    ``nav``, ``header``, ``footer``, ``head`` (``<link>``)."""

    date: str | None = None
    """The day printed beside it, ISO 8601, where it can be read in one way only."""


# Of several boxes that hold one address the first here counts; a site's own boxes come before them all.
_VIA_ORDER = {
    via: rank
    for rank, via in enumerate(
        "recent_posts most_read related article_pages pagination pages breadcrumb author tags body section aside nav "
        "header footer head".split(),
        start=1,
    )
}
_FEED_TYPES = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json|text/rss", re.IGNORECASE)
_PAGE_TAIL = re.compile(r"[/_,.-]?(?:p|page|s)?(\d{1,4})(?:\.\w{3,5})?/?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
# Around what holds more than one story.
_ENDS = BOX_TAGS | {"body", "main"}
_HOST_END = re.compile(r"[/?#]")
_LONG_SLUG = 8
_PRINTED_DATE = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b"
    r"|\b\d{1,2}\.? ?[^\W\d_]{3,12}\.?,? \d{4}\b|\b[^\W\d_]{3,12}\.? \d{1,2},? \d{4}\b|\d{4}年\d{1,2}月\d{1,2}日"
)


@dataclass(slots=True, eq=False)
class Found:
    """One address, and all that the page says of it."""

    url: str
    address: Address
    elements: list[HtmlElement]
    places: list[Place]
    """Where each of the elements stands."""
    text: str = ""
    said: Words = NO_WORDS
    """What the text says."""
    rel: str = ""
    best: int = -1
    """Which of the elements has the fullest text; -1 without any."""
    kind: Kind | None = None
    """What is settled without scores."""
    via: str = ""
    features: tuple[str, ...] = ()
    """What is said of it besides by its address, its words and its place."""
    scores: Scores = (0.0, 0.0, 0.0)
    groups: Group = (0, 0, "")


def _text_of(element: HtmlElement) -> str:
    """Return the words of a link; those of its title, label or picture where it has no text."""
    inner = len(element)
    if not inner:
        text = element.text
        if text and (text := " ".join(text.split())):
            return text
    else:
        child = element[0]
        if inner == 1 and not len(child):
            text = " ".join([part for part in (element.text, child.text, child.tail) if part])
        else:
            text = " ".join(element.itertext())
        text = " ".join(text.split())
        if "{" in text and next(element.iter("style", "script"), None) is not None:
            scripts = set(element.iter("style", "script"))
            text = " ".join(
                " ".join(
                    p
                    for e in element.iter()
                    for p in ("" if e in scripts else e.text, e.tail if e is not element else "")
                    if p
                ).split()
            )
        if text:
            return text
    label = element.get("title") or element.get("aria-label")
    if not label and inner:
        image = next((e for e in element.iter() if e.tag in {"img", "svg"}), None)
        if image is not None:
            label = image.get("alt") or image.get("aria-label") or image.get("title")
    return " ".join(label.split()) if label else ""


def _absolute(href: str, base: str) -> str | None:
    """Return *href*, which is not empty and has no fragment, as an absolute http(s) address, or None."""
    plain = "/." not in href and ".." not in href
    if plain and href[0] == "/" and href[1:2] != "/":
        scheme, _, rest = base.partition("://")
        url = f"{scheme}://{_HOST_END.split(rest, maxsplit=1)[0]}{href}"
    elif plain and href.startswith(("https://", "http://")):
        url = href
    elif plain and href.startswith("//"):
        url = f"{base.partition(':')[0]}:{href}"
    else:
        try:
            url = urljoin(base, href)
        except ValueError:
            return None
        if not url.startswith(("https://", "http://")):
            return None
    if "[" in url:
        try:
            urlsplit(url)
        except ValueError:
            return None
    if " " in url or not url.isprintable():
        url = re.sub(r"[\t\r\n]", "", url).replace(" ", "%20")
    return url


@lru_cache(maxsize=4096)
def _read_href(href: str, base: str) -> tuple[str, Address] | None:
    """Return the address that *href* is on a page at *base*, and what it says; None where it is none."""
    url = _absolute(href, base)
    return None if url is None else (url, read_address(url))


def _collect(page: Page, places: Places, anchors: Iterable[HtmlElement]) -> dict[str, Found]:
    """Return the addresses that *anchors*, of the page, name, in their order."""
    base = page.base_url
    scheme, _, rest = base.partition("://")
    origin = f"{scheme}://{_HOST_END.split(rest, maxsplit=1)[0]}"
    found: dict[str, Found] = {}
    known: dict[str, Found | None] = {}
    place_of = places.of
    for element in anchors:
        href = element.get("href")
        if not href:
            continue
        if href in known:
            link = known[href]
        else:
            link = None
            stripped = href.strip().partition("#")[0]
            # What is relative to the host, or to nothing, means the same on all its pages.
            on = origin if stripped.startswith(("/", "https://", "http://")) else base
            if 0 < len(stripped) <= LONGEST and (read := _read_href(stripped, on)) is not None:
                url, address = read
                link = found.get(url)
                if link is None:
                    link = found[url] = Found(url, address, [], [])
            known[href] = link
        if link is None:
            continue
        text = _text_of(element)
        if link.best < 0 or len(text) > len(link.text):
            link.text, link.best = text, len(link.elements)
        link.elements.append(element)
        link.places.append(place_of(element))
        if rel := element.get("rel"):
            link.rel += f" {rel.lower()}"
    for link in found.values():
        link.said = read_words(link.text)
    return found


def _add_head_feeds(page: Page, found: dict[str, Found]) -> None:
    for href, element in page.links.get("alternate", ()):
        if _FEED_TYPES.search(element.get("type") or "") and href.startswith(("http://", "https://")):
            url = href.partition("#")[0]
            link = found.setdefault(url, Found(url, read_address(url), [], []))
            if not link.text:
                link.text = " ".join((element.get("title") or "").split())
                link.said = read_words(link.text)
            # An article's own feed is the feed of its comments.
            own = link.address.stem.startswith(f"{read_address(page.url).stem}/") and _is_story_address(page.url)
            link.kind, link.via = "other" if own or "comment" in url.lower() else "feed", "head"


def _is_story_address(url: str) -> bool:
    form = read_address(url).form
    return form.slug == "5+" or ("date" in form.features and form.slug in {"3", "4"})


def _is_article_page(page: Page) -> bool:
    pattern = page.site.article_pattern if page.site else None
    if pattern is not None:
        return pattern.search(_path_and_query(canonical_url(page.url, page.site))) is not None
    types = [t.lower() for t in page.meta("og:type")]
    if types and "article" not in types[0]:
        return False
    if types or "article:published_time" in page.metas or _is_story_address(page.url.partition("#")[0]):
        return True
    # A listing can describe many stories; a story's page describes one.
    return sum(str(data.get("@type")).endswith(("Article", "BlogPosting")) for data in page.json_ld) == 1


def _path_and_query(url: str) -> str:
    rest = url.partition("://")[2]
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else "/"


def _declared_pages(page: Page) -> dict[str, int]:
    """Return the addresses that the site's templates call the article's next page, with the rank of their selector."""
    declared: dict[str, int] = {}
    for template in page.site.templates if page.site else ():
        for rank, selector in enumerate(template.next_page):
            for element in select_elements(page, selector):
                if href := element.get("href"):
                    declared.setdefault(page.absolute(href).partition("#")[0], rank)
    return declared


def _mark_pages(page: Page, found: dict[str, Found], own: Address, *, is_article: bool) -> None:
    """Give the page's next page, and its others, their kind and box."""
    here = own.page if own.page is not None else 0
    addresses = _first_pages(own)
    head_next = {url.partition("#")[0] for url, _ in page.links.get("next", ())}
    declared = _declared_pages(page)
    numbered: list[tuple[int, Found]] = []
    following: list[Found] = []
    for link in found.values():
        address = link.address
        if link.kind in {"feed", "other"} or (address.stem == own.stem and address.query == own.query):
            continue
        direction = link.said.direction
        in_pages = any(place[0].via == "pages" for place in link.places)
        is_next = (
            direction == "next" or link.url in head_next or (link.rel != "" and "next" in link.rel.split())
        ) and direction != "previous"
        number = _page_number(address, addresses, link.text, is_paging=is_next or in_pages)
        if number is not None:
            if not (number == here or (link.text == "1" and own.page is None)) or is_next:
                numbered.append((number, link))
                if is_next and (number > here or own.page is None):
                    following.append(link)
        elif link.url in declared:
            if declared[link.url] == 0 and direction != "previous":
                following.insert(0, link)
                numbered.append((here + 1, link))
        elif is_article or address.domain != own.domain:
            continue
        elif is_next and (in_pages or "next" in link.rel.split() or link.url in head_next):
            numbered.append((here + 1, link))
            following.append(link)
        elif in_pages and link.text.isdigit() and len(link.text) < 5:
            numbered.append((int(link.text), link))
    if not following:
        following = [link for number, link in sorted(numbered, key=_number_of) if number > here][:1]
    for _, link in numbered:
        if is_article:
            link.kind, link.via = (
                ("next_page" if link is following[0] else "other") if following else "other",
                "article_pages",
            )
        else:
            link.kind, link.via = "next_page", "pagination" if following and link is following[0] else "pages"
    for url in sorted(head_next - found.keys()):
        link = Found(url, read_address(url), [], [])
        if not following and url.startswith(("http://", "https://")) and link.address.unpaged in addresses:
            link.kind, link.via = "next_page", "article_pages" if is_article else "pagination"
            found[url] = link
            following.append(link)


def _first_pages(own: Address) -> set[str]:
    """Return the addresses, without scheme, that the first page of what *own* is a page of can have."""
    return {own.unpaged, own.stem if not own.query else f"{own.stem}?{own.query}"}


def _number_of(numbered: tuple[int, Found]) -> int:
    return numbered[0]


def _page_number(address: Address, own: set[str], text: str, *, is_paging: bool) -> int | None:
    """Return the number of the page of the *own* listing or article that *address* is, or None."""
    if address.unpaged in own:
        return address.page if address.page is not None else 1
    if not (is_paging or text.isdigit()):
        return None
    for stem in own:
        if address.stem.startswith(stem) and (match := _PAGE_TAIL.fullmatch(address.stem[len(stem) :])):
            return int(match[1])
    return None


_MOST_DECLARED = 4096


def _declared_kind(link: Found, site: Site, page_domain: str) -> Kind | None:
    """Return what the site's declaration says of an address; most stand on many of its pages."""
    known = site.kinds_of_addresses
    key = (link.url, page_domain)
    if key not in known:
        if len(known) >= _MOST_DECLARED:
            known.clear()
        known[key] = _kind_by_declaration(link, site, page_domain)
    return cast("Kind | None", known[key])


def _kind_by_declaration(link: Found, site: Site, page_domain: str) -> Kind | None:
    text = _path_and_query(canonical_url(link.url, site))
    if site.ignore_pattern and (
        site.ignore_pattern.search(text) or site.ignore_pattern.search(_path_and_query(link.url))
    ):
        return "other"
    host = link.url.partition("://")[2].partition("/")[0].partition("?")[0].lower()
    if host not in site.all_hosts and _path_host(text, link.url, site) not in site.all_hosts:
        return "feed" if link.address.is_feed and link.address.domain == page_domain else "other"
    if link.address.is_junk:
        return "other"
    if site.article_pattern and site.article_pattern.search(text):
        return "article"
    if site.listing_pattern and site.listing_pattern.search(text):
        return "listing"
    return None


def _path_host(text: str, url: str, site: Site) -> str:
    """Return the host that the canonical form of *url* has: mobile hosts become the usual one."""
    canonical = canonical_url(url, site)
    return canonical.partition("://")[2][: -len(text)] if text else ""


def _settled_kind(link: Found, own: set[str], names: set[str], homes: set[str]) -> Kind | None:
    """Return the kind that rules decide, whatever the publication."""
    address = link.address
    if address.domain not in own and address.domain.partition(".")[0] not in names:
        return "other"
    if not address.query and address.path in {"", "/"} and address.host in homes:
        return "listing"
    if address.is_feed or (link.said.is_feed and not address.is_junk):
        return "feed"
    if address.is_junk or ("ugc" in link.rel and "nofollow" in link.rel):
        return "other"
    return None


_TELLING = frozenset(
    "in:nav in:header in:footer in:main in:aside in:none via:related via:most_read via:recent_posts via:author "
    "via:tags at:heading at:teaser at:title at:li at:p at:kicker at:inline has:heading has:image host:other "
    "overlap=1".split()
)


_HEADED = HEADINGS | {"time"}


@dataclass(frozen=True, slots=True)
class _Around:
    """What the page as a whole says of its addresses."""

    host: str
    above: frozenset[str]
    shape: str
    below: Counter[str]
    hosts: Counter[str]


def _describe(link: Found, places: Places, around: _Around) -> None:
    """Give *link* its features, scores and groups."""
    if link.best < 0:
        return
    address, form, said, element = link.address, link.address.form, link.said, link.elements[link.best]
    setting, key, box = link.places[link.best]
    names = [f"cross:{form.slug}:{said.length}"]
    if len(link.elements) > 1:
        names.append("times=2" if len(link.elements) == 2 else "times=3+")
        if len({place[0].region for place in link.places}) > 1:
            names.append("in:many")
    if setting.may_be_inline and places.is_inline(element):
        names.append("at:inline")
    if len(element):
        inner = {e.tag for e in element.iter()}
        if not inner.isdisjoint(_HEADED):
            names.append("has:heading")
        if "img" in inner or "picture" in inner:
            names.append("has:image")
        if "svg" in inner:
            names.append("has:icon")
    if rel := link.rel:
        if "author" in rel:
            names.append("rel:author")
        if "tag" in rel or "category" in rel:
            names.append("rel:tag")
        if "nofollow" in rel:
            names.append("rel:nofollow")
    if overlap := len(set(said.tokens).intersection(form.tokens)):
        names.append(f"overlap={overlap if overlap < 4 else '4+'}")
        if said.tokens == form.tokens:
            names.append("overlap:equal")
    if address.host != around.host:
        names.append("host:other")
        names.append("host:rare" if around.hosts[address.host] < 3 else "host:common")
    if address.stem != address.host:
        if under := around.below.get(address.stem):
            names.append("under=1-2" if under < 3 else "under=3-9" if under < 10 else "under=10+")
        if address.stem in around.above:
            names.append("over:page")
        if around.shape and form.shape == around.shape:
            names.append("shape:page")
    if form.slug == "id":
        # Where the address has no words, the place and the picture weigh more.
        names += [f"id&{name}" for name in (*setting.features, *names) if name in _TELLING]
    link.features = tuple(names)
    (a, b, c), (d, e, f), (g, h, i), (x, y, z) = setting.scores, form.scores, said.scores, score(names)
    link.scores = (a + x + d + g, b + y + e + h, c + z + f + i)
    link.groups = (key, box, form.shape)


def all_features(link: Found) -> list[str]:
    """Return the names of all features of a described link, as the training needs them."""
    return [*link.address.form.features, *link.said.features, *link.places[link.best][0].features, *link.features]


def _settle(page: Page, found: dict[str, Found], own: Address, *, is_article: bool) -> None:
    """Give the links their kind where declaration or rules tell it."""
    stated = [read_address(url) for url in (*page.meta("og:url"), *(url for url, _ in page.links.get("canonical", ())))]
    domains = {own.domain, *(address.domain for address in stated if address.domain)}
    names = {domain.partition(".")[0] for domain in domains if "." in domain and not domain[0].isdigit()}
    homes = {own.host, *domains}
    for link in found.values():
        if link.kind is None and page.site is not None:
            link.kind = _declared_kind(link, page.site, own.domain)
        if link.kind is None:
            link.kind = _settled_kind(link, domains, names, homes)
    _mark_pages(page, found, own, is_article=is_article)
    if page.site is not None and page.site.closed:
        for link in found.values():
            link.kind = link.kind or "other"


def described(page: Page, places: Places) -> tuple[list[Found], bool]:
    """Return the links of *page*, settled or described for the scores; and whether it is an article."""
    found = _collect(page, places, page.tagged("a", "area"))
    is_article = _is_article_page(page)
    _add_head_feeds(page, found)
    own = read_address(page.url.partition("#")[0])
    _settle(page, found, own, is_article=is_article)
    if any(link.kind is None for link in found.values()):
        hosts = Counter([link.address.host for link in found.values()])
        above = [link.address.form.above[1:] for link in found.values() if link.kind != "other"]
        below = Counter(chain.from_iterable(above))
        around = _Around(own.host, frozenset(own.form.above), own.form.shape if is_article else "", below, hosts)
        for link in found.values():
            if link.kind is None:
                _describe(link, places, around)
    return list(found.values()), is_article


def _via(link: Found, places: Places, *, is_article: bool) -> str:
    """Return the most telling of the boxes that *link* stood in."""
    best, best_rank = "", 99
    for element, (setting, _, _) in zip(link.elements, link.places, strict=True):
        via = setting.name
        if not via:
            via = "body" if is_article and setting.may_be_inline and places.is_inline(element) else "section"
        rank = _VIA_ORDER.get(via, 0)
        if rank < best_rank:
            best, best_rank = via, rank
    return best or "head"


@lru_cache(maxsize=1024)
def _day(text: str, order: DateOrder | None, languages: tuple[str, ...]) -> str | None:
    parsed = parse_date(text, order=order, languages=languages)
    return parsed.day().isoformat() if parsed else None


def _date_in(
    item: HtmlElement, order: DateOrder | None, languages: tuple[str, ...], *, has_times: bool = True
) -> str | None:
    """Return the one day that *item*, a story's entry in a list, prints; None where it prints none or several."""
    for element in item.iter("time") if has_times else ():
        if (stated := element.get("datetime")) and (day := _day(stated.strip(), order, languages)):
            return day
    days = set()
    size = 0
    for piece in item.itertext():
        size += len(piece)
        if size > 1200:
            return None
        if 6 <= len(piece) < 80 and _DIGIT.search(piece):
            days |= {_day(" ".join(match.split()), order, languages) for match in _PRINTED_DATE.findall(piece)}
    return days.pop() if len(days) == 1 else None


def _entry_of(element: HtmlElement) -> list[HtmlElement]:
    """Return what can be the entry of a story in a list, *element* linking to it: itself and a few around it."""
    chain = [element]
    node = element.getparent()
    while node is not None and len(chain) < 6 and node.tag not in _ENDS:
        chain.append(node)
        node = node.getparent()
    return chain


def _date_links(page: Page, stories: Iterable[Found], asked: Iterable[Found]) -> dict[str, str]:
    """Return the days printed beside those of the *stories* that are *asked* for, by address."""
    owners: dict[HtmlElement, Found | None] = {}
    chains: dict[str, list[list[HtmlElement]]] = {}
    for link in stories:
        chains[link.url] = [_entry_of(element) for element in link.elements]
        for node in chain.from_iterable(chains[link.url]):
            owners[node] = link if owners.get(node, link) is link else None
    order = page.site.date_order if page.site else None
    language = (page.site.language if page.site else None) or page.root.get("lang") or ""
    languages = (language,) if re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)*", language) else ()
    has_times = bool(page.tagged("time"))
    dates: dict[str, str] = {}
    for link in asked:
        for entry in chains[link.url]:
            item = None
            for node in entry:
                if owners[node] is not link or len(node) > 12:
                    break
                item = node
            if item is not None and (day := _date_in(item, order, languages, has_times=has_times)):
                dates[link.url] = day
                break
    return dates


def classify_page(page: Page, places: Places | None = None) -> list[Link]:
    """Return the links of *page*, one an address, in the page's order.

    Addresses of no page (``mailto:``, ``javascript:``) and of places on the page itself are left out. Nothing in a page
    makes it raise.

    Args:
        page: the page.
        places: the page's, where they are known already.
    """
    places = places or Places.on(page)
    links, is_article = described(page, places)
    undecided = [link for link in links if link.kind is None]
    kinds = decide([link.scores for link in undecided], [link.groups for link in undecided])
    for link, kind in zip(undecided, kinds, strict=True):
        link.kind = cast("Kind", kind)
    for link in links:
        link.via = link.via or _via(link, places, is_article=is_article)
    stories = [link for link in links if _is_story(link)]
    dates = _date_links(page, stories, stories)
    return [Link(link.url, link.text, link.kind or "other", link.via, dates.get(link.url)) for link in links]


def _is_story(link: Found) -> bool:
    return link.kind == "article" and link.via != "body"


ONWARD_BOXES = frozenset({"recent_posts", "related"})
"""The boxes inside an article that name further articles of the same making."""


def _never(url: str) -> bool:
    return False


def onward_links(page: Page, is_seen: Callable[[str], bool] = _never) -> list[Link]:
    """Return the links by which a crawl goes on from an article's page: stories in `ONWARD_BOXES`, its next page.

    They are those of `classify_page`, at a fraction of the price where a declaration tells what addresses mean: most
    links of a page stand in its frame, or were seen before, and are not looked at.

    Args:
        page: the page of an article.
        is_seen: whether a story's address, absolute and without fragment, is to be left out.
    """
    places = Places.on(page)
    links = _settled_onward(page, places, is_seen) if page.site is not None else None
    if links is None and _may_go_on(page, places, is_seen):
        links = [link for link in classify_page(page, places) if _is_onward(link)]
    if links is None:
        return []
    return [link for link in links if link.kind != "article" or not is_seen(link.url)]


def _is_onward(link: Found | Link) -> bool:
    return (link.kind == "article" and link.via in ONWARD_BOXES) or (
        link.kind == "next_page" and link.via == "article_pages"
    )


def _is_absolute(href: str) -> bool:
    """Tell whether *href* is written in one way only: from the host's root, with nothing that is spelled otherwise.

    >>> _is_absolute("/a/b?c"), _is_absolute("https://example.org/a"), _is_absolute("a"), _is_absolute("/a/../b")
    (True, True, False, False)
    """
    return (
        href.startswith(("/", "https://", "http://"))
        and "/." not in href
        and ".." not in href
        and " " not in href
        and href.isprintable()
    )


def _in_boxes(page: Page, places: Places) -> set[HtmlElement]:
    """Return the links among which are all that stand in `ONWARD_BOXES`."""
    return {element for box in places.perhaps(ONWARD_BOXES, page) for element in box.iter("a", "area")}


def _slug_of(address: str) -> str:
    """Return the last part of an address's path, up to its first dot."""
    return address.partition("?")[0].rpartition("/")[2].partition(".")[0]


def _may_go_on(page: Page, places: Places, is_seen: Callable[[str], bool]) -> bool:
    """Tell whether a link of the page may be onward, which saves most pages the classification of all their links.

    It stands in what may be one of the boxes and was not seen, or it may be another page of the article.
    """
    own = read_address(page.url.partition("#")[0])
    pages: set[str] = set()
    if _is_article_page(page):
        if "next" in page.links or _declared_pages(page):
            return True
        pages = _first_pages(own)
    boxed = _in_boxes(page, places)
    slugs = {_slug_of(address) for address in pages}
    for element in page.tagged("a", "area"):
        href = (element.get("href") or "").strip().partition("#")[0]
        if not href:
            continue
        is_page = bool(pages) and (any(slug in href for slug in slugs) or not _is_absolute(href))
        if not is_page and element not in boxed:
            continue
        url = _absolute(href, page.base_url)
        if url is None:
            continue
        if element in boxed and not is_seen(url):
            return True
        if is_page:
            address = read_address(url)
            is_own = address.stem == own.stem and address.query == own.query
            if not is_own and _page_number(address, pages, "", is_paging=True) is not None:
                return True
    return False


def _tail(href: str) -> str:
    """Return the end of an address, which all ways of writing it share.

    >>> _tail("/a/story?b=c#d"), _tail("https://example.org/a/story/")
    ('story?b=c', 'story')
    """
    return href.partition("#")[0].rstrip("/").rpartition("/")[2]


def _settled_onward(page: Page, places: Places, is_seen: Callable[[str], bool]) -> list[Link] | None:
    """Return the onward links if they can be told without most others; else ``None``."""
    own = read_address(page.url.partition("#")[0])
    slug = _slug_of(own.unpaged)
    if len(slug) < _LONG_SLUG or not _is_article_page(page):
        return None
    hrefs = {element: (element.get("href") or "").strip() for element in page.tagged("a", "area")}
    boxed = [e for e in _in_boxes(page, places) if not is_seen(page.absolute(hrefs[e]).partition("#")[0])]
    # The same address elsewhere on the page says more of it.
    tails = {*(_tail(hrefs[element]) for element in boxed), *map(_tail, _declared_pages(page))}
    named = {element for element, href in hrefs.items() if _tail(href) in tails}
    beside = {element for story in named for element in _entry_of(story)[-1].iter("a", "area")}
    chosen = [
        element
        for element, href in hrefs.items()
        # What has the page's own words in its path can be another page of it, and so can what is relative.
        if href and (element in named or element in beside or slug in href.partition("?")[0] or not _is_absolute(href))
    ]
    found = _collect(page, places, chosen)
    _settle(page, found, own, is_article=True)
    if any(link.kind is None for link in found.values()):
        return None
    for link in found.values():
        link.via = link.via or _via(link, places, is_article=True)
    onward = [link for link in found.values() if _is_onward(link)]
    dates = _date_links(page, filter(_is_story, found.values()), filter(_is_story, onward))
    return [Link(link.url, link.text, link.kind or "other", link.via, dates.get(link.url)) for link in onward]


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
