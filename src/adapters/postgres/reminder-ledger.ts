import { z } from 'zod'
import type { ReminderLedger } from '../../application/ports/reminder-ledger.ts'
import type { Instant } from '../../domain/instant.ts'
import { callOf } from './booking-statements.ts'
import type { PostgresDatabase } from './database.ts'
import { timestamp } from './values.ts'

const sendReminders = callOf('send_reminders', `due, sent, date_part('epoch', reached) * 1000`, 3)

const sentRow = z.tuple([z.coerce.number(), z.coerce.number(), z.string().nullable()])

/** Reminders are rows beside their bookings; the row of each goes by the statement that writes its event. */
export const postgresReminderLedger = ({ pipeline }: Pick<PostgresDatabase, 'pipeline'>): ReminderLedger => ({
  async send(eventIds, now, since) {
    const values = [[...eventIds], timestamp(now), since === null ? null : timestamp(since)]
    const [row] = await pipeline.execute(sendReminders, values)
    const [due, sent, reached] = sentRow.parse(row)
    return { due, sent, reached: reached === null ? null : (Math.floor(Number(reached)) as Instant) }
  },
})
