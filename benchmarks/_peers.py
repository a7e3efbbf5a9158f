"""The tools that the extraction benchmark compares with: each a function from a page to the benchmark's fields.

They are no requirement of the project; ``requirements-bench.txt`` installs them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

Reading = dict[str, Any]
"""Field to value: ``headline``, ``authors``, ``date``, ``description``, ``body``; absent: not read by it."""
Reader = Callable[[str, str], Reading]


class MissingPeerError(Exception):
    """A peer is not installed; the message says what to do."""


def _module(name: str, package: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPeerError(f"{package} is not installed ({error}): pip install -r requirements-bench.txt") from None


def _iso(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if value else None


def _trafilatura(**options: Any) -> Reader:
    module = _module("trafilatura", "trafilatura")

    def read(html: str, url: str) -> Reading:
        document = module.bare_extraction(html, url=url, with_metadata=True, include_comments=False, **options)
        if document is None:
            return {}
        authors = [name.strip() for name in (document.author or "").split(";") if name.strip()]
        return {
            "headline": document.title,
            "authors": authors,
            "date": document.date,
            "body": document.text,
        }

    return read


def _newspaper4k() -> Reader:
    module = _module("newspaper", "newspaper4k")

    def read(html: str, url: str) -> Reading:
        article = module.article(url, input_html=html, language="en")
        return {
            "headline": article.title,
            "authors": list(article.authors),
            "date": _iso(article.publish_date),
            "body": article.text,
        }

    return read


def _goose3() -> Reader:
    goose = _module("goose3", "goose3").Goose({"enable_image_fetching": False})

    def read(html: str, url: str) -> Reading:
        article = goose.extract(raw_html=html)
        return {
            "headline": article.title,
            "authors": list(article.authors),
            "date": _iso(article.publish_datetime_utc or article.publish_date),
            "body": article.cleaned_text,
        }

    return read


def _readability() -> Reader:
    document = _module("readability", "readability-lxml").Document
    parse = _module("lxml.html", "lxml").fromstring

    def read(html: str, url: str) -> Reading:
        found = document(html, url=url)
        text = "\n".join(" ".join(line.split()) for line in parse(found.summary()).itertext() if line.strip())
        return {"headline": found.short_title(), "body": text}

    return read


def _resiliparse() -> Reader:
    extract = _module("resiliparse.extract.html2text", "resiliparse").extract_plain_text
    parse = _module("resiliparse.parse.html", "resiliparse").HTMLTree.parse

    def read(html: str, url: str) -> Reading:
        tree = parse(html)
        return {
            "headline": tree.title,
            "body": extract(tree, main_content=True, alt_texts=False, links=False, comments=False),
        }

    return read


PEERS: dict[str, Callable[[], Reader]] = {
    "trafilatura": _trafilatura,
    "trafilatura-precise": lambda: _trafilatura(favor_precision=True),
    "newspaper4k": _newspaper4k,
    "goose3": _goose3,
    "readability": _readability,
    "resiliparse": _resiliparse,
}
"""Name to the maker of its reader; a maker raises `MissingPeerError`."""
