import { join } from 'node:path'
import type { EpochDay } from '../../src/domain/calendar.ts'
import type { Bench } from '../support/bench.ts'
import {
  type Comparison,
  compare,
  type Measure,
  measureEach,
  type Ratio,
  ratioOf,
} from '../support/comparison.ts'
import { CONNECTIONS, type GetLoad, runGetLoad } from '../support/get-load.ts'
import { loadAverage } from '../support/machine.ts'
import { type OpenLoopResult, runOpenLoop } from '../support/open-loop.ts'
import { withClient } from '../support/postgres.ts'
import { startApi, startBareFastify } from '../support/servers.ts'
import { firstSearchedDay, freeSlots } from './hours.ts'
import { PROVIDERS } from './in-process-cases.ts'
import { checkAnswer, fetchSearch, searchPath } from './search-load.ts'
import { seedShop } from './shop.ts'

type ContestantName = 'month' | 'bare' | 'notModified' | 'hundredProviders'

export interface HttpReport extends Comparison<ContestantName> {
  /** The month by bare Fastify. */
  readonly ratio: Ratio
  readonly slots: Readonly<Record<'month' | 'hundredProviders', number>>
  readonly bodyBytes: Readonly<Record<'month' | 'hundredProviders', number>>
  /** A hundred providers at half of what was reached. */
  readonly openLoop: OpenLoopResult & { readonly checked: number; readonly loadAverage: number }
}

const WARM_UP_SECONDS = 5
/** Every so many answers one is compared with what is known to be free. */
const SAMPLE_EVERY = 20
/** Enough to keep the server busy; more would only wait, until wrk gives them up. */
const WIDE_CONNECTIONS = 8

/** Searches over HTTP beside bare Fastify with a constant of the same size, in alternation. */
export async function measureHttp(bench: Bench<'wrk'>): Promise<HttpReport> {
  const { postgres, folder, progress, signal } = bench
  const firstDay = firstSearchedDay(Date.now())
  progress.step('Filling the database of the searches over HTTP')
  const databaseUrl = await postgres.createDatabase('search')
  await withClient(databaseUrl, (client) =>
    seedShop(client, { providers: PROVIDERS, claimedProviders: PROVIDERS, firstDay }),
  )
  await using servers = new AsyncDisposableStack()
  const api = servers.use(await startApi(databaseUrl, join(folder, 'search.log'), signal))
  const expected = Array.from({ length: PROVIDERS }, () => freeSlots(firstDay))
  const hundredPath = searchPath(firstDay, PROVIDERS)
  const months = await fetchMonths(api.url, firstDay)
  const hundred = await fetchSearch(api.url + hundredPath, expected)
  const constant = {
    method: 'GET',
    path: '/v1/availability',
    status: 200,
    body: months[0]?.body ?? '',
  } as const
  const bare = servers.use(await startBareFastify(constant, folder, signal))
  const bodyLength = constant.body.length
  const searches = months.map(({ path }) => ({ path }))
  const conditional = months.map(({ path, etag }) => ({ path, header: ['If-None-Match', etag] as const }))
  const load =
    (load: GetLoad): Measure =>
    (seconds) =>
      runGetLoad(bench, load, seconds)
  const contestants: Readonly<Record<ContestantName, Measure>> = {
    month: load({ url: api.url, requests: searches, bodyLength }),
    bare: load({ url: bare.url, requests: searches, bodyLength }),
    notModified: load({ url: api.url, requests: conditional, bodyLength: 0 }),
    hundredProviders: load({
      url: api.url,
      requests: [{ path: hundredPath }],
      bodyLength: hundred.body.length,
      connections: WIDE_CONNECTIONS,
    }),
  }
  await measureEach(contestants, WARM_UP_SECONDS, (name) => progress.step(`Warming up: ${name}`))
  const comparison = await compare(bench, 'HTTP', contestants)
  // What was true at the start is true at the end: nothing was booked, and the days searched are still to come.
  await fetchMonths(api.url, firstDay)
  const half = comparison.perSecond.hundredProviders.median / 2
  return {
    ...comparison,
    ratio: ratioOf(comparison, 'month', 'bare'),
    slots: { month: freeSlots(firstDay), hundredProviders: freeSlots(firstDay) * PROVIDERS },
    bodyBytes: { month: bodyLength, hundredProviders: hundred.body.length },
    openLoop: await measureLatency(bench, api.url + hundredPath, half, expected),
  }
}

/** The month of each provider: whoever answers many has more to remember than whoever answers for one. */
const fetchMonths = (url: string, firstDay: EpochDay) =>
  Promise.all(
    Array.from({ length: PROVIDERS }, async (_, provider) => {
      const path = searchPath(firstDay, 1, provider)
      return { path, ...(await fetchSearch(url + path, [freeSlots(firstDay)], provider)) }
    }),
  )

/** Latency as a client sees it who sends when it wants to, not when the server has answered. */
async function measureLatency(
  { seconds, progress, signal }: Bench<'wrk'>,
  url: string,
  rate: number,
  expected: readonly number[],
): Promise<HttpReport['openLoop']> {
  const perSecond = Math.round(rate * 10) / 10
  progress.step(`Latency of a hundred providers at ${perSecond} a second`)
  const loop = {
    perSecond,
    seconds: seconds * 4,
    connections: CONNECTIONS,
    expectedStatus: 200,
    requestOf: () => ({ method: 'GET', url, headers: {} }),
    sampleEvery: SAMPLE_EVERY,
  }
  const { result, sample } = await runOpenLoop(loop, signal)
  for (const body of sample) checkAnswer(body, expected)
  return { ...result, checked: sample.length, loadAverage: loadAverage() }
}
