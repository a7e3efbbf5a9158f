"""What is read from segments and reports, and what becomes of what cannot be read."""

from __future__ import annotations

import gzip
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.reportpage.gather import gather
from newscrawl.segments import finished
from tests.reportpage import made

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    made.weeks(folder, articles=360, runs=9)
    return folder


def test_lines_are_counted_by_site_and_way(data: Path) -> None:
    found = gather(finished(data / "articles"), [data / "reports"])
    assert (found.articles, found.lines, found.updates, found.unreadable) == (360, 366, 6, 0)
    assert found.sites == {"harbour_post": 120, "valley_times": 120, "nordlicht": 120}
    assert sum(way.articles for way in found.ways.values()) == 360
    assert sum(found.hours.values()) == sum(found.days.values()) == 360
    assert [head.values["headline"].rpartition(" ")[2] for head in found.heads[:3]] == ["0", "1", "2"]


def test_runs_are_told_in_their_order(data: Path) -> None:
    found = gather([], [data / "reports"])
    assert [run.job for run in found.runs] == [f"job{number}" for number in range(9)]
    assert found.runs[3].total.new == 40
    assert found.runs[3].total.updated == 1
    assert found.runs[-1].failure.startswith("valley_times: byline")


def test_reasons_are_those_of_the_reports_with_examples_of_the_newest_runs(data: Path) -> None:
    found = gather([], [data / "reports"])
    reported = sum(run.total.rejected + run.total.failed for run in found.runs)
    assert sum(reason.number for reason in found.reasons) == reported > 0
    (failed,) = (reason for reason in found.reasons if reason.kind == "failed")
    assert next(iter(failed.examples)) == "https://harbour_post.example/failed/8"
    assert len(failed.examples) <= 5


def test_a_list_of_a_run_without_a_report_is_counted(tmp_path: Path) -> None:
    (tmp_path / "20260101T000000Z-dead.rejects.jsonl").write_text(
        '{"url":"https://a.example/1","reason":"no text","kind":"rejected","site":"a","via":"feed"}\n' * 3
    )
    (reason,) = gather([], [tmp_path]).reasons
    assert (reason.reason, reason.number, reason.sites, list(reason.examples)) == (
        "no text",
        3,
        {"a"},
        ["https://a.example/1"],
    )


def test_a_field_that_the_newest_run_lost_is_marked(data: Path) -> None:
    coverage = gather(finished(data / "articles"), []).coverage
    marked = [
        (site, name) for site, fields in coverage.items() for name, one in fields.items() if one.before is not None
    ]
    assert marked == [("valley_times", "byline"), ("valley_times", "authors")]
    assert (coverage["valley_times"]["byline"].before, coverage["valley_times"]["byline"].now) == (1.0, 0.0)


def test_versions_have_their_texts(data: Path) -> None:
    histories = gather(finished(data / "articles"), []).histories
    assert len(histories) == 6
    for head, versions in histories:
        assert [line["version"] for line in versions] == [1, 2]
        assert head.values["version"] == 2
        assert versions[0]["body"] != versions[1]["body"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_packed_segments_are_read(tmp_path: Path, data: Path, ending: str) -> None:
    pack = gzip.compress if ending == ".gz" else zstd.compress
    for path in finished(data / "articles"):
        packed = tmp_path / path.parent.name / f"{path.name}{ending}"
        packed.parent.mkdir(exist_ok=True)
        packed.write_bytes(pack(path.read_bytes()))
    found = gather(finished(tmp_path), [])
    assert (found.articles, len(found.histories), len(found.histories[0][1])) == (360, 6, 2)


def test_one_site_and_the_last_days_alone(data: Path) -> None:
    segments, reports = finished(data / "articles"), [data / "reports"]
    assert set(gather(segments, reports, sites=["nordlicht"]).sites) == {"nordlicht"}
    assert all(set(run.sites) == {"nordlicht"} for run in gather(segments, reports, sites=["nordlicht"]).runs)
    assert gather(segments, reports, sites=["nobody"]).runs == []
    since = date(2026, 6, 29)
    late = gather(segments, reports, since=since)
    assert {run.started.date() for run in late.runs} == {since, date(2026, 6, 30)}
    assert 0 < late.articles < 360


def test_no_more_heads_are_kept_than_asked_for_and_everything_is_counted(data: Path) -> None:
    found = gather(finished(data / "articles"), [], most=20)
    assert (len(found.heads), found.articles) == (20, 360)
    assert found.heads[0].values["headline"].endswith("year 0")


def test_what_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path, data: Path) -> None:
    good = finished(data / "articles")[0]
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(good.read_bytes() + b'\nnull\n[1]\n{"id": 3, "canonical_url"')
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(good.read_bytes())[:-40])
    (tmp_path / "x.report.json").write_text('{"started": "2026-01-01T00:00:00+00:00", "sites": []}')
    (tmp_path / "y.report.json").write_text("{")
    (tmp_path / "z.rejects.jsonl").write_text("[]\n")
    found = gather([torn, cut, tmp_path / "away.jsonl"], [tmp_path])
    assert found.articles >= 13
    assert found.unreadable == 4
    assert [sentence.removeprefix(str(tmp_path)).split()[0] for sentence in found.troubles] == [
        "/cut.jsonl.gz",
        "/away.jsonl",
        "/x.report.json",
        "/y.report.json",
        "/z.rejects.jsonl",
    ]


def test_values_of_other_kinds_than_ours_are_borne(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(
        '{"id": "a", "site": 5, "headline": ["x"], "date_published": 7, "version": "two", "discovered": "feed", '
        '"authors": "Ann", "duplicate_of": 3, "similarity": "much", "sources": [], "changed": null}\n'
        '{"id": "b", "date_published": "2026-02-30T99:00", "fetched_at": "soon", "keywords": [1, null, "k"]}\n'
    )
    found = gather([path], [])
    assert (found.articles, found.undated, set(found.sites)) == (2, 2, {"unknown"})


def test_copies_are_counted_once(tmp_path: Path) -> None:
    one = made.article(1, random.Random(1), duplicate_of="x", similarity=0.9)
    began = datetime(2026, 1, 1, tzinfo=UTC)
    first = made.run(tmp_path, 1, began, [one])
    second = made.run(tmp_path, 2, began + timedelta(hours=1), [made.changed(one, random.Random(1))])
    found = gather([*first, *second], [tmp_path / "reports"])
    assert (found.articles, found.lines, found.copies) == (1, 2, 1)
    assert gather(first, [tmp_path / "reports"], only_jobs=True).runs[0].job == "job1"
    assert len(gather(first, [tmp_path / "reports"], only_jobs=True).runs) == 1
