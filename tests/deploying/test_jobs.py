"""The project on a real Scrapyd: deployed from a clone, its jobs scheduled, cancelled, side by side, upgraded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from newscrawl import __version__
from newscrawl.demo import GermanNewspaper, Newspaper, serve, truth
from newscrawl.demo.server import Served
from newscrawl.segments import finished, open_segment
from newscrawl.settings import SPIDER_MODULES
from tests.deploying.server import ROOT, Scrapyd, environment, repository, running, wait
from tests.valkeys import free_port

USER = ("newscrawl", "a pass:word")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of who deploys: what curl and scrapyd-deploy read the password from."""
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text(f'machine localhost login {USER[0]} password "{USER[1]}"\n')
    (home / ".netrc").chmod(0o600)
    return home


@pytest.fixture(scope="module")
def clone(home: Path) -> Path:
    """A fresh clone; the port in its ``[deploy]`` is all that is changed."""
    subprocess.run(["git", "clone", "--quiet", repository(home / "origin"), home / "clone"], check=True)
    return home / "clone"


@pytest.fixture(scope="module")
def scrapyd(home: Path, clone: Path) -> Iterator[Scrapyd]:
    folder, port = home / "scrapyd", free_port()
    folder.mkdir()
    (folder / "scrapyd.conf").write_text(
        f"[scrapyd]\nhttp_port = {port}\nusername = {USER[0]}\npassword = {USER[1]}\n"
        "poll_interval = 0.2\nmax_proc = 3\nitems_dir = items\njobs_to_keep = 50\n"
    )
    config = clone / "scrapy.cfg"
    assert config.read_text().count(":6800/") == 1
    config.write_text(config.read_text().replace(":6800/", f":{port}/"))
    with running(folder, port, USER, [sys.executable, "-m", "scrapyd"], environment(home)) as scrapyd:
        deploy(home, clone)
        yield scrapyd


def deploy(home: Path, clone: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [Path(sys.executable).with_name("scrapyd-deploy"), *arguments],
        cwd=clone,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def english() -> Iterator[Served]:
    with serve(Newspaper(size=150), crawl_delay=0.0, slow_seconds=0.2) as served:
        yield served


@pytest.fixture(scope="module")
def german() -> Iterator[Served[GermanNewspaper]]:
    with serve(GermanNewspaper(size=150), crawl_delay=0.0, slow_seconds=0.2) as served:
        yield served


def lines(data: Path) -> list[dict[str, Any]]:
    records = []
    for path in finished(data / "articles"):
        with open_segment(path) as file:
            records += [json.loads(line) for line in file]
    return records


def report(data: Path, job: str) -> dict[str, Any]:
    (path,) = data.glob(f"reports/*-{job}.report.json")
    found: dict[str, Any] = json.loads(path.read_bytes())
    assert found["job"] == job
    return found


def articles_of(served: Served) -> dict[str, dict[str, Any]]:
    """What a perfect reader makes of the newspaper, by path."""
    return {urlsplit(record["canonical_url"]).path: record for record in truth(served.newspaper, served.url)}


def answered(served: Served) -> set[str]:
    """The paths that have been answered with a page."""
    return {seen.path for seen in served.log if seen.status == 200}


# -- deployed --------------------------------------------------------------------------------------------------------


def test_all_spiders_are_listed(scrapyd: Scrapyd, clone: Path) -> None:
    spiders = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": SPIDER_MODULES})).list()
    assert scrapyd.get("listspiders", project="newscrawl")["spiders"] == sorted(spiders)
    changed = subprocess.run(["git", "status", "--short"], cwd=clone, check=True, capture_output=True, text=True).stdout
    assert changed == " M scrapy.cfg\n"


def test_the_egg_has_the_data_files_and_finds_them(scrapyd: Scrapyd, tmp_path: Path) -> None:
    (egg,) = (scrapyd.folder / "eggs" / "newscrawl").glob("*.egg")
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "newscrawl").rglob("*.*") if path.suffix != ".pyc"}
    with ZipFile(egg) as archive:
        assert package - set(archive.namelist()) == set()
    code = f"""
import sys
sys.path.insert(0, {str(egg)!r})
from newscrawl import links
from newscrawl.article import load_article
from newscrawl.demo import GermanNewspaper, Newspaper
assert {str(egg)!r} in links.__file__
page = "<title>A</title><h1>A boat</h1><p>" + "The boat came in late, and nobody had waited. " * 20
assert "nobody had waited" in load_article(page, "https://www.example.org/2026/03/12/a-boat").body
assert links.classify_links(page + "<a href='/2026/03/12/a-boat-came-in-late'>A boat came in</a>", "https://example.org/")
assert len(Newspaper(size=150).stories) == len(GermanNewspaper(size=150).stories) == 150
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True)


# -- arguments, settings, outcomes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small_jobs(scrapyd: Scrapyd, english: Served, german: Served[GermanNewspaper], home: Path) -> Path:
    """Jobs that end soon, each called after what it shows."""
    data = home / "small"
    (home / "sites").write_text(f"# on this machine\n{german.url}\n")
    scrapyd.schedule(
        "demo",
        "narrow",
        f"NEWSCRAWL_DATA={data}",
        "NEWSCRAWL_BODY_HTML=1",
        "NEWSCRAWL_SEGMENT_COMPRESSION=gzip",
        url=english.url,
        sections="/World,/Science",
        since="2012-01-01",
        until="2024-12-31",
        max_articles="3",
    )
    scrapyd.schedule(
        "news",
        "listed",
        f"NEWSCRAWL_DATA={data}",
        "NEWSCRAWL_NEAR_DUPLICATES=off",
        urls_file=str(home / "sites"),
        via="feeds",
        max_pages="8",
    )
    scrapyd.schedule("demo", "homeless", "NEWSCRAWL_DATA=", url=english.url, max_articles="2")
    scrapyd.schedule("demo", "nobody-there", f"NEWSCRAWL_DATA={data}", url=f"http://127.0.0.1:{free_port()}/")
    scrapyd.schedule("demo", "misspelt", f"NEWSCRAWL_DATA={data}", url=english.url, since="yesterday")
    scrapyd.wait_for("narrow", "listed", "homeless", "nobody-there", "misspelt")
    return data


def test_a_job_takes_arguments_and_settings(small_jobs: Path, scrapyd: Scrapyd) -> None:
    narrow = [record for record in lines(small_jobs) if record["job"] == "narrow"]
    assert len(narrow) == 3
    for record in narrow:
        assert urlsplit(record["canonical_url"]).path.split("/")[1] in {"World", "Science"}
        assert date(2012, 1, 1) <= date.fromisoformat(record["date_published"][:10]) <= date(2024, 12, 31)
        assert "<p>" in record["body_html"]
    assert list(small_jobs.glob("articles/demo/*-narrow.jsonl.gz"))
    assert report(small_jobs, "narrow")["reason"] == "max_articles"
    listed = report(small_jobs, "listed")
    assert listed["reason"] == "max_pages"
    (site,) = listed["sites"].values()
    assert set(site["ways"]) == {"feed"}
    assert {scrapyd.outcome(job) for job in ("narrow", "listed")} == {"Process finished:"}


def test_without_a_folder_data_goes_below_scrapyd_and_the_log_says_so(small_jobs: Path, scrapyd: Scrapyd) -> None:
    folder = scrapyd.folder / "data"
    assert {record["job"] for record in lines(folder)} == {"homeless"}
    assert f"NEWSCRAWL_DATA is not set: articles, and what is known of them, are kept in {folder}" in scrapyd.log_of(
        "demo", "homeless"
    )
    assert "NEWSCRAWL_DATA is not set" not in scrapyd.log_of("demo", "narrow")


def test_a_job_that_failed_says_so_in_its_log_and_to_scrapyd(small_jobs: Path, scrapyd: Scrapyd) -> None:
    for job, sentence in {
        "nobody-there": "the run failed: none of its start pages could be fetched",
        "misspelt": "The run could not begin: since=yesterday: write a date as YYYY-MM-DD",
    }.items():
        assert sentence in scrapyd.log_of("demo", job)
        assert "Traceback" not in scrapyd.log_of("demo", job)
        assert scrapyd.outcome(job) == "Process died: exitstatus=1"
    assert "none of its start pages" in report(small_jobs, "nobody-there")["failure"]


def test_the_feeds_that_scrapyd_asks_for_are_written_too(small_jobs: Path, scrapyd: Scrapyd) -> None:
    feed = scrapyd.folder / "items" / "newscrawl" / "demo" / "narrow.jl"
    written = [json.loads(line)["id"] for line in feed.read_text("utf-8").splitlines()]
    assert sorted(written) == sorted(record["id"] for record in lines(small_jobs) if record["job"] == "narrow")


# -- cancelled, and then several at once -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cancelled(scrapyd: Scrapyd, english: Served, home: Path) -> Path:
    """A job that was cancelled when it had fetched some articles."""
    data = home / "cancelled"
    english.log.clear()
    scrapyd.schedule("demo", "once", f"NEWSCRAWL_DATA={data}", "DOWNLOAD_DELAY=0.02", url=english.url)
    paths = articles_of(english).keys()
    wait(lambda: len(answered(english) & paths) >= 60, "fetching sixty articles")
    scrapyd.cancel("once")
    scrapyd.wait_for("once")
    return data


def test_a_cancelled_job_writes_what_it_has_fetched(cancelled: Path, scrapyd: Scrapyd, english: Served) -> None:
    articles = articles_of(english)
    fetched = {path for path in answered(english) & articles.keys() if articles[path]["pages"] == 1}
    written = {urlsplit(record["canonical_url"]).path for record in lines(cancelled)}
    assert fetched - written == set()
    assert len(written) < len(articles)
    assert list(cancelled.glob("articles/*/*.part*")) == []
    assert report(cancelled, "once")["failure"].startswith("it was stopped from outside before it was done")
    assert scrapyd.outcome("once") == "Process died: exitstatus=1"


@pytest.fixture(scope="module")
def cut_off(cancelled: Path, scrapyd: Scrapyd, english: Served) -> Path:
    """Another that was cancelled twice, the second time while it was still ending."""
    scrapyd.schedule("demo", "twice", f"NEWSCRAWL_DATA={cancelled}", "DOWNLOAD_DELAY=0.2", url=english.url)
    parts = "articles/*/*-twice.jsonl.part"
    wait(lambda: any(part.stat().st_size for part in cancelled.glob(parts)), "writing an article")
    scrapyd.cancel("twice")
    wait(lambda: "shutting down gracefully" in scrapyd.log_of("demo", "twice"), "the first signal")
    scrapyd.cancel("twice")
    scrapyd.wait_for("twice")
    return cancelled


def test_a_job_cancelled_twice_ends_at_once(cut_off: Path, scrapyd: Scrapyd) -> None:
    assert "forcing unclean shutdown" in scrapyd.log_of("demo", "twice")
    assert len(list(cut_off.glob("articles/demo/*-twice.jsonl.part"))) == 1
    assert list(cut_off.glob("reports/*-twice.report.json")) == []


@pytest.fixture(scope="module")
def side_by_side(cut_off: Path, scrapyd: Scrapyd, english: Served, german: Served[GermanNewspaper]) -> Path:
    """Two jobs at once on that newspaper, and one on another."""
    data = f"NEWSCRAWL_DATA={cut_off}"
    english.log.clear()
    scrapyd.schedule("demo", "left", data, "DOWNLOAD_DELAY=0.06", url=english.url)
    wait(lambda: answered(english) & articles_of(english).keys(), "fetching an article")
    scrapyd.schedule("demo", "right", data, "DOWNLOAD_DELAY=0.01", url=english.url)
    scrapyd.schedule("news", "other", data, "DOWNLOAD_DELAY=0.01", url=german.url, max_articles="20")
    scrapyd.wait_for("left", "right", "other")
    return cut_off


def test_the_next_jobs_go_on_and_write_no_article_twice(side_by_side: Path, scrapyd: Scrapyd, english: Served) -> None:
    records = lines(side_by_side)
    found = Counter(record["id"] for record in records if record["site"] == "demo")
    assert found == Counter(record["id"] for record in truth(english.newspaper, english.url))
    written = Counter(record["job"] for record in records)
    assert written["other"] == 20
    assert min(written[job] for job in ("once", "twice", "left")) > 0
    assert report(side_by_side, "right")["started"] < report(side_by_side, "left")["ended"]
    assert list(side_by_side.glob("articles/*/*.part*")) == []
    assert "recovered from a killed run: 1 file finished" in scrapyd.log_of("demo", "left")
    assert {scrapyd.outcome(job) for job in ("left", "right", "other")} == {"Process finished:"}


# -- a new version ---------------------------------------------------------------------------------------------------


def test_a_job_ends_with_the_version_it_began_with(scrapyd: Scrapyd, english: Served, home: Path, clone: Path) -> None:
    def agents() -> list[str]:
        return [(seen.user_agent or "").split()[0] for seen in english.log]

    data = home / "upgraded"
    (old,) = scrapyd.get("listversions", project="newscrawl")["versions"]
    english.log.clear()
    slow = ("DOWNLOAD_DELAY=0.3", "CONCURRENT_REQUESTS=2")
    scrapyd.schedule("demo", "old", f"NEWSCRAWL_DATA={data}", *slow, url=english.url)
    wait(agents, "the first page")
    source = clone / "newscrawl/__init__.py"
    source.write_text(source.read_text().replace(__version__, "99.0"))
    new = deploy(home, clone, "--version", str(int(old) + 1_000))["version"]
    then, articles = len(agents()), articles_of(english).keys()
    wait(lambda: sum(seen.path in articles for seen in english.log[then:]) >= 3, "articles after the deployment")
    scrapyd.cancel("old")
    scrapyd.wait_for("old")
    assert set(agents()) == {f"newscrawl/{__version__}"}
    assert report(data, "old")["reason"] == "shutdown"
    assert len(lines(data)) == report(data, "old")["sites"]["demo"]["new"] > 0

    scrapyd.post("delversion", version=old)
    assert scrapyd.get("listversions", project="newscrawl")["versions"] == [new]
    english.log.clear()
    scrapyd.schedule("demo", "new", f"NEWSCRAWL_DATA={data}", url=english.url, max_articles="3")
    scrapyd.wait_for("new")
    assert set(agents()) == {"newscrawl/99.0"}
    assert Counter(record["job"] for record in lines(data))["new"] == 3
