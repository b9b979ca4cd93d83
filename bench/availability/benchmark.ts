import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { type BenchOptions, openBench } from '../support/bench.ts'
import { runToEnd } from '../support/children.ts'
import { CONNECTIONS } from '../support/get-load.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { spreadOf } from '../support/statistics.ts'
import { CLAIMS, SEARCHED_DAYS } from './hours.ts'
import { measureHttp } from './http.ts'
import { parseTimings } from './in-process.ts'
import { PROVIDERS } from './in-process-cases.ts'
import type { AvailabilityReport, InProcessResult } from './report.ts'
import { measureSize } from './size.ts'

export const PARTS = ['in-process', 'http', 'size'] as const
export type Part = (typeof PARTS)[number]

export interface AvailabilityOptions extends BenchOptions {
  readonly parts: readonly Part[]
  /** The number of bookings in the largest table. */
  readonly largest: number
}

const inProcessProgram = fileURLToPath(new URL('in-process.ts', import.meta.url))

/**
 * How fast slots are found: by the engine alone, over HTTP, and with more and more bookings in the table.
 *
 * @throws InvalidRun when an answer was not the one expected
 */
export async function measureAvailability(options: AvailabilityOptions): Promise<AvailabilityReport> {
  const { parts, rounds, seconds } = options
  const loadAverageBefore = loadAverage()
  const inProcess = parts.includes('in-process') ? await measureInProcess(options) : null
  const overHttp = parts.some((part) => part !== 'in-process') ? await measureServers(options) : null
  return {
    benchmark: 'availability',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    machine: describeMachine(),
    versions: { node: process.versions.node, fastify: Fastify().version, ...overHttp?.versions },
    postgresql: overHttp?.postgresql ?? null,
    settings: {
      rounds,
      'seconds each over HTTP': seconds,
      'connections of wrk': CONNECTIONS,
      'days of a search': SEARCHED_DAYS,
      'claims of a provider': CLAIMS,
      'providers of the wide search': PROVIDERS,
      'bookings in the largest table': options.largest,
    },
    loadAverage: { before: loadAverageBefore, after: loadAverage() },
    inProcess,
    http: overHttp?.http ?? null,
    size: overHttp?.size ?? null,
  }
}

async function measureInProcess({
  rounds,
  progress,
  signal,
}: AvailabilityOptions): Promise<InProcessResult[]> {
  progress.step('In process')
  const command = { path: process.execPath, args: [inProcessProgram, String(rounds)] }
  const timings = parseTimings(await runToEnd(command, signal))
  return Object.entries(timings).map(([name, { wall, processor, slots, available }]) => ({
    name,
    nanoseconds: spreadOf(wall),
    processorNanoseconds: spreadOf(processor),
    slots,
    available,
  }))
}

async function measureServers({ parts, largest, ...options }: AvailabilityOptions) {
  await using bench = await openBench(options, 'wrk')
  const { version: postgresql, ...facts } = bench.postgres.facts
  return {
    versions: { postgresql, wrk: bench.tools.wrk.version },
    postgresql: facts,
    http: parts.includes('http') ? await measureHttp(bench) : null,
    size: parts.includes('size') ? await measureSize(bench, largest) : null,
  }
}
