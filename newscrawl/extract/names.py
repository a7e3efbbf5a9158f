"""The words by which markup tells what an element is: in classes, test ids, addresses and labels.

They are those of content systems in several languages; none belongs to one publisher.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawl.texts import any_of


def _words(words: str) -> str:
    """Return a pattern for *words* as whole parts of a name: ``post-date`` has "date" in it, ``dated`` has not."""
    return rf"(?<![a-z])(?:{any_of(words)})(?![a-z])"


_BYLINES = _words(
    """
    autor(?:en|es|a|i|in|zeile|info|line|box)? auteurs? writers? signature firma journalist verfasser redakteur penulis
    yazar skribent
    """
)
_DATES = _words(
    """
    posted[^a-z]?on (?:post|entry|article|story|news)[^a-z]*date date datum datetime fecha pubdate time published
    publication erscheinungsdatum tanggal tarih
    """
)
_KINDS = {
    "byline": rf"by-?_?lines?|authors?(?![a-z]{{2}})|written-?by|reporter|{_BYLINES}",
    "published": rf"pub(?:lish(?:ed)?)?[-_]?(?:date|time|on|at|info)|date[-_]?(?:pub|time|published|created|line)"
    rf"|time-?stamp|{_DATES}",
    "modified": "modified|updated|last-?mod|update-?(?:date|time)|aktualisiert",
    "dek": _words(
        """
        dek deck stand-?first subhead(?:line|ing)? sub-?title sub-?headline lead lede lead-?text vorspann intro
        introduction chapo chapeau sapeau sommario bajada entradilla ingress manchet underrubrik excerpt synopsis
        sottotitolo occhiello lid strap(?:line)? article-?summary description summary
        """
    ),
    "section": _words(
        "section[^a-z]?(?:name|label|title|link) eyebrow category rubrik ressort channel-?name topic-?label"
    ),
    "trail": "bread-?_?crumbs?|brotkrumen|migas|fil-?d-?ariane",
    "dateline": _words(
        "dateline placeline [a-z]?loc (?:story|article|dateline|news)-?location location ortsmarke spitzmarke"
    ),
    "correction": _words("corrections? editors?-?note"),
    "comments": "comments?[-_]*(?:count|number|total|counter)|(?:count|num|number)[-_]*comments?",
    "tags": _words(
        r"article-?tags? tags?-?list post-?tags story-?tags tags-?links tags article-?topics keywords schlagwort\w*"
    ),
}
_KIND = {name: re.compile(pattern) for name, pattern in _KINDS.items()}
KINDS = tuple(_KIND)

_OF_TEASERS = any_of(
    """
    (?<!date-)comment related recommend teaser most-?(?:read|popular|viewed|shared) trending newsletter promo advert
    quote (?<!byline-)(?<!article-)(?<!entry-)(?<!post-)(?<!story-)footer more-?(?:news|stories|from|on)
    read-?(?:more|next|also) see-?also outbrain taboola recirc onward
    """
)
_OF_OTHERS = f"{_OF_TEASERS}|carousel|slider"
OTHERS = re.compile(rf"{_OF_OTHERS}|caption|{_words('popular nav menu listing latest recent ticker modal dialog')}")
"""Containers of other stories, of readers, and of the page's frame."""

BOXES = re.compile(
    rf"{_OF_OTHERS}|side-?bar|cookie|consent|subscri|signup|"
    + _words("popular nav menu ads? widget card listing feed recent latest ticker modal dialog tooltip gallery bio")
)
"""The same, and whatever else stands beside a story."""

PICTURE_BOXES = re.compile(
    rf"{_OF_TEASERS}|side-?bar|"
    + _words("popular nav menu ads? widget listing feed recent latest ticker modal dialog bio")
)
"""Boxes whose pictures are not the story's: a gallery's are."""

CAPTIONED = re.compile("caption|credit|image|photo|picture|bild|media", re.IGNORECASE)
"""Containers of pictures."""

HIDDEN = re.compile(
    r"(?<![\w-])(?:hide|hidden|d-none|invisible|(?:is|u)-hidden)(?![\w-])|display:\s*none", re.IGNORECASE
)
"""Classes and styles of what readers are not shown."""

_COMMENTS = any_of(
    """
    (?:reader_)?comments? (?:leser)?kommentare? commentaires? comentarios? coment[áa]rios? commenti reacties?
    kommentarer kommentarit komentarz[ey]? komentářů? yorum комментари(?:й|я|ев|и)
    """
)
COMMENTS_COUNTED = re.compile(
    rf"\d[\d.,\s]*(?:{_COMMENTS})|(?:{_COMMENTS})\s*[:(\[]?\s*\d[\d.,]*\s*[)\]]?", re.IGNORECASE
)
"""A heading over readers' comments that counts them."""

_AUTHOR_FOLDERS = any_of(
    """
    authors? autor(?:en|es|in|i|e)? auteurs? journalists? journalistes? staff profiles? profil by reporters? columnists?
    contributors? redaktion redakteure? redacteur writers? firmas penulis yazar yazarlar forfatter skribent
    correspondents?
    """
)
AUTHOR_ADDRESS = re.compile(rf"/(?:{_AUTHOR_FOLDERS})/[^/?#]", re.IGNORECASE)
"""Addresses of authors' pages."""

BY = re.compile(
    r"\s*(?:by|von|par|por|di|av|af|door|oleh|text|autor(?:in)?|author|written\s+by|penulis|yazan|автор|文)\s*[:：]?\s*\S",
    re.IGNORECASE,
)
"""How a printed byline begins."""

UPDATED = re.compile(
    any_of(
        r"""
        updat modifi aktualis geändert stand\b mis_à_jour actualiz aggiornat atualizad bijgewerkt gewijzigd opdater
        oppdater uppdater päivit güncel edited diperbarui обновл оновл 更新 수정 cập_nhật
        """
    ),
    re.IGNORECASE,
)
"""What is said of a date of modification."""

PUBLISHED = re.compile(
    any_of(
        """
        publi posted erstellt veröffentlicht erschienen created first pubbl gepubliceerd geplaatst oprettet julkaistu
        yayın giriş опубл 公開 配信 입력 등록 đăng diterbitkan (?<![a-z])(?:dato|datum|date|fecha|data)
        """
    ),
    re.IGNORECASE,
)
"""What is said of a date of publication."""

_DATE_LABELS = any_of(
    """
    date datum published(?:_on)? publi[ée]e?_le fecha data posted(?:_on)? veröffentlicht(?:_am)? erschienen(?:_am)?
    publicado(?:_el)? pubblicato(?:_il)? dato tarih дата опубликовано 公開日 配信日
    """
)
DATE_LABEL = re.compile(rf"\s*(?:{_DATE_LABELS})\s*[:：]?\s*", re.IGNORECASE)
"""A label that a date follows."""

BUTTON = re.compile(
    any_of(
        r"""
        share follow comments? listen save print text_size font_size aa min(?:ute)?s?_read \d+\s?min teilen folgen
        anhören merken lesezeit kommentare compart partag condivid iniciar esta_funcionalidad escuch écouter ascolta
        lees lyssna del\b tips
        """
    ),
    re.IGNORECASE,
)
"""How the text of a button beside a byline begins."""


def _by_first_letter(words: str) -> str:
    """Return a pattern for any of *words* that tries only those with the letter at hand: twice as fast."""
    rests: dict[str, list[str]] = {}
    for word in words.split():
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(found)})" for letter, found in rests.items())


# A part of every pattern in _KINDS: most names have none, and one search tells.
_TELLING = re.compile(
    _by_first_letter(
        """
        by.?.?line auth autor auteur writ reporter signature firma journalist verfasser redakteur penulis yazar skribent
        pub date datum time fecha posted erscheinung tanggal tarih modif last-?mod aktual de[ck] stand sub lead lede
        vorspann intro chap sapeau sommario bajada entradilla ingress manchet underrubrik excerpt synopsis sottotitolo
        occhiello lid strap summary description section eyebrow category rubrik ressort channel topic crumb brotkrumen
        migas ariane loc placeline tsmarke tzmarke correction editor comment tag keyword schlagwort
        """
    )
)


@lru_cache(maxsize=32768)
def _kinds_of_name(name: str) -> tuple[str, ...]:
    if _TELLING.search(name) is None:
        return ()
    return tuple(kind for kind, pattern in _KIND.items() if pattern.search(name))


@lru_cache(maxsize=32768)
def kinds_of(names: str) -> tuple[str, ...]:
    """Return what *names*, an element's class or test id, tell about it.

    >>> kinds_of("article-byline small"), kinds_of("post-date"), kinds_of("outdated")
    (('byline',), ('published',), ())
    """
    # Small letters and patterns that mind the case: three times as fast as patterns that do not.
    names = names.lower()
    if _TELLING.search(names) is None:
        return ()
    return tuple(dict.fromkeys(kind for name in names.split() for kind in _kinds_of_name(name)))


@lru_cache(maxsize=32768)
def is_named(names: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether *pattern* is found in *names*; remembered, for a page repeats its names."""
    return pattern.search(names.lower()) is not None
