import type { Account, Profile, User } from './account.ts'
import type { Role } from './actor.ts'
import type { EventId, UserId } from './ids.ts'
import type { Instant } from './instant.ts'
import type { Json } from './json.ts'
import { ok, type Result, reject } from './result.ts'
import { timeZoneViolations } from './schedule.ts'
import type { UserEvent, UserEventType } from './user-event.ts'
import { type InvalidInput, invalidInput } from './violation.ts'

/** Without an admin nobody could make another. */
export interface LastAdmin {
  readonly code: 'last-admin'
}

/** What a person may say differently of itself; what is left out stays. */
export type ProfileChange = {
  readonly [Field in keyof Omit<Profile, 'id' | 'createdAt'>]?: Profile[Field] | undefined
}

/** What an admin may decide about an account; what is left out stays. */
export interface AccountDecision {
  /** At least one, each once. */
  readonly roles?: readonly Role[] | undefined
  readonly isActive?: boolean | undefined
}

/** The next version of an account with what the log says of it; nothing has happened where there are no events. */
export interface AccountChange {
  readonly account: Account
  readonly events: readonly UserEvent[]
}

export const isActive = ({ deactivatedAt }: User) => deactivatedAt === null

/** Whether others may be made or unmade by this user. */
export const isActiveAdmin = (user: User) => isActive(user) && user.roles.includes('admin')

/** Whether services of this user are on sale. */
export const isActiveProvider = (user: User) => isActive(user) && user.roles.includes('provider')

/** One fact about an account, as it is after it. */
export const userEvent = (
  id: EventId,
  type: UserEventType,
  { user, version }: { readonly user: Pick<User, 'id'>; readonly version: number },
  actorId: UserId | null,
  occurredAt: Instant,
  data: Readonly<Record<string, Json>> = {},
): UserEvent => ({ id, type, occurredAt, userId: user.id, version, actorId, data })

/** Says which fields are others now, in the words of the contract, and never what they are. */
export function changeProfile(
  account: Account,
  change: ProfileChange,
  by: UserId,
  now: Instant,
  newId: () => EventId,
): Result<AccountChange, InvalidInput> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const profile: Profile = { ...account.profile, ...Object.fromEntries(given) }
  const violations = timeZoneViolations(profile.timeZone)
  if (violations.length > 0) return reject(invalidInput(violations))
  const changed = given
    .filter(([field, value]) => account.profile[field as keyof Profile] !== value)
    .map(([field]) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  if (changed.length === 0) return ok({ account, events: [] })
  const after = { ...account, profile, version: account.version + 1 }
  return ok({
    account: after,
    events: [userEvent(newId(), 'user.profile_changed', after, by, now, { changed })],
  })
}

/** Gives and takes roles, deactivates and brings back. */
export function decideAccount(
  account: Account,
  { roles = account.user.roles, isActive: active = isActive(account.user) }: AccountDecision,
  by: UserId | null,
  now: Instant,
  newId: () => EventId,
): AccountChange {
  const { user } = account
  const hasOtherRoles = roles.length !== user.roles.length || roles.some((role) => !user.roles.includes(role))
  const isTurned = active !== isActive(user)
  if (!hasOtherRoles && !isTurned) return { account, events: [] }
  const deactivatedAt = active ? null : (user.deactivatedAt ?? now)
  const after = { ...account, user: { ...user, roles, deactivatedAt }, version: account.version + 1 }
  const events: UserEvent[] = []
  if (hasOtherRoles) {
    const data = { from: [...user.roles], to: [...roles] }
    events.push(userEvent(newId(), 'user.roles_changed', after, by, now, data))
  }
  if (isTurned) {
    const type = active ? 'user.reactivated' : 'user.deactivated'
    events.push(userEvent(newId(), type, after, by, now))
  }
  return { account: after, events }
}
