import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { postgresBookingArchive } from '../../src/adapters/postgres/booking-archive.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { accepted } from '../support/fixtures.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const EVERYONES = {
  participant: null,
  customerId: null,
  providerId: null,
  serviceId: null,
  status: null,
  from: null,
  to: null,
}

/** Copies of a booking that are over, a minute apart. */
const COPY_BOOKING = `
  insert into bookings (
    id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
    buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
  )
  select
    gen_random_uuid(), 'completed', service_id, service_version, provider_id, customer_id,
    starts_at - make_interval(mins => minutes), ends_at - make_interval(mins => minutes), buffer_before_minutes,
    buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
  from bookings
  cross join generate_series(1, 5000) as minutes
`

describe('The list of everyone’s bookings', () => {
  it('reads a page and not the record, in either order', async () => {
    await using shop = await openShop(() => bench.open(), {})
    accepted(await shop.book(TEN))
    const { query, url } = bench.database
    await query(COPY_BOOKING)
    await query('analyze bookings')
    const list = async (order: 'ascending' | 'descending') => {
      await using postgres = await openPostgres(url)
      return postgresBookingArchive(postgres).list({ ...EVERYONES, order }, { limit: 3, after: null })
    }
    assert.equal((await list('ascending')).items.length, 3)
    assert.equal((await list('descending')).items[0]?.start, TEN)
    const scans = async () => {
      const text = `
        select idx_scan::integer, idx_tup_read::integer
        from pg_stat_user_indexes
        where indexrelname = 'bookings_starts_at_idx'
      `
      return (await query<{ idx_scan: number; idx_tup_read: number }>(text))[0]
    }
    // A session tells what it has counted when it ends, and it ends a moment after its connection.
    const deadline = Date.now() + 5_000
    while ((await scans())?.idx_scan !== 2 && Date.now() < deadline) await delay(50)
    assert.deepEqual(await scans(), { idx_scan: 2, idx_tup_read: 8 })
  })

  it('finds the few to which nobody came without reading the others', async () => {
    await using shop = await openShop(() => bench.open(), {})
    accepted(await shop.book(TEN))
    const { query, url } = bench.database
    await query(COPY_BOOKING)
    await query(`
      update bookings
      set status = 'no_show'
      where id in (select id from bookings where status = 'completed' order by starts_at limit 5)
    `)
    await query('analyze bookings')
    const read = async () => {
      const text = `
        select seq_tup_read::integer + coalesce(idx_tup_fetch, 0)::integer as rows
        from pg_stat_user_tables
        where relname = 'bookings'
      `
      return (await query<{ rows: number }>(text))[0]?.rows ?? 0
    }
    await query('select pg_stat_force_next_flush()')
    const before = await read()
    const scans = async () => {
      const text = `select idx_scan::integer from pg_stat_user_indexes where indexrelname = 'bookings_cancelled_starts_at_idx'`
      return (await query<{ idx_scan: number }>(text))[0]?.idx_scan
    }
    {
      await using postgres = await openPostgres(url)
      const filter = { ...EVERYONES, status: 'no_show', order: 'descending' } as const
      const page = await postgresBookingArchive(postgres).list(filter, { limit: 3, after: null })
      assert.equal(page.items.length, 3)
    }
    const deadline = Date.now() + 5_000
    while ((await scans()) !== 1 && Date.now() < deadline) await delay(50)
    assert.equal(await scans(), 1)
    assert((await read()) - before < 20)
  })
})
