"""What pipelines need of a crawler, without a reactor."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import StatsCollector


class FakeCrawler:
    """Settings, signals and stats; what was asked of its engine stands in ``closed``."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings({"NEWSCRAWL_DATA": str(folder), "NEWSCRAWL_FLUSH_SECONDS": 0.01, **settings})
        self.signals = SignalManager(self)
        self.stats = StatsCollector(self)  # type: ignore[arg-type]
        self.closed: list[str] = []
        self.engine = SimpleNamespace(running=True, close_spider_async=self._close)

    async def _close(self, *, reason: str) -> None:
        self.closed.append(reason)

    def get_extension(self, cls: type) -> None:
        return None

    def counts(self) -> dict[str, Any]:
        return {name.removeprefix("newscrawl/"): value for name, value in self.stats.get_stats().items()}
