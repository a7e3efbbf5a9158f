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


class StoreThread:
    """One thread that answers, in the order they came, the questions that have gathered meanwhile.

    `asyncio.to_thread` wakes a thread for each question and the reactor for each answer, which costs more than most
    answers do; here a busy thread takes all that wait, and all their answers wake the reactor once.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="newscrawl-store")
        self._lock = Lock()
        self._waiting: list[_Question] = []
        self._busy = False

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what *function* returns, called in the thread; what it raises is raised."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._waiting.append((answer, partial(function, *args, **kwargs)))
            idle, self._busy = not self._busy, True
        if idle:
            self._executor.submit(self._answer, loop)
        return await answer

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
