import { sql } from 'slonik'
import { z } from 'zod'
import type { ReminderLedger } from '../../application/ports/reminder-ledger.ts'
import type { PostgresDatabase } from './database.ts'
import { guarded } from './faults.ts'
import { timestamp } from './values.ts'

const sentRow = z.object({ due: z.number(), sent: z.number() })

/**
 * Reminders are rows beside their bookings; the row of each goes by the statement that writes its event. Sending a thousand
 * takes a while, so that it has a connection of its own: in the pipeline, bookings would wait behind it.
 */
export const postgresReminderLedger = ({ pool }: Pick<PostgresDatabase, 'pool'>): ReminderLedger => ({
  send: (eventIds, now) =>
    guarded(
      pool.one(sql.type(sentRow)`
        select due, sent
        from send_reminders(${sql.array([...eventIds], 'uuid')}, ${timestamp(now)}::timestamptz)
      `),
    ),
})
