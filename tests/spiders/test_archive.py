"""WARC files through the same extraction and pipelines as a crawl; each article once, whatever is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.demo import Newspaper, truth
from newscrawl.demo.stories import Story
from newscrawl.spiders.archive import ArchiveSpider
from tests.archives.warcs import HTML, NOW, cc_news, crawled, pack, paper, record, response, revisit
from tests.crawls import ROOT

BASE = "https://courier.example.org"


@dataclass
class Ran:
    """What a run over archives left."""

    code: int
    told: str
    data: Path

    @property
    def records(self) -> list[dict[str, Any]]:
        files = sorted(self.data.glob("articles/*/*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        newest = max(self.data.glob("reports/*.report.json"), key=lambda path: path.stat().st_mtime_ns)
        report: dict[str, Any] = json.loads(newest.read_text("utf-8"))
        return report


def command(data: Path, path: Path | str, *arguments: str) -> list[str]:
    given = ["-a", f"path={path}", "-s", f"NEWSCRAWL_DATA={data}", *arguments]
    return [sys.executable, "-m", "scrapy", "crawl", "archive", *given]


def run(data: Path, path: Path | str, *arguments: str) -> Ran:
    done = subprocess.run(
        command(data, path, *arguments), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stderr, data)


def warc(folder: Path, records: Sequence[bytes], name: str = "CC-NEWS-20260507100000-00001.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(pack(records))
    return path


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return paper(BASE, 40)[1]


@pytest.fixture(scope="module")
def newspaper() -> Newspaper:
    return paper(BASE, 0)[0]


@pytest.fixture(scope="module")
def expected(newspaper: Newspaper, pages: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    return {r["canonical_url"]: r for r in truth(newspaper, f"{BASE}/") if r["canonical_url"] in pages}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, pages: dict[str, bytes]) -> Ran:
    folder = tmp_path_factory.mktemp("first")
    extra = [
        revisit(f"{BASE}/World/2026/0101/seen-before"),
        response(f"{BASE}/paper.pdf", b"%PDF", {"Content-Type": "application/pdf"}),
        response(f"{BASE}/World/2026/0102/gone", b"<p>Gone", status=404),
        response(f"{BASE}/World/2026/0103/torn", b"<p>Tor", HTML, WARC_Truncated="length"),
        response(f"{BASE}/", b"<p>Home", HTML),
        record("response", b"dns", url="dns:courier.example", Content_Type="text/dns"),
    ]
    return run(folder / "data", warc(folder, cc_news(pages, extra)))


def test_articles_are_those_of_a_crawl(first: Ran, expected: dict[str, dict[str, Any]]) -> None:
    assert first.code == 0, first.told
    assert Counter(r["canonical_url"] for r in first.records) == Counter(list(expected))
    for found in first.records:
        wanted = expected[found["canonical_url"]]
        assert [found[f] for f in ("headline", "pages", "authors")] == [
            wanted[f] for f in ("headline", "pages", "authors")
        ]


def test_a_line_says_where_it_comes_from(first: Ran) -> None:
    found = first.records[0]
    assert found["site"] == "example.org"
    assert found["fetched_at"] == "2026-05-07T10:00:00+00:00"
    assert found["discovered"]["via"] == "archive"
    name, _, offset = found["discovered"]["url"].partition("#")
    with (first.data.parent / name).open("rb") as file:
        file.seek(int(offset))
        assert file.read(3) == b"\x1f\x8b\x08"


def test_what_gave_no_article_is_told_with_its_reason(first: Ran) -> None:
    site = first.report["sites"]["example.org"]
    assert site["rejected"] == {
        "revisit of an earlier capture": 1,
        "not HTML but application/pdf": 1,
        "not an article's address": 1,
    }
    assert {reason: entry["count"] for reason, entry in site["failed"].items()} == {"not found (404)": 1, "cut off": 1}
    assert site["requests"] == 0


def test_a_file_that_was_read_costs_nothing_again(first: Ran, expected: dict[str, Any], tmp_path: Path) -> None:
    (original,) = first.data.parent.glob("*.warc.gz")
    moved = tmp_path / "elsewhere.warc.gz"
    moved.write_bytes(original.read_bytes())
    again = run(first.data, moved)
    assert (again.code, again.report["sites"]) == (0, {})
    assert f"nothing new: {len(expected)} known" in again.told
    asked = run(first.data, moved, "-a", "again=1")
    assert asked.code == 0
    assert len(asked.records) == len(expected), "a known article is no new version of itself"
    assert asked.report["sites"]["example.org"]["known"] == len(expected)


def test_days_and_sites_choose(tmp_path: Path, pages: dict[str, bytes], expected: dict[str, dict[str, Any]]) -> None:
    days = sorted(r["date_published"][:10] for r in expected.values())
    since, until = days[10], days[25]
    others = {
        "https://news.example.com/2026/05/06/why-it-rains": b"<h1>Rain</h1><p>"
        + b"It rained, and then it rained on. " * 40
    }
    path = warc(tmp_path, cc_news({**others, **pages}))
    chosen = run(tmp_path / "a", path, "-a", f"since={since}", "-a", f"until={until}", "-a", "sites=example.org")
    assert chosen.code == 0, chosen.told
    wanted = {url for url, r in expected.items() if since <= r["date_published"][:10] <= until}
    assert {r["canonical_url"] for r in chosen.records} == wanted
    assert "outside the dates" in chosen.told
    # The rest of the file is still to be had.
    rest = run(tmp_path / "a", path)
    assert {r["site"] for r in rest.records} == {"example.org", "example.com"}
    assert len(rest.records) == len(expected) + 1
    nobody = run(tmp_path / "b", path, "-a", "sites=nobody.example")
    assert nobody.code == 1
    assert "hold no page that can be an article of nobody.example" in nobody.told


def test_a_described_site_is_read_by_its_declaration(tmp_path: Path) -> None:
    base = "https://www.csmonitor.com"
    newspaper, pages = paper(base, 8)
    path = warc(tmp_path, cc_news({**pages, f"{base}/World": b"<h1>World</h1>"}))
    done = run(tmp_path / "data", path)
    assert done.code == 0, done.told
    wanted = {r["canonical_url"]: r for r in truth(newspaper, f"{base}/") if r["canonical_url"] in pages}
    assert {r["canonical_url"]: r["byline"] for r in done.records} == {u: r["byline"] for u, r in wanted.items()}
    assert {r["site"] for r in done.records} == {"csmonitor"}
    assert done.report["sites"]["csmonitor"]["rejected"] == {"not an article's address": 1}


def story_of_pages(newspaper: Newspaper) -> Story:
    return next(story for story in newspaper.stories if len(story.pages) > 2)


def test_pages_of_an_article_are_joined_in_whatever_order_they_come(tmp_path: Path, newspaper: Newspaper) -> None:
    story = story_of_pages(newspaper)
    pages = {url: body for url, body in paper(BASE, 400)[1].items() if url.startswith(BASE + story.path)}
    body = next(r["body"] for r in truth(newspaper, f"{BASE}/") if r["canonical_url"] == BASE + story.path)
    for number, order in enumerate([list(pages), list(reversed(pages))]):
        done = run(
            tmp_path / f"{number}", warc(tmp_path, cc_news({url: pages[url] for url in order}), f"{number}.warc.gz")
        )
        assert [(r["body"], r["pages"]) for r in done.records] == [(body, len(pages))], done.told
    # In two files, and without the last page.
    halves = [dict(list(pages.items())[:1]), dict(list(pages.items())[1:-1])]
    files = [warc(tmp_path, cc_news(half), f"half{number}.warc.gz") for number, half in enumerate(halves)]
    torn = run(tmp_path / "torn", ",".join(map(str, files)))
    assert [r["pages"] for r in torn.records] == [len(pages) - 1]
    assert "1 article page: not in the archive" in torn.told
    orphan = run(tmp_path / "orphan", files[1])
    assert orphan.records == []
    assert "whose first page is not there" in orphan.told


def test_a_later_capture_is_a_version_and_an_earlier_one_is_none(tmp_path: Path, pages: dict[str, bytes]) -> None:
    url = next(iter(pages))
    changed = pages[url].replace(b"</h1>", b", again</h1>")
    assert changed != pages[url]

    def capture(body: bytes, hours: int) -> bytes:
        return response(url, body, crawled(url, body), at=NOW + timedelta(hours=hours))

    same, later = capture(pages[url], 1), capture(changed, 2)
    done = run(tmp_path / "a", warc(tmp_path, [capture(pages[url], 0), same, later]))
    assert [(r["version"], r["fetched_at"][11:13]) for r in done.records] == [(1, "10"), (2, "12")], done.told
    done = run(tmp_path / "a", warc(tmp_path, [capture(pages[url], 3), same, later], "b.warc.gz"))
    assert len(done.records) == 3, "what was changed back is a version, too"
    early = run(tmp_path / "a", warc(tmp_path, [capture(changed, -5)], "c.warc.gz"))
    assert len(early.records) == 3
    off = run(tmp_path / "b", warc(tmp_path, [same, later], "d.warc.gz"), "-s", "NEWSCRAWL_RECHECK=")
    assert [r["version"] for r in off.records] == [1]


def test_redirects_become_aliases(tmp_path: Path, pages: dict[str, bytes]) -> None:
    url = next(iter(pages))
    moves = [
        response(f"{BASE}/short", b"", {"Location": "/shorter"}, status=301),
        response(f"{BASE}/shorter", b"", {"Location": url}, status=302),
    ]
    done = run(tmp_path / "data", warc(tmp_path, [*moves, response(url, pages[url])]))
    (found,) = done.records
    assert {f"{BASE}/short", f"{BASE}/shorter"} <= set(found["aliases"])


def test_what_cannot_be_read_is_told(tmp_path: Path, pages: dict[str, bytes]) -> None:
    (tmp_path / "bad.warc.gz").write_bytes(b"no archive")
    bad = run(tmp_path / "a", tmp_path / "bad.warc.gz")
    assert bad.code == 1
    assert "none of the archives could be read" in bad.told
    assert "archive: it holds no WARC record" in bad.told
    good = warc(tmp_path, cc_news(dict(list(pages.items())[:3])))
    both = run(tmp_path / "b", tmp_path)
    assert (both.code, len(both.records)) == (0, len({r["canonical_url"] for r in both.records})), both.told
    assert good.name in both.records[0]["discovered"]["url"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "which archives?"),
        ({"path": "/no/such.warc.gz"}, "no such file"),
        ({"path": __file__, "processes": "many"}, "write a whole number"),
        ({"path": __file__, "sections": "/World"}, "archives have no listings"),
        ({"path": __file__, "since": "today"}, "write a date"),
    ],
)
def test_a_wrong_argument_is_explained(arguments: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ArchiveSpider(**arguments)


def test_a_missing_library_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawl.archives.records.find_spec", {}.get)
    with pytest.raises(ValueError, match=r"newscrawl\[archive\]"):
        ArchiveSpider(path=__file__)


def test_no_more_than_were_asked_for_and_the_rest_the_next_time(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any]
) -> None:
    path = warc(tmp_path, cc_news(pages))
    few = run(tmp_path / "data", path, "-a", "max_articles=5")
    assert (few.code, len(few.records)) == (0, 5), few.told
    rest = run(tmp_path / "data", path)
    assert Counter(r["canonical_url"] for r in rest.records) == Counter(list(expected))


def test_a_feed_export_takes_the_articles_too(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any]
) -> None:
    path, out = warc(tmp_path, cc_news(pages)), tmp_path / "out.jsonl"
    done = run(tmp_path / "data", path, "-s", "NEWSCRAWL_OUTPUT=", "-O", str(out))
    assert done.code == 0, done.told
    assert len(out.read_text("utf-8").splitlines()) == len(expected)
    assert done.records == []


# -- whatever is killed ----------------------------------------------------------------------------------------------


@dataclass
class Started:
    process: subprocess.Popen[str]
    data: Path
    before: set[Path]
    """What dead runs had left."""

    def written(self) -> int:
        parts = set(self.data.glob("articles/*/*.part")) - self.before
        return sum(path.read_bytes().count(b"\n") for path in parts if path.exists())

    def workers(self) -> list[int]:
        # A process is a child of the thread that started it.
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [pid for path in children for pid in path.read_text().split()]
        return [int(pid) for pid in pids if b"newscrawl.archives.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    processes: list[subprocess.Popen[str]] = []

    def begin(data: Path, path: Path, *arguments: str) -> Started:
        before = set(data.glob("articles/*/*.part"))
        quick = ("-s", "NEWSCRAWL_FLUSH_ITEMS=3", "-a", "processes=2", *arguments)
        process = subprocess.Popen(
            command(data, path, *quick), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return Started(process, data, before)

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_killed_and_started_again_every_article_is_written_once(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any], start: Callable[..., Started]
) -> None:
    path, data = warc(tmp_path, cc_news(pages)), tmp_path / "data"
    for enough in (4, 5):
        started = start(data, path)
        wait_for(lambda started=started, enough=enough: started.written() >= enough)  # type: ignore[misc]
        workers = started.workers()
        assert workers
        os.kill(started.process.pid, signal.SIGKILL)
        started.process.communicate()
        wait_for(lambda workers=workers: all(gone(pid) for pid in workers))  # type: ignore[misc]
    last = run(data, path)
    assert last.code == 0, last.told
    assert Counter(r["canonical_url"] for r in last.records) == Counter(list(expected))
    assert {r["pages"] for r in last.records} >= {1, 2}
    assert list(data.glob("articles/*/*.part")) == []
    assert last.report["sites"]["example.org"]["known"] >= 9, "what was written is not read again"


def test_a_reader_that_is_killed_costs_nothing(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any], start: Callable[..., Started]
) -> None:
    data = tmp_path / "data"
    started = start(data, warc(tmp_path, cc_news(pages)))
    for enough in (3, 10):
        wait_for(lambda enough=enough: started.written() >= enough or started.process.poll() is not None)  # type: ignore[misc]
        os.kill(started.workers()[0], signal.SIGKILL)
    _, told = started.process.communicate(timeout=60)
    done = Ran(started.process.returncode, told, data)
    assert done.code == 0, told
    assert Counter(r["canonical_url"] for r in done.records) == Counter(list(expected))
    assert "failed" not in told
    assert run(data, tmp_path).report["sites"] == {}, "the file was read to its end"


def test_two_runs_at_once_write_each_article_once(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any], start: Callable[..., Started]
) -> None:
    path, data = warc(tmp_path, cc_news(pages)), tmp_path / "data"
    both = [start(data, path), start(data, path)]
    for one in both:
        _, told = one.process.communicate(timeout=100)
        assert one.process.returncode == 0, told
    assert Counter(r["canonical_url"] for r in Ran(0, "", data).records) == Counter(list(expected))


def test_stopped_from_outside_it_goes_on_the_next_time(
    tmp_path: Path, pages: dict[str, bytes], expected: dict[str, Any], start: Callable[..., Started]
) -> None:
    path, data = warc(tmp_path, cc_news(pages)), tmp_path / "data"
    started = start(data, path)
    wait_for(lambda: started.written() >= 3)
    workers = started.workers()
    started.process.send_signal(signal.SIGINT)
    _, told = started.process.communicate(timeout=60)
    assert "start it again and it goes on" in told
    assert all(gone(pid) for pid in workers)
    assert run(data, path).code == 0
    assert Counter(r["canonical_url"] for r in Ran(0, "", data).records) == Counter(list(expected))
