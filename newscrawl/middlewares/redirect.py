"""A redirect that leads back is a loop at its first turn: no cookie of ours could change the answer."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

LOOP = "redirect loop"


class LoopAwareRedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's own, without going round ``REDIRECT_MAX_TIMES`` times."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Return the response, or the request that it redirects to.

        Raises:
            IgnoreRequest: the redirect leads to an address that led to it.
        """
        answer = super().process_response(request, response)
        if isinstance(answer, Request) and answer.url in answer.meta.get("redirect_urls", ()):
            raise IgnoreRequest(LOOP)
        return answer
