import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  asIfUtc,
  type EpochDay,
  formatDate,
  formatWallTime,
  parseDate,
  parseWallTime,
  plusDays,
  type WallMinutes,
  weekdayOf,
} from '../../src/domain/calendar.ts'
import { at, day, time } from './support/wall.ts'

describe('dates', () => {
  it('counts days from 1 January 1970', () => {
    assert.equal(parseDate('1970-01-01'), 0)
    assert.equal(parseDate('2026-03-08'), 20_520)
    assert.equal(formatDate(20_520 as EpochDay), '2026-03-08')
  })

  it('knows 29 February in a leap year only', () => {
    assert.equal(parseDate('2028-02-29'), day('2028-02-29'))
    assert.equal(parseDate('2000-02-29'), day('2000-02-29'))
    assert.equal(parseDate('2026-02-29'), undefined)
    assert.equal(parseDate('2100-02-29'), undefined)
  })

  it('refuses a date that does not exist instead of rolling it over', () => {
    for (const text of ['2026-02-30', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32']) {
      assert.equal(parseDate(text), undefined, text)
    }
  })

  it('refuses any other spelling', () => {
    for (const text of [
      '',
      '2026-3-8',
      '08.03.2026',
      '2026-03-08T00:00',
      ' 2026-03-08',
      '2026-03-08\n',
      '+02026-03-08',
    ]) {
      assert.equal(parseDate(text), undefined, text)
    }
  })

  it('reckons from 1970 to 2199', () => {
    assert.equal(parseDate('1969-12-31'), undefined)
    assert.equal(parseDate('2199-12-31'), day('2199-12-31'))
    assert.equal(parseDate('2200-01-01'), undefined)
    assert.equal(parseDate('0000-01-01'), undefined)
  })

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: day('2199-12-31') }), (number) => {
        assert.equal(parseDate(formatDate(number as EpochDay)), number)
      }),
    )
  })

  it('names the weekday, before 1970 as well', () => {
    assert.equal(weekdayOf(day('1970-01-01')), 'thursday')
    assert.equal(weekdayOf(day('1969-12-31')), 'wednesday')
    assert.equal(weekdayOf(day('1969-12-22')), 'monday')
    assert.equal(weekdayOf(day('2026-03-08')), 'sunday')
    assert.equal(weekdayOf(plusDays(day('2026-03-08'), 1)), 'monday')
  })
})

describe('wall times', () => {
  it('reads minutes since midnight, and 24:00 as the end of the day', () => {
    assert.equal(parseWallTime('00:00'), 0)
    assert.equal(parseWallTime('09:30'), 570)
    assert.equal(parseWallTime('23:59'), 1_439)
    assert.equal(parseWallTime('24:00'), 1_440)
  })

  it('refuses times that no clock shows', () => {
    for (const text of [
      '24:01',
      '25:00',
      '12:60',
      '9:30',
      '09:30:00',
      '',
      '-1:00',
      '09.30',
      ' 09:30',
      '09:30\n',
    ]) {
      assert.equal(parseWallTime(text), undefined, text)
    }
  })

  it('reads back what it writes', () => {
    for (let minutes = 0; minutes <= 1_440; minutes++) {
      assert.equal(parseWallTime(formatWallTime(minutes as WallMinutes)), minutes)
    }
    assert.equal(formatWallTime(1_440 as WallMinutes), '24:00')
  })

  it('puts a wall time on the time line as a clock in UTC would', () => {
    assert.equal(asIfUtc(day('2026-03-08'), time('24:00')), at('2026-03-09T00:00:00Z'))
  })
})
