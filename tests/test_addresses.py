"""That a set of addresses holds what was put in, however many, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.addresses import AddressSet


@given(st.lists(st.text(max_size=30)), st.lists(st.text(max_size=30)))
def test_it_holds_what_was_put_in_and_nothing_else(put_in: list[str], others: list[str]) -> None:
    addresses = AddressSet()
    addresses.update(put_in)
    assert len(addresses) == len(set(put_in))
    assert all(address in addresses for address in put_in)
    assert [address for address in others if address in addresses] == [o for o in others if o in set(put_in)]


def test_it_grows() -> None:
    addresses = AddressSet()
    for number in range(20_000):
        addresses.add(f"example.org/{number}")
        addresses.add(f"example.org/{number // 2}")
    assert len(addresses) == 20_000
    assert all(f"example.org/{number}" in addresses for number in range(20_000))
    assert not any(f"example.org/{number}" in addresses for number in range(20_000, 40_000))
