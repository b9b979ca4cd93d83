import type { Action, Side } from './actions.ts'
import type { Case } from './cases.ts'
import { clearedFor, FIRST, linesOf, step, type World } from './model.ts'
import type { Played } from './play.ts'

/** What one session does, what it clears out of its way before in a transaction of its own, and the end of the hold. */
type Moment = Side | `${Side} clears` | 'late'

const permutations = (moments: readonly Moment[]): (readonly Moment[])[] =>
  moments.length < 2
    ? [moments]
    : moments.flatMap((moment) =>
        permutations(moments.filter((other) => other !== moment)).map((rest) => [moment, ...rest]),
      )

const PLAIN = permutations(['A', 'B', 'late'])
const CLEARING = permutations(['A', 'B', 'late', 'A clears', 'B clears'])

/** The orders in which one caller at a time may have done it: what had ended before something began comes before it. */
function ordersOf(
  { order, late }: Case,
  all: readonly (readonly Moment[])[],
): readonly (readonly Moment[])[] {
  return all.filter((moments) => {
    const isBefore = (one: Moment, other: Moment) => moments.indexOf(one) < moments.indexOf(other)
    const hasClearing = moments.includes('A clears')
    if (hasClearing && !(isBefore('A clears', 'A') && isBefore('B clears', 'B'))) return false
    if (order === 'one by one' && (hasClearing || !isBefore('A', 'B'))) return false
    if (late === 'never') return moments.at(-1) === 'late'
    if (late === 'after') return true
    return (
      isBefore('late', 'B') &&
      !(hasClearing && isBefore('B clears', 'late')) &&
      !(order === 'one by one' && isBefore('late', 'A'))
    )
  })
}

/** The holds that an action may have in hand while it goes on: a sweep leaves those to it. */
function inHand(action: Action): readonly string[] {
  if (action.kind === 'expire') return ['L', 'D']
  return action.kind === 'redeem' || action.kind === 'release' ? [action.hold] : []
}

/** All ways to leave out some of at most two. */
const subsets = ([one, other]: readonly string[]): (readonly string[])[] => {
  if (one === undefined) return [[]]
  return other === undefined ? [[], [one]] : [[], [one], [other], [one, other]]
}

function leftOutBy(sweeper: Action, other: Action, { order }: Case): (readonly string[])[] {
  return sweeper.kind === 'expire' && order !== 'one by one' ? subsets(inHand(other)) : [[]]
}

interface Expected {
  readonly order: readonly Moment[]
  readonly answers: { readonly A: string; readonly B: string }
  readonly lines: readonly string[]
}

/** What has been rolled back has been answered, and else has never been. */
function inOrder(played: Case, order: readonly Moment[], leftOut: Record<Side, readonly string[]>): Expected {
  const { terms, first, second, ends, late } = played
  const acts = { A: { action: first, end: ends[0] }, B: { action: second, end: ends[1] } }
  const answers = { A: '', B: '' }
  let world: World = FIRST
  for (const moment of order) {
    if (moment === 'late') {
      world = { ...world, isLate: late !== 'never' }
      continue
    }
    if (moment === 'A clears' || moment === 'B clears') {
      world = clearedFor(world, acts[moment === 'A clears' ? 'A' : 'B'].action)
      continue
    }
    const { action, end } = acts[moment]
    const done = step(world, moment, action, terms, leftOut[moment])
    answers[moment] = done.answer
    world = end === 'commit' ? done.world : done.undone
  }
  return { order, answers, lines: linesOf(world) }
}

/** Every way in which one caller at a time may have come to an end of this case. */
const expectedOf = (played: Case, all: readonly (readonly Moment[])[]): Expected[] =>
  ordersOf(played, all).flatMap((order) =>
    leftOutBy(played.first, played.second, played).flatMap((A) =>
      leftOutBy(played.second, played.first, played).map((B) => inOrder(played, order, { A, B })),
    ),
  )

const textOf = ({ answers, lines }: Omit<Expected, 'order'>) => [answers.A, answers.B, ...lines].join('\n')

/** Undefined where some order explains what has happened; else what is wrong, as seen from each order. */
export function disagreement(played: Case, actual: Played): string | undefined {
  const expected = expectedOf(played, PLAIN)
  const isActual = (one: Expected) => textOf(one) === textOf(actual)
  if (expected.some(isActual) || expectedOf(played, CLEARING).some(isActual)) return undefined
  const seen = new Set<string>()
  for (const { order, answers, lines } of expected) {
    const missing = lines.filter((line) => !actual.lines.includes(line)).map((line) => `  - ${line}`)
    const surplus = actual.lines.filter((line) => !lines.includes(line)).map((line) => `  + ${line}`)
    seen.add([` as ${order.join(', ')}: ${answers.A}; ${answers.B}`, ...missing, ...surplus].join('\n'))
  }
  return [`answered ${actual.answers.A}; ${actual.answers.B}`, ...seen].join('\n')
}
