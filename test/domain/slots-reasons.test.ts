import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Claim } from '../../src/domain/occupancy.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import type { Service } from '../../src/domain/service.ts'
import { type SlotReason, slotsIn, statusOf } from '../../src/domain/slots.ts'
import { claim, hold, OTHER_SERVICE, offer, overrides, service } from './support/builders.ts'
import { at, between, breaks, everyDay, week } from './support/wall.ts'

const EARLIER = at('2026-05-01T00:00:00Z')
const MONDAY = between('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z')
const MORNING = { weeklyHours: week({ monday: ['09:00-12:00'] }) }

interface Parts {
  readonly service?: Partial<Service>
  readonly schedule?: Partial<Schedule>
  readonly claims?: readonly Claim[]
  readonly now?: string
}

/** Monday's slots from nine to twelve as `09:00 booked`. */
function board({ service, schedule, claims = [], now }: Parts, range = MONDAY) {
  const judged = offer({ service: service ?? {}, schedule: { ...MORNING, ...schedule } })
  const slots = slotsIn(judged, range, claims, now === undefined ? EARLIER : at(now))
  return slots.map(({ start, reason }) => {
    const time = new Date(start).toISOString().slice(11, 16)
    return reason === null ? time : `${time} ${reason}`
  })
}

const onMonday = (start: string, end: string) => between(`2026-06-01T${start}:00Z`, `2026-06-01T${end}:00Z`)

describe('closing reasons', () => {
  it('is override for weekly slots that the date’s own hours do not touch', () => {
    const schedule = { overrides: overrides({ '2026-06-01': ['09:30-11:00'] }) }
    assert.deepEqual(board({ schedule }), ['09:30', '11:00 override'])
    assert.deepEqual(board({ schedule: { overrides: overrides({ '2026-06-01': [] }) } }), [
      '09:00 override',
      '10:00 override',
      '11:00 override',
    ])
  })

  it('is not override for a slot that overlaps the date’s own hours, even where a gap makes grids overlap', () => {
    const schedule = {
      timeZone: 'America/New_York',
      weeklyHours: week({ sunday: ['02:15-02:45', '03:00-04:30'] }),
      overrides: overrides({ '2026-03-08': ['03:30-03:45'] }),
    }
    const sunday = between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z')
    const rules = { durationMinutes: 30, slotIntervalMinutes: 60 }
    assert.deepEqual(board({ schedule, service: rules, now: '2026-03-01T00:00:00Z' }, sunday), [
      '07:00 override',
      '08:00 override',
    ])
  })

  it('is service-hours where the provider works but not for this service', () => {
    const weeklyHours = week({ monday: ['09:30-12:00'] })
    assert.deepEqual(board({ service: { weeklyHours } }), ['09:00 service-hours', '10:00', '11:00'])
  })

  it('is time-off for a slot that overlaps it, and not for one that touches it', () => {
    assert.deepEqual(board({ schedule: { timeOff: [onMonday('10:00', '11:00')] } }), [
      '09:00',
      '10:00 time-off',
      '11:00',
    ])
    assert.deepEqual(board({ schedule: { timeOff: [onMonday('10:59', '11:01')] } }), [
      '09:00',
      '10:00 time-off',
      '11:00 time-off',
    ])
  })
})

describe('claims', () => {
  it('leave touching slots free', () => {
    assert.deepEqual(board({ claims: [claim(onMonday('10:00', '11:00'))] }), [
      '09:00',
      '10:00 booked',
      '11:00',
    ])
  })

  it('take every slot they overlap, of whichever service they are', () => {
    const other = service({ id: OTHER_SERVICE })
    assert.deepEqual(board({ claims: [claim(onMonday('09:59', '11:01'), other)] }), [
      '09:00 booked',
      '10:00 booked',
      '11:00 booked',
    ])
  })

  it('are held where they may still expire, and booked where both lie on one slot', () => {
    const held = hold(onMonday('10:00', '11:00'))
    assert.deepEqual(board({ claims: [held] }), ['09:00', '10:00 held', '11:00'])
    assert.deepEqual(board({ claims: [held, claim(onMonday('10:30', '11:00'))] })[1], '10:00 booked')
  })

  it('keep their own buffers free on both sides', () => {
    const cleaned = service({ bufferBeforeMinutes: 1, bufferAfterMinutes: 1 })
    assert.deepEqual(board({ claims: [claim(onMonday('10:00', '11:00'), cleaned)] }), [
      '09:00 buffer',
      '10:00 booked',
      '11:00 buffer',
    ])
  })

  it('meet the buffers of the slot itself on both sides', () => {
    const claims = [claim(onMonday('10:00', '11:00'))]
    assert.deepEqual(board({ service: { bufferBeforeMinutes: 1 }, claims }), [
      '09:00',
      '10:00 booked',
      '11:00 buffer',
    ])
    assert.deepEqual(board({ service: { bufferAfterMinutes: 1 }, claims }), [
      '09:00 buffer',
      '10:00 booked',
      '11:00',
    ])
  })

  it('add their buffer to the slot’s own: both must fit between, and may touch', () => {
    const sold = service({ bufferAfterMinutes: 10 })
    const own = { bufferBeforeMinutes: 20 }
    assert.equal(board({ service: own, claims: [claim(onMonday('09:00', '09:30'), sold)] })[1], '10:00')
    assert.equal(
      board({ service: own, claims: [claim(onMonday('09:00', '09:31'), sold)] })[1],
      '10:00 buffer',
    )
  })

  it('may keep a buffer into a break or past closing time', () => {
    const schedule = { breaks: breaks({ monday: ['10:00-11:00'] }) }
    const buffers = { bufferBeforeMinutes: 30, bufferAfterMinutes: 30 }
    assert.deepEqual(board({ schedule, service: buffers }), ['09:00', '10:00 break', '11:00'])
  })
})

describe('limits', () => {
  it('is notice for a slot that starts before the shortest notice is over', () => {
    const rules = { minNoticeMinutes: 60 }
    assert.equal(board({ service: rules, now: '2026-06-01T09:00:00Z' })[1], '10:00')
    assert.equal(board({ service: rules, now: '2026-06-01T09:00:00.001Z' })[1], '10:00 notice')
  })

  it('is notice for a slot that has begun, even where no notice is asked for', () => {
    assert.deepEqual(board({ now: '2026-06-01T10:00:00Z' }), ['09:00 notice', '10:00', '11:00'])
    assert.equal(board({ now: '2026-06-01T10:00:00.001Z' })[1], '10:00 notice')
  })

  it('ends the horizon at the same wall time so many days later, that instant included', () => {
    const rules = { maxHorizonDays: 3 }
    assert.deepEqual(board({ service: rules, now: '2026-05-29T10:00:00Z' }), [
      '09:00',
      '10:00',
      '11:00 horizon',
    ])
    assert.equal(board({ service: rules, now: '2026-05-29T09:59:59.999Z' })[1], '10:00 horizon')
  })

  it('ends the horizon by the wall clock also when the clocks change before it', () => {
    const schedule = { timeZone: 'America/New_York', weeklyHours: week({ sunday: ['08:00-11:00'] }) }
    const sunday = between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z')
    const now = '2026-03-07T14:00:00Z'
    assert.deepEqual(board({ schedule, service: { maxHorizonDays: 1 }, now }, sunday), [
      '12:00',
      '13:00',
      '14:00 horizon',
    ])
  })

  it('closes a day once the limit is reached and leaves the next one open', () => {
    const schedule = { weeklyHours: everyDay('09:00-11:00') }
    const twoDays = between('2026-06-01T00:00:00Z', '2026-06-03T00:00:00Z')
    const claims = [claim(onMonday('09:00', '10:00'))]
    assert.deepEqual(board({ schedule, service: { dailyLimit: 1 }, claims }, twoDays), [
      '09:00 booked',
      '10:00 daily-limit',
      '09:00',
      '10:00',
    ])
    assert.equal(board({ schedule, service: { dailyLimit: 2 }, claims })[1], '10:00')
  })

  it('counts a day from local midnight to local midnight, by the start of a booking', () => {
    const schedule = { timeZone: 'America/New_York', weeklyHours: everyDay('08:00-09:00', '22:00-24:00') }
    const dayBefore = claim(between('2026-06-01T03:00:00Z', '2026-06-01T04:30:00Z'))
    const monday = between('2026-06-01T04:00:00Z', '2026-06-02T04:00:00Z')
    const rules = { dailyLimit: 1 }
    assert.equal(board({ schedule, service: rules, claims: [dayBefore] }, monday)[0], '12:00')
    const sameDay = claim(between('2026-06-02T03:00:00Z', '2026-06-02T04:00:00Z'))
    assert.equal(board({ schedule, service: rules, claims: [sameDay] }, monday)[0], '12:00 daily-limit')
  })

  it('counts only claims of the same service, and a hold like a booking since it may become one', () => {
    const rules = { dailyLimit: 1 }
    const other = claim(onMonday('09:00', '10:00'), service({ id: OTHER_SERVICE }))
    assert.equal(board({ service: rules, claims: [other] })[1], '10:00')
    assert.equal(
      board({ service: rules, claims: [hold(onMonday('09:00', '10:00'))] })[1],
      '10:00 daily-limit',
    )
  })
})

describe('reasons in their order', () => {
  it('gives the first of several: each obstacle taken away shows the next', () => {
    const nine = onMonday('09:00', '10:00')
    const obstacles: [SlotReason, Parts][] = [
      ['override', { schedule: { overrides: overrides({ '2026-06-01': ['11:00-12:00'] }) } }],
      ['service-hours', { service: { weeklyHours: week({ tuesday: ['09:00-12:00'] }) } }],
      ['break', { schedule: { breaks: breaks({ monday: ['09:00-10:00'] }) } }],
      ['time-off', { schedule: { timeOff: [nine] } }],
      ['booked', { claims: [claim(nine)] }],
      ['held', { claims: [hold(nine)] }],
      ['buffer', { service: { bufferAfterMinutes: 5 }, claims: [claim(onMonday('10:00', '10:30'))] }],
      ['notice', { service: { minNoticeMinutes: 600 } }],
      ['horizon', { service: { maxHorizonDays: 0 } }],
      ['daily-limit', { service: { dailyLimit: 1 }, claims: [claim(onMonday('15:00', '16:00'))] }],
    ]
    const now = '2026-06-01T00:00:00Z'
    for (const [index, [reason]] of obstacles.entries()) {
      const left = obstacles.slice(index).map(([, parts]) => parts)
      const service: Partial<Service> = Object.assign({}, ...left.map((parts) => parts.service))
      const schedule: Partial<Schedule> = Object.assign({}, ...left.map((parts) => parts.schedule))
      const claims = left.flatMap((parts) => parts.claims ?? [])
      assert.equal(board({ service, schedule, claims, now })[0], `09:00 ${reason}`)
    }
    assert.equal(board({ now })[0], '09:00')
  })

  it('tells status and reason apart: a status says what to draw, a reason why', () => {
    const slot = (reason: SlotReason | null) => ({ ...onMonday('09:00', '10:00'), reason })
    assert.equal(statusOf(slot(null)), 'available')
    assert.equal(statusOf(slot('booked')), 'booked')
    assert.equal(statusOf(slot('held')), 'booked')
    assert.equal(statusOf(slot('break')), 'break')
    for (const reason of [
      'override',
      'service-hours',
      'time-off',
      'buffer',
      'notice',
      'horizon',
      'daily-limit',
    ] as const) {
      assert.equal(statusOf(slot(reason)), 'unavailable', reason)
    }
  })

  it('lists no slot of a retired service', () => {
    assert.deepEqual(board({ service: { isActive: false } }), [])
  })
})
