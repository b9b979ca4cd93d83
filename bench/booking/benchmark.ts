import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { runToEnd } from '../support/children.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { openLoopResult } from '../support/open-loop.ts'
import type { Progress } from '../support/progress.ts'
import { median, spreadOf } from '../support/statistics.ts'
import { findTools } from '../support/tools.ts'
import { writeDirectScript } from './direct-load.ts'
import { writeHttpScript } from './http-load.ts'
import type { OpenLoopPlan } from './open-loop.ts'
import type { BookingReport } from './report.ts'
import { InvalidRound, type Loads, look, measureHttp, type Round, runRound, settled } from './rounds.ts'
import { SLOTS, shop } from './shop.ts'
import { metadata, openSite, type Site } from './site.ts'

export interface BenchmarkOptions {
  readonly rounds: number
  /** Of each measurement in a round. */
  readonly seconds: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

const CONNECTIONS = 32
const WARM_UP_SECONDS = 5
/** Bookings until V8 has compiled what is hot: on a busy machine some seconds do not bring them. */
const WARM_UP_BOOKINGS = 10_000
const MOST_WARM_UPS = 6
const openLoopProgram = fileURLToPath(new URL('open-loop.ts', import.meta.url))

/**
 * Bookings a second over HTTP beside the same statement by pgbench, in alternation.
 *
 * @throws InvalidRound when an answer was no booking
 */
export async function measureBooking(options: BenchmarkOptions): Promise<BookingReport> {
  const { progress, signal } = options
  const { wrk, pgbench } = await findTools('wrk', 'pgbench')
  const loadAverageBefore = loadAverage()
  await using site = await openSite({ progress, signal })
  const loads = await prepareLoads(site, wrk.path, pgbench.path)
  const rounds = await runRounds(site, loads, options)
  const reached = median(rounds.map(({ http }) => http.perSecond))
  const openLoop = await measureLatency(site, Math.round(reached / 2), options)
  const perSecond = {
    http: spreadOf(rounds.map(({ http }) => http.perSecond)),
    direct: spreadOf(rounds.map(({ direct }) => direct.perSecond)),
    bare: spreadOf(rounds.map(({ bare }) => bare.perSecond)),
  }
  const { version: postgresql, ...facts } = site.facts
  return {
    benchmark: 'booking',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    machine: describeMachine(),
    versions: {
      node: process.versions.node,
      fastify: Fastify().version,
      postgresql,
      pgbench: pgbench.version,
      wrk: wrk.version,
    },
    postgresql: facts,
    settings: settingsOf(options, site),
    loadAverageBefore,
    perSecond,
    ratio: {
      ofMedians: perSecond.http.median / perSecond.direct.median,
      perRound: spreadOf(rounds.map(({ ratio }) => ratio)),
    },
    bookings: {
      http: (await look(site.http.databaseUrl, site.firstStart)).bookings,
      direct: (await look(site.direct.databaseUrl, site.firstStart)).bookings,
    },
    openLoop,
    rounds,
  }
}

const settingsOf = ({ rounds, seconds }: BenchmarkOptions, site: Site) => ({
  rounds,
  'seconds each': seconds,
  'warm-up seconds each': WARM_UP_SECONDS,
  'warm-up bookings over HTTP': `${WARM_UP_BOOKINGS}, or ${MOST_WARM_UPS} times`,
  'connections of wrk, clients of pgbench': CONNECTIONS,
  'bytes of an answer': site.answerLength,
  providers: shop.providers,
  customers: shop.customers,
  slots: SLOTS,
})

async function prepareLoads(site: Site, wrk: string, pgbench: string): Promise<Loads> {
  const { firstStart, tokens } = site
  const shared = { firstStart, metadata }
  const http = { ...shared, wrk, scriptFile: join(site.folder, 'wrk.lua'), connections: CONNECTIONS, tokens }
  const direct = {
    ...shared,
    pgbench,
    scriptFile: join(site.folder, 'book_slot.sql'),
    clients: CONNECTIONS,
    databaseUrl: site.direct.databaseUrl,
  }
  await writeHttpScript(http)
  await writeDirectScript(direct.scriptFile)
  return { http, direct }
}

async function runRounds(site: Site, loads: Loads, options: BenchmarkOptions): Promise<Round[]> {
  const { rounds, seconds, progress, signal } = options
  const rounded: Round[] = []
  try {
    await warmUp(site, loads, options)
    for (let number = 1; number <= rounds; number++) {
      const step = (name: string) => progress.step(`Round ${number} of ${rounds}: ${name}`)
      const round = await runRound(site, loads, seconds, step, signal)
      const [http, direct, bare] = [round.http, round.direct, round.bare].map(({ perSecond }) =>
        Math.round(perSecond),
      )
      progress.line(
        `Round ${number} of ${rounds}: HTTP ${http}, pgbench ${direct}, bare Fastify ${bare} a second; ` +
          `${(round.ratio * 100).toFixed(1)} %; load average ${round.bare.loadAverage}`,
      )
      rounded.push(round)
    }
    return rounded
  } catch (error) {
    if (!(error instanceof InvalidRound)) throw error
    throw new InvalidRound(`${error.message}\n${await site.serverLog()}`.trim())
  }
}

async function warmUp(site: Site, loads: Loads, { progress, signal }: BenchmarkOptions): Promise<void> {
  const step = (name: string) => progress.step(`Warming up: ${name}`)
  let { rows } = (await runRound(site, loads, WARM_UP_SECONDS, step, signal)).http
  for (let times = 1; rows < WARM_UP_BOOKINGS && times < MOST_WARM_UPS; times++) {
    step(`HTTP again, after ${rows} bookings`)
    rows += (await measureHttp(site, loads.http, WARM_UP_SECONDS, signal)).rows
  }
}

/** Latency as a client sees it who sends when it wants to, not when the server has answered. */
async function measureLatency(
  site: Site,
  perSecond: number,
  { seconds, progress, signal }: BenchmarkOptions,
) {
  progress.step(`Latency at ${perSecond} a second`)
  const { firstStart, tokens } = site
  const before = await settled(site.http.databaseUrl, firstStart)
  const plan: OpenLoopPlan = {
    url: site.http.url,
    perSecond,
    seconds: seconds * 2,
    connections: CONNECTIONS,
    firstIndex: before.firstIndex,
    firstStart,
    tokens: [...tokens],
    metadata,
  }
  const planFile = join(site.folder, 'open-loop.json')
  await writeFile(planFile, JSON.stringify(plan), { mode: 0o600 })
  const output = await runToEnd({ path: process.execPath, args: [openLoopProgram, planFile] }, signal)
  const result = openLoopResult.parse(JSON.parse(output))
  const average = loadAverage()
  const made = (await settled(site.http.databaseUrl, firstStart)).bookings - before.bookings
  if (result.others > 0 || made !== result.answered) {
    throw new InvalidRound(
      `At a constant rate ${result.others} answers were not 201, and ${result.answered} made ${made} bookings`,
    )
  }
  return { ...result, perSecond, loadAverage: average }
}
