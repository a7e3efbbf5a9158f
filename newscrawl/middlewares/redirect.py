"""Redirects end where they lead back, and where the run has been already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LOOP = "redirect loop"


class LoopAwareRedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's own, without going round ``REDIRECT_MAX_TIMES`` times: no cookie of ours could change the answer."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Return the response, or the request that it redirects to.

        Raises:
            IgnoreRequest: the redirect leads to an address that led to it.
        """
        answer = super().process_response(request, response)
        if isinstance(answer, Request) and answer.url in answer.meta.get("redirect_urls", ()):
            raise IgnoreRequest(LOOP)
        return answer


class LeadsToKnown(IgnoreRequest):
    """The address is another one of an article that is known, or that the run has asked for."""


class KnownTargetMiddleware:
    """Does not follow a redirect to an article that the spider has met (``leads_to_known``)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let *request* pass unless it was redirected to such an article.

        Raises:
            LeadsToKnown: it was.
        """
        if not request.meta.get("redirect_urls"):
            return
        leads_to_known = getattr(self.crawler.spider, "leads_to_known", None)
        if leads_to_known is not None and await leads_to_known(request):
            raise LeadsToKnown("leads to a known article")
