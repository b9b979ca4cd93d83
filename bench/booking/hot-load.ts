import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { runWrk } from '../support/wrk.ts'
import type { BookingBench, Site } from './site.ts'
import { posts } from './write-script.ts'

const wrkResult = z.object({
  microseconds: z.number().positive(),
  won: z.number(),
  refused: z.number(),
  /** Answers that were neither the booking nor a refusal with alternatives. */
  others: z.number(),
  /** One of those. */
  otherAnswer: z.string(),
  socketErrors: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
})

/** Latencies in milliseconds from sending to the last byte of the answer, of all that came before wrk had ended, which takes some 0.1 s. */
export type RushResult = z.output<typeof wrkResult> & { readonly perSecond: number }

export interface Rush extends Pick<Site, 'url' | 'tokens'> {
  /** Of the booking that all ask for. */
  readonly body: string
  readonly requests: number
  readonly connections: number
}

/**
 * wrk goes on for so many seconds, or until it is interrupted: with as many answers as are wanted it interrupts itself. What
 * the other connections have asked by then is called off.
 */
const scriptOf = (tokens: Site['tokens']) => `${posts(tokens)}
local ffi = require('ffi')
ffi.cdef('int getpid(void); int kill(int pid, int signal);')
local body

function init(args)
  keys, body, requests = args[1], args[2], tonumber(args[3])
  won, refused, others, other_answer = 0, 0, 0, ''
end

local asked = 0

function request()
  asked = asked + 1
  return post('/v1/bookings', asked % #tokens, body)
end

function response(status, headers, answer)
  if won + refused + others == requests then return end
  if status == 201 then
    won = won + 1
  elseif status == 409 and answer:find('"code":"slot-taken"', 1, true)
    and answer:find('"alternatives":[{"start":"', 1, true) then
    refused = refused + 1
  else
    others = others + 1
    other_answer = status .. ' ' .. (answer:match('"code":"([^"]+)"') or '')
  end
  if won + refused + others == requests then ffi.C.kill(ffi.C.getpid(), ${constants.signals.SIGINT}) end
end

function done(summary, latency)
  local thread = threads[1]
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"microseconds":%d,"won":%d,"refused":%d,"others":%d,"otherAnswer":"%s","socketErrors":%d,"p50":%f,"p99":%f,"max":%f}\\n',
    summary.duration, thread:get('won'), thread:get('refused'), thread:get('others'), thread:get('other_answer'),
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000
  ))
end
`

const MOST_SECONDS = 300
const TIMEOUT_SECONDS = 60

/** All ask for one slot at once, each connection again as soon as it is answered. */
export async function runRush(
  { tools, folder, signal }: BookingBench,
  { url, tokens, body, requests, connections }: Rush,
): Promise<RushResult> {
  const scriptFile = join(folder, 'hot.lua')
  await writeFile(scriptFile, scriptOf(tokens), { mode: 0o600 })
  const args = [randomUUID().slice(0, 24), body, String(requests)]
  const limits = { seconds: MOST_SECONDS, timeoutSeconds: TIMEOUT_SECONDS }
  const run = { wrk: tools.wrk.path, scriptFile, threads: 1, connections, ...limits, url, args }
  const result = await runWrk(run, wrkResult, signal)
  return { ...result, perSecond: requests / (result.microseconds / 1e6) }
}
