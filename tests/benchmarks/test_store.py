"""The benchmark of the store measures a store that knows what it says."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from benchmarks.store import address, article, fill, measure
from newscrawl.store.sqlite import SqliteStore


def test_what_is_filled_is_known_by_all_addresses(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    fill(path, 0, 300)
    with closing(SqliteStore(path)) as store:
        assert store.counts().articles == 300
        for form in (0, 1):
            assert store.known([address(7, form), address(300, form)]).keys() == {address(7, form)}
        known = store.article(address(299, 1))
        assert known is not None
        assert known.id == article(299).id


def test_what_is_measured_is_told(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    fill(path, 0, 300)
    costs = measure(path, 300)
    assert {
        "start_ms",
        "memory_mb",
        "batch_ms",
        "known",
        "known_99",
        "unknown",
        "page",
        "article",
        "text",
    } <= costs.keys()
    assert min(costs[name] for name in ("start_ms", "batch_ms", "known", "page")) > 0
    assert costs["page"] > costs["known"]
