/** The order in which repairs can build on each other. */
export const STEPS = {
  extension: 0,
  sequence: 1,
  type: 2,
  column: 3,
  check: 4,
  key: 5,
  index: 6,
  foreignKey: 7,
  function: 8,
  trigger: 9,
  surplus: 10,
} as const

/** What puts a fault right without dropping data. */
export interface Repair {
  readonly step: number
  readonly statements: readonly string[]
  /** A statement for the `count` of the rows that would lose something: with any, nothing is done. */
  readonly losses?: string
  /** The object without which this one is still needed: it stays when that one could not be repaired. */
  readonly insteadOf?: string
}

/** One thing that is not as the migrations say, told to somebody who has not read them. */
export interface Finding {
  /** What kind of fault it is, for programs: `foreign-key-duplicated`. */
  readonly code: string
  /** `constraint profiles_id_fkey on public.profiles` */
  readonly object: string
  /** What is wrong and what it means. */
  readonly says: string
  /** What to do about it. */
  readonly advice: string
  /** Null where a person has to decide. */
  readonly repair: Repair | null
}

/** What a comparison has to say: faults, and things that are not ours and are left alone. */
export interface Comparison {
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
}

/** Several comparisons as one. */
export const together = (parts: readonly Comparison[]): Comparison => ({
  findings: parts.flatMap(({ findings }) => findings),
  notes: parts.flatMap(({ notes }) => notes),
})
