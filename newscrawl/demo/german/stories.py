"""The German paper's content: its sections and stories, made from a seed, and what may happen to them.

It knows no markup and no server. `GermanNewspaper` is the same for the same arguments on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from newscrawl.demo.german.prose import Subject, Writer, lines, subject
from newscrawl.demo.german.traps import TRAPS
from newscrawl.demo.prose import Block, dice
from newscrawl.demo.traps import Trap

ZONE = ZoneInfo("Europe/Berlin")
PUBLISHER = "Mühlenfurter Bote"
TOWN = "Mühlenfurt"

PAGE_SIZE = 16
"""Stories on a listing page."""

Way = Literal["section", "topic", "author", "related", "feed", "sitemap"]
ALL_WAYS: frozenset[Way] = frozenset({"section", "topic", "author", "related", "feed", "sitemap"})
Kind = Literal["article", "video", "gallery", "live"]
Make = Literal["bem", "utility"]
"""The two templates: one names its elements by what they are, the other by what they look like."""
Stamp = Literal["time element", "plain time", "plain day"]
"""How the page prints its date: with a machine's form beside it, as text with the time, as text with the day alone."""
Fault = Literal[
    "none",
    "trailing comma",
    "organisation as author",
    "authors in one name",
    "search headline",
    "modified before published",
    "foreign description",
    "graph",
    "no publisher",
    "line break in a string",
    "missing",
]
FAULTS: tuple[Fault, ...] = (
    "none",
    "trailing comma",
    "organisation as author",
    "search headline",
    "graph",
    "missing",
    "authors in one name",
    "modified before published",
    "foreign description",
    "no publisher",
    "line break in a string",
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section or sub-section."""

    path: str
    name: str
    trail: tuple[tuple[str, str], ...]
    """(path, name) from the outermost section to this one."""
    weight: int

    @property
    def key(self) -> str:
        """Its last path element: the heading of its subjects in the material, and the name of its feed."""
        return self.path.rpartition("/")[2]


def _section(path: str, *names: str, weight: int) -> Section:
    parts = path.strip("/").split("/")
    return Section(
        path, names[-1], tuple(("/" + "/".join(parts[: i + 1]), name) for i, name in enumerate(names)), weight
    )


SECTIONS: tuple[Section, ...] = (
    _section("/politik", "Politik", weight=22),
    _section("/politik/land", "Politik", "Land", weight=16),
    _section("/wirtschaft", "Wirtschaft", weight=20),
    _section("/lokales", "Lokales", weight=24),
    _section("/lokales/altstadt", "Lokales", "Altstadt", weight=22),
    _section("/lokales/nordhafen", "Lokales", "Nordhafen", weight=18),
    _section("/kultur", "Kultur", weight=20),
    _section("/sport", "Sport", weight=18),
    _section("/wissen", "Wissen", weight=20),
)


_SPELT = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("å"): "a", ord("ş"): "s"}


@lru_cache(maxsize=1024)
def slug_of(words: str) -> str:
    """Return *words* as the last element of a path.

    >>> slug_of("Bürger & Größe")
    'buerger-groesse'
    """
    spelt = words.lower().translate(_SPELT)
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in spelt).split())


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph of a story."""

    name: str
    caption: str | None
    credit: str | None
    alt: str | None
    form: Literal["picture", "lazy", "plain"]
    """How the page loads it: from a picture element, by a script, at once."""

    @property
    def path(self) -> str:
        """The path of its largest version."""
        return f"/img/{self.name}-1600.jpg"


@dataclass(frozen=True, slots=True)
class Story:
    """One story with everything that its page shows."""

    number: int
    path: str
    section: Section
    published: datetime
    headline: str
    kicker: str
    dek: str | None
    meta_description: str
    authors: tuple[str, ...]
    agency: str | None
    pages: tuple[tuple[Block, ...], ...]
    kind: Kind = "article"
    make: Make = "bem"
    fault: Fault = "none"
    stamp: Stamp = "time element"
    modified: datetime | None = None
    pictures: tuple[Picture, ...] = ()
    keywords: tuple[str, ...] = ()
    comment_count: int | None = None
    free: bool | None = None
    correction: str | None = None
    search_headline: str | None = None
    """What the title, og:title and, under "search headline", JSON-LD call it."""
    trail_shown: bool = True
    language: Literal["de", "de-DE"] = "de-DE"
    facts: tuple[str, ...] = ()
    """What its fact box says; empty for a story without one."""
    letters: tuple[str, ...] = ()
    """Readers' comments that are shown."""
    place_line: str | None = None
    """An agency's place line before the first word."""
    ways: frozenset[Way] = ALL_WAYS

    @property
    def changed_at(self) -> datetime:
        """When its page was last changed."""
        return self.modified or self.published

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The text of all its pages."""
        return tuple(block for page in self.pages for block in page)

    @property
    def byline(self) -> str | None:
        """The byline as it is printed; ``None`` for a story without one."""
        if self.authors:
            *rest, last = self.authors
            return f"Von {' und '.join(filter(None, (', '.join(rest), last)))}"
        return f"Von {self.agency}" if self.agency else None


@dataclass
class GermanNewspaper:
    """An invented German newspaper.

    Args:
        seed: another seed, other stories.
        size: how many stories.
        now: the moment at which the paper is seen, with a time zone.
        robots_sitemap: whether robots.txt names the sitemap index. When it does not, no story stands in sitemaps alone.

    ``publish``, ``change`` and ``withdraw`` alter the paper and raise ``version`` by one.
    """

    publisher: ClassVar[str] = PUBLISHER

    seed: int = 1847
    size: int = 180
    now: datetime = datetime(2026, 11, 20, 18, 0, tzinfo=ZONE)
    robots_sitemap: bool = True
    stories: list[Story] = field(init=False)
    """Newest first."""
    withdrawn: set[str] = field(init=False, default_factory=set)
    version: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.size < 150:
            raise ValueError(f"GermanNewspaper: size is {self.size}; it needs at least 150 stories to show every case")
        if self.now.tzinfo is None:
            raise ValueError("GermanNewspaper: now needs a time zone, such as newscrawl.demo.german.ZONE")
        self.stories = _compose(self.seed, self.size, self.now.astimezone(ZONE), sitemaps=self.robots_sitemap)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections and sub-sections."""
        return SECTIONS

    @property
    def traps(self) -> tuple[Trap, ...]:
        """Everything on the site that is made to mislead a crawler, and what should come of it."""
        return TRAPS

    def story(self, path: str) -> Story:
        """Return the story at *path*.

        Raises:
            KeyError: there is none, or it has been withdrawn.
        """
        for story in self.stories:
            if story.path == path:
                return story
        raise KeyError(f"{PUBLISHER} has no story at {path}")

    def in_section(self, section: Section, way: Way = "section") -> list[Story]:
        """Return what *section* and its sub-sections list, newest first."""
        inside = section.path + "/"
        return [
            s for s in self.stories if way in s.ways and (s.section is section or s.section.path.startswith(inside))
        ]

    def topics(self) -> dict[str, str]:
        """Return the names of the topics that have a page, by slug: those that at least two stories carry."""
        counts = Counter(name for s in self.stories if "topic" in s.ways for name in s.keywords)
        return {slug_of(name): name for name in sorted(counts) if counts[name] > 1}

    def on_topic(self, name: str) -> list[Story]:
        """Return the stories of the topic *name*, newest first."""
        return [s for s in self.stories if name in s.keywords and "topic" in s.ways]

    def writers(self) -> dict[str, str]:
        """Return the names of the authors who have a page, by slug."""
        return {slug_of(name): name for name in (*lines("redaktion_w"), *lines("redaktion_m"))}

    def by_author(self, name: str) -> list[Story]:
        """Return the stories that *name* signed, newest first."""
        return [s for s in self.stories if name in s.authors and "author" in s.ways]

    def related(self, story: Story) -> list[Story]:
        """Return the stories that the page of *story* names between its paragraphs and below."""
        plain = [s for s in self.stories if s.ways == ALL_WAYS]
        hidden = [
            s
            for s in self.stories
            if s.ways == {"related"} and any(story is plain[s.number * factor % len(plain)] for factor in (1, 7))
        ]
        others = [s for s in plain if s is not story]
        return hidden + dice(self.seed, "related", story.number).sample(others, 4)

    def most_read(self, key: str) -> list[Story]:
        """Return five stories for the "Meistgelesen" box of the page *key*."""
        plain = [s for s in self.stories if s.ways == ALL_WAYS]
        return dice(self.seed, "read", key).sample(plain, 5)

    def publish(self, section: str = "/politik", published: datetime | None = None) -> Story:
        """Add a new story to *section* and return it.

        Args:
            section: the section's path.
            published: when; a minute after the newest one when not given.
        """
        place = next((s for s in SECTIONS if s.path == section), None)
        if place is None:
            raise ValueError(f"no section {section!r}; there are {', '.join(s.path for s in SECTIONS)}")
        number = 1 + max(s.number for s in self.stories)
        moment = published or max(s.published for s in self.stories) + timedelta(minutes=1)
        story = _write(self.seed, number, place, moment.astimezone(ZONE), {s.headline for s in self.stories})
        self.stories = sorted([*self.stories, story], key=_newest_first)
        self.version += 1
        return story

    def change(self, path: str, at: datetime | None = None) -> Story:
        """Add a paragraph and a modification date to the story at *path* and return it.

        Args:
            path: the story's path.
            at: when it was changed; an hour after its last change when not given.
        """
        old = self.story(path)
        writer = _writer(old, dice(self.seed, "change", path, old.changed_at.isoformat()))
        added = Block("p", f"{writer.sentence('zahl')} {writer.sentence('einwand')}")
        fault: Fault = "none" if old.fault == "modified before published" else old.fault
        new = replace(
            old,
            pages=(*old.pages[:-1], (*old.pages[-1], added)),
            modified=(at or old.changed_at + timedelta(hours=1)).astimezone(ZONE),
            fault=fault,
        )
        self.stories[self.stories.index(old)] = new
        self.version += 1
        return new

    def withdraw(self, path: str) -> None:
        """Take the story at *path* out of the paper; its address answers 410 from now on."""
        old = self.story(path)
        self.stories.remove(old)
        self.withdrawn.add(path)
        self.version += 1


def _newest_first(story: Story) -> tuple[float, int]:
    return (-story.published.timestamp(), story.number)


def _subject(story_number: int, section: Section) -> Subject:
    return subject(section.key, story_number)


def _writer(story: Story, rng: Random) -> Writer:
    """Return a writer who goes on with *story*."""
    return Writer.on(_subject(story.number, story.section), TOWN, rng)


_ALPHABET = "0123456789abcdefghjklmnpqrstvwxyz"


@lru_cache(maxsize=1024)
def _address(seed: int, number: int, kind: Kind) -> tuple[str, Make]:
    """Return an address that says nothing about the story, and the template that goes with it."""
    rng = dice(seed, "address", number)
    opaque = "".join(rng.choice(_ALPHABET) for _ in range(9))
    if kind == "video":
        return f"/video/x{opaque}", "bem"
    if kind == "gallery":
        return f"/bilder/g{opaque}0", "bem"
    if rng.random() < 0.35:
        return f"/a/{1_200_000 + number * 617 + rng.randrange(600)}", "utility"
    return f"/artikel/c0{opaque}o", "bem"


def _authors(rng: Random) -> tuple[tuple[str, ...], str | None]:
    staff = [*lines("redaktion_w"), *lines("redaktion_m")]
    kind = rng.choices(("one", "two", "three", "agency", "none"), (52, 16, 6, 16, 10))[0]
    if kind == "agency":
        return (), rng.choice(lines("agenturen"))
    return tuple(rng.sample(staff, {"one": 1, "two": 2, "three": 3}.get(kind, 0))), None


def _picture(writer: Writer, rng: Random, number: int, ordinal: int) -> Picture:
    credit = f"{rng.choice(lines('fotografen'))}{rng.choice(('/dpa', '/dpa', '/afp', ''))}"
    return Picture(
        name=f"{slug_of(writer.subject.slots['ding'])}-{4000 + number * 13 + ordinal}",
        caption=f"{writer.sentence('bild')}." if rng.random() < 0.92 else None,
        credit=credit if rng.random() < 0.92 else None,
        alt=writer.sentence("alt") if rng.random() < 0.7 else None,
        form=rng.choice(("picture", "lazy", "lazy", "plain")),
    )


def _write(seed: int, number: int, section: Section, moment: datetime, taken: set[str]) -> Story:
    """Return story *number*, complete but for what depends on its neighbors."""
    rng = dice(seed, "story", number)
    about = _subject(number, section)
    place = TOWN if section.path.startswith("/lokales") else rng.choice(lines("orte"))
    writer = Writer.on(about, place, rng)
    headline = writer.sentence("titel")
    while headline in taken:
        headline = writer.sentence("titel")
    authors, agency = _authors(rng)
    dek = writer.sentence("vorspann") if rng.random() < 0.9 else None
    teaser = writer.sentence("vorspann")
    blocks = writer.body(
        rng.randrange(7, 14), subheads=rng.random() < 0.6, listed=rng.random() < 0.3, quoted=rng.random() < 0.3
    )
    path, make = _address(seed, number, "article")
    comments = rng.randrange(1, 90) if rng.random() < 0.25 else 0
    return Story(
        number=number,
        path=path,
        make=make,
        section=section,
        published=moment,
        headline=headline,
        kicker=about.kicker,
        dek=dek,
        meta_description=teaser if dek is None or rng.random() < 0.4 else dek,
        authors=authors,
        agency=agency,
        pages=(tuple(blocks),),
        fault=FAULTS[number % len(FAULTS)],
        stamp=rng.choices(("time element", "plain time", "plain day"), (5, 4, 2))[0],
        modified=moment + timedelta(minutes=rng.randrange(9, 2900)) if rng.random() < 0.2 else None,
        pictures=tuple(_picture(writer, rng, number, i) for i in range(rng.choices((0, 1, 2), (2, 6, 2))[0])),
        keywords=about.tags if rng.random() < 0.85 else (),
        comment_count=comments or None,
        letters=tuple(writer.sentence("leserbrief") for _ in range(min(3, comments))),
        facts=tuple(writer.sentence("fakt") for _ in range(3)) if rng.random() < 0.4 else (),
        correction=writer.sentence("korrektur") if rng.random() < 0.06 else None,
        search_headline=f"{about.slots['ding']} {place}: {about.kicker} aktuell" if rng.random() < 0.4 else None,
        trail_shown=rng.random() < 0.8,
        language=rng.choice(("de", "de-DE")),
        place_line=f"{place} ({agency})" if agency and rng.random() < 0.6 else None,
    )


def _moments(seed: int, size: int, now: datetime) -> list[tuple[Section, datetime]]:
    """Return a section and a moment for every story: more of them in the last months."""
    rng = dice(seed, "moments")
    moments = []
    for number in range(size):
        section = rng.choices(SECTIONS, [s.weight for s in SECTIONS])[0]
        back = (
            timedelta(minutes=rng.randrange(20, 2800)) if number < 14 else timedelta(days=3 + 900 * rng.random() ** 2)
        )
        moment = now - back
        if number >= 14:
            moment = moment.replace(hour=rng.randrange(5, 23), minute=rng.randrange(60))
        moments.append((section, moment.replace(second=0, microsecond=0)))
    return moments


def _compose(seed: int, size: int, now: datetime, *, sitemaps: bool) -> list[Story]:
    stories: list[Story] = []
    for number, (section, moment) in enumerate(_moments(seed, size, now), start=1):
        story = _write(seed, number, section, moment, {s.headline for s in stories})
        if story.modified and story.modified > now:
            story = replace(story, modified=None)
        stories.append(story)
    stories.sort(key=_newest_first)
    return [_consistent(story) for story in _cast(seed, stories, sitemaps=sitemaps)]


def _consistent(story: Story) -> Story:
    """Return *story* with faults that can be told from what the rest of its page says."""
    if story.fault == "modified before published":
        return replace(story, modified=None)
    if story.fault == "search headline" and story.search_headline is None:
        return replace(story, search_headline=f"{story.kicker}: {story.headline.split()[0]} – alle Infos")
    if story.fault == "foreign description" and story.dek is None:
        return replace(story, fault="none")
    return story


def _cast(seed: int, stories: list[Story], *, sitemaps: bool) -> list[Story]:
    """Give parts to stories: videos, galleries, live blogs, closed and long ones, those found in one way only."""
    rng = dice(seed, "cast")
    free = list(range(len(stories)))
    rng.shuffle(free)

    def take(count: int, fits: Callable[[Story], bool]) -> list[int]:
        """Return *count* stories without a part yet, and give them one."""
        chosen = [i for i in free if fits(stories[i])][:count]
        for i in chosen:
            free.remove(i)
        return chosen

    def plain(story: Story) -> bool:
        return story.fault not in {"missing", "modified before published"}

    for kind, count in (("video", 6), ("gallery", 5)):
        for i in take(count, plain):
            stories[i] = _pictorial(seed, stories[i], "video" if kind == "video" else "gallery")
    for i in take(3, lambda s: plain(s) and s.make == "bem"):
        stories[i] = _live(seed, stories[i])
    for i in take(8, lambda s: plain(s) and s.fault != "line break in a string"):
        # Only the beginning of a closed story is sent to readers who do not pay.
        closed = stories[i]
        stories[i] = replace(
            closed, free=False, pages=(closed.pages[0][:2],), pictures=closed.pictures[:1], place_line=None, facts=()
        )
    for i in take(8, plain):
        stories[i] = replace(stories[i], free=True)
    for i in take(4, plain):
        writer = _writer(stories[i], dice(seed, "long", stories[i].number))
        more = tuple(writer.body(7, subheads=True, listed=False, quoted=False))
        stories[i] = replace(stories[i], pages=(*stories[i].pages, more))
    names = [name for s in stories for name in s.keywords]
    ways: list[tuple[Way, list[int]]] = [
        ("related", take(4, lambda s: s.kind == "article")),
        ("topic", take(3, lambda s: any(names.count(name) > 4 for name in s.keywords))),
        ("author", take(2, lambda s: bool(s.authors))),
        ("feed", take(3, lambda s: s.published > stories[14].published - timedelta(days=9))),
    ]
    if sitemaps:
        ways.append(("sitemap", take(4, lambda s: s.kind == "article")))
    for way, chosen in ways:
        for i in chosen:
            stories[i] = replace(stories[i], ways=frozenset({way}))
    return stories


def _pictorial(seed: int, story: Story, kind: Literal["video", "gallery"]) -> Story:
    """Return *story* as a video or a gallery: hardly any text, and pictures instead."""
    rng = dice(seed, kind, story.number)
    writer = _writer(story, rng)
    path, make = _address(seed, story.number, kind)
    pictures = tuple(_picture(writer, rng, story.number, n) for n in range(1 if kind == "video" else 6))
    text = (Block("p", f"{writer.sentence('kern')} {writer.sentence('szene')}"), Block("p", writer.paragraph()))
    return replace(
        story, path=path, make=make, kind=kind, pictures=pictures, pages=(text,), correction=None, place_line=None
    )


def _live(seed: int, story: Story) -> Story:
    """Return *story* as a live blog: an opening, and entries each of which has a heading."""
    writer = _writer(story, dice(seed, "live", story.number))
    blocks = writer.opening()
    for _ in range(6):
        blocks += [Block("subhead", writer.sentence("zwischentitel"))]
        blocks += [Block("p", f"{writer.sentence('ticker')} {writer.sentence('detail')}")]
    return replace(
        story,
        kind="live",
        headline=f"{story.headline} – der Liveticker",
        pages=(tuple(blocks),),
        pictures=story.pictures[:1],
        place_line=None,
    )
