import type { Booking, CancelledBooking, NewBooking } from '../../domain/booking.ts'
import type { BookingCancelled, BookingCreated } from '../../domain/event.ts'
import type { BookingId, ServiceId, UserId, UserNumber } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Claim } from '../../domain/occupancy.ts'
import type { Reminder } from '../../domain/reminder.ts'
import type { Result } from '../../domain/result.ts'
import type { Page, PageRequest } from './page.ts'
import type { VersionMismatch } from './service-catalog.ts'

/** A decided booking with all that is written together with it. */
export interface BookingEntry {
  readonly booking: NewBooking
  readonly providerNumber: UserNumber
  /** The versions of service and schedule by which the booking was judged. */
  readonly scheduleVersion: number
  /** At most `limit` standing bookings of the service may start in `day`. */
  readonly dailyLimit: { readonly limit: number; readonly day: Interval } | null
  readonly reminders: readonly Reminder[]
  readonly event: BookingCreated
}

export type EntryRefused =
  | { readonly code: 'slot-taken' }
  | { readonly code: 'daily-limit-reached'; readonly dailyLimit: number }
  /** There is no such customer, or the account has been deactivated. */
  | { readonly code: 'account-inactive' }
  /** Service, schedule or the provider's account have changed since the booking was judged: judge again. */
  | { readonly code: 'offer-changed' }

/** The book in which a slot is sold once. */
export interface BookingLedger {
  /**
   * Writes the booking, its claim, its reminders and its event, or nothing at all.
   * Of any number of concurrent entries whose blocked intervals overlap at one provider, exactly one is written,
   * whichever services they are for; entries that only touch are all written. It never deadlocks.
   * The customer has to have an account that is active at that moment, and so has the provider.
   * Refuses with `offer-changed` what was judged by another version of the service or the schedule than the
   * recorded one. Of concurrent entries under a daily limit, no more are written than it allows.
   */
  book(entry: BookingEntry): Promise<Result<Booking, EntryRefused>>

  /**
   * Records a cancellation if the recorded version is its predecessor, frees the slot at the same instant, takes
   * away the reminders and writes the event; else refuses and writes nothing. Of concurrent cancellations of one
   * version exactly one is written.
   */
  cancel(booking: CancelledBooking, event: BookingCancelled): Promise<Result<Booking, VersionMismatch>>

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
}
