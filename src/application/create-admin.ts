import { type Account, type NewAccount, openAccount, type PersonalFacts } from '../domain/account.ts'
import { decideAccount, userEvent } from '../domain/account-changes.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import { judgePassword } from '../domain/password.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { InvalidInput } from '../domain/violation.ts'
import type { RegisterPorts } from './accounts.ts'
import { changeFoundAccount } from './change-account.ts'
import type { Accounts, EmailTaken, UserNotFound } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { PasswordHasher, TooManyPasswords } from './ports/password-hasher.ts'

export type CreateAdminPorts = Pick<
  RegisterPorts,
  'accounts' | 'hasher' | 'isCommonPassword' | 'clock' | 'newId'
>

export type CreateAdmin = (
  email: string,
  facts: PersonalFacts,
  password: string,
) => Promise<Result<Account, InvalidInput | EmailTaken | TooManyPasswords>>

/** Opens an account that may decide about others: for whoever has the server in hand, and nobody at its door. */
export const createAdmin =
  ({ accounts, hasher, isCommonPassword, clock, newId }: CreateAdminPorts): CreateAdmin =>
  async (email, facts, password) => {
    const account = openAccount(newId() as UserId, email, ['admin'], facts, clock())
    if (!account.ok) return account
    const judged = judgePassword(password, isCommonPassword)
    return judged.ok ? record({ accounts, hasher, newId }, account.value, password) : judged
  }

async function record(
  { accounts, hasher, newId }: { accounts: Accounts; hasher: PasswordHasher; newId: NewId },
  account: NewAccount,
  password: string,
): Promise<Result<Account, EmailTaken | TooManyPasswords>> {
  const hash = await hasher.hash(password)
  if (!hash.ok) return hash
  const { user } = account
  const subject = { user, version: 1 }
  const data = { roles: [...user.roles] }
  const event = userEvent(newId() as EventId, 'user.created', subject, null, user.createdAt, data)
  return accounts.add(account, hash.value, event)
}

export interface PromotePorts {
  readonly accounts: Accounts
  readonly clock: Clock
  readonly newId: NewId
}

export type MakeAdmin = (email: string) => Promise<Result<Account, UserNotFound>>

/** Gives the role to somebody who has an account, and brings the account back where it was deactivated. */
export const makeAdmin =
  ({ accounts, clock, newId }: PromotePorts): MakeAdmin =>
  async (email) => {
    const found = await accounts.findByEmail(email)
    if (!found) return reject({ code: 'user-not-found' })
    const made = await changeFoundAccount<never>(accounts, found.account.user.id, null, (account) => {
      const roles = [...new Set([...account.user.roles, 'admin' as const])]
      return ok(decideAccount(account, { roles, isActive: true }, null, clock(), () => newId() as EventId))
    })
    return made.ok ? made : reject({ code: 'user-not-found' })
  }
