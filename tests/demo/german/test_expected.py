from __future__ import annotations

import re
from dataclasses import fields

import orjson
import pytest
from lxml import html

from newscrawl.demo import GermanNewspaper, truth
from newscrawl.demo.german.press import GermanPress
from newscrawl.demo.german.stories import Story
from newscrawl.items import Article, Image
from newscrawl.urls import article_id
from tests.demo.conftest import BASE

LEFT_OUT = {"aliases", "body_html", "content_hash", "previous_hash", "changed", "duplicate_of", "similarity"} | {
    "discovered", "sources", "fetched_at", "job", "date_published_raw",
}  # fmt: skip
TASTE = {"breadcrumbs", "dateline", "body", "word_count", "images"}


@pytest.fixture(scope="module")
def records(german: GermanNewspaper) -> dict[str, dict[str, object]]:
    return {str(record["url"]).removeprefix(BASE): record for record in truth(german, f"{BASE}/")}


def test_a_record_for_every_story_and_no_other(german: GermanNewspaper, records: dict[str, dict[str, object]]) -> None:
    assert records.keys() == {s.path for s in german.stories}
    assert list(records) == sorted(records)


def test_records_have_the_fields_of_article(records: dict[str, dict[str, object]]) -> None:
    known = {f.name for f in fields(Article)}
    whole = 0
    for record in records.values():
        assert record.keys() <= known
        assert known - record.keys() <= LEFT_OUT | TASTE
        whole += known - record.keys() == LEFT_OUT
        # What could not be made of the class would fail here.
        images = [Image(**image) for image in record.get("images", [])]  # type: ignore[attr-defined]
        Article(**{**record, "images": images})  # type: ignore[arg-type]
        assert record["id"] == article_id(str(record["url"]))
        assert orjson.loads(orjson.dumps(record)) == record
    assert whole > 100


def test_dates_have_the_precision_of_their_page(german: GermanNewspaper, records: dict[str, dict[str, object]]) -> None:
    forms = set()
    for story in german.stories:
        published = str(records[story.path]["date_published"])
        forms.add(re.sub(r"\d", "9", published).replace("-99:99", "+99:99"))
        assert published.startswith(f"{story.published:%Y-%m-%d}")
        assert records[story.path]["date_modified"] != published
    assert forms == {"9999-99-99", "9999-99-99T99:99:99", "9999-99-99T99:99:99+99:99"}


_TIGHT = re.compile(r"\s+(?=[,.;:?!“’)])|(?<=[„‘(])\s+|\s+")


def shown(press: GermanPress, story: Story) -> str:
    """What a reader sees of all pages of *story*, without spaces, with the addresses of pictures."""
    words: list[str] = []
    for page in range(1, len(story.pages) + 1):
        tree = html.fromstring(press.get(f"{story.path}?seite={page}").body.decode())
        for unseen in tree.xpath("//script | //style"):
            unseen.drop_tree()
        words += [*tree.itertext(), *tree.xpath("//@src | //@srcset | //@data-srcset | //@alt")]
    return _TIGHT.sub("", " ".join(words))


def test_everything_in_a_record_can_be_seen_on_the_page(
    german: GermanNewspaper, german_press: GermanPress, records: dict[str, dict[str, object]]
) -> None:
    for story in german.stories:
        record = records[story.path]
        page = shown(german_press, story)
        texts = [record[name] for name in ("headline", "section", "byline") if record[name]]
        texts += [story.dek] if story.dek else []
        texts += str(record.get("body", "")).split("\n")
        for name in ("authors", "keywords", "corrections"):
            texts += record[name]  # type: ignore[arg-type]
        texts += record.get("breadcrumbs", [])  # type: ignore[arg-type]
        for image in record.get("images", []):  # type: ignore[attr-defined]
            texts += [str(value).removeprefix(BASE) for value in image.values() if value]
        if record["comment_count"]:
            texts.append(f"{record['comment_count']} Kommentar")
        for words in texts:
            assert _TIGHT.sub("", str(words)) in page, (story.path, words)


def test_what_lies_around_the_text_is_not_in_it(german: GermanNewspaper, records: dict[str, dict[str, object]]) -> None:
    for story in german.stories:
        body = str(records[story.path].get("body", ""))
        captions = (p.caption for p in story.pictures)
        for foreign in (story.dek, story.correction, *story.facts, *story.letters, *captions, "Lesen Sie auch"):
            assert foreign is None or foreign not in body
