"""Pages of archives are unpacked within limits, and read or refused with a reason."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from datetime import UTC, datetime

import brotli
import pytest

from newscrawl.archives.pages import FAULT_OF_OURS, PageReader, Sent, UnreadableError, unpack
from newscrawl.extract.refusal import EMPTY, LISTING
from newscrawl.sites import Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = (
    "<html lang=en><title>Rain | Example</title><h1>Rain in Österdal</h1><p class=byline>By Ada Rowntree</p>"
    "<time datetime=2024-05-07T10:00Z>May 7</time>" + "<p>It rained, and then it rained again, on all of us.</p>" * 25
)
URL = "https://paper.example/2024/05/07/rain"
HTML = ("content-type", "text/html")
BODY = PAGE.encode()


def deflate(body: bytes, wbits: int) -> bytes:
    engine = zlib.compressobj(wbits=wbits)
    return engine.compress(body) + engine.flush()


def chunked(body: bytes, size: int = 100) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nX: 1\r\n\r\n"


PACKED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": deflate(BODY, 15),
    "br": brotli.compress(BODY),
    "zstd": zstd.compress(BODY),
}


@pytest.mark.parametrize("name", sorted(PACKED))
def test_a_body_is_unpacked(name: str) -> None:
    assert unpack(PACKED[name], "", name.upper(), 1 << 20) == BODY
    # Many archives keep the field and not the packing.
    assert unpack(BODY, "", name, 1 << 20) == BODY
    with pytest.raises(UnreadableError, match="too large"):
        unpack(PACKED[name], "", name, 100)
    with pytest.raises(UnreadableError, match=r"cut off|not packed"):
        unpack(PACKED[name][:-20], "", name, 1 << 20)


def test_layers_are_taken_off_in_their_order() -> None:
    assert unpack(deflate(BODY, -15), "", "deflate", 1 << 20) == BODY
    assert unpack(chunked(gzip.compress(BODY)), "chunked", "gzip", 1 << 20) == BODY
    assert unpack(gzip.compress(brotli.compress(BODY)), "", "br, gzip", 1 << 20) == BODY
    with pytest.raises(UnreadableError, match="too large"):
        unpack(BODY, "", "gzip," * 9, 1 << 20)


def test_chunks_that_end_early_are_cut_off() -> None:
    with pytest.raises(UnreadableError, match="cut off"):
        unpack(chunked(BODY)[:-300], "chunked", "", 1 << 20)


def test_a_page_is_read_with_its_charset_and_its_time() -> None:
    sent = Sent(URL, PAGE.encode("latin-1"), (("content-type", "text/html; charset=iso-8859-1"),), None)
    reading = PageReader().read(sent)
    assert reading.article is not None
    assert (reading.article.headline, reading.article.site) == ("Rain in Österdal", "paper.example")
    long_before = Sent(URL, BODY, (HTML,), datetime(2024, 5, 1, tzinfo=UTC))
    early = PageReader().read(long_before)
    assert early.article is not None
    assert early.article.date_published != "2024-05-07T10:00:00+00:00", "a date beyond the capture is none"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (Sent(URL, BODY, (("content-type", "application/pdf; x=1"),)), "not HTML but application/pdf"),
        (Sent(URL, b"%PDF-1.4"), "not HTML but unknown"),
        (Sent(URL, b"", (HTML,)), EMPTY),
        (Sent(URL, b"\x1f\x8b broken", (HTML, ("content-encoding", "gzip"))), "not packed as it says"),
        (Sent(URL, b"<title>Just a moment...</title><h1>Checking your browser</h1>", (HTML,)), "bot wall"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(sent: Sent, reason: str) -> None:
    reading = PageReader().read(sent)
    assert (reading.article, reading.reason) == (None, reason)


def test_a_page_without_a_type_is_told_by_its_beginning() -> None:
    assert PageReader().read(Sent(URL, b"\n<!DOCTYPE html>" + BODY)).article is not None


def test_a_listing_is_told_by_its_own_navigation() -> None:
    story = "<a href=/2024/05/0{0}/why-it-rained-{0}-times-on-us>Why it rained {0} times on all of us</a><p>{1}</p>"
    stories = "".join(story.format(number, "It rained again. " * 20) for number in range(1, 4))
    page = f"<title>World</title><nav><a href=/world>World</a><a href=/sports>Sports</a></nav><h1>World</h1>{stories}"
    dated = page + "<time datetime=2024-05-07>May 7</time>"
    assert PageReader().read(Sent("https://paper.example/world", dated.encode(), (HTML,))).reason == LISTING
    article = f'<meta property="og:type" content="article">{dated}'
    assert PageReader().read(Sent("https://paper.example/world", article.encode(), (HTML,))).article is not None


def test_makers_wishes_are_respected_where_that_is_asked() -> None:
    sent = Sent(URL, BODY, (HTML, ("x-robots-tag", "noarchive")))
    assert PageReader().read(sent).article is not None
    assert PageReader(robot="newscrawl").read(sent).reason == "noarchive"


def test_a_declaration_reads_its_own_pages() -> None:
    site = Site(name="paper", url="https://paper.example/", publisher="The Paper")
    reading = PageReader({"paper": site}).read(Sent(URL, BODY, (HTML,), None, "paper"))
    assert reading.article is not None
    assert (reading.article.site, reading.article.publisher) == ("paper", "The Paper")


def test_a_fault_of_ours_costs_the_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newscrawl.archives.pages.load_article", None)
    reading = PageReader().read(Sent(URL, BODY, (HTML,)))
    assert reading.reason == FAULT_OF_OURS
    assert "TypeError" in (reading.trace or "")


def test_nothing_of_archives_needs_scrapy() -> None:
    code = (
        "import sys, importlib\nfor name in ('scrapy', 'twisted'):\n    sys.modules[name] = None\n"
        "for name in ('pages', 'pool', 'records', 'worker', 'writer'):\n"
        "    importlib.import_module(f'newscrawl.archives.{name}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
