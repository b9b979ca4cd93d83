import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Instant, MINUTE } from '../../src/domain/instant.ts'
import { searchWindows } from '../../src/domain/next-free.ts'
import { slotsIn } from '../../src/domain/slots.ts'
import { plusLocalDays, zoneOf } from '../../src/domain/zone.ts'
import { situations } from './support/arbitraries.ts'
import { offer } from './support/builders.ts'
import { at, between } from './support/wall.ts'

const NOW = at('2026-06-01T12:00:00Z')

const windows = (after: string, maxHorizonDays = 365) => [
  ...searchWindows(offer({ service: { maxHorizonDays } }), at(after), NOW),
]

describe('the windows of a search for the next free slot', () => {
  it('begin at the instant asked for, or now where that has gone by', () => {
    assert.equal(windows('2026-06-03T09:00:00Z')[0]?.start, at('2026-06-03T09:00:00Z'))
    assert.equal(windows('2026-01-01T00:00:00Z')[0]?.start, NOW)
  })

  it('end at local midnights and double, so that a year takes six', () => {
    const [first, second, ...rest] = windows('2026-06-01T12:00:00Z')
    assert.deepEqual(first, between('2026-06-01T12:00:00Z', '2026-06-09T00:00:00Z'))
    assert.deepEqual(second, between('2026-06-09T00:00:00Z', '2026-06-25T00:00:00Z'))
    assert.equal(rest.length, 4)
  })

  it('include the last instant of the horizon', () => {
    assert.deepEqual(windows('2026-06-01T12:00:00Z', 1), [
      between('2026-06-01T12:00:00Z', '2026-06-02T12:00:00.001Z'),
    ])
    assert.deepEqual(windows('2026-06-02T12:00:00Z', 1), [
      between('2026-06-02T12:00:00Z', '2026-06-02T12:00:00.001Z'),
    ])
  })

  it('are none after the horizon', () => {
    assert.deepEqual(windows('2026-06-02T12:00:00.001Z', 1), [])
  })

  it('cover the time up to the horizon without gaps or overlaps', () => {
    const aheads = fc.integer({ min: -1_440, max: 400 * 1_440 })
    fc.assert(
      fc.property(situations, aheads, ({ offer, now }, ahead) => {
        const after = (now + ahead * MINUTE) as Instant
        const zone = zoneOf(offer.schedule.timeZone)
        const latest = plusLocalDays(zone, now, offer.service.maxHorizonDays)
        let next = Math.max(after, now)
        for (const { start, end } of searchWindows(offer, after, now)) {
          assert.equal(start, next)
          assert.ok(end > start)
          next = end
        }
        assert.equal(next, Math.max(after, now, latest + 1))
      }),
      { numRuns: 400 },
    )
  })

  it('find every free slot there is', () => {
    fc.assert(
      fc.property(situations, ({ offer, claims, now }) => {
        const near = { ...offer, service: { ...offer.service, maxHorizonDays: 12 } }
        const found = [...searchWindows(near, now, now)].flatMap((window) =>
          slotsIn(near, window, claims, now),
        )
        const zone = zoneOf(offer.schedule.timeZone)
        const wide = { start: (now - 1_440 * MINUTE) as Instant, end: plusLocalDays(zone, now, 14) }
        const isFree = ({ reason }: { reason: unknown }) => reason === null
        assert.deepEqual(found.filter(isFree), slotsIn(near, wide, claims, now).filter(isFree))
      }),
      { numRuns: 150 },
    )
  })
})
