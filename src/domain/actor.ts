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
