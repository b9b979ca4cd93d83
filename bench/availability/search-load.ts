import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { type EpochDay, formatDate, plusDays } from '../../src/domain/calendar.ts'
import { loadAverage } from '../support/machine.ts'
import { idOf } from '../support/people.ts'
import { runWrk } from '../support/wrk.ts'
import { SEARCHED_DAYS } from './hours.ts'

/** The path of a search for a month of the first so many providers. */
export function searchPath(firstDay: EpochDay, providers: number): string {
  const services = Array.from({ length: providers }, (_, number) => `service_id=${idOf('service', number)}`)
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
 * @throws WrongAnswer when a service is another one or has more or fewer slots
 */
export function checkAnswer(body: string, expected: readonly number[]): void {
  const { data } = answer.parse(JSON.parse(body))
  if (data.length !== expected.length) {
    throw new WrongAnswer(`The answer has ${data.length} services instead of ${expected.length}`)
  }
  for (const [number, { service_id: id, slots }] of data.entries()) {
    if (id !== idOf('service', number)) throw new WrongAnswer(`Service ${number} of the answer is ${id}`)
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
export async function fetchSearch(url: string, expected: readonly number[]): Promise<FetchedSearch> {
  const response = await fetch(url)
  const body = await response.text()
  if (response.status !== 200) throw new WrongAnswer(`Status ${response.status}: ${body.slice(0, 500)}`)
  checkAnswer(body, expected)
  return { body, etag: response.headers.get('etag') ?? '' }
}

const THREADS = 2
export const CONNECTIONS = 32

/*
 * Without a function for each answer, which would cost wrk the processor that the server is to have: wrk counts
 * statuses from 400 on, and the bytes tell whole answers from a 304.
 */
const script = `
function init(args)
  if args[1] then wrk.headers['If-None-Match'] = args[1] end
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
  readonly url: string
  /** The characters of the body, 0 for a 304: answers with fewer or many more bytes are refused. */
  readonly bodyLength: number
  readonly etag?: string
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
  { url, bodyLength, etag, connections = CONNECTIONS }: Contestant,
  signal: AbortSignal,
): Promise<LoadResult> {
  const args = etag === undefined ? [] : [etag]
  const run = { wrk, scriptFile, threads: THREADS, connections, seconds, url, args }
  const { microseconds, requests, bytes, refused, socketErrors } = await runWrk(run, wrkResult, signal)
  const bytesEach = bytes / requests
  // wrk also counts the bytes of answers that its end has cut short: at most one for each connection.
  const most = bodyLength + MOST_HEADER_BYTES + (bodyLength * connections) / requests
  if (refused + socketErrors > 0 || !(bytesEach >= bodyLength && bytesEach <= most)) {
    throw new WrongAnswer(
      `Of ${requests} answers ${refused} were refused, ${socketErrors} broke off; ${Math.round(bytesEach)} bytes each for ${bodyLength}`,
    )
  }
  const failed = refused + socketErrors
  return { perSecond: requests / (microseconds / 1e6), requests, failed, loadAverage: loadAverage() }
}
