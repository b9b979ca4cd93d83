import type { UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import type { UserEvent } from './user-event.ts'

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

/** Whether an entry is one that is asked for. */
export const isAskedFor = (
  { actorId, subject, type, occurredAt }: AuditEntry,
  filter: AuditFilter,
): boolean =>
  (filter.actorId === null || actorId === filter.actorId) &&
  (filter.subjectId === null || subject.id === filter.subjectId) &&
  (filter.type === null || type === filter.type) &&
  (filter.from === null || occurredAt >= filter.from) &&
  (filter.to === null || occurredAt < filter.to)

/** What happened to an account, as a line among all others. */
export const auditEntryOf = ({
  id,
  type,
  occurredAt,
  actorId,
  userId,
  version,
  data,
}: UserEvent): AuditEntry => ({
  ...{ id, type, occurredAt, actorId },
  subject: { type: 'user', id: userId, version },
  data,
})
