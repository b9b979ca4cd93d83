import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { withClient } from '../support/postgres-client.ts'

const PROVIDER = '01900000-0000-7000-8000-000000000001'
const CUSTOMER = '01900000-0000-7000-8000-000000000002'
const SERVICE = '01900000-0000-7000-8000-000000000003'

/** The id of a booking of the shop, of which there are three. */
export const bookingId = (place: number): string => `01900000-0000-7000-8000-00000000010${place}`

/** A provider with a service and a schedule, and a customer with three bookings on three days. */
const SHOP = `
begin;
insert into auth.users (id, email, roles, created_at, updated_at) values
  ('${PROVIDER}', 'provider@example.com', '{provider}', now(), now()),
  ('${CUSTOMER}', 'customer@example.com', '{customer}', now(), now());
insert into profiles (id, first_name, last_name, created_at, updated_at)
select id, 'Ada', 'Byron', now(), now() from auth.users;
insert into schedules (provider_id, time_zone, updated_at) values ('${PROVIDER}', 'UTC', now());
insert into weekly_hours (provider_id, weekday, minutes) values ('${PROVIDER}', 1, '[540,720)'), ('${PROVIDER}', 1, '[780,1020)');
insert into services (
  id, provider_id, title, category, price, currency, duration_minutes, slot_interval_minutes, max_horizon_days, daily_limit,
  reminder_minutes, created_at, updated_at
)
values ('${SERVICE}', '${PROVIDER}', 'Haircut', 'Hair', 30.5, 'EUR', 60, 30, 60, 8, '{10}', now(), now());
insert into bookings (
  id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at, buffer_before_minutes,
  buffer_after_minutes, price, currency, cancellable_until, metadata, created_at, updated_at
)
select
  ('01900000-0000-7000-8000-00000000010' || day)::uuid, 'confirmed', '${SERVICE}', 1, '${PROVIDER}', '${CUSTOMER}',
  '2030-01-07 10:00Z'::timestamptz + make_interval(days => day), '2030-01-07 11:00Z'::timestamptz + make_interval(days => day),
  0, 0, 30.1234, 'EUR', '2030-01-01Z', '{"chair": 1}', now(), now()
from generate_series(1, 3) as day;
insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
select users.number, tstzrange(starts_at, ends_at), starts_at, ends_at, service_id, bookings.id
from bookings
join auth.users on users.id = bookings.provider_id;
insert into reminders (booking_id, minutes_before, due_at)
select id, 10, starts_at - interval '10 minutes' from bookings;
insert into booking_history (booking_id, version, change, status, starts_at, ends_at, acted_as, occurred_at)
select id, 1, 'booking.created', status, starts_at, ends_at, 'system', now() from bookings;
commit;`

/** Runs several statements at once, on a session of its own. */
export const runScript = (database: TestDatabase, script: string): Promise<unknown> =>
  withClient(database.url, (client) => client.query(script))

/** A database of its own with a shop in it, in which every number of a sequence has been given rightly. */
export async function openVerifiedShop(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  await runScript(database, SHOP)
  return database
}

/** Whether the tests may switch triggers off and write into catalogs. */
export async function isSuperuser({ query }: TestDatabase): Promise<boolean> {
  const [row] = await query<{ allowed: boolean }>(
    'select rolsuper as allowed from pg_roles where rolname = current_user',
  )
  return row?.allowed === true
}

/** Why a test is skipped on a server where its role may not do harm. */
export const NEEDS_SUPERUSER = 'the faults need a superuser to be planted'

/** Every row of every table of ours, as a hash for each table: two that are equal have lost and won nothing. */
export async function fingerprint({ query }: TestDatabase): Promise<Readonly<Record<string, string>>> {
  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name
     from pg_tables
     where schemaname in ('public', 'auth')
     order by name`,
  )
  const hashes: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await query<{ hash: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(found::text, '|' order by found::text), '')) as hash
       from ${name} as found`,
    )
    hashes[name] = row?.hash ?? ''
  }
  return hashes
}
