"""What pages say, shown on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from newscrawl.tables import FoldingTable

# C0 and C1 controls but tab and newline, and what turns the direction of writing.
_MOVING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    r"""Return *text* without what would move a terminal's cursor, change its colours or turn its writing.

    >>> harmless("Up \x1b[2J and away")
    'Up �[2J and away'
    """
    return _MOVING.sub("\N{REPLACEMENT CHARACTER}", text)


def console() -> Console:
    """Return the terminal; what is printed there is taken as it stands."""
    from rich.console import Console  # noqa: PLC0415 (no crawl needs it)

    return Console(highlight=False, markup=False, soft_wrap=False)


def table(*columns: str) -> FoldingTable:
    """Return a table whose first column is never cut; on a narrow terminal its rows stand below each other."""
    from newscrawl.tables import FoldingTable  # noqa: PLC0415

    return FoldingTable(*columns)


def shortened(text: str, most: int = 200) -> str:
    r"""Return *text* on one line, harmless, at most so long.

    >>> shortened("a  long\nstory", 8)
    'a long …'
    """
    text = " ".join(harmless(text).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
