"""What may be read as a page: HTML whatever it is called, and no more of it than any page has."""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse

TOO_MUCH = "too much markup"
MOST_TAGS = 250_000
"""Tags, opening and closing ones, of a page: without a bound, 16 MB of markup are minutes and two gigabytes."""

_BEGINS_AS_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,1000}(?:<!--.{0,1000}?-->\s{0,1000})?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


def begins_as_html(body: bytes) -> bool:
    """Say whether *body* says of itself that it is HTML.

    >>> begins_as_html(b"<!DOCTYPE html><title>A"), begins_as_html(b'{"html": "<html>"}'), begins_as_html(b"<rss/>")
    (True, False, False)
    """
    return _BEGINS_AS_HTML.match(body) is not None


class MarkupMiddleware:
    """Has HTML that was sent as JSON or plain text read as HTML, and pages of too many tags not read at all."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:
        """Return *response*, as HTML where it is that.

        Raises:
            IgnoreRequest: it has more than `MOST_TAGS` (`TOO_MUCH`).
        """
        is_text = isinstance(response, TextResponse)
        if is_text and not isinstance(response, HtmlResponse) and begins_as_html(response.body):
            response = response.replace(cls=HtmlResponse)
        if isinstance(response, HtmlResponse) and response.body.count(b"<") > MOST_TAGS:
            raise IgnoreRequest(TOO_MUCH)
        return response
