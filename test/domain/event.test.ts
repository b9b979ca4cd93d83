import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bookingCancelled, bookingCreated } from '../../src/domain/event.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { actor, booking, CUSTOMER, cancelledBooking, PROVIDER } from './support/builders.ts'

const ID = 'event-1' as EventId

describe('events', () => {
  it('tell that a booking was made, when and by whom', () => {
    assert.deepEqual(bookingCreated(ID, booking(), actor(CUSTOMER)), {
      id: ID,
      type: 'booking.created',
      occurredAt: booking().createdAt,
      actorId: CUSTOMER,
      booking: booking(),
    })
  })

  it('tell that a booking was cancelled, at the instant of cancelling', () => {
    const cancelled = cancelledBooking()
    assert.deepEqual(bookingCancelled(ID, cancelled, actor(PROVIDER, 'provider')), {
      id: ID,
      type: 'booking.cancelled',
      occurredAt: cancelled.cancelledAt,
      actorId: PROVIDER,
      booking: cancelled,
    })
  })
})
