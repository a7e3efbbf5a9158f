"""``scrapy`` with watches: ``python -m benchmarks._contestants.staged OUT crawl …`` writes each stage's CPU seconds.

The watches count the time of their own thread alone, so that stages in threads and on the reactor's make the whole.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from concurrent.futures import thread as pools
from functools import wraps
from pathlib import Path
from typing import Any

from scrapy import cmdline
from scrapy.crawler import Crawler

from newscrawl.spiders import base

WATCHED = {
    "select": "decode and parse",
    "refusal": "list the elements, tell walls",
    "load_article": "all fields of an article",
    "classify_page": "links",
    "onward_links": "links",
}


def _watched(seconds: dict[str, float], stage: str, function: Any) -> Any:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[stage] += time.thread_time() - start

    return timed


def main() -> None:
    """Run Scrapy's command line, and write what each stage took."""
    out, *arguments = sys.argv[1:]
    seconds: dict[str, float] = defaultdict(float)
    moments: dict[str, tuple[float, float]] = {}
    for name, stage in WATCHED.items():
        setattr(base, name, _watched(seconds, stage, getattr(base, name)))
    pools._WorkItem.run = _watched(seconds, "store, signatures and disk, in threads", pools._WorkItem.run)  # type: ignore[method-assign]
    crawl_async = Crawler.crawl_async

    async def begun(self: Crawler, *args: Any, **kwargs: Any) -> None:
        moments["begun"] = time.process_time(), time.thread_time()
        await crawl_async(self, *args, **kwargs)

    Crawler.crawl_async = begun  # type: ignore[method-assign]
    try:
        cmdline.execute(["scrapy", *arguments])
    finally:
        whole, main_thread = time.process_time(), time.thread_time()
        began, began_main = moments.get("begun", (whole, main_thread))
        reading = sum(seconds[stage] for stage in set(WATCHED.values()))
        seconds["start-up"] = began
        seconds["requests, answers, scheduling: Scrapy and Twisted, and ours in them"] = (
            main_thread - began_main - reading
        )
        Path(out).write_text(json.dumps({**seconds, "whole": whole}), encoding="utf-8")


if __name__ == "__main__":
    main()
