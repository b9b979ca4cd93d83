import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { addAccount, bookingEntry, rejectionOf } from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const ROUNDS = 25
const RACERS = 50

type Attempt = (
  shop: ContractShop,
  start: Instant,
  racer: number,
) => ReturnType<ContractShop['book' | 'hold']>

const attempts: Readonly<Record<string, Attempt>> = {
  'fifty who hold one slot': (shop, start) => shop.hold(start),
  'fifty who hold slots that overlap one another': (shop, start, racer) =>
    shop.hold(plusMinutes(start, racer)),
  'fifty of whom some hold and some book': (shop, start, racer) =>
    racer % 2 ? shop.hold(start) : shop.book(start),
}

/** What every hold ledger keeps when many write at the same moment. */
export function racingHolds(open: OpenHarness): void {
  for (const [who, attempt] of Object.entries(attempts)) {
    it(`has exactly one winner among ${who}`, async () => {
      await using shop = await openShop(open)
      for (const round of times(ROUNDS)) {
        const start = plusMinutes(TEN, round * 1_440)
        const results = await Promise.all(times(RACERS).map((racer) => attempt(shop, start, racer)))
        const lost = results.filter(({ ok }) => !ok)
        assert.equal(lost.length, RACERS - 1, `round ${round}`)
        for (const no of lost) assert.deepEqual(rejectionOf<unknown, object>(no), { code: 'slot-taken' })
      }
      const { claims, events } = await shop.probe.counts()
      assert.deepEqual([claims, events], [ROUNDS, ROUNDS])
    })
  }

  it('lets a user who asks for twenty at once have no more than allowed', async () => {
    await using shop = await openShop(open)
    for (const round of times(15)) {
      const { user } = await addAccount(shop.accounts, 'customer')
      const day = plusMinutes(TEN, round * 1_440)
      const results = await Promise.all(
        times(20).map((racer) =>
          shop.hold(plusMinutes(day, racer * 60), { holderId: user.id, mostHolds: 3 }),
        ),
      )
      assert.equal(results.filter(({ ok }) => ok).length, 3, `round ${round}`)
      for (const no of results.filter(({ ok }) => !ok)) {
        assert.deepEqual(rejectionOf(no), { code: 'too-many-holds', limit: 3 })
      }
    }
  })

  it('lets holds and bookings of one day together be no more than its limit', async () => {
    await using shop = await openShop(open, { dailyLimit: 4, durationMinutes: 5 })
    for (const round of times(15)) {
      const day = plusMinutes(TEN, round * 1_440)
      const results = await Promise.all(
        times(40).map((racer) => {
          const start = plusMinutes(day, racer * 5)
          const booking = bookingEntry(shop.offer, shop.customer.user.id, start)
          return racer % 2 ? shop.hold(start) : shop.ledger.book(booking, null)
        }),
      )
      assert.equal(results.filter(({ ok }) => ok).length, 4, `round ${round}`)
    }
  })
}
