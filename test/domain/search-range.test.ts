import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { searchRange } from '../../src/domain/search-range.ts'
import { zoneOf } from '../../src/domain/zone.ts'
import { at, between, day } from './support/wall.ts'

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

  it('goes up to 62 local days, be they of 23 or 25 hours', () => {
    assert.equal(refusal(date('2026-03-01'), date('2026-05-02'), newYork), undefined)
    assert.deepEqual(refusal(date('2026-03-01'), date('2026-05-03'), newYork), [['to', 'range-too-long']])
    assert.equal(refusal(date('2026-10-01'), date('2026-12-02'), newYork), undefined)
    assert.deepEqual(refusal(date('2026-10-01'), instant('2026-12-02T05:00:00.001Z'), newYork), [
      ['to', 'range-too-long'],
    ])
  })
})
