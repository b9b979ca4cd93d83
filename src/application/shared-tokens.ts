import type { Account } from '../domain/account.ts'
import { userEvent } from '../domain/account-changes.ts'
import type { Actor, Role } from '../domain/actor.ts'
import type { EventId, UserId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import {
  actorInRoles,
  type OutsideIdentity,
  openOutsideAccount,
  outsideActor,
  userNamedBy,
} from '../domain/outside-identity.ts'
import { type AdmitOutsider, admitOutsider, type OutsidePorts } from './outside-accounts.ts'

/** A token of a system with which this one shares its secret. */
export interface SharedToken {
  readonly identity: OutsideIdentity
  /** In which roles its bearer wants to act. */
  readonly roles: readonly Role[]
  /** When it was made; long ago where it does not say. */
  readonly issuedAt: Instant
  readonly expires: Instant
}

/** Null where the token names someone who has been here and is no more. */
export type AdmitBearer = (
  token: Pick<SharedToken, 'identity' | 'roles' | 'issuedAt'>,
) => Promise<Actor | null>

/**
 * Who the bearer of such a token is here, in those of its roles that they hold. A subject that is a user's id is that user; the
 * first token of one that is nobody's makes the account, under the very id where it has the form of one, so that both systems
 * call the user by the same name.
 */
export function admitBearer(ports: OutsidePorts): AdmitBearer {
  const admitStranger: AdmitOutsider = admitOutsider(ports)
  return async ({ identity, roles, issuedAt }) => {
    const id = userNamedBy(identity)
    if (id === undefined) {
      const stranger = await admitStranger(identity, issuedAt)
      return stranger && actorInRoles(stranger, roles)
    }
    const known = await ports.accounts.find(id)
    if (known) return actorInRoles({ userId: id, roles: known.user.roles }, roles)
    const opened = await open(ports, id, identity)
    return opened && actorInRoles(outsideActor(opened.user), roles)
  }
}

/** Opens the account of a user under the id that another system has given them; null where somebody had it before and is erased. */
async function open(
  { accounts, clock, newId }: OutsidePorts,
  id: UserId,
  identity: OutsideIdentity,
): Promise<Account | null> {
  // With the address that the token has, or, where another account has that one, without.
  for (const wanted of [identity, { ...identity, email: null }]) {
    const fresh = openOutsideAccount(id, wanted, clock())
    const { user } = fresh
    const subject = { user, version: 1 }
    const event = userEvent(newId() as EventId, 'user.registered', subject, id, user.createdAt, {
      roles: [...user.roles],
    })
    const added = await accounts.add(fresh, null, event)
    if (added.ok) return added.value
    // Someone else may have come with the same token at the same moment.
    const winner = await accounts.find(id)
    if (winner) return winner
  }
  return null
}
