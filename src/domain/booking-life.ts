import { type Actor, isAdmin } from './actor.ts'
import {
  type Booking,
  type BookingRemarks,
  type BookingStatus,
  type CancelledBooking,
  type CompletedBooking,
  type ConfirmedBooking,
  capacityOf,
  type Doer,
  isStanding,
  type MissedBooking,
  type PendingBooking,
  type StandingBooking,
} from './booking.ts'
import type { Instant } from './instant.ts'
import { isSameJson } from './json.ts'
import { ok, type Result, reject } from './result.ts'

/*
 * pending ──confirm──► confirmed ──complete──► completed
 *    │                   │    └────no-show───► no_show
 *    └─decline, cancel───┴─cancel────────────► cancelled
 */

/** The state of the booking does not allow it. */
export interface InvalidTransition {
  readonly code: 'invalid-transition'
  readonly status: BookingStatus
}

export interface CancellationWindowClosed {
  readonly code: 'cancellation-window-closed'
  readonly cancellableUntil: Instant
  readonly now: Instant
}

/** What can only be said once the booking has begun. */
export interface NotStartedYet {
  readonly code: 'not-started-yet'
  readonly start: Instant
  readonly now: Instant
}

/** What can no longer be said once the booking has begun. */
export interface StartedAlready {
  readonly code: 'started-already'
  readonly start: Instant
  readonly now: Instant
}

export type TransitionRejection =
  | { readonly code: 'forbidden' }
  | InvalidTransition
  | CancellationWindowClosed
  | NotStartedYet
  | StartedAlready

type Next<After extends Booking> = Result<After, TransitionRejection>

/** The next version of a booking, whose status the caller sets. */
const next = (booking: Booking, now: Instant) => ({ version: booking.version + 1, updatedAt: now })

const cancelled = (
  booking: StandingBooking,
  by: Doer,
  reason: string | null,
  now: Instant,
): CancelledBooking => ({
  ...booking,
  ...next(booking, now),
  status: 'cancelled',
  cancelledAt: now,
  cancelledBy: capacityOf(by, booking),
  cancellationReason: reason,
})

/** The provider says yes to a request, as long as it has not begun. */
export function confirmBooking(booking: PendingBooking, now: Instant): Next<ConfirmedBooking> {
  const { start } = booking
  if (now >= start) return reject({ code: 'started-already', start, now })
  return ok({ ...booking, ...next(booking, now), status: 'confirmed' })
}

/** The provider says no to a request, and the slot is free again. */
export const declineBooking = (
  booking: PendingBooking,
  by: Actor,
  reason: string | null,
  now: Instant,
): Next<CancelledBooking> => ok(cancelled(booking, by, reason, now))

/** Whether the window in which the customer may withdraw is still open; provider and admins always may. */
export function mayWithdraw(
  booking: StandingBooking,
  by: Actor,
  now: Instant,
): Result<null, CancellationWindowClosed> {
  const { cancellableUntil } = booking
  if (capacityOf(by, booking) !== 'customer' || isAdmin(by) || now <= cancellableUntil) return ok(null)
  return reject({ code: 'cancellation-window-closed', cancellableUntil, now })
}

/** Frees the slot of a booking that still stands: cancelling twice does not compile. */
export function cancelBooking(
  booking: StandingBooking,
  by: Actor,
  reason: string | null,
  now: Instant,
): Next<CancelledBooking> {
  const allowed = mayWithdraw(booking, by, now)
  return allowed.ok ? ok(cancelled(booking, by, reason, now)) : allowed
}

/** Whoever is erased keeps no appointment, however late it is; there is no reason to give but that. */
export const cancelForErasure = (booking: StandingBooking, by: Actor, now: Instant): CancelledBooking =>
  cancelled(booking, by, null, now)

/** The customer was there. */
export const completeBooking = (booking: ConfirmedBooking, now: Instant): Next<CompletedBooking> =>
  ended(booking, 'completed', now)

/** The customer did not come. */
export const missBooking = (booking: ConfirmedBooking, now: Instant): Next<MissedBooking> =>
  ended(booking, 'no_show', now)

function ended<const Status extends 'completed' | 'no_show'>(
  booking: ConfirmedBooking,
  status: Status,
  now: Instant,
): Result<Omit<ConfirmedBooking, 'status'> & { readonly status: Status }, NotStartedYet> {
  const { start } = booking
  return now < start
    ? reject({ code: 'not-started-yet', start, now })
    : ok({ ...booking, ...next(booking, now), status })
}

/** Other remarks on a booking, in whatever state; what is left out stays. The very booking where they say nothing new. */
export function annotateBooking(booking: Booking, remarks: Partial<BookingRemarks>, now: Instant): Booking {
  const { notes, metadata } = { ...booking, ...remarks }
  if (notes === booking.notes && isSameJson(metadata, booking.metadata)) return booking
  return { ...booking, notes, metadata, ...next(booking, now) }
}

/** When a booking that nobody touches is settled by the time: a confirmed one at its end, a pending one at its start. */
export const dueAt = ({ status, start, end }: StandingBooking): Instant =>
  status === 'confirmed' ? end : start

/** What time alone makes of a booking, and the event that says so. */
export type Settlement =
  | { readonly type: 'booking.completed'; readonly booking: CompletedBooking; readonly reason: null }
  | { readonly type: 'booking.cancelled'; readonly booking: CancelledBooking; readonly reason: string }

const UNCONFIRMED = 'Not confirmed before its start'

/** A confirmed booking is done once it is over, a pending one is cancelled when nobody said yes before it began. */
export function settleBooking(booking: StandingBooking, now: Instant): Settlement | undefined {
  if (now < dueAt(booking)) return undefined
  if (booking.status === 'confirmed') {
    const completed = { ...booking, ...next(booking, now), status: 'completed' } as const
    return { type: 'booking.completed', booking: completed, reason: null }
  }
  const dropped = cancelled(booking, 'system', UNCONFIRMED, now)
  return { type: 'booking.cancelled', booking: dropped, reason: UNCONFIRMED }
}

/** What can be asked of a booking that is there, and the event that says it has been done. */
export const TRANSITIONS = {
  confirm: 'booking.confirmed',
  decline: 'booking.declined',
  cancel: 'booking.cancelled',
  complete: 'booking.completed',
  'no-show': 'booking.no_show',
} as const

export type Transition = keyof typeof TRANSITIONS

/** Judges a transition: first whether it is this person's to ask, then whether the booking is in the state for it. */
export function transit(
  transition: Transition,
  booking: Booking,
  by: Actor,
  reason: string | null,
  now: Instant,
): Result<Booking, TransitionRejection> {
  const isCustomer = capacityOf(by, booking) === 'customer' && !isAdmin(by)
  if (isCustomer && transition !== 'cancel') return reject({ code: 'forbidden' })
  switch (transition) {
    case 'confirm':
      return booking.status === 'pending' ? confirmBooking(booking, now) : wrongState(booking)
    case 'decline':
      return booking.status === 'pending' ? declineBooking(booking, by, reason, now) : wrongState(booking)
    case 'cancel':
      return isStanding(booking) ? cancelBooking(booking, by, reason, now) : wrongState(booking)
    case 'complete':
      return booking.status === 'confirmed' ? completeBooking(booking, now) : wrongState(booking)
    case 'no-show':
      return booking.status === 'confirmed' ? missBooking(booking, now) : wrongState(booking)
  }
}

export const wrongState = ({ status }: Booking): Result<never, InvalidTransition> =>
  reject({ code: 'invalid-transition', status })
