import type { Actor } from './actor.ts'
import type { CancelledBooking, NewBooking } from './booking.ts'
import type { EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'

/** One fact about a booking, as it is written to the log by the statement that makes it true. */
export interface BookingEvent<Subject> {
  readonly id: EventId
  readonly type: 'booking.created' | 'booking.cancelled'
  readonly occurredAt: Instant
  readonly actorId: UserId
  /** The booking as it is after the event. */
  readonly booking: Subject
}

export type BookingCreated = BookingEvent<NewBooking>
export type BookingCancelled = BookingEvent<CancelledBooking>

export const bookingCreated = (id: EventId, booking: NewBooking, by: Actor): BookingCreated => ({
  id,
  type: 'booking.created',
  occurredAt: booking.createdAt,
  actorId: by.userId,
  booking,
})

export const bookingCancelled = (id: EventId, booking: CancelledBooking, by: Actor): BookingCancelled => ({
  id,
  type: 'booking.cancelled',
  occurredAt: booking.cancelledAt,
  actorId: by.userId,
  booking,
})
