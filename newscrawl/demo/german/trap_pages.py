"""The German paper's pages that are no article: service pages, and those behind the traps."""

from __future__ import annotations

from collections.abc import Iterable

from newscrawl.demo.german.stories import PUBLISHER, Story
from newscrawl.demo.german.templates import Entry, entry_of, footer, items, masthead, teaser, title_tag
from newscrawl.demo.markup import Edition, attribute, text
from newscrawl.demo.traps import Trap

BOT_WALL = b"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Sicherheits\xc3\xbcberpr\xc3\xbcfung</title></head>
<body><h1>Sind Sie ein Mensch?</h1><p>Bitte best\xc3\xa4tigen Sie kurz, dass Sie kein Roboter sind.
Dazu m\xc3\xbcssen JavaScript und Cookies eingeschaltet sein.</p>
<form action="/pruefung"><div class="h-captcha"></div></form><p>Vorgangsnummer: 4c1f-77</p></body></html>
"""
_CONSENT = """<div class="consent"><p>Wir und unsere 187 Partner möchten Informationen auf Ihrem Gerät speichern, um
Reichweiten zu messen und Anzeigen auszuwählen.</p><p>Sie können unsere Seiten mit Werbung lesen oder ein Abonnement
ohne Werbung abschließen. Ihre Einwilligung können Sie in den Datenschutz-Einstellungen widerrufen.</p>
<form action="/zustimmung"><button>Akzeptieren und weiter</button> <button>Ablehnen</button></form></div>"""
_LOGIN = """<main><article class="article"><header class="article-header">
<span class="article-header__kicker">Bote+</span>
<h1 class="article-header__title">Anmelden und weiterlesen</h1></header><div class="article-body">
<p>Dieser Bereich ist unseren Abonnenten vorbehalten. Bitte melden Sie sich mit Ihrer E-Mail-Adresse an.</p>
<form action="/anmelden" method="post"><input type="email" name="mail"><input type="password" name="kennwort">
<button>Anmelden</button></form><p><a href="/anmelden?vergessen=1">Kennwort vergessen?</a></p></div></article></main>"""
_LONG = {
    "Datenschutz": (
        "Der Schutz Ihrer Daten ist uns wichtig. Diese Erklärung beschreibt, welche Angaben wir beim Aufruf unserer "
        "Seiten verarbeiten, wie lange wir sie aufbewahren und welche Rechte Ihnen zustehen.",
        "Verantwortlich ist der Verlag mit Sitz am Kornplatz. Sie erreichen den Beauftragten unter der Anschrift im "
        "Impressum.",
        "Beim Besuch werden Adresse, Zeitpunkt und aufgerufene Seite für sieben Tage gespeichert, danach gelöscht.",
        "Sie können Auskunft, Berichtigung und Löschung verlangen sowie einer Verarbeitung widersprechen.",
    ),
    "AGB": (
        "Diese Bedingungen gelten für alle Bestellungen im Abo-Shop und für die Nutzung der kostenpflichtigen Inhalte.",
        "Ein Abonnement verlängert sich auf unbestimmte Zeit und kann mit einem Monat Frist gekündigt werden.",
        "Gerichtsstand ist, soweit zulässig, der Sitz des Verlags.",
    ),
    "Horoskop": (
        "Widder: Heute tragen Sie Kisten, die andere gepackt haben. Am Abend lohnt ein Umweg.",
        "Stier: Ein Schlüssel findet sich, nur das Schloss fehlt noch. Bleiben Sie gelassen.",
        "Zwillinge: Zwei Einladungen, ein Mantel. Entscheiden Sie sich für die wärmere.",
    ),
    "Wetter": (
        "Heute vielfach Nebel im Ammeltal, am Nachmittag einzelne Lücken. Höchstwerte um neun Grad.",
        "In der Nacht Auflockerungen, am Fluss örtlich Frost in Bodennähe.",
    ),
}


def notice(title: str, html: str) -> bytes:
    """Return a page that is no article: a heading and *html* under it."""
    return (
        f'<!DOCTYPE html><html lang="de-DE"><head><meta charset="utf-8">{title_tag(title)}</head><body>{masthead()}'
        f"<main><h1>{text(title)}</h1>{html}</main>{footer()}</body></html>"
    ).encode()


def service(name: str) -> bytes:
    """Return the service page *name*."""
    said = _LONG.get(name, (f"{name}: Was der {PUBLISHER} dazu mitzuteilen hat, passt in eine Zeile.",))
    return notice(name, "".join(f"<p>{text(words)}</p>" for words in said))


def soft_404(popular: Iterable[Story]) -> bytes:
    """Return the page that says, with status 200, that there is none."""
    return notice(
        "Seite nicht gefunden",
        "<p>Die gewünschte Seite gibt es nicht oder nicht mehr. Vielleicht hilft einer dieser Artikel weiter:</p>"
        f"<ul>{items(popular)}</ul>",
    )


def consent() -> bytes:
    """Return the page that asks for consent in the place of a story."""
    return (
        '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">'
        f"{title_tag('Bevor Sie fortfahren')}</head><body><h1>Bevor Sie fortfahren</h1>{_CONSENT}</body></html>"
    ).encode()


def login(edition: Edition, trap: Trap) -> bytes:
    """Return the login page in the form of an article."""
    canonical = attribute(edition.url(trap.path))
    return (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">{title_tag(trap.title)}'
        f'<link rel="canonical" href="{canonical}"></head><body>{masthead()}{_LOGIN}{footer()}</body></html>'
    ).encode()


def dossier(edition: Edition, trap: Trap, stories: Iterable[Story]) -> bytes:
    """Return the page that has an article's form and address, and lists stories."""
    boxes = "".join(teaser(entry_of(story)) for story in stories)
    return (
        f'<!DOCTYPE html><html lang="de-DE"><head><meta charset="utf-8">{title_tag(trap.title)}'
        f'<meta property="og:type" content="website"><link rel="canonical" href="{attribute(edition.url(trap.path))}">'
        f'</head><body>{masthead()}<main id="inhalt"><article class="article article--dossier">'
        '<header class="article-header"><span class="article-header__kicker">Dossier</span>'
        f'<h1 class="article-header__title">{text(trap.title)}</h1>'
        '<p class="article-header__lead">Hier finden Sie alle Artikel zur Altstadt auf einen Blick.</p></header>'
        f'<div class="article-body">{boxes}</div></article></main>{footer()}</body></html>'
    ).encode()


def calendar(year: int, month: int, *, one_day: bool) -> bytes:
    """Return a month (or a day) of the calendar, with a link to the next month."""
    after = f"/veranstaltungen/{year + month // 12}/{month % 12 + 1:02}"
    days = (
        ""
        if one_day
        else " ".join(f'<a href="/veranstaltungen/{year}/{month:02}/{d:02}">{d}</a>' for d in range(1, 29))
    )
    html = (
        f"<p>Für diesen Zeitraum ist noch nichts eingetragen.</p><p>{days}</p>"
        f'<a class="next" href="{after}">Nächster Monat</a>'
    )
    return notice(f"Veranstaltungen im Ammeltal: {month:02}/{year}", html)


def search(query: str, found: Iterable[Story]) -> bytes:
    """Return the results of a search; each order and each further page makes the address longer."""
    page = query.count("page=") + 2
    facets = "".join(
        f'<li><a href="/suche?{attribute(query)}&amp;sort={order}&amp;page={page}">{words}</a></li>'
        for order, words in (("datum", "Neueste zuerst"), ("relevanz", "Nach Relevanz"), ("ort", "Nach Ort"))
    )
    hits = "".join(teaser(Entry(s.path, s.headline, s.kicker)) for s in found)
    return notice("Suchergebnisse", f'<ul class="facets">{facets}</ul><div class="results">{hits}</div>')
