import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { boundedSearch, searchRange } from '../../src/domain/search-range.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { offer, overrides } from './support/builders.ts'
import { at, between, day, everyDay, week } from './support/wall.ts'

const newYork = zoneOf('America/New_York')
const date = (text: string) => ({ day: day(text) })
const instant = (text: string) => ({ instant: at(text) })

const refusal = (...bounds: Parameters<typeof searchRange>) => {
  const outcome = searchRange(...bounds)
  return outcome.ok ? undefined : outcome.rejection.violations.map(({ path, code }) => [...path, code])
}

describe('the range of a search', () => {
  it('reads a date as its local midnight', () => {
    assert.deepEqual(searchRange(date('2026-03-08'), date('2026-03-09'), newYork), {
      ok: true,
      value: between('2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'),
    })
  })

  it('takes instants as they are, and either beside a date', () => {
    assert.deepEqual(searchRange(instant('2026-03-08T07:00:00Z'), date('2026-03-09'), newYork), {
      ok: true,
      value: between('2026-03-08T07:00:00Z', '2026-03-09T04:00:00Z'),
    })
  })

  it('refuses an end that is not later than the start', () => {
    assert.deepEqual(refusal(date('2026-03-08'), date('2026-03-08'), newYork), [['to', 'range-reversed']])
    assert.deepEqual(refusal(date('2026-03-09'), date('2026-03-08'), newYork), [['to', 'range-reversed']])
  })

  it('is empty for a date that the zone skipped', () => {
    const apia = zoneOf('Pacific/Apia')
    assert.deepEqual(searchRange(date('2011-12-30'), date('2011-12-31'), apia), {
      ok: true,
      value: between('2011-12-30T10:00:00Z', '2011-12-30T10:00:00Z'),
    })
    assert.deepEqual(refusal(date('2011-12-31'), date('2011-12-30'), apia), [['to', 'range-reversed']])
    const midnight = instant('2011-12-30T10:00:00Z')
    assert.deepEqual(refusal(midnight, date('2011-12-31'), apia), [['to', 'range-reversed']])
  })

  it('goes up to 62 local days, be they of 23 or 25 hours', () => {
    assert.equal(refusal(date('2026-03-01'), date('2026-05-02'), newYork), undefined)
    assert.deepEqual(refusal(date('2026-03-01'), date('2026-05-03'), newYork), [['to', 'range-too-long']])
    assert.equal(refusal(date('2026-10-01'), date('2026-12-02'), newYork), undefined)
    assert.deepEqual(refusal(date('2026-10-01'), instant('2026-12-02T05:00:00.001Z'), newYork), [
      ['to', 'range-too-long'],
    ])
  })
})

describe('the size of a search', () => {
  // Ten hours of quarters: 40 slots a day, for 49 days and the one more that a range may touch.
  const tenHours = offer({
    service: { slotIntervalMinutes: 15 },
    schedule: { weeklyHours: everyDay('08:00-18:00') },
  })
  const days = between('2026-06-01T00:00:00Z', '2026-07-20T00:00:00Z')
  const searches = (of: typeof tenHours, range = days) => new Array(100).fill({ offer: of, range })
  const tooLarge = { ok: false, rejection: { code: 'search-too-large', mostSlots: 200_000 } }

  it('goes up to 200,000 slots', () => {
    assert.deepEqual(boundedSearch(searches(tenHours)), { ok: true, value: null })
  })

  it('is refused with one search more, a range a minute longer or a finer grid', () => {
    const oneMore = [
      ...searches(tenHours),
      { offer: tenHours, range: between('2026-06-01T00:00Z', '2026-06-01T00:01Z') },
    ]
    assert.deepEqual(boundedSearch(oneMore), tooLarge)
    const longer = between('2026-06-01T00:00:00Z', '2026-07-20T00:01:00Z')
    assert.deepEqual(boundedSearch(searches(tenHours, longer)), tooLarge)
    const finer = { ...tenHours, service: { ...tenHours.service, slotIntervalMinutes: 14 } }
    assert.deepEqual(boundedSearch(searches(finer)), tooLarge)
  })

  it('counts every interval of hours by itself, because each begins a grid of its own', () => {
    const many = Array.from({ length: 24 }, (_, hour) => {
      const at = String(hour).padStart(2, '0')
      return `${at}:00-${at}:15`
    })
    const scattered = offer({
      service: { slotIntervalMinutes: 1_440 },
      schedule: { weeklyHours: everyDay(...many) },
    })
    assert.equal(boundedSearch(searches(scattered)).ok, true)
    const [first] = searches(scattered)
    assert(first)
    assert.deepEqual(boundedSearch(Array.from({ length: 200 }, () => first)), tooLarge)
  })

  it('counts every day as the busiest of the week and the overrides together', () => {
    const busyMonday = offer({
      service: { slotIntervalMinutes: 15 },
      schedule: { weeklyHours: week({ monday: ['08:00-12:00', '13:00-19:00'] }) },
    })
    assert.equal(boundedSearch(searches(busyMonday)).ok, true)
    const exceptions = overrides({ '2026-06-02': ['07:00-18:00'] })
    const busyOverride = { ...tenHours, schedule: { ...tenHours.schedule, overrides: exceptions } }
    assert.deepEqual(boundedSearch(searches(busyOverride)), tooLarge)
  })

  it('is nothing for offers that never open, and for no offers', () => {
    const closed = offer({ service: { slotIntervalMinutes: 1 }, schedule: { weeklyHours: week({}) } })
    assert.equal(boundedSearch(searches(closed)).ok, true)
    assert.equal(boundedSearch([]).ok, true)
  })
})
