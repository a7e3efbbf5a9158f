"""Every example of docs/data-pipelines.md, run in its order over the files of real crawls."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import boto3  # type: ignore[import-untyped]
import jsonschema_rs
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from newscrawl.demo import Newspaper, serve
from newscrawl.demo.server import Served
from newscrawl.schema import VERSION, closed
from newscrawl.segments import entries, finished
from tests.crawls import crawl
from tests.postgres import serve_postgres

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs/data-pipelines.md"
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


class Block(NamedTuple):
    """A fenced block of the document; a ``text`` block is what the one before it prints."""

    line: int
    language: str
    file: str
    text: str


def blocks() -> list[Block]:
    content = DOCUMENT.read_text("utf-8")
    fences = re.finditer(r"^```(\w+)(?: title=\"([\w.]+)\")?\n(.*?)^```$", content, re.DOTALL | re.MULTILINE)
    return [Block(content.count("\n", 0, found.start()) + 1, found[1], found[2] or "", found[3]) for found in fences]


def print_again(served: Served) -> None:
    """Publish a story under a headline of its own with the text of another."""
    paper = served.newspaper
    old, new = paper.stories[0], paper.publish("/World", NOW + timedelta(hours=1))
    paper.stories[paper.stories.index(new)] = replace(new, pages=old.pages)


def crawl_at(hours: int, served: Served, folder: Path, **settings: str) -> None:
    given = {"NEWSCRAWL_NOW": (NOW + timedelta(hours=hours)).isoformat(), **settings}
    done = crawl("demo", served, folder, *(f"-s{name}={value}" for name, value in given.items()))
    assert done.code == 0, done.told


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as the document's reader has it: two finished segments and one that is being written."""
    folder = tmp_path_factory.mktemp("pipelines")
    (folder / "schema").symlink_to(ROOT / "schema")
    with serve(Newspaper(size=150), port=0, crawl_delay=0.0, slow_seconds=0.1) as served:
        crawl_at(0, served, folder / "data", NEWSCRAWL_JOB="4a54a605")
        served.control.change(served.newspaper.stories[1].path, NOW + timedelta(hours=1))
        print_again(served)
        crawl_at(2, served, folder / "data", NEWSCRAWL_JOB="9be07f31", NEWSCRAWL_SEGMENT_COMPRESSION="zstd")
    (segment,) = (folder / "data/articles/demo").glob("*.jsonl")
    torn = segment.read_bytes()[:20_000]
    segment.with_name("20261120T210000Z-c3d1e88a.jsonl.part").write_bytes(torn)
    return folder


@pytest.fixture(scope="module")
def postgres() -> Iterator[dict[str, str]]:
    with serve_postgres() as environment:
        yield environment


@pytest.fixture
def surroundings(place: Path, postgres: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Go where the reader of the document is: in the folder, with the project's commands and a PostgreSQL at hand."""
    monkeypatch.chdir(place)
    for name, value in {**postgres, "SCRAPY_SETTINGS_MODULE": "newscrawl.settings", "TZ": "UTC"}.items():
        monkeypatch.setenv(name, value, prepend=os.pathsep if name == "PATH" else None)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve an S3 that has an empty bucket."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.get_host_and_port()[1]}")
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket="lake")
        yield
    finally:
        server.stop()


class Reader:
    """Does what the document says."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def read(self, block: Block) -> str:
        """Run *block* and return what it prints."""
        with redirect_stdout(io.StringIO()) as printed:
            if block.file:
                Path(block.file).write_text(block.text, encoding="utf-8")
            else:
                getattr(self, f"_{block.language}")(block)
        return printed.getvalue()

    def _python(self, block: Block) -> None:
        # The blank lines make a traceback name the document's line.
        exec(compile("\n" * block.line + block.text, DOCUMENT, "exec"), self.names)

    def _sql(self, block: Block) -> None:
        for statement in filter(str.strip, re.split(r";$", block.text, flags=re.MULTILINE)):
            if (relation := self.names["db"].sql(statement)) and relation.columns[0] not in ("Success", "Count"):
                print(relation)

    def _console(self, block: Block) -> None:
        """Print the block anew: its commands, each with what it prints."""
        for command in re.findall(r"^\$ ((?:.*\\\n)*.*)$", block.text, re.MULTILINE):
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
            print(f"$ {command}\n{done.stdout}", end="")
            assert done.returncode == 0, f"{command}: {done.stderr}"


def strip(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.usefixtures("surroundings", "bucket")
def test_every_example_prints_what_stands_below_it() -> None:
    reader, printed = Reader(), ""
    for block in blocks():
        if block.language != "text":
            assert printed == "", f"{DOCUMENT.name}:{block.line}: the block before it prints what does not stand there"
            printed = reader.read(block)
        if block.language in ("text", "console"):
            assert strip(printed) == strip(block.text), f"{DOCUMENT.name}:{block.line}"
            printed = ""
    assert printed == ""
    s3 = boto3.client("s3")
    (feed,) = s3.list_objects_v2(Bucket="lake", Prefix="feeds/")["Contents"]
    schema = closed(json.loads((ROOT / "schema/article.schema.json").read_text("utf-8")))
    for line in s3.get_object(Bucket="lake", Key=feed["Key"])["Body"].read().splitlines():
        jsonschema_rs.validate(schema, json.loads(line))


@pytest.fixture
def load(surroundings: None) -> list[str]:
    """Return the command of the document's consumer, for which nothing has been loaded yet."""
    (program,) = (block for block in blocks() if block.file == "load.py")
    Reader().read(program)
    command = [sys.executable, program.file]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(["psql", "-q", "-c", "TRUNCATE segments, articles"], check=True)
    return command


LOADED = [
    "demo/20261120T180000Z-4a54a605.jsonl: 150 articles",
    "demo/20261120T200000Z-9be07f31.jsonl.zst: 2 articles",
]


def test_consumers_at_once_load_each_segment_once(load: list[str]) -> None:
    consumers = [subprocess.Popen(load, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [consumer.communicate()[0] for consumer in consumers]
    assert [consumer.returncode for consumer in consumers] == [0, 0, 0]
    assert sorted("".join(told).splitlines()) == LOADED


def test_a_killed_consumer_has_loaded_nothing_of_its_segment(load: list[str]) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO articles%'"
    )
    with psycopg.connect(autocommit=True) as watcher:
        with psycopg.connect() as other:
            other.execute("LOCK TABLE articles")
            with subprocess.Popen(load) as consumer:
                for _ in range(1000):
                    if watcher.execute(waiting).fetchone() == (1,):
                        break
                    sleep(0.01)
                consumer.kill()
            assert watcher.execute(waiting).fetchone() == (1,), "it was killed in the midst of loading"
        done = subprocess.run(load, check=True, capture_output=True, text=True)
        assert done.stdout.splitlines() == LOADED
        assert watcher.execute("SELECT count(*) FROM articles").fetchone() == (151,)


def test_what_is_said_never_to_be_null_never_is(place: Path) -> None:
    (promised,) = re.findall(r"^- (.*) are never null", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    names = re.findall(r"`(\w+)`", promised)
    assert len(names) > 5
    lines = [line for path in finished(place / "data/articles") for line in entries(path)]
    assert [name for name in names for line in lines if line.values is None or line.values[name] is None] == []


def test_the_document_names_the_version() -> None:
    assert f"**version {VERSION}**" in DOCUMENT.read_text("utf-8")
