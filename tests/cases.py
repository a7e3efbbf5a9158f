"""Saved pages: a folder of a page and what must be read from it, ``fixtures/<spider>/<case>/``.

``page.html`` (and ``page2.html`` … for the article's further pages), ``meta.json`` and ``expected.json``. The meta
file holds ``url``, ``now`` (ISO 8601 with an offset), ``type`` (``article``, ``listing`` or ``refused``), ``about``
(what the case is there to show), ``reviewed``, and ``further``: the addresses of the further pages.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from newscrawl.article import join_pages, load_article
from newscrawl.extract.page import Page
from newscrawl.extract.refusal import refusal
from newscrawl.items import Article
from newscrawl.links import Link, classify_page
from newscrawl.sites import Site

FIXTURES = Path(__file__).parent / "fixtures"
# Made from other fields, or filled by the spider and the pipelines: tested where they are made.
DERIVED = frozenset(
    """
    id url content_hash word_count sources version previous_hash changed duplicate_of similarity discovered fetched_at
    job body_html
    """.split()
)
FIELDS = tuple(field.name for field in fields(Article) if field.name not in DERIVED)


@cache
def spiders() -> dict[str, Any]:
    """Return every spider class by its name."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["newscrawl.spiders"]}))
    return {name: loader.load(name) for name in loader.list()}


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def meta(self) -> dict[str, Any]:
        return self._json("meta.json")

    @cached_property
    def expected(self) -> dict[str, Any]:
        return self._json("expected.json")

    def _json(self, name: str) -> dict[str, Any]:
        data = json.loads((self.folder / name).read_text(encoding="utf-8"))
        assert isinstance(data, dict), f"{self.folder / name} must hold one JSON object"
        return data

    @cached_property
    def site(self) -> Site | None:
        """The site of the spider that the outer folder is named after; ``None`` for one that declares no site."""
        site = getattr(spiders()[self.folder.parent.name], "site", None)
        return site if isinstance(site, Site) else None

    @cached_property
    def page(self) -> Page:
        return Page.of((self.folder / "page.html").read_bytes(), self.meta["url"], self.site)

    @cached_property
    def article(self) -> Article:
        article = self.read(self.site)
        others = [
            load_article((self.folder / f"page{number}.html").read_bytes(), url, self.site, now=self.now)
            for number, url in enumerate(self.meta.get("further", ()), start=2)
        ]
        return join_pages(article, others) if others else article

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.meta["now"])

    def read(self, site: Site | None) -> Article:
        """Return the article of the first page, read with *site*."""
        return load_article((self.folder / "page.html").read_bytes(), self.meta["url"], site, now=self.now)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The article's fields as `expected.json` has them: pictures without their empty parts, the body in lines."""
        values = {name: value for name, value in asdict(self.article).items() if name in FIELDS}
        values["images"] = [{k: v for k, v in image.items() if v is not None} for image in values["images"]]
        values["body"] = values["body"].split("\n") if values["body"] else None
        return values

    @cached_property
    def links(self) -> list[Link]:
        return classify_page(self.page)

    @property
    def refused(self) -> str | None:
        return refusal(self.page)

    @cached_property
    def older(self) -> str | None:
        """The address that a listing's walk goes on to."""
        return next((link.url for link in self.links if link.kind == "next_page" and link.via == "pagination"), None)


def cases(site: str = "*") -> list[Case]:
    """Return the cases of *site*, or all, in the order of their names."""
    return [Case(path.parent) for path in sorted(FIXTURES.glob(f"{site}/*/page.html"))]
