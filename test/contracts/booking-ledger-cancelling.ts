import assert from 'node:assert/strict'
import { it } from 'node:test'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, cancellationOf, NOW, rejectionOf } from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'
import { openShop, TEN } from './shop.ts'

/** What every ledger keeps of cancellations. */
export function cancelling(open: OpenHarness): void {
  it('records a cancellation: by whom, why and when', async () => {
    await using shop = await openShop(open)
    for (const [index, reason] of [null, 'ill 🤒, "sorry"', ''].entries()) {
      const booking = accepted(await shop.book(plusMinutes(TEN, index * 60)))
      const event = cancellationOf(booking, reason, plusMinutes(NOW, 5))
      const { booking: cancelled } = event
      assert.deepEqual(accepted(await shop.ledger.change(event, null)), cancelled)
      assert.deepEqual(await shop.archive.find(booking.id), cancelled)
    }
  })

  it('frees the slot for another booking at once', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10 })
    const booking = accepted(await shop.book(TEN))
    assert.equal((await shop.book(TEN)).ok, false)
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    const day = { start: plusMinutes(TEN, -600), end: plusMinutes(TEN, 600) }
    const { providerNumber } = shop.offer
    assert.deepEqual((await shop.ledger.claims([providerNumber], day)).get(providerNumber) ?? [], [])
    const second = accepted(await shop.book(TEN))
    assert(second.number > booking.number)
  })

  it('takes away the reminders and writes the event', async () => {
    await using shop = await openShop(open, { reminderMinutes: [10, 60] })
    const other = accepted(await shop.book(plusMinutes(TEN, 60)))
    const booking = accepted(await shop.book(TEN))
    const event = cancellationOf(booking, 'ill', plusMinutes(NOW, 5))
    accepted(await shop.ledger.change(event, null))
    assert.deepEqual(await shop.probe.reminders(booking.id), [])
    assert.equal((await shop.probe.reminders(other.id)).length, 2)
    assert.deepEqual(await shop.probe.counts(), { bookings: 2, claims: 1, reminders: 2, events: 3 })
    assert.deepEqual((await shop.probe.recordedEvents()).at(-1), {
      ...{ id: event.id, type: 'booking.cancelled', occurredAt: event.occurredAt, actorId: event.actorId },
      bookingId: booking.id,
      bookingNumber: booking.number,
      bookingVersion: 2,
      status: 'cancelled',
      providerId: booking.providerId,
      customerId: booking.customerId,
    })
  })

  it('refuses a second cancellation of one version and frees nothing that was booked since', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const { booking: cancelled } = cancellationOf(booking, 'first')
    accepted(await shop.ledger.change(cancellationOf(booking, 'first'), null))
    accepted(await shop.book(TEN))
    const before = await shop.probe.counts()
    const refused = await shop.ledger.change(cancellationOf(booking, 'second'), null)
    assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
    assert.deepEqual(await shop.archive.find(booking.id), cancelled)
    assert.deepEqual(await shop.probe.counts(), before)
    assert.equal((await shop.book(TEN)).ok, false)
  })

  it('refuses a cancellation that skips a version, and writes nothing', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const before = await shop.probe.counts()
    const event = cancellationOf({ ...booking, version: 2 })
    const refused = await shop.ledger.change(event, null)
    assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 1 })
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.deepEqual(await shop.probe.counts(), before)
  })

  it('writes exactly one of twenty concurrent cancellations of one version', async () => {
    await using shop = await openShop(open)
    for (const round of times(20)) {
      const booking = accepted(await shop.book(plusMinutes(TEN, round * 60)))
      const results = await Promise.all(
        times(20).map((racer) => shop.ledger.change(cancellationOf(booking, `racer ${racer}`), null)),
      )
      const written = results.filter(({ ok }) => ok)
      assert.equal(written.length, 1)
      for (const result of results) {
        if (!result.ok) assert.deepEqual(result.rejection, { code: 'version-mismatch', version: 2 })
      }
      assert.deepEqual(await shop.archive.find(booking.id), written[0]?.ok && written[0].value)
    }
    assert.deepEqual(await shop.probe.counts(), { bookings: 20, claims: 0, reminders: 0, events: 40 })
  })

  it('gives a slot that is cancelled while many want it to at most one of them', async () => {
    await using shop = await openShop(open)
    for (const round of times(50)) {
      const start = plusMinutes(TEN, round * 60)
      const booking = accepted(await shop.book(start))
      const [cancelled, ...booked] = await Promise.all([
        shop.ledger.change(cancellationOf(booking), null),
        ...times(20).map(() => shop.book(start)),
      ])
      assert(cancelled.ok)
      const written = booked.filter(({ ok }) => ok).length
      assert(written <= 1)
      const slot = { start, end: plusMinutes(start, 60) }
      const { providerNumber } = shop.offer
      const claims = (await shop.ledger.claims([providerNumber], slot)).get(providerNumber) ?? []
      assert.equal(claims.length, written)
    }
  })
}
