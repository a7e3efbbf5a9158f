"""A folder of data as crawls leave it, made up: what the report is tried with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from newscrawl.items import Article, Discovery
from newscrawl.ledger import Ledger, Rejects
from newscrawl.urls import article_id

SITES = ("harbour_post", "valley_times", "nordlicht")
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
_NOUNS = "harbour bridge council library orchard ferry museum lighthouse school market river tram".split()
_VERBS = "reopens waits divides wins loses counts invites surprises outlives rebuilds".split()
_WORDS = "the a of town money winter summer people plan vote water road night morning report and with after".split()


def text(chance: random.Random, words: int) -> str:
    sentences = []
    while words > 0:
        size = chance.randint(6, 18)
        words -= size
        sentences.append(" ".join(chance.choices(_WORDS + _NOUNS, k=size)).capitalize() + ".")
    return "\n".join(" ".join(sentences[place : place + 4]) for place in range(0, len(sentences), 4))


def article(number: int, chance: random.Random, **values: Any) -> Article:
    site = SITES[number % len(SITES)]
    noun, verb, other = chance.choice(_NOUNS), chance.choice(_VERBS), chance.choice(_NOUNS)
    url = f"https://www.{site.replace('_', '-')}.example/{noun}/2026/story-{number}"
    published = NOW - timedelta(hours=7 + number * 0.6 + chance.random())
    made: dict[str, Any] = {
        "id": article_id(url),
        "url": url,
        "canonical_url": url,
        "site": site,
        "headline": f"The {noun} {verb} the {other}, year {number}",
        "description": f"What the {other} owes to the {noun}, told by those who were there when it began.",
        "byline": f"By Ada Quill{number % 40} and Ben Oarsman",
        "authors": [f"Ada Quill{number % 40}", "Ben Oarsman"],
        "author_role": "Staff writers",
        "dateline": "Port Ellery",
        "date_published": published.isoformat(timespec="seconds"),
        "section": noun.title(),
        "keywords": [noun, other, "region"],
        "body": text(chance, 60),
        "language": "de" if site == "nordlicht" else "en",
        "paywalled": number % 9 == 0,
        "word_count": 60 + number % 900,
        "content_hash": f"{number:064x}",
        "discovered": Discovery(via=chance.choice(["section", "section", "feed", "news_sitemap", "related"])),
        "sources": {"headline": "json-ld", "authors": "site" if number % 2 else "meta", "date_published": "meta"},
        "fetched_at": (published + timedelta(minutes=20)).isoformat(timespec="seconds"),
        "job": "job0",
    }
    return Article(**made | values)


def write(folder: Path, stem: str, articles: list[Article]) -> Iterator[Path]:
    """Write *articles* as a finished run would; yield the segments."""
    for site in dict.fromkeys(article.site or "" for article in articles):
        path = folder / "articles" / site / f"{stem}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(orjson.dumps(asdict(one)) + b"\n" for one in articles if one.site == site))
        yield path


def run(folder: Path, number: int, began: datetime, articles: list[Article], **values: Any) -> list[Path]:
    """Leave what a run leaves: its segments, its report, its list of pages that gave no article."""
    job = f"job{number}"
    stem = f"{began:%Y%m%dT%H%M%SZ}-{job}"
    for one in articles:
        one.job = job
        one.fetched_at = (began + timedelta(minutes=5)).isoformat(timespec="seconds")
    ledger = Ledger(Rejects(folder / "reports" / f"{stem}.rejects.jsonl"))
    for place, site in enumerate(SITES):
        ledger.note(site, "section", "listed", 60 + 7 * number % 20)
        ledger.note(site, "section", "known", 40 + 11 * number % 30)
        ledger.note(site, "feed", "duplicate", number % 3)
        for lost in range((number * (place + 2)) % 5):
            url = f"https://www.{site.replace('_', '-')}.example/lost/{number}-{lost}"
            reason = ["no headline", "consent page", "bot wall", "no text"][(lost + place) % 4]
            ledger.lose(site, "section", "rejected", reason, url)
        if number % 4 == place:
            ledger.lose(site, "related", "failed", "status 503", f"https://{site}.example/failed/{number}")
    for one in articles:
        ledger.write(one)
    rejects = ledger.rejects.finish() if ledger.rejects else None
    report: dict[str, Any] = {
        "spider": "news",
        "job": job,
        "started": began.isoformat(timespec="seconds"),
        "ended": (began + timedelta(minutes=6)).isoformat(timespec="seconds"),
        "seconds": 360.25,
        "reason": "finished",
        "failure": None,
        "summary": f"{len(articles)} new, 120 known",
        "broken": [],
        "requests": 300,
        "bytes": 3_000_000,
        "segments": [],
        "rejects": str(rejects) if rejects else None,
        "sites": ledger.report(),
    }
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / f"{stem}.report.json").write_bytes(orjson.dumps(report | values))
    return list(write(folder, stem, articles))


def weeks(folder: Path, articles: int = 1200, runs: int = 30) -> None:
    """Leave *runs* of six hours' distance: with later versions, copies, and a field that the last ones lost."""
    chance = random.Random(7)
    made = [article(number, chance) for number in range(articles)]
    size = articles // runs
    for number in range(runs):
        began = NOW - timedelta(hours=6 * (runs - number))
        # The first are the newest.
        first = (runs - 1 - number) * size
        written = made[first : first + size]
        for one in written[5::17]:
            one.duplicate_of, one.similarity = made[0].id, 0.94
        if number == runs - 1:
            for one in written:
                if one.site == "valley_times":
                    one.byline, one.authors = None, []
        if number > 2:
            old = made[first + 2 * size]
            written = [*written, changed(old, chance)]
        failure = (
            {"failure": "valley_times: byline on 0 % of 20 articles, on 100 % before"} if number == runs - 1 else {}
        )
        run(folder, number, began, written, **failure)


def changed(old: Article, chance: random.Random) -> Article:
    """Return a later version of an article."""
    lines = (old.body or "").splitlines()
    lines[0] = lines[0].replace("the", "this", 1).replace("town", "village")
    values = asdict(old) | {
        "headline": (old.headline or "").replace("The", "How the"),
        "authors": [*old.authors, "Cleo Marsh"],
        "body": "\n".join([*lines, text(chance, 30)]),
        "version": 2,
        "changed": ["headline", "authors", "body", "images"],
        "previous_hash": old.content_hash,
        "duplicate_of": None,
        "discovered": old.discovered,
    }
    return Article(**values)
