"""Bylines: whom a text names as authors, and what else stands in it.

What is not clearly a person is no author: no author is better than a wrong one. The words that tell are those of the
languages that newspapers of the web are written in; a language that is missing costs an author, never adds one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.texts import any_of, bare, clean_text


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline, taken apart."""

    authors: tuple[str, ...] = ()
    """Persons, in order."""

    role: str | None = None
    """What they are, as printed: "Staff writer"."""

    date_text: str | None = None
    """What looks like a date."""

    agencies: tuple[str, ...] = ()
    """News agencies, as printed."""


_AGENCY_NAMES = """
    AP; Associated Press; The Associated Press; Reuters; Thomson Reuters; AFP; Agence France-Presse; Agence
    France Presse; dpa; DPA; Deutsche Presse-Agentur; dpa-AFX; dpa-infocom; ANSA; EFE; Agencia EFE; Xinhua;
    TASS; RIA Novosti; Interfax; Kyodo; Kyodo News; Jiji; Jiji Press; PA; PA Media; Press Association; UPI;
    United Press International; Bloomberg; Bloomberg News; APA; Austria Presse Agentur; SDA; Keystone-SDA;
    Keystone; KNA; epd; sid; SID; Belga; ANP; NTB; TT; Ritzau; STT; PAP; CTK; ČTK; MTI; BTA; Agerpres; Lusa;
    Europa Press; Agencia Brasil; PTI; Press Trust of India; ANI; IANS; UNI; Antara; Bernama; VNA; TTXVN;
    Yonhap; Yonhap News; CNA; Canadian Press; The Canadian Press; La Presse canadienne; AAP; Australian
    Associated Press; AA; Anadolu Agency; Anadolu Ajansı; DHA; İHA; IHA; SANA; WAM; SPA; MENA; NAN; News
    Agency of Nigeria; GNA; SAPA; APA-OTS; ots; news aktuell; Tribune News Service; TNS; McClatchy; Getty
    Images; Reuters Staff; AP News; Adnkronos; AGI; LaPresse; Askanews; dapd; ddp; AFX; Dow Jones; Dow Jones
    Newswires; MarketWatch; PR Newswire; Business Wire; GlobeNewswire; StatPoint; Storyful; The Conversation;
    Agencies; Agency; Agencias; Agenturen; Agences; Agenzie; Wire; Wires; Wire services; News Service; 共同通信;
    共同; 時事通信; 時事; 新华社; 新華社; 中新社; 聯合報; 연합뉴스; 뉴시스; 뉴스1
"""
_AGENCIES = frozenset(bare(name) for name in _AGENCY_NAMES.split(";"))

# Words that only an organisation, a desk or a collective has in its name.
_OF_ORGANISATIONS = any_of(
    r"""
    news newsroom newsdesk desk staff team bureau agency agencia agence agenzia \w*agentur redaktion\w* redaksi redactie
    redazione redacci[óo]n r[ée]daction redac?[çc][ãa]o redakcja redakce redakcia redakcija toimitus редакция редакції
    редакція editorial editors? reporters? correspondents? writers? contributors? journalists? magazine magazin zeitung
    nachrichten media medien gmbh inc ltd llc corp online radio fernsehen television network board newspaper gazette
    herald tribune chronicle observer institute institut universit\w* foundation stiftung association verband verein
    ministry ministerium office department press_(?:release|office|association) presse(?:mitteilung|stelle)? mitteilung
    society committee council club group gruppe services? sponsored advertorial anzeige partner admin administrator
    webmaster guest(?=\s) gastautor gastbeitrag anonymous unknown user leserbrief\w* volontär\w* collective kollektiv
    haber
    gazetesi merkezi noticias notizie diario giornale journal daily weekly times today tv app podcast video newsletter
    live ticker sport politics politik
    [\w-]+\.(?:com|org|net|de|at|ch|fr|es|it|nl|be|co|uk|info|ee|lt|lv|pl|dk|se|no|fi|is|tv|io|news)
    """
)
_ORGANISATION = re.compile(
    rf"\b(?:{_OF_ORGANISATIONS})\b"
    r"|編集部|編集局|取材班|記者団|新聞|通信|デジタル|オンライン|ニュース|编辑部|編輯部|記者會|新闻|편집국|뉴스|신문|취재팀|온라인",
    re.IGNORECASE,
)
# What a person does; a part of a byline with such a word is the role.
_OF_ROLES = any_of(
    r"""
    writers? correspondents? reporters? editors? columnists? contributors? journalists? staff producer analyst critic
    fellow intern chief bureau director professor presenter host freelancer? special_to
    korrespondent(?:in|en|innen)? redakteur(?:in|e|innen)? redaktor(?:in|en)? reporter(?:in|innen)?
    chefredakteur(?:in)? volont[äa]r(?:in)? journalistin kolumnist(?:in)? kommentator(?:in)?
    correspondant(?:e|s)? envoy[ée]e?s?_sp[ée]cial\w* journaliste chroniqueu(?:r|se)
    corresponsal(?:es)? enviad[oa]s?_especial\w* redactor(?:a|es)? periodista columnista
    corrispondente inviat[oa] giornalista correspondente rep[óo]rter jornalista verslaggever redacteur
    muhabiri? yazarı dziennikar(?:z|ka) журналист(?:ка)? корреспондент(?:ка)? обозреватель
    """
)
_ROLE = re.compile(rf"\b(?:{_OF_ROLES})\b|記者|기자|특파원|编辑|編輯|編集委員|特派員", re.IGNORECASE)

_KINDS_OF_TEXT = any_of(
    """
    written reported story words text analysis opinion comment interview posted published edited report article column
    essay review updated exclusive perspective guest_post
    """
)
_GERMAN_KINDS_OF_TEXT = any_of(
    "artikel beitrag text kommentar interview analyse kolumne essay reportage bericht gastbeitrag"
)
_BEFORE_COLON = any_of(
    """
    autor(?:in|en|es|a|e|i|s|zy)? authors? auteurs? texte? testo texto tekst foto_und_text reporter wartawan editor
    yazan
    muhabir автор(?:ы|и)? текст szerző kirjoittaja skribent tác_giả 文 取材・文 執筆 記者 撰文 作者
    """
)
_PREFIX = re.compile(
    rf"""^\W*(?:
    (?:(?:{_KINDS_OF_TEXT})\s+)?by\b
    |(?:ein\w*\s+)?(?:(?:{_GERMAN_KINDS_OF_TEXT})\s+)?von(?=\s|:)|aus\s+der\s+feder\s+von
    |(?:propos\s+recueillis\s+|publi[ée]\s+|[ée]crit\s+|article\s+)?par\b
    |(?:escrito\s+|publicado\s+)?por\b
    |(?:a\s+cura\s+|articolo\s+)?di\b|da(?=\s+[A-Z])
    |(?:av|af|door|od|penulis|bởi)(?=\s)|oleh(?=\s|:)
    |(?:{_BEFORE_COLON})\s*[:：｜|]|(?:記者|文|автор)(?=\s)
    )\s*:?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# Where the names of others begin: photographers, translators, those who helped.
_OTHERS = re.compile(
    r"""\b(?:photo(?:graph)?s?|photography|pictures?|fotos?|bild(?:er)?|foto(?:grafie|graf[íi]as?)?|illustrations?|video
        |graphics?|grafik(?:en)?)\s*(?:by\b|:|von\b|par\b|de\b|di\b)
    |\bwith\s+(?:files|reporting|additional|contributions?)\b|\b(?:additional|extra)\s+report\w*
    |\b(?:edited|translated|produced|photographed|illustrated|narrated|reviewed|fact[- ]checked)\s+by\b
    |\bmit\s+(?:material|informationen)\b|\bavec\s+(?:afp|reuters|agences?|ap)\b|\bcon\s+informaci[óo]n
    |\baus\s+dem\s+englischen|\b(?:Ü|ü)bersetz\w+""",
    re.IGNORECASE | re.VERBOSE,
)
_AND = any_of("and und et y e en og och i dan ve")
_SPLIT = re.compile(
    rf"""\s*[;|•·\n]\s*|\s+/\s+|\s[–—-]\s
    |\s*[,、，]\s*(?:(?:{_AND})(?=\s))?\s*
    |\s+(?:and|und|&|\+|et|y|og|och|dan|ve|và|и|та|with|mit|avec|con|u\.)\s+
    |(?<=\w)\s+[ei]\s+(?=[A-ZÀ-ÝŁŚŻ])|(?<=\w)\s+en\s+(?=[A-ZÀ-Ý]\S+\s+(?:\S+\s+){{0,2}}[A-ZÀ-Ý])""",
    re.VERBOSE,
)
_GENERATION = re.compile(r",\s*(?=(?:[JS]r\.?|I{2,3}|IV)(?:\W|$))")
_PLACE_TAIL = re.compile(
    r"\s+(?:in|aus|from|à|en|da|a|at|for|für|pour|para|per|i|fra|reports?|berichtet)\s+[A-ZÀ-Ý].*$"
    r"|\s*[(\[].*$|\s+(?:berichtet|reports?|skrifar.*)$"
)
_CONTACT = re.compile(
    r"\S+@\S+|(?<!\w)@\w+|https?://\S+|\bwww\.\S+|\b(?:follow|email|e-mail|contact|folgen)\b.*$", re.IGNORECASE
)
# Words that are small inside a name.
_PARTICLES = frozenset(
    """
    von van de der den del della di da dos das do du la le el al bin ibn ben bint binti bt y e zu zum zur af av ter
    ten te
    het 't d' d of und i o auf dem
    """.split()
)
# Articles, and the words of buttons beside a byline.
_BEGIN_NO_NAME = frozenset(
    """
    the die das ein eine les une los las gli uno een het share follow read listen save print email subscribe sign log
    copy
    view see show hide watch play updated published last more all about contact min mins teilen folgen lesezeit drucken
    merken anhören kommentare artikel lesen mehr alle compartir partager condividi lire leer leggi suivre seguir
    segui voir
    ver tous todos deel lees meer mer
    """.split()
)
_TITLES = re.compile(
    r"""^(?:(?:Dr|Prof|Mag|Dipl|Ing|Mr|Mrs|Ms|Sir|Herr|Frau|M|Mme|Don|Sra?|Dott)\.?(?:\s+|-)
    (?:med\.?\s+|h\.?\s?c\.?\s+|jur\.?\s+)*)+(?=\S)""",
    re.VERBOSE,
)
_NO_NAME_SIGN = re.compile(r"[@/_<>{}\[\]:!?\"„“”|=#\d]")
_UNCASED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DATE = re.compile(
    r"""\b(?:\d{4}|\d{1,2}[:.]\d{2}|jan\w*|feb\w*|apr\w*|june?|july?|aug\w*|sept?\w*|octo\w*|nov\w*|dec\w*
    |(?:mon|tues|wednes|thurs|fri|satur|sun)day|updated|published|uhr)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 400
# With addresses and calls to follow; the patterns take the square of the length.
_LONGEST_RAW = 2_000
_MOST_WORDS = 9


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

    >>> [looks_like_person(t) for t in ("Gloria Example", "Ludwig van der Berg", "john-smith", "Example News", "Staff")]
    [True, True, False, False, False]
    """
    if not 2 <= len(text) <= 60 or _NO_NAME_SIGN.search(text):
        return False
    if is_agency(text) or _ORGANISATION.search(text):
        return False
    words = text.split()
    if _UNCASED.search(text):
        return len(text.replace(" ", "")) <= 12
    if len(words) == 1:
        return (single and len(text) > 2 and text[0].isupper() and not text.isupper() and "-" not in text) or _caseless(
            text
        )
    if len(words) > 6:
        return False
    if words[0].lower() in _BEGIN_NO_NAME:
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
    text = clean_text(text)
    return _split(text, _own(frozenset(names)), single) if len(text) <= _LONGEST_RAW else Byline()


@lru_cache(maxsize=256)
def _own(names: frozenset[str]) -> frozenset[str]:
    return frozenset(bare(name) for name in names if name) - {""}


# A page names its authors several times, and a publication has not many.
@lru_cache(maxsize=1024)
def _split(text: str, own: frozenset[str], single: bool) -> Byline:
    text = _CONTACT.sub(" ", text).strip()
    if not text or len(text) > _LONGEST:
        return Byline()
    others = _OTHERS.search(text)
    if others:
        text = text[: others.start()]
    authors: list[str] = []
    roles: list[str] = []
    agencies: list[str] = []
    dates: list[str] = []
    head, slash, tail = text.rpartition(" / ")
    if slash and any(c.isdigit() for c in tail):
        text = head
        dates.append(tail.strip())
    text = _GENERATION.sub(" ", re.sub(r"\(([^)]{2,30})\)", r", \1", text))
    for raw in _SPLIT.split(text):
        part = raw.strip(" .,;:–—-|/") if raw else ""
        while (match := _PREFIX.match(part)) and match.end() < len(part):
            following = part[match.end() :].strip()
            if single and " " not in following and ":" not in match[0] and looks_like_person(part):
                break
            part = following
        if not part or _PREFIX.fullmatch(part + " "):
            continue
        if any(c.isdigit() for c in part):
            if _DATE.search(part):
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
        if len(part.split()) > _MOST_WORDS:
            continue
        name = _TITLES.sub("", _PLACE_TAIL.sub("", part)).strip(" .,")
        if (
            bare(name) not in own
            and not _is_acronym(name, own)
            and not is_agency(name)
            and looks_like_person(name, single=single)
            and bare(name) not in {bare(author) for author in authors}
        ):
            authors.append(f"{name}." if name.endswith((" Jr", " Sr")) and f"{name}." in text else name)
    if dates and len(dates) > 1 and slash:
        dates = dates[:1]
    return Byline(tuple(authors), roles[0] if roles else None, ", ".join(dates) or None, tuple(agencies))


def _is_acronym(name: str, own: Collection[str]) -> bool:
    """Tell whether the publication is called by the initials of *name*: DW for "Deutsche Welle"."""
    initials = "".join(word[0] for word in name.split()).casefold()
    return len(initials) > 1 and initials in own


def is_prefixed(text: str) -> bool:
    """Tell whether *text* begins as bylines do: "By", "Von", "Autor:".

    >>> is_prefixed("By Ann Example"), is_prefixed("Ann Example")
    (True, False)
    """
    return _PREFIX.match(text) is not None


def is_organisation(text: str) -> bool:
    """Tell whether *text* has a word of organisations in it and none of roles.

    >>> is_organisation("Example Press Service"), is_organisation("News editor")
    (True, False)
    """
    return len(text) <= _LONGEST_RAW and _ORGANISATION.search(text) is not None and _ROLE.search(text) is None
