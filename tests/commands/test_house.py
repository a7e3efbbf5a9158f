"""``scrapy known`` and ``scrapy forget`` as a person runs them."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.neardups import keys_of, sign
from newscrawl.segments import Sink, line_of
from newscrawl.store import Coverage, Source, open_store
from tests.commands.test_commands import scrapy
from tests.pipelines.tiny import article
from tests.test_neardups import WIRE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two sites, an article of two versions, an old one and a rejected address."""
    now = datetime.now(UTC)
    with closing(open_store(f"sqlite:///{tmp_path}/newscrawl.db")) as store:
        recent = {"fetched_at": now.isoformat(timespec="seconds")}
        for stem, made in (
            (
                "1",
                [article(1, **recent), article(2, fetched_at=(now - timedelta(days=99)).isoformat(timespec="seconds"))],
            ),
            ("2", [article(1, version=2, changed=["body"], **recent), article(3, site="other", **recent)]),
        ):
            sink = Sink(tmp_path / "articles", store, stem)
            sink.write([line_of(one) for one in made])
            sink.finish()
        store.refuse(["paper.example/login"], "login page")
        store.keep_sources("paper", [Source(key="https://paper.example/", etag="x")])
        store.keep_coverage("paper", Coverage(articles=20.0))
    return tmp_path


def articles(data: Path) -> int:
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        return store.counts().articles


def test_counts_are_told_by_site(data: Path) -> None:
    done = scrapy(data, "known")
    assert done.returncode == 0
    assert [line.split(maxsplit=1) for line in done.stdout.splitlines()][:3] == [
        ["1", "other"],
        ["2", "paper"],
        ["3", "articles under 9 addresses, ids and texts"],
    ]
    assert "1  addresses that gave no article" in done.stdout


@pytest.mark.parametrize("word", ["https://paper.example/story-1?utm_source=x", article(1).id or ""])
def test_the_history_of_an_article_has_all_its_versions(data: Path, word: str) -> None:
    done = scrapy(data, "known", word)
    assert done.returncode == 0
    versions = [line.strip() for line in done.stdout.splitlines() if line.startswith("  version")]
    assert [line.partition(":")[0] for line in versions] == ["version 1", "version 2"]
    assert versions[1].endswith("paper/2.jsonl at 0, changed: body: Story 1")


def test_what_is_not_known_says_why(data: Path) -> None:
    done = scrapy(data, "known", "https://paper.example/login", "https://paper.example/nothing")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "https://paper.example/login: rejected: login page",
        "https://paper.example/nothing: not known",
    ]


@pytest.mark.parametrize(
    ("arguments", "left", "reads_listings_anew"),
    [
        (["https://paper.example/story-1", "https://paper.example/login"], 2, True),
        (["--site", "paper"], 1, True),
        (["--older-than", "90d"], 2, False),
        (["--older-than", "90d", "--site", "other"], 3, False),
    ],
)
def test_forgetting_by_address_site_and_age(
    data: Path, arguments: list[str], left: int, reads_listings_anew: bool
) -> None:
    trial = scrapy(data, "forget", *arguments, "--dry-run")
    assert trial.returncode == 0
    assert f"would forget {3 - left} article" in trial.stdout
    assert articles(data) == 3
    done = scrapy(data, "forget", *arguments)
    assert done.returncode == 0
    assert done.stdout.splitlines()[:-1] == trial.stdout.splitlines()[:-1]
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        assert store.counts().articles == left
        assert (store.sources("paper") == {}) == reads_listings_anew
        assert bool(store.refused(["paper.example/login"])) == ("https://paper.example/login" not in arguments)
    scrapy(data, "reindex")
    assert articles(data) == 3, "the files are the truth"


def test_only_the_coverage_of_a_site_can_be_forgotten(data: Path) -> None:
    done = scrapy(data, "forget", "--site", "paper", "--coverage")
    assert "forgot which fields the last 20 articles of paper had" in done.stdout
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        assert (store.coverage("paper").articles, store.counts().articles) == (0.0, 3)


def test_signatures_expire_for_good(data: Path) -> None:
    now = datetime.now(UTC)
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        store.now = lambda: now - timedelta(days=99)
        sink = Sink(data / "articles", store, "3")
        sink.write([line_of(article(7, body=WIRE), sign(WIRE))])
        sink.finish()
    signature = keys_of(sign(WIRE) or b"")
    for arguments, told, left in (
        (["--dry-run"], "would forget the signatures of 1 article;", 1),
        ([], "forgot the signatures of 1 article;", 0),
    ):
        done = scrapy(data, "forget", "--signatures", "--older-than", "90d", *arguments)
        assert done.returncode == 0
        assert told in done.stdout
        with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
            assert len(store.alike(signature)) == left
    scrapy(data, "reindex")
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        assert store.alike(signature) == []
        assert store.article(article(7).id or "") is not None


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 2, "Name addresses or ids, --site or --older-than"),
        (["--coverage", "--older-than", "9d"], 2, "--coverage needs --site"),
        (["--signatures"], 2, "--signatures needs --older-than"),
        (["--signatures", "--site", "paper"], 2, "--signatures needs --older-than"),
        (["--older-than", "long"], 2, "--older-than 'long' is no age: write 1h, 6h, 3d or 52w"),
        (["https://paper.example/nothing"], 1, "https://paper.example/nothing is not known"),
    ],
)
def test_what_cannot_be_forgotten_is_explained(data: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = scrapy(data, "forget", *arguments)
    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert articles(data) == 3


def test_nothing_is_forgotten_while_a_run_lives(data: Path) -> None:
    with closing(open_store(f"sqlite:///{data}/newscrawl.db")) as store:
        store.begin_job("nightly")
        done = scrapy(data, "forget", "--site", "paper")
        assert done.returncode == 1
        assert "a run is alive (nightly)" in done.stderr
    assert articles(data) == 3
