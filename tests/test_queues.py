"""What waits: in order, little of it in memory, and nothing lost when the disk is full."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.utils.test import get_crawler

from newscrawl.items import Discovery
from newscrawl.queues import PackingQueue, _Packs
from newscrawl.spiders.base import Walk
from newscrawl.spiders.demo import DemoSpider


class _FullDisk:
    def execute(self, *_: object) -> object:
        raise sqlite3.OperationalError("database or disk is full")


def queue_of(most_live: int) -> PackingQueue:
    crawler = get_crawler(DemoSpider)
    crawler.spider = DemoSpider()
    return PackingQueue(crawler, _Packs(most_live))


def article(queue: PackingQueue, number: int, **meta: Any) -> Request:
    spider: Any = queue.crawler.spider
    found = Discovery("related", "http://127.0.0.1:8971/a", f"Tide “{number}”", "2012-03-08")
    request: Request = spider._article(spider.publications[0], f"http://127.0.0.1:8971/{number}", found, attempts=2)
    request.meta.update(meta)
    return request


def number_of(request: Request | None) -> int | None:
    return int(urlsplit(request.url).path[1:]) if request else None


def state(request: Request) -> tuple[object, ...]:
    told = (request.headers, request.meta, request.cb_kwargs)
    return (request.url, request.priority, request.callback, request.errback, *told)


def test_a_packed_request_comes_back_as_it_was() -> None:
    queue = queue_of(0)
    made = [article(queue, number, depth=number) for number in range(40)]
    for request in made[:20]:
        request.headers["Referer"] = "http://127.0.0.1:8971/é".encode("latin-1")
    for request in made:
        queue.push(request)
    assert len(queue) == 40
    assert 0 < len(queue._live) <= 17
    found = [queue.pop() for _ in made]
    assert [state(request) for request in found if request] == [state(request) for request in reversed(made)]
    assert (len(queue), queue._packs.live, queue.pop(), queue.peek()) == (0, 0, None, None)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=300), st.integers(0, 60))
def test_last_in_first_out_whatever_was_packed(steps: list[int | None], most_live: int) -> None:
    queue, plain = queue_of(most_live), list[int]()
    for step in steps:
        if step is None:
            assert number_of(queue.peek()) == (plain[-1] if plain else None)
            assert number_of(queue.pop()) == (plain.pop() if plain else None)
        else:
            queue.push(article(queue, step))
            plain.append(step)
        assert len(queue) == len(plain)
        assert len(queue._live) <= max(most_live, 17) + 100
    while plain:
        assert number_of(queue.pop()) == plain.pop()


def test_a_request_that_says_more_stays_in_memory_and_is_not_lost() -> None:
    queue = queue_of(0)
    spider: Any = queue.crawler.spider
    walk = Walk(spider.publications[0], "root", 0.0)
    listing = Request("http://127.0.0.1:8971/1000", spider.parse_listing, cb_kwargs={"walk": walk})
    asked = article(queue, 1001)
    asked.headers["If-None-Match"] = '"x"'
    moved = article(queue, 1002, redirect_urls=["http://127.0.0.1:8971/old"])
    cookies = article(queue, 1003).replace(cookies={"a": "b"})
    elsewhere = article(queue, 1004)
    elsewhere.cb_kwargs["publication"] = replace(spider.publications[0])
    kept = [listing, asked, moved, cookies, elsewhere]
    for request in kept:
        queue.push(request)
    for number in range(100):
        queue.push(article(queue, number))
    assert len(queue._live) < 30
    found = [queue.pop() for _ in range(105)]
    assert all(any(request is other for other in found) for request in kept)
    assert {number_of(request) for request in found} == {*range(100), 1000, 1001, 1002, 1003, 1004}


def test_a_queue_of_nothing_that_can_be_packed_is_not_searched_at_every_push(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = queue_of(0)
    looked = list[Request]()
    monkeypatch.setattr("newscrawl.queues._values", lambda request, spider: looked.append(request))
    for number in range(1000):
        queue.push(article(queue, number))
    assert len(queue._live) == 1000
    assert len(looked) < 1000


def test_a_full_disk_keeps_it_in_memory_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    queue = queue_of(0)
    queue._packs._database = _FullDisk()  # type: ignore[assignment]
    for number in range(200):
        queue.push(article(queue, number))
    assert [number_of(queue.pop()) for _ in range(200)] == [*reversed(range(200))]
    assert 0 < len(caplog.messages) < 10
    assert "database or disk is full" in caplog.text


def test_half_a_character_keeps_it_in_memory() -> None:
    queue = queue_of(0)
    for number in range(50):
        request = article(queue, number)
        request.cb_kwargs["discovered"].text = "\ud83d"
        queue.push(request)
    assert [number_of(queue.pop()) for _ in range(50)] == [*reversed(range(50))]


def test_sites_share_what_may_be_in_memory() -> None:
    first = queue_of(50)
    second = PackingQueue(first.crawler, first._packs)
    for number in range(50):
        first.push(article(first, number))
    for number in range(100):
        second.push(article(second, number))
    assert len(first._live) == 50
    assert len(second._live) <= 17
    first.close()
    second.close()
    assert first._packs.live == 0
    assert first._packs._database.execute("SELECT count(*) FROM packs").fetchone() == (0,)
