import { hash } from 'node:crypto'
import { judgedBy } from '../../../src/application/claim-slot.ts'
import type { Recording } from '../../../src/application/ports/answers.ts'
import type { Actor } from '../../../src/domain/actor.ts'
import type { Booking } from '../../../src/domain/booking.ts'
import { cancelBooking, confirmBooking } from '../../../src/domain/booking-life.ts'
import { bookingEvent } from '../../../src/domain/event.ts'
import type { EventId } from '../../../src/domain/ids.ts'
import { plusMinutes } from '../../../src/domain/instant.ts'
import { remindersFor } from '../../../src/domain/reminder.ts'
import type { Result } from '../../../src/domain/result.ts'
import { accepted, bookingEntry, NOW, newId } from '../../support/fixtures.ts'
import { type Action, keyOf, nameOf, personOf, type Side, STARTS, type Terms } from './actions.ts'
import type { Session } from './session.ts'
import { holdEntry, type Shop, type Stage, startOf } from './stage.ts'

/** What one of the two sessions does in a case, and where it does it. */
export interface Part {
  readonly stage: Stage
  readonly shop: Shop
  readonly terms: Terms
  readonly side: Side
  readonly action: Action
  /** Told the ids of what is made. */
  readonly names: Map<string, string>
}

/** How long a hold that is made in a case lives: longer than any case. */
const TTL_SECONDS = 36_000

/** Calls the ledger and puts its answer into the words of the model. Never throws: an error is an answer as well. */
export async function perform(part: Part): Promise<string> {
  try {
    return await act(part)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    return `${error} ${cause}`.trim()
  }
}

function act(part: Part): Promise<string> {
  const { stage, shop, side, action } = part
  const { holds } = sessionOf(part)
  const { ann } = stage.people
  switch (action.kind) {
    case 'book':
      return book(part, startOf(action.at), null)
    case 'redeem':
      return book(part, startOf(STARTS[action.hold]), shop.holds[action.hold])
    case 'hold': {
      const entry = holdEntry(shop.offer, actorOf(part).userId, action.at, TTL_SECONDS)
      part.names.set(entry.hold.id, side)
      return worded(holds.place(entry, recordingOf(part)), 'held')
    }
    case 'confirm':
    case 'cancel':
      return change(part, action.kind, shop.bookings[action.booking])
    case 'reschedule':
      return reschedule(part, shop.bookings[action.booking], action.at)
    case 'expire': {
      const ids = Array.from({ length: 5 }, () => newId() as EventId)
      return holds.expire(ids).then((count) => `expired ${count}`)
    }
    case 'release':
      return worded(holds.release(shop.holds[action.hold], ann, newId() as EventId), 'released')
    case 'read':
      return worded(holds.find(shop.holds[action.hold], ann), 'live')
  }
}

const sessionOf = ({ stage, side }: Part): Session => stage.sessions[side]

function actorOf({ stage, side, action, terms }: Part): Actor {
  return { userId: stage.people[personOf(side, action, terms)], roles: ['customer'] }
}

/** The answer names the session that was first. */
function recordingOf<T>(part: Part): Recording<T> | null {
  const { side, action, terms } = part
  const key = keyOf(side, action, terms)
  if (key === null) return null
  const fingerprint = hash('sha256', nameOf(action), 'hex')
  const answer = () => ({ before: `{"by":"${side}","told":"`, after: '"}' })
  return { key: { userId: actorOf(part).userId, key, fingerprint }, answer }
}

interface Told {
  readonly code: string
  readonly answer?: string
  readonly version?: number
}

async function worded<R extends Told>(asked: Promise<Result<unknown, R>>, yes: string): Promise<string> {
  const result = await asked
  if (result.ok) return yes
  const { code, answer, version } = result.rejection
  if (answer !== undefined) return `answered ${JSON.parse(answer).by}`
  return version === undefined ? code : `${code} ${version}`
}

function book(
  part: Part,
  start: ReturnType<typeof startOf>,
  holdId: Shop['holds']['L'] | null,
): Promise<string> {
  const entry = { ...bookingEntry(part.shop.offer, actorOf(part).userId, start), holdId }
  part.names.set(entry.booking.id, part.side)
  return worded(sessionOf(part).ledger.book(entry, recordingOf(part)), 'booked')
}

function change(part: Part, kind: 'confirm' | 'cancel', booking: Booking): Promise<string> {
  const by = actorOf(part)
  if (booking.status !== 'pending' && booking.status !== 'confirmed') throw new Error('It does not stand')
  const event =
    kind === 'confirm' && booking.status === 'pending'
      ? bookingEvent(newId() as EventId, 'booking.confirmed', accepted(confirmBooking(booking, NOW)), by)
      : bookingEvent(
          newId() as EventId,
          'booking.cancelled',
          accepted(cancelBooking(booking, by, null, NOW)),
          by,
        )
  return worded(sessionOf(part).ledger.change(event, recordingOf(part)), 'changed')
}

function reschedule(part: Part, booking: Booking, at: number): Promise<string> {
  const { offer } = part.shop
  const start = startOf(at)
  const end = plusMinutes(start, offer.service.durationMinutes)
  const moved = { ...booking, start, end, version: booking.version + 1 }
  const event = {
    ...bookingEvent(newId() as EventId, 'booking.rescheduled', moved, actorOf(part)),
    previous: { start: booking.start, end: booking.end },
  }
  const reminders = remindersFor(start, offer.service.reminderMinutes, NOW)
  const move = { judgedBy: judgedBy(offer, start), reminders, event }
  return worded(sessionOf(part).ledger.move(move, recordingOf(part)), 'moved')
}
