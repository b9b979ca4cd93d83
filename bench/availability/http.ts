import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { EpochDay } from '../../src/domain/calendar.ts'
import { runToEnd } from '../support/children.ts'
import { loadAverage } from '../support/machine.ts'
import { openLoopResult } from '../support/open-loop.ts'
import { withClient } from '../support/postgres.ts'
import { startApi, startBareFastify } from '../support/servers.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import type { Bench } from './benchmark.ts'
import { firstSearchedDay, freeSlots } from './hours.ts'
import { PROVIDERS } from './in-process-cases.ts'
import {
  CONNECTIONS,
  type Contestant,
  fetchSearch,
  type LoadResult,
  runSearchLoad,
  searchPath,
} from './search-load.ts'
import { seedShop } from './shop.ts'

const CONTESTANTS = ['month', 'bare', 'notModified', 'hundredProviders'] as const
type ContestantName = (typeof CONTESTANTS)[number]
type Contestants = Readonly<Record<ContestantName, Contestant>>
type Round = Readonly<Record<ContestantName, LoadResult>>

const openLoopAnswer = openLoopResult.extend({ checked: z.number() })

export interface HttpReport {
  readonly perSecond: Readonly<Record<ContestantName, Spread>>
  /** The month by bare Fastify. */
  readonly ratio: { readonly ofMedians: number; readonly perRound: Spread }
  readonly slots: Readonly<Record<'month' | 'hundredProviders', number>>
  readonly bodyBytes: Readonly<Record<'month' | 'hundredProviders', number>>
  /** A hundred providers at half of what was reached. */
  readonly openLoop: z.output<typeof openLoopAnswer> & {
    readonly perSecond: number
    readonly loadAverage: number
  }
  readonly rounds: readonly Round[]
}

const openLoopProgram = fileURLToPath(new URL('open-loop.ts', import.meta.url))
const WARM_UP_SECONDS = 5
/** Enough to keep the server busy; more would only wait, until wrk gives them up. */
const WIDE_CONNECTIONS = 8

/** Searches over HTTP beside bare Fastify with a constant of the same size, in alternation. */
export async function measureHttp(bench: Bench): Promise<HttpReport> {
  const { postgres, folder, load, progress, signal } = bench
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
  const contestants: Contestants = {
    month: { url: api.url, searches, bodyLength },
    bare: { url: bare.url, searches, bodyLength },
    notModified: { url: api.url, searches: months, bodyLength: 0 },
    hundredProviders: {
      url: api.url,
      searches: [{ path: hundredPath }],
      bodyLength: hundred.body.length,
      connections: WIDE_CONNECTIONS,
    },
  }
  await alternate({ ...bench, rounds: 1, load: { ...load, seconds: WARM_UP_SECONDS } }, contestants)
  const measured = await alternate(bench, contestants)
  // What was true at the start is true at the end: nothing was booked, and the days searched are still to come.
  await fetchMonths(api.url, firstDay)
  const perSecond = Object.fromEntries(
    CONTESTANTS.map((name) => [name, spreadOf(measured.map((round) => round[name].perSecond))]),
  ) as Record<ContestantName, Spread>
  const half = perSecond.hundredProviders.median / 2
  return {
    perSecond,
    ratio: {
      ofMedians: perSecond.month.median / perSecond.bare.median,
      perRound: spreadOf(measured.map((round) => round.month.perSecond / round.bare.perSecond)),
    },
    slots: { month: freeSlots(firstDay), hundredProviders: freeSlots(firstDay) * PROVIDERS },
    bodyBytes: { month: bodyLength, hundredProviders: hundred.body.length },
    openLoop: await measureLatency(bench, api.url + hundredPath, half, expected),
    rounds: measured,
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

async function alternate(bench: Bench, contestants: Contestants): Promise<Round[]> {
  const { rounds, load, progress, signal } = bench
  const measured: Round[] = []
  for (let number = 1; number <= rounds; number++) {
    const results: Partial<Record<ContestantName, LoadResult>> = {}
    for (const name of CONTESTANTS) {
      progress.step(`HTTP, round ${number} of ${rounds}: ${name}`)
      results[name] = await runSearchLoad(load, contestants[name], signal)
    }
    const round = results as Round
    const rates = CONTESTANTS.map((name) => `${name} ${Math.round(round[name].perSecond)}`)
    const ratio = ((round.month.perSecond / round.bare.perSecond) * 100).toFixed(1)
    progress.line(
      `HTTP, round ${number} of ${rounds}: ${rates.join(', ')} a second; ${ratio} %; load average ${loadAverage()}`,
    )
    measured.push(round)
  }
  return measured
}

/** Latency as a client sees it who sends when it wants to, not when the server has answered. */
async function measureLatency(
  { folder, load, progress, signal }: Bench,
  url: string,
  rate: number,
  expected: readonly number[],
): Promise<HttpReport['openLoop']> {
  const perSecond = Math.round(rate * 10) / 10
  progress.step(`Latency of a hundred providers at ${perSecond} a second`)
  const plan = { url, perSecond, seconds: load.seconds * 4, connections: CONNECTIONS, expected }
  const planFile = join(folder, 'open-loop.json')
  await writeFile(planFile, JSON.stringify(plan))
  const output = await runToEnd({ path: process.execPath, args: [openLoopProgram, planFile] }, signal)
  const result = openLoopAnswer.parse(JSON.parse(output))
  return { ...result, perSecond, loadAverage: loadAverage() }
}
