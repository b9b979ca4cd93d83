import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { formatInstant, type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { byWeekday } from '../../src/domain/weekly-hours.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { hours, newId, occasion } from '../support/fixtures.ts'
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
