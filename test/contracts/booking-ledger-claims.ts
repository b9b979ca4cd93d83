import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { UserNumber } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { accepted, addAccount, addOffer, addOfferOfNewProvider } from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

type Shop = Awaited<ReturnType<typeof openShop>>

/** The starts of the claims between two minutes around ten o'clock, themselves as such minutes. */
async function startsBetween(shop: Shop, from: number, to: number, provider = shop.offer.providerNumber) {
  const range = { start: plusMinutes(TEN, from), end: plusMinutes(TEN, to) }
  const claims = await shop.ledger.claims([provider], range)
  return (claims.get(provider) ?? []).map(({ start }) => (start - TEN) / 60_000)
}

/** What every ledger tells of its claims. */
export function claiming(open: OpenHarness): void {
  it('tells the claims whose blocked interval overlaps a range, bounds half-open', async () => {
    await using shop = await openShop(open, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20 })
    accepted(await shop.book(TEN))
    for (const [from, to] of [
      [-11, -9],
      [-10, 80],
      [20, 21],
      [79, 80],
      [-500, 500],
    ] as const) {
      assert.deepEqual(await startsBetween(shop, from, to), [0], `from ${from} to ${to}`)
    }
    for (const [from, to] of [
      [-60, -10],
      [80, 120],
      [20, 20],
      [300, 400],
    ] as const) {
      assert.deepEqual(await startsBetween(shop, from, to), [], `from ${from} to ${to}`)
    }
  })

  it('tells them in the order of their start, of every service of the provider', async () => {
    await using shop = await openShop(open)
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    assert(provider)
    const other = await addOffer(shop, provider, { durationMinutes: 30 })
    for (const minutes of [180, -120, 60, 0]) accepted(await shop.book(plusMinutes(TEN, minutes)))
    for (const minutes of [150, -180, 120]) accepted(await shop.book(plusMinutes(TEN, minutes), other))
    assert.deepEqual(await startsBetween(shop, -600, 600), [-180, -120, 0, 60, 120, 150, 180])
    assert.deepEqual(await startsBetween(shop, -120, 121), [-120, 0, 60, 120])
  })

  it('tells of several providers at once, each its own, and of none that was not asked for', async () => {
    await using shop = await openShop(open)
    const second = await addOfferOfNewProvider(shop)
    const third = await addOfferOfNewProvider(shop)
    const idle = (await addAccount(shop.accounts, 'provider')).user.number
    for (const minutes of [60, 0]) accepted(await shop.book(plusMinutes(TEN, minutes)))
    const theirs = accepted(await shop.book(TEN, second))
    accepted(await shop.book(TEN, third))
    const asked = [idle, second.providerNumber, shop.offer.providerNumber]
    const claims = await shop.ledger.claims(asked, { start: TEN, end: plusMinutes(TEN, 300) })
    const startsOf = (number: UserNumber) => (claims.get(number) ?? []).map(({ start }) => start)
    assert.deepEqual(asked.map(startsOf), [[], [TEN], [TEN, plusMinutes(TEN, 60)]])
    assert.equal(claims.get(second.providerNumber)?.[0]?.bookingId, theirs.id)
    assert.equal(claims.has(third.providerNumber), false)
    assert.equal((await shop.ledger.claims([], { start: TEN, end: plusMinutes(TEN, 300) })).size, 0)
  })
}
