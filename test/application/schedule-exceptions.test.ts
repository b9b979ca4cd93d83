import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { putOverride, removeOverride } from '../../src/application/overrides.ts'
import { readSchedule, replaceWeek } from '../../src/application/schedules.ts'
import { addTimeOff, listTimeOff, readTimeOff, removeTimeOff } from '../../src/application/time-off.ts'
import type { Actor } from '../../src/domain/actor.ts'
import { type Hold, holdTermsOf } from '../../src/domain/hold.ts'
import type { HoldId, TimeOffId, UserId } from '../../src/domain/ids.ts'
import { type Interval, overlaps } from '../../src/domain/interval.ts'
import {
  accepted,
  actorOf,
  addAccount,
  at,
  bookingEntry,
  cancellationOf,
  hours,
  newId,
  rejectionOf,
} from '../support/fixtures.ts'
import { ADMIN, dayOf, OFFICE_HOURS, openOffice } from './stage.ts'

type Office = Awaited<ReturnType<typeof openOffice>>

const TUESDAY = dayOf('2030-01-08')
const CLOSED = { hours: [], reason: null }
const on = (from: string, to: string): Interval => ({
  start: at(`2030-01-${from}:00Z`),
  end: at(`2030-01-${to}:00Z`),
})

/** Books what the hours may not even allow. */
async function book(office: Office, start: string) {
  const [offer] = await office.offers.current([office.serviceId])
  assert(offer)
  const entry = bookingEntry(offer, office.customer.userId, at(`2030-01-${start}:00Z`))
  return accepted(await office.ledger.book(entry, null))
}

const close = async (office: Office, day = TUESDAY) =>
  accepted(await putOverride(office)(office.provider, office.provider.userId, day, CLOSED, null))

describe('Changing a schedule by an exception', () => {
  const attempts = (office: Office, actor: Actor, of: UserId) => [
    putOverride(office)(actor, of, TUESDAY, CLOSED, null),
    removeOverride(office)(actor, of, TUESDAY, null),
    addTimeOff(office)(actor, of, on('08T09:00', '08T10:00'), null, null),
    removeTimeOff(office)(actor, of, newId() as TimeOffId),
  ]

  it('is forbidden to everyone but the provider and admins', async () => {
    const office = await openOffice()
    const { userId } = office.provider
    const before = await office.schedules.find(userId)
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    for (const actor of [stranger, office.customer]) {
      for (const refused of await Promise.all(attempts(office, actor, userId))) {
        assert.deepEqual(refused, { ok: false, rejection: { code: 'forbidden' } })
      }
    }
    assert.deepEqual(await office.schedules.find(userId), before)
    const codes = (await Promise.all(attempts(office, ADMIN, userId))).map(({ ok }) => ok)
    assert.deepEqual(codes, [true, true, true, false])
  })

  it('says provider-not-found of whoever is none', async () => {
    const office = await openOffice()
    for (const refused of await Promise.all(attempts(office, office.customer, office.customer.userId))) {
      assert.deepEqual(refused, { ok: false, rejection: { code: 'provider-not-found' } })
    }
    const list = await listTimeOff(office)(null, office.customer.userId, { limit: 20, after: null })
    assert.deepEqual(rejectionOf(list), { code: 'provider-not-found' })
  })

  it('writes nothing that breaks a rule', async () => {
    const office = await openOffice()
    const { provider } = office
    const before = await office.schedules.find(provider.userId)
    const overlapping = { hours: [hours('09:00-12:00'), hours('11:00-13:00')], reason: null }
    for (const [refused, path] of [
      [await putOverride(office)(provider, provider.userId, TUESDAY, overlapping, null), 'hours/1'],
      [await addTimeOff(office)(provider, provider.userId, on('08T10:00', '08T10:00'), null, null), 'end'],
    ] as const) {
      const no = rejectionOf<unknown, { code: string }>(refused)
      assert(no.code === 'invalid-input' && 'violations' in no)
      assert.deepEqual(
        (no.violations as { path: string[] }[]).map((violation) => violation.path.join('/')),
        [path],
      )
    }
    assert.deepEqual(await office.schedules.find(provider.userId), before)
  })

  it('says which version the schedule has now', async () => {
    const office = await openOffice()
    const { provider } = office
    assert.equal((await close(office)).scheduleVersion, 3)
    const added = accepted(
      await addTimeOff(office)(provider, provider.userId, on('09T09:00', '09T10:00'), 'away', null),
    )
    assert.equal(added.scheduleVersion, 4)
    accepted(await removeTimeOff(office)(provider, provider.userId, added.timeOff.id))
    accepted(await removeOverride(office)(provider, provider.userId, TUESDAY, 5))
    const stale = await putOverride(office)(provider, provider.userId, TUESDAY, CLOSED, 5)
    assert.deepEqual(rejectionOf(stale), { code: 'version-mismatch', version: 6 })
  })
})

describe('The bookings that a change leaves outside', () => {
  it('are those of the date alone, in order of start', async () => {
    const office = await openOffice()
    const late = await book(office, '08T16:00')
    const early = await book(office, '08T09:00')
    await book(office, '07T16:00')
    await book(office, '09T09:00')
    const { conflicts, conflictCount } = await close(office)
    assert.deepEqual([conflicts, conflictCount], [[early, late], 2])
    assert.deepEqual((await close(office, dayOf('2030-01-10'))).conflicts, [])
  })

  it('are everything still to come that a new week has no room for', async () => {
    const office = await openOffice()
    const early = await book(office, '08T09:00')
    await book(office, '08T10:00')
    const week = {
      ...OFFICE_HOURS,
      weeklyHours: { ...OFFICE_HOURS.weeklyHours, tuesday: [hours('10:00-12:00')] },
    }
    const { userId } = office.provider
    const { conflicts } = accepted(await replaceWeek(office)(office.provider, userId, week, null))
    assert.deepEqual(conflicts, [early])
    office.setClock(at('2030-01-08T09:59:59.999Z'))
    assert.equal(accepted(await replaceWeek(office)(ADMIN, userId, week, null)).conflictCount, 1)
    office.setClock(at('2030-01-08T10:00:00Z'))
    assert.equal(accepted(await replaceWeek(office)(ADMIN, userId, week, null)).conflictCount, 0)
  })

  it('are neither holds nor bookings that have been cancelled', async () => {
    const office = await openOffice()
    const kept = await book(office, '08T09:00')
    accepted(await office.ledger.change(cancellationOf(await book(office, '08T11:00')), null))
    const { number } = office.providerAccount.user
    const interval = on('08T13:00', '08T14:00')
    const { serviceId } = office
    const service = await office.catalog.find(serviceId)
    assert(service)
    const hold: Hold = {
      ...interval,
      id: newId() as HoldId,
      serviceId,
      providerId: office.provider.userId,
      holderId: office.customer.userId,
      terms: holdTermsOf(service),
      blocked: interval,
      expiresAt: at('2100-01-01T00:00:00Z'),
    }
    const held = { ...interval, blocked: interval, serviceId, bookingId: null, hold }
    office.database.claims.set(number, [...(office.database.claims.get(number) ?? []), held])
    const { conflicts, conflictCount } = await close(office)
    assert.deepEqual([conflicts, conflictCount], [[kept], 1])
  })

  it('are not those whose buffer alone reaches into it, wherever they are', async () => {
    const office = await openOffice({ bufferBeforeMinutes: 60, bufferAfterMinutes: 60 })
    await book(office, '08T09:00')
    const unusual = await book(office, '08T18:00')
    const conflictsOf = async (interval: Interval) => {
      const { provider } = office
      const added = accepted(await addTimeOff(office)(provider, provider.userId, interval, null, null))
      accepted(await removeTimeOff(office)(provider, provider.userId, added.timeOff.id))
      return added.conflicts
    }
    for (const [from, to] of [
      ['08T08:00', '08T09:00'],
      ['08T10:00', '08T11:00'],
      ['08T17:00', '08T18:00'],
      ['08T19:00', '08T20:00'],
    ] as const) {
      assert.deepEqual(await conflictsOf(on(from, to)), [])
    }
    assert.deepEqual(await conflictsOf(on('08T18:59', '08T20:00')), [unusual])
  })

  it('are not those that somebody cancels at that very moment', async () => {
    const office = await openOffice()
    const booking = await book(office, '08T09:00')
    const archive = {
      ...office.archive,
      findMany: async () => [{ ...booking, ...cancellationOf(booking).booking }],
    }
    const { provider } = office
    const outcome = await putOverride({ ...office, archive })(
      provider,
      provider.userId,
      TUESDAY,
      CLOSED,
      null,
    )
    assert.deepEqual(accepted(outcome).conflicts, [])
  })

  it('are those of the local date, also where it is not that of UTC', async () => {
    const week = { timeZone: 'Pacific/Auckland', weeklyHours: { tuesday: [hours('00:00-24:00')] } }
    const office = await openOffice({}, week)
    const inside = [await book(office, '07T11:00'), await book(office, '08T10:00')]
    await book(office, '08T11:00')
    const { conflicts } = await close(office)
    assert.deepEqual(conflicts, inside)
    assert(conflicts.every((booking) => overlaps(booking, on('07T11:00', '08T11:00'))))
  })

  it('are none when the change is over', async () => {
    const office = await openOffice()
    await book(office, '08T09:00')
    office.setClock(at('2030-01-09T00:00:00Z'))
    assert.deepEqual((await close(office)).conflicts, [])
    const { provider } = office
    const past = await addTimeOff(office)(provider, provider.userId, on('08T00:00', '09T00:00'), null, null)
    assert.equal(accepted(past).conflictCount, 0)
  })
})

describe('What is read of exceptions', () => {
  it('are the dates from today on', async () => {
    const office = await openOffice()
    for (const date of ['2030-01-09', '2030-01-06', '2030-01-07']) await close(office, dayOf(date))
    const { overrides } = accepted(await readSchedule(office)(office.provider.userId))
    assert.deepEqual(
      overrides.map(({ day }) => day),
      [dayOf('2030-01-07'), dayOf('2030-01-09')],
    )
  })

  it('is the reason of time off for the provider and admins alone', async () => {
    const office = await openOffice()
    const { userId } = office.provider
    const added = await addTimeOff(office)(
      office.provider,
      userId,
      on('08T09:00', '08T10:00'),
      'Surgery',
      null,
    )
    const { timeOff } = accepted(added)
    const { reason: _, ...silent } = timeOff
    const stranger = actorOf(await addAccount(office.accounts, 'provider'))
    for (const [actor, expected] of [
      [null, silent],
      [office.customer, silent],
      [stranger, silent],
      [office.provider, timeOff],
      [ADMIN, timeOff],
    ] as const) {
      assert.deepEqual(accepted(await readTimeOff(office)(actor, userId, timeOff.id)), expected)
      const list = await listTimeOff(office)(actor, userId, { limit: 20, after: null })
      assert.deepEqual(accepted(list).items, [expected])
    }
    const elsewhere = await readTimeOff(office)(stranger, stranger.userId, timeOff.id)
    assert.deepEqual(rejectionOf(elsewhere), { code: 'time-off-not-found' })
  })
})
