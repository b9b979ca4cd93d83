import Fastify from 'fastify'
import { shop } from '../booking/shop.ts'
import { CONNECTIONS, WARM_UP_SECONDS } from '../booking/site.ts'
import { type BenchOptions, openBench } from '../support/bench.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { COST_SOCKETS, measureCost } from './cost.ts'
import { measureLatency } from './latency.ts'
import type { EventReport } from './report.ts'
import { POSTGRES_SETTINGS } from './site.ts'
import { measureSockets, SOCKETS } from './sockets.ts'

export const PARTS = ['latency', 'cost', 'sockets'] as const
export type Part = (typeof PARTS)[number]

export interface EventOptions extends BenchOptions {
  readonly parts: readonly Part[]
}

/**
 * How soon, how often and to how many events are told, and what that costs those who book.
 *
 * @throws InvalidRun when an event was not told as often as it should be
 */
export async function measureEvents({ parts, ...options }: EventOptions): Promise<EventReport> {
  const loadAverageBefore = loadAverage()
  const wanted = { ...options, postgresSettings: POSTGRES_SETTINGS }
  await using bench = await openBench(wanted, 'wrk', 'pgbench', 'redis-server')
  const ifAsked = <T>(part: Part, measure: (given: typeof bench) => Promise<T>): Promise<T> | null =>
    parts.includes(part) ? measure(bench) : null
  const { version: postgresql, ...facts } = bench.postgres.facts
  return {
    benchmark: 'events',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    latency: await ifAsked('latency', measureLatency),
    cost: await ifAsked('cost', measureCost),
    sockets: await ifAsked('sockets', measureSockets),
    machine: describeMachine(),
    versions: {
      node: process.versions.node,
      fastify: Fastify().version,
      postgresql,
      redis: bench.tools['redis-server'].version,
      wrk: bench.tools.wrk.version,
    },
    postgresql: facts,
    settings: {
      rounds: options.rounds,
      'seconds each; twice for latencies': options.seconds,
      'warm-up seconds each': WARM_UP_SECONDS,
      'connections of those who book': CONNECTIONS,
      providers: shop.providers,
      customers: shop.customers,
      'listeners while the cost is measured': COST_SOCKETS,
      'sockets in the crowd': SOCKETS,
    },
    loadAverage: { before: loadAverageBefore, after: loadAverage() },
  }
}
