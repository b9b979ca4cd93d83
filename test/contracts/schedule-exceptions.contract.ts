import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type EpochDay, parseDate, plusDays } from '../../src/domain/calendar.ts'
import type { TimeOffId, UserId } from '../../src/domain/ids.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { ScheduleOverride } from '../../src/domain/schedule.ts'
import { accepted, addAccount, hours, newId, occasion, rejectionOf } from '../support/fixtures.ts'
import { CLOSED, DAY, FAIR, JULY, off, openProvider } from './exceptions.ts'
import { allPages, type OpenHarness, times } from './harness.ts'
import { bookingsBesideExceptions, racingExceptions } from './schedule-exceptions-races.ts'

const twoDigits = (number: number) => String(number).padStart(2, '0')

const periodOf = ({ start, end }: Interval) => ({ start, end })

/** What every implementation of the `ScheduleCatalog` port keeps of overrides and time off. */
export function scheduleExceptionsContract(name: string, open: OpenHarness): void {
  describe(`${name} schedule exceptions`, () => {
    overriding(open)
    takingTimeOff(open)
    listing(open)
    refusing(open)
    racingExceptions(open)
    bookingsBesideExceptions(open)
  })
}

function overriding(open: OpenHarness): void {
  it('sets the hours of a date, and others in place of them, each one version on', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const before = await schedules.find(id)
    for (const [index, override] of [FAIR, CLOSED, FAIR, FAIR].entries()) {
      const changed = accepted(await schedules.putOverride(id, DAY, override, null, occasion()))
      const expected = { ...before, version: index + 2, overrides: new Map([[DAY, override]]) }
      assert.deepEqual(changed, expected)
      assert.deepEqual(await schedules.find(id), expected)
    }
  })

  it('keeps the dates apart, and the first and the last date that there are', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const days = ['1970-01-01', '2000-02-29', '2199-12-31'].map((text) => parseDate(text) as EpochDay)
    const most = times(24).map((hour) => hours(`${twoDigits(hour)}:00-${twoDigits(hour + 1)}:00`))
    for (const day of days) {
      accepted(await schedules.putOverride(id, day, { hours: most, reason: `${day}` }, null, occasion()))
    }
    const { overrides } = accepted(await schedules.putOverride(id, DAY, CLOSED, null, occasion()))
    const expected = days.map((day) => [day, { hours: most, reason: `${day}` }] as const)
    assert.deepEqual(overrides, new Map<EpochDay, ScheduleOverride>([...expected, [DAY, CLOSED]]))
  })

  it('gives a date its weekday’s hours back, and only where there is something to give changes the version', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    accepted(await schedules.putOverride(id, DAY, FAIR, null, occasion()))
    const kept = accepted(await schedules.putOverride(id, plusDays(DAY, 1), FAIR, null, occasion()))
    const removed = accepted(await schedules.removeOverride(id, DAY, null, occasion()))
    const expected = { ...kept, version: 4, overrides: new Map([[plusDays(DAY, 1), FAIR]]) }
    assert.deepEqual(removed, expected)
    assert.deepEqual(accepted(await schedules.removeOverride(id, DAY, null, occasion())), expected)
    assert.deepEqual(await schedules.find(id), expected)
  })
}

function takingTimeOff(open: OpenHarness): void {
  it('adds time off and takes it back, each one version on', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const before = await schedules.find(id)
    const july = JULY()
    const march = off('2030-03-01T10:30:00Z', '2030-03-01T11:00:00Z')
    const one = accepted(await schedules.addTimeOff(id, july, occasion(), null))
    assert.deepEqual(one, { ...before, version: 2, timeOff: [periodOf(july)] })
    const two = accepted(await schedules.addTimeOff(id, march, occasion(), null))
    assert.deepEqual(two, { ...before, version: 3, timeOff: [march, july].map(periodOf) })
    assert.deepEqual(await schedules.find(id), two)
    const three = accepted(await schedules.removeTimeOff(id, july.id, occasion()))
    assert.deepEqual(three, { ...before, version: 4, timeOff: [periodOf(march)] })
    assert.deepEqual(await schedules.find(id), three)
  })

  it('lets stretches overlap and be the same', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const same = [JULY(), JULY(), off('2030-07-02T00:00:00Z', '2030-07-03T00:00:00Z')]
    for (const timeOff of same) accepted(await schedules.addTimeOff(id, timeOff, occasion(), null))
    const { timeOff } = accepted(await schedules.removeTimeOff(id, same[1]?.id as TimeOffId, occasion()))
    assert.deepEqual(
      timeOff,
      [same[0], same[2]].map((kept) => kept && periodOf(kept)),
    )
  })

  it('finds time off of its own provider alone, with its reason', async () => {
    await using provider = await openProvider(open)
    const { schedules, accounts, id } = provider
    const other = (await addAccount(accounts, 'provider')).user.id
    const [july, march] = [JULY(), off('2030-03-01T10:30:00Z', '2030-03-01T11:00:00Z')]
    for (const timeOff of [july, march]) accepted(await schedules.addTimeOff(id, timeOff, occasion(), null))
    assert.deepEqual(await schedules.findTimeOff(id, july.id), july)
    assert.deepEqual(await schedules.findTimeOff(id, march.id), march)
    assert.equal(await schedules.findTimeOff(other, july.id), undefined)
    assert.equal(await schedules.findTimeOff(id, newId() as TimeOffId), undefined)
  })
}

function listing(open: OpenHarness): void {
  it('lists time off in order of start, then of id, page by page', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const [first, second] = [JULY(), JULY()]
    const early = off('1999-12-31T23:59:59.999Z', '2000-01-01T00:00:00Z', 'over')
    const late = off('2199-12-30T00:00:00Z', '2199-12-31T00:00:00Z')
    for (const timeOff of [late, second, early, first])
      accepted(await schedules.addTimeOff(id, timeOff, occasion(), null))
    const expected = [early, first, second, late]
    for (const limit of [1, 2, 3, 4, 100]) {
      const pages = await allPages(async (page) => {
        const found = await schedules.listTimeOff(id, page)
        assert(found)
        return found
      }, limit)
      assert.deepEqual(pages.flat(), expected)
      assert(pages.every((page, index) => page.length === Math.min(limit, 4 - index * limit)))
    }
  })

  it('lists nothing where there is nothing, and no list of whoever is no provider', async () => {
    await using provider = await openProvider(open)
    const { schedules, accounts, id } = provider
    const page = { limit: 20, after: null }
    const other = (await addAccount(accounts, 'provider')).user.id
    accepted(await schedules.addTimeOff(other, JULY(), occasion(), null))
    assert.deepEqual(await schedules.listTimeOff(id, page), { items: [], next: null })
    const customer = (await addAccount(accounts, 'customer')).user.id
    for (const nobody of [customer, newId() as UserId]) {
      assert.equal(await schedules.listTimeOff(nobody, page), undefined)
    }
  })
}

function refusing(open: OpenHarness): void {
  it('refuses another expected version than the recorded one and changes nothing', async () => {
    await using provider = await openProvider(open)
    const { schedules, id } = provider
    const before = accepted(await schedules.putOverride(id, DAY, FAIR, 1, occasion()))
    for (const expected of [1, 3, 0]) {
      for (const refused of [
        await schedules.putOverride(id, DAY, CLOSED, expected, occasion()),
        await schedules.removeOverride(id, DAY, expected, occasion()),
        await schedules.removeOverride(id, plusDays(DAY, 1), expected, occasion()),
      ]) {
        assert.deepEqual(rejectionOf(refused), { code: 'version-mismatch', version: 2 })
      }
    }
    assert.deepEqual(await schedules.find(id), before)
    assert.equal(accepted(await schedules.removeOverride(id, DAY, 2, occasion())).version, 3)
  })

  it('knows exceptions of providers alone', async () => {
    await using provider = await openProvider(open)
    const { schedules, accounts } = provider
    const customer = (await addAccount(accounts, 'customer')).user.id
    for (const id of [customer, newId() as UserId]) {
      for (const refused of [
        await schedules.putOverride(id, DAY, FAIR, null, occasion()),
        await schedules.removeOverride(id, DAY, null, occasion()),
        await schedules.addTimeOff(id, JULY(), occasion(), null),
        await schedules.removeTimeOff(id, newId() as TimeOffId, occasion()),
      ]) {
        assert.deepEqual(rejectionOf<unknown, { code: string }>(refused), { code: 'provider-not-found' })
      }
    }
  })

  it('does not find time off that is not there or is another’s, and changes nothing', async () => {
    await using provider = await openProvider(open)
    const { schedules, accounts, id } = provider
    const other = (await addAccount(accounts, 'provider')).user.id
    const july = JULY()
    const [before, others] = [
      accepted(await schedules.addTimeOff(id, july, occasion(), null)),
      await schedules.find(other),
    ]
    for (const refused of [
      await schedules.removeTimeOff(other, july.id, occasion()),
      await schedules.removeTimeOff(id, newId() as TimeOffId, occasion()),
    ]) {
      assert.deepEqual(rejectionOf(refused), { code: 'time-off-not-found' })
    }
    assert.deepEqual([await schedules.find(id), await schedules.find(other)], [before, others])
  })
}
