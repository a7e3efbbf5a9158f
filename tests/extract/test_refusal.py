"""Walls, forms and missing pages are refused; articles about them are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.extract.page import Page
from newscrawl.extract.refusal import BOT_WALL, CONSENT, EMPTY, LOGIN, NOT_FOUND, refusal

URL = "https://example.org/2024/05/07/a-story"
TEXT = (
    "The committee met at noon and rose at two, having agreed on the minutes, the weather and little else. "
    "Its chairwoman said that a decision would come when it came, and that nobody should wait for it standing. "
)
LONG = f"<p>{TEXT * 4}</p><p>{TEXT * 4}</p>"
LISTING = "".join(f'<li><a href="/2024/05/07/{n}">A story of some interest, number {n}</a></li>' for n in range(40))
LD = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>'
PASSWORD = '<form><input type="email"><input type="password"><button>OK</button></form>'


def _page(title: str, heading: str, body: str = "", head: str = "") -> Page:
    return Page.of(f"<html><head><title>{title}</title>{head}</head><body><h1>{heading}</h1>{body}</body></html>", URL)


@pytest.mark.parametrize(
    ("title", "heading", "body"),
    [
        ("Just a moment...", "example.org", "<p>Verify you are human by completing the action below.</p>"),
        ("example.org", "Checking your browser before accessing example.org", "<p>Ray ID: 0</p>"),
        ("Attention Required! | Cloudflare", "Sorry, you have been blocked", "<p>Why have I been blocked?</p>"),
        ("Access denied", "Error 1020", "<p>You do not have access to example.org.</p>"),
        ("Access to this page has been denied", "Press &amp; Hold to confirm you are a human", "<p>Reference ID</p>"),
        ("Pardon Our Interruption", "Pardon Our Interruption...", "<p>Something about your browser.</p>"),
        ("example.org", "Are you a robot?", "<p>Please click the box below.</p>"),
        ("Security check", "One more step", "<p>Please complete the security check.</p>"),
        ("Sicherheitsüberprüfung", "Sind Sie ein Mensch?", "<p>Bitte bestätigen.</p>"),
        ("Vérification de sécurité", "Êtes-vous un robot ?", "<p>Cochez la case.</p>"),
        ("Verificación de seguridad", "No soy un robot", "<p>Marque la casilla.</p>"),
        ("Verifica di sicurezza", "Verifica", "<p>Un momento.</p>"),
        ("403 Forbidden", "403 Forbidden", "<hr><center>nginx</center>"),
        ("ERROR: The request could not be satisfied", "403 ERROR", "<p>Request blocked.</p>"),
    ],
)
def test_bot_walls(title: str, heading: str, body: str) -> None:
    assert refusal(_page(title, heading, body)) == BOT_WALL


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1"></script>',
        "<script>window._cf_chl_opt = {}</script><noscript>Enable JavaScript and cookies to continue</noscript>",
        '<iframe src="https://geo.captcha-delivery.com/captcha/"></iframe>',
        '<body><script src="/_Incapsula_Resource?SWJIYLWA=1"></script></body>',
    ],
)
def test_a_page_that_is_only_a_bot_check(html: str) -> None:
    assert refusal(Page.of(f"<html>{html}</html>", URL)) == BOT_WALL


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Before you continue to Example", "Before you continue"),
        ("Your privacy choices", "Your privacy choices"),
        ("Cookie settings", "Cookie settings"),
        ("Example", "We value your privacy"),
        ("Example", "We care about your privacy"),
        ("Bevor Sie fortfahren", "Bevor Sie fortfahren"),
        ("Zustimmung erforderlich", "Zustimmung erforderlich"),
        ("Datenschutzeinstellungen", "Ihre Privatsphäre"),
        ("Exemple", "Avant de continuer"),
        ("Ejemplo", "Tu privacidad es importante"),
        ("Esempio", "Prima di continuare"),
    ],
)
def test_consent_pages(title: str, heading: str) -> None:
    assert refusal(_page(title, heading, f"<p>{TEXT}</p><button>Accept</button>")) == CONSENT


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Log in - Example", "Welcome back"),
        ("Sign in", "Sign in to continue"),
        ("Example", "Create an account or log in"),
        ("Anmelden", "Anmelden"),
        ("Connexion", "Connectez-vous"),
        ("Iniciar sesión", "Hola"),
        ("Accedi", "Accedi"),
        ("Inloggen", "Inloggen"),
    ],
)
def test_login_pages(title: str, heading: str) -> None:
    assert refusal(_page(title, heading, PASSWORD)) == LOGIN


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("404", "404"),
        ("404 - Example", "Hm."),
        ("Error 404", "Nothing here"),
        ("Page not found | Example", "Page not found"),
        ("Example", "Sorry, we can't find that page"),
        ("Example", "Oops! This page is missing"),
        ("Example", "The page you requested could not be found"),
        ("Example", "The article you are looking for no longer exists"),
        ("Example", "This story is no longer available"),
        ("Example", "This content isn't available"),
        ("Example", "Article not found"),
        ("Seite nicht gefunden", "Fehler 404"),
        ("Beispiel", "Die Seite wurde nicht gefunden"),
        ("Page introuvable", "Page introuvable"),
        ("Exemple", "Cette page n'existe pas"),
        ("Página no encontrada", "Error"),
        ("Ejemplo", "La página que busca no existe"),
        ("Pagina non trovata", "404"),
        ("Pagina niet gevonden", "Helaas"),
        ("Página não encontrada", "Erro 404"),
        ("Sidan hittades inte", "Oj"),
        ("Strona nie została znaleziona", "404"),
        ("Siden blev ikke fundet", "Hov"),
        ("Страница не найдена", "Ошибка"),
        ("ページが見つかりません", "404"),
        ("页面不存在", "404"),
        ("الصفحة غير موجودة", "خطأ"),
    ],
)
@pytest.mark.parametrize("rest", ["", f"<p>{TEXT}</p>", f"<ul>{LISTING}</ul>"], ids=["bare", "text", "listing"])
def test_missing_pages(title: str, heading: str, rest: str) -> None:
    assert refusal(_page(title, heading, rest)) == NOT_FOUND


@pytest.mark.parametrize(
    "html", ["", "<html></html>", "<body></body>", "<body><script>x()</script></body>", "<body> \n</body>"]
)
def test_empty_pages(html: str) -> None:
    assert refusal(Page.of(html, URL)) == EMPTY


HEADLINES = [
    "Are you a robot? How a checkbox came to rule the web",
    "Access denied: the village that nobody may visit",
    "Just a moment: how a photographer waited eleven years",
    "Security check at the stadium angers fans",
    "Unusual activity at the volcano worries its neighbors",
    "Mayor denies that his request was blocked",
    "Consent: what a new law says about it",
    "Your privacy is for sale. Here is the price list",
    "We value your privacy, say the firms that sell it",
    "Cookie settings are a trap, regulators find",
    "Zustimmung zur Regierung sinkt",
    "Before you continue reading: a word on attention",
    "Why 404 errors matter",
    "404 miles on foot: a teacher walks home",
    "Page not found: the missing diary of a queen",
    "Sorry, the museum is missing a dinosaur",
    "Oops: minister reads the wrong page",
    "Lost ship has been found; its story no longer exists",
    "Article 404 of the penal code is repealed",
    "Seite an Seite: zwei Rivalen versöhnen sich",
    "Log in to nature: the forest school that took away the phones",
    "Sign up now, pay later: the rise of the free trial",
    "Lumberjacks log in the rain",
    "Connexion ferroviaire rétablie entre deux vallées",
    "The password is dead",
]


@pytest.mark.parametrize("headline", HEADLINES)
def test_articles_about_them_are_articles(headline: str) -> None:
    byline = "<p class=byline>By Ada Rowntree</p><time datetime=2024-05-07>May 7, 2024</time>"
    assert refusal(_page(f"{headline} | Example", headline, byline + LONG)) is None
    assert refusal(_page(f"{headline} | Example", headline, byline + f"<p>{TEXT}</p>", LD)) is None


def test_marks_of_walls_beside_an_article_do_no_harm() -> None:
    """Comment forms carry captchas, headers a login form, footers a cookie banner."""
    around = (
        '<div id="px-captcha"></div><script src="https://www.google.com/recaptcha/api.js"></script>'
        f"<h2>We value your privacy</h2><h2>Log in</h2>{PASSWORD}"
    )
    assert refusal(_page("Committee rises at two | Example", "Committee rises at two", LONG + around)) is None
    assert refusal(_page("Committee rises at two", "Committee rises at two", f"<p>{TEXT}</p>{around}")) is None


@pytest.mark.parametrize(
    "body", ["<!-- x -->Bare", "<?php ?>Bare", "<div><script></script>Bare</div>", "<p></p>Bare<p>"]
)
def test_bare_text_is_text(body: str) -> None:
    assert refusal(Page.of(f"<body>{body}</body>", URL)) is None


def test_a_short_note_is_an_article() -> None:
    assert refusal(_page("Bridge closed until Friday", "Bridge closed until Friday", f"<p>{TEXT}</p>")) is None


@given(st.text(alphabet="<>/!-='\" abh1title0naf4", max_size=120))
def test_nothing_raises(html: str) -> None:
    assert refusal(Page.of(html, URL)) in {None, BOT_WALL, CONSENT, EMPTY, LOGIN, NOT_FOUND}
