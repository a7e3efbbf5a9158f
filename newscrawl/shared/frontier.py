"""What a shared crawl has yet to fetch, who fetches what, and when it is over.

A request is *leased*: it moves, in one step, from its site's queue to the worker that fetches it, and is struck off
when everything that came of it is where it belongs: its links here, its article on a disk and in the store. The leases
of a worker that gave no sign of life for `newscrawl.shared.server.Server.lease` seconds go back to their queues, at the
same moment as its claims lapse. What came of a request twice, because a worker died in between, is known by its address
(links) or refused by the store (articles).

A crawl can be lost with its server: what it had not reached is found again by the next one, as after every run that
died (`newscrawl.spiders.base`). Everything here waits for the network; nothing knows Scrapy.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from time import monotonic
from typing import Any, NamedTuple

import orjson

from newscrawl.shared.server import FORGETFUL, Server
from newscrawl.store import StoreError

FINISHED = "finished"
"""Why a crawl is over that came to its own end."""
_ABANDONED = 86400.0
"""Seconds after which a crawl that no worker is at is not taken up again."""

_LIBRARY = r"""
local function is_current(name, gen)
  local held, phase = unpack(redis.call('HMGET', P .. 'crawl:' .. name, 'gen', 'phase'))
  return held == gen and phase == 'running'
end
local function wipe(base, gen)
  local g = base .. ':' .. gen .. ':'
  for _, slot in ipairs(redis.call('ZRANGE', g .. 'slots', 0, -1)) do redis.call('DEL', g .. 'queue:' .. slot) end
  for _, name in ipairs({'slots', 'requests', 'leases', 'once', 'shown', 'walked', 'sources', 'stats', 'accepted',
      'written', 'alone', 'workers', 'last', 'sequence', 'turn'}) do
    redis.call('DEL', g .. name)
  end
  redis.call('DEL', base)
end
local function enqueue(g, id)
  local request = redis.call('HGET', g .. 'requests', id)
  if not request then return end
  local slot, priority, number = string.match(request, '^([^\n]*)\n([^\n]*)\n([^\n]*)')
  redis.call('ZADD', g .. 'queue:' .. slot, tonumber(number) - tonumber(priority) * 1099511627776, id)
  redis.call('ZADD', g .. 'slots', 'NX', 0, slot)
end
local function take_out(g, id)
  local request = redis.call('HGET', g .. 'requests', id)
  if not request then return false end
  local slot = string.match(request, '^([^\n]*)')
  if redis.call('ZREM', g .. 'queue:' .. slot, id) == 1 and redis.call('EXISTS', g .. 'queue:' .. slot) == 0 then
    redis.call('ZREM', g .. 'slots', slot)
  end
  return true
end
local function return_lease(base, g, id)
  redis.call('HDEL', g .. 'leases', id)
  if id == 'start' then redis.call('HSET', base, 'start', 'open') else enqueue(g, id) end
end
local function give_back(base, g, worker)
  local held, back = redis.call('HGETALL', g .. 'leases'), 0
  for i = 1, #held, 2 do
    if held[i + 1] == worker then
      return_lease(base, g, held[i])
      back = back + 1
    end
  end
  redis.call('SREM', g .. 'workers', worker)
  redis.call('HDEL', g .. 'last', worker)
  return back
end
"""
_JOIN = r"""
local name, job, fresh, started = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local base = P .. 'crawl:' .. name
local gen, phase, winner, touched = unpack(redis.call('HMGET', base, 'gen', 'phase', 'winner', 'touched'))
if gen then
  local left = true
  for _, worker in ipairs(redis.call('SMEMBERS', base .. ':' .. gen .. ':workers')) do
    if worker ~= job and alive(worker) then left = false end
  end
  if phase == 'over' and winner ~= job and alive(winner) then return {} end
  if phase == 'over' or (left and now() - tonumber(touched) > tonumber(ARGV[5])) then
    wipe(base, gen)
    gen = nil
  end
end
if not gen then
  gen = fresh
  redis.call('HSET', base, 'gen', gen, 'phase', 'running', 'start', 'open', 'started', started)
end
redis.call('HSET', base, 'touched', now())
redis.call('SADD', base .. ':' .. gen .. ':workers', job)
return {gen, redis.call('HGET', base, 'started')}
"""
_EXCHANGE = r"""
local a = cjson.decode(ARGV[1])
local base, job = P .. 'crawl:' .. a.name, a.job
local server = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if server ~= a.server then return {'anew', server, 0, '', 0, 0} end
local gen, phase = unpack(redis.call('HMGET', base, 'gen', 'phase'))
if gen ~= a.gen then return {'gone', '', 0, '', 0, 0} end
local g, got, again, back = base .. ':' .. gen .. ':', {}, 0, 0
local last = redis.call('HGET', g .. 'last', job)
if last and string.sub(last, 1, #a.nonce) == a.nonce then
  -- The answer to this very question was lost on its way.
  got = cjson.decode(string.sub(last, #a.nonce + 1))
else
  redis.call('HSET', base, 'touched', now())
  redis.call('SADD', g .. 'workers', job)
  for _, request in ipairs(a.push) do
    local id = request[1]
    if redis.call('SADD', g .. 'once', id) == 1 then
      local number = redis.call('INCR', g .. 'sequence')
      redis.call('HSET', g .. 'requests', id, request[2] .. '\n' .. number .. '\n' .. request[3])
      enqueue(g, id)
    else again = again + 1 end
  end
  if a.anew then
    local mine = {}
    for _, id in ipairs(a.held) do
      mine[id] = true
      if redis.call('HEXISTS', g .. 'leases', id) == 0 and take_out(g, id) then
        redis.call('HSET', g .. 'leases', id, job)
      end
    end
    local held = redis.call('HGETALL', g .. 'leases')
    for i = 1, #held, 2 do
      if held[i + 1] == job and not mine[held[i]] then return_lease(base, g, held[i]) end
    end
  end
  for name, number in pairs(a.stats) do redis.call('HINCRBYFLOAT', g .. 'stats', name, number) end
  for root, walk in pairs(a.walked) do redis.call('HSET', g .. 'walked', root, walk) end
  for key, source in pairs(a.sources) do redis.call('HSET', g .. 'sources', key, source) end
  for _, id in ipairs(a.done) do
    local holder = redis.call('HGET', g .. 'leases', id)
    if not holder or holder == job then
      take_out(g, id)
      redis.call('HDEL', g .. 'leases', id)
      redis.call('HDEL', g .. 'requests', id)
    end
  end
  for _, id in ipairs(a.back) do
    if redis.call('HGET', g .. 'leases', id) == job then return_lease(base, g, id) end
  end
  if a.began and redis.call('HGET', base, 'start') ~= 'done' then
    redis.call('HDEL', g .. 'leases', 'start')
    redis.call('HSET', base, 'start', 'done')
  end
  if a.reap then
    for _, worker in ipairs(redis.call('SMEMBERS', g .. 'workers')) do
      if worker ~= job and not alive(worker) then
        bury(worker)
        back = back + give_back(base, g, worker)
      end
    end
  end
  if a.take and phase == 'running' and redis.call('HGET', base, 'start') == 'open' then
    redis.call('HSET', base, 'start', 'held')
    redis.call('HSET', g .. 'leases', 'start', job)
  end
  local more = phase == 'running' and a.want > 0
  while more do
    more = false
    for _, slot in ipairs(redis.call('ZRANGE', g .. 'slots', 0, 199)) do
      if #got >= a.want then break end
      redis.call('ZADD', g .. 'slots', redis.call('INCR', g .. 'turn'), slot)
      local room = a.room[slot] or a.most
      if room > 0 then
        local id = redis.call('ZPOPMIN', g .. 'queue:' .. slot)[1]
        redis.call('HSET', g .. 'leases', id, job)
        got[#got + 1] = id
        a.room[slot] = room - 1
        more = #got < a.want
        if redis.call('EXISTS', g .. 'queue:' .. slot) == 0 then redis.call('ZREM', g .. 'slots', slot) end
      end
    end
  end
  redis.call('HSET', g .. 'last', job, a.nonce .. cjson.encode(got))
  if phase == 'running' and redis.call('HGET', base, 'start') == 'done' and redis.call('EXISTS', g .. 'slots') == 0
      and redis.call('EXISTS', g .. 'leases') == 0 then
    redis.call('HSET', base, 'phase', 'over', 'reason', 'finished', 'winner', job)
  end
end
local reason, winner, start
phase, reason, winner, start = unpack(redis.call('HMGET', base, 'phase', 'reason', 'winner', 'start'))
if redis.call('HGET', g .. 'leases', 'start') == job then start = 'mine' end
local answer = {phase, reason or '', winner == job and 1 or 0, start, again, back}
for _, id in ipairs(got) do
  answer[#answer + 1] = id
  answer[#answer + 1] = redis.call('HGET', g .. 'requests', id) or ''
end
return answer
"""
_STOP = r"""
local base = P .. 'crawl:' .. ARGV[1]
local gen, phase = unpack(redis.call('HMGET', base, 'gen', 'phase'))
if gen == ARGV[2] and phase == 'running' then
  redis.call('HSET', base, 'phase', 'over', 'reason', ARGV[4], 'winner', ARGV[3])
end
return 1
"""
_LEAVE = r"""
local base = P .. 'crawl:' .. ARGV[1]
if redis.call('HGET', base, 'gen') ~= ARGV[2] then return 0 end
return give_back(base, base .. ':' .. ARGV[2] .. ':', ARGV[3])
"""
_WIPE = r"""
local base = P .. 'crawl:' .. ARGV[1]
if redis.call('HGET', base, 'gen') == ARGV[2] then wipe(base, ARGV[2]) end
return 1
"""
_SHOWN = r"""
local g = P .. 'crawl:' .. ARGV[1] .. ':' .. ARGV[2] .. ':'
local first = {}
for i = 4, #ARGV do
  redis.call('HSETNX', g .. 'shown', ARGV[i], ARGV[3])
  first[i - 3] = redis.call('HGET', g .. 'shown', ARGV[i]) == ARGV[3] and 1 or 0
end
return first
"""
_ACCEPT = r"""
if not is_current(ARGV[1], ARGV[2]) then return 0 end
local accepted = P .. 'crawl:' .. ARGV[1] .. ':' .. ARGV[2] .. ':accepted'
if redis.call('SISMEMBER', accepted, ARGV[4]) == 1 then return 1 end
if redis.call('SCARD', accepted) >= tonumber(ARGV[3]) then return 0 end
redis.call('SADD', accepted, ARGV[4])
return 1
"""
_WRITTEN = r"""
if not is_current(ARGV[1], ARGV[2]) then return 0 end
local written = P .. 'crawl:' .. ARGV[1] .. ':' .. ARGV[2] .. ':written'
redis.call('SADD', written, ARGV[3])
return redis.call('SCARD', written)
"""
_PACE = r"""
local host, delay, least, rest, alone = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local site, walls = P .. 'site:' .. host, P .. 'crawl:' .. ARGV[7] .. ':alone'
local t = now()
local next, resting, slow = unpack(redis.call('HMGET', site, 'next', 'rest', 'least'))
next, resting, slow = tonumber(next or 0), math.max(tonumber(resting or 0), t + rest), tonumber(slow or 0)
if rest > 0 then redis.call('HSET', site, 'rest', string.format('%.6f', resting)) end
if least > slow then
  slow = least
  redis.call('HSET', site, 'least', string.format('%.6f', least))
end
if alone == '1' then redis.call('SADD', walls, host) end
local at = math.max(t, next, resting)
local turned_away = redis.call('SISMEMBER', walls, host)
if ARGV[6] == '1' and turned_away == 0 then
  local interval = math.max(delay, slow)
  if interval > 0 then redis.call('HSET', site, 'next', string.format('%.6f', at + interval)) end
end
if redis.call('EXISTS', site) == 1 then redis.call('EXPIRE', site, 3600 + math.ceil(resting - t)) end
return {string.format('%.6f', at - t), string.format('%.6f', resting - t), turned_away}
"""


class Leased(NamedTuple):
    """A request that this worker is to fetch."""

    id: str
    """The same for requests that are the same."""

    text: bytes
    """As it was given to `Exchange.push`."""


@dataclass(slots=True)
class Exchange:
    """What a worker tells the others, and asks for, in one step."""

    push: list[tuple[str, str, int, bytes]] = field(default_factory=list)
    """New requests: what tells two that are the same, the site's slot, priority, and the request (UTF-8)."""

    done: list[str] = field(default_factory=list)
    """Leases whose outcome is safe."""

    back: list[str] = field(default_factory=list)
    """Leases for others."""

    stats: dict[str, float] = field(default_factory=dict)
    """What to add to the crawl's sums."""

    walked: dict[str, bytes] = field(default_factory=dict)
    """Listings that came to their end."""

    sources: dict[str, bytes] = field(default_factory=dict)
    """Feeds and sitemaps that were read."""

    began: bool = False
    """Whether all first requests of the crawl are pushed, with these."""

    @classmethod
    def together(cls, told: Iterable[Exchange]) -> Exchange:
        """Return all of *told* in one, in that order."""
        whole = cls()
        for one in told:
            whole.push += one.push
            whole.done += one.done
            whole.back += one.back
            whole.walked |= one.walked
            whole.sources |= one.sources
            whole.began |= one.began
            for name, number in one.stats.items():
                whole.stats[name] = whole.stats.get(name, 0) + number
        return whole

    def __bool__(self) -> bool:
        return any((self.push, self.done, self.back, self.walked, self.sources, self.began))


@dataclass(slots=True, frozen=True)
class Answer:
    """What came back."""

    over: str | None
    """Why the crawl is over, if it is."""

    winner: bool
    """Whether this worker is the one to close the crawl's books."""

    start: str
    """Who makes the first requests: ``open`` (nobody yet), ``mine``, ``held`` (another worker), ``done``."""

    again: int
    """Requests that had been pushed before."""

    back: int
    """Leases of dead workers that were given back."""

    leased: list[Leased]


def _hashed(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class Frontier:
    """A crawl as one of its workers sees it.

    Args:
        server: where it is kept.
        name: what its workers call it.
        job: the worker's run, which gives signs of life (`newscrawl.store.Store.begin_job`).
    """

    def __init__(self, server: Server, name: str, job: str) -> None:
        self.server, self.name, self.job = server, name, job
        self.generation = ""
        self.started = 0.0
        self._server = ""
        # A server that dies may have forgotten the last of what it has taken note of.
        self._recent: deque[tuple[float, Exchange]] = deque()
        texts = {
            "join": _JOIN, "exchange": _EXCHANGE, "stop": _STOP, "leave": _LEAVE, "wipe": _WIPE, "shown": _SHOWN,
            "accept": _ACCEPT, "written": _WRITTEN, "pace": _PACE,
        }  # fmt: skip
        self._scripts = {name: server.script(_LIBRARY + text) for name, text in texts.items()}

    def _key(self, name: str) -> str:
        return f"{self.server.prefix}:crawl:{self.name}:{self.generation}:{name}"

    def join(self, now: float) -> bool:
        """Take part in the crawl, or begin it; False while the one before it is being closed.

        Args:
            now: the run's time, seconds since the epoch; `started` is that of the worker that began the crawl.
        """
        answer = self._scripts["join"](self.name, self.job, secrets.token_hex(6), repr(now), _ABANDONED)
        if not answer:
            return False
        self.generation, self.started = answer[0].decode(), float(answer[1])
        return True

    def exchange(
        self, told: Exchange, *, want: int = 0, room: dict[str, int] | None = None, most: int = 0, take: bool = False,
        reap: bool = False, held: Collection[str] = (),
    ) -> Answer:  # fmt: skip
        """Tell the others what happened, and take requests to fetch.

        Args:
            told: what happened.
            want: how many requests to take, at the most.
            room: how many of a site's, by slot.
            most: how many of any other site's.
            take: whether to make the first requests of the crawl, if nobody does.
            reap: whether to look for workers that died.
            held: the leases that this worker has, ``start`` for the first requests.

        Raises:
            StoreError: the server has come back without the crawl.
        """
        anew = False
        while True:
            question = self._question(told, want, room or {}, most)
            question |= {"take": take, "reap": reap, "held": list(held), "anew": anew}
            phase, reason, winner, start, again, back, *pairs = self._scripts["exchange"](orjson.dumps(question))
            if phase != b"anew":
                break
            # The server has been started, for the first time or again: what it may have forgotten is told once more.
            anew, self._server = bool(self._server), reason.decode()
            told = Exchange.together([*(recent for _, recent in self._recent), told])
        if anew and phase == b"gone":
            raise StoreError(
                f"the Redis server {self.server.name} has come back without the crawl {self.name!r}: start again, "
                "what it had not reached is found anew; let the server keep an append-only file"
            )
        self._remember(told)
        over = {b"running": None, b"gone": FINISHED}.get(phase, reason.decode() or FINISHED)
        texts = zip(pairs[::2], pairs[1::2], strict=True)
        leased = [Leased(id_.decode(), text.split(b"\n", 3)[3]) for id_, text in texts if text]
        return Answer(over, bool(winner), start.decode(), int(again), int(back), leased)

    def _remember(self, told: Exchange) -> None:
        now = monotonic()
        while self._recent and self._recent[0][0] < now - FORGETFUL:
            self._recent.popleft()
        if told:
            # Sums need not be told twice, and what is given back may be another worker's by now.
            self._recent.append((now, replace(told, stats={}, back=[])))

    def _question(self, told: Exchange, want: int, room: dict[str, int], most: int) -> dict[str, Any]:
        return {
            "name": self.name,
            "gen": self.generation,
            "job": self.job,
            "nonce": secrets.token_hex(6),
            "push": [(_hashed(once), f"{slot}\n{priority}", text.decode()) for once, slot, priority, text in told.push],
            "done": told.done,
            "back": told.back,
            "stats": told.stats,
            "walked": {root: text.decode() for root, text in told.walked.items()},
            "sources": {key: text.decode() for key, text in told.sources.items()},
            "began": told.began,
            "want": want,
            "room": room,
            "most": most,
            "server": self._server,
        }

    def stop(self, reason: str) -> None:
        """Have all workers end before everything is fetched."""
        self._scripts["stop"](self.name, self.generation, self.job, reason)

    def leave(self) -> None:
        """Give all leases back; the others go on."""
        self._scripts["leave"](self.name, self.generation, self.job)

    def first_shown(self, root: str, page: int, keys: Collection[str]) -> set[str]:
        """Return those of *keys* that the walk of the listing *root* shows on *page* first, read as often as may be."""
        if not keys:
            return set()
        digests = (_hashed(f"{root} {key}") for key in keys)
        first = self._scripts["shown"](self.name, self.generation, page, *digests)
        return {key for key, is_first in zip(keys, first, strict=True) if is_first}

    def accept(self, page: str, most: int) -> bool:
        """Say whether the article of *page* is among the first *most* of the crawl."""
        return bool(self._scripts["accept"](self.name, self.generation, most, page))

    def unaccept(self, page: str) -> None:
        """Make room for another article."""
        self.server.run(self.server.client.srem, self._key("accepted"), page)

    def written(self, page: str) -> int:
        """Count an article that has passed the pipelines; return how many have."""
        return int(self._scripts["written"](self.name, self.generation, page))

    def pace(
        self, host: str, *, delay: float = 0.0, least: float = 0.0, rest: float = 0.0, alone: bool = False,
        reserve: bool = False,
    ) -> tuple[float, float, bool]:  # fmt: skip
        """Tell and ask how *host* is to be treated by all workers together.

        Args:
            host: its download slot.
            delay: seconds between its requests, as this worker sees it.
            least: seconds that it has asked for; all workers keep to it.
            rest: seconds for which it wants no request.
            alone: whether it is left alone.
            reserve: take the next moment for a request.

        Returns:
            Seconds until that moment, seconds that are left of its rest, and whether it is left alone in this crawl.
        """
        crawl = f"{self.name}:{self.generation}"
        wait, resting, away = self._scripts["pace"](host, delay, least, rest, int(alone), int(reserve), crawl)
        return float(wait), float(resting), bool(away)

    def sums(self) -> dict[str, float]:
        """Return the stats of all workers together."""
        rows = self.server.run(self.server.client.hgetall, self._key("stats"))
        return {name.decode(): float(number) for name, number in rows.items()}

    def books(self) -> tuple[Iterable[bytes], Iterable[bytes]]:
        """Return the listings that came to their end, and the feeds and sitemaps that were read, as they were told."""
        walked, sources = (self.server.run(self.server.client.hvals, self._key(name)) for name in ("walked", "sources"))
        return walked, sources

    def wipe(self) -> None:
        """Forget the crawl."""
        self._scripts["wipe"](self.name, self.generation)

    def waiting(self) -> tuple[int, int]:
        """Return how many requests wait, and how many are leased."""
        requests, leases = (self.server.run(self.server.client.hlen, self._key(n)) for n in ("requests", "leases"))
        return int(requests) - int(leases), int(leases)
