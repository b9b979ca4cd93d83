import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventId, HoldId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  addAccount,
  addOfferOfNewProvider,
  newId,
  rejectionOf,
  setHours,
} from '../support/fixtures.ts'
import { holdEntry } from '../support/ledger-entries.ts'
import type { OpenHarness } from './harness.ts'
import { expiringHolds } from './hold-ledger-expiry.ts'
import { racingHolds } from './hold-ledger-races.ts'
import { redeemingHolds } from './hold-ledger-redeeming.ts'
import { openShop, TEN } from './shop.ts'

/** What every implementation of the `HoldLedger` port keeps. */
export function holdLedgerContract(name: string, open: OpenHarness): void {
  describe(`${name} hold ledger`, () => {
    placing(open)
    refusing(open)
    releasing(open)
    expiringHolds(open)
    redeemingHolds(open)
    racingHolds(open)
  })
}

function placing(open: OpenHarness): void {
  it('writes the hold, its claim and its event, with an end by its own clock', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 5, bufferAfterMinutes: 15 })
    const entry = holdEntry(shop.offer, shop.customer.user.id, TEN, { ttlSeconds: 40 })
    const earliest = Date.now()
    const hold = accepted(await shop.holds.place(entry, null))
    const { expiresAt, ...rest } = hold
    assert.deepEqual(rest, entry.hold)
    // The clocks of the two may differ by a little.
    assert(expiresAt >= earliest + 39_000 && expiresAt <= Date.now() + 41_000)
    assert.deepEqual(accepted(await shop.holds.find(hold.id, hold.holderId)), hold)
    assert.deepEqual(await shop.probe.counts(), { bookings: 0, claims: 1, reminders: 0, events: 1 })
    const { id: holdId, holderId, providerId } = hold
    assert.deepEqual(await shop.probe.holdEvents(), [
      { id: entry.eventId, type: 'hold.created', holdId, holderId, providerId },
    ])
  })

  it('shows a hold among the claims, as nobody’s booking', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 5, bufferAfterMinutes: 15 })
    const hold = accepted(await shop.hold(TEN))
    const { providerNumber } = shop.offer
    const claims = (await shop.ledger.claims([providerNumber], hold)).get(providerNumber)
    const { serviceId, start, end, blocked } = hold
    assert.deepEqual(claims, [{ bookingId: null, serviceId, start, end, blocked }])
  })

  it('lets touching holds coexist and refuses what overlaps one, buffers and all', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    accepted(await shop.hold(TEN))
    for (const minutes of [-89, 0, 89]) {
      assert.deepEqual(rejectionOf(await shop.hold(plusMinutes(TEN, minutes))), { code: 'slot-taken' })
      assert.deepEqual(rejectionOf(await shop.book(plusMinutes(TEN, minutes))), { code: 'slot-taken' })
    }
    accepted(await shop.hold(plusMinutes(TEN, -90)))
    accepted(await shop.book(plusMinutes(TEN, 90)))
    assert.deepEqual(rejectionOf(await shop.hold(plusMinutes(TEN, 120))), { code: 'slot-taken' })
  })

  it('is refused what a booking has, even one’s own', async () => {
    await using shop = await openShop(open)
    accepted(await shop.book(TEN))
    assert.deepEqual(rejectionOf(await shop.hold(TEN)), { code: 'slot-taken' })
    accepted(await shop.hold(TEN, {}, await addOfferOfNewProvider(shop)))
  })
}

function refusing(open: OpenHarness): void {
  it('lets a user have no more live holds than allowed, wherever they are', async () => {
    await using shop = await openShop(open)
    const elsewhere = await addOfferOfNewProvider(shop)
    const place = (hour: number, other = shop.offer) =>
      shop.hold(plusMinutes(TEN, hour * 60), { mostHolds: 2 }, other)
    const first = accepted(await place(0))
    accepted(await place(0, elsewhere))
    const before = await shop.probe.counts()
    assert.deepEqual(rejectionOf(await place(1)), { code: 'too-many-holds', limit: 2 })
    assert.deepEqual(await shop.probe.counts(), before)
    const second = await addAccount(shop.accounts, 'customer')
    accepted(await shop.hold(plusMinutes(TEN, 120), { holderId: second.user.id, mostHolds: 2 }))
    accepted(await shop.holds.release(first.id, first.holderId, newId() as EventId))
    accepted(await place(1))
  })

  it('counts a hold to the limit of its day, and one that is gone no more', async () => {
    await using shop = await openShop(open, { dailyLimit: 1 })
    const hold = accepted(await shop.hold(TEN))
    const later = plusMinutes(TEN, 120)
    const full = { code: 'daily-limit-reached', dailyLimit: 1 }
    assert.deepEqual(rejectionOf(await shop.hold(later)), full)
    assert.deepEqual(rejectionOf(await shop.book(later)), full)
    accepted(await shop.holds.release(hold.id, hold.holderId, newId() as EventId))
    accepted(await shop.book(later))
    assert.deepEqual(rejectionOf(await shop.hold(TEN)), full)
  })

  it('refuses what was judged by another version, and an account that is not active', async () => {
    await using shop = await openShop(open)
    const { service } = shop.offer
    await setHours(shop.schedules, service.providerId, {})
    assert.deepEqual(rejectionOf(await shop.hold(TEN)), { code: 'offer-changed' })
    const [current] = await shop.offers.current([service.id])
    await shop.probe.deactivate(shop.customer.user.id, TEN)
    assert.deepEqual(rejectionOf(await shop.hold(TEN, {}, current)), { code: 'account-inactive' })
    await shop.probe.deactivate(service.providerId, TEN)
    assert.deepEqual(rejectionOf(await shop.hold(TEN, {}, current)), { code: 'offer-changed' })
    assert.deepEqual(await shop.probe.counts(), { bookings: 0, claims: 0, reminders: 0, events: 0 })
  })
}

function releasing(open: OpenHarness): void {
  it('gives the slot back at once, with one event', async () => {
    await using shop = await openShop(open)
    const hold = accepted(await shop.hold(TEN))
    const eventId = newId() as EventId
    assert.equal(accepted(await shop.holds.release(hold.id, hold.holderId, eventId)), null)
    const { id: holdId, holderId, providerId } = hold
    const events = await shop.probe.holdEvents()
    assert.deepEqual(events.slice(1), [{ id: eventId, type: 'hold.released', holdId, holderId, providerId }])
    const gone = { code: 'hold-not-found' }
    assert.deepEqual(rejectionOf(await shop.holds.find(hold.id, hold.holderId)), gone)
    assert.deepEqual(rejectionOf(await shop.holds.release(hold.id, hold.holderId, newId() as EventId)), gone)
    accepted(await shop.book(TEN))
  })

  it('finds and releases for nobody but the holder', async () => {
    await using shop = await openShop(open)
    const hold = accepted(await shop.hold(TEN))
    const stranger = await addAccount(shop.accounts, 'customer')
    const before = await shop.probe.counts()
    for (const userId of [stranger.user.id, hold.providerId]) {
      const missing = { code: 'hold-not-found' }
      assert.deepEqual(rejectionOf(await shop.holds.find(hold.id, userId)), missing)
      assert.deepEqual(rejectionOf(await shop.holds.release(hold.id, userId, newId() as EventId)), missing)
    }
    assert.deepEqual(rejectionOf(await shop.holds.find(newId() as HoldId, hold.holderId)), {
      code: 'hold-not-found',
    })
    assert.deepEqual(await shop.probe.counts(), before)
    assert.deepEqual(accepted(await shop.holds.find(hold.id, hold.holderId)), hold)
  })
}
