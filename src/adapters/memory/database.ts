import type { Credentials } from '../../application/ports/accounts.ts'
import type { Booking } from '../../domain/booking.ts'
import type { BookingEvent } from '../../domain/event.ts'
import type { BookingId, ServiceId, UserId, UserNumber } from '../../domain/ids.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Schedule } from '../../domain/schedule.ts'
import type { TimeOff } from '../../domain/schedule-exceptions.ts'
import type { Service } from '../../domain/service.ts'

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
  /** The live claims of each provider, in order of their start. */
  readonly claims: Map<UserNumber, readonly Claim[]>
  /** Those that are due, by the booking they belong to. */
  readonly reminders: Map<BookingId, readonly Reminder[]>
  /** In the order in which they happened. */
  readonly events: BookingEvent<Booking>[]
}

/** An empty database. Adapters that are given the same one see what the others wrote. */
export const memoryDatabase = (): MemoryDatabase => ({
  accounts: new Map(),
  schedules: new Map(),
  timeOff: new Map(),
  services: new Map(),
  bookings: new Map(),
  claims: new Map(),
  reminders: new Map(),
  events: [],
})

/** Adds what must not be there yet. A second one under a key is a defect of the caller, not a business no. */
export function insert<Key, Value>(rows: Map<Key, Value>, key: Key, value: Value): void {
  if (rows.has(key)) throw new Error(`There is a row with the key ${key} already`)
  rows.set(key, value)
}
