import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventData, movedData } from '../../src/domain/event-data.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { formatInstant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, cancellationOf, NOW, newId } from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import { fillLog, readOn } from './event-log-reading.ts'
import { trimming } from './event-log-trimming.ts'
import { writingMeanwhile } from './event-log-writers.ts'
import { type OpenHarness, times } from './harness.ts'
import { openShop, TEN } from './shop.ts'

/** What every implementation of the `EventLog` port keeps. */
export function eventLogContract(name: string, open: OpenHarness): void {
  describe(`${name} event log`, () => {
    telling(open)
    paging(open)
    knowingPlaces(open)
    trimming(open)
    writingMeanwhile(open)
  })
}

function telling(open: OpenHarness): void {
  it('tells all there is to know of what happened to a booking, in the order of its versions', async () => {
    await using shop = await openShop(open)
    const entry = shop.entryAt(TEN)
    const booking = accepted(await shop.ledger.book(entry, null))
    const move = moveOf(booking, shop.offer, plusMinutes(TEN, 180), plusMinutes(NOW, 1))
    const moved = accepted(await shop.ledger.move(move, null))
    const cancellation = cancellationOf(moved, 'ill', plusMinutes(NOW, 2))
    accepted(await shop.ledger.change(cancellation, null))
    const { id, providerId, customerId } = booking
    const told = (
      type: string,
      version: number,
      event: { id: EventId; occurredAt: number },
      data: object,
    ) => ({
      id: event.id,
      type,
      occurredAt: event.occurredAt,
      subject: { type: 'booking', id, version },
      providerId,
      customerId,
      data,
    })
    const events = (await readOn(shop)).map(({ cursor: _cursor, ...event }) => event)
    assert.deepEqual(events, [
      told('booking.created', 1, entry.event, eventData(booking)),
      told('booking.rescheduled', 2, move.event, movedData(move.event)),
      told('booking.cancelled', 3, cancellation, eventData(cancellation.booking)),
    ])
  })

  it('tells what became of a hold, with the end that the ledger gave it', async () => {
    await using shop = await openShop(open)
    const hold = accepted(await shop.hold(TEN))
    accepted(await shop.holds.release(hold.id, hold.holderId, newId() as EventId))
    const other = accepted(await shop.hold(TEN))
    await shop.probe.expireHold(other.id)
    assert.equal(await shop.holds.expire([newId() as EventId]), 1)
    const data = {
      service_id: hold.serviceId,
      provider_id: hold.providerId,
      customer_id: hold.holderId,
      start: formatInstant(hold.start),
      end: formatInstant(hold.end),
    }
    const told = (type: string, id: string, version: number, more = {}) => ({
      type,
      subject: { type: 'hold', id, version },
      providerId: hold.providerId,
      customerId: hold.holderId,
      data: { ...data, ...more },
    })
    const events = await readOn(shop)
    assert.deepEqual(
      events.map(({ id: _id, cursor: _cursor, occurredAt: _occurredAt, ...event }) => event),
      [
        told('hold.created', hold.id, 1, { expires_at: formatInstant(hold.expiresAt) }),
        told('hold.released', hold.id, 2),
        told('hold.created', other.id, 1, { expires_at: formatInstant(other.expiresAt) }),
        told('hold.expired', other.id, 2),
      ],
    )
  })

  it('tells nothing of what was refused', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    assert.equal((await shop.book(TEN)).ok, false)
    assert.equal((await shop.hold(TEN)).ok, false)
    assert.equal((await readOn(shop)).length, 1)
  })
}

function paging(open: OpenHarness): void {
  it('gives the same events in the same order, however many at once', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 7)
    const all = await readOn(shop)
    assert.equal(all.length, 7)
    for (const limit of [1, 2, 3, 7, 8]) assert.deepEqual(await readOn(shop, null, limit), all, `${limit}`)
  })

  it('goes on after any event, and the texts of its cursors are in the order of the events', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 5)
    const all = await readOn(shop)
    const cursors = all.map(({ cursor }) => cursor)
    assert.deepEqual(cursors, [...new Set(cursors)].sort())
    for (const [index, cursor] of cursors.entries()) {
      assert.deepEqual(await readOn(shop, cursor), all.slice(index + 1))
    }
  })

  it('says whether there was more, and where to go on, be there events or not', async () => {
    await using shop = await openShop(open)
    const start = await shop.log.start()
    const empty = accepted(await shop.log.read(start, 10))
    assert.deepEqual([empty.events, empty.isLast], [[], true])
    await fillLog(shop, 3)
    await shop.probe.everythingIsReadable()
    const part = accepted(await shop.log.read(empty.end, 2))
    assert.deepEqual([part.events.length, part.isLast, part.end], [2, false, part.events[1]?.cursor])
    const rest = accepted(await shop.log.read(part.end, 2))
    assert.deepEqual([rest.events.length, rest.isLast], [1, true])
    assert(rest.end >= (rest.events[0]?.cursor ?? ''))
    assert.deepEqual(accepted(await shop.log.read(rest.end, 2)).events, [])
  })
}

function knowingPlaces(open: OpenHarness): void {
  it('begins behind everything for whoever asks for the end, and before everything for the start', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 3)
    await shop.probe.everythingIsReadable()
    const end = await shop.log.end()
    assert.deepEqual(accepted(await shop.log.read(end, 10)).events, [])
    const booking = accepted(await shop.book(plusMinutes(TEN, -120)))
    const later = await readOn(shop, end)
    assert.deepEqual(
      later.map(({ subject }) => subject.id),
      [booking.id],
    )
    assert.equal((await readOn(shop, await shop.log.start())).length, 4)
  })

  it('knows every cursor that it has given, and no other text', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 2)
    const [first] = await readOn(shop)
    assert(first)
    for (const cursor of [first.cursor, await shop.log.start(), await shop.log.end()]) {
      assert.equal(await shop.log.parse(cursor), cursor)
      const spoilt = ['', 'x', cursor.slice(1), `${cursor}0`, `0${cursor}`, `${cursor}\n`, ` ${cursor}`]
      for (const text of [...spoilt, 'f'.repeat(cursor.length), '-1', '１'.repeat(cursor.length)]) {
        assert.equal(await shop.log.parse(text), undefined, JSON.stringify(text))
      }
    }
  })

  it('does not know the cursors of another log', async () => {
    await using shop = await openShop(open)
    const other = await shop.probe.openOtherLog()
    for (const cursor of [await other.start(), await other.end()]) {
      assert.equal(await other.parse(cursor), cursor)
      assert.equal(await shop.log.parse(cursor), undefined)
    }
  })

  it('gives each of many who read at once the same', async () => {
    await using shop = await openShop(open)
    await fillLog(shop, 10)
    const all = await readOn(shop)
    const start = await shop.log.start()
    const pages = await Promise.all(times(30).map(() => shop.log.read(start, 100)))
    for (const page of pages) assert.deepEqual(accepted(page).events, all)
  })
}
