import type { UserId } from './ids.ts'

export const ROLES = ['customer', 'provider', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whoever asks: a user with the roles of the token. */
export interface Actor {
  readonly userId: UserId
  readonly roles: readonly Role[]
}

export const isAdmin = (actor: Actor) => actor.roles.includes('admin')

/** What belongs to a user is for that user and for admins. */
export const isSelfOrAdmin = (actor: Actor, owner: UserId) => actor.userId === owner || isAdmin(actor)

/** Why someone may not go on with what they began: nobody lets them in any more, or a role that they came in with is lost. */
export type Lapse = 'shut-out' | 'role-lost'

/**
 * What has come of someone's standing since they came in; null where nothing has.
 *
 * @param held the roles that the account has now; null where nobody may use it
 */
export function lapseOf({ roles }: Actor, held: readonly Role[] | null): Lapse | null {
  if (held === null) return 'shut-out'
  return roles.every((role) => held.includes(role)) ? null : 'role-lost'
}
