import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserId } from '../../src/domain/ids.ts'
import { actorInRoles, userNamedBy } from '../../src/domain/outside-identity.ts'
import { pageCount } from '../../src/domain/page-count.ts'

const ID = '01900000-0000-7000-8000-00000000000a' as UserId
const named = (subject: string) =>
  userNamedBy({
    issuer: 'elsewhere',
    subject,
    email: null,
    firstName: null,
    lastName: null,
    timeZone: null,
    roles: [],
  })

describe('a subject', () => {
  it('may be a user’s where it has the form of an id, in whatever case', () => {
    assert.equal(named(ID), ID)
    assert.equal(named(ID.toUpperCase()), ID)
    for (const subject of [
      '',
      '7',
      `${ID} `,
      ` ${ID}`,
      `${ID}a`,
      ID.replaceAll('-', ''),
      ID.replace('a', 'g'),
    ]) {
      assert.equal(named(subject), undefined, subject)
    }
  })
})

describe('an actor who asks for some roles', () => {
  it('has those of them that they hold, and no others', () => {
    const actor = { userId: ID, roles: ['customer', 'provider'] } as const
    assert.deepEqual(actorInRoles(actor, ['admin', 'provider']), { userId: ID, roles: ['provider'] })
    assert.deepEqual(actorInRoles(actor, []), { userId: ID, roles: [] })
  })
})

describe('pages', () => {
  it('are as many as it takes, and none for nothing', () => {
    const counts = [0, 1, 9, 10, 11, 20, 21].map((rows) => pageCount(rows, 10))
    assert.deepEqual(counts, [0, 1, 1, 1, 2, 2, 3])
  })
})
