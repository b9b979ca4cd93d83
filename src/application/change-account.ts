import type { Account } from '../domain/account.ts'
import type { AccountChange, LastAdmin } from '../domain/account-changes.ts'
import type { UserId } from '../domain/ids.ts'
import { ok, type Result, reject } from '../domain/result.ts'
import type { Accounts, UserNotFound } from './ports/accounts.ts'
import type { VersionMismatch } from './ports/service-catalog.ts'

/** Reads, decides and writes; a lost race is run again on what the winner wrote, unless a version was expected. */
export async function changeFoundAccount<R>(
  accounts: Accounts,
  id: UserId,
  expectedVersion: number | null,
  decide: (account: Account) => Result<AccountChange, R>,
): Promise<Result<Account, R | UserNotFound | VersionMismatch | LastAdmin>> {
  for (;;) {
    const account = await accounts.find(id)
    if (!account) return reject({ code: 'user-not-found' })
    const { version } = account
    if (expectedVersion !== null && expectedVersion !== version) {
      return reject({ code: 'version-mismatch', version })
    }
    const decided = decide(account)
    if (!decided.ok) return decided
    if (decided.value.events.length === 0) return ok(account)
    const changed = await accounts.change(decided.value)
    const hasLost = !changed.ok && changed.rejection.code === 'version-mismatch'
    if (!hasLost || expectedVersion !== null) return changed
  }
}
