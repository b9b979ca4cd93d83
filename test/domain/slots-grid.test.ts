import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Schedule } from '../../src/domain/schedule.ts'
import type { Service } from '../../src/domain/service.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { claim, offer, overrides } from './support/builders.ts'
import { at, between, breaks, week } from './support/wall.ts'

const NOW = at('2026-01-01T00:00:00Z')
const MONDAY = between('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z')

/** Every slot of Monday, 1 June 2026, as `09:00 booked`, the reason left out where it is free. */
function board(
  parts: { service?: Partial<Service>; schedule?: Partial<Schedule> },
  range = MONDAY,
  claims: Parameters<typeof slotsIn>[2] = [],
) {
  return slotsIn(offer(parts), range, claims, NOW).map(({ start, reason }) => {
    const time = new Date(start).toISOString().slice(11, 16)
    return reason === null ? time : `${time} ${reason}`
  })
}

describe('the grid of slots', () => {
  it('starts at the opening and steps by the slot interval as long as a slot still fits', () => {
    const schedule = { weeklyHours: week({ monday: ['09:10-11:30'] }) }
    assert.deepEqual(board({ schedule }), ['09:10', '10:10'])
    assert.deepEqual(board({ schedule, service: { slotIntervalMinutes: 30 } }), ['09:10', '09:40', '10:10'])
    assert.deepEqual(board({ schedule, service: { slotIntervalMinutes: 20 } }), [
      '09:10',
      '09:30',
      '09:50',
      '10:10',
      '10:30',
    ])
  })

  it('lets a slot end exactly at closing time', () => {
    assert.deepEqual(board({ schedule: { weeklyHours: week({ monday: ['09:00-10:00'] }) } }), ['09:00'])
    assert.deepEqual(board({ schedule: { weeklyHours: week({ monday: ['09:00-09:59'] }) } }), [])
  })

  it('starts anew at each interval of hours', () => {
    const schedule = { weeklyHours: week({ monday: ['09:00-10:30', '13:15-15:15'] }) }
    assert.deepEqual(board({ schedule }), ['09:00', '13:15', '14:15'])
  })

  it('lets a slot go on into hours that touch, and starts their grid anew all the same', () => {
    const schedule = { weeklyHours: week({ monday: ['09:00-10:30', '10:30-12:00'] }) }
    assert.deepEqual(board({ schedule }), ['09:00', '10:00', '10:30'])
  })

  it('is not moved by a break, and a slot that overlaps one is break', () => {
    const schedule = {
      weeklyHours: week({ monday: ['09:00-14:00'] }),
      breaks: breaks({ monday: ['10:30-11:15'] }),
    }
    assert.deepEqual(board({ schedule }), ['09:00', '10:00 break', '11:00 break', '12:00', '13:00'])
  })

  it('lets slots touch a break at either end', () => {
    const schedule = {
      weeklyHours: week({ monday: ['09:00-12:00'] }),
      breaks: breaks({ monday: ['10:00-11:00'] }),
    }
    assert.deepEqual(board({ schedule }), ['09:00', '10:00 break', '11:00'])
  })

  it('is not moved by a booking', () => {
    const schedule = { weeklyHours: week({ monday: ['09:00-13:00'] }) }
    const odd = claim(between('2026-06-01T10:20:00Z', '2026-06-01T10:50:00Z'))
    assert.deepEqual(board({ schedule }, MONDAY, [odd]), ['09:00', '10:00 booked', '11:00', '12:00'])
  })

  it('steps in elapsed minutes when the clock changes', () => {
    const schedule = { timeZone: 'America/New_York', weeklyHours: week({ sunday: ['00:30-04:00'] }) }
    const day = between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z')
    assert.deepEqual(board({ schedule, service: { durationMinutes: 45 } }, day), ['05:30', '06:15', '07:00'])
  })
})

describe('a night shift', () => {
  const schedule = { weeklyHours: week({ monday: ['22:00-24:00'], tuesday: ['00:00-06:00'] }) }

  it('has slots across midnight', () => {
    const night = between('2026-06-01T12:00:00Z', '2026-06-02T12:00:00Z')
    assert.deepEqual(board({ schedule, service: { durationMinutes: 90 } }, night), [
      '22:00',
      '23:30',
      '00:00',
      '01:30',
      '03:00',
      '04:30',
    ])
  })

  it('belongs to the day on which a slot starts', () => {
    assert.deepEqual(board({ schedule, service: { durationMinutes: 90 } }), ['22:00', '23:30'])
  })

  it('ends at midnight where the next date is closed', () => {
    const closed = { ...schedule, overrides: overrides({ '2026-06-02': [] }) }
    assert.deepEqual(board({ schedule: closed, service: { durationMinutes: 90 } }), ['22:00'])
  })

  it('meets the next date’s break and time off', () => {
    const resting = { ...schedule, breaks: breaks({ tuesday: ['00:30-00:45'] }) }
    assert.deepEqual(board({ schedule: resting, service: { durationMinutes: 90 } }), ['22:00', '23:30 break'])
    const away = { ...schedule, timeOff: [between('2026-06-02T00:15:00Z', '2026-06-02T03:00:00Z')] }
    assert.deepEqual(board({ schedule: away, service: { durationMinutes: 90 } }), ['22:00', '23:30 time-off'])
  })
})

describe('a range of slots', () => {
  it('holds the slots that start in it: its start counts, its end does not', () => {
    const range = between('2026-06-01T10:00:00Z', '2026-06-01T12:00:00Z')
    assert.deepEqual(board({}, range), ['10:00', '11:00'])
    assert.deepEqual(board({}, between('2026-06-01T10:00:00.001Z', '2026-06-01T12:00:00.001Z')), [
      '11:00',
      '12:00',
    ])
  })

  it('has nothing in it where it is empty', () => {
    assert.deepEqual(board({}, between('2026-06-01T10:00:00Z', '2026-06-01T10:00:00Z')), [])
  })
})
