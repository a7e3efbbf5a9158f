"""The newspaper's content: its sections and stories, made from a seed, and what may happen to them.

It knows no markup and no server. `Newspaper` is the same for the same arguments on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from newscrawl.demo.prose import Block, Writer, dice, lines
from newscrawl.demo.traps import ENDLESS_SECTION, TRAPS, Trap

ZONE = ZoneInfo("America/New_York")
PUBLISHER = "The Lantern Quay Courier"
DOMAIN_TITLE = "LQCourier.com"

PAGE_SIZE = 20
"""Stories on a listing page."""

Era = Literal["2010", "2012", "2014", "2020"]
Way = Literal["listing", "recent", "related", "feed", "sitemap"]
ALL_WAYS: frozenset[Way] = frozenset({"listing", "recent", "related", "feed", "sitemap"})


@dataclass(frozen=True, slots=True)
class Section:
    """A section, sub-section or blog."""

    path: str
    name: str
    trail: tuple[tuple[str, str], ...]
    """(path, name) from the outermost section to this one."""
    feed: str | None = None
    blog: bool = False
    weight: int = 20
    """Its share of the stories."""

    @property
    def key(self) -> str:
        """Its last path element: the heading of its subjects in the material."""
        return self.path.rpartition("/")[2]


def _section(path: str, *names: str, feed: str | None = None, blog: bool = False, weight: int = 20) -> Section:
    parts = path.strip("/").split("/")
    trail = tuple(("/" + "/".join(parts[: i + 1]), name) for i, name in enumerate(names))
    return Section(path, names[-1], trail, feed, blog, weight)


SECTIONS: tuple[Section, ...] = (
    _section("/World", "World", feed="world", weight=25),
    _section("/World/Europe", "World", "Europe", weight=20),
    _section("/World/Americas", "World", "Americas", weight=18),
    _section("/World/Asia-Pacific", "World", "Asia Pacific", weight=16),
    _section("/World/Ships-Shoals", "World", "Ships & Shoals", feed="ships-shoals", blog=True, weight=34),
    _section("/USA", "USA", feed="usa", weight=24),
    _section("/USA/Politics", "USA", "Politics", feed="politics", weight=20),
    _section(
        "/USA/Politics/Ballot-Notes", "USA", "Politics", "Ballot Notes", feed="ballot-notes", blog=True, weight=28
    ),
    _section("/USA/Education", "USA", "Education", weight=16),
    _section("/Business", "Business", feed="business", weight=26),
    _section("/Environment", "Environment", feed="environment", weight=26),
    _section("/Science", "Science", feed="science", weight=26),
    _section("/The-Culture", "The Culture", feed="culture", weight=24),
    _section("/The-Culture/Books", "The Culture", "Books", weight=14),
)


def listing_path(section: Section, offset: int = 0) -> str:
    """Return the path of the listing of *section* that begins with story number *offset*.

    >>> listing_path(SECTIONS[0], 20)
    '/World/(offset)/20/(view)/all'
    """
    return f"{section.path}/(offset)/{offset}/(view)/all" if offset else section.path


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a story, as it is printed."""

    authors: tuple[str, ...] = ()
    role: str | None = None
    agency: str | None = None

    @property
    def names(self) -> str:
        """The persons in one line, with an Oxford comma.

        >>> Byline(("Ann", "Bo", "Cy")).names
        'Ann, Bo, and Cy'
        """
        *rest, last = self.authors or ("",)
        if len(rest) > 1:
            return f"{', '.join(rest)}, and {last}"
        return " and ".join([*rest, last])

    @property
    def text(self) -> str | None:
        """The whole line, without a date; ``None`` for a story without one.

        >>> Byline(("Ann",), role="Staff writer").text
        'By Ann, Staff writer'
        """
        said = [part for part in (self.names, self.role, self.agency) if part]
        return f"By {', '.join(said)}" if said else None


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph of a story."""

    name: str
    number: int
    caption: str | None
    credit: str | None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One story with everything that its pages show."""

    number: int
    path: str
    section: Section
    published: datetime
    headline: str
    dek: str | None
    meta_description: str
    byline: Byline
    pages: tuple[tuple[Block, ...], ...]
    dateline: str | None = None
    modified: datetime | None = None
    pictures: tuple[Picture, ...] = ()
    keywords: tuple[str, ...] = ()
    comment_count: int | None = None
    free: bool | None = None
    correction: str | None = None
    ways: frozenset[Way] = ALL_WAYS
    copies: tuple[str, ...] = ()
    """Paths of copies that name this story as canonical."""
    moved_from: str | None = None
    """A path that redirects here."""
    charset: Literal["utf-8", "lying header", "lying meta", "lying both"] = "utf-8"
    quick_read: str | None = None
    """A short version shown beside the long one."""
    search_headline: str | None = None
    """What og:title and JSON-LD call it where that is not the headline."""

    @property
    def era(self) -> Era:
        """The template its page is made with: a story keeps the one of its day."""
        year = self.published.year
        if year <= 2011:
            return "2010"
        if year <= 2013:
            return "2012"
        return "2014" if year <= 2019 else "2020"

    @property
    def changed_at(self) -> datetime:
        """When its page was last changed."""
        return self.modified or self.published

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The text of all its pages."""
        return tuple(block for page in self.pages for block in page)


def slug_of(headline: str) -> str:
    """Return the last path element for *headline*: ASCII, dots kept, everything else a hyphen.

    >>> slug_of("A U.S. first: 'Déjà vu' works.")
    'A-U.S.-first-Deja-vu-works.'
    """
    text = headline.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("æ", "ae").replace("å", "a")
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", ascii_only).strip("-")


def _sentences_of(words: str) -> str:
    return words[0].upper() + words[1:]


@dataclass
class Newspaper:
    """An invented newspaper.

    Args:
        seed: another seed, other stories.
        size: how many stories.
        now: the moment at which the paper is seen; the newest story is a few minutes older. With a time zone.

    ``publish``, ``change`` and ``withdraw`` alter the paper and raise ``version`` by one.
    """

    publisher: ClassVar[str] = PUBLISHER

    seed: int = 1908
    size: int = 320
    now: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
    stories: list[Story] = field(init=False)
    """Newest first."""
    withdrawn: set[str] = field(init=False, default_factory=set)
    version: int = field(init=False, default=0)
    busy_path: str = field(init=False)
    """The story whose page first answers 503."""
    slow_path: str = field(init=False)
    """The story whose page takes long."""

    def __post_init__(self) -> None:
        if self.size < 150:
            raise ValueError(f"Newspaper: size is {self.size}; it needs at least 150 stories to show every case")
        if self.now.tzinfo is None:
            raise ValueError("Newspaper: now needs a time zone, such as newscrawl.demo.stories.ZONE")
        self.stories = _compose(self.seed, self.size, self.now.astimezone(ZONE))
        plain = {s.section.path: s.path for s in reversed(self.stories) if s.ways == ALL_WAYS}
        self.busy_path, self.slow_path = plain["/Business"], plain["/Science"]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections, sub-sections and blogs."""
        return SECTIONS

    @property
    def traps(self) -> tuple[Trap, ...]:
        """Everything on the site that is made to mislead a crawler, and what should come of it."""
        extra = [
            Trap(f"charset ({s.charset})", s.path, "article", "the declared encoding is not that of the bytes")
            for s in self.stories
            if s.charset != "utf-8"
        ]
        extra += [
            Trap(
                "busy", self.busy_path, "article", "the first answer is 503 with Retry-After: 1, the next one the story"
            ),
            Trap("slow", self.slow_path, "article", "the answer takes a while"),
            Trap("past the end", self._past_the_end(), "bounded", "repeats the last page and links to the next offset"),
        ]
        return TRAPS + tuple(extra)

    def _past_the_end(self) -> str:
        section = next(s for s in SECTIONS if s.path == ENDLESS_SECTION)
        offset = -(-len(self.in_section(section)) // PAGE_SIZE) * PAGE_SIZE
        return listing_path(section, offset)

    def story(self, path: str) -> Story:
        """Return the story at *path*.

        Raises:
            KeyError: there is none, or it has been withdrawn.
        """
        for story in self.stories:
            if story.path == path:
                return story
        raise KeyError(f"{PUBLISHER} has no story at {path}")

    def in_section(self, section: Section, way: Way = "listing") -> list[Story]:
        """Return what *section* and its sub-sections list, newest first."""
        inside = section.path + "/"
        return [
            s for s in self.stories if way in s.ways and (s.section is section or s.section.path.startswith(inside))
        ]

    def recent_posts(self, story: Story) -> list[Story]:
        """Return the five posts of the blog's box beside *story*: one newer, the story, and older ones."""
        posts = [s for s in self.stories if s.section is story.section and ("recent" in s.ways or s == story)]
        at = posts.index(story)
        return posts[max(0, min(at - 1, len(posts) - 5)) :][:5]

    def related(self, story: Story) -> list[Story]:
        """Return the stories of the "Related stories" box of *story*."""
        same = [s for s in self.stories if s.section.trail[0] == story.section.trail[0]]
        plain = [s for s in same if s.ways == ALL_WAYS]
        # A story that stands in no other place hangs on two others.
        hidden = [
            s
            for s in same
            if s.ways == {"related"} and story in (plain[s.number % len(plain)], plain[s.number * 7 % len(plain)])
        ]
        others = [s for s in plain if s is not story]
        return hidden + dice(self.seed, "related", story.number).sample(others, min(3, len(others)))

    def most_viewed(self, key: str) -> list[Story]:
        """Return five stories for the "Most viewed" box of the page *key*."""
        plain = [s for s in self.stories if s.ways == ALL_WAYS]
        return dice(self.seed, "viewed", key).sample(plain, 5)

    def publish(self, section: str = "/World", published: datetime | None = None) -> Story:
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
        story = _write(self.seed, number, place, moment.astimezone(ZONE), {s.path for s in self.stories})
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
        rng = dice(self.seed, "change", path, old.changed_at.isoformat())
        writer = _writer(old, rng)
        added = Block("p", f"{writer.sentence('data')} {writer.sentence('counter')}")
        pages = (*old.pages[:-1], (*old.pages[-1], added))
        new = replace(old, pages=pages, modified=(at or old.changed_at + timedelta(hours=1)).astimezone(ZONE))
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


def _moments(seed: int, now: datetime, counts: list[tuple[Section, int]]) -> list[tuple[Section, datetime]]:
    """Return a section and a moment for every story: blogs are busiest in the early years, all have some of today."""
    spread = {"2010": (2010, 2011), "2012": (2012, 2013), "2014": (2014, 2019), "2020": (2020, now.year)}
    moments: list[tuple[Section, datetime]] = []
    for section, count in counts:
        rng = dice(seed, "moments", section.path)
        for number in range(count):
            if number == 0:
                moment = now - timedelta(minutes=rng.randrange(20, 2400))
            else:
                weights = (30, 32, 16, 22) if section.blog else (18, 20, 28, 34)
                first, last = spread[rng.choices(tuple(spread), weights)[0]]
                start = datetime(first, 1, 2, 6, tzinfo=ZONE)
                end = min(datetime(last, 12, 30, 6, tzinfo=ZONE), now - timedelta(days=3))
                day = start + timedelta(days=rng.randrange((end - start).days))
                moment = day.replace(hour=rng.randrange(6, 22), minute=rng.randrange(60))
                if section.blog and number % 6 == 5:
                    # Two posts on one day: their order is told by the time alone.
                    moment = moments[-1][1].replace(hour=rng.randrange(6, 22), minute=rng.randrange(60))
                    moment = min(moment, now - timedelta(minutes=15))
            moments.append((section, moment.replace(second=0, microsecond=0)))
    return moments


def _byline(rng: Random) -> Byline:
    kind = rng.choices(
        ("one", "two", "many", "role only", "none", "agency", "name and agency", "plain"), (44, 14, 6, 8, 5, 7, 6, 10)
    )[0]
    staff = rng.sample(lines("staff"), 4)
    role = rng.choice(("Staff writer", "Staff writer", "Correspondent", "Contributor"))
    match kind:
        case "one":
            return Byline((staff[0],), role)
        case "two":
            return Byline(tuple(staff[:2]), f"{role}s")
        case "many":
            return Byline(tuple(staff[: rng.choice((3, 4))]), f"{role}s")
        case "role only":
            return Byline(role=rng.choice(("Staff writer", "Staff", "Correspondent")))
        case "agency":
            return Byline(agency=rng.choice(lines("agencies")))
        case "name and agency":
            return Byline((staff[0],), agency=rng.choice(lines("agencies")))
        case "plain":
            return Byline((staff[0],))
        case _:
            return Byline()


def _picture(writer: Writer, rng: Random, story_number: int, ordinal: int) -> Picture:
    stuff = slug_of(writer.topic["short"]).lower()
    agency = rng.choice((*lines("agencies"), "Staff", "Special to the Courier", "Staff"))
    photographer = rng.choice(lines("photographers"))
    credit = rng.choice((f"{photographer}/{agency}", f"{photographer}/{agency}", f"Courtesy of {writer.topic['body']}"))
    return Picture(
        name=f"{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}-{stuff}-{ordinal}",
        number=8_000_000 + story_number * 37 + ordinal,
        caption=writer.sentence("caption") if rng.random() < 0.9 else None,
        credit=credit if rng.random() < 0.9 else None,
        alt=writer.sentence("alt") if rng.random() < 0.6 else None,
    )


def _writer(story: Story, rng: Random) -> Writer:
    """Return a writer who goes on with *story*."""
    return Writer.on(story.section.key, story.number, story.dateline or "Lantern Quay", rng)


def _linked(blocks: list[Block], section: Section, rng: Random) -> list[Block]:
    """Return *blocks* with a link and an emphasis in some paragraphs, as editors set them."""
    done = []
    for block in blocks:
        words = block.text.split()
        if block.kind == "p" and len(words) > 14:
            at = rng.randrange(2, len(words) - 4)
            phrase = " ".join(words[at : at + rng.choice((1, 2, 3))])
            # A mark must not cut a quotation or a word in two.
            if re.fullmatch(r"[\w ]+", phrase) and block.text.count(phrase) == 1:
                if rng.random() < 0.3:
                    target = rng.choice(section.trail)[0]
                    done.append(replace(block, link=(phrase, target.lower() if rng.random() < 0.3 else target)))
                    continue
                if rng.random() < 0.2:
                    done.append(replace(block, emphasis=phrase))
                    continue
        done.append(block)
    return done


def _write(seed: int, number: int, section: Section, moment: datetime, taken: Iterable[str]) -> Story:
    """Return story *number*, complete but for what depends on its neighbors."""
    rng = dice(seed, "story", number)
    abroad = section.path.startswith("/World") and not section.blog
    place = rng.choice(lines("places_world" if abroad else "places_us"))
    writer = Writer.on(section.key, number, place, rng)
    era: Era = Story(number, "", section, moment, "", None, "", Byline(), ()).era
    headline = _sentences_of(writer.fill(rng.choice(lines("headline"))))
    day = f"{section.path}/{moment:%Y}/{moment:%m%d}/"
    while day + slug_of(headline) in taken:
        headline = _sentences_of(writer.fill(rng.choice(lines("headline"))))
    dek = f"{writer.sentence('dek')}"
    blocks = writer.body(
        rng.randrange(7, 15), subheads=rng.random() < 0.55, listed=rng.random() < 0.3, quoted=rng.random() < 0.3
    )
    pictures = tuple(_picture(writer, rng, number, i) for i in range(1 if rng.random() < 0.82 else 0))
    tags = [tag.strip() for tag in writer.topic["tags"].split(";")]
    tags += [tag for tag in (place.split(", ")[-1],) if "," in place]
    story = Story(
        number=number,
        path=day + slug_of(headline),
        section=section,
        published=moment,
        headline=headline,
        dek=dek,
        meta_description=dek,
        byline=_byline(rng),
        pages=(tuple(_linked(blocks, section, rng)),),
        dateline=place if rng.random() < (0.8 if abroad else 0.35) else None,
        pictures=pictures,
        keywords=tuple(tags) if era != "2010" and rng.random() < 0.85 else (),
    )
    if era in {"2014", "2020"} and rng.random() < 0.3:
        story = replace(story, meta_description=writer.sentence("dek"))
    if era == "2020" and rng.random() < 0.35:
        search = f"{writer.fill('{Short}')} in {writer.city}: what to know"
        story = replace(story, search_headline=search)
    if era == "2014" and rng.random() < 0.35:
        story = replace(story, comment_count=rng.randrange(1, 240))
    if era == "2020":
        story = replace(story, free=rng.choices((None, True, False), (5, 3, 3))[0])
    if era != "2010" and rng.random() < 0.16:
        story = replace(story, modified=moment + timedelta(minutes=rng.randrange(11, 2600)))
    if rng.random() < 0.06:
        story = replace(story, correction=writer.sentence("correction"))
    return story


def _compose(seed: int, size: int, now: datetime) -> list[Story]:
    total = sum(section.weight for section in SECTIONS)
    counts = [(section, max(6, size * section.weight // total)) for section in SECTIONS]
    short = size - sum(count for _, count in counts)
    counts = [
        (s, c + (short // len(counts)) + (1 if i < short % len(counts) else 0)) for i, (s, c) in enumerate(counts)
    ]
    taken: set[str] = set()
    stories: list[Story] = []
    for number, (section, moment) in enumerate(_moments(seed, now, counts), start=1):
        story = _write(seed, number, section, moment, taken)
        if story.modified and story.modified > now:
            story = replace(story, modified=None)
        taken.add(story.path)
        stories.append(story)
    stories.sort(key=_newest_first)
    return _cast(seed, stories, taken)


def _cast(seed: int, stories: list[Story], taken: set[str]) -> list[Story]:
    """Give parts to stories: the long ones, the copied and moved ones, those that can be found in one way only."""
    rng = dice(seed, "cast")
    order = list(range(len(stories)))
    rng.shuffle(order)
    busy = {i for i, s in enumerate(stories) if s.section.path in {"/Business", "/Science"}}
    busy = set(sorted(busy)[:6])
    free = [i for i in order if i not in busy]

    def take(count: int, *eras: Era, blog: bool | None = None, newest: bool = False) -> list[int]:
        """Return *count* stories without a part yet, and give them one."""
        fit = [i for i in free if stories[i].era in eras and (blog is None or stories[i].section.blog == blog)]
        if newest:
            fit.sort()
        for i in fit[:count]:
            free.remove(i)
        return fit[:count]

    def parts(i: int, pages: int) -> Story:
        story = stories[i]
        writer = _writer(story, dice(seed, "long", i))
        blocks = list(story.blocks)
        split = [tuple(blocks)]
        for _ in range(pages - 1):
            more = writer.body(8, subheads=True, listed=False, quoted=False)
            split.append(tuple(_linked(more, story.section, rng)))
        return replace(story, pages=tuple(split))

    for i in take(5, "2010") + take(5, "2012"):
        stories[i] = parts(i, 2)
    for i in take(2, "2010") + take(2, "2012"):
        stories[i] = parts(i, 3)
    for i in take(3, "2014") + take(7, "2020"):
        story = stories[i]
        writer = _writer(story, dice(seed, "more", i))
        stories[i] = replace(story, pictures=tuple(_picture(writer, rng, story.number, n) for n in range(2)))
    for i in take(4, "2020"):
        story = stories[i]
        writer = _writer(story, dice(seed, "quick", i))
        stories[i] = replace(story, quick_read=f"{writer.sentence('nut')} {writer.sentence('data')}")
    for i in take(2, "2012", blog=True) + take(2, "2014") + take(2, "2020"):
        stories[i] = replace(stories[i], dek=None)
    lies: tuple[tuple[Literal["lying header", "lying meta", "lying both"], Era], ...] = (
        ("lying header", "2012"), ("lying meta", "2014"), ("lying both", "2020"),
    )  # fmt: skip
    for lie, era in lies:
        for i in take(1, era):
            pages = stories[i].pages
            # Letters that every wrong reading shows at once; the euro sign exists in Windows-1252 and not in Latin-1.
            spoken = Block("p", "“Señor Núñez’s café – the ‘Smörgås’ – charges €3 for a crème brûlée,” says the slate.")
            stories[i] = replace(stories[i], charset=lie, pages=((spoken, *pages[0]), *pages[1:]))
    for i in take(2, "2012") + take(2, "2014") + take(2, "2020"):
        story = stories[i]
        copy = f"/From-the-Wires/{story.published:%Y}/{story.published:%m%d}/{story.path.rpartition('/')[2]}"
        stories[i] = replace(story, copies=(copy,))
    for i in take(2, "2014") + take(2, "2020"):
        story = stories[i]
        stories[i] = replace(
            story, moved_from=f"{story.path.rpartition('/')[0]}/{slug_of(story.headline.upper())}-UPDATED"
        )
    # One headline twice: a column that is called the same every time is two articles.
    for i in take(2, "2014", blog=False):
        story = stories[i]
        path = f"{story.path.rpartition('/')[0]}/The-week-at-the-quay"
        taken.add(path)
        stories[i] = replace(story, headline="The week at the quay", path=path, search_headline=None)
    only: tuple[tuple[Way, list[int]], ...] = (
        ("recent", take(3, "2010", blog=True) + take(3, "2012", blog=True)),
        ("related", take(2, "2010", blog=False) + take(2, "2012", blog=False) + take(2, "2020", blog=False)),
        ("sitemap", take(2, "2012") + take(2, "2014") + take(2, "2020")),
        ("feed", take(3, "2020", newest=True)),
    )
    for way, chosen in only:
        for i in chosen:
            stories[i] = replace(stories[i], ways=frozenset({way}))
    # What is to be found on older pages alone must not stand on the first page of any listing.
    listed: dict[str, int] = {}
    older = []
    for i, story in enumerate(stories):
        if "listing" in story.ways:
            top = story.section.trail[0][0]
            listed[top] = listed.get(top, 0) + 1
            if i in free and story.section.path == top and listed[top] > PAGE_SIZE:
                older.append(i)
    for i in older[-6:]:
        stories[i] = replace(stories[i], ways=frozenset({"listing"}))
    return stories
