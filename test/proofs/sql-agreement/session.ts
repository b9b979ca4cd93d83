import { MINUTE } from '../../../src/domain/instant.ts'
import { startOfDay, zoneOf } from '../../../src/domain/zone.ts'
import type { Answers } from './answers.ts'
import { type Case, caseOf } from './cases.ts'
import { smallestOf } from './shrink.ts'
import type { Disagreement, Stage } from './stage.ts'
import { addAnswers, type Tally } from './tally.ts'
import { differenceFinder, type ZoneDifference } from './zones.ts'

export interface SessionOptions {
  /** How many are to be compared; those that are left out do not count. */
  readonly cases: number
  readonly seed: number
  /** The number of the first case. */
  readonly from: number
}

export interface Watching {
  readonly signal?: AbortSignal
  /** Is told of the cases that are about to be compared. */
  readonly onBatch?: (batch: readonly Case[]) => void
}

const BATCH = 100
/** Half of the years that there are would be left out, and something else is wrong. */
const MOST_LEFT_OUT = 0.5

/** Compares case after case on all stages, until so many are compared. */
export async function compareCases(
  stages: readonly Stage[],
  { cases, seed, from }: SessionOptions,
  tally: Tally,
  { signal, onBatch }: Watching = {},
): Promise<void> {
  const find = differenceFinder((stages[0] as Stage).database.query)
  let next = from
  let claimed = 0

  /** The next numbers, without those that are left out. */
  async function nextBatch(): Promise<readonly Case[]> {
    const wanted = Math.min(BATCH, cases - claimed)
    claimed += wanted
    const batch: Case[] = []
    while (batch.length < wanted) {
      const one = caseOf(seed, next++)
      const differences = await find([one.situation.offer.schedule.timeZone])
      if (differences.some((difference) => concerns(difference, one))) leaveOut(one)
      else batch.push(one)
    }
    return batch
  }

  function leaveOut(one: Case): void {
    tally.leftOut.push(one.situation.offer.schedule.timeZone)
    if (tally.leftOut.length > BATCH + cases * MOST_LEFT_OUT) {
      throw new Error('The time zone data of PostgreSQL and Node differ too much to compare anything else')
    }
  }

  async function work(stage: Stage): Promise<void> {
    while (claimed < cases && !signal?.aborted) {
      const batch = await nextBatch()
      onBatch?.(batch)
      const { expected, disagreements } = await stage.compare(batch)
      for (const [index, one] of batch.entries()) addAnswers(tally, one, expected[index] as Answers)
      tally.disagreements.push(...disagreements)
    }
  }

  await Promise.all(stages.map(work))
  tally.disagreements.sort((a, b) => a.case.number - b.case.number)
}

const DAYS = 1440 * MINUTE

/** Whether a case comes to reckon with a time at which the clocks of the two differ. */
function concerns({ start, end }: ZoneDifference, one: Case): boolean {
  const { offer, range, now } = one.situation
  const day = startOfDay(zoneOf(offer.schedule.timeZone), one.date)
  const horizon = now + offer.service.maxHorizonDays * DAYS
  const first = Math.min(range.start, day, now) - 5 * DAYS
  const last = Math.max(range.end, day, horizon, now + 365 * DAYS) + 5 * DAYS
  return start < last && first < end
}

/** The first disagreement, made as small as it can be. */
export async function smallestDisagreement(
  stage: Stage,
  { disagreements }: Tally,
): Promise<Disagreement | undefined> {
  const [first] = disagreements
  return first && smallestOf(stage, first)
}
