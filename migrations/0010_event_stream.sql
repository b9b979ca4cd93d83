-- What reading the log needs beside the log: a mark by which a cursor of another log is told apart, how far retention has
-- come, and tickets, with which a browser opens a socket because it cannot send a token with it.

create table event_log_state (
  only_row boolean not null default true,
  -- Part of every cursor: one that was given by another database must not be read as a place in this one.
  mark text not null default substr(md5(gen_random_uuid()::text), 1, 8),
  -- Everything up to here may have been removed; a cursor before it has missed something.
  trimmed_xid xid8 not null default '0',
  trimmed_sequence bigint not null default 0,
  constraint event_log_state_pkey primary key (only_row),
  constraint event_log_state_one_row check (only_row),
  constraint event_log_state_mark_format check (mark ~ '^[0-9a-f]{8}$')
);

insert into event_log_state default values;

create table event_tickets (
  token_hash bytea not null,
  user_id uuid not null,
  roles text[] not null,
  expires_at timestamptz not null,
  -- When the access token ends that the ticket was made with, and with it the socket.
  session_ends_at timestamptz not null,
  constraint event_tickets_pkey primary key (token_hash),
  constraint event_tickets_user_id_fkey foreign key (user_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint event_tickets_token_hash_length check (octet_length(token_hash) = 32)
);

create index event_tickets_user_id_idx on event_tickets (user_id);
create index event_tickets_expires_at_idx on event_tickets (expires_at);

-- Makes events of reminders that are due, at most as many as there are ids for them, in one statement: the row of a
-- reminder goes by the very transaction that writes its event, so that it is sent once however many nodes tick. A
-- reminder whose booking has begun, or no longer stands, is too late, and goes without an event.
create function send_reminders(p_event_ids uuid[], p_now timestamptz, out due integer, out sent integer)
language plpgsql
as $$
begin
  with taken as (
    select reminders.booking_id, reminders.minutes_before
    from reminders
    where reminders.due_at <= p_now
    order by reminders.due_at
    limit cardinality(p_event_ids)
    for update skip locked
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
