import type { Account, NewAccount } from '../../domain/account.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'
import type { OutsideIdentity } from '../../domain/outside-identity.ts'
import type { Result } from '../../domain/result.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { EmailTaken } from './accounts.ts'

/** The name by which an issuer knows someone. */
export type OutsideName = Pick<OutsideIdentity, 'issuer' | 'subject'>

export interface IdentityKnown {
  readonly code: 'identity-known'
}

/** The name belonged to somebody who has been erased since the token was made. */
export interface IdentityErased {
  readonly code: 'identity-erased'
}

/** A name, and when the token was made that says it. */
export interface NameSaid extends OutsideName {
  readonly saidAt: Instant
}

/** For how long it is known, by a hash of it, that a name is of somebody who has been erased. */
export const ERASED_NAME_DAYS = 30

/** Which account belongs to whom an outside issuer names. */
export interface OutsideIdentities {
  /** The user of a name; issuers and subjects are compared to the letter. */
  find(name: OutsideName): Promise<UserId | undefined>
  /** The names of a user. */
  list(id: UserId): Promise<readonly OutsideName[]>
  /**
   * Records an account without a password together with the name it belongs to, or nothing: an address that another
   * account has is refused, and so is a name that has an account, also when it came at the same moment, or one that was
   * said before its owner was erased. The event, where there is one, is written with it.
   */
  add(
    account: NewAccount,
    name: NameSaid,
    event?: UserEvent,
  ): Promise<Result<Account, EmailTaken | IdentityKnown | IdentityErased>>
}
