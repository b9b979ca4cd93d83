import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Interval } from '../../src/domain/interval.ts'
import { openingOf } from '../../src/domain/opening.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import type { WeeklyHours } from '../../src/domain/weekly-hours.ts'
import { dayInterval, zoneOf } from '../../src/domain/zone.ts'
import { overrides, schedule } from './support/builders.ts'
import { breaks, day, minuteText, week } from './support/wall.ts'

const texts = (intervals: readonly Interval[]) =>
  intervals.map(({ start, end }) => `${minuteText(start)}/${minuteText(end)}`)

/** The opening times of one local day. */
function openingOn(date: string, of: Schedule, weeklyHours: WeeklyHours | null = null) {
  const today = dayInterval(zoneOf(of.timeZone), day(date))
  const opening = openingOf(of, weeklyHours, today)
  const onTheDay = (intervals: readonly Interval[]) =>
    texts(intervals.filter(({ start }) => start >= today.start && start < today.end))
  return {
    open: onTheDay(opening.open),
    overridden: onTheDay(opening.overridden),
    breaks: onTheDay(opening.breaks),
    served: opening.served && onTheDay(opening.served),
  }
}

describe('a day of a schedule', () => {
  it('has the weekly hours and breaks of its weekday', () => {
    const today = openingOn('2026-06-01', schedule({ breaks: breaks({ monday: ['12:00-13:00'] }) }))
    assert.deepEqual(today.open, ['2026-06-01T09:00Z/2026-06-01T17:00Z'])
    assert.deepEqual(today.breaks, ['2026-06-01T12:00Z/2026-06-01T13:00Z'])
    assert.deepEqual(today.overridden, [])
  })

  it('has the override’s hours in place of the weekly ones, and the breaks all the same', () => {
    const today = openingOn(
      '2026-06-01',
      schedule({
        overrides: overrides({ '2026-06-01': ['10:00-14:00'] }),
        breaks: breaks({ monday: ['12:00-13:00'] }),
      }),
    )
    assert.deepEqual(today.open, ['2026-06-01T10:00Z/2026-06-01T14:00Z'])
    assert.deepEqual(today.overridden, ['2026-06-01T09:00Z/2026-06-01T17:00Z'])
    assert.equal(today.breaks.length, 1)
  })

  it('is closed by an override without hours', () => {
    const today = openingOn('2026-06-01', schedule({ overrides: overrides({ '2026-06-01': [] }) }))
    assert.deepEqual(today.open, [])
    assert.equal(today.overridden.length, 1)
  })

  it('is opened by an override on a weekday that is closed', () => {
    const opened = schedule({ overrides: overrides({ '2026-06-06': ['10:00-12:00'] }) })
    assert.deepEqual(openingOn('2026-06-06', schedule()).open, [])
    assert.deepEqual(openingOn('2026-06-06', opened).open, ['2026-06-06T10:00Z/2026-06-06T12:00Z'])
  })
})

describe('hours narrowed by a service', () => {
  it('are not narrowed where the service has none of its own', () => {
    assert.equal(openingOn('2026-06-01', schedule()).served, null)
  })

  it('are what lies in both', () => {
    const split = schedule({ weeklyHours: week({ monday: ['09:00-12:00', '13:00-17:00'] }) })
    assert.deepEqual(
      openingOn('2026-06-01', split, week({ monday: ['11:00-14:00', '16:30-20:00'] })).served,
      [
        '2026-06-01T11:00Z/2026-06-01T12:00Z',
        '2026-06-01T13:00Z/2026-06-01T14:00Z',
        '2026-06-01T16:30Z/2026-06-01T17:00Z',
      ],
    )
  })

  it('are none on a weekday that the service leaves out', () => {
    assert.deepEqual(openingOn('2026-06-01', schedule(), week({ tuesday: ['09:00-17:00'] })).served, [])
  })

  it('are what lies in both on a day whose gap puts the hours in another order', () => {
    const gap = schedule({
      timeZone: 'America/New_York',
      weeklyHours: week({ sunday: ['02:15-02:30', '03:00-03:15'] }),
    })
    assert.deepEqual(openingOn('2026-03-08', gap, week({ sunday: ['03:00-03:15', '03:15-04:00'] })).served, [
      '2026-03-08T07:00Z/2026-03-08T07:30Z',
    ])
  })
})
