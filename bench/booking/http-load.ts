import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { idPrefix } from '../support/people.ts'
import { runWrk } from '../support/wrk.ts'
import { shop } from './shop.ts'

export interface HttpLoad {
  readonly wrk: string
  readonly scriptFile: string
  readonly connections: number
  /** Of slot 0, in seconds since 1970. */
  readonly firstStart: number
  /** Of the customers, who take turns. */
  readonly tokens: readonly string[]
  readonly metadata: string
}

const wrkResult = z.object({
  microseconds: z.number().positive(),
  created: z.number(),
  others: z.number(),
  otherStatus: z.number(),
  socketErrors: z.number(),
})

export interface HttpResult {
  /** Answers with 201. */
  readonly perSecond: number
  readonly created: number
  /** Answers with any other status, and one of those statuses. */
  readonly others: number
  readonly otherStatus: number
  /** Connections that failed, broke off or were too slow. */
  readonly socketErrors: number
}

const THREADS = 2

/**
 * The script of wrk. Each of its threads runs Lua of its own: thread `place` of `threads` sends the slots
 * `first + place`, `first + place + threads` and so on, so that no slot is sent twice.
 */
const script = ({ firstStart, tokens, metadata }: HttpLoad) => `
local tokens = { ${tokens.map((token) => `'${token}'`).join(', ')} }
local threads = {}

function setup(thread)
  thread:set('place', #threads)
  table.insert(threads, thread)
end

function init(args)
  next_index = tonumber(args[1]) + place
  created, others, other_status = 0, 0, 0
end

function request()
  local index = next_index
  next_index = index + ${THREADS}
  local start = ${firstStart} + math.floor(index / ${shop.providers}) * ${shop.slotMinutes * 60}
  local body = string.format(
    '{"service_id":"${idPrefix.service}%012x","start":"%s","metadata":${metadata}}',
    index % ${shop.providers},
    os.date('!%Y-%m-%dT%H:%M:%SZ', start)
  )
  return 'POST /v1/bookings HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nAuthorization: Bearer '
    .. tokens[index % #tokens + 1]
    .. '\\r\\nContent-Type: application/json\\r\\nContent-Length: ' .. #body .. '\\r\\n\\r\\n' .. body
end

function response(status)
  if status == 201 then
    created = created + 1
  else
    others = others + 1
    other_status = status
  end
end

function done(summary)
  local created, others, other_status = 0, 0, 0
  for _, thread in ipairs(threads) do
    created = created + thread:get('created')
    others = others + thread:get('others')
    other_status = math.max(other_status, thread:get('other_status'))
  end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"microseconds":%d,"created":%d,"others":%d,"otherStatus":%d,"socketErrors":%d}\\n',
    summary.duration, created, others, other_status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
`

/** Writes the script that `runHttpLoad` runs. It holds tokens, so that only its owner may read it. */
export const writeHttpScript = (load: HttpLoad): Promise<void> =>
  writeFile(load.scriptFile, script(load), { mode: 0o600 })

/** Books slots from `firstIndex` on for some seconds at a server, each connection sending as soon as it is answered. */
export async function runHttpLoad(
  { wrk, scriptFile, connections }: HttpLoad,
  round: { readonly url: string; readonly firstIndex: number; readonly seconds: number },
  signal: AbortSignal,
): Promise<HttpResult> {
  const { url, firstIndex, seconds } = round
  const { microseconds, ...counts } = await runWrk(
    { wrk, scriptFile, threads: THREADS, connections, seconds, url, args: [String(firstIndex)] },
    wrkResult,
    signal,
  )
  return { perSecond: counts.created / (microseconds / 1e6), ...counts }
}
