import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { formatInstant, type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, cancellationOf, newId } from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import { readOn } from './event-log-reading.ts'
import { type OpenHarness, times } from './harness.ts'
import { racingReminders } from './reminder-ledger-races.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

export const eventIds = (count: number) => times(count).map(() => newId() as EventId)

/** What was reminded of, in the order of the log: which booking, how long before, and when. */
const reminded = async (shop: ContractShop) =>
  (await readOn(shop))
    .filter(({ type }) => type === 'booking.reminder')
    .map(({ subject, data, occurredAt }) => [subject.id, data.minutes_before, occurredAt])

const send = async (shop: ContractShop, now: Instant, count = 10, since: Instant | null = null) => {
  const { due, sent } = await shop.reminders.send(eventIds(count), now, since)
  return { due, sent }
}

/** What every implementation of the `ReminderLedger` port keeps. */
export function reminderLedgerContract(name: string, open: OpenHarness): void {
  describe(`${name} reminder ledger`, () => {
    sending(open)
    beingLate(open)
    leavingOut(open)
    batching(open)
    racingReminders(open)
  })
}

function sending(open: OpenHarness): void {
  it('sends what is due at that very moment, and nothing a moment before', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const due = plusMinutes(TEN, -10)
    assert.deepEqual(await send(shop, (due - 1) as Instant), { due: 0, sent: 0 })
    assert.deepEqual(await send(shop, due), { due: 1, sent: 1 })
    assert.deepEqual(await reminded(shop), [[booking.id, 10, due]])
  })

  it('writes an event with all that a reader needs, under an id that it was given', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const ids = eventIds(3)
    await shop.reminders.send(ids, plusMinutes(TEN, -10), null)
    const { cursor: _cursor, id, ...event } = (await readOn(shop))[1] ?? assert.fail()
    assert(ids.includes(id))
    assert.deepEqual(event, {
      type: 'booking.reminder',
      occurredAt: plusMinutes(TEN, -10),
      subject: { type: 'booking', id: booking.id, version: 1 },
      providerId: booking.providerId,
      customerId: booking.customerId,
      data: {
        status: 'confirmed',
        number: booking.number,
        service_id: booking.serviceId,
        provider_id: booking.providerId,
        customer_id: booking.customerId,
        start: formatInstant(booking.start),
        end: formatInstant(booking.end),
        minutes_before: 10,
      },
    })
  })

  it('sends each once', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    for (const expected of [1, 0, 0]) {
      assert.deepEqual(await send(shop, plusMinutes(TEN, -5)), { due: expected, sent: expected })
    }
    assert.equal((await reminded(shop)).length, 1)
    assert.equal((await shop.probe.counts()).reminders, 0)
  })

  it('sends several of one booking, each at its own time', async () => {
    await using shop = await openShop(open, { reminderMinutes: [10, 60, 1_440] })
    const { id } = accepted(await shop.book(TEN))
    for (const before of [1_440, 60, 10]) {
      assert.equal((await send(shop, plusMinutes(TEN, -before - 1))).due, 0)
      assert.deepEqual(await send(shop, plusMinutes(TEN, -before)), { due: 1, sent: 1 })
    }
    const told = (await reminded(shop)).map(([booking, minutes]) => [booking, minutes])
    assert.deepEqual(told, [
      [id, 1_440],
      [id, 60],
      [id, 10],
    ])
  })

  it('tells the version and the status of the booking as it is by then', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const moved = accepted(await shop.ledger.move(moveOf(booking, shop.offer, plusMinutes(TEN, 60)), null))
    await send(shop, plusMinutes(moved.start, -10))
    const event = (await readOn(shop)).at(-1)
    assert.deepEqual([event?.subject.version, event?.data.start], [2, formatInstant(moved.start)])
  })
}

function beingLate(open: OpenHarness): void {
  it('sends late ones too, as long as the booking has not begun', async () => {
    await using shop = await openShop(open, { reminderMinutes: [10, 60] })
    accepted(await shop.book(TEN))
    assert.deepEqual(await send(shop, (TEN - 1) as Instant), { due: 2, sent: 2 })
  })

  it('says nothing of a booking that begins or has begun, and does not come back to it', async () => {
    await using shop = await openShop(open)
    for (const hour of [0, 2]) accepted(await shop.book(plusMinutes(TEN, hour * 60)))
    assert.deepEqual(await send(shop, TEN), { due: 1, sent: 0 })
    assert.deepEqual(await send(shop, plusMinutes(TEN, 125)), { due: 1, sent: 0 })
    assert.deepEqual(await send(shop, plusMinutes(TEN, 125)), { due: 0, sent: 0 })
    assert.deepEqual(await reminded(shop), [])
  })
}

function leavingOut(open: OpenHarness): void {
  it('says nothing of a booking that was cancelled', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    assert.deepEqual(await send(shop, plusMinutes(TEN, -5)), { due: 0, sent: 0 })
    assert.deepEqual(await reminded(shop), [])
  })

  it('says nothing at the old time of a booking that was moved, and reminds of the new one', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const later = plusMinutes(TEN, 300)
    accepted(await shop.ledger.move(moveOf(booking, shop.offer, later), null))
    assert.deepEqual(await send(shop, plusMinutes(TEN, -5)), { due: 0, sent: 0 })
    assert.deepEqual(await send(shop, plusMinutes(later, -5)), { due: 1, sent: 1 })
    assert.deepEqual(await reminded(shop), [[booking.id, 10, plusMinutes(later, -5)]])
  })

  it('reminds once more of a booking that is moved after it was reminded of', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    assert.equal((await send(shop, plusMinutes(TEN, -5))).sent, 1)
    const later = plusMinutes(TEN, 300)
    accepted(await shop.ledger.move(moveOf(booking, shop.offer, later, plusMinutes(TEN, -4)), null))
    assert.equal((await send(shop, plusMinutes(later, -10))).sent, 1)
    assert.equal((await reminded(shop)).length, 2)
  })
}

function batching(open: OpenHarness): void {
  it('takes the oldest first, no more at once than there are ids, and tells how many it took', async () => {
    await using shop = await openShop(open)
    const bookings = []
    for (const hour of [3, 1, 4, 0, 2]) bookings.push(accepted(await shop.book(plusMinutes(TEN, hour * 60))))
    // The first two have begun by now.
    const now = plusMinutes(TEN, 115)
    const outcomes = []
    for (const _ of times(4)) outcomes.push(await send(shop, plusMinutes(now, 120), 2))
    assert.deepEqual(outcomes, [
      { due: 2, sent: 0 },
      { due: 2, sent: 0 },
      { due: 1, sent: 1 },
      { due: 0, sent: 0 },
    ])
    assert.deepEqual(
      (await reminded(shop)).map(([id]) => id),
      [bookings[2]?.id],
    )
  })

  it('tells where it has come to, and leaves what was due before the place from which it is to go on', async () => {
    await using shop = await openShop(open, { reminderMinutes: [10, 60] })
    accepted(await shop.book(TEN))
    const [first, second] = [plusMinutes(TEN, -60), plusMinutes(TEN, -10)]
    const sendFrom = (since: Instant | null) => shop.reminders.send(eventIds(5), (TEN - 1) as Instant, since)
    assert.deepEqual(await sendFrom(plusMinutes(second, 1)), { due: 0, sent: 0, reached: null })
    assert.deepEqual(await sendFrom(second), { due: 1, sent: 1, reached: second })
    assert.deepEqual(await sendFrom(null), { due: 1, sent: 1, reached: first })
  })

  it('takes nothing for no ids', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    assert.deepEqual(await send(shop, plusMinutes(TEN, -5), 0), { due: 0, sent: 0 })
    assert.equal((await shop.probe.counts()).reminders, 1)
  })
}
