import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Instant, plusMinutes } from '../../src/domain/instant.ts'
import { type Answer, judgeAnswer, type Meaning, RETRY_SECONDS } from '../../src/domain/webhook-delivery.ts'
import { LANES, laneOf } from '../../src/domain/webhook-lane.ts'
import { at } from './support/wall.ts'

const NOW = at('2026-06-01T09:00:00Z')
const DAY = 1_440

const answer = (meaning: Meaning, retryAfterSeconds: number | null = null): Answer => ({
  durationMilliseconds: 5,
  meaning,
  status: null,
  error: 'timed-out',
  retryAfterSeconds,
})

const fresh = { tries: 0, failingSince: null }

describe('An answer', () => {
  it('that takes the message is a yes, after which nothing has failed', () => {
    assert.deepEqual(judgeAnswer(answer('taken'), { tries: 3, failingSince: NOW }, NOW, 0), {
      outcome: 'delivered',
      afterMilliseconds: 0,
      failingSince: null,
      disable: null,
    })
  })

  it('of any other kind is tried again, and so is none', () => {
    for (const meaning of ['failed', 'busy'] as const) {
      assert.deepEqual(judgeAnswer(answer(meaning), fresh, NOW, 0), {
        outcome: 'again',
        afterMilliseconds: 5_000,
        failingSince: NOW,
        disable: null,
      })
    }
  })

  it('of one who is gone gives up and disables the endpoint', () => {
    const verdict = judgeAnswer(answer('gone'), fresh, NOW, 0)
    assert.deepEqual([verdict.outcome, verdict.disable], ['failed', 'gone'])
  })

  it('of one who is busy is heeded where it asks for more time than is planned, up to a day', () => {
    const after = (meaning: Meaning, seconds: number) =>
      judgeAnswer(answer(meaning, seconds), fresh, NOW, 0).afterMilliseconds
    assert.deepEqual(
      [2, 60, 86_400, 86_401, 999_999_999].map((seconds) => after('busy', seconds) / 1_000),
      [5, 60, 86_400, 86_400, 86_400],
    )
    assert.equal(after('failed', 60), 5_000)
  })

  it('that is no yes is tried ten times over more than three days, and then given up', () => {
    assert.deepEqual(RETRY_SECONDS, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
    for (const [tries, seconds] of RETRY_SECONDS.entries()) {
      const verdict = judgeAnswer(answer('failed'), { tries, failingSince: NOW }, NOW, 0)
      assert.deepEqual([verdict.outcome, verdict.afterMilliseconds], ['again', seconds * 1_000])
    }
    assert.deepEqual(judgeAnswer(answer('failed'), { tries: 9, failingSince: NOW }, NOW, 0), {
      outcome: 'failed',
      afterMilliseconds: 0,
      failingSince: NOW,
      disable: null,
    })
  })

  it('is waited for a little longer by chance, up to a fifth, and never less', () => {
    const after = (chance: number) => judgeAnswer(answer('failed'), fresh, NOW, chance).afterMilliseconds
    assert.deepEqual([after(0), after(0.5), after(0.999_999)], [5_000, 5_500, 6_000])
  })

  it('disables an endpoint at which nothing has arrived for five days, and not before', () => {
    const verdict = (failingSince: Instant, meaning: Meaning = 'failed') =>
      judgeAnswer(answer(meaning), { tries: 0, failingSince }, NOW, 0)
    assert.equal(verdict(plusMinutes(NOW, -5 * DAY)).disable, 'failing')
    assert.equal(verdict(plusMinutes(NOW, -5 * DAY)).outcome, 'failed')
    assert.equal(verdict(plusMinutes(NOW, 1 - 5 * DAY)).disable, null)
    assert.equal(verdict(plusMinutes(NOW, 1 - 5 * DAY)).failingSince, plusMinutes(NOW, 1 - 5 * DAY))
    assert.equal(verdict(plusMinutes(NOW, -9 * DAY), 'taken').disable, null)
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
