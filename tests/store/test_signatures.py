"""What every backend does with the signatures of texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.neardups import CANDIDATES, COMMON, keys_of, sign
from newscrawl.store import Record, Store
from tests.store.test_contract import record, store, uri
from tests.test_neardups import WIRE, prose

__all__ = ["store", "uri"]


def signed(number: int, text: str, **values: object) -> Record:
    return record(number, signature=sign(text), **values)


def found(store: Store, text: str, before: str | None = None) -> list[int]:
    signature = sign(text)
    assert signature is not None
    return [int(one.id, 16) for one in store.alike(keys_of(signature), before)]


def article_id(number: int) -> str:
    return record(number).id


def test_what_shares_keys_is_found_with_its_signature(store: Store) -> None:
    store.add([signed(1, prose("a", 300)), signed(2, WIRE), record(3)])
    half = " ".join(WIRE.split()[:300])
    assert found(store, half) == [2]
    (one,) = store.alike(keys_of(sign(half) or b""))
    assert (one.id, one.story, one.signature) == (article_id(2), article_id(2), sign(WIRE))
    assert found(store, prose("unknown", 300)) == []
    assert store.alike([]) == []


def test_originals_stand_before_copies_and_only_what_was_learnt_before_an_article_counts(store: Store) -> None:
    store.add([signed(1, f"{WIRE} {prose('more', 300)}", duplicate_of=article_id(3))])
    store.add([signed(2, f"{WIRE} {prose('other', 300)}")])
    store.add([signed(3, WIRE)])
    assert found(store, WIRE) == [2, 3, 1]
    assert found(store, WIRE, article_id(3)) == [2, 1]
    assert found(store, WIRE, article_id(1)) == []
    assert found(store, WIRE, article_id(9)) == [2, 3, 1]


def test_a_story_often_printed_stays_findable_and_its_copies_cost_no_keys(store: Store) -> None:
    store.add([signed(1, WIRE)])
    store.add(signed(n, WIRE, duplicate_of=article_id(1)) for n in range(2, 3 * COMMON))
    assert found(store, WIRE) == [1]
    second_half = " ".join(WIRE.split()[300:])
    store.add([signed(90, f"{second_half} {prose('sequel', 600)}", duplicate_of=article_id(1))])
    store.add([signed(91, prose("sequel", 600), duplicate_of=article_id(90))])
    assert [one.story for one in store.alike(keys_of(sign(prose("sequel", 600)) or b""))] == [article_id(1)]


def test_what_many_stories_share_is_passed_over(store: Store) -> None:
    phrase = prose("phrase", 100)
    store.add(signed(n, f"{prose(n, 40)} {phrase}") for n in range(1, 4 * COMMON))
    assert found(store, f"{prose('own', 400)} {phrase}") == []
    assert 5 in found(store, f"{prose(5, 40)} {phrase}")


def test_candidates_are_few(store: Store) -> None:
    parts = [prose(f"part {n}", 120) for n in range(CANDIDATES + 9)]
    store.add(signed(n, part) for n, part in enumerate(parts))
    assert len(found(store, " ".join(parts))) <= CANDIDATES


def test_a_new_version_replaces_the_signature(store: Store) -> None:
    store.add([signed(1, WIRE)])
    store.add([signed(1, prose("rewritten", 400), version=2)])
    assert found(store, WIRE) == []
    assert found(store, prose("rewritten", 400)) == [1]
    store.add([signed(1, WIRE, segment="paper/elsewhere.jsonl")])
    assert found(store, WIRE) == [], "an old line elsewhere tells nothing new"
    store.add([signed(1, prose("rewritten", 400), version=2)])
    assert found(store, prose("rewritten", 400)) == [1], "learning it again does no harm"


def test_old_signatures_expire_and_the_articles_stay_known(store: Store) -> None:
    now = datetime.now(UTC)
    store.now = lambda: now - timedelta(days=90)
    store.add([signed(1, WIRE)])
    store.now = lambda: now
    store.add([signed(2, prose("b", 300))])
    assert store.expire_signatures(now - timedelta(days=91)) == 0
    assert store.expire_signatures(now - timedelta(days=30), dry_run=True) == 1
    assert found(store, WIRE) == [1]
    assert store.expire_signatures(now - timedelta(days=30)) == 1
    assert store.expire_signatures(now - timedelta(days=60)) == 0
    assert found(store, WIRE) == []
    assert found(store, prose("b", 300)) == [2]
    assert store.known(["paper.example/1"])
    store.add([signed(3, WIRE)])
    assert found(store, WIRE) == [3]


def test_a_rebuild_leaves_expired_signatures_expired(store: Store) -> None:
    now = datetime.now(UTC)
    store.now = lambda: now - timedelta(days=90)
    store.add([signed(1, WIRE)])
    store.now = lambda: now
    store.expire_signatures(now - timedelta(days=30))
    # Its original being gone, the copy is kept with all its keys.
    records = [signed(1, WIRE), signed(2, WIRE, duplicate_of=article_id(1)), signed(3, prose("b", 300))]
    store.add(records[1:])
    store.rebuild(records)
    assert found(store, WIRE) == [2]
    assert found(store, prose("b", 300)) == [3]
    store.clear()
    store.add(records[:1])
    store.rebuild(records)
    assert found(store, WIRE) == [1], "an empty store remembers nothing"


def test_forgotten_articles_leave_no_signature(store: Store) -> None:
    store.add([signed(1, WIRE), signed(2, prose("b", 300))])
    store.forget([article_id(1)])
    assert found(store, WIRE) == []
    store.clear()
    assert found(store, prose("b", 300)) == []
    store.add([signed(1, WIRE)])
    assert found(store, WIRE) == [1]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["original-first", "copy-first"])
def test_a_rebuild_brings_signatures_back_in_any_order(store: Store, order: tuple[int, int]) -> None:
    copy = f"{WIRE} {prose('added', 200)}"
    records = {1: signed(1, WIRE), 2: signed(2, copy, duplicate_of=article_id(1))}
    store.add([records[1], records[2], signed(3, prose("of a feed", 300), segment="")])
    store.rebuild([records[n] for n in order])
    assert found(store, WIRE)[0] == 1
    assert found(store, prose("of a feed", 300)) == [3]
    store.rebuild([replace(records[1], signature=None)])
    assert found(store, WIRE) == []
