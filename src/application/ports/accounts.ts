import type { Account, NewAccount } from '../../domain/account.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'

export interface EmailTaken {
  readonly code: 'email-already-registered'
}

export interface Credentials {
  readonly account: Account
  /** Null for someone who only comes with tokens of an outside issuer. */
  readonly passwordHash: string | null
}

/** Who has an account. */
export interface Accounts {
  /**
   * Records user and profile together, and for a provider an empty schedule in the profile's time zone. An address
   * that another account has, in whatever case, is refused and nothing is recorded, also when two register it at
   * the same moment. Numbers are given in ascending order and never twice.
   */
  add(account: NewAccount, passwordHash: string | null): Promise<Result<Account, EmailTaken>>
  /** The account of an address, in whatever case it is written. */
  findByEmail(email: string): Promise<Credentials | undefined>
  find(id: UserId): Promise<Account | undefined>
}
