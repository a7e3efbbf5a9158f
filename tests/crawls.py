"""A crawl of a served newspaper in a process of its own, and what it left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.demo.server import Served
from newscrawl.segments import open_segment

ROOT = Path(__file__).parent.parent


@dataclass
class Crawl:
    """What a crawl left behind."""

    code: int
    told: str
    records: list[dict[str, Any]]
    files: list[Path]
    requests: list[str]

    @property
    def articles(self) -> Counter[str]:
        return Counter(path for path in self.requests if re.search(r"/(?:19|20)\d\d/\d{4}/", path))


def run_scrapy(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env={**os.environ, "NEWSCRAWL_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def lines_of(file: Path) -> list[bytes]:
    with open_segment(file) as lines:
        return list(lines)


def crawl(spider: str, served: Served[Any], data: Path, *arguments: str) -> Crawl:
    before = len(served.log)
    quick = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "DOWNLOAD_TIMEOUT=10")
    done = run_scrapy(data, "crawl", spider, "-a", f"url={served.url}", *quick, *arguments)
    files = sorted(data.glob("articles/*/*.jsonl*"))
    return Crawl(
        code=done.returncode,
        told=done.stderr,
        records=[json.loads(line) for file in files for line in lines_of(file)],
        files=files,
        requests=[seen.path for seen in served.log[before:]],
    )
