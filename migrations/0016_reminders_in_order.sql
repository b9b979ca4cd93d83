-- A reminder stands in the log before whatever it did not know of, and behind whatever it did. The log is in the order of
-- transaction ids, and a change of a booking has its id before it reaches the booking: a reminder that was written
-- meanwhile, with a later id, came behind the cancellation that it had not seen, and reminded of what was no more.
--
-- So what is due is looked for first, then the id is taken, and then everything with an earlier id is waited for, holding
-- nothing: whatever changes a booking from then on comes later in the log. The wait costs nothing, because nobody may read
-- the event before they have ended anyway. When one of them lasts, the reminders are left to a later call.

create or replace function send_reminders(
  p_event_ids uuid[],
  p_now timestamptz,
  out due integer,
  out sent integer
)
language plpgsql
as $$
declare
  patience constant interval := '3 seconds';
  own_xid xid8;
  bookings_found uuid[];
  minutes_found integer[];
  times_found timestamptz[];
begin
  due := 0;
  sent := 0;
  select array_agg(oldest.booking_id), array_agg(oldest.minutes_before), array_agg(oldest.due_at)
  into bookings_found, minutes_found, times_found
  from (
    select reminders.booking_id, reminders.minutes_before, reminders.due_at
    from reminders
    where reminders.due_at <= p_now
    order by reminders.due_at
    limit cardinality(p_event_ids)
  ) as oldest;
  if bookings_found is null then
    return;
  end if;

  own_xid := pg_current_xact_id();
  while pg_snapshot_xmin(pg_current_snapshot()) < own_xid loop
    if clock_timestamp() > statement_timestamp() + patience then
      return;
    end if;
    perform pg_sleep(0.001);
  end loop;

  with taken as (
    select reminders.booking_id, reminders.minutes_before
    from reminders
    join unnest(bookings_found, minutes_found, times_found) as found (booking_id, minutes_before, due_at)
      -- One that was moved meanwhile has another time, and is looked for anew.
      using (booking_id, minutes_before, due_at)
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
    select gone.*, row_number() over (order by gone.due_at) as place
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
    order by numbered.place
    returning 1
  )
  select (select count(*) from gone), (select count(*) from logged)
  into due, sent;
end
$$;
