import { setTimeout as delay } from 'node:timers/promises'
import { withClient } from '../../../bench/support/postgres.ts'
import type { Evidence } from './evidence.ts'

const hexadecimal = (number: string) => `lpad(to_hex(${number}), 16, '0')`
const cursorOf = (xid: string, sequence: string) =>
  `${hexadecimal(`${xid}::text::bigint`)} || ${hexadecimal(sequence)} || mark`

const FENCED =
  'select coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) as fenced from events'

const ROWS = `
  select ${cursorOf('xid', 'sequence')} as cursor, id, type,
    floor(date_part('epoch', occurred_at) * 1000)::float8 as occurred, subject_type as "subjectType",
    subject_id as subject, subject_version as version, provider_id as provider, customer_id as customer, data
  from events
  cross join event_log_state
  order by xid, sequence`

const TRIMMED = `select ${cursorOf('trimmed_xid', 'trimmed_sequence')} as trimmed from event_log_state`

const LOOK_MILLISECONDS = 50
const PATIENCE_MILLISECONDS = 60_000

/** Waits until every event that there is may be read, and tells all that the tables say of that moment. */
export const readLog = (databaseUrl: string): Promise<Pick<Evidence, 'head' | 'log' | 'bookings'>> =>
  withClient(databaseUrl, async (client) => {
    const patience = performance.now() + PATIENCE_MILLISECONDS
    while (!(await client.query(FENCED)).rows[0].fenced) {
      if (performance.now() > patience) throw new Error('A transaction has been open for a minute')
      await delay(LOOK_MILLISECONDS)
    }
    await client.query('begin isolation level repeatable read')
    const log = (await client.query(ROWS)).rows
    const bookings = (await client.query('select id, version from bookings')).rows
    const { trimmed } = (await client.query(TRIMMED)).rows[0]
    return { head: { until: log.at(-1)?.cursor ?? '', trimmed }, log, bookings }
  })
