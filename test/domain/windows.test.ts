import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Claim } from '../../src/domain/occupancy.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import type { Service } from '../../src/domain/service.ts'
import { windowsIn } from '../../src/domain/windows.ts'
import { claim, hold, offer, overrides, service } from './support/builders.ts'
import { at, between, breaks, everyDay, minuteText, week } from './support/wall.ts'

const LONG_AGO = at('2026-01-01T00:00:00Z')
const MONDAY = between('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z')
const NIGHT = between('2026-06-01T12:00:00Z', '2026-06-02T12:00:00Z')
const nightShift = { weeklyHours: week({ monday: ['22:00-24:00'], tuesday: ['00:00-06:00'] }) }

interface Search {
  readonly service?: Partial<Service>
  readonly schedule?: Partial<Schedule>
  readonly claims?: readonly Claim[]
  readonly range?: typeof MONDAY
  readonly now?: typeof LONG_AGO
}

/** The windows as `09:00-17:00` of 1 June 2026, with the date where it is another. */
function windows({ claims = [], range = MONDAY, now = LONG_AGO, ...parts }: Search) {
  const text = (instant: number) => minuteText(instant).slice(0, -1).replace('2026-06-01T', '')
  return windowsIn(offer(parts), range, claims, now).map(({ start, end }) => `${text(start)}-${text(end)}`)
}

describe('the free time of a day', () => {
  it('is all of its hours where nothing is in the way, whatever the grid leaves over', () => {
    assert.deepEqual(windows({}), ['09:00-17:00'])
    assert.deepEqual(windows({ service: { durationMinutes: 90 } }), ['09:00-17:00'])
    assert.deepEqual(
      windows({ schedule: { weeklyHours: week({ monday: ['09:00-12:00', '12:00-17:00'] }) } }),
      ['09:00-17:00'],
    )
  })

  it('goes around a booking and around a hold', () => {
    const taken = between('2026-06-01T11:00:00Z', '2026-06-01T12:00:00Z')
    assert.deepEqual(windows({ claims: [claim(taken)] }), ['09:00-11:00', '12:00-17:00'])
    assert.deepEqual(windows({ claims: [hold(taken)] }), ['09:00-11:00', '12:00-17:00'])
  })

  it('keeps the buffers of a booking clear, and beyond them its own', () => {
    const buffers = { bufferBeforeMinutes: 10, bufferAfterMinutes: 15, slotIntervalMinutes: 5 }
    const taken = between('2026-06-01T11:00:00Z', '2026-06-01T12:00:00Z')
    const plain = [claim(taken)]
    assert.deepEqual(windows({ service: buffers, claims: plain }), ['09:00-10:45', '12:10-17:00'])
    const alike = [claim(taken, service(buffers))]
    assert.deepEqual(windows({ service: buffers, claims: alike }), ['09:00-10:35', '12:25-17:00'])
  })

  it('goes around breaks and time off', () => {
    const lunch = { breaks: breaks({ monday: ['12:00-13:00'] }) }
    assert.deepEqual(windows({ schedule: lunch }), ['09:00-12:00', '13:00-17:00'])
    const away = { timeOff: [between('2026-06-01T10:30:00Z', '2026-06-03T00:00:00Z')] }
    assert.deepEqual(windows({ schedule: away }), ['09:00-10:30'])
  })

  it('is what the hours of the service leave of it', () => {
    assert.deepEqual(
      windows({ service: { weeklyHours: week({ monday: ['08:00-10:00', '12:00-14:00'] }) } }),
      ['09:00-10:00', '12:00-14:00'],
    )
  })

  it('is that of the override where the date has one', () => {
    const other = { overrides: overrides({ '2026-06-01': ['07:00-08:00', '18:00-20:00'] }) }
    assert.deepEqual(windows({ schedule: other }), ['07:00-08:00', '18:00-20:00'])
    assert.deepEqual(windows({ schedule: { overrides: overrides({ '2026-06-01': [] }) } }), [])
  })
})

describe('limits inside a window', () => {
  it('are the shortest notice, to the instant', () => {
    const now = at('2026-06-01T09:30:00Z')
    assert.deepEqual(windows({ now, service: { minNoticeMinutes: 60 } }), ['10:30-17:00'])
  })

  it('are the horizon, with all of the last slot that may begin', () => {
    const now = at('2026-05-31T11:00:00Z')
    assert.deepEqual(windows({ now, service: { maxHorizonDays: 1 } }), ['09:00-12:00'])
  })

  it('are the ends of the range, where only a slot that ends inside counts', () => {
    const range = between('2026-06-01T09:30:00Z', '2026-06-01T11:30:00Z')
    assert.deepEqual(windows({ range }), ['09:30-11:30'])
    assert.deepEqual(windows({ range: between('2026-06-01T09:30:00Z', '2026-06-01T10:45:00Z') }), [])
  })

  it('leave out a day whose limit is reached', () => {
    const range = between('2026-06-01T00:00:00Z', '2026-06-03T00:00:00Z')
    const claims = [claim(between('2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z'))]
    assert.deepEqual(windows({ range, claims, service: { dailyLimit: 1 } }), [
      '2026-06-02T09:00-2026-06-02T17:00',
    ])
  })
})

describe('a night shift', () => {
  it('is one window across midnight', () => {
    assert.deepEqual(windows({ range: NIGHT, schedule: nightShift }), ['22:00-2026-06-02T06:00'])
  })

  it('has the hour less that the clocks skip', () => {
    const always = { timeZone: 'America/New_York', weeklyHours: everyDay('00:00-24:00') }
    const range = between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z')
    assert.deepEqual(windows({ range, schedule: always }), ['2026-03-08T05:00-2026-03-09T04:00'])
  })

  it('keeps a free slot that begins the night before a full day', () => {
    const claims = [claim(between('2026-06-02T03:00:00Z', '2026-06-02T04:30:00Z'))]
    const limited = { durationMinutes: 90, dailyLimit: 1 }
    assert.deepEqual(windows({ range: NIGHT, schedule: nightShift, service: limited, claims }), [
      '22:00-2026-06-02T01:00',
    ])
  })

  it('leaves out what is left of a full day', () => {
    const claims = [claim(between('2026-06-01T22:30:00Z', '2026-06-01T23:30:00Z'))]
    assert.deepEqual(windows({ range: NIGHT, schedule: nightShift, service: { dailyLimit: 1 }, claims }), [
      '2026-06-02T00:00-2026-06-02T06:00',
    ])
  })
})

describe('no window', () => {
  it('is there where no slot fits, however much time is free', () => {
    const claims = [claim(between('2026-06-01T09:30:00Z', '2026-06-01T16:30:00Z'))]
    assert.deepEqual(windows({ claims }), [])
    const brief = { weeklyHours: week({ monday: ['09:00-09:45'] }) }
    assert.deepEqual(windows({ schedule: brief }), [])
  })

  it('is there where slots would fit but none on the grid', () => {
    const claims = [claim(between('2026-06-01T10:30:00Z', '2026-06-01T10:45:00Z'))]
    const brief = { weeklyHours: week({ monday: ['09:30-12:00'] }) }
    assert.deepEqual(windows({ claims, schedule: brief }), ['09:30-10:30'])
  })

  it('is there of a retired service, on a closed day, after the horizon and in the past', () => {
    assert.deepEqual(windows({ service: { isActive: false } }), [])
    assert.deepEqual(windows({ range: between('2026-06-06T00:00:00Z', '2026-06-08T00:00:00Z') }), [])
    assert.deepEqual(windows({ now: at('2026-05-01T00:00:00Z'), service: { maxHorizonDays: 30 } }), [])
    assert.deepEqual(windows({ now: at('2026-06-01T16:00:00.001Z') }), [])
  })
})
