import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type BookingRejection, requestBooking } from '../../src/domain/booking-request.ts'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import { type SlotReason, slotsIn } from '../../src/domain/slots.ts'
import { type Situation, situations } from './support/arbitraries.ts'
import { request } from './support/builders.ts'

const RUNS = { numRuns: 400 }

/** The reason of a slot in the words of a refusal; a slot that has begun is refused as past. */
const CODES = {
  override: 'outside-hours',
  'service-hours': 'outside-hours',
  break: 'in-break',
  'time-off': 'time-off',
  booked: 'slot-taken',
  held: 'slot-taken',
  buffer: 'slot-taken',
  notice: 'notice-too-short',
  horizon: 'beyond-horizon',
  'daily-limit': 'daily-limit-reached',
} as const satisfies Record<SlotReason, BookingRejection['code']>

const ask = ({ offer, claims, now }: Situation, start: Instant) =>
  requestBooking(request({ start }), offer, claims, now)

describe('booking and searching', () => {
  it('grants exactly the slots that are shown as available, and refuses the others for the reason shown', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { offer, range, claims, now } = situation
        for (const { start, end, reason } of slotsIn(offer, range, claims, now)) {
          const outcome = ask(situation, start)
          assert.equal(outcome.ok, reason === null)
          if (outcome.ok) {
            assert.deepEqual([outcome.value.start, outcome.value.end], [start, end])
            continue
          }
          if (reason === null) continue
          const { rejection } = outcome
          assert.equal(rejection.code, reason === 'notice' && start < now ? 'in-the-past' : CODES[reason])
          if ('reason' in rejection) assert.equal(rejection.reason, reason)
        }
      }),
      RUNS,
    )
  })

  it('refuses every start at which no slot is shown', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 13 }), (situation, step) => {
        const { offer, range, claims, now } = situation
        const shown = new Set(slotsIn(offer, range, claims, now).map(({ start }) => start))
        for (let start: number = range.start; start < range.end; start += step * 5 * MINUTE) {
          if (shown.has(start as Instant)) continue
          const outcome = ask(situation, start as Instant)
          assert.ok(!outcome.ok)
          const expected = start < now ? ['in-the-past'] : ['off-grid', 'outside-hours']
          assert.ok(expected.includes(outcome.rejection.code), outcome.rejection.code)
        }
      }),
      RUNS,
    )
  })

  it('calls a start off the grid exactly where a finer grid would have a slot', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { offer, range, now } = situation
        const finer = { ...offer, service: { ...offer.service, slotIntervalMinutes: 5 } }
        const possible = slotsIn(finer, range, [], now).filter(({ reason }) => reason !== 'override')
        const shown = new Set(slotsIn(offer, range, [], now).map(({ start }) => start))
        for (const { start } of possible) {
          if (shown.has(start) || start < now) continue
          const outcome = ask(situation, start)
          assert.equal(!outcome.ok && outcome.rejection.code, 'off-grid')
        }
      }),
      RUNS,
    )
  })
})
