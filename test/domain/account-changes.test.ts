import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Account } from '../../src/domain/account.ts'
import { changeProfile, decideAccount, isActiveAdmin } from '../../src/domain/account-changes.ts'
import type { EventId, UserId, UserNumber } from '../../src/domain/ids.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T12:00:00Z')
const LATER = at('2026-06-02T12:00:00Z')
const ID = '01900000-0000-7000-8000-000000000001' as UserId
const ADMIN = '01900000-0000-7000-8000-000000000002' as UserId
const newId = () => 'event' as EventId

const account: Account = {
  version: 3,
  user: {
    ...{ id: ID, number: 1 as UserNumber, email: 'ada@example.com', roles: ['customer'] },
    ...{ deactivatedAt: null, createdAt: NOW },
  },
  profile: {
    ...{ id: ID, firstName: 'Ada', lastName: 'Byron', phoneNumber: '1', accountType: 'personal' },
    ...{ address: null, timeZone: 'UTC', createdAt: NOW },
  },
}

describe('what an admin decides', () => {
  it('makes the next version, and says of roles which they were and are', () => {
    const roles = ['provider', 'admin'] as const
    const { account: after, events } = decideAccount(account, { roles }, ADMIN, LATER, newId)
    assert.deepEqual(after, { ...account, version: 4, user: { ...account.user, roles } })
    const said = { id: 'event', occurredAt: LATER, userId: ID, version: 4, actorId: ADMIN }
    const data = { from: ['customer'], to: ['provider', 'admin'] }
    assert.deepEqual(events, [{ ...said, type: 'user.roles_changed', data }])
  })

  it('deactivates from now on, and keeps since when of what is so already', () => {
    const off = decideAccount(account, { isActive: false }, ADMIN, NOW, newId).account
    assert.equal(off.user.deactivatedAt, NOW)
    const both = decideAccount(off, { roles: ['admin'], isActive: false }, ADMIN, LATER, newId)
    assert.equal(both.account.user.deactivatedAt, NOW)
    assert.equal(isActiveAdmin(both.account.user), false)
    const on = decideAccount(both.account, { isActive: true }, null, LATER, newId)
    assert.equal(isActiveAdmin(on.account.user), true)
    assert.deepEqual(
      on.events.map(({ type, actorId }) => [type, actorId]),
      [['user.reactivated', null]],
    )
  })

  it('is nothing where all is so already, in whatever order the roles come', () => {
    const two: Account = { ...account, user: { ...account.user, roles: ['customer', 'provider'] } }
    for (const decision of [{}, { roles: ['provider', 'customer'] as const }, { isActive: true }]) {
      assert.deepEqual(decideAccount(two, decision, ADMIN, NOW, newId), { account: two, events: [] })
    }
  })
})

describe('what people say of themselves', () => {
  it('is told by the names of the fields alone', () => {
    const change = { firstName: 'Augusta', phoneNumber: null, lastName: 'Byron', address: undefined }
    const changed = changeProfile(account, change, ID, LATER, newId)
    assert(changed.ok)
    const { profile, version } = changed.value.account
    assert.deepEqual(profile, { ...account.profile, firstName: 'Augusta', phoneNumber: null })
    assert.equal(version, 4)
    assert.deepEqual(changed.value.events[0]?.data, { changed: ['first_name', 'phone_number'] })
    assert(!JSON.stringify(changed.value.events).includes('Augusta'))
  })

  it('has to be in a time zone that there is', () => {
    const refused = changeProfile(account, { timeZone: 'Mars/Olympus' }, ID, NOW, newId)
    assert(!refused.ok)
    assert.deepEqual(refused.rejection.violations[0]?.path, ['timeZone'])
  })
})
