"""Saved pages: a folder of a page and what must be read from it, ``fixtures/<spider>/<case>/``.

``page.html`` (and ``page2.html`` … for the article's further pages), ``meta.json`` and ``expected.json``. The meta
file holds ``url``, ``now`` (ISO 8601 with an offset), ``type`` (``article``, ``listing`` or ``refused``), ``about``
(what the case is there to show), ``reviewed`` and ``reviewed_by``, and ``further``: the addresses of the further pages.
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

TYPES = ("article", "listing", "refused")
# Made from other fields, or filled by the spider and the pipelines: tested where they are made.
_DERIVED = frozenset(
    """
    id url content_hash word_count sources version previous_hash changed duplicate_of similarity discovered fetched_at
    job body_html
    """.split()
)
FIELDS = tuple(field.name for field in fields(Article) if field.name not in _DERIVED)
"""What an article's ``expected.json`` can hold; a field that it leaves out must be empty."""
_BOXES = frozenset({"recent_posts", "related", "article_pages", "pagination", "section"})


@cache
def spiders() -> dict[str, Any]:
    """Return every spider class by its name."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["newscrawl.spiders"]}))
    return {name: loader.load(name) for name in loader.list()}


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path
    declared: Site | None = None
    """The site to read it with; else that of the spider which the outer folder is named after."""

    def __str__(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def meta(self) -> dict[str, Any]:
        """What ``meta.json`` holds."""
        return self._json("meta.json")

    @cached_property
    def expected(self) -> dict[str, Any]:
        """What ``expected.json`` holds."""
        return self._json("expected.json")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            data = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{self.folder / name} is no JSON: {error}") from None
        if not isinstance(data, dict):
            raise ValueError(f"{self.folder / name} must hold one JSON object")  # noqa: TRY004 (a file's fault)
        return data

    @cached_property
    def site(self) -> Site | None:
        """The site to read it with; ``None`` for a spider that declares none."""
        site = self.declared or getattr(spiders().get(self.folder.parent.name), "site", None)
        return site if isinstance(site, Site) else None

    @cached_property
    def page(self) -> Page:
        """The (first) page."""
        return Page.of((self.folder / "page.html").read_bytes(), self.meta["url"], self.site)

    @cached_property
    def article(self) -> Article:
        """The article, its pages joined."""
        article = self.read(self.site)
        others = [
            load_article((self.folder / f"page{number}.html").read_bytes(), url, self.site, now=self.now)
            for number, url in enumerate(self.meta.get("further", ()), start=2)
        ]
        return join_pages(article, others) if others else article

    @property
    def now(self) -> datetime:
        """When it was saved."""
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
        """The links of the (first) page."""
        return classify_page(self.page)

    @property
    def refused(self) -> str | None:
        """Why the page is no article."""
        return refusal(self.page)

    @cached_property
    def older(self) -> str | None:
        """The address that a listing's walk goes on to."""
        return next((link.url for link in self.links if link.kind == "next_page" and link.via == "pagination"), None)

    def reading(self) -> dict[str, Any]:
        """Return what the project reads today, as ``expected.json`` would hold it."""
        read: dict[str, Any] = {}
        kind = self.meta["type"]
        if kind == "article":
            empty = asdict(Article())
            read = {name: value for name, value in self.fields.items() if value != empty[name]}
        if kind == "refused":
            read["refusal"] = self.refused
        else:
            links = [
                asdict(link) for link in self.links if link.via in _BOXES and link.kind in {"article", "next_page"}
            ]
            read["links"] = [{name: value for name, value in link.items() if value} for link in links]
        if kind == "listing":
            read["kinds"] = {"article": [link.url for link in self.links if link.kind == "article"]}
            read["older"] = self.older
        return read


def cases_in(fixtures: Path, site: str = "*") -> list[Case]:
    """Return the cases of *site*, or all, in the order of their names."""
    return [Case(path.parent) for path in sorted(fixtures.glob(f"{site}/*/page.html"))]


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write *data* as people read it."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def draft(
    folder: Path,
    url: str | None = None,
    kind: str | None = None,
    *,
    now: datetime,
    about: str = "",
    site: Site | None = None,
) -> None:
    """Write ``expected.json`` and ``meta.json`` of *folder* as the page is read today; they count as unreviewed.

    Args:
        folder: where ``page.html`` is.
        url: the page's address, where ``meta.json`` does not name it.
        kind: one of `TYPES`; else what ``meta.json`` says, else an article.
        now: when the page was saved, aware.
        about: what the case is there to show.
        site: what to read it with, where its spider is not there yet.

    Raises:
        ValueError: there is no page, or no address for it.
    """
    if not (folder / "page.html").is_file():
        raise ValueError(f"{folder} has no page.html: save the page there first")
    known = folder / "meta.json"
    meta = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    meta = {"about": about, "url": url, "now": now.isoformat(timespec="seconds"), "type": "article", **meta}
    meta |= {name: value for name, value in (("url", url), ("type", kind)) if value} | {"reviewed": False}
    meta.pop("reviewed_by", None)
    if not meta["url"]:
        raise ValueError(f"{known} names no url: give the page's address with --url")
    write_json(known, meta)
    write_json(folder / "expected.json", Case(folder, site).reading())


def sign(case: Case, name: str) -> None:
    """Say in the meta file of *case* that the person *name* has compared its expectation with the page."""
    write_json(case.folder / "meta.json", case.meta | {"reviewed": True, "reviewed_by": name})
