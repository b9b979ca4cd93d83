-- One booking is one call and one round trip. The function is in the database because the order of its steps is
-- the promise: compare the versions the caller judged by, see that both people are still there, serialise on the day where a daily limit asks for it,
-- claim the interval, and only then write the record, its reminders and its event.
--
-- The claim is `on conflict do nothing` and never a caught 23P01: a plain insert against an exclusion constraint
-- deadlocks when two claims meet.
--
-- Each statement of a plpgsql function in read committed has a snapshot of its own, so the count after the
-- advisory lock sees what the previous holder of the lock has committed. In a single statement it would not.

create function book_slot(
  p_booking_id uuid,
  p_service_id uuid,
  p_service_version integer,
  p_schedule_version integer,
  p_provider_id uuid,
  p_provider_number integer,
  p_customer_id uuid,
  p_status text,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_buffer_before_minutes integer,
  p_buffer_after_minutes integer,
  p_price numeric,
  p_currency text,
  p_cancellable_until timestamptz,
  p_notes text,
  p_metadata jsonb,
  p_now timestamptz,
  p_reminder_minutes integer[],
  p_daily_limit integer,
  p_day_start timestamptz,
  p_day_end timestamptz,
  p_event_id uuid,
  p_actor_id uuid,
  p_event_data jsonb,
  out outcome text,
  out number bigint
)
language plpgsql
as $$
begin
  perform
  from services
  join schedules on schedules.provider_id = services.provider_id
  join auth.users on users.id = services.provider_id
  where services.id = p_service_id
    and services.version = p_service_version
    and schedules.version = p_schedule_version
    and users.deactivated_at is null;
  if not found then
    outcome := 'offer-changed';
    return;
  end if;

  perform
  from auth.users
  where users.id = p_customer_id
    and users.deactivated_at is null;
  if not found then
    outcome := 'account-inactive';
    return;
  end if;

  if p_daily_limit is not null then
    perform pg_advisory_xact_lock(
      hashtextextended(p_service_id::text, extract(epoch from p_day_start)::bigint)
    );
    perform
    from claims
    where claims.provider_number = p_provider_number
      and claims.blocked && tstzrange(p_day_start, p_day_end)
      and claims.service_id = p_service_id
      and claims.starts_at >= p_day_start
      and claims.starts_at < p_day_end
    offset p_daily_limit - 1;
    if found then
      outcome := 'daily-limit-reached';
      return;
    end if;
  end if;

  with claimed as (
    insert into claims (provider_number, blocked, starts_at, ends_at, service_id, booking_id)
    values (
      p_provider_number,
      tstzrange(
        p_starts_at - make_interval(mins => p_buffer_before_minutes),
        p_ends_at + make_interval(mins => p_buffer_after_minutes)
      ),
      p_starts_at,
      p_ends_at,
      p_service_id,
      p_booking_id
    )
    on conflict do nothing
    returning booking_id
  ),
  booked as (
    insert into bookings (
      id, status, service_id, service_version, provider_id, customer_id, starts_at, ends_at,
      buffer_before_minutes, buffer_after_minutes, price, currency, cancellable_until, notes, metadata,
      created_at, updated_at
    )
    select
      booking_id, p_status, p_service_id, p_service_version, p_provider_id, p_customer_id, p_starts_at, p_ends_at,
      p_buffer_before_minutes, p_buffer_after_minutes, p_price, p_currency, p_cancellable_until, p_notes, p_metadata,
      p_now, p_now
    from claimed
    returning bookings.id, bookings.number
  ),
  reminded as (
    insert into reminders (booking_id, minutes_before, due_at)
    select booked.id, minutes_before, p_starts_at - make_interval(mins => minutes_before)
    from booked
    cross join unnest(p_reminder_minutes) as minutes_before
  ),
  logged as (
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    select
      p_event_id, 'booking.created', p_now, 'booking', booked.id, 1, p_actor_id, p_provider_id, p_customer_id,
      p_event_data || jsonb_build_object('number', booked.number)
    from booked
  )
  select booked.number
  into book_slot.number
  from booked;

  outcome := case when found then 'booked' else 'slot-taken' end;
end
$$;
