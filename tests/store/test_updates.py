"""What every backend of the store keeps about looking again: sources, last looks, withdrawals, coverage, forgetting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.rechecks import parse_ages
from newscrawl.store import Coverage, PendingLink, Source, Store
from tests.store.test_contract import record, store, uri

__all__ = ["store", "uri"]

START = datetime(2026, 1, 2, tzinfo=UTC)
AGES = parse_ages("1h,6h,3d")


def after(**units: float) -> datetime:
    return START + timedelta(**units)


@pytest.fixture
def young(store: Store) -> Store:
    """A store that knows an article which was published and seen at `START`."""
    store.watch_for, store.now = AGES[-1], lambda: START
    made = record(1, url="https://paper.example/1", published=START.timestamp(), seen_at=START.isoformat(), etag='"a"')
    store.add([made])
    return store


def test_a_young_article_is_due_at_each_age_once(young: Store) -> None:
    assert young.due("paper", AGES, after(minutes=59)) == []
    (look,) = young.due("paper", AGES, after(hours=1))
    assert (look.id, look.url, look.etag, look.looked) == (
        record(1).id,
        "https://paper.example/1",
        '"a"',
        START.timestamp(),
    )
    young.looked(look.id, after(hours=2), etag='"b"')
    assert young.due("paper", AGES, after(hours=5)) == []
    (look,) = young.due("paper", AGES, after(hours=6))
    assert look.etag == '"b"'
    assert young.due("another", AGES, after(hours=6)) == []
    young.looked(look.id, after(days=4))
    assert young.due("paper", AGES, after(days=5)) == []
    assert young.counts().watched == 1
    young.due("paper", AGES, after(days=30))
    assert young.counts().watched == 0, "what has come to its last age is let go"


def test_a_changed_article_begins_from_its_last_look(young: Store) -> None:
    young.add([
        record(1, version=2, url="u", published=START.timestamp(), seen_at=after(hours=2).isoformat(), marks=b"mark"),
    ])  # fmt: skip
    assert young.due("paper", AGES, after(hours=3)) == []
    assert len(young.due("paper", AGES, after(hours=7))) == 1
    found = young.article(record(1).id)
    assert found is not None
    assert (found.version, found.marks) == (2, b"mark")


@pytest.mark.parametrize("seen", [timedelta(days=3), timedelta(days=300)])
def test_an_article_that_was_old_when_it_was_found_is_not_watched(store: Store, seen: timedelta) -> None:
    store.watch_for = AGES[-1]
    store.add([record(1, url="u", published=START.timestamp(), seen_at=(START + seen).isoformat())])
    assert store.counts().watched == 0


def test_a_fruitless_look_is_counted_also_of_old_articles(store: Store) -> None:
    store.add([record(1)])
    key = "paper.example/1"
    assert store.looks([key, "paper.example/2"]).keys() == {key}
    assert store.looks([key])[key].fruitless == 0
    store.looked(record(1).id, after(days=9), fruitless=True)
    store.looked(record(1).id, after(days=10), fruitless=True)
    look = store.looks([key])[key]
    assert (look.fruitless, look.looked) == (2, after(days=10).timestamp())
    store.looked("nobody", after(days=10))


def test_a_withdrawn_article_stays_known_and_can_come_back(young: Store) -> None:
    assert young.withdraw(record(1).id, after(hours=1), "gone (410)")
    assert not young.withdraw(record(1).id, after(hours=6), "gone (410)")
    found = young.article("paper.example/1")
    assert found is not None
    assert found.withdrawn == "2026-01-02T01:00:00+00:00 gone (410)"
    assert young.counts().withdrawn == 1
    young.looked(record(1).id, after(days=1))
    found = young.article("paper.example/1")
    assert found is not None
    assert found.withdrawn is None


def test_sources_are_kept_by_site(store: Store) -> None:
    named = ({"kind": "listing", "url": "https://paper.example/world"},)
    source = Source(key="https://paper.example/", etag='"a"', names=named, kept=5.0)
    silent = Source(key="https://paper.example/feed")
    store.keep_sources("paper", [source, silent])
    assert store.sources("paper") == {source.key: source}
    assert store.sources("another") == {}


def test_forgetting_a_site_s_sources_has_its_listings_walked_anew(store: Store) -> None:
    for root, site in (("https://a.example/", "a"), ("https://b.example/", "b")):
        store.open_listing(root, started=1.0)
        store.close_listings([root])
        store.keep_sources(site, [Source(key=root, etag="x")])
    store.forget_sources("a")
    assert (store.sources("a"), len(store.sources("b"))) == ({}, 1)
    assert store.open_listing("https://a.example/", started=2.0) == 0.0
    assert store.open_listing("https://b.example/", started=2.0) == 2.0


def test_forgetting_articles_leaves_nothing_of_them(young: Store) -> None:
    young.add([record(2)])
    young.withdraw(record(1).id, after(hours=1), "gone (410)")
    assert young.forget([record(1).id, "nobody"]) == 1
    assert young.article("paper.example/1") is None
    assert young.by_hash(record(1).content_hash or "", "paper") is None
    counts = young.counts()
    assert (counts.articles, counts.watched, counts.withdrawn) == (1, 0, 0)
    assert young.sites() == {"paper": 1}


def test_forgetting_addresses_ends_refusals_and_waiting(store: Store) -> None:
    store.refuse(["a"], "PDF")
    store.defer("paper", [PendingLink("b", "b", {})])
    store.forget_keys(["a", "b"])
    assert (store.refused(["a"]), store.pending("paper")) == ({}, [])


def test_coverage_is_remembered(store: Store) -> None:
    assert store.coverage("paper") == Coverage()
    store.keep_coverage("paper", Coverage(articles=3.0, filled={"byline": 2.0}))
    assert store.coverage("paper") == Coverage(articles=3.0, filled={"byline": 2.0})


def test_what_was_seen_last_and_what_is_watched_outlives_a_rebuild(young: Store) -> None:
    young.looked(record(1).id, after(hours=2))
    young.rebuild([record(1, url="u", published=START.timestamp(), seen_at=START.isoformat())])
    found = young.article(record(1).id)
    assert found is not None
    assert found.last_seen == after(hours=2).isoformat(timespec="seconds")
    assert young.due("paper", AGES, after(hours=3)) == []
