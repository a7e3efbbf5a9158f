"""Keeps a crawl of the public web out of the machine's and the network's own addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PRIVATE = "private address"
FOREIGN_SCHEME = "neither http nor https"
_WEB = frozenset({"http", "https"})
_NAT64 = IPv6Network("64:ff9b::/96")
# Names that no public server has: a single word, RFC 6761, 6762, 8375, ICANN's "internal", and old habits.
_LOCAL_NAME = re.compile(r"[^.]+|.*\.(?:localhost|local|internal|test|home\.arpa|lan|home|corp|intranet|private)")


def is_private(address: str) -> bool:
    """Say whether *address*, an IP address as text, belongs to this machine or network and not to the public internet.

    Follows the IANA special-purpose registries as `ipaddress` has them; an IPv4 address inside an IPv6 one (mapped,
    NAT64, 6to4) counts as itself. What is no IP address is not private.

    >>> [is_private(text) for text in ("127.0.0.1", "10.2.3.4", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1")]
    [True, True, True, True, True, True]
    >>> [is_private(text) for text in ("64:ff9b::a00:1", "2002:a00:1::1", "224.0.0.1", "100.64.0.1")]
    [True, True, True, True]
    >>> [is_private(text) for text in ("151.101.1.69", "::ffff:151.101.1.69", "2606:4700::1", "example.org")]
    [False, False, False, False]
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip_address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        ip = inner or ip
    return not ip.is_global or ip.is_multicast


class AddressGuardMiddleware:
    """Refuses requests, also redirected ones, to private addresses and to anything but http and https.

    A private address is asked only when the person who runs the crawl has named it: as the address of the spider's site
    (``site`` or ``sites``, with the port; a local name like ``localhost`` or ``news.intranet`` too), or in
    ``NEWSCRAWL_PRIVATE_HOSTS`` (host, or host:port). A public name that leads to a private address is refused even if
    it is the site's: its owner decides where it leads. The look-up is the one that the download needs (Scrapy caches
    it). Behind a proxy only addresses are checked: names are the proxy's to look up.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.granted = frozenset(host.lower() for host in crawler.settings.getlist("NEWSCRAWL_PRIVATE_HOSTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse *request* when it leads inside.

        Raises:
            IgnoreRequest: it does (`PRIVATE`), or its scheme is of no use here (`FOREIGN_SCHEME`).
            CannotResolveHostError: its host has no address.
        """
        url = urlparse_cached(request)
        if url.scheme not in _WEB:
            raise IgnoreRequest(FOREIGN_SCHEME)
        host = url.hostname or ""
        if is_private(host):
            if not self._is_named(host, url.netloc):
                raise IgnoreRequest(PRIVATE)
        elif not request.meta.get("proxy") and not self._is_granted(host, url.netloc):
            try:
                address = await self._resolve(host)
            except (DNSLookupError, UnicodeError, OSError) as error:
                raise CannotResolveHostError(f"{host}: {error}") from error
            if is_private(address) and not (_LOCAL_NAME.fullmatch(host) and self._is_named(host, url.netloc)):
                raise IgnoreRequest(PRIVATE)

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse a redirect that leaves the web; Scrapy would hand it to the spider as a page.

        Raises:
            IgnoreRequest: it does (`FOREIGN_SCHEME`).
        """
        location = response.headers.get("Location")
        if location and 300 <= response.status < 400:
            try:
                scheme = urlsplit(urljoin(request.url, location.decode("latin-1").strip())).scheme
            except ValueError:
                scheme = ""
            if scheme not in _WEB:
                raise IgnoreRequest(FOREIGN_SCHEME)
        return response

    @staticmethod
    async def _resolve(host: str) -> str:
        from twisted.internet import reactor  # noqa: PLC0415 (importing it installs one)

        # Twisted's interface names its arguments in another order than its reactors have them.
        looking: Deferred[str] = reactor.resolve(host)  # type: ignore[arg-type]
        return await maybe_deferred_to_future(looking)

    def _is_granted(self, host: str, netloc: str) -> bool:
        return host in self.granted or netloc.lower() in self.granted

    def _is_named(self, host: str, netloc: str) -> bool:
        return self._is_granted(host, netloc) or netloc.rpartition("@")[2].lower() in set(self._declared())

    def _declared(self) -> Iterator[str]:
        spider = self.crawler.spider
        for site in (getattr(spider, "site", None), *getattr(spider, "sites", ())):
            yield from getattr(site, "all_hosts", ())
        for url in getattr(spider, "start_urls", ()):
            yield urlsplit(url).netloc
