import { withClient } from '../../../bench/support/postgres.ts'

/* Instants are milliseconds since 1970. */

export interface BookingRow {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly service: string
  readonly provider: string
  readonly customer: string
  readonly starts: number
  readonly ends: number
  readonly before: number
  readonly after: number
  readonly notes: string | null
}

export interface ClaimRow {
  readonly provider: string
  readonly from: number
  readonly to: number
  readonly starts: number
  readonly ends: number
  readonly booking: string | null
  readonly hold: string | null
}

export interface HistoryRow {
  readonly booking: string
  readonly version: number
  readonly change: string
  readonly status: string
  readonly starts: number
  readonly ends: number
  readonly actor: string | null
  readonly reason: string | null
}

export interface EventRow {
  /** In the order in which those that could be in each other's way have happened. */
  readonly sequence: number
  readonly type: string
  readonly subject: string
  readonly version: number
  readonly actor: string | null
  readonly occurred: number
  readonly service: string
  readonly starts: number
  readonly ends: number
  /** Of a hold. */
  readonly expires: number | null
}

export interface KeyRow {
  readonly user: string
  readonly key: string
  /** As it is kept: a line with the status, then the body. */
  readonly answer: string | null
}

export interface ReminderRow {
  readonly booking: string
  readonly minutes: number
  readonly due: number
}

/** All that the database says about what has happened. */
export interface Tables {
  readonly bookings: readonly BookingRow[]
  readonly claims: readonly ClaimRow[]
  readonly history: readonly HistoryRow[]
  readonly events: readonly EventRow[]
  readonly keys: readonly KeyRow[]
  readonly reminders: readonly ReminderRow[]
}

const milliseconds = (instant: string) => `round(extract(epoch from ${instant}) * 1000)::float8`

const queries: Readonly<Record<keyof Tables, string>> = {
  bookings: `
    select id, version, status, service_id as service, provider_id as provider, customer_id as customer,
      ${milliseconds('starts_at')} as starts, ${milliseconds('ends_at')} as ends,
      buffer_before_minutes as before, buffer_after_minutes as after, notes
    from bookings`,
  claims: `
    select users.id as provider, ${milliseconds('lower(blocked)')} as from, ${milliseconds('upper(blocked)')} as to,
      ${milliseconds('starts_at')} as starts, ${milliseconds('ends_at')} as ends, booking_id as booking, hold_id as hold
    from claims
    join auth.users on users.number = claims.provider_number`,
  history: `
    select booking_id as booking, version, change, status, ${milliseconds('starts_at')} as starts,
      ${milliseconds('ends_at')} as ends, actor_id as actor, reason
    from booking_history
    order by booking_id, version`,
  events: `
    select sequence::float8, type, subject_id as subject, subject_version as version, actor_id as actor,
      ${milliseconds('occurred_at')} as occurred, data ->> 'service_id' as service,
      ${milliseconds(`(data ->> 'start')::timestamptz`)} as starts,
      ${milliseconds(`(data ->> 'end')::timestamptz`)} as ends,
      ${milliseconds(`(data ->> 'expires_at')::timestamptz`)} as expires
    from events
    where subject_type in ('booking', 'hold')
    order by sequence`,
  keys: 'select user_id as user, key, answer from idempotency_keys',
  reminders: `
    select booking_id as booking, minutes_before as minutes, ${milliseconds('due_at')} as due
    from reminders`,
}

/** Reads everything as of one moment. */
export const readTables = (databaseUrl: string): Promise<Tables> =>
  withClient(databaseUrl, async (client) => {
    await client.query('begin isolation level repeatable read')
    const tables: Record<string, unknown[]> = {}
    for (const [name, text] of Object.entries(queries)) tables[name] = (await client.query(text)).rows
    return tables as unknown as Tables
  })
