import type { JudgeOf } from '../common/findings.ts'
import { readRecord, writeRecord } from '../common/record-file.ts'

/** What must never be. */
export type Rule =
  | 'missed'
  | 'delivered twice'
  | 'not theirs'
  | 'not in the log'
  | 'out of order'
  | 'cursor falls'
  | 'content differs'
  | 'reset without need'
  | 'refused'
  | 'log incomplete'

/** An event as the table has it; `cursor` is its place, by which texts are in the order of the log. */
export interface LogRow {
  readonly cursor: string
  readonly id: string
  readonly type: string
  /** In milliseconds since 1970. */
  readonly occurred: number
  readonly subjectType: string
  readonly subject: string
  readonly version: number
  readonly provider: string | null
  readonly customer: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export type Transport = 'list' | 'stream' | 'socket'

/** Someone who listens, and what became of it beside the events. */
export interface Listener {
  readonly name: string
  readonly transport: Transport
  readonly role: 'customer' | 'provider' | 'admin' | 'anyone'
  /** Null for anyone. */
  readonly user: string | null
  readonly topics: readonly string[]
  /** The first cursor that it was given: it is to hear of everything after it. */
  from: string | null
  /** Where it was told to go on from, instead of where it was. */
  readonly resets: { readonly at: string; readonly to: string }[]
  /** What it was told instead of events, other than to come again later. */
  readonly refusals: string[]
  connections: number
}

/** An event that a listener got, in the order in which it did. */
export interface Heard {
  /** The place of the listener in the list of them. */
  readonly listener: number
  readonly cursor: string
  readonly id: string
  readonly type: string
  /** A hash of all that it says. */
  readonly content: string
}

export interface Evidence {
  readonly head: {
    /** The place of the last event that is judged by. */
    readonly until: string
    /** The place up to which retention has emptied the log. */
    readonly trimmed: string
  }
  readonly log: readonly LogRow[]
  readonly bookings: readonly { readonly id: string; readonly version: number }[]
  readonly listeners: readonly Listener[]
  readonly heard: readonly Heard[]
}

export type Judge = JudgeOf<Evidence, Rule>

/** Writes everything there is to judge by. */
export const writeEvidence = (file: string, { head, ...lists }: Evidence): Promise<void> =>
  writeRecord(file, { head, lists })

/** Reads what was written. @throws when the file is not there or is something else */
export async function readEvidence(file: string): Promise<Evidence> {
  const names = ['log', 'bookings', 'listeners', 'heard']
  const { head, lists } = await readRecord<Evidence['head']>(file, names)
  return { head, ...lists } as unknown as Evidence
}
