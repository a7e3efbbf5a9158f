"""What the Redis store has the server do, each in one step; `newscrawl.store.redis` says what is kept how.

Before each stand the helpers of `newscrawl.shared.server.Server.script` and `LIBRARY`. What is found a second time is
left as it is, so that each can be called again.
"""

from newscrawl.neardups import COMMON

LIBRARY = (
    f"local COMMON = {COMMON}\n"
    r"""
local G = P .. 'g' .. (redis.call('GET', P .. 'generation') or '0') .. ':'
local function place(digest)
  local a, b, c = string.byte(digest, 1, 3)
  return G .. 'keys:' .. string.format('%02x%02x%x', a, b, math.floor(c / 16)), string.sub(digest, 3)
end
local function find(digest)
  local bucket, field = place(digest)
  return redis.call('HGET', bucket, field)
end
local function read(n)
  local text = n and redis.call('HGET', G .. 'articles', n)
  if not text then return nil end
  local stop = string.find(text, '\0', 1, true)
  local fields = {}
  for line in string.gmatch(string.sub(text, 1, stop - 1) .. '\n', '(.-)\n') do fields[#fields + 1] = line end
  return fields, string.sub(text, stop + 1)
end
local function write(n, fields, owned)
  redis.call('HSET', G .. 'articles', n, table.concat(fields, '\n') .. '\0' .. owned)
end
local function lead(digest, n)
  local bucket, field = place(digest)
  local new = redis.call('HSETNX', bucket, field, n)
  if new == 1 then redis.call('INCR', G .. 'nkeys') end
  return new == 1
end
local function settle(digest)
  redis.call('HDEL', P .. 'refused', digest)
  local waiting = redis.call('HGET', P .. 'pending', digest)
  if waiting then
    redis.call('ZREM', P .. 'pending:' .. string.match(waiting, '^[^\n]*\n([^\n]*)'), digest)
    redis.call('HDEL', P .. 'pending', digest)
  end
end
local function unclaim(digest)
  local job = redis.call('HGET', P .. 'claims', digest)
  if job then
    redis.call('HDEL', P .. 'claims', digest)
    redis.call('SREM', P .. 'claims:' .. job, digest)
  end
end
local function signature_keys(signature)
  local keys = {}
  for i = 0, string.byte(signature, 2) - 1 do
    local key = string.sub(signature, 7 + 8 * i, 14 + 8 * i)
    keys[#keys + 1] = {G .. 'sk:' .. string.format('%02x%02x', string.byte(key, 1, 2)), string.sub(key, 3)}
  end
  return keys
end
local function story_of(n)
  local signed = redis.call('HGET', G .. 'signatures', n)
  return signed and string.match(signed, '^([^\n]*)\n')
end
local function sign(n, id, signature, copied)
  if signature == '' then return end
  local story = id
  if copied ~= '' then story = story_of(find(string.sub(copied, 1, 12)) or '') or string.sub(copied, 13) end
  local kept = 0
  for _, key in ipairs(signature_keys(signature)) do
    local held = redis.call('HGET', key[1], key[2]) or ''
    local count, told = 0, false
    for other in string.gmatch(held, '%d+') do
      count = count + 1
      told = told or story_of(other) == story
    end
    -- Copies bring only what their original does not have: a story often printed is no set phrase.
    if count < COMMON and (story == id or not told) then
      redis.call('HSET', key[1], key[2], held == '' and n or held .. ',' .. n)
      kept = kept + 1
    end
  end
  if kept > 0 then redis.call('HSET', G .. 'signatures', n, story .. '\n' .. signature) end
end
local function unsign(n)
  local signed = redis.call('HGET', G .. 'signatures', n)
  if not signed then return 0 end
  for _, key in ipairs(signature_keys(string.sub(signed, string.find(signed, '\n', 1, true) + 1))) do
    local rest = {}
    for other in string.gmatch(redis.call('HGET', key[1], key[2]) or '', '%d+') do
      if other ~= n then rest[#rest + 1] = other end
    end
    if #rest > 0 then redis.call('HSET', key[1], key[2], table.concat(rest, ','))
    else redis.call('HDEL', key[1], key[2]) end
  end
  redis.call('HDEL', G .. 'signatures', n)
  return 1
end
local function learn_aliases(n, fields, owned, digests, texts)
  for i, digest in ipairs(digests) do
    if lead(digest, n) then
      fields[#fields + 1] = texts[i]
      owned = owned .. digest
    end
  end
  return owned
end
local function lines(text)
  local found = {}
  for line in string.gmatch(text .. '\n', '(.-)\n') do found[#found + 1] = line end
  return found
end
local function watch(id, site, url, looked, published, etag, modified, fruitless)
  redis.call('HSET', P .. 'watched', id,
    table.concat({site, url, looked, published, etag, modified, fruitless}, '\n'))
  if published ~= '' then redis.call('ZADD', P .. 'watched:' .. site, published, id) end
end
"""
)

KNOWN = r"""
local found = {}
for i, digest in ipairs(ARGV) do
  local fields = read(find(digest))
  found[i] = fields and fields[11] or ''
end
return found
"""
FIND = r"""
local n = nil
for _, digest in ipairs(ARGV) do n = n or find(digest) or nil end
local text = n and redis.call('HGET', G .. 'articles', n)
if not text then return {} end
return {text, redis.call('HGET', P .. 'withdrawn', string.match(text, '^[^\n]*')) or ''}
"""
# ARGV: when, whether it must be told of lines elsewhere, the generation or '', then 21 values a record and its keys.
ADD = r"""
local at, unique = ARGV[1], ARGV[2] == '1'
if ARGV[3] ~= '' then G = P .. 'g' .. ARGV[3] .. ':' end
local records, position = {}, 4
while position <= #ARGV do
  local record = {}
  for i = 0, 20 do record[i + 1] = ARGV[position + i] end
  local keys = tonumber(record[21])
  record.digests, record.texts = {}, {}
  for i = 0, keys - 1 do
    record.digests[i + 1] = ARGV[position + 21 + 2 * i]
    record.texts[i + 1] = ARGV[position + 22 + 2 * i]
  end
  position = position + 21 + 2 * keys
  records[#records + 1] = record
end
if unique then
  local elsewhere = {}
  for _, record in ipairs(records) do
    local fields = read(find(record[1]))
    if fields and tonumber(record[7]) == tonumber(fields[5]) and fields[6] ~= record[8] then
      elsewhere[#elsewhere + 1] = record[2]
    end
  end
  if #elsewhere > 0 then return elsewhere end
end
for _, record in ipairs(records) do
  local identity, id, site = record[1], record[2], record[4]
  local n = find(identity)
  local fields, owned = read(n)
  if not fields then
    n = tostring(redis.call('INCR', G .. 'sequence'))
    fields = {id, record[3], site, record[5], record[7], record[8], record[9], record[10], record[11], record[11], at,
      record[12]}
    owned = identity
    lead(identity, n)
    redis.call('HINCRBY', G .. 'sites', site, 1)
    sign(n, id, record[13], record[14])
  else
    local version = tonumber(fields[5])
    if tonumber(record[7]) > version or (tonumber(record[7]) == version and fields[6] == record[8]) then
      fields[4], fields[5], fields[6], fields[7] = record[5], record[7], record[8], record[9]
      fields[8], fields[10], fields[12] = record[10], record[11], record[12]
      unsign(n)
      sign(n, id, record[13], record[14])
    end
  end
  if record[15] == '1' then
    local old = redis.call('HGET', P .. 'watched', id)
    if not old or tonumber(record[18]) >= tonumber(lines(old)[3]) then
      watch(id, site, record[16], record[18], record[17], record[19], record[20], '0')
    end
  end
  if record[6] ~= '' and lead(record[6], n) then owned = owned .. record[6] end
  if #record.digests > 0 then
    if lead(record.digests[1], n) then owned = owned .. record.digests[1] end
    local digests, texts = {}, {}
    for i = 2, #record.digests do digests[i - 1], texts[i - 1] = record.digests[i], record.texts[i] end
    owned = learn_aliases(n, fields, owned, digests, texts)
  end
  write(n, fields, owned)
  if ARGV[3] == '' then
    unclaim(identity)
    for _, digest in ipairs(record.digests) do unclaim(digest) settle(digest) end
  end
end
return {}
"""
ADD_ALIASES = r"""
local n = find(ARGV[1])
local fields, owned = read(n)
if not fields then return 0 end
local digests, texts = {}, {}
for i = 2, #ARGV, 2 do
  digests[#digests + 1], texts[#texts + 1] = ARGV[i], ARGV[i + 1]
  settle(ARGV[i])
end
write(n, fields, learn_aliases(n, fields, owned, digests, texts))
return 1
"""
CLAIM = r"""
local job = ARGV[1]
for i = 2, #ARGV do
  local other = redis.call('HGET', P .. 'claims', ARGV[i])
  if other and other ~= job then return other end
end
for i = 2, #ARGV do
  redis.call('HSET', P .. 'claims', ARGV[i], job)
  redis.call('SADD', P .. 'claims:' .. job, ARGV[i])
end
if #ARGV > 1 then redis.call('SADD', P .. 'claiming', job) end
return ''
"""
BEGIN = r"""
local job, token = ARGV[1], ARGV[2]
if redis.call('EXISTS', P .. 'rebuilding') == 1 then return 'rebuilding' end
if redis.call('HGET', P .. 'tokens', job) ~= token then
  if alive(job) then return 'alive' end
  bury(job)
end
redis.call('HSET', P .. 'tokens', job, token)
redis.call('ZADD', P .. 'jobs', now() + LEASE, job)
return ''
"""
BEAT = r"""
local job, token = ARGV[1], ARGV[2]
local held = redis.call('HGET', P .. 'tokens', job)
if held and held ~= token then return 0 end
redis.call('HSET', P .. 'tokens', job, token)
redis.call('ZADD', P .. 'jobs', now() + LEASE, job)
return 1
"""
END = r"""
if redis.call('HGET', P .. 'tokens', ARGV[1]) ~= ARGV[2] then return 0 end
return bury(ARGV[1])
"""
LIVE = r"""
local live = {}
for _, job in ipairs(redis.call('ZRANGE', P .. 'jobs', 0, -1)) do
  if alive(job) then live[#live + 1] = job end
end
return live
"""
RELEASE_DEAD = r"""
local released = 0
for _, job in ipairs(redis.call('SMEMBERS', P .. 'claiming')) do
  if not alive(job) then released = released + bury(job) end
end
return released
"""
REFUSE = r"""
for i = 2, #ARGV do
  settle(ARGV[i])
  redis.call('HSET', P .. 'refused', ARGV[i], ARGV[1])
end
return 1
"""
DEFER = r"""
local site = ARGV[1]
for i = 2, #ARGV, 3 do
  local digest, attempts, rest = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  local held = redis.call('HGET', P .. 'pending', digest)
  if held then
    local before = tonumber(string.match(held, '^%d+'))
    if attempts > before then
      redis.call('HSET', P .. 'pending', digest, attempts .. string.sub(held, string.find(held, '\n', 1, true), -1))
    end
  else
    redis.call('HSET', P .. 'pending', digest, attempts .. '\n' .. site .. '\n' .. rest)
    redis.call('ZADD', P .. 'pending:' .. site, redis.call('INCR', P .. 'pending_sequence'), digest)
  end
end
return 1
"""
PENDING = r"""
local found = {}
for _, digest in ipairs(ARGV) do
  -- Another run can have written the article between its look-up and its being kept here.
  if not find(digest) then found[#found + 1] = redis.call('HGET', P .. 'pending', digest) or nil end
end
return found
"""
OPEN_LISTING = r"""
local walks = P .. 'walks:' .. ARGV[1]
local first = redis.call('ZRANGE', walks, 0, 0)[1] or ''
redis.call('ZADD', walks, ARGV[2], ARGV[2])
return {first, redis.call('HGET', P .. 'listings', ARGV[1]) or 'never'}
"""
CLOSE_LISTINGS = r"""
for i = 2, #ARGV, 2 do
  redis.call('ZREMRANGEBYSCORE', P .. 'walks:' .. ARGV[i], '-inf', ARGV[i + 1])
  local before = redis.call('HGET', P .. 'listings', ARGV[i])
  if not before or ARGV[1] < before then redis.call('HSET', P .. 'listings', ARGV[i], ARGV[1]) end
end
return 1
"""
DUE = r"""
local site = ARGV[1]
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'watched:' .. site, '-inf', ARGV[2])) do
  if lines(redis.call('HGET', P .. 'watched', id))[7] == '0' then
    redis.call('ZREM', P .. 'watched:' .. site, id)
    redis.call('HDEL', P .. 'watched', id)
  end
end
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'watched:' .. site, '(' .. ARGV[2], '+inf')) do
  found[#found + 1] = id
  found[#found + 1] = redis.call('HGET', P .. 'watched', id)
end
return found
"""
LOOKS = r"""
local found = {}
for i, digest in ipairs(ARGV) do
  local fields = read(find(digest))
  if fields then
    found[i] = {fields[1], fields[2], fields[10], fields[11], redis.call('HGET', P .. 'watched', fields[1]) or ''}
  else found[i] = {} end
end
return found
"""
LOOKED = r"""
local n, moment, seen = find(ARGV[1]), ARGV[2], ARGV[3]
local fields, owned = read(n)
if not fields then return 0 end
if seen > fields[10] then fields[10] = seen end
write(n, fields, owned)
redis.call('HDEL', P .. 'withdrawn', fields[1])
local held = redis.call('HGET', P .. 'watched', fields[1])
if not held and ARGV[6] == '0' then return 1 end
local old = held and lines(held) or {fields[3], fields[2], moment, '', '', '', '0'}
if tonumber(moment) > tonumber(old[3]) then old[3] = moment end
if ARGV[4] ~= '' then old[5] = ARGV[4] end
if ARGV[5] ~= '' then old[6] = ARGV[5] end
watch(fields[1], old[1], old[2], old[3], old[4], old[5], old[6], tostring(tonumber(old[7]) + tonumber(ARGV[6])))
return 1
"""
WITHDRAW = r"""
local id, moment = ARGV[1], ARGV[2]
local held = redis.call('HGET', P .. 'watched', id)
if held then
  local old = lines(held)
  if tonumber(moment) > tonumber(old[3]) then watch(id, old[1], old[2], moment, old[4], old[5], old[6], old[7]) end
end
return redis.call('HSETNX', P .. 'withdrawn', id, ARGV[3])
"""
FORGET = r"""
local forgotten = 0
for i = 1, #ARGV, 2 do
  local id, n = ARGV[i], find(ARGV[i + 1])
  local fields, owned = read(n)
  if fields then
    unsign(n)
    for at = 1, #owned, 12 do
      local bucket, field = place(string.sub(owned, at, at + 11))
      if redis.call('HGET', bucket, field) == n then
        redis.call('HDEL', bucket, field)
        redis.call('DECR', G .. 'nkeys')
      end
    end
    redis.call('HDEL', G .. 'articles', n)
    redis.call('HINCRBY', G .. 'sites', fields[3], -1)
    forgotten = forgotten + 1
  end
  local held = redis.call('HGET', P .. 'watched', id)
  if held then
    redis.call('ZREM', P .. 'watched:' .. lines(held)[1], id)
    redis.call('HDEL', P .. 'watched', id)
  end
  redis.call('HDEL', P .. 'withdrawn', id)
end
return forgotten
"""
FORGET_KEYS = "for _, digest in ipairs(ARGV) do settle(digest) end return 1"
EXPIRE = r"""
local expired = 0
for i = 2, #ARGV do
  local fields = read(ARGV[i])
  if fields and tonumber(fields[11]) < tonumber(ARGV[1]) then expired = expired + unsign(ARGV[i]) end
end
return expired
"""
GATE = r"""
if redis.call('GET', P .. 'rebuilding') == ARGV[1] then redis.call('EXPIRE', P .. 'rebuilding', 60) return {} end
local live = {}
for _, job in ipairs(redis.call('ZRANGE', P .. 'jobs', 0, -1)) do
  if alive(job) then live[#live + 1] = job end
end
if #live == 0 and not redis.call('SET', P .. 'rebuilding', ARGV[1], 'NX', 'EX', 60) then
  return {'another rebuild'}
end
return live
"""
# What files cannot tell, for one article of the new generation: ARGV are that, its id, aliases, learnt, last_seen.
CARRY = r"""
G = P .. 'g' .. ARGV[1] .. ':'
local n = find(ARGV[2])
local fields, owned = read(n)
if not fields then return 0 end
fields[11] = ARGV[3]
if ARGV[4] > fields[10] then fields[10] = ARGV[4] end
local digests, texts = {}, {}
for i = 5, #ARGV, 2 do digests[#digests + 1], texts[#texts + 1] = ARGV[i], ARGV[i + 1] end
write(n, fields, learn_aliases(n, fields, owned, digests, texts))
return 1
"""
