import type { EpochDay } from '../../domain/calendar.ts'
import type { TimeOffId, UserId } from '../../domain/ids.ts'
import { ok, type Result, reject } from '../../domain/result.ts'
import type { Schedule, ScheduleOverride, WorkingWeek } from '../../domain/schedule.ts'
import type { Occasion } from '../../domain/schedule-event.ts'
import type { TimeOff, TooManyOverrides, TooMuchTimeOff } from '../../domain/schedule-exceptions.ts'
import type { AnsweredBefore, Recording } from './answers.ts'
import type { Page, PageRequest } from './page.ts'
import type { VersionMismatch } from './service-catalog.ts'

export interface ProviderNotFound {
  readonly code: 'provider-not-found'
}

export interface TimeOffNotFound {
  readonly code: 'time-off-not-found'
}

/** Whether the recorded version is the expected one, for a change that expects one. */
export const asExpected = (
  { version }: Schedule,
  expectedVersion: number | null,
): Result<null, VersionMismatch> =>
  expectedVersion === null || expectedVersion === version
    ? ok(null)
    : reject({ code: 'version-mismatch', version })

/**
 * When providers work. Each change is written as a whole or not at all, makes the version one greater at the same
 * instant, is written with the event that tells of it on its occasion, and leaves every booking as it is. Changes to one schedule wait for each other, so that none of any number
 * of concurrent ones is lost and no version is given twice. A change that is refused changes nothing, and one that
 * changes nothing has no event. Where a
 * version is expected, another recorded one is refused; null expects none. A schedule has all overrides and time off
 * that are not over; of those that are, as many of the newest as fit into MOST_RECKONED_OVERRIDES and
 * MOST_RECKONED_TIME_OFF have to be in it, and older ones may be left out.
 */
export interface ScheduleCatalog {
  find(providerId: UserId): Promise<Schedule | undefined>
  /** Puts another week in place of the recorded one, and leaves overrides and time off as they are. */
  replaceWeek(
    providerId: UserId,
    week: WorkingWeek,
    expectedVersion: number | null,
    occasion: Occasion,
  ): Promise<Result<Schedule, VersionMismatch | ProviderNotFound>>

  /**
   * Sets the hours of one date, in place of those that an override before it has set. Of concurrent ones, no more
   * dates of today and later are written than MOST_OVERRIDES.
   */
  putOverride(
    providerId: UserId,
    day: EpochDay,
    override: ScheduleOverride,
    expectedVersion: number | null,
    occasion: Occasion,
  ): Promise<Result<Schedule, VersionMismatch | ProviderNotFound | TooManyOverrides>>

  /** Gives a date the hours of its weekday back. Where it has no others, nothing changes, not even the version. */
  removeOverride(
    providerId: UserId,
    day: EpochDay,
    expectedVersion: number | null,
    occasion: Occasion,
  ): Promise<Result<Schedule, VersionMismatch | ProviderNotFound>>

  /**
   * Adds a stretch of time off with the answer to the key of its recording; under a key that was used before, none. Of
   * concurrent ones, no more that are not over are written than MOST_TIME_OFF.
   */
  addTimeOff(
    providerId: UserId,
    timeOff: TimeOff,
    occasion: Occasion,
    recording: Recording<Schedule> | null,
  ): Promise<Result<Schedule, ProviderNotFound | TooMuchTimeOff | AnsweredBefore>>

  /** Takes a stretch of time off back. Of concurrent ones exactly one is written; the others do not find it. */
  removeTimeOff(
    providerId: UserId,
    id: TimeOffId,
    occasion: Occasion,
  ): Promise<Result<Schedule, ProviderNotFound | TimeOffNotFound>>

  /** Time off of this provider; that of another is not found. */
  findTimeOff(providerId: UserId, id: TimeOffId): Promise<TimeOff | undefined>

  /**
   * All time off of a provider, in ascending order of start, then of id; undefined where there is no such provider.
   * The page key's value is the start in milliseconds.
   */
  listTimeOff(providerId: UserId, page: PageRequest): Promise<Page<TimeOff> | undefined>
}
