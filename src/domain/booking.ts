import { type Actor, isSelfOrAdmin } from './actor.ts'
import type { BookingId, ServiceId, UserId } from './ids.ts'
import { type Instant, plusMinutes } from './instant.ts'
import type { Interval } from './interval.ts'
import type { Json } from './json.ts'
import type { Money } from './money.ts'
import type { Service } from './service.ts'

/** The terms under which a booking was made. Changing the service changes none of them. */
export interface BookingTerms {
  readonly serviceVersion: number
  readonly price: Money
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
  /** The last instant at which the customer may cancel or move it. */
  readonly cancellableUntil: Instant
}

/** What people say about a booking. */
export interface BookingRemarks {
  readonly notes: string | null
  readonly metadata: Readonly<Record<string, Json>>
}

/** A customer's claim on a slot. */
interface BookingFacts extends Interval, BookingTerms, BookingRemarks {
  readonly id: BookingId
  /** A small integer beside the id, given when the booking is recorded. */
  readonly number: number
  /** Grows by one with every change. */
  readonly version: number
  readonly serviceId: ServiceId
  readonly providerId: UserId
  readonly customerId: UserId
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

/** In which capacity someone acts on a booking; `system` is Slotwright itself. */
export type Capacity = 'customer' | 'provider' | 'admin' | 'system'

export const CAPACITIES = ['customer', 'provider', 'admin', 'system'] as const satisfies readonly Capacity[]

export interface CancelledBooking extends BookingFacts {
  readonly status: 'cancelled'
  readonly cancelledAt: Instant
  readonly cancelledBy: Capacity
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
export const maySeeBooking = (actor: Actor, booking: Pick<Booking, 'customerId' | 'providerId'>) =>
  actor.userId === booking.customerId || isSelfOrAdmin(actor, booking.providerId)

/** Whoever acts: a person, or Slotwright itself when the time has come. */
export type Doer = Actor | 'system'

/** The capacity in which someone who may see a booking acts on it. */
export function capacityOf(doer: Doer, booking: Pick<Booking, 'customerId' | 'providerId'>): Capacity {
  if (doer === 'system') return 'system'
  if (doer.userId === booking.customerId) return 'customer'
  if (doer.userId === booking.providerId) return 'provider'
  return 'admin'
}
