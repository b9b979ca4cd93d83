import type { NewAccount, SelfGivenRole, User } from './account.ts'
import type { Actor, Role } from './actor.ts'
import type { UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import { timeZoneViolations } from './schedule.ts'

/** Someone as an outside issuer knows them. */
export interface OutsideIdentity {
  readonly issuer: string
  readonly subject: string
  /** Only one that the issuer has verified. */
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly timeZone: string | null
  /** What the issuer's roles mean here; nobody comes from outside as an admin. */
  readonly roles: readonly SelfGivenRole[]
}

const MOST_NAME = 100

const nameOr = (name: string | null, otherwise: string) =>
  [...(name ?? '')].slice(0, MOST_NAME).join('') || otherwise

/**
 * The account of someone who comes with a token from outside for the first time. Without an address it has one that no mail
 * goes to (RFC 2606).
 */
export function openOutsideAccount(id: UserId, identity: OutsideIdentity, now: Instant): NewAccount {
  const { email, firstName, lastName, timeZone, roles } = identity
  const isKnownZone = timeZone !== null && timeZoneViolations(timeZone).length === 0
  return {
    user: {
      id,
      email: email ?? `${id}@outside.invalid`,
      roles: roles.length > 0 ? roles : ['customer'],
      deactivatedAt: null,
      createdAt: now,
    },
    profile: {
      id,
      firstName: nameOr(firstName, 'Guest'),
      lastName: nameOr(lastName, '-'),
      phoneNumber: null,
      accountType: 'personal',
      address: null,
      timeZone: isKnownZone ? timeZone : 'UTC',
      createdAt: now,
    },
  }
}

/**
 * As whom someone acts who comes with a token from outside: the account says in which roles, and never as an admin. Whoever can
 * have tokens signed out there must not be able to take over everything here.
 */
export const outsideActor = ({ id, roles }: User): Actor => ({
  userId: id,
  roles: roles.filter((role): role is SelfGivenRole => role !== 'admin'),
})

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The user that an identity may be by its subject alone: it has the form of a user's id. */
export function userNamedBy({ subject }: OutsideIdentity): UserId | undefined {
  const id = subject.toLowerCase()
  return ID.test(id) ? (id as UserId) : undefined
}

/** The same person, in those of their roles that they have asked for. */
export const actorInRoles = (actor: Actor, roles: readonly Role[]): Actor => ({
  ...actor,
  roles: actor.roles.filter((role) => roles.includes(role)),
})
