import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { postgresBookingArchive } from '../../src/adapters/postgres/booking-archive.ts'
import { type BookingPagesOptions, postgresBookingPages } from '../../src/adapters/postgres/booking-pages.ts'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import type { PagedBookings } from '../../src/application/ports/booking-pages.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { type ContractShop, openShop, TEN } from '../contracts/shop.ts'
import { accepted } from '../support/fixtures.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
let postgres: PostgresDatabase
before(async () => {
  bench = await openBench()
  postgres = await openPostgres(bench.database.url)
})
after(async () => {
  await postgres[Symbol.asyncDispose]()
  await bench[Symbol.asyncDispose]()
})

const LASTING = { renewed: 3_600_000, usable: 3_600_000 }

/** Every list of more than a few rows is a long one, of several stretches with several entries each. */
const SMALL: BookingPagesOptions = {
  mostCounted: 5,
  step: 4,
  stretch: 3,
  ages: { past: LASTING, upcoming: LASTING },
}

/** Copies of a booking in the minutes after it, three a minute, over and done with. */
const COPY_BOOKING = `
  insert into bookings (
    id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
    buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
  )
  select
    gen_random_uuid(), 'completed', service_id, service_version, provider_id, customer_id,
    starts_at + make_interval(mins => minutes / 3), ends_at + make_interval(mins => minutes / 3),
    buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
  from bookings
  cross join generate_series($2::integer, $3) as minutes
  where bookings.id = $1
`

const openPages = (options: Partial<BookingPagesOptions> = {}) =>
  postgresBookingPages(postgres, postgresBookingArchive(postgres), { ...SMALL, ...options })

/** A booking at ten, and copies of it from there on. */
async function openRecord(copies: number) {
  const shop = await openShop(() => bench.open(), {})
  const { id } = accepted(await shop.book(TEN))
  const copy = (first: number, last: number) => bench.database.query(COPY_BOOKING, [id, first, last])
  await copy(1, copies)
  return { ...shop, copy, [Symbol.asyncDispose]: shop[Symbol.asyncDispose] }
}

/** The ids of a list as one statement reads all of it. */
async function idsOf(
  { archive }: ContractShop,
  { participant, view, now }: PagedBookings,
): Promise<string[]> {
  const found: string[] = []
  let after: Parameters<typeof archive.list>[1]['after'] = null
  do {
    const page = await archive.list(
      {
        participant,
        customerId: null,
        providerId: null,
        serviceId: null,
        status: null,
        from: view === 'upcoming' ? now : null,
        to: view === 'past' ? now : null,
        order: view === 'past' ? 'descending' : 'ascending',
      },
      { limit: 100, after },
    )
    found.push(...page.items.map(({ id }) => id))
    after = page.next
  } while (after !== null)
  return found
}

async function assertPages(
  pages: ReturnType<typeof openPages>,
  shop: ContractShop,
  list: PagedBookings,
): Promise<void> {
  const ids = await idsOf(shop, list)
  for (const size of [3, 7, 100]) {
    for (let number = 1; number <= Math.ceil(ids.length / size) + 1; number++) {
      const { items, total } = await pages.read(list, { number, size })
      const expected = ids.slice((number - 1) * size, number * size)
      assert.deepEqual(
        { total, ids: items.map(({ id }) => id) },
        { total: ids.length, ids: expected },
        `${list.view} of ${list.participant}, page ${number} of ${size}`,
      )
    }
  }
}

const minutes = (count: number): Instant => plusMinutes(TEN, count)

describe('Pages of a long list', () => {
  for (const view of ['past', 'upcoming'] as const) {
    it(`has every page of what is ${view}, also when time has gone on since the list was walked over`, async () => {
      await using shop = await openRecord(59)
      const pages = openPages()
      for (const participant of [null, shop.customer.user.id, shop.offer.service.providerId]) {
        for (const now of [10, 13].map(minutes)) {
          await assertPages(pages, shop, { participant, view, now })
        }
      }
    })
  }

  it('counts a booking that was written into the past as soon as it looks again, and answers meanwhile', async () => {
    await using shop = await openRecord(40)
    const list: PagedBookings = { participant: null, view: 'past', now: minutes(60) }
    const lasting = openPages()
    const renewing = openPages({ ages: { ...SMALL.ages, past: { renewed: 0, usable: 3_600_000 } } })
    const fresh = openPages({ ages: { ...SMALL.ages, past: { renewed: 0, usable: 0 } } })
    const totalOf = async (pages: typeof lasting) => (await pages.read(list, { number: 5, size: 4 })).total
    for (const pages of [lasting, renewing, fresh]) assert.equal(await totalOf(pages), 41)
    await delay(30)
    await shop.copy(41, 45)
    assert.equal(await totalOf(lasting), 41)
    await totalOf(renewing)
    for (const deadline = Date.now() + 5_000; (await totalOf(renewing)) !== 46; await delay(10)) {
      assert(Date.now() < deadline, 'it is never made anew')
    }
    await assertPages(renewing, shop, list)
  })

  it('looks at the list anew when the clock was set back', async () => {
    await using shop = await openRecord(59)
    const pages = openPages()
    for (const now of [15, 9].map(minutes)) {
      await assertPages(pages, shop, { participant: null, view: 'past', now })
    }
  })
})
