"""The newspaper's prose: hand-written subjects and sentence patterns, put together by a seeded generator.

It owns the words and nothing else: dates, bylines and addresses are the business of `newscrawl.demo.stories`.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Literal

BlockKind = Literal["p", "subhead", "quote", "item"]

_TOPIC_SLOTS = ("thing", "short", "body", "people", "workers", "goal", "worry", "stuff", "moved", "tags")
_MONTHS = tuple("January February March April May June July August September October November December".split())
_DAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_SEASONS = ("spring", "summer", "fall", "winter")
_SMALL = tuple(
    "two three four five six seven eight nine 10 11 12 13 14 15 17 18 19 21 23 26 28 31 34 37 42 46 53 58".split()
)
_BRACES = re.compile(r"\{([^{}]*)\}")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?= )")
_SENTENCE_START = re.compile(r"(^[^\w]*|[.?!][”\"']? )([a-z])")


def dice(*key: object) -> random.Random:
    """Return a generator of random numbers that depends on *key* alone."""
    return random.Random(":".join(map(str, key)))  # noqa: S311 (nothing here is secret)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a story's text."""

    kind: BlockKind
    text: str
    link: tuple[str, str] | None = None
    """Words of the text and the path they link to."""
    emphasis: str | None = None
    """Words of the text set in italics."""


@lru_cache(maxsize=1)
def _material() -> dict[str, tuple[str, ...]]:
    """Return the lines of the material by heading; topics under ``topics/<section>``."""
    sections: dict[str, list[str]] = {}
    folder = resources.files("newscrawl.demo.material")
    for name, prefix in (("topics.txt", "topics/"), ("sentences.txt", ""), ("names.txt", "")):
        lines: list[str] = []
        for raw in (folder / name).read_text(encoding="utf-8").splitlines():
            line = raw.strip()
            if line.startswith("[") and line.endswith("]"):
                lines = sections.setdefault(prefix + line[1:-1], [])
            elif line and not line.startswith("#"):
                lines.append(line)
    for heading in ("first", "last"):
        sections[heading] = [name for line in sections[heading] for name in line.split()]
    return {heading: tuple(lines) for heading, lines in sections.items()}


def lines(heading: str) -> tuple[str, ...]:
    """Return the lines of the material under *heading* (``staff``, ``places_us`` …)."""
    return _material()[heading]


def sentence_case(text: str) -> str:
    """Return *text* with a capital at the start of every sentence.

    >>> sentence_case("“we wait.” nobody left? no.")
    '“We wait.” Nobody left? No.'
    """
    return _SENTENCE_START.sub(lambda match: match[1] + match[2].upper(), text)


@dataclass(slots=True)
class Writer:
    """Writes the text of one story. The same arguments give the same text."""

    rng: random.Random
    topic: dict[str, str]
    place: str
    used: set[str] = field(default_factory=set)
    people: list[tuple[str, str, str]] = field(default_factory=list)
    """(full name, last name, job) of those who speak."""
    introduced: set[str] = field(default_factory=set)
    curly: bool = True

    @classmethod
    def on(cls, subject: str, number: int, place: str, rng: random.Random) -> Writer:
        """Return a writer for the *number*-th subject of the topics under *subject*."""
        choices = lines(f"topics/{subject}")
        values = [value.strip() for value in choices[number % len(choices)].split("|")]
        # The separator also stands inside the braces of alternatives: join those again.
        parts: list[str] = []
        for value in values:
            if parts and parts[-1].count("{") > parts[-1].count("}"):
                parts[-1] += "|" + value
            else:
                parts.append(value)
        topic = {
            slot: _BRACES.sub(lambda match: rng.choice(match[1].split("|")), part)
            for slot, part in zip(_TOPIC_SLOTS, parts, strict=True)
        }
        writer = cls(rng, topic, place, curly=rng.random() < 0.75)
        surnames = rng.sample(lines("last"), 4)
        jobs = rng.sample(lines("jobs"), 4)
        for surname, job in zip(surnames, jobs, strict=True):
            writer.people.append((f"{rng.choice(lines('first'))} {surname}", surname, writer.fill(job)))
        return writer

    @property
    def city(self) -> str:
        """The place without its state or country."""
        return self.place.split(",", maxsplit=1)[0]

    def _slot(self, name: str) -> str:
        rng = self.rng
        plain = name[0].lower() + name[1:] if name not in {"N", "P"} else name
        match plain:
            case "city":
                value = self.city
            case "othercity":
                value = rng.choice([p for p in lines("places_us") + lines("places_world") if p != self.place])
                value = value.split(",", maxsplit=1)[0]
            case "n":
                value = rng.choice(_SMALL)
            case "N":
                value = f"{rng.randrange(61, 9800):,}"
            case "pct":
                value = str(rng.randrange(3, 94))
            case "money":
                value = (
                    f"${rng.randrange(3, 990)},000" if rng.random() < 0.7 else f"${rng.randrange(11, 99) / 10} million"
                )
            case "oldyear":
                value = str(rng.randrange(1871, 2009))
            case "month":
                value = rng.choice(_MONTHS)
            case "day":
                value = str(rng.randrange(1, 29))
            case "weekday":
                value = rng.choice(_DAYS)
            case "season":
                value = rng.choice(_SEASONS)
            case "petname":
                value = rng.choice(lines("petname"))
            case "P":
                value = self.people[0][0]
            case "pjob":
                value = self.people[0][2]
            case _:
                value = self.topic[plain]
        return value[0].upper() + value[1:] if name[0].isupper() else value

    def fill(self, pattern: str) -> str:
        """Return *pattern* with its alternatives chosen and its slots filled, innermost first."""
        text = pattern
        while match := _BRACES.search(text):
            inner = match[1]
            value = self._slot(inner) if inner in _SLOT_NAMES else self.rng.choice(inner.split("|"))
            text = text[: match.start()] + value + text[match.end() :]
        return text

    def sentence(self, heading: str) -> str:
        """Return a sentence from the patterns under *heading*; none is used twice in a story while others are left."""
        patterns = lines(heading)
        fresh = [pattern for pattern in patterns if pattern not in self.used] or list(patterns)
        pattern = self.rng.choice(fresh)
        self.used.add(pattern)
        text = sentence_case(self.fill(pattern))
        return _APOSTROPHE.sub("’", text) if self.curly else text

    def _quoted(self, text: str) -> str:
        return f"“{text}”" if self.curly else f'"{text}"'

    def quotation(self) -> str:
        """Return a paragraph in which somebody speaks."""
        rng = self.rng
        name, last, job = rng.choice(self.people)
        first, second = self.sentence("quote"), self.sentence("quote")
        if name not in self.introduced:
            self.introduced.add(name)
            form = rng.randrange(3)
            if form == 0:
                return f"{self._quoted(first + ',')} says {name}, {job}. {self._quoted(second + '.')}"
            if form == 1:
                manner = rng.choice(("puts it this way", "sees it plainly", "is blunt"))
                return f"{name}, {job}, {manner}: {self._quoted(first + '.')}"
            return f"{self.sentence('nut')} {self._quoted(first + ',')} says {name}, {job}."
        form = rng.randrange(3)
        if form == 0:
            return f"{self._quoted(first + ',')} {last} {rng.choice(('says', 'adds', 'recalls'))}."
        if form == 1:
            return f"{self._quoted(first + ',')} says {last}. {self._quoted(second + '.')}"
        return (
            f"{last} {rng.choice(('shakes her head', 'laughs', 'pauses', 'looks away'))}. {self._quoted(first + '.')}"
        )

    def paragraph(self) -> str:
        """Return a paragraph from the middle of a story."""
        rng = self.rng
        kind = rng.choices(("quote", "data", "history", "counter", "scene", "detail", "nut"), (7, 4, 4, 4, 4, 4, 1))[0]
        if kind == "quote":
            return self.quotation()
        count = rng.choice((1, 1, 2, 2, 3))
        return " ".join(self.sentence(kind if i == 0 else rng.choice((kind, "detail", "data"))) for i in range(count))

    def body(self, paragraphs: int, *, subheads: bool, listed: bool, quoted: bool) -> list[Block]:
        """Return a text of about so many *paragraphs*, with subheads, a list and a block quotation as asked."""
        rng = self.rng
        opening = self.sentence("lede")
        if rng.random() < 0.5:
            opening += f" {self.sentence('scene')}"
        blocks = [Block("p", opening), Block("p", self.sentence("nut"))]
        list_at = rng.randrange(3, paragraphs) if listed else -1
        quote_at = rng.randrange(2, paragraphs) if quoted else -1
        for number in range(2, paragraphs):
            if subheads and number % 4 == 0:
                blocks.append(Block("subhead", self.sentence("subhead")))
            blocks.append(Block("p", self.paragraph()))
            if number == list_at:
                blocks.append(Block("p", f"The {rng.choice(('plan', 'agreement', 'petition', 'list'))} asks for:"))
                blocks.extend(Block("item", self.sentence("item")) for _ in range(rng.randrange(3, 6)))
            if number == quote_at:
                blocks.append(Block("quote", self.sentence("pull")))
        blocks.append(Block("p", f"{self.sentence('counter')} {self.sentence('closing')}"))
        return blocks


_SLOT_NAMES = frozenset(
    {
        *_TOPIC_SLOTS,
        *(slot[0].upper() + slot[1:] for slot in _TOPIC_SLOTS),
        "city",
        "City",
        "othercity",
        "n",
        "N",
        "pct",
    }
    | {"money", "oldyear", "month", "Month", "day", "weekday", "season", "petname", "P", "pjob"}
)
