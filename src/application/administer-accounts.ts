import type { Account } from '../domain/account.ts'
import { type AccountDecision, decideAccount, type LastAdmin } from '../domain/account-changes.ts'
import type { Actor } from '../domain/actor.ts'
import type { AuditEntry, AuditFilter } from '../domain/audit.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import { changeFoundAccount } from './change-account.ts'
import type { AccountFilter, Accounts, UserNotFound } from './ports/accounts.ts'
import type { Audit } from './ports/audit.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { Page, PageRequest } from './ports/page.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'
import type { Standings } from './ports/standings.ts'

export type ListUsers = (filter: AccountFilter, page: PageRequest) => Promise<Page<Account>>

export const listUsers =
  ({ accounts }: { readonly accounts: Accounts }): ListUsers =>
  (filter, page) =>
    accounts.list(filter, page)

export type ReadUser = (id: UserId) => Promise<Result<Account, UserNotFound>>

export const readUser =
  ({ accounts }: { readonly accounts: Accounts }): ReadUser =>
  async (id) => {
    const account = await accounts.find(id)
    return account ? ok(account) : reject({ code: 'user-not-found' })
  }

export interface DecideUserPorts {
  readonly accounts: Accounts
  readonly standings: Standings
  readonly clock: Clock
  readonly newId: NewId
}

export type DecideUser = (
  actor: Actor,
  id: UserId,
  decision: AccountDecision,
  expectedVersion: number | null,
) => Promise<Result<Account, UserNotFound | VersionMismatch | LastAdmin>>

/** Gives and takes roles, deactivates and brings back. When it is done, every node goes by it. */
export const decideUser =
  ({ accounts, standings, clock, newId }: DecideUserPorts): DecideUser =>
  async (actor, id, decision, expectedVersion) => {
    const decided = await changeFoundAccount<never>(accounts, id, expectedVersion, (account) =>
      ok(decideAccount(account, decision, actor.userId, clock(), () => newId() as EventId)),
    )
    if (decided.ok) await standings.settled()
    return decided
  }

export type ListAudit = (filter: AuditFilter, page: PageRequest) => Promise<Page<AuditEntry>>

/** Who did what to whom, the newest first. */
export const listAudit =
  ({ audit }: { readonly audit: Audit }): ListAudit =>
  (filter, page) =>
    audit.list(filter, page)
