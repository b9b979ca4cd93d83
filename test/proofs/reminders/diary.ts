import { idOf, idPrefix, seedPeople } from '../../../bench/support/people.ts'
import { withClient } from '../../../bench/support/postgres.ts'

/**
 * Many providers with a few bookings each, whose reminders are due around one moment: the first of each provider so many
 * minutes after it, the next so much later and reminded of so much earlier.
 */
export const BOOKINGS_OF_ONE = 5
const FIRST_MINUTES = 10
const APART_MINUTES = 20
const LONG_MINUTES = 5
const CUSTOMERS = 200
const MINUTE = 60_000
const DAY_MINUTES = 1_440

/** What a booking that has been moved is reminded of: there, too, one falls on the whole minute of the moment. */
export const SERVICE_MINUTES = Array.from(
  { length: BOOKINGS_OF_ONE },
  (_, place) => FIRST_MINUTES + APART_MINUTES * place + FIRST_MINUTES,
)

export interface Diary {
  readonly reminders: number
  /** The middle of the time in which they are due, in milliseconds since 1970. */
  readonly middle: number
  /** How long that time is. */
  readonly windowMilliseconds: number
}

/** A booking of the diary, and where it may be moved to. */
export interface Entry {
  readonly booking: string
  readonly customer: string
  readonly provider: string
  readonly service: string
  /** Every tenth has yet to be confirmed. */
  readonly isPending: boolean
  /** A start at which the provider has time. */
  readonly freeStart: number
}

const wholeMinute = (instant: number) => Math.ceil(instant / MINUTE) * MINUTE
const PENDING_EVERY = 10

export function entryOf({ middle }: Diary, number: number): Entry {
  const provider = Math.floor(number / BOOKINGS_OF_ONE)
  const minutes = FIRST_MINUTES + APART_MINUTES * (number % BOOKINGS_OF_ONE)
  return {
    booking: idOf('booking', number),
    customer: idOf('customer', number % CUSTOMERS),
    provider: idOf('provider', provider),
    service: idOf('service', provider),
    isPending: number % PENDING_EVERY === 0,
    freeStart: wholeMinute(middle) + (minutes + FIRST_MINUTES) * MINUTE,
  }
}

export const customersOf = () => Array.from({ length: CUSTOMERS }, (_, number) => idOf('customer', number))
export const providersOf = ({ reminders }: Diary) => Math.ceil(reminders / BOOKINGS_OF_ONE)

const SERVICES = `
  insert into services (
    id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes,
    buffer_before_minutes, buffer_after_minutes, max_horizon_days, requires_confirmation, reminder_minutes,
    created_at, updated_at
  )
  select ($1 || lpad(to_hex(n), 12, '0'))::uuid, ($2 || lpad(to_hex(n), 12, '0'))::uuid, 'Reminded', 'proof', 75,
    'USD', ${LONG_MINUTES}, ${LONG_MINUTES}, 0, 0, 30, false, $3, now(), now()
  from generate_series(0, $4::integer - 1) as n`

const SCHEDULES = `
  insert into schedules (provider_id, time_zone, updated_at)
  select id, 'UTC', now() from auth.users where 'provider' = any (roles)`

/** Open on every day from the minute on that puts the moment on the grid. */
const HOURS = `
  insert into weekly_hours (provider_id, weekday, minutes)
  select provider_id, weekday, int4range($1, ${DAY_MINUTES}) from schedules, generate_series(1, 7) as weekday`

/** The bookings as numbers; the rows of each table are made from it. */
const BOOKED = `
  create temporary table booked on commit drop as
  select
    n as number,
    ($1 || lpad(to_hex(n), 12, '0'))::uuid as id,
    ($2 || lpad(to_hex(n / ${BOOKINGS_OF_ONE}), 12, '0'))::uuid as service_id,
    ($3 || lpad(to_hex(n / ${BOOKINGS_OF_ONE}), 12, '0'))::uuid as provider_id,
    n / ${BOOKINGS_OF_ONE} + 1 as provider_number,
    ($4 || lpad(to_hex(n % ${CUSTOMERS}), 12, '0'))::uuid as customer_id,
    case when n % ${PENDING_EVERY} = 0 then 'pending' else 'confirmed' end as status,
    ${FIRST_MINUTES} + ${APART_MINUTES} * (n % ${BOOKINGS_OF_ONE}) as minutes,
    due_at,
    due_at + make_interval(mins => ${FIRST_MINUTES} + ${APART_MINUTES} * (n % ${BOOKINGS_OF_ONE})) as starts_at
  from generate_series(0, $5::integer - 1) as n
  cross join lateral (
    -- Spread over the whole time, neighbours far from each other.
    select to_timestamp($6::float8 / 1000) + make_interval(secs => $7::float8 / 1000 * ((n * 7919 % 10007) / 10007.0 - 0.5))
  ) as spread (exact_at)
  cross join lateral (select date_trunc('milliseconds', exact_at)) as rounded (due_at)`

const CLAIMS = `
  insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
  select provider_number, tstzrange(starts_at, starts_at + interval '${LONG_MINUTES} minutes'), starts_at,
    starts_at + interval '${LONG_MINUTES} minutes', service_id, id
  from booked`

const BOOKINGS = `
  insert into bookings (
    id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
    buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
  )
  select id, status, service_id, 1, provider_id, customer_id, starts_at,
    starts_at + interval '${LONG_MINUTES} minutes', 0, 0, 75, 'USD', starts_at, '{}', now(), now()
  from booked
  order by number`

const REMINDERS = `
  insert into reminders (booking_id, minutes_before, due_at)
  select id, minutes, due_at from booked`

const HISTORY = `
  insert into booking_history (
    booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, occurred_at
  )
  select id, 1, 'booking.created', status, starts_at, starts_at + interval '${LONG_MINUTES} minutes', customer_id,
    'customer', now()
  from booked`

const EVENTS = `
  insert into events (
    id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
  )
  select gen_random_uuid(), 'booking.created', now(), 'booking', id, 1, customer_id, provider_id, customer_id,
    jsonb_build_object('status', status, 'start', instant_text(starts_at))
  from booked`

/** Fills a migrated database without people: every row that a booking leaves, in one transaction. */
export const fillDiary = (databaseUrl: string, diary: Diary): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    const { reminders, middle, windowMilliseconds } = diary
    const providers = providersOf(diary)
    await seedPeople(client, { providers, customers: CUSTOMERS, passwordHash: 'nobody logs in' })
    await client.query(SERVICES, [idPrefix.service, idPrefix.provider, SERVICE_MINUTES, providers])
    await client.query(SCHEDULES)
    await client.query(HOURS, [(wholeMinute(middle) / MINUTE) % LONG_MINUTES])
    await client.query('begin')
    const prefixes = [idPrefix.booking, idPrefix.service, idPrefix.provider, idPrefix.customer]
    await client.query(BOOKED, [...prefixes, reminders, middle, windowMilliseconds])
    // A claim refers to its booking, and each is looked for at the commit alone.
    for (const text of [BOOKINGS, CLAIMS, REMINDERS, HISTORY, EVENTS]) await client.query(text)
    await client.query('commit')
    await client.query('analyze')
  })
