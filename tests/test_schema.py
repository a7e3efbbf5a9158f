from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import jsonschema
import pytest

from newscrawl.items import Article, Discovery, Image
from newscrawl.schema import article_reference, article_schema, schema_text

ROOT = Path(__file__).parent.parent


def test_schema_file_is_what_the_item_says() -> None:
    assert (ROOT / "schema/article.schema.json").read_text("utf-8") == schema_text(), "run python -m newscrawl.schema"


def test_field_reference_is_what_the_item_says() -> None:
    assert (ROOT / "docs/article-fields.md").read_text("utf-8") == article_reference(), "run python -m newscrawl.schema"


def test_every_field_is_described() -> None:
    for name, prop in article_schema()["properties"].items():
        assert prop["description"] != name, name


def test_articles_are_valid() -> None:
    article = Article(id="0" * 20, images=[Image(url="https://example.org/a.jpg")], discovered=Discovery(via="section"))
    jsonschema.validate(asdict(article), article_schema())


@pytest.mark.parametrize(("field", "value"), [("authors", "Jo Doe"), ("pages", "2"), ("headline", 7), ("surprise", 1)])
def test_other_things_are_not(field: str, value: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**asdict(Article()), field: value}, article_schema())
