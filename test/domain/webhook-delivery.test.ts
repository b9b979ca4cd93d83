import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import {
  type Answer,
  judgeAnswer,
  LANES,
  laneOf,
  RETRY_SECONDS,
  readRetryAfter,
} from '../../src/domain/webhook-delivery.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T09:00:00Z')
const DAY = 1_440

const answer = (status: number | null, retryAfterSeconds: number | null = null): Answer => ({
  durationMilliseconds: 5,
  status,
  error: status === null ? 'timed-out' : null,
  retryAfterSeconds,
})

const fresh = { tries: 0, failingSince: null }

describe('An answer', () => {
  it('of 200 to 299 is a yes, after which nothing has failed', () => {
    for (const status of [200, 201, 202, 204, 299]) {
      assert.deepEqual(judgeAnswer(answer(status), { tries: 3, failingSince: NOW }, NOW, 0), {
        outcome: 'delivered',
        afterMilliseconds: 0,
        failingSince: null,
        disable: null,
      })
    }
  })

  it('of any other status, a redirect too, is tried again, and so is none', () => {
    for (const status of [199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 411, 422, 500, 503, null]) {
      assert.deepEqual(judgeAnswer(answer(status), fresh, NOW, 0), {
        outcome: 'again',
        afterMilliseconds: 5_000,
        failingSince: NOW,
        disable: null,
      })
    }
  })

  it('of 410 gives up and disables the endpoint', () => {
    const verdict = judgeAnswer(answer(410), fresh, NOW, 0)
    assert.deepEqual([verdict.outcome, verdict.disable], ['failed', 'gone'])
  })

  it('of 429 or 503 is heeded where it asks for more time than is planned, up to a day', () => {
    const after = (status: number, seconds: number) =>
      judgeAnswer(answer(status, seconds), fresh, NOW, 0).afterMilliseconds
    for (const status of [429, 503]) {
      assert.deepEqual(
        [2, 60, 86_400, 86_401, 999_999_999].map((seconds) => after(status, seconds) / 1_000),
        [5, 60, 86_400, 86_400, 86_400],
      )
    }
    assert.equal(after(500, 60), 5_000)
  })

  it('that is no yes is tried ten times over more than three days, and then given up', () => {
    assert.deepEqual(RETRY_SECONDS, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
    for (const [tries, seconds] of RETRY_SECONDS.entries()) {
      const verdict = judgeAnswer(answer(500), { tries, failingSince: NOW }, NOW, 0)
      assert.deepEqual([verdict.outcome, verdict.afterMilliseconds], ['again', seconds * 1_000])
    }
    assert.deepEqual(judgeAnswer(answer(500), { tries: 9, failingSince: NOW }, NOW, 0), {
      outcome: 'failed',
      afterMilliseconds: 0,
      failingSince: NOW,
      disable: null,
    })
  })

  it('is waited for a little longer by chance, up to a fifth, and never less', () => {
    const after = (chance: number) => judgeAnswer(answer(500), fresh, NOW, chance).afterMilliseconds
    assert.deepEqual([after(0), after(0.5), after(0.999_999)], [5_000, 5_500, 6_000])
  })

  it('disables an endpoint at which nothing has arrived for five days, and not before', () => {
    const verdict = (failingSince: Instant, status = 500) =>
      judgeAnswer(answer(status), { tries: 0, failingSince }, NOW, 0)
    assert.equal(verdict(plusMinutes(NOW, -5 * DAY)).disable, 'failing')
    assert.equal(verdict(plusMinutes(NOW, -5 * DAY)).outcome, 'failed')
    assert.equal(verdict(plusMinutes(NOW, 1 - 5 * DAY)).disable, null)
    assert.equal(verdict(plusMinutes(NOW, 1 - 5 * DAY)).failingSince, plusMinutes(NOW, 1 - 5 * DAY))
    assert.equal(verdict(plusMinutes(NOW, -9 * DAY), 200).disable, null)
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

describe('A lane', () => {
  it('is the same for everything about one subject, and every lane is used', () => {
    const ids = Array.from(
      { length: 1_000 },
      (_, index) => `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    )
    const counts = Array.from({ length: LANES }, (_, lane) => ids.filter((id) => laneOf(id) === lane).length)
    assert(
      counts.every((count) => count > 150),
      counts.join(),
    )
    for (const id of ids) assert.equal(laneOf(id), laneOf(id))
  })
})
