import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { runToEnd } from '../support/children.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { type BenchServer, provideServer } from '../support/postgres.ts'
import type { Progress } from '../support/progress.ts'
import { spreadOf } from '../support/statistics.ts'
import { findTools } from '../support/tools.ts'
import { CLAIMS, SEARCHED_DAYS } from './hours.ts'
import { measureHttp } from './http.ts'
import { parseTimings } from './in-process.ts'
import { PROVIDERS } from './in-process-cases.ts'
import type { AvailabilityReport, InProcessResult } from './report.ts'
import { CONNECTIONS, type SearchLoad, writeSearchScript } from './search-load.ts'
import { measureSize } from './size.ts'

export const PARTS = ['in-process', 'http', 'size'] as const
export type Part = (typeof PARTS)[number]

export interface BenchmarkOptions {
  readonly rounds: number
  /** Of each measurement over HTTP in a round. */
  readonly seconds: number
  readonly parts: readonly Part[]
  /** The number of bookings in the largest table. */
  readonly largest: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What the parts over HTTP share. */
export interface Bench {
  readonly postgres: BenchServer
  readonly folder: string
  readonly load: SearchLoad
  readonly rounds: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

const inProcessProgram = fileURLToPath(new URL('in-process.ts', import.meta.url))

/**
 * How fast slots are found: by the engine alone, over HTTP, and with more and more bookings in the table.
 *
 * @throws WrongAnswer when an answer was not the one expected
 */
export async function measureAvailability(options: BenchmarkOptions): Promise<AvailabilityReport> {
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

async function measureInProcess({ rounds, progress, signal }: BenchmarkOptions): Promise<InProcessResult[]> {
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

async function measureServers({ parts, rounds, seconds, largest, progress, signal }: BenchmarkOptions) {
  const { wrk } = await findTools('wrk')
  await using resources = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'slotwright-bench-files-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  progress.step('Starting PostgreSQL')
  const postgres = resources.use(await provideServer(process.env.DATABASE_URL || undefined))
  const scriptFile = join(folder, 'search.lua')
  await writeSearchScript(scriptFile)
  const bench: Bench = {
    postgres,
    folder,
    load: { wrk: wrk.path, scriptFile, seconds },
    rounds,
    progress,
    signal,
  }
  const { version: postgresql, ...facts } = postgres.facts
  return {
    versions: { postgresql, wrk: wrk.version },
    postgresql: facts,
    http: parts.includes('http') ? await measureHttp(bench) : null,
    size: parts.includes('size') ? await measureSize(bench, largest) : null,
  }
}
