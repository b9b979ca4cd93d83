import type { Actor } from '../domain/actor.ts'
import type { Booking, BookingRemarks, NewBooking } from '../domain/booking.ts'
import {
  type AccountInactive,
  aboutCustomer,
  type BookingRejection,
  type BookingRequest,
  type CustomerNotFound,
  type DescribedSlot,
  describedRightly,
  instantRange,
  mayBookFor,
  requestBooking,
} from '../domain/booking-request.ts'
import { bookingEvent } from '../domain/event.ts'
import { type Hold, type RedeemRejection, redeemHold } from '../domain/hold.ts'
import type { BookingId, EventId, HoldId, ServiceId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Claim } from '../domain/occupancy.ts'
import { remindersFor } from '../domain/reminder.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Offer } from '../domain/service.ts'
import type { InvalidInput } from '../domain/violation.ts'
import { type ClaimSlotPorts, claimHeldSlot, claimSlot, judgedBy, type SlotTaken } from './claim-slot.ts'
import type { AnsweredBefore, Recording } from './ports/answers.ts'
import type { BookingLedger, EntryRefused, HoldExpired, HoldNotFound } from './ports/booking-ledger.ts'
import type { HoldLedger } from './ports/hold-ledger.ts'
import type { NewId } from './ports/ids.ts'
import type { Forbidden, ServiceNotFound } from './services.ts'

export interface BookSlotPorts extends ClaimSlotPorts {
  readonly ledger: BookingLedger
  readonly holds: HoldLedger
  readonly newId: NewId
}

export interface BookSlotCommand extends BookingRemarks {
  readonly serviceId: ServiceId
  readonly start: Instant
  /** The actor's hold on the slot, or null. */
  readonly holdId: HoldId | null
  /** Whom it is booked for; null for the actor. */
  readonly customerId: UserId | null
}

export type BookSlotRejection =
  | ServiceNotFound
  | Forbidden
  | AccountInactive
  | CustomerNotFound
  | HoldNotFound
  | HoldExpired
  | RedeemRejection
  | Exclude<BookingRejection, { code: 'slot-taken' }>
  | SlotTaken

export type BookSlot = (
  actor: Actor,
  command: BookSlotCommand,
  recording: Recording<Booking> | null,
) => Promise<Result<Booking, BookSlotRejection | AnsweredBefore>>

/** All that an attempt may end with: the rules' no and the ledger's. */
type Attempted = BookingRejection | RedeemRejection | EntryRefused | AnsweredBefore | Forbidden
type Decision = Result<NewBooking, BookingRejection | RedeemRejection>

/** Judges a request by the facts: a free slot, or the hold that keeps it. */
type Decide = (request: BookingRequest, offer: Offer, claims: readonly Claim[], now: Instant) => Decision

const redeeming =
  (hold: Hold): Decide =>
  (request, offer, _claims, now) =>
    redeemHold(request, hold, offer, now)

/** Looks at an offer before anything else is judged; what it refuses, nobody books. */
type Inspect<R> = (offer: Offer) => Result<null, R>

/** Books a slot for the actor, or for someone else whom the actor may book for. */
export const bookSlot =
  (ports: BookSlotPorts): BookSlot =>
  (actor, command, recording) =>
    book<never>(ports, actor, command, recording, () => ok(null))

/** Why a slot is not booked that is described. */
export type BookDescribedSlotRejection = BookSlotRejection | InvalidInput

export type BookDescribedSlot = (
  actor: Actor,
  command: BookSlotCommand & { readonly described: DescribedSlot },
  recording: Recording<Booking> | null,
) => Promise<Result<Booking, BookDescribedSlotRejection | AnsweredBefore>>

/** Books a slot if it is what it was taken for, by the very version of the service that is booked. */
export const bookDescribedSlot =
  (ports: BookSlotPorts): BookDescribedSlot =>
  (actor, { described, ...command }, recording) =>
    book<InvalidInput>(ports, actor, command, recording, (offer) =>
      describedRightly(described, offer, command.start),
    )

async function book<R extends { readonly code: string }>(
  ports: BookSlotPorts,
  actor: Actor,
  command: BookSlotCommand,
  recording: Recording<Booking> | null,
  inspect: Inspect<R>,
): Promise<Result<Booking, BookSlotRejection | AnsweredBefore | R>> {
  const { holds, ledger, clock, newId } = ports
  const { serviceId, start, holdId, notes, metadata } = command
  const customerId = command.customerId ?? actor.userId
  const held = holdId && (await holds.find(holdId, actor.userId))
  if (held && !held.ok) return held
  const decide: Decide = held ? redeeming(held.value) : requestBooking
  const claim = held ? claimHeldSlot : claimSlot
  const wanted = { serviceId, start, around: instantRange(start), moving: null }
  const outcome = await claim<Booking, Attempted | R>(ports, wanted, async (offer, claims) => {
    const inspected = inspect(offer)
    if (!inspected.ok) return inspected
    if (!mayBookFor(actor, customerId, offer.service)) return reject({ code: 'forbidden' })
    const now = clock()
    const request = { id: newId() as BookingId, customerId, start, notes, metadata }
    const decision = decide(request, offer, claims, now)
    if (!decision.ok) return decision
    const booking = decision.value
    const entry = {
      booking,
      judgedBy: judgedBy(offer, start),
      reminders: remindersFor(start, offer.service.reminderMinutes, now),
      event: bookingEvent(newId() as EventId, 'booking.created', booking, actor),
      holdId,
    }
    return ledger.book(entry, recording)
  })
  return outcome.ok ? outcome : reject(aboutCustomer(outcome.rejection, actor, customerId))
}
