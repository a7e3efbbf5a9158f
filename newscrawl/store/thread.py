"""The store asked from the reactor's thread, which must not wait for a disk or a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_Question = tuple[asyncio.Future[Any], Callable[[], Any]]


_MOMENT = 0.01
"""Seconds for which a question waits for others; an article's way through the pipelines is hundreds of them."""


class StoreThread:
    """One thread that answers, in the order they came, the questions that have gathered meanwhile.

    `asyncio.to_thread` wakes a thread for each question and the reactor for each answer, which costs more than most
    answers do; here a thread takes all that wait, and all their answers wake the reactor once.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="newscrawl-store")
        self._lock = Lock()
        self._waiting: list[_Question] = []
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns, called in the thread; what it raises is raised."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._add(answer, partial(function, *args, **kwargs))
        self._wake()
        return await answer

    async def ask_with_others(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same for a question that can wait a moment until others have come."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._add(answer, partial(function, *args, **kwargs))
        if self._timer is None:
            self._timer = loop.call_later(_MOMENT, self._wake)
        return await answer

    def _add(self, answer: asyncio.Future[Any], question: Callable[[], Any]) -> None:
        with self._lock:
            self._waiting.append((answer, question))

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        with self._lock:
            if self._busy or not self._waiting:
                return
            self._busy = True
        self._executor.submit(self._answer, asyncio.get_running_loop())

    def _answer(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            with self._lock:
                questions, self._waiting = self._waiting, []
                if not questions:
                    self._busy = False
                    return
            loop.call_soon_threadsafe(_tell, [(answer, *_outcome(question)) for answer, question in questions])


def _outcome(question: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return question(), None
    except BaseException as error:
        return None, error


def _tell(answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for answer, value, error in answers:
        if answer.done():  # who asked was cancelled
            continue
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(value)
