from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from newscrawl.demo import Newspaper
from newscrawl.demo.stories import ALL_WAYS, SECTIONS, ZONE, Byline, Story


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    assert Newspaper().stories == Newspaper().stories
    assert {s.path for s in Newspaper(seed=7).stories} != {s.path for s in Newspaper().stories}


@pytest.mark.parametrize(("seed", "size"), [(1, 150), (2, 400), (3, 1000)])
def test_papers_of_any_seed_and_size_are_whole(seed: int, size: int) -> None:
    paper = Newspaper(seed=seed, size=size)
    assert len({s.path for s in paper.stories}) == len(paper.stories) == size
    assert {next(iter(s.ways)) for s in paper.stories if len(s.ways) == 1} == ALL_WAYS
    assert {s.charset for s in paper.stories} == {"utf-8", "lying header", "lying meta", "lying both"}
    related = {r.path for s in paper.stories for r in paper.related(s) if "listing" in s.ways}
    recent = {r.path for s in paper.stories if s.section.blog for r in paper.recent_posts(s) if r != s}
    first_pages = {s.path for section in SECTIONS for s in paper.in_section(section)[:20]}
    for story in paper.stories:
        if len(story.ways) == 1:
            assert (story.path in related) is (story.ways == {"related"})
            assert (story.path in recent) is (story.ways == {"recent"})
            assert story.path not in first_pages


def test_it_has_what_it_is_meant_to_show(paper: Newspaper) -> None:
    stories = paper.stories
    assert len(stories) >= 150
    assert Counter(len(s.pages) for s in stories).keys() == {1, 2, 3}
    assert {s.era for s in stories} == {"2010", "2012", "2014", "2020"}
    assert sum(1 for s in SECTIONS if s.blog) == 2
    assert sum(1 for s in SECTIONS if len(s.trail) == 1) == 6
    assert {s.published.year for s in stories} == set(range(2010, 2027))
    assert any(s.path.endswith(".") for s in stories)
    assert any("." in s.path[:-1] for s in stories)
    assert any(s.dek is None for s in stories)
    assert any(not s.pictures for s in stories)
    assert any(len(s.pictures) > 1 for s in stories)
    assert any(s.modified for s in stories)
    assert any(s.correction for s in stories)
    assert any(s.copies for s in stories)
    assert any(s.moved_from for s in stories)
    assert any(s.quick_read for s in stories)
    assert any(s.comment_count for s in stories)
    assert {s.free for s in stories} == {None, True, False}
    assert {b.kind for s in stories for b in s.blocks} == {"p", "subhead", "quote", "item"}


def test_two_stories_may_have_one_headline(paper: Newspaper) -> None:
    same = [s for s in paper.stories if s.headline == "The week at the quay"]
    assert len(same) == 2
    assert same[0].blocks != same[1].blocks


def test_a_blog_has_two_posts_on_one_day(paper: Newspaper) -> None:
    days = Counter((s.section.path, s.published.date()) for s in paper.stories if s.section.blog)
    assert max(days.values()) >= 2


def _kind(byline: Byline) -> str:
    named = min(len(byline.authors), 3)
    return f"{named}{' role' if byline.role else ''}{' agency' if byline.agency else ''}"


def test_bylines_are_of_every_kind_in_every_era(paper: Newspaper) -> None:
    kinds = {"1 role", "2 role", "3 role", "0 role", "0", "0 agency", "1 agency", "1"}
    assert {_kind(s.byline) for s in paper.stories} == kinds
    for era in ("2010", "2012", "2014", "2020"):
        assert {"1 role", "2 role", "0 role", "0 agency"} <= {_kind(s.byline) for s in paper.stories if s.era == era}


def _shingles(story: Story) -> set[tuple[str, ...]]:
    words = " ".join(block.text for block in story.blocks).lower().split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_no_two_stories_read_alike(paper: Newspaper) -> None:
    shingles = [_shingles(story) for story in paper.stories]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, grams in enumerate(shingles):
        for gram in grams:
            holders[gram].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    nearest = max(count / len(shingles[a] | shingles[b]) for (a, b), count in shared.most_common(200))
    assert nearest < 0.12


def test_no_sentence_is_left_half_made(paper: Newspaper) -> None:
    for story in paper.stories:
        for words in (story.headline, story.meta_description, *(block.text for block in story.blocks)):
            assert words == words.strip()
            assert not set(words) & set("{}|"), words


def test_the_newest_stories_are_of_today_and_none_is_of_tomorrow(paper: Newspaper) -> None:
    moments = [s.published for s in paper.stories]
    assert moments == sorted(moments, reverse=True)
    assert paper.now - timedelta(days=2) < moments[0] < paper.now
    assert all(s.published <= s.changed_at <= paper.now for s in paper.stories)


def test_recent_posts_are_five_with_the_post_itself_among_them(paper: Newspaper) -> None:
    posts = [s for s in paper.stories if s.section.blog]
    for post in posts:
        box = paper.recent_posts(post)
        assert len(box) == 5
        assert post in box
        assert {s.section.path for s in box} == {post.section.path}


def test_publish_change_and_withdraw() -> None:
    paper = Newspaper(size=150)
    new = paper.publish("/Business")
    assert paper.stories[0] == new
    assert new.section.path == "/Business"
    changed = paper.change(new.path)
    assert changed.modified is not None
    assert changed.modified > new.published
    assert len(changed.blocks) == len(new.blocks) + 1
    assert paper.story(new.path) == changed
    again = paper.change(new.path, datetime(2027, 1, 1, 9, tzinfo=ZONE))
    assert again.modified == datetime(2027, 1, 1, 9, tzinfo=ZONE)
    assert again.blocks[-1] != changed.blocks[-1]
    paper.withdraw(new.path)
    assert paper.version == 4
    assert new.path in paper.withdrawn
    with pytest.raises(KeyError, match="no story at"):
        paper.change(new.path)


def test_what_is_published_is_the_same_every_time() -> None:
    assert Newspaper(size=150).publish("/Science") == Newspaper(size=150).publish("/Science")


def test_nonsense_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least 150 stories"):
        Newspaper(size=10)
    with pytest.raises(ValueError, match="needs a time zone"):
        Newspaper(now=datetime(2026, 1, 1))  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match=r"no section '/Sports'; there are /World, "):
        Newspaper(size=150).publish("/Sports")
