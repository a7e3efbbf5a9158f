"""Records are read from every packing, and whatever is damaged costs itself alone."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archives.records import (
    CUT_OFF,
    DAMAGED,
    TOO_LARGE,
    Record,
    find_archives,
    identity,
    parse_http,
    read_records,
)
from tests.archives.warcs import NOW, http, metadata, pack, record, request, response, revisit, warcinfo

URLS = [f"https://paper.example/{number}" for number in range(6)]
_CHANCE = random.Random(1)
BODIES = {url: b"<p>" + bytes(_CHANCE.choices(b"abcdefgh <>", k=3000)) for url in URLS}
RESPONSES = [response(url, body) for url, body in BODIES.items()]


def read(folder: Path, data: bytes, name: str = "a.warc.gz", max_bytes: int = 1 << 20) -> list[Record]:
    path = folder / name
    path.write_bytes(data)
    return list(read_records(path, max_bytes))


@pytest.mark.parametrize(
    ("how", "name"), [("gzip", "a.warc.gz"), ("zstd", "a.warc.zst"), ("plain", "a.warc"), ("whole", "a.warc.gz")]
)
def test_every_packing_is_read(tmp_path: Path, how: str, name: str) -> None:
    records = read(tmp_path, pack(RESPONSES, how), name)
    assert {one.url: one.body for one in records} == BODIES
    assert {(one.kind, one.status, one.date, one.fault) for one in records} == {("response", 200, NOW, None)}
    assert records[0].header("content-type") == "text/html; charset=UTF-8"
    if how != "whole":
        starts = [len(pack(RESPONSES[:number], how)) for number in range(len(RESPONSES))]
        assert [one.offset for one in records] == starts


def test_the_other_kinds_come_without_bodies(tmp_path: Path) -> None:
    others = [warcinfo(), request(URLS[0]), metadata(URLS[0]), revisit(URLS[0])]
    records = read(tmp_path, pack(others))
    assert [one.kind for one in records] == ["warcinfo", "request", "metadata", "revisit"]
    assert not any(one.body for one in records)


def test_a_resource_is_a_page_without_http(tmp_path: Path) -> None:
    (one,) = read(tmp_path, pack([record("resource", b"<p>Rain", url=URLS[0], Content_Type="text/html")]))
    assert (one.status, one.header("content-type"), one.body) == (200, "text/html", b"<p>Rain")


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_broken_stretch_costs_its_records_alone(tmp_path: Path, how: str) -> None:
    starts = [len(pack(RESPONSES[:number], how)) for number in range(len(RESPONSES) + 1)]
    data = bytearray(pack(RESPONSES, how))
    data[starts[2] + 200 : starts[2] + 220] = bytes(20)
    data[starts[4] : starts[4] + 30] = bytes(30)
    records = read(tmp_path, bytes(data), "a.warc.gz" if how == "gzip" else "a.warc.zst")
    assert [one.url for one in records if not one.fault] == [URLS[0], URLS[1], URLS[3], URLS[5]]
    assert [one.fault for one in records if one.fault] == [DAMAGED, DAMAGED]


def test_a_file_whose_beginning_is_broken_is_read_from_where_it_is_not(tmp_path: Path) -> None:
    records = read(tmp_path, b"\x00" * 30 + pack(RESPONSES)[30:])
    assert [one.url for one in records if not one.fault] == URLS[1:]
    assert [one.fault for one in records if one.fault] == [DAMAGED]


def test_a_broken_body_is_told_once_and_by_its_address(tmp_path: Path) -> None:
    big = response(URLS[0], random.Random(2).randbytes(400_000))
    data = bytearray(pack([big, RESPONSES[1]]))
    data[300_000:300_020] = bytes(20)
    assert [(one.url, one.fault) for one in read(tmp_path, bytes(data))] == [(URLS[0], DAMAGED), (URLS[1], None)]


@pytest.mark.parametrize(("how", "name"), [("gzip", "a.warc.gz"), ("plain", "a.warc")])
def test_a_torn_end_is_cut_off(tmp_path: Path, how: str, name: str) -> None:
    records = read(tmp_path, pack(RESPONSES, how)[:-900], name)
    assert [one.fault for one in records] == [None] * 5 + [CUT_OFF]


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_stops_the_reading(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(pack(RESPONSES, chance.choice(["gzip", "plain", "zstd", "whole"])))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(100, len(data))
        match chance.randrange(3):
            case 0:
                data[at : at + chance.randrange(1, 50)] = chance.randbytes(20)
            case 1:
                del data[at : at + chance.randrange(1, 2000)]
            case 2:
                data[at:at] = chance.randbytes(chance.randrange(1, 100))
    try:
        records = read(tmp_path, bytes(data))
    except OSError as error:
        assert "no WARC record" in str(error)  # noqa: PT017 (whether it is raised is up to the chance)
    else:
        whole = [one for one in records if not one.fault and one.url in BODIES and one.body == BODIES[one.url]]
        assert len({one.url for one in whole}) == len(whole)


def test_a_large_record_is_passed_over(tmp_path: Path) -> None:
    records = read(tmp_path, pack([response(URLS[0], b"<p>" * 100_000), RESPONSES[1]]), max_bytes=10_000)
    assert [(one.fault, len(one.body)) for one in records] == [(TOO_LARGE, 0), (None, len(BODIES[URLS[1]]))]


@pytest.mark.parametrize(
    ("torn", "fault"),
    [
        (response(URLS[0], b"<p>Rai", WARC_Truncated="length"), CUT_OFF),
        (response(URLS[0], b"<p>Rai", {"Content-Type": "text/html", "Content-Length": "400"}), CUT_OFF),
        # What older CC-NEWS files say: the length on the line, of a body that was unpacked since.
        (response(URLS[0], b"<p>Rain", {"Content-Encoding": "gzip", "Content-Length": "400"}), None),
        (response(URLS[0], b"<p>Rain", {"Content-Length": "many"}), None),
    ],
)
def test_what_ends_early_is_told(tmp_path: Path, torn: bytes, fault: str | None) -> None:
    (one,) = read(tmp_path, pack([torn]))
    assert one.fault == fault


@pytest.mark.parametrize(
    ("at", "headers", "date"),
    [
        ("2026-05-07T10:00:00.123456789Z", {}, datetime(2026, 5, 7, 10, 0, 0, 123456, UTC)),
        ("soon", {"Date": "Thu, 07 May 2026 08:00:00 GMT"}, datetime(2026, 5, 7, 8, tzinfo=UTC)),
        (None, {"Date": "soon"}, None),
    ],
)
def test_the_date_is_the_records_else_https(
    tmp_path: Path, at: str | None, headers: dict[str, str], date: datetime | None
) -> None:
    (one,) = read(tmp_path, pack([response(URLS[0], b"", headers, at=at)]))
    assert one.date == date


def test_an_address_in_brackets_is_read(tmp_path: Path) -> None:
    (one,) = read(tmp_path, pack([record("response", http(b""), url=f"<{URLS[0]}>")]))
    assert one.url == URLS[0]


@pytest.mark.parametrize("data", [b"", b"hello", pack([b"hello"]), b"\x1f\x8b\x08"])
def test_what_is_no_warc_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(OSError, match="no WARC record"):
        read(tmp_path, data)


def test_http_is_read_leniently() -> None:
    assert parse_http(b"HTTP/2 200\nX-A: 1\n  2\nX-A:3\nbroken\n\nbody") == (
        200,
        (("x-a", "1 2"), ("x-a", "3")),
        b"body",
    )
    assert parse_http(b"HTTP/1.1 404 Gone\r\nX: 1") == (404, (("x", "1"),), b"")


def test_archives_are_found_by_path_folder_and_pattern(tmp_path: Path) -> None:
    names = ["b.warc.gz", "a.warc", "c.warc.zst", "notes.txt", "d.warc.gz.part"]
    for name in names:
        (tmp_path / name).touch()
    assert [path.name for path in find_archives(str(tmp_path))] == ["a.warc", "b.warc.gz", "c.warc.zst"]
    assert [path.name for path in find_archives(f"{tmp_path}/*.gz, {tmp_path}/b.warc.gz")] == ["b.warc.gz"]
    for text, sentence in [("", "which archives"), (f"{tmp_path}/x*", "no such file"), ("/nowhere.warc", "no such")]:
        with pytest.raises(ValueError, match=sentence):
            find_archives(text)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="ends with"):
        find_archives(str(tmp_path / "empty"))


def test_a_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(bytes(300_000))
    two.write_bytes(bytes(300_000))
    assert identity(one) == identity(two)
    for at in (0, 299_999):
        two.write_bytes(bytes(at) + b"x" + bytes(299_999 - at))
        assert identity(one) != identity(two)
    two.write_bytes(bytes(300_001))
    assert identity(one) != identity(two)
