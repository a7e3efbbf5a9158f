"""What a site's answers say about how it wants to be asked; `newscrawl.extensions.politeness` acts on it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.downloading import ROBOTS_MAXSIZE, is_robots
from newscrawl.extensions.politeness import LATER, ForNextRun, Politeness

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_MOST_PAUSES = 8
"""How often one request is put off in one run; the site's other pages may go on for ever."""
_LONGEST = 10**9


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), ``None`` where it says nothing.

    Args:
        value: Seconds or an HTTP date.
        now: With a zone.

    >>> now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    >>> retry_after("120", now), retry_after("Sun, 01 Mar 2026 12:00:30 GMT", now)
    (120.0, 30.0)
    >>> retry_after("soon", now) is retry_after("-5", now) is retry_after(None, now) is None
    True
    """
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
        return min(float(value[:20]), _LONGEST)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now.timestamp())


class PolitenessMiddleware:
    """Keeps to Retry-After and leaves alone who turns us away.

    Nearer to the downloader than Scrapy's retries: a request that was put off has used none of them. One that has to
    wait longer than ``NEWSCRAWL_MAX_RETRY_AFTER`` fails with `ForNextRun`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    @cached_property
    def _politeness(self) -> Politeness:
        extension = self.crawler.get_extension(Politeness)
        if extension is None:
            raise ValueError(
                "PolitenessMiddleware acts through newscrawl.extensions.politeness.Politeness: add that to EXTENSIONS"
            )
        return extension

    def process_request(self, request: Request) -> None:
        """Refuse what is not asked in this run.

        Raises:
            ForNextRun: the host is left alone, or asked for a long rest.
        """
        self._politeness.check(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return *response*, or *request* again when it is to be made later.

        Raises:
            ForNextRun: not in this run.
        """
        host = str(request.meta.get("download_slot") or urlparse_cached(request).hostname or "")
        if response.status in {429, 503}:
            return self._put_off(request, response, host)
        if is_robots(request.url):
            if len(response.body) > ROBOTS_MAXSIZE:
                return response.replace(body=response.body[:ROBOTS_MAXSIZE].rpartition(b"\n")[0])
        elif response.status == 403:
            self._politeness.note_turned_away(host)
        elif 200 <= response.status < 300 or response.status == 304:
            self._politeness.note_answer(host)
        return response

    def _put_off(self, request: Request, response: Response, host: str) -> Request | Response:
        header = response.headers.get("Retry-After")
        seconds = retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        too_many = response.status == 429
        if too_many or seconds:
            sent = monotonic() - request.meta.get("download_latency", 0.0)
            self._politeness.note_too_many(host, sent, slower=too_many)
        if not seconds:
            return response
        self._politeness.pause(host, seconds)
        self._politeness.check(request)
        pauses = request.meta.get("newscrawl_pauses", 0) + 1
        if pauses > _MOST_PAUSES:
            raise ForNextRun(LATER)
        return request.replace(dont_filter=True, meta={**request.meta, "newscrawl_pauses": pauses})
