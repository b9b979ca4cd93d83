import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bookingLedgerContract } from '../contracts/booking-ledger.contract.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

bookingLedgerContract('PostgreSQL', () => bench.open())

describe('PostgreSQL after all the races', () => {
  it('has met no deadlock', async () => {
    assert.equal(await bench.countDeadlocks(), 0)
  })

  it('has no two claims of one provider that overlap in different sessions, and no claim without a booking', async () => {
    const strays = await bench.database.query(`
      select claims.id
      from claims
      left join bookings on bookings.id = claims.booking_id
      where bookings.status is distinct from 'confirmed'
        or exists (
          select
          from claims as others
          where others.provider_number = claims.provider_number
            and others.id <> claims.id
            and others.blocked && claims.blocked
        )
    `)
    assert.deepEqual(strays, [])
  })
})
