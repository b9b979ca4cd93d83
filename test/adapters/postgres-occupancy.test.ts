import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openPostgres, type PostgresDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresOccupancy } from '../../src/adapters/postgres/occupancy.ts'
import type { Pipeline } from '../../src/adapters/postgres/pipeline.ts'
import { Unavailable } from '../../src/application/ports/unavailable.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { times } from '../contracts/harness.ts'
import { TEN } from '../contracts/shop.ts'
import { accepted } from '../support/fixtures.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'
import { connect, holdValues, INSERT_HOLD, MONTH, openSearchedShop } from './searched-shop.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

describe('What PostgreSQL occupancy remembers', () => {
  it('is the very same as long as nothing about it changes, whatever else does', async () => {
    await using shop = await openSearchedShop(bench)
    accepted(await shop.book(TEN))
    const first = await shop.look()
    accepted(await shop.book(TEN, shop.other))
    const second = await shop.look()
    assert.equal(second.offer, first.offer)
    assert.equal(second.claims, first.claims)
    accepted(await shop.book(plusMinutes(TEN, 60)))
    const third = await shop.look()
    assert.equal(third.offer, first.offer)
    assert.notEqual(third.claims, first.claims)
    await shop.query('update services set version = version + 1 where id = $1', [shop.offer.service.id])
    const fourth = await shop.look()
    assert.equal(fourth.claims, third.claims)
    assert.equal(fourth.offer.service.version, 2)
  })

  it('is one list for searches from different days on', async () => {
    await using shop = await openSearchedShop(bench)
    accepted(await shop.book(plusMinutes(TEN, 60)))
    const { claims } = await shop.look()
    const sixteenDays = 16 * 1440 * 60_000
    const room = Math.min(24 * 60, Math.floor((sixteenDays - (TEN % sixteenDays)) / 60_000) - 1)
    const later = { start: plusMinutes(TEN, room), end: MONTH.end }
    const [found] = await shop.occupancy.read([shop.offer.service.id], () => later)
    assert.equal(found?.claims, claims)
  })

  it('changes with whatever is written past every adapter', async () => {
    await using shop = await openSearchedShop(bench)
    assert.equal(await shop.count(), 0)
    await shop.query(INSERT_HOLD, holdValues(shop))
    assert.equal(await shop.count(), 1)
    await shop.query('delete from claims')
    assert.equal(await shop.count(), 0)
    await shop.query(INSERT_HOLD, holdValues(shop))
    assert.equal(await shop.count(), 1)
    await shop.query('truncate claims')
    assert.equal(await shop.count(), 0)
    const { id, providerId } = shop.offer.service
    for (const [statement, value, expected] of [
      [`insert into weekly_hours values ($1, 1, '[540,600)')`, providerId, 'weeklyHours'],
      [`insert into weekly_breaks values ($1, 1, '[550,560)')`, providerId, 'breaks'],
      [`insert into schedule_overrides values ($1, '2030-01-01')`, providerId, 'overrides'],
      [`insert into override_hours values ($1, '2030-01-01', '[0,60)')`, providerId, 'overrides'],
      [`update schedules set time_zone = 'Asia/Tokyo' where provider_id = $1`, providerId, 'timeZone'],
      [`delete from weekly_hours where provider_id = $1`, providerId, 'weeklyHours'],
      [`delete from weekly_breaks where provider_id = $1`, providerId, 'breaks'],
      [`delete from schedule_overrides where provider_id = $1`, providerId, 'overrides'],
    ] as const) {
      const { schedule } = (await shop.look()).offer
      await shop.query(statement, [value])
      assert.notDeepEqual((await shop.look()).offer.schedule[expected], schedule[expected], statement)
    }
    await shop.query('delete from services where id = $1', [id])
    assert.deepEqual(await shop.occupancy.read([id], () => MONTH), [])
  })

  it('loses a hold when it ends by the clock of the database, and changes not before', async () => {
    await using shop = await openSearchedShop(bench)
    accepted(await shop.book(plusMinutes(TEN, 120)))
    await shop.query(INSERT_HOLD, holdValues(shop, 0, 0.4))
    await shop.query(INSERT_HOLD, holdValues(shop, 60, 600))
    const { claims } = await shop.look()
    assert.equal(claims.length, 3)
    assert.equal((await shop.look()).claims, claims)
    await delay(450)
    const later = await shop.look()
    assert.deepEqual(later.claims, claims.slice(1))
    assert.equal((await shop.look()).claims, later.claims)
  })
})

describe('PostgreSQL occupancy beside long transactions', () => {
  it('sees what is committed meanwhile, and takes it for a change once', async () => {
    await using shop = await openSearchedShop(bench)
    await using long = await connect(bench)
    await long.query('begin')
    await long.query('select pg_current_xact_id()')
    await shop.look()
    for (let count = 1; count <= 5; count++) {
      accepted(await shop.otherNode.ledger.book(shop.entryAt(plusMinutes(TEN, count * 60)), null))
      const { claims } = await shop.look()
      assert.equal(claims.length, count)
      assert.equal((await shop.look()).claims, claims)
      assert.equal((await shop.look()).claims, claims)
    }
    await long.query('rollback')
  })

  it('sees what a long transaction has written only when it commits, and then at once', async () => {
    await using shop = await openSearchedShop(bench)
    await using long = await connect(bench)
    await long.query('begin')
    await long.query(INSERT_HOLD, holdValues(shop))
    for (const minutes of [60, 120, 180]) {
      accepted(await shop.book(plusMinutes(TEN, minutes)))
      await shop.look()
      await shop.look()
    }
    assert.equal(await shop.count(), 3)
    await long.query('commit')
    assert.equal(await shop.count(), 4)
  })

  it('sees what is committed while lists and offers are being read', async () => {
    await using shop = await openSearchedShop(bench)
    await using writer = await connect(bench)
    for (let round = 1; round <= 30; round++) {
      await writer.query('begin')
      await writer.query(INSERT_HOLD, holdValues(shop, round * 60))
      await writer.query('update services set version = version + 1 where id = $1', [shop.offer.service.id])
      // Nobody knows the lists of a range that was never searched for.
      const range = { start: plusMinutes(TEN, -1440 * 16 * round), end: MONTH.end }
      const overlapping = Array.from({ length: 4 }, () =>
        shop.occupancy.read([shop.offer.service.id], () => range),
      )
      await writer.query('commit')
      const [found] = await shop.occupancy.read([shop.offer.service.id], () => range)
      assert.deepEqual([found?.claims.length, found?.offer.service.version], [round, round + 1])
      for (const [seen] of await Promise.all(overlapping)) {
        // Of one moment: the claim and the version have been committed together.
        assert.equal(seen?.claims.length, (seen?.offer.service.version ?? 0) - 1)
      }
    }
  })
})

/** Occupancy of a node of its own, to which things happen just before it reads the log. */
function interrupted(postgres: PostgresDatabase, happenings: (() => Promise<unknown>)[]) {
  const feedPipeline: Pipeline = {
    async execute(statement, values) {
      await happenings.shift()?.()
      return postgres.feedPipeline.execute(statement, values)
    },
    inFlight: () => postgres.feedPipeline.inFlight(),
    [Symbol.asyncDispose]: async () => {},
  }
  return postgresOccupancy({ ...postgres, feedPipeline }).occupancy
}

describe('PostgreSQL occupancy that is overtaken', () => {
  it('answers by what has become of an offer after it was loaded, with the claims of the same moment', async () => {
    await using shop = await openSearchedShop(bench)
    await using postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
    const change = async (minutes: number) => {
      await shop.query('update services set version = version + 1 where id = $1', [shop.offer.service.id])
      await shop.query(INSERT_HOLD, holdValues(shop, minutes))
    }
    const happenings: (() => Promise<unknown>)[] = []
    const occupancy = interrupted(postgres, happenings)
    await shop.look(shop.other, occupancy)
    for (const round of times(5)) {
      // Of the first round the offer is unknown, later on it is known and out of date; twice in all in each.
      happenings.push(
        () => change(round * 120),
        () => change(round * 120 + 60),
      )
      const { offer, claims } = await shop.look(shop.offer, occupancy)
      assert.deepEqual([offer.service.version, claims.length], [round * 2 + 3, round * 2 + 2])
    }
  })

  it('gives up in the end when an offer never stands still', async () => {
    await using shop = await openSearchedShop(bench)
    await using postgres = await openPostgres(bench.database.url, { pipelineConnections: 1 })
    const change = () =>
      shop.query('update services set version = version + 1 where id = $1', [shop.offer.service.id])
    const occupancy = interrupted(
      postgres,
      times(20).map(() => change),
    )
    await assert.rejects(shop.look(shop.offer, occupancy), Unavailable)
  })
})
