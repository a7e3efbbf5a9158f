"""The German paper's prose: hand-written subjects and sentence patterns, put together by a seeded generator."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from newscrawl.demo.prose import Block, sentence_case

MONTHS = tuple("Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split())
_DAYS = tuple("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split())
_SMALL = tuple("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf 13 14 16 17 19 22 24 27 31 38 45 52".split())
_ARTICLES = {"m": ("der", "den", "dem"), "f": ("die", "die", "der"), "n": ("das", "das", "dem")}
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLAIN = frozenset("ding leute leuten ziel sorge zeug geschah ort nom akk dat gnom gakk gdat".split())
_DRAWN = frozenset("andere n N pct geld jahr jahr_neu monat tag".split())
_SLOTS = _PLAIN | _DRAWN | {slot[0].upper() + slot[1:] for slot in _PLAIN}


@lru_cache(maxsize=1)
def _material() -> dict[str, tuple[str, ...]]:
    """Return the lines of the material by heading; subjects under ``themen/<section>``."""
    found: dict[str, list[str]] = {}
    folder = resources.files("newscrawl.demo.german.material")
    for name, prefix in (("themen.txt", "themen/"), ("saetze.txt", ""), ("namen.txt", "")):
        under: list[str] = []
        for raw in (folder / name).read_text(encoding="utf-8").splitlines():
            line = raw.strip()
            if line.startswith("[") and line.endswith("]"):
                under = found.setdefault(prefix + line[1:-1], [])
            elif line and not line.startswith("#"):
                under.append(line)
    for heading in ("vornamen_w", "vornamen_m", "nachnamen"):
        found[heading] = [name for line in found[heading] for name in line.split()]
    return {heading: tuple(under) for heading, under in found.items()}


def lines(heading: str) -> tuple[str, ...]:
    """Return the lines of the material under *heading* (``agenturen``, ``orte`` …)."""
    return _material()[heading]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a story is about."""

    slots: dict[str, str]
    kicker: str
    tags: tuple[str, ...]


@lru_cache(maxsize=256)
def subject(section: str, number: int) -> Subject:
    """Return the *number*-th subject (counted round and round) of the section whose last path element is *section*."""
    choices = lines(f"themen/{section}")
    thing, gender, kicker, body, body_gender, people, to_people, goal, worry, stuff, event, tags = (
        part.strip() for part in choices[number % len(choices)].split(" | ")
    )
    slots = {"ding": thing, "leute": people, "leuten": to_people, "ziel": goal, "sorge": worry, "zeug": stuff}
    slots["geschah"] = event
    for prefix, noun, of in (("", thing, gender), ("g", body, body_gender)):
        for case, article in zip(("nom", "akk", "dat"), _ARTICLES[of], strict=True):
            slots[prefix + case] = f"{article} {noun}"
    return Subject(slots, kicker, tuple(tag.strip() for tag in tags.split(";")))


@dataclass(slots=True)
class Writer:
    """Writes the text of one story. The same arguments give the same text."""

    rng: random.Random
    subject: Subject
    place: str
    used: set[str] = field(default_factory=set)
    people: list[tuple[str, str, str]] = field(default_factory=list)
    """(full name, last name, occupation) of those who speak."""
    introduced: set[str] = field(default_factory=set)

    @classmethod
    def on(cls, about: Subject, place: str, rng: random.Random) -> Writer:
        """Return a writer about the subject *about* in *place*."""
        writer = cls(rng, about, place)
        surnames, jobs = rng.sample(lines("nachnamen"), 4), rng.sample(lines("berufe"), 4)
        for surname, job in zip(surnames, jobs, strict=True):
            female, male = (writer.fill(form) for form in job.split(" / "))
            woman = rng.random() < 0.5
            first = rng.choice(lines("vornamen_w" if woman else "vornamen_m"))
            writer.people.append((f"{first} {surname}", surname, female if woman else male))
        return writer

    def _money(self) -> str:
        rng = self.rng
        if rng.random() < 0.7:
            return f"{rng.randrange(3, 990)}.000 Euro"
        return f"{rng.randrange(2, 19)},{rng.randrange(1, 10)} Millionen Euro"

    def _slot(self, name: str) -> str:
        rng = self.rng
        match name:
            case "andere":
                return rng.choice([place for place in lines("orte") if place != self.place])
            case "n":
                return rng.choice(_SMALL)
            case "N":
                return f"{rng.randrange(61, 9800):,}".replace(",", ".")
            case "pct":
                return str(rng.randrange(3, 94))
            case "geld":
                return self._money()
            case "jahr":
                return str(rng.randrange(1874, 2012))
            case "jahr_neu":
                return str(rng.randrange(2027, 2036))
            case "monat":
                return rng.choice(MONTHS)
            case "tag":
                return rng.choice(_DAYS)
        plain = name[0].lower() + name[1:]
        value = self.place if plain == "ort" else self.subject.slots[plain]
        return value if name == plain else value[0].upper() + value[1:]

    def fill(self, pattern: str) -> str:
        """Return *pattern* with its alternatives chosen and its slots filled, innermost first."""
        text = pattern
        while match := _BRACES.search(text):
            inner = match[1]
            value = self._slot(inner) if inner in _SLOTS else self.rng.choice(inner.split("|"))
            text = text[: match.start()] + value + text[match.end() :]
        return text

    def sentence(self, heading: str) -> str:
        """Return a sentence from the patterns under *heading*; none is used twice in a story while others are left."""
        patterns = lines(heading)
        fresh = [pattern for pattern in patterns if pattern not in self.used] or list(patterns)
        pattern = self.rng.choice(fresh)
        self.used.add(pattern)
        return sentence_case(self.fill(pattern))

    def quotation(self) -> str:
        """Return a paragraph in which somebody speaks."""
        rng = self.rng
        name, last, job = rng.choice(self.people)
        first, second = self.sentence("zitat"), self.sentence("zitat")
        form = rng.randrange(3)
        if name not in self.introduced:
            self.introduced.add(name)
            if form == 0:
                return f"„{first}“, sagt {name}, {job}. „{second}.“"
            if form == 1:
                return f"{name}, {job}, {rng.choice(('sieht es nüchtern', 'winkt ab', 'wird deutlich'))}: „{first}.“"
            return f"{self.sentence('detail')} „{first}“, {rng.choice(('erzählt', 'findet'))} {name}, {job}."
        if form == 0:
            return f"„{first}“, {rng.choice(('sagt', 'ergänzt', 'meint'))} {last}."
        if form == 1:
            return f"„{first}“, sagt {last}. „{second}.“"
        return f"{last} {rng.choice(('lacht', 'zögert', 'schüttelt den Kopf', 'blickt zur Tür'))}. „{first}.“"

    def paragraph(self) -> str:
        """Return a paragraph from the middle of a story."""
        rng = self.rng
        kinds = ("zitat", "zahl", "rueckblick", "einwand", "szene", "detail", "kern")
        kind = rng.choices(kinds, (7, 4, 4, 4, 4, 4, 1))[0]
        if kind == "zitat":
            return self.quotation()
        count = rng.choice((1, 2, 2, 2, 3))
        return " ".join(self.sentence(kind if i == 0 else rng.choice((kind, "detail", "zahl"))) for i in range(count))

    def opening(self) -> list[Block]:
        """Return the first two paragraphs."""
        first = self.sentence("einstieg")
        if self.rng.random() < 0.6:
            first += f" {self.sentence('szene')}"
        return [Block("p", first), Block("p", self.sentence("kern"))]

    def body(self, paragraphs: int, *, subheads: bool, listed: bool, quoted: bool) -> list[Block]:
        """Return a text of about so many *paragraphs*, with subheads, a list and a block quotation as asked."""
        rng = self.rng
        blocks = self.opening()
        list_at = rng.randrange(3, paragraphs) if listed else -1
        quote_at = rng.randrange(2, paragraphs) if quoted else -1
        for number in range(2, paragraphs):
            if subheads and number % 4 == 0:
                blocks.append(Block("subhead", self.sentence("zwischentitel")))
            blocks.append(Block("p", self.paragraph()))
            if number == list_at:
                words = ("Auf der Liste stehen:", "Der Entwurf nennt:", "Verlangt wird dreierlei und mehr:")
                blocks.append(Block("p", rng.choice(words)))
                blocks += [Block("item", self.sentence("punkt")) for _ in range(rng.randrange(3, 6))]
            if number == quote_at:
                blocks.append(Block("quote", f"„{self.sentence('aussage')}.“"))
        blocks.append(Block("p", f"{self.sentence('einwand')} {self.sentence('schluss')}"))
        return blocks
