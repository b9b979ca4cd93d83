import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { fillTable } from '../availability/fill.ts'
import { CLAIMS, firstSearchedDay } from '../availability/hours.ts'
import { type Bench, type BenchOptions, openBench } from '../support/bench.ts'
import { refuse } from '../support/invalid-run.ts'
import { describeMachine, loadAverage } from '../support/machine.ts'
import { idOf } from '../support/people.ts'
import { withClient } from '../support/postgres.ts'
import { startApi } from '../support/servers.ts'
import { quantile, type Spread, spreadOf } from '../support/statistics.ts'
import { MEASURED_PAGES, type MeasuredPage, type PagesReport, type PagesRound } from './report.ts'

const BOOKINGS = 1_000_000
const ROWS_A_PAGE = 10
/** Of each page in a second of a round: one after the other, so that nothing waits for anything else. */
const REQUESTS_A_SECOND = 40
const WARM_UP = 50

const shownPage = z.object({ data: z.array(z.unknown()), page: z.number(), total: z.number() })

/** What a page costs near the beginning of a long list and far behind. @throws InvalidRun when a page is not what it should be */
export async function measurePages(options: BenchOptions): Promise<PagesReport> {
  await using bench = await openBench(options)
  const databaseUrl = await bench.postgres.createDatabase('pages')
  await fill(bench, databaseUrl)
  const secret = randomBytes(48).toString('base64url')
  const settings = { JWT_SECRET: secret, FRONT_DOORS: 'bookings' }
  const log = join(bench.folder, 'pages.log')
  await using server = await startApi(databaseUrl, log, bench.signal, settings)
  const read = reader(server.url, await adminToken(secret))
  const first = await read(MEASURED_PAGES['page 10,000'])
  for (let asked = 0; asked < WARM_UP; asked++) await readEach(read)
  const rounds: PagesRound[] = []
  for (let number = 1; number <= bench.rounds; number++) {
    bench.progress.step(`Pages, round ${number} of ${bench.rounds}`)
    rounds.push(await runRound(bench, read))
  }
  const ratios = rounds.map((round) => round['page 10,000'].p50 / round['page 1'].p50)
  return {
    benchmark: 'pages',
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    machine: describeMachine(),
    loadAverage: loadAverage(),
    bookings: BOOKINGS,
    firstMilliseconds: first,
    p50: spreadsOf(rounds, 'p50'),
    p99: spreadsOf(rounds, 'p99'),
    ratio: spreadOf(ratios),
    rounds,
  }
}

const ADMIN = idOf('customer', 0)

/** A record of the past, and someone who may see all of it. */
async function fill({ progress, signal }: Bench, databaseUrl: string): Promise<void> {
  const plan = { name: 'pages', bookings: BOOKINGS + CLAIMS, otherClaims: 0 }
  const step = (text: string) => progress.step(`Filling: ${text}`)
  await withClient(databaseUrl, async (client) => {
    await fillTable(client, { plan, firstDay: firstSearchedDay(Date.now()), step, signal })
    await client.query(`update auth.users set roles = '{admin}' where id = $1`, [ADMIN])
  })
}

/** Signed elsewhere with the same secret, as this door takes it. */
const adminToken = (secret: string) =>
  new SignJWT({ sub: ADMIN, roles: ['admin'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(secret))

type Read = (page: number) => Promise<number>

/** Reads a page and says how many milliseconds that took. */
const reader =
  (url: string, token: string): Read =>
  async (page) => {
    const began = performance.now()
    const response = await fetch(`${url}/bookings/past?page=${page}&limit=${ROWS_A_PAGE}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const text = await response.text()
    const took = performance.now() - began
    const { data, total } = shownPage.parse(JSON.parse(text))
    refuse(
      (data.length !== ROWS_A_PAGE || total !== BOOKINGS) && `page ${page} has ${data.length} of ${total}`,
    )
    return took
  }

async function readEach(read: Read): Promise<Record<MeasuredPage, number>> {
  const took = {} as Record<MeasuredPage, number>
  for (const [name, page] of Object.entries(MEASURED_PAGES)) took[name as MeasuredPage] = await read(page)
  return took
}

async function runRound({ seconds, signal }: Bench, read: Read): Promise<PagesRound> {
  const series: Record<MeasuredPage, number>[] = []
  for (let asked = 0; asked < seconds * REQUESTS_A_SECOND; asked++) {
    signal.throwIfAborted()
    series.push(await readEach(read))
  }
  const of = (name: MeasuredPage) => {
    const sorted = series.map((took) => took[name]).sort((a, b) => a - b)
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
  }
  return { 'page 1': of('page 1'), 'page 10,000': of('page 10,000'), 'the last page': of('the last page') }
}

const spreadsOf = (rounds: readonly PagesRound[], which: 'p50' | 'p99'): Record<MeasuredPage, Spread> => {
  const of = (name: MeasuredPage) => spreadOf(rounds.map((round) => round[name][which]))
  return { 'page 1': of('page 1'), 'page 10,000': of('page 10,000'), 'the last page': of('the last page') }
}
