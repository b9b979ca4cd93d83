import { setTimeout as delay } from 'node:timers/promises'
import { loadAverage } from '../support/machine.ts'
import { withClient } from '../support/postgres.ts'
import { type DirectLoad, type DirectResult, runDirectLoad } from './direct-load.ts'
import { type HttpLoad, type HttpResult, runHttpLoad } from './http-load.ts'
import { countBookings, nextFreeIndex, SLOTS } from './shop.ts'
import type { Site } from './site.ts'

export interface Loads {
  readonly http: HttpLoad
  readonly direct: DirectLoad
}

/** One measurement of each, one after the other. */
export interface Round {
  readonly http: HttpResult & { readonly rows: number; readonly loadAverage: number }
  readonly direct: DirectResult & { readonly rows: number; readonly loadAverage: number }
  readonly bare: HttpResult & { readonly loadAverage: number }
  /** HTTP by direct. */
  readonly ratio: number
}

/** What was measured is not what was to be measured. */
export class InvalidRound extends Error {
  override readonly name = 'InvalidRound'
}

const refuse = (reasons: readonly (string | false)[]): void => {
  const given = reasons.filter((reason) => reason !== false)
  if (given.length > 0) throw new InvalidRound(given.join('; '))
}

/**
 * Runs each for `seconds`.
 *
 * @throws InvalidRound when one answer was no booking, or when there are more or fewer bookings than answers
 */
export async function runRound(
  site: Site,
  loads: Loads,
  seconds: number,
  step: (contestant: string) => void,
  signal: AbortSignal,
): Promise<Round> {
  step('HTTP')
  const http = await measureHttp(site, loads.http, seconds, signal)
  step('pgbench')
  const direct = await measureDirect(site, loads.direct, seconds, signal)
  step('bare Fastify')
  const constant = { url: `${site.bare.url}/v1/bookings`, firstIndex: 0, seconds }
  const bare = { ...(await runHttpLoad(loads.http, constant, signal)), loadAverage: loadAverage() }
  refuse([bare.others + bare.socketErrors > 0 && 'bare Fastify did not answer everything'])
  return { http, direct, bare, ratio: http.perSecond / direct.perSecond }
}

/**
 * Books over HTTP for `seconds`.
 *
 * @throws InvalidRound as `runRound` does
 */
export async function measureHttp(site: Site, load: HttpLoad, seconds: number, signal: AbortSignal) {
  const { url, databaseUrl } = site.http
  const before = await look(databaseUrl, site.firstStart)
  const request = { url: `${url}/v1/bookings`, firstIndex: before.firstIndex, seconds }
  const result = await runHttpLoad(load, request, signal)
  const average = loadAverage()
  const after = await settled(databaseUrl, site.firstStart)
  const rows = after.bookings - before.bookings
  // wrk hangs up when its time is over: what is under way then is booked, but its answer is not counted.
  const uncounted = rows - result.created
  refuse([
    result.others > 0 && `${result.others} answers were not 201 (such as ${result.otherStatus})`,
    result.socketErrors > 0 && `${result.socketErrors} connections failed`,
    (uncounted < 0 || uncounted > load.connections) &&
      `${result.created} answers of 201 made ${rows} bookings`,
  ])
  return { ...result, rows, loadAverage: average }
}

async function measureDirect(site: Site, load: DirectLoad, seconds: number, signal: AbortSignal) {
  const { databaseUrl } = site.direct
  const before = await look(databaseUrl, site.firstStart)
  const result = await runDirectLoad(load, { firstIndex: before.firstIndex, seconds }, signal)
  const average = loadAverage()
  const rows = (await look(databaseUrl, site.firstStart)).bookings - before.bookings
  refuse([
    result.failed > 0 && `${result.failed} transactions of pgbench failed`,
    // pgbench ends what it has begun, so that every call has its row unless its outcome was another than booked.
    rows !== result.transactions && `${result.transactions} calls of book_slot made ${rows} bookings`,
  ])
  return { ...result, rows, loadAverage: average }
}

/** How many bookings there are, and the first slot that is free with all slots after it. */
export const look = (databaseUrl: string, firstStart: number) =>
  withClient(databaseUrl, async (client) => {
    const firstIndex = await nextFreeIndex(client, firstStart)
    // A round that runs out of slots would be refused by the server, but this says it better.
    if (firstIndex > SLOTS * 0.95)
      throw new Error(`The ${SLOTS} slots are used up: run fewer or shorter rounds`)
    return { bookings: await countBookings(client), firstIndex }
  })

/** As `look`, once nothing more comes in. */
export async function settled(databaseUrl: string, firstStart: number) {
  let last = await look(databaseUrl, firstStart)
  for (;;) {
    await delay(200)
    const next = await look(databaseUrl, firstStart)
    if (next.bookings === last.bookings) return next
    last = next
  }
}
