import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { capacityOf, maySeeBooking, termsOf } from '../../src/domain/booking.ts'
import { cancelBooking } from '../../src/domain/booking-life.ts'
import {
  ADMIN,
  actor,
  booking,
  CUSTOMER,
  cancelledBooking,
  PROVIDER,
  pendingBooking,
  STRANGER,
  service,
} from './support/builders.ts'
import { at } from './support/wall.ts'

const customer = actor(CUSTOMER)
const provider = actor(PROVIDER, 'provider')
const admin = actor(ADMIN, 'admin')
const UNTIL = at('2026-06-01T08:00:00Z')
const AFTER = at('2026-06-01T08:00:00.001Z')

describe('cancelling', () => {
  it('tells who cancelled, why and when, and makes the next version', () => {
    assert.deepEqual(cancelBooking(booking({ version: 3 }), customer, 'ill', UNTIL), {
      ok: true,
      value: {
        ...booking(),
        version: 4,
        status: 'cancelled',
        cancelledAt: UNTIL,
        cancelledBy: 'customer',
        cancellationReason: 'ill',
        updatedAt: UNTIL,
      },
    })
  })

  it('is open to a pending booking as to a confirmed one', () => {
    assert.equal(cancelBooking(pendingBooking(), customer, null, UNTIL).ok, true)
  })

  it('is open to the customer up to the very instant at which the window closes', () => {
    assert.equal(cancelBooking(booking(), customer, null, UNTIL).ok, true)
    assert.deepEqual(cancelBooking(booking(), customer, null, AFTER), {
      ok: false,
      rejection: { code: 'cancellation-window-closed', cancellableUntil: UNTIL, now: AFTER },
    })
  })

  it('is open to the provider and to an admin always', () => {
    for (const [by, capacity] of [
      [provider, 'provider'],
      [admin, 'admin'],
    ] as const) {
      const outcome = cancelBooking(booking(), by, null, AFTER)
      assert.equal(outcome.ok && outcome.value.cancelledBy, capacity)
    }
  })

  it('is open always to an admin who is the customer, as customer', () => {
    const outcome = cancelBooking(booking(), actor(CUSTOMER, 'customer', 'admin'), null, AFTER)
    assert.equal(outcome.ok && outcome.value.cancelledBy, 'customer')
  })

  it('is not open longer to a customer who is a provider elsewhere', () => {
    assert.equal(cancelBooking(booking(), actor(CUSTOMER, 'customer', 'provider'), null, AFTER).ok, false)
  })

  it('keeps the terms of the booking', () => {
    const outcome = cancelBooking(booking(), provider, null, AFTER)
    assert.ok(outcome.ok)
    assert.deepEqual([outcome.value.price, outcome.value.serviceVersion], [booking().price, 1])
  })

  it('does not compile for a booking that is cancelled', () => {
    // @ts-expect-error only a standing booking can be cancelled
    const cancelTwice = () => cancelBooking(cancelledBooking(), customer, null, UNTIL)
    assert.equal(typeof cancelTwice, 'function')
  })
})

describe('a booking’s terms', () => {
  it('are those of the service as it was, with the window counted back from the start', () => {
    const sold = service({ version: 5, bufferBeforeMinutes: 5, cancellationWindowMinutes: 24 * 60 })
    assert.deepEqual(termsOf(sold, at('2026-03-08T13:00:00Z')), {
      serviceVersion: 5,
      price: sold.price,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 0,
      cancellableUntil: at('2026-03-07T13:00:00Z'),
    })
  })

  it('let a customer cancel until the start where there is no window', () => {
    assert.equal(termsOf(service(), at('2026-06-01T09:00:00Z')).cancellableUntil, at('2026-06-01T09:00:00Z'))
  })
})

describe('who a booking is for', () => {
  it('is seen by its customer, its provider and admins, and by nobody else', () => {
    assert.equal(maySeeBooking(customer, booking()), true)
    assert.equal(maySeeBooking(provider, booking()), true)
    assert.equal(maySeeBooking(admin, booking()), true)
    assert.equal(maySeeBooking(actor(STRANGER), booking()), false)
    assert.equal(maySeeBooking(actor(STRANGER, 'provider'), booking()), false)
  })

  it('is acted on in the nearest capacity', () => {
    assert.equal(capacityOf(customer, booking()), 'customer')
    assert.equal(capacityOf(actor(PROVIDER, 'provider', 'admin'), booking()), 'provider')
    assert.equal(capacityOf(admin, booking()), 'admin')
  })
})
