import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listProviders, readProvider, readSchedule, replaceWeek } from '../../src/application/schedules.ts'
import type { UserId } from '../../src/domain/ids.ts'
import { accepted, actorOf, addAccount, hours, NOW, newId, rejectionOf } from '../support/fixtures.ts'
import { ADMIN, openOffice } from './stage.ts'

const WEEK = { timeZone: 'Asia/Tokyo', weeklyHours: { monday: [hours('09:00-12:00')] }, breaks: {} }

describe('Replacing a working week', () => {
  it('is for the provider and for admins', async () => {
    const office = await openOffice()
    const { userId } = office.provider
    const { schedule, overrides } = accepted(await replaceWeek(office)(office.provider, userId, WEEK, 2))
    assert.deepEqual([schedule.timeZone, schedule.version], ['Asia/Tokyo', 3])
    assert.deepEqual(schedule.weeklyHours.monday, WEEK.weeklyHours.monday)
    assert.deepEqual(schedule.weeklyHours.tuesday, [])
    assert.deepEqual(accepted(await readSchedule(office)(userId)), { schedule, overrides })
    assert.equal(accepted(await replaceWeek(office)(ADMIN, userId, WEEK, null)).schedule.version, 4)
  })

  it('is forbidden to everyone else', async () => {
    const office = await openOffice()
    const before = await office.schedules.find(office.provider.userId)
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    for (const actor of [stranger, office.customer]) {
      const refused = await replaceWeek(office)(actor, office.provider.userId, WEEK, null)
      assert.deepEqual(rejectionOf(refused), { code: 'forbidden' })
    }
    assert.deepEqual(await office.schedules.find(office.provider.userId), before)
  })

  it('refuses a week with all that is wrong with it', async () => {
    const office = await openOffice()
    const week = {
      timeZone: 'Mars/Olympus',
      weeklyHours: { monday: [hours('09:00-12:00'), hours('11:00-13:00')] },
      breaks: { friday: [{ ...hours('12:00-12:00'), label: null }] },
    }
    const refused = rejectionOf(
      await replaceWeek(office)(office.provider, office.provider.userId, week, null),
    )
    assert(refused.code === 'invalid-input')
    assert.deepEqual(
      refused.violations.map(({ path }) => path.join('/')),
      ['timeZone', 'weeklyHours/monday/1', 'breaks/friday/0'],
    )
  })

  it('refuses another expected version than the recorded one', async () => {
    const office = await openOffice()
    const refused = await replaceWeek(office)(office.provider, office.provider.userId, WEEK, 1)
    assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
  })

  it('says provider-not-found of whoever is none', async () => {
    const office = await openOffice()
    const { customer } = office
    for (const refused of [
      await replaceWeek(office)(customer, customer.userId, WEEK, null),
      await replaceWeek(office)(ADMIN, newId() as UserId, WEEK, null),
      await readSchedule(office)(customer.userId),
      await readProvider(office)(customer.userId),
    ]) {
      assert.deepEqual(refused, { ok: false, rejection: { code: 'provider-not-found' } })
    }
  })
})

describe('The public list of providers', () => {
  it('tells what everyone may know, in the zone of the schedule', async () => {
    const office = await openOffice()
    const { user, profile } = office.providerAccount
    accepted(await replaceWeek(office)(office.provider, user.id, WEEK, null))
    const expected = {
      id: user.id,
      number: user.number,
      firstName: profile.firstName,
      lastName: profile.lastName,
      timeZone: 'Asia/Tokyo',
    }
    assert.deepEqual(accepted(await readProvider(office)(user.id)), expected)
    assert.deepEqual(await listProviders(office)({ limit: 20, after: null }), {
      items: [expected],
      next: null,
    })
  })

  it('has no deactivated provider', async () => {
    const office = await openOffice()
    const { user } = office.providerAccount
    const credentials = office.database.accounts.get(user.id)
    assert(credentials)
    const account = { ...credentials.account, user: { ...user, deactivatedAt: NOW } }
    office.database.accounts.set(user.id, { ...credentials, account })
    assert.deepEqual(rejectionOf(await readProvider(office)(user.id)), { code: 'provider-not-found' })
    assert.deepEqual((await listProviders(office)({ limit: 20, after: null })).items, [])
  })
})
