import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bookingEvent } from '../../src/domain/event.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { actor, booking, CUSTOMER, cancelledBooking, PROVIDER } from './support/builders.ts'

const ID = 'event-1' as EventId

describe('events', () => {
  it('tell that a booking was made, when, by whom and in which capacity', () => {
    assert.deepEqual(bookingEvent(ID, 'booking.created', booking(), actor(CUSTOMER)), {
      id: ID,
      type: 'booking.created',
      occurredAt: booking().createdAt,
      actorId: CUSTOMER,
      actedAs: 'customer',
      reason: null,
      booking: booking(),
    })
  })

  it('tell why a booking was cancelled, at the instant of cancelling', () => {
    const cancelled = cancelledBooking()
    assert.deepEqual(bookingEvent(ID, 'booking.cancelled', cancelled, actor(PROVIDER, 'provider'), 'ill'), {
      id: ID,
      type: 'booking.cancelled',
      occurredAt: cancelled.cancelledAt,
      actorId: PROVIDER,
      actedAs: 'provider',
      reason: 'ill',
      booking: cancelled,
    })
  })

  it('have no actor where the time has done it', () => {
    const { actorId, actedAs } = bookingEvent(ID, 'booking.completed', booking(), 'system')
    assert.deepEqual([actorId, actedAs], [null, 'system'])
  })
})
