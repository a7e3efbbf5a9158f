from __future__ import annotations

from typing import Any

from tests.pipelines.tiny import TinySpider


class PaperSpider(TinySpider):
    """Yields made-up articles, as many as ``count`` says."""

    name = "paper"


class PickySpider(TinySpider):
    """Refuses its arguments."""

    name = "picky"

    def __init__(self, **kwargs: Any) -> None:
        raise ValueError("since=yesterday: write a date as YYYY-MM-DD")


class BuggySpider(TinySpider):
    """Has a fault."""

    name = "buggy"

    def __init__(self, **kwargs: Any) -> None:
        raise RuntimeError("no such luck")
