"""What the documents show is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import default_settings

from newscrawl import settings
from newscrawl.settings_reference import entries, settings_page

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_declaration_shown_can_be_built() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/adding-a-site.md").read_text("utf-8"), re.DOTALL)
    namespace: dict[str, object] = {}
    exec(compile(block, "adding-a-site.md", "exec"), namespace)
    assert namespace["ExampleTimesSpider"].site is namespace["EXAMPLE_TIMES"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


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
