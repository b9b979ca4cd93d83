import type { EventId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/instant.ts'

/** The reminders that are due. */
export interface ReminderLedger {
  /**
   * Takes reminders that are due by `now`, the oldest first and at most as many as there are ids for their events, and
   * writes the event of each whose booking still stands and has not begun: each once, however many nodes send at the same
   * moment. In the log a reminder comes after every change of its booking that it knows of, and before every other one.
   * Tells how many it took and how many of them it wrote; it may leave some to a later call.
   */
  send(eventIds: readonly EventId[], now: Instant): Promise<{ readonly due: number; readonly sent: number }>
}
