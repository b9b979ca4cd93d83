import { randomBytes } from 'node:crypto'
import type { Credentials } from '../../application/ports/accounts.ts'
import type { Admission } from '../../application/ports/event-tickets.ts'
import type { Booking } from '../../domain/booking.ts'
import type { BookingHistoryEntry } from '../../domain/event.ts'
import type { Hold } from '../../domain/hold.ts'
import type { BookingId, ServiceId, SessionId, UserId, UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { LoggedEvent } from '../../domain/logged-event.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Reset, WaitingReset } from '../../domain/password-reset.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Schedule } from '../../domain/schedule.ts'
import type { TimeOff } from '../../domain/schedule-exceptions.ts'
import type { Service } from '../../domain/service.ts'
import type { Session } from '../../domain/session.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import { type MemoryWebhooks, memoryWebhooks } from './webhook-store.ts'

/**
 * What the memory adapters of one process share, and what ends with it. No adapter waits between reading and
 * writing it, so that each method is a transaction of its own.
 */
export interface MemoryDatabase {
  readonly accounts: Map<UserId, Credentials>
  /** One for each provider. */
  readonly schedules: Map<UserId, Schedule>
  /** The time off of each provider, with what a schedule does not need to know of it. */
  readonly timeOff: Map<UserId, readonly TimeOff[]>
  readonly services: Map<ServiceId, Service>
  readonly bookings: Map<BookingId, Booking>
  /** The claims of each provider, in order of their start; holds that have expired may be among them. */
  readonly claims: Map<UserNumber, readonly MemoryClaim[]>
  /** Those that are due, by the booking they belong to. */
  readonly reminders: Map<BookingId, readonly Reminder[]>
  readonly log: MemoryLog
  readonly eventTickets: Map<string, MemoryTicket>
  readonly history: Map<BookingId, readonly BookingHistoryEntry[]>
  /** Answers by whose key it is and the key, apart from each other by a space. */
  readonly answers: Map<string, MemoryAnswer>
  readonly sessions: Map<SessionId, Session>
  /** Those that have been ended before their access tokens were over, and when those are. */
  readonly endedSessions: Map<SessionId, Instant>
  /** Names given by outside issuers, by issuer and subject as JSON. */
  readonly outsideIdentities: Map<string, UserId>
  /** Names of those who have been erased, and when. */
  readonly erasedIdentities: Map<string, Instant>
  /** What happened to accounts, in that order. */
  readonly userEvents: UserEvent[]
  /** Who has asked for a new password. */
  readonly resetRequests: Map<string, WaitingReset>
  /** What a new password can be set with, by the token. */
  readonly resets: Map<string, Reset>
  /** Those who have been erased, and whether something of them is left to be taken out. */
  readonly erased: Map<UserId, { readonly isErasing: boolean }>
  readonly webhooks: MemoryWebhooks
  /** What has moved in from another system, by what it is and its name there; and the numbers that are kept for it. */
  readonly imported: Map<string, string>
  readonly reserved: { person: number; booking: number }
}

/** A claim with the hold it is for, or null where it is for a booking. */
export interface MemoryClaim extends Claim {
  readonly hold: Hold | null
}

/** An event without its place, which is where it stands in the list, and with who did it. */
export interface MemoryEvent extends Omit<LoggedEvent, 'cursor'> {
  /** Null for what Slotwright itself has done. */
  readonly actorId: UserId | null
}

export interface MemoryLog {
  /** By which a cursor of another log is told apart. */
  readonly mark: string
  /** How many events have been removed from the beginning. */
  trimmed: number
  /** Those that are kept, in the order in which they happened. */
  readonly events: MemoryEvent[]
}

export interface MemoryTicket extends Admission {
  readonly expiresAt: Instant
}

export interface MemoryAnswer {
  readonly fingerprint: string
  readonly answer: string
  readonly createdAt: Instant
}

/** The clock of this store, by which holds, keys and tickets expire. */
export const storeClock = () => Date.now() as Instant

export const isLive = ({ hold }: MemoryClaim, now: Instant) => hold === null || hold.expiresAt > now

/** An empty database. Adapters that are given the same one see what the others wrote. */
export const memoryDatabase = (): MemoryDatabase => ({
  accounts: new Map(),
  schedules: new Map(),
  timeOff: new Map(),
  services: new Map(),
  bookings: new Map(),
  claims: new Map(),
  reminders: new Map(),
  log: { mark: randomBytes(4).toString('hex'), trimmed: 0, events: [] },
  eventTickets: new Map(),
  history: new Map(),
  answers: new Map(),
  sessions: new Map(),
  endedSessions: new Map(),
  outsideIdentities: new Map(),
  erasedIdentities: new Map(),
  userEvents: [],
  resetRequests: new Map(),
  resets: new Map(),
  erased: new Map(),
  webhooks: memoryWebhooks(),
  imported: new Map(),
  reserved: { person: 0, booking: 0 },
})

/** Adds what must not be there yet. A second one under a key is a defect of the caller, not a business no. */
export function insert<Key, Value>(rows: Map<Key, Value>, key: Key, value: Value): void {
  if (rows.has(key)) throw new Error(`There is a row with the key ${key} already`)
  rows.set(key, value)
}
