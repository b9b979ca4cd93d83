import type { EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'

export const USER_EVENT_TYPES = [
  'user.registered',
  'user.created',
  'user.profile_changed',
  'user.roles_changed',
  'user.deactivated',
  'user.reactivated',
  'user.password_reset',
  'user.sessions_ended',
  'user.token_reused',
  'user.erased',
] as const

export type UserEventType = (typeof USER_EVENT_TYPES)[number]

/**
 * One fact about an account, for those who ask later who did what to whom. It says what was changed and, of a person's own
 * data, never to what: the log outlives an erasure.
 */
export interface UserEvent {
  readonly id: EventId
  readonly type: UserEventType
  readonly occurredAt: Instant
  readonly userId: UserId
  /** The version of the account after the event. */
  readonly version: number
  /** Null for what Slotwright itself has done, or its operator. */
  readonly actorId: UserId | null
  readonly data: Readonly<Record<string, Json>>
}
