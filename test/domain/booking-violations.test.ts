import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type BookingRejection, requestBooking } from '../../src/domain/booking-request.ts'
import { bookingViolations } from '../../src/domain/booking-violations.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import type { Offer } from '../../src/domain/service.ts'
import { type Situation, situations } from './support/arbitraries.ts'
import { CUSTOMER, claim, offer, overrides, PROVIDER, request } from './support/builders.ts'
import { at, between, breaks, week } from './support/wall.ts'

/** Somebody, or the provider, who wants to start anywhere near a situation. */
const wishes = fc.record({
  situation: situations,
  offset: fc.oneof(
    fc.integer({ min: -3_000, max: 3_000 }).map((steps) => steps * 5 * MINUTE),
    fc.integer({ min: -1e8, max: 1e8 }),
  ),
  customerId: fc.constantFrom(CUSTOMER, CUSTOMER, PROVIDER),
  isActive: fc.constantFrom(true, true, false),
})

interface Wish {
  readonly situation: Situation
  readonly offset: number
  readonly customerId: typeof CUSTOMER
  readonly isActive: boolean
}

/** The request and what it is judged by. */
function facts({ situation, offset, customerId, isActive }: Wish) {
  const { offer: given, claims, now, range } = situation
  const judged: Offer = { ...given, service: { ...given.service, isActive } }
  const start = (range.start + offset) as Instant
  return [request({ start, customerId }), judged, claims, now] as const
}

const wordOf = (violation: BookingRejection) =>
  'reason' in violation ? `${violation.code} ${violation.reason}` : violation.code

describe('all that is in the way of a booking', () => {
  it('begins with the answer that booking gives, and is nothing where booking says yes', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const decision = requestBooking(...facts(wish))
        const [first] = bookingViolations(...facts(wish))
        assert.deepEqual(first, decision.ok ? undefined : decision.rejection)
      }),
      { numRuns: 600 },
    )
  })

  it('names each thing once', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const words = bookingViolations(...facts(wish)).map(wordOf)
        assert.equal(new Set(words).size, words.length, words.join(', '))
      }),
      { numRuns: 600 },
    )
  })

  it('has what is wrong with the service, the person and the time whatever else is', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const codes = bookingViolations(...facts(wish)).map(({ code }) => code)
        const [{ start }, , , now] = facts(wish)
        assert.equal(codes.includes('service-retired'), !wish.isActive)
        assert.equal(codes.includes('own-service'), wish.customerId === PROVIDER)
        assert.equal(codes.includes('in-the-past'), start < now, codes.join(', '))
      }),
      { numRuns: 600 },
    )
  })
})

const NOW = at('2026-05-31T12:00:00Z')

/** The words of all violations of a request for one hour. */
const words = (
  start: string,
  parts: Parameters<typeof offer>[0],
  { claims = [] as ReturnType<typeof claim>[], now = NOW, customerId = CUSTOMER } = {},
) => bookingViolations(request({ start: at(start), customerId }), offer(parts), claims, now).map(wordOf)

describe('all at once', () => {
  it('are a break, time off, a booking, a limit and the notice, each with its own word', () => {
    const hour = between('2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z')
    const afternoon = between('2026-06-01T15:00:00Z', '2026-06-01T16:00:00Z')
    const found = words(
      '2026-06-01T09:00:00Z',
      {
        service: { minNoticeMinutes: 10_000, dailyLimit: 1 },
        schedule: { breaks: breaks({ monday: ['09:30-09:45'] }), timeOff: [hour] },
      },
      { claims: [claim(hour), claim(afternoon)] },
    )
    assert.deepEqual(found.toSorted(), [
      'daily-limit-reached',
      'in-break',
      'notice-too-short',
      'slot-taken booked',
      'time-off',
    ])
  })

  it('are the hours of the service and of the provider', () => {
    const service = { weeklyHours: week({ monday: ['10:00-12:00'] }), maxHorizonDays: 1 }
    const schedule = { overrides: overrides({ '2026-06-01': [] }) }
    assert.deepEqual(
      words('2026-06-01T09:00:00Z', { service, schedule }, { now: at('2026-05-01T00:00:00Z') }),
      ['outside-hours override', 'outside-hours service-hours', 'beyond-horizon'],
    )
  })

  it('are that it is retired, the provider’s own, in the past, and that nothing starts then', () => {
    const found = words(
      '2026-06-01T09:20:30Z',
      { service: { isActive: false } },
      { now: at('2026-06-02T00:00:00Z'), customerId: PROVIDER },
    )
    assert.deepEqual(found, ['service-retired', 'own-service', 'in-the-past', 'off-grid'])
  })
})
