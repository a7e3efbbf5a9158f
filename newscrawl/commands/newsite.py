"""``scrapy newsite``: looks at a site, and writes its declaration and its test."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.extract.page import Page
from newscrawl.fetching import StoppedError, fetch_rounds
from newscrawl.scaffold.cases import draft
from newscrawl.scaffold.cutting import cut, differences, texts_of
from newscrawl.scaffold.declaration import declare, source_of
from newscrawl.scaffold.mask import Mask
from newscrawl.scaffold.project import NoCheckoutError, Project
from newscrawl.scaffold.survey import NoSiteError, Survey
from newscrawl.sites import Site
from newscrawl.spiders.news import described_sites
from newscrawl.terminal import harmless

_MOST_BYTES = 400_000
"""Of a page that is kept: people read fixtures."""


@dataclass
class _Sample:
    """A page to keep."""

    name: str
    kind: str
    about: str
    page: Page
    seen_at: str
    html: bytes = b""


class Command(ScrapyCommand):
    """Looks at a site and writes ``spiders/<name>.py`` and the saved pages of its test."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR"}

    def syntax(self) -> str:
        """Return how it is called."""
        return "[options] <name> <URL of the home page>"

    def short_desc(self) -> str:
        """Return the line that ``scrapy`` shows."""
        return "Look at a news site and write its declaration and the pages of its test"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--force", action="store_true", help="overwrite the declaration and the saved pages")
        parser.add_argument("--dry-run", action="store_true", help="print the declaration and write nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Describe the site that *args* names; the exit code is 2 when it could not be."""
        if len(args) != 2:
            raise UsageError("give a name and an address: scrapy newsite example_times https://www.example-times.com/")
        name, url = args
        try:
            project = Project.here()
            self._check(project, name, url, force=opts.force or opts.dry_run)
            started = time.monotonic()
            survey = Survey(url if "://" in url else f"https://{url}", datetime.now(UTC))
            assert self.crawler_process is not None
            print(f"Looking at {harmless(survey.url)}, politely: this takes a minute or two …", file=sys.stderr)
            fetch_rounds(self.crawler_process, survey.rounds())
            site, remarks = declare(name, survey)
        except (NoCheckoutError, NoSiteError, StoppedError, ValueError) as error:
            print(f"newsite: {harmless(str(error))}", file=sys.stderr)
            self.exitcode = 2
            return
        remarks = [*survey.remarks, *remarks]
        source = source_of(site)
        if opts.dry_run:
            print(source, end="")
            samples = []
        else:
            samples = list(_samples(survey, site))
            remarks += _cut(samples, site)
            samples, heavy = _bounded(samples)
            remarks += heavy
            _write(project, site, source, samples, survey.now)
        for remark in remarks:
            print(f"  {harmless(remark)}", file=sys.stderr)
        seconds = time.monotonic() - started
        lines = len(source.splitlines())
        print(f"{name}: {survey.pages} pages in {seconds:.0f} s, a declaration of {lines} lines", file=sys.stderr)
        if samples:
            print(f"wrote {project.shown(project.spiders / name)}.py")
            for sample in samples:
                print(f"wrote {project.shown(project.fixtures / name / sample.name)}: {harmless(sample.seen_at)}")
            print(f"Next: compare what is read with the pages, and sign: scrapy review {name}")

    def _check(self, project: Project, name: str, url: str, *, force: bool) -> None:
        """Raise ValueError where nothing could be written in the end."""
        site = Site(name=name, url=url if "://" in url else f"https://{url}")
        assert self.crawler_process is not None
        file, folder = project.spiders / f"{name}.py", project.fixtures / name
        if name in {"base", "news", "archive", "demo"}:
            raise ValueError(f"{name!r} is one of the project's own spiders: choose another name")
        if force:
            return
        for path in (file, folder):
            if path.exists():
                raise ValueError(f"{project.shown(path)} is there already: choose another name, or add --force")
        if name in self.crawler_process.spider_loader.list():
            raise ValueError(f"there is a spider called {name!r} already: choose another name")
        if known := described_sites().get(urlsplit(site.url).netloc):
            raise ValueError(
                f"{site.url} is declared already, by the spider {known.name}: to describe it anew, add --force"
            )


def _samples(survey: Survey, site: Site) -> Iterator[_Sample]:
    names = {"listing"}
    for page, reading in survey.samples():
        section = "-".join(re.findall(r"[a-z0-9]+", (reading.article.section or "story").lower())) or "story"
        name = next(n for n in (section, *(f"{section}-{i}" for i in range(2, 99))) if n not in names)
        names.add(name)
        about = f"An article of the section {reading.article.section}." if reading.article.section else "An article."
        yield _Sample(name, "article", about, Page(page.selector, page.url, site), page.url)
    if survey.listing is not None:
        yield _Sample(
            "listing",
            "listing",
            "A section.",
            Page(survey.listing.selector, survey.listing.url, site),
            survey.listing.url,
        )


def _cut(samples: list[_Sample], site: Site) -> list[str]:
    """Cut the pages of *samples* down; return what could not be cut without reading otherwise."""
    keep = [site.publisher or "", *re.findall(r"[^\W\d_]+", site.article_url or "")]
    keep += [urlsplit(url).path for url in site.sections]
    keep += [label for host in site.all_hosts for label in host.split(".")]
    texts = [text for sample in samples for text in texts_of(sample.page)]
    lost: dict[str, list[str]] = {}
    for wide in (False, True):
        mask = Mask(keep, wide=wide)
        mask.learn(texts)
        lost.clear()
        for sample in samples:
            sample.html = cut(sample.page, mask)
            parts = differences(sample.page, sample.html, mask)
            pattern = site.article_pattern
            if sample.kind == "article" and pattern and not pattern.search(urlsplit(mask.address(sample.seen_at)).path):
                parts.append("address")
            if parts:
                lost[sample.name] = parts
        if not lost:
            break
    for sample in samples:
        sample.page = Page.of(sample.html, mask.address(sample.page.url), site)
    return [
        f"{name}: without the publisher's words its {', '.join(parts)} read otherwise; look at them closely"
        for name, parts in lost.items()
    ]


def _bounded(samples: list[_Sample]) -> tuple[list[_Sample], list[str]]:
    """Leave out pages that are too large, unless there would be none of their kind; return the rest, and remarks."""
    kept: list[_Sample] = []
    for sample in sorted(samples, key=_size):
        if len(sample.html) <= _MOST_BYTES or all(other.kind != sample.kind for other in kept):
            kept.append(sample)
    heavy = [f"{s.name}: {len(s.html) >> 10} KB of markup; cut it further" for s in kept if len(s.html) > _MOST_BYTES]
    return [sample for sample in samples if sample in kept], heavy


def _size(sample: _Sample) -> int:
    return len(sample.html)


def _write(project: Project, site: Site, source: str, samples: list[_Sample], now: datetime) -> None:
    folder = project.fixtures / site.name
    if folder.exists():
        shutil.rmtree(folder)
    file = project.spiders / f"{site.name}.py"
    file.write_text(source, encoding="utf-8")
    for sample in samples:
        case = folder / sample.name
        case.mkdir(parents=True)
        (case / "page.html").write_bytes(sample.html)
        draft(case, sample.page.url, sample.kind, now=now, about=sample.about, site=site)
