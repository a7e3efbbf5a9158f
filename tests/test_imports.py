"""Extraction works without Scrapy, in a notebook or a Spark job, and loads nothing heavy before it is needed."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import newscrawl.extract

MODULES = [
    "newscrawl.article",
    "newscrawl.dates",
    "newscrawl.feeds",
    "newscrawl.items",
    "newscrawl.links",
    "newscrawl.loaders",
    "newscrawl.processors",
    "newscrawl.sitemaps",
    "newscrawl.sites",
    "newscrawl.urls",
    *(f"newscrawl.extract.{module.name}" for module in pkgutil.iter_modules(newscrawl.extract.__path__)),
]
_BLOCK = "import sys\nfor name in ('scrapy', 'twisted'):\n    sys.modules[name] = None\n"
_PAGE = (
    "<html lang=en><title>Rain | Example</title><h1>Rain</h1><p class=byline>By Ada Rowntree</p>"
    "<time datetime=2024-05-07T10:00Z>May 7</time>" + "<p>It rained, and then it rained again, on all of us.</p>" * 5
)


def _run(code: str, *arguments: str) -> str:
    """Run *code* in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_pure_module_imports_without_scrapy() -> None:
    code = (
        _BLOCK
        + "import importlib\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\nprint(len(sys.argv) - 1)"
    )
    assert _run(code, *MODULES) == str(len(MODULES))


def test_the_block_works() -> None:
    with pytest.raises(AssertionError, match="scrapy"):
        _run(_BLOCK + "import newscrawl.spiders.base")


def test_a_page_is_read_without_scrapy() -> None:
    code = _BLOCK + (
        "from newscrawl.article import load_article\nfrom newscrawl.links import classify_links\n"
        "url = 'https://example.org/2024/05/07/rain'\narticle = load_article(sys.argv[1], url)\n"
        "links = classify_links('<a href=/2024/05/06/some-more-rain-is-coming>Some more rain is coming</a>', url)\n"
        "print(article.headline, article.authors, article.date_published, [link.url for link in links], sep='|')"
    )
    assert _run(code, _PAGE) == (
        "Rain|['Ada Rowntree']|2024-05-07T10:00:00+00:00|['https://example.org/2024/05/06/some-more-rain-is-coming']"
    )


@pytest.mark.parametrize(("date", "loaded"), [("2024-05-07T10:00Z", []), ("vor drei Tagen", ["dateparser"])])
def test_dateparser_is_imported_when_a_date_needs_it(date: str, loaded: list[str]) -> None:
    code = (
        "import sys\nfrom newscrawl.article import load_article\nfrom newscrawl.dates import parse_date\n"
        "from datetime import datetime, UTC\nload_article(sys.argv[1], 'https://example.org/rain')\n"
        "parse_date(sys.argv[2], now=datetime(2024, 5, 7, tzinfo=UTC), languages=['de'])\n"
        "print([name for name in ('dateparser', 'numpy') if name in sys.modules])"
    )
    assert _run(code, _PAGE, date) == str(loaded)


def test_the_package_itself_imports_nothing() -> None:
    assert _run("import sys\nbefore = set(sys.modules)\nimport newscrawl\nprint(len(set(sys.modules) - before))") == "1"
