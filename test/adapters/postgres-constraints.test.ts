import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { formatInstant, type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { accepted, addOfferOfNewProvider, hours, newId, occasion } from '../support/fixtures.ts'
import { withClient } from '../support/postgres-client.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

const EXCLUDED = { code: '23P01', constraint: 'claims_no_overlap' }
const UNBOUNDED = { code: '23514' }
const INVERTED = { code: '22000' }

interface RawClaim {
  readonly start?: Instant
  readonly end?: Instant
  /** A range as PostgreSQL reads it; else from start to end. */
  readonly blocked?: string
  readonly session?: number
  readonly seat?: number
  readonly provider?: number
}

/** A shop whose claims can be written past every adapter. */
async function openRaw() {
  const shop = await openShop(bench.open)
  const insert = async (claim: RawClaim) => {
    const { start = TEN, end = plusMinutes(start, 60), session = null, seat = 1 } = claim
    const { provider = shop.offer.providerNumber } = claim
    const { blocked = `[${formatInstant(start)},${formatInstant(end)})` } = claim
    await bench.database.query(
      `insert into claims (
        provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at, session, seat
      )
      values ($1, $2, $3, $4, $5, $6, $7, now() + interval '1 hour', coalesce($8, nextval('claim_sessions')), $9)`,
      [
        provider,
        blocked,
        formatInstant(start),
        formatInstant(end),
        shop.offer.service.id,
        newId(),
        shop.customer.user.id,
        session,
        seat,
      ],
    )
  }
  return { ...shop, insert }
}

describe('The constraints on claims', () => {
  it('refuse to change a claim, which searches know by its id', async () => {
    await using shop = await openRaw()
    assert((await shop.book(TEN)).ok)
    const NEVER = { code: '23000', constraint: 'claims_never_change' }
    await assert.rejects(bench.database.query('update claims set seat = 2'), NEVER)
  })

  it('refuse a raw insert that overlaps what the ledger wrote, and let a touching one in', async () => {
    await using shop = await openRaw()
    assert((await shop.book(TEN)).ok)
    for (const minutes of [-59, 0, 59]) {
      await assert.rejects(shop.insert({ start: plusMinutes(TEN, minutes) }), EXCLUDED)
    }
    await shop.insert({ start: plusMinutes(TEN, 60) })
    await shop.insert({ start: plusMinutes(TEN, -60) })
    await shop.insert({ provider: shop.offer.providerNumber + 1 })
  })

  it('make the ledger refuse what a raw insert has taken', async () => {
    await using shop = await openRaw()
    await shop.insert({})
    const refused = await shop.book(plusMinutes(TEN, 30))
    assert(!refused.ok && refused.rejection.code === 'slot-taken')
  })

  it('let the seats of one session overlap, each seat once', async () => {
    await using shop = await openRaw()
    const session = 1_000_000_000
    await shop.insert({ session, seat: 1 })
    await shop.insert({ session, seat: 2 })
    await shop.insert({ session, seat: 3, start: plusMinutes(TEN, 30) })
    await assert.rejects(shop.insert({ session, seat: 2 }), { code: '23505', constraint: 'claims_seat_key' })
    await assert.rejects(shop.insert({ session: session + 1, seat: 4 }), EXCLUDED)
    await assert.rejects(shop.insert({}), EXCLUDED)
    await assert.rejects(shop.insert({ session, seat: 0 }), UNBOUNDED)
  })

  const ten = formatInstant(TEN)
  const eleven = formatInstant(plusMinutes(TEN, 60))
  for (const [kind, blocked, refusal] of [
    ['empty', 'empty', UNBOUNDED],
    ['empty by its bounds', `[${ten},${ten})`, UNBOUNDED],
    ['without a beginning', `(,${eleven})`, UNBOUNDED],
    ['without an end', `[${ten},)`, UNBOUNDED],
    ['without either', '(,)', UNBOUNDED],
    ['from minus infinity on', `[-infinity,${eleven})`, UNBOUNDED],
    ['up to infinity', `[${ten},infinity)`, UNBOUNDED],
    ['with its end in it', `[${ten},${eleven}]`, UNBOUNDED],
    ['without its start in it', `(${ten},${eleven})`, UNBOUNDED],
    ['inverted', `[${eleven},${ten})`, INVERTED],
    ['shorter than what is booked', `[${ten},2030-01-08T10:59:59Z)`, UNBOUNDED],
  ] as const) {
    it(`refuse a blocked range that is ${kind}`, async () => {
      await using shop = await openRaw()
      await assert.rejects(shop.insert({ blocked }), refusal)
      assert.equal((await shop.probe.counts()).claims, 0)
    })
  }

  it('refuse a claim that ends when or before it starts', async () => {
    await using shop = await openRaw()
    for (const minutes of [0, -1]) {
      const blocked = `[${ten},${eleven})`
      await assert.rejects(shop.insert({ blocked, end: plusMinutes(TEN, minutes) }), UNBOUNDED)
    }
  })
})

const UNCLAIMED = { code: '23000', constraint: 'bookings_standing_claimed' }

/** A copy of the bookings with an id and a status, and a claim where it is to have one. */
const copyOf = (status: string, claim: Readonly<Record<string, string>> | null = null) => `
  with copied as (
    insert into bookings (
      id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
      buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
    )
    select
      gen_random_uuid(), '${status}', service_id, service_version, provider_id, customer_id,
      starts_at + interval '1 day', ends_at + interval '1 day', buffer_before_minutes, buffer_after_minutes, price,
      currency, cancellable_until, metadata, created_at, updated_at
    from bookings
    returning *
  )
  insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
  select ${['number', 'blocked', 'starts_at', 'ends_at', 'service_id']
    .map((column) => claim?.[column] ?? RIGHT[column as keyof typeof RIGHT])
    .join(', ')}, copied.id
  from copied
  join auth.users on users.id = copied.provider_id
  where ${claim !== null}
`

/** What the claim of a booking with buffers of 5 and 15 minutes has to be. */
const RIGHT = {
  number: 'users.number',
  blocked: `tstzrange(starts_at - interval '5 minutes', ends_at + interval '15 minutes')`,
  starts_at: 'starts_at',
  ends_at: 'ends_at',
  service_id: 'service_id',
}

/** A shop with one booking that has buffers, and another provider with a service. */
async function openBooked() {
  const shop = await openShop(bench.open, { bufferBeforeMinutes: 5, bufferAfterMinutes: 15 })
  const other = await addOfferOfNewProvider(shop)
  const booking = accepted(await shop.book(TEN))
  const refused = async (statements: string) => {
    await assert.rejects(bench.database.query(statements), UNCLAIMED, statements)
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.equal((await shop.probe.counts()).claims, 1)
  }
  return { ...shop, other, booking, refused, [Symbol.asyncDispose]: shop[Symbol.asyncDispose] }
}

describe('A booking that stands', () => {
  it('is refused without a claim, and with one that is not on its slot', async () => {
    await using shop = await openBooked()
    const { service, providerNumber } = shop.other
    for (const status of ['pending', 'confirmed']) await shop.refused(copyOf(status))
    for (const wrong of [
      { number: `${providerNumber}` },
      { service_id: `'${service.id}'::uuid` },
      { blocked: 'tstzrange(starts_at, ends_at)' },
      { blocked: `tstzrange(starts_at - interval '5 minutes', ends_at + interval '30 minutes')` },
      { starts_at: `starts_at + interval '1 minute'` },
      { ends_at: `ends_at - interval '1 minute'` },
    ]) {
      await shop.refused(copyOf('confirmed', wrong))
    }
    await bench.database.query(copyOf('confirmed', {}))
    await bench.database.query(copyOf('completed'))
  })

  it('keeps its claim, whoever deletes it', async () => {
    await using shop = await openBooked()
    const { id } = shop.booking
    await shop.refused(`delete from claims where booking_id = '${id}'`)
    await shop.refused('truncate claims')
    // The same interval with other buffers, in the place of the claim.
    await shop.refused(`
      with gone as (delete from claims where booking_id = '${id}' returning *)
      insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
      select provider_number, tstzrange(starts_at, ends_at), starts_at, ends_at, service_id, booking_id from gone
    `)
    await bench.database.query(`delete from bookings where id = '${id}'`)
    assert.equal((await shop.probe.counts()).claims, 0)
  })

  it('is not turned away from its claim, and what is over does not stand again without one', async () => {
    await using shop = await openBooked()
    const { id, providerId } = shop.other.service
    for (const change of [
      `provider_id = '${providerId}'`,
      `service_id = '${id}'`,
      `starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'`,
      `ends_at = ends_at + interval '10 minutes'`,
      'buffer_before_minutes = 0',
      'buffer_after_minutes = 60',
    ]) {
      await shop.refused(`update bookings set ${change}`)
    }
    await bench.database.query(copyOf('completed'))
    const again = `update bookings set status = 'confirmed' where status = 'completed'`
    await assert.rejects(bench.database.query(again), UNCLAIMED)
  })

  it('may let go of its claim for another in one transaction, and lose it with its standing', async () => {
    await using shop = await openBooked()
    const move = `
      with gone as (delete from claims where booking_id = '${shop.booking.id}' returning *),
      moved as (
        update bookings set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'
      )
      insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
      select
        provider_number,
        tstzrange(lower(blocked) + interval '1 day', upper(blocked) + interval '1 day'),
        starts_at + interval '1 day', ends_at + interval '1 day', service_id, booking_id
      from gone
    `
    await bench.database.query(move)
    const cancel = `
      with gone as (delete from claims where booking_id = '${shop.booking.id}')
      update bookings set status = 'cancelled', cancelled_at = now(), cancelled_by = 'admin'
    `
    await bench.database.query(cancel)
    assert.deepEqual(await shop.probe.counts(), { bookings: 1, claims: 0, reminders: 1, events: 1 })
  })

  it('is waited for by whoever forgets the claim that it has just seen', async () => {
    await using shop = await openBooked()
    const set = (status: string) => `update bookings set status = '${status}' where id = '${shop.booking.id}'`
    await bench.database.query(set('completed'))
    await withClient(bench.database.url, async (client) => {
      await client.query('begin')
      await client.query(set('confirmed'))
      const deleting = bench.database.query('delete from claims').catch((error: unknown) => error)
      const waiting = `
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
      `
      for (const deadline = Date.now() + 10_000; (await client.query(waiting)).rowCount === 0; ) {
        assert(Date.now() < deadline, 'nobody waits for the booking')
        await client.query('select pg_stat_clear_snapshot(), pg_sleep(0.01)')
      }
      await client.query('commit')
      assert.equal(((await deleting) as { constraint?: string }).constraint, UNCLAIMED.constraint)
    })
    assert.equal((await shop.probe.counts()).claims, 1)
  })
})

describe('The PostgreSQL schedule catalog', () => {
  it('leaves the recorded week whole when the new one fails half way', async () => {
    await using shop = await openShop(bench.open)
    const { providerId } = shop.offer.service
    const weeklyHours = byWeekday({ monday: [hours('09:00-12:00')] })
    const breaks = byWeekday({ monday: [{ ...hours('10:00-11:00'), label: null }] })
    const week = { timeZone: 'UTC', weeklyHours, breaks }
    assert((await shop.schedules.replaceWeek(providerId, week, null, occasion())).ok)
    const before = await shop.schedules.find(providerId)
    const twice = byWeekday({ friday: [1, 2].map(() => ({ ...hours('10:00-11:00'), label: null })) })
    await assert.rejects(
      shop.schedules.replaceWeek(
        providerId,
        { ...week, timeZone: 'Asia/Tokyo', breaks: twice },
        null,
        occasion(),
      ),
    )
    assert.deepEqual(await shop.schedules.find(providerId), before)
  })
})
