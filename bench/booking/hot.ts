import { setTimeout as delay } from 'node:timers/promises'
import { refuse } from '../support/invalid-run.ts'
import { loadAverage } from '../support/machine.ts'
import { milliseconds } from '../support/markdown.ts'
import { type OpenLoopResult, runOpenLoop } from '../support/open-loop.ts'
import { queryNumber, withClient } from '../support/postgres.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import { bookingBody, slotRequest } from './booking-request.ts'
import { type RushResult, runRush } from './hot-load.ts'
import { nextFreeIndex, shop } from './shop.ts'
import { type BookingBench, CONNECTIONS, type Site, WARM_UP_SECONDS, withSite } from './site.ts'
import { overHttp } from './writes.ts'

export const RIVALS = 10_000
export const RIVAL_CONNECTIONS = 256
const WARM_UP_RIVALS = 2_000
/** At other providers meanwhile: far from what the server can do. */
const OTHERS_PER_SECOND = 100
const MOST_SECONDS = 300
/** In which the requests that the end of a rush has called off are answered. */
const AFTERMATH_MILLISECONDS = 2_000

export interface HotRound {
  readonly rush: RushResult
  /** Bookings at other providers, without the rush and during it. */
  readonly idle: OpenLoopResult
  readonly during: OpenLoopResult
  readonly loadAverage: number
}

export interface HotReport {
  /** p99 in milliseconds of those who were refused, and of the one who was not. */
  readonly refusedP99: Spread
  readonly othersP99: Readonly<Record<'idle' | 'during', Spread>>
  /** The p99 of others during the rush by the one without, of the medians and within each round. */
  readonly slowdown: { readonly ofMedians: number; readonly perRound: Spread }
  readonly rounds: readonly HotRound[]
}

/** One slot that everybody wants, and what it costs those who want something else. */
export const measureHot = (bench: BookingBench): Promise<HotReport> =>
  withSite(bench, 'hot', async (site) => {
    const { progress } = bench
    progress.step('Warming up: bookings')
    await overHttp(bench, site, 'book')(WARM_UP_SECONDS)
    progress.step('Warming up: one slot for all')
    await runRound(bench, site, 0, WARM_UP_RIVALS)
    const rounds: HotRound[] = []
    for (let number = 1; number <= bench.rounds; number++) {
      progress.step(`Hot slot, round ${number} of ${bench.rounds}`)
      const round = await runRound(bench, site, bench.seconds * 2, RIVALS)
      const { rush, idle, during } = round
      progress.line(
        `Hot slot, round ${number} of ${bench.rounds}: ${Math.round(rush.perSecond)} a second, p99 ${milliseconds(rush.p99)}; ` +
          `others p99 ${milliseconds(idle.p99)}, meanwhile ${milliseconds(during.p99)}; load average ${round.loadAverage}`,
      )
      rounds.push(round)
    }
    return reportOf(rounds)
  })

function reportOf(rounds: readonly HotRound[]): HotReport {
  const idle = spreadOf(rounds.map((round) => round.idle.p99))
  const during = spreadOf(rounds.map((round) => round.during.p99))
  return {
    refusedP99: spreadOf(rounds.map(({ rush }) => rush.p99)),
    othersP99: { idle, during },
    slowdown: {
      ofMedians: during.median / idle.median,
      perRound: spreadOf(rounds.map((round) => round.during.p99 / round.idle.p99)),
    },
    rounds,
  }
}

async function runRound(
  bench: BookingBench,
  site: Site,
  idleSeconds: number,
  rivals: number,
): Promise<HotRound> {
  const idle = await bookElsewhere(bench, site, idleSeconds)
  const { databaseUrl, firstStart } = site
  const before = await withClient(databaseUrl, countBookings)
  // Others book in the quarters after this one.
  const hotIndex = await withClient(databaseUrl, (client) => nextFreeIndex(client, firstStart))
  const { url, tokens } = site
  const body = bookingBody(hotIndex, firstStart)
  const rushing = runRush(bench, { url, tokens, body, requests: rivals, connections: RIVAL_CONNECTIONS })
  const [rush, during] = await Promise.all([rushing, bookElsewhere(bench, site, MOST_SECONDS, rushing)])
  const made = (await withClient(databaseUrl, countBookings)) - before
  refuse(
    rush.won !== 1 && `${rush.won} of ${rivals} were told that they have the slot`,
    rush.others > 0 && `${rush.others} rivals were answered otherwise: ${rush.otherAnswer}`,
    rush.socketErrors > 0 && `${rush.socketErrors} rivals lost their connection`,
    rush.won + rush.refused !== rivals && `${rush.won + rush.refused} of ${rivals} rivals were answered`,
    made !== during.answered + 1 &&
      `${during.answered} bookings elsewhere and one hot slot made ${made} bookings`,
  )
  await delay(AFTERMATH_MILLISECONDS, undefined, { signal: bench.signal })
  return { rush, idle, during, loadAverage: loadAverage() }
}

const countBookings = (client: Parameters<typeof nextFreeIndex>[0]) =>
  queryNumber(client, 'select count(*) as value from bookings')

/** Books at a constant rate at all providers but the first, who has the hot slot. */
async function bookElsewhere(
  { signal }: BookingBench,
  site: Site,
  seconds: number,
  until?: Promise<unknown>,
): Promise<OpenLoopResult> {
  const taken = await withClient(site.databaseUrl, (client) => nextFreeIndex(client, site.firstStart))
  const firstIndex = taken + shop.providers
  const others = shop.providers - 1
  const indexOf = (sequence: number) =>
    firstIndex + Math.floor(sequence / others) * shop.providers + 1 + (sequence % others)
  const loop = {
    perSecond: OTHERS_PER_SECOND,
    seconds,
    ...(until && { until }),
    connections: CONNECTIONS,
    expectedStatus: 201,
    requestOf: (sequence: number) => slotRequest(site, indexOf(sequence)),
  }
  const { result } = await runOpenLoop(loop, signal)
  refuse(result.others > 0 && `${result.others} bookings elsewhere were refused`)
  return result
}
