import type { Account, NewAccount } from '../../domain/account.ts'
import type { UserId } from '../../domain/ids.ts'
import type { OutsideIdentity } from '../../domain/outside-identity.ts'
import type { Result } from '../../domain/result.ts'
import type { UserEvent } from '../../domain/user-event.ts'
import type { EmailTaken } from './accounts.ts'

/** The name by which an issuer knows someone. */
export type OutsideName = Pick<OutsideIdentity, 'issuer' | 'subject'>

export interface IdentityKnown {
  readonly code: 'identity-known'
}

/** Which account belongs to whom an outside issuer names. */
export interface OutsideIdentities {
  /** The user of a name; issuers and subjects are compared to the letter. */
  find(name: OutsideName): Promise<UserId | undefined>
  /**
   * Records an account without a password together with the name it belongs to, or nothing: an address that another
   * account has is refused, and so is a name that has an account, also when it came at the same moment. The event, where
   * there is one, is written with it.
   */
  add(
    account: NewAccount,
    name: OutsideName,
    event?: UserEvent,
  ): Promise<Result<Account, EmailTaken | IdentityKnown>>
}
