"""The bundled newspaper grown to any size, its pages as heavy as real ones: ``python -m benchmarks._grown``.

Every page is made from its number alone, so that a site of 200,000 articles takes no memory. Stories and templates are
those of `newscrawl.demo` since 2014, without its traps; what is added around them is what makes real pages heavy: a
menu of all departments, a rail of the latest stories with pictures and drawn icons, styles, and scripts with the state
of a page. A page has 80 to 300 KB, 60 to 150 links, and is packed with gzip for who takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from aiohttp import web

from newscrawl.demo import era2014, era2020
from newscrawl.demo.expected import record
from newscrawl.demo.markup import Edition, Listing, attribute, entry_of, link, long_date, text, top_sections
from newscrawl.demo.prose import dice
from newscrawl.demo.stories import (
    PAGE_SIZE,
    PUBLISHER,
    SECTIONS,
    ZONE,
    Newspaper,
    Section,
    Story,
    _write,
    listing_path,
)

HOME = Path(__file__).resolve().parent.parent
LEAST_KB, MOST_KB = 80, 300
_FIRST_DAY = datetime(2014, 2, 1, 8, tzinfo=ZONE)
_LEAST_SIZE = 4
_SITEMAP_SIZE = 10_000
_MOST_KEPT = 20_000
_DEPARTMENTS = (
    "Arts Books Film Music Stage Design Food Travel Gardens Weather Tides Harbour Courts Schools Health Housing "
    "Transit Budget Councils Letters Essays Chess Puzzles Obituaries Archive Podcasts Video Maps Data Newsletters"
).split()
_ICON = (
    '<svg class="i" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2C6.48 2 2 6.48 2 12'
    's4.48 10 10 10 10-4.48 10-10S17.52 2 12 2zm0 18c-4.41 0-8-3.59-8-8s3.59-8 8-8 8 3.59 8 8-3.59 8-8 8z"/></svg>'
)


class GrownPaper(Newspaper):
    """A newspaper that holds no story and makes each from its number; number 1 is the newest, of the day ``now``."""

    def __post_init__(self) -> None:
        if self.size < _LEAST_SIZE:
            raise ValueError(f"GrownPaper: size is {self.size}; a story needs {_LEAST_SIZE - 1} others beside it")
        self.stories = []
        self.busy_path = self.slow_path = ""
        self._step = (self.now - _FIRST_DAY) / (self.size + 1)
        self.by_number = lru_cache(4096)(self._make)

    def _make(self, number: int) -> Story:
        section = SECTIONS[number % len(SECTIONS)]
        moment = (self.now - self._step * number).replace(second=0, microsecond=0)
        story = _write(self.seed, number, section, moment.astimezone(ZONE), ())
        modified = None if story.modified is None else min(story.modified, self.now - timedelta(minutes=1))
        # The number ends the address: two stories never share one, and the address tells which it is.
        return replace(story, path=f"{story.path.rstrip('.')}-{number}", modified=modified)

    def numbered(self, path: str) -> Story | None:
        """Return the story at *path*, or ``None``."""
        last = path.rpartition("-")[2]
        number = int(last) if last.isdecimal() and len(last) < 10 else 0
        story = self.by_number(number) if 1 <= number <= self.size else None
        return story if story is not None and story.path == path else None

    def of_section(self, section: Section) -> range:
        """Return the numbers of the stories of *section*, newest first."""
        return range(SECTIONS.index(section) or len(SECTIONS), self.size + 1, len(SECTIONS))

    def _near(self, story: Story, key: str, count: int) -> list[Story]:
        numbers = self.of_section(story.section)
        at = numbers.index(story.number)
        around = [number for number in numbers[max(0, at - 12) : at + 12] if number != story.number]
        if len(around) < count:
            around = [number for number in range(1, self.size + 1) if number != story.number]
        chosen = dice(self.seed, key, story.number).sample(around, min(count, len(around)))
        return [self.by_number(number) for number in chosen]

    def related(self, story: Story) -> list[Story]:
        """Return three stories of about the same time."""
        return self._near(story, "related", 3)

    def recent_posts(self, story: Story) -> list[Story]:
        """Return the five posts of the blog's box beside *story*."""
        numbers = self.of_section(story.section)
        at = numbers.index(story.number)
        return [self.by_number(number) for number in numbers[max(0, min(at - 1, len(numbers) - 5)) :][:5]]

    def most_viewed(self, key: str) -> list[Story]:
        """Return five of the latest stories."""
        numbers = dice(self.seed, "viewed", key).sample(range(1, min(self.size, 60) + 1), min(5, self.size))
        return [self.by_number(number) for number in numbers]


class Grown:
    """Answers for the grown newspaper at one address.

    Args:
        base: ``http://127.0.0.1:8971``, no slash at the end.
        size: how many articles.
        seed: another seed, other stories.
        heavy: whether pages are as heavy as real ones, or the templates alone.
    """

    def __init__(self, base: str, size: int, seed: int = 1908, *, heavy: bool = True) -> None:
        self.paper = GrownPaper(seed=seed, size=size)
        self.edition = Edition(base, base)
        self.heavy = heavy

    @classmethod
    def at(cls, base: str, size: int, *, heavy: bool = True) -> Grown:
        """Return the newspaper at the address *base*: another host, other stories."""
        host = base.partition("://")[2].partition(":")[0]
        return cls(base, size, int.from_bytes(blake2b(host.encode(), digest_size=4).digest(), "big"), heavy=heavy)

    def truth(self) -> Iterator[dict[str, Any]]:
        """Yield what a perfect reader makes of each article."""
        return (record(self.paper.by_number(number), self.edition.base) for number in range(1, self.paper.size + 1))

    def get(self, path: str) -> tuple[bytes, str] | None:
        """Return the body and the content type of what stands at *path*, or ``None``."""
        if path == "/robots.txt":
            return (
                f"User-agent: *\nDisallow: /login\nSitemap: {self.edition.url('/sitemap.xml')}\n".encode(),
                "text/plain",
            )
        if path.startswith("/sitemap"):
            return self._sitemap(path)
        if path == "/":
            return self._listing(None, 0)
        if (story := self.paper.numbered(path)) is not None:
            template = era2014.article if story.era == "2014" else era2020.article
            return self._page(template(self.paper, self.edition, story), story.number)
        start, _, rest = path.partition("/(offset)/")
        section = next((s for s in SECTIONS if s.path == start), None)
        offset = rest.partition("/")[0]
        if section is not None and (offset.isdecimal() or not rest):
            return self._listing(section, int(offset or 0))
        return None

    def _sitemap(self, path: str) -> tuple[bytes, str] | None:
        parts = -(-self.paper.size // _SITEMAP_SIZE)
        schema = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        number = path.removeprefix("/sitemap-").removesuffix(".xml")
        if path == "/sitemap.xml":
            entries = (f"<sitemap><loc>{self.edition.base}/sitemap-{n}.xml</loc></sitemap>" for n in range(parts))
            xml = f"<sitemapindex {schema}>{''.join(entries)}</sitemapindex>"
        elif number.isdecimal() and int(number) < parts:
            first = int(number) * _SITEMAP_SIZE
            stories = map(self.paper.by_number, range(first + 1, min(first + _SITEMAP_SIZE, self.paper.size) + 1))
            entries = (
                f"<url><loc>{attribute(self.edition.url(s.path))}</loc>"
                f"<lastmod>{s.changed_at.isoformat()}</lastmod></url>"
                for s in stories
            )
            xml = f"<urlset {schema}>{''.join(entries)}</urlset>"
        else:
            return None
        return f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode(), "application/xml"

    def _listing(self, section: Section | None, offset: int) -> tuple[bytes, str] | None:
        numbers = range(1, self.paper.size + 1) if section is None else self.paper.of_section(section)
        shown = [self.paper.by_number(number) for number in numbers[offset : offset + PAGE_SIZE]]
        if section is not None and offset and not shown:
            return None
        older = offset + PAGE_SIZE < len(numbers) and section is not None
        page = Listing(
            path=listing_path(section, offset) if section else "/",
            title=section.name if section else PUBLISHER,
            section=None,
            entries=tuple(entry_of(story) for story in shown),
            # The front page names every section, as a declaration would.
            sections=SECTIONS if section is None else (),
            older=listing_path(section, offset + PAGE_SIZE) if section and older else None,
        )
        return self._page(era2020.listing(self.edition, page), offset + (SECTIONS.index(section) if section else 99))

    def _page(self, html: str, number: int) -> tuple[bytes, str]:
        if self.heavy:
            html = _burdened(html, self.paper, number)
        return html.encode(), "text/html; charset=utf-8"


def _burdened(html: str, paper: GrownPaper, number: int) -> str:
    rng = dice(paper.seed, "weight", number)
    size = 1000 * int(LEAST_KB + (MOST_KB - LEAST_KB) * rng.random() ** 2)
    latest = (paper.by_number(1 + (number + 7 * at) % paper.size) for at in range(rng.randrange(4, 80)))
    rail = "".join(_card(at, story) for at, story in enumerate(latest))
    head, body, tail = html.partition("<body")
    body, mark, end = (body + tail).partition("</body>")
    opening, bracket, body = body.partition(">")
    body = f'{opening}{bracket}{_menu()}{body}<aside class="latest"><h3>Latest</h3>{rail}</aside>'
    head = head.replace("</head>", f"<style>{_style()}</style></head>", 1)
    page = f"{head}<body{body}"
    return f"{page}<script>{_script(number, max(0, size - len(page)))}</script>{mark}{end}"


def _card(at: int, story: Story) -> str:
    sizes = "(max-width: 480px) 100vw, (max-width: 1024px) 50vw, 320px"
    sources = ", ".join(
        f"/var/images/{story.number}/card_{width}x{width * 9 // 16}.webp {width}w" for width in (320, 640)
    )
    return (
        f'<div class="card card--rail card--{at % 4} u-flex u-gap-2" data-position="{at}" data-track="rail|{at}|card">'
        f'<figure class="card__media media media--16x9"><picture><source type="image/webp" sizes="{sizes}" '
        f'srcset="{sources}"><img class="media__image" src="/var/images/{story.number}/card_320x180.jpg" width="320" '
        f'height="180" loading="lazy" decoding="async" alt=""></picture></figure><div class="card__body u-stack">'
        f'<h4 class="card__title">{link(story.path, story.headline)}</h4><div class="card__meta">{_ICON}'
        f'<span class="card__date"><time datetime="{story.published.isoformat()}">{long_date(story.published)}</time>'
        "</span></div></div></div>"
    )


@lru_cache(1)
def _menu() -> str:
    columns = "".join(
        f'<div class="menu-column"><h5>{text(section.name)}</h5><ul>'
        + "".join(
            f'<li class="menu-item"><a class="menu-link" href="https://{name.lower()}.example.org/">{_ICON}<span>{name}</span></a></li>'
            for name in _DEPARTMENTS[at * 4 : at * 4 + 4]
        )
        + "</ul></div>"
        for at, section in enumerate(top_sections())
    )
    return f'<div class="mega-menu" role="navigation">{columns}</div>'


@lru_cache(1)
def _style() -> str:
    return "".join(
        f".c{n}-{name}{{display:flex;margin:{n}px auto;padding:{n % 7}px {n % 11}px;color:#{n * 4099 % 0xFFFFFF:06x}}}"
        for n, name in enumerate(_DEPARTMENTS * 6)
    )


@lru_cache(1)
def _state() -> str:
    rng = dice("state")
    items = [
        {"id": f"{rng.getrandbits(64):016x}", "type": rng.choice(("slot", "unit", "card")), "w": rng.randrange(999)}
        for _ in range(6000)
    ]
    return json.dumps(items, separators=(",", ":"))


def _script(number: int, size: int) -> str:
    return f'window.__page={{"number":{number},"state":"{_state()[: max(0, size - 60)].replace(chr(34), "!")}"}};'


class _Handler:
    def __init__(self, size: int, *, heavy: bool) -> None:
        self.size, self.heavy = size, heavy
        self.sites: dict[str, Grown] = {}
        self.kept: dict[tuple[str, str], tuple[bytes, str]] = {}
        self.answered = 0

    def site(self, host: str) -> Grown:
        if host not in self.sites:
            self.sites[host] = Grown.at(f"http://{host}", self.size, heavy=self.heavy)
        return self.sites[host]

    def answer(self, host: str, path: str) -> tuple[bytes, str] | None:
        """Return the body, packed, and the content type of a page, or ``None``."""
        key = (host, path)
        if key not in self.kept:
            found = self.site(host).get(path)
            if found is None:
                return None
            body, kind = found
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[key] = (gzip.compress(body, 1), kind)
        return self.kept[key]

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if path == "/-/answered":
            return web.json_response(self.answered)
        self.answered += 1
        found = self.answer(request.headers.get("Host", ""), path)
        if found is None:
            return web.Response(status=404, text="Nothing stands here.")
        packed, kind = found
        headers = {"Content-Type": kind, "ETag": f'"{len(packed):x}-{hash(path) & 0xFFFF:x}"'}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=gzip.decompress(packed), headers=headers)


def hosts(count: int) -> list[str]:
    """Return so many addresses of this machine.

    >>> hosts(2), hosts(251)[-1]
    (['127.0.1.1', '127.0.1.2'], '127.0.2.1')
    """
    return [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(count)]


@contextmanager
def served(size: int, *, sites: int = 1, heavy: bool = True, warm: bool = True) -> Iterator[list[str]]:
    """Serve newspapers of *size* articles from a process of their own; yield their addresses, with a slash at the end.

    Args:
        size: articles of each.
        sites: how many newspapers, each at an address of its own.
        heavy: whether pages are as heavy as real ones.
        warm: make all pages of a single newspaper before the first is asked for.
    """
    command = [sys.executable, "-m", "benchmarks._grown", "--size", str(size), "--sites", str(sites)]
    command += ([] if heavy else ["--light"]) + (["--warm"] if warm and sites == 1 else [])
    server = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        if not port:
            raise RuntimeError("the newspaper cannot be served: see what its server says above")
        yield [f"http://{host}:{port}/" for host in hosts(sites)]
    finally:
        server.terminate()
        server.communicate()


async def _serve(handler: _Handler, sites: int, *, warm: bool) -> None:
    runner = web.ServerRunner(web.Server(handler), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    first, *others = hosts(sites)
    site = web.TCPSite(runner, first, 0, backlog=512)
    await site.start()
    port = int(runner.addresses[0][1])
    for host in others:
        await web.TCPSite(runner, host, port, backlog=64).start()
    if warm:
        name = f"{first}:{port}"
        for number in range(1, handler.size + 1):
            handler.answer(name, handler.site(name).paper.by_number(number).path)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(port, flush=True)
    await stop.wait()
    await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the port and serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks._grown", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--size", type=int, default=5000, help="articles of each newspaper (%(default)s)")
    parser.add_argument("--sites", type=int, default=1, help="newspapers, at 127.0.1.1, 127.0.1.2 … (%(default)s)")
    parser.add_argument("--light", action="store_true", help="pages as the demo makes them")
    parser.add_argument("--warm", action="store_true", help="make all pages first")
    options = parser.parse_args(arguments)
    asyncio.run(_serve(_Handler(options.size, heavy=not options.light), options.sites, warm=options.warm))
    return 0


if __name__ == "__main__":
    sys.exit(main())
