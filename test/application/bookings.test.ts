import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BookingChangePorts } from '../../src/application/booking-changes.ts'
import { type BookingsQuery, listBookings, readBooking } from '../../src/application/bookings.ts'
import { takeTurns } from '../../src/application/turns.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { WEEKDAYS } from '../../src/domain/calendar.ts'
import type { BookingId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, actorOf, addAccount, at, hours, newId, rejectionOf } from '../support/fixtures.ts'
import { ADMIN, bookSlot, cancelBooking, commandOf, openOffice } from './stage.ts'

const TUESDAY_TEN = at('2030-01-08T10:00:00Z')
const CLOSES = plusMinutes(TUESDAY_TEN, -120)

/** An office with one booking that its customer may cancel until two hours before. */
async function openBooked() {
  const office = await openOffice({ cancellationWindowMinutes: 120 })
  const booking = accepted(await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN)))
  const stranger = actorOf(await addAccount(office.accounts, 'customer'))
  return { ...office, booking, stranger }
}

describe('Reading a booking', () => {
  it('is for its customer, its provider and admins; to others it does not exist', async () => {
    const office = await openBooked()
    const { booking, stranger } = office
    for (const actor of [office.customer, office.provider, ADMIN]) {
      assert.deepEqual(accepted(await readBooking(office)(actor, booking.id)), booking)
    }
    assert.deepEqual(rejectionOf(await readBooking(office)(stranger, booking.id)), {
      code: 'booking-not-found',
    })
    const unknown = await readBooking(office)(ADMIN, newId() as BookingId)
    assert.deepEqual(rejectionOf(unknown), { code: 'booking-not-found' })
  })
})

describe('Cancelling a booking', () => {
  it('is for the customer until the window closes', async () => {
    const office = await openBooked()
    office.setClock(CLOSES)
    const cancelled = accepted(await cancelBooking(office)(office.customer, office.booking.id, 'ill', null))
    assert.deepEqual(cancelled, {
      ...office.booking,
      status: 'cancelled',
      version: 2,
      cancelledAt: CLOSES,
      cancelledBy: 'customer',
      cancellationReason: 'ill',
      updatedAt: CLOSES,
    })
    assert.deepEqual(await office.archive.find(office.booking.id), cancelled)
    const event = office.database.log.events.at(-1)
    assert.deepEqual([event?.type, event?.actorId], ['booking.cancelled', office.customer.userId])
  })

  it('is refused to the customer a moment later, with both clocks', async () => {
    const office = await openBooked()
    const now = (CLOSES + 1) as Instant
    office.setClock(now)
    const refused = await cancelBooking(office)(office.customer, office.booking.id, null, null)
    assert.deepEqual(rejectionOf(refused), {
      code: 'cancellation-window-closed',
      cancellableUntil: CLOSES,
      now,
    })
    assert.deepEqual(await office.archive.find(office.booking.id), office.booking)
  })

  for (const capacity of ['provider', 'admin'] as const) {
    it(`is for the ${capacity} at any time`, async () => {
      const office = await openBooked()
      office.setClock(plusMinutes(CLOSES, 1))
      const actor: Actor = capacity === 'admin' ? ADMIN : office.provider
      const cancelled = accepted(await cancelBooking(office)(actor, office.booking.id, null, null))
      assert(cancelled.status === 'cancelled')
      assert.equal(cancelled.cancelledBy, capacity)
    })
  }

  it('says to a stranger that there is no such booking, whatever version the stranger names', async () => {
    const office = await openBooked()
    for (const expected of [null, 1, 7]) {
      const refused = await cancelBooking(office)(office.stranger, office.booking.id, null, expected)
      assert.deepEqual(rejectionOf(refused), { code: 'booking-not-found' })
    }
    const unknown = await cancelBooking(office)(office.customer, newId() as BookingId, null, null)
    assert.deepEqual(rejectionOf(unknown), { code: 'booking-not-found' })
    assert.deepEqual(await office.archive.find(office.booking.id), office.booking)
  })

  it('frees the slot for someone else', async () => {
    const office = await openBooked()
    accepted(await cancelBooking(office)(office.customer, office.booking.id, null, null))
    accepted(await bookSlot(office)(office.stranger, commandOf(office.serviceId, TUESDAY_TEN)))
  })

  it('says invalid-transition the second time, and frees nothing that was booked since', async () => {
    const office = await openBooked()
    accepted(await cancelBooking(office)(office.customer, office.booking.id, null, null))
    const second = accepted(await bookSlot(office)(office.stranger, commandOf(office.serviceId, TUESDAY_TEN)))
    const refused = await cancelBooking(office)(office.customer, office.booking.id, null, null)
    assert.deepEqual(rejectionOf(refused), { code: 'invalid-transition', status: 'cancelled' })
    assert.deepEqual(await office.archive.find(second.id), second)
    const taken = await bookSlot(office)(office.customer, commandOf(office.serviceId, TUESDAY_TEN))
    assert.equal(rejectionOf(taken).code, 'slot-taken')
  })

  it('refuses another expected version than the recorded one', async () => {
    const office = await openBooked()
    const refused = await cancelBooking(office)(office.customer, office.booking.id, null, 2)
    assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 1 })
    accepted(await cancelBooking(office)(office.customer, office.booking.id, null, 1))
    const late = await cancelBooking(office)(office.customer, office.booking.id, null, 1)
    assert.deepEqual(rejectionOf(late), { code: 'version-mismatch', version: 2 })
  })

  it('judges a lost race by what the winner wrote, and by nothing else if a version was expected', async () => {
    for (const [expected, code] of [
      [null, 'invalid-transition'],
      [1, 'version-mismatch'],
    ] as const) {
      const office = await openBooked()
      const elsewhere = { ...office, oneByOne: takeTurns(1) }
      const overtaken: BookingChangePorts = {
        ...office,
        ledger: {
          ...office.ledger,
          change: async (event, recording) => {
            await cancelBooking(elsewhere)(office.provider, event.booking.id, 'first', null)
            return office.ledger.change(event, recording)
          },
        },
      }
      const refused = await cancelBooking(overtaken)(office.customer, office.booking.id, 'second', expected)
      assert.equal(rejectionOf(refused).code, code)
      const recorded = await office.archive.find(office.booking.id)
      assert(recorded?.status === 'cancelled' && recorded.cancellationReason === 'first')
    }
  })
})

const EVERYTHING: BookingsQuery = {
  view: 'all',
  status: null,
  serviceId: null,
  providerId: null,
  customerId: null,
  from: null,
  to: null,
}

const EVERY_DAY = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, [hours('00:00-24:00')]]))

/** An office with five bookings at ten o'clock on five days, in the middle of the third. */
async function openWeek() {
  const office = await openOffice({}, { weeklyHours: EVERY_DAY })
  const other = actorOf(await addAccount(office.accounts, 'customer'))
  for (const day of [0, 1, 2, 3, 4]) {
    const start = plusMinutes(TUESDAY_TEN, day * 1_440)
    accepted(await bookSlot(office)(day % 2 ? other : office.customer, commandOf(office.serviceId, start)))
  }
  office.setClock(plusMinutes(TUESDAY_TEN, 2 * 1_440))
  const days = async (actor: Actor, query: Partial<BookingsQuery>, limit = 100) => {
    const { items } = await listBookings(office)(actor, { ...EVERYTHING, ...query }, { limit, after: null })
    return items.map(({ start }) => (start - TUESDAY_TEN) / 86_400_000)
  }
  return { ...office, other, days }
}

describe('Listing bookings', () => {
  it('has the upcoming ones from now on in ascending and the past ones in descending order', async () => {
    const { days, provider } = await openWeek()
    assert.deepEqual(await days(provider, { view: 'upcoming' }), [2, 3, 4])
    assert.deepEqual(await days(provider, { view: 'past' }), [1, 0])
    assert.deepEqual(await days(provider, { view: 'all' }), [0, 1, 2, 3, 4])
  })

  it('has the bookings of the one who asks, as customer and as provider, and everyone’s for an admin', async () => {
    const { days, customer, other, provider } = await openWeek()
    assert.deepEqual(await days(customer, {}), [0, 2, 4])
    assert.deepEqual(await days(other, {}), [1, 3])
    assert.deepEqual(await days(provider, {}), [0, 1, 2, 3, 4])
    assert.deepEqual(await days(ADMIN, {}), [0, 1, 2, 3, 4])
    assert.deepEqual(await days(ADMIN, { customerId: other.userId }), [1, 3])
    assert.deepEqual(await days(customer, { customerId: other.userId }), [])
    assert.deepEqual(await days({ userId: newId() as Actor['userId'], roles: ['provider'] }, {}), [])
  })

  it('narrows a view by the asked range, and never widens it', async () => {
    const { days, provider } = await openWeek()
    const day = (count: number) => plusMinutes(TUESDAY_TEN, count * 1_440)
    assert.deepEqual(await days(provider, { from: day(1), to: day(3) }), [1, 2])
    assert.deepEqual(await days(provider, { view: 'upcoming', from: day(0), to: day(4) }), [2, 3])
    assert.deepEqual(await days(provider, { view: 'upcoming', from: day(3) }), [3, 4])
    assert.deepEqual(await days(provider, { view: 'past', from: day(1), to: day(4) }), [1])
    assert.deepEqual(await days(provider, { view: 'past', to: day(1) }), [0])
  })

  it('goes page by page, each booking once', async () => {
    const office = await openWeek()
    const shown: number[] = []
    let after = null
    do {
      const query: BookingsQuery = { ...EVERYTHING, view: 'all' }
      const page = await listBookings(office)(office.provider, query, { limit: 2, after })
      shown.push(...page.items.map(({ number }) => number))
      after = page.next
    } while (after)
    assert.deepEqual(shown, [1, 2, 3, 4, 5])
  })

  it('narrows by status', async () => {
    const office = await openWeek()
    const [first] = office.database.bookings.values()
    assert(first)
    accepted(await cancelBooking(office)(office.provider, first.id, null, null))
    assert.deepEqual(await office.days(office.provider, { status: 'cancelled' }), [0])
    assert.deepEqual(await office.days(office.provider, { status: 'confirmed' }), [1, 2, 3, 4])
  })
})
