import type { AuditEntry, AuditFilter } from '../../domain/audit.ts'
import type { Instant } from '../../domain/instant.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { Page, PageRequest } from './page.ts'

/**
 * The log, as those read it who ask later. What happened to accounts, services and schedules outlives the events; a booking
 * has its own history.
 */
export interface Audit {
  /**
   * The newest first. One call looks only so far back: a page may be short, or empty, although there is a next one.
   */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>
  /** Writes down what happened to an account and changed nothing that has a version. */
  note(event: UserEvent): Promise<void>
  /** Removes at most `limit` lines from before an instant that events no longer tell of; how many. */
  trim(before: Instant, limit: number): Promise<number>
}
