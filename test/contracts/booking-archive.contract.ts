import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookingFilter } from '../../src/application/ports/booking-ledger.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { BookingId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import {
  accepted,
  addAccount,
  addOffer,
  addOfferOfNewProvider,
  bookingEntry,
  cancellationOf,
  changeOf,
  newId,
} from '../support/fixtures.ts'
import { remembering } from './booking-archive-life.ts'
import { allPages, type OpenHarness, times } from './harness.ts'
import { openShop, TEN } from './shop.ts'

const EVERYTHING: BookingFilter = {
  participant: null,
  customerId: null,
  providerId: null,
  serviceId: null,
  status: null,
  from: null,
  to: null,
  order: 'ascending',
}

type Shop = Awaited<ReturnType<typeof openShop>>

/** The hours after ten o'clock at which the listed bookings start, as a line. */
async function listed({ archive }: Shop, filter: Partial<BookingFilter>): Promise<string> {
  const { items } = await archive.list({ ...EVERYTHING, ...filter }, { limit: 100, after: null })
  return items.map(({ start }) => (start - TEN) / 3_600_000).join(' ')
}

/** What every implementation of the `BookingArchive` port keeps. */
export function bookingArchiveContract(name: string, open: OpenHarness): void {
  describe(`${name} booking archive`, () => {
    finding(open)
    filtering(open)
    ordering(open)
    remembering(open)
  })
}

const inHours = (hours: number) => plusMinutes(TEN, hours * 60)

function finding(open: OpenHarness): void {
  it('finds a booking as it is recorded now, and nothing under another id', async () => {
    await using shop = await openShop(open, { price: { minorUnits: 123_456, currency: 'KWD' } })
    const booking = accepted(await shop.book(TEN))
    assert.deepEqual(await shop.archive.find(booking.id), booking)
    const event = cancellationOf(booking)
    const { booking: cancelled } = event
    accepted(await shop.ledger.change(event, null))
    assert.deepEqual(await shop.archive.find(booking.id), cancelled)
    assert.equal(await shop.archive.find(newId() as BookingId), undefined)
  })

  it('keeps the terms of a booking when its service changes', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    const price = { minorUnits: 1, currency: 'EUR' }
    accepted(
      await shop.catalog.replace(changeOf({ ...shop.offer.service, version: 2, price, durationMinutes: 5 })),
    )
    assert.deepEqual(await shop.archive.find(booking.id), booking)
  })

  it('finds many at once, those that exist and each once', async () => {
    await using shop = await openShop(open)
    const bookings: Booking[] = []
    for (const hour of times(4)) bookings.push(accepted(await shop.book(inHours(hour))))
    const [first, , third] = bookings
    assert(first && third)
    const found = await shop.archive.findMany([third.id, newId() as BookingId, first.id, third.id])
    assert.deepEqual(
      found.toSorted((left, right) => left.start - right.start),
      [first, third],
    )
    assert.deepEqual(await shop.archive.findMany([]), [])
  })
}

function filtering(open: OpenHarness): void {
  it('lists for a participant what it is the customer or the provider of, and each once', async () => {
    await using shop = await openShop(open)
    const { providerId } = shop.offer.service
    const elsewhere = await addOfferOfNewProvider(shop)
    const stranger = await addAccount(shop.accounts, 'customer')
    accepted(await shop.book(inHours(0)))
    accepted(await shop.ledger.book(bookingEntry(elsewhere, providerId, inHours(1)), null))
    accepted(await shop.ledger.book(bookingEntry(elsewhere, stranger.user.id, inHours(2)), null))
    accepted(await shop.ledger.book(bookingEntry(shop.offer, providerId, inHours(3)), null))
    assert.equal(await listed(shop, { participant: providerId }), '0 1 3')
    assert.equal(await listed(shop, { participant: shop.customer.user.id }), '0')
    assert.equal(await listed(shop, { participant: elsewhere.service.providerId }), '1 2')
    assert.equal(await listed(shop, { participant: null }), '0 1 2 3')
    assert.equal(await listed(shop, { participant: providerId, customerId: providerId }), '1 3')
    assert.equal(await listed(shop, { participant: stranger.user.id, providerId }), '')
  })

  it('narrows by customer, by provider, by service and by status', async () => {
    await using shop = await openShop(open)
    const provider = await shop.accounts.find(shop.offer.service.providerId)
    const second = await addAccount(shop.accounts, 'customer')
    assert(provider)
    const other = await addOffer(shop, provider)
    const elsewhere = await addOfferOfNewProvider(shop)
    const cancelled = accepted(await shop.book(inHours(0)))
    accepted(await shop.ledger.change(cancellationOf(cancelled), null))
    accepted(await shop.book(inHours(1), other))
    accepted(
      await shop.ledger.book(
        bookingEntry(elsewhere, second.user.id, inHours(2), { status: 'pending' }),
        null,
      ),
    )
    assert.equal(await listed(shop, { customerId: second.user.id }), '2')
    assert.equal(await listed(shop, { providerId: provider.user.id }), '0 1')
    assert.equal(await listed(shop, { serviceId: other.service.id }), '1')
    assert.equal(await listed(shop, { status: 'cancelled' }), '0')
    assert.equal(await listed(shop, { status: 'pending' }), '2')
    assert.equal(await listed(shop, { status: 'completed' }), '')
    assert.equal(await listed(shop, { providerId: provider.user.id, status: 'confirmed' }), '1')
  })

  it('narrows to bookings that start in [from, to)', async () => {
    await using shop = await openShop(open)
    for (const hour of times(4)) accepted(await shop.book(inHours(hour)))
    assert.equal(await listed(shop, { from: inHours(1), to: inHours(3) }), '1 2')
    assert.equal(await listed(shop, { from: (inHours(1) + 1) as Instant }), '2 3')
    assert.equal(await listed(shop, { to: (inHours(3) + 1) as Instant }), '0 1 2 3')
    assert.equal(await listed(shop, { from: inHours(2), to: inHours(2) }), '')
    assert.equal(await listed(shop, { from: inHours(2), to: inHours(1) }), '')
  })
}

function ordering(open: OpenHarness): void {
  it('lists in the asked order of start, page after page', async () => {
    await using shop = await openShop(open)
    for (const hour of [3, 0, 4, 1, 2]) accepted(await shop.book(inHours(hour)))
    for (const order of ['ascending', 'descending'] as const) {
      for (const participant of [null, shop.customer.user.id]) {
        const filter = { ...EVERYTHING, order, participant }
        const pages = await allPages((page) => shop.archive.list(filter, page), 2)
        const hours = pages.map((page) => page.map(({ start }) => (start - TEN) / 3_600_000))
        const expected = order === 'ascending' ? [[0, 1], [2, 3], [4]] : [[4, 3], [2, 1], [0]]
        assert.deepEqual(hours, expected)
      }
    }
  })

  it('lists what starts at the same moment in the asked order of id, and each once', async () => {
    await using shop = await openShop(open)
    const offers = await Promise.all(times(7).map(() => addOfferOfNewProvider(shop)))
    const bookings = await Promise.all(offers.map(async (offer) => accepted(await shop.book(TEN, offer))))
    const ids = bookings.map(({ id }) => id).toSorted()
    for (const order of ['ascending', 'descending'] as const) {
      const pages = await allPages((page) => shop.archive.list({ ...EVERYTHING, order }, page), 3)
      assert.deepEqual(
        pages.flat().map(({ id }) => id),
        order === 'ascending' ? ids : ids.toReversed(),
      )
    }
  })

  it('names the start of the last booking of a page in milliseconds, and no place after the last page', async () => {
    await using shop = await openShop(open)
    const first = accepted(await shop.book((TEN + 5) as Instant))
    accepted(await shop.book(inHours(2)))
    const page = await shop.archive.list(EVERYTHING, { limit: 1, after: null })
    assert.deepEqual(page.next, { value: String(TEN + 5), id: first.id })
    assert.equal((await shop.archive.list(EVERYTHING, { limit: 1, after: page.next })).next, null)
    assert.equal((await shop.archive.list(EVERYTHING, { limit: 2, after: null })).next, null)
  })

  it('goes on where a page ended, whatever has been booked or cancelled in between', async () => {
    await using shop = await openShop(open)
    const filter: BookingFilter = { ...EVERYTHING, status: 'confirmed' }
    for (const hour of [0, 2]) accepted(await shop.book(inHours(hour)))
    const page = await shop.archive.list(filter, { limit: 1, after: null })
    const [last] = page.items
    assert(last)
    accepted(await shop.ledger.change(cancellationOf(last), null))
    for (const hour of [-1, 1]) accepted(await shop.book(inHours(hour)))
    const next = await shop.archive.list(filter, { limit: 5, after: page.next })
    assert.deepEqual(
      next.items.map(({ start }) => start),
      [inHours(1), inHours(2)],
    )
  })
}
