"""How well copies of articles are found: ``python -m benchmarks.duplicates``.

Stories of the bundled newspaper are edited as newsrooms edit what the agencies send them, in known ways. The originals
and the edited texts go through the same signatures and the same store as in a crawl, in a mixed order. Told are, per
kind of edit, precision, recall and F1; articles a second; and what a look-up costs when 10^4, 10^5 and 10^6 articles
are known. With rensa installed (``requirements-bench.txt``) its MinHash and bands are measured on the same texts.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from benchmarks._measures import harmonic
from newscrawl.demo.prose import Writer
from newscrawl.demo.stories import Newspaper, Story
from newscrawl.neardups import keys_of, nearest, shingles, sign
from newscrawl.store import Record
from newscrawl.store.sqlite import SqliteStore

_SENTENCE = re.compile(r"(?<=[.!?”])\s+")
# What a newsroom puts below every story it prints.
_NOTICE = (
    "The Tidewater Ledger is read in every harbor between the two capes and has been printed on the same press since "
    "the year of the great flood. Readers who want to hear from us before breakfast can leave their address at the "
    "counter or on our pages, where letters are answered on weekdays. We correct what we got wrong: write to the desk "
    "with the name of the story and the sentence you doubt."
)
_LEADS = (
    "Another week has gone by without an answer, and those who wait for one are running out of patience and daylight.",
    "What began as a note on a kitchen table is now the talk of three counties, as our own reporter found out.",
    "It is the kind of news that people read twice, first with a smile and then with a pencil in their hand.",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text on its way into the store."""

    id: str
    body: str
    kind: str
    """The edit that made it; ``original`` for none."""
    of: str | None = None
    """The text it is a copy of."""


@dataclass(slots=True)
class Score:
    """How one kind of texts fared."""

    texts: int = 0
    copies: int = 0
    """Texts that are copies of another one."""
    marked: int = 0
    right: int = 0
    """Marked as a copy of the right text, or of another copy of it."""
    similarities: list[float] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of the marks that are right."""
        return self.right / self.marked if self.marked else 1.0

    @property
    def recall(self) -> float:
        """The share of the copies that are found."""
        return self.right / self.copies if self.copies else 1.0


class Finder(Protocol):
    """Whatever is told of texts one by one, and says which earlier one each is a copy of."""

    def __call__(self, text_id: str, body: str) -> tuple[str, float] | None:
        """Return the id of an earlier text and how near it is, and remember this one."""


def _paragraphs(story: Story) -> list[str]:
    return [block.text for block in story.blocks]


def cut(story: Story, chance: random.Random) -> str:
    """Return the first half."""
    paragraphs, words = _paragraphs(story), 0
    half = sum(len(text.split()) for text in paragraphs) / 2
    kept = []
    for text in paragraphs:
        if words >= half:
            break
        kept.append(text)
        words += len(text.split())
    return "\n".join(kept)


def cut_to_a_third(story: Story, chance: random.Random) -> str:
    """Return the first third, to the word."""
    words = "\n".join(_paragraphs(story)).split(" ")
    return " ".join(words[: len(words) // 3])


def cut_and_led(story: Story, chance: random.Random) -> str:
    """Return the first half under a paragraph of the newsroom's own and above its notice."""
    return "\n".join([chance.choice(_LEADS), cut(story, chance), _NOTICE])


def typographic(story: Story, chance: random.Random) -> str:
    """Return the text with other quotes, dashes, spaces, soft hyphens and ligatures."""
    text = "\n".join(_paragraphs(story))
    text = text.translate(str.maketrans("“”’‘–—", "\"\"''--"))
    text = text.replace("fi", "ﬁ").replace("ment", "\u00adment").replace(". ", ".\u00a0")
    return re.sub(r'"([^"]*)"', r"»\1«", text)


def with_notice(story: Story, chance: random.Random) -> str:
    """Return the text with the newsroom's notice in its midst and below it."""
    paragraphs = _paragraphs(story)
    paragraphs.insert(len(paragraphs) // 2, _LEADS[0])
    return "\n".join([*paragraphs, _NOTICE])


def moved(story: Story, chance: random.Random) -> str:
    """Return the paragraphs in another order."""
    paragraphs = _paragraphs(story)
    chance.shuffle(paragraphs)
    return "\n".join(paragraphs)


def copy_edited(story: Story, chance: random.Random) -> str:
    """Return the text with every twentieth word replaced and every tenth sentence left out."""
    sentences = [
        sentence for text in _paragraphs(story) for sentence in _SENTENCE.split(text) if chance.random() >= 0.1
    ]
    words = " ".join(sentences).split(" ")
    return " ".join("so" if chance.random() < 0.05 else word for word in words)


EDITS: dict[str, Callable[[Story, random.Random], str]] = {
    "cut to its first half": cut,
    "cut to its first third": cut_to_a_third,
    "cut, new lead, notice added": cut_and_led,
    "typographic changes": typographic,
    "notice added": with_notice,
    "paragraphs moved": moved,
    "copy-edited, sentences cut": copy_edited,
}


def same_event(story: Story, chance: random.Random) -> str:
    """Return another writer's report on the event of *story*: its place, people and one quotation, in other words."""
    writer = Writer.on(story.section.key, story.number, story.dateline or "Lantern Quay", chance)
    own = [block.text for block in writer.body(9, subheads=False, listed=False, quoted=False)]
    quoted = [text for text in _paragraphs(story) if "“" in text or '"' in text]
    return "\n".join([*own[:4], *quoted[:1], *own[4:]])


def brief(story: Story, chance: random.Random) -> str:
    """Return a report of a few sentences above the newsroom's notice, which then is half of the text."""
    writer = Writer.on(story.section.key, story.number, story.dateline or "Lantern Quay", chance)
    return "\n".join([*(writer.sentence(kind) for kind in ("lede", "data", "history", "detail", "counter")), _NOTICE])


def texts_of(newspaper: Newspaper, seed: int) -> list[Text]:
    """Return originals, copies and look-alikes in the order in which a crawl could meet them."""
    chance = random.Random(seed)
    texts: list[Text] = []
    for number, story in enumerate(newspaper.stories):
        original = Text(f"{number}", "\n".join(_paragraphs(story)), "original")
        made = [
            Text(f"{number} {kind}", edit(story, chance), kind, of=original.id)
            for kind, edit in EDITS.items()
            if chance.random() < 0.5
        ]
        others = [
            Text(f"{number} same event", same_event(story, chance), "another report, same event"),
            Text(f"{number} brief", brief(story, chance), "brief under a long notice"),
        ]
        # The original is not always first: then it is found to be a copy of its copy.
        mixed = [original, *made]
        if chance.random() < 0.3:
            chance.shuffle(mixed)
        texts += [*mixed, *others]
    # Neighbours are met within some hundred articles of each other.
    keyed = sorted(enumerate(texts), key=lambda pair: pair[0] + chance.random() * 300)
    return [text for _, text in keyed]


def score(texts: Iterable[Text], find: Finder) -> dict[str, Score]:
    """Return how each kind of *texts* fares with *find*; an original after its copy counts as a copy."""
    scores: dict[str, Score] = {}
    family = {}
    met: dict[str, list[str]] = {}
    for text in texts:
        mine = family[text.id] = text.of or text.id
        one = scores.setdefault(text.kind, Score())
        one.texts += 1
        one.copies += mine in met
        found = find(text.id, text.body)
        if found is not None:
            one.marked += 1
            one.right += family[found[0]] == mine
            one.similarities.append(found[1])
        met.setdefault(mine, []).append(text.id)
    return scores


class Ours:
    """Signatures and look-ups as the pipeline does them, in a store of its own."""

    def __init__(self, path: Path, threshold: float = 0.6) -> None:
        self.store = SqliteStore(path)
        self._threshold = threshold

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __call__(self, text_id: str, body: str) -> tuple[str, float] | None:
        """See `Finder`."""
        signature = sign(body)
        if signature is None:
            return None
        match = nearest(signature, self.store.alike(keys_of(signature)), self._threshold)
        self.store.add([record(text_id, signature, match.id if match else None)])
        return (match.id, match.similarity) if match else None


def record(text_id: str, signature: bytes | None, original: str | None = None) -> Record:
    """Return a record as a run hands it to the store."""
    address = f"paper.example/{text_id}"
    return Record(
        id=text_id,
        canonical_url=f"https://{address}",
        keys=(address,),
        site="paper",
        segment="paper/one.jsonl",
        signature=signature,
        duplicate_of=original,
    )


class Rensa:
    """MinHash of 128 functions in 32 bands of four, or 64 of two, as rensa makes it."""

    def __init__(self, rows: int, threshold: float) -> None:
        from rensa import RMinHash  # noqa: PLC0415 (an option)

        self._make = RMinHash
        self._rows, self._threshold = rows, threshold
        self._bands: list[dict[tuple[int, ...], list[str]]] = [{} for _ in range(128 // rows)]
        self._known: dict[str, tuple[list[int], int]] = {}

    def __call__(self, text_id: str, body: str) -> tuple[str, float] | None:
        """See `Finder`; containment is worked out from the similarity and the texts' lengths."""
        runs = shingles(body)
        made = self._make(128, 42)
        made.update(runs)
        digest = made.digest()
        near: set[str] = set()
        for band, at in zip(self._bands, range(0, 128, self._rows), strict=True):
            holders = band.setdefault(tuple(digest[at : at + self._rows]), [])
            near.update(holders)
            holders.append(text_id)
        found = None
        for other in near:
            theirs, size = self._known[other]
            alike = sum(a == b for a, b in zip(digest, theirs, strict=True)) / 128
            contained = min(1.0, alike / (1 + alike) * (len(runs) + size) / max(1, min(len(runs), size)))
            if contained >= self._threshold and (found is None or contained > found[1]):
                found = other, contained
        self._known[text_id] = digest, len(runs)
        return found


def table(title: str, scores: dict[str, Score]) -> str:
    """Return *scores* as lines of text."""
    whole = Score()
    lines = [
        title,
        f"  {'kind':<30}{'texts':>7}{'copies':>8}{'marked':>8}{'precision':>11}{'recall':>8}{'F1':>7}{'nearness':>10}",
    ]
    order = ["original", *EDITS, "another report, same event", "brief under a long notice"]
    for name in [*order, "all"]:
        one = scores.get(name, Score()) if name != "all" else whole
        if name != "all":
            whole = Score(
                whole.texts + one.texts, whole.copies + one.copies, whole.marked + one.marked, whole.right + one.right,
                whole.similarities + one.similarities,
            )  # fmt: skip
        nearness = f"{statistics.median(one.similarities):.2f}" if one.similarities else "–"
        quality = f"{one.precision:>11.3f}{one.recall:>8.3f}{harmonic(one.precision, one.recall):>7.3f}"
        if not one.copies:
            quality = f"{'–':>11}{'–':>8}{'–':>7}"
        lines.append(f"  {name:<30}{one.texts:>7}{one.copies:>8}{one.marked:>8}{quality}{nearness:>10}")
    return "\n".join(lines)


def speed(texts: Sequence[Text], folder: Path) -> str:
    """Return what a text costs: its signature, its look-up, its being learnt in batches of 25."""
    with closing(SqliteStore(folder / "speed.db")) as store:
        began = time.perf_counter()
        signatures = [sign(text.body) for text in texts]
        signed = time.perf_counter()
        for signature in signatures:
            if signature:
                nearest(signature, store.alike(keys_of(signature)))
        looked = time.perf_counter()
        for at in range(0, len(texts), 25):
            store.add(
                record(text.id, signature)
                for text, signature in zip(texts[at : at + 25], signatures[at : at + 25], strict=True)
            )
        added = time.perf_counter()
        for signature in signatures:
            if signature:
                nearest(signature, store.alike(keys_of(signature)))
        found = time.perf_counter()
    number = len(texts)
    words = statistics.mean(len(text.body.split()) for text in texts)
    each = [1000 * seconds / number for seconds in (signed - began, looked - signed, found - added, added - looked)]
    rate = number / (signed - began + found - added)
    return (
        f"one text of {words:.0f} words: signature {each[0]:.2f} ms, look-up {each[1]:.2f} ms (empty store) to "
        f"{each[2]:.2f} ms (all known), learning it {each[3]:.2f} ms; {rate:.0f} articles a second signed and looked up"
    )


def fill(store: SqliteStore, known: int) -> None:
    """Let *store* hold *known* signed articles: chance's numbers in place of hashes, written in the order of keys."""
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("INSERT OR IGNORE INTO segments VALUES (1, '')")
        (have,) = db.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()
        numbers = "WITH RECURSIVE numbers (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
        span = (have + 1, known)
        db.execute(
            f"{numbers} INSERT INTO articles (n, id, canonical_url, aliases, site, version, segment, place, learnt) "
            "SELECT n, 'a' || n, 'https://paper.example/' || n, '', 'paper', 1, 1, 0, 0.0 FROM numbers",
            span,
        )
        # A version that none of ours has: the signatures of chance are loaded and read, and match nothing.
        db.execute(f"{numbers} INSERT INTO signatures SELECT n, 'a' || n, randomblob(598) FROM numbers", span)
        # The keys of a text of 500 words are the lowest 20 of as many hashes: all in the lowest part of their range.
        db.execute(
            f"{numbers} INSERT OR IGNORE INTO signature_keys "
            "SELECT abs(random() % 384307168202282325), n FROM numbers, "
            "(SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')) ORDER BY 1",
            span,
        )
        db.commit()


def look_ups(folder: Path, texts: Sequence[Text], sizes: Sequence[int]) -> str:
    """Return what a look-up costs with so many articles known, of a copy and of a text that nobody has seen."""
    lines = ["look-up and comparison, milliseconds (median / 99 % / copies found of all), and the file"]
    path = folder / "flat.db"
    for known in sizes:
        began = time.perf_counter()
        with closing(SqliteStore(path)) as store:
            fill(store, known)
            filled = time.perf_counter() - began
            half = texts[: len(texts) // 2]
            store.add(record(f"{known} {text.id}", sign(text.body)) for text in half)
        with closing(SqliteStore(path)) as store:
            costs: dict[bool, list[float]] = {True: [], False: []}
            found = 0
            for at, text in enumerate(texts):
                signature = sign(text.body)
                if signature is None:
                    continue
                began = time.perf_counter()
                match = nearest(signature, store.alike(keys_of(signature)))
                costs[at < len(half)].append(1000 * (time.perf_counter() - began))
                found += match is not None and at < len(half)
            size = path.stat().st_size / 1e6
            told = "   ".join(
                f"{'copy' if copy else 'new'} {statistics.median(ms):.3f} / {statistics.quantiles(ms, n=100)[98]:.3f}"
                for copy, ms in costs.items()
            )
            lines.append(
                f"  {known:>9,} known: {told}   {found}/{len(half)} found   {size:,.0f} MB, filled in {filled:.0f} s"
            )
            store.forget([f"{known} {text.id}" for text in half])
    return "\n".join(lines)


def main() -> int:
    """Run the benchmark; 1 when fewer than 95 % of the copies are found, or 1 % of the marks are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.duplicates", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--size", type=int, default=320, help="stories of the newspaper (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other edits (%(default)s)")
    parser.add_argument("--threshold", type=float, default=0.6, help="similarity of copies (%(default)s)")
    parser.add_argument("--known", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="sizes of the store")
    options = parser.parse_args()
    texts = texts_of(Newspaper(seed=options.seed, size=options.size), options.seed)
    with tempfile.TemporaryDirectory(prefix="newscrawl-duplicates-") as name:
        folder = Path(name)
        ours = Ours(folder / "known.db", options.threshold)
        scores = score(texts, ours)
        ours.close()
        print(table(f"newscrawl, threshold {options.threshold}", scores))
        if find_spec("rensa"):
            for rows in (4, 2):
                peer = Rensa(rows, options.threshold)
                print(table(f"rensa, 128 functions in {128 // rows} bands of {rows}", score(texts, peer)))
        print(speed(texts, folder))
        if options.known:
            originals = [text for text in texts if text.kind == "original"]
            print(look_ups(folder, originals, options.known))
    copies, marked, right = (sum(getattr(s, name) for s in scores.values()) for name in ("copies", "marked", "right"))
    return 0 if right >= 0.95 * copies and right >= 0.99 * marked else 1


if __name__ == "__main__":
    sys.exit(main())
