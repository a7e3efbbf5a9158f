"""``scrapy report`` as a person runs it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.commands.test_commands import scrapy
from tests.reportpage import made


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    chance = random.Random(5)
    for number in range(3):
        articles = [made.article(10 * number + place, chance) for place in range(6)]
        made.run(folder, number, made.NOW + timedelta(days=number), articles)
    return folder


def test_without_arguments_it_tells_of_all_data(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "page.html"
    done = scrapy(data, "report", "-o", str(output))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"report: 18 articles of 3 sites, 3 runs: {output} (0.1 MB)\n"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert "<title>newscrawl report: 18 articles of 3 sites, 3 runs</title>" in output.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["articles/nordlicht"], "6 articles of 1 site, 3 runs"),
        (["articles/*/*job1.jsonl"], "6 articles of 3 sites, 1 run"),
        (["articles/nordlicht/20260701T120000Z-job1.jsonl"], "2 articles of 1 site, 1 run"),
        (["--site", "nordlicht", "--site", "valley_times"], "12 articles of 2 sites, 3 runs"),
        (["--since", "2026-07-01"], "12 articles of 3 sites, 2 runs"),
        (["articles/nordlicht", "--since", "2026-07-02"], "2 articles of 1 site, 1 run"),
    ],
)
def test_it_tells_of_what_it_is_asked(data: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    given = [str(data / one) if one.startswith("articles") else one for one in arguments]
    done = scrapy(data, "report", *given, "-o", str(tmp_path / "page.html"))
    assert done.stdout.startswith(f"report: {told}: ")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere/*.jsonl"], 1, "report: nowhere/*.jsonl: there is no such segment"),
        (["--site", "nobody"], 1, "report: there is no article and no run of nobody"),
        (["--since", "2027-01-01"], 1, "report: there is no article and no run since 2027-01-01"),
        (["--since", "yesterday"], 2, "--since=yesterday: write a date as YYYY-MM-DD"),
        (["-o", "nowhere/page.html"], 1, "report: nowhere/page.html cannot be written: No such file or directory"),
    ],
)
def test_when_there_is_no_page_it_says_why(data: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = scrapy(data, "report", *arguments)
    assert done.returncode == code
    assert sentence in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not Path("report.html").exists()


def test_before_the_first_crawl_it_says_what_to_do(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "report")
    assert done.returncode == 1
    assert "crawl first, or name segments" in done.stderr


def test_files_that_cannot_be_read_are_named_and_the_others_told(data: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(b"no gzip")
    done = scrapy(data, "report", str(data / "articles" / "nordlicht"), str(broken), "-o", str(tmp_path / "page.html"))
    assert done.returncode == 0
    assert f"report: {broken} could not be read to its end: Not a gzipped file" in done.stderr
    assert "6 articles" in done.stdout
