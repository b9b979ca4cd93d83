import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { answersContract } from '../contracts/answers.contract.ts'
import { holdLedgerContract } from '../contracts/hold-ledger.contract.ts'
import { deadHold } from '../contracts/hold-ledger-expiry.ts'
import { openShop, TEN } from '../contracts/shop.ts'
import { accepted, newId } from '../support/fixtures.ts'
import { withClient } from '../support/postgres-client.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

holdLedgerContract('PostgreSQL', () => bench.open())
answersContract('PostgreSQL', () => bench.open())

describe('PostgreSQL beside a session that keeps an expired hold locked', () => {
  it('tidies up the others without waiting for it, in a sweep and in the way of a booking', async () => {
    await using shop = await openShop(() => bench.open(), { durationMinutes: 20 })
    const long = { ...shop.offer, service: { ...shop.offer.service, durationMinutes: 60 } }
    const eventIds = () => [newId(), newId(), newId()] as EventId[]
    const locked = await deadHold(shop, TEN)
    await withClient(bench.database.url, async (client) => {
      await client.query('begin')
      await client.query('select from claims where hold_id = $1 for update', [locked.id])
      await deadHold(shop, plusMinutes(TEN, 100))
      assert.equal(await shop.holds.expire(eventIds()), 1)
      await deadHold(shop, plusMinutes(TEN, 200))
      accepted(await shop.book(plusMinutes(TEN, 190), long))
      assert.equal(await shop.holds.expire(eventIds()), 0)
      await client.query('rollback')
    })
    assert.equal(await shop.holds.expire(eventIds()), 1)
  })
})

describe('PostgreSQL after all the races for holds and keys', () => {
  it('has met no deadlock', async () => {
    assert.equal(await bench.countDeadlocks(), 0)
  })
})
