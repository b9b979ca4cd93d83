import type { Actor } from '../domain/actor.ts'
import { type Booking, type BookingRemarks, maySeeBooking } from '../domain/booking.ts'
import {
  annotateBooking,
  TRANSITIONS,
  type Transition,
  type TransitionRejection,
  transit,
} from '../domain/booking-life.ts'
import { moveBooking } from '../domain/booking-move.ts'
import type { BookingRejection } from '../domain/booking-request.ts'
import { bookingEvent } from '../domain/event.ts'
import type { BookingId, EventId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { withBuffers } from '../domain/occupancy.ts'
import { remindersFor } from '../domain/reminder.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { BookingNotFound } from './bookings.ts'
import { type ClaimSlotPorts, claimSlot, judgedBy, type SlotTaken } from './claim-slot.ts'
import type { AnsweredBefore, Answers, Recording } from './ports/answers.ts'
import type { BookingArchive, BookingLedger, SlotRefused } from './ports/booking-ledger.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import { Unavailable } from './ports/unavailable.ts'
import type { ServiceNotFound } from './services.ts'
import type { TakeTurns } from './turns.ts'

export interface BookingChangePorts {
  readonly archive: BookingArchive
  readonly ledger: BookingLedger
  readonly answers: Answers
  readonly clock: Clock
  readonly newId: NewId
  /** Those who change the same booking do so one at a time, as far as they are on this node. */
  readonly oneByOne: TakeTurns
  readonly wait: (milliseconds: number) => Promise<void>
  /** From 0 up to 1. */
  readonly chance: () => number
}

/** Which booking, and which version of it the actor has seen; null for whichever it is. */
export interface ExpectedBooking {
  readonly id: BookingId
  readonly version: number | null
}

type Found = Result<Booking, BookingNotFound | VersionMismatch>

/** The booking as it is recorded, for those who may see it, if it is the expected version. */
async function findExpected(
  archive: BookingArchive,
  actor: Actor,
  expected: ExpectedBooking,
): Promise<Found> {
  const booking = await archive.find(expected.id)
  if (!booking || !maySeeBooking(actor, booking)) return reject({ code: 'booking-not-found' })
  const { version } = booking
  const isExpected = expected.version === null || expected.version === version
  return isExpected ? ok(booking) : reject({ code: 'version-mismatch', version })
}

/** How often a change is judged anew because one of another node came in between: some seconds long. */
const MOST_CHANGES = 60
const FIRST_PAUSE = 5
const LONGEST_PAUSE = 100

/** Milliseconds until a change is tried again. By chance, so that nodes that have met do not meet again. */
const pauseAfter = (changes: number, chance: number) =>
  chance * Math.min(FIRST_PAUSE * 2 ** changes, LONGEST_PAUSE)

/**
 * Finds a booking and changes it. Where another change came in between, the booking is judged again as that one left it;
 * only who expects a version is told.
 */
const changeFound = <R extends { readonly code: string }>(
  { archive, oneByOne, wait, chance }: BookingChangePorts,
  actor: Actor,
  expected: ExpectedBooking,
  change: (booking: Booking) => Promise<Result<Booking, R>>,
): Promise<Result<Booking, R | BookingNotFound | VersionMismatch>> =>
  oneByOne(expected.id, async () => {
    for (let changes = 0; changes < MOST_CHANGES; changes++) {
      const found = await findExpected(archive, actor, expected)
      if (!found.ok) return found
      const outcome = await change(found.value)
      const hasLost = !outcome.ok && outcome.rejection.code === 'version-mismatch'
      if (!hasLost || expected.version !== null) return outcome
      await wait(pauseAfter(changes, chance()))
    }
    throw new Unavailable('The booking changes faster than it can be changed')
  })

export type ChangeRejection = BookingNotFound | VersionMismatch

/** All that an attempt to change may end with: the rules' no and the ledger's. */
type Transited = TransitionRejection | VersionMismatch | AnsweredBefore

export type TransitBooking = (
  actor: Actor,
  expected: ExpectedBooking,
  transition: Transition,
  reason: string | null,
  recording: Recording<Booking> | null,
) => Promise<Result<Booking, TransitionRejection | ChangeRejection | AnsweredBefore>>

/** Confirms, declines, cancels or completes a booking, or says that its customer did not come. */
export const transitBooking =
  (ports: BookingChangePorts): TransitBooking =>
  (actor, expected, transition, reason, recording) =>
    changeFound<Transited>(ports, actor, expected, async (booking) => {
      const after = transit(transition, booking, actor, reason, ports.clock())
      if (!after.ok) return after
      const type = TRANSITIONS[transition]
      return ports.ledger.change(
        bookingEvent(ports.newId() as EventId, type, after.value, actor, reason),
        recording,
      )
    })

export type AnnotateBooking = (
  actor: Actor,
  expected: ExpectedBooking,
  remarks: Partial<BookingRemarks>,
  recording: Recording<Booking> | null,
) => Promise<Result<Booking, ChangeRejection | AnsweredBefore>>

/** Says what a booking is that needed no change, and keeps the answer under its key like any other. */
async function unchanged(
  answers: Answers,
  booking: Booking,
  recording: Recording<Booking> | null,
): Promise<Result<Booking, AnsweredBefore>> {
  if (recording === null) return ok(booking)
  const { before, after } = recording.answer(booking)
  const kept = await answers.keep(recording.key, before + after)
  return kept.ok ? ok(booking) : kept
}

/** Replaces the notes or the metadata of a booking; what is not named stays. */
export const annotate =
  (ports: BookingChangePorts): AnnotateBooking =>
  (actor, expected, remarks, recording) =>
    changeFound<VersionMismatch | AnsweredBefore>(ports, actor, expected, async (booking) => {
      const after = annotateBooking(booking, remarks, ports.clock())
      if (after === booking) return unchanged(ports.answers, booking, recording)
      return ports.ledger.change(
        bookingEvent(ports.newId() as EventId, 'booking.updated', after, actor),
        recording,
      )
    })

export type RescheduleRejection =
  | Exclude<BookingRejection, { code: 'slot-taken' }>
  | SlotTaken
  | ServiceNotFound
  | TransitionRejection
  | ChangeRejection

/** All that an attempt to move may end with: the rules' no and the ledger's. */
type Moved = BookingRejection | TransitionRejection | SlotRefused | VersionMismatch | AnsweredBefore

export type RescheduleBooking = (
  actor: Actor,
  expected: ExpectedBooking,
  start: Instant,
  recording: Recording<Booking> | null,
) => Promise<Result<Booking, RescheduleRejection | AnsweredBefore>>

/** Moves a booking to another slot; the old one is free at the instant at which the new one is taken. */
export const rescheduleBooking =
  (ports: BookingChangePorts & ClaimSlotPorts): RescheduleBooking =>
  (actor, expected, start, recording) => {
    const { ledger, clock, newId } = ports
    return changeFound(ports, actor, expected, (booking) =>
      claimSlot<Booking, Moved>(ports, wantedFor(booking, start), async (offer, claims) => {
        const now = clock()
        const moved = moveBooking(booking, start, offer, claims, actor, now)
        if (!moved.ok) return moved
        const event = {
          ...bookingEvent(newId() as EventId, 'booking.rescheduled', moved.value, actor),
          previous: { start: booking.start, end: booking.end },
        }
        const reminders = remindersFor(start, offer.service.reminderMinutes, now)
        return ledger.move({ judgedBy: judgedBy(offer, start), reminders, event }, recording)
      }),
    )
  }

/** The booking needs room for the time and the buffers it was made with. */
const wantedFor = (booking: Booking, start: Instant) => ({
  serviceId: booking.serviceId,
  start,
  around: withBuffers({ start, end: (start + booking.end - booking.start) as Instant }, booking),
  moving: booking,
})
