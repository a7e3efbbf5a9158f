"""The newspaper on a loopback address: HTTP and nothing else; what a page says is `newscrawl.demo.press`'s business."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic

from aiohttp import web
from typing_extensions import TypeVar

from newscrawl.demo.german.stories import Story as GermanStory
from newscrawl.demo.markup import Edition
from newscrawl.demo.papers import AnyNewspaper, AnyPress, press_of
from newscrawl.demo.press import Reply
from newscrawl.demo.stories import Newspaper, Story

MOBILE_HOST = "localhost"


class PortTakenError(OSError):
    """Somebody else listens on the port."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request, as the log keeps it."""

    time: float
    """Seconds since 1970."""
    method: str
    host: str
    path: str
    """As sent, with the query."""
    status: int
    user_agent: str | None
    if_none_match: str | None
    if_modified_since: str | None


@dataclass
class Control:
    """What can be done to the newspaper while it is served."""

    newspaper: AnyNewspaper
    lock: threading.RLock = field(default_factory=threading.RLock)

    def publish(self, section: str | None = None, published: datetime | None = None) -> Story | GermanStory:
        """Add a story, to the paper's first section when none is given; see `Newspaper.publish`."""
        with self.lock:
            if section is None:
                return self.newspaper.publish(published=published)
            return self.newspaper.publish(section, published)

    def change(self, path: str, at: datetime | None = None) -> Story | GermanStory:
        """Change a story; see `Newspaper.change`."""
        with self.lock:
            return self.newspaper.change(path, at)

    def withdraw(self, path: str) -> None:
        """Withdraw a story; see `Newspaper.withdraw`."""
        with self.lock:
            self.newspaper.withdraw(path)

    def order(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do what a POST to ``/-/control/<verb>`` asks for and return what to answer.

        Raises:
            ValueError: an order that cannot be carried out, with what to write instead.
        """
        given = dict(arguments)
        for name in ("published", "at"):
            if given.get(name):
                given[name] = datetime.fromisoformat(given[name])
        try:
            if verb == "publish":
                return {"path": self.publish(**given).path}
            if verb == "change":
                return {"path": self.change(**given).path}
            if verb == "withdraw":
                self.withdraw(**given)
                return {"path": given["path"]}
        except KeyError as error:
            raise ValueError(str(error.args[0])) from None
        except TypeError as error:
            raise ValueError(f"{verb}: {error}") from None
        raise ValueError(f"no order {verb!r}; there are publish, change and withdraw")


P = TypeVar("P", bound=AnyNewspaper, default=Newspaper)


@dataclass
class Served(Generic[P]):
    """A newspaper that is being served."""

    url: str
    """``http://127.0.0.1:8971/``"""
    port: int
    newspaper: P
    press: AnyPress
    control: Control
    log: list[Seen]


class _Handler:
    def __init__(
        self, press: AnyPress, control: Control, *, slow_seconds: float, busy: tuple[int, int], remote_control: bool
    ) -> None:
        self.press = press
        self.control = control
        self.slow_seconds = slow_seconds
        self.busy = busy
        self.remote_control = remote_control
        self.log: list[Seen] = []
        self.was_busy: set[str] = set()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        target = request.raw_path
        if self.remote_control and target.startswith("/-/"):
            return await self._order(request, target)
        headers = request.headers
        host = headers.get("Host", "")
        reply = self._reply(target, host)
        path = target.partition("?")[0]
        if reply.busy_first and path not in self.was_busy:
            self.was_busy.add(path)
            status, wait = self.busy
            response = web.Response(
                status=status, text="The presses are warming up.", headers={"Retry-After": str(wait)}
            )
        elif request.method not in {"GET", "HEAD"}:
            response = web.Response(status=405, text="This page can only be read.", headers={"Allow": "GET, HEAD"})
        else:
            response = _response(reply, headers.get("If-None-Match"), headers.get("If-Modified-Since"))
        self.log.append(
            Seen(
                time.time(),
                request.method,
                host,
                target,
                response.status,
                headers.get("User-Agent"),
                headers.get("If-None-Match"),
                headers.get("If-Modified-Since"),
            )
        )
        if reply.slow and self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        return response

    def _reply(self, target: str, host: str) -> Reply:
        with self.control.lock:
            return self.press.get(target, mobile=host.partition(":")[0] == MOBILE_HOST)

    async def _order(self, request: web.BaseRequest, target: str) -> web.StreamResponse:
        if target == "/-/log":
            return web.json_response([asdict(seen) for seen in self.log])
        verb = target.removeprefix("/-/control/")
        if request.method != "POST" or verb == target:
            return web.json_response({"error": "POST /-/control/{publish,change,withdraw} or GET /-/log"}, status=404)
        try:
            arguments = json.loads(await request.text() or "{}")
            return web.json_response(self.control.order(verb, arguments))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)


def _response(reply: Reply, if_none_match: str | None, if_modified_since: str | None) -> web.Response:
    headers: dict[str, str] = {}
    if reply.etag:
        headers["ETag"] = reply.etag
    if reply.last_modified:
        headers["Last-Modified"] = reply.last_modified
    if reply.location:
        headers["Location"] = reply.location
        return web.Response(status=reply.status, headers=headers)
    if _is_unchanged(reply, if_none_match, if_modified_since):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = reply.content_type
    return web.Response(status=reply.status, body=reply.body, headers=headers)


def _is_unchanged(reply: Reply, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Tell whether 304 is the answer (RFC 9110, 13.2.2: If-None-Match goes before If-Modified-Since)."""
    if if_none_match is not None:
        known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return reply.etag is not None and (reply.etag in known or "*" in known)
    if if_modified_since is not None and reply.last_modified is not None:
        with suppress(ValueError, TypeError):
            return parsedate_to_datetime(reply.last_modified) <= parsedate_to_datetime(if_modified_since)
    return False


@contextmanager
def serve(
    newspaper: P,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    slow_seconds: float = 1.0,
    busy: tuple[int, int] = (503, 1),
    crawl_delay: float = 0.05,
    remote_control: bool = False,
) -> Iterator[Served[P]]:
    """Serve *newspaper* from a thread of its own for the length of a ``with`` block.

    Args:
        newspaper: what to serve.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        slow_seconds: how long the slow page takes.
        busy: status and seconds of Retry-After with which one page answers at first.
        crawl_delay: seconds that robots.txt asks to wait between requests.
        remote_control: answer under ``/-/`` (the log, and orders to publish, change and withdraw).

    Raises:
        PortTakenError: the port is in use.
    """
    listener = _listen(host, port)
    port = int(listener.getsockname()[1])
    edition = Edition(f"http://{host}:{port}", f"http://{MOBILE_HOST}:{port}")
    control = Control(newspaper)
    press = press_of(newspaper, edition, crawl_delay)
    handler = _Handler(press, control, slow_seconds=slow_seconds, busy=busy, remote_control=remote_control)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    started = threading.Event()

    async def run() -> None:
        runner = web.ServerRunner(web.Server(handler), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        started.set()
        await stop.wait()
        await runner.cleanup()

    def work() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(run())
        finally:
            started.set()
            loop.close()

    thread = threading.Thread(target=work, name="newscrawl-demo", daemon=True)
    thread.start()
    started.wait()
    try:
        yield Served(f"{edition.base}/", port, newspaper, press, control, handler.log)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(error.errno, f"port {port} on {host} is taken by another program") from None
        raise
