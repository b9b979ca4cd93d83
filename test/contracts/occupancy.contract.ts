import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Occupancy } from '../../src/application/ports/occupancy.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { type Interval, overlaps } from '../../src/domain/interval.ts'
import { type Claim, occupiedRange } from '../../src/domain/occupancy.ts'
import type { Offer } from '../../src/domain/service.ts'
import {
  accepted,
  additionOf,
  addOffer,
  addOfferOfNewProvider,
  cancellationOf,
  changeOf,
  decideRoles,
  newService,
  setHours,
} from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const AROUND_TEN = { start: plusMinutes(TEN, -60), end: plusMinutes(TEN, 120) }

type Shop = Awaited<ReturnType<typeof openShop>>

/** What is said of one offer, or undefined when it is left out. */
const lookAt = async (occupancy: Occupancy, { service }: Offer, range: Interval = AROUND_TEN) =>
  (await occupancy.read([service.id], () => range))[0]

/** The claims that a reading has to have; those around them are nobody's business. */
const within = (claims: readonly Claim[] = [], range: Interval = AROUND_TEN) =>
  claims.filter(({ blocked }) => overlaps(blocked, range))

/** What every occupancy promises. */
export function occupancyContract(name: string, open: OpenHarness): void {
  describe(`${name} occupancy`, () => {
    reading(open)
    freshness(open)
    otherNodes(open)
  })
}

function reading(open: OpenHarness): void {
  it('has the claims of every provider of the offers, as the ledger has them', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    const other = await addOfferOfNewProvider(shop)
    const idle = await addOfferOfNewProvider(shop)
    accepted(await shop.book(TEN))
    accepted(await shop.book(plusMinutes(TEN, 90)))
    accepted(await shop.book(TEN, other))
    const offers = [other, shop.offer, idle]
    const found = await shop.occupancy.read(
      offers.map(({ service }) => service.id),
      () => AROUND_TEN,
    )
    assert.deepEqual(
      found.map(({ offer }) => offer),
      offers,
    )
    const ledger = await shop.ledger.claims(
      offers.map(({ providerNumber }) => providerNumber),
      AROUND_TEN,
    )
    for (const { offer, claims } of found) {
      assert.deepEqual(within(claims), ledger.get(offer.providerNumber))
    }
    assert.deepEqual(
      found.map(({ claims }) => claims.length),
      [1, 2, 0],
    )
  })

  it('has whatever an offer has to be judged by, buffers and all', async () => {
    await using shop = await openShop(open, { bufferAfterMinutes: 30, bufferBeforeMinutes: 45 })
    accepted(await shop.book(TEN))
    for (const minutes of [-200, -106, -105, -104, 0, 104, 105, 106, 200]) {
      const start = plusMinutes(TEN, minutes)
      const range = { start, end: plusMinutes(start, 1) }
      const reach = occupiedRange(shop.offer, range)
      const ledger = await shop.ledger.claims([shop.offer.providerNumber], reach)
      const found = await lookAt(shop.occupancy, shop.offer, range)
      assert.deepEqual(within(found?.claims, reach), ledger.get(shop.offer.providerNumber))
    }
  })

  it('has several offers of one provider, each as often and in the place it was asked for', async () => {
    await using shop = await openShop(open)
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider)
    const ids = [other, shop.offer, other].map(({ service }) => service.id)
    const found = await shop.occupancy.read(ids, () => AROUND_TEN)
    assert.deepEqual(
      found.map(({ offer }) => offer.service.id),
      ids,
    )
  })

  it('leaves out what does not exist until it does, and what is of no interest', async () => {
    await using shop = await openShop(open)
    const unknown = newService(shop.offer.service.providerId)
    const ids = [unknown.id, shop.offer.service.id]
    const names = async () =>
      (await shop.occupancy.read(ids, () => AROUND_TEN)).map(({ offer }) => offer.service.id)
    assert.deepEqual(await names(), [shop.offer.service.id])
    await shop.catalog.add(additionOf(unknown), null)
    assert.deepEqual(await names(), ids)
    assert.deepEqual(await shop.occupancy.read(ids, () => null), [])
    assert.deepEqual(await shop.occupancy.read([], () => AROUND_TEN), [])
  })
}

function freshness(open: OpenHarness): void {
  it('has a booking in the very next reading, and not one that was cancelled', async () => {
    await using shop = await openShop(open)
    assert.deepEqual((await lookAt(shop.occupancy, shop.offer))?.claims, [])
    const booking = accepted(await shop.book(TEN))
    assert.equal((await lookAt(shop.occupancy, shop.offer))?.claims[0]?.bookingId, booking.id)
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    assert.deepEqual((await lookAt(shop.occupancy, shop.offer))?.claims, [])
  })

  it('has a booking that was acknowledged before the call, however many readings are under way', async () => {
    await using shop = await openShop(open)
    const range = { start: TEN, end: plusMinutes(TEN, 60 * 24 * 30) }
    const read = () => lookAt(shop.occupancy, shop.offer, range)
    for (let count = 1; count <= 25; count++) {
      const earlier = [read(), read(), read()]
      const booking = accepted(await shop.book(plusMinutes(TEN, count * 60)))
      for (const found of await Promise.all([read(), read(), read()])) {
        assert.equal(found?.claims.length, count)
        assert.equal(found.claims.at(-1)?.bookingId, booking.id)
      }
      await Promise.all(earlier)
    }
  })

  it('has an offer as it is recorded now', async () => {
    await using shop = await openShop(open)
    await offerChanges(shop, shop)
  })
}

/** Changes an offer in every way, by the ports of whatever node, and sees each in the very next reading of the shop's. */
async function offerChanges(
  { occupancy, offer, probe, accounts }: Shop,
  { catalog, schedules }: Pick<Shop, 'catalog' | 'schedules'>,
): Promise<void> {
  const look = async () => {
    const found = await lookAt(occupancy, offer)
    assert(found)
    return found.offer
  }
  const { providerId } = offer.service
  assert.deepEqual(await look(), offer)
  accepted(await catalog.replace(changeOf({ ...offer.service, version: 2, title: 'changed' })))
  assert.equal((await look()).service.title, 'changed')
  await setHours(schedules, providerId, { timeZone: 'Asia/Tokyo' })
  assert.equal((await look()).schedule.timeZone, 'Asia/Tokyo')
  await probe.addTimeOff(providerId, AROUND_TEN)
  assert.deepEqual((await look()).schedule.timeOff, [AROUND_TEN])
  for (const roles of [['customer'], ['provider']] as const) {
    await decideRoles({ accounts }, providerId, roles)
    assert.equal((await look()).providerIsActive, roles[0] === 'provider')
  }
  await probe.deactivate(providerId, TEN)
  assert.equal((await look()).providerIsActive, false)
}

function otherNodes(open: OpenHarness): void {
  it('has what another node has acknowledged: bookings, cancellations and changes of the offer', async () => {
    await using shop = await openShop(open)
    const { otherNode } = shop
    assert.deepEqual((await lookAt(shop.occupancy, shop.offer))?.claims, [])
    const booking = accepted(await otherNode.ledger.book(shop.entryAt(TEN), null))
    assert.equal((await lookAt(shop.occupancy, shop.offer))?.claims[0]?.bookingId, booking.id)
    assert.deepEqual((await lookAt(otherNode.occupancy, shop.offer))?.claims.length, 1)
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    assert.deepEqual((await lookAt(otherNode.occupancy, shop.offer))?.claims, [])
    await offerChanges(shop, otherNode)
  })
}
