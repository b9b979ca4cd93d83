import type { JudgeOf } from '../common/findings.ts'
import type { Outage } from '../common/lives.ts'
import { readRecord, writeRecord } from '../common/record-file.ts'

/* Instants are milliseconds since 1970. */

/** What must never be. */
export type Rule =
  | 'fired twice'
  | 'fired stale'
  | 'fired early'
  | 'never fired'
  | 'fired late'
  | 'row astray'
  | 'log out of order'

export interface Reminder {
  readonly booking: string
  readonly minutes: number
  readonly due: number
}

/** An event about a booking, in the order of the log. */
export interface LoggedEvent {
  readonly id: string
  readonly type: string
  readonly booking: string
  readonly version: number
  readonly status: string
  readonly start: number
  /** Of a reminder. */
  readonly minutes: number | null
  readonly occurred: number
}

export interface Evidence {
  readonly head: {
    /** What everyone's bookings are reminded of when they are moved. */
    readonly serviceMinutes: readonly number[]
    /** When everything had been read; what was due before it has fired. */
    readonly ended: number
    /** The lateness that all but one in a hundred must keep. */
    readonly mostLateMilliseconds: number
  }
  readonly outages: readonly Outage[]
  /** As they were before the first was due. */
  readonly planned: readonly Reminder[]
  readonly log: readonly LoggedEvent[]
  /** The rows that are left. */
  readonly left: readonly Reminder[]
}

export type Judge = JudgeOf<Evidence, Rule>

/** Writes everything there is to judge by. */
export const writeEvidence = (file: string, { head, ...lists }: Evidence): Promise<void> =>
  writeRecord(file, { head, lists })

/** Reads what was written. @throws when the file is not there or is something else */
export async function readEvidence(file: string): Promise<Evidence> {
  const names = ['outages', 'planned', 'log', 'left']
  const { head, lists } = await readRecord<Evidence['head']>(file, names)
  return { head, ...lists } as unknown as Evidence
}
