import { mayLogIn, type User } from './account.ts'
import type { Booking } from './booking.ts'
import type { BookingEventType, BookingHistoryEntry } from './event.ts'
import type { BookingId, EventId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { EventType, LoggedEvent } from './logged-event.ts'
import { ok, type Result, reject } from './result.ts'

export const ADDRESSEES = ['customer', 'provider'] as const

/** Which of the two whose booking it is. */
export type Addressee = (typeof ADDRESSEES)[number]

export const MAIL_EVENT_TYPES = [
  'booking.created',
  'booking.confirmed',
  'booking.declined',
  'booking.rescheduled',
  'booking.cancelled',
  'booking.reminder',
] as const satisfies readonly EventType[]

/** What is told by mail: the rest changes nobody's plans. */
export type MailEventType = (typeof MAIL_EVENT_TYPES)[number]

/** One mail that is due: what happened to a booking, for one of the two whose it is. */
export interface MailOrder {
  readonly eventId: EventId
  readonly about: MailEventType
  readonly bookingId: BookingId
  /** The version of the booking that the event is about. */
  readonly version: number
  readonly to: Addressee
}

/**
 * The mails of an event: both are told, and whoever did it as well. It is the receipt, and it carries the entry that keeps
 * their calendar right.
 */
export function mailsOf({ id, type, subject }: LoggedEvent): readonly MailOrder[] {
  const about = MAIL_EVENT_TYPES.find((told) => told === type)
  if (about === undefined || subject.version === null) return []
  const order = { eventId: id, about, bookingId: subject.id as BookingId, version: subject.version }
  return ADDRESSEES.map((to) => ({ ...order, to }))
}

/** Why a mail that was due is not sent after all. */
export type MailUnneeded =
  /** Something has happened since that the reader is told of by a mail of its own. */
  | { readonly code: 'overtaken' }
  /** A reminder of what has begun. */
  | { readonly code: 'begun' }
  /** The account of the reader is gone or has been deactivated. */
  | { readonly code: 'nobody-to-tell' }

/** What is known at the time of sending. */
export interface MailSituation {
  readonly booking: Booking | undefined
  readonly history: readonly BookingHistoryEntry[]
  readonly reader: User | undefined
  readonly now: Instant
}

/** A mail that is needed has something to tell of and somebody to tell. */
export interface MailToSend {
  readonly booking: Booking
  readonly reader: User
}

/** What leaves the plans that a mail speaks of as they are. */
const WITHOUT_CONSEQUENCE: ReadonlySet<BookingEventType> = new Set(['booking.updated'])
/** A request that has been confirmed since is still to be remembered. */
const WITHOUT_CONSEQUENCE_FOR_REMINDERS: ReadonlySet<BookingEventType> = new Set([
  'booking.updated',
  'booking.confirmed',
])

/**
 * Whether a mail that may have waited for long is still to be sent. A late confirmation of a booking that has been cancelled
 * or moved meanwhile is not: the newer mail says all of it, and the two might arrive in the wrong order.
 */
export function judgeMail(
  { about, version }: MailOrder,
  { booking, history, reader, now }: MailSituation,
): Result<MailToSend, MailUnneeded> {
  if (!booking || !reader || !mayLogIn(reader)) return reject({ code: 'nobody-to-tell' })
  const isReminder = about === 'booking.reminder'
  const harmless = isReminder ? WITHOUT_CONSEQUENCE_FOR_REMINDERS : WITHOUT_CONSEQUENCE
  const isOvertaken = history.some((entry) => entry.version > version && !harmless.has(entry.change))
  if (isOvertaken) return reject({ code: 'overtaken' })
  return isReminder && now >= booking.start ? reject({ code: 'begun' }) : ok({ booking, reader })
}

/** Whether a mail brings an entry for the reader's calendar along; a reminder changes nothing in it. */
export const hasCalendarEntry = ({ about }: MailOrder) => about !== 'booking.reminder'
