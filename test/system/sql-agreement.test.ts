import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Case } from './sql-agreement/cases.ts'
import { readOptions } from './sql-agreement/options.ts'
import { compareCases, smallestDisagreement } from './sql-agreement/session.ts'
import { describeDisagreement } from './sql-agreement/shrink.ts'
import { openStage, type Stage } from './sql-agreement/stage.ts'
import { linesSummary, newTally, summaryOf } from './sql-agreement/tally.ts'

/** `npm run sql-agreement` compares as many as one likes. */
const CASES = 300
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

interface Fault {
  readonly name: string
  readonly function: string
  readonly from: string
  readonly to: string
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a time that the clock shows twice is the later one',
    function: 'wall_instant',
    from: 'then later - repeated else later',
    to: 'then later else later',
  },
  {
    name: 'hours begin before midnight of their day',
    function: 'wall_hours',
    from: 'opens constant timestamptz := greatest(',
    to: 'opens constant timestamptz := least(',
  },
  {
    name: 'hours that a gap swallows are turned round',
    function: 'wall_hours',
    from: 'case when opens < closes then tstzrange(opens, closes) else',
    to: 'case when opens <> closes then tstzrange(least(opens, closes), greatest(opens, closes)) else',
  },
  {
    name: 'an override adds to the hours',
    function: 'slots_between',
    from: "then 'overridden' else",
    to: "then 'open' else",
  },
  {
    name: 'what an override took away is not shown',
    function: 'slots_between',
    from: 'and not open && tstzrange(step_start, step_start + offer.duration)',
    to: 'and false',
  },
  {
    name: 'a slot need not fit into the hours',
    function: 'slots_between',
    from: "when 'open' then open @> tstzrange(",
    to: "when 'open' then open && tstzrange(",
  },
  {
    name: 'slots follow each other by their length',
    function: 'slots_between',
    from: "interval '1 microsecond', offer.step)",
    to: "interval '1 microsecond', offer.duration)",
  },
  {
    name: 'a break hides what lies in it alone',
    function: 'slots_between',
    from: 'when breaks && slot',
    to: 'when breaks @> slot',
  },
  {
    name: 'time off comes before a break',
    function: 'slots_between',
    from: "when breaks && slot then 'break'",
    to: "when absent && slot then 'time-off' when breaks && slot then 'break'",
  },
  {
    name: "a service's own hours are for the day before",
    function: 'slots_between',
    from: "to_char(first_date + place, 'FMday')",
    to: "to_char(first_date + place - 1, 'FMday')",
  },
  {
    name: 'an expired hold is in the way',
    function: 'slots_between',
    from: 'claims.expires_at > p_now',
    to: 'true',
  },
  {
    name: 'a hold lives for a millisecond more',
    function: 'slots_between',
    from: 'claims.expires_at > p_now',
    to: "claims.expires_at > p_now - interval '1 millisecond'",
  },
  {
    name: 'a hold is as good as a booking',
    function: 'slots_between',
    from: 'bool_or(claim && slot and is_booking) as is_booked',
    to: 'bool_or(claim && slot) as is_booked',
  },
  {
    name: 'there is no room for the buffer before',
    function: 'slots_between',
    from: 'lower(slot) - offer.buffer_before',
    to: 'lower(slot)',
  },
  {
    name: 'there is no room for the buffer after',
    function: 'slots_between',
    from: 'upper(slot) + offer.buffer_after',
    to: 'upper(slot)',
  },
  {
    name: 'claims are read of the range alone',
    function: 'slots_between',
    from: "tstzrange(p_from - interval '48 hours', p_to + interval '48 hours')",
    to: 'tstzrange(p_from, p_to)',
  },
  {
    name: 'the shortest notice is not early enough',
    function: 'slots_between',
    from: 'lower(slot) < offer.earliest',
    to: 'lower(slot) <= offer.earliest',
  },
  {
    name: 'the last instant of the horizon is out',
    function: 'slots_between',
    from: 'lower(slot) > offer.latest',
    to: 'lower(slot) >= offer.latest',
  },
  {
    name: 'a horizon is of so many times 24 hours',
    function: 'slots_between',
    from: 'p_now at time zone schedules.time_zone + make_interval(days => services.max_horizon_days)',
    to: "(p_now + interval '24 hours' * services.max_horizon_days) at time zone schedules.time_zone",
  },
  {
    name: 'a daily limit counts every service',
    function: 'slots_between',
    from: 'where is_of_service',
    to: 'where true',
  },
  {
    name: 'a daily limit counts the days of UTC',
    function: 'slots_between',
    from: '(claims.starts_at at time zone offer.time_zone)::date',
    to: "(claims.starts_at at time zone 'UTC')::date",
  },
  {
    name: 'a daily limit lets in one more',
    function: 'slots_between',
    from: 'offer.daily_limit <= (',
    to: 'offer.daily_limit < (',
  },
  { name: 'a retired service is sold', function: 'slots_between', from: 'and services.is_active', to: '' },
  {
    name: 'a board is for the newest service',
    function: 'session_service',
    from: 'order by services.created_at, services.id',
    to: 'order by services.created_at desc, services.id',
  },
  {
    name: 'a board is for a retired service',
    function: 'session_service',
    from: 'and services.is_active',
    to: '',
  },
  {
    name: 'someone who is no provider has a board',
    function: 'session_service',
    from: "and 'provider' = any (users.roles)",
    to: '',
  },
  {
    name: 'a deactivated provider takes bookings',
    function: 'session_service, slots_between',
    from: 'and users.deactivated_at is null',
    to: '',
  },
  {
    name: 'an hour that comes twice is there twice',
    function: 'slots_of_date',
    from: 'where slots.starts_at = wall_instant',
    to: 'where slots.starts_at >= wall_instant',
  },
  {
    name: 'a held slot is available',
    function: 'slots_of_date',
    from: "in ('booked', 'held')",
    to: "in ('booked')",
  },
  {
    name: 'a time between two slots is one',
    function: 'is_time_available',
    from: "interval '1 microsecond'",
    to: "interval '15 minutes'",
  },
  {
    name: 'a time that the clock skips can be booked',
    function: 'is_time_available',
    from: 'where (wall::date, wall::time) = (p_date, p_time)',
    to: 'where true',
  },
]

describe('the SQL functions with a fault', () => {
  for (const fault of FAULTS) {
    it(`show that ${fault.name}`, async () => {
      await using _planted = await stage.plant(fault.function.split(', '), fault.from, fault.to)
      assert.notEqual(await firstDisagreement(), undefined)
    })
  }

  async function firstDisagreement() {
    for (let place = 0; place < cases.length; place += BATCH) {
      const { disagreements } = await stage.compare(cases.slice(place, place + BATCH))
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
