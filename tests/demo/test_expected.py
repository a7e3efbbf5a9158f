from __future__ import annotations

import re
from dataclasses import fields

import orjson
import pytest
from lxml import html

from newscrawl.demo import Newspaper, truth
from newscrawl.demo.press import Press
from newscrawl.demo.stories import Story
from newscrawl.items import Article, Image
from newscrawl.urls import article_id
from tests.demo.conftest import BASE

LEFT_OUT = {"aliases", "body_html", "content_hash", "previous_hash", "changed", "duplicate_of", "similarity"} | {
    "discovered", "sources", "fetched_at", "job", "date_published_raw",
}  # fmt: skip


@pytest.fixture(scope="module")
def records(paper: Newspaper) -> dict[str, dict[str, object]]:
    return {str(record["canonical_url"]).removeprefix(BASE): record for record in truth(paper, f"{BASE}/")}


def test_a_record_for_every_story_and_no_other(paper: Newspaper, records: dict[str, dict[str, object]]) -> None:
    assert records.keys() == {s.path for s in paper.stories}
    assert list(records) == sorted(records)


def test_records_have_the_fields_of_article(records: dict[str, dict[str, object]]) -> None:
    known = {f.name: f for f in fields(Article)}
    for record in records.values():
        assert record.keys() | LEFT_OUT | {"url"} == known.keys() | {"date_published_raw"}
        # What could not be made of the class would fail here.
        images = [Image(**image) for image in record["images"]]  # type: ignore[attr-defined]
        Article(**{**record, "images": images})  # type: ignore[arg-type]
        assert record["id"] == article_id(str(record["canonical_url"]))
        assert orjson.loads(orjson.dumps(record)) == record


def test_dates_have_the_precision_of_their_era(paper: Newspaper, records: dict[str, dict[str, object]]) -> None:
    for story in paper.stories:
        record = records[story.path]
        if story.era == "2010":
            assert record["date_published"] == story.published.date().isoformat()
            assert "date_published_raw" not in record
        else:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00-0[45]:00", str(record["date_published"]))
            assert record["date_published_raw"]
        assert record["date_modified"] != record["date_published"]


def shown(press: Press, story: Story) -> str:
    """What a reader sees of all pages of *story*, on one line, with the addresses of pictures."""
    words: list[str] = []
    for path in (story.path, *(f"{story.path}/(page)/{n}" for n in range(2, len(story.pages) + 1))):
        tree = html.fromstring(press.get(path).body.decode("cp1252" if story.charset == "lying both" else "utf-8"))
        for unseen in tree.xpath("//script | //style | //*[@hidden]"):
            unseen.drop_tree()
        words += [*tree.itertext(), *tree.xpath("//@href | //@src | //@srcset | //@alt")]
    return " ".join(" ".join(words).split())


def test_everything_in_a_record_can_be_seen_on_the_page(
    paper: Newspaper, press: Press, records: dict[str, dict[str, object]]
) -> None:
    # Spaces around punctuation come from elements that end there, not from the text.
    tight = re.compile(r"\s+(?=[,.;:?!”’)])|(?<=[“‘(])\s+|\s+")
    for story in paper.stories:
        record = records[story.path]
        page = tight.sub("", shown(press, story))
        texts = [record[name] for name in ("headline", "dateline", "section", "byline", "author_role") if record[name]]
        texts += [story.dek] if story.dek else []
        texts += str(record["body"]).split("\n")
        for name in ("authors", "breadcrumbs", "corrections"):
            texts += record[name]  # type: ignore[arg-type]
        for image in record["images"]:  # type: ignore[attr-defined]
            texts += [str(value).removeprefix(BASE) for value in image.values() if value]
        for words in texts:
            assert tight.sub("", str(words)) in page, (story.path, words)


def test_what_lies_around_the_text_is_not_in_it(paper: Newspaper, records: dict[str, dict[str, object]]) -> None:
    for story in paper.stories:
        body = str(records[story.path]["body"])
        for foreign in (story.dek, story.correction, story.quick_read, *(p.caption for p in story.pictures)):
            assert foreign is None or foreign not in body
        assert "Recent posts" not in body
        assert "Sign up" not in body


def test_the_double_escaped_section_and_the_other_byline(paper: Newspaper, press: Press) -> None:
    posts = [s for s in paper.stories if s.era == "2012" and s.section.name == "Ships & Shoals"]
    page = press.get(posts[0].path).body.decode()
    assert 'property="article:section" content="Ships &amp;amp;amp; Shoals"' in page
    assert page.startswith("\ufeff<!DOCTYPE")
    other = 0
    for story in (s for s in paper.stories if s.era in {"2010", "2012"} and s.byline.authors):
        match = re.search(r'var md_byline = "([^"]+)"', press.get(story.path).body.decode("utf-8"))
        assert match
        other += match[1] not in story.byline.names
    assert other > 10


def test_early_times_have_a_zone_without_minutes(paper: Newspaper, press: Press) -> None:
    story = next(s for s in paper.stories if s.era == "2012")
    tree = html.fromstring(press.get(story.path).body)
    (stamp,) = tree.xpath("//meta[@property='article:published_time']/@content")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d-0[45]", stamp)
    first = next(s for s in paper.stories if s.era == "2010")
    assert b"published_time" not in press.get(first.path).body
