"""Processes that read pages: replaced when they die, ended when they take too long, gone with their run."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from newscrawl.archives.pages import PageReader, Sent
from newscrawl.archives.pool import DIED, TOO_SLOW, ReaderPool
from newscrawl.sites import Site

PAGE = b"<title>Rain</title><h1>Rain</h1>" + b"<p>It rained, and then it rained again, on all of us.</p>" * 40
HTML = (("content-type", "text/html"),)


def sent(number: int) -> Sent:
    return Sent(f"https://paper.example/2026/05/07/rain-{number}", PAGE, HTML, None, "paper")


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_pages_are_read_side_by_side_and_by_their_declarations() -> None:
    async def main() -> tuple[list[str | None], int]:
        pool = ReaderPool(PageReader({"paper": Site(name="paper", url="https://paper.example/")}), 2)
        try:
            readings = await asyncio.gather(*(pool.read(sent(number)) for number in range(6)))
            pids = len(set(pool.pids))
        finally:
            pool.close()
        return [reading.article.site for reading in readings if reading.article], pids

    assert asyncio.run(main()) == (["paper"] * 6, 2)


def test_one_that_is_killed_is_replaced_and_its_page_tried_again() -> None:
    async def main() -> None:
        pool = ReaderPool(PageReader(), 1)
        try:
            await pool.read(sent(1))
            (first,) = pool.pids
            os.kill(first, signal.SIGKILL)
            assert (await pool.read(sent(2))).article is not None
            (second,) = pool.pids
            assert second != first
        finally:
            pool.close()
        assert is_gone(first)
        assert is_gone(second)

    asyncio.run(main())


def test_a_page_that_kills_its_reader_again_and_again_is_given_up() -> None:
    async def main() -> str:
        # It cannot be sent to the reader, as the reader dies while it is started.
        pool = ReaderPool(PageReader({"paper": None}), 1)  # type: ignore[dict-item]
        pool._workers[0]._reader = "no reader"  # type: ignore[assignment]
        try:
            return (await pool.read(sent(1))).reason
        finally:
            pool.close()

    assert asyncio.run(main()) == DIED


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    async def main() -> tuple[str, bool]:
        pool = ReaderPool(PageReader(), 1, seconds=0.0)
        try:
            slow = await pool.read(sent(1))
            pool._workers[0]._seconds = 60.0
            return slow.reason, (await pool.read(sent(2))).article is not None
        finally:
            pool.close()

    assert asyncio.run(main()) == (TOO_SLOW, True)


def test_who_waits_is_told_when_the_pool_is_closed() -> None:
    async def main() -> tuple[str, float]:
        pool = ReaderPool(PageReader(), 1)
        reading = asyncio.ensure_future(pool.read(sent(1)))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await asyncio.to_thread(pool.close)
        pool.close()
        return (await reading).reason, time.monotonic() - began

    reason, seconds = asyncio.run(main())
    assert reason in {DIED, ""}
    assert seconds < 5
