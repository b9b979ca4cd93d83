import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Result } from '../../domain/result.ts'
import type { Schedule, WorkingWeek } from '../../domain/schedule.ts'
import type { VersionMismatch } from './service-catalog.ts'

export interface ProviderNotFound {
  readonly code: 'provider-not-found'
}

/** When providers work. */
export interface ScheduleCatalog {
  find(providerId: UserId): Promise<Schedule | undefined>
  /**
   * Puts another week in place of the recorded one, version + 1, and leaves overrides, time off and every booking
   * as they are. With an expected version it refuses when another is recorded. All of it or nothing.
   */
  replaceWeek(
    providerId: UserId,
    week: WorkingWeek,
    expectedVersion: number | null,
    now: Instant,
  ): Promise<Result<Schedule, VersionMismatch | ProviderNotFound>>
}
