import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PagedBookings } from '../../src/application/ports/booking-pages.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  addAccount,
  addOfferOfNewProvider,
  bookingEntry,
  cancellationOf,
} from '../support/fixtures.ts'
import type { OpenHarness } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const inHours = (hours: number): Instant => plusMinutes(TEN, hours * 60)

type Shop = Awaited<ReturnType<typeof openShop>>

/** The hours after ten o'clock at which the bookings of a page start, and how many there are on all. */
async function read({ pages }: Shop, list: Partial<PagedBookings>, number = 1, size = 100): Promise<string> {
  const asked: PagedBookings = { participant: null, view: 'upcoming', now: TEN, ...list }
  const { items, total } = await pages.read(asked, { number, size })
  return `${items.map(({ start }) => (start - TEN) / 3_600_000).join(' ')} of ${total}`
}

/** What every implementation of the `BookingPages` port keeps. */
export function bookingPagesContract(name: string, open: OpenHarness): void {
  describe(`${name} booking pages`, () => {
    it('divides at an instant: what starts then is upcoming, ascending, and what has started is past, descending', async () => {
      await using shop = await openShop(open)
      for (const hour of [2, 0, 3, 1]) accepted(await shop.book(inHours(hour)))
      const now = inHours(2)
      assert.equal(await read(shop, { view: 'upcoming', now }), '2 3 of 2')
      assert.equal(await read(shop, { view: 'past', now }), '1 0 of 2')
      assert.equal(await read(shop, { view: 'past', now: plusMinutes(now, 1) }), '2 1 0 of 3')
    })

    it('gives each page its rows, the last one the rest, and none beyond it, each with the total', async () => {
      await using shop = await openShop(open)
      for (const hour of [0, 1, 2, 3, 4]) accepted(await shop.book(inHours(hour)))
      const expected = ['0 1 of 5', '2 3 of 5', '4 of 5', ' of 5']
      for (const [index, page] of expected.entries()) assert.equal(await read(shop, {}, index + 1, 2), page)
      assert.equal(await read(shop, {}, 1_000_000_000, 100), ' of 5')
      assert.equal(await read(shop, { view: 'past' }), ' of 0')
    })

    it('has one that is cancelled as well: it did not start later for that', async () => {
      await using shop = await openShop(open)
      const booking = accepted(await shop.book(TEN))
      accepted(await shop.ledger.change(cancellationOf(booking), null))
      assert.equal(await read(shop, {}), '0 of 1')
    })

    it('has of a participant those in which they are the customer and those in which they are the provider', async () => {
      await using shop = await openShop(open)
      const other = await addOfferOfNewProvider(shop)
      const someone = (await addAccount(shop.accounts, 'customer')).user.id
      accepted(await shop.book(inHours(0)))
      accepted(await shop.book(inHours(1), other))
      // The first provider is a customer of the other one.
      const { providerId } = shop.offer.service
      for (const [customerId, hour] of [
        [providerId, 2],
        [someone, 3],
      ] as const) {
        accepted(await shop.ledger.book(bookingEntry(other, customerId, inHours(hour)), null))
      }
      assert.equal(await read(shop, { participant: shop.customer.user.id }), '0 1 of 2')
      assert.equal(await read(shop, { participant: providerId }), '0 2 of 2')
      assert.equal(await read(shop, { participant: providerId }, 2, 1), '2 of 2')
      assert.equal(await read(shop, { participant: other.service.providerId }), '1 2 3 of 3')
      assert.equal(await read(shop, { participant: someone, view: 'past', now: inHours(4) }), '3 of 1')
    })

    it('puts those that start together in the order of their ids, in the direction of the list', async () => {
      await using shop = await openShop(open)
      const ids: string[] = []
      for (let number = 0; number < 6; number++) {
        ids.push(accepted(await shop.book(TEN, await addOfferOfNewProvider(shop))).id)
      }
      const idsOf = async (view: PagedBookings['view'], now: Instant) => {
        const found: string[] = []
        for (const number of [1, 2, 3]) {
          const page = await shop.pages.read({ participant: null, view, now }, { number, size: 2 })
          found.push(...page.items.map(({ id }) => id))
        }
        return found
      }
      assert.deepEqual(await idsOf('upcoming', TEN), ids.toSorted())
      assert.deepEqual(await idsOf('past', inHours(1)), ids.toSorted().reverse())
    })
  })
}
