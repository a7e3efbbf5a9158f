from __future__ import annotations

import random

import pytest

from newscrawl.neardups import COMMON, RecentTexts, Signed, keys_of, nearest, shingles, sign

WORDS = [
    f"{first}{second}" for first in ("ba", "ce", "di", "fo", "gu") for second in ("lan", "mer", "nit", "pos", "rux")
]
WORDS += [f"{word}{ending}" for word in WORDS for ending in ("a", "es", "ing")]


def prose(seed: object, words: int) -> str:
    chance = random.Random(str(seed))
    return " ".join(chance.choice(WORDS) for _ in range(words))


def signed(article_id: str, text: str, story: str | None = None) -> Signed:
    signature = sign(text)
    assert signature is not None
    return Signed(article_id, story or article_id, signature)


def find(text: str, *known: Signed, threshold: float = 0.6) -> tuple[str, float] | None:
    signature = sign(text)
    match = nearest(signature, known, threshold) if signature else None
    return (match.id, match.similarity) if match else None


WIRE = prose("wire", 600)


@pytest.mark.parametrize(
    "text",
    [
        WIRE,
        WIRE.upper(),
        " ".join(WIRE.split()[:300]),
        " ".join(WIRE.split()[:180]),
        " ".join(WIRE.split()[300:] + WIRE.split()[:300]),
        WIRE + " " + prose("boilerplate", 120),
        prose("lead", 60) + " " + " ".join(WIRE.split()[:300]) + " " + prose("end", 30),
        " ".join(word if at % 20 else "edited" for at, word in enumerate(WIRE.split())),
    ],
    ids=["same", "capitals", "half", "third", "moved", "added", "cut and added", "edited"],
)
@pytest.mark.parametrize("first", [True, False], ids=["original-first", "copy-first"])
def test_a_copy_is_found_whichever_comes_first(text: str, first: bool) -> None:
    known, new = (WIRE, text) if first else (text, WIRE)
    found = find(new, signed("other", prose("other", 500)), signed("known", known))
    assert found is not None
    assert found[0] == "known"
    assert found[1] > 0.6


def test_similarity_is_the_share_of_the_shorter_text() -> None:
    half = " ".join(WIRE.split()[:200]) + " " + prose("own", 100)
    found = find(half, signed("known", WIRE), threshold=0.5)
    assert found is not None
    assert found[1] == pytest.approx(2 / 3, abs=0.1)
    assert find(half, signed("known", WIRE), threshold=0.9) is None


def test_a_quarter_of_the_longer_text_must_be_shared() -> None:
    roundup = " ".join([prose("item", 100), *(prose(n, 100) for n in range(9))])
    assert find(roundup, signed("known", prose("item", 100))) is None
    assert find(prose("item", 100), signed("known", roundup)) is None


def test_two_reports_that_share_quotations_are_two() -> None:
    quotations = [prose(f"quote {n}", 25) for n in range(5)]
    reports = [
        "\n".join(f"{prose(f'{writer} {n}', 60)} {quotation}" for n, quotation in enumerate(quotations))
        for writer in "ab"
    ]
    assert find(reports[0], signed("known", reports[1])) is None


def test_a_set_phrase_makes_no_copies() -> None:
    phrase = prose("about us", 100)
    briefs = [f"{prose(f'brief {n}', 50)} {phrase}" for n in range(4)]
    assert find(briefs[3], *(signed(str(n), briefs[n]) for n in range(3))) is None
    # Without others to tell by, it is taken for the text.
    assert find(briefs[3], signed("0", briefs[0])) is not None
    copy = f"{prose('brief 1', 50)} {phrase} {prose('added', 8)}"
    found = find(copy, *(signed(str(n), briefs[n]) for n in range(3)))
    assert found is not None
    assert found[0] == "1"


def test_copies_of_one_story_are_no_set_phrase() -> None:
    copies = [signed(str(n), f"{WIRE} {prose(n, 200)}", story="first") for n in range(6)]
    assert find(WIRE, *copies) is not None


@pytest.mark.parametrize("text", [None, "", "Rain.", prose("short", 42), "...!?", "\ud800", "天" * 500, "word " * 500])
def test_a_text_too_short_or_too_poor_to_tell_has_no_signature(text: str | None) -> None:
    assert sign(text) is None


def test_any_text_can_be_signed() -> None:
    for text in (f"{WIRE} \ud800 \x00 \U0010ffff", "\u0e33" * 3 + WIRE, WIRE * 200):
        signature = sign(text)
        assert signature is not None
        assert len(signature) <= 820


def test_signatures_stay_the_same() -> None:
    """What is kept in a store is compared with what later versions make."""
    signature = sign(" ".join(str(number * number) for number in range(200)))
    assert signature is not None
    assert (signature[:2], keys_of(signature)[:2]) == (b"\x01\x10", (10794090353055301, 25848232904974218))


@pytest.mark.parametrize(
    "signature", [b"", b"\x01", b"\x02" + (sign(WIRE) or b"")[1:], b"\x01\xff\x00", b"\x01\x00\x00"]
)
def test_signatures_that_are_not_ours_match_nothing(signature: bytes) -> None:
    assert keys_of(signature) == ()
    assert nearest(signature, [signed("a", WIRE)]) is None
    assert nearest(sign(WIRE) or b"", [Signed("a", "a", signature)]) is None


@pytest.mark.parametrize("blank", ["", " "])
def test_scripts_without_spaces_are_compared_by_characters(blank: str) -> None:
    chance = random.Random("han")
    story = "".join(chance.choice("天地人山水火木金土日月年時分東西南北") for _ in range(400))
    other = "".join(chance.choice("天地人山水火木金土日月年時分東西南北") for _ in range(400))
    cut = blank.join(story[:200]) + "。"
    assert find(cut, signed("other", other), signed("known", story)) == ("known", 1.0)
    assert find(other, signed("known", story)) is None


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("don't wait – it's late", "don’t wait -- it’s late"),
        ("Straße in Köln heute", "STRASSE in Ko\u0308ln heute"),
        ("Verfas\u00adsung und Recht heute", "Verfassung und Recht heute"),
        ("कहा कि बारिश होगी", "“कहा कि, बारिश होगी।”"),
        ("كَتَبَ رجل في المدينة", "كتب رجل في المدينة"),
    ],
)
def test_typography_makes_no_difference(one: str, same: str) -> None:
    assert shingles(one) == shingles(same) != []


def test_words_of_indic_scripts_are_whole() -> None:
    assert shingles("कहा कि बारिश होगी") == ["कहा कि बारिश होगी"]


def test_recent_texts_are_looked_up_as_in_a_store() -> None:
    recent, text = RecentTexts(), signed("a", WIRE)
    recent.add(signed("copy", f"{WIRE} {prose('more', 300)}", story="a"))
    recent.add(text)
    recent.add(text)
    recent.add(signed("b", prose("b", 300)))
    assert [one.id for one in recent.alike(keys_of(text.signature))] == ["a", "copy"]
    assert list(recent) == ["copy", "a", "b"]
    recent.forget("a")
    recent.forget("a")
    assert [one.id for one in recent.alike(keys_of(text.signature))] == ["copy"]
    recent.forget("copy")
    assert recent.alike(keys_of(text.signature)) == []
    assert len(recent) == 1


def test_a_key_of_many_stories_finds_none_of_them_and_one_of_many_copies_does() -> None:
    recent, text = RecentTexts(), signed("a", WIRE)
    for number in range(COMMON + 3):
        recent.add(signed(f"copy {number}", WIRE, story="a"))
    assert [one.id for one in recent.alike(keys_of(text.signature))] == ["copy 0"]
    for number in range(COMMON + 3):
        recent.add(signed(str(number), WIRE))
    assert recent.alike(keys_of(text.signature)) == []
    for number in range(COMMON + 3):
        recent.forget(str(number))
        recent.forget(f"copy {number}")
    assert len(recent) == 0
    assert not recent._by_key
