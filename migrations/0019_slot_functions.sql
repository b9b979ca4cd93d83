-- For people who work in SQL: what is free, said by the database alone. These functions are a second reading of the rules
-- that the program judges by (src/domain/slots.ts, opening.ts, zone.ts), over the same tables; `npm run sql-agreement` holds
-- one against the other. Nothing of the program calls those that read, so that a mistake in them can sell nothing.
--
-- Hours are ranges of minutes on the wall clock. They are turned into ranges of real time, which unite, overlap and
-- contain each other as multiranges. What time it is comes in as `p_now`; only what people call looks at the clock.

-- The instant at which a zone's clock shows a time: forward by the gap in a gap, the earlier of the two in an overlap, as RFC
-- 5545 says. PostgreSQL does the former by itself and takes the later of two. Hours of an overlap are repeated: the clock of
-- 24 hours before is ahead by as much.
create function wall_instant(p_wall timestamp, p_time_zone text)
returns timestamptz
language plpgsql
stable
as $$
declare
  later constant timestamptz := p_wall at time zone p_time_zone;
  repeated constant interval :=
    (later - interval '24 hours') at time zone p_time_zone - (p_wall - interval '24 hours');
begin
  return case when (later - repeated) at time zone p_time_zone = p_wall then later - repeated else later end;
end
$$;

-- Wall hours of a local date as real time: within that day, from one local midnight to the next, and empty where a
-- transition swallows them.
create function wall_hours(p_date date, p_minutes int4range, p_time_zone text)
returns tstzrange
language plpgsql
stable
as $$
declare
  opens constant timestamptz := greatest(
    wall_instant(p_date + make_interval(mins => lower(p_minutes)), p_time_zone),
    wall_instant(p_date, p_time_zone)
  );
  closes constant timestamptz := least(
    wall_instant(p_date + make_interval(mins => upper(p_minutes)), p_time_zone),
    wall_instant(p_date + 1, p_time_zone)
  );
begin
  return case when opens < closes then tstzrange(opens, closes) else 'empty' end;
end
$$;

-- A service's own hours on a weekday, out of [{"start": "09:00", "end": "24:00"}, ...].
create function service_minutes(p_hours jsonb)
returns setof int4range
language sql
immutable
as $$
  select int4range((extract(epoch from "start") / 60)::integer, (extract(epoch from "end") / 60)::integer)
  from jsonb_to_recordset(p_hours) as hours ("start" time, "end" time)
$$;

-- Every slot of a service that starts in [p_from, p_to), in order, with the reason why it cannot be booked or null. What is
-- not on sale has no slots.
create function slots_between(p_service_id uuid, p_from timestamptz, p_to timestamptz, p_now timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz, reason text)
language sql
stable
as $$
  with offer as (
    select
      services.id as service_id,
      services.provider_id,
      users.number as provider_number,
      schedules.time_zone,
      nullif(services.weekly_hours, 'null') as service_hours,
      services.daily_limit,
      make_interval(mins => services.duration_minutes) as duration,
      make_interval(mins => services.slot_interval_minutes) as step,
      make_interval(mins => services.buffer_before_minutes) as buffer_before,
      make_interval(mins => services.buffer_after_minutes) as buffer_after,
      p_now + make_interval(mins => services.min_notice_minutes) as earliest,
      wall_instant(
        p_now at time zone schedules.time_zone + make_interval(days => services.max_horizon_days),
        schedules.time_zone
      ) as latest
    from services
    join auth.users on users.id = services.provider_id
    join schedules on schedules.provider_id = services.provider_id
    where services.id = p_service_id
      and services.is_active
      and 'provider' = any (users.roles)
      and users.deactivated_at is null
  ),
  -- Of the exceptions the newest 2,000 count, as everywhere.
  overrides as (
    select schedule_overrides.date
    from offer
    join schedule_overrides on schedule_overrides.provider_id = offer.provider_id
    order by schedule_overrides.date desc
    limit 2000
  ),
  absences as (
    select time_off.period
    from offer
    join time_off on time_off.provider_id = offer.provider_id
    order by upper(time_off.period) desc, time_off.id
    limit 2000
  ),
  -- The local days that are touched: a slot may begin before midnight and end after it.
  days as (
    select
      first_date + place as date,
      extract(isodow from first_date + place) as weekday,
      to_char(first_date + place, 'FMday') as weekday_name,
      exists (select from overrides where overrides.date = first_date + place) as is_overridden
    from offer
    cross join lateral (
      select
        (p_from at time zone time_zone)::date as first_date,
        ((p_to + duration) at time zone time_zone)::date as last_date
    ) as reach
    cross join lateral generate_series(0, last_date - first_date) as place
  ),
  wall as (
    select days.date, case when is_overridden then 'overridden' else 'open' end as kind, weekly_hours.minutes
    from offer
    cross join days
    join weekly_hours on weekly_hours.provider_id = offer.provider_id and weekly_hours.weekday = days.weekday
    union all
    select days.date, 'open', override_hours.minutes
    from offer
    cross join days
    join override_hours on override_hours.provider_id = offer.provider_id and override_hours.date = days.date
    where is_overridden
    union all
    select days.date, 'break', weekly_breaks.minutes
    from offer
    cross join days
    join weekly_breaks on weekly_breaks.provider_id = offer.provider_id and weekly_breaks.weekday = days.weekday
    union all
    select days.date, 'service', service_minutes(offer.service_hours -> days.weekday_name)
    from offer
    cross join days
  ),
  hours as (
    select wall.kind, wall_hours(wall.date, wall.minutes, offer.time_zone) as during
    from offer
    cross join wall
  ),
  opening as (
    select
      coalesce(range_agg(during) filter (where kind = 'open'), '{}') as open,
      coalesce(range_agg(during) filter (where kind = 'overridden'), '{}') as overridden,
      coalesce(range_agg(during) filter (where kind = 'service'), '{}') as served,
      coalesce(range_agg(during) filter (where kind = 'break'), '{}') as breaks,
      coalesce((select range_agg(period) from absences), '{}') as absent
    from hours
  ),
  -- A grid begins at the opening of each stretch of hours and steps in elapsed minutes; a slot has to fit into the hours.
  slots as (
    select distinct tstzrange(step_start, step_start + offer.duration) as slot, hours.kind
    from offer
    cross join opening
    cross join hours
    cross join lateral generate_series(lower(during), upper(during) - interval '1 microsecond', offer.step) as step_start
    where step_start >= p_from
      and step_start < p_to
      and case hours.kind
        when 'open' then open @> tstzrange(step_start, step_start + offer.duration)
        when 'overridden' then
          overridden @> tstzrange(step_start, step_start + offer.duration)
          and not open && tstzrange(step_start, step_start + offer.duration)
        else false
      end
  ),
  -- Buffers, a slot and a local day are none of them longer than a day: these are all claims that matter.
  claimed as (
    select
      claims.blocked,
      tstzrange(claims.starts_at, claims.ends_at) as claim,
      claims.booking_id is not null as is_booking,
      claims.service_id = offer.service_id as is_of_service,
      (claims.starts_at at time zone offer.time_zone)::date as date
    from offer
    join claims on claims.provider_number = offer.provider_number
    where claims.blocked && tstzrange(p_from - interval '48 hours', p_to + interval '48 hours')
      and (claims.expires_at is null or claims.expires_at > p_now)
  )
  select
    lower(slot),
    upper(slot),
    case
      when slots.kind = 'overridden' then 'override'
      when offer.service_hours is not null and not served @> slot then 'service-hours'
      when breaks && slot then 'break'
      when absent && slot then 'time-off'
      when is_booked then 'booked'
      when is_held then 'held'
      when is_near then 'buffer'
      when lower(slot) < offer.earliest then 'notice'
      when lower(slot) > offer.latest then 'horizon'
      when offer.daily_limit <= (
        select count(*)
        from claimed
        where is_of_service
          and claimed.date = (lower(slot) at time zone offer.time_zone)::date
      ) then 'daily-limit'
    end
  from offer
  cross join opening
  cross join slots
  cross join lateral (
    select
      bool_or(claim && slot and is_booking) as is_booked,
      bool_or(claim && slot) as is_held,
      bool_or(true) as is_near
    from claimed
    where blocked && tstzrange(lower(slot) - offer.buffer_before, upper(slot) + offer.buffer_after)
  ) as occupation
  order by slot
$$;

-- What a trainer's schedule is shown for: the oldest of the services on sale, with the zone that its times are in.
create function session_service(p_trainer integer)
returns table (service_id uuid, time_zone text)
language sql
stable
as $$
  select services.id, schedules.time_zone
  from auth.users
  join services on services.provider_id = users.id
  join schedules on schedules.provider_id = users.id
  where users.number = p_trainer
    and 'provider' = any (users.roles)
    and users.deactivated_at is null
    and services.is_active
  order by services.created_at, services.id
  limit 1
$$;

-- The years in which the engine reckons; null for a date outside them.
create function reckoned(p_date date)
returns date
language sql
immutable
as $$
  select case when p_date between date '1970-01-01' and date '2199-12-31' then p_date end
$$;

-- The slots of a trainer's local date. An hour that the clock shows twice is there once, since its time means the earlier.
create function slots_of_date(p_trainer integer, p_date date, p_now timestamptz)
returns table (time_slot time, status text)
language sql
stable
as $$
  select
    (slots.starts_at at time zone session.time_zone)::time,
    case
      when slots.reason is null then 'available'
      when slots.reason in ('booked', 'held') then 'booked'
      when slots.reason = 'break' then 'break'
      else 'unavailable'
    end
  from session_service(p_trainer) as session
  cross join lateral slots_between(
    session.service_id,
    wall_instant(reckoned(p_date), session.time_zone),
    wall_instant(reckoned(p_date) + 1, session.time_zone),
    p_now
  ) as slots
  where slots.starts_at = wall_instant(slots.starts_at at time zone session.time_zone, session.time_zone)
  order by slots.starts_at
$$;

-- Whether a slot begins when the clock shows this time that can be booked. A time that it skips is in nobody's hours.
create function is_time_available(p_trainer integer, p_date date, p_time time, p_now timestamptz)
returns boolean
language sql
stable
as $$
  select exists (
    select
    from session_service(p_trainer) as session
    cross join lateral (select wall_instant(reckoned(p_date) + p_time, session.time_zone) as instant) as asked
    cross join lateral (select instant at time zone session.time_zone as wall) as shown
    cross join lateral slots_between(session.service_id, instant, instant + interval '1 microsecond', p_now) as slots
    where (wall::date, wall::time) = (p_date, p_time)
      and slots.reason is null
  )
$$;

-- The program knows instants of whole milliseconds.
create function is_slot_available(trainer_id integer, session_date date, start_time time)
returns boolean
language sql
stable
strict
as $$
  select is_time_available(trainer_id, session_date, start_time, date_trunc('milliseconds', statement_timestamp()))
$$;

create function get_available_slots(trainer_id integer, session_date date)
returns table (time_slot time, status text)
language sql
stable
as $$
  select slots.time_slot, slots.status
  from slots_of_date(trainer_id, session_date, date_trunc('milliseconds', statement_timestamp())) as slots
$$;

-- Whether a provider has any hours. Those of a single date are hours too: whoever works by dates would be open all week
-- otherwise.
create function has_hours(p_provider_id uuid)
returns boolean
language sql
stable
as $$
  select
    exists (select from weekly_hours where weekly_hours.provider_id = p_provider_id)
    or exists (select from override_hours where override_hours.provider_id = p_provider_id)
$$;

-- Gives a trainer without hours the usual week and tells whether it did. It is a change of the schedule as the program makes
-- it, with the next version and the event that tells of it; nobody is named as its author, as with all that an operator does.
create function initialize_trainer_schedule(trainer_id integer)
returns boolean
language plpgsql
as $$
declare
  trainer record;
  moment timestamptz;
  next_version integer;
begin
  if trainer_id is null then
    raise exception 'trainer_id must not be null'
      using errcode = 'null_value_not_allowed';
  end if;
  select users.id, 'provider' = any (users.roles) as is_provider, profiles.time_zone
  into trainer
  from auth.users
  join profiles on profiles.id = users.id
  where users.number = trainer_id
    and users.erased_at is null;
  if not found then
    raise exception 'trainer_id: there is no user with the number %', trainer_id
      using errcode = 'no_data_found';
  end if;
  if not trainer.is_provider then
    raise exception 'trainer_id: user % is not a provider', trainer_id
      using errcode = 'invalid_parameter_value';
  end if;

  insert into schedules (provider_id, time_zone, updated_at)
  values (trainer.id, trainer.time_zone, now())
  on conflict on constraint schedules_pkey do nothing;
  -- Changes to one schedule wait for each other; the statement after it sees what the change before has written.
  perform
  from schedules
  where schedules.provider_id = trainer.id
  for update;
  if has_hours(trainer.id) then
    return false;
  end if;

  moment := date_trunc('milliseconds', clock_timestamp());
  insert into weekly_hours (provider_id, weekday, minutes)
  select trainer.id, weekday, case weekday when 7 then int4range(8 * 60, 16 * 60) else int4range(7 * 60, 20 * 60) end
  from generate_series(1, 7) as weekday;
  update schedules
  set
    version = version + 1,
    updated_at = moment
  where schedules.provider_id = trainer.id
  returning version into next_version;
  insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, provider_id, data)
  values (
    gen_random_uuid(), 'schedule.changed', moment, 'schedule', trainer.id, next_version, trainer.id,
    jsonb_build_object(
      'change', 'week-replaced', 'provider_id', trainer.id, 'from', null, 'to', null, 'version', next_version
    )
  );
  return true;
end
$$;
