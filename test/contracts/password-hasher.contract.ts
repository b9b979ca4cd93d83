import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PasswordHasher } from '../../src/application/ports/password-hasher.ts'

const PASSWORD = 'correct horse 🐎 battery "staple"'

/** What every implementation of the `PasswordHasher` port keeps. */
export function passwordHasherContract(name: string, open: () => PasswordHasher): void {
  describe(`${name} password hasher`, () => {
    it('knows a password by its hash, and no other', async () => {
      const hasher = open()
      const hash = await hasher.hash(PASSWORD)
      assert.equal(await hasher.verify(PASSWORD, hash), true)
      for (const wrong of ['', ` ${PASSWORD}`, `${PASSWORD} `, PASSWORD.toUpperCase(), hash]) {
        assert.equal(await hasher.verify(wrong, hash), false, wrong)
      }
    })

    it('gives every hash a salt of its own', async () => {
      const hasher = open()
      const hashes = await Promise.all([1, 2, 3].map(() => hasher.hash(PASSWORD)))
      assert.equal(new Set(hashes).size, 3)
      for (const hash of hashes) assert.equal(await hasher.verify(PASSWORD, hash), true)
    })

    it('makes hashes that describe themselves: another hasher can verify them', async () => {
      const hash = await open().hash(PASSWORD)
      assert.match(hash, /^\$/)
      assert(!hash.includes(PASSWORD))
      assert.equal(await open().verify(PASSWORD, hash), true)
    })

    it('says no without a hash, whatever the password', async () => {
      const hasher = open()
      for (const password of ['', PASSWORD]) assert.equal(await hasher.verify(password, null), false)
    })

    it('serves a flood of checks, each with its own answer', async () => {
      const hasher = open()
      const hash = await hasher.hash(PASSWORD)
      const asked = Array.from({ length: 12 }, (_, index) => index % 3)
      const answers = await Promise.all(
        asked.map((kind) => hasher.verify(kind === 1 ? 'wrong' : PASSWORD, kind === 2 ? null : hash)),
      )
      assert.deepEqual(
        answers,
        asked.map((kind) => kind === 0),
      )
    })
  })
}
