"""Adding a site as CONTRIBUTING.md walks through it, in a copy of the project; and what is refused."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.demo import GermanNewspaper, serve, truth
from newscrawl.demo.server import Served
from tests.crawls import ROOT

DOCUMENTED = "http://127.0.0.1:8972/"


@pytest.fixture(scope="module")
def served() -> Iterator[Served[GermanNewspaper]]:
    with serve(GermanNewspaper(), crawl_delay=0) as paper:
        yield paper


def _copy(folder: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "csmonitor", ".*")
    for name in ("newscrawl", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / "docs").mkdir()
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _copy(tmp_path_factory.mktemp("checkout"))


def run(project: Path, *arguments: str, answers: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NEWSCRAWL_DATA": str(project / "data"), "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=project,
        env=environment,
        input=answers,
        stdin=subprocess.DEVNULL if answers is None else None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _walk() -> list[tuple[list[str], str]]:
    """Return the commands of the walk with the words that stand behind them."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    shown = re.findall(r"^\$ ((?:scrapy|python -m pytest) [^#\n]+?)(?:\s+# (.*))?$", text, re.MULTILINE)
    return [(shlex.split(command.removeprefix("python -m ")), comment) for command, comment in shown]


def test_the_walk_through_contributing(project: Path, served: Served[GermanNewspaper]) -> None:
    ran = []
    for command, comment in _walk():
        arguments = [word.replace(DOCUMENTED, served.url) for word in command]
        done = run(project, *arguments)
        assert (done.returncode != 0) == comment.startswith("fails"), (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        ran.append(command[0] + " " + command[1])
    assert ran == [
        *("scrapy newsite", "pytest tests/test_saved_pages.py", "scrapy review", "scrapy review"),
        *("pytest tests/test_saved_pages.py", "scrapy verify", "scrapy list", "scrapy crawl"),
    ]
    source = (project / "newscrawl/spiders/bote.py").read_text("utf-8")
    assert 'publisher="Mühlenfurter Bote"' in source
    assert 'timezone="Europe/Berlin"' in source
    assert 'sections=("/politik", "/wirtschaft", "/lokales", "/kultur", "/sport", "/wissen"),' in source, (
        "and not those that they lead to"
    )
    assert 'article_url="^/(?:a|artikel|bilder|video)/[^/?]+"' in source
    assert re.search(r'verified="\d{4}-\d\d-\d\d"', source)
    metas = [json.loads(path.read_text("utf-8")) for path in project.glob("tests/fixtures/bote/*/meta.json")]
    assert len(metas) == 5
    assert {meta["reviewed_by"] for meta in metas} == {"Ada Rowntree"}
    words = {
        word
        for story in truth(served.newspaper, served.url)
        for word in re.findall(r"[^\W\d_]{12,}", story["headline"])
    }
    pages = "".join(path.read_text("utf-8") for path in project.glob("tests/fixtures/bote/*/page.html"))
    assert not [word for word in words if word in pages]


def test_what_is_there_is_not_overwritten(tmp_path: Path, served: Served[GermanNewspaper]) -> None:
    project = _copy(tmp_path)
    file = project / "newscrawl/spiders/bote.py"
    file.write_text("# mine\n", "utf-8")
    refused = run(project, "scrapy", "newsite", "bote", served.url)
    assert refused.returncode == 2
    assert "newscrawl/spiders/bote.py is there already: choose another name, or add --force" in refused.stderr
    shown = run(project, "scrapy", "newsite", "bote", served.url, "--dry-run")
    assert 'name="bote"' in shown.stdout, shown.stderr
    assert file.read_text("utf-8") == "# mine\n"
    assert not (project / "tests/fixtures/bote").exists()
    forced = run(project, "scrapy", "newsite", "bote", served.url, "--force")
    assert forced.returncode == 0, forced.stderr
    assert file.read_text("utf-8") == shown.stdout


def test_an_expectation_is_compared_edited_and_signed(tmp_path: Path) -> None:
    project = _copy(tmp_path)
    for name in ("2013-ui-author", "refused-login"):
        shutil.copytree(ROOT / "tests/fixtures/csmonitor" / name, project / "tests/fixtures/csmonitor" / name)
    case = project / "tests/fixtures/csmonitor/2013-ui-author"
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    (case / "meta.json").write_text(json.dumps(meta | {"reviewed": False}), "utf-8")
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    (case / "expected.json").write_text(json.dumps(expected | {"headline": "Another \x1b[2J one"}), "utf-8")

    seen = run(project, "scrapy", "review", "csmonitor", "2013-ui-author")
    assert seen.returncode == 1
    assert "1 of 1 not signed: 2013-ui-author" in seen.stderr
    assert f"read today: {expected['headline'][:20]}" in seen.stdout
    assert "\x1b" not in seen.stdout
    told = run(project, "scrapy", "review", "csmonitor", "2013-ui-author", "--json")
    headline = json.loads(told.stdout)["fields"]["headline"]
    assert (headline["met"], headline["read"], headline["source"]) == (False, expected["headline"], "site")

    (case / "expected.json").write_text(json.dumps(expected), "utf-8")
    signed = run(project, "scrapy", "review", "csmonitor", "--sign", "--by", "Ada Rowntree")
    assert signed.returncode == 0, signed.stderr
    after = json.loads((case / "meta.json").read_text("utf-8"))
    assert after == meta | {"reviewed": True, "reviewed_by": "Ada Rowntree"}


def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    project = _copy(tmp_path)
    cases = project / "tests/fixtures/csmonitor"
    for name in ("2013-ui-author", "2016-json-ld", "listing-2011-section"):
        shutil.copytree(ROOT / "tests/fixtures/csmonitor" / name, cases / name)
        meta = cases / name / "meta.json"
        meta.write_text(json.dumps(json.loads(meta.read_text("utf-8")) | {"reviewed": False}), "utf-8")
    expected = cases / "2013-ui-author" / "expected.json"
    right = expected.read_text("utf-8")
    expected.write_text(right.replace('"headline": "', '"headline": "Wrong '), "utf-8")
    leader, terminal = os.openpty()
    try:
        os.write(leader, b"edit\nsign\n\nsign\nAda Rowntree\nk\nq\n")
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "review", "csmonitor"],
            cwd=project,
            env={**os.environ, "VISUAL": "sed -i 's/Wrong //'"},
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(leader)
        os.close(terminal)
    assert done.returncode == 1, done.stderr
    assert expected.read_text("utf-8") == right
    signed = {
        path.parent.name: json.loads(path.read_text("utf-8")).get("reviewed_by") for path in cases.glob("*/meta.json")
    }
    assert signed == {"2013-ui-author": "Ada Rowntree", "2016-json-ld": None, "listing-2011-section": None}
    assert done.stdout.count("csmonitor/2013-ui-author ·") == 2, "what was edited is shown again"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("newsite", "The-Bote", "http://127.0.0.1:9/"), "name must be snake_case"),
        (("newsite", "bote", "ftp://127.0.0.1/"), "url must be an absolute http(s) address"),
        (("newsite", "news", "http://127.0.0.1:9/"), "'news' is one of the project's own spiders"),
        (("newsite", "gazette", "http://127.0.0.1:9/"), "http://127.0.0.1:9/ could not be fetched: connection refused"),
        (("newsite", "monitor", "www.csmonitor.com"), "is declared already, by the spider csmonitor"),
        (("newsite", "bote"), "give a name and an address"),
        (("review", "nobody"), "tests/fixtures/nobody holds no saved pages: make some with scrapy newsite"),
        (("review", "demo", "--sign"), "who signs? Add --by NAME"),
        (("review",), "name a spider, and a case if you like"),
        (("verify", "nobody"), "there is no spider called 'nobody'"),
        (("verify", "news"), "news declares no site: there is nothing to verify"),
        (("verify",), "name one spider"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(project: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(project, "scrapy", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_declaration_that_no_longer_holds_fails(tmp_path: Path, served: Served[GermanNewspaper]) -> None:
    project = _copy(tmp_path)
    (project / "newscrawl/spiders/bote.py").write_text(
        "from newscrawl.sites import Site\nfrom newscrawl.spiders.base import NewsSpider\n"
        f'BOTE = Site(name="bote", url="{served.url}", sections=("/politik", "/moved"), feeds=("/kontakt",),\n'
        '    sitemaps=("/sitemaps/news.xml", "/intern/"))\n'
        'class BoteSpider(NewsSpider):\n    name = "bote"\n    site = BOTE\n',
        "utf-8",
    )
    done = run(project, "scrapy", "verify", "bote", "--json", "--mark")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert {(check["what"], check["found"]) for check in told["checks"] if not check["ok"]} == {
        ("section", "status 404"),
        ("feed", "0 entries"),
        ("sitemap", "forbidden by robots.txt"),
    }
    assert told["articles"] == told["coverage"]["headline"] == 3
    assert "verified" not in (project / "newscrawl/spiders/bote.py").read_text("utf-8")


def test_list_stays_what_scrapyd_reads(project: Path) -> None:
    assert {"archive", "demo", "news"} <= set(run(project, "scrapy", "list").stdout.split("\n"))
    shown = run(project, "scrapy", "list", "-v").stdout
    assert "http://127.0.0.1:8971/" in shown
    assert re.search(
        r"unverified\s.*\n\d+ not yet held against their live sites: scrapy verify NAME --mark$",
        shown.rstrip(),
        re.DOTALL,
    )
