import type { SlotReason } from '../../src/domain/slots.ts'

export interface Disagreement {
  readonly number: number
  readonly text: string
}

/** What a run of cases has met. */
export interface Tally {
  cases: number
  /** How many slots had each answer: without them all, agreement says little. */
  readonly answers: Record<SlotReason | 'available', number>
  /** Zones in which at least one slot was compared. */
  readonly zones: Set<string>
  /** The places of the changes of the clocks that lay inside a searched range with slots. */
  readonly transitions: Set<number>
  readonly disagreements: Disagreement[]
}

export const emptyTally = (): Tally => ({
  cases: 0,
  answers: {
    available: 0,
    override: 0,
    'service-hours': 0,
    break: 0,
    'time-off': 0,
    booked: 0,
    held: 0,
    buffer: 0,
    notice: 0,
    horizon: 0,
    'daily-limit': 0,
  },
  zones: new Set(),
  transitions: new Set(),
  disagreements: [],
})

export function addTally(sum: Tally, part: Tally): void {
  sum.cases += part.cases
  for (const answer of Object.keys(sum.answers) as (keyof Tally['answers'])[]) {
    sum.answers[answer] += part.answers[answer]
  }
  for (const zone of part.zones) sum.zones.add(zone)
  for (const transition of part.transitions) sum.transitions.add(transition)
  sum.disagreements.push(...part.disagreements)
}

export const slotsOf = ({ answers }: Tally) => Object.values(answers).reduce((sum, count) => sum + count, 0)
