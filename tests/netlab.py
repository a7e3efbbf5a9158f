"""A server on loopback that answers whatever a test wants, and a crawl of it in a process of its own.

``127.0.0.1``, ``127.0.0.2`` … are hosts of their own to a crawler, each with its download slot.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import Settings
from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from newscrawl.extensions.politeness import Politeness

Answer = Callable[["Seen", asyncio.StreamWriter], Awaitable[None] | None]
"""Writes an answer, at once or by what it returns."""
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    at: float
    host: str
    path: str


def reply(
    writer: asyncio.StreamWriter, body: bytes = b"<title>Fine</title><p>Fine.", *, status: int = 200, **headers: str
) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {"Content-Type": "text/html", "Content-Length": str(len(body)), "Connection": "close"} | named
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    writer.write(f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + body)


@dataclass
class Lab:
    """Answers on ``hosts`` addresses of loopback, all on one port, in a thread; ``log`` is what it was asked."""

    answer: Answer
    hosts: int = 1
    log: list[Seen] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main(ready))
        self._loop.close()

    async def _main(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        servers = []
        for number in range(1, self.hosts + 1):
            server = await asyncio.start_server(self._connected, f"127.0.0.{number}", self.port)
            self.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            host = writer.get_extra_info("sockname")[0]
            seen = Seen(monotonic(), host, head.split(" ", 2)[1])
            self.log.append(seen)
            pending = self.answer(seen, writer)
            if pending is not None:
                await pending
            await writer.drain()
        self._talks.discard(talk)
        writer.transport.abort() if talk.cancelling() else writer.close()

    def url(self, host: int | str, path: str) -> str:
        name = host if isinstance(host, str) else f"127.0.0.{host}"
        return f"http://{name}:{self.port}{path}"

    def times(self, host: int) -> list[float]:
        """When *host* was asked, in order."""
        return [seen.at for seen in self.log if seen.host == f"127.0.0.{host}"]


@dataclass
class Ended:
    """How a crawl ended."""

    outcomes: dict[str, list[str]]
    """Per URL that was asked for: ``["page", status, response class, length]`` or ``[exception, message]``."""

    stats: dict[str, Any]
    peak: int
    """Bytes of memory at the most."""

    seconds: float
    log: str


def crawl(urls: list[str], *, site: str | None = None, seconds: float = 50.0, **settings: Any) -> Ended:
    """Crawl *urls* with the project's settings, changed by *settings*, in a process of its own.

    *site* is the only address that the spider declares; by default it declares all of them.
    """
    task = json.dumps({"urls": urls, "declared": [site] if site else urls, "settings": settings})
    process = subprocess.run(
        [sys.executable, "-m", "tests.netlab"],
        input=task,
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        check=False,
    )
    assert process.returncode == 0, process.stderr[-4000:]
    return Ended(**json.loads(process.stdout), log=process.stderr)


class Names(CachingThreadedResolver):
    """Names under ``.example`` lead to this machine; nothing else is looked up."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802
        if name.endswith(".example"):
            return succeed("127.0.0.1")
        return super().getHostByName(name, timeout)


class Probe(Spider):
    """Asks for URLs and notes what came of each."""

    name = "probe"

    def __init__(self, urls: list[str], declared: list[str], **kwargs: Any) -> None:
        super().__init__(start_urls=declared, **kwargs)
        self.urls = urls
        self.outcomes: dict[str, list[str]] = {}

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, self.parse, errback=self.failed, cb_kwargs={"asked": url})

    def parse(self, response: Response, asked: str) -> Iterator[Request]:
        self.outcomes[asked] = ["page", str(response.status), type(response).__name__, str(len(response.body))]
        politeness = self.crawler.get_extension(Politeness)
        assert politeness is not None
        host = response.url.split("/")[2]
        (politeness.note_wall if b"Just a moment" in response.body else politeness.note_page)(host)
        if response.body.startswith(b"next "):
            url = response.urljoin(response.body.decode().split()[1])
            yield Request(url, self.parse, errback=self.failed, cb_kwargs={"asked": url})

    def failed(self, failure: Failure) -> None:
        asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
        self.outcomes[asked] = [type(failure.value).__name__, str(failure.value)]


def main() -> None:
    """Do the crawl that standard input describes."""
    task = json.load(sys.stdin)
    settings = Settings()
    settings.setmodule("newscrawl.settings")
    settings.setdict({"ITEM_PIPELINES": {}, "EXTENSIONS": {"newscrawl.extensions.politeness.Politeness": 500}})
    settings.setdict(task["settings"])
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Probe)
    begun = monotonic()
    process.crawl(crawler, urls=task["urls"], declared=task["declared"])
    process.start()
    assert isinstance(crawler.spider, Probe)
    assert crawler.stats is not None
    ended = {
        "outcomes": crawler.spider.outcomes,
        "stats": crawler.stats.get_stats(),
        # Not ru_maxrss, which begins with that of the process that started this one.
        "peak": int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]) * 1024,
        "seconds": monotonic() - begun,
    }
    json.dump(ended, sys.stdout, default=str)


if __name__ == "__main__":
    main()
