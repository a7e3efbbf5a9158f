"""Unpacks responses within limits, and says in a few words when one cannot be."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, ResponseDataLossError
from scrapy.http import Response

if TYPE_CHECKING:
    from scrapy.http.headers import Headers

TOO_LARGE = "too large when unpacked"
_MOST_LAYERS = 5
"""Encodings one inside the other; curl's limit (``MAX_ENCODE_STACK``). Each layer may cost ``DOWNLOAD_MAXSIZE``."""

_GZIP = 16 + zlib.MAX_WBITS


def _layers(headers: Headers) -> int:
    return sum(len(value.split(b",")) for value in headers.getlist("Content-Encoding"))


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, whose limit on the unpacked size holds for gzip, deflate, Brotli and Zstandard.

    What it raises differs by library and carries sizes and addresses; here it is one of two reasons that can be
    counted.
    """

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Return *response* unpacked.

        Raises:
            IgnoreRequest: it is larger than ``DOWNLOAD_MAXSIZE`` (`TOO_LARGE`).
            ResponseDataLossError: it is not packed as it says.
        """
        if _layers(response.headers) > _MOST_LAYERS:
            raise IgnoreRequest(TOO_LARGE)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise IgnoreRequest(TOO_LARGE) from error
        except Exception as error:  # each of the four libraries has its own
            raise ResponseDataLossError(f"{response.url} is not packed as it says: {error}") from error

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding in {b"gzip", b"x-gzip"}:
            # Nearly all are one whole stream; Scrapy's way reads it in pieces, and deals with all others.
            stream = zlib.decompressobj(_GZIP)
            try:
                whole = stream.decompress(body, max_size)
            except zlib.error:
                whole = b""
            if stream.eof and not stream.unused_data:
                return whole
        return HttpCompressionMiddleware._decode(body, encoding, max_size)
