import type { EventId } from '../domain/ids.ts'
import type { Bell } from './ports/bell.ts'
import type { Clock } from './ports/clock.ts'
import type { NewId } from './ports/ids.ts'
import type { ReminderLedger } from './ports/reminder-ledger.ts'

export interface SendRemindersPorts {
  readonly reminders: ReminderLedger
  readonly bell: Bell
  readonly clock: Clock
  readonly newId: NewId
}

export type SendReminders = () => Promise<number>

/** How many reminders are sent at once. */
const SENT_AT_ONCE = 1_000

/** Sends the reminders that are due, late ones too as long as their booking has not begun; tells how many. */
export const sendReminders =
  ({ reminders, bell, clock, newId }: SendRemindersPorts): SendReminders =>
  async () => {
    let total = 0
    for (;;) {
      const ids = Array.from({ length: SENT_AT_ONCE }, () => newId() as EventId)
      const { due, sent } = await reminders.send(ids, clock())
      total += sent
      if (sent > 0) bell.ring()
      if (due < SENT_AT_ONCE) return total
    }
  }
