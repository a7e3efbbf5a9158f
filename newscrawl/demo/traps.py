"""What is made to mislead a crawler: each trap with its path and what should come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Expectation = Literal["failed", "rejected", "bounded", "never fetched", "ignored", "article"]
"""``failed``: the server refuses, and the report says so. ``rejected``: fetched, seen to be no article, not exported.
``bounded``: listings without an end that a crawl must leave by itself. ``never fetched``: robots.txt forbids it.
``ignored``: no article; may be fetched or not. ``article``: a story that must be found and read right all the same."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One trap."""

    name: str
    path: str
    expect: Expectation
    why: str
    title: str = ""
    """The words of the links to it."""


_NOT_THERE = "200, but the page says that it was not found"
_UNRENDERED = "an unrendered link that answers with a listing and a longer link"

TRAPS: tuple[Trap, ...] = (
    Trap(
        "not found",
        "/Business/2019/0304/A-warehouse-that-nobody-can-find",
        "failed",
        "404",
        "A warehouse that nobody can find",
    ),
    Trap("gone", "/USA/2018/0612/The-pier-that-was-taken-back", "failed", "410", "The pier that was taken back"),
    Trap("error", "/Science/2021/0909/A-clock-that-runs-too-hot", "failed", "always 500", "A clock that runs too hot"),
    Trap(
        "redirect loop",
        "/World/2024/0311/Around-the-island-once",
        "failed",
        "redirects to itself by way of another address",
        "Around the island once",
    ),
    Trap(
        "soft 404",
        "/Environment/2022/0417/The-marsh-we-meant-to-describe",
        "rejected",
        _NOT_THERE,
        "The marsh we meant to describe",
    ),
    Trap(
        "bot wall",
        "/Business/2025/0203/Inside-the-quay-s-quiet-bank",
        "rejected",
        "200, but the page checks the browser",
        "Inside the quay's quiet bank",
    ),
    Trap("empty", "/The-Culture/2023/1101/A-blank-canvas", "rejected", "200 with no byte in it", "A blank canvas"),
    Trap(
        "huge",
        "/World/2020/0815/The-longest-ledger-in-the-harbor",
        "rejected",
        "20 MB",
        "The longest ledger in the harbor",
    ),
    Trap(
        "pdf",
        "/Science/2016/0530/The-tide-survey-as-printed",
        "rejected",
        "a PDF at an article's address",
        "The tide survey, as printed",
    ),
    Trap(
        "login",
        "/USA/Politics/2024/0919/The-governor-s-private-papers",
        "rejected",
        "a login page in an article's form",
        "The governor's private papers",
    ),
    Trap(
        "consent",
        "/World/Europe/2024/0702/A-summer-of-small-ferries",
        "rejected",
        "a consent page at an article's address",
        "A summer of small ferries",
    ),
    Trap("calendar", "/calendar/2031/05", "bounded", "every month links to the next one", "Calendar of events"),
    Trap("template link", "/World/(view)/%7Bconcat($node.url_alias)%7D", "bounded", _UNRENDERED, "More in World"),
    Trap(
        "forbidden one",
        "/proof/World/2024/0506/A-draft-about-the-new-ferry",
        "never fetched",
        "Disallow: /proof/",
        "A draft about the new ferry",
    ),
    Trap(
        "forbidden two",
        "/proof/USA/2025/0110/A-draft-about-the-old-mayor",
        "never fetched",
        "Disallow: /proof/",
        "A draft about the old mayor",
    ),
)
LOOP_BACK = "/World/2024/0311/Around-the-island-twice"
ENDLESS_SECTION = "/The-Culture"
"""The section whose last page links to a further one, which repeats it."""
