"""What the documents show is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newscrawl import settings

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


def test_every_setting_is_described() -> None:
    described = set(re.findall(r"`(NEWSCRAWL_\w+)`", (ROOT / "docs/settings.md").read_text("utf-8")))
    read = {
        name
        for path in (ROOT / "newscrawl").rglob("*.py")
        for name in re.findall(r"\"(NEWSCRAWL_[A-Z_]+)\"", path.read_text("utf-8"))
    }
    assert {name for name in dir(settings) if name.startswith("NEWSCRAWL_")} | read == described
