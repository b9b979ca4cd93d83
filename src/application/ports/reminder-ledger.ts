import type { EventId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'

/** How many reminders were taken, of how many an event was written, and when the last of them was due. */
export interface RemindersSent {
  readonly due: number
  readonly sent: number
  /** Null where none was taken. */
  readonly reached: Instant | null
}

/** The reminders that are due. */
export interface ReminderLedger {
  /**
   * Takes reminders that are due by `now`, the oldest first and at most as many as there are ids for their events, and
   * writes the event of each whose booking still stands and has not begun: each once, however many nodes send at the same
   * moment. In the log a reminder comes after every change of its booking that it knows of, and before every other one.
   * It may leave some to a later call.
   *
   * @param since where to go on: what was due before that is left; null for the beginning
   */
  send(eventIds: readonly EventId[], now: Instant, since: Instant | null): Promise<RemindersSent>
}
