-- Webhooks: who wants to be called about what, and every call that was made or is due. The rows of a delivery are the
-- truth about it; a job of the queue only says that there is something to do, so that one that is lost or comes twice
-- does no harm.

create table webhook_endpoints (
  id uuid not null,
  owner_id uuid not null,
  url text not null,
  types text[] not null,
  description text not null,
  -- Null for one that is called.
  disabled_because text,
  -- Since when every attempt has failed; null after one that did not.
  failing_since timestamptz,
  version integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- A deleted one is gone for everybody at once; its deliveries leave in batches, and it goes with the last.
  deleted_at timestamptz,
  constraint webhook_endpoints_pkey primary key (id),
  constraint webhook_endpoints_owner_id_fkey foreign key (owner_id) references auth.users (id)
    on update cascade on delete cascade,
  constraint webhook_endpoints_url_length check (char_length(url) between 1 and 2048),
  constraint webhook_endpoints_types_some check (cardinality(types) > 0),
  constraint webhook_endpoints_description_length check (char_length(description) <= 500),
  constraint webhook_endpoints_disabled_because_known check (disabled_because in ('owner', 'gone', 'failing')),
  constraint webhook_endpoints_version_positive check (version > 0)
);

create index webhook_endpoints_owner_id_idx on webhook_endpoints (owner_id, created_at, id);
-- An admin's list has everyone's.
create index webhook_endpoints_created_at_idx on webhook_endpoints (created_at, id);
create index webhook_endpoints_deleted_at_idx on webhook_endpoints (deleted_at) where deleted_at is not null;

-- A signature needs the secret itself, not a hash of it: it is kept apart, where a role that reads deliveries need not
-- be let in. The previous one signs as well until its time is over.
create table auth.webhook_secrets (
  endpoint_id uuid not null,
  secret text not null,
  previous_secret text,
  previous_ends_at timestamptz,
  constraint webhook_secrets_pkey primary key (endpoint_id),
  constraint webhook_secrets_endpoint_id_fkey foreign key (endpoint_id) references public.webhook_endpoints (id)
    on update cascade on delete cascade,
  constraint webhook_secrets_secret_format check (secret ~ '^whsec_[A-Za-z0-9+/]+=*$'),
  constraint webhook_secrets_previous_secret_format check (previous_secret ~ '^whsec_[A-Za-z0-9+/]+=*$'),
  constraint webhook_secrets_previous_complete check ((previous_secret is null) = (previous_ends_at is null))
);

-- The deliveries of an endpoint go out over a few lanes, one request at a time in each. What is about one subject is
-- in one lane, and so in order. Whoever works in a lane holds it for a while, by the clock of the database: another
-- goes on where the holder has died.
create table webhook_lanes (
  endpoint_id uuid not null,
  lane smallint not null,
  holder text,
  held_until timestamptz,
  constraint webhook_lanes_pkey primary key (endpoint_id, lane),
  constraint webhook_lanes_endpoint_id_fkey foreign key (endpoint_id) references webhook_endpoints (id)
    on update cascade on delete cascade,
  constraint webhook_lanes_lane_not_negative check (lane >= 0),
  constraint webhook_lanes_holder_complete check ((holder is null) = (held_until is null))
);

create table webhook_deliveries (
  id uuid not null,
  endpoint_id uuid not null,
  lane smallint not null,
  -- In the order of the log.
  sequence bigint generated always as identity,
  event_id uuid not null,
  event_type text not null,
  subject_id uuid not null,
  -- As it was first sent: every try and every replay has the same bytes, also when the event has left the log.
  body text not null,
  status text not null,
  -- How far it has come in the schedule of tries; a replay begins anew.
  tries smallint not null default 0,
  -- How many attempts there have been in all, and the number of the last.
  attempt_count integer not null default 0,
  -- When to try next; null for one that is over.
  due_at timestamptz,
  created_at timestamptz not null,
  constraint webhook_deliveries_pkey primary key (id),
  constraint webhook_deliveries_event_key unique (endpoint_id, event_id),
  constraint webhook_deliveries_lane_fkey foreign key (endpoint_id, lane) references webhook_lanes (endpoint_id, lane)
    on update cascade on delete cascade,
  constraint webhook_deliveries_event_type_format check (event_type ~ '^[a-z_]+\.[a-z_]+$'),
  constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'failed')),
  constraint webhook_deliveries_tries_not_negative check (tries >= 0),
  constraint webhook_deliveries_attempt_count_enough check (attempt_count >= tries),
  constraint webhook_deliveries_due_at_if_pending check ((status = 'pending') = (due_at is not null))
);

-- What a lane has to do next, what stands before it, and which lanes have something to do.
create index webhook_deliveries_lane_idx on webhook_deliveries (endpoint_id, lane, due_at) where status = 'pending';
create index webhook_deliveries_subject_id_idx on webhook_deliveries (endpoint_id, subject_id, sequence)
  where status = 'pending';
create index webhook_deliveries_due_at_idx on webhook_deliveries (due_at) where status = 'pending';
create index webhook_deliveries_sequence_idx on webhook_deliveries (endpoint_id, sequence);
create index webhook_deliveries_lane_fkey_idx on webhook_deliveries (endpoint_id, lane);
create index webhook_deliveries_created_at_idx on webhook_deliveries (created_at) where status <> 'pending';

create table webhook_attempts (
  delivery_id uuid not null,
  number integer not null,
  attempted_at timestamptz not null,
  duration_milliseconds integer not null,
  -- What the receiver answered, or why there is no answer.
  status_code smallint,
  error text,
  constraint webhook_attempts_pkey primary key (delivery_id, number),
  constraint webhook_attempts_delivery_id_fkey foreign key (delivery_id) references webhook_deliveries (id)
    on update cascade on delete cascade,
  constraint webhook_attempts_number_positive check (number > 0),
  constraint webhook_attempts_duration_not_negative check (duration_milliseconds >= 0),
  constraint webhook_attempts_answer_or_error check ((status_code is null) <> (error is null))
);
