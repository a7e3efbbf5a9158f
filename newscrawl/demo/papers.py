"""The newspapers of the demo, and what is done with either of them in its own way."""

from __future__ import annotations

from typing import Any, TypeAlias

from newscrawl.demo import expected
from newscrawl.demo.german import expected as german_expected
from newscrawl.demo.german.press import GermanPress
from newscrawl.demo.german.stories import GermanNewspaper
from newscrawl.demo.markup import Edition
from newscrawl.demo.press import Press
from newscrawl.demo.stories import Newspaper

AnyNewspaper: TypeAlias = Newspaper | GermanNewspaper
AnyPress: TypeAlias = Press | GermanPress

PAPERS: dict[str, type[Newspaper] | type[GermanNewspaper]] = {"english": Newspaper, "german": GermanNewspaper}
"""What the command line calls them."""


def press_of(newspaper: AnyNewspaper, edition: Edition, crawl_delay: float) -> AnyPress:
    """Return the press that prints *newspaper*."""
    if isinstance(newspaper, GermanNewspaper):
        return GermanPress(newspaper, edition, crawl_delay)
    return Press(newspaper, edition, crawl_delay)


def truth(newspaper: AnyNewspaper, base_url: str) -> list[dict[str, Any]]:
    """Return the expected record of every story of *newspaper*, served at *base_url*, sorted by address."""
    if isinstance(newspaper, GermanNewspaper):
        return german_expected.truth(newspaper, base_url)
    return expected.truth(newspaper, base_url)
