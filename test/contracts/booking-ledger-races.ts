import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { BookingEntry, BookingLedger } from '../../src/application/ports/booking-ledger.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { type Interval, overlaps } from '../../src/domain/interval.ts'
import { withBuffers } from '../../src/domain/occupancy.ts'
import {
  accepted,
  addOffer,
  addOfferOfNewProvider,
  changeOf,
  rejectionOf,
  setHours,
} from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const ROUNDS = 200
const RACERS = 50
const DAY_MINUTES = 1_440

/** Enters all at once; tells what was written and the codes of what was not. */
async function race(ledger: BookingLedger, entries: readonly BookingEntry[]) {
  const results = await Promise.all(entries.map((entry) => ledger.book(entry, null)))
  return {
    written: results.flatMap((result) => (result.ok ? [result.value] : [])),
    refused: results.flatMap((result) => (result.ok ? [] : [result.rejection.code])),
  }
}

type Shop = Awaited<ReturnType<typeof openShop>>

/** Lets fifty race for something in each of many rounds, every round on another day; exactly one may have it. */
async function raceForOne(shop: Shop, entriesFor: (day: Instant) => BookingEntry[]): Promise<void> {
  for (const round of times(ROUNDS)) {
    const { written, refused } = await race(shop.ledger, entriesFor(plusMinutes(TEN, round * DAY_MINUTES)))
    assert.equal(written.length, 1, `round ${round}`)
    assert.deepEqual([...new Set(refused)], ['slot-taken'])
  }
  const expected = { bookings: ROUNDS, claims: ROUNDS, reminders: ROUNDS, events: ROUNDS }
  assert.deepEqual(await shop.probe.counts(), expected)
}

/** What every ledger keeps when many write at the same moment. */
export function racing(open: OpenHarness): void {
  it('writes exactly one of fifty who want one slot', async () => {
    await using shop = await openShop(open)
    await raceForOne(shop, (day) => times(RACERS).map(() => shop.entryAt(day)))
  })

  it('writes exactly one of fifty who want different slots that all overlap one another', async () => {
    await using shop = await openShop(open)
    await raceForOne(shop, (day) => times(RACERS).map((racer) => shop.entryAt(plusMinutes(day, racer))))
  })

  it('writes exactly one of fifty who want two services of one provider', async () => {
    await using shop = await openShop(open)
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider, { durationMinutes: 30, bufferBeforeMinutes: 15 })
    await raceForOne(shop, (day) =>
      times(RACERS).map((racer) => shop.entryAt(day, racer % 2 ? other : shop.offer)),
    )
  })

  it('writes all of fifty whose bookings only touch, and all at fifty providers', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 5, bufferAfterMinutes: 5 })
    for (const round of times(10)) {
      const day = plusMinutes(TEN, round * 5 * DAY_MINUTES)
      const entries = times(RACERS).map((racer) => shop.entryAt(plusMinutes(day, racer * 70)))
      assert.equal((await race(shop.ledger, entries)).written.length, RACERS)
    }
    const offers = await Promise.all(times(RACERS).map(() => addOfferOfNewProvider(shop)))
    const entries = offers.map((offer) => shop.entryAt(TEN, offer))
    assert.equal((await race(shop.ledger, entries)).written.length, RACERS)
  })

  partlyOverlapping(open)
  changingMeanwhile(open)
}

const blockedOf = ({ booking }: BookingEntry): Interval => withBuffers(booking, booking)

function partlyOverlapping(open: OpenHarness): void {
  it('of many that overlap some of the others, writes none beside and refuses none without an overlapping one', async () => {
    await using shop = await openShop(open, { bufferAfterMinutes: 10 })
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider, { durationMinutes: 25 })
    for (const round of times(50)) {
      const day = plusMinutes(TEN, round * DAY_MINUTES)
      const entries = times(RACERS).map((racer) =>
        shop.entryAt(plusMinutes(day, (racer * 37) % 400), racer % 3 ? shop.offer : other),
      )
      const ids = new Set((await race(shop.ledger, entries)).written.map(({ id }) => id))
      const written = entries.filter(({ booking }) => ids.has(booking.id)).map(blockedOf)
      for (const entry of entries) {
        const overlapping = written.filter((interval) => overlaps(interval, blockedOf(entry)))
        if (ids.has(entry.booking.id)) assert.deepEqual(overlapping, [blockedOf(entry)], `round ${round}`)
        else assert(overlapping.length > 0, `round ${round}: refused without a cause`)
      }
    }
  })

  it('writes exactly three of fifty distinct slots of one day under a daily limit of three', async () => {
    await using shop = await openShop(open, { dailyLimit: 3, durationMinutes: 5 })
    for (const round of times(30)) {
      const day = plusMinutes(TEN, round * DAY_MINUTES)
      const entries = times(RACERS).map((racer) => shop.entryAt(plusMinutes(day, racer * 5)))
      const { written, refused } = await race(shop.ledger, entries)
      assert.equal(written.length, 3, `round ${round}`)
      assert.deepEqual([...new Set(refused)], ['daily-limit-reached'])
    }
  })

  it('writes three on each of two days that are raced for at the same moment', async () => {
    await using shop = await openShop(open, { dailyLimit: 3, durationMinutes: 5 })
    for (const round of times(20)) {
      const day = plusMinutes(TEN, round * 2 * DAY_MINUTES)
      const entries = times(RACERS).map((racer) =>
        shop.entryAt(plusMinutes(day, racer * 5 + (racer % 2) * DAY_MINUTES)),
      )
      const { written } = await race(shop.ledger, entries)
      const onFirst = written.filter(({ start }) => start < plusMinutes(day, 600)).length
      assert.deepEqual([onFirst, written.length - onFirst], [3, 3], `round ${round}`)
    }
  })
}

function changingMeanwhile(open: OpenHarness): void {
  it('lets nothing in that was judged by the old version once a change of the offer is recorded', async () => {
    await using shop = await openShop(open, { durationMinutes: 5, slotIntervalMinutes: 5 })
    for (const round of times(20)) {
      const [offer] = await shop.offers.current([shop.offer.service.id])
      assert(offer)
      const day = plusMinutes(TEN, round * DAY_MINUTES)
      const entries = times(RACERS).map((racer) => shop.entryAt(plusMinutes(day, racer * 5), offer))
      const early = race(shop.ledger, entries.slice(0, 25))
      if (round % 2) await setHours(shop.schedules, offer.service.providerId, {})
      else
        accepted(
          await shop.catalog.replace(changeOf({ ...offer.service, version: offer.service.version + 1 })),
        )
      const late = await race(shop.ledger, entries.slice(25))
      assert.deepEqual([late.written.length, [...new Set(late.refused)]], [0, ['offer-changed']])
      assert((await early).refused.every((code) => code === 'offer-changed'))
      const stale = shop.entryAt(plusMinutes(day, 600), offer)
      assert.deepEqual(rejectionOf(await shop.ledger.book(stale, null)), { code: 'offer-changed' })
    }
  })
}
