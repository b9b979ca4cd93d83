import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UserNumber } from '../../src/domain/ids.ts'
import { addAccount, NOW, newAccount } from '../support/fixtures.ts'
import { allPages, type OpenHarness, times } from './harness.ts'

/** What every implementation of the `ProviderDirectory` port keeps. */
export function providerDirectoryContract(name: string, open: OpenHarness): void {
  describe(`${name} provider directory`, () => {
    it('tells of a provider what everyone may know, and no more', async () => {
      await using harness = await open()
      const { user } = await addAccount(harness.accounts, 'provider', {
        firstName: 'Zoë',
        lastName: "O'Hara",
        phoneNumber: '+1 555',
        address: 'at home',
        timeZone: 'Europe/Berlin',
      })
      assert.deepEqual(await harness.directory.find(user.id), {
        id: user.id,
        number: user.number,
        firstName: 'Zoë',
        lastName: "O'Hara",
        timeZone: 'Europe/Berlin',
      })
    })

    it('finds a provider by number, and nobody else', async () => {
      await using harness = await open()
      const { directory, accounts, probe } = harness
      const { user } = await addAccount(accounts, 'provider')
      const customer = await addAccount(accounts, 'customer')
      const gone = await addAccount(accounts, 'provider')
      await probe.deactivate(gone.user.id, NOW)
      assert.deepEqual(await directory.findByNumber(user.number), await directory.find(user.id))
      for (const number of [customer.user.number, gone.user.number, 2_147_483_647 as UserNumber]) {
        assert.equal(await directory.findByNumber(number), undefined)
      }
    })

    it('has only those who offer services', async () => {
      await using harness = await open()
      const customer = await addAccount(harness.accounts, 'customer')
      const admin = await addAccount(harness.accounts, 'admin')
      const both = await addAccount(harness.accounts, 'provider', { roles: ['admin', 'provider'] })
      assert.equal(await harness.directory.find(customer.user.id), undefined)
      assert.equal(await harness.directory.find(admin.user.id), undefined)
      assert.equal(await harness.directory.find(newAccount('provider').user.id), undefined)
      const { items } = await harness.directory.list({ limit: 100, after: null })
      assert.deepEqual(
        items.map(({ id }) => id),
        [both.user.id],
      )
    })

    it('leaves deactivated providers out', async () => {
      await using harness = await open()
      const gone = await addAccount(harness.accounts, 'provider')
      const here = await addAccount(harness.accounts, 'provider')
      await harness.probe.deactivate(gone.user.id, NOW)
      assert.equal(await harness.directory.find(gone.user.id), undefined)
      const { items } = await harness.directory.list({ limit: 100, after: null })
      assert.deepEqual(
        items.map(({ id }) => id),
        [here.user.id],
      )
    })

    it('lists in ascending order of number, page after page, each provider once', async () => {
      await using harness = await open()
      const providers = await Promise.all(times(7).map(() => addAccount(harness.accounts, 'provider')))
      const numbers = providers.map(({ user }) => user.number).sort((left, right) => left - right)
      const pages = await allPages(harness.directory.list, 3)
      assert.deepEqual(
        pages.map((page) => page.map(({ number }) => number)),
        [numbers.slice(0, 3), numbers.slice(3, 6), numbers.slice(6)],
      )
    })

    it('names the last number of a page as the place where the next begins, and none after the last', async () => {
      await using harness = await open()
      const first = await addAccount(harness.accounts, 'provider')
      const second = await addAccount(harness.accounts, 'provider')
      const page = await harness.directory.list({ limit: 1, after: null })
      assert.deepEqual(page.next, { value: String(first.user.number), id: first.user.id })
      const last = await harness.directory.list({ limit: 1, after: page.next })
      assert.deepEqual([last.items[0]?.id, last.next], [second.user.id, null])
    })

    it('goes on after a provider who has left the list in between', async () => {
      await using harness = await open()
      const providers = []
      for (const _ of times(3)) providers.push(await addAccount(harness.accounts, 'provider'))
      const [first, second] = providers
      const page = await harness.directory.list({ limit: 1, after: null })
      if (first) await harness.probe.deactivate(first.user.id, NOW)
      const next = await harness.directory.list({ limit: 1, after: page.next })
      assert.equal(next.items[0]?.id, second?.user.id)
    })

    it('is an empty page where there is no provider', async () => {
      await using harness = await open()
      assert.deepEqual(await harness.directory.list({ limit: 20, after: null }), { items: [], next: null })
    })
  })
}
