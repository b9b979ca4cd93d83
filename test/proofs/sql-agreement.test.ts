import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Case } from './sql-agreement/cases.ts'
import { FAULTS, type Fault } from './sql-agreement/faults.ts'
import { readOptions } from './sql-agreement/options.ts'
import { compareCases, smallestDisagreement } from './sql-agreement/session.ts'
import { describeDisagreement } from './sql-agreement/shrink.ts'
import { openStage, type Stage } from './sql-agreement/stage.ts'
import { linesSummary, newTally, summaryOf } from './sql-agreement/tally.ts'

/** `npm run sql-agreement` compares as many as one likes. */
const CASES = 400
const SEED = 1
/** So many are compared at a time until one shows a fault. */
const BATCH = 20

let stage: Stage
const cases: Case[] = []
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

describe('the SQL functions', () => {
  it('say of random schedules what the program says, reason by reason', async (t) => {
    const tally = newTally()
    await compareCases([stage], { cases: CASES, seed: SEED, from: 0 }, tally, {
      onBatch: (batch) => cases.push(...batch),
    })
    t.diagnostic(summaryOf(tally))
    t.diagnostic(linesSummary(tally))
    const smallest = await smallestDisagreement(stage, tally)
    assert.equal(smallest && describeDisagreement(smallest, SEED), undefined)
    assert.equal(tally.compared, CASES)
    for (const kind of KINDS) assert.ok((tally.lines.get(kind) ?? 0) > 0, `no case has a ${kind}`)
  })
})

const REASONS = [
  'override',
  'service-hours',
  'break',
  'time-off',
  'booked',
  'held',
  'buffer',
  'notice',
  'horizon',
  'daily-limit',
]
const KINDS = [
  ...['available', ...REASONS].map((reason) => `slot ${reason}`),
  ...['available', 'booked', 'unavailable', 'break'].map((status) => `board ${status}`),
  ...['true', 'false'].map((answer) => `time ${answer}`),
]

/** What is wrong with these is seen in the slots alone. */
const OF_SLOTS = new Set(['wall_instant', 'slots_between'])

describe('the SQL functions with a fault', () => {
  for (const fault of FAULTS) {
    it(`show that ${fault.name}`, async () => {
      await using _planted = await stage.plant(fault.functions, fault.from, fault.to)
      assert.notEqual(await firstDisagreement(fault), undefined)
    })
  }

  it('are shown by as small a case as there is', async () => {
    await using _planted = await stage.plant(['slots_between'], 'claims.expires_at > p_now', 'true')
    const first = await firstDisagreement({ functions: [] })
    assert(first)
    const smallest = await smallestDisagreement(stage, { ...newTally(), disagreements: [first] })
    assert(smallest)
    assert.equal(smallest.case.expired.length, 1)
    assert.deepEqual([smallest.case.otherServices, smallest.case.situation.offer.schedule.timeOff], [[], []])
    const sizes = [first, smallest].map(({ case: one }) => JSON.stringify(one).length) as [number, number]
    assert.ok(sizes[1] < sizes[0], sizes.join(' > '))
    const text = describeDisagreement(smallest, SEED)
    assert.match(
      text,
      /^Case \d+, \S+\. Again: npm run sql-agreement -- --seed 1 --from \d+ --cases 1\n {2}only the program: /,
    )
  })

  async function firstDisagreement({ functions }: Pick<Fault, 'functions'>) {
    const extent = functions.length > 0 && functions.every((name) => OF_SLOTS.has(name)) ? 'slots' : 'all'
    for (let place = 0; place < cases.length; place += BATCH) {
      const { disagreements } = await stage.compare(cases.slice(place, place + BATCH), extent)
      if (disagreements.length > 0) return disagreements[0]
    }
    return undefined
  }
})

describe('npm run sql-agreement', () => {
  it('compares 10,000 cases of seed 1, unless told otherwise', () => {
    const { workers, ...options } = readOptions([]) ?? {}
    assert.deepEqual(options, { cases: 10_000, seed: 1, from: 0 })
    assert.ok(workers !== undefined && workers >= 1)
  })
})
