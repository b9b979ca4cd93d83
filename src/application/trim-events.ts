import { DAY_MINUTES, plusMinutes } from '../domain/instant.ts'
import { inBatches } from './in-batches.ts'
import type { Audit } from './ports/audit.ts'
import type { Clock } from './ports/clock.ts'
import type { EventLog } from './ports/event-log.ts'

export interface TrimEventsPorts {
  readonly log: EventLog
  readonly clock: Clock
  /** For how long events are kept. */
  readonly retentionDays: number
}

export type TrimEvents = () => Promise<number>

/** How many events are removed at once. */
const TRIMMED_AT_ONCE = 10_000

/** Removes the events that are older than they are kept for; tells how many. */
export const trimEvents =
  ({ log, clock, retentionDays }: TrimEventsPorts): TrimEvents =>
  () => {
    const now = clock()
    const before = plusMinutes(now, -retentionDays * DAY_MINUTES)
    return inBatches(TRIMMED_AT_ONCE, (most) => log.trim({ before, now }, most))
  }

export interface TrimAuditPorts {
  readonly audit: Audit
  readonly clock: Clock
  /** For how long it is kept who did what to whom. */
  readonly retentionDays: number
}

/** Removes from the audit what is older than it is kept for; tells how many lines. */
export const trimAudit =
  ({ audit, clock, retentionDays }: TrimAuditPorts): TrimEvents =>
  () => {
    const before = plusMinutes(clock(), -retentionDays * DAY_MINUTES)
    return inBatches(TRIMMED_AT_ONCE, (most) => audit.trim(before, most))
  }
