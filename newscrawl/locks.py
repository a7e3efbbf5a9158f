"""Locks that the operating system lets go of when their holder dies: how a live run is told from a killed one."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def hold(path: Path) -> int:
    """Create the file *path* if need be, lock it for this process alone and return its descriptor.

    It waits while another process holds the lock. Closing the descriptor, or dying, releases it (flock(2)).
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between opening and locking, another process can have taken the file for a dead run's and removed it.
        if _still_there(descriptor, path):
            return descriptor
        os.close(descriptor)


def _try(path: Path, kind: int, *, create: bool) -> int | None:
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(path, flags, 0o644)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if _still_there(descriptor, path):
        return descriptor
    os.close(descriptor)
    return None


def seize(path: Path, *, create: bool = False) -> int | None:
    """Return a descriptor that locks *path* for this process alone.

    ``None`` when a live process has a lock on it, or when it is not there and *create* is not set.
    """
    return _try(path, fcntl.LOCK_EX, create=create)


def share(path: Path) -> int | None:
    """Return a descriptor that locks *path* together with other sharers, or ``None`` when one holds it alone."""
    return _try(path, fcntl.LOCK_SH, create=True)
