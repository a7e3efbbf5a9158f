"""Other tools, as their documentation says: ``python peers.py TOOL URL OUT``.

It runs in the tool's own environment and imports nothing of the project. OUT gets a line of JSON for each article: its
``url``, ``headline``, ``date`` and ``body``.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

Found = Iterator[dict[str, Any]]


def _article(url: str, headline: Any, date: Any, body: Any) -> dict[str, Any]:
    day = date.isoformat() if isinstance(date, datetime) else date
    return {"url": url, "headline": headline, "date": day and str(day), "body": body}


def _in_sitemap(url: str) -> list[str]:
    def locations(address: str) -> list[str]:
        with urlopen(address) as answer:
            return re.findall(r"<loc>(.*?)</loc>", answer.read().decode())

    return [page for part in locations(f"{url}sitemap.xml") for page in locations(part)]


def trafilatura(url: str) -> Found:
    """`bare_extraction` of the sitemap's addresses: its own search and download want a site with a name."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    for address in _in_sitemap(url):
        with urlopen(address) as answer:
            page = answer.read()
        found = bare_extraction(page, url=address, with_metadata=True, include_comments=False)
        if found:
            yield _article(address, found.title, found.date, found.text)


def newspaper4k(url: str) -> Found:
    """``newspaper.build`` and its articles, with its own threads."""
    import newspaper  # noqa: PLC0415

    source = newspaper.build(url, memorize_articles=False, number_threads=8)
    source.download_articles()
    for article in source.articles:
        article.parse()
        yield _article(article.url, article.title, article.publish_date, article.text)


def news_please(url: str) -> Found:
    """``NewsPlease.from_urls`` with the sitemap's addresses: its crawlers want a site with a name."""
    from newsplease import NewsPlease  # noqa: PLC0415

    for address, article in NewsPlease.from_urls(_in_sitemap(url), request_args={"timeout": 10}).items():
        if article and getattr(article, "title", None):
            yield _article(address, article.title, article.date_publish, article.maintext)


def fundus(url: str) -> Found:
    """Its `Crawler` over the sitemap, with a parser as its own are, written for these templates."""
    from fundus import Crawler, Sitemap  # noqa: PLC0415
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute  # noqa: PLC0415
    from fundus.parser.utility import (  # noqa: PLC0415
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from fundus.publishers.base_objects import Publisher, PublisherGroup  # noqa: PLC0415
    from lxml.cssselect import CSSSelector  # noqa: PLC0415

    class CourierParser(ParserProxy):  # type: ignore[misc]
        class V1(BaseParser):  # type: ignore[misc]
            _paragraphs = CSSSelector("div.eza-body > p, div.eza-body > blockquote > p, div.eza-body > ul > li")
            _subheads = CSSSelector("div.eza-body > h2, div.eza-body > h3")

            @attribute  # type: ignore[untyped-decorator]
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(
                    self.precomputed.doc, paragraph_selector=self._paragraphs, subheadline_selector=self._subheads
                )

            @attribute  # type: ignore[untyped-decorator]
            def title(self) -> str | None:
                return next((h1.text_content().strip() for h1 in self.precomputed.doc.iter("h1")), None)

            @attribute  # type: ignore[untyped-decorator]
            def authors(self) -> list[str]:
                authors: list[str] = generic_author_parsing(self.precomputed.ld.bf_search("author"))
                return authors

            @attribute  # type: ignore[untyped-decorator]
            def publishing_date(self) -> datetime | None:
                day: datetime | None = generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))
                return day

    courier = Publisher(name="Courier", domain=url, parser=CourierParser, sources=[Sitemap(f"{url}sitemap.xml")])
    PublisherGroup("Bench", (), {"default_language": "en", "Courier": courier})
    for article in Crawler(courier, delay=0.0, ignore_robots=True).crawl(only_complete=False):
        body = str(article.body) if article.body else None
        yield _article(article.html.requested_url, article.title, article.publishing_date, body)


TOOLS = {"trafilatura": trafilatura, "newspaper4k": newspaper4k, "news-please": news_please, "fundus": fundus}

if __name__ == "__main__":
    tool, home, out = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in TOOLS[tool](home))
