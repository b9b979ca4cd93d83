import type { UserId, UserNumber } from '../../domain/ids.ts'
import type { ObstacleCode } from '../../domain/moving-in/obstacle.ts'
import type { ArrivingPerson } from '../../domain/moving-in/person.ts'
import type { ArrivingResetToken } from '../../domain/moving-in/reset-token.ts'
import type { ArrivingService } from '../../domain/moving-in/service.ts'
import type { BookedService, SettledBooking } from '../../domain/moving-in/settled-booking.ts'
import type { WorkingWeek } from '../../domain/schedule.ts'

/** What a row of another system has become. */
export type Subject = 'person' | 'service' | 'hours' | 'booking' | 'reset-token'

/** Something that moves in, by the name it has there. */
export interface Named<T> {
  readonly sourceId: string
  readonly arrival: T
}

/** What has become of it. */
export type Arrived =
  | { readonly sourceId: string; readonly ok: true; readonly isNumberKept: boolean }
  | { readonly sourceId: string; readonly ok: false; readonly code: ObstacleCode; readonly field: string }

export interface KnownPerson {
  readonly id: UserId
  readonly number: UserNumber
  readonly timeZone: string
}

/**
 * Where another system moves in. Each `add...` is one transaction: what it writes and the memory of having written it are
 * there together or not at all, however the process ends. It answers for each that was given, in any order.
 */
export interface Arrivals {
  /** Which of these have not moved in yet. */
  missing(subject: Subject, sourceIds: readonly string[]): Promise<ReadonlySet<string>>

  /** Keeps numbers up to this one for those who bring theirs along: whoever else comes gets a higher one. */
  reserveNumbers(subject: 'person' | 'booking', highest: number): Promise<void>

  /** Accounts with their profiles. An account that is here already is never joined: `email-taken`, `id-taken`. */
  addPeople(people: readonly Named<ArrivingPerson>[]): Promise<readonly Arrived[]>

  /** Those who are here, by the names they had there. */
  people(sourceIds: readonly string[]): Promise<ReadonlyMap<string, KnownPerson>>

  addServices(
    services: readonly Named<ArrivingService & { readonly providerId: UserId }>[],
  ): Promise<readonly Arrived[]>

  /** The services that are here, by the names they had there. */
  services(sourceIds: readonly string[]): Promise<ReadonlyMap<string, BookedService>>

  /** The week of a provider who has no hours yet; one who has keeps them. Null is remembered as no hours at all. */
  addHours(
    hours: readonly Named<{ readonly providerId: UserId; readonly week: WorkingWeek | null }>[],
  ): Promise<readonly Arrived[]>

  /**
   * Bookings with history and reminders, those that stand with a claim on their slot. In the order in which they are given:
   * the second on one slot is refused, `slot-taken`. No event is written.
   */
  addBookings(bookings: readonly Named<SettledBooking>[]): Promise<readonly Arrived[]>

  addResetTokens(
    tokens: readonly Named<ArrivingResetToken & { readonly userId: UserId }>[],
  ): Promise<readonly Arrived[]>
}
