from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from newscrawl.demo.german import ZONE, GermanNewspaper, Story
from newscrawl.demo.german.stories import ALL_WAYS, FAULTS, SECTIONS


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    assert GermanNewspaper().stories == GermanNewspaper().stories
    assert {s.path for s in GermanNewspaper(seed=7).stories} != {s.path for s in GermanNewspaper().stories}


@pytest.mark.parametrize(("seed", "size"), [(1, 150), (2, 400), (3, 700)])
def test_papers_of_any_seed_and_size_are_whole(seed: int, size: int) -> None:
    paper = GermanNewspaper(seed=seed, size=size)
    assert len({s.path for s in paper.stories}) == len({s.headline for s in paper.stories}) == size
    assert {next(iter(s.ways)) for s in paper.stories if len(s.ways) == 1} == ALL_WAYS - {"section"}
    topics, writers = paper.topics(), paper.writers()
    listed = {s.path for name in topics.values() for s in paper.on_topic(name)}
    signed = {s.path for name in writers.values() for s in paper.by_author(name)}
    related = {r.path for s in paper.stories if "section" in s.ways for r in paper.related(s)}
    for story in paper.stories:
        if len(story.ways) == 1:
            assert (story.path in listed) is (story.ways == {"topic"})
            assert (story.path in signed) is (story.ways == {"author"})
            assert (story.path in related) is (story.ways == {"related"})


def test_it_has_what_it_is_meant_to_show(german: GermanNewspaper) -> None:
    stories = german.stories
    assert len(stories) >= 150
    assert Counter(s.kind for s in stories).keys() == {"article", "video", "gallery", "live"}
    assert {s.make for s in stories} == {"bem", "utility"}
    assert {s.stamp for s in stories} == {"time element", "plain time", "plain day"}
    assert {s.fault for s in stories} == set(FAULTS)
    assert 0.07 < sum(s.fault == "missing" for s in stories) / len(stories) < 0.13
    assert {len(s.authors) for s in stories} == {0, 1, 2, 3}
    assert {s.free for s in stories} == {None, True, False}
    assert {s.language for s in stories} == {"de", "de-DE"}
    assert {b.kind for s in stories for b in s.blocks} == {"p", "subhead", "quote", "item"}
    assert {p.form for s in stories for p in s.pictures} == {"picture", "lazy", "plain"}
    assert {len(s.pages) for s in stories} == {1, 2}
    for rare in ("agency", "place_line", "modified", "correction", "comment_count", "search_headline", "facts"):
        assert any(getattr(s, rare) for s in stories), rare
    assert any(s.dek is None for s in stories)
    assert any(not s.pictures for s in stories)
    assert {s.section for s in stories} == set(SECTIONS)


def test_addresses_say_nothing(german: GermanNewspaper) -> None:
    form = re.compile(r"/a/\d{7}|/artikel/c0[0-9a-z]{9}o|/video/x[0-9a-z]{9}|/bilder/g[0-9a-z]{9}0")
    assert all(form.fullmatch(s.path) for s in german.stories)


def _shingles(story: Story) -> set[tuple[str, ...]]:
    words = " ".join(block.text for block in story.blocks).lower().split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_no_two_stories_read_alike(german: GermanNewspaper) -> None:
    shingles = [_shingles(story) for story in german.stories]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, grams in enumerate(shingles):
        for gram in grams:
            holders[gram].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    assert max(count / len(shingles[a] | shingles[b]) for (a, b), count in shared.most_common(300)) < 0.1


def test_no_sentence_is_left_half_made(german: GermanNewspaper) -> None:
    for story in german.stories:
        for words in (story.headline, story.meta_description, *(block.text for block in story.blocks)):
            assert words == words.strip()
            assert not set(words) & set("{}|"), words


def test_the_newest_stories_are_of_today_and_none_is_of_tomorrow(german: GermanNewspaper) -> None:
    moments = [s.published for s in german.stories]
    assert moments == sorted(moments, reverse=True)
    assert german.now - timedelta(days=2) < moments[0] < german.now
    assert all(s.published <= s.changed_at <= german.now for s in german.stories)


def test_without_a_sitemap_in_robots_txt_no_story_stands_in_sitemaps_alone() -> None:
    paper = GermanNewspaper(robots_sitemap=False)
    assert {s.ways for s in paper.stories if len(s.ways) == 1} == {
        frozenset({w}) for w in ("related", "topic", "author", "feed")
    }


def test_publish_change_and_withdraw() -> None:
    paper = GermanNewspaper(size=150)
    new = paper.publish("/sport")
    assert paper.stories[0] == new == GermanNewspaper(size=150).publish("/sport")
    changed = paper.change(new.path)
    assert changed.changed_at > new.published
    assert len(changed.blocks) == len(new.blocks) + 1
    again = paper.change(new.path, datetime(2027, 1, 1, 9, tzinfo=ZONE))
    assert again.modified == datetime(2027, 1, 1, 9, tzinfo=ZONE)
    assert again.blocks[-1] != changed.blocks[-1]
    paper.withdraw(new.path)
    assert paper.version == 4
    assert new.path in paper.withdrawn
    with pytest.raises(KeyError, match="no story at"):
        paper.change(new.path)


def test_nonsense_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least 150 stories"):
        GermanNewspaper(size=10)
    with pytest.raises(ValueError, match="needs a time zone"):
        GermanNewspaper(now=datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match=r"no section '/world'; there are /politik, "):
        GermanNewspaper(size=150).publish("/world")
