"""How a spider's request travels from the worker that found it to the one that fetches it: as JSON, never as code."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from scrapy import Request
from scrapy.utils.request import request_from_dict

from newscrawl.items import Article, Discovery, Image
from newscrawl.spiders.base import Publication, Walk, publication_of
from newscrawl.store import Look, Source

if TYPE_CHECKING:
    from newscrawl.spiders.base import NewsSpider

_PLAIN = (str, int, float, bool, list, dict, type(None))


class ForeignRequestError(Exception):
    """A request that this worker can make nothing of: it has another list of sites, or is of another version."""


def once(request: Request) -> str:
    """Return what tells two requests of a crawl that are the same, whatever led to them."""
    kwargs = request.cb_kwargs
    name = getattr(request.callback, "__name__", str(request.callback))
    publication = publication_of(request)
    about = publication.name if publication else ""
    if (again := kwargs.get("again")) is not None and not kwargs.get("parts"):
        return f"again {again.id}"
    if (walk := kwargs.get("walk")) is not None:
        return f"{name} {about} {walk.root} {request.url if walk.pages else ''}"
    if "discovered" in kwargs and not kwargs.get("parts") and publication is not None:
        return f"article {publication.key(request.url)}"
    return f"{name} {about} {request.url}"


def encode(request: Request, spider: NewsSpider) -> bytes:
    """Return *request* as JSON."""
    values = request.to_dict(spider=spider)
    kept = {
        "url": values["url"],
        "callback": values["callback"],
        "errback": values["errback"],
        "priority": values["priority"],
        "headers": {
            name.decode("latin-1"): [value.decode("latin-1") for value in found]
            for name, found in values["headers"].items()
        },
        "meta": {name: value for name, value in request.meta.items() if isinstance(value, _PLAIN)},
        "cb_kwargs": {name: _flat(value) for name, value in request.cb_kwargs.items()},
    }
    return orjson.dumps(kept)


def decode(text: bytes, spider: NewsSpider) -> Request:
    """Return the request that `encode` made *text* of.

    Raises:
        ForeignRequestError: *spider* knows nothing of what it is about.
    """
    values = orjson.loads(text)
    publications = {publication.name: publication for publication in spider.publications}
    try:
        values["headers"] = {
            name: [one.encode("latin-1") for one in found] for name, found in values["headers"].items()
        }
        values["cb_kwargs"] = {name: _revived(name, value, publications) for name, value in values["cb_kwargs"].items()}
        return request_from_dict(values, spider=spider)
    except (KeyError, TypeError, ValueError) as error:
        raise ForeignRequestError(f"{values.get('url')}: {error}") from error


def _flat(value: Any) -> Any:
    if isinstance(value, Publication):
        return value.name
    if isinstance(value, Walk):
        return {
            "publication": value.publication.name,
            "root": value.root,
            "fresh_since": value.fresh_since,
            "listed": value.listed + len(value.shown),
            "pages": value.pages,
            "depth": value.depth,
            "source": asdict(value.source) if value.source else None,
            "named": value.named,
        }
    if isinstance(value, (Discovery, Look, Article)):
        return asdict(value)
    if isinstance(value, tuple):
        return [_flat(part) for part in value]
    return value


def _revived(name: str, value: Any, publications: dict[str, Publication]) -> Any:
    if value is None:
        return None
    if name == "publication":
        return publications[value]
    if name == "walk":
        source = value["source"]
        revived = Source(**{**source, "names": tuple(source["names"])}) if source else None
        return Walk(**{**value, "publication": publications[value["publication"]], "source": revived})
    if name == "discovered":
        return Discovery(**value)
    if name == "again":
        return Look(**value)
    if name == "parts":
        return tuple(_article(part) for part in value)
    return value


def _article(values: dict[str, Any]) -> Article:
    images = [Image(**image) for image in values["images"]]
    discovered = Discovery(**values["discovered"]) if values["discovered"] else None
    return Article(**{**values, "images": images, "discovered": discovered})
