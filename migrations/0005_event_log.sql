-- What happened, what is due and what was answered: rows that are written by the very statement that changes a
-- booking, or not at all.
--
-- Events are read in order of (xid, sequence), and only those whose xid is below the oldest running transaction:
-- a sequence is handed out before commit, so reading by it alone skips events that commit late.

create table events (
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint generated always as identity,
  id uuid not null,
  type text not null,
  occurred_at timestamptz not null,
  subject_type text not null,
  subject_id uuid not null,
  subject_version integer not null,
  actor_id uuid,
  provider_id uuid,
  customer_id uuid,
  data jsonb not null,
  constraint events_pkey primary key (xid, sequence),
  constraint events_type_format check (type ~ '^[a-z_]+\.[a-z_]+$'),
  constraint events_subject_type_known check (subject_type in ('booking', 'hold', 'schedule', 'service', 'user'))
);

create index events_subject_id_idx on events (subject_id, sequence);
-- Retention removes old events from one end of a table that is in order of time.
create index events_occurred_at_idx on events using brin (occurred_at);

-- A reminder is a row as long as it is due; it is taken away when it is sent, or with its booking.
create table reminders (
  booking_id uuid not null,
  minutes_before integer not null,
  due_at timestamptz not null,
  constraint reminders_pkey primary key (booking_id, minutes_before),
  constraint reminders_booking_id_fkey foreign key (booking_id) references bookings (id)
    on update cascade on delete cascade,
  constraint reminders_minutes_before_positive check (minutes_before > 0)
);

create index reminders_due_at_idx on reminders (due_at);

-- The first answer to a key, kept to be given again byte for byte. The hash covers method, path and body.
create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  answer text not null,
  created_at timestamptz not null,
  constraint idempotency_keys_pkey primary key (user_id, key),
  constraint idempotency_keys_user_id_fkey foreign key (user_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint idempotency_keys_key_length check (char_length(key) between 1 and 255),
  constraint idempotency_keys_request_hash_length check (octet_length(request_hash) = 32),
  constraint idempotency_keys_status_range check (status between 200 and 499)
);

create index idempotency_keys_created_at_idx on idempotency_keys (created_at);
