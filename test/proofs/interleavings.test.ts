import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { KINDS } from './interleavings/actions.ts'
import { allCases, type Case, shuffled } from './interleavings/cases.ts'
import { disagreement } from './interleavings/judge.ts'
import { play } from './interleavings/play.ts'
import { openStage, type Stage } from './interleavings/stage.ts'
import { newTally, summaryOf, tour } from './interleavings/tour.ts'

/** A part of them, of every pair of kinds alike; `npm run interleavings` plays all. */
const CASES = 1_600
const LEAST_PLAYED = 900
const SEED = 4

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

describe('two sessions, step by step', () => {
  it('do and answer what one caller at a time would have, whatever is rolled back, stopped or late', async (t) => {
    const cases = shuffled(allCases(), SEED).slice(0, CASES)
    const tally = newTally()
    await tour(stage, cases.values(), tally)
    t.diagnostic(summaryOf(tally))
    assert.deepEqual(tally.disagreements, [])
    assert.ok(tally.played >= LEAST_PLAYED, `only ${tally.played} were played`)
    assert.equal(tally.pairs.size, KINDS.length ** 2)
  })

  it('never deadlock', async () => {
    assert.equal(await stage.deadlocks(), 0)
  })
})

describe('the judge of what two sessions did', () => {
  const both: Case = {
    order: 'first ends first',
    pause: null,
    late: 'never',
    ends: ['commit', 'commit'],
    terms: { dailyLimit: null, keys: 'none' },
    first: { kind: 'reschedule', booking: 'P', at: 16 },
    second: { kind: 'expire' },
  }

  it('sees an answer or a row that one caller at a time would not have brought about', async () => {
    const played = await play(stage, both)
    assert(played)
    assert.equal(disagreement(both, played), undefined)
    const { answers, lines } = played
    const others = [
      { answers: { ...answers, A: 'slot-taken' }, lines },
      { answers, lines: lines.filter((line) => line !== 'claim booking P 16-18') },
      { answers, lines: [...lines, 'claim booking P 0-2'].sort() },
    ]
    for (const other of others) assert.match(disagreement(both, other) ?? '', /^answered .+\n as A, B, late/)
  })
})
