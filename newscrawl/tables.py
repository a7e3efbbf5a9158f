"""Tables for a terminal, which become short paragraphs where there is no room for columns; needs rich."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_NARROW = 60
"""Columns of a terminal below which cells would be a few letters wide."""


class FoldingTable(Table):
    """A table; on a narrow terminal each row's first cell is a heading, and the others stand below it."""

    def __init__(self, *columns: str) -> None:
        """Make a table whose first column is never cut."""
        super().__init__(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
        for number, column in enumerate(columns):
            self.add_column(column, style="bold" if not number else "", overflow="fold", no_wrap=not number)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what rich draws: the table, or its rows one after the other."""
        if options.max_width >= _NARROW:
            yield from super().__rich_console__(console, options)
            return
        for row in zip(*(column.cells for column in self.columns), strict=True):
            yield from _folded(row)
        yield Text()


def _folded(row: tuple[RenderableType, ...]) -> Iterator[RenderableType]:
    heading, *cells = row
    if text := _text(heading):
        text.stylize("bold")
        yield text
    for cell in cells:
        if text := _text(cell):
            yield Padding(text, (0, 0, 0, 2))


def _text(cell: RenderableType) -> Text:
    return cell.copy() if isinstance(cell, Text) else Text(str(cell))
