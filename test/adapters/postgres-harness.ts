import { postgresAccounts } from '../../src/adapters/postgres/account-store.ts'
import { postgresAnswers } from '../../src/adapters/postgres/answers.ts'
import { postgresAudit } from '../../src/adapters/postgres/audit.ts'
import { postgresBookingArchive } from '../../src/adapters/postgres/booking-archive.ts'
import { postgresBookingLedger } from '../../src/adapters/postgres/booking-ledger.ts'
import { postgresBookingPages } from '../../src/adapters/postgres/booking-pages.ts'
import { openPostgres } from '../../src/adapters/postgres/database.ts'
import { postgresErasures } from '../../src/adapters/postgres/erasures.ts'
import { postgresEventLog } from '../../src/adapters/postgres/event-log.ts'
import { postgresEventTickets } from '../../src/adapters/postgres/event-tickets.ts'
import { postgresHoldLedger } from '../../src/adapters/postgres/hold-ledger.ts'
import { postgresOccupancy } from '../../src/adapters/postgres/occupancy.ts'
import { postgresPasswordResets } from '../../src/adapters/postgres/password-resets.ts'
import { postgresProviderDirectory } from '../../src/adapters/postgres/provider-directory.ts'
import { postgresReminderLedger } from '../../src/adapters/postgres/reminder-ledger.ts'
import { postgresScheduleCatalog } from '../../src/adapters/postgres/schedule-catalog.ts'
import { postgresServiceCatalog } from '../../src/adapters/postgres/service-catalog.ts'
import { postgresSessions } from '../../src/adapters/postgres/sessions.ts'
import { postgresStandings } from '../../src/adapters/postgres/standings.ts'
import type { EventLog } from '../../src/application/ports/event-log.ts'
import { formatDate } from '../../src/domain/calendar.ts'
import { formatInstant, type Instant } from '../../src/domain/instant.ts'
import type {
  Harness,
  Probe,
  RecordedCatalogEvent,
  RecordedEvent,
  RecordedHoldEvent,
} from '../contracts/harness.ts'
import { createTestDatabase, everythingIsReadable, type TestDatabase } from '../support/database.ts'
import { newId } from '../support/fixtures.ts'

export interface PostgresHarness extends Harness {
  readonly database: TestDatabase
}

/** One database with its connections for a whole file; each harness begins with it empty. */
export interface PostgresBench extends AsyncDisposable {
  readonly database: TestDatabase
  readonly open: () => Promise<PostgresHarness>
  /** Ends the sessions of the adapters, and tells how many deadlocks they have met. The database stays. */
  readonly countDeadlocks: () => Promise<number>
}

export async function openBench(): Promise<PostgresBench> {
  await using resources = new AsyncDisposableStack()
  const database = resources.use(await createTestDatabase())
  const sessions = resources.use(new AsyncDisposableStack())
  const postgres = sessions.use(await openPostgres(database.url))
  const archive = postgresBookingArchive(postgres)
  const ports = {
    accounts: postgresAccounts(postgres),
    directory: postgresProviderDirectory(postgres),
    catalog: postgresServiceCatalog(postgres),
    ...postgresOccupancy(postgres),
    schedules: postgresScheduleCatalog(postgres),
    ledger: postgresBookingLedger(postgres),
    holds: postgresHoldLedger(postgres),
    answers: postgresAnswers(postgres),
    archive,
    pages: postgresBookingPages(postgres, archive),
    sessions: postgresSessions(postgres, { accessTokenSeconds: 3600 }),
    standings: postgresStandings(postgres),
    resets: postgresPasswordResets(postgres),
    audit: postgresAudit(postgres),
    erasures: postgresErasures(postgres),
    log: postgresEventLog(postgres),
    eventTickets: postgresEventTickets(postgres),
    reminders: postgresReminderLedger(postgres),
  }
  const other = sessions.use(await openPostgres(database.url, { pipelineConnections: 2 }))
  const otherNode = {
    catalog: postgresServiceCatalog(other),
    schedules: postgresScheduleCatalog(other),
    ledger: postgresBookingLedger(other),
    ...postgresOccupancy(other),
    accounts: postgresAccounts(other),
    sessions: postgresSessions(other, { accessTokenSeconds: 3600 }),
    standings: postgresStandings(other),
    resets: postgresPasswordResets(other),
    eventTickets: postgresEventTickets(other),
    reminders: postgresReminderLedger(other),
  }
  const probe = postgresProbe(
    database,
    once(() => openOtherLog(sessions)),
  )
  const rest = resources.move()
  return {
    database,
    open: async () => {
      await empty(database)
      return { ...ports, otherNode, probe, database, [Symbol.asyncDispose]: async () => {} }
    },
    countDeadlocks: async () => {
      // A session may keep what it has counted to itself for seconds; it tells when it ends.
      await sessions.disposeAsync()
      const text = 'select deadlocks::integer from pg_stat_database where datname = current_database()'
      return (await database.query<{ deadlocks: number }>(text))[0]?.deadlocks ?? 0
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

/** The log of a database that is a clone, but has a mark of its own as one that is migrated by itself. */
async function openOtherLog(sessions: AsyncDisposableStack): Promise<EventLog> {
  const database = sessions.use(await createTestDatabase())
  await database.query(
    "update event_log_state set mark = to_hex((random() * 1e9)::integer + x'10000000'::integer)",
  )
  return postgresEventLog(sessions.use(await openPostgres(database.url, { pipelineConnections: 1 })))
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Deletes every row. On tables as small as these it takes a tenth of the time of a truncate. */
async function empty({ query }: TestDatabase): Promise<void> {
  for (const table of [
    'events',
    'audit_entries',
    'bookings',
    'claims',
    'services',
    'auth.users',
    'auth.ended_sessions',
    'auth.password_reset_requests',
  ]) {
    await query(`delete from ${table}`)
  }
  await query("update event_log_state set trimmed_xid = '0', trimmed_sequence = 0")
}

const instantOf = (date: Date) => date.getTime() as Instant

const COUNTS = `
  select
    (select count(*)::integer from bookings) as bookings,
    (select count(*)::integer from claims) as claims,
    (select count(*)::integer from reminders) as reminders,
    (select count(*)::integer from events where subject_type in ('booking', 'hold')) as events
`

const EVENTS = `
  select
    id,
    type,
    occurred_at,
    actor_id as "actorId",
    subject_id as "bookingId",
    (data ->> 'number')::integer as "bookingNumber",
    subject_version as "bookingVersion",
    data ->> 'status' as status,
    provider_id as "providerId",
    customer_id as "customerId"
  from events
  where subject_type = 'booking'
  order by xid, sequence
`

const HOLD_EVENTS = `
  select
    id,
    type,
    subject_id as "holdId",
    customer_id as "holderId",
    provider_id as "providerId"
  from events
  where subject_type = 'hold'
  order by xid, sequence
`

const CATALOG_EVENTS = `
  select
    id,
    type,
    occurred_at,
    subject_id as subject,
    subject_version as version,
    actor_id as "actorId",
    provider_id as "providerId",
    data
  from events
  where subject_type in ('service', 'schedule')
  order by xid, sequence
`

/** Claims never change: the same one is put in its place with another end. */
const EXPIRE_HOLD = `
  with gone as (
    delete from claims
    where hold_id = $1
    returning *
  )
  insert into claims (
    provider_number, session, seat, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at
  )
  select
    provider_number, session, seat, blocked, starts_at, ends_at, service_id, hold_id, holder_id,
    clock_timestamp() - interval '1 millisecond'
  from gone
`

function postgresProbe({ query }: TestDatabase, openOtherLog: Probe['openOtherLog']): Probe {
  return {
    counts: async () => (await query<Awaited<ReturnType<Probe['counts']>>>(COUNTS))[0] ?? zero,
    recordedEvents: async () => {
      const rows = await query<RecordedEvent & { occurred_at: Date }>(EVENTS)
      return rows.map(({ occurred_at, ...event }) => ({ ...event, occurredAt: instantOf(occurred_at) }))
    },
    holdEvents: () => query<RecordedHoldEvent>(HOLD_EVENTS),
    catalogEvents: async () => {
      const rows = await query<RecordedCatalogEvent & { occurred_at: Date }>(CATALOG_EVENTS)
      return rows.map(({ occurred_at, ...event }) => ({ ...event, occurredAt: instantOf(occurred_at) }))
    },
    forgetEvents: async () => {
      await query('delete from events')
    },
    everythingIsReadable: () => everythingIsReadable({ query }),
    openOtherLog,
    ageTickets: async (seconds) => {
      await query('update event_tickets set expires_at = expires_at - make_interval(secs => $1)', [seconds])
    },
    keptTickets: async () => {
      const text = "select encode(token_hash, 'hex') as kept from event_tickets"
      return (await query<{ kept: string }>(text)).map(({ kept }) => kept)
    },
    keptAnswers: async () => {
      const rows = await query<{ kept: number }>('select count(*)::integer as kept from idempotency_keys')
      return rows[0]?.kept ?? 0
    },
    ageAnswers: async (id, hours) => {
      const text =
        'update idempotency_keys set created_at = created_at - make_interval(hours => $2) where user_id = $1'
      await query(text, [id, hours])
    },
    expireHold: async (id) => {
      await query(EXPIRE_HOLD, [id])
    },
    reminders: async (id) => {
      const text = 'select minutes_before, due_at from reminders where booking_id = $1 order by due_at'
      const rows = await query<{ minutes_before: number; due_at: Date }>(text, [id])
      return rows.map((row) => ({ minutesBefore: row.minutes_before, dueAt: instantOf(row.due_at) }))
    },
    deactivate: async (id, now) => {
      await query('update auth.users set deactivated_at = $2 where id = $1', [id, formatInstant(now)])
    },
    ageSessions: async (id, seconds) => {
      const text = `
        update auth.sessions
        set
          created_at = created_at - make_interval(secs => $2),
          refreshed_at = refreshed_at - make_interval(secs => $2),
          expires_at = expires_at - make_interval(secs => $2),
          ends_at = ends_at - make_interval(secs => $2),
          access_ends_at = access_ends_at - make_interval(secs => $2)
        where user_id = $1
      `
      await query(text, [id, seconds])
    },
    ageEndedSessions: async (seconds) => {
      const text = 'update auth.ended_sessions set forgotten_at = forgotten_at - make_interval(secs => $1)'
      await query(text, [seconds])
    },
    ageResets: async (seconds) => {
      const requests = 'update auth.password_reset_requests set due_at = due_at - make_interval(secs => $1)'
      const tokens = `
        update password_reset_tokens
        set created_at = created_at - make_interval(secs => $1), expires_at = expires_at - make_interval(secs => $1)`
      for (const text of [requests, tokens]) await query(text, [seconds])
    },
    addOverride: async (id, day, { hours, reason }) => {
      const key = [id, formatDate(day)]
      await query('insert into schedule_overrides (provider_id, date, reason) values ($1, $2, $3)', [
        ...key,
        reason,
      ])
      for (const { start, end } of hours) {
        const text =
          'insert into override_hours (provider_id, date, minutes) values ($1, $2, int4range($3, $4))'
        await query(text, [...key, start, end])
      }
    },
    addTimeOff: async (id, { start, end }) => {
      const text = `
        insert into time_off (id, provider_id, period, created_at)
        values ($1, $2, tstzrange($3, $4), now())
      `
      await query(text, [newId(), id, formatInstant(start), formatInstant(end)])
    },
  }
}

const zero = { bookings: 0, claims: 0, reminders: 0, events: 0 }
