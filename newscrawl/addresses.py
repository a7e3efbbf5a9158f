"""A set of very many addresses that takes little memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import xxhash

_SMALLEST = 256


class AddressSet:
    """Addresses of which only is known whether they are in it: 12 to 24 bytes each, where a set of texts takes 200.

    What is kept are 64-bit digests. That an address is taken for another one, in a set of a million, is as likely as
    one in 18 million million for each that is asked for.

    >>> seen = AddressSet()
    >>> seen.update(["example.org/a", "example.org/b", "example.org/a"])
    >>> len(seen), "example.org/a" in seen, "example.org/c" in seen
    (2, True, False)
    """

    __slots__ = ("_count", "_table")

    def __init__(self) -> None:
        # Open addressing with linear probing; 0 is an empty place.
        self._table = array("Q", bytes(8 * _SMALLEST))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, address: str) -> bool:
        return self._table[self._place(_digest(address))] != 0

    def add(self, address: str) -> None:
        """Put *address* in."""
        digest = _digest(address)
        place = self._place(digest)
        if self._table[place]:
            return
        self._table[place] = digest
        self._count += 1
        if 3 * self._count > 2 * len(self._table):
            self._grow()

    def update(self, addresses: Iterable[str]) -> None:
        """Put all *addresses* in."""
        for address in addresses:
            self.add(address)

    def _place(self, digest: int) -> int:
        """Return where *digest* is, or where it would be."""
        table, last = self._table, len(self._table) - 1
        place = digest & last
        while (held := table[place]) and held != digest:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        smaller, self._table = self._table, array("Q", bytes(16 * len(self._table)))
        for digest in filter(None, smaller):
            self._table[self._place(digest)] = digest


def _digest(address: str) -> int:
    return xxhash.xxh3_64_intdigest(address.encode("utf-8", "surrogatepass")) or 1
