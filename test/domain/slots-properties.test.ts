import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import { overlaps } from '../../src/domain/interval.ts'
import { occupiedRange } from '../../src/domain/occupancy.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { situations } from './support/arbitraries.ts'

const RUNS = { numRuns: 600 }

describe('slots of any situation', () => {
  it('are in order, of exact length and start inside the range', () => {
    fc.assert(
      fc.property(situations, ({ offer, range, claims, now }) => {
        let previous = Number.NEGATIVE_INFINITY
        for (const { start, end } of slotsIn(offer, range, claims, now)) {
          assert.ok(start > previous)
          assert.ok(range.start <= start && start < range.end)
          assert.equal(end - start, offer.service.durationMinutes * MINUTE)
          previous = start
        }
      }),
      RUNS,
    )
  })

  it('are the same however a range is cut into pieces', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 })
    fc.assert(
      fc.property(situations, cuts, ({ offer, range, claims, now }, fractions) => {
        const bounds = [0, ...fractions.sort((a, b) => a - b), 1].map((fraction) =>
          Math.round(range.start + fraction * (range.end - range.start)),
        )
        const pieces = bounds.slice(1).flatMap((end, index) => {
          const piece = { start: bounds[index] as Instant, end: end as Instant }
          return slotsIn(offer, piece, claims, now)
        })
        assert.deepEqual(pieces, slotsIn(offer, range, claims, now))
      }),
      RUNS,
    )
  })

  it('are judged alike by the claims of the occupied range alone as by all there are', () => {
    fc.assert(
      fc.property(situations, ({ offer, range, claims, now }) => {
        const reach = occupiedRange(offer, range)
        const read = claims.filter(({ blocked }) => overlaps(blocked, reach))
        assert.deepEqual(slotsIn(offer, range, read, now), slotsIn(offer, range, claims, now))
      }),
      { numRuns: 2_000 },
    )
  })

  it('are not touched by the order in which claims are told', () => {
    fc.assert(
      fc.property(situations, ({ offer, range, claims, now }) => {
        assert.deepEqual(slotsIn(offer, range, claims.toReversed(), now), slotsIn(offer, range, claims, now))
      }),
      RUNS,
    )
  })
})
