import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, addOffer, cancellationOf, rejectionOf } from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

/** What every ledger keeps of daily limits. */
export function limitingDays(open: OpenHarness): void {
  it('writes no more bookings of a service on one day than its limit, and counts each day by itself', async () => {
    await using shop = await openShop(open, { dailyLimit: 2 })
    const dayOf = (start: Instant) => shop.entryAt(start).judgedBy.dailyLimit?.day
    const midnight = dayOf(TEN)?.end as Instant
    for (const minutes of [-60, -180]) accepted(await shop.book(plusMinutes(midnight, minutes)))
    for (const minutes of [-300, -1_440]) {
      const refused = await shop.book(plusMinutes(midnight, minutes))
      assert.deepEqual(rejectionOf(refused), { code: 'daily-limit-reached', dailyLimit: 2 })
    }
    for (const minutes of [0, 60, -1_500]) accepted(await shop.book(plusMinutes(midnight, minutes)))
    assert.equal((await shop.book(plusMinutes(midnight, 1_380))).ok, false)
    accepted(await shop.book(plusMinutes(midnight, 1_440)))
  })

  it('counts a booking on the day on which it starts, however far its buffers reach', async () => {
    await using shop = await openShop(open, {
      dailyLimit: 1,
      bufferBeforeMinutes: 120,
      bufferAfterMinutes: 120,
    })
    const midnight = shop.entryAt(TEN).judgedBy.dailyLimit?.day.end as Instant
    const bookAt = (minutes: number) => shop.book(plusMinutes(midnight, minutes))
    accepted(await bookAt(0))
    accepted(await bookAt(-600))
    accepted(await bookAt(2_850))
    accepted(await bookAt(3_600))
    for (const minutes of [-1_000, 600, 1_800, 4_000]) {
      assert.equal(rejectionOf(await bookAt(minutes)).code, 'daily-limit-reached')
    }
  })

  it('does not count the bookings of other services, nor cancelled ones', async () => {
    await using shop = await openShop(open, { dailyLimit: 1 })
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider, { dailyLimit: 1 })
    accepted(await shop.book(TEN, other))
    const booking = accepted(await shop.book(plusMinutes(TEN, 60)))
    assert.equal((await shop.book(plusMinutes(TEN, 120))).ok, false)
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    accepted(await shop.book(plusMinutes(TEN, 120)))
  })
}
