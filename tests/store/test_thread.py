"""Questions are answered in their order, errors reach who asked, and a busy thread wakes the reactor once for many."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event, current_thread
from typing import Any

import pytest

from newscrawl.store.thread import StoreThread


def test_answers_and_errors_reach_who_asked() -> None:
    async def ask() -> list[object]:
        thread = StoreThread()
        return list(
            await asyncio.gather(
                thread.ask(divmod, 7, 2),
                thread.ask(int, "none"),
                thread.ask(int, "12", base=3),
                return_exceptions=True,
            )
        )

    pair, error, number = asyncio.run(ask())
    assert (pair, number) == ((3, 1), 5)
    assert isinstance(error, ValueError)


def test_who_can_wait_is_answered_with_who_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawl.store.thread._MOMENT", 60.0)
    order = list[str]()

    async def ask() -> None:
        thread = StoreThread()
        patient = asyncio.ensure_future(thread.ask_with_others(order.append, "patient"))
        await asyncio.sleep(0.05)
        assert not order
        await asyncio.wait_for(thread.ask(order.append, "urgent"), 10)
        await asyncio.wait_for(patient, 10)

    asyncio.run(ask())
    assert order == ["patient", "urgent"]


def test_who_can_wait_does_not_wait_for_ever() -> None:
    async def ask() -> list[int]:
        thread = StoreThread()
        return [await thread.ask_with_others(int, str(number)) for number in range(5)]

    assert asyncio.run(ask()) == [*range(5)]


def test_one_thread_answers_in_the_order_of_the_questions() -> None:
    answered = list[tuple[int, str]]()

    def answer(number: int) -> None:
        answered.append((number, current_thread().name))

    async def ask() -> None:
        thread = StoreThread()
        for _ in range(3):
            await asyncio.gather(*(thread.ask(answer, number) for number in range(50)))

    asyncio.run(ask())
    assert [number for number, _ in answered] == [*range(50)] * 3
    assert len({name for _, name in answered}) == 1


def test_what_gathers_while_the_thread_is_busy_wakes_the_reactor_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> int:
        loop, thread, release = asyncio.get_running_loop(), StoreThread(), Event()
        first = asyncio.ensure_future(thread.ask(release.wait))
        await asyncio.sleep(0.05)
        others = [asyncio.ensure_future(thread.ask(int, n)) for n in range(20)]
        await asyncio.sleep(0)
        wakes = list[object]()
        wake = loop.call_soon_threadsafe

        def counted(callback: Any, *args: Any) -> asyncio.Handle:
            wakes.append(callback)
            return wake(callback, *args)

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        release.set()
        await asyncio.gather(first, *others)
        return len(wakes)

    assert asyncio.run(ask()) <= 3


def test_who_was_cancelled_is_not_told_and_the_next_is() -> None:
    async def ask() -> int:
        thread, release = StoreThread(), Event()
        first = asyncio.ensure_future(thread.ask(release.wait))
        await asyncio.sleep(0)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        release.set()
        return await thread.ask(int, "7")

    assert asyncio.run(ask()) == 7
