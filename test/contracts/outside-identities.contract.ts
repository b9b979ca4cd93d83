import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Accounts } from '../../src/application/ports/accounts.ts'
import type { Erasures } from '../../src/application/ports/erasures.ts'
import type { OutsideIdentities } from '../../src/application/ports/outside-identities.ts'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { accepted, eraseNow, newAccount, rejectionOf } from '../support/fixtures.ts'
import { times } from './harness.ts'

export interface OutsideHarness extends AsyncDisposable {
  readonly accounts: Accounts
  readonly identities: OutsideIdentities
  readonly erasures: Erasures
}

/** What every implementation of the `OutsideIdentities` port keeps. */
export function outsideIdentitiesContract(name: string, open: () => Promise<OutsideHarness>): void {
  const ada = {
    ...{ issuer: 'https://login.example.com/', subject: "auth0|a'da" },
    saidAt: Date.now() as Instant,
  }

  describe(`${name} outside identities`, () => {
    it('records an account without a password under the name it belongs to', async () => {
      await using harness = await open()
      const given = newAccount('provider')
      const added = accepted(await harness.identities.add(given, ada))
      assert.equal(await harness.identities.find(ada), given.user.id)
      const { issuer, subject } = ada
      assert.deepEqual(await harness.identities.list(given.user.id), [{ issuer, subject }])
      assert.deepEqual(await harness.identities.list(newAccount('customer').user.id), [])
      assert.deepEqual(await harness.accounts.find(given.user.id), added)
      assert.equal((await harness.accounts.findByEmail(given.user.email))?.passwordHash, null)
    })

    it('tells names apart by issuer and subject, to the letter', async () => {
      await using harness = await open()
      await harness.identities.add(newAccount('customer'), ada)
      for (const other of [
        { issuer: 'https://login.example.com' },
        { subject: "AUTH0|a'da" },
        { subject: '%' },
      ]) {
        assert.equal(await harness.identities.find({ ...ada, ...other }), undefined)
      }
    })

    it('opens no account by what was said before its owner was erased, and one by what is said later', async () => {
      await using harness = await open()
      const { user } = accepted(await harness.identities.add(newAccount('customer'), ada))
      accepted(await eraseNow(harness.erasures, user.id))
      assert.equal(await harness.identities.find(ada), undefined)
      const late = newAccount('customer')
      const refused = await harness.identities.add(late, ada)
      assert.deepEqual(rejectionOf(refused), { code: 'identity-erased' })
      assert.equal(await harness.accounts.find(late.user.id), undefined)
      accepted(await harness.identities.add(newAccount('customer'), { ...ada, subject: 'someone else' }))
      const saidAt = plusMinutes(Date.now() as Instant, 1)
      accepted(await harness.identities.add(late, { ...ada, saidAt }))
      assert.equal(await harness.identities.find(ada), late.user.id)
    })

    it('records nothing for an address that another account has', async () => {
      await using harness = await open()
      const first = newAccount('customer')
      await harness.accounts.add(first, 'hash')
      const second = newAccount('customer', { email: first.user.email.toUpperCase() })
      assert.deepEqual(rejectionOf(await harness.identities.add(second, ada)), {
        code: 'email-already-registered',
      })
      assert.equal(await harness.identities.find(ada), undefined)
      assert.equal(await harness.accounts.find(second.user.id), undefined)
    })

    it('records one account of twenty that come under one name at the same moment', async () => {
      await using harness = await open()
      const racers = times(20).map(() => newAccount('customer'))
      const outcomes = await Promise.all(racers.map((racer) => harness.identities.add(racer, ada)))
      const refused = outcomes.filter(({ ok }) => !ok).map(rejectionOf)
      assert.deepEqual(refused, Array(19).fill({ code: 'identity-known' }))
      const winner = racers[outcomes.findIndex(({ ok }) => ok)]
      assert.equal(await harness.identities.find(ada), winner?.user.id)
      for (const racer of racers) {
        const isThere = (await harness.accounts.find(racer.user.id)) !== undefined
        assert.equal(isThere, racer === winner)
      }
    })
  })
}
