import type { Answers } from './answers.ts'
import type { Case } from './cases.ts'
import type { Disagreement } from './stage.ts'

/** What a run has met; without all kinds of answers, agreement says little. */
export interface Tally {
  compared: number
  /** The zones of the cases that were left out, because PostgreSQL and Node have other data of them. */
  readonly leftOut: string[]
  readonly zones: Set<string>
  /** How many lines there were of each kind: `slot booked`, `board break`, `time true`. */
  readonly lines: Map<string, number>
  readonly disagreements: Disagreement[]
}

export const newTally = (): Tally => ({
  compared: 0,
  leftOut: [],
  zones: new Set(),
  lines: new Map(),
  disagreements: [],
})

export function addAnswers(tally: Tally, one: Case, answers: Answers): void {
  tally.compared++
  tally.zones.add(one.situation.offer.schedule.timeZone)
  for (const [kind, lines] of Object.entries({
    slot: answers.slots,
    board: answers.board,
    time: answers.times,
  })) {
    for (const line of lines) {
      const name = `${kind} ${line.split(' ').at(-1)}`
      tally.lines.set(name, (tally.lines.get(name) ?? 0) + 1)
    }
  }
}

export function summaryOf({ compared, leftOut, zones, lines, disagreements }: Tally): string {
  const zonesLeft = [...new Set(leftOut)].sort().join(', ')
  const without =
    leftOut.length > 0 ? `, ${leftOut.length} left out for their time zone data (${zonesLeft})` : ''
  const answers = lines.values().reduce((sum, count) => sum + count, 0)
  return `${compared} cases${without}, ${zones.size} zones, ${answers} answers: ${disagreements.length} disagreements`
}

export const linesSummary = ({ lines }: Tally): string =>
  [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
