"""The rules of a robots.txt hold for every request, also for those that come while it is on its way."""

from __future__ import annotations

import asyncio

from tests.netlab import Lab, Seen, crawl, reply


async def _late(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.5)
    reply(writer, b"User-agent: *\nDisallow: /no/\n", Content_Type="text/plain")


def _answer(seen: Seen, writer: asyncio.StreamWriter) -> asyncio.Future[None] | None:
    if seen.path == "/robots.txt":
        return asyncio.ensure_future(_late(writer))
    reply(writer)
    return None


def test_requests_that_come_together_all_wait_for_the_rules() -> None:
    with Lab(_answer) as lab:
        forbidden = [lab.url(1, f"/no/{number}") for number in range(4)]
        ended = crawl([*forbidden, lab.url(1, "/yes")])
        assert {url: ended.outcomes[url][0] for url in forbidden} == dict.fromkeys(forbidden, "IgnoreRequest")
        assert ended.outcomes[lab.url(1, "/yes")][0] == "page"
        assert sorted(seen.path for seen in lab.log) == ["/robots.txt", "/yes"]
