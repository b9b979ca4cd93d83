import Fastify from 'fastify'
import { type BenchOptions, openBench } from '../support/bench.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { measureChanges } from './changes.ts'
import { measureCreate } from './create.ts'
import { measureHot, RIVAL_CONNECTIONS, RIVALS } from './hot.ts'
import { measureGet, measureList } from './reads.ts'
import { record } from './record.ts'
import type { BookingReport } from './report.ts'
import { SLOTS, shop } from './shop.ts'
import { CONNECTIONS, WARM_UP_SECONDS } from './site.ts'

export const PARTS = ['create', 'changes', 'get', 'list', 'hot'] as const
export type Part = (typeof PARTS)[number]

export interface BookingOptions extends BenchOptions {
  readonly parts: readonly Part[]
}

/**
 * What becomes of bookings over HTTP beside the same statements by pgbench, in alternation.
 *
 * @throws InvalidRun when an answer was not what it should be
 */
export async function measureBooking({ parts, ...options }: BookingOptions): Promise<BookingReport> {
  const loadAverageBefore = loadAverage()
  await using bench = await openBench(options, 'wrk', 'pgbench')
  const ifAsked = <T>(part: Part, measure: (given: typeof bench) => Promise<T>): Promise<T> | null =>
    parts.includes(part) ? measure(bench) : null
  const { version: postgresql, ...facts } = bench.postgres.facts
  const { wrk, pgbench } = bench.tools
  return {
    benchmark: 'booking',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    create: await ifAsked('create', measureCreate),
    changes: await ifAsked('changes', measureChanges),
    get: await ifAsked('get', measureGet),
    list: await ifAsked('list', measureList),
    hot: await ifAsked('hot', measureHot),
    machine: describeMachine(),
    versions: {
      node: process.versions.node,
      fastify: Fastify().version,
      postgresql,
      pgbench: pgbench.version,
      wrk: wrk.version,
    },
    postgresql: facts,
    settings: settingsOf(options),
    loadAverage: { before: loadAverageBefore, after: loadAverage() },
  }
}

const settingsOf = ({ rounds, seconds }: BenchOptions) => ({
  rounds,
  'seconds each; half for changes, twice for latencies': seconds,
  'warm-up seconds each': WARM_UP_SECONDS,
  'connections of wrk, clients of pgbench': CONNECTIONS,
  providers: shop.providers,
  customers: shop.customers,
  slots: SLOTS,
  'bookings in the record that is read': record.bookings,
  'of each of its customers': record.bookings / record.customers,
  'requests for the hot slot': RIVALS,
  'connections of those': RIVAL_CONNECTIONS,
})
