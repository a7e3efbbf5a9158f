"""What a run is doing: on a terminal a live display, in a pipe or under Scrapyd a line in the log now and then.

It reads the run's stats and books twice a second; a page or an article costs it a counter at most.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from newscrawl.items import Article
from newscrawl.runs import Run
from newscrawl.terminal import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.live import Live
    from rich.text import Text
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from newscrawl.ledger import SiteLedger

logger = logging.getLogger(__name__)

MODES = ("auto", "on", "off")
_REFRESH = 0.5
"""Seconds between two pictures."""
_LOGGED = 60.0
"""Seconds between two lines in the log."""
_RECENT = 5.0
"""Seconds that the present rate is taken over."""
_MOST_SITES = 8
_HEADLINES = 4

# What the books call it, its column, and the colour of a number above 0; the last ones give way on a narrow terminal.
_COLUMNS = (
    ("new", "new", "green"),
    ("known", "known", ""),
    ("rejected", "rejected", "yellow"),
    ("failed", "failed", "red"),
    ("updated", "updated", "green"),
    ("duplicate", "duplicates", ""),
    ("listed", "listed", ""),
)
_GAP = 2
_NEEDED = 5
"""Columns that are worth a line more: from the pages to what failed."""


def _is_live(settings: BaseSettings) -> bool:
    mode = settings.get("NEWSCRAWL_PROGRESS", "auto").strip().lower()
    if mode not in MODES:
        raise ValueError(f"NEWSCRAWL_PROGRESS={mode}: write one of {', '.join(MODES)}")
    if mode == "on":
        return True
    logs = settings.get("LOG_LEVEL") in {"DEBUG", "INFO"} or settings.get("LOG_FILE")
    terminal = sys.stderr.isatty() and os.environ.get("TERM") not in {None, "", "dumb", "unknown"}
    return mode == "auto" and terminal and not logs


class Progress:
    """Shows how a run gets on.

    Setting: ``NEWSCRAWL_PROGRESS``: ``auto`` (a live display on a terminal, unless the log is told to speak there),
    ``on`` or ``off`` (neither display nor lines).

    Raises:
        ValueError: another word in the setting.
    """

    def __init__(self, crawler: Crawler, *, live: bool) -> None:
        self._crawler = crawler
        self._wants_live = live
        self._display: _Display | None = None
        self._headlines: deque[str] = deque(maxlen=_HEADLINES)
        self._pages: deque[tuple[float, int]] = deque()
        self._began = time.monotonic()
        self._task: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected to the run's beginning, articles and end."""
        if crawler.settings.get("NEWSCRAWL_PROGRESS", "auto").strip().lower() == "off":
            raise NotConfigured
        progress = cls(crawler, live=_is_live(crawler.settings))
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        if progress._wants_live:
            crawler.signals.connect(progress.item_scraped, signal=signals.item_scraped)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show."""
        self._began = time.monotonic()
        if self._wants_live:
            self._display = _Display()
        self._task = create_looping_call(self._show if self._wants_live else self._log)
        self._task.start(_REFRESH if self._wants_live else _LOGGED, now=False)

    def item_scraped(self, item: Any) -> None:
        """Remember what the last articles are called."""
        if isinstance(item, Article) and item.headline:
            self._headlines.append(item.headline)

    def spider_closed(self, spider: Spider) -> None:
        """Take the display away; a table of what became of the links stays."""
        if self._task is not None and self._task.running:
            self._task.stop()
        if self._display is not None:
            self._display.close(self._table(self._display.width, most=1000))

    @property
    def _name(self) -> str:
        return self._crawler.spider.name if self._crawler.spider else ""

    def _number(self, name: str) -> int:
        return int(self._crawler.stats.get_value(name, 0))

    def _rates(self) -> tuple[float, float]:
        """Return pages a second: of the last seconds, and of the whole run."""
        now, pages = time.monotonic(), self._number("response_received_count")
        self._pages.append((now, pages))
        while now - self._pages[0][0] > _RECENT:
            self._pages.popleft()
        since, before = self._pages[0]
        recent = (pages - before) / (now - since) if now > since else 0.0
        return recent, pages / max(now - self._began, 0.001)

    def _counts(self) -> Iterator[str]:
        yield f"{self._number('response_received_count')} pages"
        for name in ("new", "updated", "known"):
            if name == "new" or self._number(f"newscrawl/{name}"):
                yield f"{self._number(f'newscrawl/{name}')} {name}"
        if waiting := self._waiting():
            yield f"{waiting} waiting"

    def _waiting(self) -> int:
        engine = self._crawler.engine
        scheduler: Any = engine.scheduler if engine is not None else None
        return len(scheduler) if hasattr(scheduler, "__len__") else 0

    def _log(self) -> None:
        _, mean = self._rates()
        logger.info("%s: %s, %.1f pages/s", self._name, ", ".join(self._counts()), mean)

    def _show(self) -> None:
        if self._display is not None:
            self._display.show(self._picture(self._display.width))

    def _picture(self, width: int) -> Text:
        from rich.text import Text  # noqa: PLC0415 (only a terminal needs it)

        recent, mean = self._rates()
        seconds = int(time.monotonic() - self._began)
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        rate, waiting = f"{recent:.1f} pages/s", f"{self._waiting():,} waiting"
        parts = [self._name, clock, f"{rate} (mean {mean:.1f})", waiting]
        if len(" · ".join(parts)) > width:
            parts[2] = rate
        head = " · ".join(parts)
        if len(head) > width:
            head = f"{' · '.join(parts[:-1])}\n{waiting}"
        picture = Text(no_wrap=True, overflow="ellipsis")
        picture.append(f"{head}\n\n", "bold")
        picture.append_text(self._table(width, most=_MOST_SITES))
        picture.append("\n")
        for headline in self._headlines:
            picture.append(f"\n  {shortened(headline)}", "dim")
        return picture

    def _table(self, width: int, *, most: int) -> Text:
        run = Run.begun(self._crawler)
        return as_table(run.ledger.sites if run is not None else {}, width, most)


def as_table(sites: Mapping[str, SiteLedger], width: int, most: int) -> Text:
    """Return what became of the links of *sites*, the *most* busiest first, in columns that fit into *width*.

    Rich's own tables take ten times as long, and this one is drawn all the time.
    """
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    busiest = sorted(sites.items(), key=lambda entry: -entry[1].requests)
    rows = [(shortened(name), _numbers([books])) for name, books in busiest[:most]]
    if len(sites) > 1:
        rows.append((f"all {len(sites)} sites", _numbers(list(sites.values()))))
    longest = min(max([len("site"), *(cell_len(name) for name, _ in rows)]), max(12, width // 3))
    columns = [("pages", ""), *((title, style) for _, title, style in _COLUMNS)]
    rooms = [
        _GAP + max([len(title), *(len(f"{numbers[place]:,}") for _, numbers in rows)])
        for place, (title, _) in enumerate(columns)
    ]
    # Where there is no room beside the names, they stand above their numbers.
    above = longest + sum(rooms[:_NEEDED]) > width
    beside = 0 if above else longest
    while len(rooms) > 1 and beside + sum(rooms) > width:
        rooms.pop()
    table = Text(no_wrap=True, overflow="ellipsis")
    heads = (title.rjust(room) for (title, _), room in zip(columns, rooms, strict=False))
    table.append(f"{'' if above else 'site'.ljust(longest)}{''.join(heads)}\n", "bold")
    table.append("─" * (beside + sum(rooms)), "dim")
    for name, numbers in rows:
        cut = name if above or cell_len(name) <= longest else f"{set_cell_size(name, longest - 1)}…"
        table.append(f"\n{cut}\n" if above else f"\n{set_cell_size(cut, longest)}")
        for number, room, (_, style) in zip(numbers, rooms, columns, strict=False):
            table.append(f"{number:,}".rjust(room), style if number else "dim")
    return table


def _numbers(books: Sequence[SiteLedger]) -> tuple[int, ...]:
    fates = (sum(one.sum(fate) for one in books) for fate, _, _ in _COLUMNS)
    return sum(one.requests for one in books), *fates


class _Display:
    """A live region at the end of the terminal; what others write to the error stream goes above it."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.live import Live  # noqa: PLC0415

        self._console: Console = Console(stderr=True, highlight=False)
        stream = sys.stderr
        # Drawn in the reactor's own thread, so that the books do not change meanwhile.
        self._live: Live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live.start()
        # Log handlers hold the stream that was there before.
        self._handlers = [
            handler
            for handler in logging.getLogger().handlers
            if isinstance(handler, logging.StreamHandler) and handler.stream is stream
        ]
        self._stream = stream
        for handler in self._handlers:
            handler.setStream(sys.stderr)
        atexit.register(self._stop)

    @property
    def width(self) -> int:
        return self._console.width

    def show(self, picture: Text) -> None:
        self._live.update(picture, refresh=True)

    def close(self, table: Text) -> None:
        self._stop()
        self._console.print(table, end="\n\n")

    def _stop(self) -> None:
        """Give the terminal back as it was; twice does no harm, and a run that is ended by force does it too."""
        atexit.unregister(self._stop)
        self._live.stop()
        for handler in self._handlers:
            handler.setStream(self._stream)
        self._handlers = []
