import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type DescribedSlot,
  describedRightly,
  limitedDay,
  requestBooking,
} from '../../src/domain/booking-request.ts'
import type { Claim } from '../../src/domain/occupancy.ts'
import type { Schedule } from '../../src/domain/schedule.ts'
import type { Service } from '../../src/domain/service.ts'
import {
  BOOKING,
  CUSTOMER,
  claim,
  hold,
  offer,
  overrides,
  PROVIDER,
  request,
  SERVICE,
} from './support/builders.ts'
import { at, between, breaks, week } from './support/wall.ts'

const NOW = at('2026-05-31T12:00:00Z')

interface Parts {
  readonly service?: Partial<Service>
  readonly schedule?: Partial<Schedule>
  readonly claims?: readonly Claim[]
  readonly now?: string
  readonly customerId?: typeof PROVIDER
}

function ask(start: string, { claims = [], now, customerId = CUSTOMER, ...parts }: Parts = {}) {
  const asked = request({ start: at(start), customerId })
  return requestBooking(asked, offer(parts), claims, now === undefined ? NOW : at(now))
}

const refusal = (start: string, parts: Parts = {}) => {
  const outcome = ask(start, parts)
  return outcome.ok ? undefined : outcome.rejection
}

const NINE = '2026-06-01T09:00:00Z'
const nineToTen = between(NINE, '2026-06-01T10:00:00Z')

describe('a booking that is granted', () => {
  it('takes the slot and the terms of the service along', () => {
    const sold: Partial<Service> = {
      version: 7,
      price: { minorUnits: 9900, currency: 'EUR' },
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 15,
      cancellationWindowMinutes: 90,
    }
    assert.deepEqual(ask(NINE, { service: sold }), {
      ok: true,
      value: {
        ...request(),
        id: BOOKING,
        status: 'confirmed',
        version: 1,
        serviceId: SERVICE,
        providerId: PROVIDER,
        customerId: CUSTOMER,
        ...nineToTen,
        serviceVersion: 7,
        price: { minorUnits: 9900, currency: 'EUR' },
        bufferBeforeMinutes: 5,
        bufferAfterMinutes: 15,
        cancellableUntil: at('2026-06-01T07:30:00Z'),
        createdAt: NOW,
        updatedAt: NOW,
      },
    })
  })

  it('is pending where the provider wants to confirm, else confirmed at once', () => {
    const pending = ask(NINE, { service: { requiresConfirmation: true } })
    assert.equal(pending.ok && pending.value.status, 'pending')
    const confirmed = ask(NINE)
    assert.equal(confirmed.ok && confirmed.value.status, 'confirmed')
  })

  it('lets touching bookings coexist', () => {
    const claims = [
      claim(between('2026-06-01T08:00:00Z', NINE)),
      claim(between('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z')),
    ]
    assert.equal(ask(NINE, { claims }).ok, true)
  })

  it('keeps notes and metadata as they were said', () => {
    const outcome = requestBooking(
      request({ notes: 'by the window', metadata: { seat: 4 } }),
      offer(),
      [],
      NOW,
    )
    assert.deepEqual(outcome.ok && [outcome.value.notes, outcome.value.metadata], [
      'by the window',
      { seat: 4 },
    ])
  })
})

describe('a booking of a slot that exists is refused', () => {
  it('as retired where the service takes no bookings any more', () => {
    assert.deepEqual(refusal(NINE, { service: { isActive: false } }), { code: 'service-retired' })
  })

  it('as the provider’s own', () => {
    assert.deepEqual(refusal(NINE, { customerId: PROVIDER }), { code: 'own-service' })
  })

  it('as taken, with what lies there', () => {
    assert.deepEqual(refusal(NINE, { claims: [claim(nineToTen)] }), { code: 'slot-taken', reason: 'booked' })
    assert.deepEqual(refusal(NINE, { claims: [hold(nineToTen)] }), { code: 'slot-taken', reason: 'held' })
    const next = claim(between('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z'))
    assert.deepEqual(refusal(NINE, { claims: [next], service: { bufferAfterMinutes: 5 } }), {
      code: 'slot-taken',
      reason: 'buffer',
    })
  })

  it('in a break and in time off', () => {
    assert.deepEqual(refusal(NINE, { schedule: { breaks: breaks({ monday: ['09:30-09:45'] }) } }), {
      code: 'in-break',
    })
    assert.deepEqual(refusal(NINE, { schedule: { timeOff: [nineToTen] } }), { code: 'time-off' })
  })

  it('outside hours, with whose hours they are', () => {
    assert.deepEqual(refusal(NINE, { service: { weeklyHours: week({ monday: ['10:00-17:00'] }) } }), {
      code: 'outside-hours',
      reason: 'service-hours',
    })
    const schedule = { overrides: overrides({ '2026-06-01': ['12:00-17:00'] }) }
    assert.deepEqual(refusal(NINE, { schedule }), { code: 'outside-hours', reason: 'override' })
  })

  it('with too short a notice, and says from when on', () => {
    const parts = { service: { minNoticeMinutes: 120 }, now: '2026-06-01T07:00:00.001Z' }
    assert.deepEqual(refusal(NINE, parts), {
      code: 'notice-too-short',
      earliestStart: at('2026-06-01T09:00:00.001Z'),
      now: at('2026-06-01T07:00:00.001Z'),
    })
    assert.equal(refusal(NINE, { ...parts, now: '2026-06-01T07:00:00Z' }), undefined)
  })

  it('beyond the horizon, and says up to when', () => {
    const parts = { service: { maxHorizonDays: 2 }, now: '2026-05-30T08:59:59.999Z' }
    assert.deepEqual(refusal(NINE, parts), {
      code: 'beyond-horizon',
      latestStart: at('2026-06-01T08:59:59.999Z'),
      now: at('2026-05-30T08:59:59.999Z'),
    })
    assert.equal(refusal(NINE, { ...parts, now: '2026-05-30T09:00:00Z' }), undefined)
  })

  it('on a day that has reached its limit, and says the limit', () => {
    const later = claim(between('2026-06-01T15:00:00Z', '2026-06-01T16:00:00Z'))
    assert.deepEqual(refusal(NINE, { service: { dailyLimit: 1 }, claims: [later] }), {
      code: 'daily-limit-reached',
      dailyLimit: 1,
    })
    assert.equal(refusal(NINE, { service: { dailyLimit: 2 }, claims: [later] }), undefined)
  })

  it('in the past, whatever notice is asked for', () => {
    const now = '2026-06-01T09:00:00.001Z'
    assert.deepEqual(refusal(NINE, { now }), { code: 'in-the-past', now: at(now) })
    assert.deepEqual(refusal(NINE, { now, service: { minNoticeMinutes: 60 } }), {
      code: 'in-the-past',
      now: at(now),
    })
    assert.equal(refusal(NINE, { now: NINE }), undefined)
  })
})

describe('a start at which no slot begins is refused', () => {
  it('as off the grid where a slot could begin within the hours', () => {
    assert.deepEqual(refusal('2026-06-01T09:20:00Z'), { code: 'off-grid', slotIntervalMinutes: 60 })
    assert.deepEqual(refusal('2026-06-01T09:00:30Z'), { code: 'off-grid', slotIntervalMinutes: 60 })
    assert.deepEqual(refusal('2026-06-01T09:00:00.001Z'), { code: 'off-grid', slotIntervalMinutes: 60 })
  })

  it('as outside hours before opening, at closing and where it would not fit any more', () => {
    for (const start of ['2026-06-01T08:00:00Z', '2026-06-01T17:00:00Z', '2026-06-01T16:30:00Z']) {
      assert.deepEqual(refusal(start), { code: 'outside-hours', reason: null }, start)
    }
  })

  it('as a day off where the weekday has no hours', () => {
    assert.deepEqual(refusal('2026-06-06T09:00:00Z'), { code: 'outside-hours', reason: 'day-off' })
  })

  it('as overridden on a date with hours of its own', () => {
    const schedule = { overrides: overrides({ '2026-06-01': ['12:00-17:00'] }) }
    assert.deepEqual(refusal('2026-06-01T09:20:00Z', { schedule }), {
      code: 'outside-hours',
      reason: 'override',
    })
    assert.deepEqual(refusal('2026-06-01T20:00:00Z', { schedule }), {
      code: 'outside-hours',
      reason: 'override',
    })
    assert.deepEqual(refusal('2026-06-01T12:20:00Z', { schedule }), {
      code: 'off-grid',
      slotIntervalMinutes: 60,
    })
  })

  it('as in the past where it has gone by', () => {
    assert.deepEqual(refusal('2026-05-31T11:59:00Z'), { code: 'in-the-past', now: NOW })
  })
})

describe('the day of a daily limit', () => {
  it('is the local day of the start, in elapsed hours', () => {
    const newYork = offer({ schedule: { timeZone: 'America/New_York' } })
    assert.deepEqual(
      limitedDay(newYork, at('2026-03-09T03:59:59Z')),
      between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'),
    )
  })
})

describe('a slot that is described', () => {
  const describedAs = (more: Partial<DescribedSlot>, service: Partial<Service> = {}) => {
    const { start, end } = nineToTen
    const outcome = describedRightly(
      { providerId: PROVIDER, endTime: end, ...more },
      offer({ service }),
      start,
    )
    return outcome.ok ? [] : outcome.rejection.violations.map(({ path }) => path.join('.'))
  }

  it('is of the provider of the service, and as long as the service takes', () => {
    assert.deepEqual(describedAs({}), [])
    assert.deepEqual(describedAs({}, { durationMinutes: 45 }), ['endTime'])
    assert.deepEqual(describedAs({ endTime: at('2026-06-01T09:45:00Z') }, { durationMinutes: 45 }), [])
  })

  it('is refused for each thing that is said wrongly of it, all at once', () => {
    assert.deepEqual(describedAs({ endTime: at('2026-06-01T09:59:59.999Z') }), ['endTime'])
    assert.deepEqual(describedAs({ endTime: nineToTen.start }), ['endTime'])
    assert.deepEqual(describedAs({ providerId: CUSTOMER }), ['providerId'])
    assert.deepEqual(describedAs({ providerId: CUSTOMER, endTime: at('2027-06-01T10:00:00Z') }), [
      'providerId',
      'endTime',
    ])
  })
})
