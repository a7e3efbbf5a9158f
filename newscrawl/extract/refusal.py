"""Pages that are no article although they came as one: bot walls, consent and login pages, a 404 in disguise.

A page is refused only on what its makers put in its most visible places (title, first headings, forms, the scripts of
bot checks) while it lacks what an article has: an article may well be *about* a bot check or a missing page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.extract.page import UNSEEN, Page, text_of
from newscrawl.items import Article

if TYPE_CHECKING:
    from newscrawl.links import Link

BOT_WALL = "bot wall"
CONSENT = "consent page"
EMPTY = "empty page"
LOGIN = "login page"
NOT_FOUND = "not found page"
LISTING = "section page"
SERVICE = "service page"
TOO_MUCH = "too much markup"

MOST_ELEMENTS = 80_000
"""Of a page that is read: its links take 4 KB each while they are sorted, 16 MB of them gigabytes and minutes."""
MOST_ATTRIBUTES = 500
"""Of a tag: libxml2 takes the square of their number, and 16 MB of them hours."""

_WALL_WORDS = re.compile(
    r"""
    just\ a\ moment | attention\ required | access\ (?:to\ this\ page\ has\ been\ )?denied
    | checking\ (?:if\ the\ site|your\ browser) | are\ you\ (?:a\ robot|human)
    | (?:verify|confirm|prove)(?:ing)?\ (?:that\ )?you\ (?:are|re|'re|’re)\ (?:a\ )?(?:human|not\ a\ robot)
    | pardon\ our\ interruption | security\ (?:check|verification)\b | (?:robot|human|bot)\ (?:check|verification)
    | request\ (?:was\ )?(?:blocked|rejected) | unusual\ (?:traffic|activity) | you\ have\ been\ blocked
    | 403\ (?:forbidden|error) | request\ could\ not\ be\ satisfied
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
    ^(?:(?:error|fehler|erreur|errore?|erro|ошибка|http)\ )?404(?:$|\ ?[-–—:|!.]|\ (?:error|page|not|seite|fehler|-).*)
    | ^(?:sorry|oops|uh-oh|whoops|hmm)\b.{0,60}?(?:
        \b(?:page|article|story|content)\b.{0,30}\b(?:found|exists?|gone|missing|moved)\b
        | (?:can(?:[’']t|not|\ not)|could(?:n[’']t|\ not)|unable\ to)\ (?:\w+\ )?(?:find|locate)\b.{0,30}
          \b(?:page|article|story|content)
      )
    | \b(?:(?:the|this|that|your)\ )?(?:page|article|story|content|url|document)
      \ (?:you\ (?:requested|(?:are|were|[’']re)\ looking\ for|tried\ to\ reach)\ )?
      (?:(?:(?:was|is|could|can|does|has)(?:\ not|n[’']t|\ no\ longer)|cannot|no\ longer)
      \ (?:be\ |been\ )?(?:found|available|exists?)|not\ found|(?:is\ )?unavailable|has\ been\ removed)\b
    | ^(?:page|file|article|story|content)?\ ?not\ found$
    | \b(?:die(?:se)?\ |der\ |dieser\ )?(?:seite|artikel|inhalt)\ (?:(?:wurde|konnte|existiert|ist)\ )?
      (?:leider\ )?nicht(?:\ mehr)?(?:\ (?:gefunden|verfügbar|vorhanden)(?:\ werden)?)?$
    | \b(?:(?:la|cette)\ )?(?:page|article)\ (?:(?:\w+\ ){0,4}?n[’']existe\ (?:pas|plus)|introuvable|non\ trouvée?)
    | \b(?:(?:la|esta)\ )?página\ (?:(?:\w+\ ){0,4}?(?:no|não)\ (?:existe|encontrada|disponible|disponível)
      |(?:no|não)\ (?:fue|foi)\ encontrada)
    | \b(?:la\ )?pagina\ (?:non\ (?:trovata|esiste|disponibile)|niet\ gevonden|bestaat\ niet)
    | \b(?:sidan|siden|sivua)\ (?:hittades\ inte|finns\ inte|kunde\ inte\ hittas|blev\ ikke\ fundet
      |ble\ ikke\ funnet|(?:finnes|findes)\ ikke
      |ei\ löy(?:dy|tynyt))
    | \bstrona\ nie\ (?:została\ znaleziona|istnieje) | \bstránka\ (?:nenalezena|neexistuje|nebola\ nájdená)
    | \bsayfa\ bulunamadı | \baz?\ ?oldal\ nem\ található | η\ σελίδα\ δεν\ βρέθηκε
    | (?:страница|сторінк[ау])\ (?:не\ (?:найдена|существует|знайдено|існує)) | ページが見つかりません
    | 页面不存在 | 找不到(?:该|此|您)?.{0,6}(?:页面|頁面|网页) | 페이지를\ 찾을\ 수\ 없 | الصفحة\ غير\ موجودة
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEGINS_AS_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,1000}(?:<!--.{0,1000}?-->\s{0,1000})?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
# Possessive throughout: it must not take the time that it saves.
_LADEN_TAG = re.compile(
    rb"""<[a-zA-Z][^\s>/]*+(?:[\s/]*+[^\s>/][^\s>/=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+){%d}"""
    % (MOST_ATTRIBUTES + 1)
)
_LISTING_TYPES = re.compile(r"\b(?:CollectionPage|SearchResultsPage|ProfilePage|ItemList)\b")
_MANY_STORIES = 8
_STORY_PLACES = frozenset({"section", "tags", "aside"})
"""Where overviews have their stories (`newscrawl.links.Link.via`)."""
_WORDS_A_STORY = 40
"""An overview says two or three sentences of each story."""
_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report", re.ASCII)
_FEW_WORDS = 220
"""Walls and error pages say little beside their links; an article that is as short has other marks of one."""
_WHOLE = 0.6
"""The part of a title that must say that the page is missing, for the title to say nothing else."""


def begins_as_html(body: bytes) -> bool:
    """Say whether *body* is HTML by its first words, whatever it was sent as.

    >>> begins_as_html(b"<!DOCTYPE html><title>A"), begins_as_html(b'{"a": "<html>"}'), begins_as_html(b"<rss/>")
    (True, False, False)
    """
    return _BEGINS_AS_HTML.match(body) is not None


def is_too_much(body: bytes) -> bool:
    """Say whether the page *body* has more than `MOST_ELEMENTS`, or a tag of more than `MOST_ATTRIBUTES`.

    >>> is_too_much(b"<p>" * 80_000), is_too_much(b"</p>" * 80_001), is_too_much(b"<p" + b" a=1" * 501 + b">")
    (False, True, True)
    """
    return _has_many_elements(body) or _LADEN_TAG.search(body) is not None


def _has_many_elements(body: bytes) -> bool:
    if len(body) < len(b"<p>") * MOST_ELEMENTS:
        return False
    closing = body.count(b"</")
    # Of closing tags that close nothing some make an element too.
    return max(closing, body.count(b"<") - closing) > MOST_ELEMENTS


def _signs(page: Page) -> list[str]:
    """Return what a visitor reads first: the title without the site's part, and the first headings."""
    signs = [text_of(element) for element in page.tagged("title")[:1]]
    headings = [text_of(element) for element in page.tagged("h1")[:2]]
    if not any(headings):
        headings = [text_of(element) for element in page.tagged("h2")[:1]]
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
    if body is None or not _has_text(body):
        return BOT_WALL if _has_wall_script(page) else EMPTY
    signs = _signs(page)
    if any(_LOGIN_WORDS.search(sign) for sign in signs) and _has_password_field(page):
        return LOGIN
    missing = max((_share(_NOT_FOUND_WORDS, sign) for sign in signs), default=0.0)
    if _looks_like_article(page):
        return NOT_FOUND if missing > _WHOLE and _says_little(body) else None
    if missing > _WHOLE:
        return NOT_FOUND
    if not _says_little(body):
        return None
    if missing:
        return NOT_FOUND
    if any(_WALL_WORDS.search(sign) for sign in signs):
        return BOT_WALL
    if any(_CONSENT_WORDS.search(sign) for sign in signs):
        return CONSENT
    return BOT_WALL if _WALL_WORDS.search(text_of(body)) and _has_wall_script(page) else None


def _share(pattern: re.Pattern[str], text: str) -> float:
    """Return which part of *text* the pattern's longest match covers."""
    return max((len(match[0]) / len(text) for match in pattern.finditer(text)), default=0.0)


def _has_text(body: HtmlElement) -> bool:
    """Tell whether a reader sees a word of *body*."""
    unseen: HtmlElement | None = None
    for event, element in etree.iterwalk(body, events=("start", "end")):
        text: str | None
        if event == "start":
            if unseen is None and element.tag in UNSEEN:
                unseen = element
            text = element.text
        else:
            unseen = None if unseen is element else unseen
            text = element.tail if element is not body else None
        if unseen is None and text and not text.isspace():
            return True
    return False


def _says_little(body: HtmlElement) -> bool:
    """Tell whether *body* has few words beside those of its links."""
    words = 0
    walker = etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element is not body and (element.tag == "a" or element.tag in UNSEEN):
            walker.skip_subtree()
            continue
        text = element.text if event == "start" else element.tail if element is not body else None
        if text:
            words += len(text.split())
            if words >= _FEW_WORDS:
                return False
    return True


def unlike_article(page: Page, article: Article, links: Iterable[Link]) -> str | None:
    """Return `LISTING` or `SERVICE` when *page* shows no sign of being an article, else ``None``.

    What calls itself an article, or has a date of publication, is believed: this is for sites nobody has described.

    Args:
        page: the page.
        article: what was read from it.
        links: its links, classified; gone over only where they are needed.

    >>> from newscrawl.links import Link
    >>> overview = Page.of("<h1>Harbours</h1><p>All our stories.", "https://example.org/topic/harbours")
    >>> stories = [Link(f"https://example.org/{n}", "A story", "article", "section") for n in range(20)]
    >>> unlike_article(overview, Article(word_count=40), stories), unlike_article(overview, Article(word_count=40), [])
    ('section page', 'service page')
    """
    dated = article.sources.get("date_published", "url") != "url"
    words = article.word_count
    types = [str(data.get("@type", "")) for data in page.json_ld]
    if dated or any(_ARTICLE_TYPES.search(name) for name in types):
        return None
    if any(_LISTING_TYPES.search(name) for name in types):
        return LISTING
    story_links = sum(link.kind == "article" and link.via in _STORY_PLACES for link in links)
    if story_links >= _MANY_STORIES and words < story_links * _WORDS_A_STORY:
        return LISTING
    named = any("article" in name.lower() for name in page.meta("og:type"))
    return SERVICE if words < _FEW_WORDS and not named else None


def _has_password_field(page: Page) -> bool:
    return any((element.get("type") or "").lower() == "password" for element in page.tagged("input"))


def _has_wall_script(page: Page) -> bool:
    return any(
        _WALL_MARKS.search(element.get("src") or element.get("id") or element.text or "")
        for element in page.root.iter("script", "iframe", "div")
        if element.tag != "div" or element.get("id")
    )
