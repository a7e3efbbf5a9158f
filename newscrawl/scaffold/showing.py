"""Tables on a terminal, of what pages say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.terminal import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def console() -> Console:
    """Return the terminal; what is printed there is taken as it stands."""
    from rich.console import Console  # noqa: PLC0415 (no crawl needs it)

    return Console(highlight=False, markup=False, soft_wrap=False)


def table(*columns: str) -> Table:
    """Return a table whose first column is never cut."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for number, column in enumerate(columns):
        made.add_column(column, style="bold" if not number else "", overflow="fold", no_wrap=not number)
    return made


def shortened(text: str, most: int = 200) -> str:
    r"""Return *text* on one line, harmless, at most so long.

    >>> shortened("a  long\nstory", 8)
    'a long …'
    """
    text = " ".join(harmless(text).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
