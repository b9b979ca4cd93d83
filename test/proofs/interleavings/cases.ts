import {
  ACTIONS,
  type Action,
  isKeyed,
  type Kind,
  LENGTH,
  nameOf,
  STARTS,
  TERMS,
  type Terms,
} from './actions.ts'
import type { Point } from './equipment.ts'

export type End = 'commit' | 'rollback'

/** In which order two open transactions take their steps. The first session always calls first. */
export interface Schedule {
  /** Whether the second begins when the first has ended, or before, and then which of the two ends first. */
  readonly order: 'one by one' | 'first ends first' | 'second ends first'
  /** Where the first is stopped until the second has called, if anywhere. */
  readonly pause: Point | null
  /** When the hold that lives expires: before or after the call of the second. */
  readonly late: 'never' | 'before' | 'after'
  readonly ends: readonly [first: End, second: End]
}

export interface Case extends Schedule {
  readonly terms: Terms
  readonly first: Action
  readonly second: Action
}

/** Where each function can be stopped between two of its statements. */
const PAUSES: Readonly<Record<Kind, readonly Point[]>> = {
  book: ['before insert claims', 'after insert claims'],
  hold: ['before insert claims', 'after insert claims', 'before insert events'],
  redeem: ['before insert claims', 'after insert claims', 'before delete claims', 'after delete claims'],
  confirm: ['before update bookings', 'before insert booking_history'],
  cancel: ['before update bookings', 'before delete claims', 'after delete claims', 'before insert events'],
  reschedule: [
    'before insert claims',
    'after insert claims',
    'before delete claims',
    'after delete claims',
    'before insert booking_history',
  ],
  expire: ['before delete claims', 'after delete claims'],
  release: ['before delete claims', 'after delete claims'],
  read: [],
}

const ENDS: readonly Schedule['ends'][] = [
  ['commit', 'commit'],
  ['rollback', 'commit'],
  ['commit', 'rollback'],
]

/** Whether what it does depends on the hold that lives. */
const dependsOnTime = (action: Action, { dailyLimit }: Terms): boolean => {
  if (dailyLimit !== null || action.kind === 'expire') return true
  if ('hold' in action) return action.hold === 'L'
  return 'at' in action && Math.abs(action.at - STARTS.L) < LENGTH
}

function schedulesOf(first: Action, second: Action, terms: Terms): Schedule[] {
  const isTimely = terms.keys === 'none' && (dependsOnTime(first, terms) || dependsOnTime(second, terms))
  const latenesses = isTimely ? (['never', 'before', 'after'] as const) : (['never'] as const)
  const keyPause: readonly Point[] = terms.keys === 'none' ? [] : ['after insert idempotency_keys']
  const oneByOne = { order: 'one by one', pause: null } as const
  const together = [null, ...keyPause, ...PAUSES[first.kind]].flatMap((pause) =>
    (['first ends first', 'second ends first'] as const).map((order) => ({ order, pause })),
  )
  return [oneByOne, ...together].flatMap((steps) =>
    latenesses
      .filter((late) => late !== 'after' || steps !== oneByOne)
      .flatMap((late) => ENDS.map((ends) => ({ ...steps, late, ends }))),
  )
}

/** Every ordered pair of actions under every terms, in every schedule. */
export const allCases = (): Case[] =>
  TERMS.flatMap((terms) =>
    ACTIONS.flatMap((first) =>
      ACTIONS.filter((second) => terms.keys === 'none' || (isKeyed(first) && isKeyed(second))).flatMap(
        (second) =>
          schedulesOf(first, second, terms).map((schedule) => ({ ...schedule, terms, first, second })),
      ),
    ),
  )

export const describeCase = ({ terms, first, second, order, pause, late, ends }: Case): string =>
  [
    `${nameOf(first)} (${ends[0]}), ${nameOf(second)} (${ends[1]}): ${order}`,
    ...(pause === null ? [] : [`the first stopped ${pause}`]),
    ...(late === 'never' ? [] : [`the hold expires ${late} the second calls`]),
    `limit ${terms.dailyLimit ?? 'none'}`,
    `keys ${terms.keys}`,
  ].join(', ')

const pairOf = ({ first, second }: Case) => `${first.kind}, ${second.kind}`

/** All cases in an order of chance, but each pair of kinds in turn: however few are tried, they are of every sort. */
export function shuffled(cases: readonly Case[], seed: number): Case[] {
  const random = randomOf(seed)
  const drawn = cases.map((one) => ({ one, lot: random() })).sort((a, b) => a.lot - b.lot)
  const turns = new Map<string, number>()
  const turnOf = (pair: string) => {
    const turn = turns.get(pair) ?? 0
    turns.set(pair, turn + 1)
    return turn
  }
  return drawn
    .map(({ one }) => ({ one, turn: turnOf(pairOf(one)) }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ one }) => one)
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
