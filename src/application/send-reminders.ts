import type { EventId } from '../domain/ids.ts'
import type { Instant } from '../domain/instant.ts'
import type { Bell } from './ports/bell.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { ReminderLedger, RemindersSent } from './ports/reminder-ledger.ts'

export interface SendRemindersPorts {
  readonly reminders: ReminderLedger
  readonly bell: Bell
  readonly clock: Clock
  readonly newId: NewId
}

export type SendReminders = () => Promise<number>

/** How many reminders are sent at once. The transaction of a batch holds back the readers of the log: many short ones. */
const SENT_AT_ONCE = 200

/** Sends the reminders that are due, late ones too as long as their booking has not begun; tells how many. */
export const sendReminders =
  ({ reminders, bell, clock, newId }: SendRemindersPorts): SendReminders =>
  async () => {
    let total = 0
    let since: Instant | null = null
    for (;;) {
      const ids = Array.from({ length: SENT_AT_ONCE }, () => newId() as EventId)
      const { due, sent, reached }: RemindersSent = await reminders.send(ids, clock(), since)
      total += sent
      since = reached
      if (sent > 0) bell.ring()
      if (due < SENT_AT_ONCE) return total
    }
  }
