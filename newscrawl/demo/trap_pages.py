"""The pages behind the traps that are pages of their own."""

from __future__ import annotations

from collections.abc import Iterable

from newscrawl.demo.markup import Edition, attribute, story_items, text, title_tag
from newscrawl.demo.stories import PUBLISHER, Story
from newscrawl.demo.traps import Trap

HUGE = 20 * 1024 * 1024
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
DRAFT = "<p>This draft is not meant for readers, and robots.txt says so.</p>" * 9
BOT_WALL = b"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Just a moment...</title></head>
<body><h1>Checking your browser before you enter</h1>
<p>This takes a few seconds. Please turn on JavaScript and cookies to continue.</p>
<form id="challenge-form" action="/content/challenge"><div class="g-recaptcha"></div>
<noscript>Please solve the captcha.</noscript></form><p>Request ID: 7f3c-9a10</p></body></html>
"""
_CONSENT = """<div class="consent"><p>We and our 412 partners use cookies and similar technologies to store and access
information on your device, to measure audiences and to personalize advertising.</p>
<p>You can change your choices at any time in the privacy settings.</p>
<form action="/content/consent"><button name="all">Accept all</button><button name="none">Reject all</button>
<a href="/About/Privacy-Policy">Manage settings</a></form></div>"""
_LOGIN = """<main><h1 id="headline" class="eza-title">Log in to keep reading</h1>
<article id="story-content"><div class="eza-body">
<p>This page is for subscribers. Please log in, or create an account, to continue.</p>
<form action="/login" method="post"><label>E-mail <input type="email" name="email"></label>
<label>Password <input type="password" name="password"></label><button>Log in</button></form>
<p>Forgot your password? <a href="/login?forgot=1">Reset it.</a></p></div></article></main>"""
_MISSING = """<div class="eza-body"><p>We could not find the page that you were looking for. It may have been moved or
removed.</p><p>These stories are read a lot today:</p>"""
_LEDGER_LINE = b"<p>Entry after entry, the ledger counts rope, tar, salt and lamp oil, and never says why.</p>\n"


def notice(title: str, html: str) -> bytes:
    """Return a page that is no article: a heading and *html* under it."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{title_tag(title)}</head><body>'
        f'<header><a href="/">{PUBLISHER}</a></header><main><h1>{text(title)}</h1>{html}</main></body></html>'
    ).encode()


def _story_head(edition: Edition, trap: Trap) -> str:
    canonical = attribute(edition.url(trap.path))
    return f'<head><meta charset="utf-8">{title_tag(trap.title)}<link rel="canonical" href="{canonical}"></head>'


def soft_404(popular: Iterable[Story]) -> bytes:
    """Return the page that says, with status 200, that there is none."""
    return notice("Page not found", f"{_MISSING}<ul>{story_items(popular)}</ul></div>")


def consent() -> bytes:
    """Return the page that asks for consent in the place of the story."""
    return notice("Before you continue", _CONSENT)


def login(edition: Edition, trap: Trap) -> bytes:
    """Return the login page in the form of an article."""
    head = _story_head(edition, trap)
    return f'<!DOCTYPE html><html lang="en">{head}<body class="story">{_LOGIN}</body></html>'.encode()


def huge(edition: Edition, trap: Trap) -> bytes:
    """Return a page of 20 MB."""
    head = f"<!DOCTYPE html><html>{_story_head(edition, trap)}<body><h1>{text(trap.title)}</h1>\n".encode()
    return head + _LEDGER_LINE * (HUGE // len(_LEDGER_LINE) + 1) + b"</body></html>"


def calendar(year: int, month: int, *, one_day: bool) -> bytes:
    """Return a month (or a day) of the calendar, with a link to the next month."""
    after = f"/calendar/{year + month // 12}/{month % 12 + 1:02}"
    days = "" if one_day else " ".join(f'<a href="/calendar/{year}/{month:02}/{d:02}">{d}</a>' for d in range(1, 29))
    html = f'<p>Nothing is planned yet.</p><p>{days}</p><a class="next" rel="next" href="{after}">Next month</a>'
    return notice(f"Calendar of events: {month:02}/{year}", html)
