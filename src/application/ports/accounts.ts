import type { Account, NewAccount } from '../../domain/account.ts'
import type { AccountChange, LastAdmin } from '../../domain/account-changes.ts'
import type { Role } from '../../domain/actor.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { Page, PageRequest } from './page.ts'
import type { VersionMismatch } from './service-catalog.ts'

export interface EmailTaken {
  readonly code: 'email-already-registered'
}

export interface UserNotFound {
  readonly code: 'user-not-found'
}

export interface Credentials {
  readonly account: Account
  /** Null for someone who only comes with tokens of an outside issuer. */
  readonly passwordHash: string | null
}

/** Which accounts a list has; null for whichever. */
export interface AccountFilter {
  readonly role: Role | null
  readonly isActive: boolean | null
  /** What the address begins with, in whatever case. */
  readonly emailBeginning: string | null
}

/** Who has an account. Someone who has been erased has none any more. */
export interface Accounts {
  /**
   * Records user and profile together, and for a provider an empty schedule in the profile's time zone. An address
   * that another account has, in whatever case, is refused and nothing is recorded, also when two register it at
   * the same moment. Numbers are given in ascending order and never twice. The event, where there is one, is written with
   * them.
   */
  add(
    account: NewAccount,
    passwordHash: string | null,
    event?: UserEvent,
  ): Promise<Result<Account, EmailTaken>>
  /** The account of an address, in whatever case it is written. */
  findByEmail(email: string): Promise<Credentials | undefined>
  find(id: UserId): Promise<Account | undefined>
  /** In the order of their numbers. */
  list(filter: AccountFilter, page: PageRequest): Promise<Page<Account>>

  /**
   * Records the next version of an account with its events, if the recorded version is its predecessor. Whoever becomes a
   * provider is given an empty schedule, whoever is one keeps the one there is. With a deactivation every session and
   * ticket of the user ends at the same instant. The last active admin stays one, also when two who are left take
   * the role from each other at the same moment.
   */
  change(change: AccountChange): Promise<Result<Account, UserNotFound | VersionMismatch | LastAdmin>>

  /** Puts another hash of the same password in place of one, if that is still the recorded one. */
  rehash(id: UserId, from: string, to: string): Promise<void>
}
