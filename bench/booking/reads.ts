import { z } from 'zod'
import { findBookings } from '../../src/adapters/postgres/booking-archive.ts'
import { type Comparison, compare, type Measure, measureEach } from '../support/comparison.ts'
import { type GetLoad, runGetLoad } from '../support/get-load.ts'
import { InvalidRun, refuse } from '../support/invalid-run.ts'
import { idOf } from '../support/people.ts'
import { runPgbench } from '../support/pgbench.ts'
import { startBareFastify } from '../support/servers.ts'
import { uuidOf } from './direct-script.ts'
import { customerOf, fillRecord, pathOf, record } from './record.ts'
import { ask, type BookingBench, CONNECTIONS, type Site, WARM_UP_SECONDS, withSite } from './site.ts'

export interface GetReport extends Comparison<'http' | 'direct' | 'bare'> {
  readonly bodyLength: number
}

export interface ListReport extends Comparison<'first' | 'deep'> {
  readonly bodyLength: number
}

/** How many different bookings are asked for: more would only fill the memory of wrk. */
const ASKED_FOR = 10_000
export const PAGE = 20
export const DEEP_PAGE = 1_000

const authorization = ({ tokens }: Site, customer: number) =>
  ['authorization', `Bearer ${tokens[customer]}`] as const

const reading =
  (bench: BookingBench, load: GetLoad): Measure =>
  (seconds) =>
    runGetLoad(bench, load, seconds)

const warmed = async <Name extends string>(
  bench: BookingBench,
  title: string,
  contestants: Readonly<Record<Name, Measure>>,
): Promise<Comparison<Name>> => {
  await measureEach(contestants, WARM_UP_SECONDS, (name) => bench.progress.step(`Warming up: ${name}`))
  return compare(bench, title, contestants)
}

const inRecord = <T>(bench: BookingBench, name: string, work: (site: Site) => Promise<T>) =>
  withSite(bench, name, work, { fill: fillRecord })

/** A booking by its id, beside the same select by pgbench and bare Fastify with a constant of the same size. */
export const measureGet = (bench: BookingBench): Promise<GetReport> =>
  inRecord(bench, 'get', async (site) => {
    const body = await readBooking(site, 0)
    const constant = { method: 'GET', path: '/v1/bookings/:id', status: 200, body } as const
    await using bare = await startBareFastify(constant, bench.folder, bench.signal)
    const every = record.bookings / ASKED_FOR
    const requests = Array.from({ length: ASKED_FOR }, (_, place) => {
      const booking = place * every + (place % every)
      return { path: pathOf(booking), header: authorization(site, customerOf(booking)) }
    })
    const load = { requests, bodyLength: body.length }
    const comparison = await warmed(bench, 'Get', {
      http: reading(bench, { ...load, url: site.url }),
      direct: selecting(bench, site.databaseUrl),
      bare: reading(bench, { ...load, url: bare.url }),
    })
    await readBooking(site, record.bookings - 1)
    return { ...comparison, bodyLength: body.length }
  })

const selecting =
  (bench: BookingBench, databaseUrl: string): Measure =>
  async (seconds) => {
    const script = `\\set booking random(0, ${record.bookings - 1})
${findBookings.text.replace('any ($1::uuid[])', uuidOf('booking', ':booking'))};
`
    const run = { databaseUrl, script, clients: CONNECTIONS, seconds }
    const { perSecond, transactions, failed } = await runPgbench(bench, run)
    refuse(failed > 0 && `${failed} transactions of pgbench failed`)
    return { perSecond, answered: transactions, failed }
  }

async function readBooking(site: Site, booking: number): Promise<string> {
  const token = site.tokens[customerOf(booking)] ?? ''
  const text = await ask(site.url, { method: 'GET', path: pathOf(booking), token })
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(text))
  if (id !== idOf('booking', booking)) throw new InvalidRun(`Booking ${booking} is answered with ${id}`)
  return text
}

/** The first page of a customer's bookings beside the thousandth. */
export const measureList = (bench: BookingBench): Promise<ListReport> =>
  inRecord(bench, 'list', async (site) => {
    bench.progress.step(`Turning ${DEEP_PAGE} pages`)
    const { paths, bodyLength } = await turnPages(site)
    const list = (path: string) =>
      reading(bench, { url: site.url, requests: [{ path, header: authorization(site, 0) }], bodyLength })
    return {
      ...(await warmed(bench, 'List', { first: list(paths.first), deep: list(paths.deep) })),
      bodyLength,
    }
  })

const page = z.object({
  data: z.array(z.object({ id: z.string(), start: z.string(), customer_id: z.string() })),
  next_cursor: z.string(),
})

/** Reads page after page as a client does. @throws InvalidRun when one has others than the next bookings */
async function turnPages({ url, tokens }: Site) {
  const first = `/v1/bookings?limit=${PAGE}`
  const token = tokens[0] ?? ''
  let path = first
  let text = ''
  let last = ''
  for (let number = 1; number <= DEEP_PAGE; number++) {
    text = await ask(url, { method: 'GET', path, token })
    const { data, next_cursor: cursor } = page.parse(JSON.parse(text))
    for (const { id, start, customer_id: customer } of data) {
      const place = start + id
      refuse(customer !== idOf('customer', 0) && `Page ${number} has a booking of ${customer}`)
      refuse(place <= last && `Page ${number} has ${place} after ${last}`)
      last = place
    }
    refuse(data.length !== PAGE && `Page ${number} has ${data.length} bookings`)
    if (number < DEEP_PAGE) path = `${first}&cursor=${cursor}`
  }
  return { paths: { first, deep: path }, bodyLength: text.length }
}
