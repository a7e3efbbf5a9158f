from __future__ import annotations

import pytest

from newscrawl.demo import Newspaper
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Press

BASE = "http://127.0.0.1:8971"


@pytest.fixture(scope="package")
def paper() -> Newspaper:
    """The newspaper as it is; tests that alter it make their own."""
    return Newspaper()


@pytest.fixture(scope="package")
def press(paper: Newspaper) -> Press:
    return Press(paper, Edition(BASE, "http://localhost:8971"))
