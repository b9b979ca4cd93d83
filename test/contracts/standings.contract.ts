import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decideAccount, userEvent } from '../../src/domain/account-changes.ts'
import type { Role } from '../../src/domain/actor.ts'
import type { EventId, SessionId } from '../../src/domain/ids.ts'
import {
  accepted,
  addAccount,
  beginSession,
  issueReset,
  NOW,
  newAccount,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { type Harness, type OpenHarness, times } from './harness.ts'

const decide = async (
  { accounts }: Pick<Harness, 'accounts'>,
  id: ReturnType<typeof newAccount>['user']['id'],
  decision: { isActive?: boolean; roles?: readonly Role[] },
) => {
  const account = await accounts.find(id)
  assert(account)
  accepted(await accounts.change(decideAccount(account, decision, id, NOW, () => newId() as EventId)))
}

/** What every implementation of the `Standings` port keeps. */
export function standingsContract(name: string, open: OpenHarness): void {
  describe(`${name} standings`, () => {
    it('has the roles of whoever has an account, from the first moment on', async () => {
      await using harness = await open()
      const unknown = newAccount('customer')
      assert.equal(await harness.standings.rolesOf(unknown.user.id), null)
      accepted(await harness.accounts.add(unknown, 'hash'))
      assert.deepEqual(await harness.standings.rolesOf(unknown.user.id), ['customer'])
      const { user } = await addAccount(harness.accounts, 'provider', { roles: ['admin', 'provider'] })
      assert.deepEqual(await harness.standings.rolesOf(user.id), ['admin', 'provider'])
    })

    it('knows on every node of all that was done before it was settled', async () => {
      await using harness = await open()
      const { standings, otherNode } = harness
      const { user } = await addAccount(harness.accounts, 'customer')
      const seen = async () => [await standings.rolesOf(user.id), await otherNode.standings.rolesOf(user.id)]
      for (const _round of times(5)) {
        await decide(harness, user.id, { isActive: false })
        await standings.settled()
        assert.deepEqual(await seen(), [null, null])
        await decide(otherNode, user.id, { isActive: true, roles: ['provider'] })
        await standings.settled()
        assert.deepEqual(await seen(), [['provider'], ['provider']])
        await decide(harness, user.id, { roles: ['customer'] })
        await otherNode.standings.settled()
        assert.deepEqual(await seen(), [['customer'], ['customer']])
      }
    })

    it('lets nobody in on any node whose session was ended, in whichever way', async () => {
      await using harness = await open()
      const { standings, otherNode, sessions, resets } = harness
      const { user } = await addAccount(harness.accounts, 'customer')
      const seen = async (id: SessionId) => [
        await standings.rolesOf(user.id, id),
        await otherNode.standings.rolesOf(user.id, id),
      ]
      const bystander = await beginSession(sessions, user.id)
      const mine = await beginSession(otherNode.sessions, user.id)
      assert.deepEqual(await seen(mine.sessionId), [['customer'], ['customer']])
      const later = accepted(await sessions.refresh(mine.token, newId() as EventId))
      assert.equal(later.sessionId, mine.sessionId)
      assert.deepEqual(await seen(mine.sessionId), [['customer'], ['customer']])
      await sessions.end(later.token)
      await standings.settled()
      assert.deepEqual(await seen(mine.sessionId), [null, null])
      assert.deepEqual(await seen(bystander.sessionId), [['customer'], ['customer']])

      const stolen = await beginSession(sessions, user.id)
      const owned = accepted(await sessions.refresh(stolen.token, newId() as EventId))
      accepted(await sessions.refresh(owned.token, newId() as EventId))
      rejectionOf(await otherNode.sessions.refresh(stolen.token, newId() as EventId))
      await standings.settled()
      assert.deepEqual(await seen(stolen.sessionId), [null, null])

      const { token } = await issueReset(resets, user.id)
      accepted(
        await resets.redeem(token, 'new hash', ({ id, version }) =>
          userEvent(newId() as EventId, 'user.password_reset', { user: { id }, version }, id, NOW),
        ),
      )
      await standings.settled()
      assert.deepEqual(await seen(bystander.sessionId), [null, null])
      assert.deepEqual(await standings.rolesOf(user.id), ['customer'])
    })

    it('is never behind although many ask while accounts change', async () => {
      await using harness = await open()
      const users = await Promise.all(times(10).map(() => addAccount(harness.accounts, 'customer')))
      let isDone = false
      const asking = times(4).map(async () => {
        while (!isDone) {
          await Promise.all(users.map(({ user }) => harness.otherNode.standings.rolesOf(user.id)))
          await new Promise(setImmediate)
        }
      })
      for (const { user } of users) {
        await decide(harness, user.id, { isActive: false })
        await harness.standings.settled()
        assert.equal(await harness.otherNode.standings.rolesOf(user.id), null)
      }
      isDone = true
      await Promise.all(asking)
    })
  })
}
