import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { instantWords, intervalWords, offsetWords, shortInstantWords } from '../../src/domain/time-words.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { at, between } from './support/wall.ts'

const words = (zone: string, start: string, end: string) => intervalWords(zoneOf(zone), between(start, end))

describe('times in words', () => {
  it('are those of the clock in the zone, and name the zone', () => {
    assert.equal(
      words('Europe/Berlin', '2026-01-06T09:00:00Z', '2026-01-06T10:30:00Z'),
      'Tuesday, 6 January 2026, 10:00 to 11:30 (Europe/Berlin, UTC+1)',
    )
    assert.equal(
      words('America/New_York', '2026-07-01T03:15:00Z', '2026-07-01T04:00:00Z'),
      'Tuesday, 30 June 2026, 23:15 to Wednesday, 1 July 2026, 00:00 (America/New_York, UTC-4)',
    )
    assert.equal(
      words('UTC', '2026-12-31T23:00:00Z', '2027-01-01T00:30:00Z'),
      'Thursday, 31 December 2026, 23:00 to Friday, 1 January 2027, 00:30 (UTC)',
    )
  })

  it('tell the distance from UTC on both sides of a change of the clocks', () => {
    assert.equal(
      words('America/New_York', '2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'),
      'Sunday, 8 March 2026, 01:30 (UTC-5) to 03:30 (UTC-4), America/New_York',
    )
    assert.equal(
      words('America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'),
      'Sunday, 1 November 2026, 01:30 (UTC-4) to 01:30 (UTC-5), America/New_York',
    )
  })

  it('know zones whose clocks are not whole hours from UTC', () => {
    assert.equal(offsetWords(zoneOf('Asia/Kathmandu'), at('2026-01-06T00:00:00Z')), 'UTC+5:45')
    assert.equal(offsetWords(zoneOf('America/St_Johns'), at('2026-01-06T00:00:00Z')), 'UTC-3:30')
    assert.equal(offsetWords(zoneOf('Pacific/Kiritimati'), at('2026-01-06T00:00:00Z')), 'UTC+14')
    assert.equal(offsetWords(zoneOf('Europe/London'), at('2026-01-06T00:00:00Z')), 'UTC')
  })

  it('of one instant are long or short', () => {
    const [zone, instant] = [zoneOf('Asia/Tokyo'), at('2026-02-28T15:05:00Z')]
    assert.equal(instantWords(zone, instant), 'Sunday, 1 March 2026, 00:05 (Asia/Tokyo, UTC+9)')
    assert.equal(shortInstantWords(zone, instant), 'Sun 1 Mar 2026, 00:05')
  })
})
