import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isAdmin, isSelfOrAdmin, lapseOf } from '../../src/domain/actor.ts'
import { ADMIN, actor, CUSTOMER, PROVIDER } from './support/builders.ts'

describe('whoever asks', () => {
  it('is an admin by role alone', () => {
    assert.equal(isAdmin(actor(ADMIN, 'admin')), true)
    assert.equal(isAdmin(actor(ADMIN, 'customer', 'admin')), true)
    assert.equal(isAdmin(actor(ADMIN, 'customer', 'provider')), false)
    assert.equal(isAdmin({ userId: ADMIN, roles: [] }), false)
  })

  it('has what is their own, and an admin what is anyone’s', () => {
    assert.equal(isSelfOrAdmin(actor(CUSTOMER), CUSTOMER), true)
    assert.equal(isSelfOrAdmin(actor(CUSTOMER), PROVIDER), false)
    assert.equal(isSelfOrAdmin(actor(ADMIN, 'admin'), PROVIDER), true)
  })

  it('may go on for as long as the account is there and has every role that they came in with', () => {
    const both = actor(ADMIN, 'admin', 'customer')
    assert.equal(lapseOf(both, ['customer', 'admin', 'provider']), null)
    assert.equal(lapseOf(both, ['customer', 'provider']), 'role-lost')
    assert.equal(lapseOf(both, null), 'shut-out')
  })
})
