"""Peers' own readers of CC-NEWS, one a process: ``python _archive_peers.py fundus|news-please FOLDER OUT …``.

It runs in the peer's environment and imports nothing of this project. OUT gets a line ``[url, title, text]`` for
each article.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

Found = Iterator[tuple[str, str | None, str | None]]


def fundus(server: str, home: str) -> Found:
    """Read with `CCNewsCrawler`, which reads over HTTP alone, and the pages of publishers it has a parser for alone.

    The parser is written as Fundus's own are, for the templates of the demo newspaper.
    """
    from fundus import CCNewsCrawler  # noqa: PLC0415
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute  # noqa: PLC0415
    from fundus.parser.utility import (  # noqa: PLC0415
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from fundus.publishers.base_objects import Publisher, PublisherGroup  # noqa: PLC0415
    from fundus.scraping.url import RSSFeed  # noqa: PLC0415
    from lxml.cssselect import CSSSelector  # noqa: PLC0415

    class CourierParser(ParserProxy):  # type: ignore[misc]
        class V1(BaseParser):  # type: ignore[misc]
            _paragraph_selector = CSSSelector("div.eza-body > p, div.sBody p")

            @attribute  # type: ignore[untyped-decorator]
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(
                    self.precomputed.doc, paragraph_selector=self._paragraph_selector
                )

            @attribute  # type: ignore[untyped-decorator]
            def title(self) -> str | None:
                return next((h1.text_content().strip() for h1 in self.precomputed.doc.iter("h1")), None)

            @attribute  # type: ignore[untyped-decorator]
            def authors(self) -> list[str]:
                authors: list[str] = generic_author_parsing(self.precomputed.meta.get("author"))
                return authors

            @attribute  # type: ignore[untyped-decorator]
            def publishing_date(self) -> datetime | None:
                day: datetime | None = generic_date_parsing(self.precomputed.meta.get("article:published_time"))
                return day

    # It wants a source, which is not asked here, and a group.
    courier = Publisher(name="Courier", domain=home, parser=CourierParser, sources=[RSSFeed(f"{home}feed")])
    PublisherGroup("Bench", (), {"default_language": "en", "Courier": courier})
    crawler = CCNewsCrawler(
        courier,
        start=datetime(2024, 1, 1),  # noqa: DTZ001 (what it takes)
        end=datetime(2024, 1, 31),  # noqa: DTZ001
        processes=0,
        disable_tqdm=True,
        server_address=server,
    )
    for article in crawler.crawl(only_complete=False):
        yield article.html.requested_url, article.title, str(article.body) if article.body else None


def news_please(folder: str, name: str) -> Found:
    """Read with `CommonCrawlExtractor`, which takes a file that it would have downloaded, if that is there."""
    # It asks a bucket first; without this it looks for credentials on the network.
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    # Its modules import each other in a circle, which has to be entered here.
    from newsplease.crawler.commoncrawl_crawler import CommonCrawlExtractor  # noqa: PLC0415

    found: list[Any] = []
    CommonCrawlExtractor().extract_from_commoncrawl(
        name,
        found.append,
        callback_on_warc_completed=print,
        local_download_dir_warc=folder,
        delete_warc_after_extraction=False,
        continue_after_error=True,
        log_level=logging.CRITICAL,
    )
    for article in found:
        yield article.url, article.title, article.maintext


if __name__ == "__main__":
    peer, out, *rest = sys.argv[1:]
    lines = (json.dumps(found) for found in (fundus if peer == "fundus" else news_please)(*rest))
    Path(out).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
