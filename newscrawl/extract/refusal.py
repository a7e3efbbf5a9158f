"""Pages that are no article although they came as one: bot walls, consent and login pages, a 404 in disguise.

A page is refused only on what its makers put in its most visible places (title, first headings, forms, the scripts of
bot checks) while it lacks what an article has: an article may well be *about* a bot check or a missing page.
"""

from __future__ import annotations

import re

from newscrawl.extract.page import Page, text_of

BOT_WALL = "bot wall"
CONSENT = "consent page"
EMPTY = "empty page"
LOGIN = "login page"
NOT_FOUND = "not found page"

_WALL_WORDS = re.compile(
    r"""
    just\ a\ moment | attention\ required | access\ (?:to\ this\ page\ has\ been\ )?denied
    | checking\ (?:if\ the\ site|your\ browser) | are\ you\ (?:a\ robot|human)
    | (?:verify|confirm|prove)(?:ing)?\ (?:that\ )?you\ (?:are|re|'re|’re)\ (?:a\ )?(?:human|not\ a\ robot)
    | pardon\ our\ interruption | security\ (?:check|verification)\b | (?:robot|human|bot)\ (?:check|verification)
    | request\ (?:was\ )?(?:blocked|rejected) | unusual\ (?:traffic|activity) | you\ have\ been\ blocked
    | (?:complete|solve)\ the\ captcha | enable\ javascript\ and\ cookies | sicherheitsüberprüfung
    | sind\ sie\ ein\ (?:mensch|roboter) | vérification\ de\ sécurité | êtes-vous\ un\ (?:humain|robot)
    | no\ soy\ un\ robot | verificación\ de\ seguridad | verifica\ di\ sicurezza
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WALL_MARKS = re.compile(
    r"challenge-platform|cf[-_]chl|px-captcha|captcha-delivery\.com|_Incapsula_Resource|perimeterx|awswaf|/recaptcha/|hcaptcha\.com"
    r"|challenges\.cloudflare\.com|kasada|ddos-guard",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"""
    ^(?:before\ you\ continue | (?:your\ )?(?:cookie|privacy)[\w ]*(?:consent|choices|settings|preferences)
    | consent(?:\ required)?\b | we\ (?:value|care\ about)\ your\ privacy | bevor\ sie\ fortfahren | zustimmung
    | datenschutz-?einstellungen | ihre\ privatsphäre | avant\ de\ continuer | votre\ vie\ privée
    | antes\ de\ continuar | tu\ privacidad | prima\ di\ continuare)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN_WORDS = re.compile(
    r"""
    \b(?:log[ -]?in | sign[ -]?in | sign\ up | (?:create|register\ for)\ (?:an|a\ free|your)\ account | anmelden
    | einloggen | registrieren | connexion | connectez-vous | se\ connecter | iniciar\ sesión | inicia\ sesión
    | accedi | inloggen | logga\ in | zaloguj)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOT_FOUND_WORDS = re.compile(
    r"""
    ^(?:error\ |fehler\ |erreur\ )?404(?:$|\ ?[-–—:|!.]|\ (?:error|page|not|seite|fehler|-))
    | ^(?:sorry|oops|uh-oh|whoops|hmm)\b.{0,60}(?:found|exist|gone|missing|page)
    | \b(?:page|article|story|content|url|document)\s
      (?:you\ (?:requested|(?:are|were)\ looking\ for|tried\ to\ reach)\ )?
      (?:(?:(?:was|is|could|can|does|has)(?:\ not|n['’]t|\ no\ longer)|cannot|no\ longer)
      \ (?:be\ |been\ )?(?:found|available|exists?)|not\ found|(?:is\ )?unavailable|has\ been\ removed)\b
    | ^(?:page|file|article|story|content)?\ ?not\ found$ | \bseite\ (?:wurde\ )?nicht\ gefunden
    | \bartikel\ (?:wurde\ )?nicht\ gefunden | page\ (?:introuvable|non\ trouvée) | página\ no\ encontrada
    | pagina\ (?:non\ trovata|niet\ gevonden) | página\ não\ encontrada | sidan\ (?:hittades\ inte|finns\ inte)
    | strona\ nie\ (?:została\ znaleziona|istnieje) | siden\ (?:blev\ ikke\ fundet|finnes\ ikke)
    | страница\ не\ найдена | ページが見つかりません
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report", re.ASCII)
_SHORT_WORDS = 220
"""Walls and error pages say little; an article that is as short has other marks of one."""


def _signs(page: Page) -> list[str]:
    """Return what a visitor reads first: the title without the site's part, and the first headings."""
    signs = [text_of(element) for element in list(page.root.iter("title"))[:1]]
    headings = [text_of(element) for element in list(page.root.iter("h1"))[:2]]
    if not any(headings):
        headings = [text_of(element) for element in list(page.root.iter("h2"))[:1]]
    return [sign for sign in (*signs, *headings) if sign]


def _looks_like_article(page: Page) -> bool:
    return any(_ARTICLE_TYPES.search(str(data.get("@type", ""))) for data in page.json_ld) or any(
        page.meta("article:published_time")
    )


def refusal(page: Page) -> str | None:
    """Return why *page* is no article (one of this module's constants), or ``None``.

    >>> refusal(Page.of("<title>Just a moment...</title><h1>Checking your browser</h1>", "https://example.org/a"))
    'bot wall'
    >>> refusal(Page.of("<h1>Why 404 errors matter</h1><p>" + "word " * 300, "https://example.org/a")) is None
    True
    """
    body = page.root.find("body")
    text = text_of(body) if body is not None else ""
    if not text:
        return BOT_WALL if _has_wall_script(page) else EMPTY
    signs = _signs(page)
    short = len(text.split()) < _SHORT_WORDS
    if any(_LOGIN_WORDS.search(sign) for sign in signs) and _has_password_field(page):
        return LOGIN
    if any(_NOT_FOUND_WORDS.search(sign) for sign in signs) and (short or not _looks_like_article(page)):
        return NOT_FOUND
    if short and not _looks_like_article(page):
        if any(_WALL_WORDS.search(sign) for sign in signs) or (_has_wall_script(page) and _WALL_WORDS.search(text)):
            return BOT_WALL
        if any(_CONSENT_WORDS.search(sign) for sign in signs):
            return CONSENT
    return None


def _has_password_field(page: Page) -> bool:
    return any((element.get("type") or "").lower() == "password" for element in page.root.iter("input"))


def _has_wall_script(page: Page) -> bool:
    return any(
        _WALL_MARKS.search(element.get("src") or element.get("id") or element.text or "")
        for element in page.root.iter("script", "iframe", "div")
        if element.tag != "div" or element.get("id")
    )
