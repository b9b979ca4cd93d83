import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { type EpochDay, formatDate, plusDays } from '../../src/domain/calendar.ts'
import { loadAverage } from '../support/machine.ts'
import { idOf } from '../support/people.ts'
import { runWrk } from '../support/wrk.ts'
import { SEARCHED_DAYS } from './hours.ts'

/** The path of a search for a month of so many providers, from the one with number `first` on. */
export function searchPath(firstDay: EpochDay, providers: number, first = 0): string {
  const services = Array.from(
    { length: providers },
    (_, number) => `service_id=${idOf('service', first + number)}`,
  )
  const [from, to] = [firstDay, plusDays(firstDay, SEARCHED_DAYS)].map(formatDate)
  return `/v1/availability?${services.join('&')}&from=${from}&to=${to}`
}

/** What was answered is not what was to be answered. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

const answer = z.object({
  data: z.array(z.object({ service_id: z.string(), slots: z.array(z.object({ start: z.string() })) })),
})

/**
 * Compares an answer with what is known to be free.
 *
 * @param expected the number of free slots of each service, in the order in which they were asked for
 * @param first the number of the first service that was asked for
 * @throws WrongAnswer when a service is another one or has more or fewer slots
 */
export function checkAnswer(body: string, expected: readonly number[], first = 0): void {
  const { data } = answer.parse(JSON.parse(body))
  if (data.length !== expected.length) {
    throw new WrongAnswer(`The answer has ${data.length} services instead of ${expected.length}`)
  }
  for (const [number, { service_id: id, slots }] of data.entries()) {
    if (id !== idOf('service', first + number)) {
      throw new WrongAnswer(`Service ${number} of the answer is ${id}`)
    }
    if (slots.length !== expected[number]) {
      throw new WrongAnswer(`Service ${number} has ${slots.length} free slots instead of ${expected[number]}`)
    }
  }
}

export interface FetchedSearch {
  readonly body: string
  readonly etag: string
}

/** One search by hand, whose answer is checked. */
export async function fetchSearch(
  url: string,
  expected: readonly number[],
  first = 0,
): Promise<FetchedSearch> {
  const response = await fetch(url)
  const body = await response.text()
  if (response.status !== 200) throw new WrongAnswer(`Status ${response.status}: ${body.slice(0, 500)}`)
  checkAnswer(body, expected, first)
  return { body, etag: response.headers.get('etag') ?? '' }
}

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
    local path, etag = line:match('^(%S+)%s*(.*)$')
    if etag ~= '' then wrk.headers['If-None-Match'] = etag end
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

export const writeSearchScript = (scriptFile: string): Promise<void> => writeFile(scriptFile, script)

const wrkResult = z.object({
  microseconds: z.number().positive(),
  requests: z.number(),
  bytes: z.number(),
  refused: z.number(),
  socketErrors: z.number(),
})

export interface SearchLoad {
  readonly wrk: string
  readonly scriptFile: string
  readonly seconds: number
}

export interface Contestant {
  /** Where the server is. */
  readonly url: string
  /** What is asked for, in turn. */
  readonly searches: readonly { readonly path: string; readonly etag?: string }[]
  /** The characters of a body on the average, 0 for a 304: answers with fewer or many more bytes are refused. */
  readonly bodyLength: number
  readonly connections?: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly requests: number
  /** Answers that were not what was asked for, and connections that broke. */
  readonly failed: number
  readonly loadAverage: number
}

const MOST_HEADER_BYTES = 1_000

/**
 * Searches as fast as answers come.
 *
 * @throws WrongAnswer when one answer was refused or of another size
 */
export async function runSearchLoad(
  { wrk, scriptFile, seconds }: SearchLoad,
  { url, searches, bodyLength, connections = CONNECTIONS }: Contestant,
  signal: AbortSignal,
): Promise<LoadResult> {
  const searchFile = `${scriptFile}.searches`
  await writeFile(searchFile, searches.map(({ path, etag = '' }) => `${path} ${etag}\n`).join(''))
  const run = { wrk, scriptFile, threads: THREADS, connections, seconds, url, args: [searchFile] }
  const { microseconds, requests, bytes, refused, socketErrors } = await runWrk(run, wrkResult, signal)
  const bytesEach = bytes / requests
  // wrk also counts the bytes of answers that its end has cut short: at most one for each connection.
  const least = bodyLength * 0.98
  const most = bodyLength + MOST_HEADER_BYTES + (bodyLength * connections) / requests
  if (refused + socketErrors > 0 || !(bytesEach >= least && bytesEach <= most)) {
    throw new WrongAnswer(
      `Of ${requests} answers ${refused} were refused, ${socketErrors} broke off; ${Math.round(bytesEach)} bytes each for ${bodyLength}`,
    )
  }
  const failed = refused + socketErrors
  return { perSecond: requests / (microseconds / 1e6), requests, failed, loadAverage: loadAverage() }
}
