import { type Slot, slotsIn } from '../../src/domain/slots.ts'
import { slotsByHand } from '../domain/support/oracle.ts'
import { type Case, caseOf } from './cases.ts'
import { describeDisagreement } from './describe.ts'
import { emptyTally, type Tally } from './tally.ts'

/** Consecutive cases of a seed. */
export interface CaseRange {
  readonly seed: number
  readonly from: number
  readonly count: number
}

/**
 * Compares the engine with the rules worked out minute by minute, case for case.
 *
 * @param engine what is to be proved; another one in a test of this very function
 */
export function compareCases({ seed, from, count }: CaseRange, engine: typeof slotsIn = slotsIn): Tally {
  const tally = emptyTally()
  for (let number = from; number < from + count; number++) {
    compareCase(caseOf(seed, number), seed, engine, tally)
  }
  return tally
}

function compareCase(one: Case, seed: number, engine: typeof slotsIn, tally: Tally): void {
  const { offer, range, claims, now } = one.situation
  const expected = slotsByHand(offer, range, claims, now)
  const found = answerOf(() => engine(offer, range, claims, now))
  tally.cases++
  if (!(Array.isArray(found) && isSame(found, expected))) {
    tally.disagreements.push({ number: one.number, text: describeDisagreement(one, seed, found, expected) })
  }
  for (const { reason } of expected) tally.answers[reason ?? 'available']++
  if (expected.length === 0) return
  tally.zones.add(one.anchor.zone)
  const { transition, moment } = one.anchor
  if (transition !== null && range.start <= moment && moment < range.end) tally.transitions.add(transition)
}

const answerOf = (ask: () => Slot[]): Slot[] | Error => {
  try {
    return ask()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

const isSame = (found: readonly Slot[], expected: readonly Slot[]) =>
  found.length === expected.length &&
  found.every(({ start, end, reason }, index) => {
    const other = expected[index]
    return start === other?.start && end === other.end && reason === other.reason
  })
