import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  EARLIEST_INSTANT,
  formatInstant,
  type Instant,
  LATEST_INSTANT,
  parseInstant,
  plusMinutes,
} from '../../src/domain/instant.ts'
import { at } from './support/wall.ts'

const refuses = (texts: readonly string[]) => {
  for (const text of texts) assert.equal(parseInstant(text), undefined, text)
}

describe('instants', () => {
  it('reads the same instant in any offset and spelling of its fraction', () => {
    const seven = at('2026-03-08T07:00:00Z')
    for (const text of [
      '2026-03-08T07:00:00Z',
      '2026-03-08T07:00:00.000Z',
      '2026-03-08T02:00:00-05:00',
      '2026-03-08T12:30:00+05:30',
      '2026-03-08T07:00:00-00:00',
      '2026-03-09T06:59:00+23:59',
    ]) {
      assert.equal(parseInstant(text), seven, text)
    }
  })

  it('refuses a time without an offset', () => {
    refuses([
      '2026-03-08T07:00:00',
      '2026-03-08',
      '2026-03-08T07:00:00+',
      '2026-03-08T07:00:00[Europe/Berlin]',
    ])
  })

  it('refuses a date that does not exist', () => {
    refuses(['2026-02-30T00:00:00Z', '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-04-31T00:00:00Z'])
    refuses(['2026-00-01T00:00:00Z', '2026-01-00T00:00:00Z'])
    assert.equal(parseInstant('2028-02-29T00:00:00Z'), at('2028-02-29T00:00:00Z'))
  })

  it('refuses a leap second, hour 24 and minute 60', () => {
    refuses(['2016-12-31T23:59:60Z', '2026-01-01T24:00:00Z', '2026-01-01T23:60:00Z'])
    refuses(['2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+01:60'])
  })

  it('refuses spellings outside RFC 3339', () => {
    refuses(['', 'now', '1772953200', '2026-03-08 07:00:00Z', '2026-03-08T07:00Z', '20260308T070000Z'])
    refuses([
      '2026-03-08T07:00:00+0100',
      '2026-03-08T07:00:00,5Z',
      ' 2026-03-08T07:00:00Z',
      '2026-03-08T07:00:00Z\n',
    ])
    refuses(['+002026-03-08T07:00:00Z', '2026-03-08T07:00:00.Z', '2026-03-08T07:00:00.1234567890Z'])
  })

  it('reckons from the first instant of 1970 to the last of 2199, in UTC', () => {
    assert.equal(parseInstant('1970-01-01T00:00:00Z'), EARLIEST_INSTANT)
    assert.equal(parseInstant('1969-12-31T23:00:00-01:00'), EARLIEST_INSTANT)
    assert.equal(parseInstant('2199-12-31T23:59:59.999Z'), LATEST_INSTANT - 1)
    refuses(['1969-12-31T23:59:59.9999Z', '1970-01-01T00:00:00+00:01', '2200-01-01T00:00:00Z'])
    refuses(['2199-12-31T23:59:59-00:01', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
  })

  it('writes UTC, with a fraction only where there is one', () => {
    assert.equal(formatInstant(at('2026-03-08T02:00:00-05:00')), '2026-03-08T07:00:00Z')
    assert.equal(formatInstant(at('2026-03-08T07:00:00.250Z')), '2026-03-08T07:00:00.250Z')
  })

  it('reads back what it writes', () => {
    const anyInstant = fc.integer({ min: EARLIEST_INSTANT, max: LATEST_INSTANT - 1 })
    fc.assert(
      fc.property(anyInstant, (number) => {
        assert.equal(parseInstant(formatInstant(number as Instant)), number)
      }),
    )
  })

  it('adds and takes away elapsed minutes', () => {
    assert.equal(plusMinutes(at('2026-03-08T06:30:00Z'), 60), at('2026-03-08T07:30:00Z'))
    assert.equal(plusMinutes(at('2026-03-08T00:00:00Z'), -1), at('2026-03-07T23:59:00Z'))
  })
})
