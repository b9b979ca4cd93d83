import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Bench } from './bench.ts'
import type { Measured } from './comparison.ts'
import { InvalidRun } from './invalid-run.ts'
import { runWrk } from './wrk.ts'

const THREADS = 2
export const CONNECTIONS = 32

/*
 * Each connection asks for all paths of the file in turn. Without a function for each answer, which would cost wrk the
 * processor that the server is to have: wrk counts statuses from 400 on, and the bytes tell whole answers from a 304.
 */
const script = `
local requests = {}
local turn = 0

function init(args)
  for line in io.lines(args[1]) do
    local path, name, value = line:match('^(%S+)%s*(%S*)%s*(.*)$')
    if name ~= '' then wrk.headers[name] = value end
    table.insert(requests, wrk.format(nil, path))
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"microseconds":%d,"requests":%d,"bytes":%d,"refused":%d,"socketErrors":%d}\\n',
    summary.duration, summary.requests, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
`

const wrkResult = z.object({
  microseconds: z.number().positive(),
  requests: z.number(),
  bytes: z.number(),
  refused: z.number(),
  socketErrors: z.number(),
})

export interface GetRequest {
  readonly path: string
  /** One header beside those that wrk sends itself. */
  readonly header?: readonly [name: string, value: string]
}

export interface GetLoad {
  /** Where the server is. */
  readonly url: string
  /** What is asked for, in turn: all with the same header, or all without. */
  readonly requests: readonly GetRequest[]
  /** The characters of a body on the average, 0 for a 304: answers with fewer or many more bytes are refused. */
  readonly bodyLength: number
  readonly connections?: number
}

const MOST_HEADER_BYTES = 1_000

/**
 * Reads as fast as answers come.
 *
 * @throws InvalidRun when one answer was refused or of another size
 */
export async function runGetLoad(
  { tools, folder, signal }: Pick<Bench<'wrk'>, 'tools' | 'folder' | 'signal'>,
  { url, requests: given, bodyLength, connections = CONNECTIONS }: GetLoad,
  seconds: number,
): Promise<Omit<Measured, 'loadAverage'>> {
  const scriptFile = join(folder, 'get.lua')
  const requestFile = join(folder, 'get.requests')
  await writeFile(scriptFile, script)
  await writeFile(
    requestFile,
    given.map(({ path, header = [] }) => `${[path, ...header].join(' ')}\n`).join(''),
  )
  const run = { wrk: tools.wrk.path, scriptFile, threads: THREADS, connections, seconds, url }
  const result = await runWrk({ ...run, args: [requestFile] }, wrkResult, signal)
  const { microseconds, requests, bytes, refused, socketErrors } = result
  const bytesEach = bytes / requests
  // wrk also counts the bytes of answers that its end has cut short: at most one for each connection.
  const least = bodyLength * 0.98
  const most = bodyLength + MOST_HEADER_BYTES + (bodyLength * connections) / requests
  if (refused + socketErrors > 0 || !(bytesEach >= least && bytesEach <= most)) {
    throw new InvalidRun(
      `Of ${requests} answers ${refused} were refused, ${socketErrors} broke off; ${Math.round(bytesEach)} bytes each for ${bodyLength}`,
    )
  }
  return { perSecond: requests / (microseconds / 1e6), answered: requests, failed: refused + socketErrors }
}
