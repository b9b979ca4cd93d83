/** One of the functions, or several, with a part of the text replaced. */
export interface Fault {
  readonly name: string
  readonly functions: readonly string[]
  readonly from: string
  readonly to: string
}

/** Each a mistake that somebody might make in them. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'a time that the clock shows twice is the later one',
    functions: ['wall_instant'],
    from: 'then later - repeated else later',
    to: 'then later else later',
  },
  {
    name: 'hours begin before midnight of their day',
    functions: ['wall_hours'],
    from: 'opens constant timestamptz := greatest(',
    to: 'opens constant timestamptz := least(',
  },
  {
    name: 'hours that a gap swallows are turned round',
    functions: ['wall_hours'],
    from: 'case when opens < closes then tstzrange(opens, closes) else',
    to: 'case when opens <> closes then tstzrange(least(opens, closes), greatest(opens, closes)) else',
  },
  {
    name: 'an override adds to the hours',
    functions: ['slots_between'],
    from: "then 'overridden' else",
    to: "then 'open' else",
  },
  {
    name: 'what an override took away is not shown',
    functions: ['slots_between'],
    from: 'and not open && tstzrange(step_start, step_start + offer.duration)',
    to: 'and false',
  },
  {
    name: 'a slot need not fit into the hours',
    functions: ['slots_between'],
    from: "when 'open' then open @> tstzrange(",
    to: "when 'open' then open && tstzrange(",
  },
  {
    name: 'slots follow each other by their length',
    functions: ['slots_between'],
    from: "interval '1 microsecond', offer.step)",
    to: "interval '1 microsecond', offer.duration)",
  },
  {
    name: 'a break hides what lies in it alone',
    functions: ['slots_between'],
    from: 'when breaks && slot',
    to: 'when breaks @> slot',
  },
  {
    name: 'time off comes before a break',
    functions: ['slots_between'],
    from: "when breaks && slot then 'break'",
    to: "when absent && slot then 'time-off' when breaks && slot then 'break'",
  },
  {
    name: "a service's own hours are for the day before",
    functions: ['slots_between'],
    from: "to_char(first_date + place, 'FMday')",
    to: "to_char(first_date + place - 1, 'FMday')",
  },
  {
    name: 'an expired hold is in the way',
    functions: ['slots_between'],
    from: 'claims.expires_at > p_now',
    to: 'true',
  },
  {
    name: 'a hold lives for a millisecond more',
    functions: ['slots_between'],
    from: 'claims.expires_at > p_now',
    to: "claims.expires_at > p_now - interval '1 millisecond'",
  },
  {
    name: 'a hold is as good as a booking',
    functions: ['slots_between'],
    from: 'bool_or(claim && slot and is_booking) as is_booked',
    to: 'bool_or(claim && slot) as is_booked',
  },
  {
    name: 'there is no room for the buffer before',
    functions: ['slots_between'],
    from: 'lower(slot) - offer.buffer_before',
    to: 'lower(slot)',
  },
  {
    name: 'there is no room for the buffer after',
    functions: ['slots_between'],
    from: 'upper(slot) + offer.buffer_after',
    to: 'upper(slot)',
  },
  {
    name: 'claims are read of the range alone',
    functions: ['slots_between'],
    from: "tstzrange(p_from - interval '48 hours', p_to + interval '48 hours')",
    to: 'tstzrange(p_from, p_to)',
  },
  {
    name: 'the shortest notice is not early enough',
    functions: ['slots_between'],
    from: 'lower(slot) < offer.earliest',
    to: 'lower(slot) <= offer.earliest',
  },
  {
    name: 'the last instant of the horizon is out',
    functions: ['slots_between'],
    from: 'lower(slot) > offer.latest',
    to: 'lower(slot) >= offer.latest',
  },
  {
    name: 'a horizon is of so many times 24 hours',
    functions: ['slots_between'],
    from: 'p_now at time zone schedules.time_zone + make_interval(days => services.max_horizon_days)',
    to: "(p_now + interval '24 hours' * services.max_horizon_days) at time zone schedules.time_zone",
  },
  {
    name: 'a daily limit counts every service',
    functions: ['slots_between'],
    from: 'where is_of_service',
    to: 'where true',
  },
  {
    name: 'a daily limit counts the days of UTC',
    functions: ['slots_between'],
    from: '(claims.starts_at at time zone offer.time_zone)::date',
    to: "(claims.starts_at at time zone 'UTC')::date",
  },
  {
    name: 'a daily limit lets in one more',
    functions: ['slots_between'],
    from: 'offer.daily_limit <= (',
    to: 'offer.daily_limit < (',
  },
  { name: 'a retired service is sold', functions: ['slots_between'], from: 'and services.is_active', to: '' },
  {
    name: 'a board is for the newest service',
    functions: ['session_service'],
    from: 'order by services.created_at, services.id',
    to: 'order by services.created_at desc, services.id',
  },
  {
    name: 'a board is for a retired service',
    functions: ['session_service'],
    from: 'and services.is_active',
    to: '',
  },
  {
    name: 'someone who is no provider has a board',
    functions: ['session_service', 'slots_between'],
    from: "and 'provider' = any (users.roles)",
    to: '',
  },
  {
    name: 'a deactivated provider takes bookings',
    functions: ['session_service', 'slots_between'],
    from: 'and users.deactivated_at is null',
    to: '',
  },
  {
    name: 'an hour that comes twice is there twice',
    functions: ['slots_of_date'],
    from: 'where slots.starts_at = wall_instant',
    to: 'where slots.starts_at >= wall_instant',
  },
  {
    name: 'a held slot is available',
    functions: ['slots_of_date'],
    from: "in ('booked', 'held')",
    to: "in ('booked')",
  },
  {
    name: 'a time between two slots is one',
    functions: ['is_time_available'],
    from: "interval '1 microsecond'",
    to: "interval '15 minutes'",
  },
  {
    name: 'a time that the clock skips can be booked',
    functions: ['is_time_available'],
    from: 'where (wall::date, wall::time) = (p_date, p_time)',
    to: 'where true',
  },
]
