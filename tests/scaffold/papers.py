"""The bundled newspapers without a server: a path in, a page out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newscrawl.demo.markup import Edition
from newscrawl.demo.papers import AnyNewspaper, press_of
from newscrawl.extract.page import Page
from newscrawl.fetching import FetchedPage, Rounds

BASE = "http://127.0.0.1:8971"


def pages_of(newspaper: AnyNewspaper, every: int) -> list[Page]:
    """Return every so manieth story of *newspaper*, the front page and a section."""
    press = press_of(newspaper, Edition(BASE, "http://localhost:8971"), 0.05)
    paths = [story.path for story in newspaper.stories[::every]] + ["/", newspaper.stories[0].section.path]
    return [Page.of(press.get(path).body, BASE + path) for path in paths]


def answer(newspaper: AnyNewspaper, urls: Sequence[str]) -> dict[str, FetchedPage]:
    """Return what *newspaper* answers for *urls*."""
    press = press_of(newspaper, Edition(BASE, "http://localhost:8971"), 0.05)
    replies = {url: press.get(url.removeprefix(BASE)) for url in urls}
    return {url: FetchedPage(url, reply.status, reply.body, reply.content_type) for url, reply in replies.items()}


def run(rounds: Rounds, newspaper: AnyNewspaper, instead: Mapping[str, FetchedPage] | None = None) -> list[str]:
    """Answer all *rounds* and return what they asked for; *instead* replaces answers."""
    asked: list[str] = []
    urls = next(rounds)
    while True:
        asked += urls
        try:
            urls = rounds.send(answer(newspaper, urls) | {u: p for u, p in (instead or {}).items() if u in urls})
        except StopIteration:
            return asked
