import type { LastAdmin } from '../../domain/account-changes.ts'
import type { StandingBooking } from '../../domain/booking.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'
import type { Schedule } from '../../domain/schedule.ts'
import type { ScheduleChanged } from '../../domain/schedule-event.ts'
import type { Service } from '../../domain/service.ts'
import type { ServiceChanged } from '../../domain/service-event.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { UserNotFound } from './accounts.ts'
import type { VersionMismatch } from './service-catalog.ts'

/** How the log is told of an erasure: of the account, and of whatever the person has sold. */
export interface ErasureNews {
  readonly now: Instant
  user(version: number): UserEvent
  service(before: Service, after: Service): ServiceChanged
  /** Of a schedule as it is without its hours. */
  schedule(emptied: Schedule): ScheduleChanged
}

/** The end of an account: the person goes, the books stay. */
export interface Erasures {
  /**
   * Empties the account at one stroke: address, password and profile, sessions, tickets, holds, requests and keys are gone,
   * and so is what was said of the person's hours and services; the address is free. The last active admin stays, and so
   * does an account that is of another version than the expected one, where one is. Of what is off sale then and was on sale before, and of the
   * hours, the log is told.
   */
  begin(
    id: UserId,
    expectedVersion: number | null,
    news: ErasureNews,
  ): Promise<Result<null, UserNotFound | LastAdmin | VersionMismatch>>

  /** Bookings of the user, as customer or provider, that stand and have not begun; at most `limit`. */
  standing(id: UserId, now: Instant, limit: number): Promise<readonly StandingBooking[]>

  /** Takes out of bookings, history, log and kept answers what was said by or of the user. Whoever calls again does no harm. */
  finish(id: UserId): Promise<void>

  /** Those whose erasure has begun and is not finished, the oldest first; at most `limit`. */
  unfinished(limit: number): Promise<readonly UserId[]>
}
