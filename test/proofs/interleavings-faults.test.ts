import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DatabaseError } from 'pg'
import { type Action, nameOf } from './interleavings/actions.ts'
import { allCases, shuffled } from './interleavings/cases.ts'
import { disagreement } from './interleavings/judge.ts'
import { play } from './interleavings/play.ts'
import { openStage, type Stage } from './interleavings/stage.ts'

interface Fault {
  readonly name: string
  readonly function: string
  readonly from: string
  readonly to: string
  /** The actions that have to show it: their kinds, or the beginnings of their names. */
  readonly first: readonly string[]
  readonly second: readonly string[]
}

const OLD_CLAIM = `    delete from claims
    where claims.provider_number = p_provider_number
      and claims.id = held.id;`

const FAULTS: readonly Fault[] = [
  {
    name: 'a hold is redeemed without its row being locked',
    function: 'book_slot',
    from: 'for update;',
    to: ';',
    first: ['redeem'],
    second: ['expire', 'release', 'redeem'],
  },
  {
    name: 'a hold is redeemed that has expired',
    function: 'book_slot',
    from: 'if held_until <= clock_timestamp() then',
    to: 'if false then',
    first: ['redeem'],
    second: ['book'],
  },
  {
    name: 'a redeemed hold stays',
    function: 'book_slot',
    from: 'and claims.id = held_claim;',
    to: 'and claims.id = -held_claim;',
    first: ['redeem'],
    second: ['confirm'],
  },
  {
    name: 'nobody keeps the day to himself while a hold of it is redeemed',
    function: 'book_slot',
    from: 'perform lock_day(p_service_id, p_day);',
    to: 'null;',
    first: ['redeem'],
    second: ['book', 'hold'],
  },
  {
    name: 'a day is counted without being locked',
    function: 'is_day_full',
    from: 'perform lock_day(p_service_id, p_day);',
    to: 'null;',
    first: ['book', 'hold'],
    second: ['book', 'hold'],
  },
  {
    name: 'a day is counted without its holds',
    function: 'is_day_full',
    from: '(p_booking_id is null or claims.booking_id is distinct from p_booking_id)',
    to: 'claims.booking_id is distinct from p_booking_id',
    first: ['hold'],
    second: ['book'],
  },
  {
    name: 'a claim goes in without looking for others',
    function: 'hold_slot',
    from: 'on conflict do nothing',
    to: '',
    first: ['book', 'hold'],
    second: ['hold'],
  },
  {
    name: 'holds are counted without the holder being locked',
    function: 'hold_slot',
    from: 'perform pg_advisory_xact_lock(hashtextextended(p_holder_id::text, 0));',
    to: '',
    first: ['hold'],
    second: ['hold'],
  },
  {
    name: 'a booking leaves its slot before it has another',
    function: 'move_booking',
    from: '    insert into claims',
    to: `${OLD_CLAIM}\n    insert into claims`,
    first: ['reschedule'],
    second: ['book', 'confirm'],
  },
  {
    name: 'a booking that has moved keeps its old slot',
    function: 'move_booking',
    from: OLD_CLAIM,
    to: '',
    first: ['reschedule'],
    second: ['book'],
  },
  {
    name: 'a booking is moved without its row being locked',
    function: 'move_booking',
    from: 'for update;',
    to: ';',
    first: ['reschedule'],
    second: ['cancel', 'reschedule'],
  },
  {
    name: 'a change does not ask for the version',
    function: 'change_booking',
    from: 'and bookings.version = p_version - 1',
    to: '',
    first: ['cancel', 'confirm', 'reschedule'],
    second: ['cancel', 'confirm'],
  },
  {
    name: 'a cancelled booking keeps its slot',
    function: 'change_booking',
    from: "if p_status not in ('pending', 'confirmed') then",
    to: 'if false then',
    first: ['cancel'],
    second: ['book'],
  },
  {
    name: 'the answer to a key is not kept',
    function: 'close_key',
    from: 'if p_answer is null then',
    to: 'if true then',
    first: ['book'],
    second: ['book'],
  },
  {
    name: 'a key answers whatever is asked',
    function: 'open_key',
    from: 'when known.request_hash = p_request_hash',
    to: 'when true',
    first: ['book'],
    second: ['hold', 'cancel'],
  },
  {
    name: 'whoever wants a slot does not wait for those who have its expired hold in hand',
    function: 'expire_holds',
    from: 'for update\n',
    to: 'for update skip locked\n',
    first: ['redeem D'],
    second: ['book 12', 'hold 12', 'reschedule P 12'],
  },
  {
    name: 'a hold that has just been cleared is taken for one that lives',
    function: 'what_is_in_the_way',
    from: "when found then 'slot-taken' else 'hold-expired-in-the-way'",
    to: "when found or not exists (select from claims where claims.blocked && p_blocked) then 'slot-taken' else 'hold-expired-in-the-way'",
    first: ['book 12'],
    second: ['expire'],
  },
  {
    name: 'a sweep clears holds that live',
    function: 'expire_holds',
    from: 'where claims.expires_at <= moment',
    to: 'where claims.expires_at is not null',
    first: ['expire'],
    second: ['read'],
  },
  {
    name: 'an expired hold is told of as if nobody were redeeming it',
    function: 'what_became_of_hold',
    from: 'for key share',
    to: '',
    first: ['redeem'],
    second: ['read'],
  },
]

const CASES = shuffled(allCases(), 1)
const MOST_PLAYED = 600

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage[Symbol.asyncDispose]())

/** What the database itself has refused at the end of a transaction, which ends the other one, too. */
async function refusal(error: unknown): Promise<string> {
  if (!(error instanceof DatabaseError)) throw error
  for (const session of Object.values(stage.sessions)) await session.end('rollback')
  return error.message
}

/** The first disagreement that the fault brings about, or the first refusal. */
async function detect({ first, second }: Fault): Promise<string | undefined> {
  const isOne = (action: Action, names: readonly string[]) =>
    names.some((name) => nameOf(action).startsWith(name))
  const cases = CASES.filter((one) => isOne(one.first, first) && isOne(one.second, second))
  for (const one of cases.slice(0, MOST_PLAYED)) {
    const played = await play(stage, one).catch(refusal)
    const wrong = typeof played === 'string' ? played : played && disagreement(one, played)
    if (wrong) return wrong
  }
  return undefined
}

describe('two sessions, step by step, on an engine with a fault', () => {
  for (const fault of FAULTS) {
    it(`show that ${fault.name}`, async () => {
      await using _planted = await stage.plant(fault.function, fault.from, fault.to)
      assert.notEqual(await detect(fault), undefined)
    })
  }
})
