"""What a run's report says, as monitors of Spidermon, whose actions tell Slack, Telegram, Sentry or a mailbox.

It judges nothing itself: the sentences are the report's. Spidermon is not needed for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.misc import load_object
from spidermon import Monitor, MonitorSuite  # type: ignore[import-untyped]

from newscrawl.extensions.report import failure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

_BROKEN = "newscrawl/broken"
_WALLED = "newscrawl/walled/"


class RunMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
    """What becomes of a run when it has ended."""

    __test__ = False  # pytest would take it for one of its own
    sentence: str | None = None

    @property
    def name(self) -> str:
        """What Spidermon's messages show: of a monitor that failed nothing but this, so it is the sentence."""
        return self.sentence or str(super().name)

    @property
    def _stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = self.data.crawler.stats.get_stats()
        return stats

    def test_work(self) -> None:
        """Fail with what kept the run from its work."""
        stats = {name: value for name, value in self._stats.items() if name != _BROKEN}
        self._fail_with(failure(stats, stats.get("finish_reason", "cancelled")))

    def test_expectations(self) -> None:
        """Fail with the expectations that were not met, and the fields that were lost."""
        self._fail_with("; ".join(self._stats.get(_BROKEN, ())))

    def test_walls(self) -> None:
        """Fail with the hosts that turned the run away."""
        hosts = sorted(name.removeprefix(_WALLED) for name in self._stats if name.startswith(_WALLED))
        self._fail_with(f"left alone, as they turn us away: {', '.join(hosts)}" if hosts else None)

    def _fail_with(self, sentence: str | None) -> None:
        self.sentence = sentence
        if sentence:
            self.fail(sentence)


class RunSuite(MonitorSuite):  # type: ignore[misc]
    """`RunMonitor`, with the actions of ``NEWSCRAWL_MONITOR_ACTIONS`` for a run in which it fails."""

    monitors = (RunMonitor,)

    def __init__(self, *args: Any, crawler: Crawler, **kwargs: Any) -> None:
        actions = [load_object(path) for path in crawler.settings.getlist("NEWSCRAWL_MONITOR_ACTIONS")]
        super().__init__(*args, crawler=crawler, monitors_failed_actions=actions, **kwargs)


class Monitors:
    """The Scrapy add-on that has Spidermon run `RunSuite` after every crawl.

    Setting: ``NEWSCRAWL_MONITOR_ACTIONS``, the paths of Spidermon's actions.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Turn Spidermon on; suites that are there stay."""
        extension, suites = "spidermon.contrib.scrapy.extensions.Spidermon", "SPIDERMON_ENGINE_STOP_MONITORS"
        settings.setdefault_in_component_priority_dict("EXTENSIONS", load_object(extension), 600)
        settings.set("SPIDERMON_ENABLED", True, "addon")
        # When the engine has stopped, the run has been judged, whatever the order of extensions.
        named = [*settings.getlist(suites), f"{__name__}.{RunSuite.__name__}"]
        settings.set(suites, named, max(settings.getpriority(suites) or 0, SETTINGS_PRIORITIES["addon"]))
