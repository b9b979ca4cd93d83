import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_HOURS } from '../../src/domain/weekly-hours.ts'
import { accepted, addAccount, newAccount, rejectionOf } from '../support/fixtures.ts'
import { type OpenHarness, times } from './harness.ts'

/** What every implementation of the `Accounts` port keeps. */
export function accountsContract(name: string, open: OpenHarness): void {
  describe(`${name} accounts`, () => {
    adding(open)
    finding(open)
  })
}

function adding(open: OpenHarness): void {
  it('records user and profile together, every field as it was given', async () => {
    await using harness = await open()
    const given = newAccount('customer', {
      email: 'Grace.Hopper+navy@Example.com',
      roles: ['customer', 'admin'],
      firstName: 'Gra\'ce "Amazing" {\\} 🛥️',
      lastName: 'Höpper, 李',
      phoneNumber: '+1 (555) 010-0100',
      accountType: 'business',
      address: '1 Main St\nNew York',
      timeZone: 'America/New_York',
    })
    const added = accepted(await harness.accounts.add(given, '$argon2id$hash'))
    assert.deepEqual(added, { ...given, user: { ...given.user, number: added.user.number }, version: 1 })
    assert.deepEqual(await harness.accounts.find(given.user.id), added)
    assert.deepEqual(await harness.accounts.findByEmail(given.user.email), {
      account: added,
      passwordHash: '$argon2id$hash',
    })
  })

  it('gives a provider an empty schedule in the time zone of the profile, and nobody else one', async () => {
    await using harness = await open()
    const provider = await addAccount(harness.accounts, 'provider', { timeZone: 'Asia/Kathmandu' })
    const customer = await addAccount(harness.accounts, 'customer')
    assert.deepEqual(await harness.schedules.find(provider.user.id), {
      providerId: provider.user.id,
      version: 1,
      timeZone: 'Asia/Kathmandu',
      weeklyHours: NO_HOURS,
      breaks: NO_HOURS,
      overrides: new Map(),
      timeOff: [],
    })
    assert.equal(await harness.schedules.find(customer.user.id), undefined)
  })

  it('refuses an address that another account has, in whatever case, and records nothing', async () => {
    await using harness = await open()
    const first = await addAccount(harness.accounts, 'customer', { email: 'jane@example.com' })
    for (const email of ['jane@example.com', 'Jane@Example.COM']) {
      const second = newAccount('provider', { email })
      const refused = await harness.accounts.add(second, 'other hash')
      assert.deepEqual(rejectionOf(refused), { code: 'email-already-registered' })
      assert.equal(await harness.accounts.find(second.user.id), undefined)
      assert.equal(await harness.directory.find(second.user.id), undefined)
      assert.equal(await harness.schedules.find(second.user.id), undefined)
    }
    const found = await harness.accounts.findByEmail('jane@example.com')
    assert.deepEqual(found, { account: first, passwordHash: 'hash' })
  })

  it('records exactly one of twenty who register one address at the same moment', async () => {
    await using harness = await open()
    for (const round of times(10)) {
      const racers = times(20).map((racer) =>
        newAccount('provider', {
          email: racer % 2 ? `race${round}@example.com` : `RACE${round}@example.com`,
        }),
      )
      const results = await Promise.all(racers.map((racer) => harness.accounts.add(racer, 'hash')))
      assert.equal(results.filter(({ ok }) => ok).length, 1)
      for (const [index, racer] of racers.entries()) {
        const isRecorded = (await harness.accounts.find(racer.user.id)) !== undefined
        assert.equal(isRecorded, results[index]?.ok)
        assert.equal((await harness.schedules.find(racer.user.id)) !== undefined, isRecorded)
      }
    }
  })

  it('gives numbers in ascending order and never twice', async () => {
    await using harness = await open()
    const before = (await addAccount(harness.accounts, 'customer', { email: 'a@example.com' })).user.number
    await harness.accounts.add(newAccount('customer', { email: 'a@example.com' }), 'hash')
    const many = await Promise.all(times(30).map(() => addAccount(harness.accounts, 'customer')))
    const after = (await addAccount(harness.accounts, 'customer')).user.number
    const numbers = many.map(({ user }) => user.number)
    assert.equal(new Set(numbers).size, 30)
    assert(numbers.every((number) => Number.isSafeInteger(number) && number > before && number < after))
  })
}

function finding(open: OpenHarness): void {
  it('finds the account of an address in whatever case it is written', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer', { email: 'Jane.Doe@Example.com' })
    for (const email of ['jane.doe@example.com', 'JANE.DOE@EXAMPLE.COM', 'Jane.Doe@Example.com']) {
      assert.deepEqual((await harness.accounts.findByEmail(email))?.account, account)
    }
  })

  it('folds the case of letters outside ASCII as well', async () => {
    await using harness = await open()
    const account = await addAccount(harness.accounts, 'customer', { email: 'jürgen@example.com' })
    assert.deepEqual((await harness.accounts.findByEmail('JÜRGEN@example.com'))?.account, account)
    const refused = await harness.accounts.add(
      newAccount('customer', { email: 'JÜRGEN@EXAMPLE.COM' }),
      'hash',
    )
    assert.deepEqual(rejectionOf(refused), { code: 'email-already-registered' })
  })

  it('takes no character of an address for a pattern', async () => {
    await using harness = await open()
    await addAccount(harness.accounts, 'customer', { email: 'a.b@example.com' })
    for (const email of ['a_b@example.com', '%@example.com', 'a?b@example.com', ' a.b@example.com']) {
      assert.equal(await harness.accounts.findByEmail(email), undefined)
    }
  })

  it('knows no account that was not added', async () => {
    await using harness = await open()
    await addAccount(harness.accounts, 'customer')
    assert.equal(await harness.accounts.find(newAccount('customer').user.id), undefined)
    assert.equal(await harness.accounts.findByEmail('nobody@example.com'), undefined)
  })

  it('says of a deactivated account since when it is', async () => {
    await using harness = await open()
    const { user } = await addAccount(harness.accounts, 'customer')
    await harness.probe.deactivate(user.id, user.createdAt)
    assert.equal((await harness.accounts.find(user.id))?.user.deactivatedAt, user.createdAt)
    assert.equal((await harness.accounts.findByEmail(user.email))?.account.user.deactivatedAt, user.createdAt)
  })
}
