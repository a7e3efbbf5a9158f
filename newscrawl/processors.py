"""Cleaners for one value each. They know text, not pages; what they refuse comes back empty."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from newscrawl.items import Image

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)
# Characters that nobody sees: controls, soft hyphens, joiners that break words apart for whoever searches them. The two
# joiners of Indic and Persian writing (U+200C, U+200D) carry meaning and stay.
_UNSEEN = dict.fromkeys((*range(9), *range(14, 32), 127, 173, 8203, 8206, 8207, 8288, 65279, *range(8234, 8239)))


def clean_text(value: Any) -> str:
    """Return *value* as text on one line: entities unescaped (also those escaped twice), tags and unseen characters gone.

    >>> clean_text(" Terrorism &amp;amp; Security\\n")
    'Terrorism & Security'
    >>> clean_text("<p>Ver\\u00adfas\\u00adsung</p>")
    'Verfassung'
    """
    text = value if isinstance(value, str) else "" if value is None else str(value)
    for _ in range(3):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.translate(_UNSEEN).split())


def fold(text: str) -> str:
    """Return *text* as it is compared: NFKC, small letters, quotes, dashes and spaces of one kind.

    >>> fold("“Vote  –  now”") == fold('"Vote - now"')
    True
    """
    text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return " ".join(text.split()).casefold()


_FOLDED = str.maketrans(
    dict.fromkeys('‘’‚‛`´′“”„‟«»‹›"″', "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"\u00ad": "", "\u200b": ""}
)
_BARE = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """Return only the letters and digits of *text*, folded: what is left to compare when all dress is off.

    >>> bare("The Christian Science Monitor.") == bare("the-christian-science-monitor")
    True
    """
    return _BARE.sub("", unicodedata.normalize("NFKC", text).casefold())


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


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline, taken apart."""

    authors: tuple[str, ...] = ()
    role: str | None = None
    date_text: str | None = None
    agencies: tuple[str, ...] = ()


_AGENCIES = frozenset(
    bare(name)
    for name in """
    AP;Associated Press;The Associated Press;Reuters;Thomson Reuters;AFP;Agence France-Presse;Agence France Presse;dpa;DPA;Deutsche Presse-Agentur;
    dpa-AFX;dpa-infocom;ANSA;EFE;Agencia EFE;Xinhua;TASS;RIA Novosti;Interfax;Kyodo;Kyodo News;Jiji;Jiji Press;PA;PA Media;Press Association;
    UPI;United Press International;Bloomberg;Bloomberg News;APA;Austria Presse Agentur;SDA;Keystone-SDA;Keystone;KNA;epd;sid;SID;Belga;ANP;NTB;TT;
    Ritzau;STT;PAP;CTK;ČTK;MTI;BTA;Agerpres;Lusa;Europa Press;Agencia Brasil;PTI;Press Trust of India;ANI;IANS;UNI;Antara;Bernama;VNA;TTXVN;
    Yonhap;Yonhap News;CNA;Canadian Press;The Canadian Press;La Presse canadienne;AAP;Australian Associated Press;AA;Anadolu Agency;Anadolu Ajansı;
    DHA;İHA;IHA;SANA;WAM;SPA;MENA;NAN;News Agency of Nigeria;GNA;SAPA;APA-OTS;ots;news aktuell;Tribune News Service;TNS;McClatchy;Getty Images;
    Reuters Staff;AP News;Adnkronos;AGI;LaPresse;Askanews;dapd;ddp;AFX;Dow Jones;Dow Jones Newswires;MarketWatch;PR Newswire;Business Wire;
    GlobeNewswire;StatPoint;Storyful;The Conversation;Agencies;Agency;Agencias;Agenturen;Agences;Agenzie;Wire;Wires;Wire services;News Service;
    共同通信;共同;時事通信;時事;新华社;新華社;中新社;聯合報;연합뉴스;뉴시스;뉴스1
    """.replace("\n", ";").split(";")
    if name.strip()
)
# Words that only an organisation's, a desk's or a collective's name has; most languages of the press.
_ORGANISATION = re.compile(
    r"""\b(?:news|newsroom|newsdesk|desk|staff|team|bureau|agency|agencia|agence|agenzia|\w*agentur|redaktion\w*|redaktionen|redaksi|redactie|
    redazione|redacci[óo]n|r[ée]daction|redac?[çc][ãa]o|redakcja|redakce|redakcia|redakcija|toimitus|редакция|редакції|редакція|editorial|editors?|
    reporters?|correspondents?|writers?|contributors?|journalists?|magazine|magazin|zeitung|nachrichten|media|medien|gmbh|inc|ltd|llc|corp|
    online|radio|fernsehen|television|network|board|newspaper|gazette|herald|tribune|chronicle|observer|institute|institut|universit\w*|
    foundation|stiftung|association|verband|verein|ministry|ministerium|office|department|press\s?(?:release|office|association)|
    presse(?:mitteilung|stelle)?|mitteilung|society|committee|council|club|group|gruppe|services?|sponsored|advertorial|anzeige|partner|admin|administrator|
    webmaster|guest|gastautor|gastbeitrag|anonymous|unknown|user|leserbrief\w*|volontär\w*|collective|kollektiv|haber|gazetesi|merkezi|
    noticias|notizie|diario|giornale|journal|daily|weekly|times|today|tv|app|podcast|video|newsletter|live|ticker|sport|politics|politik|
    [\w-]+\.(?:com|org|net|de|at|ch|fr|es|it|nl|be|co|uk|info|ee|lt|lv|pl|dk|se|no|fi|is|tv|io|news))\b
    |編集部|編集局|取材班|記者団|新聞|通信|デジタル|オンライン|ニュース|编辑部|編輯部|記者會|新闻|新聞網|편집국|뉴스|신문|취재팀|온라인""",
    re.IGNORECASE | re.VERBOSE,
)
# What a person does; a part of a byline with such a word is the role.
_ROLE = re.compile(
    r"""\b(?:writers?|correspondents?|reporters?|editors?|columnists?|contributors?|journalists?|staff|producer|analyst|critic|fellow|intern|chief|
    bureau|director|professor|presenter|host|freelancer?|special\s+to|
    korrespondent(?:in|en|innen)?|redakteur(?:in|e|innen)?|redaktor(?:in|en)?|reporter(?:in|innen)?|autor(?:in|en|innen)?|chefredakteur(?:in)?|volont[äa]r(?:in)?|
    journalistin|kolumnist(?:in)?|kommentator(?:in)?|
    correspondant(?:e|s)?|envoy[ée]e?s?\s+sp[ée]cial\w*|journaliste|chroniqueu(?:r|se)|
    corresponsal(?:es)?|enviad[oa]s?\s+especial\w*|redactor(?:a|es)?|periodista|columnista|corrispondente|inviat[oa]|giornalista|
    correspondente|rep[óo]rter|jornalista|verslaggever|redacteur|correspondente?|journalist|muhabiri?|yazarı|korrespondentka|
    dziennikar(?:z|ka)|журналист(?:ка)?|корреспондент(?:ка)?|обозреватель)\b|記者|기자|특파원|编辑|編輯|編集委員|特派員""",
    re.IGNORECASE | re.VERBOSE,
)
_PREFIX = re.compile(
    r"""^\W*(?:(?:(?:written|reported|story|words|text|analysis|opinion|comment|interview|posted|published|edited|report|article|column|essay|review|
    updated|exclusive|perspective|guest\s+post)\s+)?by\b|
    (?:ein\w*\s+)?(?:(?:artikel|beitrag|text|kommentar|interview|analyse|kolumne|essay|reportage|bericht|gastbeitrag)\s+)?von(?=\s|:)|aus\s+der\s+feder\s+von|
    (?:propos\s+recueillis\s+|publi[ée]\s+|[ée]crit\s+|article\s+)?par\b|(?:escrito\s+|publicado\s+)?por\b|(?:a\s+cura\s+)?di\b|(?:articolo\s+)?di\b|da(?=\s+[A-Z])|
    av(?=\s)|af(?=\s)|door(?=\s)|od(?=\s)|oleh(?=\s|:)|penulis|bởi|theo|
    (?:autor(?:in|en|es|a|e|i|s|zy)?|authors?|auteurs?|texte?|testo|texto|tekst|foto\s+und\s+text|reporter|wartawan|editor|yazan|muhabir|
    автор(?:ы|и)?|текст|szerző|kirjoittaja|skribent|tác\s+giả|文|取材・文|執筆|記者|撰文|作者)\s*[:：｜|]|(?:記者|文)(?=\s)|автор(?=\s))\s*:?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_START = re.compile(
    r"""\b(?:photo(?:graph)?s?|photography|pictures?|fotos?|bild(?:er)?|foto(?:grafie|graf[íi]as?)?|illustrations?|video|graphics?|grafik(?:en)?)\s*(?:by\b|:|von\b|par\b|de\b|di\b)|
    \bwith\s+(?:files|reporting|additional|contributions?)\b|\b(?:additional|extra)\s+report\w*|\b(?:edited|translated|produced|photographed|illustrated|narrated|
    reviewed|fact[- ]checked)\s+by\b|\bmit\s+(?:material|informationen)\b|\bavec\s+(?:afp|reuters|agences?|ap)\b|\bcon\s+informaci[óo]n|\baus\s+dem\s+englischen|
    \b(?:Ü|ü)bersetz\w+""",
    re.IGNORECASE | re.VERBOSE,
)
_SPLIT = re.compile(
    r"""\s*[;|•·\n]\s*|\s+/\s+|\s*[,、，]\s*(?:and|und|et|y|e|en|og|och|i|dan|ve|und)?(?:\s+(?=\S))?|\s+(?:and|und|&|\+|et|y|og|och|dan|ve|và|и|та|и\s+др|with|mit|avec|con|u\.)\s+|
    (?<=\w)\s+e\s+(?=[A-ZÀ-Ý])|(?<=\w)\s+en\s+(?=[A-ZÀ-Ý]\S+\s+(?:\S+\s+){0,2}[A-ZÀ-Ý])|(?<=\w)\s+i\s+(?=[A-ZÀ-ÝŁŚŻ])|(?<=\w)\s+og\s+|\s[–—-]\s""",
    re.VERBOSE,
)
_PLACE_TAIL = re.compile(
    r"\s+(?:in|aus|from|à|en|da|a|at|for|für|pour|para|per|i|fra|reports?|berichtet)\s+[A-ZÀ-Ý].*$|\s*[(\[].*$|\s+(?:berichtet|reports?)$"
)
_CONTACT = re.compile(
    r"\S+@\S+|(?<!\w)@\w+|https?://\S+|\bwww\.\S+|\b(?:follow|email|e-mail|contact|folgen)\b.*$", re.IGNORECASE
)
_PARTICLES = frozenset(
    "von van de der den del della di da dos das do du la le el al bin ibn ben bint y e zu zum zur af av ter ten te het 't d' d of und i bt binti o auf dem und".split()
)
# Articles, and the words of buttons beside a byline.
_NO_NAME_BEGINS = frozenset(
    """the die das ein eine les une los las gli uno een het share follow read listen save print email subscribe sign log copy view see
    show hide watch play updated published last more all about contact min mins teilen folgen lesezeit drucken merken anhören
    kommentare artikel lesen mehr alle compartir partager condividi lire leer leggi suivre seguir segui voir ver tous todos
    del dela les deel lees meer les mer alle""".split()
)
_TITLES = re.compile(
    r"^(?:(?:Dr|Prof|Mag|Dipl|Ing|Mr|Mrs|Ms|Sir|Herr|Frau|M|Mme|Don|Sra?|Dott)\.?(?:\s+|-)(?:med\.?\s+|h\.?\s?c\.?\s+|jur\.?\s+)*)+(?=\S)"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CAPITAL = re.compile(r"[^\W\d_]")
_MONTH_OR_DAY = re.compile(
    r"\b(?:\d{4}|\d{1,2}[:.]\d{2}|jan\w*|feb\w*|apr\w*|june?|july?|aug\w*|sept?\w*|octo\w*|nov\w*|dec\w*|monday|tuesday|wednesday|thursday|friday|saturday|sunday|updated|published|uhr)\b",
    re.IGNORECASE,
)


def is_agency(text: str) -> bool:
    """Tell whether *text* names a news agency.

    >>> is_agency("The Associated Press"), is_agency("dpa"), is_agency("Anna Example")
    (True, True, False)
    """
    return bare(text) in _AGENCIES


def looks_like_person(text: str, *, single: bool = False) -> bool:
    """Tell whether *text* can be a person's name: not an organisation, a slug, an address or a sentence.

    Args:
        text: one name, cleaned.
        single: whether one word is enough, because the page marks it as a person.

    >>> [looks_like_person(t) for t in ("Gloria Example", "Ludwig van der Berg", "john-smith", "Example Newsroom", "Staff")]
    [True, True, False, False, False]
    """
    if not 2 <= len(text) <= 60 or any(c.isdigit() for c in text) or re.search(r"[@/_<>{}\[\]:!?\"„“”|=#]", text):
        return False
    if is_agency(text) or _ORGANISATION.search(text):
        return False
    words = text.split()
    if _CJK.search(text):
        return len(text.replace(" ", "")) <= 12
    if len(words) == 1:
        return (single and len(text) > 2 and text[0].isupper() and not text.isupper() and "-" not in text) or _caseless(
            text
        )
    if len(words) > 6:
        return False
    if words[0].lower() in _NO_NAME_BEGINS:
        return False
    core = [word for word in words if word.lower().strip(".,") not in _PARTICLES]
    if not core:
        return False
    cased = [word for word in core if word[0].isalpha() and word[0].lower() != word[0].upper()]
    if cased and not all(
        word[0].isupper() or word[1:2].isupper() or "'" in word[:3] or "’" in word[:3] for word in cased
    ):
        return single and len(words) <= 3 and all(word.isalpha() for word in words)
    return len(core) >= 2 or len(words) >= 2


def _caseless(text: str) -> bool:
    return len(text) > 3 and all(c.lower() == c.upper() for c in text if c.isalpha()) and any(c.isalpha() for c in text)


def split_byline(text: str, names: Collection[str] = (), *, single: bool = False) -> Byline:
    """Take a byline apart. What is not clearly a person is no author.

    Args:
        text: the byline as printed, or one author entry of a list.
        names: names of the publication, which is never its own author.
        single: whether a name of one word is believed.

    >>> split_byline("By Gloria Example, Staff writer / September 7, 2010")
    Byline(authors=('Gloria Example',), role='Staff writer', date_text='September 7, 2010', agencies=())
    >>> split_byline("By Staff writer / March 8, 2012").authors
    ()
    >>> split_byline("Von Anna Beispiel und Bernd Muster, dpa")
    Byline(authors=('Anna Beispiel', 'Bernd Muster'), role=None, date_text=None, agencies=('dpa',))
    """
    text = _CONTACT.sub(" ", clean_text(text)).strip()
    if not text or len(text) > 400:
        return Byline()
    own = {bare(name) for name in names if name} - {""}
    credit = _CREDIT_START.search(text)
    if credit:
        text = text[: credit.start()]
    authors: list[str] = []
    roles: list[str] = []
    agencies: list[str] = []
    dates: list[str] = []
    head, slash, tail = text.rpartition(" / ")
    if slash and any(c.isdigit() for c in tail):
        text = head
        dates.append(tail.strip())
    text = re.sub(r"\(([^)]{2,30})\)", r", \1", text)
    for raw in _SPLIT.split(text):
        part = raw.strip(" .,;:–—-|/") if raw else ""
        while (match := _PREFIX.match(part)) and match.end() < len(part):
            part = part[match.end() :].strip()
        if not part or _PREFIX.fullmatch(part + " "):
            continue
        if any(c.isdigit() for c in part):
            if _MONTH_OR_DAY.search(part):
                dates.append(part)
            continue
        if is_agency(part):
            agencies.append(part)
            continue
        if bare(part) in own:
            continue
        part = re.sub(r"\s*(?:記者|기자|特派員|특파원)$", "", part)
        if _ROLE.search(part) and not (roles and authors and looks_like_person(part)):
            roles.append(part)
            continue
        if len(part.split()) > 9:
            continue
        name = _TITLES.sub("", _PLACE_TAIL.sub("", part)).strip(" .,")
        if (
            bare(name) not in own
            and not _is_acronym(name, own)
            and not is_agency(name)
            and looks_like_person(name, single=single)
        ):
            if bare(name) not in {bare(author) for author in authors}:
                authors.append(f"{name}." if name.endswith((" Jr", " Sr")) and f"{name}." in text else name)
    if dates and len(dates) > 1 and slash:
        dates = dates[:1]
    return Byline(tuple(authors), roles[0] if roles else None, ", ".join(dates) or None, tuple(agencies))


def _is_acronym(name: str, own: Collection[str]) -> bool:
    """Tell whether the publication is called by the initials of *name*: DW for "Deutsche Welle"."""
    initials = "".join(word[0] for word in name.split()).casefold()
    return len(initials) > 1 and initials in own


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
    if byline.authors or byline.agencies or byline.date_text or _PREFIX.match(text):
        return byline.role or ""
    if _ORGANISATION.search(text) and not _ROLE.search(text):
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
    r"https?:|[\w-]+:[\w-]+:|[0-9a-f]{8}-[0-9a-f]{4}-|_|\d{5,}$|[\w-]+\.(?:com|org|net)$|(?:nlp|iptc|category|topic|type)\b[\w ]*:",
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
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es", "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "português": "pt", "dutch": "nl", "nederlands": "nl",
    "russian": "ru", "arabic": "ar", "chinese": "zh", "japanese": "ja", "turkish": "tr", "türkçe": "tr", "polish": "pl",
}  # fmt: skip


def clean_language(value: Any) -> str:
    """Return a language as a BCP 47 tag: language, script and region in their usual case (RFC 5646, 2.1.1).

    >>> clean_language("en_us"), clean_language("DE"), clean_language("zh-hant-tw"), clean_language("English")
    ('en-US', 'de', 'zh-Hant-TW', 'en')
    >>> clean_language("all")
    ''
    """
    text = clean_text(value).split(",")[0].strip()
    if (name := _LANGUAGE_NAMES.get(text.lower())) is not None:
        return name
    match = _LANGUAGE.match(text)
    if match is None or match[1].lower() in {"all", "und", "mul", "xx", "zxx"}:
        return ""
    parts = [match[1].lower()]
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
    """Return the number of words: runs of letters and digits, apostrophes and hyphens inside them; a Chinese, Japanese
    or Thai character counts as one, for nothing separates words there.

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

    >>> clean_byline("By  Gloria Example ,\\xa0Staff writer / September 7, 2010 ")
    'By Gloria Example, Staff writer / September 7, 2010'
    """
    return re.sub(r"\s+(?=[,;.])", "", clean_text(value)).strip(" /|•·,")


def clean_dateline(value: Any) -> str:
    """Return the place line without what sets it off.

    >>> clean_dateline("PORT-AU-PRINCE, Haiti —"), clean_dateline("Exampleton (Reuters) -")
    ('PORT-AU-PRINCE, Haiti', 'Exampleton')
    """
    text = re.sub(r"\s*\([^)]*\)\s*[–—-]?\s*$", "", clean_text(value))
    text = text.strip(" –—-,:.|")
    return text if len(text) <= 120 else ""


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
    for word in "home homepage startseite start accueil inicio início portada página-inicial forside hem etusivu főoldal pagrindinis strona-główna hlavní-stránka anasayfa ana-sayfa ホーム トップ 首页 首頁 홈 trang-chủ beranda главная головна головна-сторінка voorpagina ΑΡΧΙΚΗ الرئيسية index uncategorized".split()
)
