import { type Instant, MINUTE } from '../domain/instant.ts'
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
  async () => {
    const before = (clock() - retentionDays * 24 * 60 * MINUTE) as Instant
    let trimmed = 0
    for (;;) {
      const done = await log.trim(before, TRIMMED_AT_ONCE)
      trimmed += done
      if (done < TRIMMED_AT_ONCE) return trimmed
    }
  }
