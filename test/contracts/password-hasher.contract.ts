import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PasswordHasher } from '../../src/application/ports/password-hasher.ts'
import { accepted, rejectionOf } from '../support/fixtures.ts'
import { times } from './harness.ts'

const PASSWORD = 'correct horse 🐎 battery "staple"'

/** `correct horse`, hashed by bcrypt with cost 5 elsewhere. */
const IMPORTED = [
  '$2b$05$o1vN3yHASylZIdeC4wPJOuXjRsPq5M44/mtsZz9ZP9uO2zJMNSMdm',
  '$2a$05$o1vN3yHASylZIdeC4wPJOuXjRsPq5M44/mtsZz9ZP9uO2zJMNSMdm',
  '$2y$05$o1vN3yHASylZIdeC4wPJOuXjRsPq5M44/mtsZz9ZP9uO2zJMNSMdm',
]

export interface HasherLimits {
  readonly atOnce: number
  readonly waiting: number
}

/** What every implementation of the `PasswordHasher` port keeps. */
export function passwordHasherContract(name: string, open: (limits?: HasherLimits) => PasswordHasher): void {
  describe(`${name} password hasher`, () => {
    hashing(open)
    knowing(open)
    limiting(open)
  })
}

const hashOf = async (hasher: PasswordHasher) => accepted(await hasher.hash(PASSWORD))

function hashing(open: () => PasswordHasher): void {
  it('knows a password by its hash, and no other', async () => {
    const hasher = open()
    const hash = await hashOf(hasher)
    assert.equal(accepted(await hasher.verify(PASSWORD, hash)), true)
    for (const wrong of ['', ` ${PASSWORD}`, `${PASSWORD} `, PASSWORD.toUpperCase(), hash]) {
      assert.equal(accepted(await hasher.verify(wrong, hash)), false, wrong)
    }
  })

  it('gives every hash a salt of its own', async () => {
    const hasher = open()
    const hashes = await Promise.all([1, 2, 3].map(() => hashOf(hasher)))
    assert.equal(new Set(hashes).size, 3)
    for (const hash of hashes) assert.equal(accepted(await hasher.verify(PASSWORD, hash)), true)
  })

  it('makes hashes that describe themselves: another hasher can verify them', async () => {
    const hash = await hashOf(open())
    assert.match(hash, /^\$/)
    assert(!hash.includes(PASSWORD))
    assert.equal(accepted(await open().verify(PASSWORD, hash)), true)
  })
}

function knowing(open: () => PasswordHasher): void {
  it('says no without a hash, and to what is none, whatever the password', async () => {
    const hasher = open()
    for (const hash of [null, '', '!', 'correct horse', '$argon2id$', '$2b$05$short']) {
      for (const password of ['', PASSWORD, 'correct horse']) {
        const verified = await hasher.verify(password, hash).catch((error: unknown) => error)
        assert.deepEqual(verified, { ok: true, value: false }, `${hash}`)
      }
    }
  })

  it('knows passwords by hashes that bcrypt has made, and says that those are outdated', async () => {
    const hasher = open()
    for (const hash of IMPORTED) {
      assert.equal(accepted(await hasher.verify('correct horse', hash)), true, hash)
      assert.equal(accepted(await hasher.verify('correct horsf', hash)), false, hash)
      assert.equal(hasher.isOutdated(hash), true)
    }
    assert.equal(hasher.isOutdated(await hashOf(hasher)), false)
  })

  it('calls a hash outdated that is cheaper to guess from', async () => {
    const hash = await hashOf(open())
    assert.equal(open().isOutdated(hash.replace('m=19456', 'm=4096')), true)
    assert.equal(open().isOutdated(hash.replace('argon2id', 'argon2i')), true)
  })
}

function limiting(open: (limits?: HasherLimits) => PasswordHasher): void {
  it('serves a flood of checks, each with its own answer', async () => {
    const hasher = open()
    const hash = await hashOf(hasher)
    const asked = times(12).map((index) => index % 3)
    const answers = await Promise.all(
      asked.map((kind) => hasher.verify(kind === 1 ? 'wrong' : PASSWORD, kind === 2 ? null : hash)),
    )
    assert.deepEqual(
      answers.map((answer) => accepted(answer)),
      asked.map((kind) => kind === 0),
    )
  })

  it('turns away whoever comes when enough are waiting, and serves those who waited', async () => {
    const hasher = open({ atOnce: 2, waiting: 3 })
    const answers = await Promise.all(
      times(8).map((index) => (index % 2 ? hasher.hash('x') : hasher.verify('x', null))),
    )
    const refused = answers.slice(5)
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, true, true, true, true, false, false, false],
    )
    for (const answer of refused) {
      assert.deepEqual(rejectionOf<unknown, object>(answer), { code: 'too-many-passwords' })
    }
    assert.equal((await hasher.hash('x')).ok, true)
  })
}
