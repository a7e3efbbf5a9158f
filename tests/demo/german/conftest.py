from __future__ import annotations

import pytest

from newscrawl.demo.german import GermanNewspaper
from newscrawl.demo.german.press import GermanPress
from newscrawl.demo.markup import Edition
from tests.demo.conftest import BASE


@pytest.fixture(scope="package")
def german() -> GermanNewspaper:
    """The German paper as it is; tests that alter it make their own."""
    return GermanNewspaper()


@pytest.fixture(scope="package")
def german_press(german: GermanNewspaper) -> GermanPress:
    return GermanPress(german, Edition(BASE, "http://localhost:8971"))
