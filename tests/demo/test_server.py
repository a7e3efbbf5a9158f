from __future__ import annotations

import gzip
import json
import socket
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from newscrawl.demo import GermanNewspaper, Newspaper, serve
from newscrawl.demo.server import PortTakenError, Served


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(Newspaper(size=150), slow_seconds=0.05, remote_control=True) as running:
        yield running


def ask(
    served: Served[Any], path: str, *, method: str = "GET", host: str = "127.0.0.1", body: str = "", **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Send one request; header names are written with underscores."""
    connection = HTTPConnection("127.0.0.1", served.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, {"Host": f"{host}:{served.port}", **sent})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_stories_are_served_and_logged(served: Served) -> None:
    story = next(s for s in served.newspaper.stories if s.era == "2014")
    response, content = ask(served, f"{story.path}?icid=rss", User_Agent="somebody/1")
    assert response.status == 200
    assert story.headline.split()[0] in content.decode()
    seen = served.log[-1]
    assert (seen.method, seen.path, seen.status, seen.user_agent) == (
        "GET",
        f"{story.path}?icid=rss",
        200,
        "somebody/1",
    )
    assert seen.time > 0


@pytest.mark.parametrize("path", ["/World", "/feeds/top", "/sitemap-index.xml", "/sitemap-2012-auto-1.xml.gz"])
def test_what_has_not_changed_is_not_sent_again(served: Served, path: str) -> None:
    first, _ = ask(served, path)
    etag, stamp = first.headers["ETag"], first.headers["Last-Modified"]
    by_etag, content = ask(served, path, If_None_Match=f'"other", W/{etag}')
    assert (by_etag.status, content) == (304, b"")
    assert by_etag.headers["ETag"] == etag
    assert served.log[-1].if_none_match == f'"other", W/{etag}'
    assert ask(served, path, If_Modified_Since=stamp)[0].status == 304
    assert ask(served, path, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")[0].status == 200
    assert ask(served, path, If_Modified_Since="soon")[0].status == 200
    # An ETag that does not fit goes before a date that does (RFC 9110).
    assert ask(served, path, If_None_Match='"other"', If_Modified_Since=stamp)[0].status == 200


def test_head_has_no_body_and_post_is_refused(served: Served) -> None:
    response, content = ask(served, "/World", method="HEAD")
    assert (response.status, content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 1000
    assert ask(served, "/World", method="POST", body="x=1")[0].status == 405


def test_old_sitemaps_are_compressed_files(served: Served) -> None:
    response, content = ask(served, "/sitemap-2012-auto-1.xml.gz")
    assert response.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response.headers
    assert b"<urlset" in gzip.decompress(content)


def test_the_busy_page_is_there_the_second_time() -> None:
    with serve(Newspaper(size=150)) as running:
        path = running.newspaper.busy_path
        first, _ = ask(running, path)
        assert (first.status, first.headers["Retry-After"]) == (503, "1")
        assert ask(running, path)[0].status == 200
        assert ask(running, path)[0].status == 200


def test_the_slow_page_takes_its_time(served: Served) -> None:
    path = served.newspaper.slow_path
    with pytest.raises(TimeoutError), serve(Newspaper(size=150), slow_seconds=30) as running:
        urllib.request.urlopen(f"{running.url.rstrip('/')}{path}", timeout=0.2)
    assert ask(served, path)[0].status == 200


def test_the_mobile_host_has_pages_of_its_own(served: Served) -> None:
    story = next(s for s in served.newspaper.stories if s.era == "2020")
    mobile = ask(served, story.path, host="localhost")[1].decode()
    assert '<body class="m">' in mobile
    assert f'<link rel="canonical" href="{served.url.rstrip("/")}{story.path}">' in mobile


def test_the_huge_page_says_how_long_it_is(served: Served) -> None:
    path = next(t.path for t in served.newspaper.traps if t.name == "huge")
    response, _ = ask(served, path, method="HEAD")
    assert int(response.headers["Content-Length"]) > 20_000_000


def test_control_from_the_same_process() -> None:
    with serve(Newspaper(size=150)) as running:
        story = running.control.publish("/Science")
        assert ask(running, story.path)[0].status == 200
        before = ask(running, story.path)[0].headers["ETag"]
        running.control.change(story.path)
        assert ask(running, story.path)[0].headers["ETag"] != before
        running.control.withdraw(story.path)
        assert ask(running, story.path)[0].status == 410


def order(served: Served, verb: str, **arguments: str) -> tuple[int, dict[str, Any]]:
    response, content = ask(served, f"/-/control/{verb}", method="POST", body=json.dumps(arguments))
    return response.status, json.loads(content)


def test_control_over_http(served: Served) -> None:
    status, answer = order(served, "publish", section="/Business", published="2026-11-20T11:59:00-05:00")
    assert status == 200
    path = answer["path"]
    assert path.startswith("/Business/2026/1120/")
    assert ask(served, path)[0].status == 200
    assert order(served, "change", path=path) == (200, {"path": path})
    assert order(served, "withdraw", path=path) == (200, {"path": path})
    assert ask(served, path)[0].status == 410
    log = json.loads(ask(served, "/-/log")[1])
    assert [(line["path"], line["status"]) for line in log[-2:]] == [(path, 200), (path, 410)]


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("publish", {"section": "/Sports"}, "no section '/Sports'"),
        ("change", {"path": "/nowhere"}, "no story at /nowhere"),
        ("change", {"title": "x"}, "change: "),
        ("burn", {}, "no order 'burn'; there are publish, change and withdraw"),
        ("publish", {"published": "soon"}, "soon"),
    ],
)
def test_orders_that_make_no_sense(served: Served, verb: str, arguments: dict[str, str], said: str) -> None:
    status, answer = order(served, verb, **arguments)
    assert status == 400
    assert said in answer["error"]


def test_without_control_nobody_gives_orders() -> None:
    with serve(Newspaper(size=150)) as running:
        assert ask(running, "/-/control/publish", method="POST", body="{}")[0].status == 405
        assert ask(running, "/-/log")[0].status == 404
        assert running.newspaper.version == 0


def test_the_german_paper_is_served_and_controlled_alike() -> None:
    with serve(GermanNewspaper(size=150), crawl_delay=0.1) as running:
        assert b"Crawl-delay: 0.1\n" in ask(running, "/robots.txt")[1]
        story = running.control.publish()
        response, content = ask(running, f"{story.path}?utm_source=rss")
        assert response.status == 200
        assert story.headline in content.decode()
        assert ask(running, story.path, If_None_Match=response.headers["ETag"])[0].status == 304
        running.control.withdraw(story.path)
        assert ask(running, story.path)[0].status == 410


def test_a_taken_port_is_said_to_be_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(PortTakenError, match=f"port {port} on 127.0.0.1 is taken"),
            serve(Newspaper(size=150), port=port),
        ):
            pass
