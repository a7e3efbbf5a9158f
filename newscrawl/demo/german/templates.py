"""The German paper's pages: stories in two makes, listings, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from newscrawl.demo.german.prose import MONTHS, lines
from newscrawl.demo.german.stories import PUBLISHER, SECTIONS, GermanNewspaper, Picture, Section, Story, slug_of
from newscrawl.demo.markup import Edition, attribute, flow, insert, json_text, link, text
from newscrawl.demo.prose import Block, dice

DOMAIN = "muehlenfurter-bote.de"
_PLACEHOLDER = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_LOGO = "/img/bote-logo-1200.png"


def day(moment: datetime) -> str:
    """Return the day as the paper prints it.

    >>> day(datetime(2026, 3, 12))
    '12. März 2026'
    """
    return f"{moment.day}. {MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime) -> str:
    """Return the moment as the paper prints it.

    >>> day_and_time(datetime(2026, 3, 12, 14, 5))
    '12. März 2026, 14:05 Uhr'
    """
    return f"{day(moment)}, {moment:%H:%M} Uhr"


SERVICE_PAGES: tuple[tuple[str, str], ...] = (
    ("/impressum", "Impressum"),
    ("/datenschutz", "Datenschutz"),
    ("/agb", "AGB"),
    ("/kontakt", "Kontakt"),
    ("/abo", "Abo-Shop"),
    ("/epaper", "E-Paper"),
    ("/kleinanzeigen", "Kleinanzeigen"),
    ("/trauer", "Traueranzeigen"),
    ("/wetter/muehlenfurt", "Wetter"),
    ("/horoskop", "Horoskop"),
    ("/gewinnspiel", "Gewinnspiel"),
    ("/mediadaten", "Mediadaten"),
    ("/newsletter", "Newsletter bestellen"),
    ("/feeds", "RSS-Feeds"),
    ("/anmelden", "Anmelden"),
)


def top_sections() -> list[Section]:
    """Return the sections of the navigation."""
    return [section for section in SECTIONS if len(section.trail) == 1]


def children(section: Section) -> list[Section]:
    """Return the sub-sections of *section*."""
    return [s for s in SECTIONS if len(s.trail) == 2 and s.path.startswith(f"{section.path}/")]


def items(stories: Iterable[Story]) -> str:
    """Return links to *stories* as list items."""
    return "".join(f"<li>{link(story.path, story.headline)}</li>" for story in stories)


def title_tag(words: str) -> str:
    """Return the title element, with the publication's name behind the words."""
    return f"<title>{text(words)} | {PUBLISHER}</title>"


def masthead() -> str:
    """Return what stands above every page."""
    sections = "".join(f'<li class="nav__item">{link(s.path, s.name)}</li>' for s in top_sections())
    services = "".join(
        f'<li class="nav__item">{link(path, name)}</li>'
        for path, name in (
            ("/veranstaltungen/2031/05", "Veranstaltungen"), ("/epaper/ausgabe/2026-11-20", "E-Paper"), ("/abo", "Abo"),
            ("/kleinanzeigen", "Kleinanzeigen"), ("/wetter/muehlenfurt", "Wetter"), ("/anmelden", "Anmelden"),
        )
    )  # fmt: skip
    return (
        f'<header class="masthead"><a class="masthead__logo" href="/" title="Zur Startseite">{PUBLISHER}</a>'
        f'<nav class="nav nav--main" aria-label="Rubriken"><ul>{sections}</ul></nav>'
        f'<nav class="nav nav--service" aria-label="Service"><ul>{services}</ul></nav>'
        '<form class="search" action="/suche"><input type="search" name="q" placeholder="Suche"></form></header>'
    )


def footer() -> str:
    """Return what stands below every page: links, and the question about cookies."""
    links = "".join(f"<li>{link(path, name)}</li>" for path, name in SERVICE_PAGES)
    return (
        f'<footer class="page-footer"><ul>{links}</ul>'
        f"<p>© 2026 {PUBLISHER}. Alle Rechte vorbehalten. Nachdruck nur mit Genehmigung.</p></footer>"
        '<div id="cmp" class="cmp-layer" role="dialog" aria-modal="true"><h2>Ihre Entscheidung zu Cookies</h2>'
        "<p>Wir und unsere 187 Partner speichern Informationen auf Ihrem Gerät und rufen sie ab, um Inhalte zu messen "
        "und Anzeigen auszuwählen. Sie können Ihre Einwilligung jederzeit widerrufen.</p>"
        f"<button>Alle akzeptieren</button><button>Nur notwendige</button>{link('/datenschutz', 'Mehr erfahren')}</div>"
    )


def _share(edition: Edition, story: Story) -> str:
    url, title = quote(edition.url(story.path), safe=""), quote(story.headline, safe="")
    return (
        '<ul class="share"><li>Teilen</li>'
        f'<li><a href="https://www.facebook.com/sharer/sharer.php?u={url}" rel="nofollow">Facebook</a></li>'
        f'<li><a href="https://api.whatsapp.com/send?text={title}%20{url}" rel="nofollow">WhatsApp</a></li>'
        f'<li><a href="mailto:?subject={title}&amp;body={url}">E-Mail</a></li>'
        f'<li><a href="{attribute(story.path)}?print=true" rel="nofollow">Drucken</a></li></ul>'
    )


def _authors_of(story: Story) -> Any:
    if story.fault == "organisation as author" or not story.byline:
        return {"@type": "Organization", "name": PUBLISHER}
    if not story.authors:
        return {"@type": "Organization", "name": story.agency}
    if story.fault == "authors in one name":
        return {"@type": "Person", "name": " und ".join(story.authors)}
    persons = [{"@type": "Person", "name": name, "url": f"/autor/{slug_of(name)}"} for name in story.authors]
    return persons if len(persons) > 1 or story.number % 2 else persons[0]


def _article_data(edition: Edition, story: Story) -> dict[str, Any]:
    modified = story.changed_at
    if story.fault == "modified before published":
        modified = story.published - timedelta(days=3, minutes=17)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if story.kind == "live" else "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": edition.url(story.path)},
        "headline": story.search_headline if story.fault == "search headline" else story.headline,
        "description": story.meta_description,
        "datePublished": story.published.isoformat(),
        "dateModified": modified.isoformat(),
        "author": _authors_of(story),
        "articleSection": story.section.key if story.number % 3 == 0 else story.section.name,
    }
    if story.fault == "foreign description":
        data["description"] = f"Read the full story about {story.section.key} at {DOMAIN}, news from the Ammel valley."
    if story.fault != "no publisher":
        data["publisher"] = {
            "@type": "NewsMediaOrganization",
            "name": PUBLISHER,
            "logo": {"@type": "ImageObject", "url": edition.url(_LOGO)},
        }
    if story.pictures:
        data["image"] = [edition.url(story.pictures[0].path)]
    if story.keywords:
        data["keywords"] = list(story.keywords) if story.number % 2 else ", ".join(story.keywords)
    if story.free is not None:
        data["isAccessibleForFree"] = story.free if story.number % 2 else str(story.free)
    if story.comment_count is not None:
        data["commentCount"] = story.comment_count
    return data


def _scripts(edition: Edition, story: Story) -> str:
    """Return the page's JSON-LD with the story's fault in it."""
    if story.fault == "missing":
        return ""
    data = _article_data(edition, story)
    if story.fault == "graph":
        trail = [
            {"@type": "ListItem", "position": position, "name": name, "item": edition.url(path)}
            for position, (path, name) in enumerate((("/", "Startseite"), *story.section.trail), start=1)
        ]
        del data["@context"]
        site = {"@type": "WebSite", "name": PUBLISHER, "url": edition.url("/")}
        graph = [site, {"@type": "BreadcrumbList", "itemListElement": trail}, data]
        script = json_text({"@context": "https://schema.org", "@graph": graph if story.trail_shown else [site, data]})
    else:
        script = json_text(data)
    if story.fault == "trailing comma":
        script = f"{script[:-1]},\n}}"
    if story.fault == "line break in a string":
        script = script.replace('"description": "', '"description": "\n', 1)
    return f'<script type="application/ld+json">{script}</script>'


def _head(edition: Edition, story: Story, page: int) -> str:
    title = attribute(story.search_headline or story.headline)
    known = story.fault in {"missing", "no publisher"} or story.number % 2
    image = story.pictures[0].path if story.pictures else _LOGO
    # That the logo is no picture of the story can be told where the data call it the logo.
    has_image = bool(story.pictures) or story.fault not in {"missing", "no publisher"}
    meta = [
        f'<meta name="description" content="{attribute(story.meta_description)}">',
        f'<meta name="author" content="{PUBLISHER}">',
        f'<meta property="og:site_name" content="{PUBLISHER if known else DOMAIN}">',
        f'<meta property="og:type" content="{"website" if story.number % 4 == 0 else "article"}">',
        f'<meta property="og:title" content="{title}">',
        f'<meta property="og:url" content="{edition.url("/" if story.number % 5 == 0 else story.path)}">',
        f'<meta property="og:image" content="{edition.url(image)}">' if has_image else "",
        f'<link rel="canonical" href="{attribute(edition.url(story.path))}">',
        f'<link rel="alternate" type="application/rss+xml" title="{PUBLISHER}" href="/rss/alle.xml">',
    ]
    if story.keywords and story.number % 2:
        meta.append(f'<meta name="news_keywords" content="{attribute(", ".join(story.keywords))}">')
    if story.stamp == "time element" and story.number % 2:
        meta.append(f'<meta property="article:published_time" content="{story.published.isoformat()}">')
    if page < len(story.pages):
        meta.append(f'<link rel="next" href="{attribute(story.path)}?seite={page + 1}">')
    return (
        f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{title_tag(story.search_headline or story.headline)}\n"
        + "\n".join(filter(None, meta))
        + f"\n{_scripts(edition, story)}\n"
        "<style>.cmp-layer{position:fixed}</style></head>"
    )


def _image(picture: Picture) -> str:
    alt, small = attribute(picture.alt or ""), picture.path.replace("-1600", "-480")
    match picture.form:
        case "picture":
            sizes = f"{picture.path.replace('-1600', '-960')} 960w, {picture.path} 1600w"
            return (
                f'<picture><source media="(min-width: 60em)" srcset="{sizes}">'
                f'<img src="{small}" alt="{alt}" loading="lazy"></picture>'
            )
        case "lazy":
            return (
                f'<img class="lazyload" src="{_PLACEHOLDER}" data-src="{small}" '
                f'data-srcset="{small} 480w, {picture.path} 1600w" alt="{alt}">'
            )
        case _:
            return f'<img src="{picture.path}" alt="{alt}" width="1600" height="900">'


def _figure(picture: Picture, style: int) -> str:
    caption = text(picture.caption or "")
    credit = text(picture.credit or "")
    if style == 0:
        said = f'<span class="media__caption">{caption}</span>' if caption else ""
        said += f' <span class="media__credit">Foto: {credit}</span>' if credit else ""
    elif style == 1:
        said = f"{caption} Foto: {credit}" if credit else caption
    else:
        said = f"{caption} (Foto: {credit})" if credit else caption
    legend = f"<figcaption>{said.strip()}</figcaption>" if said.strip() else ""
    return f'<figure class="media">{_image(picture)}{legend}</figure>'


def _stamp(story: Story) -> str:
    """Return the dates as they are printed, without an element for all of them."""

    def printed(moment: datetime) -> str:
        if story.stamp == "plain day":
            return day(moment)
        if story.stamp == "plain time":
            return day_and_time(moment)
        return f'<time datetime="{moment.isoformat()}">{day_and_time(moment)}</time>'

    updated = f" · Aktualisiert am {printed(story.modified)}" if story.modified else ""
    return printed(story.published) + updated


def _byline(story: Story) -> str:
    if not story.authors:
        return text(story.byline or "")
    names = [link(f"/autor/{slug_of(name)}", name) for name in story.authors]
    *rest, last = names
    return f"Von {' und '.join(filter(None, (', '.join(rest), last)))}"


def _drop_cap(html: str) -> str:
    return re.sub(r"^<p>(\w)", r'<p class="has-dropcap"><span class="dropcap">\1</span>', html, count=1)


def _fact_box(story: Story, head: str) -> str:
    facts = "".join(f"<li>{text(fact)}</li>" for fact in story.facts)
    return f'<aside class="factbox">{head.format(text(story.kicker))}<ul>{facts}</ul></aside>'


def _elements(paper: GermanNewspaper, story: Story, page: int) -> list[str]:
    """Return the text of *page* as elements, with what editors and machines put between them."""
    rng = dice("bote", story.number, page)
    utility = story.make == "utility"
    subhead = '<h3 class="text-lg font-bold mt-6">{}</h3>' if utility else '<h2 class="article-body__subhead">{}</h2>'
    elements = flow(story.pages[page - 1], subhead=subhead)
    if story.place_line and page == 1:
        elements[0] = elements[0].replace("<p>", f"<p>{text(story.place_line)} – ", 1)
    elif not utility and story.number % 3 == 0:
        elements[0] = _drop_cap(elements[0])
    related = paper.related(story)
    read_also = (
        f"<p><strong>Lesen Sie auch:</strong> {link(related[0].path, related[0].headline)}</p>",
        f'<p class="read-also">Lesen Sie auch: {link(related[0].path, related[0].headline)}</p>',
        f'<div class="read-also"><span>Lesen Sie auch</span>{link(related[0].path, related[0].headline)}</div>',
    )[story.number % 3]
    if story.kind == "article" and story.free is not False:
        if len(story.pictures) > 1 and page == 1:
            insert(elements, min(6, len(elements) - 1), _figure(story.pictures[1], story.number % 3))
        insert(elements, 5, read_also)
        if story.facts and page == 1:
            head = (
                '<p class="font-bold uppercase">{}: Zahlen und Fakten</p>'
                if utility
                else "<h3>Auf einen Blick: {}</h3>"
            )
            insert(elements, 4, _fact_box(story, head))
        if rng.random() < 0.4:
            insert(elements, 3, _NEWSLETTER)
        if rng.random() < 0.3 and not utility:
            quoted = next((b.text for b in story.pages[page - 1] if b.kind == "p" and "„" in b.text), "")
            said = re.search(r"„[^“]{20,}“", quoted)
            insert(elements, 7, f'<blockquote class="pullquote">{text(said[0])}</blockquote>' if said else "")
        if rng.random() < 0.25:
            insert(elements, 8, _EMBED)
    if utility:
        elements = [element.replace("<p>", '<p class="mb-4 leading-relaxed">') for element in elements]
    return elements


_NEWSLETTER = (
    '<div class="newsletter-teaser"><h3>Der Bote am Morgen</h3><p>Unser Newsletter bringt Ihnen das Wichtigste aus dem '
    'Ammeltal werktags um sechs.</p><form action="/newsletter"><input type="email" placeholder="E-Mail-Adresse">'
    "<button>Kostenlos anmelden</button></form></div>"
)
_EMBED = (
    '<div class="embed-consent"><p>Externer Inhalt</p><p>An dieser Stelle finden Sie einen Inhalt von Dritten. Mit '
    "einem Klick auf „Inhalt laden“ stimmen Sie der Übertragung Ihrer Daten zu.</p><button>Inhalt laden</button></div>"
)
_ADVERT = '<div class="ad-slot" id="ad-{}"><span class="ad-slot__label">Anzeige</span><div data-ad="{}"></div></div>'
_PAYWALL = (
    '<div class="paywall"><h2>Weiterlesen mit Bote+</h2><p>Diesen Artikel lesen Sie mit einem Abonnement. Jetzt vier '
    'Wochen für einen Euro testen.</p><a class="button" href="/abo">Zum Angebot</a>'
    '<p>Schon registriert? <a href="/anmelden">Jetzt anmelden</a></p></div>'
)


def _split(story: Story, elements: list[str], container: str) -> str:
    """Return *elements* in several containers, advertisements between them."""
    rng = dice("container", story.number)
    parts, start, number = [], 0, 0
    while start < len(elements):
        end = start + rng.randrange(2, 6)
        number += 1
        parts.append(container.format("\n".join(elements[start:end])))
        if end < len(elements):
            parts.append(_ADVERT.format(number, number))
        start = end
    return "\n".join(parts)


def _live(story: Story) -> str:
    """Return the entries of a live blog, each with its time."""
    opening = story.blocks[:2]
    entries = list(zip(story.blocks[2::2], story.blocks[3::2], strict=True))
    html = []
    for number, (head, entry) in enumerate(entries):
        moment = story.changed_at - timedelta(minutes=7 * number)
        html.append(
            f'<article class="ticker__entry" id="eintrag-{number}"><time datetime="{moment.isoformat()}">'
            f"{moment:%H:%M} Uhr</time><h3>{text(head.text)}</h3><p>{text(entry.text)}</p></article>"
        )
    return f'<div class="article-body">{"".join(flow(opening))}</div><section class="ticker">{"".join(html)}</section>'


def _comments(story: Story) -> str:
    if story.comment_count is None:
        return ""
    rng = dice("kommentare", story.number)
    said = "".join(
        f'<article class="comment"><header><b>{text(name)}</b> <time>vor {rng.randrange(2, 23)} Stunden</time></header>'
        f"<p>{text(words)}</p></article>"
        for name, words in zip(rng.sample(lines("leser"), len(story.letters)), story.letters, strict=True)
    )
    noun = "Kommentar" if story.comment_count == 1 else "Kommentare"
    return (
        f'<section id="kommentare" class="comments"><h2>{story.comment_count} {noun}</h2>{said}'
        f'<a href="/anmelden?ziel={quote(story.path, safe="")}">Zum Kommentieren anmelden</a></section>'
    )


def _bio(story: Story) -> str:
    if not story.authors:
        return ""
    name = story.authors[0]
    return (
        f'<div class="author-box"><img src="/img/autor-{slug_of(name)}.jpg" width="96" height="96" alt="">'
        f"<p>Über den Autor</p><p>{text(name)} schreibt seit {2001 + len(name)} für den Boten, am liebsten über Dinge, "
        f'die niemand bestellt hat.</p><a href="/autor/{slug_of(name)}">Alle Beiträge</a></div>'
    )


def _tags(story: Story, paper: GermanNewspaper) -> str:
    if not story.keywords:
        return ""
    topics = paper.topics()
    chips = "".join(
        f"<li>{link(f'/thema/{slug_of(tag)}', tag) if slug_of(tag) in topics else text(tag)}</li>"
        for tag in story.keywords
    )
    return f'<div class="tags"><span class="tags__label">Themen</span><ul>{chips}</ul></div>'


def _pager(story: Story, page: int) -> str:
    if len(story.pages) == 1:
        return ""
    numbers = " ".join(
        f"<span>{n}</span>"
        if n == page
        else f'<a href="{attribute(story.path)}{f"?seite={n}" if n > 1 else ""}">{n}</a>'
        for n in range(1, len(story.pages) + 1)
    )
    following = ""
    if page < len(story.pages):
        following = f' <a rel="next" href="{attribute(story.path)}?seite={page + 1}">Nächste Seite</a>'
    return f'<nav class="article-pager" aria-label="Seiten dieses Artikels">{numbers}{following}</nav>'


@dataclass(frozen=True, slots=True)
class _Parts:
    """The pieces of a story's page."""

    trail: str
    byline: str
    stamp: str
    photo: str
    content: str
    after: str
    rail: str


def _parts(paper: GermanNewspaper, edition: Edition, story: Story, page: int) -> _Parts:
    if story.trail_shown:
        crumbs = "".join(f"<li>{link(path, name)}</li>" for path, name in (("/", "Startseite"), *story.section.trail))
        trail = f'<nav class="breadcrumbs" aria-label="Sie sind hier"><ol>{crumbs}</ol></nav>'
    else:
        trail = f'<a class="section-label" href="{story.section.path}">{text(story.section.name)}</a>'
    container = '<div class="max-w-prose space-y-4">{}</div>' if story.make == "utility" else (
        '<div class="article-body article-body__part">{}</div>'
    )  # fmt: skip
    photo = _figure(story.pictures[0], story.number % 3) if story.pictures else ""
    content = _live(story) if story.kind == "live" else _split(story, _elements(paper, story, page), container)
    if story.kind == "video":
        photo = f'<div class="player" data-video="{story.path[7:]}">{photo}<button>Video abspielen</button> 2:41</div>'
    if story.kind == "gallery":
        content += "".join(_figure(picture, 0) for picture in story.pictures[1:])
    if story.free is False:
        content += _PAYWALL
    if story.correction:
        content += f'<aside class="correction"><p>{text(story.correction)}</p></aside>'
    related = paper.related(story)
    after = "\n".join(
        (
            _pager(story, page),
            _tags(story, paper),
            _share(edition, story),
            _bio(story),
            f'<section class="related"><h2>Mehr zum Thema</h2><ul>{items(related)}</ul></section>',
            _comments(story),
        )
    )
    rail = f'<aside class="rail"><h2>Meistgelesen</h2><ol>{items(paper.most_read(story.section.path))}</ol></aside>'
    return _Parts(trail, _byline(story), _stamp(story), photo, content, after, rail)


def article(paper: GermanNewspaper, edition: Edition, story: Story, page: int = 1) -> str:
    """Return page *page* of *story*."""
    parts = _parts(paper, edition, story, page)
    make = _utility if story.make == "utility" else _bem
    return (
        f'<!DOCTYPE html>\n<html lang="{story.language}">\n{_head(edition, story, page)}\n<body>\n{masthead()}\n'
        f"{make(story, parts)}\n{footer()}\n</body></html>\n"
    )


def _bem(story: Story, parts: _Parts) -> str:
    dek = f'<p class="article-header__lead">{text(story.dek)}</p>' if story.dek else ""
    byline = f'<span class="article-header__author">{parts.byline}</span>' if parts.byline else ""
    return f"""<main id="inhalt">{parts.trail}
<article class="article article--{story.kind}">
<header class="article-header">
<span class="article-header__kicker">{text(story.kicker)}</span>
<h1 class="article-header__title">{text(story.headline)}</h1>
{dek}
<div class="article-header__meta">{byline} <span class="article-header__date">{parts.stamp}</span>
<span class="article-header__reading-time">Lesezeit: {2 + story.number % 5} Min.</span></div>
<button class="audio-player" type="button">Artikel anhören</button>
</header>
{parts.photo}
{parts.content}
</article>
{parts.after}
</main>
{parts.rail}"""


def _utility(story: Story, parts: _Parts) -> str:
    kicker = text(story.kicker)
    title, above = text(story.headline), f'<div class="text-sm uppercase text-red-700">{kicker}</div>'
    if story.number % 2 and story.fault not in {"missing", "search headline"}:
        title, above = f'<span class="block text-sm text-red-700">{kicker}</span> <span>{title}</span>', ""
    dek = f'<p class="text-xl font-semibold my-4">{text(story.dek)}</p>' if story.dek else ""
    byline = f'<div class="text-sm text-gray-700">{parts.byline}</div>' if parts.byline else ""
    return f"""<main class="container mx-auto"><div class="flex gap-2 text-xs">{parts.trail}</div>
<div class="grid grid-cols-12"><div class="col-span-8">
{above}
<h1 class="text-4xl font-serif">{title}</h1>
{dek}
<div class="flex justify-between border-b py-2">{byline}<div class="text-xs text-gray-500">{parts.stamp}</div></div>
{parts.photo}
{parts.content}
</div>
<div class="col-span-4">{parts.rail}</div></div>
<div class="mt-8">{parts.after}</div>
</main>"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in a listing; most lead to a story."""

    href: str
    title: str
    kicker: str = ""
    dek: str | None = None
    date: datetime | None = None
    picture: Picture | None = None


def entry_of(story: Story) -> Entry:
    """Return the listing entry of *story*."""
    picture = story.pictures[0] if story.pictures else None
    return Entry(story.path, story.headline, story.kicker, story.dek, story.published, picture)


def teaser(entry: Entry) -> str:
    """Return *entry* as a box."""
    image = ""
    if entry.picture:
        small = entry.picture.path.replace("-1600", "-480")
        image = f'<img src="{small}" alt="" loading="lazy" class="teaser__image">'
    kicker = f'<span class="teaser__kicker">{text(entry.kicker)}</span>' if entry.kicker else ""
    dek = f'<p class="teaser__text">{text(entry.dek)}</p>' if entry.dek else ""
    date = f'<span class="teaser__date">{day(entry.date)}</span>' if entry.date else ""
    return (
        f'<article class="teaser"><a class="teaser__link" href="{attribute(entry.href)}">{image}{kicker}'
        f'<h3 class="teaser__title">{text(entry.title)}</h3></a>{dek}{date}</article>'
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing page shows."""

    path: str
    title: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    """(heading, entries)"""
    most_read: tuple[Story, ...]
    newest: tuple[Story, ...]
    below: tuple[tuple[str, str], ...] = ()
    """(path, name) of narrower listings."""
    extra: tuple[tuple[str, str], ...] = ()
    """(address as written, words) of further links."""
    feed: str | None = None
    intro: str = ""
    newer: str | None = None
    older: str | None = None


def listing(edition: Edition, page: Listing) -> str:
    """Return a page of links to stories."""
    groups = "\n".join(
        '<section class="stage">'
        + (f"<h2>{text(heading)}</h2>" if heading else "")
        + f"{''.join(map(teaser, entries))}</section>"
        for heading, entries in page.groups
    )
    below = "".join(f"<li>{link(path, name)}</li>" for path, name in page.below)
    extra = "".join(f"<li>{link(href, words)}</li>" for href, words in page.extra)
    older = (
        f'<a class="pagination__next" rel="next" href="{attribute(page.older)}">Nächste Seite</a>' if page.older else ""
    )
    newer = (
        f'<a class="pagination__prev" rel="prev" href="{attribute(page.newer)}">Vorherige Seite</a>'
        if page.newer
        else ""
    )
    feed = ""
    if page.feed:
        kind = "atom" if page.feed.startswith("/atom/") else "rss"
        feed = f'<link rel="alternate" type="application/{kind}+xml" title="{text(page.title)}" href="{page.feed}">'
    return f"""<!DOCTYPE html>
<html lang="de-DE"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
{title_tag(page.title)}
<meta property="og:type" content="website"><link rel="canonical" href="{attribute(edition.url(page.path))}">{feed}
</head><body>
{masthead()}
<main class="overview"><h1>{text(page.title)}</h1>{page.intro}
{f'<nav class="subnav" aria-label="Unterrubriken"><ul>{below}</ul></nav>' if below else ""}
{groups}
<nav class="pagination">{newer} {older}</nav></main>
<aside class="rail"><section class="box"><h2>Meistgelesen</h2><ol>{items(page.most_read)}</ol></section>
<section class="box"><h2>Neueste Artikel</h2><ul>{items(page.newest)}</ul></section>
{f'<section class="box"><h2>Service</h2><ul>{extra}</ul></section>' if extra else ""}</aside>
{footer()}
</body></html>
"""


def intro_blocks(blocks: Iterable[Block]) -> str:
    """Return the introduction of a listing."""
    return f'<div class="overview__intro">{"".join(flow(tuple(blocks)))}</div>'
