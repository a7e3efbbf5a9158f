"""That gzip read at once is what Scrapy reads in pieces."""

from __future__ import annotations

import gzip

import pytest
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from newscrawl.middlewares.compression import BoundedCompressionMiddleware

PAGE = b"<p>A story of the harbour</p>" * 4000
PACKED = gzip.compress(PAGE)


@pytest.mark.parametrize("limit", [0, 1000, len(PAGE) - 1, len(PAGE), len(PAGE) + 1])
@pytest.mark.parametrize(
    "body",
    [
        PACKED,
        gzip.compress(b""),
        PACKED + gzip.compress(b"<p>and more"),
        PACKED + b"what does not belong to it",
        PACKED[:-300],
        PACKED[:-8] + bytes(8),
        b"",
        PAGE[:20],
    ],
    ids=["whole", "empty", "two", "something behind", "torn", "wrong sum", "nothing", "not packed"],
)
def test_gzip_is_read_as_scrapy_reads_it(body: bytes, limit: int) -> None:
    def read(middleware: type[HttpCompressionMiddleware]) -> bytes | str:
        try:
            return middleware._decode(body, b"gzip", limit)
        except Exception as error:  # each kind of fault has its own
            return repr(error)

    assert read(BoundedCompressionMiddleware) == read(HttpCompressionMiddleware)
