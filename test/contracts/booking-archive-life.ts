import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Page, PageKey } from '../../src/application/ports/page.ts'
import type { Booking } from '../../src/domain/booking.ts'
import type { BookingHistoryEntry } from '../../src/domain/event.ts'
import type { BookingId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, bookingEntry, cancellationOf, NOW, newId } from '../support/fixtures.ts'
import { moveOf } from '../support/ledger-entries.ts'
import type { OpenHarness } from './harness.ts'
import { type ContractShop, openShop, TEN } from './shop.ts'

const hoursLater = (hours: number) => plusMinutes(TEN, hours * 60)

/** What every archive keeps of what happened to a booking, and of what the time is about to do. */
export function remembering(open: OpenHarness): void {
  it('has everything that happened to a booking, in order of version, and nothing of another one', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    accepted(await shop.book(hoursLater(5)))
    const move = moveOf(booking, shop.offer, hoursLater(1), plusMinutes(NOW, 1))
    const moved = accepted(await shop.ledger.move(move, null))
    const end = cancellationOf(moved, 'ill 🤒', plusMinutes(NOW, 2))
    accepted(await shop.ledger.change(end, null))
    const { customerId, providerId } = booking
    const old = { start: TEN, end: hoursLater(1) }
    const now = { start: hoursLater(1), end: hoursLater(2) }
    const byCustomer = { actorId: customerId, actedAs: 'customer', reason: null }
    assert.deepEqual(await shop.archive.history(booking.id), [
      { version: 1, change: 'booking.created', status: 'confirmed', ...old, ...byCustomer, occurredAt: NOW },
      {
        ...{ version: 2, change: 'booking.rescheduled', status: 'confirmed', ...now, ...byCustomer },
        occurredAt: plusMinutes(NOW, 1),
      },
      {
        ...{ version: 3, change: 'booking.cancelled', status: 'cancelled', ...now },
        ...{ actorId: providerId, actedAs: 'provider', reason: 'ill 🤒', occurredAt: plusMinutes(NOW, 2) },
      },
    ])
    assert.deepEqual(await shop.archive.history(newId() as BookingId), [])
  })

  it('has it page by page as well', async () => {
    await using shop = await openShop(open)
    let booking = accepted(await shop.book(TEN))
    accepted(await shop.book(hoursLater(9)))
    for (const hour of [1, 2, 3]) {
      const move = moveOf(booking, shop.offer, hoursLater(hour), plusMinutes(NOW, hour))
      booking = accepted(await shop.ledger.move(move, null))
    }
    const whole = await shop.archive.history(booking.id)
    for (const limit of [1, 2, 3, 4, 5]) {
      const pages: BookingHistoryEntry[][] = []
      let after: PageKey | null = null
      do {
        const page: Page<BookingHistoryEntry> = await shop.archive.listHistory(booking.id, { limit, after })
        pages.push([...page.items])
        after = page.next
      } while (after !== null && pages.length < whole.length)
      assert.deepEqual(pages.flat(), whole)
      assert.deepEqual([pages.length, after], [Math.ceil(4 / limit), null])
    }
    assert.deepEqual(await shop.archive.listHistory(newId() as BookingId, { limit: 1, after: null }), {
      items: [],
      next: null,
    })
  })

  it('has nothing of a change that was refused', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    await shop.book(TEN)
    await shop.ledger.change(cancellationOf({ ...booking, version: 9 }), null)
    assert.equal((await shop.archive.history(booking.id)).length, 1)
  })

  finding(open)
}

async function bookAs(
  shop: ContractShop,
  status: Booking['status'] & ('pending' | 'confirmed'),
  start: Instant,
) {
  const entry = bookingEntry(shop.offer, shop.customer.user.id, start, { status })
  return accepted(await shop.ledger.book(entry, null)).id
}

function finding(open: OpenHarness): void {
  it('finds what is due: pending at its start, confirmed at its end, to the very instant', async () => {
    await using shop = await openShop(open)
    const pending = await bookAs(shop, 'pending', TEN)
    const confirmed = await bookAs(shop, 'confirmed', hoursLater(1))
    const due = async (now: Instant) => (await shop.archive.due(now, 10)).map(({ id }) => id)
    assert.deepEqual(await due((TEN - 1) as Instant), [])
    assert.deepEqual(await due(TEN), [pending])
    assert.deepEqual(await due((hoursLater(2) - 1) as Instant), [pending])
    assert.deepEqual(await due(hoursLater(2)), [pending, confirmed])
    const found = await shop.archive.due(hoursLater(2), 10)
    assert.deepEqual(found[0], await shop.archive.find(pending))
  })

  it('finds the oldest first, of both kinds together, and no more than asked for', async () => {
    await using shop = await openShop(open, { durationMinutes: 30 })
    const ids: BookingId[] = []
    for (const hour of [4, 2, 0]) ids.unshift(await bookAs(shop, 'confirmed', hoursLater(hour)))
    const [first, second, third] = ids
    const late = await bookAs(shop, 'pending', hoursLater(1))
    const later = await bookAs(shop, 'pending', hoursLater(3))
    const due = async (limit: number) => (await shop.archive.due(hoursLater(9), limit)).map(({ id }) => id)
    const all = [first, late, second, later, third]
    for (const limit of [1, 2, 3, 4, 5, 9]) {
      const found = await due(limit)
      assert.deepEqual(found, all.slice(0, limit), `limit ${limit}`)
    }
  })

  it('finds nothing that has ended', async () => {
    await using shop = await openShop(open)
    const booking = accepted(await shop.book(TEN))
    accepted(await shop.ledger.change(cancellationOf(booking), null))
    assert.deepEqual(await shop.archive.due(hoursLater(99), 10), [])
  })
}
