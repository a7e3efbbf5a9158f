"""What a page's JSON-LD says about its article.

Publishers' JSON-LD is often broken: comments and CDATA around it, raw line ends inside strings, trailing commas, values
of the wrong type, HTML in texts. What can be read is read; nothing here raises on bad data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from newscrawl.extract.candidates import Candidate, Candidates, no_candidates
from newscrawl.extract.page import Page

SOURCE = "json-ld"

Data = dict[str, Any]

_LONGEST = 4_000_000
_MOST_OBJECTS = 2_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_VALUE_START = re.compile(r"[\[{]")
_MISSING_COMMA = re.compile(r"(?<=[}\]])(\s*)(?=\{)")

# schema.org types of what is an article, the most telling first: of a NewsArticle and a WebPage it is the former.
_ARTICLE_TYPES = {
    name: rank
    for rank, names in enumerate(
        (
            "newsarticle reportagenewsarticle opinionnewsarticle analysisnewsarticle backgroundnewsarticle "
            "reviewnewsarticle askpublicnewsarticle liveblogposting advertisercontentarticle satiricalarticle",
            "article blogposting report techarticle scholarlyarticle socialmediaposting medicalscholarlyarticle",
            "creativework claimreview review recipe discussionforumposting",
            "videoobject audioobject podcastepisode",
            "webpage itempage",
        )
    )
    for name in names.split()
}
_RICH = ("datePublished", "author", "articleBody", "headline", "dateModified", "image")


def _loads(text: str) -> Any:
    """Read JSON, mended where it is broken in the usual ways; None where it cannot be."""
    if len(text) > _LONGEST:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    if not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    mended = _MISSING_COMMA.sub(",", _TRAILING_COMMA.sub("", _BAD_ESCAPE.sub(r"\\\\", _CONTROL.sub(" ", text))))
    for attempt in (_CONTROL.sub(" ", text), mended):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _one_after_another(mended)


def _one_after_another(text: str) -> list[Any]:
    """Read the values of *text* where several stand behind each other, up to the first that cannot be read."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    at = 0
    while len(values) < _MOST_OBJECTS and (at := _next_value(text, at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values


def _next_value(text: str, at: int) -> int:
    found = _VALUE_START.search(text, at)
    return found.start() if found else -1


def _flatten(value: Any) -> Iterator[Data]:
    """Yield the objects of lists and graphs, level by level, a few levels deep: no page can exhaust it."""
    level = [value]
    for _ in range(6):
        following: list[Any] = []
        for entry in level:
            if isinstance(entry, list):
                following.extend(entry[:_MOST_OBJECTS])
            elif isinstance(entry, dict):
                graph = entry.get("@graph")
                if isinstance(graph, list | dict):
                    following.append(graph)
                if graph is None or len(entry) > 3:
                    yield entry
                following.extend(
                    entry[key]
                    for key in ("mainEntity", "mainEntityOfPage", "liveBlogUpdate")
                    if isinstance(entry.get(key), dict)
                )
        if not following:
            return
        level = following


def objects(page: Page) -> list[Data]:
    """Return the JSON-LD objects of *page*, graphs and lists flattened, in page order."""
    found: list[Data] = []
    for script in page.tagged("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        for data in _flatten(_loads(script.text)):
            found.append(data)
            if len(found) >= _MOST_OBJECTS:
                return found
    return found


def types_of(data: Data) -> list[str]:
    """Return the types of *data*, in small letters, without their namespace.

    >>> types_of({"@type": ["https://schema.org/NewsArticle", "Product"]})
    ['newsarticle', 'product']
    """
    return [
        re.split(r"[/:#]", name)[-1].strip().lower() for name in _listed(data.get("@type")) if isinstance(name, str)
    ]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first_text(value: Any, *keys: str) -> str | None:
    """Return the first text in *value*: itself, of a list, or under one of *keys* of an object."""
    for entry in _listed(value)[:20]:
        if isinstance(entry, str) and entry.strip():
            return entry
        if isinstance(entry, int | float) and not isinstance(entry, bool):
            return str(entry)
        if isinstance(entry, dict):
            for key in (*keys, "@value"):
                if (text := entry.get(key)) and isinstance(text, str) and text.strip():
                    return text
                if isinstance(text, list) and text and isinstance(text[0], str):
                    return text[0]
    return None


def _address_words(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).strip("/").lower()
    except ValueError:
        return ""


def article_object(page: Page) -> Data:
    """Return the object that describes the page's article, or an empty one; it is looked for once."""
    return page.article_data


def find_article(page: Page) -> Data:
    """Return the object that describes the page's article, or an empty one.

    Of several, the one whose address is the page's wins, then the one of the more telling type, then the fuller.
    """
    here = _address_words(page.url)
    best: tuple[tuple[int, int, int], Data] | None = None
    for data in page.json_ld:
        rank = min((_ARTICLE_TYPES[name] for name in types_of(data) if name in _ARTICLE_TYPES), default=None)
        if rank is None:
            continue
        addresses = (_first_text(data.get(key), "@id", "url") for key in ("mainEntityOfPage", "url", "@id"))
        same = bool(here) and any(_address_words(address) == here for address in addresses if address)
        fullness = sum(key in data for key in _RICH)
        key = (-rank if fullness else -9, int(same), fullness)
        if best is None or key > best[0]:
            best = (key, data)
    return best[1] if best else {}


def _author_names(value: Any, known: Mapping[str, Data]) -> Iterator[str]:
    """Yield the names of author entries; an entry that is only a reference (``{"@id": …}``) is looked up in *known*."""
    for entry in _listed(value)[:50]:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict):
            if "name" not in entry and isinstance(entry.get("@id"), str):
                entry = known.get(entry["@id"], entry)  # noqa: PLW2901
            types = types_of(entry)
            if types and "person" not in types and any(name.endswith("organization") for name in types):
                continue
            names = [name for name in _listed(entry.get("name")) if isinstance(name, str) and name.strip()]
            if not names:
                whole = " ".join(
                    str(entry[key]) for key in ("givenName", "familyName") if isinstance(entry.get(key), str)
                )
                names = [whole] if whole else []
            yield from names


def jsonld_author_names(page: Page, key: str = "author") -> list[str]:
    """Return the names of the article's authors; those of organisations are left out."""
    known = {entry["@id"]: entry for entry in page.json_ld if isinstance(entry.get("@id"), str) and "name" in entry}
    return list(_author_names(article_object(page).get(key), known))


def _texts(value: Any, *keys: str) -> list[str]:
    """Return the texts of a list, of an object's *keys*, or the text itself."""
    return [text for entry in _listed(value)[:200] if (text := _first_text(entry, *keys))]


def jsonld_images(value: Any) -> list[dict[str, Any]]:
    """Return image-like mappings for ``image`` in its forms: an address, an object, a list of them."""
    images: list[dict[str, Any]] = []
    for entry in _listed(value)[:50]:
        if isinstance(entry, str):
            images.append({"url": entry})
        elif isinstance(entry, dict):
            url = _first_text(entry.get("contentUrl") or entry.get("url") or entry.get("@id"))
            if url:
                images.append(
                    {
                        "url": url,
                        "width": entry.get("width"),
                        "caption": _first_text(entry.get("caption")) or _first_text(entry.get("description")),
                        "credit": _first_text(
                            entry.get("creditText") or entry.get("creator") or entry.get("author"), "name"
                        ),
                    }
                )
    return images


_LOGO_NAME = re.compile(
    r"(?:^|[-_.])(?:site|default)?logo(?:[-_.]?(?:\d+(?:x\d+)?|og|fb|facebook|twitter|social|share|sharing|default|square"
    r"|white|black|dark|light|image|big|large|small))*$",
    re.IGNORECASE,
)


def find_logos(page: Page) -> frozenset[str]:
    """Return the addresses of what the page's data calls a logo."""
    logos: set[str] = set()
    for data in page.json_ld:
        for holder in (data, *_listed(data.get("publisher"))[:3]):
            if isinstance(holder, dict):
                logos |= {page.absolute(image["url"]) for image in jsonld_images(holder.get("logo"))}
    return frozenset(logos)


def is_logo(page: Page, url: str) -> bool:
    """Tell whether the picture at *url* is the publication's logo: the page's data or the file's name calls it so."""
    if page.logos and page.absolute(url) in page.logos:
        return True
    name = re.split(r"[?#]", url, maxsplit=1)[0].rpartition("/")[2]
    return _LOGO_NAME.search(name.rpartition(".")[0] or name) is not None


def _trail(data: Data) -> list[str]:
    """Return the names of a BreadcrumbList, in the order of their positions."""
    entries: list[tuple[float, str]] = []
    for index, entry in enumerate(_listed(data.get("itemListElement"))[:50]):
        if not isinstance(entry, dict):
            continue
        name = _first_text(entry.get("name")) or _first_text(entry.get("item"), "name")
        try:
            position = float(entry.get("position", index))
        except (TypeError, ValueError):
            position = float(index)
        if name:
            entries.append((position, name))
    return [name for _, name in sorted(entries, key=_position)]


def _position(entry: tuple[float, str]) -> float:
    return entry[0]


def _is_free(data: Data) -> bool | None:
    """Read ``isAccessibleForFree`` in its spellings: booleans, texts, on the article or on its marked parts."""
    spellings = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    parts = [data, *(part for part in _listed(data.get("hasPart"))[:20] if isinstance(part, dict))]
    answers = [
        spellings[text]
        for part in parts
        if (text := str(part.get("isAccessibleForFree", "")).strip().lower().rpartition("/")[2]) in spellings
    ]
    if not answers:
        return None
    return all(answers)


def breadcrumb_trails(page: Page) -> Iterable[list[str]]:
    """Yield the page's BreadcrumbLists as lists of names, also those inside other objects."""
    for data in page.json_ld:
        for entry in (data, *_listed(data.get("breadcrumb"))):
            if isinstance(entry, dict) and "breadcrumblist" in types_of(entry) and (trail := _trail(entry)):
                yield trail


def jsonld_candidates(page: Page) -> Candidates:
    """Return what JSON-LD gives for the article's fields."""
    candidates = no_candidates()
    data = article_object(page)

    def give(field: str, value: Any) -> None:
        if value not in (None, "", []):
            candidates[field].append(Candidate(value, SOURCE))

    for trail in breadcrumb_trails(page):
        give("breadcrumbs", trail)
    if not data:
        return candidates
    give("headline", _first_text(data.get("headline")))
    give("headline", _first_text(data.get("name")))
    give("headline", _first_text(data.get("alternativeHeadline")))
    give("description", _first_text(data.get("description")))
    give("authors", jsonld_author_names(page))
    give("authors", jsonld_author_names(page, "creator"))
    give(
        "author_role",
        next(
            (t for a in _listed(data.get("author")) if isinstance(a, dict) and (t := _first_text(a.get("jobTitle")))),
            None,
        ),
    )
    give("dateline", _first_text(data.get("dateline")))
    give("date_published", _first_text(data.get("datePublished")))
    give("date_published", _first_text(data.get("dateCreated")))
    give("date_modified", _first_text(data.get("dateModified")))
    give("section", next(iter(_texts(data.get("articleSection"), "name")), None))
    give("keywords", _texts(data.get("keywords"), "name"))
    give("keywords", _texts(data.get("about"), "name"))
    give("images", [image for image in jsonld_images(data.get("image")) if not is_logo(page, image["url"])])
    give("images", jsonld_images(data.get("thumbnailUrl")))
    give("language", _first_text(data.get("inLanguage"), "alternateName", "name"))
    free = _is_free(data)
    give("paywalled", None if free is None else not free)
    give("corrections", _texts(data.get("correction"), "text"))
    give("comment_count", _first_text(data.get("commentCount")))
    give("publisher", _first_text(data.get("publisher"), "name") or _first_text(data.get("sourceOrganization"), "name"))
    return candidates
