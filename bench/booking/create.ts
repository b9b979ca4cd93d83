import { type Comparison, compare, type Measure, measureEach } from '../support/comparison.ts'
import { refuse } from '../support/invalid-run.ts'
import { loadAverage } from '../support/machine.ts'
import { type OpenLoopResult, runOpenLoop } from '../support/open-loop.ts'
import { queryNumber, withClient } from '../support/postgres.ts'
import { startBareFastify } from '../support/servers.ts'
import { slotRequest } from './booking-request.ts'
import { takeSample } from './sample.ts'
import { checkBookings, nextFreeIndex } from './shop.ts'
import { type BookingBench, CONNECTIONS, openShop, type Site, WARM_UP_SECONDS, withSite } from './site.ts'
import { runWriteLoad } from './write-load.ts'
import { directly, overHttp } from './writes.ts'

export interface CreateReport extends Comparison<'http' | 'direct' | 'bare'> {
  /** The characters of the body that answers a booking. */
  readonly bodyLength: number
  readonly bookings: Readonly<Record<'http' | 'direct', number>>
  /** At half of what was reached. */
  readonly openLoop: OpenLoopResult & { readonly loadAverage: number }
}

/** Bookings until V8 has compiled what is hot: on a busy machine some seconds do not bring them. */
const WARM_UP_BOOKINGS = 10_000
const MOST_WARM_UPS = 6

/** Bookings a second over HTTP beside the same statement by pgbench and bare Fastify. */
export const measureCreate = (bench: BookingBench): Promise<CreateReport> =>
  withSite(bench, 'create', async (site) => {
    const sample = await takeSample(site)
    const counterpart = { databaseUrl: await openShop(bench, 'create_direct'), sample }
    const constant = { method: 'POST', path: '/v1/bookings', status: 201, body: sample.body } as const
    await using server = await startBareFastify(constant, bench.folder, bench.signal)
    const contestants = {
      http: overHttp(bench, site, 'book'),
      direct: directly(bench, site, counterpart, 'book'),
      bare: onBareFastify(bench, site, server.url),
    }
    await warmUp(bench, contestants)
    const comparison = await compare(bench, 'Booking', contestants)
    const openLoop = await measureLatency(bench, site, comparison.perSecond.http.median / 2)
    return {
      ...comparison,
      bodyLength: sample.body.length,
      bookings: {
        http: await withClient(site.databaseUrl, checkBookings),
        direct: await withClient(counterpart.databaseUrl, checkBookings),
      },
      openLoop,
    }
  })

const onBareFastify =
  (bench: BookingBench, site: Site, url: string): Measure =>
  async (seconds) => {
    const result = await runWriteLoad(bench, { ...site, url, write: 'book', firstIndex: 0, seconds })
    refuse(result.others + result.socketErrors > 0 && 'bare Fastify did not answer everything')
    return { perSecond: result.perSecond, answered: result.done, failed: result.others + result.socketErrors }
  }

async function warmUp(
  { progress }: BookingBench,
  contestants: Readonly<Record<'http', Measure>>,
): Promise<void> {
  const step = (name: string) => progress.step(`Warming up: ${name}`)
  let { answered } = (await measureEach(contestants, WARM_UP_SECONDS, step)).http
  for (let times = 1; answered < WARM_UP_BOOKINGS && times < MOST_WARM_UPS; times++) {
    step(`HTTP again, after ${answered} bookings`)
    answered += (await contestants.http(WARM_UP_SECONDS)).answered
  }
}

/** Latency as a client sees it who sends when it wants to, not when the server has answered. */
async function measureLatency(
  { seconds, progress, signal }: BookingBench,
  site: Site,
  rate: number,
): Promise<CreateReport['openLoop']> {
  const perSecond = Math.round(rate)
  progress.step(`Latency at ${perSecond} a second`)
  const count = () =>
    withClient(site.databaseUrl, (client) => queryNumber(client, 'select count(*) as value from bookings'))
  const before = await count()
  const firstIndex = await withClient(site.databaseUrl, (client) => nextFreeIndex(client, site.firstStart))
  const loop = {
    perSecond,
    seconds: seconds * 2,
    connections: CONNECTIONS,
    expectedStatus: 201,
    requestOf: (sequence: number) => slotRequest(site, firstIndex + sequence),
  }
  const { result } = await runOpenLoop(loop, signal)
  const made = (await count()) - before
  refuse(
    (result.others > 0 || made !== result.answered) &&
      `At a constant rate ${result.others} answers were not 201, and ${result.answered} made ${made} bookings`,
  )
  return { ...result, loadAverage: loadAverage() }
}
