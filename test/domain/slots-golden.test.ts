import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Slot, slotsIn } from '../../src/domain/slots.ts'
import { dayInterval, zoneOf } from '../../src/domain/zone.ts'
import { offer } from './support/builders.ts'
import { at, day, everyDay, minuteText, week } from './support/wall.ts'

const NOW = at('2026-01-01T00:00:00Z')
const HOUR = 3_600_000

/** The hourly slots of a local day of 2026; every one of them is free and an hour long. */
function slotsOn(zone: string, date: string, hours: string): string[] {
  const gym = offer({ schedule: { timeZone: zone, weeklyHours: week({ sunday: [hours] }) } })
  return freeHours(slotsIn(gym, dayInterval(zoneOf(zone), day(date)), [], NOW))
}

function freeHours(slots: readonly Slot[]): string[] {
  for (const { start, end, reason } of slots) assert.deepEqual([reason, end - start], [null, HOUR])
  return slots.map(({ start }) => minuteText(start))
}

const instants = (text: string) => text.trim().split(/\s+/)

describe('the gym’s Sunday, 08:00 to 16:00', () => {
  it('has eight slots in New York when summer time begins, from 12:00 UTC', () => {
    assert.deepEqual(
      slotsOn('America/New_York', '2026-03-08', '08:00-16:00'),
      instants(`
        2026-03-08T12:00Z 2026-03-08T13:00Z 2026-03-08T14:00Z 2026-03-08T15:00Z
        2026-03-08T16:00Z 2026-03-08T17:00Z 2026-03-08T18:00Z 2026-03-08T19:00Z`),
    )
  })

  it('has eight slots in New York when summer time ends, from 13:00 UTC', () => {
    assert.deepEqual(
      slotsOn('America/New_York', '2026-11-01', '08:00-16:00'),
      instants(`
        2026-11-01T13:00Z 2026-11-01T14:00Z 2026-11-01T15:00Z 2026-11-01T16:00Z
        2026-11-01T17:00Z 2026-11-01T18:00Z 2026-11-01T19:00Z 2026-11-01T20:00Z`),
    )
  })

  it('has eight slots in Berlin when summer time begins, from 06:00 UTC', () => {
    assert.deepEqual(
      slotsOn('Europe/Berlin', '2026-03-29', '08:00-16:00'),
      instants(`
        2026-03-29T06:00Z 2026-03-29T07:00Z 2026-03-29T08:00Z 2026-03-29T09:00Z
        2026-03-29T10:00Z 2026-03-29T11:00Z 2026-03-29T12:00Z 2026-03-29T13:00Z`),
    )
  })

  it('has eight slots in Berlin when summer time ends, from 07:00 UTC', () => {
    assert.deepEqual(
      slotsOn('Europe/Berlin', '2026-10-25', '08:00-16:00'),
      instants(`
        2026-10-25T07:00Z 2026-10-25T08:00Z 2026-10-25T09:00Z 2026-10-25T10:00Z
        2026-10-25T11:00Z 2026-10-25T12:00Z 2026-10-25T13:00Z 2026-10-25T14:00Z`),
    )
  })

  it('has eight slots in Kolkata, from half past two UTC', () => {
    assert.deepEqual(
      slotsOn('Asia/Kolkata', '2026-03-08', '08:00-16:00'),
      instants(`
        2026-03-08T02:30Z 2026-03-08T03:30Z 2026-03-08T04:30Z 2026-03-08T05:30Z
        2026-03-08T06:30Z 2026-03-08T07:30Z 2026-03-08T08:30Z 2026-03-08T09:30Z`),
    )
  })
})

describe('hours that span the change, 00:00 to 06:00', () => {
  it('have five slots in New York when the clock skips two o’clock', () => {
    assert.deepEqual(
      slotsOn('America/New_York', '2026-03-08', '00:00-06:00'),
      instants(`
        2026-03-08T05:00Z 2026-03-08T06:00Z 2026-03-08T07:00Z 2026-03-08T08:00Z 2026-03-08T09:00Z`),
    )
  })

  it('have seven slots in New York when the clock shows one o’clock twice', () => {
    assert.deepEqual(
      slotsOn('America/New_York', '2026-11-01', '00:00-06:00'),
      instants(`
        2026-11-01T04:00Z 2026-11-01T05:00Z 2026-11-01T06:00Z 2026-11-01T07:00Z
        2026-11-01T08:00Z 2026-11-01T09:00Z 2026-11-01T10:00Z`),
    )
  })

  it('have five slots in Berlin when the clock skips two o’clock', () => {
    assert.deepEqual(
      slotsOn('Europe/Berlin', '2026-03-29', '00:00-06:00'),
      instants(`
        2026-03-28T23:00Z 2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z 2026-03-29T03:00Z`),
    )
  })

  it('have seven slots in Berlin when the clock shows two o’clock twice', () => {
    assert.deepEqual(
      slotsOn('Europe/Berlin', '2026-10-25', '00:00-06:00'),
      instants(`
        2026-10-24T22:00Z 2026-10-24T23:00Z 2026-10-25T00:00Z 2026-10-25T01:00Z
        2026-10-25T02:00Z 2026-10-25T03:00Z 2026-10-25T04:00Z`),
    )
  })

  it('have six slots in Kolkata, where no clock ever changes', () => {
    assert.deepEqual(
      slotsOn('Asia/Kolkata', '2026-03-08', '00:00-06:00'),
      instants(`
        2026-03-07T18:30Z 2026-03-07T19:30Z 2026-03-07T20:30Z
        2026-03-07T21:30Z 2026-03-07T22:30Z 2026-03-07T23:30Z`),
    )
  })
})

describe('a provider who never closes', () => {
  const slotsOfDay = (zone: string, date: string) => {
    const always = offer({ schedule: { timeZone: zone, weeklyHours: everyDay('00:00-24:00') } })
    return freeHours(slotsIn(always, dayInterval(zoneOf(zone), day(date)), [], NOW))
  }

  it('starts each day’s grid at midnight, so that a slot of a day of 23.5 hours reaches into the next', () => {
    const shorter = slotsOfDay('Australia/Lord_Howe', '2026-10-04')
    assert.deepEqual([shorter.length, shorter.at(-1)], [24, '2026-10-04T12:30Z'])
    assert.equal(slotsOfDay('Australia/Lord_Howe', '2026-10-05')[0], '2026-10-04T13:00Z')
  })
})
