import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { slotsIn } from '../../src/domain/slots.ts'
import { situations } from './support/arbitraries.ts'
import { slotsByHand } from './support/oracle.ts'

describe('slots against the rules worked out minute by minute', () => {
  it('finds the same slots with the same reasons in any situation', () => {
    fc.assert(
      fc.property(situations, ({ offer, range, claims, now }) => {
        assert.deepEqual(slotsIn(offer, range, claims, now), slotsByHand(offer, range, claims, now))
      }),
      { numRuns: 3_000 },
    )
  })
})
