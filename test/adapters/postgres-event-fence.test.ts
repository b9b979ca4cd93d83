import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { plusMinutes } from '../../src/domain/instant.ts'
import type { Cursor, LoggedEvent } from '../../src/domain/logged-event.ts'
import { readOn } from '../contracts/event-log-reading.ts'
import { eventIds } from '../contracts/reminder-ledger.contract.ts'
import { type ContractShop, openShop, TEN } from '../contracts/shop.ts'
import { createTestDatabase } from '../support/database.ts'
import { accepted, newId } from '../support/fixtures.ts'
import { withClient } from '../support/postgres-client.ts'
import { openBench, type PostgresBench } from './postgres-harness.ts'

let bench: PostgresBench
before(async () => {
  bench = await openBench()
})
after(() => bench[Symbol.asyncDispose]())

/** Takes a transaction id, by which the fence stays where it is until the transaction ends. */
const begin = async (client: Client): Promise<void> => {
  await client.query('begin')
  await client.query('select pg_current_xact_id()')
}

/** Writes an event as a ledger does, only that its transaction is still open. */
const writeSlowly = async (client: Client): Promise<string> => {
  await client.query('begin')
  const id = newId()
  await client.query(
    `
      insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
      values ($1, 'service.changed', now(), 'service', $1, 1, '{}')
    `,
    [id],
  )
  return id
}

const bookAt = async (shop: ContractShop, hour: number) =>
  accepted(await shop.book(plusMinutes(TEN, hour * 60))).id as string

const idsOf = (events: readonly LoggedEvent[]) => events.map(({ subject }) => subject.id)

/** What can be read right now. */
const readNow = async ({ log }: ContractShop, after: Cursor) => accepted(await log.read(after, 100))

describe('The fence of the log', () => {
  it('holds back what is written while an older transaction is open, and lets all of it out behind it', async () => {
    await using shop = await openShop(() => bench.open())
    const early = await bookAt(shop, 0)
    const [first] = await readOn(shop)
    await withClient(bench.database.url, async (client) => {
      const slow = await writeSlowly(client)
      const later = [await bookAt(shop, 1), await bookAt(shop, 2)]
      const hidden = await readNow(shop, first?.cursor as Cursor)
      assert.deepEqual([hidden.events, hidden.isLast], [[], true])
      await client.query('commit')
      assert.deepEqual(idsOf(await readOn(shop, hidden.end)), [slow, ...later])
      assert.deepEqual(idsOf(await readOn(shop)), [early, slow, ...later])
    })
  })

  it('lets out what it held back when the older transaction comes to nothing', async () => {
    await using shop = await openShop(() => bench.open())
    const start = await shop.log.start()
    await withClient(bench.database.url, async (client) => {
      await writeSlowly(client)
      const later = await bookAt(shop, 1)
      const { end } = await readNow(shop, start)
      await client.query('rollback')
      assert.deepEqual(idsOf(await readOn(shop, end)), [later])
    })
  })

  it('stands before a transaction in another database of the server too', async () => {
    await using shop = await openShop(() => bench.open())
    await using elsewhere = await createTestDatabase()
    const start = await shop.log.start()
    await withClient(elsewhere.url, async (client) => {
      await begin(client)
      const booking = await bookAt(shop, 1)
      const { events, end } = await readNow(shop, start)
      assert.deepEqual(events, [])
      await client.query('rollback')
      assert.deepEqual(idsOf(await readOn(shop, end)), [booking])
    })
  })

  it('is where a reader begins who asks for the end: what is hidden there by then is told', async () => {
    await using shop = await openShop(() => bench.open())
    await withClient(bench.database.url, async (client) => {
      const slow = await writeSlowly(client)
      const hidden = await bookAt(shop, 1)
      const end = await shop.log.end()
      await client.query('commit')
      assert.deepEqual(idsOf(await readOn(shop, end)), [slow, hidden])
    })
  })

  it('keeps what may still be overtaken from being removed', async () => {
    await using shop = await openShop(() => bench.open())
    await bookAt(shop, 0)
    await shop.probe.everythingIsReadable()
    await withClient(bench.database.url, async (client) => {
      const slow = await writeSlowly(client)
      const later = await bookAt(shop, 1)
      assert.equal(await shop.log.trim({ before: TEN, now: TEN }, 100), 1)
      await client.query('commit')
      assert.deepEqual(idsOf(await readOn(shop)), [slow, later])
    })
  })
})

describe('Reminders beside an older transaction', () => {
  it('are sent by a later call at the latest, when it has ended', async () => {
    await using shop = await openShop(() => bench.open())
    await bookAt(shop, 0)
    const send = () => shop.reminders.send(eventIds(5), plusMinutes(TEN, -5), null)
    await withClient(bench.database.url, async (client) => {
      await begin(client)
      const early = await send()
      await client.query('commit')
      assert.equal(early.sent + (await send()).sent, 1)
    })
    assert.equal((await readOn(shop)).length, 2)
  })

  it('are not sent where it takes away what they would remind of', async () => {
    await using shop = await openShop(() => bench.open())
    const id = await bookAt(shop, 0)
    await withClient(bench.database.url, async (client) => {
      await begin(client)
      await client.query('delete from reminders where booking_id = $1', [id])
      const waiting = shop.reminders.send(eventIds(5), plusMinutes(TEN, -5), null)
      await client.query('commit')
      assert.deepEqual(await waiting, { due: 0, sent: 0, reached: null })
      assert.equal((await readOn(shop)).length, 1)
    })
  })
})
