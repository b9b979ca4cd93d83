import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { meaningOf, readRetryAfter } from '../../src/adapters/webhook/answer.ts'
import { at } from '../support/fixtures.ts'

const NOW = at('2026-06-01T09:00:00Z')

describe('A status', () => {
  it('of 200 to 299 takes the message, 410 is gone, 429 and 503 are busy, and all others have failed', () => {
    const meant = (...statuses: number[]) => [...new Set(statuses.map(meaningOf))]
    assert.deepEqual(meant(200, 201, 202, 204, 299), ['taken'])
    assert.deepEqual(meant(410), ['gone'])
    assert.deepEqual(meant(429, 503), ['busy'])
    const others = [0, 100, 199, 300, 301, 302, 303, 307, 308, 400, 401, 404, 409, 411, 422, 500, 502, 504]
    assert.deepEqual(meant(...others), ['failed'])
  })
})

describe('Retry-After', () => {
  it('is seconds, or a date that is still to come', () => {
    assert.equal(readRetryAfter('120', NOW), 120)
    assert.equal(readRetryAfter('0', NOW), 0)
    assert.equal(readRetryAfter('Mon, 01 Jun 2026 09:01:30 GMT', NOW), 90)
  })

  it('is nothing where it says something else', () => {
    const texts = [
      '',
      '-1',
      '1.5',
      'soon',
      '9999999999',
      '2026-06-01T10:00:00Z',
      'Mon, 01 Jun 2026 08:00:00 GMT',
    ]
    for (const text of texts) assert.equal(readRetryAfter(text, NOW), null, text)
    assert.equal(readRetryAfter(undefined, NOW), null)
  })
})
