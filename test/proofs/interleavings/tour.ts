import { type Case, describeCase } from './cases.ts'
import { disagreement } from './judge.ts'
import { play } from './play.ts'
import type { Stage } from './stage.ts'

/** What has become of the cases so far. */
export interface Tally {
  played: number
  /** Those whose steps cannot be taken in that order. */
  impossible: number
  readonly disagreements: string[]
  /** The ordered pairs of kinds that were played, such as `book, hold`. */
  readonly pairs: Set<string>
}

export const newTally = (): Tally => ({ played: 0, impossible: 0, disagreements: [], pairs: new Set() })

/** Plays one case after the other, until there are none or someone interrupts. */
export async function tour(
  stage: Stage,
  cases: IterableIterator<Case>,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  for (const one of cases) {
    if (signal?.aborted) return
    const played = await play(stage, one)
    if (played === null) {
      tally.impossible++
      continue
    }
    tally.played++
    tally.pairs.add(`${one.first.kind}, ${one.second.kind}`)
    const wrong = disagreement(one, played)
    if (wrong !== undefined) tally.disagreements.push(`${describeCase(one)}\n${wrong}`)
  }
}

export const summaryOf = ({ played, impossible, disagreements, pairs }: Tally): string =>
  `${played} interleavings of ${pairs.size} ordered pairs, ${impossible} more that cannot be: ${disagreements.length} disagreements`
