import type { Actor } from './actor.ts'
import { type Booking, isStanding, type StandingBooking } from './booking.ts'
import { mayWithdraw, type TransitionRejection, wrongState } from './booking-life.ts'
import { type BookingRejection, judgeSlot } from './booking-request.ts'
import { type Instant, MINUTE } from './instant.ts'
import { type Claim, withoutBooking } from './occupancy.ts'
import { ok, type Result } from './result.ts'
import type { Offer } from './service.ts'

/** The offer as it is for someone who has booked already: the time it takes is what it was then. */
const offerUnderTerms = (offer: Offer, booking: Booking): Offer =>
  booking.serviceId === offer.service.id
    ? {
        ...offer,
        service: {
          ...offer.service,
          durationMinutes: (booking.end - booking.start) / MINUTE,
          bufferBeforeMinutes: booking.bufferBeforeMinutes,
          bufferAfterMinutes: booking.bufferAfterMinutes,
        },
      }
    : offer

/** How offers look to whoever is about to move a booking, or to everyone where there is none. */
export const termsFor =
  (moving: Booking | null) =>
  (offer: Offer): Offer =>
    moving === null ? offer : offerUnderTerms(offer, moving)

/**
 * Moves a standing booking to another start: the same booking, under the terms it was made under. The customer may as
 * long as cancelling is possible; provider and admins always may.
 *
 * @param claims the claims to judge by, its own among them or not
 */
export function moveBooking(
  booking: Booking,
  start: Instant,
  offer: Offer,
  claims: readonly Claim[],
  by: Actor,
  now: Instant,
): Result<StandingBooking, BookingRejection | TransitionRejection> {
  if (!isStanding(booking)) return wrongState(booking)
  const allowed = mayWithdraw(booking, by, now)
  if (!allowed.ok) return allowed
  const slot = judgeSlot(offerUnderTerms(offer, booking), start, withoutBooking(claims, booking.id), now)
  if (!slot.ok) return slot
  const shift = start - booking.start
  return ok({
    ...booking,
    start,
    end: slot.value.end,
    cancellableUntil: (booking.cancellableUntil + shift) as Instant,
    version: booking.version + 1,
    updatedAt: now,
  })
}
