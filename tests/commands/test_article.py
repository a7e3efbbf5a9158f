"""``scrapy article`` as a person runs it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from newscrawl.demo import Newspaper, serve, truth
from tests.cases import FIXTURES
from tests.crawls import run_scrapy

BLOG = FIXTURES / "csmonitor" / "2012-staff-writer-blog"
URL = json.loads((BLOG / "meta.json").read_text("utf-8"))["url"]


def test_a_saved_page_is_shown_field_by_field(tmp_path: Path) -> None:
    done = run_scrapy(tmp_path, "article", str(BLOG / "page.html"), "--url", URL)
    assert done.returncode == 0, done.stderr
    assert "an article" in done.stdout
    assert "Staff writer" in done.stdout
    assert not list(tmp_path.iterdir()), "looking at a page leaves nothing behind"


def test_why_tells_the_losers(tmp_path: Path) -> None:
    done = run_scrapy(tmp_path, "article", "--why", str(BLOG / "page.html"), "--url", URL)
    assert done.returncode == 0, done.stderr
    assert "recent_posts" in done.stdout
    assert "chosen" in done.stdout


def test_a_page_that_is_refused_says_what_for(tmp_path: Path) -> None:
    page = FIXTURES / "csmonitor" / "refused-soft-404" / "page.html"
    done = run_scrapy(tmp_path, "article", "--why", str(page))
    assert "Why no article:\n  it was taken for: not found page\n" in done.stdout


def test_on_a_narrow_terminal_values_stand_below_their_fields(tmp_path: Path) -> None:
    done = run_scrapy(tmp_path, "article", str(BLOG / "page.html"), "--url", URL, COLUMNS="40")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert "  Staff writer" in lines[lines.index("author_role") :]
    assert max(map(len, lines[1:])) <= 40


def test_json_is_one_object(tmp_path: Path) -> None:
    packed = tmp_path / "page.html.gz"
    packed.write_bytes(gzip.compress((BLOG / "page.html").read_bytes()))
    done = run_scrapy(tmp_path, "article", "--json", "--why", str(packed), "--url", URL)
    told = json.loads(done.stdout)
    assert told["article"]["site"] == "csmonitor"
    assert told["fields"]["date_published"]


def test_body_is_the_text_alone(tmp_path: Path) -> None:
    done = run_scrapy(tmp_path, "article", "--body", str(BLOG / "page.html"), "--url", URL)
    body = json.loads((BLOG / "expected.json").read_text("utf-8"))["body"]
    assert done.stdout.rstrip("\n").split("\n\n") == body


def test_what_a_page_says_cannot_move_the_terminal_s_cursor(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>Up \x1b[2J[bold]and[/bold] away</h1><p>" + "Words go on. " * 80, "utf-8")
    done = run_scrapy(tmp_path, "article", "--why", str(page), "--url", "https://paper.example/a")
    assert "\x1b" not in done.stdout
    assert "[bold]" in done.stdout


def test_a_page_that_is_no_article_gives_exit_code_1(tmp_path: Path) -> None:
    page = FIXTURES / "csmonitor" / "refused-bot-wall" / "page.html"
    done = run_scrapy(tmp_path, "article", str(page))
    assert (done.returncode, "bot wall" in done.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere.html",), "nowhere.html cannot be read: No such file or directory"),
        (("www.paper.example/a",), "there is no file www.paper.example/a; a page on the network begins with https://"),
        (("http://127.0.0.1:9/",), "http://127.0.0.1:9/ could not be fetched: connection refused"),
        ((str(BLOG / "page.html"), "--site", "nobody"), "there is no spider called 'nobody'"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run_scrapy(tmp_path, "article", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_served_page_is_fetched_as_a_crawl_would(tmp_path: Path) -> None:
    with serve(Newspaper()) as served:
        story = truth(served.newspaper, served.url)[0]
        done = run_scrapy(tmp_path, "article", "--json", story["url"])
        forbidden = run_scrapy(tmp_path, "article", f"{served.url}proof/World")
    assert json.loads(done.stdout)["headline"] == story["headline"], done.stderr
    assert (forbidden.returncode, "forbidden by robots.txt" in forbidden.stderr) == (2, True)
