"""The connection to Redis or Valkey, which waits while the server is away."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newscrawl.store import StoreError, StoreFullError

try:
    import redis
    from redis import exceptions
    from redis.backoff import NoBackoff
    from redis.retry import Retry
except ModuleNotFoundError as error:
    raise StoreError(
        "NEWSCRAWL_REDIS_URL needs the package redis: install it with `pip install 'newscrawl[redis]'`, or "
        "`pip install -r requirements-redis.txt` in a clone"
    ) from error

T = TypeVar("T")

logger = logging.getLogger(__name__)

LEASE = 30.0
"""Seconds without a sign of life after which a worker is taken for dead."""
PATIENCE = 300.0
"""Seconds that a worker waits for a server that is away."""
PREFIX = "newscrawl"
FORGETFUL = 5.0
"""Seconds that a server can forget when it dies; with ``appendfsync everysec`` it is up to two."""
_PAUSE = 0.25
_TIMEOUT = 15.0

_PRELUDE = """
local LEASE = {lease}
local P = '{prefix}:'
local function now()
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local function alive(job)
  local deadline = redis.call('ZSCORE', P .. 'jobs', job)
  if not deadline then return false end
  if tonumber(deadline) >= now() then return true end
  -- While the server was away nobody could give a sign of life.
  local up = string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)')
  return tonumber(up) <= LEASE
end
local function release(job)
  local released = 0
  local keys = redis.call('SMEMBERS', P .. 'claims:' .. job)
  for _, key in ipairs(keys) do
    if redis.call('HGET', P .. 'claims', key) == job then
      redis.call('HDEL', P .. 'claims', key)
      released = released + 1
    end
  end
  redis.call('DEL', P .. 'claims:' .. job)
  redis.call('SREM', P .. 'claiming', job)
  return released
end
local function bury(job)
  redis.call('ZREM', P .. 'jobs', job)
  redis.call('HDEL', P .. 'tokens', job)
  return release(job)
end
"""


class Server:
    """A Redis or Valkey server; any number of threads may use it.

    Args:
        url: ``redis://[user:password@]host:6379/0``, ``rediss://…``, ``unix:///path``; ``valkey`` for ``redis`` does
            as well. Its query may say ``lease`` and ``patience`` (seconds) and ``prefix`` (what all keys begin with).

    Raises:
        StoreError: the address is not understood, or the server cannot be reached or used.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        try:
            self.lease = float(options.pop("lease", LEASE))
            self.patience = float(options.pop("patience", PATIENCE))
        except ValueError as error:
            raise StoreError(f"the address of the Redis server: lease and patience are seconds ({error})") from None
        self.prefix = options.pop("prefix", PREFIX)
        scheme = {"valkey": "redis", "valkeys": "rediss"}.get(parts.scheme, parts.scheme)
        # Without the password.
        self.name = parts.netloc.rpartition("@")[2] or parts.path
        try:
            self.client = redis.Redis.from_url(
                urlunsplit((scheme, parts.netloc, parts.path, urlencode(options), "")),
                socket_timeout=_TIMEOUT,
                socket_connect_timeout=5.0,
                retry=Retry(NoBackoff(), 0),
                redis_connect_func=self._connect,
            )
        except (ValueError, TypeError) as error:
            raise StoreError(
                f"the address of the Redis server is not understood ({error}): write redis://host:6379/0"
            ) from error
        self._prelude = _PRELUDE.format(lease=self.lease, prefix=self.prefix)
        self._lock = Lock()
        self._away = False
        self._comebacks = 0
        self._told: deque[tuple[float, Callable[..., Any], tuple[Any, ...]]] = deque()
        self._started = ""
        self._connected = False
        patience, self.patience = self.patience, 0.0
        self.run(self.client.ping)
        self.patience = patience

    def script(self, text: str, *, again: bool = False) -> Callable[..., Any]:
        """Return the Lua script *text*, to be called with its arguments (``ARGV``); the server runs it as one step.

        Before it stand ``P`` (what keys begin with), ``now()`` (seconds since the epoch by the server's clock),
        ``alive(job)``, ``release(job)`` and ``bury(job)``. Called again after the connection broke, it must do no harm.

        Args:
            text: in Lua.
            again: whether it is called once more when the server was started again within `FORGETFUL` seconds, as it
                may have forgotten what the script wrote.
        """
        script = self.client.register_script(self._prelude + text)

        def call(*arguments: Any) -> Any:
            answer = self.run(script, (), arguments)
            if again:
                self._told.append((time.monotonic(), script, arguments))
                while self._told[0][0] < time.monotonic() - FORGETFUL:
                    self._told.popleft()
            return answer

        return call

    def _connect(self, connection: Any) -> None:
        connection.on_connect()
        self._connected = True

    def _tell_again(self) -> bool:
        """Tell a server that was started again what it may have forgotten; return whether it was."""
        with self._lock:
            self._connected = False
            started = str(self.client.info("server")["run_id"])
            again = bool(self._started) and started != self._started
            if again:
                for _, script, arguments in list(self._told):
                    script((), arguments)
            self._started, self._connected = started, False
        return again

    def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Return what *work* returns; it is tried again while the server is away, up to ``patience`` seconds.

        Raises:
            StoreError: the server does not come back, or refuses.
            StoreFullError: its memory or disk is full.
        """
        given_up = time.monotonic() + self.patience
        broken, comebacks = 0, self._comebacks
        while True:
            # An answer from before it went away does not say that it is back.
            away = self._away
            try:
                answer = work(*arguments)
                if self._connected and self._tell_again():
                    # It was asked before it knew.
                    answer = work(*arguments)
            except exceptions.AuthenticationError as error:
                raise StoreError(f"the Redis server {self.name} does not let us in: {error}") from error
            except (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.ReadOnlyError) as error:
                if broken and time.monotonic() >= given_up:
                    waited = f" for {self.patience:.0f} seconds" if self.patience else ""
                    raise StoreError(
                        f"the Redis server {self.name} could not be reached{waited} ({error}): see that it runs; "
                        "nothing is lost, start again when it does"
                    ) from error
                if comebacks != self._comebacks:
                    # It is back already: what failed is a connection from before.
                    broken, comebacks = 0, self._comebacks
                broken += 1
                if broken > 1:
                    # The first may be of a connection that the server has long closed.
                    self._tell(True, str(error))
                    time.sleep(_PAUSE)
            except exceptions.ResponseError as error:
                raise self._explained(error) from error
            except exceptions.RedisError as error:
                raise StoreError(f"the Redis server {self.name} failed: {error}") from error
            else:
                if away:
                    self._tell(False)
                return answer

    def _explained(self, error: exceptions.ResponseError) -> StoreError:
        text = str(error)
        if text.startswith(("OOM", "MISCONF")) or "'maxmemory'" in text:
            return StoreFullError(f"the Redis server {self.name} is full: {text}")
        if "NOPERM" in text or "NOAUTH" in text:
            return StoreError(f"the Redis server {self.name} does not let us: {text}")
        return StoreError(f"the Redis server {self.name} refused: {text}")

    def _tell(self, away: bool, why: str = "") -> None:
        with self._lock:
            if away == self._away:
                return
            self._away = away
            self._comebacks += not away
        if away:
            logger.warning(
                "The Redis server %s cannot be reached (%s): waiting up to %.0f seconds", self.name, why, self.patience
            )
        else:
            logger.warning("The Redis server %s is back", self.name)

    def ahead(self) -> float:
        """Return the seconds that the server's clock is ahead of this machine's."""
        before = time.time()
        seconds, micros = self.run(self.client.time)
        return float(seconds + micros / 1e6 - (before + time.time()) / 2)

    def keys(self, pattern: str) -> list[bytes]:
        """Return the keys that match *pattern* behind the prefix; it goes through all keys of the database."""
        return list(self.run(lambda: list(self.client.scan_iter(f"{self.prefix}:{pattern}", count=1000))))

    def delete(self, keys: Sequence[bytes | str]) -> None:
        """Delete *keys*."""
        for start in range(0, len(keys), 500):
            self.run(self.client.unlink, *keys[start : start + 500])

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()
