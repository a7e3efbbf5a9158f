"""A `Site` from what was seen of a publication, and its file."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newscrawl.extract.page import Page, text_of
from newscrawl.scaffold.patterns import article_pattern
from newscrawl.scaffold.rules import better_rules
from newscrawl.scaffold.survey import Survey
from newscrawl.sites import DateOrder, Site, Template

_LINE = 120
_MOST = 0.6
"""The part of the articles that must agree for a thing to be evident."""
_DIGITS = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(?:19|20)\d\d(?!\d)")
# Countries with one zone, by the region of a language tag or the end of a host name.
_ZONES = {
    "at": "Europe/Vienna", "be": "Europe/Brussels", "bg": "Europe/Sofia", "ch": "Europe/Zurich", "cz": "Europe/Prague",
    "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "ee": "Europe/Tallinn", "fi": "Europe/Helsinki",
    "fr": "Europe/Paris", "gb": "Europe/London", "gr": "Europe/Athens", "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest", "ie": "Europe/Dublin", "il": "Asia/Jerusalem", "in": "Asia/Kolkata", "it": "Europe/Rome",
    "jp": "Asia/Tokyo", "ke": "Africa/Nairobi", "kr": "Asia/Seoul", "lt": "Europe/Vilnius", "lv": "Europe/Riga",
    "ng": "Africa/Lagos", "nl": "Europe/Amsterdam", "no": "Europe/Oslo", "pk": "Asia/Karachi", "pl": "Europe/Warsaw",
    "ro": "Europe/Bucharest", "se": "Europe/Stockholm", "sg": "Asia/Singapore", "si": "Europe/Ljubljana",
    "sk": "Europe/Bratislava", "th": "Asia/Bangkok", "tr": "Europe/Istanbul", "tw": "Asia/Taipei",
    "uk": "Europe/London", "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
}  # fmt: skip


def declare(name: str, survey: Survey) -> tuple[Site, list[str]]:
    """Return the declaration of what *survey* saw, and remarks about what was evident and what was not.

    Raises:
        ValueError: *name* cannot be a site's.
    """
    articles = [reading.article for _, reading in survey.readings]
    remarks: list[str] = []
    pattern = article_pattern(survey.sure, survey.likely, survey.others)
    remarks.append(
        f"article_url {pattern}" if pattern else "article_url: the addresses of articles have no form of their own"
    )
    language = _common(article.language for article in articles)
    zone = _zone(language, survey.url, [article.date_published or "" for article in articles])
    if zone is None:
        remarks.append("timezone: not evident; declare it if the site prints times without one")
    sections = [url for url in survey.sections if url not in survey.below]
    if below := [_relative(url, survey.url) for url in survey.sections if url in survey.below]:
        remarks.append(f"sections: {', '.join(below)} left out, since the sections above lead there")
    site = Site(
        name=name,
        url=survey.url,
        publisher=_common(article.publisher for article in articles),
        timezone=zone,
        language=language,
        date_order=date_order([page for page, _ in survey.readings]),
        sections=tuple(_relative(url, survey.url) for url in sections),
        feeds=tuple(_relative(url, survey.url) for url in survey.feeds),
        sitemaps=tuple(_relative(url, survey.url) for url in survey.sitemaps),
        article_url=pattern.text if pattern else None,
    )
    template, rules = better_rules([(page, reading.article) for page, reading in survey.readings], site, survey.now)
    if template is not None:
        site = replace(site, templates=(template,))
    remarks += rules
    used = [*survey.sections, *survey.feeds, *survey.sitemaps, *survey.sure]
    hosts = Counter(urlsplit(url).netloc for url in used if urlsplit(url).scheme in {"http", "https"})
    if hosts.keys() - site.all_hosts:
        own = urlsplit(survey.url).netloc
        chosen = (own, *(host for host, _ in hosts.most_common() if host != own))
        site = replace(site, hosts=chosen)
    return site, remarks


def _common(values: Iterable[str | None]) -> str | None:
    counts = Counter(values)
    if not counts:
        return None
    value, count = counts.most_common(1)[0]
    return value if count >= _MOST * counts.total() else None


def _zone(language: str | None, url: str, dates: Sequence[str]) -> str | None:
    """Return the zone of the site's country, where every time that was read has its offset."""
    region = (language or "").rpartition("-")[2] if "-" in (language or "") else ""
    end = (urlsplit(url).hostname or "").rpartition(".")[2]
    for country in (end, region.lower()):
        if name := _ZONES.get(country):
            times = [moment for text in dates if "T" in text and (moment := datetime.fromisoformat(text)).tzinfo]
            zone = ZoneInfo(name)
            return name if all(moment.astimezone(zone).utcoffset() == moment.utcoffset() for moment in times) else None
    return None


def date_order(pages: Iterable[Page]) -> DateOrder | None:
    """Return how the pages write dates in digits, where one shows it (a day beyond 12) and none says otherwise."""
    first = second = 0
    for page in pages:
        for day, _, month in _DIGITS.findall(text_of(page.body)):
            first += 12 < int(day) <= 31 and int(month) <= 12
            second += 12 < int(month) <= 31 and int(day) <= 12
    return "DMY" if first and not second else "MDY" if second and not first else None


def _relative(url: str, home: str) -> str:
    parts, own = urlsplit(url), urlsplit(home)
    return url.partition(parts.netloc)[2] or "/" if (parts.scheme, parts.netloc) == (own.scheme, own.netloc) else url


def _given(site: Site) -> dict[str, Any]:
    """Return the fields that differ from their defaults, in their order."""
    plain = Site(name=site.name, url=site.url)
    return {
        f.name: value
        for f in fields(Site)
        if (value := getattr(site, f.name)) != getattr(plain, f.name) or f.name in {"name", "url"}
    }


def source_of(site: Site) -> str:
    """Return the Python file that declares *site*, with its spider.

    >>> print(source_of(Site(name="example_times", url="https://e.org/", sections=("/world",))))
    \"\"\"e.org, as `scrapy newsite` found it.\"\"\"
    <BLANKLINE>
    from newscrawl.sites import Site
    from newscrawl.spiders.base import NewsSpider
    <BLANKLINE>
    EXAMPLE_TIMES = Site(
        name="example_times",
        url="https://e.org/",
        sections=("/world",),
    )
    <BLANKLINE>
    <BLANKLINE>
    class ExampleTimesSpider(NewsSpider):
        \"\"\"e.org.\"\"\"
    <BLANKLINE>
        name = "example_times"
        site = EXAMPLE_TIMES
    <BLANKLINE>
    """
    host = (urlsplit(site.url).netloc).removeprefix("www.")
    constant = site.name.upper()
    camel = "".join(part.capitalize() for part in site.name.split("_"))
    declared = "\n".join(_argument(name, value) for name, value in _given(site).items())
    title = site.publisher or host
    return (
        f'"""{_in_docstring(title)}, as `scrapy newsite` found it."""\n\n'
        f"from newscrawl.sites import {'Site, Template' if site.templates else 'Site'}\n"
        "from newscrawl.spiders.base import NewsSpider\n\n"
        f"{constant} = Site(\n{declared}\n)\n\n\n"
        f'class {camel}Spider(NewsSpider):\n    """{host}."""\n\n    name = "{site.name}"\n    site = {constant}\n'
    )


def _in_docstring(text: str) -> str:
    return text.replace("\\", "").replace('"', "'")


def _argument(name: str, value: Any) -> str:
    line = f"    {name}={_literal(value)},"
    if len(line) <= _LINE or not isinstance(value, tuple):
        return line
    entries = "\n".join(f"        {_literal(entry)}," for entry in value)
    return f"    {name}=(\n{entries}\n    ),"


def _literal(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, str):
        raw = "\\" in value and '"' not in value and value.isprintable() and not value.endswith("\\")
        return f'r"{value}"' if raw else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Template):
        fields_given = ", ".join(f"{_literal(name)}: {_literal(selector)}" for name, selector in value.fields.items())
        return f"Template(name={_literal(value.name)}, when={_literal(value.when)}, fields={{{fields_given}}})"
    raise TypeError(f"a declaration that is written holds texts and templates of fields, not {value!r}")


def with_verified(source: str, name: str, day: str) -> str:
    r"""Return the file *source* with ``verified`` of the site *name* set to *day*, and nothing else changed.

    Raises:
        ValueError: *source* declares no site of that name by a plain ``Site(name=…)``.

    >>> print(with_verified('A = Site(\n    name="a",\n    url="https://e.org/",\n)', "a", "2026-11-22"))
    A = Site(
        name="a",
        url="https://e.org/",
        verified="2026-11-22",
    )
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        named = given.get("name")
        if not (isinstance(named, ast.Constant) and named.value == name and "url" in given):
            continue
        lines = source.splitlines(keepends=True)
        if (old := given.get("verified")) is not None:
            assert old.end_col_offset is not None
            line = lines[old.lineno - 1].encode()
            new = line[: old.col_offset] + f'"{day}"'.encode() + line[old.end_col_offset :]
            lines[old.lineno - 1] = new.decode()
        else:
            last = node.keywords[-1].value
            assert last.end_lineno is not None
            assert last.end_col_offset is not None
            line = lines[last.end_lineno - 1].encode()
            indent = " " * node.keywords[0].col_offset
            rest = line[last.end_col_offset :].decode()
            comma = "" if rest.lstrip().startswith(",") else ","
            if node.end_lineno == last.end_lineno:
                new_line = line[: last.end_col_offset].decode() + f', verified="{day}"' + rest
            else:
                new_line = line.decode().rstrip("\n") + comma + f'\n{indent}verified="{day}",\n'
            lines[last.end_lineno - 1] = new_line
        return "".join(lines)
    raise ValueError(f"it declares no Site(name={name!r}, url=…)")
