import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  dayInterval,
  findZone,
  formatInZone,
  instantOf,
  localDay,
  plusLocalDays,
  startOfDay,
  zoneOf,
} from '../../src/domain/zone.ts'
import { at, between, day, minuteText, time } from './support/wall.ts'

const instant = (zone: string, date: string, wall: string) =>
  minuteText(instantOf(zoneOf(zone), day(date), time(wall)))

const hoursOf = (zone: string, date: string) => {
  const { start, end } = dayInterval(zoneOf(zone), day(date))
  return (end - start) / 3_600_000
}

describe('wall time in a gap', () => {
  it('moves forward by the gap in New York on 8 March 2026', () => {
    assert.equal(instant('America/New_York', '2026-03-08', '01:59'), '2026-03-08T06:59Z')
    assert.equal(instant('America/New_York', '2026-03-08', '02:00'), '2026-03-08T07:00Z')
    assert.equal(instant('America/New_York', '2026-03-08', '02:30'), '2026-03-08T07:30Z')
    assert.equal(instant('America/New_York', '2026-03-08', '03:00'), '2026-03-08T07:00Z')
    assert.equal(hoursOf('America/New_York', '2026-03-08'), 23)
  })

  it('moves forward by the gap in Berlin on 29 March 2026', () => {
    assert.equal(instant('Europe/Berlin', '2026-03-29', '01:59'), '2026-03-29T00:59Z')
    assert.equal(instant('Europe/Berlin', '2026-03-29', '02:30'), '2026-03-29T01:30Z')
    assert.equal(instant('Europe/Berlin', '2026-03-29', '03:00'), '2026-03-29T01:00Z')
    assert.equal(hoursOf('Europe/Berlin', '2026-03-29'), 23)
  })

  it('moves forward by half an hour on Lord Howe Island', () => {
    assert.equal(instant('Australia/Lord_Howe', '2026-10-04', '02:15'), '2026-10-03T15:45Z')
    assert.equal(instant('Australia/Lord_Howe', '2026-10-04', '02:30'), '2026-10-03T15:30Z')
    assert.equal(hoursOf('Australia/Lord_Howe', '2026-10-04'), 23.5)
  })

  it('begins the day at one o’clock where the gap is at midnight', () => {
    assert.equal(instant('America/Havana', '2026-03-08', '00:30'), '2026-03-08T05:30Z')
    assert.equal(minuteText(startOfDay(zoneOf('America/Havana'), day('2026-03-08'))), '2026-03-08T05:00Z')
    assert.equal(hoursOf('America/Havana', '2026-03-08'), 23)
    assert.equal(instant('Asia/Beirut', '2026-03-29', '00:00'), '2026-03-28T22:00Z')
    assert.equal(instant('Asia/Beirut', '2026-03-29', '01:00'), '2026-03-28T22:00Z')
  })

  it('has no time at all on a date that Samoa skipped', () => {
    const apia = zoneOf('Pacific/Apia')
    assert.deepEqual(
      dayInterval(apia, day('2011-12-30')),
      between('2011-12-30T10:00:00Z', '2011-12-30T10:00:00Z'),
    )
    assert.equal(instant('Pacific/Apia', '2011-12-30', '12:00'), '2011-12-30T22:00Z')
    assert.equal(localDay(apia, at('2011-12-30T09:59:59Z')), day('2011-12-29'))
    assert.equal(localDay(apia, at('2011-12-30T10:00:00Z')), day('2011-12-31'))
  })
})

describe('wall time in an overlap', () => {
  it('takes the earlier instant in New York on 1 November 2026', () => {
    assert.equal(instant('America/New_York', '2026-11-01', '01:00'), '2026-11-01T05:00Z')
    assert.equal(instant('America/New_York', '2026-11-01', '01:30'), '2026-11-01T05:30Z')
    assert.equal(instant('America/New_York', '2026-11-01', '02:00'), '2026-11-01T07:00Z')
    assert.equal(hoursOf('America/New_York', '2026-11-01'), 25)
  })

  it('takes the earlier instant in Berlin on 25 October 2026', () => {
    assert.equal(instant('Europe/Berlin', '2026-10-25', '02:30'), '2026-10-25T00:30Z')
    assert.equal(instant('Europe/Berlin', '2026-10-25', '03:00'), '2026-10-25T02:00Z')
    assert.equal(hoursOf('Europe/Berlin', '2026-10-25'), 25)
  })

  it('takes the earlier instant of half an hour on Lord Howe Island', () => {
    assert.equal(instant('Australia/Lord_Howe', '2026-04-05', '01:45'), '2026-04-04T14:45Z')
    assert.equal(instant('Australia/Lord_Howe', '2026-04-05', '02:00'), '2026-04-04T15:30Z')
    assert.equal(hoursOf('Australia/Lord_Howe', '2026-04-05'), 24.5)
  })

  it('begins the day at the first of two midnights in Havana', () => {
    assert.equal(instant('America/Havana', '2026-11-01', '00:00'), '2026-11-01T04:00Z')
    assert.equal(hoursOf('America/Havana', '2026-11-01'), 25)
  })

  it('repeats the last hour of the day before where the overlap ends at midnight', () => {
    assert.equal(instant('Asia/Beirut', '2026-10-24', '23:30'), '2026-10-24T20:30Z')
    assert.equal(instant('Asia/Beirut', '2026-10-24', '24:00'), '2026-10-24T22:00Z')
    assert.equal(hoursOf('Asia/Beirut', '2026-10-24'), 25)
  })
})

describe('zones', () => {
  it('keeps India half an hour off all year', () => {
    assert.equal(instant('Asia/Kolkata', '2026-01-15', '09:00'), '2026-01-15T03:30Z')
    assert.equal(instant('Asia/Kolkata', '2026-07-15', '09:00'), '2026-07-15T03:30Z')
  })

  it('sets the clocks of Morocco back for Ramadan', () => {
    assert.equal(instant('Africa/Casablanca', '2026-02-14', '12:00'), '2026-02-14T11:00Z')
    assert.equal(instant('Africa/Casablanca', '2026-02-16', '12:00'), '2026-02-16T12:00Z')
    assert.equal(hoursOf('Africa/Casablanca', '2026-02-15'), 25)
    assert.equal(hoursOf('Africa/Casablanca', '2026-03-22'), 23)
  })

  it('puts tomorrow at the same wall time, which on a change is not 24 hours away', () => {
    const newYork = zoneOf('America/New_York')
    assert.equal(minuteText(plusLocalDays(newYork, at('2026-03-07T14:00:00Z'), 1)), '2026-03-08T13:00Z')
    assert.equal(minuteText(plusLocalDays(newYork, at('2026-10-31T13:00:00Z'), 1)), '2026-11-01T14:00Z')
    assert.equal(minuteText(plusLocalDays(newYork, at('2026-03-07T07:30:00Z'), 1)), '2026-03-08T07:30Z')
  })

  it('writes an instant with the offset that holds at it', () => {
    const newYork = zoneOf('America/New_York')
    assert.equal(formatInZone(newYork, at('2026-03-08T06:59:59Z')), '2026-03-08T01:59:59-05:00')
    assert.equal(formatInZone(newYork, at('2026-03-08T07:00:00Z')), '2026-03-08T03:00:00-04:00')
    assert.equal(formatInZone(newYork, at('2026-03-08T07:00:00.250Z')), '2026-03-08T03:00:00.250-04:00')
    assert.equal(
      formatInZone(zoneOf('Asia/Kolkata'), at('2026-03-08T07:00:00Z')),
      '2026-03-08T12:30:00+05:30',
    )
    assert.equal(formatInZone(zoneOf('UTC'), at('2026-03-08T07:00:00Z')), '2026-03-08T07:00:00+00:00')
  })

  it('refuses what is no IANA name: offsets, times and words of our own', () => {
    for (const name of [
      '+02:00',
      '-05',
      'Z',
      '',
      'Local',
      'Mars/Olympus',
      'UTC+2',
      'Europe/Berlin ',
      '__proto__',
    ]) {
      assert.equal(findZone(name), undefined, name)
    }
  })

  it('refuses a time with an offset that only looks like a name', () => {
    for (const name of ['T10+02', 'T1000+0200', 't10-05']) assert.equal(findZone(name), undefined, name)
  })

  it('throws for an unknown name where it had to be checked before', () => {
    assert.throws(() => zoneOf('Mars/Olympus'), RangeError)
  })
})
