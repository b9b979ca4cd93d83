import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mayLogIn, type Registration, register } from '../../src/domain/account.ts'
import type { UserNumber } from '../../src/domain/ids.ts'
import { CUSTOMER } from './support/builders.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T12:00:00Z')

const registration = (overrides: Partial<Registration> = {}): Registration => ({
  email: 'ben@example.com',
  role: 'customer',
  firstName: 'Ben',
  lastName: 'Okafor',
  phoneNumber: null,
  accountType: 'personal',
  address: null,
  timeZone: 'Europe/Berlin',
  ...overrides,
})

const registered = (overrides: Partial<Registration> = {}) => {
  const outcome = register(CUSTOMER, registration(overrides), NOW)
  assert.ok(outcome.ok)
  return outcome.value
}

describe('registering', () => {
  it('makes one user with one profile of the same id', () => {
    assert.deepEqual(registered(), {
      user: {
        id: CUSTOMER,
        email: 'ben@example.com',
        roles: ['customer'],
        deactivatedAt: null,
        createdAt: NOW,
      },
      profile: {
        id: CUSTOMER,
        firstName: 'Ben',
        lastName: 'Okafor',
        phoneNumber: null,
        accountType: 'personal',
        address: null,
        timeZone: 'Europe/Berlin',
        createdAt: NOW,
      },
    })
  })

  it('gives the role that was chosen and no other', () => {
    assert.deepEqual(registered({ role: 'provider' }).user.roles, ['provider'])
  })

  it('does not compile for someone who wants to be admin', () => {
    // @ts-expect-error an admin is made by an admin
    const asAdmin = () => registration({ role: 'admin' })
    assert.equal(typeof asAdmin, 'function')
  })

  it('is refused with a time zone that does not exist', () => {
    const outcome = register(CUSTOMER, registration({ timeZone: '+02:00' }), NOW)
    assert.deepEqual(!outcome.ok && outcome.rejection.violations.map(({ path, code }) => [...path, code]), [
      ['timeZone', 'unknown-time-zone'],
    ])
  })
})

describe('logging in', () => {
  const user = { ...registered().user, number: 1 as UserNumber }

  it('is for accounts that are active', () => {
    assert.equal(mayLogIn(user), true)
    assert.equal(mayLogIn({ ...user, deactivatedAt: NOW }), false)
  })
})
