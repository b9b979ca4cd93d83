import { LRUCache } from 'lru-cache'
import type { Accounts } from '../../application/ports/accounts.ts'
import { mayLogIn } from '../../domain/account.ts'
import type { UserId } from '../../domain/ids.ts'

export interface AccountStateOptions {
  /** How many accounts are remembered. */
  readonly max: number
  /** How long an account that was active is taken for active without asking again. */
  readonly seconds: number
}

/**
 * Tells whether accounts are active, without a round trip for those asked about a moment ago. Only a yes is
 * remembered: an account that comes into being is known at once.
 */
export function accountStates(accounts: Accounts, { max, seconds }: AccountStateOptions) {
  const active = new LRUCache<UserId, true>({ max, ttl: seconds * 1000 })
  return async (id: UserId): Promise<boolean> => {
    if (active.has(id)) return true
    const account = await accounts.find(id)
    if (!account || !mayLogIn(account.user)) return false
    active.set(id, true)
    return true
  }
}
