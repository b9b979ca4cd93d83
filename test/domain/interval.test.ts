import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Instant } from '../../src/domain/instant.ts'
import {
  contains,
  type Interval,
  intersection,
  isEmpty,
  overlaps,
  subtraction,
  union,
} from '../../src/domain/interval.ts'

const span = (start: number, end: number): Interval => ({ start: start as Instant, end: end as Instant })

/** Small numbers stand for minutes: what is true of a few is true of all. */
const spans = fc.array(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([start, end]) => span(start, end)),
  { maxLength: 8 },
)

const minutesOf = (intervals: readonly Interval[]) => {
  const minutes = new Set<number>()
  for (const { start, end } of intervals)
    for (let minute: number = start; minute < end; minute++) minutes.add(minute)
  return [...minutes].sort((a, b) => a - b)
}

const isInOrderAndApart = (intervals: readonly Interval[]) =>
  intervals.every((interval, index) => {
    const previous = intervals[index - 1]
    return !isEmpty(interval) && (previous === undefined || previous.end < interval.start)
  })

describe('intervals', () => {
  it('lets touching ones coexist and finds one common minute an overlap', () => {
    assert.equal(overlaps(span(9, 10), span(10, 11)), false)
    assert.equal(overlaps(span(10, 11), span(9, 10)), false)
    assert.equal(overlaps(span(9, 11), span(10, 12)), true)
    assert.equal(overlaps(span(9, 12), span(10, 11)), true)
    assert.equal(overlaps(span(10, 11), span(9, 12)), true)
  })

  it('contains itself and what shares an end, and nothing that reaches out', () => {
    assert.equal(contains(span(9, 12), span(9, 12)), true)
    assert.equal(contains(span(9, 12), span(9, 10)), true)
    assert.equal(contains(span(9, 12), span(11, 12)), true)
    assert.equal(contains(span(9, 12), span(8, 10)), false)
    assert.equal(contains(span(9, 12), span(11, 13)), false)
  })

  it('is empty when it ends where it starts or before', () => {
    assert.equal(isEmpty(span(9, 9)), true)
    assert.equal(isEmpty(span(9, 8)), true)
    assert.equal(isEmpty(span(9, 10)), false)
  })
})

describe('union', () => {
  it('makes touching intervals one', () => {
    assert.deepEqual(union([span(12, 17), span(9, 12)]), [span(9, 17)])
  })

  it('keeps a gap of one minute', () => {
    assert.deepEqual(union([span(9, 12), span(13, 17)]), [span(9, 12), span(13, 17)])
  })

  it('swallows an interval inside another', () => {
    assert.deepEqual(union([span(9, 17), span(10, 11), span(16, 18)]), [span(9, 18)])
  })

  it('is the same set of minutes, in order and apart', () => {
    fc.assert(
      fc.property(spans, (intervals) => {
        const merged = union(intervals)
        assert.deepEqual(minutesOf(merged), minutesOf(intervals))
        assert.ok(isInOrderAndApart(merged))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves what it was given as it was', () => {
    const given = [span(12, 17), span(9, 12)]
    union(given)
    assert.deepEqual(given, [span(12, 17), span(9, 12)])
  })
})

describe('intersection', () => {
  it('is what lies in both, and nothing where they only touch', () => {
    assert.deepEqual(intersection([span(9, 17)], [span(8, 10), span(12, 13), span(16, 20)]), [
      span(9, 10),
      span(12, 13),
      span(16, 17),
    ])
    assert.deepEqual(intersection([span(9, 12)], [span(12, 17)]), [])
    assert.deepEqual(intersection([], [span(12, 17)]), [])
  })

  it('is the common minutes of both sides, in order and apart', () => {
    fc.assert(
      fc.property(spans, spans, (left, right) => {
        const rightMinutes = new Set(minutesOf(right))
        const common = intersection(union(left), union(right))
        assert.deepEqual(
          minutesOf(common),
          minutesOf(left).filter((minute) => rightMinutes.has(minute)),
        )
        assert.ok(isInOrderAndApart(common))
      }),
      { numRuns: 500 },
    )
  })
})

describe('subtraction', () => {
  it('cuts at the ends, in the middle and all of it, and takes nothing where it only touches', () => {
    assert.deepEqual(subtraction([span(9, 17)], [span(8, 10), span(12, 13), span(16, 20)]), [
      span(10, 12),
      span(13, 16),
    ])
    assert.deepEqual(subtraction([span(9, 12), span(13, 17)], [span(8, 18)]), [])
    assert.deepEqual(subtraction([span(9, 12)], [span(7, 9), span(12, 14)]), [span(9, 12)])
    assert.deepEqual(subtraction([span(9, 12)], []), [span(9, 12)])
    assert.deepEqual(subtraction([], [span(9, 12)]), [])
  })

  it('lets one removed interval cut two', () => {
    assert.deepEqual(subtraction([span(9, 12), span(13, 17)], [span(11, 14)]), [span(9, 11), span(14, 17)])
  })

  it('is the minutes of the first that the second has not, in order and apart', () => {
    fc.assert(
      fc.property(spans, spans, (from, removed) => {
        const removedMinutes = new Set(minutesOf(removed))
        const rest = subtraction(union(from), union(removed))
        assert.deepEqual(
          minutesOf(rest),
          minutesOf(from).filter((minute) => !removedMinutes.has(minute)),
        )
        assert.ok(isInOrderAndApart(rest))
      }),
      { numRuns: 500 },
    )
  })
})
