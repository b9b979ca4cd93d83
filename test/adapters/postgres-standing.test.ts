import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { plusMinutes } from '../../src/domain/instant.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { accepted, addOfferOfNewProvider } from '../support/fixtures.ts'
import { withClient } from '../support/postgres-client.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

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

  it('is refused to whoever reads by a snapshot that still has its claim', async () => {
    await using shop = await openBooked()
    const { id } = shop.booking
    await bench.database.query(`update bookings set status = 'completed' where id = '${id}'`)
    await withClient(bench.database.url, async (client) => {
      await client.query('begin isolation level repeatable read')
      await client.query('select from claims')
      await bench.database.query('delete from claims')
      await client.query(`update bookings set status = 'confirmed' where id = '${id}'`)
      await assert.rejects(client.query('commit'), { code: '40001' })
    })
  })

  it('keeps the number that its provider is claimed by', async () => {
    await using shop = await openBooked()
    await assert.rejects(bench.database.query('update auth.users set number = default'), {
      code: '23000',
      constraint: 'users_number_kept',
    })
    assert.equal((await shop.probe.counts()).claims, 1)
  })
})

describe('Forgetting claims', () => {
  it('waits for nobody who has a booking locked, and forgets the others', async () => {
    await using shop = await openBooked()
    await shop.book(plusMinutes(TEN, 3 * 60))
    await bench.database.query(`update bookings set status = 'completed'`)
    const forget = async () =>
      (await bench.database.query<{ n: number }>(`select forget_claims('infinity', 100) as n`))[0]?.n
    await withClient(bench.database.url, async (client) => {
      await client.query('begin')
      await client.query(`update bookings set notes = 'by hand' where id = '${shop.booking.id}'`)
      assert.equal(await Promise.race([forget(), delay(5_000)]), 1)
      await client.query('commit')
    })
    assert.equal(await forget(), 1)
  })
})
