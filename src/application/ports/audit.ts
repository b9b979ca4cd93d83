import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Json } from '../../domain/json.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { Page, PageRequest } from './page.ts'

/** One line of who did what to whom. */
export interface AuditEntry {
  readonly id: string
  readonly type: string
  readonly occurredAt: Instant
  /** Null for what Slotwright itself has done, or its operator. */
  readonly actorId: UserId | null
  readonly subject: { readonly type: string; readonly id: string; readonly version: number }
  readonly data: Readonly<Record<string, Json>>
}

/** Which entries a list has; null for whichever. */
export interface AuditFilter {
  readonly actorId: UserId | null
  readonly subjectId: string | null
  readonly type: string | null
  /** Inclusive. */
  readonly from: Instant | null
  /** Exclusive. */
  readonly to: Instant | null
}

/** The log, as those read it who ask later. It is kept for as long as events are. */
export interface Audit {
  /**
   * The newest first. One call looks only so far back: a page may be short, or empty, although there is a next one.
   */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>
  /** Writes down what happened to an account and changed nothing that has a version. */
  note(event: UserEvent): Promise<void>
}
