"""The server that the store's tests use."""

from tests.store.conftest import valkey

__all__ = ["valkey"]
