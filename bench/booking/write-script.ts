import { idPrefix } from '../support/people.ts'
import { metadata } from './sample.ts'
import { shop } from './shop.ts'
import type { Site } from './site.ts'

/** What wrk does again and again, and what comes of one turn. */
export const WRITES = {
  book: { event: 'booking.created' },
  holdAndRedeem: { event: 'booking.created' },
  reschedule: { event: 'booking.rescheduled' },
  cancel: { event: 'booking.cancelled' },
} as const
export type Write = keyof typeof WRITES

export const THREADS = 2

/** Lua that posts, each request with a key of its own: `keys` is what they begin with. Each of wrk's threads runs it anew. */
export const posts = (tokens: Site['tokens']) => `
local tokens = { ${tokens.map((token) => `'${token}'`).join(', ')} }
local threads = {}

function setup(thread)
  thread:set('place', #threads)
  table.insert(threads, thread)
end

local sent = 0

local function post(path, customer, body)
  sent = sent + 1
  return 'POST ' .. path .. ' HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nAuthorization: Bearer ' .. tokens[customer + 1]
    .. '\\r\\nIdempotency-Key: ' .. keys .. string.format('%x%011x', place, sent)
    .. '\\r\\nContent-Type: application/json\\r\\nContent-Length: ' .. #body .. '\\r\\n\\r\\n' .. body
end
`

/*
 * Thread `place` of `threads` takes the slots or lines `first + place`, `first + place + threads` and so on, so that none
 * is taken twice.
 */
const shared = ({ tokens, firstStart }: Pick<Site, 'tokens' | 'firstStart'>) => `${posts(tokens)}
-- The service and start of the next slot, open at its end for more.
local function next_slot()
  local index = next_index
  next_index = index + ${THREADS}
  local provider = index % ${shop.providers}
  local start = ${firstStart} + math.floor(index / ${shop.providers}) * ${shop.slotMinutes * 60}
  return provider % #tokens, string.format(
    '{"service_id":"${idPrefix.service}%012x","start":"%s"', provider, os.date('!%Y-%m-%dT%H:%M:%SZ', start)
  )
end

local lines = {}

function init(args)
  keys = args[1]
  next_index = tonumber(args[2]) + place
  done_count, others, other_status = 0, 0, 0
  if args[3] then for line in io.lines(args[3]) do table.insert(lines, line) end end
end

-- The id, customer and new start of the next booking that is to be changed.
local function next_line()
  local line = lines[next_index % #lines + 1]
  next_index = next_index + ${THREADS}
  return line:match('^(%S+) (%S+) (%S+)$')
end

local function count(is_done, status)
  if is_done then
    done_count = done_count + 1
  else
    others = others + 1
    other_status = status
  end
end

function done(summary)
  local done_count, others, other_status = 0, 0, 0
  for _, thread in ipairs(threads) do
    done_count = done_count + thread:get('done_count')
    others = others + thread:get('others')
    other_status = math.max(other_status, thread:get('other_status'))
  end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"microseconds":%d,"done":%d,"others":%d,"otherStatus":%d,"socketErrors":%d}\\n',
    summary.duration, done_count, others, other_status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
`

const turns: Readonly<Record<Write, string>> = {
  book: `
function request()
  local customer, body = next_slot()
  return post('/v1/bookings', customer, body .. ',"metadata":${metadata}}')
end

function response(status)
  count(status == 201, status)
end
`,
  // Whichever connection is free next redeems what was held last. A provider's customer follows from the service.
  holdAndRedeem: `
local held = {}

function request()
  local hold = table.remove(held, 1)
  if not hold then
    local customer, body = next_slot()
    return post('/v1/holds', customer, body .. ',"ttl_seconds":30}')
  end
  local service = hold:match('"service_id":"([^"]+)"')
  return post('/v1/bookings', tonumber(service:sub(-12), 16) % #tokens, string.format(
    '{"service_id":"%s","start":"%s","hold_id":"%s","metadata":${metadata}}',
    service, hold:match('"start":"([^"]+)"'), hold:match('"id":"([^"]+)"')
  ))
end

function response(status, headers, body)
  if status == 201 and body:find('"expires_at"', 1, true) then
    table.insert(held, body)
  else
    count(status == 201, status)
  end
end
`,
  reschedule: `
function request()
  local id, customer, start = next_line()
  return post('/v1/bookings/' .. id .. '/reschedule', customer, '{"start":"' .. start .. '"}')
end

function response(status)
  count(status == 200, status)
end
`,
  cancel: `
function request()
  local id, customer = next_line()
  return post('/v1/bookings/' .. id .. '/cancel', customer, '{"reason":"I am ill."}')
end

function response(status)
  count(status == 200, status)
end
`,
}

/** The script of wrk, which holds the tokens. Its arguments: the prefix of the keys, the first slot or line, the file of lines. */
export const scriptOf = (write: Write, site: Pick<Site, 'tokens' | 'firstStart'>): string =>
  shared(site) + turns[write]
