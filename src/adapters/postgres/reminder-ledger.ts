import { z } from 'zod'
import type { ReminderLedger } from '../../application/ports/reminder-ledger.ts'
import { callOf } from './booking-statements.ts'
import type { PostgresDatabase } from './database.ts'
import { timestamp } from './values.ts'

const sendReminders = callOf('send_reminders', 'due, sent', 2)

const sentRow = z.tuple([z.coerce.number(), z.coerce.number()])

/** Reminders are rows beside their bookings; the row of each goes by the statement that writes its event. */
export const postgresReminderLedger = ({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): ReminderLedger => ({
  async send(eventIds, now) {
    const [row] = await pipeline.execute(sendReminders, [[...eventIds], timestamp(now)])
    const [due, sent] = sentRow.parse(row)
    return { due, sent }
  },
})
