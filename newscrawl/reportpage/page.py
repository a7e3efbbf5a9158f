"""The page itself: what was gathered, written as one HTML file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from importlib import resources
from itertools import pairwise
from typing import Any

from newscrawl.reportpage import charts
from newscrawl.reportpage.diffs import shown
from newscrawl.reportpage.gather import Covered, Gathered, Head, Numbers, RunRow, string, strings
from newscrawl.reportpage.markup import Html, count, embedded, join, link, tag, text
from newscrawl.versions import MARKED

_MOST_RUNS = 100
_MOST_SMALL = 12
"""Sites that have a chart of their own."""
_MOST_SITES = 200
_MOST_REASONS = 100
_MOST_FAILURES = 5
_MOST_COPIED = 50
_MOST_FOLDED = 100
_NEWEST = 12
_NUMBERS = frozenset({"Pages", "Seconds", *(name.title() for name in Numbers.__slots__)})
_TAKEN = ("new", "updated", "rejected", "failed")
_HEAD_FIELDS = tuple(name for name in MARKED if name not in {"breadcrumbs", "body", "images", "paywalled"})
_DATES = frozenset({"date_published", "date_modified"})
_WAYS = {"unknown": "not told"}


def page(found: Gathered, now: datetime) -> str:
    """Return the report as an HTML document.

    Args:
        found: what it tells.
        now: when it is written.
    """
    style, script = _data("page.css"), _data("page.js")
    parts = [
        ("runs", "Runs", _runs(found.runs)),
        ("fields", "Fields", _fields(found)),
        ("refused", "Not taken", _reasons(found)),
        ("ways", "How found", _ways(found)),
        ("times", "When published", _times(found, now)),
        ("newest", "Newest", _newest(found)),
        ("articles", "Articles", _articles(found)),
        ("copies", "Copies", _copies(found)),
        ("versions", "Versions", _versions(found)),
    ]
    # Nothing is fetched, whatever a page may have smuggled in: only this script and this style count.
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src '{_digest(script)}'; style-src '{_digest(style)}'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", f"newscrawl report: {_told(found)}"),
        tag("style", Html(style)),
    )
    body = tag(
        "body",
        tag("a", "Skip to the report", class_="skip", href="#report"),
        tag(
            "header",
            tag("div", tag("h1", "newscrawl report"), _theme(), class_="masthead"),
            tag(
                "p",
                f"{_told(found)}. Written {now:%-d %B %Y, %H:%M} {now.tzname() or ''}.",
                class_="told",
            ),
            *(tag("p", sentence, class_="trouble") for sentence in _troubles(found)),
            tag(
                "nav",
                tag("ul", *(tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in parts)),
                aria_label="Parts of the report",
            ),
        ),
        tag(
            "main",
            _tiles(found),
            *(
                tag("section", tag("h2", title, id=f"{name}-title"), content, id=name, aria_labelledby=f"{name}-title")
                for name, title, content in parts
            ),
            id="report",
            tabindex=-1,
        ),
        tag("script", embedded(_table(found)), type="application/json", id="data"),
        tag("script", Html(script)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _data(name: str) -> str:
    return resources.files("newscrawl.reportpage").joinpath(name).read_text("utf-8")


def _digest(code: str) -> str:
    return f"sha256-{b64encode(sha256(code.encode()).digest()).decode()}"


def _told(found: Gathered) -> str:
    parts = [count(found.articles, "article"), count(len(found.sites), "site"), count(len(found.runs), "run")]
    return f"{parts[0]} of {parts[1]}, {parts[2]}"


def _troubles(found: Gathered) -> Iterator[str]:
    yield from found.troubles[:5]
    if len(found.troubles) > 5:
        yield f"{count(len(found.troubles) - 5, 'further file')} could not be read."
    if found.unreadable:
        yield f"{count(found.unreadable, 'line')} of the segments could not be read as an article."


def _theme() -> Html:
    options = (
        tag("option", label, value=value) for value, label in (("", "auto"), ("light", "light"), ("dark", "dark"))
    )
    return tag("label", "Colours ", tag("select", *options, id="theme"), class_="theme", hidden=True)


def _tiles(found: Gathered) -> Html:
    total = Numbers()
    for run in found.runs:
        total.add(run.total)
    newest = found.heads[0].values.get("date_published") if found.heads else None
    tiles = [
        ("articles", f"{found.articles:,}"),
        ("later versions", f"{found.updates:,}"),
        ("marked as copies", f"{found.copies:,}"),
        ("pages rejected", f"{total.rejected:,}"),
        ("requests failed", f"{total.failed:,}"),
        ("newest article", _when((string(newest) or "")[:10]) or "–"),
    ]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in tiles), class_="tiles")


def _when(iso: str | None) -> str:
    """Return an ISO 8601 date as people read it, with the newspaper's clock."""
    try:
        moment = datetime.fromisoformat(iso or "")
    except ValueError:
        return _cut(iso, 40)
    return f"{moment:%-d %b %Y, %H:%M}" if "T" in (iso or "") else f"{moment:%-d %b %Y}"


def _nothing(sentence: str) -> Html:
    return tag("p", sentence, class_="nothing")


def _scrolled(label: str, *content: Html) -> Html:
    """Return what may be wider than the screen, for mouse and keyboard to scroll."""
    return tag("div", *content, class_="scrolled", role="region", aria_label=label, tabindex=0)


def _rows(caption: str, columns: Sequence[str], rows: Iterator[Html] | Sequence[Html], class_: str = "") -> Html:
    return tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *(tag("th", name, scope="col", class_=_side(name)) for name in columns))),
        tag("tbody", *rows),
        class_=class_ or None,
    )


def _side(name: str) -> str | None:
    return "n" if name in _NUMBERS else None


def _runs(runs: Sequence[RunRow]) -> Html:
    if not runs:
        return _nothing("No report of a run lies beside these articles.")
    unit, taken = charts.run_bars(runs, _TAKEN, _total)
    _, known = charts.run_bars(runs, ("known", "duplicate"), _total)
    sites: dict[str, int] = {}
    for run in runs:
        for name, numbers in run.sites.items():
            sites[name] = sites.get(name, 0) + sum(getattr(numbers, what) for what in (*_TAKEN, "known"))
    busiest = sorted(sites, key=sites.__getitem__, reverse=True)[:_MOST_SMALL]
    small = [
        tag("figure", tag("figcaption", name), charts.bars(name, _of_site(runs, name), small=True)) for name in busiest
    ]
    failed = [run for run in reversed(runs) if run.failure]
    beside = len(taken) <= charts.SOME
    return join(
        tag(
            "div",
            tag(
                "figure",
                tag("figcaption", f"What each {unit} brought"),
                charts.legend(_TAKEN),
                charts.bars(f"Articles and pages by {unit}", taken),
            ),
            tag(
                "figure",
                tag("figcaption", "What was known already"),
                charts.legend(("known", "duplicate")),
                charts.bars(f"Known articles and duplicates by {unit}", known, small=not beside),
            )
            if any(sum(bar.parts.values()) for bar in known)
            else None,
            class_="pair" if beside else None,
        ),
        tag("h3", "By site") if len(sites) > 1 else None,
        tag("div", *small, class_="multiples") if len(sites) > 1 else None,
        _nothing(f"The {_MOST_SMALL} busiest of {len(sites)} sites.") if len(sites) > _MOST_SMALL else None,
        tag("h3", f"{count(len(failed), 'run')} failed{_newest_of(failed)}") if failed else None,
        tag(
            "ul",
            *(tag("li", tag("b", _started(run)), f" {run.spider}: {run.failure}") for run in failed[:_MOST_FAILURES]),
        )
        if failed
        else None,
        tag(
            "details",
            tag(
                "summary",
                "The runs as a table"
                if len(runs) <= _MOST_RUNS
                else f"The newest {_MOST_RUNS} of {len(runs):,} runs as a table",
            ),
            _scrolled(
                "The runs",
                _rows(
                    "Runs, newest first",
                    (
                        "Started (UTC)",
                        "Spider",
                        "Seconds",
                        *(name.title() for name in Numbers.__slots__),
                        "What it said",
                    ),
                    [_run(run) for run in list(reversed(runs))[:_MOST_RUNS]],
                ),
            ),
        ),
    )


def _newest_of(failed: Sequence[RunRow]) -> str:
    return f", the newest {_MOST_FAILURES} of them" if len(failed) > _MOST_FAILURES else ""


def _total(run: RunRow) -> Numbers:
    return run.total


def _of_site(runs: Sequence[RunRow], name: str) -> list[charts.Bar]:
    def numbers(run: RunRow) -> Numbers | None:
        return run.sites.get(name)

    return charts.run_bars(runs, _TAKEN, numbers)[1]


def _started(run: RunRow) -> str:
    return f"{run.started:%-d %b %Y, %H:%M}"


def _run(run: RunRow) -> Html:
    numbers = (tag("td", f"{getattr(run.total, name):,}", class_="n") for name in Numbers.__slots__)
    return tag(
        "tr",
        tag("th", _started(run), scope="row"),
        tag("td", run.spider),
        tag("td", f"{run.seconds:,.0f}", class_="n"),
        *numbers,
        tag("td", run.failure or run.summary, class_="said"),
    )


def _fields(found: Gathered) -> Html:
    if not found.coverage:
        return _nothing("No articles.")
    names = list(next(iter(found.coverage.values())))
    changed = [
        tag("li", tag("b", f"{site}: "), f"{_plain(name)} on {_percent(one.now)}, on {_percent(one.before)} before")
        for site, fields in found.coverage.items()
        for name, one in fields.items()
        if one.before is not None
    ]
    head = tag(
        "tr",
        tag("th", "Site", scope="col"),
        tag("th", "Articles", scope="col", class_="n"),
        *(tag("th", tag("span", _plain(name)), scope="col", class_="upright") for name in names),
    )
    rows = [
        tag(
            "tr",
            tag("th", site, scope="row"),
            tag("td", f"{found.sites[site]:,}", class_="n"),
            *(_covered(one) for one in fields.values()),
        )
        for site, fields in list(found.coverage.items())[:_MOST_SITES]
    ]
    caption = tag("caption", "Percent of each site's lines that have a field", class_="unseen")
    return join(
        tag(
            "p",
            "Percent of each site's lines that have a field. ",
            _mark(up=True),
            " and ",
            _mark(up=False),
            ": the site's newest run of ten or more articles differs from the runs before it by more than chance.",
        ),
        charts.shades(),
        _scrolled(
            "Field coverage by site", tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="heat")
        ),
        _nothing(f"The {_MOST_SITES} largest of {len(found.coverage):,} sites.")
        if len(found.coverage) > _MOST_SITES
        else None,
        join(tag("h3", "Changed in the newest run"), _folded(changed, 10, "ul")) if changed else None,
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0):.0f}\N{NO-BREAK SPACE}%"


def _share(part: int, whole: int) -> str:
    """Return the percentage of *whole*; what there is must not read as nothing."""
    return "<1\N{NO-BREAK SPACE}%" if 0 < 100 * part < whole else _percent(part / (whole or 1))


def _mark(*, up: bool) -> Html:
    return tag("b", class_="up" if up else "down", role="img", aria_label="risen" if up else "fallen")


def _covered(one: Covered) -> Html:
    mark, title = None, None
    if one.before is not None and one.now is not None:
        title = f"{_percent(one.now)} in the newest run, {_percent(one.before)} before"
        mark = _mark(up=one.now > one.before)
    # 99.6 must not read as all of them.
    percent = int(100 * one.share + 1e-9)
    return tag("td", percent, mark, class_=f"l{charts.shade(one.share)}", title=title)


def _reasons(found: Gathered) -> Html:
    if not found.reasons:
        return _nothing("No page was turned away, none failed, as far as the reports tell.")
    rows = []
    for reason in found.reasons[:_MOST_REASONS]:
        unseen = tag("span", f": {reason.reason}", class_="unseen")
        examples = [tag("li", link(url, _short(url))) for url in reason.examples]
        sites = sorted(reason.sites)
        told = ", ".join(sites[:3]) + (f" and {len(sites) - 3} more" if len(sites) > 3 else "")
        rows.append(
            tag(
                "tr",
                tag("td", f"{reason.number:,}", class_="n"),
                tag("td", tag("i", class_=f"dot {reason.kind}"), reason.kind),
                tag("th", reason.reason, scope="row"),
                tag("td", told),
                tag(
                    "td",
                    tag(
                        "details",
                        tag("summary", count(len(examples), "example"), unseen),
                        tag("ul", *examples),
                    )
                    if examples
                    else None,
                    class_="examples",
                ),
            )
        )
    left_out = len(found.reasons) - len(rows)
    return join(
        _rows("Reasons, most frequent first", ("Pages", "Kind", "Reason", "Sites", "Examples"), rows, "reasons"),
        _nothing(f"{count(left_out, 'rarer reason')} left out.") if left_out else None,
    )


def _short(url: str, most: int = 90) -> str:
    bare = url.partition("://")[2] or url
    return bare if len(bare) <= most else f"{bare[: most - 1]}…"


def _ways(found: Gathered) -> Html:
    if not found.ways:
        return _nothing("Nothing was found.")
    rows = [
        tag(
            "tr",
            tag("th", _way(name), scope="row"),
            tag("td", f"{way.articles:,}", class_="n"),
            tag("td", _share(way.articles, found.articles), class_="n"),
            tag("td", charts.share_bar(way.articles / (found.articles or 1)), class_="bar"),
            tag("td", f"{way.listed:,}", class_="n wide"),
            tag("td", f"{way.rejected:,}", class_="n wide"),
            tag("td", f"{way.failed:,}", class_="n wide"),
        )
        for name, way in found.ways.items()
        if any((way.articles, way.listed, way.rejected, way.failed))
    ]
    titles = (("Way", ""), ("Articles", "n"), ("Share", "n"), ("", "bar"), *((t, "n wide") for t in _WAY_COLUMNS))
    head = tag(
        "tr",
        *(
            tag("th", title, scope="col", class_=name or None) if title else tag("td", class_=name)
            for title, name in titles
        ),
    )
    caption = tag("caption", "Ways of discovery", class_="unseen")
    return tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="ways")


_WAY_COLUMNS = ("Links listed", "Rejected", "Failed")


def _way(name: str) -> str:
    return _plain(_WAYS.get(name, name))


def _times(found: Gathered, now: datetime) -> Html:
    if not found.days:
        return _nothing("No article tells when it was published.")
    days = charts.day_bars(found.days, now.date())
    unit, periods = charts.period_bars(found.days)
    left_out = [
        f"{count(found.timeless, 'article')} of which only the day is known" if found.timeless else "",
        f"{count(found.undated, 'article')} without a date" if found.undated else "",
    ]
    told = " and ".join(filter(None, left_out))
    return join(
        tag(
            "div",
            tag(
                "figure",
                tag("figcaption", "Weekday and hour, by the newspaper's clock"),
                charts.hours(found.hours),
                charts.shades(),
                _nothing(f"Left out: {told}.") if told else None,
            )
            if found.hours
            else None,
            tag(
                "div",
                tag("figure", tag("figcaption", "By day, up to the newest"), charts.bars("Articles by day", days))
                if days
                else None,
                tag("figure", tag("figcaption", f"By {unit}, all"), charts.bars(f"Articles by {unit}", periods)),
            ),
            class_="pair",
        ),
    )


def _newest(found: Gathered) -> Html:
    if not found.heads:
        return _nothing("No articles.")
    return tag("ol", *(_story(head) for head in found.heads[:_NEWEST]), class_="stories")


def _story(head: Head) -> Html:
    values = head.values
    places = (string(values.get("section")), string(values.get("site")))
    byline = string(values.get("byline")) or ", ".join(strings(values.get("authors")))
    return tag(
        "li",
        tag("p", " · ".join(filter(None, places)), class_="kicker"),
        tag("h3", _linked(values), dir="auto"),
        tag("p", _cut(values.get("description"), 240), dir="auto") if values.get("description") else None,
        tag(
            "p", " · ".join(filter(None, (_cut(byline, 120), _when(string(values.get("date_published")))))), class_="by"
        ),
    )


def _linked(values: Mapping[str, Any]) -> Html:
    return link(string(values.get("url")), _cut(values.get("headline"), 300) or "(no headline)")


def _cut(value: Any, most: int) -> str:
    """Return a text of at most *most* characters: what a page says may be of any length."""
    whole = string(value) or ""
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def _articles(found: Gathered) -> Html:
    if not found.heads:
        return _nothing("No articles.")
    sites = (tag("option", name, value=name) for name in sorted(found.sites))
    kinds = (
        tag("option", label, value=value)
        for value, label in (("", "all"), ("versions", "of several versions"), ("copies", "marked as copies"))
    )
    controls = tag(
        "form",
        tag("label", "Search ", tag("kbd", "/"), tag("input", type="search", id="search", autocomplete="off")),
        tag("label", "Site", tag("select", tag("option", "all", value=""), *sites, id="site")),
        tag("label", "Show", tag("select", *kinds, id="kind")),
        role="search",
        class_="controls",
    )
    left_out = found.articles - len(found.heads)
    heads = (
        tag("th", tag("button", title, type="button", data_key=key), scope="col", class_=f"col-{key} {name}".strip())
        for key, title, name in (
            ("published", "Published", ""),
            ("site", "Site", "wide"),
            ("headline", "Headline", ""),
            ("authors", "Authors", "wide"),
            ("section", "Section", "wide"),
            ("words", "Words", "wide n"),
            ("version", "Version", "wide n"),
        )
    )
    return join(
        _nothing(
            f"The newest {len(found.heads):,}; {count(left_out, 'older article')} left out: name segments, or --since."
        )
        if left_out > 0
        else None,
        tag("p", "The table needs JavaScript; everything else here does not.", class_="nothing", id="scriptless"),
        tag(
            "div",
            tag(
                "p",
                "A headline opens the article's head; the word behind a value tells where on the page it was read.",
                class_="nothing",
            ),
            controls,
            tag("p", id="hits", role="status"),
            tag(
                "table",
                tag("caption", "Articles, sorted by the button in a column's head", class_="unseen"),
                tag("thead", tag("tr", *heads)),
                tag("tbody", id="rows"),
                class_="articles",
            ),
            tag(
                "div",
                tag("button", "Previous", type="button", id="previous"),
                tag("span", id="position"),
                tag("button", "Next", type="button", id="next"),
                class_="pager",
            ),
            id="table",
            hidden=True,
        ),
    )


def _copies(found: Gathered) -> Html:
    heads = {head.values.get("id"): head.values for head in found.heads}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for head in found.heads:
        if first := string(head.values.get("duplicate_of")):
            groups.setdefault(first, []).append(head.values)
    if not groups:
        return _nothing("No article is marked as a copy of another.")
    rows = [
        tag(
            "tr",
            tag("td", _copied(first, heads.get(first))),
            tag("td", _folded([_copy(one) for one in copies], 3, "ul")),
        )
        for first, copies in list(groups.items())[:_MOST_COPIED]
    ]
    return join(
        _nothing(f"{_MOST_COPIED} of {len(groups):,} articles that have copies.")
        if len(groups) > _MOST_COPIED
        else None,
        _rows("Articles and their copies, those with the newest copies first", ("Article", "Copies"), rows, "copies"),
    )


def _copied(name: str, values: Mapping[str, Any] | None) -> Html:
    if values is None:
        return text(f"article {_cut(name, 40)}, not in this report")
    return join(tag("span", _linked(values), dir="auto"), tag("span", _of(values), class_="by"))


def _copy(values: Mapping[str, Any]) -> Html:
    similarity = values.get("similarity")
    alike = f"{_percent(similarity)} alike, " if isinstance(similarity, int | float) else ""
    return tag("li", tag("span", _linked(values), dir="auto"), tag("span", f"{alike}{_of(values)}", class_="by"))


def _of(values: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (_cut(values.get("site"), 60), _when(string(values.get("date_published"))))))


def _folded(items: Sequence[Html], most: int, name: str = "div") -> Html:
    """Return *items* in an element *name*; more than *most* are folded away."""
    first, rest = tag(name, *items[:most]), items[most : most + _MOST_FOLDED]
    if not rest:
        return first
    left_out = len(items) - most - len(rest)
    more = f"{len(rest):,} more" if not left_out else f"{len(rest):,} more of {len(items):,}"
    return join(first, tag("details", tag("summary", more), tag(name, *rest)))


def _versions(found: Gathered) -> Html:
    if not found.histories:
        return _nothing("No article has more than one version in these files.")
    told = [_history(head, versions) for head, versions in found.histories]
    number = sum(_version(head.values) > 1 for head in found.heads)
    return join(
        tag(
            "p", "Newest first. ", tag("del", "What went"), " ", tag("ins", "what came"), "; what stayed is cut short."
        ),
        _nothing(f"{len(told)} of {number:,} changed articles.") if number > len(told) else None,
        _folded(told, 20),
    )


def _version(values: Mapping[str, Any]) -> int:
    version = values.get("version")
    return version if isinstance(version, int) else 1


def _history(head: Head, versions: Sequence[Mapping[str, Any]]) -> Html:
    values = head.values
    steps = [_step(old, new) for old, new in pairwise(versions)][::-1]
    told = f"{_cut(values.get('site'), 60)} · {count(len(versions), 'version')}"
    summary = tag("summary", tag("span", _cut(values.get("headline"), 300), dir="auto"), tag("span", told, class_="by"))
    return tag("details", summary, tag("p", link(string(values.get("url")), "The article")), *steps, class_="history")


def _step(old: Mapping[str, Any], new: Mapping[str, Any]) -> Html:
    rows = []
    for name in _HEAD_FIELDS:
        told = _as_moment if name in _DATES else _as_text
        before, after = told(old.get(name)), told(new.get(name))
        if before != after:
            rows.append(tag("div", tag("dt", _plain(name)), tag("dd", shown(before, after), dir="auto")))
    before, after = _as_text(old.get("body")), _as_text(new.get("body"))
    if before != after:
        rows.append(tag("div", tag("dt", "text"), tag("dd", shown(before, after), class_="body", dir="auto")))
    named = {*_HEAD_FIELDS, "body"}
    others = [_plain(name) for name in strings(new.get("changed")) if name not in named]
    return join(
        tag(
            "h3",
            f"Version {_version(new)}, fetched {_when(string(new.get('fetched_at')))} UTC, against {_version(old)}",
        ),
        tag("dl", *rows, class_="diff") if rows else None,
        _nothing(f"Also changed: {', '.join(others)}.") if others else None,
        _nothing("No field shown here differs.") if not rows and not others else None,
    )


def _as_moment(value: Any) -> str:
    """Return a date as people read it; what stands in another zone differs though the clock shows the same."""
    iso = string(value)
    told = _when(iso)
    return f"{told} {iso[19:]}".strip() if iso and "T" in iso and told != iso else told


def _as_text(value: Any) -> str:
    return ", ".join(strings(value)) if isinstance(value, list) else string(value) or ""


_COLUMNS = (
    "id",
    "site",
    "url",
    *_HEAD_FIELDS,
    "paywalled",
    "word_count",
    "version",
    "changed",
    "duplicate_of",
    "similarity",
    "via",
    "fetched_at",
    "job",
    "sources",
)
"""What a row of the embedded table has, in this order; ``page.js`` reads it by these names."""
_REPEATED = ("site", "section", "language", "via", "job", "sources")
"""Columns whose values repeat: rows have their places in a list."""
_LONGEST_URL = 2000
_CUT = {"headline": 300, "description": 300, "byline": 200, "url": _LONGEST_URL}
_MOST_LISTED = 12


def _table(found: Gathered) -> dict[str, Any]:
    """Return the articles' heads, compact: a list for each, without the names of its fields."""
    places: dict[str, dict[str, int]] = {name: {} for name in _REPEATED}
    values: dict[str, list[Any]] = {name: [] for name in _REPEATED}
    rows = []
    for head in found.heads:
        row = [_cell(name, head.values) for name in _COLUMNS]
        for column, name in enumerate(_COLUMNS):
            if name in places:
                place = places[name].setdefault(repr(row[column]), len(places[name]))
                if place == len(values[name]):
                    values[name].append(row[column])
                row[column] = place
        rows.append(row)
    return {"columns": _COLUMNS, "lists": values, "rows": rows}


def _cell(name: str, values: Mapping[str, Any]) -> Any:
    if name == "via":
        discovered = values.get("discovered")
        return _way(string(discovered.get("via")) or "unknown") if isinstance(discovered, dict) else _way("unknown")
    value = values.get(name)
    if name == "site":
        return string(value) or "unknown"
    if name == "url" and len(str(value)) > _LONGEST_URL:
        return None
    if name == "sources":
        return {str(key): str(source) for key, source in value.items()} if isinstance(value, dict) else {}
    if isinstance(value, list):
        return [_cut(one, 200) for one in strings(value)[:_MOST_LISTED]]
    if isinstance(value, str):
        return _cut(value, _CUT.get(name, 200))
    return value if isinstance(value, int | float) else None
