import { withClient } from '../../../bench/support/postgres.ts'
import type { Evidence } from './evidence.ts'

const milliseconds = (instant: string) => `round(extract(epoch from ${instant}) * 1000)::float8`

const REMINDERS = `
  select booking_id as booking, minutes_before as minutes, ${milliseconds('due_at')} as due
  from reminders`

const LOG = `
  select id, type, subject_id as booking, subject_version as version, data ->> 'status' as status,
    ${milliseconds(`(data ->> 'start')::timestamptz`)} as start, (data ->> 'minutes_before')::integer as minutes,
    ${milliseconds('occurred_at')} as occurred
  from events
  where subject_type = 'booking'
  order by xid, sequence`

export const readReminders = (databaseUrl: string): Promise<Evidence['planned']> =>
  withClient(databaseUrl, async (client) => (await client.query(REMINDERS)).rows)

/** The log and the rows that are left, as of one moment. */
export const readOutcome = (databaseUrl: string): Promise<Pick<Evidence, 'log' | 'left'>> =>
  withClient(databaseUrl, async (client) => {
    await client.query('begin isolation level repeatable read')
    return { log: (await client.query(LOG)).rows, left: (await client.query(REMINDERS)).rows }
  })

/** How many reminders were due by now and have not been taken. */
export const countDue = (databaseUrl: string): Promise<number> =>
  withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      'select count(*)::integer as due from reminders where due_at <= now()',
    )
    return rows[0].due
  })
