import { judgedBy } from '../../src/application/claim-slot.ts'
import type { Recording } from '../../src/application/ports/answers.ts'
import type { BookingEntry, BookingMove } from '../../src/application/ports/booking-ledger.ts'
import type { HoldEntry } from '../../src/application/ports/hold-ledger.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { type Booking, isStanding } from '../../src/domain/booking.ts'
import { bookingEvent } from '../../src/domain/event.ts'
import { type Hold, holdTermsOf } from '../../src/domain/hold.ts'
import type { EventId, HoldId, UserId } from '../../src/domain/ids.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { withBuffers } from '../../src/domain/occupancy.ts'
import { remindersFor } from '../../src/domain/reminder.ts'
import type { Offer } from '../../src/domain/service.ts'
import { bookingEntry, NOW, newId } from './fixtures.ts'

export interface HoldChanges {
  readonly holderId?: UserId
  readonly ttlSeconds?: number
  readonly mostHolds?: number
}

/** A hold on a slot of an offer, whatever the provider's hours say. */
export function holdEntry(
  offer: Offer,
  customerId: UserId,
  start: Instant,
  { holderId = customerId, ttlSeconds = 300, mostHolds = 1_000 }: HoldChanges = {},
): HoldEntry {
  const { service } = offer
  const interval = { start, end: plusMinutes(start, service.durationMinutes) }
  const id = newId() as HoldId
  const { id: serviceId, providerId } = service
  return {
    hold: {
      id,
      holderId,
      serviceId,
      providerId,
      ...interval,
      blocked: withBuffers(interval, service),
      terms: holdTermsOf(service),
    },
    judgedBy: judgedBy(offer, start),
    ttlSeconds,
    mostHolds,
    eventId: newId() as EventId,
  }
}

/** The booking that a hold becomes. */
export const redeemEntry = (offer: Offer, { id, holderId, start }: Hold): BookingEntry => ({
  ...bookingEntry(offer, holderId, start),
  holdId: id,
})

/** A move by the customer, under the terms that the booking has. */
export function moveOf(booking: Booking, offer: Offer, start: Instant, now = NOW): BookingMove {
  if (!isStanding(booking)) throw new TypeError(`A booking that is ${booking.status} is not moved`)
  const by: Actor = { userId: booking.customerId, roles: ['customer'] }
  const shift = start - booking.start
  const moved = {
    ...booking,
    start,
    end: (booking.end + shift) as Instant,
    cancellableUntil: (booking.cancellableUntil + shift) as Instant,
    version: booking.version + 1,
    updatedAt: now,
  }
  return {
    judgedBy: judgedBy(offer, start),
    reminders: remindersFor(start, offer.service.reminderMinutes, now),
    event: {
      ...bookingEvent(newId() as EventId, 'booking.rescheduled', moved, by),
      previous: { start: booking.start, end: booking.end },
    },
  }
}

/** A key with an answer that says what came of it: `said`, then what only the recording tells. */
export const recordingOf = <T>(
  userId: UserId,
  key: string,
  fingerprint = 'aa'.repeat(32),
  said = 'done',
): Recording<T> => ({
  key: { userId, key, fingerprint },
  answer: () => ({ before: `${said} <`, after: '>' }),
})
