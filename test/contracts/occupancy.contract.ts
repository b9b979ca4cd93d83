import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, addOffer, addOfferOfNewProvider, cancellationOf, setHours } from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const AROUND_TEN = { start: plusMinutes(TEN, -60), end: plusMinutes(TEN, 120) }

/** What every occupancy promises. */
export function occupancyContract(name: string, open: OpenHarness): void {
  describe(`${name} occupancy`, () => {
    it('has the claims of every provider of the offers, as the ledger has them', async () => {
      await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
      const other = await addOfferOfNewProvider(shop)
      const idle = await addOfferOfNewProvider(shop)
      accepted(await shop.book(TEN))
      accepted(await shop.book(plusMinutes(TEN, 90)))
      accepted(await shop.book(TEN, other))
      const offers = [shop.offer, other, idle]
      const reading = await shop.occupancy.read(offers, AROUND_TEN)
      assert.equal(reading.isCurrent, true)
      const numbers = offers.map(({ providerNumber }) => providerNumber)
      assert.deepEqual(reading.claims, await shop.ledger.claims(numbers, AROUND_TEN))
      assert.deepEqual(
        numbers.map((number) => reading.claims.get(number)?.length),
        [2, 1, 0],
      )
    })

    it('has a booking in the very next reading, and not one that was cancelled', async () => {
      await using shop = await openShop(open)
      const claims = async () =>
        (await shop.occupancy.read([shop.offer], AROUND_TEN)).claims.get(shop.offer.providerNumber)
      assert.deepEqual(await claims(), [])
      const booking = accepted(await shop.book(TEN))
      assert.equal((await claims())?.[0]?.bookingId, booking.id)
      accepted(await shop.ledger.change(cancellationOf(booking), null))
      assert.deepEqual(await claims(), [])
    })

    it('has a booking that was acknowledged before the call, however many readings are under way', async () => {
      await using shop = await openShop(open)
      const range = { start: TEN, end: plusMinutes(TEN, 60 * 24 * 30) }
      const read = () => shop.occupancy.read([shop.offer], range)
      for (let count = 1; count <= 25; count++) {
        const earlier = [read(), read(), read()]
        const booking = accepted(await shop.book(plusMinutes(TEN, count * 60)))
        const readings = await Promise.all([read(), read(), read()])
        for (const { claims } of readings) {
          const list = claims.get(shop.offer.providerNumber)
          assert.equal(list?.length, count)
          assert.equal(list.at(-1)?.bookingId, booking.id)
        }
        await Promise.all(earlier)
      }
    })

    it('has what overlaps the range, buffers and all, and nothing that only touches it', async () => {
      await using shop = await openShop(open, { bufferAfterMinutes: 30 })
      accepted(await shop.book(TEN))
      const count = async (from: number, to: number) => {
        const range = { start: plusMinutes(TEN, from), end: plusMinutes(TEN, to) }
        return (await shop.occupancy.read([shop.offer], range)).claims.get(shop.offer.providerNumber)?.length
      }
      assert.deepEqual(
        [await count(-60, 0), await count(-60, 1), await count(89, 120), await count(90, 120)],
        [0, 1, 1, 0],
      )
    })

    it('is current for several offers of one provider', async () => {
      await using shop = await openShop(open)
      const provider = await shop.accounts.find(shop.offer.service.providerId)
      assert(provider)
      const other = await addOffer(shop, provider)
      assert.equal((await shop.occupancy.read([shop.offer, other], AROUND_TEN)).isCurrent, true)
    })

    it('is not current when a service, a schedule or a provider is another than the one given', async () => {
      await using shop = await openShop(open)
      const { offer } = shop
      const isCurrent = async (given = offer) => (await shop.occupancy.read([given], AROUND_TEN)).isCurrent
      assert.equal(await isCurrent(), true)
      accepted(await shop.catalog.replace({ ...offer.service, version: 2 }))
      assert.equal(await isCurrent(), false)
      const [renewed = offer] = await shop.offers.current([offer.service.id])
      assert.equal(await isCurrent(renewed), true)
      await setHours(shop.schedules, offer.service.providerId, {})
      assert.equal(await isCurrent(renewed), false)
      const [again = offer] = await shop.offers.current([offer.service.id])
      assert.equal(await isCurrent(again), true)
      await shop.probe.deactivate(offer.service.providerId, TEN)
      assert.equal(await isCurrent(again), false)
    })
  })
}
