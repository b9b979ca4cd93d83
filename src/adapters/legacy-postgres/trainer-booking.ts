import type { Client } from 'pg'
import { type ColumnOf, type FoundTable, findTable, needed, optional } from './shape.ts'
import { columns, earliestFirst, present, type SourceQueries, type SourceQuery } from './source-queries.ts'

const person = {
  id: needed('integer', 'id'),
  email: optional('text', 'email'),
  password: optional('text', 'encrypted_password', 'password_hash', 'password'),
  role: optional('roles', 'roles', 'role'),
  name: optional('text', 'full_name', 'name'),
  firstName: optional('text', 'first_name'),
  lastName: optional('text', 'last_name'),
  phone: optional('text', 'phone_number', 'phone'),
  timeZone: optional('text', 'time_zone', 'timezone'),
  isActive: optional('boolean', 'is_active'),
  createdAt: optional('timestamp', 'created_at'),
}

/** What the gym's tables have to be like. docs/guides/moving-in.md says the same in words. */
export const TRAINER_BOOKING = {
  members: { names: ['users', 'members'], columns: { ...person, email: needed('text', 'email') } },
  trainers: {
    names: ['trainers'],
    columns: {
      ...person,
      userId: optional('integer', 'user_id'),
      price: needed('number', 'hourly_rate', 'hourly_price', 'price_per_hour', 'price'),
    },
  },
  hours: {
    names: ['trainer_schedules'],
    columns: {
      trainerId: needed('integer', 'trainer_id'),
      day: needed('integer', 'day_of_week'),
      slot: needed('time', 'time_slot'),
      status: optional('text', 'status'),
      isAvailable: optional('boolean', 'is_available'),
    },
  },
  sessions: {
    names: ['training_sessions'],
    columns: {
      id: needed('integer', 'id'),
      trainerId: needed('integer', 'trainer_id'),
      clientId: needed('integer', 'client_id'),
      date: needed('date', 'session_date'),
      start: needed('time', 'start_time'),
      end: needed('time', 'end_time'),
      type: optional('text', 'session_type'),
      status: needed('text', 'status'),
      price: optional('number', 'price'),
      notes: optional('text', 'notes'),
      createdAt: optional('timestamp', 'created_at'),
      updatedAt: optional('timestamp', 'updated_at'),
    },
  },
} as const

type Tables = {
  [Name in keyof typeof TRAINER_BOOKING]: FoundTable<ColumnOf<(typeof TRAINER_BOOKING)[Name]>>
}

/** Finds the tables of a gym; what is missing is added to `complaints`. */
export async function trainerBookingQueries(
  client: Client,
  complaints: string[],
): Promise<SourceQueries | null> {
  const { members: memberShape } = TRAINER_BOOKING
  const members = present(await findTable(client, memberShape, complaints), memberShape.names, complaints)
  const { trainers: trainerShape } = TRAINER_BOOKING
  const trainers = present(await findTable(client, trainerShape, complaints), trainerShape.names, complaints)
  const { hours: hourShape } = TRAINER_BOOKING
  const hours = present(await findTable(client, hourShape, complaints), hourShape.names, complaints)
  const { sessions: sessionShape } = TRAINER_BOOKING
  const sessions = present(await findTable(client, sessionShape, complaints), sessionShape.names, complaints)
  if (!members || !trainers || !hours || !sessions) return null
  if (!hours.has('status') && !hours.has('isAvailable')) {
    complaints.push(`${hours.name} has no column status or is_available`)
  }
  const tables = { members, trainers, hours, sessions }
  return {
    queries: {
      trainers: trainersQuery(tables),
      members: membersQuery(tables),
      'session-kinds': kindsQuery(tables),
      'trainer-hours': hoursQuery(hours),
      sessions: sessionsQuery(sessions),
    },
    needsTimeZone: true,
    needsCurrency: true,
  }
}

/** A trainer who is a user, too: by the link, or where there is none, by the address. */
const isSame = ({ trainers }: Pick<Tables, 'trainers'>, trainer: string, member: string): string =>
  trainers.has('userId')
    ? `${member}.id = ${trainer}.user_id`
    : trainers.has('email')
      ? `lower(${member}.email) = lower(${trainer}.email)`
      : 'false'

function trainersQuery({ trainers, members }: Tables): SourceQuery {
  const either = (column: keyof typeof person) =>
    `coalesce(${members.text('u', column)}, ${trainers.text('t', column)})`
  const own = (column: keyof typeof person) =>
    `coalesce(${trainers.text('t', column)}, ${members.text('u', column)})`
  return {
    select: `select ${columns('trainers', {
      id: `'trainer/' || t.id`,
      number: 't.id::text',
      alias: `'member/' || u.id`,
      is_trainer: `'true'`,
      email: either('email'),
      password_hash: either('password'),
      role: either('role'),
      name: own('name'),
      first_name: own('firstName'),
      last_name: own('lastName'),
      phone_number: own('phone'),
      time_zone: own('timeZone'),
      is_active: trainers.text('t', 'isActive'),
      created_at: own('createdAt'),
    })} from ${trainers.name} t
      left join ${members.name} u on u.id = (
        select min(same.id) from ${members.name} same where ${isSame({ trainers }, 't', 'same')}
      )`,
    order: 't.id',
    numbers: { table: trainers.name, column: 'id' },
  }
}

const membersQuery = ({ trainers, members }: Tables): SourceQuery => ({
  select: `select ${columns('members', {
    id: `'member/' || u.id`,
    number: 'u.id::text',
    alias: 'null::text',
    is_trainer: `'false'`,
    email: members.text('u', 'email'),
    password_hash: members.text('u', 'password'),
    role: members.text('u', 'role'),
    name: members.text('u', 'name'),
    first_name: members.text('u', 'firstName'),
    last_name: members.text('u', 'lastName'),
    phone_number: members.text('u', 'phone'),
    time_zone: members.text('u', 'timeZone'),
    is_active: members.text('u', 'isActive'),
    created_at: members.text('u', 'createdAt'),
  })} from ${members.name} u
    where not exists (select from ${trainers.name} t where ${isSame({ trainers }, 't', 'u')})`,
  order: 'u.id',
  numbers: { table: members.name, column: 'id' },
})

const USUAL_TYPE = 'personal_training'
const USUAL_MINUTES = 60

const typeOf = (sessions: Tables['sessions']) =>
  `coalesce(nullif(trim(${sessions.text('s', 'type')}), ''), '${USUAL_TYPE}')`
const minutesOf = 'round(extract(epoch from s.end_time - s.start_time) / 60)::integer'
const kindId = (trainer: string, minutes: string, type: string) =>
  `'trainer/' || ${trainer} || '/' || ${minutes} || '/' || ${type}`

/** What trainers sell: what they have held, and an hour of training where they have held none. */
function kindsQuery({ trainers, sessions }: Tables): SourceQuery {
  const held = `select distinct s.trainer_id, ${minutesOf} as minutes, ${typeOf(sessions)} as type
    from ${sessions.name} s where s.end_time > s.start_time`
  const usual = `select t.id, ${USUAL_MINUTES}, '${USUAL_TYPE}' from ${trainers.name} t
    where not exists (select from held where held.trainer_id = t.id and held.minutes = ${USUAL_MINUTES})`
  return {
    select: `select ${columns('session-kinds', {
      id: kindId('kinds.trainer_id', 'kinds.minutes', 'kinds.type'),
      trainer_id: `'trainer/' || kinds.trainer_id`,
      session_type: 'kinds.type',
      minutes: 'kinds.minutes::text',
      hourly_price: trainers.text('t', 'price'),
      is_active: trainers.text('t', 'isActive'),
    })} from (with held as (${held}) select trainer_id, minutes, type from held union ${usual}) kinds
      join ${trainers.name} t on t.id = kinds.trainer_id`,
    order: 'id',
  }
}

const hoursQuery = (hours: Tables['hours']): SourceQuery => ({
  select: `select ${columns('trainer-hours', {
    id: `'trainer/' || h.trainer_id`,
    hours: `json_agg(json_build_object(
      'day_of_week', h.day_of_week::text,
      'time_slot', h.time_slot::text,
      'status', ${hours.text('h', 'status')},
      'is_available', ${hours.text('h', 'isAvailable')}
    ) order by h.day_of_week, h.time_slot, ${hours.text('h', 'status')})::text`,
  })} from ${hours.name} h group by h.trainer_id`,
  order: 'id',
})

const sessionsQuery = (sessions: Tables['sessions']): SourceQuery => ({
  select: `select ${columns('sessions', {
    id: 's.id::text',
    trainer_id: `'trainer/' || s.trainer_id`,
    client_id: `'member/' || s.client_id`,
    session_date: sessions.text('s', 'date'),
    start_time: sessions.text('s', 'start'),
    end_time: sessions.text('s', 'end'),
    session_kind: kindId('s.trainer_id', minutesOf, typeOf(sessions)),
    status: sessions.text('s', 'status'),
    price: sessions.text('s', 'price'),
    notes: sessions.text('s', 'notes'),
    created_at: sessions.text('s', 'createdAt'),
    updated_at: sessions.text('s', 'updatedAt'),
  })} from ${sessions.name} s`,
  order: earliestFirst(sessions, 's'),
  numbers: { table: sessions.name, column: 'id' },
})
