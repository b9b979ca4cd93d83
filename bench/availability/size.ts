import { join } from 'node:path'
import type { Bench } from '../support/bench.ts'
import { type GetLoad, runGetLoad } from '../support/get-load.ts'
import { loadAverage } from '../support/machine.ts'
import { queryNumber, withClient } from '../support/postgres.ts'
import { startApi } from '../support/servers.ts'
import { type Spread, spreadOf } from '../support/statistics.ts'
import { fillTable, type TablePlan } from './fill.ts'
import { firstSearchedDay, freeSlots } from './hours.ts'
import { fetchSearch, searchPath } from './search-load.ts'

export interface SizeResult extends TablePlan {
  readonly perSecond: Spread
  /** The median of the smallest table by this one's: how much longer a search takes; and so in each round. */
  readonly slowdown: number
  readonly slowdownPerRound: Spread
  readonly fillSeconds: number
  readonly databaseMegabytes: number
  readonly rounds: readonly number[]
}

export interface SizeReport {
  readonly tables: readonly SizeResult[]
  readonly slots: number
  readonly isComplete: boolean
}

const SMALLEST = 1_000
const MEDIUM = 100_000
export const LARGEST = 10_000_000
const OTHER_CLAIMS = 100_000
const WARM_UP_SECONDS = 4

const plans = (largest: number): TablePlan[] => [
  { name: 'small', bookings: SMALLEST, otherClaims: 0 },
  { name: 'medium', bookings: MEDIUM, otherClaims: 0 },
  { name: 'crowded', bookings: MEDIUM, otherClaims: OTHER_CLAIMS },
  { name: 'large', bookings: largest, otherClaims: 0 },
]

interface Table {
  readonly plan: TablePlan
  readonly fillSeconds: number
  readonly databaseMegabytes: number
  readonly load: GetLoad
  readonly rates: number[]
}

/** The same search of one provider's month in databases that differ in how many bookings they hold, in alternation. */
export async function measureSize(bench: Bench<'wrk'>, largest: number): Promise<SizeReport> {
  const { rounds, progress } = bench
  const firstDay = firstSearchedDay(Date.now())
  await using servers = new AsyncDisposableStack()
  const tables: Table[] = []
  for (const plan of plans(largest)) tables.push(await openTable(bench, servers, plan, firstDay))
  const measure = ({ load }: Table, seconds: number) => runGetLoad(bench, load, seconds)
  for (const table of tables) await measure(table, WARM_UP_SECONDS)
  for (let number = 1; number <= rounds; number++) {
    // Each is first in its turn, so that none always comes after the same one.
    const turn = number % tables.length
    for (const table of [...tables.slice(turn), ...tables.slice(0, turn)]) {
      progress.step(`Size, round ${number} of ${rounds}: ${table.plan.name}`)
      table.rates.push((await measure(table, bench.seconds)).perSecond)
    }
    const rates = tables.map(({ plan, rates }) => `${plan.name} ${Math.round(rates.at(-1) ?? 0)}`)
    progress.line(
      `Size, round ${number} of ${rounds}: ${rates.join(', ')} a second; load average ${loadAverage()}`,
    )
  }
  const smallest = tables[0]?.rates ?? []
  return {
    tables: tables.map(({ plan, fillSeconds, databaseMegabytes, rates }) => ({
      ...plan,
      perSecond: spreadOf(rates),
      slowdown: spreadOf(smallest).median / spreadOf(rates).median,
      slowdownPerRound: spreadOf(smallest.map((rate, round) => rate / (rates[round] ?? Number.NaN))),
      fillSeconds,
      databaseMegabytes,
      rounds: rates,
    })),
    slots: freeSlots(firstDay),
    isComplete: largest >= LARGEST,
  }
}

async function openTable(
  { postgres, folder, progress, signal }: Bench<'wrk'>,
  servers: AsyncDisposableStack,
  plan: TablePlan,
  firstDay: ReturnType<typeof firstSearchedDay>,
): Promise<Table> {
  const databaseUrl = await postgres.createDatabase(plan.name)
  const step = (text: string) => progress.step(`Filling ${plan.name}: ${text}`)
  const filled = await withClient(databaseUrl, (client) =>
    untilAborted(signal, async () => ({
      fillSeconds: await fillTable(client, { plan, firstDay, step, signal }),
      databaseMegabytes: await queryNumber(
        client,
        'select pg_database_size(current_database()) / 1048576 as value',
      ),
    })),
  )
  progress.line(`Filled ${plan.name} in ${filled.fillSeconds.toFixed(1)} s: ${filled.databaseMegabytes} MB`)
  const api = servers.use(await startApi(databaseUrl, join(folder, `${plan.name}.log`), signal))
  const path = searchPath(firstDay, 1)
  const { body } = await fetchSearch(api.url + path, [freeSlots(firstDay)])
  return {
    plan,
    ...filled,
    load: { url: api.url, requests: [{ path }], bodyLength: body.length },
    rates: [],
  }
}

/** Leaves a statement that would go on for minutes, so that whoever opened the connection can close it. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const working = work()
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  // The connection is closed under it once it is left.
  working.catch(() => undefined)
  return Promise.race([working, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort))
}
