-- The schema as the migrations make it, read from the catalogs. Written by `npm run golden`.

-- extensions

create extension btree_gist with schema public;

-- schemas

create schema auth;

-- sequences

create sequence auth.users_number_seq as integer start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1 identity of auth.users.number;

create sequence public.availability_changes_sequence_seq as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 identity of public.availability_changes.sequence;

create sequence public.bookings_number_seq as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 identity of public.bookings.number;

create sequence public.claim_sessions as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 owned by public.claims.session;

create sequence public.claims_id_seq as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 identity of public.claims.id;

create sequence public.events_sequence_seq as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 identity of public.events.sequence;

create sequence public.imports_id_seq as integer start 1 increment 1 minvalue 1 maxvalue 2147483647 cache 1 identity of public.imports.id;

create sequence public.webhook_deliveries_sequence_seq as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807 cache 1 identity of public.webhook_deliveries.sequence;

-- tables

create table auth.ended_sessions (
  number bigint not null,
  session_id uuid not null,
  forgotten_at timestamp with time zone not null,
  constraint ended_sessions_pkey PRIMARY KEY (number)
);

create table auth.erased_identities (
  name_hash bytea not null,
  erased_at timestamp with time zone not null,
  constraint erased_identities_pkey PRIMARY KEY (name_hash),
  constraint erased_identities_name_hash_length CHECK ((octet_length(name_hash) = 32))
);

create table auth.outside_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  created_at timestamp with time zone not null,
  constraint outside_identities_pkey PRIMARY KEY (issuer, subject),
  constraint outside_identities_user_id_key UNIQUE (user_id),
  constraint outside_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE,
  constraint outside_identities_issuer_length CHECK (((char_length(issuer) >= 1) AND (char_length(issuer) <= 500))),
  constraint outside_identities_subject_length CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 255)))
);

create table auth.password_reset_requests (
  id uuid not null,
  email text not null,
  tries integer not null default 0,
  due_at timestamp with time zone not null,
  constraint password_reset_requests_pkey PRIMARY KEY (id),
  constraint password_reset_requests_email_length CHECK ((char_length(email) <= 254)),
  constraint password_reset_requests_tries_not_negative CHECK ((tries >= 0))
);

create table auth.sessions (
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  previous_hash bytea,
  salt bytea,
  created_at timestamp with time zone not null,
  refreshed_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  access_ends_at timestamp with time zone not null default (clock_timestamp() + '1 day'::interval),
  constraint sessions_end_noted TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint sessions_end_ordered CHECK ((expires_at <= ends_at)),
  constraint sessions_previous_hash_length CHECK ((octet_length(previous_hash) = 32)),
  constraint sessions_previous_salted CHECK (((previous_hash IS NULL) = (salt IS NULL))),
  constraint sessions_salt_length CHECK ((octet_length(salt) = 32)),
  constraint sessions_token_hash_length CHECK ((octet_length(token_hash) = 32))
);

create table auth.standing (
  only_row boolean not null default true,
  version bigint not null default 0,
  sessions_ended bigint not null default 0,
  constraint standing_pkey PRIMARY KEY (only_row),
  constraint standing_one_row CHECK (only_row)
);

create table auth.users (
  id uuid not null,
  number integer not null generated always as identity,
  email text not null,
  password_hash text,
  roles text[] not null,
  deactivated_at timestamp with time zone,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  version integer not null default 1,
  erased_at timestamp with time zone,
  is_erasing boolean not null default false,
  constraint users_standing_noted TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_number_key UNIQUE (number),
  constraint users_email_length CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
  constraint users_erased_inactive CHECK (((erased_at IS NULL) OR (deactivated_at IS NOT NULL))),
  constraint users_erasing_erased CHECK (((NOT is_erasing) OR (erased_at IS NOT NULL))),
  constraint users_roles_known CHECK (((roles <@ ARRAY['customer'::text, 'provider'::text, 'admin'::text]) AND (cardinality(roles) > 0))),
  constraint users_version_positive CHECK ((version > 0))
);

create table auth.webhook_secrets (
  endpoint_id uuid not null,
  secret text not null,
  previous_secret text,
  previous_ends_at timestamp with time zone,
  constraint webhook_secrets_pkey PRIMARY KEY (endpoint_id),
  constraint webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint webhook_secrets_previous_complete CHECK (((previous_secret IS NULL) = (previous_ends_at IS NULL))),
  constraint webhook_secrets_previous_secret_format CHECK ((previous_secret ~ '^whsec_[A-Za-z0-9+/]+=*$'::text)),
  constraint webhook_secrets_secret_format CHECK ((secret ~ '^whsec_[A-Za-z0-9+/]+=*$'::text))
);

create table public.audit_entries (
  xid xid8 not null,
  sequence bigint not null,
  id uuid not null,
  type text not null,
  occurred_at timestamp with time zone not null,
  subject_type text not null,
  subject_id uuid not null,
  subject_version integer not null,
  actor_id uuid,
  data jsonb not null,
  constraint audit_entries_pkey PRIMARY KEY (xid, sequence),
  constraint audit_entries_subject_type_known CHECK ((subject_type = ANY (ARRAY['user'::text, 'service'::text, 'schedule'::text])))
);

create table public.availability_changes (
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint not null generated always as identity,
  kind text not null,
  provider_number integer,
  changed_at timestamp with time zone not null default now(),
  constraint availability_changes_pkey PRIMARY KEY (xid, sequence),
  constraint availability_changes_kind_known CHECK ((kind = ANY (ARRAY['claims'::text, 'offer'::text, 'everything'::text]))),
  constraint availability_changes_of_someone CHECK (((kind = 'everything'::text) = (provider_number IS NULL)))
);

create table public.booking_history (
  booking_id uuid not null,
  version integer not null,
  change text not null,
  status text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  actor_id uuid,
  acted_as text not null,
  reason text,
  occurred_at timestamp with time zone not null,
  constraint booking_history_pkey PRIMARY KEY (booking_id, version),
  constraint booking_history_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint booking_history_acted_as_known CHECK ((acted_as = ANY (ARRAY['customer'::text, 'provider'::text, 'admin'::text, 'system'::text]))),
  constraint booking_history_actor_complete CHECK (((acted_as = 'system'::text) = (actor_id IS NULL))),
  constraint booking_history_change_format CHECK ((change ~ '^booking\.[a-z_]+$'::text)),
  constraint booking_history_reason_length CHECK ((char_length(reason) <= 500))
);

create table public.bookings (
  id uuid not null,
  number bigint not null generated always as identity,
  version integer not null default 1,
  status text not null,
  service_id uuid not null,
  service_version integer not null,
  provider_id uuid not null,
  customer_id uuid not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  buffer_before_minutes integer not null,
  buffer_after_minutes integer not null,
  price numeric(18,4) not null,
  currency text not null,
  cancellable_until timestamp with time zone not null,
  notes text,
  metadata jsonb not null,
  cancelled_at timestamp with time zone,
  cancelled_by text,
  cancellation_reason text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint bookings_standing_claimed TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint bookings_pkey PRIMARY KEY (id),
  constraint bookings_number_key UNIQUE (number),
  constraint bookings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  constraint bookings_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  constraint bookings_service_id_fkey FOREIGN KEY (service_id) REFERENCES services(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  constraint bookings_buffers_not_negative CHECK (((buffer_before_minutes >= 0) AND (buffer_after_minutes >= 0))),
  constraint bookings_cancellation_complete CHECK ((((status = 'cancelled'::text) = (cancelled_at IS NOT NULL)) AND ((cancelled_at IS NULL) = (cancelled_by IS NULL)) AND ((cancellation_reason IS NULL) OR (cancelled_at IS NOT NULL)))),
  constraint bookings_cancellation_reason_length CHECK ((char_length(cancellation_reason) <= 500)),
  constraint bookings_cancelled_by_known CHECK ((cancelled_by = ANY (ARRAY['customer'::text, 'provider'::text, 'admin'::text, 'system'::text]))),
  constraint bookings_currency_format CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint bookings_duration_positive CHECK ((isfinite(starts_at) AND isfinite(ends_at) AND (ends_at > starts_at))),
  constraint bookings_notes_length CHECK ((char_length(notes) <= 2000)),
  constraint bookings_price_positive CHECK ((price > (0)::numeric)),
  constraint bookings_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'completed'::text, 'cancelled'::text, 'no_show'::text]))),
  constraint bookings_version_positive CHECK ((version > 0))
);

create table public.claims (
  provider_number integer not null,
  id bigint not null generated always as identity,
  session bigint not null default nextval('claim_sessions'::regclass),
  seat smallint not null default 1,
  blocked tstzrange not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  service_id uuid not null,
  booking_id uuid,
  hold_id uuid,
  holder_id uuid,
  expires_at timestamp with time zone,
  service_version integer,
  price numeric(18,4),
  currency text,
  cancellation_window_minutes integer,
  requires_confirmation boolean,
  constraint claims_of_standing_kept TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint claims_pkey PRIMARY KEY (provider_number, id),
  constraint claims_seat_key UNIQUE (provider_number, session, seat),
  constraint claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint claims_holder_id_fkey FOREIGN KEY (holder_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint claims_no_overlap EXCLUDE USING gist (provider_number WITH =, blocked WITH &&, session WITH <>),
  constraint claims_blocked_bounded CHECK (((NOT isempty(blocked)) AND (NOT lower_inf(blocked)) AND (NOT upper_inf(blocked)) AND lower_inc(blocked) AND (NOT upper_inc(blocked)) AND isfinite(lower(blocked)) AND isfinite(upper(blocked)))),
  constraint claims_booking_or_hold CHECK (((booking_id IS NULL) <> (hold_id IS NULL))),
  constraint claims_hold_expires CHECK ((((hold_id IS NULL) = (expires_at IS NULL)) AND ((hold_id IS NULL) = (holder_id IS NULL)))),
  constraint claims_interval_blocked CHECK (((starts_at < ends_at) AND (blocked @> tstzrange(starts_at, ends_at)))),
  constraint claims_seat_positive CHECK ((seat > 0)),
  constraint claims_terms_complete CHECK (((num_nonnulls(service_version, price, currency, cancellation_window_minutes, requires_confirmation) = ANY (ARRAY[0, 5])) AND ((price IS NULL) OR (hold_id IS NOT NULL))))
);

create table public.event_log_state (
  only_row boolean not null default true,
  mark text not null default substr(md5((gen_random_uuid())::text), 1, 8),
  trimmed_xid xid8 not null default '0'::xid8,
  trimmed_sequence bigint not null default 0,
  constraint event_log_state_pkey PRIMARY KEY (only_row),
  constraint event_log_state_mark_format CHECK ((mark ~ '^[0-9a-f]{8}$'::text)),
  constraint event_log_state_one_row CHECK (only_row)
);

create table public.event_readers (
  name text not null,
  xid xid8 not null,
  sequence bigint not null,
  constraint event_readers_pkey PRIMARY KEY (name)
);

create table public.event_tickets (
  token_hash bytea not null,
  user_id uuid not null,
  roles text[] not null,
  expires_at timestamp with time zone not null,
  session_ends_at timestamp with time zone not null,
  session_id uuid,
  constraint event_tickets_pkey PRIMARY KEY (token_hash),
  constraint event_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint event_tickets_token_hash_length CHECK ((octet_length(token_hash) = 32))
);

create table public.events (
  xid xid8 not null default pg_current_xact_id(),
  sequence bigint not null generated always as identity,
  id uuid not null,
  type text not null,
  occurred_at timestamp with time zone not null,
  subject_type text not null,
  subject_id uuid not null,
  subject_version integer not null,
  actor_id uuid,
  provider_id uuid,
  customer_id uuid,
  data jsonb not null,
  constraint events_pkey PRIMARY KEY (xid, sequence),
  constraint events_subject_type_known CHECK ((subject_type = ANY (ARRAY['booking'::text, 'hold'::text, 'schedule'::text, 'service'::text, 'user'::text]))),
  constraint events_type_format CHECK ((type ~ '^[a-z_]+\.[a-z_]+$'::text))
);

create table public.idempotency_keys (
  user_id uuid not null,
  key text not null,
  request_hash bytea not null,
  answer text,
  created_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key),
  constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint idempotency_keys_key_length CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint idempotency_keys_request_hash_length CHECK ((octet_length(request_hash) = 32))
);

create table public.imported_rows (
  import_id integer not null,
  subject text not null,
  source_id text not null,
  our_id uuid not null,
  constraint imported_rows_pkey PRIMARY KEY (import_id, subject, source_id),
  constraint imported_rows_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint imported_rows_subject_known CHECK ((subject = ANY (ARRAY['person'::text, 'service'::text, 'hours'::text, 'booking'::text, 'reset-token'::text])))
);

create table public.imports (
  id integer not null generated always as identity,
  kind text not null,
  source text not null,
  created_at timestamp with time zone not null default now(),
  constraint imports_pkey PRIMARY KEY (id),
  constraint imports_source_key UNIQUE (kind, source),
  constraint imports_kind_known CHECK ((kind = ANY (ARRAY['marketplace'::text, 'bookings'::text, 'trainer-booking'::text]))),
  constraint imports_source_length CHECK (((char_length(source) >= 1) AND (char_length(source) <= 300)))
);

create table public.override_hours (
  provider_id uuid not null,
  date date not null,
  minutes int4range not null,
  constraint override_hours_pkey PRIMARY KEY (provider_id, date, minutes),
  constraint override_hours_override_fkey FOREIGN KEY (provider_id, date) REFERENCES schedule_overrides(provider_id, date) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint override_hours_no_overlap EXCLUDE USING gist (provider_id WITH =, date WITH =, minutes WITH &&),
  constraint override_hours_within_day CHECK (((NOT isempty(minutes)) AND (minutes <@ int4range(0, 1440))))
);

create table public.password_reset_tokens (
  token_hash bytea not null,
  user_id uuid not null,
  email text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  is_used boolean not null default false,
  constraint password_reset_tokens_pkey PRIMARY KEY (token_hash),
  constraint password_reset_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint password_reset_tokens_email_length CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
  constraint password_reset_tokens_token_hash_length CHECK ((octet_length(token_hash) = 32)),
  constraint password_reset_tokens_within_a_day CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '24:00:00'::interval)))
);

create table public.profiles (
  id uuid not null,
  first_name text not null,
  last_name text not null,
  phone_number text,
  account_type text not null default 'personal'::text,
  address text,
  time_zone text not null default 'UTC'::text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint profiles_pkey PRIMARY KEY (id),
  constraint profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint profiles_account_type_known CHECK ((account_type = ANY (ARRAY['personal'::text, 'business'::text]))),
  constraint profiles_address_length CHECK ((char_length(address) <= 500)),
  constraint profiles_first_name_length CHECK (((char_length(first_name) >= 1) AND (char_length(first_name) <= 100))),
  constraint profiles_last_name_length CHECK (((char_length(last_name) >= 1) AND (char_length(last_name) <= 100))),
  constraint profiles_phone_number_length CHECK ((char_length(phone_number) <= 32))
);

create table public.reminders (
  booking_id uuid not null,
  minutes_before integer not null,
  due_at timestamp with time zone not null,
  constraint reminders_pkey PRIMARY KEY (booking_id, minutes_before),
  constraint reminders_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint reminders_minutes_before_positive CHECK ((minutes_before > 0))
);

create table public.schedule_overrides (
  provider_id uuid not null,
  date date not null,
  reason text,
  constraint schedule_overrides_pkey PRIMARY KEY (provider_id, date),
  constraint schedule_overrides_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES schedules(provider_id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint schedule_overrides_reason_length CHECK ((char_length(reason) <= 200))
);

create table public.schedules (
  provider_id uuid not null,
  version integer not null default 1,
  time_zone text not null,
  updated_at timestamp with time zone not null,
  constraint schedules_pkey PRIMARY KEY (provider_id),
  constraint schedules_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint schedules_version_positive CHECK ((version > 0))
);

create table public.services (
  id uuid not null,
  provider_id uuid not null,
  version integer not null default 1,
  title text not null,
  description text not null default ''::text,
  category text not null,
  price numeric(18,4) not null,
  currency text not null,
  duration_minutes integer not null,
  slot_interval_minutes integer not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  min_notice_minutes integer not null default 0,
  max_horizon_days integer not null,
  daily_limit integer,
  requires_confirmation boolean not null default false,
  cancellation_window_minutes integer not null default 0,
  reminder_minutes integer[] not null,
  weekly_hours jsonb,
  images text[] not null default '{}'::text[],
  is_active boolean not null default true,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint services_pkey PRIMARY KEY (id),
  constraint services_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE RESTRICT,
  constraint services_buffers_range CHECK ((((buffer_before_minutes >= 0) AND (buffer_before_minutes <= 1440)) AND ((buffer_after_minutes >= 0) AND (buffer_after_minutes <= 1440)))),
  constraint services_cancellation_window_range CHECK (((cancellation_window_minutes >= 0) AND (cancellation_window_minutes <= 525600))),
  constraint services_category_length CHECK (((char_length(category) >= 1) AND (char_length(category) <= 50))),
  constraint services_currency_format CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint services_daily_limit_range CHECK (((daily_limit >= 1) AND (daily_limit <= 1000))),
  constraint services_description_length CHECK ((char_length(description) <= 4000)),
  constraint services_duration_range CHECK (((duration_minutes >= 5) AND (duration_minutes <= 1440))),
  constraint services_max_horizon_range CHECK (((max_horizon_days >= 1) AND (max_horizon_days <= 730))),
  constraint services_min_notice_range CHECK (((min_notice_minutes >= 0) AND (min_notice_minutes <= 525600))),
  constraint services_price_positive CHECK ((price > (0)::numeric)),
  constraint services_reminders_range CHECK (((cardinality(reminder_minutes) <= 5) AND (1 <= ALL (reminder_minutes)) AND (40320 >= ALL (reminder_minutes)))),
  constraint services_slot_interval_range CHECK (((slot_interval_minutes >= 5) AND (slot_interval_minutes <= 1440))),
  constraint services_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 100))),
  constraint services_version_positive CHECK ((version > 0))
);

create table public.time_off (
  id uuid not null,
  provider_id uuid not null,
  period tstzrange not null,
  reason text,
  created_at timestamp with time zone not null,
  constraint time_off_pkey PRIMARY KEY (id),
  constraint time_off_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES schedules(provider_id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint time_off_period_bounded CHECK (((NOT isempty(period)) AND (NOT lower_inf(period)) AND (NOT upper_inf(period)) AND lower_inc(period) AND (NOT upper_inc(period)) AND isfinite(lower(period)) AND isfinite(upper(period)))),
  constraint time_off_reason_length CHECK ((char_length(reason) <= 200))
);

create table public.webhook_attempts (
  delivery_id uuid not null,
  number integer not null,
  attempted_at timestamp with time zone not null,
  duration_milliseconds integer not null,
  status_code smallint,
  error text,
  constraint webhook_attempts_pkey PRIMARY KEY (delivery_id, number),
  constraint webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint webhook_attempts_answer_or_error CHECK (((status_code IS NULL) <> (error IS NULL))),
  constraint webhook_attempts_duration_not_negative CHECK ((duration_milliseconds >= 0)),
  constraint webhook_attempts_number_positive CHECK ((number > 0))
);

create table public.webhook_deliveries (
  id uuid not null,
  endpoint_id uuid not null,
  lane smallint not null,
  sequence bigint not null generated always as identity,
  event_id uuid not null,
  event_type text not null,
  subject_id uuid not null,
  body text not null,
  status text not null,
  tries smallint not null default 0,
  attempt_count integer not null default 0,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint webhook_deliveries_pkey PRIMARY KEY (id),
  constraint webhook_deliveries_event_key UNIQUE (endpoint_id, event_id),
  constraint webhook_deliveries_lane_fkey FOREIGN KEY (endpoint_id, lane) REFERENCES webhook_lanes(endpoint_id, lane) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint webhook_deliveries_attempt_count_enough CHECK ((attempt_count >= tries)),
  constraint webhook_deliveries_due_at_if_pending CHECK (((status = 'pending'::text) = (due_at IS NOT NULL))),
  constraint webhook_deliveries_event_type_format CHECK ((event_type ~ '^[a-z_]+\.[a-z_]+$'::text)),
  constraint webhook_deliveries_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
  constraint webhook_deliveries_tries_not_negative CHECK ((tries >= 0))
);

create table public.webhook_endpoints (
  id uuid not null,
  owner_id uuid not null,
  url text not null,
  types text[] not null,
  description text not null,
  disabled_because text,
  failing_since timestamp with time zone,
  version integer not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint webhook_endpoints_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES auth.users(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint webhook_endpoints_description_length CHECK ((char_length(description) <= 500)),
  constraint webhook_endpoints_disabled_because_known CHECK ((disabled_because = ANY (ARRAY['owner'::text, 'gone'::text, 'failing'::text]))),
  constraint webhook_endpoints_types_some CHECK ((cardinality(types) > 0)),
  constraint webhook_endpoints_url_length CHECK (((char_length(url) >= 1) AND (char_length(url) <= 2048))),
  constraint webhook_endpoints_version_positive CHECK ((version > 0))
);

create table public.webhook_lanes (
  endpoint_id uuid not null,
  lane smallint not null,
  holder text,
  held_until timestamp with time zone,
  constraint webhook_lanes_pkey PRIMARY KEY (endpoint_id, lane),
  constraint webhook_lanes_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint webhook_lanes_holder_complete CHECK (((holder IS NULL) = (held_until IS NULL))),
  constraint webhook_lanes_lane_not_negative CHECK ((lane >= 0))
);

create table public.weekly_breaks (
  provider_id uuid not null,
  weekday smallint not null,
  minutes int4range not null,
  label text,
  constraint weekly_breaks_pkey PRIMARY KEY (provider_id, weekday, minutes),
  constraint weekly_breaks_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES schedules(provider_id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint weekly_breaks_no_overlap EXCLUDE USING gist (provider_id WITH =, weekday WITH =, minutes WITH &&),
  constraint weekly_breaks_label_length CHECK ((char_length(label) <= 100)),
  constraint weekly_breaks_weekday_range CHECK (((weekday >= 1) AND (weekday <= 7))),
  constraint weekly_breaks_within_day CHECK (((NOT isempty(minutes)) AND (minutes <@ int4range(0, 1440))))
);

create table public.weekly_hours (
  provider_id uuid not null,
  weekday smallint not null,
  minutes int4range not null,
  constraint weekly_hours_pkey PRIMARY KEY (provider_id, weekday, minutes),
  constraint weekly_hours_provider_id_fkey FOREIGN KEY (provider_id) REFERENCES schedules(provider_id) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint weekly_hours_no_overlap EXCLUDE USING gist (provider_id WITH =, weekday WITH =, minutes WITH &&),
  constraint weekly_hours_weekday_range CHECK (((weekday >= 1) AND (weekday <= 7))),
  constraint weekly_hours_within_day CHECK (((NOT isempty(minutes)) AND (minutes <@ int4range(0, 1440))))
);

-- indexes

CREATE INDEX ended_sessions_forgotten_at_idx ON auth.ended_sessions USING btree (forgotten_at);

CREATE INDEX erased_identities_erased_at_idx ON auth.erased_identities USING btree (erased_at);

CREATE INDEX password_reset_requests_due_at_idx ON auth.password_reset_requests USING btree (due_at);

CREATE UNIQUE INDEX password_reset_requests_email_key ON auth.password_reset_requests USING btree (lower(email));

CREATE INDEX sessions_expires_at_idx ON auth.sessions USING btree (expires_at);

CREATE INDEX sessions_user_id_idx ON auth.sessions USING btree (user_id);

CREATE INDEX users_admins_idx ON auth.users USING btree (number) WHERE ('admin'::text = ANY (roles));

CREATE INDEX users_deactivated_idx ON auth.users USING btree (number) WHERE (deactivated_at IS NOT NULL);

CREATE INDEX users_email_beginning_idx ON auth.users USING btree (lower(email) text_pattern_ops);

CREATE UNIQUE INDEX users_email_key ON auth.users USING btree (lower(email));

CREATE INDEX users_erasing_idx ON auth.users USING btree (erased_at) WHERE is_erasing;

CREATE INDEX users_providers_idx ON auth.users USING btree (number) WHERE ('provider'::text = ANY (roles));

CREATE INDEX audit_entries_occurred_at_idx ON public.audit_entries USING btree (occurred_at);

CREATE INDEX bookings_cancelled_starts_at_idx ON public.bookings USING btree (status, starts_at, id) WHERE (status = ANY (ARRAY['cancelled'::text, 'no_show'::text]));

CREATE INDEX bookings_confirmed_ends_at_idx ON public.bookings USING btree (ends_at) WHERE (status = 'confirmed'::text);

CREATE INDEX bookings_customer_id_starts_at_idx ON public.bookings USING btree (customer_id, starts_at, id);

CREATE INDEX bookings_pending_starts_at_idx ON public.bookings USING btree (starts_at) WHERE (status = 'pending'::text);

CREATE INDEX bookings_provider_id_starts_at_idx ON public.bookings USING btree (provider_id, starts_at, id);

CREATE INDEX bookings_service_id_starts_at_idx ON public.bookings USING btree (service_id, starts_at, id);

CREATE INDEX bookings_starts_at_idx ON public.bookings USING btree (starts_at, id);

CREATE INDEX claims_booking_id_idx ON public.claims USING btree (booking_id);

CREATE INDEX claims_expires_at_idx ON public.claims USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE UNIQUE INDEX claims_hold_id_key ON public.claims USING btree (hold_id);

CREATE INDEX claims_holder_id_idx ON public.claims USING btree (holder_id) WHERE (holder_id IS NOT NULL);

CREATE INDEX event_tickets_expires_at_idx ON public.event_tickets USING btree (expires_at);

CREATE INDEX event_tickets_user_id_idx ON public.event_tickets USING btree (user_id);

CREATE INDEX events_occurred_at_idx ON public.events USING brin (occurred_at);

CREATE INDEX events_subject_id_idx ON public.events USING btree (subject_id, sequence);

CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);

CREATE INDEX password_reset_tokens_expires_at_idx ON public.password_reset_tokens USING btree (expires_at);

CREATE INDEX password_reset_tokens_user_id_idx ON public.password_reset_tokens USING btree (user_id);

CREATE INDEX reminders_due_at_idx ON public.reminders USING btree (due_at);

CREATE INDEX services_category_idx ON public.services USING btree (category, id);

CREATE INDEX services_provider_id_idx ON public.services USING btree (provider_id);

CREATE INDEX time_off_provider_id_period_idx ON public.time_off USING gist (provider_id, period);

CREATE INDEX webhook_deliveries_created_at_idx ON public.webhook_deliveries USING btree (created_at) WHERE (status <> 'pending'::text);

CREATE INDEX webhook_deliveries_due_at_idx ON public.webhook_deliveries USING btree (due_at) WHERE (status = 'pending'::text);

CREATE INDEX webhook_deliveries_lane_fkey_idx ON public.webhook_deliveries USING btree (endpoint_id, lane);

CREATE INDEX webhook_deliveries_lane_idx ON public.webhook_deliveries USING btree (endpoint_id, lane, due_at) WHERE (status = 'pending'::text);

CREATE INDEX webhook_deliveries_sequence_idx ON public.webhook_deliveries USING btree (endpoint_id, sequence);

CREATE INDEX webhook_deliveries_subject_id_idx ON public.webhook_deliveries USING btree (endpoint_id, subject_id, sequence) WHERE (status = 'pending'::text);

CREATE INDEX webhook_endpoints_created_at_idx ON public.webhook_endpoints USING btree (created_at, id);

CREATE INDEX webhook_endpoints_deleted_at_idx ON public.webhook_endpoints USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX webhook_endpoints_owner_id_idx ON public.webhook_endpoints USING btree (owner_id, created_at, id);

-- functions

CREATE OR REPLACE FUNCTION public.book_slot(p_booking_id uuid, p_service_id uuid, p_service_version integer, p_schedule_version integer, p_provider_id uuid, p_provider_number integer, p_customer_id uuid, p_status text, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone, p_buffer_before_minutes integer, p_buffer_after_minutes integer, p_blocked tstzrange, p_price numeric, p_currency text, p_cancellable_until timestamp with time zone, p_notes text, p_metadata jsonb, p_now timestamp with time zone, p_reminder_minutes integer[], p_daily_limit integer, p_day tstzrange, p_hold_id uuid, p_event_id uuid, p_actor_id uuid, p_acted_as text, p_event_data jsonb, p_key text, p_request_hash bytea, p_answer_before text, p_answer_after text, OUT outcome text, OUT number bigint, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  held_claim bigint;
  held_session bigint;
  held_until timestamptz;
  held_version integer;
begin
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
    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;
    if not is_user_active(p_customer_id) then
      outcome := 'account-inactive';
      exit judging;
    end if;

    if p_hold_id is not null then
      -- The day has counted the hold, but stops to when it expires: nobody counts between its end and this booking.
      if p_daily_limit is not null then
        perform lock_day(p_service_id, p_day);
      end if;
      select claims.id, claims.session, claims.expires_at, claims.service_version
      into held_claim, held_session, held_until, held_version
      from claims
      where claims.hold_id = p_hold_id
        and claims.holder_id = p_actor_id
      for update;
      if not found then
        outcome := what_became_of_hold(p_hold_id, p_actor_id);
        exit judging;
      end if;
      -- The clock is read after the lock: whoever waited for it may have waited beyond the end.
      if held_until <= clock_timestamp() then
        outcome := 'hold-expired';
        exit judging;
      end if;
    elsif p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, null) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    with claimed as (
      insert into claims (provider_number, session, seat, blocked, starts_at, ends_at, service_id, booking_id)
      values (
        p_provider_number,
        case when p_hold_id is null then nextval('claim_sessions') else held_session end,
        -- The seat beside the hold's, which is still there.
        case when p_hold_id is null then 1 else 2 end,
        p_blocked,
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
        -- Judged by the version of now, and under the terms of the one that was held.
        booking_id, p_status, p_service_id, coalesce(held_version, p_service_version), p_provider_id, p_customer_id,
        p_starts_at, p_ends_at, p_buffer_before_minutes, p_buffer_after_minutes, p_price, p_currency, p_cancellable_until,
        p_notes, p_metadata, p_now, p_now
      from claimed
      returning bookings.id, bookings.number
    ),
    reminded as (
      insert into reminders (booking_id, minutes_before, due_at)
      select booked.id, minutes_before, p_starts_at - make_interval(mins => minutes_before)
      from booked
      cross join unnest(p_reminder_minutes) as minutes_before
    ),
    remembered as (
      insert into booking_history (
        booking_id, version, change, status, starts_at, ends_at, actor_id, acted_as, occurred_at
      )
      select booked.id, 1, 'booking.created', p_status, p_starts_at, p_ends_at, p_actor_id, p_acted_as, p_now
      from booked
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
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, held_session);
      exit judging;
    end if;
    outcome := 'booked';

    if p_hold_id is not null then
      delete from claims
      where claims.provider_number = p_provider_number
        and claims.id = held_claim;
    end if;
  end judging;

  if p_key is not null then
    perform close_key(
      p_actor_id,
      p_key,
      case when outcome = 'booked' then p_answer_before || book_slot.number || p_answer_after end
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.change_booking(p_booking_id uuid, p_version integer, p_status text, p_notes text, p_metadata jsonb, p_cancelled_at timestamp with time zone, p_cancelled_by text, p_cancellation_reason text, p_now timestamp with time zone, p_event_id uuid, p_event_type text, p_actor_id uuid, p_acted_as text, p_reason text, p_event_data jsonb, p_key text, p_request_hash bytea, p_answer_before text, p_answer_after text, OUT outcome text, OUT version integer, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.close_key(p_user_id uuid, p_key text, p_answer text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if p_answer is null then
    delete from idempotency_keys as known
    where known.user_id = p_user_id
      and known.key = p_key;
  else
    update idempotency_keys as known
    set answer = p_answer
    where known.user_id = p_user_id
      and known.key = p_key;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.expire_holds(p_event_ids uuid[], p_provider_number integer, p_blocked tstzrange)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  moment constant timestamptz := clock_timestamp();
  providers integer[];
  dead bigint[];
begin
  if p_provider_number is null then
    select array_agg(found.provider_number), array_agg(found.id)
    into providers, dead
    from (
      select claims.provider_number, claims.id
      from claims
      where claims.expires_at <= moment
      order by claims.expires_at
      limit cardinality(p_event_ids)
      for update skip locked
    ) as found;
  else
    select array_agg(found.provider_number), array_agg(found.id)
    into providers, dead
    from (
      select claims.provider_number, claims.id
      from claims
      where claims.provider_number = p_provider_number
        and claims.blocked && p_blocked
        and claims.expires_at <= moment
      order by claims.id
      limit cardinality(p_event_ids)
      for update
    ) as found;
  end if;

  with gone as (
    delete from claims
    using unnest(providers, dead, p_event_ids) as found (provider_number, id, event_id)
    where claims.provider_number = found.provider_number
      and claims.id = found.id
    returning
      found.event_id, claims.provider_number, claims.service_id, claims.hold_id, claims.holder_id,
      claims.starts_at, claims.ends_at
  )
  insert into events (
    id, type, occurred_at, subject_type, subject_id, subject_version, provider_id, customer_id, data
  )
  select
    gone.event_id, 'hold.expired', clock_timestamp(), 'hold', gone.hold_id, 2, users.id, gone.holder_id,
    hold_data(users.id, gone.service_id, gone.holder_id, gone.starts_at, gone.ends_at)
  from gone
  join auth.users on users.number = gone.provider_number;
  return coalesce(cardinality(dead), 0);
end
$function$;

CREATE OR REPLACE FUNCTION public.forget_claims(p_before timestamp with time zone, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  forgotten integer;
begin
  with old as (
    select claims.provider_number, claims.id
    from claims
    join bookings on bookings.id = claims.booking_id
    where claims.ends_at < p_before
      and bookings.status not in ('pending', 'confirmed')
    limit p_limit
    for update of claims skip locked
    for share of bookings skip locked
  )
  delete from claims
  using old
  where claims.provider_number = old.provider_number
    and claims.id = old.id;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$function$;

CREATE OR REPLACE FUNCTION public.get_available_slots(trainer_id integer, session_date date)
 RETURNS TABLE(time_slot time without time zone, status text)
 LANGUAGE sql
 STABLE
AS $function$
  select slots.time_slot, slots.status
  from slots_of_date(trainer_id, session_date, date_trunc('milliseconds', statement_timestamp())) as slots
$function$;

CREATE OR REPLACE FUNCTION public.has_hours(p_provider_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select
    exists (select from weekly_hours where weekly_hours.provider_id = p_provider_id)
    or exists (select from override_hours where override_hours.provider_id = p_provider_id)
$function$;

CREATE OR REPLACE FUNCTION public.hold_data(p_provider_id uuid, p_service_id uuid, p_holder_id uuid, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_build_object(
    'service_id', p_service_id,
    'provider_id', p_provider_id,
    'customer_id', p_holder_id,
    'start', instant_text(p_starts_at),
    'end', instant_text(p_ends_at)
  )
$function$;

CREATE OR REPLACE FUNCTION public.hold_slot(p_hold_id uuid, p_service_id uuid, p_service_version integer, p_schedule_version integer, p_provider_id uuid, p_provider_number integer, p_holder_id uuid, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone, p_blocked tstzrange, p_seconds integer, p_most_holds integer, p_daily_limit integer, p_day tstzrange, p_event_id uuid, p_key text, p_request_hash bytea, p_answer_before text, p_answer_after text, OUT outcome text, OUT expires_at timestamp with time zone, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  if p_key is not null then
    select opened.outcome, opened.answer
    into outcome, answer
    from open_key(p_holder_id, p_key, p_request_hash) as opened;
    if outcome is not null then
      return;
    end if;
  end if;

  <<judging>>
  begin
    if not is_offer_current(p_service_id, p_service_version, p_schedule_version) then
      outcome := 'offer-changed';
      exit judging;
    end if;
    if not is_user_active(p_holder_id) then
      outcome := 'account-inactive';
      exit judging;
    end if;

    perform pg_advisory_xact_lock(hashtextextended(p_holder_id::text, 0));
    perform
    from claims
    where claims.holder_id = p_holder_id
      and claims.expires_at > clock_timestamp()
    offset p_most_holds - 1;
    if found then
      outcome := 'too-many-holds';
      exit judging;
    end if;

    if p_daily_limit is not null then
      if is_day_full(p_provider_number, p_service_id, p_daily_limit, p_day, null) then
        outcome := 'daily-limit-reached';
        exit judging;
      end if;
    end if;

    -- Of the very version that was judged by: where it is another by now, the caller tries again and is told so.
    insert into claims (
      provider_number, blocked, starts_at, ends_at, service_id, hold_id, holder_id, expires_at,
      service_version, price, currency, cancellation_window_minutes, requires_confirmation
    )
    select
      p_provider_number, p_blocked, p_starts_at, p_ends_at, p_service_id, p_hold_id, p_holder_id,
      date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p_seconds),
      services.version, services.price, services.currency, services.cancellation_window_minutes,
      services.requires_confirmation
    from services
    where services.id = p_service_id
      and services.version = p_service_version
    on conflict do nothing
    returning claims.expires_at
    into hold_slot.expires_at;
    if not found then
      outcome := what_is_in_the_way(p_provider_number, p_blocked, null);
      exit judging;
    end if;
    outcome := 'held';

    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    values (
      p_event_id, 'hold.created', clock_timestamp(), 'hold', p_hold_id, 1, p_holder_id, p_provider_id, p_holder_id,
      hold_data(p_provider_id, p_service_id, p_holder_id, p_starts_at, p_ends_at)
        || jsonb_build_object('expires_at', instant_text(hold_slot.expires_at))
    );
  end judging;

  if p_key is not null then
    perform close_key(
      p_holder_id,
      p_key,
      case when outcome = 'held' then p_answer_before || instant_text(hold_slot.expires_at) || p_answer_after end
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.initialize_trainer_schedule(trainer_id integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.instant_text(p_instant timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select to_char(
    p_instant at time zone 'UTC',
    case when date_trunc('second', p_instant) = p_instant then 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    else 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"' end
  )
$function$;

CREATE OR REPLACE FUNCTION public.is_day_full(p_provider_number integer, p_service_id uuid, p_limit integer, p_day tstzrange, p_booking_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform lock_day(p_service_id, p_day);
  perform
  from claims
  where claims.provider_number = p_provider_number
    and claims.blocked && p_day
    and claims.service_id = p_service_id
    and claims.starts_at >= lower(p_day)
    and claims.starts_at < upper(p_day)
    -- A hold has no booking: compared with null it would count as the one that is left out.
    and (p_booking_id is null or claims.booking_id is distinct from p_booking_id)
    and (claims.expires_at is null or claims.expires_at > clock_timestamp())
  offset p_limit - 1;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.is_offer_current(p_service_id uuid, p_service_version integer, p_schedule_version integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from services
  join schedules on schedules.provider_id = services.provider_id
  join auth.users on users.id = services.provider_id
  where services.id = p_service_id
    and services.version = p_service_version
    and schedules.version = p_schedule_version
    and users.deactivated_at is null
    and 'provider' = any (users.roles);
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.is_slot_available(trainer_id integer, session_date date, start_time time without time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE STRICT
AS $function$
  select is_time_available(trainer_id, session_date, start_time, date_trunc('milliseconds', statement_timestamp()))
$function$;

CREATE OR REPLACE FUNCTION public.is_time_available(p_trainer integer, p_date date, p_time time without time zone, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select
    from session_service(p_trainer) as session
    cross join lateral (select wall_instant(reckoned(p_date) + p_time, session.time_zone) as instant) as asked
    cross join lateral (select instant at time zone session.time_zone as wall) as shown
    cross join lateral slots_between(session.service_id, instant, instant + interval '1 microsecond', p_now) as slots
    where (wall::date, wall::time) = (p_date, p_time)
      and slots.reason is null
  )
$function$;

CREATE OR REPLACE FUNCTION public.is_user_active(p_user_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from auth.users
  where users.id = p_user_id
    and users.deactivated_at is null;
  return found;
end
$function$;

CREATE OR REPLACE FUNCTION public.keep_answer(p_user_id uuid, p_key text, p_request_hash bytea, p_answer text, OUT outcome text, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  insert into idempotency_keys (user_id, key, request_hash, answer, created_at)
  values (p_user_id, p_key, p_request_hash, p_answer, clock_timestamp())
  on conflict on constraint idempotency_keys_pkey do nothing;
  if found then
    return;
  end if;

  select opened.outcome, opened.answer
  into outcome, answer
  from open_key(p_user_id, p_key, p_request_hash) as opened;
  if outcome is null then
    perform close_key(p_user_id, p_key, p_answer);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.keep_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from bookings
  where bookings.id = old.booking_id
  for share;
  perform refuse_unclaimed(old.booking_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.keep_claims()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from bookings where bookings.status in ('pending', 'confirmed')) then
    raise exception 'bookings stand that would be without a claim on their slots'
      using errcode = 'integrity_constraint_violation', constraint = 'bookings_standing_claimed', table = 'bookings';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.keep_number()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'user % is known by a number that stays', old.id
    using errcode = 'integrity_constraint_violation', constraint = 'users_number_kept', schema = 'auth', table = 'users';
end
$function$;

CREATE OR REPLACE FUNCTION public.lock_day(p_service_id uuid, p_day tstzrange)
 RETURNS void
 LANGUAGE sql
AS $function$
  select pg_advisory_xact_lock(hashtextextended(p_service_id::text, extract(epoch from lower(p_day))::bigint))
$function$;

CREATE OR REPLACE FUNCTION public.move_booking(p_booking_id uuid, p_version integer, p_service_id uuid, p_service_version integer, p_schedule_version integer, p_provider_number integer, p_starts_at timestamp with time zone, p_ends_at timestamp with time zone, p_blocked tstzrange, p_cancellable_until timestamp with time zone, p_now timestamp with time zone, p_reminder_minutes integer[], p_daily_limit integer, p_day tstzrange, p_event_id uuid, p_actor_id uuid, p_acted_as text, p_reason text, p_event_data jsonb, p_key text, p_request_hash bytea, p_answer_before text, p_answer_after text, OUT outcome text, OUT version integer, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.note_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into availability_changes (kind, provider_number)
  values ('claims', coalesce(new.provider_number, old.provider_number));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_ended_session()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  place bigint;
begin
  update auth.standing
  set sessions_ended = sessions_ended + 1
  returning sessions_ended
  into place;
  insert into auth.ended_sessions (number, session_id, forgotten_at)
  values (place, old.id, old.access_ends_at);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_everything()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into availability_changes (kind)
  values ('everything');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_offer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into availability_changes (kind, provider_number)
  select 'offer', users.number
  from auth.users
  where users.id in (old.provider_id, new.provider_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_provider()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into availability_changes (kind, provider_number)
  values ('offer', old.number);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_standing()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update auth.standing
  set version = version + 1;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.open_key(p_user_id uuid, p_key text, p_request_hash bytea, OUT outcome text, OUT answer text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  insert into idempotency_keys as known (user_id, key, request_hash, created_at)
  values (p_user_id, p_key, p_request_hash, clock_timestamp())
  on conflict on constraint idempotency_keys_pkey do update
  set
    request_hash = excluded.request_hash,
    answer = null,
    created_at = excluded.created_at
  where known.created_at <= excluded.created_at - interval '24 hours';
  if found then
    return;
  end if;

  select
    case when known.request_hash = p_request_hash then 'answered' else 'key-reused' end,
    known.answer
  into outcome, answer
  from idempotency_keys as known
  where known.user_id = p_user_id
    and known.key = p_key;
end
$function$;

CREATE OR REPLACE FUNCTION public.reckoned(p_date date)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when p_date between date '1970-01-01' and date '2199-12-31' then p_date end
$function$;

CREATE OR REPLACE FUNCTION public.refresh_session(p_id uuid, p_token_hash bytea, p_salt bytea, p_next_hash bytea, p_idle interval, p_grace interval, p_event_id uuid, p_access interval DEFAULT '1 day'::interval, OUT outcome text, OUT user_id uuid, OUT salt bytea, OUT expires_at timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  known auth.sessions;
  moment timestamptz;
begin
  select
    sessions.id, sessions.user_id, sessions.token_hash, sessions.previous_hash, sessions.salt, sessions.created_at,
    sessions.refreshed_at, sessions.expires_at, sessions.ends_at, sessions.access_ends_at
  into known
  from auth.sessions
  where sessions.id = p_id
  for update;

  moment := clock_timestamp();
  if not found or known.expires_at <= moment then
    outcome := 'unknown';
    return;
  end if;
  user_id := known.user_id;

  if known.token_hash = p_token_hash then
    outcome := 'refreshed';
    salt := p_salt;
    expires_at := least(moment + p_idle, known.ends_at);
    update auth.sessions
    set
      token_hash = p_next_hash,
      previous_hash = p_token_hash,
      salt = p_salt,
      refreshed_at = moment,
      expires_at = refresh_session.expires_at,
      access_ends_at = greatest(known.access_ends_at, moment + p_access)
    where sessions.id = p_id;
  elsif known.previous_hash = p_token_hash and known.refreshed_at > moment - p_grace then
    outcome := 'repeated';
    salt := known.salt;
    expires_at := known.expires_at;
  else
    outcome := 'reused';
    delete from auth.sessions
    where sessions.id = p_id;
    insert into events (id, type, occurred_at, subject_type, subject_id, subject_version, data)
    select p_event_id, 'user.token_reused', moment, 'user', users.id, users.version, '{}'
    from auth.users
    where users.id = known.user_id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a claim is never changed: insert another and delete this one'
    using errcode = 'integrity_constraint_violation', constraint = 'claims_never_change', table = 'claims';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_unclaimed(p_booking_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from bookings
  where bookings.id = p_booking_id
    and bookings.status in ('pending', 'confirmed')
    and not exists (
      select
      from claims
      join auth.users on users.number = claims.provider_number
      where claims.booking_id = bookings.id
        and users.id = bookings.provider_id
        and claims.service_id = bookings.service_id
        and claims.starts_at = bookings.starts_at
        and claims.ends_at = bookings.ends_at
        and claims.blocked = tstzrange(
          bookings.starts_at - make_interval(mins => bookings.buffer_before_minutes),
          bookings.ends_at + make_interval(mins => bookings.buffer_after_minutes)
        )
    );
  if found then
    raise exception 'booking % stands without a claim on its slot', p_booking_id
      using errcode = 'integrity_constraint_violation', constraint = 'bookings_standing_claimed', table = 'bookings';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.release_hold(p_hold_id uuid, p_holder_id uuid, p_event_id uuid)
 RETURNS boolean
 LANGUAGE sql
AS $function$
  with gone as (
    delete from claims
    where claims.hold_id = p_hold_id
      and claims.holder_id = p_holder_id
      and claims.expires_at > clock_timestamp()
    returning
      claims.provider_number, claims.service_id, claims.hold_id, claims.holder_id, claims.starts_at, claims.ends_at
  ),
  logged as (
    insert into events (
      id, type, occurred_at, subject_type, subject_id, subject_version, actor_id, provider_id, customer_id, data
    )
    select
      p_event_id, 'hold.released', clock_timestamp(), 'hold', gone.hold_id, 2, p_holder_id, users.id, gone.holder_id,
      hold_data(users.id, gone.service_id, gone.holder_id, gone.starts_at, gone.ends_at)
    from gone
    join auth.users on users.number = gone.provider_number
  )
  select exists (select from gone)
$function$;

CREATE OR REPLACE FUNCTION public.require_claim()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform
    from claims
    where claims.booking_id = new.id
    for key share;
  end if;
  perform
  from claims
  join auth.users on users.number = claims.provider_number
  where claims.booking_id = new.id
    and users.id = new.provider_id
    and claims.service_id = new.service_id
    and claims.starts_at = new.starts_at
    and claims.ends_at = new.ends_at
    and claims.blocked = tstzrange(
      new.starts_at - make_interval(mins => new.buffer_before_minutes),
      new.ends_at + make_interval(mins => new.buffer_after_minutes)
    );
  -- The same transaction may have changed the booking again since, or cancelled it.
  if not found then
    perform refuse_unclaimed(new.id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.send_reminders(p_event_ids uuid[], p_now timestamp with time zone, p_since timestamp with time zone DEFAULT NULL::timestamp with time zone, OUT due integer, OUT sent integer, OUT reached timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.service_minutes(p_hours jsonb)
 RETURNS SETOF int4range
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select int4range((extract(epoch from "start") / 60)::integer, (extract(epoch from "end") / 60)::integer)
  from jsonb_to_recordset(p_hours) as hours ("start" time, "end" time)
$function$;

CREATE OR REPLACE FUNCTION public.session_service(p_trainer integer)
 RETURNS TABLE(service_id uuid, time_zone text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.slots_between(p_service_id uuid, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone)
 RETURNS TABLE(starts_at timestamp with time zone, ends_at timestamp with time zone, reason text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.slots_of_date(p_trainer integer, p_date date, p_now timestamp with time zone)
 RETURNS TABLE(time_slot time without time zone, status text)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.wall_hours(p_date date, p_minutes int4range, p_time_zone text)
 RETURNS tstzrange
 LANGUAGE plpgsql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.wall_instant(p_wall timestamp without time zone, p_time_zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  later constant timestamptz := p_wall at time zone p_time_zone;
  repeated constant interval :=
    (later - interval '24 hours') at time zone p_time_zone - (p_wall - interval '24 hours');
begin
  return case when (later - repeated) at time zone p_time_zone = p_wall then later - repeated else later end;
end
$function$;

CREATE OR REPLACE FUNCTION public.what_became_of_hold(p_hold_id uuid, p_holder_id uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from claims
  where claims.hold_id = p_hold_id
    and claims.holder_id = p_holder_id
  for key share;
  if found then
    return 'hold-expired';
  end if;

  perform
  from events
  where events.subject_id = p_hold_id
    and events.customer_id = p_holder_id
    and events.type = 'hold.expired';
  return case when found then 'hold-expired' else 'hold-not-found' end;
end
$function$;

CREATE OR REPLACE FUNCTION public.what_is_in_the_way(p_provider_number integer, p_blocked tstzrange, p_session bigint)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
  perform
  from claims
  where claims.provider_number = p_provider_number
    and claims.blocked && p_blocked
    and claims.session is distinct from p_session
    and (claims.expires_at is null or claims.expires_at > clock_timestamp());
  return case when found then 'slot-taken' else 'hold-expired-in-the-way' end;
end
$function$;

-- triggers

CREATE CONSTRAINT TRIGGER sessions_end_noted AFTER DELETE ON auth.sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.access_ends_at > now())) EXECUTE FUNCTION note_ended_session();

CREATE TRIGGER users_change_noted AFTER UPDATE ON auth.users FOR EACH ROW WHEN (((((old.id IS DISTINCT FROM new.id) OR (old.number IS DISTINCT FROM new.number)) OR (old.deactivated_at IS DISTINCT FROM new.deactivated_at)) OR (old.roles IS DISTINCT FROM new.roles))) EXECUTE FUNCTION note_provider();

CREATE TRIGGER users_leaving_noted AFTER DELETE ON auth.users FOR EACH STATEMENT EXECUTE FUNCTION note_standing();

CREATE TRIGGER users_number_kept BEFORE UPDATE OF number ON auth.users FOR EACH ROW WHEN ((new.number IS DISTINCT FROM old.number)) EXECUTE FUNCTION keep_number();

CREATE TRIGGER users_removal_noted AFTER DELETE ON auth.users FOR EACH ROW EXECUTE FUNCTION note_provider();

CREATE CONSTRAINT TRIGGER users_standing_noted AFTER UPDATE ON auth.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((old.id IS DISTINCT FROM new.id) OR (old.deactivated_at IS DISTINCT FROM new.deactivated_at)) OR (old.roles IS DISTINCT FROM new.roles))) EXECUTE FUNCTION note_standing();

CREATE TRIGGER users_standing_truncation_noted AFTER TRUNCATE ON auth.users FOR EACH STATEMENT EXECUTE FUNCTION note_standing();

CREATE TRIGGER users_truncation_noted AFTER TRUNCATE ON auth.users FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE CONSTRAINT TRIGGER bookings_standing_claimed AFTER INSERT OR UPDATE OF status, service_id, provider_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes ON public.bookings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = ANY (ARRAY['pending'::text, 'confirmed'::text]))) EXECUTE FUNCTION require_claim();

CREATE TRIGGER claims_never_change BEFORE UPDATE ON public.claims FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER claims_noted AFTER INSERT OR DELETE ON public.claims FOR EACH ROW EXECUTE FUNCTION note_claim();

CREATE CONSTRAINT TRIGGER claims_of_standing_kept AFTER DELETE ON public.claims DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.booking_id IS NOT NULL)) EXECUTE FUNCTION keep_claim();

CREATE TRIGGER claims_of_standing_kept_whole AFTER TRUNCATE ON public.claims FOR EACH STATEMENT EXECUTE FUNCTION keep_claims();

CREATE TRIGGER claims_truncation_noted AFTER TRUNCATE ON public.claims FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER override_hours_noted AFTER INSERT OR DELETE OR UPDATE ON public.override_hours FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER override_hours_truncation_noted AFTER TRUNCATE ON public.override_hours FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER schedule_overrides_noted AFTER INSERT OR DELETE OR UPDATE ON public.schedule_overrides FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER schedule_overrides_truncation_noted AFTER TRUNCATE ON public.schedule_overrides FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER schedules_noted AFTER INSERT OR DELETE OR UPDATE ON public.schedules FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER schedules_truncation_noted AFTER TRUNCATE ON public.schedules FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER services_noted AFTER INSERT OR DELETE OR UPDATE ON public.services FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER services_truncation_noted AFTER TRUNCATE ON public.services FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER time_off_noted AFTER INSERT OR DELETE OR UPDATE ON public.time_off FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER time_off_truncation_noted AFTER TRUNCATE ON public.time_off FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER weekly_breaks_noted AFTER INSERT OR DELETE OR UPDATE ON public.weekly_breaks FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER weekly_breaks_truncation_noted AFTER TRUNCATE ON public.weekly_breaks FOR EACH STATEMENT EXECUTE FUNCTION note_everything();

CREATE TRIGGER weekly_hours_noted AFTER INSERT OR DELETE OR UPDATE ON public.weekly_hours FOR EACH ROW EXECUTE FUNCTION note_offer();

CREATE TRIGGER weekly_hours_truncation_noted AFTER TRUNCATE ON public.weekly_hours FOR EACH STATEMENT EXECUTE FUNCTION note_everything();
