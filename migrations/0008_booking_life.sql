-- The rest of a booking's life. Its history is a table of its own, because the event log is emptied after some days
-- and "who moved this appointment, and when" is asked years later. A row is written by the statement that makes the
-- version it describes.

create table booking_history (
  booking_id uuid not null,
  version integer not null,
  change text not null,
  status text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  actor_id uuid,
  acted_as text not null,
  reason text,
  occurred_at timestamptz not null,
  constraint booking_history_pkey primary key (booking_id, version),
  constraint booking_history_booking_id_fkey foreign key (booking_id) references bookings (id)
    on update cascade on delete cascade,
  constraint booking_history_change_format check (change ~ '^booking\.[a-z_]+$'),
  constraint booking_history_acted_as_known check (acted_as in ('customer', 'provider', 'admin', 'system')),
  constraint booking_history_actor_complete check ((acted_as = 'system') = (actor_id is null)),
  constraint booking_history_reason_length check (char_length(reason) <= 500)
);

-- Until now the log has kept every event of every booking: the history begins with those.
insert into booking_history (
  booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, reason, occurred_at
)
select
  events.subject_id,
  events.subject_version,
  events.type,
  events.data ->> 'status',
  (events.data ->> 'start')::timestamptz,
  (events.data ->> 'end')::timestamptz,
  events.actor_id,
  case events.actor_id
    when events.customer_id then 'customer'
    when events.provider_id then 'provider'
    else 'admin'
  end,
  events.data ->> 'cancellation_reason',
  events.occurred_at
from events
join bookings on bookings.id = events.subject_id
where events.subject_type = 'booking';

-- An admin's list has everyone's bookings, and its pages must not cost more with every year of them.
create index bookings_starts_at_idx on bookings (starts_at, id);

-- What time alone changes is found by these: a confirmed booking that is over, a pending one whose start has come.
create index bookings_confirmed_ends_at_idx on bookings (ends_at) where status = 'confirmed';
create index bookings_pending_starts_at_idx on bookings (starts_at) where status = 'pending';

-- An answer is kept as the door packed it, status and headers with it. It is null only inside the transaction that is
-- about to write it: a number that the database gives is part of it.
alter table idempotency_keys
  drop constraint idempotency_keys_status_range,
  drop column status,
  alter column answer drop not null;
