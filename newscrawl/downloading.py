"""Downloads over HTTP/1.1 as Scrapy does them, within bounds that it lacks.

Twisted bounds a line of an answer's head and not the number of lines, so that a server which never ends its head fills
the memory until the time is up (20 MB a second). Of a robots.txt the first half megabyte is read, whatever follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, StopDownload
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import ResponseFailed

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

HEAD_MAXSIZE = 256 * 1024
"""Bytes of an answer's head, interim answers included; Chromium's limit (``kMaxHeaderBufSize``)."""
ROBOTS_MAXSIZE = 512 * 1024
"""Bytes of a robots.txt that are read: at least 500 KiB (RFC 9309, 2.5), and a hostile one costs every request."""

_RECEIVED = "newscrawl_received"


class HeadTooLargeError(Exception):
    """The head of an answer has more bytes than `HEAD_MAXSIZE`."""


class _BoundedProtocol(http11._LenientHTTP11ClientProtocol):
    _head = 0

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(data)
            if self._head > HEAD_MAXSIZE:
                self._giveUp(Failure(HeadTooLargeError()))  # type: ignore[no-untyped-call]


class _BoundedFactory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def is_robots(url: str) -> bool:
    """Say whether *url* is a robots.txt's.

    >>> is_robots("https://example.org/robots.txt"), is_robots("https://example.org/a/robots.txt")
    (True, False)
    """
    return urlsplit(url).path == "/robots.txt"


class BoundedDownloadHandler(http11.HTTP11DownloadHandler):
    """Scrapy's own. An answer whose head or body has too many bytes ends with `DownloadCancelledError`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        crawler.signals.connect(self._bytes_received, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to *request*.

        Raises:
            DownloadCancelledError: it has too many bytes.
        """
        robots = is_robots(request.url)
        if robots:
            request.meta.pop(_RECEIVED, None)
            request.meta["download_maxsize"] = 0  # what follows the part that is read does not matter
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if isinstance(error.__cause__, ResponseFailed) and any(
                reason.check(HeadTooLargeError) for reason in error.__cause__.reasons
            ):
                raise DownloadCancelledError(f"{request.url}: more than {HEAD_MAXSIZE} bytes of headers") from error
            raise
        finally:
            if robots:
                del request.meta["download_maxsize"]

    @staticmethod
    def _bytes_received(data: bytes, request: Request) -> None:
        if is_robots(request.url):
            request.meta[_RECEIVED] = request.meta.get(_RECEIVED, 0) + len(data)
            if request.meta[_RECEIVED] > ROBOTS_MAXSIZE:
                raise StopDownload(fail=False)
