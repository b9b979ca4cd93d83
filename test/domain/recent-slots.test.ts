import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import { recentSlots, unchangedUntil } from '../../src/domain/recent-slots.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { situations } from './support/arbitraries.ts'
import { claim, offer } from './support/builders.ts'
import { at, between } from './support/wall.ts'

const NOW = at('2026-06-01T08:00:00Z')
const MONDAY = between('2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z')

describe('slots that were searched for a moment ago', () => {
  it('are the very same list as long as nothing changes', () => {
    const sold = offer()
    const none: never[] = []
    const first = recentSlots(sold, MONDAY, none, NOW)
    assert.equal(recentSlots(sold, MONDAY, none, (NOW + 60 * MINUTE) as Instant), first)
    assert.notEqual(recentSlots(sold, MONDAY, none, (NOW + 60 * MINUTE + 1) as Instant), first)
  })

  it('are searched for anew when offer, range or claims are others, or the clock goes back', () => {
    const sold = offer()
    const none: never[] = []
    const first = recentSlots(sold, MONDAY, none, NOW)
    assert.notEqual(recentSlots({ ...sold }, MONDAY, none, NOW), first)
    assert.notEqual(recentSlots(sold, MONDAY, none, (NOW - 1) as Instant), first)
    const taken = [claim(between('2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z'))]
    assert.equal(recentSlots(sold, MONDAY, taken, NOW)[1]?.reason, 'booked')
    assert.equal(recentSlots(sold, { ...MONDAY, end: at('2026-06-01T10:00:00Z') }, taken, NOW).length, 1)
  })

  it('are what a search would find, whenever they are asked for', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3 * 1_440 }), { maxLength: 12 })
    fc.assert(
      fc.property(situations, steps, ({ offer: sold, range, claims, now }, minutes) => {
        let later = now as number
        for (const step of [0, ...minutes]) {
          later += step * MINUTE + (step % 3)
          const moment = later as Instant
          assert.deepEqual(recentSlots(sold, range, claims, moment), slotsIn(sold, range, claims, moment))
        }
      }),
      { numRuns: 400 },
    )
  })

  it('change not before the instant that is given for it', () => {
    fc.assert(
      fc.property(situations, ({ offer: sold, range, claims, now }) => {
        const slots = slotsIn(sold, range, claims, now)
        const until = unchangedUntil(sold, slots, now)
        if (until > now) assert.deepEqual(slotsIn(sold, range, claims, (until - 1) as Instant), slots)
      }),
      { numRuns: 400 },
    )
  })
})
