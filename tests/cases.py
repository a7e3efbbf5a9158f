"""The project's saved pages; what one is stands in `newscrawl.scaffold.cases`."""

from __future__ import annotations

from pathlib import Path

from newscrawl.scaffold.cases import FIELDS, Case, cases_in, spiders

__all__ = ["FIELDS", "FIXTURES", "Case", "cases", "spiders"]

FIXTURES = Path(__file__).parent / "fixtures"


def cases(site: str = "*") -> list[Case]:
    """Return the cases of *site*, or all, in the order of their names."""
    return cases_in(FIXTURES, site)
