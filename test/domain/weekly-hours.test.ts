import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WEEKDAYS } from '../../src/domain/calendar.ts'
import {
  byWeekday,
  NO_HOURS,
  wallIntervalViolations,
  weeklyViolations,
} from '../../src/domain/weekly-hours.ts'
import { allHours, hours, weekDraft } from './support/wall.ts'

const violations = (...texts: string[]) =>
  wallIntervalViolations(allHours(texts), ['hours']).map(({ path, code }) => [path.join('.'), code])

describe('weekly hours', () => {
  it('lets touching intervals coexist', () => {
    assert.deepEqual(violations('09:00-12:00', '12:00-17:00'), [])
    assert.deepEqual(violations('12:00-17:00', '09:00-12:00'), [])
  })

  it('takes a whole day from 00:00 to 24:00', () => {
    assert.deepEqual(violations('00:00-24:00'), [])
  })

  it('refuses an overlap of one minute, an interval within another and the same one twice', () => {
    assert.deepEqual(violations('09:00-12:00', '11:59-17:00'), [['hours.1', 'overlapping-interval']])
    assert.deepEqual(violations('11:59-17:00', '09:00-12:00'), [['hours.1', 'overlapping-interval']])
    assert.deepEqual(violations('09:00-17:00', '10:00-11:00'), [['hours.1', 'overlapping-interval']])
    assert.deepEqual(violations('10:00-11:00', '09:00-17:00'), [['hours.1', 'overlapping-interval']])
    assert.deepEqual(violations('09:00-10:00', '09:00-10:00'), [['hours.1', 'overlapping-interval']])
  })

  it('refuses an interval that ends when it starts or before', () => {
    assert.deepEqual(violations('09:00-09:00'), [['hours.0', 'empty-interval']])
    assert.deepEqual(violations('22:00-06:00'), [['hours.0', 'empty-interval']])
    assert.deepEqual(violations('24:00-24:00'), [['hours.0', 'empty-interval']])
  })

  it('tells all that is wrong at once, each with its weekday and place', () => {
    const week = weekDraft({ monday: ['09:00-12:00', '11:00-13:00'], sunday: ['08:00-08:00'] })
    assert.deepEqual(
      weeklyViolations(week, ['weeklyHours']).map(({ path, code }) => [path, code]),
      [
        [['weeklyHours', 'monday', 1], 'overlapping-interval'],
        [['weeklyHours', 'sunday', 0], 'empty-interval'],
      ],
    )
  })

  it('keeps each day in order, whatever order it was told in', () => {
    const week = byWeekday(weekDraft({ monday: ['13:00-17:00', '09:00-12:00'] }))
    assert.deepEqual(week.monday, [hours('09:00-12:00'), hours('13:00-17:00')])
  })

  it('closes the days that are not named', () => {
    for (const weekday of WEEKDAYS) assert.deepEqual(NO_HOURS[weekday], [])
  })
})
