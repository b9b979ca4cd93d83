import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plusDays } from '../../src/domain/calendar.ts'
import type { TimeOffId } from '../../src/domain/ids.ts'
import { DAY_MINUTES, type Instant, plusMinutes } from '../../src/domain/instant.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { ScheduleOverride } from '../../src/domain/schedule.ts'
import {
  comingOverrides,
  concernedPart,
  concernedRange,
  conflictsWith,
  LONGEST_TIME_OFF_DAYS,
  MOST_OVERRIDES,
  MOST_TIME_OFF,
  overriddenDay,
  roomForOverride,
  roomForTimeOff,
  scheduleOverride,
  timeOff,
} from '../../src/domain/schedule-exceptions.ts'
import { LONGEST_HORIZON_DAYS } from '../../src/domain/service.ts'
import { overrides, schedule } from './support/builders.ts'
import { allHours, at, between, breaks, day, everyDay, week } from './support/wall.ts'

const ID = 'time-off-1' as TimeOffId
const NOW = at('2026-06-01T12:00:00Z')
const TODAY = day('2026-06-01')
const CLOSED: ScheduleOverride = { hours: [], reason: null }

const codesOf = (outcome: ReturnType<typeof scheduleOverride> | ReturnType<typeof timeOff>) =>
  outcome.ok ? [] : outcome.rejection.violations.map(({ path, code }) => `${path.join('.')} ${code}`)

describe('an override', () => {
  it('has its hours in order, and may have none', () => {
    const outcome = scheduleOverride(allHours(['13:00-24:00', '00:00-09:00', '09:00-13:00']), 'fair')
    const hours = allHours(['00:00-09:00', '09:00-13:00', '13:00-24:00'])
    assert.deepEqual(outcome.ok && outcome.value, { hours, reason: 'fair' })
    assert.deepEqual(scheduleOverride([], null), { ok: true, value: CLOSED })
  })

  it('is refused with every interval that is empty or that overlaps another', () => {
    const outcome = scheduleOverride(
      allHours(['09:00-12:00', '11:59-13:00', '14:00-14:00', '16:00-15:00']),
      null,
    )
    assert.deepEqual(codesOf(outcome), [
      'hours.1 overlapping-interval',
      'hours.2 empty-interval',
      'hours.3 empty-interval',
    ])
  })
})

describe('time off', () => {
  const start = at('2026-06-01T09:00:00Z')
  const lasting = (minutes: number) => timeOff(ID, { start, end: plusMinutes(start, minutes) }, null)

  it('ends later than it starts, be it by a millisecond', () => {
    const shortest = { start, end: (start + 1) as Instant }
    assert.deepEqual(timeOff(ID, shortest, 'ill'), {
      ok: true,
      value: { id: ID, reason: 'ill', ...shortest },
    })
    assert.deepEqual(codesOf(lasting(0)), ['end range-reversed'])
    assert.deepEqual(codesOf(lasting(-1)), ['end range-reversed'])
  })

  it('is three years long at most, wherever its leap days and clock changes lie', () => {
    const most = LONGEST_TIME_OFF_DAYS * DAY_MINUTES
    assert.equal(lasting(most).ok, true)
    assert.deepEqual(codesOf(lasting(most + 1)), ['end range-too-long'])
    const threeYears = between('2028-01-01T00:00:00+01:00', '2031-01-01T00:00:00-10:00')
    assert.equal(timeOff(ID, threeYears, null).ok, true)
  })
})

describe('the overrides to come', () => {
  it('are those of the provider’s own today and later, in order of date', () => {
    const dates = { '2026-06-03': [], '2026-06-01': ['09:00-10:00'], '2026-05-31': [], '2026-06-02': [] }
    const coming = (timeZone: string, now: string) =>
      comingOverrides(schedule({ timeZone, overrides: overrides(dates) }), at(now)).map(
        (override) => override.day - TODAY,
      )
    assert.deepEqual(coming('UTC', '2026-05-31T23:59:59.999Z'), [-1, 0, 1, 2])
    assert.deepEqual(coming('UTC', '2026-06-01T00:00:00Z'), [0, 1, 2])
    assert.deepEqual(coming('Pacific/Auckland', '2026-06-01T12:00:00Z'), [1, 2])
    assert.deepEqual(coming('Pacific/Honolulu', '2026-06-01T09:59:59Z'), [-1, 0, 1, 2])
  })

  it('say what they are', () => {
    const [first] = comingOverrides(
      schedule({ overrides: overrides({ '2026-06-01': ['09:00-10:00'] }) }),
      NOW,
    )
    assert.deepEqual(first, { day: TODAY, hours: allHours(['09:00-10:00']), reason: null })
  })
})

describe('room for one more', () => {
  const closedFrom = (first: number, count: number) =>
    new Map(Array.from({ length: count }, (_, index) => [plusDays(TODAY, first + index), CLOSED]))

  it('is there for a thousand overrides of today and later', () => {
    const almost = schedule({ overrides: closedFrom(0, MOST_OVERRIDES - 1) })
    const full = schedule({ overrides: closedFrom(0, MOST_OVERRIDES) })
    const another = plusDays(TODAY, 2_000)
    assert.equal(MOST_OVERRIDES, 1_000)
    assert.equal(roomForOverride(almost, another, NOW).ok, true)
    assert.deepEqual(roomForOverride(full, another, NOW), {
      ok: false,
      rejection: { code: 'too-many-overrides', limit: 1_000 },
    })
  })

  it('is always there in place of another and in the past, and what is past takes none', () => {
    const full = schedule({ overrides: closedFrom(0, MOST_OVERRIDES) })
    assert.equal(roomForOverride(full, plusDays(TODAY, 5), NOW).ok, true)
    assert.equal(roomForOverride(full, plusDays(TODAY, -1), NOW).ok, true)
    const yesterdayToo = schedule({ overrides: closedFrom(-1, MOST_OVERRIDES) })
    assert.equal(roomForOverride(yesterdayToo, plusDays(TODAY, 2_000), NOW).ok, true)
  })

  it('is there for a thousand stretches of time off that are not over', () => {
    const period = between('2026-05-01T00:00:00Z', '2026-06-01T12:00:00.001Z')
    const off = (count: number, one: Interval) =>
      schedule({ timeOff: Array.from({ length: count }, () => one) })
    const full = off(MOST_TIME_OFF, period)
    assert.equal(MOST_TIME_OFF, 1_000)
    assert.equal(roomForTimeOff(off(MOST_TIME_OFF - 1, period), period, NOW).ok, true)
    assert.deepEqual(roomForTimeOff(full, period, NOW), {
      ok: false,
      rejection: { code: 'too-much-time-off', limit: 1_000 },
    })
    const over = { start: period.start, end: NOW }
    assert.equal(roomForTimeOff(full, over, NOW).ok, true)
    assert.equal(roomForTimeOff(off(MOST_TIME_OFF, over), period, NOW).ok, true)
  })
})

describe('what a schedule has no room for', () => {
  const onMonday = (start: string, end: string) => between(`2026-06-01T${start}:00Z`, `2026-06-01T${end}:00Z`)
  const conflicts = (parts: Parameters<typeof schedule>[0], ...taken: Interval[]) =>
    conflictsWith(schedule(parts), taken).map((interval) => taken.indexOf(interval))

  it('is outside its hours by as little as a minute at either end', () => {
    const taken = [onMonday('08:59', '10:00'), onMonday('09:00', '17:00'), onMonday('16:00', '17:01')]
    assert.deepEqual(conflicts({}, ...taken), [0, 2])
  })

  it('is in hours that only touch each other if the night between them is open', () => {
    const overnight = between('2026-06-01T23:00:00Z', '2026-06-02T01:00:00Z')
    assert.deepEqual(conflicts({ weeklyHours: everyDay('18:00-24:00', '00:00-06:00') }, overnight), [])
    assert.deepEqual(conflicts({ weeklyHours: everyDay('18:00-24:00', '00:01-06:00') }, overnight), [0])
    const tomorrowClosed = {
      weeklyHours: everyDay('00:00-24:00'),
      overrides: overrides({ '2026-06-02': [] }),
    }
    assert.deepEqual(conflicts(tomorrowClosed, overnight), [0])
  })

  it('is what an override closes, and not what it opens', () => {
    const taken = [onMonday('09:00', '10:00'), onMonday('18:00', '19:00')]
    assert.deepEqual(conflicts({}, ...taken), [1])
    assert.deepEqual(conflicts({ overrides: overrides({ '2026-06-01': ['18:00-19:00'] }) }, ...taken), [0])
    assert.deepEqual(conflicts({ overrides: overrides({ '2026-06-01': [] }) }, ...taken), [0, 1])
    assert.deepEqual(conflicts({ overrides: overrides({ '2026-06-02': [] }) }, ...taken), [1])
  })

  it('is what overlaps a break or time off, and not what touches one', () => {
    const taken = [onMonday('11:00', '12:00'), onMonday('11:01', '12:01'), onMonday('13:00', '14:00')]
    assert.deepEqual(conflicts({ breaks: breaks({ monday: ['12:00-13:00'] }) }, ...taken), [1])
    assert.deepEqual(conflicts({ timeOff: [onMonday('12:00', '13:00')] }, ...taken), [1])
    assert.deepEqual(conflicts({ timeOff: [onMonday('00:00', '13:01')] }, ...taken), [0, 1, 2])
  })

  it('is told in order of start, in whatever order it was taken', () => {
    const taken = [onMonday('16:00', '18:00'), onMonday('10:00', '11:00'), onMonday('08:00', '09:00')]
    assert.deepEqual(conflicts({}, ...taken), [2, 0])
    assert.deepEqual(conflicts({}), [])
  })

  it('is told by the provider’s clock on the days on which it changes', () => {
    const newYork = { timeZone: 'America/New_York', weeklyHours: week({ sunday: ['01:00-04:00'] }) }
    // 01:00 EST to 04:00 EDT are two hours; 01:00 EDT to 04:00 EST are four.
    const spring = [between('2026-03-08T06:00:00Z', '2026-03-08T08:00:00Z')]
    assert.deepEqual(conflicts(newYork, ...spring), [])
    assert.deepEqual(conflicts(newYork, between('2026-03-08T06:00:00Z', '2026-03-08T08:01:00Z')), [0])
    assert.deepEqual(conflicts(newYork, between('2026-11-01T05:00:00Z', '2026-11-01T09:00:00Z')), [])
    assert.deepEqual(conflicts(newYork, between('2026-11-01T04:59:00Z', '2026-11-01T09:00:00Z')), [0])
  })
})

describe('what a change concerns', () => {
  it('begins now and goes beyond the farthest horizon', () => {
    const { start, end } = concernedRange(NOW)
    assert.equal(start, NOW)
    // The last start of a horizon is inclusive, a booking is up to a day long, and a clock change adds an hour.
    assert(end > plusMinutes(NOW, LONGEST_HORIZON_DAYS * DAY_MINUTES + DAY_MINUTES + 60))
  })

  it('is the part of it that has changed', () => {
    const whole = concernedRange(NOW)
    const around = { start: (whole.start - 1) as Instant, end: (whole.end + 1) as Instant }
    assert.deepEqual(concernedPart(around, NOW), whole)
    const inside = between('2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z')
    assert.deepEqual(concernedPart(inside, NOW), inside)
    const over = concernedPart({ start: (NOW - 2) as Instant, end: NOW }, NOW)
    assert(over.end <= over.start)
  })

  it('is a local day of 23, 24 or 25 hours, and none where the zone has skipped the date', () => {
    const hoursOf = (timeZone: string, date: string) => {
      const { start, end } = overriddenDay(schedule({ timeZone }), day(date))
      return (end - start) / 3_600_000
    }
    assert.equal(hoursOf('America/New_York', '2026-03-08'), 23)
    assert.equal(hoursOf('America/New_York', '2026-11-01'), 25)
    assert.equal(hoursOf('UTC', '2026-11-01'), 24)
    assert.equal(hoursOf('Pacific/Apia', '2011-12-30'), 0)
  })
})
