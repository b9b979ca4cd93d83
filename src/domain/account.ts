import type { Role } from './actor.ts'
import type { UserId, UserNumber } from './ids.ts'
import type { Instant } from './instant.ts'
import { ok, type Result, reject } from './result.ts'
import { timeZoneViolations } from './schedule.ts'
import { type InvalidInput, invalidInput } from './violation.ts'

/** Who signs in. The password itself is known to nobody; its hash stays with the accounts port. */
export interface User {
  readonly id: UserId
  readonly number: UserNumber
  readonly email: string
  readonly roles: readonly Role[]
  readonly deactivatedAt: Instant | null
  readonly createdAt: Instant
}

export interface Profile {
  readonly id: UserId
  readonly firstName: string
  readonly lastName: string
  readonly phoneNumber: string | null
  readonly accountType: 'personal' | 'business'
  readonly address: string | null
  readonly timeZone: string
  readonly createdAt: Instant
}

/** A user with the one profile that belongs to it. */
export interface Account {
  readonly user: User
  readonly profile: Profile
  /** Grows by one with each change of either. */
  readonly version: number
}

/** The number is given when the account is recorded. */
export interface NewAccount {
  readonly user: Omit<User, 'number'>
  readonly profile: Profile
}

/** The roles anyone may take; an admin is made by an admin. */
export type SelfGivenRole = Exclude<Role, 'admin'>

/** What somebody says of themselves, or is said of them, when an account is opened. */
export type PersonalFacts = Omit<Profile, 'id' | 'createdAt'>

export interface Registration extends PersonalFacts {
  readonly email: string
  readonly role: SelfGivenRole
}

/** An account for whom somebody answers: at the door for themselves, or whoever has the server in hand. */
export function openAccount(
  id: UserId,
  email: string,
  roles: readonly Role[],
  facts: PersonalFacts,
  now: Instant,
): Result<NewAccount, InvalidInput> {
  const violations = timeZoneViolations(facts.timeZone)
  if (violations.length > 0) return reject(invalidInput(violations))
  return ok({
    user: { id, email, roles, deactivatedAt: null, createdAt: now },
    profile: { id, ...facts, createdAt: now },
  })
}

export function register(
  id: UserId,
  { email, role, ...facts }: Registration,
  now: Instant,
): Result<NewAccount, InvalidInput> {
  return openAccount(id, email, [role], facts, now)
}

export const mayLogIn = (user: User) => user.deactivatedAt === null
