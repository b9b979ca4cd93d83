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

export interface Registration {
  readonly email: string
  readonly role: SelfGivenRole
  readonly firstName: string
  readonly lastName: string
  readonly phoneNumber: string | null
  readonly accountType: 'personal' | 'business'
  readonly address: string | null
  readonly timeZone: string
}

export function register(
  id: UserId,
  registration: Registration,
  now: Instant,
): Result<NewAccount, InvalidInput> {
  const violations = timeZoneViolations(registration.timeZone)
  if (violations.length > 0) return reject(invalidInput(violations))
  const { email, role, ...personal } = registration
  return ok({
    user: { id, email, roles: [role], deactivatedAt: null, createdAt: now },
    profile: { id, ...personal, createdAt: now },
  })
}

export const mayLogIn = (user: User) => user.deactivatedAt === null
