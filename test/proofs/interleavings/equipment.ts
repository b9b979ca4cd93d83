/*
 * What a test needs to go step by step, in a schema of its own. Sessions find it by their search_path, so that the functions
 * under test are the very ones of the migrations.
 */

/** A session with this setting lives by the clock of the test and can be stopped in the middle of a function. */
export const SESSION_SETTINGS = '-c search_path=equipment,pg_catalog,public -c synchronous_commit=off'

/** Where a function can be stopped: the statement that writes to a table, before it begins or when it is done. */
export const POINTS = [
  'after insert idempotency_keys',
  'before insert claims',
  'after insert claims',
  'before delete claims',
  'after delete claims',
  'before update bookings',
  'before delete reminders',
  'before insert booking_history',
  'before insert events',
] as const

export type Point = (typeof POINTS)[number]

const TABLES = ['bookings', 'claims', 'reminders', 'booking_history', 'events', 'idempotency_keys']

const pausing = POINTS.map((point) => {
  const [moment, operation, table] = point.split(' ')
  return `
    create trigger zz_pause_${moment}_${operation}
      ${moment} ${operation} on ${table}
      for each statement
      execute function equipment.pause();`
})

/**
 * The clock is a sequence, because everyone sees at once what it is set to, whatever their snapshot. A session that has
 * named a point stops there until the gate, an advisory lock, is opened.
 */
export const equipment = (ten: string) => `
  create schema equipment;
  create sequence equipment.seconds minvalue 0 start 0;

  create function equipment.clock_timestamp()
  returns timestamptz
  language sql
  as $$
    select pg_catalog.clock_timestamp() + make_interval(secs => last_value)
    from equipment.seconds
  $$;

  create function equipment.half_hour(p_instant timestamptz)
  returns integer
  language sql
  as $$
    select (extract(epoch from p_instant - '${ten}'::timestamptz) / 1800)::integer
  $$;

  create function equipment.pause()
  returns trigger
  language plpgsql
  as $$
  begin
    if current_setting('equipment.pause', true) = lower(tg_when || ' ' || tg_op || ' ' || tg_table_name) then
      perform pg_advisory_xact_lock_shared(1, 1);
    end if;
    return null;
  end
  $$;
  ${pausing.join('\n')}
`

/** Keeps the tables as they are now under a name. */
export const saved = (name: string) =>
  TABLES.map((table) => `create table equipment.${table}_of_${name} as table ${table};`).join('\n')

/** Puts the tables back to what was kept under a name, and sets the clock. */
export const restored = (name: string, seconds: number) => `
  delete from bookings;
  delete from claims;
  delete from events;
  delete from idempotency_keys;
  delete from availability_changes;
  ${TABLES.map((table) => `insert into ${table} overriding system value table equipment.${table}_of_${name};`).join('\n')}
  select setval('equipment.seconds', ${seconds});
`

/** All that a case has left behind, a line for each row, with ids for names. */
export const LINES = `
  select format('booking %s v%s %s %s-%s', id, version, status, half_hour(starts_at), half_hour(ends_at)) as line
  from bookings
  union all
  select format(
    'claim %s %s %s-%s',
    case when hold_id is null then 'booking' else 'hold' end,
    coalesce(booking_id, hold_id),
    half_hour(lower(blocked)),
    half_hour(upper(blocked))
  )
  from claims
  union all
  select format('reminder %s %s', booking_id, half_hour(due_at + make_interval(mins => minutes_before)))
  from reminders
  union all
  select format('event %s %s', type, subject_id)
  from events
  where subject_type in ('booking', 'hold')
  union all
  select format('history %s %s', change, booking_id)
  from booking_history
  union all
  select format('answer %s %s by %s', user_id, key, answer::json ->> 'by')
  from idempotency_keys
`
