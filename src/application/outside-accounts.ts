import { userEvent } from '../domain/account-changes.ts'
import type { Actor } from '../domain/actor.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import { type OutsideIdentity, openOutsideAccount, outsideActor } from '../domain/outside-identity.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { OutsideIdentities } from './ports/outside-identities.ts'

export interface OutsidePorts {
  readonly accounts: Accounts
  readonly outsideIdentities: OutsideIdentities
  readonly clock: Clock
  readonly newId: NewId
}

/** Null for somebody who has been erased since the token was made, at the given instant. */
export type AdmitOutsider = (identity: OutsideIdentity, saidAt: Instant) => Promise<Actor | null>

/**
 * Who someone from outside is here; the first time makes the account. It is never joined to one with the same address: whoever
 * opened that one first could read along.
 */
export const admitOutsider =
  ({ accounts, outsideIdentities, clock, newId }: OutsidePorts): AdmitOutsider =>
  async (identity, saidAt) => {
    const known = await outsideIdentities.find(identity)
    const account = (known && (await accounts.find(known))) ?? (await open(identity))
    return account ? outsideActor(account.user) : null

    async function open(wanted: OutsideIdentity) {
      const fresh = openOutsideAccount(newId() as UserId, wanted, clock())
      const { user } = fresh
      const subject = { user, version: 1 }
      const event = userEvent(newId() as EventId, 'user.registered', subject, user.id, user.createdAt, {
        roles: [...user.roles],
      })
      const added = await outsideIdentities.add(fresh, { ...wanted, saidAt }, event)
      if (added.ok) return added.value
      if (added.rejection.code === 'identity-erased') return undefined
      if (added.rejection.code === 'email-already-registered') return open({ ...wanted, email: null })
      const winner = await outsideIdentities.find(wanted)
      return winner && accounts.find(winner)
    }
  }
