"""`load_article`: a page in, an `Article` out; and the joining of an article's pages."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from parsel import Selector

from newscrawl.extract import Offers
from newscrawl.extract.candidates import Candidate
from newscrawl.extract.html import body_html
from newscrawl.extract.jsonld import article_object
from newscrawl.extract.language import language_candidates
from newscrawl.extract.page import Page
from newscrawl.extract.site import site_body
from newscrawl.extract.text import text_candidates
from newscrawl.items import Article
from newscrawl.loaders import ArticleLoader
from newscrawl.processors import clean_language, count_words
from newscrawl.sites import Site
from newscrawl.texts import bare, clean_text, fold
from newscrawl.urls import article_id, canonical_url

if TYPE_CHECKING:
    from tldextract import TLDExtract

    from newscrawl.extract.body import Body


@lru_cache(maxsize=1)
def _domains() -> TLDExtract:
    from tldextract import TLDExtract  # noqa: PLC0415 (it loads an HTTP client, for what is first asked of a page)

    # The suffix list that comes with the package; never the network, never a file.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def registered_domain(url: str) -> str:
    """Return the domain that *url*'s publisher registered; the host where there is none.

    >>> registered_domain("https://www.bbc.co.uk/news/1"), registered_domain("http://127.0.0.1:8971/a")
    ('bbc.co.uk', '127.0.0.1:8971')
    """
    return _registered(_split(url).netloc)


@lru_cache(maxsize=1024)
def _registered(host: str) -> str:
    return _domains()(host).top_domain_under_public_suffix or host.lower()


def content_hash(headline: str | None, body: str | None) -> str:
    """Return the SHA-256, hexadecimal, of headline and body, folded so that new dress is no new text.

    >>> content_hash("“Rain”", "It  rained.") == content_hash('"Rain"', "It rained.")
    True
    """
    return hashlib.sha256(f"{fold(headline or '')}\n{fold(body or '')}".encode()).hexdigest()


def _split(url: str) -> SplitResult:
    """Split an address; one that is none has no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _same_site(url: str, page: Page) -> bool:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return False
    if page.site is not None and parts.netloc.lower() in page.site.all_hosts:
        return True
    return registered_domain(url) == registered_domain(page.url)


def _names_article(url: str, page: Page) -> bool:
    """Tell whether *url*, which the page calls its own, can be an article's: neither home page nor section above it."""
    path, here = _split(url).path.rstrip("/"), _split(page.url).path.rstrip("/")
    if not path and not _split(url).query:
        return False
    if here.startswith(f"{path}/") and not _split(url).query:
        return canonical_url(url, page.site) == canonical_url(page.url, page.site)
    pattern = page.site.article_pattern if page.site else None
    if pattern is not None and pattern.search(here):
        return pattern.search(path) is not None
    return True


def _own_addresses(page: Page) -> Iterator[str]:
    """Yield the addresses that the page gives as its own, the most binding first."""
    for url, _ in page.links.get("canonical", ()):
        yield url
    for text in page.meta("og:url", "twitter:url", "al:web:url"):
        yield page.absolute(text)
    data = article_object(page)
    for key in ("mainEntityOfPage", "url"):
        value = data.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield page.absolute(value)


def _variants(page: Page) -> Iterator[str]:
    for url, _ in page.links.get("amphtml", ()):
        yield url
    for url, element in page.links.get("alternate", ()):
        if element.get("media") and not element.get("type") and not element.get("hreflang"):
            yield url
    for url, _ in page.links.get("shortlink", ()):
        yield url


def _addresses(page: Page) -> tuple[str, list[str]]:
    own = [url for url in _own_addresses(page) if _same_site(url, page) and _names_article(url, page)]
    canonical = canonical_url(own[0] if own else page.url, page.site)
    others = {page.url, *own, *(url for url in _variants(page) if _same_site(url, page))}
    return canonical, sorted(url.partition("#")[0] for url in others if url.partition("#")[0] != canonical)


def _publication_names(page: Page, publishers: Iterable[Candidate]) -> frozenset[str]:
    """Return what the publication is called: no author is, and no headline ends with it."""
    names = {clean_text(candidate.value) for candidate in publishers}
    domain = registered_domain(page.url)
    names |= {domain, domain.partition(".")[0], _split(page.url).netloc}
    if page.site:
        names |= {page.site.name.replace("_", " "), page.site.publisher or ""}
    return frozenset(names - {""})


def _languages(page: Page, found: Iterable[Candidate]) -> list[str]:
    tags = [clean_language(candidate.value) for candidate in found]
    if page.site and page.site.language:
        tags.insert(0, page.site.language)
    return list(dict.fromkeys(tag for tag in tags if tag))


def _offers(page: Page) -> Offers:
    """Return what *page* gives for every field, the text's included."""
    site = page.site
    offers = Offers(page)
    if site and site.publisher:
        offers.add_first("publisher", Candidate(site.publisher, "site"))
    if site and site.language:
        offers.add("language", Candidate(site.language, "site"))
    body = next(offers.of("body"), None)
    if body is None:
        read = _generic_body(page)
        body = Candidate([block.text for block in read.blocks], "markup")
        offers.add("body", body)
        if read.dek:
            offers.add("description", Candidate(read.dek, "markup"))
    paragraphs = _paragraphs(body)
    for field, values in text_candidates(paragraphs).items():
        offers.add(field, *values)
    if not _languages(page, offers.of("language")):
        offers.add("language", *language_candidates(paragraphs)["language"])
    return offers


def _generic_body(page: Page) -> Body:
    from newscrawl.extract.body import extract_body  # noqa: PLC0415 (a site with templates has no use for it)

    return extract_body(page)


def _loader_for(page: Page, offers: Offers, now: datetime | None = None) -> ArticleLoader:
    """Return the loader that knows what the *offers* of *page* are to be read with."""
    site = page.site
    zone = site.zone if site else None
    order = site.date_order if site else None
    dates: dict[str, Any] = {
        "now": now,
        "tz": zone,
        "order": order,
        "languages": _languages(page, offers.of("language")),
    }
    titles = frozenset(clean_text(candidate.value) for candidate in offers.of("headline"))
    return ArticleLoader(names=_publication_names(page, offers.of("publisher")), titles=titles, dates=dates)


def read_page(page: Page, *, now: datetime | None = None) -> tuple[Article, Offers, ArticleLoader]:
    """Return the article that *page* holds, what there was for its fields, and the loader that chose from it.

    Args:
        page: the page.
        now: as in `load_article`.
    """
    offers = _offers(page)
    loader = _loader_for(page, offers, now)
    loader.add_candidates({field: offers.of(field) for field in offers.fields()})
    article = loader.load_item()
    _settle_modified(article)
    _settle_section(article)
    article.url = page.url
    article.canonical_url, article.aliases = _addresses(page)
    article.id = article_id(article.canonical_url, page.site)
    article.site = page.site.name if page.site else registered_domain(page.url)
    _count(article)
    return article, offers, loader


def load_article(
    html: bytes | str | Selector | Page,
    url: str,
    site: Site | None = None,
    *,
    now: datetime | None = None,
    with_html: bool = False,
) -> Article:
    """Return the article that the page at *url* holds.

    Every field that the page does not give stays empty; whether there is an article at all is not decided here.

    Args:
        html: the page: bytes as received, text, or a `Selector` when it is parsed already.
        url: the address it was fetched from.
        site: what is known about its publication.
        now: the time of the crawl, aware; relative dates need it, and dates beyond it are refused.
        with_html: whether `Article.body_html` is wanted.
    """
    page = Page.of(html, url, site)
    article = read_page(page, now=now)[0]
    article.url = url
    if with_html and article.body:
        article.body_html = _html(article, page)
    return article


def _html(article: Article, page: Page) -> str:
    blocks = site_body(page) if article.sources.get("body") == "site" else _generic_body(page).blocks
    if [block.text for block in blocks] != (article.body or "").split("\n"):
        # Read from the page's data, or cleaned further: there is no markup to keep.
        return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in (article.body or "").split("\n"))
    return body_html(blocks, page.base_url)


def _paragraphs(body: Candidate) -> list[str]:
    value = body.value
    return value if isinstance(value, list) else str(value).splitlines()


def _settle_modified(article: Article) -> None:
    """Drop a date of modification that says no more than the date of publication."""
    if article.date_modified is None or article.date_published is None:
        return
    published, modified = (datetime.fromisoformat(text) for text in (article.date_published, article.date_modified))
    by_day = "T" not in article.date_published or "T" not in article.date_modified
    if by_day or (published.tzinfo is None) is not (modified.tzinfo is None):
        later = modified.date() > published.date()
    else:
        later = modified > published
    if not later:
        article.date_modified = None
        article.sources.pop("date_modified", None)


def _settle_section(article: Article) -> None:
    """Write a section that the page's data names by its address as the trail prints it.

    Where nothing else names one, the section is the trail's last.
    """
    section = article.section
    if not article.breadcrumbs or (section is not None and section != section.lower()):
        return
    same = next((crumb for crumb in article.breadcrumbs if section and _slug(crumb) == _slug(section)), None)
    article.section = same or article.breadcrumbs[-1]
    article.sources["section"] = article.sources["breadcrumbs"]


def _slug(text: str) -> str:
    return bare("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


def _count(article: Article) -> None:
    article.word_count = count_words(article.body)
    article.content_hash = content_hash(article.headline, article.body)


def join_pages(first: Article, others: Sequence[Article]) -> Article:
    """Return *first* with the text and pictures of its further pages, in order; *first* itself is changed.

    A paragraph, the dek or a picture that a page repeats from the pages before is not taken twice.
    """
    paragraphs = (first.body or "").splitlines()
    html = (first.body_html or "").splitlines()
    pictures = {image.url for image in first.images}
    for other in others:
        following = (other.body or "").splitlines()
        count = len(following)
        known = {fold(text) for text in paragraphs[-2:]} | {fold(first.description or ""), fold(first.headline or "")}
        while following and fold(following[0]) in known:
            following.pop(0)
        paragraphs += following
        # What a page repeats at its top are paragraphs, a line of HTML each.
        html += (other.body_html or "").splitlines()[count - len(following) :]
        for image in other.images:
            # What the data of a further page names is the article's picture again, in whatever size.
            if image.url not in pictures and other.sources.get("images") not in {"json-ld", "meta"}:
                pictures.add(image.url)
                first.images.append(image)
        first.corrections += [text for text in other.corrections if text not in first.corrections]
        aliases = {*first.aliases, *other.aliases, *([other.url] if other.url else [])}
        first.aliases = sorted(aliases - {first.canonical_url or ""})
    first.body = "\n".join(paragraphs) or None
    first.body_html = "\n".join(html) or None
    first.pages += len(others)
    _count(first)
    return first
