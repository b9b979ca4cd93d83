import { hashSync } from '@node-rs/bcrypt'
import { createEmptyDatabase, type TestDatabase } from '../../support/database.ts'

/** As the gym has its tables; next Monday is `monday`, the one before last is `past`. */
const schema = `
  create table users (
    id serial primary key, email text, password_hash text, name text, role text default 'member',
    created_at timestamp default now()
  );
  create table trainers (
    id serial primary key, user_id integer, email text, name text, hourly_rate numeric, is_active boolean default true
  );
  create table trainer_schedules (trainer_id integer, day_of_week integer, time_slot time, status text);
  create table training_sessions (
    id serial primary key, trainer_id integer, client_id integer, session_date date, start_time time, end_time time,
    session_type text, status text, price numeric, notes text, created_at timestamp default now()
  )`

export const GYM_PASSWORD = 'squat bench deadlift'

const people = (hash: string) => `
  insert into users (id, email, password_hash, name, role) values
    (501, 'mia@gym.example', '${hash}', 'Mia de Vries', 'member'),
    (502, 'ben@gym.example', null, 'Ben', 'member'),
    (503, 'no address', null, 'Nobody Known', 'member'),
    (504, 'tina@gym.example', '${hash}', 'Tina Trainer', 'trainer'),
    (505, 'root@gym.example', 'plain text', 'Root Person', 'admin'),
    (506, 'CASEY@elsewhere.example', '${hash}', 'Casey Copy', 'member'),
    (901, 'num@gym.example', null, 'Same Number', 'member');
  insert into trainers (id, user_id, email, name, hourly_rate) values
    (901, 504, null, 'Tina T. Trainer', 75),
    (902, null, 'otto@gym.example', 'Otto Owner', 60.5),
    (904, null, 'free@gym.example', 'Free Lunch', 0),
    (905, null, null, 'Without Address', 50);
  insert into trainer_schedules (trainer_id, day_of_week, time_slot, status) values
    (901, 1, '09:00', 'available'), (901, 1, '10:00', 'booked'), (901, 1, '11:00', 'break'),
    (901, 1, '12:00', 'available'), (901, 1, '14:00', 'unavailable'), (901, 0, '08:00', 'available'),
    (901, 9, '08:00', 'available'), (901, 1, '09:00', 'unavailable'), (901, 2, '09:30:30', 'available'),
    (901, 3, '09:00', 'on fire'), (999, 1, '09:00', 'available')`

const sessions = `
  with days as (
    select
      (date_trunc('week', now() at time zone 'UTC') + interval '14 days')::date as monday,
      (date_trunc('week', now() at time zone 'UTC') - interval '14 days')::date as past
  )
  insert into training_sessions
    (id, trainer_id, client_id, session_date, start_time, end_time, session_type, status, price, notes)
  select row.*
  from days
  cross join lateral (values
    (7001, 901, 501, monday, time '09:00', time '10:00', 'personal_training', 'scheduled', 75.00, 'Strength'),
    (7002, 901, 502, monday, '09:30', '10:30', 'personal_training', 'scheduled', 75.00, null),
    (7003, 901, 501, past, '09:00', '10:00', 'personal_training', 'scheduled', 75.00, null),
    (7004, 901, 501, monday, '12:00', '11:00', 'personal_training', 'scheduled', 75.00, null),
    (7005, 901, 501, monday, '12:00', '13:00', 'personal_training', 'scheduled', 0, null),
    (7006, 901, 599, monday, '12:00', '13:00', 'personal_training', 'scheduled', 75.00, null),
    (7007, 901, 502, monday, '09:00', '10:00', 'personal_training', 'cancelled', 75.00, null),
    (7008, 901, 501, monday, '12:00', '13:00', 'personal_training', 'completed', 75.00, null),
    (7009, 901, 501, past, '12:00', '13:00', 'personal_training', 'completed', 75.00, repeat('x', 2001)),
    (7010, 901, 501, monday, '12:00', '13:00', 'personal_training', 'maybe', 75.00, null),
    (7011, 901, 501, monday, '12:00', '12:30', 'stretching', 'confirmed', null, null),
    (7012, 905, 501, monday, '12:00', '13:00', 'personal_training', 'scheduled', 75.00, null),
    (7013, 901, 504, past, '15:00', '16:00', null, 'no_show', 75.00, null),
    (7014, 904, 501, past, '15:00', '16:00', null, 'completed', 75.00, null)
  ) as row`

/** Why how many rows of it cannot come along or come along changed, by table, reason and field. */
export const GYM_REASONS: Readonly<Record<string, number>> = {
  'trainers invalid-email email': 1,
  'members invalid-email email': 1,
  'members email-taken email': 1,
  'members password-not-kept null': 1,
  'members admin-not-kept null': 1,
  'members number-not-kept null': 1,
  'trainers (services) price-not-positive hourly_price': 1,
  'trainers (services) orphan trainer_id': 1,
  'trainer_schedules orphan trainer_id': 1,
  'trainer_schedules invalid-hours day_of_week': 1,
  'trainer_schedules contradicting-hours status': 1,
  'trainer_schedules invalid-time time_slot': 1,
  'trainer_schedules unknown-status status': 1,
  'training_sessions slot-taken start': 1,
  'training_sessions end-before-start end_time': 1,
  'training_sessions price-not-positive price': 1,
  'training_sessions orphan customer': 1,
  'training_sessions orphan provider': 1,
  'training_sessions orphan service': 1,
  'training_sessions done-before-it-began status': 1,
  'training_sessions text-too-long notes': 1,
  'training_sessions unknown-status status': 1,
}

/** A small gym, with a rotten row of each kind. */
export async function createGym(): Promise<TestDatabase> {
  const database = await createEmptyDatabase()
  for (const text of [schema, people(hashSync(GYM_PASSWORD, 4)), sessions]) await database.query(text)
  return database
}
