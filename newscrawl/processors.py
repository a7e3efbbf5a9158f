"""Cleaners for one value each. They know text, not pages; what they refuse comes back empty."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from newscrawl.bylines import is_organisation, is_prefixed, split_byline
from newscrawl.items import Image
from newscrawl.texts import bare, clean_text, fold

_SEPARATOR = re.compile(r"\s+[|•·–—―:»›-]+\s+|\s*[|»]\s*")


def strip_publication(text: str, names: Collection[str] = ()) -> str:
    """Return a headline without the publication's name behind (or before) it.

    >>> strip_publication("Rain at last - Example Times", ["Example Times"])
    'Rain at last'
    >>> strip_publication("Rain at last | World | example.org", ["Example", "example.org"])
    'Rain at last | World'
    """
    bare_names = {bare(name) for name in names if name} - {""}
    if not bare_names:
        return text
    for match in reversed(list(_SEPARATOR.finditer(text))):
        if bare(text[match.end() :]) not in bare_names or not match.start():
            break
        text = text[: match.start()]
    head, separator, rest = text.partition(" | ")
    if separator and bare(head) in bare_names:
        text = rest.strip()
    return text


def clean_authors(value: Any, names: Collection[str] = ()) -> list[str]:
    """Return the persons that a byline, or a list of author entries, names; each once, in order.

    >>> clean_authors(["Ann Example and Ben Sample", "Reuters", "ann example"])
    ['Ann Example', 'Ben Sample']
    >>> clean_authors("By Staff writer / March 8, 2012")
    []
    """
    entries = value if isinstance(value, list | tuple) else [value]
    single = isinstance(value, list | tuple)
    seen: dict[str, str] = {}
    for entry in entries:
        for author in split_byline(str(entry), names, single=single).authors:
            seen.setdefault(bare(author), author)
    return list(seen.values())


def clean_role(value: Any) -> str:
    """Return the role that a byline, or a text of its own, gives.

    >>> clean_role("By Gloria Example, Staff writer / September 7, 2010"), clean_role("Special correspondent")
    ('Staff writer', 'Special correspondent')
    >>> clean_role("By dpa"), clean_role("Gloria Example"), clean_role("Example Press Service")
    ('', '', '')
    """
    text = clean_text(value)
    byline = split_byline(text)
    if byline.authors or byline.agencies or byline.date_text or is_prefixed(text):
        return byline.role or ""
    if is_organisation(text):
        return ""
    return text if len(text) <= 80 and not any(c.isdigit() for c in text) else ""


def clean_list(value: Any) -> list[str]:
    """Return texts cleaned, each once, in order.

    >>> clean_list(["World", " World ", "", "Asia&amp;Pacific"])
    ['World', 'Asia&Pacific']
    """
    entries = value if isinstance(value, list | tuple) else [value]
    seen: dict[str, str] = {}
    for text in map(clean_text, entries):
        if text:
            seen.setdefault(fold(text), text)
    return list(seen.values())


def clean_keywords(value: Any) -> list[str]:
    """Return keywords, split where one text holds many, each once; machines' marks (identifiers, ``_prio``) are none.

    >>> clean_keywords("Rain, Weather; rain")
    ['Rain', 'Weather']
    >>> clean_keywords(["Rain", "98be933f-38cf-4fba-b6c6-ad438e82010a", "_prio", "10031236", "cms:tag:1"])
    ['Rain']
    """
    entries = value if isinstance(value, list | tuple) else [value]
    texts: list[str] = []
    for entry in entries:
        text = clean_text(entry)
        if len(entries) == 1 or text.count(",") > 1 or ";" in text:
            texts.extend(re.split(r"\s*[,;|、，]\s*", text))
        else:
            texts.append(text)
    return [text for text in clean_list(texts) if len(text) <= 100 and not _MACHINE_MARK.match(text)]


_MACHINE_MARK = re.compile(
    r"https?:|[\w-]+:[\w-]+:|[0-9a-f]{8}-[0-9a-f]{4}-|_|\d{5,}$|[\w-]+\.(?:com|org|net)$"
    r"|(?:nlp|iptc|category|topic|type)\b[\w ]*:",
    re.IGNORECASE,
)


def clean_breadcrumbs(value: Any, names: Collection[str] = (), titles: Collection[str] = ()) -> list[str]:
    """Return the trail of sections without the home page and without the story itself.

    Args:
        value: the entries, outermost first.
        names: the publication's names, by which trails call the home page.
        titles: the story's headline and titles.

    >>> clean_breadcrumbs(["Example Times", "World", "Asia", "Rain at last"], ["The Example Times"], ["Rain at last"])
    ['World', 'Asia']
    """
    crumbs = [text.strip(" /›»>|") for text in clean_list(value)]
    story = {bare(title) for title in titles}
    crumbs = [text for text in crumbs if text and len(text) <= _LONGEST_SECTION and bare(text) not in story]
    own = {bare(name) for name in names} - {""}
    while crumbs and _is_home(crumbs[0], own):
        crumbs.pop(0)
    return crumbs


_LONGEST_SECTION = 60


def _is_home(text: str, own: Collection[str]) -> bool:
    key = bare(text)
    if not key or key in _HOME or key in own or re.fullmatch(r"(?:www\.)?[\w-]+(?:\.[a-z]{2,4}){1,2}", text.lower()):
        return True
    return len(key) > 3 and any(name.startswith(key) or name.endswith(key) for name in own)


_CREDIT = re.compile(
    r"""\s*(?:[(\[]\s*(?P<bracket>(?:photos?|fotos?|bild|image|credit|pictures?|photographs?|©|\(c\)|quelle|source|crédit)\s*(?:by|von|de|:|：)?\s*[^()\[\]]{2,120})[)\]]\s*\.?
    |(?:^|[.!?…\s|])\s*(?P<plain>(?:photos?|fotos?|bild|image|picture|photograph|image\s+credit|bildquelle|credit|crédits?(?:\s+photo)?|source|quelle)\s*[:：]\s*.{2,120}|©\s?.{2,120}))$""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_LABEL = re.compile(
    r"^\W*(?:(?:photos?|fotos?|bild(?:quelle)?|image|pictures?|photographs?|credits?|crédits?(?:\s+photo)?|quelle|source)\s*(?:credits?)?\s*(?:by\b|von\b|[:：/])\s*|©\s*|\(c\)\s*|photo\s+(?=[A-Z]))+",
    re.IGNORECASE,
)


def split_credit(caption: str) -> tuple[str, str | None]:
    """Return a caption and the credit at its end.

    >>> split_credit("Rain in Exampleton. (Photo: Ann Example/dpa)")
    ('Rain in Exampleton.', 'Ann Example/dpa')
    """
    match = _CREDIT.search(caption)
    if match is None:
        return caption, None
    start = match.start("bracket") if match["bracket"] else match.start("plain")
    credit = clean_credit(match["bracket"] or match["plain"])
    return caption[:start].rstrip(" ([|"), credit or None


def clean_credit(value: Any) -> str:
    """Return a credit without its label.

    >>> clean_credit("Foto: dpa"), clean_credit("© Example Agency"), clean_credit("(Photo by Ann Example/AP)")
    ('dpa', 'Example Agency', 'Ann Example/AP')
    """
    return _CREDIT_LABEL.sub("", clean_text(value)).strip(" ()[]|")


def clean_images(value: Any) -> list[Image]:
    """Return the images of a list of image-like mappings, each picture once, in its largest version.

    >>> clean_images([{"url": "https://example.org/a.jpg", "caption": "Rain. Foto: dpa"}])
    [Image(url='https://example.org/a.jpg', caption='Rain.', credit='dpa', alt=None)]
    >>> crops = [{"url": f"https://example.org/{w}/rain-77123.jpg", "width": w} for w in (400, 1200)]
    >>> [image.url for image in clean_images(crops)]
    ['https://example.org/1200/rain-77123.jpg']
    """
    images: list[Image] = []
    widths: list[float] = []
    for entry in value if isinstance(value, list | tuple) else [value]:
        url = clean_text(entry.get("url")) if isinstance(entry, Mapping) else ""
        if not url.startswith(("http://", "https://")):
            continue
        caption, credit = split_credit(clean_text(entry.get("caption")))
        own = clean_credit(entry.get("credit"))
        image = Image(url, caption or None, own or credit, clean_text(entry.get("alt")) or None)
        width = _number(entry.get("width"))
        known = next((i for i, other in enumerate(images) if is_same_picture(image, other)), None)
        if known is None:
            images.append(image)
            widths.append(width)
        elif width > widths[known]:
            images[known].url, widths[known] = url, width
    return images


def _number(value: Any) -> float:
    match = re.match(r"\d+", str(value.get("value") if isinstance(value, dict) else value))
    return float(match[0]) if match else 0.0


def is_same_picture(one: Image, two: Image) -> bool:
    """Tell whether two images are versions of one picture: the same file name, or the same identifier in it.

    >>> is_same_picture(Image("https://example.org/w800/flood.jpg"), Image("https://example.org/w400/flood.jpg"))
    True
    >>> is_same_picture(Image("https://example.org/rain-1.jpg"), Image("https://example.org/rain-2.jpg"))
    False
    """
    if one.caption and two.caption and fold(one.caption) != fold(two.caption):
        return False
    (path, name, marks), (other_path, other_name, other_marks) = _picture_marks(one.url), _picture_marks(two.url)
    return path == other_path or (len(name) > 4 and name == other_name) or not marks.isdisjoint(other_marks)


def _picture_marks(url: str) -> tuple[str, str, frozenset[str]]:
    """Return path, file name without ending and size, and the identifiers in it (never dates)."""
    path = url.partition("?")[0]
    name = re.sub(r"\.\w{2,5}$", "", path.rpartition("/")[2])
    name = re.sub(r"[-_]\d{2,4}x\d{2,4}$", "", name)
    marks = (mark for mark in re.split(r"[^A-Za-z0-9]+", name) if len(mark) > 5 and any(c.isdigit() for c in mark))
    return path, name, frozenset(mark for mark in marks if not re.fullmatch(r"(?:19|20)\d{6}", mark))


_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?$", re.IGNORECASE)
_LANGUAGE_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt",
    "dutch": "nl", "nederlands": "nl",
    "russian": "ru", "arabic": "ar", "chinese": "zh", "japanese": "ja", "turkish": "tr", "türkçe": "tr", "polish": "pl",
}  # fmt: skip
# ISO 639-2 to 639-1, of languages that newspapers are written in: a tag has the shorter code (RFC 5646, 2.2.1).
_SHORTER = dict(
    pair.split(":")
    for pair in """
    afr:af alb:sq sqi:sq amh:am ara:ar arm:hy hye:hy aze:az ben:bn bos:bs bul:bg cat:ca ces:cs cze:cs chi:zh
    zho:zh cym:cy wel:cy dan:da deu:de ger:de dut:nl nld:nl ell:el gre:el eng:en est:et eus:eu baq:eu fas:fa
    per:fa fin:fi fra:fr fre:fr geo:ka kat:ka gle:ga glg:gl guj:gu heb:he hin:hi hrv:hr hun:hu ice:is isl:is
    ind:id ita:it jpn:ja kan:kn kaz:kk khm:km kor:ko lao:lo lat:la lav:lv lit:lt mac:mk mkd:mk mal:ml mar:mr
    may:ms msa:ms mlt:mt mon:mn mya:my bur:my nep:ne nob:nb nno:nn nor:no pan:pa pol:pl por:pt pus:ps ron:ro
    rum:ro rus:ru sin:si slk:sk slo:sk slv:sl som:so spa:es srp:sr swa:sw swe:sv tam:ta tel:te tha:th tur:tr
    ukr:uk urd:ur uzb:uz vie:vi xho:xh zul:zu
    """.split()
)


def clean_language(value: Any) -> str:
    """Return a language as a BCP 47 tag: language, script and region in their usual case (RFC 5646, 2.1.1).

    >>> clean_language("en_us"), clean_language("DE"), clean_language("zh-hant-tw"), clean_language("English")
    ('en-US', 'de', 'zh-Hant-TW', 'en')
    >>> clean_language("eng"), clean_language("deu-AT"), clean_language("all")
    ('en', 'de-AT', '')
    """
    text = clean_text(value).split(",")[0].strip()
    if (name := _LANGUAGE_NAMES.get(text.lower())) is not None:
        return name
    match = _LANGUAGE.match(text)
    if match is None or match[1].lower() in {"all", "und", "mul", "xx", "zxx"}:
        return ""
    parts = [_SHORTER.get(match[1].lower(), match[1].lower())]
    if match[2]:
        parts.append(match[2].title())
    if match[3]:
        parts.append(match[3].upper())
    return "-".join(parts)


def clean_count(value: Any) -> int | None:
    """Return a number that a text prints.

    >>> clean_count("1,204 Comments"), clean_count("37"), clean_count("No comments")
    (1204, 37, None)
    """
    match = re.search(r"\d{1,3}(?:[.,' ]\d{3})+(?!\d)|\d+", clean_text(value))
    return int(re.sub(r"\D", "", match[0])) if match else None


def clean_flag(value: Any) -> bool | None:
    """Return a yes or no.

    >>> clean_flag(True), clean_flag("False"), clean_flag("?")
    (True, False, None)
    """
    return {"true": True, "false": False}.get(str(value).strip().lower())


def join_paragraphs(value: Any) -> str:
    r"""Return paragraphs as one text, a line each.

    >>> join_paragraphs(["One.", " ", "Two."])
    'One.\nTwo.'
    """
    entries: Iterable[Any] = value if isinstance(value, list | tuple) else str(value).splitlines()
    return "\n".join(text for text in map(clean_text, entries) if text)


def count_words(text: str | None) -> int:
    """Return the number of words: runs of letters and digits, with the apostrophes and hyphens inside them.

    A Chinese, Japanese or Thai character counts as one, for nothing separates words there.

    >>> count_words("Don't count e-mail thrice."), count_words("宮崎県で")
    (4, 4)
    """
    return len(_WORDS.findall(text or ""))


_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+(?:['’‑-][^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+)*"
)


def clean_headline(value: Any, names: Collection[str] = ()) -> str:
    """Return a headline without the publication's name.

    >>> clean_headline("Rain &amp;amp; sun - Example Times", ["Example Times"])
    'Rain & sun'
    """
    return strip_publication(clean_text(value), names)


def clean_description(value: Any) -> str:
    """Return a dek; what is too short to be a sentence is none.

    >>> clean_description("Rain fell on Exampleton all day."), clean_description("News")
    ('Rain fell on Exampleton all day.', '')
    """
    text = clean_text(value)
    return text if len(bare(text)) >= 12 else ""


def clean_byline(value: Any) -> str:
    """Return a byline on one line.

    >>> clean_byline("By  Gloria Example , Staff writer / September 7, 2010 ")
    'By Gloria Example, Staff writer / September 7, 2010'
    """
    return re.sub(r"\s+(?=[,;.])", "", clean_text(value)).strip(" /|•·,")


def clean_dateline(value: Any) -> str:
    """Return the place line without what sets it off.

    >>> clean_dateline("PORT-AU-PRINCE, Haiti —"), clean_dateline("Exampleton (Reuters) -")
    ('PORT-AU-PRINCE, Haiti', 'Exampleton')
    """
    text = re.sub(r"\s*\([^)]*\)\s*[–—-]?\s*$", "", clean_text(value))
    text = text.strip(" –—-,:|")
    if text.endswith(".") and not _ABBREVIATED.search(text):
        text = text[:-1]
    return text if len(text) <= 120 else ""


# "LA CROSSE, Wis." keeps its point, "Berlin." does not.
_ABBREVIATED = re.compile(r",\s[A-Z][A-Za-z.]{0,4}\.$")


def clean_publisher(value: Any) -> str:
    """Return a publication's name; an address is none.

    >>> clean_publisher(" Example &amp; Times "), clean_publisher("https://example.org")
    ('Example & Times', '')
    """
    text = clean_text(value)
    return "" if "://" in text or text.startswith("@") else text


def clean_section(value: Any, names: Collection[str] = ()) -> str:
    """Return a section's name; an address or the publication's own name is none.

    >>> clean_section("Terrorism &amp;amp; Security"), clean_section("Home")
    ('Terrorism & Security', '')
    """
    text = clean_text(value)
    if (
        not text
        or len(text) > 80
        or "://" in text
        or bare(text) in _HOME
        or bare(text) in {bare(name) for name in names}
    ):
        return ""
    return text


_HOME = frozenset(
    bare(word)
    for word in """
    home homepage startseite start accueil inicio início portada página-inicial forside hem etusivu főoldal pagrindinis
    strona-główna hlavní-stránka anasayfa ana-sayfa ホーム トップ 首页 首頁 홈 trang-chủ beranda главная головна
    головна-сторінка voorpagina αρχική الرئيسية index uncategorized
    """.split()
)
