import { type Actor, isAdmin, isSelfOrAdmin } from './actor.ts'
import type { BookingId, ServiceId, UserId } from './ids.ts'
import { type Instant, plusMinutes } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Json } from './json.ts'
import type { Money } from './money.ts'
import { ok, type Result, reject } from './result.ts'
import type { Service } from './service.ts'

/** The terms under which a booking was made. Changing the service changes none of them. */
export interface BookingTerms {
  readonly serviceVersion: number
  readonly price: Money
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  /** The last instant at which the customer may cancel. */
  readonly cancellableUntil: Instant
}

/** A customer's claim on a slot. */
interface BookingFacts extends Interval, BookingTerms {
  readonly id: BookingId
  /** A small integer beside the id, given when the booking is recorded. */
  readonly number: number
  /** Grows by one with every change. */
  readonly version: number
  readonly serviceId: ServiceId
  readonly providerId: UserId
  readonly customerId: UserId
  readonly notes: string | null
  readonly metadata: Readonly<Record<string, Json>>
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export interface PendingBooking extends BookingFacts {
  readonly status: 'pending'
}

export interface ConfirmedBooking extends BookingFacts {
  readonly status: 'confirmed'
}

export interface CompletedBooking extends BookingFacts {
  readonly status: 'completed'
}

export interface MissedBooking extends BookingFacts {
  readonly status: 'no_show'
}

/** In which capacity someone cancelled; `system` is Slotwright itself. */
export type Canceller = 'customer' | 'provider' | 'admin' | 'system'

export interface CancelledBooking extends BookingFacts {
  readonly status: 'cancelled'
  readonly cancelledAt: Instant
  readonly cancelledBy: Canceller
  readonly cancellationReason: string | null
}

/** A booking that still needs its slot. */
export type StandingBooking = PendingBooking | ConfirmedBooking
export type Booking = StandingBooking | CompletedBooking | MissedBooking | CancelledBooking
export type BookingStatus = Booking['status']

export const BOOKING_STATUSES = [
  'pending',
  'confirmed',
  'completed',
  'cancelled',
  'no_show',
] as const satisfies readonly BookingStatus[]

/** A booking that has been decided but not recorded: the ledger gives it its number. */
export type NewBooking = Omit<PendingBooking, 'number'> | Omit<ConfirmedBooking, 'number'>

export const isStanding = (booking: Booking): booking is StandingBooking =>
  booking.status === 'pending' || booking.status === 'confirmed'

/** The terms that a booking of this service takes along. */
export const termsOf = (service: Service, start: Instant): BookingTerms => ({
  serviceVersion: service.version,
  price: service.price,
  bufferBeforeMinutes: service.bufferBeforeMinutes,
  bufferAfterMinutes: service.bufferAfterMinutes,
  cancellableUntil: plusMinutes(start, -service.cancellationWindowMinutes),
})

/** A booking is for the two whose it is, and for admins. To everyone else it does not exist. */
export const maySeeBooking = (actor: Actor, booking: Booking) =>
  actor.userId === booking.customerId || isSelfOrAdmin(actor, booking.providerId)

/** The capacity in which someone who may see a booking acts on it. */
export function capacityOf(actor: Actor, booking: Booking): Canceller {
  if (actor.userId === booking.customerId) return 'customer'
  if (actor.userId === booking.providerId) return 'provider'
  return 'admin'
}

export type CancelRejection =
  | { readonly code: 'invalid-transition'; readonly status: BookingStatus }
  | { readonly code: 'cancellation-window-closed'; readonly cancellableUntil: Instant; readonly now: Instant }

/** Narrows a booking to one that still stands, which is all that can be cancelled. */
export const standing = (booking: Booking): Result<StandingBooking, CancelRejection> =>
  isStanding(booking) ? ok(booking) : reject({ code: 'invalid-transition', status: booking.status })

/**
 * Frees the slot of a booking that still stands; cancelling twice does not compile. The customer may until the
 * cancellation window closes, the provider and an admin always.
 */
export function cancelBooking(
  booking: StandingBooking,
  by: Actor,
  reason: string | null,
  now: Instant,
): Result<CancelledBooking, CancelRejection> {
  const capacity = capacityOf(by, booking)
  if (capacity === 'customer' && !isAdmin(by) && now > booking.cancellableUntil) {
    return reject({ code: 'cancellation-window-closed', cancellableUntil: booking.cancellableUntil, now })
  }
  return ok({
    ...booking,
    status: 'cancelled',
    version: booking.version + 1,
    cancelledAt: now,
    cancelledBy: capacity,
    cancellationReason: reason,
    updatedAt: now,
  })
}
