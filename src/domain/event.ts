import { type Booking, type Capacity, capacityOf, type Doer, type NewBooking } from './booking.ts'
import type { EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Interval } from './interval.ts'

export const BOOKING_EVENT_TYPES = [
  'booking.created',
  'booking.confirmed',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.completed',
  'booking.no_show',
  'booking.updated',
] as const

export type BookingEventType = (typeof BOOKING_EVENT_TYPES)[number]

/** One fact about a booking, as it is written to the log and the history by the statement that makes it true. */
export interface BookingEvent<Type extends BookingEventType, Subject> {
  readonly id: EventId
  readonly type: Type
  readonly occurredAt: Instant
  /** Null for what Slotwright itself has done. */
  readonly actorId: UserId | null
  readonly actedAs: Capacity
  readonly reason: string | null
  /** The booking as it is after the event. */
  readonly booking: Subject
}

export type BookingCreated = BookingEvent<'booking.created', NewBooking>
export type BookingChanged = BookingEvent<
  Exclude<BookingEventType, 'booking.created' | 'booking.rescheduled'>,
  Booking
>
export interface BookingRescheduled extends BookingEvent<'booking.rescheduled', Booking> {
  /** Where it was before. */
  readonly previous: Interval
}

/** What has just happened to a booking: `booking` is its newest version. */
export const bookingEvent = <Type extends BookingEventType, Subject extends NewBooking | Booking>(
  id: EventId,
  type: Type,
  booking: Subject,
  by: Doer,
  reason: string | null = null,
): BookingEvent<Type, Subject> => ({
  id,
  type,
  occurredAt: booking.updatedAt,
  actorId: by === 'system' ? null : by.userId,
  actedAs: capacityOf(by, booking),
  reason,
  booking,
})

/** One line of what happened to a booking. */
export interface BookingHistoryEntry {
  /** The version that the change made. */
  readonly version: number
  readonly change: BookingEventType
  readonly status: Booking['status']
  readonly start: Instant
  readonly end: Instant
  readonly actorId: UserId | null
  readonly actedAs: Capacity
  readonly reason: string | null
  readonly occurredAt: Instant
}
