import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, newId, rejectionOf } from '../support/fixtures.ts'
import { holdEntry, moveOf } from '../support/ledger-entries.ts'
import { type OpenHarness, times } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const eventIds = (count: number) => times(count).map(() => newId() as EventId)

/** A hold whose time is over. */
export async function deadHold(shop: ContractShop, start = TEN) {
  const hold = accepted(await shop.hold(start))
  await shop.probe.expireHold(hold.id)
  return hold
}

/** Which holds the log says have expired, each as often as it says so. */
const expiredHolds = async ({ probe }: ContractShop) =>
  (await probe.holdEvents()).filter(({ type }) => type === 'hold.expired').map(({ holdId }) => holdId)

/** What every hold ledger keeps of holds whose time is over. */
export function expiringHolds(open: OpenHarness): void {
  it('says of a hold whose time is over that it has expired, before and after it is tidied up', async () => {
    await using shop = await openShop(open)
    const hold = await deadHold(shop)
    const { providerNumber } = shop.offer
    for (const tidiedUp of [0, 1]) {
      assert.equal(await shop.holds.expire(eventIds(5 * tidiedUp)), tidiedUp)
      const found = await shop.holds.find(hold.id, hold.holderId)
      assert.deepEqual(rejectionOf(found), { code: 'hold-expired' })
      assert.deepEqual(rejectionOf(await shop.holds.find(hold.id, hold.providerId)), {
        code: 'hold-not-found',
      })
      const released = await shop.holds.release(hold.id, hold.holderId, newId() as EventId)
      assert.deepEqual(rejectionOf(released), { code: 'hold-not-found' })
      assert.deepEqual((await shop.ledger.claims([providerNumber], hold)).get(providerNumber), [])
    }
  })

  it('is no obstacle to a hold, a booking or a move', async () => {
    await using shop = await openShop(open)
    const starts = times(3).map((hour) => plusMinutes(TEN, hour * 60))
    const [one = TEN, two = TEN, three = TEN] = starts
    const dead = [await deadHold(shop, one), await deadHold(shop, two), await deadHold(shop, three)]
    accepted(await shop.hold(one))
    accepted(await shop.book(two))
    const booking = accepted(await shop.book(plusMinutes(TEN, 600)))
    accepted(await shop.ledger.move(moveOf(booking, shop.offer, three), null))
    await shop.holds.expire(eventIds(9))
    assert.deepEqual((await expiredHolds(shop)).toSorted(), dead.map(({ id }) => id).toSorted())
  })

  it('counts neither to the quota nor to the limit of its day', async () => {
    await using shop = await openShop(open, { dailyLimit: 1 })
    await deadHold(shop)
    accepted(await shop.hold(plusMinutes(TEN, 60), { mostHolds: 1 }))
  })

  it('clears several that lie in the way of one claim', async () => {
    await using shop = await openShop(open, { durationMinutes: 10 })
    for (const index of times(30)) await deadHold(shop, plusMinutes(TEN, index * 10))
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const long = { ...shop.offer, service: { ...shop.offer.service, durationMinutes: 300 } }
    accepted(await shop.book(TEN, long))
    await shop.holds.expire(eventIds(99))
    assert.equal(new Set(await expiredHolds(shop)).size, 30)
    assert.equal((await expiredHolds(shop)).length, 30)
  })

  it('is still taken where a booking lies beside an expired hold', async () => {
    await using shop = await openShop(open)
    await deadHold(shop)
    accepted(await shop.book(plusMinutes(TEN, 60)))
    assert.deepEqual(rejectionOf(await shop.book(plusMinutes(TEN, 30))), { code: 'slot-taken' })
  })

  it('tidies up no more at once than there are ids, none that lives, and each once', async () => {
    await using shop = await openShop(open)
    const dead = []
    for (const hour of times(7)) dead.push(await deadHold(shop, plusMinutes(TEN, hour * 60)))
    const live = accepted(await shop.hold(plusMinutes(TEN, 600)))
    const ids = eventIds(3)
    assert.equal(await shop.holds.expire(ids), 3)
    const events = (await shop.probe.holdEvents()).filter(({ type }) => type === 'hold.expired')
    assert.deepEqual(events.map(({ id }) => id).toSorted(), ids.toSorted())
    const rest = await Promise.all(times(4).map(() => shop.holds.expire(eventIds(9))))
    assert.equal(
      rest.reduce((sum, count) => sum + count),
      4,
    )
    assert.equal(await shop.holds.expire(eventIds(9)), 0)
    assert.deepEqual((await expiredHolds(shop)).toSorted(), dead.map(({ id }) => id).toSorted())
    assert.deepEqual(accepted(await shop.holds.find(live.id, live.holderId)), live)
  })

  it('gives a slot behind several dead holds to exactly one of fifty, and writes each expiry once', async () => {
    await using shop = await openShop(open, { durationMinutes: 20 })
    const long = { ...shop.offer, service: { ...shop.offer.service, durationMinutes: 60 } }
    const rounds = times(15)
    for (const round of rounds) {
      const day = plusMinutes(TEN, round * 1_440)
      for (const minutes of [0, 20, 40]) await deadHold(shop, plusMinutes(day, minutes))
      const attempts = times(50).map((racer) => {
        const start = plusMinutes(day, racer % 10)
        const entry = holdEntry(long, shop.customer.user.id, start)
        return racer % 2 ? shop.holds.place(entry, null) : shop.book(start, long)
      })
      const results = await Promise.all([...attempts, shop.holds.expire(eventIds(2))])
      const won = results.filter((result) => typeof result === 'object' && result.ok)
      assert.equal(won.length, 1, `round ${round}`)
    }
    await shop.holds.expire(eventIds(99))
    const expired = await expiredHolds(shop)
    assert.deepEqual([expired.length, new Set(expired).size], [45, 45])
  })
}
