"""What the documents show is what there is: every command and every example of theirs is run.

``pytest -s tests/test_docs.py`` lists the commands, with the reason beside each that is not run. The pages are followed
in the order in which they are read, in a copy of the project that all share: a later one needs what an earlier one did.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import pytest
from scrapy.settings import default_settings

from newscrawl import settings
from newscrawl.demo import Newspaper, serve, truth
from newscrawl.extensions import report
from newscrawl.settings_reference import entries, settings_page
from tests.deploying.server import environment
from tests.deploying.test_document import NOT_RUN as NOT_ON_A_SERVER
from tests.documents import Shell, steps
from tests.valkeys import free_port, serving

ROOT = Path(__file__).parent.parent
ORDER = (
    "README.md",
    "docs/first-crawl.md",
    "docs/article-fields.md",
    "docs/adding-a-site.md",
    "CONTRIBUTING.md",
    "docs/sites.md",
    "docs/updates-and-duplicates.md",
    "docs/politeness-and-law.md",
    "docs/reports.md",
    "docs/archives.md",
    "docs/deploying.md",
    "docs/data-pipelines.md",
    "docs/several-machines.md",
    "docs/settings.md",
    "docs/when-something-is-wrong.md",
    "docs/data-flow.md",
    "CHANGELOG.md",
)
PAGES = [name for name in ORDER if (ROOT / name).exists()]
RUN_ELSEWHERE = {
    "CONTRIBUTING.md": "tests/commands/test_newsite.py",
    "docs/deploying.md": "tests/deploying/test_document.py",
    "docs/data-pipelines.md": "tests/test_data_pipelines.py",
}

NOT_RUN = {
    "make test": "runs this test",
    "make check": "runs this test",
    "pip install -r requirements-archive.txt": "asks a package index",
    "pip install -r requirements-redis.txt": "asks a package index",
}
BEFORE = {
    # An archive from elsewhere, and nothing else.
    "docs/archives.md": """
        rm -rf data
        scrapy crawl news -a url=http://127.0.0.1:8971/ -a max_pages=40 -s NEWSCRAWL_WARC=1 -s NEWSCRAWL_DATA=elsewhere
        mkdir -p archives/2026 more && cp elsewhere/warc/*.warc.gz CC-NEWS-20260101000000-00001.warc.gz
        cp CC-NEWS-20260101000000-00001.warc.gz archives/2026/ && cp archives/2026/*.warc.gz more/""",
    # A page saved by hand.
    "docs/adding-a-site.md": """
        mkdir -p tests/fixtures/example_times/a-story
        curl -fsS https://www.example-times.com/a-story > tests/fixtures/example_times/a-story/page.html""",
}
"""What the reader of a page has at hand."""
QUICK = "-s AUTOTHROTTLE_ENABLED=0"
"""No newspaper of ours needs sparing."""


class Here(NamedTuple):
    """What stands here for what the pages name."""

    folder: Path
    newspaper: str
    story: str
    port: int
    redis: str

    @property
    def make(self) -> dict[str, str]:
        """Variables of the Makefile: a port that is free, and no pace that an own newspaper needs."""
        return {"PORT": f"{self.port} --crawl-delay 0 --slow-seconds 0.1", "ARGS": QUICK}

    def of(self, text: str) -> str:
        """Return *text* of a page with all that is different here: there is no network, only the bundled newspaper."""
        for there, here in (
            ("https://www.example-times.com/a-story", self.story),
            ("https://www.example-times.com/2026/03/12/a-story", self.story),
            ("https://www.example-times.com/", self.newspaper),
            ("sites=example.org,news.example.com", "sites=127.0.0.1"),
            ("https://www.example.org/ -s", f"{self.newspaper} -a max_pages=30 -s"),
            ('make crawl SPIDER=csmonitor ARGS="', f'make crawl ARGS="{QUICK} '),
            ("sections=/World/terrorism-security", "sections=/World/Ships-Shoals"),
            ("scrapy crawl csmonitor", f"scrapy crawl demo -a url={self.newspaper}"),
            ("scrapy crawl", f"scrapy crawl {QUICK}"),
            ("scrapy workers", f"scrapy workers {QUICK}"),
            ("DOWNLOAD_DELAY=1", "DOWNLOAD_DELAY=0.01"),
            ("http://127.0.0.1:8971/", self.newspaper),
            ("8971", str(self.port)),
            ("redis://redis.internal:6379/0", self.redis),
        ):
            text = text.replace(there, here)
        return text


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    home = tmp_path_factory.mktemp("documents")
    folder = home / "newscrawl"
    left_out = shutil.ignore_patterns(".*", "data", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=left_out)
    # What make needs not to install anything.
    (folder / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.suffix != ".stamp":
            (folder / ".venv" / path.name).symlink_to(path)
    for name in ("run", "dev"):
        (folder / ".venv" / f"{name}.stamp").touch()
    with (
        serve(Newspaper(size=150), port=0, crawl_delay=0.0, slow_seconds=0.1) as served,
        serving(home) as valkey,
    ):
        story = served.url + served.newspaper.stories[0].path.removeprefix("/")
        yield Here(folder, served.url, story, free_port(), f"redis://127.0.0.1:{valkey.port}/0")


class Command(NamedTuple):
    """One command of a page."""

    text: str
    printed: str | None
    """What the page shows below it, if anything."""
    fails: bool
    """Whether the comment behind it says so."""


def commands(page: str) -> Iterator[Command]:
    for step in steps((ROOT / page).read_text("utf-8")):
        lines = re.findall(r"(?:.*\\\n)*.+", step.command) if step.printed is None else [step.command]
        for line in lines:
            text, comment = re.fullmatch(r"((?s:.*?))(?:(?:^|\s{2,})#(.*))?", line).groups()  # type: ignore[union-attr]
            if text.strip():
                yield Command(text.strip(), step.printed or None, (comment or "").strip().startswith("fails"))


def fits(printed: str, shown: str) -> bool:
    """Say whether *printed* is what a page shows: "…" stands for any text, and lines may be folded differently.

    >>> fits("2 new; written to data/x.jsonl", "2 new;\\n  written to …"), fits("3 new", "2 new")
    (True, False)
    """
    parts = (re.escape(" ".join(part.split())) for part in shown.split("…"))
    return re.fullmatch(".*".join(parts), " ".join(printed.split())) is not None


@pytest.mark.parametrize("page", [page for page in PAGES if page not in RUN_ELSEWHERE])
def test_every_command_does_what_the_page_shows(page: str, here: Here) -> None:
    told = [f"\n{page}"]
    shell = Shell(here.folder, environment(here.folder.parent, **here.make))
    try:
        code, printed = shell.run(here.of(BEFORE.get(page, "true")))
        assert code == 0, printed
        for command in commands(page):
            if reason := NOT_RUN.get(command.text):
                told.append(f"not run ({reason}): {command.text}")
                continue
            began = monotonic()
            code, printed = shell.run(here.of(command.text))
            told.append(f"{monotonic() - began:5.1f} s  {command.text}")
            assert (code != 0) == command.fails, f"{page}: {command.text}: exit code {code}\n{printed}"
            if command.printed is not None:
                assert fits(printed, here.of(command.printed)), f"{page}: {command.text}\n{printed}"
    finally:
        shell.close()
        print("\n".join(told))


@pytest.mark.parametrize("page", RUN_ELSEWHERE)
def test_the_other_pages_are_run_elsewhere(page: str) -> None:
    source = (ROOT / RUN_ELSEWHERE[page]).read_text("utf-8")
    assert page in source
    reasons = NOT_RUN | NOT_ON_A_SERVER
    lines = [line for step in steps((ROOT / page).read_text("utf-8")) for line in step.command.strip().splitlines()]
    told = [
        f"not run ({reasons[key]}): {line}" if (key := line.partition("  #")[0].strip()) in reasons else line
        for line in lines
    ]
    print("\n        ".join([f"\n{page}, run by {RUN_ELSEWHERE[page]}", *told]))


def test_what_is_not_run_stands_somewhere() -> None:
    shown = {command.text for page in PAGES for command in commands(page)}
    assert NOT_RUN.keys() - shown == set()


def test_the_line_that_the_readme_shows_is_written() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    shown = json.loads(block)
    (line,) = (line for line in truth(Newspaper(), "http://127.0.0.1:8971/") if line["id"] == shown["id"])
    both = shown.keys() & line.keys()
    assert len(both) > 10
    assert [
        name for name in both if not fits(json.dumps(line[name]), json.dumps(shown[name]).replace("\\u2026", "…"))
    ] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in RUN_ELSEWHERE])
def test_every_example_in_python_runs(page: str) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for block in blocks:
        exec(compile(block, page, "exec"), {"html": "<title>A story</title>"})


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page: str) -> None:
    """What has no language could hold a command that no test runs."""
    fences = re.findall(r"^```(.*)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    kinds = {fence.split(" ")[0] for fence in fences[::2]}
    assert kinds <= {"console", "sh", "python", "json", "text", "sql"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_every_page_begins_with_the_question_that_it_answers(page: str) -> None:
    question = re.match(r"(?:<!--.*-->\n\n)?# .*\n\n(?:.+\n)+", (ROOT / page).read_text("utf-8"))
    assert question
    assert "?" in question[0]


def test_every_page_is_followed() -> None:
    assert {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")} <= set(ORDER)


def test_the_readme_leads_to_every_page() -> None:
    found, new = set[str](), {"README.md"}
    while new:
        found |= new
        links = {
            (page, link) for page in new for link in re.findall(r"\]\(([^):#]+\.md)", (ROOT / page).read_text("utf-8"))
        }
        new = {os.path.normpath(Path(page).parent / link) for page, link in links} - found
    assert set(PAGES) - found == set()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for link, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)", text):
        target = (ROOT / page).parent / link if link else ROOT / page
        assert target.exists(), link
        if anchor:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def literals(message: ast.expr) -> list[str]:
    """Return the first words of those parts of a message that are always the same, of the telling ones if there are."""
    parts = [message] if isinstance(message, ast.Constant) else getattr(message, "values", [])
    texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    words = [piece.split()[:5] for text in texts for piece in re.split(r"%[\w.]*[a-z]", text)]
    telling = [each for each in words if len(each) > 2] or words
    return [text for each in telling if len(text := " ".join(each).strip(" :;,()").lower()) > 3]


def sentences() -> Iterator[list[str]]:
    """Yield, as `literals`, what runs tell a person of what went wrong."""
    tell = {"warning", "error", "exception", "StoreError", "StoreFullError", "WriteError", "NoSiteError"}
    for path in (ROOT / "newscrawl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "func", None)
            if isinstance(node, ast.Call) and node.args and getattr(name, "attr", getattr(name, "id", "")) in tell:
                yield literals(node.args[0])
    yield from (literals(ast.Constant(sentence)) for sentence in report._STOPPED.values())


def test_what_goes_wrong_can_be_looked_up() -> None:
    page = " ".join((ROOT / "docs/when-something-is-wrong.md").read_text("utf-8").lower().split())
    told = [parts for parts in sentences() if parts]
    assert len(told) > 60
    assert [parts for parts in told if not any(part in page for part in parts)] == []


def test_the_page_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs/settings.md").read_text("utf-8") == settings_page(), (
        "run python -m newscrawl.settings_reference"
    )


def test_every_setting_is_described() -> None:
    described = {name: entry for entry in entries() for name in entry.names}
    assert [name for name, entry in described.items() if name.startswith("NEWSCRAWL_") and not entry.above] == []
    variables = {entry.variable for entry in described.values()}
    read = {
        name
        for path in (ROOT / "newscrawl").rglob("*.py")
        for name in re.findall(r"\"(NEWSCRAWL_[A-Z_]+)\"", path.read_text("utf-8"))
    }
    assert read - described.keys() - variables == set()


def test_settings_of_scrapys_are_there_because_they_differ() -> None:
    scrapys = [name for entry in entries() for name in entry.names if hasattr(default_settings, name)]
    assert len(scrapys) > 20
    assert [name for name in scrapys if getattr(default_settings, name) == getattr(settings, name)] == []
