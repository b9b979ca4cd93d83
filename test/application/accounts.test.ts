import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logIn, registerAccount } from '../../src/application/accounts.ts'
import type { PasswordHasher } from '../../src/application/ports/password-hasher.ts'
import type { IssueToken } from '../../src/application/ports/token-issuer.ts'
import type { Registration } from '../../src/domain/account.ts'
import { ok, reject } from '../../src/domain/result.ts'
import { accepted, NOW, rejectionOf } from '../support/fixtures.ts'
import { openStage } from './stage.ts'

const ADA: Registration = {
  email: 'Ada@example.com',
  role: 'provider',
  firstName: 'Ada',
  lastName: 'Byron',
  phoneNumber: null,
  accountType: 'personal',
  address: null,
  timeZone: 'Europe/London',
}

const issueToken: IssueToken = ({ id, roles }) => ({ token: `${id} as ${roles}`, expiresInSeconds: 900 })

/** Hides nothing from anyone; tells how often it was asked to verify. */
function openHasher(): PasswordHasher & { verifications: () => number } {
  let count = 0
  return {
    hash: async (password) => ok(`hash of ${password}`),
    verify: async (password, hash) => {
      count++
      return ok(hash === `hash of ${password}` || hash === `old hash of ${password}`)
    },
    isOutdated: (hash) => hash.startsWith('old '),
    verifications: () => count,
  }
}

const openDoor = () => ({ ...openStage(), hasher: openHasher(), issueToken })

describe('Registering an account', () => {
  it('records it with the hash of its password, and signs its owner in', async () => {
    const door = openDoor()
    const { account, accessToken } = accepted(await registerAccount(door)(ADA, 'secret key'))
    const { role, email, ...personal } = ADA
    assert.deepEqual(account.user, {
      ...{ id: account.user.id, number: 1, email, roles: [role] },
      ...{ deactivatedAt: null, createdAt: NOW },
    })
    assert.deepEqual(account.profile, { ...personal, id: account.user.id, createdAt: NOW })
    assert.equal(accessToken.token, `${account.user.id} as provider`)
    assert.deepEqual(await door.accounts.findByEmail(email), { account, passwordHash: 'hash of secret key' })
    assert.equal((await door.schedules.find(account.user.id))?.timeZone, 'Europe/London')
  })

  it('refuses an address that has an account, in whatever case', async () => {
    const door = openDoor()
    accepted(await registerAccount(door)(ADA, 'secret key'))
    const refused = await registerAccount(door)({ ...ADA, email: 'ADA@EXAMPLE.COM' }, 'other key')
    assert.deepEqual(rejectionOf(refused), { code: 'email-already-registered' })
    assert.equal(door.database.accounts.size, 1)
  })

  it('refuses a password that is guessed first, and records nothing', async () => {
    const door = openDoor()
    const refused = rejectionOf(await registerAccount(door)(ADA, 'password1'))
    assert(refused.code === 'invalid-input')
    assert.deepEqual(refused.violations[0]?.path, ['password'])
    assert.equal(refused.violations[0]?.code, 'too-common')
    assert.equal(door.database.accounts.size, 0)
  })

  it('refuses a time zone that does not exist, and records nothing', async () => {
    const door = openDoor()
    const refused = rejectionOf(await registerAccount(door)({ ...ADA, timeZone: '+02:00' }, 'secret key'))
    assert(refused.code === 'invalid-input')
    assert.deepEqual(refused.violations[0]?.path, ['timeZone'])
    assert.equal(door.database.accounts.size, 0)
  })
})

describe('Logging in', () => {
  it('signs in by address, in whatever case, and password', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    const loggedIn = accepted(await logIn(door)('ada@EXAMPLE.com', 'secret key'))
    assert.deepEqual(loggedIn.account, account)
    assert.equal(loggedIn.accessToken.token, `${account.user.id} as provider`)
    assert.equal(await door.sessions.userOf(loggedIn.refreshToken), account.user.id)
  })

  it('says the same after the same work to a wrong password and to an unknown address', async () => {
    const door = openDoor()
    accepted(await registerAccount(door)(ADA, 'secret key'))
    for (const [email, password] of [
      [ADA.email, 'wrong'],
      [ADA.email, ''],
      ['nobody@example.com', 'secret'],
    ] as const) {
      const before = door.hasher.verifications()
      assert.deepEqual(rejectionOf(await logIn(door)(email, password)), { code: 'invalid-credentials' })
      assert.equal(door.hasher.verifications(), before + 1)
    }
  })

  it('makes a new hash of a password whose hash is of another kind, and of no other', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    const { id } = account.user
    const hashOf = () => door.database.accounts.get(id)?.passwordHash
    door.database.accounts.set(id, { account, passwordHash: 'old hash of secret key' })
    rejectionOf(await logIn(door)(ADA.email, 'wrong'))
    assert.equal(hashOf(), 'old hash of secret key')
    accepted(await logIn(door)(ADA.email, 'secret key'))
    assert.equal(hashOf(), 'hash of secret key')
  })

  it('lets somebody in by an outdated hash although there is no room to make another', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    door.database.accounts.set(account.user.id, { account, passwordHash: 'old hash of secret key' })
    const hash = async () => reject({ code: 'too-many-passwords' } as const)
    accepted(await logIn({ ...door, hasher: { ...door.hasher, hash } })(ADA.email, 'secret key'))
    assert.equal(door.database.accounts.get(account.user.id)?.passwordHash, 'old hash of secret key')
  })

  it('lets somebody in who signs in twice at once by an outdated hash', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    door.database.accounts.set(account.user.id, { account, passwordHash: 'old hash of secret key' })
    let made = 0
    const hash = async (password: string) => ok(`hash of ${password}${made++ === 0 ? '' : ' again'}`)
    const verify = async (password: string, known: string | null) =>
      ok(known?.includes(`hash of ${password}`) ?? false)
    const hasher = { ...door.hasher, hash, verify }
    const both = [1, 2].map(() => logIn({ ...door, hasher })(ADA.email, 'secret key'))
    for (const outcome of await Promise.all(both)) accepted(outcome)
  })

  it('lets nobody in by a password that was changed while it was looked at', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    const verify: PasswordHasher['verify'] = async (password, hash) => {
      const verified = await door.hasher.verify(password, hash)
      door.database.accounts.set(account.user.id, { account, passwordHash: 'hash of another key' })
      return verified
    }
    const refused = await logIn({ ...door, hasher: { ...door.hasher, verify } })(ADA.email, 'secret key')
    assert.deepEqual(rejectionOf(refused), { code: 'invalid-credentials' })
  })

  it('says so when too many passwords are waiting', async () => {
    const door = openDoor()
    const verify = async () => reject({ code: 'too-many-passwords' } as const)
    const refused = await logIn({ ...door, hasher: { ...door.hasher, verify } })(ADA.email, 'secret key')
    assert.deepEqual(rejectionOf(refused), { code: 'too-many-passwords' })
  })

  it('lets nobody in whose account is deactivated', async () => {
    const door = openDoor()
    const { account } = accepted(await registerAccount(door)(ADA, 'secret key'))
    const user = { ...account.user, deactivatedAt: NOW }
    const passwordHash = 'hash of secret key'
    door.database.accounts.set(user.id, { account: { ...account, user }, passwordHash })
    assert.deepEqual(rejectionOf(await logIn(door)(ADA.email, 'secret key')), { code: 'invalid-credentials' })
  })
})
