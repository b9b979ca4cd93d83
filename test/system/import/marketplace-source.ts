import { hashSync } from '@node-rs/bcrypt'
import { createEmptyDatabase, type TestDatabase } from '../../support/database.ts'

const schema = `
  create schema auth;
  create table auth.users (
    id uuid primary key, email text, encrypted_password text, role text default 'authenticated',
    banned_until timestamptz, created_at timestamptz default now()
  );
  create table profiles (
    id uuid primary key, first_name text, last_name text, phone_number text, account_type text, time_zone text
  );
  create table services (
    id uuid primary key, provider_id uuid, title text, category text, price numeric, currency text, duration integer,
    availability jsonb, images text[], is_active boolean, created_at timestamptz default now()
  );
  create table bookings (
    id uuid primary key, customer_id uuid, provider_id uuid, service_id uuid, status text, scheduled_start timestamptz,
    duration integer, total_amount numeric, notes text, created_at timestamptz default now()
  );
  create table password_reset_tokens (
    email text, token text unique, expires_at timestamptz, is_used boolean
  )`

/** The id of a row by its place, as the source has it. */
export const marketId = (table: 'a' | 'b' | 'c', place: number) =>
  `${table.repeat(8)}-0000-4000-8000-${String(place).padStart(12, '0')}`

export const MARKET_PASSWORD = 'apples pears plums'
export const RESET_TOKEN = 'reset-token-that-somebody-got-by-mail-0123'

const id = (table: 'a' | 'b' | 'c', expression: string | number) =>
  `('${table.repeat(8)}-0000-4000-8000-' || lpad((${expression})::text, 12, '0'))::uuid`

const people = (hash: string) => `
  insert into auth.users (id, email, encrypted_password, banned_until) values
    (${id('a', 1)}, 'paula@market.example', '${hash}', null),
    (${id('a', 2)}, 'carl@market.example', '${hash}', null),
    (${id('a', 3)}, 'casey@elsewhere.example', '${hash}', null),
    (${id('a', 4)}, 'zoe@market.example', null, null),
    (${id('a', 5)}, 'naked@market.example', null, null),
    (${id('a', 6)}, 'CARL@market.example', null, null),
    (${id('a', 7)}, 'long@market.example', null, null),
    (${id('a', 8)}, 'banned@market.example', '${hash}', 'infinity');
  insert into profiles (id, first_name, last_name, phone_number, account_type, time_zone) values
    (${id('a', 1)}, 'Paula', 'Provider', '+1 555', 'business', 'America/New_York'),
    (${id('a', 2)}, 'Carl', 'Customer', null, null, null),
    (${id('a', 3)}, 'Casey', 'Copy', null, null, null),
    (${id('a', 4)}, 'Zoe', 'Zoneless', null, null, 'Mars/Olympus'),
    (${id('a', 6)}, 'Carl', 'Again', null, null, null),
    (${id('a', 7)}, repeat('l', 101), 'Long', null, null, null),
    (${id('a', 8)}, 'Bert', 'Banned', null, null, null),
    (${id('a', 99)}, 'Left', 'Behind', null, null, null);
  insert into password_reset_tokens values
    ('carl@market.example', '${RESET_TOKEN}', now() + interval '2 hours', false),
    ('carl@market.example', 'used-${RESET_TOKEN}', now() + interval '2 hours', true),
    ('carl@market.example', 'old-${RESET_TOKEN}', now() - interval '2 hours', false),
    ('carl@market.example', '123456', now() + interval '2 hours', false),
    ('carl@market.example', 'far-${RESET_TOKEN}', now() + interval '2 days', false),
    ('naked@market.example', 'no-${RESET_TOKEN}', now() + interval '2 hours', false)`

const services = `
  insert into services (id, provider_id, title, category, price, currency, duration, availability, images) values
    (${id('b', 1)}, ${id('a', 1)}, 'Haircut', 'hair', 80, 'usd', 60,
      '{"monday": [{"start": "09:00", "end": "12:00"}, {"start": "12:00", "end": "17:00"}]}',
      '{https://img.example/1.png}'),
    (${id('b', 2)}, ${id('a', 1)}, 'Beard', 'hair', 20.5, 'USD', 30,
      '{"Monday": [{"start": "16:00", "end": "19:00:00"}], "friday": [{"start": "09:00", "end": "10:00"}]}', null),
    (${id('b', 3)}, ${id('a', 1)}, 'Free', 'hair', 0, 'USD', 30, null, null),
    (${id('b', 4)}, ${id('a', 1)}, 'Fine', 'hair', 1.005, 'USD', 30, null, null),
    (${id('b', 5)}, ${id('a', 1)}, 'Odd', 'hair', 10, 'XXQ', 30, null, null),
    (${id('b', 6)}, ${id('a', 1)}, 'Late', 'hair', 10, 'USD', 30,
      '{"monday": [{"start": "12:00", "end": "09:00"}]}', null),
    (${id('b', 7)}, ${id('a', 1)}, repeat('t', 101), 'hair', 10, 'USD', 30, null, null),
    (${id('b', 8)}, ${id('a', 5)}, 'Orphan', 'hair', 10, 'USD', 30, null, null),
    (${id('b', 9)}, ${id('a', 1)}, 'Short', 'hair', 10, 'USD', 0, null, null),
    (${id('b', 10)}, ${id('a', 1)}, 'Yen', 'hair', 1000.0000, 'JPY', 30, null, '{nonsense}')`

const booking = (place: number, values: string) => `(${id('c', place)}, ${values})`
const usual = `${id('a', 2)}, ${id('a', 1)}, ${id('b', 1)}`

const bookings = `
  insert into bookings
    (id, customer_id, provider_id, service_id, status, scheduled_start, duration, total_amount, notes, created_at)
  values ${[
    booking(
      1,
      `${usual}, 'confirmed', date_trunc('hour', now()) + interval '10 days', 60, 72, 'Old price', now()`,
    ),
    booking(
      2,
      `${usual}, 'pending', date_trunc('hour', now()) + interval '10 days', 60, 80, null, now() - interval '1 day'`,
    ),
    booking(3, `${usual}, 'pending', now() - interval '3 days', 60, 80, null, now() - interval '9 days'`),
    booking(4, `${usual}, 'completed', now() - interval '4 days', 60, 80, null, now() - interval '9 days'`),
    booking(5, `${usual}, 'completed', now() - interval '4 days', 60, 80, null, now() - interval '9 days'`),
    booking(6, `${usual}, 'confirmed', 'infinity', 60, 80, null, now()`),
    booking(7, `${usual}, 'confirmed', now() + interval '20 days', -5, 80, null, now()`),
    booking(8, `${usual}, 'confirmed', now() + interval '20 days', 60, -1, null, now()`),
    booking(
      9,
      `${id('a', 2)}, ${id('a', 8)}, ${id('b', 1)}, 'confirmed', now() + interval '20 days', 60, 80, null, now()`,
    ),
    booking(
      10,
      `${id('a', 3)}, ${id('a', 1)}, ${id('b', 1)}, 'confirmed', now() + interval '20 days', 60, 80, null, now()`,
    ),
    booking(
      11,
      `null, ${id('a', 1)}, ${id('b', 1)}, 'confirmed', now() + interval '20 days', 60, 80, null, now()`,
    ),
    booking(
      12,
      `${id('a', 2)}, ${id('a', 1)}, ${id('b', 3)}, 'confirmed', now() + interval '20 days', 60, 80, null, now()`,
    ),
    booking(13, `${usual}, 'cancelled', now() + interval '20 days', 60, 80, null, now()`),
    booking(14, `${usual}, 'confirmed', now() + interval '30 days', 60, 1000000000000, null, now()`),
  ].join(',\n    ')}`

/** Why how many rows of it cannot come along or come along changed, by table, reason and field. */
export const MARKET_REASONS: Readonly<Record<string, number>> = {
  'auth.users email-taken email': 2,
  'auth.users unknown-time-zone time_zone': 1,
  'auth.users orphan profile': 1,
  'auth.users text-too-long first_name': 1,
  'profiles orphan id': 1,
  'services price-not-positive price': 1,
  'services invalid-price price': 1,
  'services unknown-currency currency': 1,
  'services invalid-hours availability': 1,
  'services text-too-long title': 1,
  'services orphan provider_id': 1,
  'services invalid-duration duration': 1,
  'services invalid-value images': 1,
  'services (hours) orphan provider_id': 1,
  'bookings slot-taken start': 1,
  'bookings invalid-time scheduled_start': 1,
  'bookings invalid-duration duration': 1,
  'bookings price-not-positive price': 1,
  'bookings invalid-price price': 1,
  'bookings service-of-another service': 1,
  'bookings orphan customer': 1,
  'bookings orphan customer_id': 1,
  'bookings orphan service': 1,
  'password_reset_tokens invalid-value token': 1,
  'password_reset_tokens invalid-time expires_at': 1,
  'password_reset_tokens orphan email': 1,
}

/** A small marketplace, with a rotten row of each kind. */
export async function createMarketplace(): Promise<TestDatabase> {
  const database = await createEmptyDatabase()
  const texts = [schema, people(hashSync(MARKET_PASSWORD, 4)), services, bookings]
  for (const text of texts) await database.query(text)
  return database
}

/** Many more bookings of the past, and one a minute in a year: from the hundredth on. */
export const addBookings = (many: number) => `
  insert into bookings (id, customer_id, provider_id, service_id, status, scheduled_start, duration, total_amount)
  select
    ${id('c', 'place')}, ${usual}, case when place % 10 = 0 then 'confirmed' else 'completed' end,
    now() + (case when place % 10 = 0 then 1 else -1 end) * make_interval(days => 365, mins => place), 1, 80
  from generate_series(100, ${99 + many}) as place`
