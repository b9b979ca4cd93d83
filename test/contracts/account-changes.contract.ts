import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccountFilter } from '../../src/application/ports/accounts.ts'
import type { Account } from '../../src/domain/account.ts'
import { type AccountDecision, changeProfile, decideAccount } from '../../src/domain/account-changes.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { plusMinutes } from '../../src/domain/instant.ts'
import { reject } from '../../src/domain/result.ts'
import { NO_HOURS } from '../../src/domain/weekly-hours.ts'
import {
  accepted,
  addAccount,
  beginSession,
  issueReset,
  NOW,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { allPages, type OpenHarness, times } from './harness.ts'

const newEventId = () => newId() as EventId
const decided = (account: Account, decision: AccountDecision) =>
  decideAccount(account, decision, account.user.id, NOW, newEventId)

const LATER = plusMinutes(NOW, 60)

const EVERYONE: AccountFilter = { role: null, isActive: null, emailBeginning: null }

/** What every implementation of the `Accounts` port keeps of accounts that change. */
export function accountChangesContract(name: string, open: OpenHarness): void {
  describe(`${name} accounts that change`, () => {
    changing(open)
    keepingAdmins(open)
    listing(open)
    rehashing(open)
  })
}

function changing(open: OpenHarness): void {
  it('records the next version with its events, and refuses one that is not the next', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer')
    const { id } = account.user
    const profile = { firstName: 'Grace', phoneNumber: '+1 555', address: null, timeZone: 'Asia/Tokyo' }
    const change = accepted(changeProfile(account, profile, id, NOW, newEventId))
    const after = accepted(await harness.accounts.change(change))
    assert.deepEqual(after, { ...account, profile: { ...account.profile, ...profile }, version: 2 })
    assert.deepEqual(await harness.accounts.find(id), after)
    const stale = await harness.accounts.change(change)
    assert.deepEqual(rejectionOf(stale), { code: 'version-mismatch', version: 2 })
    const filter = { actorId: id, subjectId: id, type: null, from: null, to: null }
    const { items } = await harness.audit.list(filter, { limit: 10, after: null })
    assert.deepEqual(items, [
      {
        ...{ id: change.events[0]?.id, type: 'user.profile_changed', occurredAt: NOW, actorId: id },
        subject: { type: 'user', id, version: 2 },
        data: { changed: ['first_name', 'phone_number', 'time_zone'] },
      },
    ])
  })

  it('records one of two changes of the same version', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer')
    const results = await Promise.all(
      [harness, harness.otherNode, harness, harness.otherNode].map(({ accounts }, place) =>
        accounts.change(decided(account, { roles: place % 2 ? ['provider'] : ['admin'] })),
      ),
    )
    assert.equal(results.filter(({ ok }) => ok).length, 1)
  })

  it('gives whoever becomes a provider a schedule, and leaves that of whoever is one', async () => {
    await using harness = await open()
    const customer = await addAccount(harness.accounts, 'customer', { timeZone: 'Asia/Kathmandu' })
    const { id } = customer.user
    const provider = accepted(await harness.accounts.change(decided(customer, { roles: ['provider'] })))
    const schedule = await harness.schedules.find(id)
    assert.equal(schedule?.timeZone, 'Asia/Kathmandu')
    assert.deepEqual(schedule?.weeklyHours, NO_HOURS)
    await harness.accounts.change(decided(provider, { roles: ['provider', 'customer'] }))
    assert.equal((await harness.schedules.find(id))?.version, schedule?.version)
    assert.equal((await harness.directory.find(id))?.id, id)
  })

  it('ends every session, ticket and token with a deactivation, and with nothing else', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer')
    const { id } = account.user
    await beginSession(harness.sessions, id)
    const { token } = await issueReset(harness.resets, id)
    const admission = {
      actor: { userId: id, roles: account.user.roles },
      sessionId: null,
      sessionEndsAt: LATER,
    }
    const { ticket } = await harness.eventTickets.issue(admission)
    const changed = accepted(await harness.accounts.change(decided(account, { roles: ['provider'] })))
    assert.equal((await harness.sessions.list(id)).length, 1)
    accepted(await harness.accounts.change(decided(changed, { isActive: false })))
    assert.deepEqual(await harness.sessions.list(id), [])
    assert.equal((await harness.accounts.find(id))?.user.deactivatedAt, NOW)
    assert.equal(await harness.resets.isGood(token), false)
    assert.deepEqual(await harness.eventTickets.redeem(ticket), reject('shut-out'))
  })

  it('knows nobody who was not added', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer')
    const stranger = { ...account, user: { ...account.user, id: newId() as typeof account.user.id } }
    const refused = await harness.accounts.change(decided(stranger, { roles: ['admin'] }))
    assert.deepEqual(rejectionOf(refused), { code: 'user-not-found' })
  })
}

function keepingAdmins(open: OpenHarness): void {
  it('keeps the last active admin, whatever is tried', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'admin')
    const { user } = await addAccount(harness.accounts, 'admin')
    await harness.probe.deactivate(user.id, NOW)
    const gone = await harness.accounts.find(user.id)
    assert(gone)
    for (const decision of [{ roles: ['customer'] }, { isActive: false }] as const) {
      const refused = await harness.accounts.change(decided(account, decision))
      assert.deepEqual(rejectionOf(refused), { code: 'last-admin' })
    }
    assert.deepEqual(await harness.accounts.find(account.user.id), account)
    accepted(await harness.accounts.change(decided(gone, { isActive: true })))
    accepted(await harness.accounts.change(decided(account, { roles: ['customer'] })))
  })

  it('leaves one of two admins who unmake each other at the same moment', async () => {
    await using harness = await open()
    for (const round of times(10)) {
      const both = await Promise.all(times(2).map(() => addAccount(harness.accounts, 'admin')))
      const results = await Promise.all(
        both.map((account, place) =>
          (place ? harness : harness.otherNode).accounts.change(decided(account, { roles: ['customer'] })),
        ),
      )
      assert.equal(results.filter(({ ok }) => ok).length, 1, `round ${round}`)
      const filter = { ...EVERYONE, role: 'admin', isActive: true } as const
      const { items } = await harness.accounts.list(filter, { limit: 10, after: null })
      assert.equal(items.length, 1, `round ${round}`)
      for (const { user } of items) await harness.probe.deactivate(user.id, NOW)
    }
  })
}

function listing(open: OpenHarness): void {
  it('lists in the order of numbers, page after page, everyone once', async () => {
    await using harness = await open()
    const accounts = await Promise.all(times(7).map(() => addAccount(harness.accounts, 'customer')))
    const numbers = accounts.map(({ user }) => user.number).sort((left, right) => left - right)
    const pages = await allPages((page) => harness.accounts.list(EVERYONE, page), 3)
    assert.deepEqual(
      pages.map((page) => page.length),
      [3, 3, 1],
    )
    assert.deepEqual(
      pages.flat().map(({ user }) => user.number),
      numbers,
    )
  })

  it('filters by role, by activity and by the beginning of the address, in whatever case and never as a pattern', async () => {
    await using harness = await open()
    const jane = await addAccount(harness.accounts, 'customer', { email: 'Jane_Doe@example.com' })
    const janet = await addAccount(harness.accounts, 'provider', { email: 'janet@example.com' })
    const off = await addAccount(harness.accounts, 'admin', { email: 'root@example.com' })
    await harness.probe.deactivate(off.user.id, NOW)
    const found = async (filter: Partial<AccountFilter>) => {
      const { items } = await harness.accounts.list({ ...EVERYONE, ...filter }, { limit: 10, after: null })
      return items.map(({ user }) => user.id)
    }
    const [a, b, c] = [jane.user.id, janet.user.id, off.user.id]
    assert.deepEqual(await found({ role: 'provider' }), [b])
    assert.deepEqual(await found({ isActive: false }), [c])
    assert.deepEqual(await found({ isActive: true }), [a, b])
    assert.deepEqual(await found({ emailBeginning: 'JANE' }), [a, b])
    assert.deepEqual(await found({ emailBeginning: 'jane_' }), [a])
    assert.deepEqual(await found({ emailBeginning: '%' }), [])
    assert.deepEqual(await found({ emailBeginning: 'jane', role: 'customer', isActive: true }), [a])
  })
}

function rehashing(open: OpenHarness): void {
  it('puts another hash in place of the one that is recorded, and of no other', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    const hash = async () => (await harness.accounts.findByEmail(user.email))?.passwordHash
    await harness.accounts.rehash(user.id, 'another', 'new')
    assert.equal(await hash(), 'hash')
    await harness.accounts.rehash(user.id, 'hash', 'new')
    assert.equal(await hash(), 'new')
  })
}
