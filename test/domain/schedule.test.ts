import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WEEKDAYS } from '../../src/domain/calendar.ts'
import type { Interval } from '../../src/domain/interval.ts'
import { isDayOff, onDay, workingWeek } from '../../src/domain/schedule.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { overrides, schedule } from './support/builders.ts'
import { allHours, breaks, day, minuteText, weekDraft } from './support/wall.ts'

const MONDAY = day('2026-06-01')
const SATURDAY = day('2026-06-06')

const texts = (intervals: readonly Interval[]) =>
  intervals.map(({ start, end }) => `${minuteText(start)}/${minuteText(end)}`)

const onDate = (zone: string, date: string, ...times: string[]) =>
  texts(onDay(zoneOf(zone), day(date), allHours(times)))

describe('a working week', () => {
  it('is taken when its zone exists and its hours and breaks are apart among themselves', () => {
    const week = workingWeek({
      timeZone: 'Europe/Berlin',
      weeklyHours: weekDraft({ monday: ['09:00-12:00', '12:00-17:00'] }),
      breaks: {},
    })
    assert.equal(week.ok, true)
    assert.deepEqual(week.ok && Object.keys(week.value.weeklyHours), [...WEEKDAYS])
  })

  it('is refused with every fault at once', () => {
    const outcome = workingWeek({
      timeZone: '+02:00',
      weeklyHours: weekDraft({ monday: ['09:00-12:00', '11:00-17:00'] }),
      breaks: breaks({ friday: ['12:00-12:00'] }),
    })
    assert.deepEqual(
      !outcome.ok && outcome.rejection.violations.map(({ path, code }) => [path.join('.'), code]),
      [
        ['timeZone', 'unknown-time-zone'],
        ['weeklyHours.monday.1', 'overlapping-interval'],
        ['breaks.friday.0', 'empty-interval'],
      ],
    )
  })
})

describe('hours on a date', () => {
  it('are wall time in the schedule’s zone', () => {
    assert.deepEqual(onDate('America/New_York', '2026-03-07', '08:00-16:00'), [
      '2026-03-07T13:00Z/2026-03-07T21:00Z',
    ])
    assert.deepEqual(onDate('America/New_York', '2026-03-08', '08:00-16:00'), [
      '2026-03-08T12:00Z/2026-03-08T20:00Z',
    ])
  })

  it('are an hour shorter over a gap and an hour longer over an overlap', () => {
    assert.deepEqual(onDate('Europe/Berlin', '2026-03-29', '00:00-06:00'), [
      '2026-03-28T23:00Z/2026-03-29T04:00Z',
    ])
    assert.deepEqual(onDate('Europe/Berlin', '2026-10-25', '00:00-06:00'), [
      '2026-10-24T22:00Z/2026-10-25T05:00Z',
    ])
  })

  it('move forward where they lie within a gap', () => {
    assert.deepEqual(onDate('America/New_York', '2026-03-08', '02:15-02:45'), [
      '2026-03-08T07:15Z/2026-03-08T07:45Z',
    ])
  })

  it('are none where a gap swallows them', () => {
    assert.deepEqual(onDate('America/New_York', '2026-03-08', '02:30-03:00'), [])
  })

  it('are none on a date that the zone skipped', () => {
    assert.deepEqual(onDate('Pacific/Apia', '2011-12-30', '00:00-24:00', '09:00-17:00'), [])
    assert.deepEqual(onDate('Pacific/Apia', '2011-12-31', '09:00-17:00'), [
      '2011-12-30T19:00Z/2011-12-31T03:00Z',
    ])
  })

  it('stay within the date’s own midnights', () => {
    assert.deepEqual(onDate('America/Nuuk', '2026-03-28', '22:00-23:30'), [
      '2026-03-29T00:00Z/2026-03-29T01:00Z',
    ])
    assert.deepEqual(onDate('America/Havana', '2026-03-08', '00:00-02:00'), [
      '2026-03-08T05:00Z/2026-03-08T06:00Z',
    ])
  })
})

describe('a day off', () => {
  it('is a date of which neither the week nor an override says anything', () => {
    assert.equal(isDayOff(schedule(), SATURDAY), true)
    assert.equal(isDayOff(schedule(), MONDAY), false)
    assert.equal(isDayOff(schedule({ overrides: overrides({ '2026-06-06': [] }) }), SATURDAY), false)
  })
})
