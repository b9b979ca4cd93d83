import type { Booking, NewBooking, StandingBooking } from '../../domain/booking.ts'
import type { AccountInactive } from '../../domain/booking-request.ts'
import type {
  BookingChanged,
  BookingCreated,
  BookingHistoryEntry,
  BookingRescheduled,
} from '../../domain/event.ts'
import type { BookingId, HoldId, ServiceId, UserId, UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Result } from '../../domain/result.ts'
import type { AnsweredBefore, Recording } from './answers.ts'
import type { Page, PageRequest } from './page.ts'
import type { VersionMismatch } from './service-catalog.ts'

/** What a slot was judged by, and has to be still when it is claimed. */
export interface JudgedBy {
  readonly serviceId: ServiceId
  readonly serviceVersion: number
  readonly scheduleVersion: number
  readonly providerNumber: UserNumber
  /** At most `limit` bookings and holds of the service may start in `day`. */
  readonly dailyLimit: { readonly limit: number; readonly day: Interval } | null
}

/** A decided booking with all that is written together with it. */
export interface BookingEntry {
  readonly booking: NewBooking
  readonly judgedBy: JudgedBy
  readonly reminders: readonly Reminder[]
  readonly event: BookingCreated
  /** The hold of the actor that becomes this booking, or null. */
  readonly holdId: HoldId | null
}

/** A decided move of a booking with all that is written together with it. */
export interface BookingMove {
  readonly judgedBy: JudgedBy
  readonly reminders: readonly Reminder[]
  readonly event: BookingRescheduled
}

/** Service, schedule or the provider's account have changed since the slot was judged: judge again. */
export interface OfferChanged {
  readonly code: 'offer-changed'
}

export type SlotRefused =
  | { readonly code: 'slot-taken' }
  | { readonly code: 'daily-limit-reached'; readonly dailyLimit: number }
  | OfferChanged

export interface HoldNotFound {
  readonly code: 'hold-not-found'
}

export interface HoldExpired {
  readonly code: 'hold-expired'
}

export type EntryRefused = SlotRefused | AccountInactive | HoldNotFound | HoldExpired

/**
 * The book in which a slot is sold once. Each method writes all it is given, with the history and the answer to the key
 * of its recording, or nothing at all. A key that was used before gives its first answer, or refuses what is
 * not the same request, and writes nothing. Of any number of concurrent calls with one key one is first; the others wait
 * for its end. Nothing ever deadlocks.
 */
export interface BookingLedger {
  /**
   * Writes the booking, its claim, its reminders and its event.
   * Of any number of concurrent entries whose blocked intervals overlap at one provider, exactly one is written,
   * whichever services they are for; entries that only touch are all written. An expired hold is no obstacle.
   * The customer has to have an account that is active at that moment, and so has the provider.
   * Refuses with `offer-changed` what was judged by another version of the service or the schedule than the
   * recorded one. Of concurrent entries under a daily limit, no more are written than it allows.
   * A hold becomes the booking at the same instant, if it lives by the ledger's clock and is the actor's; it is then no
   * obstacle, and the daily limit has counted it already.
   */
  book(
    entry: BookingEntry,
    recording: Recording<Booking> | null,
  ): Promise<Result<Booking, EntryRefused | AnsweredBefore>>

  /**
   * Records the next version of a booking that stays where it is, if the recorded version is its predecessor. Frees the
   * slot of one that is cancelled at the same instant; the time of one that took place is spent. Takes away the reminders
   * of one that no longer stands.
   */
  change(
    event: BookingChanged,
    recording: Recording<Booking> | null,
  ): Promise<Result<Booking, VersionMismatch | AnsweredBefore>>

  /**
   * Records the next version of a standing booking at another interval, if the recorded version is its predecessor: the
   * old slot is free at the instant at which the new one is taken. Its own claim is not in its way. Refuses as `book`.
   */
  move(
    move: BookingMove,
    recording: Recording<Booking> | null,
  ): Promise<Result<Booking, SlotRefused | VersionMismatch | AnsweredBefore>>

  /**
   * Takes away at most `limit` claims of bookings that ended before an instant and no longer stand; how many. Buffers and
   * daily limits count them until then.
   */
  forgetClaims(before: Instant, limit: number): Promise<number>

  /**
   * The live claims whose blocked interval overlaps the range, in order of their start: a list for each provider
   * that was asked for, empty where there are none.
   */
  claims(
    providers: readonly UserNumber[],
    range: Interval,
  ): Promise<ReadonlyMap<UserNumber, readonly Claim[]>>
}

export interface BookingFilter {
  /** Bookings in which this user is the customer or the provider; null for everyone's. */
  readonly participant: UserId | null
  readonly customerId: UserId | null
  readonly providerId: UserId | null
  readonly serviceId: ServiceId | null
  readonly status: Booking['status'] | null
  /** Bookings that start in [from, to); null for unbounded. */
  readonly from: Instant | null
  readonly to: Instant | null
  readonly order: 'ascending' | 'descending'
}

/** Reads the record of bookings; nothing is decided by what it returns. */
export interface BookingArchive {
  find(id: BookingId): Promise<Booking | undefined>
  findMany(ids: readonly BookingId[]): Promise<Booking[]>
  /** In the asked order of start, then of id. The page key's value is the start in milliseconds. */
  list(filter: BookingFilter, page: PageRequest): Promise<Page<Booking>>
  /** Everything that happened to a booking, in order of version. */
  history(id: BookingId): Promise<BookingHistoryEntry[]>
  /** The same page by page. The page key's value is the version. */
  listHistory(id: BookingId, page: PageRequest): Promise<Page<BookingHistoryEntry>>
  /** At most `limit` bookings that are pending at their start or confirmed at their end, by `now`; the oldest first. */
  due(now: Instant, limit: number): Promise<StandingBooking[]>
}
