import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, addAccount, bookingEntry, newId, rejectionOf } from '../support/fixtures.ts'
import { moveOf, redeemEntry } from '../support/ledger-entries.ts'
import { type OpenHarness, times } from './harness.ts'
import { deadHold } from './hold-ledger-expiry.ts'
import { openShop, TEN } from './shop.ts'

/** What every ledger keeps of holds that become bookings. */
export function redeemingHolds(open: OpenHarness): void {
  it('turns a hold into a booking at the same instant: its own hold is not in the way, and is gone', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 5, bufferAfterMinutes: 15 })
    const hold = accepted(await shop.hold(TEN))
    assert.deepEqual(accepted(await shop.holds.find(hold.id, hold.holderId)), hold)
    const booking = accepted(await shop.ledger.book(redeemEntry(shop.offer, hold), null))
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    assert.deepEqual(rejectionOf(await shop.holds.find(hold.id, hold.holderId)), { code: 'hold-not-found' })
    assert.deepEqual(await shop.probe.counts(), { bookings: 1, claims: 1, reminders: 1, events: 2 })
    const { providerNumber } = shop.offer
    const claims = (await shop.ledger.claims([providerNumber], booking)).get(providerNumber)
    assert.deepEqual(
      claims?.map(({ bookingId, blocked }) => ({ bookingId, blocked })),
      [{ bookingId: booking.id, blocked: hold.blocked }],
    )
    assert.deepEqual(rejectionOf(await shop.hold(TEN)), { code: 'slot-taken' })
  })

  it('can be moved beside and over itself afterwards, like any booking', async () => {
    await using shop = await openShop(open)
    const hold = accepted(await shop.hold(TEN))
    let booking = accepted(await shop.ledger.book(redeemEntry(shop.offer, hold), null))
    for (const minutes of [30, 0, 600]) {
      const move = moveOf(booking, shop.offer, plusMinutes(TEN, minutes))
      booking = accepted(await shop.ledger.move(move, null))
    }
    assert.equal((await shop.probe.counts()).claims, 1)
    accepted(await shop.book(TEN))
  })

  it('counts a hold once to the limit of its day', async () => {
    await using shop = await openShop(open, { dailyLimit: 2 })
    const first = accepted(await shop.hold(TEN))
    const second = accepted(await shop.hold(plusMinutes(TEN, 60)))
    accepted(await shop.ledger.book(redeemEntry(shop.offer, first), null))
    accepted(await shop.ledger.book(redeemEntry(shop.offer, second), null))
    const third = await shop.book(plusMinutes(TEN, 120))
    assert.deepEqual(rejectionOf(third), { code: 'daily-limit-reached', dailyLimit: 2 })
  })

  it('refuses a hold of someone else, one that has expired, one that was used and one that is gone', async () => {
    await using shop = await openShop(open)
    const hold = accepted(await shop.hold(TEN))
    const stranger = await addAccount(shop.accounts, 'customer')
    const stolen = { ...bookingEntry(shop.offer, stranger.user.id, TEN), holdId: hold.id }
    assert.deepEqual(rejectionOf(await shop.ledger.book(stolen, null)), { code: 'hold-not-found' })
    accepted(await shop.ledger.book(redeemEntry(shop.offer, hold), null))
    const again = await shop.ledger.book(redeemEntry(shop.offer, hold), null)
    assert.deepEqual(rejectionOf(again), { code: 'hold-not-found' })
    const dead = await deadHold(shop, plusMinutes(TEN, 60))
    const before = await shop.probe.counts()
    for (const tidiedUp of [0, 1]) {
      assert.equal(await shop.holds.expire(times(tidiedUp).map(() => newId() as EventId)), tidiedUp)
      const late = await shop.ledger.book(redeemEntry(shop.offer, dead), null)
      assert.deepEqual(rejectionOf(late), { code: 'hold-expired' })
    }
    const released = accepted(await shop.hold(plusMinutes(TEN, 120)))
    accepted(await shop.holds.release(released.id, released.holderId, newId() as EventId))
    const gone = await shop.ledger.book(redeemEntry(shop.offer, released), null)
    assert.deepEqual(rejectionOf(gone), { code: 'hold-not-found' })
    assert.equal((await shop.probe.counts()).bookings, before.bookings)
  })

  it('is redeemed once by whoever tries it twice at the same moment', async () => {
    await using shop = await openShop(open)
    for (const round of times(20)) {
      const hold = accepted(await shop.hold(plusMinutes(TEN, round * 60)))
      const results = await Promise.all(
        times(10).map(() => shop.ledger.book(redeemEntry(shop.offer, hold), null)),
      )
      assert.equal(results.filter(({ ok }) => ok).length, 1)
      for (const no of results.filter(({ ok }) => !ok)) {
        assert.deepEqual(rejectionOf(no), { code: 'hold-not-found' })
      }
    }
    assert.deepEqual(await shop.probe.counts(), { bookings: 20, claims: 20, reminders: 20, events: 40 })
  })

  it('is decided once between the holder, the end of the hold and a rival', async () => {
    await using shop = await openShop(open)
    const rival = await addAccount(shop.accounts, 'customer')
    for (const round of times(60)) {
      const start = plusMinutes(TEN, round * 60)
      const hold = accepted(await shop.hold(start))
      const claim = () => shop.ledger.book(bookingEntry(shop.offer, rival.user.id, start), null)
      const [redeemed, , ...rivals] = await Promise.all([
        shop.ledger.book(redeemEntry(shop.offer, hold), null),
        round % 3
          ? shop.probe.expireHold(hold.id)
          : shop.holds.release(hold.id, hold.holderId, newId() as EventId),
        claim(),
        claim(),
      ])
      const late = await claim()
      const winners = [redeemed, ...rivals, late].filter(({ ok }) => ok)
      assert.equal(winners.length, 1, `round ${round}`)
      const { providerNumber } = shop.offer
      const claims = (await shop.ledger.claims([providerNumber], hold)).get(providerNumber)
      assert.deepEqual(
        claims?.map(({ bookingId }) => bookingId),
        winners.map((winner) => winner.ok && winner.value.id),
      )
    }
  })
}
