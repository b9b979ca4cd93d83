-- A reminder takes its place among the other events of its booking. The log is in the order of the numbers that transactions
-- take when they first write, so whatever writes an event of a booking has to take its number while it has the booking to
-- itself: then numbers are in the order of what happened. A change guards itself by the version that it expects, which
-- somebody has committed before it began; a reminder makes no version, and came out wrong in two ways:
--
-- 1. A change that had its number already, by its key or by its update, and waited, let a reminder overtake it: the log then
--    had the cancellation first and the reminder of the cancelled booking after it. Now a change locks the booking before it
--    writes anything. Waiting for a row lock takes no number.
-- 2. A reminder read a version that was changed before it could write. Now it locks the booking as well, and takes it only as
--    it was when the statement began: then the number of whoever made that version is lower, and that of whoever makes
--    the next one higher. What is being changed, or has been meanwhile, is left to the next tick: it never waits.
--
-- Every transaction locks the booking first and then the key, the day and the claims, so that none waits for another in turn.

create or replace function send_reminders(p_event_ids uuid[], p_now timestamptz, out due integer, out sent integer)
language plpgsql
as $$
begin
  with taken as (
    select reminders.booking_id, reminders.minutes_before
    from reminders
    join bookings on bookings.id = reminders.booking_id
    -- Not locked, and so as it was when the statement began, whatever the one above has become.
    join bookings as seen on seen.id = bookings.id
      and seen.version = bookings.version
    where reminders.due_at <= p_now
    order by reminders.due_at
    limit cardinality(p_event_ids)
    for no key update of bookings skip locked
    for update of reminders skip locked
  ),
  gone as (
    delete from reminders
    using taken
    where reminders.booking_id = taken.booking_id
      and reminders.minutes_before = taken.minutes_before
    returning reminders.booking_id, reminders.minutes_before, reminders.due_at
  ),
  numbered as (
    select gone.*, row_number() over () as place
    from gone
  ),
  logged as (
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, provider_id, customer_id, data
    )
    select
      p_event_ids[numbered.place], 'booking.reminder', p_now, 'booking', bookings.id, bookings.version,
      bookings.provider_id, bookings.customer_id,
      jsonb_build_object(
        'status', bookings.status,
        'number', bookings.number,
        'service_id', bookings.service_id,
        'provider_id', bookings.provider_id,
        'customer_id', bookings.customer_id,
        'start', instant_text(bookings.starts_at),
        'end', instant_text(bookings.ends_at),
        'minutes_before', numbered.minutes_before
      )
    from numbered
    join bookings on bookings.id = numbered.booking_id
    where bookings.status in ('pending', 'confirmed')
      and bookings.starts_at > p_now
    returning 1
  )
  select (select count(*) from gone), (select count(*) from logged)
  into due, sent;
end
$$;

create or replace function change_booking(
  p_booking_id uuid,
  p_version integer,
  p_status text,
  p_notes text,
  p_metadata jsonb,
  p_cancelled_at timestamptz,
  p_cancelled_by text,
  p_cancellation_reason text,
  p_now timestamptz,
  p_event_id uuid,
  p_event_type text,
  p_actor_id uuid,
  p_acted_as text,
  p_reason text,
  p_event_data jsonb,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out version integer,
  out answer text
)
language plpgsql
as $$
declare
  changed record;
begin
  perform
  from bookings
  where bookings.id = p_booking_id
  for no key update;

  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_actor_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  update bookings
  set
    status = p_status,
    version = p_version,
    notes = p_notes,
    metadata = p_metadata,
    cancelled_at = p_cancelled_at,
    cancelled_by = p_cancelled_by,
    cancellation_reason = p_cancellation_reason,
    updated_at = p_now
  where bookings.id = p_booking_id
    and bookings.version = p_version - 1
  returning bookings.provider_id, bookings.customer_id, bookings.starts_at, bookings.ends_at
  into changed;

  if found then
    outcome := 'changed';
    -- The time of a booking that took place is spent, its buffer with it, and its day has had it: forget_claims takes such
    -- claims away when none of that matters any more.
    if p_status = 'cancelled' then
      delete from claims
      where claims.booking_id = p_booking_id;
    end if;
    if p_status not in ('pending', 'confirmed') then
      delete from reminders
      where reminders.booking_id = p_booking_id;
    end if;
    insert into booking_history (
      booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
    )
    values (
      p_booking_id, p_version, p_event_type, p_status, changed.starts_at, changed.ends_at, p_actor_id, p_acted_as,
      p_reason, p_now
    );
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, p_event_type, p_now, 'booking', p_booking_id, p_version, p_actor_id, changed.provider_id,
      changed.customer_id, p_event_data
    );
  else
    outcome := 'version-mismatch';
    select bookings.version
    into change_booking.version
    from bookings
    where bookings.id = p_booking_id;
  end if;

  if p_key is not null then
    perform close_key(p_actor_id, p_key, case when outcome = 'changed' then p_answer_before || p_answer_after end);
  end if;
end
$$;

create or replace function move_booking(
  p_booking_id uuid,
  p_version integer,
  p_service_id uuid,
  p_service_version integer,
  p_schedule_version integer,
  p_provider_number integer,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_blocked tstzrange,
  p_cancellable_until timestamptz,
  p_now timestamptz,
  p_reminder_minutes integer[],
  p_daily_limit integer,
  p_day tstzrange,
  p_event_id uuid,
  p_actor_id uuid,
  p_acted_as text,
  p_reason text,
  p_event_data jsonb,
  p_key text,
  p_request_hash bytea,
  p_answer_before text,
  p_answer_after text,
  out outcome text,
  out version integer,
  out answer text
)
language plpgsql
as $$
declare
  booked record;
  held record;
begin
  select bookings.version, bookings.status, bookings.provider_id, bookings.customer_id
  into booked
  from bookings
  where bookings.id = p_booking_id
  for update;

  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_actor_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  <<judging>>
  begin
    if booked.version is distinct from p_version - 1 then
      outcome := 'version-mismatch';
      version := booked.version;
      exit judging;
    end if;

    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;

    if p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, p_booking_id) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    select claims.id, claims.session, claims.seat
    into held
    from claims
    where claims.booking_id = p_booking_id;

    insert into claims (provider_number, session, seat, blocked, starts_at, ends_at, service_id, booking_id)
    values (
      p_provider_number,
      held.session,
      -- The seat beside its own, for as long as both claims are there.
      case held.seat when 1 then 2 else 1 end,
      p_blocked,
      p_starts_at,
      p_ends_at,
      p_service_id,
      p_booking_id
    )
    on conflict do nothing;
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, held.session);
      exit judging;
    end if;
    outcome := 'moved';

    delete from claims
    where claims.provider_number = p_provider_number
      and claims.id = held.id;
    update bookings
    set
      version = p_version,
      starts_at = p_starts_at,
      ends_at = p_ends_at,
      cancellable_until = p_cancellable_until,
      updated_at = p_now
    where bookings.id = p_booking_id;
    delete from reminders
    where reminders.booking_id = p_booking_id;
    insert into reminders (booking_id, minutes_before, due_at)
    select p_booking_id, minutes_before, p_starts_at - make_interval(mins => minutes_before)
    from unnest(p_reminder_minutes) as minutes_before;
    insert into booking_history (
      booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
    )
    values (
      p_booking_id, p_version, 'booking.rescheduled', booked.status, p_starts_at, p_ends_at, p_actor_id, p_acted_as,
      p_reason, p_now
    );
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, 'booking.rescheduled', p_now, 'booking', p_booking_id, p_version, p_actor_id, booked.provider_id,
      booked.customer_id, p_event_data
    );
  end judging;

  if p_key is not null then
    perform close_key(p_actor_id, p_key, case when outcome = 'moved' then p_answer_before || p_answer_after end);
  end if;
end
$$;
