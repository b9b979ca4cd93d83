import type { Account } from '../domain/account.ts'
import { changeProfile, type LastAdmin, type ProfileChange } from '../domain/account-changes.ts'
import { type Actor, isSelfOrAdmin } from '../domain/actor.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import { changeFoundAccount } from './change-account.ts'
import type { Accounts, UserNotFound } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { Forbidden } from './services.ts'

export type ChangeOwnProfile = (
  actor: Actor,
  change: ProfileChange,
  expectedVersion: number | null,
) => Promise<Result<Account, UserNotFound | VersionMismatch | LastAdmin | InvalidInput>>

/** Says something else about oneself. */
export const changeOwnProfile =
  ({
    accounts,
    clock,
    newId,
  }: {
    readonly accounts: Accounts
    readonly clock: Clock
    readonly newId: NewId
  }): ChangeOwnProfile =>
  ({ userId }, change, expectedVersion) =>
    changeFoundAccount(accounts, userId, expectedVersion, (account) =>
      changeProfile(account, change, userId, clock(), () => newId() as EventId),
    )

export type ReadProfile = (actor: Actor, id: UserId) => Promise<Result<Account, UserNotFound | Forbidden>>

/** A user with its profile: for oneself, and for admins. */
export const readProfile =
  ({ accounts }: { readonly accounts: Accounts }): ReadProfile =>
  async (actor, id) => {
    if (!isSelfOrAdmin(actor, id)) return reject({ code: 'forbidden' })
    const account = await accounts.find(id)
    return account ? ok(account) : reject({ code: 'user-not-found' })
  }
