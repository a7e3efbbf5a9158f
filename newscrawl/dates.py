"""The one place where text becomes a date.

ISO 8601 and its near misses, epochs, RFC 2822 and dates written out in the common languages are read here; whatever
else there is goes to dateparser. A day stays a day: only a text that gives a time becomes a time. A time without a zone
gets the caller's; without that it stays without one, for an invented offset cannot be told from a true one afterwards.
The clock is never read: ``now`` is given by the caller, and relative dates ("3 hours ago") need it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from newscrawl.sites import Site

DateOrder = Literal["MDY", "DMY", "YMD"]

# The first newspaper, the Strasbourg "Relation", appeared in 1605; whatever is older is a mistake.
_EARLIEST = date(1605, 1, 1)
_EPOCH_ZERO = date(1970, 1, 1)
_LONGEST = 200
_LONGEST_RELATIVE = 40


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date with the precision of its text."""

    value: date | datetime
    """A plain date where only a day was given; else a datetime, with a zone wherever one is known."""

    @property
    def is_time(self) -> bool:
        """Whether it says more than the day."""
        return isinstance(self.value, datetime)

    @property
    def is_instant(self) -> bool:
        """Whether it is a time with a zone."""
        return isinstance(self.value, datetime) and self.value.tzinfo is not None

    def day(self, zone: tzinfo | None = None) -> date:
        """The calendar day in *zone*; in its own zone without one, or where it is no instant."""
        if not isinstance(self.value, datetime):
            return self.value
        if zone is not None and self.value.tzinfo is not None:
            return self.value.astimezone(zone).date()
        return self.value.date()

    def iso(self) -> str:
        """ISO 8601: ``2013-01-24``, or ``2013-01-24T09:24:00-05:00`` to the second.

        >>> ParsedDate(date(2013, 1, 24)).iso()
        '2013-01-24'
        """
        if isinstance(self.value, datetime):
            return self.value.isoformat(timespec="seconds")
        return self.value.isoformat()


_ISO = re.compile(
    r"""(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<y2>\d{4})(?P<m2>\d\d)(?P<d2>\d\d))
    (?:(?:T|\s+(?:at\s+)?|\s*,\s*)\s*
      (?P<h>\d{1,2}):?(?P<mi>\d{2})(?::?(?P<s>\d{2})(?:[.,:]\d{1,9})?)?
      \s*(?P<z>Z|UTC|GMT|(?:UTC|GMT)?\s?[+−-]\d{1,2}:?(?:\d{2})?)?)?
    (?:\[[\w/+-]+\])?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?", re.ASCII)

# Names of months (CLDR, wide and abbreviated, folded to unaccented small letters). A name that two of the languages use
# for different months (Croatian and Polish "listopad") is left to dateparser, which is told the language.
_MONTH_NAMES = """
    january jan januar janner jaen enero ene janvier janv gennaio gen janeiro januari jaan styczen stycznia sty
        ianuarie ian leden ledna ocak oca января январь янв січня tammikuu tammikuuta ιανουαριου januara januari januari
    february feb februar febr febrero fevrier fevr fev febbraio fevereiro februari luty lutego lut februarie unor unora
        subat sub февраля февраль фев февр лютого helmikuu helmikuuta φεβρουαριου februara
    march mar marz maerz mrz marzo mars marco maart mrt marzec marca martie brezen brezna mart марта март мар березня
        maaliskuu maaliskuuta μαρτιου marts
    april apr abril abr avril avr aprile kwiecien kwietnia kwi aprilie duben dubna nisan nis апреля апрель апр квітня
        huhtikuu huhtikuuta απριλιου aprila
    may mai mayo maggio mag maio mei maj maja kveten kvetna mayis мая май травня toukokuu toukokuuta μαιου maya
    june jun juni junio juin giugno giu junho czerwiec czerwca cze iunie iun cerven cervna haziran haz июня июнь июн
        червня kesakuu kesakuuta ιουνιου juna
    july jul juli julio juillet juil luglio lug julho lipiec lipca lip iulie iul cervenec cervence temmuz tem июля
        июль июл липня heinakuu heinakuuta ιουλιου jula
    august aug agosto ago aout augustus sierpien sierpnia sie agustos augusti srpna августа август авг серпня
        elokuu elokuuta αυγουστου avgust augusta agustus
    september sep sept septiembre septembre settembre set setembro wrzesien wrzesnia wrz septembrie zari eylul eyl
        сентября сентябрь сен сент вересня syyskuu syyskuuta σεπτεμβριου septembra setiembre
    october oct oktober okt octubre octobre ottobre ott outubro out pazdziernik pazdziernika paz octombrie rijen rijna
        ekim eki октября октябрь окт жовтня lokakuu lokakuuta οκτωβριου oktobra
    november nov noviembre novembre novembro noiembrie noi kasim kas ноября ноябрь ноя нояб marraskuu marraskuuta
        νοεμβριου novembra
    december dec dezember dez diciembre dic decembre dicembre dezembro desember des grudzien grudnia gru decembrie
        prosinec prosince aralik ara декабря декабрь дек грудня joulukuu joulukuuta δεκεμβριου decembra desember
"""


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ı", "i").replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c) or c == "\u0306")


def _month_table() -> dict[str, int]:
    table: dict[str, int] = {}
    month = 0
    for line in _MONTH_NAMES.strip().splitlines():
        month += not line.startswith(" " * 8)
        table.update((_fold(name), month) for name in line.split())
    return table


_MONTHS = _month_table()

_WORD = r"(?P<month>[^\W\d_]{3,14})\.?"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.:,])(?P<day>\d{1,2})(?!\d)"
_LONG_FORMS = (
    # 24 January 2013; 24. Januar 2013; 24 de enero de 2013; 1er mars 2012; 24-Jan-2013
    re.compile(
        rf"{_DAY}(?:st|nd|rd|th|er|ère|º|ª|:a|-a)?[.,]?[\s/-]*(?:of\s|d[eo]s?\s|d’|d')?\s*{_WORD}"
        rf"[\s,/-]*(?:d[eo]l?\s|of\s)?\s*{_YEAR}",
        re.IGNORECASE,
    ),
    # January 24, 2013; Jan. 24th 2013
    re.compile(rf"(?<!\w){_WORD}[\s/-]*{_DAY}(?:st|nd|rd|th)?[\s,/-]+{_YEAR}", re.IGNORECASE),
    # 2013 Jan 24; 2013-Jan-24
    re.compile(rf"(?<!\d){_YEAR}[\s.,/-]+{_WORD}[\s.,/-]*{_DAY}", re.IGNORECASE),
    # 2013年1月24日; 2013년 1월 24일; 2013/01/24; 2013.01.24; 2013-01-24 within a text
    re.compile(
        r"(?<![\d/.-])(?P<year>(?:1[6-9]|20)\d\d)\s*[-年년/.]\s*(?P<mo>\d{1,2})\s*[-月월/.]\s*(?P<day>\d{1,2})(?![\d/-])\s*[日일]?"
    ),
    # 24 tháng 1, 2013
    re.compile(rf"{_DAY}\s*(?:tháng|thg)\s*(?P<mo>\d{{1,2}}),?\s*(?:năm\s)?{_YEAR}", re.IGNORECASE),
)
# 24.01.2013, 24/1/2013, 24-01-2013, 09.02.10
_DIGITS = re.compile(r"(?<![\d./:-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-]|[.:]\d)")
_TIME = re.compile(
    r"""(?<![\d.,/:-])(?:(?P<early>午前|午後|오전|오후|上午|下午|am|pm)\s?)?
    (?P<h>\d{1,2})(?:\s?[:.hHг時时点點시]\s?(?P<mi>\d{2})(?!\d)(?:[:.](?P<s>\d{2})(?!\d))?)?\s?[分분]?
    \s?(?P<ap>[ap]\.?\s?m\b\.?)?
    (?:\s*(?:Uhr|hrs?|Hs|heures|uur)?\b)?[\s,(]*
    (?P<z>Z\b|[A-Z]{2,5}(?![a-z])|(?:UTC|GMT)?\s?[+−-]\d{1,2}(?::?\d{2})?(?!\d))?""",
    re.VERBOSE | re.IGNORECASE,
)
_AFTERNOON = {"午後", "오후", "下午", "pm"}

# Abbreviations that mean one offset wherever news is printed; "IST" (India, Ireland, Israel) and "AST" mean several,
# and "CST" is read as the American one only together with an English month name, as there.
_MINUTES = {
        "EDT": -240, "CDT": -300, "MDT": -360, "PDT": -420,
        "AKST": -540, "AKDT": -480, "HST": -600, "NST": -210, "NDT": -150, "ADT": -180,
        "BST": 60, "WET": 0, "WEST": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180,
        "MSK": 180, "SAST": 120, "EAT": 180, "WAT": 60, "CAT": 120, "PKT": 300, "WIB": 420, "WITA": 480, "WIT": 540,
        "ICT": 420, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540, "AWST": 480, "ACST": 570, "AEST": 600, "AEDT": 660,
        "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "Z": 0, "UTC": 0, "GMT": 0,
}  # fmt: skip
_ZONES = {name: timezone(timedelta(minutes=minutes)) if minutes else UTC for name, minutes in _MINUTES.items()}
# Papers write these all the year round, in summer too: they are read as the zone, not as its winter offset.
_ZONE_NAMES = {
    "ET": "America/New_York", "EST": "America/New_York", "CT": "America/Chicago", "CST": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "PT": "America/Los_Angeles", "PST": "America/Los_Angeles",
    "CET": "Europe/Brussels", "MEZ": "Europe/Berlin",
}  # fmt: skip


def _offset(text: str | None) -> tzinfo | None:
    """Read ``-05``, ``+0100``, ``GMT+2``, ``EST``, ``ET``; None where it is none of them."""
    if not text:
        return None
    text = text.strip().upper()
    if text in _ZONES:
        return _ZONES[text]
    if text in _ZONE_NAMES:
        return ZoneInfo(_ZONE_NAMES[text])
    if match := re.fullmatch(r"(?:UTC|GMT)?\s?([+−-])(\d{1,2}):?(\d{2})?", text):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes <= 14 * 60:
            return timezone(timedelta(minutes=-minutes if match[1] != "+" else minutes))
    return None


def _checked(value: date | datetime | None, now: datetime | None) -> ParsedDate | None:
    """Refuse what no article can be dated: before the first newspaper, after tomorrow, the epoch's zero."""
    if value is None:
        return None
    day = value.date() if isinstance(value, datetime) else value
    if day < _EARLIEST or day == _EPOCH_ZERO or (now is not None and day > now.date() + timedelta(days=2)):
        return None
    return ParsedDate(value)


def _join(day: date, clock: time | None, zone: tzinfo | None) -> date | datetime:
    if clock is None or (clock == time(0) and zone is None):
        return day
    return datetime.combine(day, clock, zone)


def _iso(text: str, tz: tzinfo | None) -> date | datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    y, m, d, y2, m2, d2, h, mi, s, z = match.groups()
    day = date(int(y or y2), int(m or m2), int(d or d2))
    if h is None:
        return day
    days, hour = divmod(int(h), 24) if h == "24" else (0, int(h))
    # A midnight without a zone is how systems write a day.
    clock = time(hour, int(mi), min(int(s or 0), 59))
    zone = _offset(z)
    if zone is None and clock == time(0):
        return day + timedelta(days=days)
    return datetime.combine(day, clock, zone or tz) + timedelta(days=days)


def _clock(text: str, tz: tzinfo | None, *, english: bool) -> tuple[time | None, tzinfo | None]:
    """Find a time of day in what stands around a date."""
    for match in _TIME.finditer(text):
        half = (match["early"] or match["ap"] or "").lower().replace(".", "").replace(" ", "")
        if match["mi"] is None and not half:
            continue
        hour, minute, second = int(match["h"]), int(match["mi"] or 0), int(match["s"] or 0)
        if half and hour <= 12:
            hour = hour % 12 + (12 if half in _AFTERNOON else 0)
        if hour > 23 or minute > 59 or second > 59:
            continue
        zone = match["z"]
        if zone and zone.strip().upper() == "CST" and not english:
            zone = None
        return time(hour, minute, second), _offset(zone) or tz
    return None, None


def _numeric(text: str, order: DateOrder | None, languages: Sequence[str]) -> tuple[date, int, int] | None:
    """Read a date in digits; None where day and month cannot be told apart and nobody says which is which."""
    match = _DIGITS.search(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    short = len(match[4]) == 2
    if order == "YMD" and short:
        return date(2000 + first, second, year), match.start(), match.end()
    if order is None:
        order = _usual_order(first, second, match[2], short, languages)
    if order is None:
        return None
    if short:
        # POSIX strptime: 69-99 are of the last century.
        year += 2000 if year < 69 else 1900
    day, month = (first, second) if order == "DMY" else (second, first)
    return date(year, month, day), match.start(), match.end()


def _usual_order(first: int, second: int, separator: str, short: bool, languages: Sequence[str]) -> DateOrder | None:
    if short and separator != "/" and not languages:
        return None
    if first > 12 and second <= 12:
        return "DMY"
    if second > 12 and first <= 12:
        return "MDY"
    if first == second:
        return "DMY"
    language = languages[0].lower().replace("_", "-") if languages else ""
    if language in {"en-us", "en-ph", "es-us"}:
        return "MDY"
    if language in {"", "en", "en-ca", "fr-ca"}:
        # Dots between four-digit years are the continent's; slashes could be either.
        return "DMY" if separator == "." and not short and not language.startswith("en") else None
    return "DMY"


def _written(text: str, tz: tzinfo | None, order: DateOrder | None, languages: Sequence[str]) -> date | datetime | None:
    """Read the first date that is written out, or in digits, anywhere in *text*."""
    best: tuple[int, int, date, bool] | None = None
    for form in _LONG_FORMS:
        for match in form.finditer(text):
            groups = match.groupdict()
            word = groups.get("month")
            month = _MONTHS.get(_fold(word)) if word else int(groups["mo"])
            if month is None or not 1 <= month <= 12:
                continue
            try:
                day = date(int(groups["year"]), month, int(groups["day"]))
            except ValueError:
                continue
            if best is None or match.start() < best[0]:
                best = (match.start(), match.end(), day, word is not None)
            break
    if best is None:
        found = _numeric(text, order, languages)
        if found is None:
            return None
        best = (found[1], found[2], found[0], False)
    start, end, day, in_words = best
    english = in_words and (not languages or languages[0].lower().startswith("en"))
    clock, zone = _clock(text[end : end + 40], tz, english=english)
    if clock is None:
        clock, zone = _clock(text[max(0, start - 25) : start], tz, english=english)
    return _join(day, clock, zone)


@lru_cache(maxsize=64)
def _known_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    from dateparser.data.languages_info import language_order  # noqa: PLC0415

    short = dict.fromkeys(language.lower().replace("_", "-").partition("-")[0] for language in languages)
    return tuple(language for language in short if language in language_order)


@lru_cache(maxsize=64)
def _dateparser(languages: tuple[str, ...], order: DateOrder | None, base: datetime | None) -> Any:
    from dateparser.date import DateDataParser  # noqa: PLC0415 (0.1 s, and most pages do without)

    settings: dict[str, Any] = {"STRICT_PARSING": True, "RETURN_TIME_AS_PERIOD": True, "PREFER_DATES_FROM": "past"}
    settings["PARSERS"] = ["absolute-time"] if base is None else ["relative-time"]
    if base is not None:
        settings["RELATIVE_BASE"] = base
    if order is not None:
        settings["DATE_ORDER"] = order
    return DateDataParser(languages=list(_known_languages(languages)) or None, settings=settings)


# Words that put a duration into the past; without one "3 min" is how long a text takes to read.
_AGO = re.compile(
    r"""\b(?:ago|vor|seit|il\s+y\s+a|hace|h[aá]|fa|geleden|siden|sedan|sitten|temu|назад|тому|önce|trước|lalu|prieš|pirms|acum|pred|před|prije|πριν|
    yesterday|today|just\s+now|gestern|heute|hier|aujourd'hui|ayer|hoy|ieri|oggi|ontem|hoje|gisteren|vandaag|i\s+går|i\s+dag|igår|idag|eilen|tänään|
    wczoraj|dzisiaj|dziś|вчера|сегодня|вчора|сьогодні|dün|bugün|kemarin|hôm\s+(?:qua|nay)|včera|dnes|tegnap|ma)\b|前$|전$|पहले|منذ|قبل|昨日|今日|昨天|今天|어제|오늘""",
    re.VERBOSE | re.IGNORECASE,
)
_WHOLE = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PART = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


def _other(
    text: str, now: datetime | None, tz: tzinfo | None, order: DateOrder | None, languages: Sequence[str]
) -> date | datetime | None:
    """Ask dateparser: for a date where the text has a year and a day, for a relative one where *now* is given."""
    value: datetime | None
    if _WHOLE.search(text) and _PART.search(text):
        data = _dateparser(tuple(languages), order, None).get_date_data(text)
        value = data.date_obj
        if value is not None:
            return value.replace(microsecond=0, tzinfo=value.tzinfo or tz) if data.period == "time" else value.date()
    if now is None or len(text) > _LONGEST_RELATIVE or not _AGO.search(text):
        return None
    local = now.astimezone(tz) if tz is not None else now
    data = _dateparser(tuple(languages), order, local.replace(tzinfo=None)).get_date_data(text)
    value = data.date_obj
    if value is None or data.period not in {"day", "time"}:
        return None
    return value.replace(microsecond=0, tzinfo=local.tzinfo) if data.period == "time" else value.date()


def parse_date(
    text: str | float | None,
    *,
    now: datetime | None = None,
    tz: ZoneInfo | None = None,
    order: DateOrder | None = None,
    languages: Sequence[str] = (),
) -> ParsedDate | None:
    """Return the date that *text* gives, or None where it gives none that an article can have.

    Args:
        text: an attribute, a JSON value (also an epoch in seconds or milliseconds) or printed text with a date in it.
        now: what relative dates are relative to; dates more than two days after it are refused.
        tz: the zone of times that name none.
        order: how dates in digits are written; without it a date whose day and month could change places is read as
            is usual in the language (BCP 47), and refused in English of no country.
        languages: BCP 47 tags of the page, the likeliest first.

    >>> parse_date("2013-01-24T09:24-05").iso()
    '2013-01-24T09:24:00-05:00'
    >>> parse_date("March 8, 2012").iso(), parse_date("12. März 2026, 14:30 Uhr").iso()
    ('2012-03-08', '2026-03-12T14:30:00')
    >>> parse_date("05/07/2024", order="DMY").iso(), parse_date("05/07/2024", languages=["en"])
    ('2024-07-05', None)
    >>> parse_date("1359037440").iso()
    '2013-01-24T14:24:00+00:00'
    """
    if text is None or isinstance(text, bool):
        return None
    text = str(text).strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        if (value := _iso(text, tz)) is not None:
            return _checked(value, now)
        if match := _EPOCH.fullmatch(text):
            return _checked(datetime.fromtimestamp(int(match[1]), UTC), now)
        text = _plain(text)
        if (value := _written(text, tz, order, languages)) is not None:
            return _checked(value, now)
        if _DIGITS.search(text):
            return None
        return _checked(_other(text, now, tz, order, languages), now)
    except (ValueError, OverflowError, OSError):
        return None


def _plain(text: str) -> str:
    text = " ".join(text.replace("\u200e", "").replace("\u200f", "").replace("\u202f", " ").split())
    return _ASCTIME.sub(r"\2 \1 \5 \3 \4", text)


# C's asctime and the Unix date command: Sat Oct 25 15:26:09 CEST 2025.
_ASCTIME = re.compile(r"\b([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:([A-Z]{3,4}) )?(\d{4})$")


_URL_DATES = (
    # /2013/0124/, /2013/01/24/, /2013-01-24/, /2013/jan/24/
    re.compile(r"/(?P<year>(?:19|20)\d\d)/?(?P<month>0[1-9]|1[0-2])/?(?P<day>0[1-9]|[12]\d|3[01])(?=/|$|[-_.])"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>1[0-2]|[1-9])/(?P<day>3[01]|[12]\d|[1-9])(?=/)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<word>[a-z]{3})/(?P<day>0?[1-9]|[12]\d|3[01])(?=/)", re.IGNORECASE),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<![\d])(?P<year>20[012]\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"),
)  # fmt: skip


def date_in_url(url: str, site: Site | None = None) -> date | None:
    """Return the day that the path of an article's address names.

    The named groups ``year``, ``month``, ``day`` of the site's ``article_url`` come first; then the usual forms.

    >>> date_in_url("http://www.csmonitor.com/World/2013/0124/A-slug")
    datetime.date(2013, 1, 24)
    >>> date_in_url("https://example.org/2024/05/story.html") is None
    True
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = unquote(parts.path)
    patterns = list(_URL_DATES)
    if site is not None and site.article_pattern is not None and "year" in site.article_pattern.groupindex:
        patterns.insert(0, site.article_pattern)
    for pattern in patterns:
        match = pattern.search(path)
        if match is None:
            continue
        groups = match.groupdict()
        month = _MONTHS.get(groups["word"].lower()) if groups.get("word") else groups.get("month")
        try:
            day = date(int(groups["year"]), int(month or 0), int(groups.get("day") or 0))
        except (TypeError, ValueError):
            continue
        if day >= _EARLIEST:
            return day
    return None
