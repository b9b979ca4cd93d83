-- Many reminders are due at once after an outage, and are sent in many small batches, because each holds back the readers of
-- the log for as long as it takes. What a batch has deleted stays in the index on `due_at` until nobody on the server can
-- see it any more: during a dump or a report each batch would pass over all that was sent before it, and be slower than
-- the last. Now whoever sends says where they have come to, and goes on from there. What was passed over because
-- someone else had it locked is found at the next tick, which begins at the beginning.
--
-- A node of the version before goes on calling it without a place.

drop function send_reminders(uuid[], timestamptz);

create function send_reminders(
  p_event_ids uuid[],
  p_now timestamptz,
  p_since timestamptz default null,
  out due integer,
  out sent integer,
  out reached timestamptz
)
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
      and reminders.due_at >= coalesce(p_since, '-infinity')
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
  select (select count(*) from gone), (select count(*) from logged), (select max(due_at) from gone)
  into due, sent, reached;
end
$$;
