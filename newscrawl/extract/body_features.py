"""What is known about a block of text before it is judged: numbers between about 0 and 1, each with a name.

Nothing here knows a publisher: only the text's shape, the elements around it, the kinds of words that their classes
are made of, where the block stands, and how its like fare on the same page.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress
from operator import itemgetter
from typing import Any

from newscrawl.extract.body_walk import Node, Run, clean
from newscrawl.extract.body_words import ELSEWHERE, FAMILIES, SERVICE
from newscrawl.extract.page import Page

_BIT = {name: 1 << at for at, name in enumerate(FAMILIES)}
_EXACT: defaultdict[str, int] = defaultdict(int)
_PREFIX: defaultdict[str, int] = defaultdict(int)
for _name, _words in FAMILIES.items():
    for _word in _words.split():
        (_PREFIX if _word.endswith("*") else _EXACT)[_word.rstrip("*")] |= _BIT[_name]
_LONGEST_PREFIX = max(map(len, _PREFIX))
_SHORTEST_PREFIX = min(map(len, _PREFIX))
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=16384)
def families(names: str) -> int:
    """Return the families, as bits, that the words of a class or id belong to.

    >>> bool(families("article__related-stories") & _BIT["promo"]), bool(families("bodyText") & _BIT["promo"])
    (True, False)
    """
    bits = 0
    for word in _TOKEN.findall(names[:500]):
        bits |= _bits_of_word(word)
    return bits


@lru_cache(maxsize=16384)
def _bits_of_word(word: str) -> int:
    token = word.lower()
    bits = _EXACT.get(token, 0)
    for length in range(_SHORTEST_PREFIX, min(len(token), _LONGEST_PREFIX) + 1):
        bits |= _PREFIX.get(token[:length], 0)
    return bits


_TAG_BITS = {
    "figure": _BIT["caption"],
    "figcaption": _BIT["caption"],
    "aside": _BIT["box"],
    "footer": _BIT["chrome"],
    "nav": _BIT["chrome"],
    "time": _BIT["meta"],
    "button": _BIT["meta"],
    "blockquote": _BIT["quote"],
    "table": _BIT["box"],
    "details": _BIT["box"],
    "dialog": _BIT["chrome"],
    "form": _BIT["chrome"],
    "address": _BIT["meta"],
}

_ELSEWHERE = re.compile(rf"\W*(?:{'|'.join(chain.from_iterable(ELSEWHERE.values()))})")
_stem = itemgetter(slice(5))
_TRANSPARENT = frozenset(("ul", "ol", "dl", "blockquote"))
_ENDERS = frozenset(".!?…。！？؟।")
_CLOSERS = frozenset("\"'”’“»«›‹)]』」 ")
_OPENERS = frozenset("\"'“„»«‚‘「『")
_WORDS = re.compile(r"\w+")
# Scripts without spaces: their characters carry about half a word each.
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_DATE_LIKE = re.compile(r"\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
# What tells at once that a text has no digit.
_MAYBE_DIGIT = re.compile("[0-9\x80-\U0010ffff]")
_SHORT = 40
_HEAD = 40
_OPENING = 12
# Characters at either end of a block by which JSON-LD's own text is asked for it.
_PROBE = 40
# Bounds, so that a page full of nonsense takes no more than its share of time.
_LONGEST_NOTE, _MOST_NAMES, _WITNESS = 2000, 20, (500, 200_000)
FLOW = 0.95
"""From this `flow_share` on a container is one of those that hold the article's running text."""
_TRICKLE = 0.1
# A pull quote says again, in so many words, what stands in the text; so many are looked for on one page.
_ECHO, _MOST_ECHOES = (4, 60), 50
QUOTES = "\"'“”„«»‹›‘’‚「」『』 .,…!?。"
# Running text in one element, in words, from which on all else in it is looked at.
_FLOWING = 15
_LABELLING = _BIT["meta"] | _BIT["promo"] | _BIT["bio"] | _BIT["caption"] | _BIT["chrome"] | _BIT["comment"]
_UNFRIENDLY = _BIT["box"] | _BIT["promo"] | _BIT["chrome"] | _BIT["bio"] | _BIT["comment"] | _BIT["caption"]
# How many blocks around running text, and behind the headline, are looked at.
_NEAR_BEFORE, _NEAR_AFTER, _NEAR_H1 = 5, 4, 10


def word_count(text: str) -> float:
    """Return the number of words; characters of scripts without spaces count half.

    >>> word_count("Two words"), word_count("これは日本語です。")
    (2, 4.0)
    """
    words = text.count(" ") + 1
    if len(text) > 8 * words and not text.isascii():
        dense = len(_DENSE.findall(text))
        if dense * 2 > len(text):
            return dense / 2
    return words


def squeeze(text: str) -> str:
    """Return the letters and digits of *text*, in small letters: what two printings of one sentence share.

    >>> squeeze("“It's so,” he said")
    'itssohesaid'
    """
    return "".join(_WORDS.findall(text)).lower()


def ends_sentence(text: str) -> bool:
    """Return whether *text* ends as a sentence does.

    >>> ends_sentence("“It is so.”"), ends_sentence("It is so")
    (True, False)
    """
    if text[-1] in _ENDERS:
        return True
    for letter in text[-2:-5:-1]:
        if letter in _ENDERS:
            return text[-1] in _CLOSERS
        if letter not in _CLOSERS:
            return False
    return False


_TAGS = ("p", "li", "h1", "h2", "h3", "h4", "div", "td", "blockquote", "section", "article")
_TAG_OF = {"h5": "h4", "h6": "h4", "dd": "li", "dt": "li", "th": "td"}
MARKS: tuple[str, ...] = (
    *(f"tag_{tag}" for tag in _TAGS),
    "ends",
    "ends_colon",
    "comma",
    "lower_start",
    "quote_start",
    "elsewhere",
    "service",
    "bar",
    "date_like",
    "classed",
    "sole",
    "item",
    "quotation",
    "inside_main",
    "home_is_main",
    "discussion",
    "top",
    "before_first",
    "after_last",
    "after_h1",
    "is_title",
    "is_description",
    "in_json",
    "not_in_json",
    "repeated",
    "parent_as_next",
    "parent_as_previous",
    "heads_text",
    "no_mass",
    "label",
    "label_above",
    "before_flow",
    "behind_flow",
    "same_opening",
    "off_flow",
    "echo",
    "boxed",
    "foreign_small",
    "item_in_flow",
    "heading_in_flow",
    "introduced",
    "names_author",
    *(f"own_{name}" for name in FAMILIES),
    *(f"in_{name}" for name in FAMILIES),
)
"""What is true or not of a block, in the order of the bits of `Row.marks`."""

NUMBERS: tuple[str, ...] = (
    "words",
    "link_share",
    "links",
    "strong_share",
    "sentences",
    "digits",
    "capitals",
    "away",
    "flow_share",
    "between_flow",
    "direct_share",
    "signature_share",
    "sibling_share",
    "box_share",
    "box_links",
    "home_share",
    "progress",
    "gap_before",
    "gap_after",
    "near_h1",
    "mass_before",
    "mass_after",
)
"""What is more or less of a block, 0 to about 1, in the order of `Row.numbers`."""

_MARK = {name: 1 << at for at, name in enumerate(MARKS)}
ITEM_IN_FLOW, HEADING_IN_FLOW = _MARK["item_in_flow"], _MARK["heading_in_flow"]
ECHO = _MARK["echo"]
"""The mark of what stands beside the flow and says what is also said elsewhere."""
AWAY = _MARK["elsewhere"]
"""The mark of what begins like a line that leads elsewhere."""
ABOVE = _MARK["before_flow"] | _MARK["after_h1"]
"""The marks of what stands between the headline and the running text."""
FLOW_SHARE = NUMBERS.index("flow_share")
"""Where `Row.numbers` tells how much of the running text stands in containers like the block's."""
TOP = _MARK["top"]
"""The mark of what stands so early that it can be the dek."""
_OWN_AT = MARKS.index(f"own_{next(iter(FAMILIES))}")
_IN_AT = MARKS.index(f"in_{next(iter(FAMILIES))}")
_TAG_MARK = {tag: _MARK[f"tag_{_TAG_OF.get(tag, tag)}"] for tag in (*_TAGS, *_TAG_OF)}


@dataclass(slots=True)
class Row:
    """What is known of one block."""

    marks: int
    numbers: tuple[float, ...]


class Context:
    """The blocks of one page and what they are judged by."""

    def __init__(self, page: Page, nodes: Sequence[Node], runs: Sequence[Run]) -> None:
        self.page = page
        self.nodes = nodes
        self.runs = runs
        self.own = [
            _own_bits(node.tag, node.classes, node.element.get("id"), node.element.get("role")) for node in nodes
        ]
        # A list or a quotation stands in the text where its items and paragraphs stand.
        self.frame = [0] * len(nodes)
        for at in range(1, len(nodes)):
            parent = nodes[at].parent
            if nodes[parent].tag in _TRANSPARENT:
                self.frame[at] = self.frame[parent]
                self.own[at] |= self.own[parent]
            else:
                self.frame[at] = parent
        self._find_discussion()
        self._weigh()
        self._find_main()
        self._keep_the_plausible()

    def _find_discussion(self) -> None:
        """Find the readers' comments: the boxes called so that hold no h1."""
        nodes, own = self.nodes, self.own
        self.discussion = [False] * len(nodes)
        if not any(bits & _BIT["comment"] for bits in own):
            return
        titled = [node.tag == "h1" for node in nodes]
        for at in range(len(nodes) - 1, 0, -1):
            if titled[at]:
                titled[nodes[at].parent] = True
        for at in range(1, len(nodes)):
            own_comment = own[at] & _BIT["comment"] and not titled[at]
            self.discussion[at] = bool(own_comment) or self.discussion[nodes[at].parent]

    def _weigh(self) -> None:
        """Sum up what each node holds; `mass` is how much running text a block seems to be, in words."""
        nodes, runs, own = self.nodes, self.runs, self.own
        count = len(nodes)
        unlikely = _BIT["caption"] | _BIT["comment"] | _BIT["chrome"]
        self.words = [word_count(run.text) for run in runs]
        self.ends = [ends_sentence(run.text) for run in runs]
        self.mass = [0.0] * len(runs)
        self.node_mass = [0.0] * count
        self.direct = [0.0] * count
        self.node_runs = [0] * count
        chars, linked = [0] * count, [0] * count
        for at, run in enumerate(runs):
            node, text, words = run.node, run.text, self.words[at]
            length = len(text)
            chars[node] += length
            linked[node] += run.linked
            self.node_runs[node] += 1
            if words < 8 or run.linked * 2 > length or own[node] & unlikely or self.discussion[node]:
                continue
            if self.ends[at]:
                mass = words * (1 - run.linked / length)
                self.mass[at] = mass
                self.node_mass[node] += mass
                self.direct[self.frame[node]] += mass
        for at in range(count - 1, 0, -1):
            parent = nodes[at].parent
            self.node_mass[parent] += self.node_mass[at]
            chars[parent] += chars[at]
            linked[parent] += linked[at]
        self.link_share = [min(a / b, 1.0) if b else 0.0 for a, b in zip(linked, chars, strict=True)]
        self.total = self.node_mass[0]

    def _find_main(self) -> None:
        """Find the main container, the deepest that holds most of the running text, and how all others lie to it."""
        nodes, mass = self.nodes, self.node_mass
        count = len(nodes)
        best, heaviest, branches = [0] * count, [0.0] * count, [0] * count
        for at in range(1, count):
            if mass[at]:
                parent = nodes[at].parent
                branches[parent] += 1
                if mass[at] > heaviest[parent]:
                    heaviest[parent], best[parent] = mass[at], at
        trunk = {0}
        at = 0
        while heaviest[at] > 0.5 * self.total and heaviest[at] > 0.6 * mass[at]:
            at = best[at]
            trunk.add(at)
        self.main = main = at
        self.inside, self.away = [main == 0] * count, [0] * count
        self.box, self.home, self.inherited = [0] * count, [0] * count, [0] * count
        for at in range(1, count):
            parent = nodes[at].parent
            self.home[at] = at if branches[at] > 1 else self.home[parent]
            if at in trunk:
                self.inside[at] = at == main
                self.box[at] = at
                continue
            self.inside[at] = self.inside[parent] or parent == main
            self.away[at] = self.away[parent] + (nodes[at].tag not in _TRANSPARENT)
            if parent in trunk:
                self.box[at] = at
            else:
                self.box[at] = self.box[parent]
                # What a wrapper of most of the article is called tells nothing of its parts.
                wrapper = mass[parent] >= 0.5 * self.total
                self.inherited[at] = self.inherited[parent] | (0 if wrapper else self.own[parent])

    def kind_of_frame(self, at: int) -> tuple[str, str | None, str, str | None]:
        """Return what the containers of an article's parts share when boxes split it."""
        node = self.nodes[at]
        parent = self.nodes[self.frame[at]]
        return node.tag, node.classes, parent.tag, parent.classes

    def _flow_around(self, flows: Sequence[float]) -> tuple[list[float], list[float]]:
        """Return for each run the flow of the running text next before it and next behind it."""
        count = len(flows)
        before, after = [0.0] * count, [0.0] * count
        flow = 0.0
        for at in range(count):
            before[at] = flow
            if self.mass[at]:
                flow = flows[at]
        flow = 0.0
        for at in range(count - 1, -1, -1):
            after[at] = flow
            if self.mass[at]:
                flow = flows[at]
        return before, after

    def _keep_the_plausible(self) -> None:
        """Leave out the runs far from any running text and from the headline, which cost time and are menus."""
        runs, mass, inside = self.runs, self.mass, self.inside
        heavy = [at for at, weight in enumerate(mass) if weight]
        if not heavy:
            return
        count = len(runs)
        near = [False] * count
        for at in heavy:
            for close in range(max(0, at - _NEAR_BEFORE), min(count, at + _NEAR_AFTER + 1)):
                near[close] = True
        h1 = next((at for at, run in enumerate(runs) if self.nodes[run.node].tag == "h1"), None)
        if h1 is not None:
            for close in range(max(0, h1 - 1), min(count, h1 + _NEAR_H1)):
                near[close] = True
        within = [at for at in heavy if inside[runs[at].node]]
        inner = range(within[0], within[-1]) if within else range(0)
        for at, run in enumerate(runs):
            if not near[at] and run.linked * 2 < len(run.text):
                near[at] = (at in inner and inside[run.node]) or self.direct[self.frame[run.node]] > _FLOWING
        self.runs = list(compress(runs, near))
        self.mass = list(compress(mass, near))
        self.words = list(compress(self.words, near))
        self.ends = list(compress(self.ends, near))

    def signature(self, at: int) -> tuple[str, str | None, str, str | None]:
        """Return tag and class of the run's element and of the one around it: what blocks of one kind share."""
        node = self.nodes[self.runs[at].node]
        parent = self.nodes[self.frame[self.runs[at].node]]
        return node.tag, node.classes, parent.tag, parent.classes

    def rows(self) -> list[Row]:
        """Return one row for each run."""
        nodes, runs, mass = self.nodes, self.runs, self.mass
        if not runs:
            return []
        titles, descriptions, authors = self._titles(), self._descriptions(), self._authors()
        witness = self._witness()
        self.signatures = [self.signature(at) for at in range(len(runs))]
        of_signature: dict[tuple[str, str | None, str, str | None], float] = defaultdict(float)
        for key, weight in zip(self.signatures, mass, strict=True):
            of_signature[key] += weight
        # What is a part of nothing is no part: 0 of 1.
        top_signature, top_direct = max(of_signature.values()) or 1.0, max(self.direct) or 1.0
        total = self.total or 1.0
        heavy = [at for at, weight in enumerate(mass) if weight >= 15 and self.inside[runs[at].node]]
        heavy = heavy or [at for at, weight in enumerate(mass) if weight]
        first, last = (heavy[0], heavy[-1]) if heavy else (0, len(runs))
        of_home: dict[int, float] = defaultdict(float)
        of_frame: dict[tuple[str, str | None, str, str | None], float] = defaultdict(float)
        kinds = []
        for run, weight in zip(runs, mass, strict=True):
            frame = self.frame[run.node]
            of_home[self.home[frame]] += weight
            kind = self.kind_of_frame(frame)
            of_frame[kind] += weight
            kinds.append(kind)
        top_home, top_frame = max(of_home.values()) or 1.0, max(of_frame.values()) or 1.0
        flows = [of_frame[kind] / top_frame for kind in kinds]
        flowing = [at for at, flow in enumerate(flows) if flow > FLOW and mass[at]]
        flow_first, flow_last = (flowing[0], flowing[-1]) if flowing else (first, last)
        openings = Counter(run.text[:_OPENING] for run, words in zip(runs, self.words, strict=True) if words <= _SHORT)
        before, after = _gaps(heavy, len(runs))
        flow_before, flow_after = self._flow_around(flows)
        h1 = self._h1(titles)
        main_home = {self.main, self.home[self.main]}
        seen: set[str] = set()
        introduced: dict[int, bool] = {}
        everything, echoes = "\n".join(run.text for run in runs), 0
        rows = []
        passed = 0.0
        final = len(runs) - 1
        for at, run in enumerate(runs):
            text, where = run.text, run.node
            node = nodes[where]
            length, words = len(text), self.words[at]
            marks = _TAG_MARK.get(node.tag, 0)
            marks |= self.own[where] << _OWN_AT | self.inherited[where] << _IN_AT
            head = text[:_HEAD]
            start = text[0]
            if self.ends[at]:
                marks |= _MARK["ends"]
            elif text[-1] in ":：":
                marks |= _MARK["ends_colon"]
            if "," in text or "，" in text or "、" in text:
                marks |= _MARK["comma"]
            if start.islower():
                marks |= _MARK["lower_start"]
            elif start in _OPENERS:
                marks |= _MARK["quote_start"]
            if words <= _SHORT:
                if openings[text[:_OPENING]] > 1:
                    marks |= _MARK["same_opening"]
                small = text.lower()
                if _ELSEWHERE.match(small):
                    marks |= _MARK["elsewhere"]
                if "©" in text or not SERVICE.isdisjoint(map(_stem, small.split())):
                    marks |= _MARK["service"]
                if _MAYBE_DIGIT.search(text) and _DATE_LIKE.search(text):
                    marks |= _MARK["date_like"]
                if "|" in text or "›" in text or "→" in text or "•" in text:
                    marks |= _MARK["bar"]
                if at <= first + 3 and titles and squeeze(text) in titles:
                    marks |= _MARK["is_title"]
            if authors and words <= 2 * _SHORT and any(author in text for author in authors):
                marks |= _MARK["names_author"]
            if at <= first + 2 and descriptions and length > 20:
                bare = squeeze(text)
                if any(bare in one or one in bare for one in descriptions):
                    marks |= _MARK["is_description"]
            if witness is not None:
                known = text[:_PROBE] in witness or text[-_PROBE:] in witness
                marks |= _MARK["in_json" if known else "not_in_json"]
            if length > 30:
                if text in seen:
                    marks |= _MARK["repeated"]
                seen.add(text)
            if node.classes:
                marks |= _MARK["classed"]
            if self.node_runs[where] == 1:
                marks |= _MARK["sole"]
            if run.kind == "item":
                marks |= _MARK["item"]
            elif run.kind == "quotation":
                marks |= _MARK["quotation"]
            if self.inside[where]:
                marks |= _MARK["inside_main"]
            frame = self.frame[where]
            home = self.home[frame]
            if home in main_home:
                marks |= _MARK["home_is_main"]
            else:
                if (self.own[where] | self.inherited[where]) & _UNFRIENDLY:
                    marks |= _MARK["boxed"]
                if not mass[at]:
                    marks |= _MARK["foreign_small"]
            if not mass[at]:
                marks |= _MARK["no_mass"]
                if self.own[where] & _LABELLING:
                    marks |= _MARK["label"]
            if at < flow_first:
                marks |= _MARK["before_flow"]
                if marks & _MARK["label"]:
                    marks |= _MARK["label_above"]
            elif at > flow_last:
                marks |= _MARK["behind_flow"]
            if flows[at] < _TRICKLE and min(flow_before[at], flow_after[at]) > FLOW:
                marks |= _MARK["off_flow"]
            if flows[at] < FLOW and _ECHO[0] <= words <= _ECHO[1] and echoes < _MOST_ECHOES:
                echoes += 1
                if everything.count(text.strip(QUOTES)) > 1:
                    marks |= _MARK["echo"]
            if run.kind != "item":
                introduced[frame] = text[-1] in ":："
            elif introduced.get(frame):
                marks |= _MARK["introduced"]
            if flows[at] > FLOW and run.linked * 2 < length:
                if run.kind == "item":
                    marks |= _MARK["item_in_flow"]
                elif run.kind == "subhead":
                    marks |= _MARK["heading_in_flow"]
            if self.discussion[where]:
                marks |= _MARK["discussion"]
            if at <= first + 1:
                marks |= TOP
            if at < first:
                marks |= _MARK["before_first"]
            elif at > last:
                marks |= _MARK["after_last"]
            if h1 is not None and at > h1:
                marks |= _MARK["after_h1"]
            if at < final:
                following = self.frame[runs[at + 1].node]
                if following == frame:
                    marks |= _MARK["parent_as_next"]
                if run.kind == "subhead" and mass[at + 1] and self.home[following] == home:
                    marks |= _MARK["heads_text"]
            if at and self.frame[runs[at - 1].node] == frame:
                marks |= _MARK["parent_as_previous"]
            box = self.box[where]
            numbers = (
                min(math.log1p(words) / 5, 1.2),
                min(run.linked / length, 1.0),
                min(run.links / 5, 1.0),
                min(run.strong / length, 1.0),
                min((text.count(". ") + text.count("? ") + text.count("! ") + text.count("。")) / 5, 1.0),
                sum(map(str.isdigit, head)) / len(head) if _MAYBE_DIGIT.search(head) else 0.0,
                sum(map(str.isupper, head)) / len(head),
                min(self.away[where] / 6, 1.0),
                flows[at],
                min(flow_before[at], flow_after[at]),
                self.direct[frame] / top_direct,
                of_signature[self.signatures[at]] / top_signature,
                self.direct[frame] / total,
                self.node_mass[box] / total,
                self.link_share[box],
                of_home[home] / top_home,
                passed / total,
                min(before[at] / 5, 1.0),
                min(after[at] / 5, 1.0),
                max(0.0, 1 - abs(at - h1) / 10) if h1 is not None else 0.0,
                min(mass[at - 1] / 30, 1.0) if at else 0.0,
                min(mass[at + 1] / 30, 1.0) if at < final else 0.0,
            )
            rows.append(Row(marks, numbers))
            passed += mass[at]
        return rows

    def _h1(self, titles: set[str]) -> int | None:
        headings = [at for at, run in enumerate(self.runs) if self.nodes[run.node].tag == "h1"]
        titled = (at for at in headings if squeeze(self.runs[at].text) in titles)
        return next(titled, headings[0] if headings else None)

    def _titles(self) -> set[str]:
        titles = {squeeze(text) for text in self.page.meta("og:title", "twitter:title", "title")}
        element = next(iter(self.page.tagged("title")), None)
        if element is not None and element.text:
            titles.add(squeeze(element.text))
            titles.update(squeeze(part) for part in _TITLE_PARTS.split(element.text))
        return {title for title in titles if len(title) > 8}

    def _descriptions(self) -> list[str]:
        found = (squeeze(text) for text in self.page.meta("description", "og:description", "twitter:description"))
        return [text for text in dict.fromkeys(found) if 20 < len(text) < _LONGEST_NOTE]

    def _authors(self) -> list[str]:
        names: list[Any] = list(self.page.meta("author", "article:author", "byl", "sailthru.author", "parsely-author"))
        for thing in self.page.json_ld:
            author = thing.get("author")
            several = author if isinstance(author, list) else [author]
            names.extend(one.get("name") if isinstance(one, dict) else one for one in several)
        return [name for name in dict.fromkeys(filter(_is_name, names)) if "://" not in name][:_MOST_NAMES]

    def _witness(self) -> str | None:
        for thing in self.page.json_ld:
            body = thing.get("articleBody")
            if isinstance(body, str) and _WITNESS[0] < len(body) < _WITNESS[1]:
                return clean(body)
        return None


_TITLE_PARTS = re.compile(r"\s[|–—\-:»]\s")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 5 <= len(value) <= 60 and " " in value


@lru_cache(maxsize=16384)
def _own_bits(tag: str, classes: str | None, identifier: str | None, role: str | None) -> int:
    """Return the families that an element's tag, classes and id belong to."""
    bits = _TAG_BITS.get(tag, 0)
    if classes:
        bits |= families(classes)
    if identifier:
        bits |= families(identifier)
    if role:
        bits |= families(role)
    return bits


def _gaps(heavy: Sequence[int], count: int) -> tuple[list[int], list[int]]:
    """Return each block's distance to the heavy one before it and behind it."""
    before, after = [count] * count, [count] * count
    marks = set(heavy)
    gap = count
    for at in range(count):
        before[at] = gap
        gap = 1 if at in marks else gap + 1
    gap = count
    for at in range(count - 1, -1, -1):
        after[at] = gap
        gap = 1 if at in marks else gap + 1
    return before, after
