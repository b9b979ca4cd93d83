import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Booking } from '../../src/domain/booking.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  addOffer,
  bookingEntry,
  cancellationOf,
  NOW,
  rejectionOf,
  setHours,
} from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import type { OpenHarness } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const hoursLater = (hours: number) => plusMinutes(TEN, hours * 60)

const move = ({ ledger, offer }: ContractShop, booking: Booking, start: Instant) =>
  ledger.move(moveOf(booking, offer, start), null)

/** The hours after ten o'clock at which something is claimed, as a line. */
async function claimed({ ledger, offer }: ContractShop): Promise<string> {
  const range = { start: hoursLater(-48), end: hoursLater(96) }
  const claims = (await ledger.claims([offer.providerNumber], range)).get(offer.providerNumber) ?? []
  return claims.map(({ start }) => (start - TEN) / 3_600_000).join(' ')
}

/** What every ledger keeps of moves. */
export function moving(open: OpenHarness): void {
  it('records the booking in its new slot: same id and number, with its event, its history and its reminders', async () => {
    await using shop = await openShop(open, { reminderMinutes: [10, 60], cancellationWindowMinutes: 30 })
    const booking = accepted(await shop.book(TEN))
    const entry = moveOf(booking, shop.offer, hoursLater(3), plusMinutes(NOW, 5))
    const moved = accepted(await shop.ledger.move(entry, null))
    assert.deepEqual(moved, entry.event.booking)
    assert.deepEqual([moved.id, moved.number, moved.version], [booking.id, booking.number, 2])
    assert.deepEqual(await shop.archive.find(booking.id), moved)
    assert.deepEqual(await shop.probe.reminders(booking.id), [
      { minutesBefore: 60, dueAt: hoursLater(2) },
      { minutesBefore: 10, dueAt: plusMinutes(TEN, 170) },
    ])
    assert.deepEqual(await shop.probe.counts(), { bookings: 1, claims: 1, reminders: 2, events: 2 })
    const { id, occurredAt, actorId } = entry.event
    assert.deepEqual((await shop.probe.recordedEvents()).at(-1), {
      ...{ id, type: 'booking.rescheduled', occurredAt, actorId },
      bookingId: booking.id,
      bookingNumber: booking.number,
      bookingVersion: 2,
      status: 'confirmed',
      providerId: booking.providerId,
      customerId: booking.customerId,
    })
    assert.deepEqual((await shop.archive.history(booking.id)).at(-1), {
      ...{ version: 2, change: 'booking.rescheduled', status: 'confirmed', actedAs: 'customer' },
      ...{ start: moved.start, end: moved.end, reason: null, actorId, occurredAt },
    })
  })

  it('frees the old slot and takes the new one at the same instant, buffers and all', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    const booking = accepted(await shop.book(TEN))
    accepted(await move(shop, booking, hoursLater(3)))
    assert.equal(await claimed(shop), '3')
    for (const minutes of [91, 269]) {
      assert.deepEqual(rejectionOf(await shop.book(plusMinutes(TEN, minutes))), { code: 'slot-taken' })
    }
    accepted(await shop.book(TEN))
    accepted(await shop.book(plusMinutes(TEN, 90)))
  })

  it('is never in its own way: neither its slot nor its buffers, at the very same start too', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    let booking = accepted(await shop.book(TEN))
    for (const minutes of [30, 29, -31, -31, 0]) {
      booking = accepted(await move(shop, booking, plusMinutes(TEN, minutes)))
    }
    assert.equal(await claimed(shop), '0')
    assert.equal(booking.version, 6)
  })

  it('moves a pending booking, which stays pending', async () => {
    await using shop = await openShop(open)
    const entry = bookingEntry(shop.offer, shop.customer.user.id, TEN, { status: 'pending' })
    const booking = accepted(await shop.ledger.book(entry, null))
    assert.equal(accepted(await move(shop, booking, hoursLater(1))).status, 'pending')
    assert.equal((await shop.archive.find(booking.id))?.status, 'pending')
  })

  refusingMoves(open)
  limitingMoves(open)
}

function refusingMoves(open: OpenHarness): void {
  it('leaves everything as it is where the new slot is taken, by whatever service', async () => {
    await using shop = await openShop(open)
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider, { durationMinutes: 30 })
    const booking = accepted(await shop.book(TEN))
    accepted(await shop.book(hoursLater(3), other))
    accepted(await shop.hold(hoursLater(6)))
    const before = await shop.probe.counts()
    for (const minutes of [121, 180, 209, 330, 419]) {
      const refused = await move(shop, booking, plusMinutes(TEN, minutes))
      assert.deepEqual(rejectionOf(refused), { code: 'slot-taken' })
    }
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.deepEqual(await shop.probe.counts(), before)
    assert.equal((await shop.archive.history(booking.id)).length, 1)
    assert.equal(await claimed(shop), '0 3 6')
    assert.equal((await shop.book(TEN)).ok, false)
  })

  it('refuses another version than the recorded one, and a booking that has ended', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const moved = accepted(await move(shop, booking, hoursLater(1)))
    const stale = { code: 'version-mismatch', version: 2 }
    assert.deepEqual(rejectionOf(await move(shop, booking, hoursLater(2))), stale)
    assert.deepEqual(rejectionOf(await move(shop, { ...booking, version: 2 + 1 }, hoursLater(2))), stale)
    accepted(await shop.ledger.change(cancellationOf(moved), null))
    const ended = await move(shop, moved, hoursLater(2))
    assert.deepEqual(rejectionOf(ended), { code: 'version-mismatch', version: 3 })
    assert.equal(await claimed(shop), '')
  })

  it('refuses what was judged by another version of service or schedule', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    await setHours(shop.schedules, shop.offer.service.providerId, {})
    assert.deepEqual(rejectionOf(await move(shop, booking, hoursLater(1))), { code: 'offer-changed' })
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.equal(await claimed(shop), '0')
  })
}

function limitingMoves(open: OpenHarness): void {
  it('does not count a booking against itself on its own day, and counts it on another', async () => {
    await using shop = await openShop(open, { dailyLimit: 1 })
    const booking = accepted(await shop.book(TEN))
    const moved = accepted(await move(shop, booking, hoursLater(2)))
    const tomorrow = hoursLater(24)
    const other = accepted(await shop.book(tomorrow))
    const full = { code: 'daily-limit-reached', dailyLimit: 1 }
    assert.deepEqual(rejectionOf(await move(shop, moved, hoursLater(26))), full)
    assert.deepEqual(rejectionOf(await move(shop, other, TEN)), full)
    accepted(await move(shop, moved, hoursLater(48)))
    accepted(await move(shop, other, TEN))
    assert.equal(await claimed(shop), '0 48')
  })
}
