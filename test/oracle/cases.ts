import fc from 'fast-check'
import { type Situation, situationsNear } from '../domain/support/arbitraries.ts'
import { type Anchor, anchorOf, roundOf } from './anchors.ts'

export interface Case {
  readonly number: number
  readonly anchor: Anchor
  readonly situation: Situation
}

/**
 * The situation of a case: the same for the same seed and number, whatever came before. Round after round it favours
 * the edges (the moment itself, the shortest and the longest) or treats all values alike.
 */
export function caseOf(seed: number, number: number): Case {
  const anchor = anchorOf(number)
  const near = situationsNear(anchor.zone, anchor.moment)
  const arbitrary = roundOf(number) % 2 === 0 ? near : fc.noBias(near)
  const [situation] = fc.sample(arbitrary, { numRuns: 1, seed: seedOf(seed, number) })
  if (situation === undefined) throw new Error(`No situation for case ${number}`)
  return { number, anchor, situation }
}

/** 32 bits out of both numbers, near ones far apart: the finalizer of MurmurHash3, once for each. */
export const seedOf = (seed: number, number: number) => scatter(scatter(seed) ^ number)

function scatter(value: number): number {
  let bits = (value + 0x9e3779b9) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) | 0
}
